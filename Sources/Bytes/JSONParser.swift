/// Reads ordinary JSON (RFC 8259) as people and scripts write it, into a `JSONValue`.
///
/// White space, any escape and any order of keys are welcome. Refused are repeated keys, since
/// programs differ about which of them counts, and numbers that aren't integers within
/// ±``Limits/integerMagnitude``, since they would not come back as they were written. `-0` reads
/// as 0. There is no byte order mark.
public struct JSONParser {
  /// How much is accepted.
  public struct Bounds: Hashable, Sendable {
    /// Longest text, in bytes.
    public var textBytes: Int
    /// Longest string, in bytes of UTF-8 with its escapes resolved.
    public var stringBytes: Int
    /// Most arrays and objects open at once.
    public var depth: Int

    /// Makes bounds; those left out are the ones of ``Limits``.
    public init(
      textBytes: Int = Limits.jsonTextBytes, stringBytes: Int = Limits.stringBytes,
      depth: Int = Limits.depth
    ) {
      self.textBytes = textBytes
      self.stringBytes = stringBytes
      self.depth = depth
    }
  }

  private let bounds: Bounds
  private var position = 0

  private init(bounds: Bounds) {
    self.bounds = bounds
  }

  /// Reads one value that fills the whole text.
  ///
  ///     let text: [UInt8] = Array(#"{ "city": "Тверь", "floors": 3 }"#.utf8)
  ///     let value = try JSONParser.parse(text.span)
  ///     value["floors"]  // .integer(3)
  ///
  /// - Parameters:
  ///   - bytes: the text in UTF-8.
  ///   - limits: how much is accepted.
  /// - Returns: the value.
  /// - Throws: `JSONError` with the offset of the first byte that is wrong; for a number, of its
  ///   first byte; for a repeated key, of its opening quote.
  public static func parse(
    _ bytes: Span<UInt8>, limits: Bounds = Bounds()
  ) throws(JSONError) -> JSONValue {
    guard bytes.count <= limits.textBytes else {
      throw JSONError(.textTooLong, at: limits.textBytes)
    }
    var parser = JSONParser(bounds: limits)
    let value = try parser.value(in: bytes, depth: 0)
    parser.skipWhiteSpace(in: bytes)
    guard parser.position == bytes.count else {
      throw JSONError(.trailingBytes, at: parser.position)
    }
    return value
  }

  private mutating func value(in bytes: Span<UInt8>, depth: Int) throws(JSONError) -> JSONValue {
    switch try next(in: bytes) {
    case UInt8(ascii: "\""): return .string(try string(in: bytes))
    case UInt8(ascii: "{"): return try object(in: bytes, depth: depth)
    case UInt8(ascii: "["): return try array(in: bytes, depth: depth)
    case UInt8(ascii: "t"): return try literal("true", .bool(true), in: bytes)
    case UInt8(ascii: "f"): return try literal("false", .bool(false), in: bytes)
    case UInt8(ascii: "n"): return try literal("null", .null, in: bytes)
    default: return .integer(try integer(in: bytes))
    }
  }

  private mutating func array(in bytes: Span<UInt8>, depth: Int) throws(JSONError) -> JSONValue {
    guard depth < bounds.depth else { throw JSONError(.tooDeep, at: position) }
    position += 1
    var values: [JSONValue] = []
    if try next(in: bytes) == UInt8(ascii: "]") {
      position += 1
      return .array(values)
    }
    while true {
      values.append(try value(in: bytes, depth: depth + 1))
      guard try takeComma(orEnd: UInt8(ascii: "]"), in: bytes) else { return .array(values) }
    }
  }

  private mutating func object(in bytes: Span<UInt8>, depth: Int) throws(JSONError) -> JSONValue {
    guard depth < bounds.depth else { throw JSONError(.tooDeep, at: position) }
    position += 1
    var members: [(key: String, value: JSONValue)] = []
    var keys: Set<ByteString> = []
    if try next(in: bytes) == UInt8(ascii: "}") {
      position += 1
      return .object(members)
    }
    while true {
      guard try next(in: bytes) == UInt8(ascii: "\"") else {
        throw JSONError(.unexpectedByte, at: position)
      }
      let start = position
      let key = try string(in: bytes)
      guard keys.insert(ByteString(key)).inserted else {
        throw JSONError(.duplicateKey, at: start)
      }
      guard try next(in: bytes) == UInt8(ascii: ":") else {
        throw JSONError(.unexpectedByte, at: position)
      }
      position += 1
      members.append((key, try value(in: bytes, depth: depth + 1)))
      guard try takeComma(orEnd: UInt8(ascii: "}"), in: bytes) else { return .object(members) }
    }
  }

