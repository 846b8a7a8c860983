import Bytes
public import Documents
import Platform
public import Sealing

/// The commits of an open base, as they are given to and taken from peers.
///
/// One thread at a time, like the workspace. It looks at the document itself, so that a long
/// transfer need not work out the state at every step: `refresh` does that.
public final class CommitExchange {
  /// The base.
  public let workspace: Workspace

  private(set) var ledger: CommitLedger
  /// How often the ledger was made anew; places in an older one mean nothing.
  private(set) var ledgerNumber = 0
  /// How often there was something in the document that did not come by this exchange.
  public private(set) var foreignRounds = 0
  private var generation: Int
  /// The length of the file when it was last read, a torn tail included.
  private var seenByteCount = 0
  /// Whether the ledger has gone beyond what the workspace has read, so that `sound` lacks it.
  private var isAhead = false
  /// Up to where each replica's commits are known to break no rule.
  private var sound: [ReplicaID: UInt32] = [:]
  /// The replicas that wrote several histories.
  private var histories = Histories()

  /// Reads through the document of a base.
  ///
  /// - Throws: `DocumentError`, or what the system says.
  public init(_ workspace: Workspace) throws {
    self.workspace = workspace
    let known = workspace.knownLedger
    workspace.knownLedger = nil
    let kept = known == nil ? workspace.keptLedger() : nil
    ledger = known?.ledger ?? kept ?? workspace.emptyLedger()
    generation = known?.generation ?? workspace.file.generation
    let keptEnd = kept?.end ?? 0
    try refresh()
    if ledger.end - keptEnd > Workspace.tailLimit { workspace.keep(ledger) }
  }

  /// Takes in what was appended since, by this exchange or by other processes.
  ///
  /// - Throws: `DocumentError`, or what the system says.
  public func refresh() throws {
    let (before, size) = try (workspace.file.generation, workspace.file.status().size)
    try workspace.refresh()
    try follow()
    // Somebody may have written between the two; then the next look reads on.
    isAhead = workspace.file.generation != before || ledger.end > size
    sound = workspace.frontier.numbers
    let forked = workspace.forkedReplicas
    histories = forked.isEmpty ? Histories() : try histories(of: forked)
  }

  private func histories(of replicas: Set<ReplicaID>) throws -> Histories {
    let bytes = ByteRegion(try workspace.file.read(from: 0, count: ledger.end))
    return Histories(
      of: replicas, in: Source(bytes), workspace: workspace.header.workspace)
  }

  /// Whether the document has changed since the last look; costs one question to the system.
  ///
  /// - Throws: `DocumentError.notFound`, or what the system says.
  public func hasChanged() throws -> Bool {
    if try isAhead || workspace.file.isReplaced() { return true }
    let size = try workspace.file.status().size
    return size != ledger.end && size != seenByteCount
  }

  /// For each history the last commit that is held without gaps, by the history's name.
  public var marks: [ReplicaID: ChainMark] {
    var marks = histories.marks
    for replica in ledger.chains.keys where histories.trees[replica] == nil {
      let number = soundNumber(of: replica)
      guard let head = ledger.head(of: Dot(replica, number)) else { continue }
      marks[replica] = ChainMark(number: number, head: head.prefix128)
    }
    return marks
  }

  /// The digest of the state (SPEC §9.4), of what `refresh` last took in.
  public func digest() -> Hash256 { Export.digest(workspace.state) }

  /// The commits that someone lacks who holds these.
  ///
  /// - Parameter peer: up to where the other's histories go, by whatever names.
  /// - Returns: the commits; and the replicas of which there are several histories.
  /// - Throws: `DocumentError`, or what the system says.
  public func outgoing(
    beyond peer: [ReplicaID: ChainMark]
  ) throws -> (outbox: CommitOutbox, forked: [ReplicaID]) {
    var known: [ReplicaID: UInt32] = [:]
    var forked = Set(histories.trees.keys)
    for (replica, mark) in peer {
      known[replica] = mark.number
      let head = ledger.head(of: Dot(replica, mark.number))
      if let head, head.prefix128 != mark.head { forked.insert(replica) }
    }
    var forks: [OutgoingMember] = []
    if !forked.isEmpty {
      let all = try histories(of: forked)
      let (members, bytes, _) = try all.members(beyond: Set(peer.values))
      forks = members.map { member in
        var count = 0
        if case .commits(let runs, _) = member.contents { count = CommitOutbox.count(runs) }
        return OutgoingMember(
          bytes: Array(bytes[member.byteOffset..<member.byteEnd]), commitCount: count)
      }
    }
    let outbox = CommitOutbox(source: self, known: known, excluded: forked, forks: forks)
    return (outbox, forked.sorted())
  }

  /// An empty intake for this base.
  public func makeIntake() -> CommitIntake {
    let authority = workspace.state.admission.authority
    return CommitIntake(
      roots: workspace.knownRoots(),
      doorkeeper: Doorkeeper(authority, header: workspace.header), turnsAway: true,
      forked: workspace.forkedReplicas, nodes: histories.nodes, keepsBatchesWhole: true)
  }

