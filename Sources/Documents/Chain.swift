import Bytes
public import Sealing

/// The hash chain of one replica's commits (SPEC §6.4).
///
/// Each link covers the one before it, the commit line and the salted hash of every body line,
/// so one signature vouches for all that came before it, and a line can be erased later while
/// its hash stays and the chain still holds.
public struct Chain: Sendable {
  /// The replica's public key.
  public let key: PublicKey

  /// The number of the last commit taken in; 0 before the first.
  public private(set) var number: UInt32 = 0

  /// The chain hash of that commit.
  public private(set) var head: Hash256

  /// Starts the chain of the replica with this key in this workspace.
  public init(workspace: WorkspaceID, key: PublicKey) {
    self.key = key
    var hasher = BLAKE2b.Hasher()
    hasher.update("karto chain".utf8.span)
    hasher.update(workspace.text.utf8.span)
    hasher.update(key.bytes.span)
    head = hasher.finish()
  }

  /// Goes on from commit `number`, whose chain hash is `head`.
  public init(key: PublicKey, number: UInt32, head: Hash256) {
    self.key = key
    self.number = number
    self.head = head
  }

  /// Takes in the next commit.
  ///
  /// - Parameters:
  ///   - commitLine: the commit line, without its line feed.
  ///   - body: the body's lines, each with its line feed.
  ///   - salt: the salts of the lines.
  /// - Throws: `DocumentError.line` if the salts do not fit the lines.
  public mutating func advance(
    commitLine: Span<UInt8>, body: Span<UInt8>, salt: Trailer.Salt
  ) throws(DocumentError) {
    let bodyHash = try Self.hash(body: body, salt: salt, of: number + 1)
    advance(commitLine: commitLine, bodyHash: bodyHash)
  }

  /// Takes in the next commit, the hash of whose body is known already.
  mutating func advance(commitLine: Span<UInt8>, bodyHash: Hash256) {
    advance(lineHash: BLAKE2b.hash256(commitLine), bodyHash: bodyHash)
  }

  /// Takes in the next commit by the hash of its line and that of its body.
  public mutating func advance(lineHash: Hash256, bodyHash: Hash256) {
    var hasher = BLAKE2b.Hasher()
    hasher.update(head)
    hasher.update(lineHash)
    hasher.update(bodyHash)
    head = hasher.finish()
    number += 1
  }

  /// What a device signs to vouch for the chain up to `head`.
  public var signedMessage: [UInt8] { Array("karto commit".utf8) + head.bytes }

  /// Whether `signature` is the replica's own over the chain so far.
  public func verify(_ signature: [UInt8]) -> Bool {
    key.verify(signature.span, of: signedMessage.span)
  }

  /// The name of the branch of a forked replica that begins with this commit (SPEC §7.6).
  public var branchID: ReplicaID {
    var hasher = BLAKE2b.Hasher()
    hasher.update("karto branch".utf8.span)
    hasher.update(head)
    return ReplicaID(hash: hasher.finish())
  }

  /// The first 16 bytes of `head`, by which other replicas say what they saw.
  public var shortHead: [UInt8] { Array(head.bytes.prefix(16)) }

  private static let erased = Array("{\"erased\":\"".utf8)

  /// The hash over the salted hashes of all lines, in order.
  ///
  /// - Parameters:
  ///   - body: the body's lines, each with its line feed.
  ///   - salt: what the trailer says of their salts.
  ///   - number: the commit's number in its replica.
  /// - Returns: the hash.
  /// - Throws: `DocumentError.line` if the salts do not fit the lines.
  public static func hash(
    body: Span<UInt8>, salt: Trailer.Salt, of number: UInt32
  ) throws(DocumentError) -> Hash256 {
    var salt = salt
    if case .seeded(let seed) = salt { salt = .whole(derivedSalt(from: seed, UInt64(number))) }
    var hasher = BLAKE2b.Hasher()
    var counter = LineCounter()
    var index = 0
    var start = 0
    while let end = Lines.end(ofLineAt: start, in: body) {
      let line = body.extracting(start..<end)
      hasher.update(try leaf(line, index: index, salt: salt, &counter))
      index += 1
      start = end + 1
    }
    if case .perLine(let salts) = salt, salts.count != index {
      throw .line(.key("salts"), byteOffset: 0)
    }
    return hasher.finish()
  }

  private static func leaf(
    _ line: Span<UInt8>, index: Int, salt: Trailer.Salt, _ counter: inout LineCounter
  ) throws(DocumentError) -> Hash256 {
    if isErased(line) {
      guard let hash = erasedHash(line), case .perLine(let salts) = salt, index < salts.count,
        salts[index] == nil
      else { throw .line(.key("erased"), byteOffset: 0) }
      return hash
    }
    switch salt {
    case .whole(let bytes), .seeded(let bytes):
      counter.set(UInt64(index))
      let own = BLAKE2b.hash128(counter.bytes.span, key: bytes.span)
      return own.withSpan { BLAKE2b.hash256(line, key: $0) }
    case .perLine(let salts):
      guard index < salts.count, let own = salts[index] else {
        throw .line(.key("salts"), byteOffset: 0)
      }
      return BLAKE2b.hash256(line, key: own.span)
    }
  }

  /// The salt of the line `number` of a commit from the commit's, and that of the commit `number`
  /// from a seed.
  public static func derivedSalt(from salt: [UInt8], _ number: UInt64) -> [UInt8] {
    var counter = LineCounter()
    counter.set(number)
    return BLAKE2b.hash128(counter.bytes.span, key: salt.span).bytes
  }

  /// A number as the eight bytes that salts are derived from, in memory that is taken once for
  /// all lines of a commit.
  private struct LineCounter {
    private(set) var bytes = [UInt8](repeating: 0, count: 8)

    mutating func set(_ number: UInt64) {
      for place in 0..<8 { bytes[place] = UInt8(truncatingIfNeeded: number >> (place * 8)) }
    }
  }

  private static func isErased(_ line: Span<UInt8>) -> Bool {
    guard line.count >= erased.count else { return false }
    for index in 0..<(erased.count - 1) where line[index] != erased[index] { return false }
    return true
  }

  /// Whether each erased line has no salt, and each other line one (SPEC §6.6).
  ///
  /// - Parameters:
  ///   - salt: what the trailer says.
  ///   - body: the body's lines, each with its line feed.
  /// - Returns: whether they fit; no hash is worked out.
  public static func fits(_ salt: Trailer.Salt, _ body: Span<UInt8>) -> Bool {
    var index = 0
    var start = 0
    while let end = Lines.end(ofLineAt: start, in: body) {
      let line = body.extracting(start..<end)
      let isErased = isErased(line)
      if isErased, erasedHash(line) == nil { return false }
      switch salt {
      case .whole, .seeded: if isErased { return false }
      case .perLine(let salts):
        guard index < salts.count, (salts[index] == nil) == isErased else { return false }
      }
      index += 1
      start = end + 1
    }
    guard case .perLine(let salts) = salt else { return true }
    return salts.count == index
  }

  /// The hash that an erased line left behind, if this is one.
  private static func erasedHash(_ line: Span<UInt8>) -> Hash256? {
    guard line.count == erased.count + 43 + 2 else { return nil }
    for index in 0..<erased.count where line[index] != erased[index] { return nil }
    let text = line.extracting(erased.count..<(erased.count + 43))
    guard line[line.count - 2] == UInt8(ascii: "\""), line[line.count - 1] == UInt8(ascii: "}"),
      let bytes = Base64URL.decode(text)
    else { return nil }
    return Hash256(bytes.span)
  }
}