  private mutating func takeComma(
    orEnd closing: UInt8, in bytes: Span<UInt8>
  ) throws(JSONError) -> Bool {
    let byte = try next(in: bytes)
    guard byte == UInt8(ascii: ",") || byte == closing else {
      throw JSONError(.unexpectedByte, at: position)
    }
    position += 1
    return byte != closing
  }

  private mutating func literal(
    _ name: StaticString, _ value: JSONValue, in bytes: Span<UInt8>
  ) throws(JSONError) -> JSONValue {
    guard JSONScanner.matches(name, at: position, in: bytes) else {
      throw JSONError(.unexpectedByte, at: position)
    }
    position += name.utf8CodeUnitCount
    return value
  }

  private mutating func integer(in bytes: Span<UInt8>) throws(JSONError) -> Int {
    var scanner = JSONScanner(at: position)
    let isZero =
      JSONScanner.matches("-0", at: position, in: bytes)
      && (position + 2 == bytes.count || JSONParser.mayFollowNumber(bytes[position + 2]))
    if isZero {
      position += 2
      return 0
    }
    let number = try scanner.integer(in: bytes)
    position = scanner.position
    return number
  }

  private static func mayFollowNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "e"),
      UInt8(ascii: "E"):
      false
    default: true
    }
  }

  /// Skips white space and returns the byte after it, which is not yet read.
  private mutating func next(in bytes: Span<UInt8>) throws(JSONError) -> UInt8 {
    skipWhiteSpace(in: bytes)
    guard position < bytes.count else { throw JSONError(.truncated, at: position) }
    return bytes[position]
  }

  private mutating func skipWhiteSpace(in bytes: Span<UInt8>) {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }
}

// MARK: - Strings

extension JSONParser {
  private mutating func string(in bytes: Span<UInt8>) throws(JSONError) -> String {
    let start = position
    var text: [UInt8] = []
    position += 1
    while true {
      guard position < bytes.count else { throw JSONError(.truncated, at: position) }
      guard text.count <= bounds.stringBytes else { throw JSONError(.stringTooLong, at: start) }
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return try JSONScanner.text(of: text.span, at: start + 1)
      case UInt8(ascii: "\\"):
        let scalar = try escape(in: bytes)
        text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      case 0..<0x20:
        throw JSONError(.controlCharacter, at: position)
      default:
        let end = try JSONScanner.characterEnd(in: bytes, at: position)
        text.append(bytesOf: bytes.extracting(position..<end))
        position = end
      }
    }
  }

  /// Reads an escape, or two that make a surrogate pair.
  private mutating func escape(in bytes: Span<UInt8>) throws(JSONError) -> Unicode.Scalar {
    let start = position
    guard start + 1 < bytes.count else { throw JSONError(.truncated, at: bytes.count) }
    position += 2
    switch bytes[start + 1] {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw JSONError(.badEscape, at: start)
    }
    let unit = try hexUnit(in: bytes, escapeAt: start)
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard UTF16.isLeadSurrogate(unit), JSONScanner.matches(#"\u"#, at: position, in: bytes) else {
      throw JSONError(.loneSurrogate, at: start)
    }
    position += 2
    let trail = try hexUnit(in: bytes, escapeAt: position - 2)
    guard UTF16.isTrailSurrogate(trail) else { throw JSONError(.loneSurrogate, at: start) }
    return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
  }

  private mutating func hexUnit(
    in bytes: Span<UInt8>, escapeAt start: Int
  ) throws(JSONError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard position < bytes.count else { throw JSONError(.truncated, at: bytes.count) }
      guard let digit = Hex.value(of: bytes[position]) else {
        throw JSONError(.badEscape, at: start)
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }
}
