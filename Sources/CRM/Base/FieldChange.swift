/// One change of one field, as a person types it: `city=Тверь`, `phones+=+74952346187`, `tags-=vip`.
public struct FieldChange: Hashable, Sendable {
  /// What to do with the field.
  public enum Operation: Hashable, Sendable {
    /// Replaces the value, or all values; an empty text clears.
    case set
    /// Adds values to a many-valued field.
    case add
    /// Removes values from a many-valued field.
    case remove
  }

  /// The field by key, label or synonym, or an attribute of an element: `phones[+7…].kind`.
  public let field: String
  /// What to do.
  public let operation: Operation
  /// The value as typed.
  public let text: String

  /// Makes a change of its parts.
  public init(_ field: String, _ operation: Operation, _ text: String) {
    self.field = field
    self.operation = operation
    self.text = text
  }

  /// Reads `field=value`, `field+=value` or `field-=value`; nil without an operator or a field.
  public init?(argument: String) {
    let bytes = Array(argument.utf8)
    guard var end = bytes.firstIndex(of: UInt8(ascii: "=")), end > 0 else { return nil }
    let value = bytes[(end + 1)...]
    switch bytes[end - 1] {
    case UInt8(ascii: "+"): (operation, end) = (.add, end - 1)
    case UInt8(ascii: "-"): (operation, end) = (.remove, end - 1)
    default: operation = .set
    }
    field = Trimming.trimmed(String(decoding: bytes[..<end], as: UTF8.self))
    text = String(decoding: value, as: UTF8.self)
    guard !field.isEmpty else { return nil }
  }
}
