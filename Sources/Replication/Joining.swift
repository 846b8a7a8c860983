import Bytes
public import Documents
import Platform
import Sealing

/// What joining another document brought.
public struct JoinReport: Equatable, Sendable {
  /// How many commits were new.
  public internal(set) var commitCount = 0

  /// The commits that are new, in no particular order.
  public internal(set) var dots: Set<Dot> = []

  /// Replicas that are nobody's; nothing of theirs was taken.
  public internal(set) var strangers: [ReplicaID] = []

  /// The first commit of each replica that waits, since no later one of it that is signed came.
  public internal(set) var waiting: [Dot] = []

  /// The first commit of each replica that was not taken, since its chain or signature does not
  /// hold.
  ///
  /// What follows it in its replica was not taken either.
  public internal(set) var refused: [Dot] = []
}

/// Members from elsewhere: those of another document, or pieces that a carrier brought.
struct Source {
  let map: MemberMap
  let bytes: ByteRegion

  init(_ bytes: ByteRegion) {
    self.bytes = bytes
    map = bytes.withBytes { MemberMap($0) }
  }

  /// The members by where they begin.
  var membersByOffset: [Int: Member] {
    Dictionary(map.members.map { ($0.byteOffset, $0) }) { first, _ in first }
  }

  init(map: MemberMap, bytes: ByteRegion) {
    self.map = map
    self.bytes = bytes
  }
}

/// What came in and was found to be new and right.
struct Arrival: Sendable {
  var members: [UInt8]
  var report: JoinReport
  var heads: [ReplicaID: Chain]
}

extension Workspace {
  /// Takes in the commits of another document of the same workspace that this one lacks.
  ///
  /// Each is verified: its place in its replica's chain, and a signature over it or a later one.
  /// The state afterwards is that of the union of both sets of commits, whichever way round.
  ///
  /// - Parameter other: the other document, which is only read.
  /// - Returns: what was taken.
  /// - Throws: `WorkspaceError.otherWorkspace`, or as `write`.
  public func join(_ other: Workspace) throws -> JoinReport {
    guard other.header.workspace == header.workspace else {
      throw WorkspaceError.otherWorkspace(path: other.file.path)
    }
    return try take([Source(try other.file.readToEnd(from: 0))])
  }

  /// Takes in the commits of members that a carrier brought; those that this document has are
  /// passed over.
  ///
  /// - Parameter pieces: stretches of members, each from its first byte.
  /// - Returns: what was taken.
  /// - Throws: as `write`.
  public func receive(_ pieces: [[UInt8]]) throws -> JoinReport {
    try take(pieces.map { Source(ByteRegion($0)) })
  }

  /// Takes in what a document at a path has and this one lacks, without making its state.
  ///
  /// - Parameter path: another copy of the base; it is only read.
  /// - Returns: what was taken.
  /// - Throws: `WorkspaceError.otherWorkspace`, `DocumentError`, or as `write`.
  public func join(documentAt path: String) throws -> JoinReport {
    try take([try source(at: path)])
  }

  /// Works out what joining a document would make of the base; nothing is written.
  ///
  /// - Parameter path: another copy of the base; it is only read.
  /// - Returns: what would come, and what it would change.
  /// - Throws: as `join(documentAt:)`.
  public func rehearseJoin(documentAt path: String) throws -> JoinRehearsal {
    let source = try source(at: path)
    try lookAgain()
    let arrival = try arrival(of: [source])
    return try rehearsal(of: arrival)
  }

  /// Whether a document is a copy of this base, and not another one.
  ///
  /// - Throws: `DocumentError`, or what the system says.
  public func isCopy(at path: String) throws -> Bool {
    let other = try DocumentFile(path: path, writing: false)
    return try Self.readHeader(of: other).workspace == header.workspace
  }

  /// Takes in what was rehearsed; if the document has changed since, works it out once more.
  ///
  /// - Parameters:
  ///   - rehearsal: what `rehearseJoin` worked out.
  ///   - path: the same other copy.
  /// - Returns: what was taken.
  /// - Throws: as `join(documentAt:)`.
  public func join(_ rehearsal: JoinRehearsal, documentAt path: String) throws -> JoinReport {
    guard let ground = rehearsal.ground else { return try join(documentAt: path) }
    let arrival = rehearsal.arrival
    let report = try file.locked { () throws -> JoinReport? in
      try lookAgain()
      guard end == ground.end, file.generation == ground.generation, !findings.isDamaged,
        header.minimumWriter <= LineFormat.version
      else { return nil }
      if Interrupts.requested { throw WorkspaceError.interrupted }
      try append(arrival.members, making: rehearsal.after)
      for (replica, chain) in arrival.heads where state.frontier[replica] == chain.number {
        state.setHead(chain, of: replica)
      }
      return arrival.report
    }
    return try report ?? join(documentAt: path)
  }

