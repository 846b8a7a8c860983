/// Numbers found by 64-bit hashes of keys; a key may lead to several.
///
/// Keys are not kept: with a random seed two different keys of a base of a million have the same
/// hash once in some ten million imports.
struct KeyTable: Sendable {
  /// Hash and number side by side, since every look at a large table is a miss of the caches.
  private struct Slot {
    var hash: UInt64 = 0
    var value: Int32 = -1
  }

  private var slots: [Slot]
  private var count = 0
  private var mask: Int

  /// Makes a table with room for about so many keys.
  init(reserving capacity: Int = 16) {
    var size = 32
    while size < capacity * 2 { size *= 2 }
    slots = Array(repeating: Slot(), count: size)
    mask = size - 1
  }

  /// How many numbers a key leads to at most: one phone that stands in every row of a file must not
  /// make the import slow.
  private static let valuesPerKey = 16

  /// Adds a number under a hash, which must not be 0.
  mutating func insert(_ hash: UInt64, _ value: Int32) {
    if count * 2 > mask { grow() }
    var place = Int(truncatingIfNeeded: hash) & mask
    var same = 0
    while slots[place].hash != 0 {
      if slots[place].hash == hash {
        same += 1
        if slots[place].value == value || same == Self.valuesPerKey { return }
      }
      place = (place + 1) & mask
    }
    slots[place] = Slot(hash: hash, value: value)
    count += 1
  }

  /// The first number that was added under a hash.
  @inline(__always)
  func first(_ hash: UInt64) -> Int32? {
    var place = Int(truncatingIfNeeded: hash) & mask
    while slots[place].hash != 0 {
      if slots[place].hash == hash { return slots[place].value }
      place = (place + 1) & mask
    }
    return nil
  }

  /// Calls `body` with every number that was added under a hash, until it says to stop.
  @inline(__always)
  func forEach(_ hash: UInt64, _ body: (Int32) -> Bool) {
    var place = Int(truncatingIfNeeded: hash) & mask
    while slots[place].hash != 0 {
      if slots[place].hash == hash, !body(slots[place].value) { return }
      place = (place + 1) & mask
    }
  }

  /// Counts how often a hash has come; 1 the first time.
  mutating func increment(_ hash: UInt64) -> Int32 {
    if count * 2 > mask { grow() }
    var place = Int(truncatingIfNeeded: hash) & mask
    while slots[place].hash != 0, slots[place].hash != hash { place = (place + 1) & mask }
    if slots[place].hash == 0 {
      slots[place] = Slot(hash: hash, value: 0)
      count += 1
    }
    slots[place].value += 1
    return slots[place].value
  }

  private mutating func grow() {
    var larger = KeyTable(reserving: mask + 1)
    for slot in slots where slot.hash != 0 { larger.insert(slot.hash, slot.value) }
    self = larger
  }
}

/// What a record is recognised by.
enum KeyKind: UInt64, Sendable {
  /// The whole external id: `bitrix24:17`.
  case external = 1
  /// The external id without its system.
  case number
  /// The ИНН.
  case inn
  /// The phone with its extension.
  case phone
  /// The e-mail.
  case email
  /// The folded name without legal form.
  case name
  /// The row of the file that the record was made from.
  case sourceRow
  /// The record's own id.
  case id
  /// The folded title of a deal; also any text that is only compared with itself.
  case title
}

/// Hashes of keys, the same within one run of the program only.
enum KeyHash {
  private static let seed = UInt64.random(in: 1...UInt64.max)

  /// The hash of a key, never 0.
  static func hash(_ bytes: Span<UInt8>, _ kind: KeyKind) -> UInt64 {
    var state = seed ^ (kind.rawValue &* 0x9E37_79B9_7F4A_7C15) ^ UInt64(bytes.count)
    let raw = bytes.bytes
    var offset = 0
    while offset + 8 <= raw.byteCount {
      state = mix(state ^ raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var rest: UInt64 = 0
    while offset < raw.byteCount {
      rest = rest << 8 | UInt64(bytes[offset])
      offset += 1
    }
    let hash = mix(state ^ rest)
    return hash == 0 ? 1 : hash
  }

  /// Makes one hash of two.
  static func combine(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let hash = mix(left ^ mix(right ^ seed))
    return hash == 0 ? 1 : hash
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
    var mixed = value &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
