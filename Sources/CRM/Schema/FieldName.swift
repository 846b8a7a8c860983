/// A field as errors and warnings carry it: with all that it takes to name it to a reader.
///
/// Its key alone would not do: `outcome` is «Итог» of a deal and «Результат» of an activity, and
/// the labels of a base's own fields stand in the base. Two names are equal if their keys are.
public struct FieldName: Sendable {
  /// The field; of an element's attribute, the attribute.
  public let field: Field

  /// What is stored and what commands take: `last_order`, `phones[+79032365544].kind`.
  public let key: String

  /// The field whose element has the attribute, and that element.
  private let owner: (field: Field, element: String)?

  /// Names a field.
  public init(_ field: Field) {
    self.field = field
    key = field.key
    owner = nil
  }

  /// Names an attribute of an element.
  ///
  /// - Parameters:
  ///   - attribute: the attribute.
  ///   - field: the field whose element has it.
  ///   - element: the element, by its normalised key.
  public init(_ attribute: Field, of field: Field, element: String) {
    self.field = attribute
    key = AttributeName(field: field.key, element: element, attribute: attribute.key).register
    owner = (field, element)
  }

  /// Names what a register holds.
  ///
  /// - Parameters:
  ///   - key: the register's name; one that the schema does not know is its own label.
  ///   - entity: the key of the entity whose field it is; nil takes the first that has one.
  ///   - custom: the fields that the base defines for the entity.
  public init(key: String, of entity: String?, custom: [Field] = []) {
    let entities = entity.map { [Schema.shown(key: $0)].compactMap(\.self) } ?? Schema.entities
    func find(_ key: String) -> Field {
      custom.first { $0.key == key } ?? entities.lazy.compactMap { $0.field(key: key) }.first
        ?? Field(key, key, key, .text)
    }
    guard let name = AttributeName(register: key) else {
      self.init(find(key))
      return
    }
    let field = find(name.field)
    let attribute = Schema.attributes(of: field).first { $0.key == name.attribute }
    self.init(
      attribute ?? Field(name.attribute, name.attribute, name.attribute, .text), of: field,
      element: name.element)
  }

  /// The label, in the language of the reader: «Город», «Телефоны +79032365544: Вид».
  public func label(in language: Language) -> String {
    guard let owner else { return field.label(in: language) }
    return "\(owner.field.label(in: language)) \(owner.element): \(field.label(in: language))"
  }

  /// The name as it can be typed in one word: `last_order`, «последний_заказ».
  public func typed(in language: Language) -> String {
    guard let owner else { return Self.typed(field, in: language) }
    let (whole, part) = (Self.typed(owner.field, in: language), Self.typed(field, in: language))
    return "\(whole)[\(owner.element)].\(part)"
  }

  private static func typed(_ field: Field, in language: Language) -> String {
    guard language == .russian, field.russian != field.key else { return field.key }
    return Schema.underscored(field.russian)
  }
}

extension FieldName: Hashable {
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
}

extension Base {
  /// What a register of a record holds, by the names that this base knows.
  ///
  /// - Parameters:
  ///   - register: the register's or set's name.
  ///   - type: the record's type.
  /// - Returns: its name.
  public func fieldName(_ register: String, of type: String) -> FieldName {
    let custom = Schema.entity(key: type).map { customFields(of: $0) } ?? []
    return FieldName(key: register, of: type, custom: custom)
  }

  /// The attribute of an element that a text means: `phones[8 903 236 55 44].kind`, in either
  /// language.
  ///
  /// - Parameters:
  ///   - name: the text, taken apart.
  ///   - entity: whose field it is.
  /// - Returns: the attribute, with the element by its key.
  /// - Throws: `EntryError.unknownField` with what there is.
  func attribute(_ name: AttributeName, of entity: Entity) throws(EntryError) -> FieldName {
    let field = try self.field(name.field, of: entity)
    let attributes = Schema.attributes(of: field)
    guard
      let attribute = attributes.first(where: { attribute in
        [attribute.key, attribute.russian, attribute.english].contains {
          LabelKey.folded($0) == LabelKey.folded(name.attribute)
        }
      })
    else {
      throw .unknownField(
        name.register, entity: entity.key,
        suggestions: attributes.map { "\(field.key)[\(name.element)].\($0.key)" })
    }
    return FieldName(attribute, of: field, element: ElementKey.of(name.element, field))
  }
}
