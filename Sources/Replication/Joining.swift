import Bytes
public import Documents
import Platform
import Sealing

/// What joining another document brought.
public struct JoinReport: Equatable, Sendable {
  /// How many commits were new.
  public internal(set) var commitCount = 0

  /// The first commit of each replica that was not taken, since its chain or signature does not
  /// hold.
  ///
  /// What follows it in its replica was not taken either.
  public internal(set) var refused: [Dot] = []
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
    return try file.locked {
      try lookAgain()
      if findings.isDamaged { throw WorkspaceError.damaged(path: file.path) }
      var receiver = Receiver(workspace: header.workspace, frontier: state.frontier)
      for replica in other.frontier.numbers.keys where state.frontier[replica] > 0 {
        guard other.frontier[replica] > state.frontier[replica] else { continue }
        receiver.setChain(try chain(of: replica), of: replica)
      }
      try other.forEachFrame { frame, raw in try receiver.receive(frame, in: raw) }
      let (members, report) = try receiver.finish()
      guard !members.isEmpty else { return report }
      if Interrupts.requested { throw WorkspaceError.interrupted }
      try append(members)
      return report
    }
  }

  /// The state's frontier.
  public var frontier: Frontier { state.frontier }

  /// Calls `body` with every commit that stands in the document, in its order.
  func forEachFrame(_ body: (CommitFrame, Span<UInt8>) throws -> Void) throws {
    let bytes = ByteRegion(try file.readToEnd(from: 0))
    let map = bytes.withBytes { MemberMap($0) }
    var inflater = Inflater()
    var raw: [UInt8] = []
    for member in map.members {
      guard case .commits = member.contents else { continue }
      try member.inflate(bytes.bytes, with: &inflater, into: &raw)
      var cursor = CommitCursor()
      while let frame = try cursor.next(in: raw.span) { try body(frame, raw.span) }
    }
  }
}

/// Holds commits that come in against the chains of their replicas.
struct Receiver {
  private let workspace: WorkspaceID
  private let frontier: Frontier
  private var chains: [ReplicaID: Chain] = [:]
  /// For each replica, up to where a signature was verified.
  private var verified: [ReplicaID: UInt32] = [:]
  private var broken: [ReplicaID: Dot] = [:]
  private var pending: [(dot: Dot, lines: [UInt8])] = []

  init(workspace: WorkspaceID, frontier: Frontier) {
    self.workspace = workspace
    self.frontier = frontier
  }

  mutating func setChain(_ chain: Chain, of replica: ReplicaID) { chains[replica] = chain }

  mutating func receive(_ frame: CommitFrame, in raw: Span<UInt8>) throws {
    let dot = frame.header.dot
    guard !frontier.contains(dot), broken[dot.replica] == nil else { return }
    if let key = frame.header.key, chains[dot.replica] == nil {
      chains[dot.replica] = Chain(workspace: workspace, key: key)
    }
    guard let chain = chains[dot.replica], dot.number == chain.number + 1 else { return }
    let trailer = try Trailer(line: raw.extracting(frame.trailer))
    try chains[dot.replica]?.advance(
      commitLine: raw.extracting(frame.line), body: raw.extracting(frame.body),
      salt: trailer.salt)
    if let signature = trailer.signature {
      guard chains[dot.replica]?.verify(signature) ?? false else {
        broken[dot.replica] = dot
        return
      }
      verified[dot.replica] = dot.number
    }
    pending.append((dot, [UInt8](bytesOf: raw.extracting(frame.whole))))
  }

  /// The members to append: all commits that a verified signature covers.
  func finish() throws -> (members: [UInt8], report: JoinReport) {
    var report = JoinReport()
    var packing = Packing()
    var refused: [ReplicaID: Dot] = broken
    for (dot, lines) in pending {
      guard dot.number <= verified[dot.replica] ?? 0 else {
        refused[dot.replica] = min(refused[dot.replica] ?? dot, dot)
        continue
      }
      var cursor = CommitCursor()
      if let frame = try cursor.next(in: lines.span) { try packing.add(frame, in: lines.span) }
      report.commitCount += 1
    }
    packing.close()
    report.refused = refused.values.sorted()
    return (packing.members, report)
  }
}
