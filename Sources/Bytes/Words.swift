// Eight bytes at a time: the only place in the JSON code that loads more than one byte.
// A word holds the byte at the lowest address in its lowest lane, so that the first byte that
// answers a question is found by counting trailing zero bits.

extension Span where Element == UInt8 {
  /// Loads the eight bytes from `position`; stops the program when they aren't all inside.
  @inline(__always)
  func word(at position: Int) -> UInt64 {
    UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
  }
}

extension UInt64 {
  /// Bit 7 of each of the eight lanes.
  static let highBits: UInt64 = 0x8080_8080_8080_8080

  /// The same byte in all lanes.
  @inline(__always)
  static func lanes(_ byte: UInt8) -> UInt64 {
    UInt64(byte) &* 0x0101_0101_0101_0101
  }

  // In both tests a borrow can mark lanes above a true answer, never below one. So the lowest
  // mark is always right, and several tests may be joined with «or» before it is taken.

  /// Bit 7 of the lanes that hold `byte`; only the lowest set bit is reliable.
  @inline(__always)
  func marks(of byte: UInt8) -> UInt64 {
    let difference = self ^ .lanes(byte)
    return (difference &- .lanes(1)) & ~difference & .highBits
  }

  /// Bit 7 of the lanes that hold an ASCII byte below 0x20; only the lowest is reliable.
  @inline(__always)
  var marksOfControls: UInt64 {
    (self &- .lanes(0x20)) & ~self & .highBits
  }

  /// Index of the lane of the lowest mark, given that there is one.
  @inline(__always)
  var firstMarkedLane: Int {
    trailingZeroBitCount &>> 3
  }
}
