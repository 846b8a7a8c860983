/// Why bytes aren't the JSON that was asked for, and where.
public struct JSONError: Error, Hashable, Sendable {
  /// What is wrong.
  public enum Kind: Hashable, Sendable, CaseIterable {
    /// The bytes end inside a value.
    case truncated
    /// A byte that can't stand here; white space too, where the canonical form is asked for.
    case unexpectedByte
    /// A byte below 0x20 inside a string, which must be escaped.
    case controlCharacter
    /// Bytes that aren't UTF-8: stray, overlong, of a surrogate, or beyond U+10FFFF.
    case invalidUTF8
    /// An escape that JSON doesn't know, or that isn't the canonical spelling of its character.
    case badEscape
    /// A `\u` escape that is half of a surrogate pair, without its other half.
    case loneSurrogate
    /// A number that isn't spelt as JSON spells numbers, or `-0` in the canonical form.
    case badNumber
    /// A number with a fraction or an exponent.
    case fraction
    /// An integer beyond ``Limits/integerMagnitude``.
    case outOfRange
    /// A key that the same object already has.
    case duplicateKey
    /// A key that stands before its predecessor by the bytes, in the canonical form.
    case keyOrder
    /// More open arrays and objects than allowed.
    case tooDeep
    /// A string longer than allowed.
    case stringTooLong
    /// A text longer than allowed.
    case textTooLong
    /// Bytes after the end of the value.
    case trailingBytes
  }

  /// What is wrong.
  public let kind: Kind

  /// Offset of the byte where it shows, counted from the start of the span that was read.
  public let byteOffset: Int

  /// Makes an error of a kind at an offset.
  @inlinable
  public init(_ kind: Kind, at byteOffset: Int) {
    self.kind = kind
    self.byteOffset = byteOffset
  }
}
