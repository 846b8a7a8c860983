/// A JSON value in memory, for cold paths: settings, input from scripts, tests.
///
/// Numbers are integers, as everywhere in Kartoteka. Two values are equal when their canonical
/// bytes are: strings compare by bytes, and the order of keys doesn't count.
public indirect enum JSONValue: Sendable {
  /// The literal `null`.
  case null
  /// A literal `true` or `false`.
  case bool(Bool)
  /// An integer within ±``Limits/integerMagnitude``.
  case integer(Int)
  /// A text.
  case string(String)
  /// Values in order.
  case array([JSONValue])
  /// Keys with their values, each key once, in any order.
  case object([(key: String, value: JSONValue)])

  /// The value of a key, found by its bytes; `nil` when this isn't an object or lacks the key.
  public subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { ByteString($0.key) == ByteString(key) }?.value
  }

  /// The text, if this is a string.
  public var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The one spelling of this value that documents use.
  ///
  /// A value with a repeated key, a number out of range, or more than ``Limits/depth`` levels has
  /// none; then the bytes fail `JSONScanner.isCanonical(_:)`.
  public var canonicalBytes: [UInt8] {
    var writer = JSONWriter()
    writer.value(self)
    return writer.bytes
  }
}

extension JSONWriter {
  /// Writes a value in its canonical form, the keys of objects ascending by their bytes.
  public mutating func value(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let flag): bool(flag)
    case .integer(let number): integer(number)
    case .string(let text): string(text)
    case .array(let values):
      beginArray()
      for each in values {
        element()
        self.value(each)
      }
      endArray()
    case .object(let members):
      beginObject()
      let sorted = members.map { (key: ByteString($0.key), value: $0.value) }
        .sorted { $0.key < $1.key }
      for member in sorted {
        key(member.key.bytes.span)
        self.value(member.value)
      }
      endObject()
    }
  }
}

extension JSONValue: Hashable {
  /// Tells whether both have the same canonical bytes.
  public static func == (left: JSONValue, right: JSONValue) -> Bool {
    left.canonicalBytes == right.canonicalBytes
  }

  /// Feeds the canonical bytes to a hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(canonicalBytes)
  }
}
