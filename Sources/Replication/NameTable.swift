import Bytes
import Synchronization

/// Numbers for the names of record types and fields, so that a state holds each name once.
///
/// Shared by the threads that read members side by side. Number 0 is none: a name that carries an
/// element's key (`phones[+7…].kind`) is written out where it stands, since such names have no
/// bound.
final class NameTable: Sendable {
  private struct Contents {
    var names: [ByteString] = [ByteString([])]
    var numbers: [ByteString: UInt32] = [:]
  }

  private let contents = Mutex(Contents())

  init(_ names: [ByteString] = []) {
    contents.withLock { contents in
      for name in names {
        contents.numbers[name] = UInt32(contents.names.count)
        contents.names.append(name)
      }
    }
  }

  /// The number of a name, which is given one if it has none.
  func number(of name: ByteString) -> UInt32 {
    contents.withLock { contents in
      if let number = contents.numbers[name] { return number }
      let number = UInt32(contents.names.count)
      contents.names.append(name)
      contents.numbers[name] = number
      return number
    }
  }

  /// The numbers of the types whose lines say who may do what.
  var controlTypes: [UInt32] { ControlAct.types.map { number(of: ByteString($0)) } }

  /// The numbers of the types that mean nothing in adopted commits.
  var localTypes: [UInt32] { ControlAct.localTypes.map { number(of: ByteString($0)) } }

  /// The number of a name that has one.
  func existingNumber(of name: ByteString) -> UInt32? {
    contents.withLock { $0.numbers[name] }
  }

  func name(of number: UInt32) -> ByteString {
    contents.withLock { contents in
      Int(number) < contents.names.count ? contents.names[Int(number)] : contents.names[0]
    }
  }

  /// All names in the order of their numbers, from 1.
  var all: [ByteString] { contents.withLock { Array($0.names.dropFirst()) } }
}

extension ByteString {
  /// The text of a name or an id, which the format keeps within ASCII or checks as UTF-8.
  var text: String { string ?? "" }
}

/// One thread's short way to the numbers of names that it has met before.
struct NameCache {
  private let table: NameTable
  private var slots: [(hash: UInt64, number: UInt32, name: ByteString)]
  private static let slotCount = 512

  init(_ table: NameTable) {
    self.table = table
    slots = Array(repeating: (0, 0, ByteString([])), count: Self.slotCount)
  }

  /// The number of the name in `range`.
  mutating func number(of range: Range<Int>, in bytes: Span<UInt8>) -> UInt32 {
    let name = bytes.extracting(range)
    let hash = KeyHash.hash(name, seed: 0)
    let slot = Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)
    let known = slots[slot]
    if known.number != 0, known.hash == hash, name.matches(0..<name.count, known.name.bytes.span) {
      return known.number
    }
    let copy = ByteString(name)
    let number = table.number(of: copy)
    slots[slot] = (hash, number, copy)
    return number
  }
}

/// The hash by which records and values are looked up; local to a machine, never on the wire.
enum KeyHash {
  /// Hashes `bytes`; the seed makes it hard to choose colliding keys beforehand.
  @inline(__always)
  static func hash(_ bytes: Span<UInt8>, seed: UInt64) -> UInt64 {
    var state = seed ^ 0x9e37_79b9_7f4a_7c15 &+ UInt64(truncatingIfNeeded: bytes.count)
    let raw = bytes.bytes
    var offset = 0
    while offset + 8 <= raw.byteCount {
      state = mix(state ^ raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var rest: UInt64 = 0
    var shift: UInt64 = 0
    while offset < raw.byteCount {
      rest |= UInt64(bytes[offset]) << shift
      shift += 8
      offset += 1
    }
    return mix(state ^ rest)
  }

  @inline(__always)
  static func mix(_ value: UInt64) -> UInt64 {
    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
