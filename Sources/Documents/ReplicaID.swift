import Bytes
public import Sealing

/// The name of one replica: the first 80 bits of a hash of its device's public key.
///
/// Written as 16 characters of lower-case base32 (SPEC §7.1), and ordered as it is written.
public struct ReplicaID: Hashable, Comparable, Sendable {
  /// The number of bytes in an id.
  public static let byteCount = 10

  /// The number of characters in the written form.
  public static let textCount = 16

  private let high: UInt64
  private let low: UInt16

  /// Makes an id from its ten bytes, or nothing if `bytes` has another length.
  public init?(bytes: Span<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    var high: UInt64 = 0
    for index in 0..<8 { high = high << 8 | UInt64(bytes[index]) }
    self.high = high
    self.low = UInt16(bytes[8]) << 8 | UInt16(bytes[9])
  }

  /// The id of the device with this public key (SPEC §7.1).
  public init(key: PublicKey) {
    var hasher = BLAKE2b.Hasher()
    hasher.update("karto replica".utf8.span)
    hasher.update(key.bytes.span)
    self.init(hash: hasher.finish())
  }

  /// The id that the first ten bytes of a hash make.
  init(hash: Hash256) {
    let bytes = hash.bytes
    var high: UInt64 = 0
    for index in 0..<8 { high = high << 8 | UInt64(bytes[index]) }
    self.high = high
    self.low = UInt16(bytes[8]) << 8 | UInt16(bytes[9])
  }

  /// Reads the written form, or nothing if `text` is not one.
  public init?(_ text: String) {
    guard text.utf8.count == Self.textCount, let bytes = Base32.decode(text) else { return nil }
    self.init(bytes: bytes.span)
  }

  /// The ten bytes.
  public var bytes: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(Self.byteCount)
    for shift in stride(from: 56, through: 0, by: -8) {
      result.append(UInt8(truncatingIfNeeded: high >> UInt64(shift)))
    }
    result.append(UInt8(truncatingIfNeeded: low >> 8))
    result.append(UInt8(truncatingIfNeeded: low))
    return result
  }

  /// The written form.
  public var text: String { Base32.encode(bytes.span) }

  /// Whether the first id's written form comes before the second's.
  ///
  /// Digits come before letters in ASCII but after them in base32, so this is not the order of
  /// the ten bytes.
  public static func < (first: ReplicaID, second: ReplicaID) -> Bool {
    first != second && first.text.utf8.lexicographicallyPrecedes(second.text.utf8)
  }
}

/// One commit's name: which replica wrote it, and as which number.
///
/// Written `alias:number` (SPEC §7.2).
public struct Dot: Hashable, Comparable, Sendable {
  /// The replica that wrote the commit.
  public let replica: ReplicaID

  /// The greatest number that a commit can have (SPEC §6.1), so that there is always a next one.
  public static let greatestNumber = UInt32.max - 1

  /// The commit's number in its replica, from 1 without gaps.
  public let number: UInt32

  /// Names commit `number` of `replica`.
  public init(_ replica: ReplicaID, _ number: UInt32) {
    self.replica = replica
    self.number = number
  }

  /// Reads the written form, or nothing if `text` is not one.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let replica = ReplicaID(String(parts[0])),
      let number = UInt32(parts[1]), number > 0
    else { return nil }
    self.init(replica, number)
  }

  /// The written form.
  public var text: String { "\(replica.text):\(number)" }

  /// Orders by replica, then by number.
  public static func < (first: Dot, second: Dot) -> Bool {
    first.replica != second.replica
      ? first.replica < second.replica : first.number < second.number
  }
}

/// A workspace's name: 160 bits of a hash over what founded it (SPEC §5.2).
public struct WorkspaceID: Hashable, Sendable {
  /// The 32 characters of lower-case base32.
  public let text: String

  /// Reads an id, or nothing if `text` is not one.
  public init?(_ text: String) {
    guard text.utf8.count == 32, Base32.decode(text)?.count == 20 else { return nil }
    self.text = text
  }

  /// Derives the id from the founding device, the recovery key and the moment of founding.
  public init(founder: PublicKey, recovery: PublicKey, createdMillis: Int64) {
    var hasher = BLAKE2b.Hasher()
    hasher.update("karto workspace".utf8.span)
    hasher.update(founder.bytes.span)
    hasher.update(recovery.bytes.span)
    var moment: [UInt8] = []
    for shift in 0..<8 {
      moment.append(UInt8(truncatingIfNeeded: createdMillis >> Int64(shift * 8)))
    }
    hasher.update(moment.span)
    let hash = hasher.finish().bytes
    text = Base32.encode(hash.span.extracting(0..<20))
  }
}
