import Bytes
import Platform
public import Sealing

/// Turns bodies of record lines into signed commits, packed in members ready to be appended.
public struct CommitWriter {
  /// One replica's place from which it goes on.
  public private(set) var chain: Chain

  /// What the salts of the last commit were derived from; nothing before the first, if it is not
  /// known.
  public private(set) var seed: [UInt8]?

  /// How many bytes the member with the last commit has.
  public private(set) var lastMemberByteCount = 0

  private let replica: ReplicaID
  private let signer: SigningKey
  private let credential: Credential?

  /// Commits with numbers from one multiple of this to the next may share a seed: so many have to
  /// be given salts of their own when a line of one is erased (SPEC §6.6).
  private static let commitsPerSeed: UInt32 = 64

  /// From this many bytes on, a batch is compressed fast rather than small; `compact` mends it.
  private static let fastFrom = 4 << 20

  /// Goes on writing a replica.
  ///
  /// - Parameters:
  ///   - chain: the replica's chain up to its last commit.
  ///   - signer: the device's key.
  ///   - credential: for commit 1, whose device it is.
  ///   - seed: what the salts of the replica's last commit were derived from, if that is known.
  public init(
    chain: Chain, signer: SigningKey, credential: Credential? = nil, seed: [UInt8]? = nil
  ) {
    self.chain = chain
    self.seed = seed
    self.signer = signer
    self.credential = credential
    replica = ReplicaID(key: signer.publicKey)
  }

  /// Makes the commits of one batch, which counts wholly or not at all.
  ///
  /// - Parameters:
  ///   - bodies: the record lines of each commit, each line with its line feed.
  ///   - stampMillis: the wall clock, in milliseconds since 1970 UTC.
  ///   - seen: what the replica has newly seen of others.
  ///   - purpose: what the batch is for.
  /// - Returns: the headers of the commits, and the bytes to append.
  /// - Throws: `DocumentError.commitTooLarge`, or `.line` if a body is not lines.
  public mutating func encode(
    _ bodies: [[UInt8]], stampMillis: Int64, seen: [Sighting], purpose: String?
  ) throws(DocumentError) -> (headers: [CommitHeader], members: [UInt8]) {
    for body in bodies where body.count > Limits.commitBytes - 4096 {
      throw .commitTooLarge(bytes: body.count)
    }
    let first = chain.number + 1
    let salts = (0..<UInt32(bodies.count)).map { salt(of: first + $0) }
    let hashes = try Parallel.map(count: bodies.count) { index throws(DocumentError) in
      let body = bodies[index]
      return try Chain.hash(body: body.span, salt: salts[index], of: first + UInt32(index))
    }
    var headers: [CommitHeader] = []
    var lines: [(first: [UInt8], trailer: [UInt8])] = []
    for index in bodies.indices {
      let header = CommitHeader(
        dot: Dot(replica, chain.number + 1), stampMillis: stampMillis, seen: index == 0 ? seen : [],
        part: bodies.count > 1
          ? Part(index: UInt32(index + 1), count: UInt32(bodies.count)) : nil,
        key: chain.number == 0 ? signer.publicKey : nil, purpose: purpose,
        credential: chain.number == 0 ? credential : nil)
      let line = header.line
      chain.advance(commitLine: line.span, bodyHash: hashes[index])
      let trailer = Trailer(
        salt: salts[index], signature: signer.sign(chain.signedMessage.span))
      headers.append(header)
      lines.append((line, trailer.line))
    }
    let total = bodies.reduce(0) { $0 + $1.count }
    let level = total >= Self.fastFrom ? 2 : 6
    let replica = replica
    let made = lines
    let numbers = headers.map(\.dot.number)
    let members = Parallel.map(count: bodies.count) { index in
      var raw: [UInt8] = []
      raw.reserveCapacity(bodies[index].count + 1024)
      raw += made[index].first
      raw.append(UInt8(ascii: "\n"))
      raw += bodies[index]
      raw += made[index].trailer
      raw.append(UInt8(ascii: "\n"))
      var deflater = Deflater(level: level)
      let run = Member.Run(replica: replica, first: numbers[index], last: numbers[index])
      return Member.encode(
        raw.span, as: .commits(runs: [run], continues: index + 1 < bodies.count),
        with: &deflater)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(members.reduce(0) { $0 + $1.count })
    for member in members { bytes += member }
    if let last = members.last { lastMemberByteCount = last.count }
    return (headers, bytes)
  }

  private mutating func salt(of number: UInt32) -> Trailer.Salt {
    let present = number.isMultiple(of: Self.commitsPerSeed) ? nil : seed
    let bytes = present ?? Randomness.bytes(16)
    seed = bytes
    return .seeded(bytes)
  }
}
