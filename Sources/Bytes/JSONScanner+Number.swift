extension JSONScanner {
  /// Reads an integer.
  ///
  /// - Throws: `JSONError` of kind `truncated`, `unexpectedByte`, `badNumber` (leading zero, `-0`),
  ///   `fraction` (a point or an exponent follows) or `outOfRange`.
  public mutating func integer(in bytes: Span<UInt8>) throws(JSONError) -> Int {
    var cursor = position
    let isNegative = cursor < bytes.count && bytes[cursor] == UInt8(ascii: "-")
    if isNegative { cursor &+= 1 }
    let firstDigit = cursor
    var magnitude = 0
    while cursor < bytes.count {
      let digit = bytes[cursor] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      // Sixteen digits reach beyond the limit and stay far below what an Int holds.
      guard cursor &- firstDigit < 16 else { throw JSONError(.outOfRange, at: position) }
      magnitude = magnitude &* 10 &+ Int(digit)
      cursor &+= 1
    }
    guard cursor > firstDigit else {
      throw JSONError(cursor < bytes.count ? .unexpectedByte : .truncated, at: cursor)
    }
    if cursor < bytes.count {
      switch bytes[cursor] {
      case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        throw JSONError(.fraction, at: position)
      default: break
      }
    }
    let beginsWithZero = bytes[firstDigit] == UInt8(ascii: "0")
    guard !beginsWithZero || (cursor == firstDigit &+ 1 && !isNegative) else {
      throw JSONError(.badNumber, at: position)
    }
    guard magnitude <= Limits.integerMagnitude else {
      throw JSONError(.outOfRange, at: position)
    }
    position = cursor
    return isNegative ? -magnitude : magnitude
  }
}