  private func source(at path: String) throws -> Source {
    let other = try DocumentFile(path: path, writing: false)
    guard try Self.readHeader(of: other).workspace == header.workspace else {
      throw WorkspaceError.otherWorkspace(path: path)
    }
    return Source(try other.readToEnd(from: 0))
  }

  private func take(_ sources: [Source]) throws -> JoinReport {
    guard header.minimumWriter <= LineFormat.version else {
      throw DocumentError.needsNewerWriter(version: header.minimumWriter)
    }
    return try file.locked {
      try lookAgain()
      if findings.isDamaged { throw WorkspaceError.damaged(path: file.path) }
      let arrival = try arrival(of: sources)
      guard !arrival.members.isEmpty else { return arrival.report }
      if Interrupts.requested { throw WorkspaceError.interrupted }
      try append(arrival.members)
      for (replica, chain) in arrival.heads where state.frontier[replica] == chain.number {
        state.setHead(chain, of: replica)
      }
      return arrival.report
    }
  }

  /// Finds out what in some sources is new, and makes it ready to be appended.
  ///
  /// - Parameters:
  ///   - sources: what came in.
  ///   - adopting: the histories that a line will adopt which goes before what came in.
  ///   - isWanted: whether a commit is wanted.
  /// - Returns: what is new.
  /// - Throws: `DocumentError`, or what the system says.
  func arrival(
    of sources: [Source], adopting: Set<Authority.Origin> = [],
    where isWanted: (Dot) -> Bool = { _ in true }
  ) throws -> Arrival {
    var roots = knownRoots()
    for origin in adopting { roots.add(.adoption(origin.workspace, [origin.replica: 1])) }
    var receiver = Receiver(
      roots: roots, replicas: state.replicaTable,
      doorkeeper: Doorkeeper(state.admission.authority, header: header))
    // What stands behind a gap here may be what the incoming commits lead to.
    if findings.hasGap { try forEachFrame { receiver.collect($0, in: $1, isHeld: true) } }
    for source in sources {
      let isOfInterest = receiver.interest(in: source)
      source.forEachFrame(where: isOfInterest) { frame, raw in
        guard isWanted(frame.header.dot) else { return }
        receiver.collect(frame, in: raw, isHeld: false)
      }
    }
    if receiver.needsDocument {
      let isMarked = receiver.marked
      try Source(file.readToEnd(from: 0)).forEachFrame(where: isMarked) {
        receiver.compare($0, in: $1)
      }
    }
    let forked = receiver.forked
    let continued = receiver.continued.filter { !forked.contains($0) }
    for (replica, chain) in try knownChains(of: continued) {
      receiver.setChain(chain, of: replica)
    }
    let together = receiver.prove()
    let own = together.isEmpty ? ByteRegion([]) : try file.readToEnd(from: 0)
    var meeting = ForkMeeting(Source(own), sources, of: together, by: roots)
    let (members, report) = try receiver.finish(&meeting) { try heads(of: $0) }
    return Arrival(members: members, report: report, heads: receiver.ends)
  }

  /// The chains of replicas up to their last commits, from memory where they are known.
  private func knownChains(of replicas: [ReplicaID]) throws -> [ReplicaID: Chain] {
    let table = state.replicaTable
    var chains: [ReplicaID: Chain] = [:]
    for replica in replicas {
      guard let place = table.existingPlace(of: replica), let head = table[place].head,
        let key = table[place].key
      else { continue }
      chains[replica] = Chain(key: key, number: table[place].count, head: head)
    }
    return chains.merging(try self.chains(of: Set(replicas).subtracting(chains.keys))) { $1 }
  }

  /// The state's frontier.
  public var frontier: Frontier { state.frontier }

  /// Calls `body` with every commit that stands in the document, in its order.
  func forEachFrame(_ body: (CommitFrame, Span<UInt8>) throws -> Void) throws {
    try Source(file.readToEnd(from: 0)).forEachFrame(body)
  }
}

