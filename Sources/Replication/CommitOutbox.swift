import Bytes
import Documents

/// A member on its way to a peer.
public struct OutgoingMember: Sendable {
  /// The member as it would stand in a document.
  public let bytes: [UInt8]

  /// How many commits it brings.
  public let commitCount: Int
}

/// Walks the commits that someone lacks, member by member, in the order of the document.
///
/// Large members go as they stand; small ones, and parts, are packed anew, as `compact` would.
/// Little is held in memory at a time.
public final class CommitOutbox {
  private let source: CommitExchange
  private var known: [ReplicaID: UInt32]
  private let excluded: Set<ReplicaID>
  private var place = 0
  private var ledgerNumber: Int
  private var ready: [OutgoingMember] = []
  private var packing = Packing()
  private var packedByteCount = 0

  /// A member with at least so many bytes of lines goes as it stands.
  private static let wholeFrom = 64 << 10

  /// The members with histories of forked replicas, which go last.
  private var forks: [OutgoingMember]

  init(
    source: CommitExchange, known: [ReplicaID: UInt32], excluded: Set<ReplicaID>,
    forks: [OutgoingMember]
  ) {
    self.source = source
    self.known = known
    self.excluded = excluded
    self.forks = forks
    ledgerNumber = source.ledgerNumber
  }

  /// The next member; nothing when the peer has all that is held here.
  ///
  /// After nothing it may be asked again, once more has been written here.
  ///
  /// - Throws: `DocumentError`, or what the system says.
  public func next() throws -> OutgoingMember? {
    if ledgerNumber != source.ledgerNumber {
      // The document was rewritten: the same commits in other members.
      ledgerNumber = source.ledgerNumber
      place = 0
    }
    while ready.isEmpty, place < source.ledger.members.count {
      let member = source.ledger.members[place]
      place += 1
      try add(member)
    }
    if ready.isEmpty { closePacking() }
    if ready.isEmpty, !forks.isEmpty { return forks.removeFirst() }
    return ready.isEmpty ? nil : ready.removeFirst()
  }

  private func isWanted(_ dot: Dot) -> Bool {
    dot.number > known[dot.replica] ?? 0 && dot.number <= source.soundNumber(of: dot.replica)
      && !excluded.contains(dot.replica)
  }

  private func add(_ member: Member) throws {
    guard case .commits(let runs, _) = member.contents,
      runs.contains(where: { run in
        run.last > known[run.replica] ?? 0 && !excluded.contains(run.replica)
      })
    else { return }
    let bytes = try source.read(member)
    let isWhole = runs.allSatisfy {
      isWanted(Dot($0.replica, $0.first)) && isWanted(Dot($0.replica, $0.last))
    }
    if isWhole, member.rawByteCount >= Self.wholeFrom {
      closePacking()
      send(bytes, runs: runs)
      return
    }
    var local = member
    local.byteOffset = 0
    var inflater = Inflater()
    var raw: [UInt8] = []
    try local.inflate(bytes.span, with: &inflater, into: &raw)
    var cursor = CommitCursor()
    while let frame = cursor.nextReadable(in: raw.span, refused: { _ in }) {
      let dot = frame.header.dot
      guard isWanted(dot) else { continue }
      try packing.add(frame, in: raw.span)
      known[dot.replica] = dot.number
      packedByteCount += frame.whole.count
    }
    if packing.memberCount > 0 { closePacking() }
  }

  private func closePacking() {
    guard packedByteCount > 0 else { return }
    packing.close()
    let bytes = packing.members
    packing = Packing()
    packedByteCount = 0
    for member in CommitIntake.members(in: bytes) {
      guard case .commits(let runs, _) = member.contents else { continue }
      send(Array(bytes[member.byteOffset..<member.byteEnd]), runs: runs)
    }
  }

  static func count(_ runs: [Member.Run]) -> Int {
    runs.reduce(0) { $0 + Int($1.last - $1.first) + 1 }
  }

  private func send(_ bytes: [UInt8], runs: [Member.Run]) {
    for run in runs { known[run.replica] = max(known[run.replica] ?? 0, run.last) }
    ready.append(OutgoingMember(bytes: bytes, commitCount: Self.count(runs)))
  }
}
