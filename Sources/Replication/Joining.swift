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
}

extension Workspace {
  /// Takes in the commits of another document of the same workspace that this one lacks.
  ///
  /// Each is verified: its place in its replica's chain, and a signature over it or a later one.
  /// The state afterwards is that of the union of both sets of commits, whichever way round.
  ///
  /// - Parameters:
  ///   - other: the other document, which is only read.
  ///   - isRehearsal: whether to stop before anything is written.
  /// - Returns: what was taken.
  /// - Throws: `WorkspaceError.otherWorkspace`, or as `write`.
  public func join(_ other: Workspace, isRehearsal: Bool = false) throws -> JoinReport {
    guard other.header.workspace == header.workspace else {
      throw WorkspaceError.otherWorkspace(path: other.file.path)
    }
    return try take(
      [Source(try other.file.readToEnd(from: 0))], isRehearsal: isRehearsal)
  }

  /// Takes in the commits of members that a carrier brought; those that this document has are
  /// passed over.
  ///
  /// - Parameter pieces: stretches of members, each from its first byte.
  /// - Returns: what was taken.
  /// - Throws: as `write`.
  public func receive(_ pieces: [[UInt8]]) throws -> JoinReport {
    try take(pieces.map { Source(ByteRegion($0)) }, isRehearsal: false)
  }

  private func take(_ sources: [Source], isRehearsal: Bool) throws -> JoinReport {
    guard header.minimumWriter <= LineFormat.version else {
      throw DocumentError.needsNewerWriter(version: header.minimumWriter)
    }
    return try file.locked {
      try lookAgain()
      if findings.isDamaged { throw WorkspaceError.damaged(path: file.path) }
      var receiver = Receiver(workspace: header.workspace, replicas: state.replicaTable)
      // What stands behind a gap here may be what the incoming commits lead to.
      if findings.hasGap { try forEachFrame { receiver.collect($0, in: $1, isHeld: true) } }
      for source in sources {
        let isWanted = receiver.interest(in: source)
        source.forEachFrame(where: isWanted) { receiver.collect($0, in: $1, isHeld: false) }
      }
      let own = receiver.needsDocument ? Source(try file.readToEnd(from: 0)) : nil
      if let own {
        let isMarked = receiver.marked
        own.forEachFrame(where: isMarked) { receiver.compare($0, in: $1) }
      }
      let forked = receiver.forked
      for replica in receiver.continued where !forked.contains(replica) {
        receiver.setChain(try knownChain(of: replica), of: replica)
      }
      var (members, report) = try receiver.finish(except: forked)
      if let own, !forked.isEmpty {
        var meeting = ForkMeeting(own, sources, of: forked, in: header.workspace)
        try meeting.finish()
        members += meeting.members
        report.commitCount += meeting.commitCount
        report.dots.formUnion(meeting.dots)
        report.refused += meeting.refused
      }
      guard !members.isEmpty, !isRehearsal else { return report }
      if Interrupts.requested { throw WorkspaceError.interrupted }
      try append(members)
      for (replica, chain) in receiver.heads where state.frontier[replica] == chain.number {
        state.setHead(chain, of: replica)
      }
      return report
    }
  }

