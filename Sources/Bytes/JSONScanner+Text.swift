// From the range of a string's contents to its text, its order and its identity.

extension JSONScanner {
  /// Copies the contents of a string with its escapes resolved.
  ///
  /// - Parameters:
  ///   - range: what `string(in:)` returned.
  ///   - bytes: the span it was read from.
  /// - Returns: UTF-8 bytes.
  /// - Throws: `JSONError` of kind `badEscape` when the range isn't one of `string(in:)`.
  public static func unescape(
    _ range: Range<Int>, in bytes: Span<UInt8>
  ) throws(JSONError) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    var cursor = range.lowerBound
    while cursor < range.upperBound {
      let run = escapeStart(in: bytes, from: cursor, to: range.upperBound)
      result.append(bytesOf: bytes.extracting(cursor..<run))
      guard run < range.upperBound else { break }
      guard let (byte, length) = unescapedByte(in: bytes, at: run, to: range.upperBound) else {
        throw JSONError(.badEscape, at: run)
      }
      result.append(byte)
      cursor = run &+ length
    }
    return result
  }

  /// Makes the text of a string's contents, escapes resolved.
  ///
  /// - Parameters:
  ///   - range: what `string(in:)` returned.
  ///   - bytes: the span it was read from.
  /// - Returns: the text; its UTF-8 is exactly the bytes of the document.
  /// - Throws: `JSONError` of kind `badEscape` or `invalidUTF8` when the range isn't one of
  ///   `string(in:)`.
  public static func string(
    at range: Range<Int>, in bytes: Span<UInt8>
  ) throws(JSONError) -> String {
    let end = range.upperBound
    guard escapeStart(in: bytes, from: range.lowerBound, to: end) < end else {
      return try text(of: bytes.extracting(range), at: range.lowerBound)
    }
    let unescaped = try unescape(range, in: bytes)
    return try text(of: unescaped.span, at: range.lowerBound)
  }

  /// Makes the text of a value that is a string; `nil` if it is another value.
  ///
  /// - Parameter value: a whole value in the canonical form.
  /// - Returns: the text, escapes resolved.
  public static func text(ofValue value: Span<UInt8>) -> String? {
    guard value.count >= 2, value[0] == UInt8(ascii: "\"") else { return nil }
    return try? string(at: 1..<(value.count - 1), in: value)
  }

  /// Tells whether exactly the bytes of `text` stand at an offset.
  @inlinable
  public static func matches(
    _ text: StaticString, at offset: Int, in bytes: Span<UInt8>
  ) -> Bool {
    let count = text.utf8CodeUnitCount
    guard offset >= 0, offset <= bytes.count, count <= bytes.count &- offset else { return false }
    return text.withUTF8Buffer { expected in
      var index = 0
      while index < count && bytes[offset &+ index] == expected[index] { index &+= 1 }
      return index == count
    }
  }

  /// Tells whether a range holds exactly the bytes of `text`; made for keys.
  @inlinable
  public static func matches(
    _ text: StaticString, _ range: Range<Int>, in bytes: Span<UInt8>
  ) -> Bool {
    range.count == text.utf8CodeUnitCount && matches(text, at: range.lowerBound, in: bytes)
  }

  /// Copies bytes to a string, which validates them.
  static func text(of bytes: Span<UInt8>, at offset: Int) throws(JSONError) -> String {
    do throws(UTF8.ValidationError) {
      return String(copying: try UTF8Span(validating: bytes))
    } catch {
      throw JSONError(.invalidUTF8, at: offset &+ error.byteOffsets.lowerBound)
    }
  }

  /// How two keys of one object stand to each other.
  enum KeyOrder {
    case ascending, equal, descending
  }

  /// Compares two canonical keys by their unescaped bytes, without copying them.
  static func order(
    of first: Range<Int>, and second: Range<Int>, in bytes: Span<UInt8>
  ) -> KeyOrder {
    var left = first.lowerBound
    var right = second.lowerBound
    while left < first.upperBound && right < second.upperBound {
      var leftByte = bytes[left]
      var rightByte = bytes[right]
      var leftLength = 1
      var rightLength = 1
      if leftByte == UInt8(ascii: "\\"),
        let unescaped = unescapedByte(in: bytes, at: left, to: first.upperBound)
      {
        (leftByte, leftLength) = unescaped
      }
      if rightByte == UInt8(ascii: "\\"),
        let unescaped = unescapedByte(in: bytes, at: right, to: second.upperBound)
      {
        (rightByte, rightLength) = unescaped
      }
      guard leftByte == rightByte else {
        return leftByte < rightByte ? .ascending : .descending
      }
      left &+= leftLength
      right &+= rightLength
    }
    if right < second.upperBound { return .ascending }
    return left < first.upperBound ? .descending : .equal
  }

  /// Offset of the first backslash, or `end`.
  private static func escapeStart(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
    var cursor = start
    while cursor &+ 8 <= end {
      let marks = bytes.word(at: cursor).marks(of: UInt8(ascii: "\\"))
      guard marks == 0 else { return cursor &+ marks.firstMarkedLane }
      cursor &+= 8
    }
    while cursor < end && bytes[cursor] != UInt8(ascii: "\\") { cursor &+= 1 }
    return cursor
  }

  /// The byte that a canonical escape stands for, and the length of the escape.
  private static func unescapedByte(
    in bytes: Span<UInt8>, at start: Int, to end: Int
  ) -> (byte: UInt8, length: Int)? {
    guard end &- start >= 2 else { return nil }
    switch bytes[start &+ 1] {
    case UInt8(ascii: "\""): return (UInt8(ascii: "\""), 2)
    case UInt8(ascii: "\\"): return (UInt8(ascii: "\\"), 2)
    case UInt8(ascii: "b"): return (0x08, 2)
    case UInt8(ascii: "t"): return (0x09, 2)
    case UInt8(ascii: "n"): return (0x0A, 2)
    case UInt8(ascii: "f"): return (0x0C, 2)
    case UInt8(ascii: "r"): return (0x0D, 2)
    case UInt8(ascii: "u"):
      guard end &- start >= 6, bytes[start &+ 2] == UInt8(ascii: "0"),
        bytes[start &+ 3] == UInt8(ascii: "0"), let high = lowerHexValue(bytes[start &+ 4]),
        let low = lowerHexValue(bytes[start &+ 5]), high < 2
      else { return nil }
      return (high << 4 | low, 6)
    default: return nil
    }
  }
}
