import Bytes
import Replication
import Sealing

/// Writes messages: a byte for the type, then its fields; integers with the low byte first.
enum MessageWriter {
  static func append<Integer: FixedWidthInteger>(_ value: Integer, to bytes: inout [UInt8]) {
    for shift in 0..<(Integer.bitWidth / 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> Integer(shift * 8)))
    }
  }

  static func append(_ chain: ByteString, to bytes: inout [UInt8]) {
    bytes.append(UInt8(chain.bytes.count))
    bytes += chain.bytes
  }

  static func append(_ chain: ByteString, _ mark: ChainMark, to bytes: inout [UInt8]) {
    append(chain, to: &bytes)
    append(mark.number, to: &bytes)
    mark.head.append(to: &bytes)
  }

  fileprivate static func append(_ entries: [Message.Entry], to bytes: inout [UInt8]) {
    append(UInt16(entries.count), to: &bytes)
    for entry in entries { append(entry.chain, entry.mark, to: &bytes) }
  }
}

extension Message {
  /// The message as bytes.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    func start(_ kind: Kind) { bytes.append(kind.rawValue) }
    switch self {
    case .hello(let hello):
      start(.hello)
      let flags: UInt8 =
        (hello.stays ? 1 : 0) | (hello.wantsHeader ? 2 : 0) | (hello.comparesDigests ? 0 : 4)
      bytes += [hello.least, hello.greatest, flags]
      MessageWriter.append(hello.nowMillis, to: &bytes)
      MessageWriter.append(hello.credit, to: &bytes)
    case .header(let line):
      start(.header)
      bytes += line
    case .have(let entries, let isLast):
      start(.have)
      bytes.append(isLast ? 1 : 0)
      MessageWriter.append(entries, to: &bytes)
    case .member(let piece, let isLast):
      bytes.reserveCapacity(piece.count + 2)
      start(.member)
      bytes.append(isLast ? 1 : 0)
      bytes += piece
    case .short(let piece, let isLast):
      start(.short)
      bytes.append(isLast ? 1 : 0)
      bytes += piece
    case .done(let memberCount, let forked):
      start(.done)
      MessageWriter.append(memberCount, to: &bytes)
      MessageWriter.append(UInt16(forked.count), to: &bytes)
      for chain in forked { MessageWriter.append(chain, to: &bytes) }
    case .receipt(let receipt):
      start(.receipt)
      MessageWriter.append(receipt.memberCount, to: &bytes)
      MessageWriter.append(receipt.credit, to: &bytes)
      MessageWriter.append(receipt.refusedCount, to: &bytes)
      MessageWriter.append(receipt.marks, to: &bytes)
    case .digest(let fingerprint, let digest):
      start(.digest)
      fingerprint.append(to: &bytes)
      digest?.append(to: &bytes)
    case .ping(let number):
      start(.ping)
      MessageWriter.append(number, to: &bytes)
    case .pong(let number):
      start(.pong)
      MessageWriter.append(number, to: &bytes)
    case .bye(let reason):
      start(.bye)
      bytes.append(reason)
    case .error(let code):
      start(.error)
      MessageWriter.append(code.number, to: &bytes)
    case .passedOver:
      bytes.append(Self.firstPassedOver)
    }
    return bytes
  }

  /// Reads a message, whole: bytes that are left over make it malformed.
  ///
  /// - Throws: `SyncError.malformed`, or `.unexpected` for a type that has no place here.
  init(_ bytes: Span<UInt8>) throws(SyncError) {
    guard bytes.count > 0 else { throw .malformed(type: 0) }
    let type = bytes[0]
    guard type < Self.firstPassedOver else {
      self = .passedOver
      return
    }
    guard let kind = Kind(rawValue: type), kind != .refusal else {
      throw .unexpected(type: type)
    }
    var reader = MessageReader(type: type)
    self = try Self.read(kind, &reader, bytes)
    guard reader.position == bytes.count else { throw .malformed(type: type) }
  }

  private static func read(
    _ kind: Kind, _ reader: inout MessageReader, _ bytes: Span<UInt8>
  ) throws(SyncError) -> Message {
    switch kind {
    case .hello: return .hello(try reader.hello(bytes))
    case .header: return .header(reader.rest(bytes))
    case .have:
      let isLast = try reader.flag(bytes)
      return .have(try reader.entries(bytes), isLast: isLast)
    case .member:
      let isLast = try reader.flag(bytes)
      return .member(reader.rest(bytes), isLast: isLast)
    case .short:
      let isLast = try reader.flag(bytes)
      return .short(reader.rest(bytes), isLast: isLast)
    case .done:
      let memberCount: UInt32 = try reader.integer(bytes)
      return .done(memberCount: memberCount, forked: try reader.chains(bytes))
    case .receipt:
      var receipt = Receipt()
      receipt.memberCount = try reader.integer(bytes)
      receipt.credit = try reader.integer(bytes)
      receipt.refusedCount = try reader.integer(bytes)
      receipt.marks = try reader.entries(bytes)
      return .receipt(receipt)
    case .digest:
      let fingerprint = try reader.hash(bytes)
      return .digest(
        fingerprint: fingerprint,
        digest: reader.position == bytes.count ? nil : try reader.hash(bytes))
    case .ping: return .ping(try reader.integer(bytes))
    case .pong: return .pong(try reader.integer(bytes))
    case .bye: return .bye(reason: try reader.integer(bytes))
    case .error: return .error(SyncErrorCode(try reader.integer(bytes)))
    case .refusal: throw .unexpected(type: kind.rawValue)
    }
  }
}

