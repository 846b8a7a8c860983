/// One entry of a closed list.
public struct Choice: Sendable, Hashable {
  /// What is stored: `person`.
  public let key: String
  /// The Russian label: «человек».
  public let russian: String
  /// The English label: "person".
  public let english: String
  /// Other words that mean it in files and filters.
  public let synonyms: [String]

  /// Makes a choice.
  public init(_ key: String, _ russian: String, _ english: String, _ synonyms: [String] = []) {
    self.key = key
    self.russian = russian
    self.english = english
    self.synonyms = synonyms
  }

  /// Returns the label.
  ///
  /// - Parameter language: The language of the reader.
  /// - Returns: The label in that language.
  public func label(in language: Language) -> String {
    language == .russian ? russian : english
  }
}

/// What the values of a field are, and so how they are read, compared and shown.
///
/// Every kind is stored as a string but these: `money` and `integer` are integers, `bool` a Boolean.
public enum FieldKind: Sendable, Hashable {
  /// Any text.
  case text
  /// A day, `2026-05-01`.
  case date
  /// A day of which the year or other parts may be unknown, `--04-15`.
  case partialDate
  /// A moment, `2026-11-22T15:41:34Z`.
  case time
  /// A day or a moment: a deadline may have no hour, an imported order none either.
  case dateOrTime
  /// Minor units, in the currency that the companion field names.
  case money(currencyField: String)
  /// An integer.
  case integer
  /// Yes or no.
  case bool
  /// The key of one entry of a closed list.
  case choice([Choice])
  /// The name of an entry of a directory that the base keeps: `tags`, `industries`.
  case directory(String)
  /// The id of a record of the entity with that key.
  case reference(String)
  /// A member of the workspace.
  case member
  /// A telephone number by its key, see ``Phone``.
  case phone
  /// An e-mail address by its key, see ``EMail``.
  case email
  /// A web address.
  case url
  /// A postal address as typed.
  case address
  /// An official number, see ``Requisites``.
  case requisite(Requisite)
  /// A stage of a pipeline.
  case stage
  /// An ISO 4217 code.
  case currency
  /// A file by its content hash.
  case file

  /// The word for this kind in the table of fields: `money (currency)`, `directory (tags)`.
  public var name: String {
    switch self {
    case .text: "text"
    case .date: "date"
    case .partialDate: "partial date"
    case .time: "time"
    case .dateOrTime: "date or time"
    case .money(let field): "money (`\(field)`)"
    case .integer: "integer"
    case .bool: "yes/no"
    case .choice(let choices): "choice: " + choices.map { "`\($0.key)`" }.joined(separator: " ")
    case .directory(let name): "directory `\(name)`"
    case .reference(let entity): "reference `\(entity)`"
    case .member: "member"
    case .phone: "phone"
    case .email: "e-mail"
    case .url: "URL"
    case .address: "address"
    case .requisite(let requisite): "requisite \(requisite.rawValue.uppercased())"
    case .stage: "stage"
    case .currency: "currency"
    case .file: "file"
    }
  }
}

/// One field of an entity.
public struct Field: Sendable, Hashable {
  /// What is stored and what commands take: `last_order`.
  public let key: String
  /// The Russian label.
  public let russian: String
  /// The English label.
  public let english: String
  /// What its values are.
  public let kind: FieldKind
  /// Whether it is a set of many values; otherwise it is a register with one.
  public let many: Bool
  /// Whether it is computed when read and never stored.
  public let computed: Bool
  /// The stored form of the value that a record has when nothing was ever set.
  public let defaultValue: String?
  /// The least value that people may enter, of a whole number.
  public let least: Int?
  /// Other names under which filters and the headers of imported files know it.
  public let synonyms: [String]

  /// Makes a field.
  public init(
    _ key: String, _ russian: String, _ english: String, _ kind: FieldKind, many: Bool = false,
    computed: Bool = false, default defaultValue: String? = nil, least: Int? = nil,
    also synonyms: [String] = []
  ) {
    self.key = key
    self.russian = russian
    self.english = english
    self.kind = kind
    self.many = many
    self.computed = computed
    self.defaultValue = defaultValue
    self.least = least
    self.synonyms = synonyms
  }

  /// The field that holds the currency of this sum; nil unless it is money.
  public var currencyField: String? {
    if case .money(let field) = kind { field } else { nil }
  }

  /// The closed list of this field; empty unless it is a choice.
  public var choices: [Choice] {
    if case .choice(let choices) = kind { choices } else { [] }
  }

  /// Returns the label.
  ///
  /// - Parameter language: The language of the reader.
  /// - Returns: The label in that language.
  public func label(in language: Language) -> String {
    language == .russian ? russian : english
  }

  /// Returns the choice that a word means, by key, label or synonym.
  ///
  /// - Parameter word: The word; case, «ё», spaces and underscores do not matter.
  /// - Returns: Nil if no choice of this field is called so.
  public func choice(_ word: String) -> Choice? {
    var wanted = LabelKey(word)
    guard !wanted.isEmpty else { return nil }
    return choices.first { choice in
      wanted.matches(anyOf: [choice.key, choice.russian, choice.english] + choice.synonyms)
    }
  }

  /// The prefix of fields that a base defines for itself: `custom.hobby`.
  public static let customPrefix = "custom."

  /// Whether the base defines this field for itself.
  public var isCustom: Bool { key.utf8.starts(with: Self.customPrefix.utf8) }
}
