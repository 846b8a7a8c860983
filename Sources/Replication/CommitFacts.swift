import Bytes
import Documents
public import Sealing

/// Up to where a chain of commits goes: the number of its last commit and its chain hash there.
public struct ChainMark: Hashable, Sendable {
  /// The number of the last commit.
  public let number: UInt32

  /// The first 16 bytes of the chain hash of that commit (SPEC §6.4).
  public let head: Hash128

  /// Makes a mark.
  public init(number: UInt32, head: Hash128) {
    self.number = number
    self.head = head
  }
}

/// What a commit adds to its replica's chain: all that is needed of it to follow the chain.
struct CommitFact: Sendable {
  let dot: Dot
  let part: Part?
  let seen: [Sighting]
  /// The commit line of the first commit of a replica.
  let first: CommitHeader?
  /// The body, if it has lines that tell how chains of other replicas begin.
  let control: [UInt8]?
  let lineHash: Hash256
  let bodyHash: Hash256
  let signature: [UInt8]?
  /// Whether the state would take it (SPEC §6.7); known only where it was asked for.
  var isSound = false

  /// Whether its batch goes on in the next commit.
  var isOpen: Bool { part.map { $0.index < $0.count } ?? false }

  /// Reads the facts of all commits of a member.
  ///
  /// - Parameters:
  ///   - member: where the member stands.
  ///   - bytes: bytes that hold the whole of it.
  ///   - base: where `bytes` begins in the file.
  /// - Returns: the facts of those that can be read, in the order of the member.
  /// - Throws: `DocumentError`.
  static func read(
    _ member: Member, in bytes: Span<UInt8>, base: Int = 0
  ) throws(DocumentError) -> [CommitFact] {
    guard case .commits = member.contents else { return [] }
    var inflater = Inflater()
    var raw: [UInt8] = []
    try member.inflate(bytes, base: base, with: &inflater, into: &raw)
    var facts: [CommitFact] = []
    var cursor = CommitCursor()
    while let frame = cursor.nextReadable(in: raw.span, refused: { _ in }) {
      if let fact = CommitFact(frame, in: raw.span) { facts.append(fact) }
    }
    return facts
  }

  /// Reads the facts of all commits of a member and holds each against all rules.
  ///
  /// - Parameters:
  ///   - member: where the member stands.
  ///   - bytes: bytes that hold the whole of it.
  ///   - basis: what the commits are read by.
  /// - Returns: the facts, in the order of the member, and what the commits say.
  /// - Throws: `DocumentError`.
  static func readStrictly(
    _ member: Member, in bytes: Span<UInt8>, by basis: ReadingBasis
  ) throws(DocumentError) -> (facts: [CommitFact], batch: CommitBatch) {
    var inflater = Inflater()
    var raw: [UInt8] = []
    try member.inflate(bytes, with: &inflater, into: &raw)
    var facts: [CommitFact] = []
    let batch = try CommitBatch(
      raw.span, runs: member.runs, places: basis.places, names: basis.names, seed: basis.seed
    ) { frame in
      if let fact = CommitFact(frame, in: raw.span) { facts.append(fact) }
      return frame.header
    }
    let sound = Set(batch.entries.map(\.header.dot))
    for index in facts.indices { facts[index].isSound = sound.contains(facts[index].dot) }
    return (facts, batch)
  }

  /// Reads the facts of one commit; nothing if its trailer does not fit its lines.
  private init?(_ frame: CommitFrame, in raw: Span<UInt8>) {
    let body = raw.extracting(frame.body)
    guard let trailer = try? Trailer(line: raw.extracting(frame.trailer)),
      let hash = try? Chain.hash(body: body, salt: trailer.salt, of: frame.header.dot.number)
    else { return nil }
    dot = frame.header.dot
    part = frame.header.part
    seen = frame.header.seen
    first = dot.number == 1 ? frame.header : nil
    control = body.tellsOfOthers ? [UInt8](bytesOf: body) : nil
    lineHash = BLAKE2b.hash256(raw.extracting(frame.line))
    bodyHash = hash
    signature = trailer.signature
  }
}

extension Chain {
  /// The chain with one more commit.
  func advanced(by fact: CommitFact) -> Chain {
    var chain = self
    chain.advance(lineHash: fact.lineHash, bodyHash: fact.bodyHash)
    return chain
  }
}