  /// The chain of a replica up to its last commit, from memory where it is known.
  private func knownChain(of replica: ReplicaID) throws -> Chain {
    let table = state.replicaTable
    if let place = table.existingPlace(of: replica), let head = table[place].head,
      let key = table[place].key
    {
      return Chain(key: key, number: table[place].count, head: head)
    }
    return try chain(of: replica)
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

/// Holds commits that come in against the chains of their replicas.
struct Receiver {
  private struct Candidate {
    let header: CommitHeader
    let lines: [UInt8]
    /// Whether the document holds the commit already, behind a gap.
    let isHeld: Bool
  }

  /// What tells a commit from another of the same dot: its salt and its signature.
  private struct Mark: Equatable {
    let number: UInt32
    let trailer: [UInt8]
  }

  private let workspace: WorkspaceID
  private let counts: [ReplicaID: UInt32]
  private var chains: [ReplicaID: Chain] = [:]
  private var candidates: [Dot: Candidate] = [:]
  private var order: [Dot] = []
  private var reader = EditReader()

  /// Of each replica the last incoming commit that the document has too.
  private var marks: [ReplicaID: Mark] = [:]

  /// The replicas that have written several histories, or may have.
  private(set) var forked: Set<ReplicaID> = []
  private let knownForks: Set<ReplicaID>

  init(workspace: WorkspaceID, replicas: ReplicaTable) {
    self.workspace = workspace
    counts = Dictionary(
      uniqueKeysWithValues: replicas.entries.filter { $0.device == nil }.map { ($0.id, $0.count) })
    knownForks = replicas.forked
  }

  /// The replicas whose incoming commits go on where the document ends.
  var continued: [ReplicaID] {
    Set(order.map(\.replica)).filter { counts[$0] ?? 0 > 0 }.sorted()
  }

  var needsDocument: Bool { !marks.isEmpty || !forked.isEmpty }

  /// Which members of a source matter: those with something new, and of each replica the one with
  /// the last commit that both have, by which forks are noticed.
  mutating func interest(in source: Source) -> (Member.Run) -> Bool {
    forked.formUnion(Loader.overlapping(source.map))
    let counts = counts
    let forked = forked.union(knownForks)
    let highest = Loader.highest(source.map)
    return { run in
      let count = counts[run.replica] ?? 0
      let common = min(count, highest[run.replica] ?? 0)
      return run.last > count || run.first <= common && common <= run.last
        || forked.contains(run.replica)
    }
  }

  /// Whether a member of the document has a commit that is to be compared.
  var marked: (Member.Run) -> Bool {
    { [marks] run in
      guard let mark = marks[run.replica] else { return false }
      return run.first <= mark.number && mark.number <= run.last
    }
  }

  /// The chains of the replicas of which something was taken.
  var heads: [ReplicaID: Chain] { chains }

  mutating func setChain(_ chain: Chain, of replica: ReplicaID) { chains[replica] = chain }

  mutating func collect(_ frame: CommitFrame, in raw: Span<UInt8>, isHeld: Bool) {
    let dot = frame.header.dot
    if knownForks.contains(dot.replica) { forked.insert(dot.replica) }
    if dot.number <= counts[dot.replica] ?? 0 {
      if !isHeld, dot.number >= marks[dot.replica]?.number ?? 0 {
        let mark = Mark(
          number: dot.number, trailer: [UInt8](bytesOf: raw.extracting(frame.trailer)))
        if let other = marks[dot.replica], other.number == dot.number, other != mark {
          forked.insert(dot.replica)
        }
        marks[dot.replica] = mark
      }
      return
    }
    if let known = candidates[dot] {
      // Another copy, or another history; that takes a closer look.
      let lines = raw.extracting(frame.whole)
      if !known.lines.span.matches(0..<known.lines.count, lines) { forked.insert(dot.replica) }
      return
    }
    candidates[dot] = Candidate(
      header: frame.header, lines: [UInt8](bytesOf: raw.extracting(frame.whole)), isHeld: isHeld)
    order.append(dot)
  }

  /// Holds a commit of the document against the incoming one of the same dot.
  ///
  /// Signatures are made without chance, so equal trailers under right signatures mean equal
  /// histories; unequal ones may mean that one signature was left out, and are looked into.
  mutating func compare(_ frame: CommitFrame, in raw: Span<UInt8>) {
    let dot = frame.header.dot
    guard let mark = marks[dot.replica], mark.number == dot.number else { return }
    let isSigned = (try? Trailer(line: raw.extracting(frame.trailer)))?.signature != nil
    guard isSigned, mark.trailer.span.matches(0..<mark.trailer.count, raw.extracting(frame.trailer))
    else {
      forked.insert(dot.replica)
      return
    }
  }

  /// The members to append: all commits that follow on what is held and are proven (SPEC §6.5).
  ///
  /// - Parameter forked: the replicas that are left to `ForkMeeting`.
  /// - Returns: the members, and what is in them.
  /// - Throws: `DocumentError` if a commit cannot be packed.
  mutating func finish(
    except forked: Set<ReplicaID>
  ) throws -> (members: [UInt8], report: JoinReport) {
    var report = JoinReport()
    var proven: Set<Dot> = []
    for replica in Set(order.map(\.replica)).subtracting(forked).sorted() {
      prove(replica, &proven, &report)
    }
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
      report.dots.insert(dot)
    }
    packing.close()
    return (packing.members, report)
  }

  /// Follows one replica's chain as far as it holds and is signed.
  private mutating func prove(
    _ replica: ReplicaID, _ proven: inout Set<Dot>, _ report: inout JoinReport
  ) {
    var number = counts[replica] ?? 0
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
