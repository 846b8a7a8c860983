/// A field as errors and warnings carry it: with all that it takes to name it to a reader.
///
/// Its key alone would not do: `outcome` is «Итог» of a deal and «Результат» of an activity, and
/// the labels of a base's own fields stand in the base. Two names are equal if their keys are.
public struct FieldName: Hashable, Sendable {
  /// The field.
  public let field: Field

  /// Names a field.
  public init(_ field: Field) {
    self.field = field
  }

  /// What is stored and what commands take: `last_order`.
  public var key: String { field.key }

  /// The label, in the language of the reader.
  public func label(in language: Language) -> String { field.label(in: language) }

  /// The name as it can be typed in one word: `last_order`, «последний_заказ».
  public func typed(in language: Language) -> String {
    guard language == .russian, field.russian != field.key else { return field.key }
    return Schema.underscored(field.russian)
  }

  /// Names are equal if their keys are.
  public static func == (left: FieldName, right: FieldName) -> Bool { left.key == right.key }

  /// Hashes the key.
  public func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

extension FieldName: ExpressibleByStringLiteral {
  /// Names the first field of the schema with a key.
  public init(stringLiteral key: String) {
    self.init(key: key, of: nil)
  }

  /// Names the field with a key.
  ///
  /// - Parameters:
  ///   - key: the key; one that the schema does not know is its own label.
  ///   - entity: the key of the entity whose field it is; nil takes the first that has one.
  public init(key: String, of entity: String?) {
    let entities = entity.flatMap { Schema.entity(key: $0) }.map { [$0] } ?? Schema.entities
    let found = entities.lazy.compactMap { $0.field(key: key) }.first
    self.init(found ?? Field(key, key, key, .text))
  }
}
