/// A language that Kartoteka speaks.
public enum Language: String, Sendable, Hashable, CaseIterable {
  /// Russian.
  case russian = "ru"
  /// English.
  case english = "en"
}

/// The forms of a noun beside a number: «1 клиент, 2 клиента, 5 клиентов».
public struct PluralForms: Sendable, Hashable {
  /// Beside 1, 21, 101: «клиент», "client".
  public let one: String
  /// Beside 2, 3, 4, 22: «клиента», "clients".
  public let few: String
  /// Beside 0, 5…20, 25: «клиентов», "clients".
  public let many: String
  /// Without a number, as a heading: «клиенты», "clients".
  public let plural: String

  /// Makes Russian forms.
  public init(_ one: String, _ few: String, _ many: String, plural: String) {
    self.one = one
    self.few = few
    self.many = many
    self.plural = plural
  }

  /// Makes English forms.
  public init(_ one: String, plural: String) {
    self.init(one, plural, plural, plural: plural)
  }

  /// Returns the form beside a number.
  ///
  /// - Parameters:
  ///   - count: The number; its sign does not matter.
  ///   - language: The rule to follow.
  /// - Returns: The form, without the number.
  public func form(_ count: Int, in language: Language) -> String {
    let number = count.magnitude
    if language == .english { return number == 1 ? one : many }
    if (11...14).contains(number % 100) { return many }
    switch number % 10 {
    case 1: return one
    case 2...4: return few
    default: return many
    }
  }
}
