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
  private struct Slot {
    var hash: UInt64 = 0
    var number: UInt32 = 0
    var name: [UInt8] = []
  }

  private let table: NameTable
  private var slots = Array(repeating: Slot(), count: Self.slotCount)
  private static let slotCount = 256

  init(_ table: NameTable) {
    self.table = table
  }

  /// The number of the name in `range`; 0 for one that carries an element's key.
  @inline(__always)
  mutating func number(of range: Range<Int>, in bytes: Span<UInt8>) -> UInt32 {
    let name = bytes.extracting(range)
    let hash = KeyHash.hash(name, seed: 0)
    // Two places for each name, so that no two names keep driving each other out.
    let slot = Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)
    if let number = number(at: slot, name, hash) { return number }
    if let number = number(at: slot ^ 1, name, hash) { return number }
    return learn(name, hash, slot)
  }

  @inline(__always)
  private func number(at slot: Int, _ name: Span<UInt8>, _ hash: UInt64) -> UInt32? {
    guard slots[slot].hash == hash, slots[slot].number != 0, slots[slot].name.count == name.count
    else { return nil }
    for index in 0..<name.count where slots[slot].name[index] != name[index] { return nil }
    return slots[slot].number
  }

  @inline(never)
  private mutating func learn(_ name: Span<UInt8>, _ hash: UInt64, _ slot: Int) -> UInt32 {
    guard !Self.carriesElement(name) else { return 0 }
    let copy = ByteString(name)
    let number = table.number(of: copy)
    let place = slots[slot].number == 0 ? slot : slot ^ 1
    slots[place] = Slot(hash: hash, number: number, name: copy.bytes)
    return number
  }

  private static func carriesElement(_ name: Span<UInt8>) -> Bool {
    for index in 0..<name.count where name[index] == UInt8(ascii: "[") { return true }
    return false
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
