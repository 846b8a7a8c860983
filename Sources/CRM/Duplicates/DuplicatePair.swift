/// Two cards that may be one client.
public struct DuplicatePair: Hashable, Sendable {
  /// How sure the finder is.
  public enum Level: String, Hashable, Sendable, CaseIterable, Comparable {
    /// A look is enough.
    case certain
    /// Probably one client; somebody who knows them should say.
    case likely
    /// Worth a thought, no more.
    case possible

    /// The least score of the level.
    public var leastScore: Int {
      switch self {
      case .certain: 90
      case .likely: 60
      case .possible: 35
      }
    }

    /// Surer levels come first.
    public static func < (left: Level, right: Level) -> Bool { left.leastScore > right.leastScore }
  }

  /// The id of the older card.
  public let first: String
  /// The id of the other one.
  public let second: String
  /// How much speaks for one client, 35 to 100.
  public let score: Int
  /// What speaks for and against it, the weightiest first.
  public let reasons: [DuplicateReason]

  /// How sure the finder is.
  public var level: Level {
    Level.allCases.first { score >= $0.leastScore } ?? .possible
  }
}

/// Something that two cards have in common, or in which they differ.
public enum DuplicateReason: String, Hashable, Sendable, CaseIterable {
  /// The same ИНН.
  case sameINN = "same_inn"
  /// The same ОГРН.
  case sameOGRN = "same_ogrn"
  /// The same e-mail.
  case sameEMail = "same_email"
  /// The same phone.
  case samePhone = "same_phone"
  /// The same phone, but that of an office or a number that several cards have.
  case sharedPhone = "shared_phone"
  /// The same e-mail, but one that several cards have.
  case sharedEMail = "shared_email"
  /// The same name; order, «ё», signs and legal form do not matter.
  case sameName = "same_name"
  /// The same name but for typing errors.
  case similarName = "similar_name"
  /// The same family name, and initials that fit.
  case initials
  /// The same name as far as both say it: one lacks a patronymic or has a word more.
  case partOfName = "part_of_name"
  /// The same birthday.
  case sameBirthday = "same_birthday"
  /// The same city.
  case sameCity = "same_city"
  /// Phones that differ in one digit or in the order of two.
  case nearPhone = "near_phone"
  /// ИНН that differ in one digit or in the order of two, one of them impossible.
  case nearINN = "near_inn"

  /// Different names.
  case otherName = "other_name"
  /// Different ИНН.
  case otherINN = "other_inn"
  /// The same ИНН with different КПП: branches.
  case otherKPP = "other_kpp"
  /// Different birthdays.
  case otherBirthday = "other_birthday"
  /// Different cities.
  case otherCity = "other_city"
  /// Different legal forms.
  case otherForm = "other_form"
  /// Different phones and e-mails.
  case otherContacts = "other_contacts"
  /// A name that many people have.
  case commonName = "common_name"

  /// Whether it speaks against one client.
  public var isAgainst: Bool {
    switch self {
    case .sameINN, .sameOGRN, .sameEMail, .samePhone, .sharedPhone, .sharedEMail, .sameName,
      .similarName, .initials, .partOfName, .sameBirthday, .sameCity, .nearPhone, .nearINN:
      false
    case .otherName, .otherINN, .otherKPP, .otherBirthday, .otherCity, .otherForm, .otherContacts,
      .commonName:
      true
    }
  }
}
