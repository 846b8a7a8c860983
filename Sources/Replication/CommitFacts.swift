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
  let isSound: Bool

  /// Whether its batch goes on in the next commit.
  var isOpen: Bool { part.map { $0.index < $0.count } ?? false }

  /// Reads the facts of all commits of a member.
  ///
  /// - Parameters:
  ///   - member: where the member stands.
  ///   - bytes: bytes that hold the whole of it.
  ///   - base: where `bytes` begins in the file.
  ///   - isStrict: whether every commit must be readable, and each is held against all rules.
  /// - Returns: the facts, in the order of the member.
  /// - Throws: `DocumentError`.
  static func read(
    _ member: Member, in bytes: Span<UInt8>, base: Int = 0, isStrict: Bool
  ) throws(DocumentError) -> [CommitFact] {
    guard case .commits(let runs, _) = member.contents else { return [] }
    var inflater = Inflater()
    var raw: [UInt8] = []
    try member.inflate(bytes, base: base, with: &inflater, into: &raw)
    let sound = isStrict ? try soundDots(in: raw, runs: runs) : []
    var facts: [CommitFact] = []
    var cursor = CommitCursor()
    while let frame = cursor.nextReadable(in: raw.span, refused: { _ in }) {
      let dot = frame.header.dot
      guard let trailer = try? Trailer(line: raw.span.extracting(frame.trailer)),
        let bodyHash = try? Chain.hash(
          body: raw.span.extracting(frame.body), salt: trailer.salt, of: dot.number)
      else { continue }
      let body = raw.span.extracting(frame.body)
      let isControl = body.contains(ChainRoots.opening) || body.contains(Doorkeeper.opening)
      facts.append(
        CommitFact(
          dot: dot, part: frame.header.part, seen: frame.header.seen,
          first: dot.number == 1 ? frame.header : nil,
          control: isControl ? [UInt8](bytesOf: body) : nil,
          lineHash: BLAKE2b.hash256(raw.span.extracting(frame.line)), bodyHash: bodyHash,
          signature: trailer.signature, isSound: isStrict && sound.contains(dot)))
    }
    return facts
  }

  /// The commits that break no rule, read as the state reads them.
  private static func soundDots(
    in raw: [UInt8], runs: [Member.Run]
  ) throws(DocumentError) -> Set<Dot> {
    var places: [ReplicaID: UInt32] = [:]
    for run in runs { places[run.replica] = UInt32(places.count) }
    let batch = try CommitBatch(
      raw.span, runs: runs, places: places, names: NameTable(),
      seed: Randomness.uint64()
    ) {
      $0.header
    }
    return Set(batch.entries.map(\.header.dot))
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
