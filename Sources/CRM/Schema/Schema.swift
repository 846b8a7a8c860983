/// The table of entities and fields: what the CRM calls things and what it stores them as.
///
/// It is data. Nothing below this module knows it, and no merge depends on it.
public enum Schema {
  /// Every kind of record, in the order of the documentation.
  public static let entities: [Entity] = [
    client, link, deal, stageEvent, activity, task, product, pipeline, stage, segment, entry, rule,
    customField, member, device, workspace, importBatch, exportEntry, decision, alarm, handover,
  ]

  /// Returns the entity with a key.
  ///
  /// - Parameter key: Exactly the stored key: `client`.
  /// - Returns: Nil if there is none.
  public static func entity(key: String) -> Entity? {
    entities.first { $0.key.utf8.elementsEqual(key.utf8) }
  }

  /// Returns the entity that a word of a command means.
  ///
  /// - Parameter word: «клиенты», "clients", «сделку»; case and «ё» do not matter.
  /// - Returns: Nil if nothing is called so.
  public static func entity(named word: String) -> Entity? {
    var wanted = LabelKey(word)
    guard !wanted.isEmpty else { return nil }
    return entities.first { wanted.matches(anyOf: $0.names) }
  }

  /// Returns the field that a word means.
  ///
  /// Keys come first, then labels, then synonyms. Numbers in headers of numbered groups do not
  /// matter: `Phone 3 - Value` is found as `Phone 1 - Value`. `custom.hobby` is always a field: text
  /// with one value, unless the base says otherwise.
  ///
  /// - Parameters:
  ///   - name: A key, label or synonym; case, «ё», spaces and underscores do not matter.
  ///   - entity: Whose field.
  ///   - custom: The fields that the base defines for this entity.
  /// - Returns: Nil if nothing is called so.
  public static func field(_ name: String, in entity: Entity, custom: [Field] = []) -> Field? {
    let trimmed = Trimming.trimmed(name)
    let all = entity.fields + custom
    if let exact = all.first(where: { $0.key.utf8.elementsEqual(trimmed.utf8) }) { return exact }
    if let slug = customSlug(trimmed) {
      let key = Field.customPrefix + slug
      return all.first { $0.key.utf8.elementsEqual(key.utf8) } ?? Field(key, slug, slug, .text)
    }
    let wanted = LabelKey(trimmed)
    guard !wanted.isEmpty else { return nil }
    return find(wanted, all) ?? wanted.withOneForNumbers.flatMap { find($0, all) }
  }

  /// Returns the keys and labels nearest to a word that is no field.
  ///
  /// - Parameters:
  ///   - name: What was typed: `citi`.
  ///   - entity: Whose field was meant.
  ///   - custom: The fields that the base defines for this entity.
  /// - Returns: At most three names to offer; keys for Latin words, labels for Russian ones.
  public static func suggestions(
    for name: String, in entity: Entity, custom: [Field] = []
  ) -> [String] {
    let fields = entity.fields + custom
    let names = fields.map(\.key) + fields.map { underscored($0.russian) }
    return Suggestions.closest(to: name, among: names)
  }

  /// Returns a label as one word for filters and commands: «последний_заказ».
  ///
  /// - Parameter label: A label.
  /// - Returns: Lower case, with underscores for spaces and signs.
  public static func underscored(_ label: String) -> String {
    let words = label.lowercased().unicodeScalars.split {
      !$0.properties.isAlphabetic && $0.properties.numericType == nil
    }
    return words.map { String($0) }.joined(separator: "_")
  }

  private static func find(_ wanted: LabelKey, _ fields: [Field]) -> Field? {
    var wanted = wanted
    return fields.first { wanted.matches($0.key) }
      ?? fields.first { wanted.matches($0.russian) || wanted.matches($0.english) }
      ?? fields.first { wanted.matches(anyOf: $0.synonyms) }
  }

  /// Returns the part after `custom.`, nil without one.
  private static func customSlug(_ name: String) -> String? {
    let prefixes = [Field.customPrefix, "поле."]
    guard let prefix = prefixes.first(where: { name.lowercased().utf8.starts(with: $0.utf8) })
    else { return nil }
    let slug = String(name.unicodeScalars.dropFirst(prefix.unicodeScalars.count)).lowercased()
    return slug.isEmpty || slug.unicodeScalars.contains(where: Trimming.isSpace) ? nil : slug
  }
}

/// A kind of record.
public struct Entity: Sendable, Hashable {
  /// What is stored and what commands take: `client`.
  public let key: String
  /// The Russian noun.
  public let russian: PluralForms
  /// The English noun.
  public let english: PluralForms
  /// Other words for it in commands: «клиента» in the accusative, "contacts".
  public let synonyms: [String]
  /// The fields in the order of forms.
  public let fields: [Field]

  /// Makes an entity.
  public init(
    _ key: String, russian: PluralForms, english: PluralForms, also synonyms: [String] = [],
    fields: [Field]
  ) {
    self.key = key
    self.russian = russian
    self.english = english
    self.synonyms = synonyms
    self.fields = fields
  }

  /// Returns the field with a key.
  ///
  /// - Parameter key: Exactly the stored key.
  /// - Returns: Nil if this entity has none; custom fields are looked up by ``Schema/field(_:in:custom:)``.
  public func field(key: String) -> Field? {
    fields.first { $0.key.utf8.elementsEqual(key.utf8) }
  }

  /// Returns the noun beside a number.
  ///
  /// - Parameters:
  ///   - count: The number.
  ///   - language: The language of the reader.
  /// - Returns: «клиентов» for 5, without the number.
  public func noun(_ count: Int, in language: Language) -> String {
    (language == .russian ? russian : english).form(count, in: language)
  }

  /// Every word by which commands know it.
  var names: [String] {
    let nouns = [russian, english].flatMap { [$0.one, $0.few, $0.many, $0.plural] }
    return [key] + nouns + synonyms
  }
}