  /// Verifies what was added to an intake and appends what is proven, durably.
  ///
  /// The state takes it in at the next `refresh`.
  ///
  /// - Parameters:
  ///   - intake: what has arrived.
  ///   - isEnd: whether nothing more comes.
  /// - Returns: what was appended, and what was refused.
  /// - Throws: `IntakeError` if what arrived is not to be trusted; `WorkspaceError`,
  ///   `DocumentError`, or what the system says, if it cannot be kept.
  public func store(_ intake: inout CommitIntake, isEnd: Bool) throws -> StagedCommits {
    try intake.verify(against: ledger)
    var staged = intake.take(isEnd: isEnd)
    if !staged.members.isEmpty { try append(&staged) }
    if !staged.aside.isEmpty { try join(&staged) }
    return staged
  }

  private func append(_ staged: inout StagedCommits) throws {
    guard workspace.header.minimumWriter <= LineFormat.version else {
      throw DocumentError.needsNewerWriter(version: workspace.header.minimumWriter)
    }
    try workspace.file.locked {
      try follow()
      if workspace.findings.isDamaged {
        throw WorkspaceError.damaged(path: workspace.file.path)
      }
      if isOvertaken(staged) { staged = try restage(staged) }
      guard !staged.members.isEmpty else { return }
      if Interrupts.requested { throw WorkspaceError.interrupted }
      try workspace.file.append(staged.members, at: ledger.end)
      ledger.extend(
        byteCount: staged.members.count, members: staged.pieces, commits: staged.commits)
      for (replica, mark) in staged.marks { sound[replica] = mark.number }
    }
  }

  /// Takes in what takes a look at everything together, as from a file.
  private func join(_ staged: inout StagedCommits) throws {
    // In one piece: the members of a batch belong together.
    let report = try workspace.receive([Array(staged.aside.joined())])
    staged.aside = []
    staged.refused += report.refused + report.waiting + report.strangers.map { Dot($0, 1) }
    staged.joined = report.dots
    try refresh()
    staged.hasForks = !report.dots.isEmpty && !histories.trees.isEmpty
    // The names of histories may have changed, so all that they end with is told.
    staged.joinedMarks = histories.marks
    let present = marks
    for dot in report.dots { staged.joinedMarks[dot.replica] = present[dot.replica] }
    staged.joinedChains = Set(report.dots.map(\.replica)).subtracting(histories.marks.keys)
  }

  /// Whether someone else has written commits of the same replicas meanwhile.
  private func isOvertaken(_ staged: StagedCommits) -> Bool {
    staged.bases.contains { replica, base in
      base?.number ?? 0 != ledger.chains[replica]?.number ?? 0
        || base?.head != ledger.chains[replica]?.head
    }
  }

  private func restage(_ staged: StagedCommits) throws -> StagedCommits {
    var intake = makeIntake()
    for member in staged.pieces {
      try intake.add(Array(staged.members[member.byteOffset..<member.byteEnd]))
    }
    try intake.verify(against: ledger)
    var result = intake.take(isEnd: true)
    result.refused = staged.refused + result.refused
    result.aside += staged.aside
    return result
  }

  /// Brings the ledger up to the end of the document.
  private func follow() throws {
    let file = workspace.file
    if try file.generation != generation || file.status().size < ledger.end {
      ledger = workspace.emptyLedger()
      ledgerNumber += 1
      generation = file.generation
      foreignRounds += 1
    }
    let bytes = try file.readToEnd(from: ledger.end)
    seenByteCount = ledger.end + bytes.count
    guard bytes.count > 0 else { return }
    let end = ledger.end
    ledger.extend(bytes)
    guard ledger.end > end else { return }
    foreignRounds += 1
    isAhead = true
  }

  func read(_ member: Member) throws -> [UInt8] {
    try workspace.file.read(from: member.byteOffset, count: member.byteCount)
  }

  func soundNumber(of replica: ReplicaID) -> UInt32 {
    min(sound[replica] ?? 0, ledger.chains[replica]?.number ?? 0)
  }
}

extension Workspace {
  /// A ledger without commits that knows who was let in.
  func emptyLedger() -> CommitLedger {
    CommitLedger(
      roots: knownRoots(), doorkeeper: Doorkeeper(state.admission.authority, header: header))
  }

  /// The first commit line of this device's replica: what it shows of its membership to a peer
  /// that may not have heard of it yet (SPEC §14.4).
  ///
  /// - Returns: the line; empty if the device has written nothing, or if it is too long.
  /// - Throws: `DocumentError`, `DeviceError`, or what the system says.
  public func evidence() throws -> [UInt8] {
    guard let replica = try ownReplica() else { return [] }
    var line: [UInt8] = []
    let source = Source(try file.readToEnd(from: 0))
    source.forEachFrame(where: { $0.replica == replica && $0.first == 1 }) { frame, raw in
      guard line.isEmpty, frame.header.dot == Dot(replica, 1) else { return }
      line = [UInt8](bytesOf: raw.extracting(frame.line))
    }
    return line.count <= Limits.evidenceBytes ? line : []
  }
}
