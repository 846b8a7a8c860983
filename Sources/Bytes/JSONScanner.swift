/// A cursor over the canonical subset of JSON in which documents are written.
///
/// The subset has one spelling for each value, so that equal values are equal bytes:
/// - no white space between tokens;
/// - strings are UTF-8; only `"`, `\` and the characters below U+0020 are escaped, as `\"` `\\`
///   `\b` `\t` `\n` `\f` `\r` or else `\u00xx` in lower-case hex;
/// - numbers are integers within ±(2^53 - 1), without leading zeros, `-0`, fraction or exponent;
/// - the keys of an object ascend strictly by the bytes of their unescaped UTF-8;
/// - at most ``Limits/depth`` arrays and objects are open at once.
///
/// The bytes are an argument of each call, not a member, so the cursor is an ordinary value. A
/// method that throws leaves ``position`` where it was, except ``value(in:depth:)``, which leaves
/// it anywhere within the value.
///
///     let line: [UInt8] = Array(#"{"n":7}"#.utf8)
///     var scanner = JSONScanner()
///     try scanner.expect(UInt8(ascii: "{"), in: line.span)
///     let key = try scanner.string(in: line.span)  // 2..<3
///     try scanner.expect(UInt8(ascii: ":"), in: line.span)
///     let number = try scanner.integer(in: line.span)  // 7
public struct JSONScanner: Sendable {
  /// Offset of the next byte to be read; never negative.
  public var position: Int

  /// Makes a cursor that reads from an offset on.
  @inlinable
  public init(at position: Int = 0) {
    self.position = position
  }

  /// Tells whether all bytes have been read.
  @inlinable
  public func atEnd(in bytes: Span<UInt8>) -> Bool {
    position >= bytes.count
  }

  /// Returns the next byte without reading it; `nil` at the end.
  @inlinable
  public func peek(in bytes: Span<UInt8>) -> UInt8? {
    position < bytes.count ? bytes[position] : nil
  }

  /// Reads one byte, which must be the given one.
  ///
  /// - Throws: `JSONError` of kind `truncated` at the end, else `unexpectedByte`.
  @inlinable
  public mutating func expect(_ byte: UInt8, in bytes: Span<UInt8>) throws(JSONError) {
    guard position < bytes.count else { throw JSONError(.truncated, at: position) }
    guard bytes[position] == byte else { throw JSONError(.unexpectedByte, at: position) }
    position &+= 1
  }

  /// Reads one byte if it is the given one, and tells whether it was.
  @inlinable
  public mutating func take(_ byte: UInt8, in bytes: Span<UInt8>) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position &+= 1
    return true
  }

  /// Reads exactly the given text if it comes next, and tells whether it did.
  ///
  /// Made for known keys: `scanner.take(#""client":"#, in: line)`.
  @inlinable
  public mutating func take(_ text: StaticString, in bytes: Span<UInt8>) -> Bool {
    let count = text.utf8CodeUnitCount
    guard JSONScanner.matches(text, at: position, in: bytes) else { return false }
    position &+= count
    return true
  }

  /// Reads `true` or `false`.
  ///
  /// - Throws: `JSONError` when neither comes next.
  public mutating func boolean(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
    if take("true", in: bytes) { return true }
    if take("false", in: bytes) { return false }
    throw JSONError(atEnd(in: bytes) ? .truncated : .unexpectedByte, at: position)
  }

  /// Reads any value and returns the range of its bytes.
  ///
  /// - Parameters:
  ///   - bytes: what is read.
  ///   - depth: how many arrays and objects are open around the value.
  /// - Returns: the whole range, the quotes of a string included.
  /// - Throws: `JSONError` unless the value is in the canonical form.
  @discardableResult
  public mutating func value(
    in bytes: Span<UInt8>, depth: Int = 0
  ) throws(JSONError) -> Range<Int> {
    let start = position
    guard start < bytes.count else { throw JSONError(.truncated, at: start) }
    switch bytes[start] {
    case UInt8(ascii: "\""): _ = try string(in: bytes)
    case UInt8(ascii: "{"): try skipObject(in: bytes, depth: depth)
    case UInt8(ascii: "["): try skipArray(in: bytes, depth: depth)
    case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try boolean(in: bytes)
    case UInt8(ascii: "n"):
      guard take("null", in: bytes) else { throw JSONError(.unexpectedByte, at: start) }
    default: _ = try integer(in: bytes)
    }
    return start..<position
  }

  /// Tells whether the bytes are one value in the canonical form and nothing else.
  public static func isCanonical(_ bytes: Span<UInt8>) -> Bool {
    var scanner = JSONScanner()
    do throws(JSONError) {
      try scanner.value(in: bytes)
      return scanner.atEnd(in: bytes)
    } catch {
      return false
    }
  }

  private mutating func skipArray(in bytes: Span<UInt8>, depth: Int) throws(JSONError) {
    guard depth < Limits.depth else { throw JSONError(.tooDeep, at: position) }
    position &+= 1
    guard !take(UInt8(ascii: "]"), in: bytes) else { return }
    repeat {
      try value(in: bytes, depth: depth &+ 1)
    } while take(UInt8(ascii: ","), in: bytes)
    try expect(UInt8(ascii: "]"), in: bytes)
  }

  private mutating func skipObject(in bytes: Span<UInt8>, depth: Int) throws(JSONError) {
    guard depth < Limits.depth else { throw JSONError(.tooDeep, at: position) }
    position &+= 1
    guard !take(UInt8(ascii: "}"), in: bytes) else { return }
    var previous: Range<Int>?
    repeat {
      let start = position
      let key = try string(in: bytes)
      if let previous {
        switch JSONScanner.order(of: previous, and: key, in: bytes) {
        case .ascending: break
        case .equal: throw JSONError(.duplicateKey, at: start)
        case .descending: throw JSONError(.keyOrder, at: start)
        }
      }
      previous = key
      try expect(UInt8(ascii: ":"), in: bytes)
      try value(in: bytes, depth: depth &+ 1)
    } while take(UInt8(ascii: ","), in: bytes)
    try expect(UInt8(ascii: "}"), in: bytes)
  }
}
