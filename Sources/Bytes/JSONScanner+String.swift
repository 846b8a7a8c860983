extension JSONScanner {
  /// Reads a string and returns the range of its contents, between the quotes, still escaped.
  ///
  /// `unescape(_:in:)` and `string(at:in:)` turn the range into bytes or text.
  ///
  /// - Throws: `JSONError` of kind `truncated`, `unexpectedByte`, `controlCharacter`,
  ///   `invalidUTF8` or `badEscape`.
  public mutating func string(in bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
    guard position < bytes.count else { throw JSONError(.truncated, at: position) }
    guard bytes[position] == UInt8(ascii: "\"") else {
      throw JSONError(.unexpectedByte, at: position)
    }
    let start = position &+ 1
    var cursor = start
    while true {
      cursor = try JSONScanner.plainEnd(in: bytes, from: cursor)
      guard cursor < bytes.count else { throw JSONError(.truncated, at: bytes.count) }
      switch bytes[cursor] {
      case UInt8(ascii: "\""):
        position = cursor &+ 1
        return start..<cursor
      case UInt8(ascii: "\\"):
        cursor = try JSONScanner.canonicalEscapeEnd(in: bytes, at: cursor)
      case 0..<0x20:
        throw JSONError(.controlCharacter, at: cursor)
      default:
        cursor = try JSONScanner.characterEnd(in: bytes, at: cursor)
      }
    }
  }

  /// Finds the end of a run of ASCII and two-byte characters that need no second look.
  ///
  /// Nearly all our text is ASCII or Cyrillic, which UTF-8 spells in two bytes, so a word of eight
  /// bytes is right when no lane is a quote, backslash, control or the start of a longer
  /// character, and the continuation bytes are exactly the lanes after the starts of two. Whatever
  /// else comes is left to the caller, one character at a time.
  ///
  /// - Returns: the offset of a whole character, or the number of bytes; within seven bytes of
  ///   the end any offset of a character may be returned.
  @inline(__always)
  private static func plainEnd(
    in bytes: Span<UInt8>, from start: Int
  ) throws(JSONError) -> Int {
    var cursor = start
    var awaited: UInt64 = 0  // bit 7 when the byte before the word starts a two-byte character
    while cursor &+ 8 <= bytes.count {
      let word = bytes.word(at: cursor)
      let second = word &<< 1  // brings bit 6 of each lane to its bit 7
      let third = word &<< 2
      let wide = word & second & .highBits  // 11xxxxxx
      let pairs = wide & ~third  // 110xxxxx
      let overlong = pairs & ~((word & .lanes(0x1E)) &+ .lanes(0x7E))  // 1100000x
      let continuations = word & ~second & .highBits  // 10xxxxxx
      let expected = pairs &<< 8 | awaited
      let marks =
        word.marks(of: UInt8(ascii: "\"")) | word.marks(of: UInt8(ascii: "\\"))
        | word.marksOfControls | (wide & third) | overlong | (continuations ^ expected)
      guard marks != 0 else {
        awaited = pairs &>> 56
        cursor &+= 8
        continue
      }
      let lane = marks.firstMarkedLane
      guard expected &>> UInt64(lane &* 8) & 0x80 == 0 else {
        throw JSONError(.invalidUTF8, at: cursor &+ lane &- 1)
      }
      return cursor &+ lane
    }
    return awaited == 0 ? cursor : cursor &- 1
  }

  /// Checks one character that is neither escaped nor a control, and returns where it ends.
  ///
  /// The ranges are those of table 3-7, «Well-Formed UTF-8 Byte Sequences», of the Unicode
  /// standard.
  @inline(__always)
  static func characterEnd(in bytes: Span<UInt8>, at start: Int) throws(JSONError) -> Int {
    let first = bytes[start]
    let second: ClosedRange<UInt8>
    let length: Int
    switch first {
    case 0x00...0x7F: return start &+ 1
    case 0xC2...0xDF: (second, length) = (0x80...0xBF, 2)
    case 0xE0: (second, length) = (0xA0...0xBF, 3)
    case 0xED: (second, length) = (0x80...0x9F, 3)
    case 0xE1...0xEF: (second, length) = (0x80...0xBF, 3)
    case 0xF0: (second, length) = (0x90...0xBF, 4)
    case 0xF1...0xF3: (second, length) = (0x80...0xBF, 4)
    case 0xF4: (second, length) = (0x80...0x8F, 4)
    default: throw JSONError(.invalidUTF8, at: start)
    }
    var offset = start &+ 1
    let end = start &+ length
    while offset < end {
      guard offset < bytes.count else { throw JSONError(.truncated, at: bytes.count) }
      let byte = bytes[offset]
      let fits = offset == start &+ 1 ? second.contains(byte) : byte & 0xC0 == 0x80
      guard fits else { throw JSONError(.invalidUTF8, at: start) }
      offset &+= 1
    }
    return end
  }

  /// Checks one escape for its canonical spelling, and returns where it ends.
  private static func canonicalEscapeEnd(
    in bytes: Span<UInt8>, at start: Int
  ) throws(JSONError) -> Int {
    let kind = start &+ 1
    guard kind < bytes.count else { throw JSONError(.truncated, at: bytes.count) }
    switch bytes[kind] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "b"), UInt8(ascii: "t"),
      UInt8(ascii: "n"), UInt8(ascii: "f"), UInt8(ascii: "r"):
      return kind &+ 1
    case UInt8(ascii: "u"):
      guard kind &+ 5 <= bytes.count else { throw JSONError(.truncated, at: bytes.count) }
      guard bytes[kind &+ 1] == UInt8(ascii: "0"), bytes[kind &+ 2] == UInt8(ascii: "0"),
        let high = lowerHexValue(bytes[kind &+ 3]), let low = lowerHexValue(bytes[kind &+ 4]),
        high < 2, shortEscape(of: high << 4 | low) == nil
      else { throw JSONError(.badEscape, at: start) }
      return kind &+ 5
    default:
      throw JSONError(.badEscape, at: start)
    }
  }

  /// Value of a lower-case hex digit.
  static func lowerHexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit &- UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit &- UInt8(ascii: "a") &+ 10
    default: nil
    }
  }

  /// The letter after the backslash for a byte that has a short escape.
  static func shortEscape(of byte: UInt8) -> UInt8? {
    switch byte {
    case 0x08: UInt8(ascii: "b")
    case 0x09: UInt8(ascii: "t")
    case 0x0A: UInt8(ascii: "n")
    case 0x0C: UInt8(ascii: "f")
    case 0x0D: UInt8(ascii: "r")
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
    default: nil
    }
  }
}
