import Bytes
public import Documents
public import Replication
public import Sealing

/// The commits of an open base, for sessions.
///
/// One store serves all sessions of a process; other processes may write the base meanwhile.
public final class WorkspaceStore: CommitStore {
  /// The base.
  public let workspace: Workspace

  private let exchange: CommitExchange
  /// Whether the state does not show yet what was taken from peers.
  private var isBehind = false
  private var lastDigest: (fingerprint: Hash256, digest: Hash256)?
  private var arrivals: [Member.Run] = []
  /// Up to where whoever asks for changes knows of them.
  private var toldRounds: Int

  /// Reads through the document once.
  ///
  /// - Throws: `DocumentError`, or what the system says.
  public init(_ workspace: Workspace) throws {
    self.workspace = workspace
    exchange = try CommitExchange(workspace)
    toldRounds = exchange.foreignRounds
  }

  /// Takes in what other processes have written.
  ///
  /// - Returns: whether there was anything since this was last asked, be it that a session has
  ///   come upon it meanwhile.
  /// - Throws: `DocumentError`, or what the system says.
  public func takeInChanges() throws -> Bool {
    try lookAgain()
    defer { toldRounds = exchange.foreignRounds }
    return exchange.foreignRounds != toldRounds
  }

  private func lookAgain() throws {
    guard try exchange.hasChanged() || isBehind else { return }
    try exchange.refresh()
    isBehind = false
  }

  /// Tells which commits have come from peers since this was last asked.
  ///
  /// - Returns: the commits, those of a replica that follow each other as one run.
  public func takeArrivals() -> [Member.Run] {
    defer { arrivals = [] }
    return arrivals
  }

  /// The header line of the document.
  public var headerLine: [UInt8]? { workspace.header.line }

  /// Not asked of a base that exists.
  public func adopt(headerLine: [UInt8]) throws {}

  /// What is held, by the ids of replicas.
  public func holdings() throws -> Holdings {
    try lookAgain()
    return Holdings(exchange.marks)
  }

  /// The commits that a peer lacks.
  public func outgoing(to peer: Holdings) throws -> any OutgoingCommits {
    let (outbox, forked) = try exchange.outgoing(beyond: peer.byReplica)
    return WorkspaceOutgoing(outbox: outbox, forked: forked.map { ByteString($0.bytes) })
  }

  /// Takes commits from a peer.
  public func incoming() throws -> any IncomingCommits {
    Incoming(exchange.makeIntake()) { [self] intake, isEnd in
      let staged = try exchange.store(&intake, isEnd: isEnd)
      if !staged.members.isEmpty { isBehind = true }
      for dot in staged.dots.sorted() { Member.Run.note(dot, in: &arrivals) }
      // Who is a member may have changed, so the state follows at once; not in mid-transfer.
      if isEnd { try lookAgain() }
      return staged
    } isHeld: { [self] dot in
      workspace.state.isHeld(dot)
    }
  }

  /// The digest of the state.
  public func digest() throws -> Hash256? {
    let fingerprint = try holdings().fingerprint
    if let lastDigest, lastDigest.fingerprint == fingerprint { return lastDigest.digest }
    let kept = workspace.keptDigest(of: fingerprint)
    let digest = kept ?? exchange.digest()
    if kept == nil { workspace.keep(digest: digest, of: fingerprint) }
    lastDigest = (fingerprint, digest)
    return digest
  }
}

extension Holdings {
  /// What a document holds.
  init(_ marks: [ReplicaID: ChainMark]) {
    self.init()
    for (replica, mark) in marks { note(mark, of: ByteString(replica.bytes)) }
  }

  /// The chains that are replicas by their names.
  var byReplica: [ReplicaID: ChainMark] {
    var result: [ReplicaID: ChainMark] = [:]
    for (chain, mark) in marks {
      if let replica = ReplicaID(bytes: chain.bytes.span) { result[replica] = mark }
    }
    return result
  }
}

private final class WorkspaceOutgoing: OutgoingCommits {
  let forked: [ByteString]
  private let outbox: CommitOutbox

  init(outbox: CommitOutbox, forked: [ByteString]) {
    self.outbox = outbox
    self.forked = forked
  }

  func next() throws -> (member: [UInt8], commitCount: Int)? {
    try outbox.next().map { ($0.bytes, $0.commitCount) }
  }
}

/// An intake and what keeps its commits.
final class Incoming: IncomingCommits {
  private var intake: CommitIntake
  private let keep: (inout CommitIntake, Bool) throws -> StagedCommits
  private let isHeld: (Dot) -> Bool
  /// What was kept before the end, of which the state does not know yet whether it is held.
  private var uncounted: Set<Dot> = []

  init(
    _ intake: consuming CommitIntake,
    keep: @escaping (inout CommitIntake, Bool) throws -> StagedCommits,
    isHeld: @escaping (Dot) -> Bool = { _ in false }
  ) {
    self.intake = intake
    self.keep = keep
    self.isHeld = isHeld
  }

  func add(_ member: [UInt8]) throws -> Int { try intake.add(member) }

  func store(isEnd: Bool) throws -> StoredCommits {
    let staged = try keep(&intake, isEnd)
    var stored = StoredCommits()
    stored.commitCount = staged.commitCount
    stored.refusedCount = staged.refused.count
    stored.hasForks = staged.hasForks
    uncounted.formUnion(staged.dots)
    if isEnd {
      stored.heldCount = uncounted.count { isHeld($0) }
      uncounted = []
    }
    stored.marks = Holdings(staged.marks)
    stored.sentMarks = Holdings(staged.sentMarks)
    return stored
  }
}
