public import Documents

/// What is to be undone: some commits, or of what they did only a part.
public struct UndoScope: Sendable {
  /// A kind of change.
  public enum Kind: String, Sendable, CaseIterable {
    /// Records that were put into the trash.
    case deletes
    /// Fields of records that were there before.
    case changes
    /// Records that were made, with all that the same commits did to them.
    case creates
  }

  /// The commits.
  public var commits: Set<Dot>
  /// The kind of changes; nil for all.
  public var kind: Kind?
  /// The types of the records; nil for all.
  public var types: Set<String>?
  /// Types of records that are left as they are.
  public var exceptTypes: Set<String> = []
  /// Of some of the commits the ids of the records that are meant; of others all are.
  public var only: [Dot: Set<String>] = [:]
  /// Types of records that are never put into the trash (SPEC [U-3]).
  public var lastingTypes: Set<String> = []
  /// Ids of more records that are never put into the trash.
  public var lastingIDs: Set<String> = []
  /// Types of records of which nothing is set back, though they are told.
  public var fixedTypes: Set<String> = []

  /// Everything that some commits did.
  public init(_ commits: Set<Dot>) {
    self.commits = commits
  }

  /// Whether records of a type are meant.
  func covers(type: String) -> Bool {
    !exceptTypes.contains(type) && types?.contains(type) ?? true
  }

  /// Whether a record stays, whoever made it.
  func isLasting(type: String, id: String) -> Bool {
    lastingTypes.contains(type) || lastingIDs.contains(id)
  }

  /// Whether what a commit did to a record is undone; `first` is the commit that made the record.
  func covers(_ dot: Dot, _ edit: RecordEdit, first: Dot) -> Bool {
    guard commits.contains(dot), covers(type: edit.type),
      only[dot].map({ $0.contains(edit.id) }) ?? true
    else { return false }
    switch kind {
    case nil: return true
    case .deletes: return edit.isDeletion
    case .changes: return !edit.isDeletion && dot != first
    case .creates: return commits.contains(first)
    }
  }
}

/// From when on someone's commits are meant.
public enum UndoStart: Sendable, Equatable {
  /// A moment, in milliseconds since 1970 UTC.
  case millis(Int64)
  /// A commit: of its replica those from it on, of others those from its moment on.
  case dot(Dot)
}

/// The commits that some replicas wrote in a time.
public struct CommitSpan: Sendable {
  /// Them, by their stamps.
  public var commits: Set<Dot> = []
  /// Commits that are stamped earlier, though something of that time was written, seen or here
  /// before them: for each replica the first.
  ///
  /// A stamp is a claim, and a machine that was away tells the same; so a person decides.
  public var backdated: [Dot] = []
  /// How many of those there are.
  public var backdatedCount = 0
}

extension Workspace {
  /// The commits of some replicas from a moment on.
  ///
  /// - Parameters:
  ///   - replicas: whose.
  ///   - start: from when on.
  ///   - end: the last moment, in milliseconds since 1970 UTC; nil for no end.
  ///   - progress: is told how far the work has come.
  /// - Returns: the commits.
  /// - Throws: `DocumentError`, or what the system says.
  public func commits(
    of replicas: Set<ReplicaID>, since start: UndoStart, until end: Int64? = nil,
    progress: ProgressReport = { _, _ in }
  ) throws -> CommitSpan {
    let millis: Int64
    var first: Dot?
    switch start {
    case .millis(let moment): millis = moment
    case .dot(let dot):
      first = dot
      let table = state.replicaTable
      millis = table.existingPlace(of: dot.replica).map { table[$0].stamp(of: dot.number) } ?? 0
    }
    var span = CommitSpan()
    // Whether something of that time stands in the document already.
    var isLate = false
    var backdated: [ReplicaID: Dot] = [:]
    try forEachCommit(reading: .none, progress: progress) { commit in
      let dot = commit.header.dot
      guard replicas.contains(dot.replica) else {
        if commit.header.stampMillis >= millis { isLate = true }
        return
      }
      let isMeant =
        first?.replica == dot.replica
        ? dot.number >= first?.number ?? 0 : commit.header.stampMillis >= millis
      if isMeant {
        isLate = true
        if end.map({ commit.header.stampMillis <= $0 }) ?? true { span.commits.insert(dot) }
      } else if isLate {
        span.backdatedCount += 1
        if backdated[dot.replica] == nil { backdated[dot.replica] = dot }
      }
    }
    span.backdated = backdated.values.sorted()
    return span
  }
}
