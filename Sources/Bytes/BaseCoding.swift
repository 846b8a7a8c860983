/// A text encoding whose characters carry four, five or six bits each, first bits first.
///
/// Only the canonical text is decoded: no padding, no other letter case, and the bits that the last
/// character has to spare are zero. So a value has one spelling, and texts can be compared.
struct BaseCoding: Sendable {
  /// Bits in a character.
  private let bits: Int
  /// Characters by value.
  private let characters: [UInt8]
  /// Values by character; 255 where the character isn't in the alphabet.
  private let values: [UInt8]

  init(bits: Int, alphabet: String) {
    self.bits = bits
    characters = Array(alphabet.utf8)
    var values = [UInt8](repeating: 255, count: 256)
    for (value, character) in characters.enumerated() {
      values[Int(character)] = UInt8(truncatingIfNeeded: value)
    }
    self.values = values
  }

  func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
    text.reserveCapacity(text.count + (bytes.count * 8 + bits - 1) / bits)
    let mask: UInt32 = 1 << UInt32(bits) - 1
    var pending: UInt32 = 0
    var pendingBits = 0
    for index in bytes.indices {
      pending = pending &<< 8 | UInt32(bytes[index])
      pendingBits += 8
      while pendingBits >= bits {
        pendingBits -= bits
        text.append(characters[Int(pending &>> UInt32(pendingBits) & mask)])
      }
    }
    if pendingBits > 0 {
      text.append(characters[Int(pending &<< UInt32(bits - pendingBits) & mask)])
    }
  }

  func encode(_ bytes: Span<UInt8>) -> String {
    var text: [UInt8] = []
    append(bytes, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  func decode(_ text: Span<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 8 * bits + bits)
    var pending: UInt32 = 0
    var pendingBits = 0
    for index in text.indices {
      let value = values[Int(text[index])]
      guard value != 255 else { return nil }
      pending = pending &<< UInt32(bits) | UInt32(value)
      pendingBits += bits
      if pendingBits >= 8 {
        pendingBits -= 8
        bytes.append(UInt8(truncatingIfNeeded: pending &>> UInt32(pendingBits)))
      }
    }
    // As many spare bits as a character has would be a character without any byte of its own.
    let spare = pending & (1 << UInt32(pendingBits) - 1)
    return pendingBits < bits && spare == 0 ? bytes : nil
  }
}

/// Hexadecimal text in lower case.
public enum Hex {
  private static let coding = BaseCoding(bits: 4, alphabet: "0123456789abcdef")

  /// Text of bytes, two digits a byte.
  public static func encode(_ bytes: Span<UInt8>) -> String { coding.encode(bytes) }

  /// Appends the text of bytes as ASCII.
  public static func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
    coding.append(bytes, to: &text)
  }

  /// Bytes of a canonical text; `nil` for any other.
  public static func decode(_ text: Span<UInt8>) -> [UInt8]? { coding.decode(text) }

  /// Bytes of a canonical text; `nil` for any other.
  public static func decode(_ text: String) -> [UInt8]? { coding.decode(text.utf8Span.span) }

  /// Appends the two digits of one byte.
  static func append(_ byte: UInt8, to text: inout [UInt8]) {
    for digit in [byte >> 4, byte & 15] {
      text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + (digit - 10))
    }
  }

  /// Value of a digit in either case.
  static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: JSONScanner.lowerHexValue(digit)
    }
  }
}

/// Base32 of RFC 4648 in lower case, without padding: `a`-`z`, `2`-`7`.
public enum Base32 {
  private static let coding = BaseCoding(bits: 5, alphabet: "abcdefghijklmnopqrstuvwxyz234567")

  /// Text of bytes, eight characters for five bytes.
  public static func encode(_ bytes: Span<UInt8>) -> String { coding.encode(bytes) }

  /// Appends the text of bytes as ASCII.
  public static func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
    coding.append(bytes, to: &text)
  }

  /// Bytes of a canonical text; `nil` for any other.
  public static func decode(_ text: Span<UInt8>) -> [UInt8]? { coding.decode(text) }

  /// Bytes of a canonical text; `nil` for any other.
  public static func decode(_ text: String) -> [UInt8]? { coding.decode(text.utf8Span.span) }
}

/// Base64 of RFC 4648 with the alphabet for file names and addresses, without padding.
public enum Base64URL {
  private static let coding = BaseCoding(
    bits: 6, alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

  /// Text of bytes, four characters for three bytes.
  public static func encode(_ bytes: Span<UInt8>) -> String { coding.encode(bytes) }

  /// Appends the text of bytes as ASCII.
  public static func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
    coding.append(bytes, to: &text)
  }

  /// Bytes of a canonical text; `nil` for any other.
  public static func decode(_ text: Span<UInt8>) -> [UInt8]? { coding.decode(text) }

  /// Bytes of a canonical text; `nil` for any other.
  public static func decode(_ text: String) -> [UInt8]? { coding.decode(text.utf8Span.span) }
}
