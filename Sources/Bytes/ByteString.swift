/// Bytes as a value with identity and order: unsigned, shorter first when one begins the other.
///
/// It stands in for `String` wherever texts are keys or are sorted, since Swift takes composed and
/// decomposed «é» for equal and the format does not.
public struct ByteString: Hashable, Sendable {
  /// The bytes themselves.
  public var bytes: [UInt8]

  /// Wraps bytes.
  @inlinable
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Copies bytes.
  @inlinable
  public init(_ span: Span<UInt8>) {
    bytes = [UInt8](bytesOf: span)
  }

  /// Copies the UTF-8 of a text.
  @inlinable
  public init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// The bytes as text; `nil` when they aren't valid UTF-8.
  public var string: String? {
    String(validating: bytes, as: UTF8.self)
  }
}

extension ByteString: Comparable {
  /// Tells whether `left` stands before `right`, byte by byte.
  public static func < (left: ByteString, right: ByteString) -> Bool {
    ByteOrder.precedes(left.bytes.span, right.bytes.span)
  }
}

extension ByteString: ExpressibleByStringLiteral {
  /// Copies the UTF-8 of a literal.
  @inlinable
  public init(stringLiteral text: String) {
    self.init(text)
  }
}
