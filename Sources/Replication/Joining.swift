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
      for (replica, number) in try other.highest() {
        guard state.frontier[replica] > 0, number > state.frontier[replica] else { continue }
        receiver.setChain(try chain(of: replica), of: replica)
      }
      // What stands behind a gap here may be what the other document's commits lead to.
      if findings.hasGap { try forEachFrame { receiver.collect($0, in: $1, isHeld: true) } }
      try other.forEachFrame { receiver.collect($0, in: $1, isHeld: false) }
      let (members, report) = try receiver.finish()
      guard !members.isEmpty else { return report }
      if Interrupts.requested { throw WorkspaceError.interrupted }
      try append(members)
      return report
    }
  }

  /// The state's frontier.
  public var frontier: Frontier { state.frontier }

  private func highest() throws -> [ReplicaID: UInt32] {
    let bytes = try file.readToEnd(from: 0)
    return Loader.highest(bytes.withBytes { MemberMap($0) })
  }

  /// Calls `body` with every commit that stands in the document, in its order.
  func forEachFrame(_ body: (CommitFrame, Span<UInt8>) throws -> Void) throws {
    let bytes = try file.readToEnd(from: 0)
    let map = bytes.withBytes { MemberMap($0) }
    var inflater = Inflater()
    var raw: [UInt8] = []
    for member in map.members {
      guard case .commits = member.contents else { continue }
      try member.inflate(bytes.bytes, with: &inflater, into: &raw)
      var cursor = CommitCursor()
      while let frame = cursor.nextReadable(in: raw.span, refused: { _ in }) {
        try body(frame, raw.span)
      }
    }
  }
}

/// Holds commits that come in against the chains of their replicas.
struct Receiver {
  private struct Candidate {
    let header: CommitHeader
    let lines: [UInt8]
    /// Whether the document holds the commit already, behind a gap.
    let isHeld: Bool
  }

  private let workspace: WorkspaceID
  private let frontier: Frontier
  private var chains: [ReplicaID: Chain] = [:]
  private var candidates: [Dot: Candidate] = [:]
  private var order: [Dot] = []
  private var reader = EditReader()

  init(workspace: WorkspaceID, frontier: Frontier) {
    self.workspace = workspace
    self.frontier = frontier
  }

  mutating func setChain(_ chain: Chain, of replica: ReplicaID) { chains[replica] = chain }

  mutating func collect(_ frame: CommitFrame, in raw: Span<UInt8>, isHeld: Bool) {
    let dot = frame.header.dot
    guard !frontier.contains(dot), candidates[dot] == nil else { return }
    candidates[dot] = Candidate(
      header: frame.header, lines: [UInt8](bytesOf: raw.extracting(frame.whole)), isHeld: isHeld)
    order.append(dot)
  }

  /// The members to append: all commits that follow on what is held and are proven (SPEC §6.5).
  mutating func finish() throws -> (members: [UInt8], report: JoinReport) {
    var report = JoinReport()
    var proven: Set<Dot> = []
    for replica in Set(order.map(\.replica)).sorted() { prove(replica, &proven, &report) }
    var packing = Packing()
    for dot in CausalOrder.sorted(
      order.filter(proven.contains), headers: { candidates[$0]?.header })
    {
      guard let candidate = candidates[dot], !candidate.isHeld else { continue }
      var cursor = CommitCursor()
      if let frame = try cursor.next(in: candidate.lines.span) {
        try packing.add(frame, in: candidate.lines.span)
      }
      report.commitCount += 1
    }
    packing.close()
    return (packing.members, report)
  }

  /// Follows one replica's chain as far as it holds and is signed.
  private mutating func prove(
    _ replica: ReplicaID, _ proven: inout Set<Dot>, _ report: inout JoinReport
  ) {
    var number = frontier[replica]
    var unsigned: [Dot] = []
    while let candidate = candidates[Dot(replica, number + 1)] {
      number += 1
      let dot = Dot(replica, number)
      unsigned.append(dot)
      if let key = candidate.header.key, chains[replica] == nil {
        chains[replica] = Chain(workspace: workspace, key: key)
      }
      guard let signature = try? advance(candidate, of: replica) else { break }
      guard !signature.isEmpty else { continue }
      guard chains[replica]?.verify(signature) ?? false else { break }
      proven.formUnion(unsigned)
      unsigned.removeAll()
    }
    if let refused = unsigned.first { report.refused.append(refused) }
  }

  /// Takes the next commit into its replica's chain.
  ///
  /// What breaks the format is refused here: in the document it would block its replica.
  ///
  /// - Returns: its signature; empty if it has none.
  private mutating func advance(
    _ candidate: Candidate, of replica: ReplicaID
  ) throws -> [UInt8] {
    let raw = candidate.lines.span
    var cursor = CommitCursor()
    guard let frame = try cursor.next(in: raw) else {
      throw DocumentError.line(.unexpected, byteOffset: 0)
    }
    let trailer = try Trailer(line: raw.extracting(frame.trailer))
    try chains[replica]?.advance(
      commitLine: raw.extracting(frame.line), body: raw.extracting(frame.body),
      salt: trailer.salt)
    var records: Set<String> = []
    var start = frame.body.lowerBound
    while start < frame.body.upperBound, let end = Lines.end(ofLineAt: start, in: raw) {
      if let edit = try reader.edit(of: raw.extracting(start..<end)),
        !records.insert("\(edit.type) \(edit.id)").inserted
      {
        throw DocumentError.line(.recordTwice, byteOffset: start)
      }
      start = end + 1
    }
    return trailer.signature ?? []
  }
}