/// Reads the fields of one message; every length is checked before anything is taken.
private struct MessageReader {
  let type: UInt8
  var position = 1

  init(type: UInt8) {
    self.type = type
  }

  private mutating func take(
    _ count: Int, _ bytes: Span<UInt8>
  ) throws(SyncError) -> Range<Int> {
    guard bytes.count - position >= count else { throw .malformed(type: type) }
    defer { position += count }
    return position..<(position + count)
  }

  mutating func integer<Integer: FixedWidthInteger>(
    _ bytes: Span<UInt8>
  ) throws(SyncError) -> Integer {
    var value: Integer = 0
    for (shift, index) in try take(Integer.bitWidth / 8, bytes).enumerated() {
      value |= Integer(truncatingIfNeeded: bytes[index]) << Integer(shift * 8)
    }
    return value
  }

  mutating func flag(_ bytes: Span<UInt8>) throws(SyncError) -> Bool {
    let value: UInt8 = try integer(bytes)
    guard value <= 1 else { throw .malformed(type: type) }
    return value == 1
  }

  mutating func hash(_ bytes: Span<UInt8>) throws(SyncError) -> Hash256 {
    guard let hash = Hash256(bytes.extracting(try take(Hash256.byteCount, bytes))) else {
      throw .malformed(type: type)
    }
    return hash
  }

  mutating func rest(_ bytes: Span<UInt8>) -> [UInt8] {
    defer { position = bytes.count }
    return [UInt8](bytesOf: bytes.extracting(position..<bytes.count))
  }

  mutating func hello(_ bytes: Span<UInt8>) throws(SyncError) -> Message.Hello {
    var hello = Message.Hello()
    hello.least = try integer(bytes)
    hello.greatest = try integer(bytes)
    let flags: UInt8 = try integer(bytes)
    hello.stays = flags & 1 != 0
    hello.wantsHeader = flags & 2 != 0
    hello.comparesDigests = flags & 4 == 0
    hello.nowMillis = try integer(bytes)
    hello.credit = try integer(bytes)
    // A later version may say more.
    position = bytes.count
    return hello
  }

  mutating func chain(_ bytes: Span<UInt8>) throws(SyncError) -> ByteString {
    let count: UInt8 = try integer(bytes)
    guard count > 0, Int(count) <= Limits.chainNameBytes else { throw .malformed(type: type) }
    return ByteString(bytes.extracting(try take(Int(count), bytes)))
  }

  mutating func chains(_ bytes: Span<UInt8>) throws(SyncError) -> [ByteString] {
    let count: UInt16 = try integer(bytes)
    guard Int(count) <= Message.entriesPerMessage else { throw .malformed(type: type) }
    var chains: [ByteString] = []
    for _ in 0..<count { chains.append(try chain(bytes)) }
    return chains
  }

  mutating func entries(_ bytes: Span<UInt8>) throws(SyncError) -> [Message.Entry] {
    let count: UInt16 = try integer(bytes)
    guard Int(count) <= Message.entriesPerMessage else { throw .malformed(type: type) }
    var entries: [Message.Entry] = []
    for _ in 0..<count {
      let chain = try chain(bytes)
      let number: UInt32 = try integer(bytes)
      guard number > 0,
        let head = Hash128(bytes.extracting(try take(Hash128.byteCount, bytes)))
      else { throw .malformed(type: type) }
      entries.append(
        Message.Entry(chain: chain, mark: ChainMark(number: number, head: head)))
    }
    return entries
  }
}