extension Source {
  /// Calls `body` with every commit that can be read, in the order in which they stand.
  ///
  /// - Parameters:
  ///   - isWanted: whether a member with such a run is wanted.
  ///   - body: receives the commit and the lines in which it stands.
  func forEachFrame(
    where isWanted: (Member.Run) -> Bool = { _ in true },
    _ body: (CommitFrame, Span<UInt8>) throws -> Void
  ) rethrows {
    var inflater = Inflater()
    var raw: [UInt8] = []
    for member in map.members {
      guard case .commits(let runs, _) = member.contents,
        runs.contains(where: isWanted),
        (try? member.inflate(bytes.bytes, with: &inflater, into: &raw)) != nil
      else { continue }
      var cursor = CommitCursor()
      while let frame = cursor.nextReadable(in: raw.span, refused: { _ in }) {
        try body(frame, raw.span)
      }
    }
  }
}

/// What joining would make of a base.
public struct JoinRehearsal: Sendable {
  /// What would be taken.
  public let report: JoinReport
  /// The state afterwards.
  public let after: State
  /// The records that might differ, by type and id; nothing if any might.
  public let touched: [(type: String, id: String)]?
  /// For each device how many commits would come, and their first and last wall clock, in
  /// milliseconds since 1970 UTC.
  public let authors: [(replica: ReplicaID, commitCount: Int, millis: ClosedRange<Int64>)]
  /// The state of the other document, if it is of another workspace.
  public let origin: State?
  /// What came in.
  let arrival: Arrival
  /// The document that `after` was made from; nothing if joining has to work that out once more.
  let ground: Ground?

  /// A document at a moment.
  struct Ground: Sendable {
    let end: Int
    let generation: Int
  }
}

extension Workspace {
  /// Works out the state as an arrival would make it.
  ///
  /// - Parameters:
  ///   - arrival: what came in.
  ///   - adopted: replicas of other workspaces that would be adopted with it.
  ///   - origin: the state of the document from which they would be.
  /// - Returns: the state, and who made what came.
  /// - Throws: `DocumentError`, or what the system says.
  func rehearsal(
    of arrival: Arrival,
    adopting adopted: [Authority.Origin: UInt32] = [:],
    from origin: State? = nil
  ) throws -> JoinRehearsal {
    let bytes = ByteRegion(arrival.members)
    let map = bytes.withBytes { MemberMap($0) }
    var after = state
    var touched: [(type: String, id: String)] = []
    var isWhole = findings.hasGap || origin != nil
    for member in map.members where !isWhole {
      guard case .commits(let runs, _) = member.contents else { continue }
      for run in runs { after.register(run.replica) }
      let batch = try Loader.read(
        member, from: bytes, base: 0, places: after.places, names: after.names,
        seed: after.seed)
      touched += batch.touched(after.names)
      isWhole = try !after.apply(batch, names: after.names)
    }
    if isWhole {
      let source = Source(ByteRegion(try file.read(from: 0, count: end) + arrival.members))
      let forks = Loader.forks(source.map, from: source.bytes, in: header.workspace)
      let available = Loader.available(source.map, after: .init()).merging(forks.tips) { $1 }
      var supposed = state.admission.authority.elsewhere
      for origin in adopted.keys { supposed[origin.replica] = origin.workspace }
      after = State(
        try Loader.build(
          source.map, from: source.bytes, header: header, forks: forks, available: available,
          supposing: supposed, imagining: adopted),
        header: header, plan: plan)
    }
    let table = after.replicaTable
    let authors = Dictionary(grouping: arrival.report.dots, by: \.replica).compactMap {
      (replica, dots) -> (replica: ReplicaID, commitCount: Int, millis: ClosedRange<Int64>)? in
      let stamps = dots.compactMap { dot in
        table.existingPlace(of: replica).map { table[$0].stamp(of: dot.number) }
      }
      guard let first = stamps.min(), let last = stamps.max() else { return nil }
      return (replica, dots.count, first...last)
    }
    return JoinRehearsal(
      report: arrival.report, after: after, touched: isWhole ? nil : touched,
      authors: authors.sorted { $0.replica < $1.replica }, origin: origin, arrival: arrival,
      ground: origin != nil || isWhole ? nil : .init(end: end, generation: file.generation))
  }
}
