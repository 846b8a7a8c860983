public import CRM

/// Every sentence that Kartoteka says, in the language of the reader.
///
/// Other modules throw and pass data; here it becomes words. Both languages stand side by side in
/// every function, so neither can be forgotten.
public struct Wording: Sendable {
  /// The language of the reader.
  public let language: Language

  /// Speaks a language.
  public init(_ language: Language) {
    self.language = language
  }

  /// The language that the names of locales ask for.
  ///
  /// - Parameters:
  ///   - stated: What was said on the command line, such as `ru`, if anything.
  ///   - locale: The locale of the environment, such as `ru_RU.UTF-8`, if one is set.
  /// - Returns: Russian for everything that begins with `ru`, else English.
  public static func language(stated: String?, locale: String?) -> Language {
    let name = (stated ?? locale ?? "").lowercased()
    return name.utf8.starts(with: "ru".utf8) ? .russian : .english
  }

  /// Chooses between the two languages; the one place that does.
  func pick(_ english: @autoclosure () -> String, _ russian: @autoclosure () -> String) -> String {
    switch language {
    case .english: english()
    case .russian: russian()
    }
  }
}

// MARK: - Numbers, dates, sums

extension Wording {
  /// An integer with its digits in groups of three: `12,345`, «12 345».
  public func number(_ value: Int) -> String {
    let digits = Array(String(value.magnitude).utf8)
    let separator = pick(",", "\u{A0}")
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      // Four digits stay together, as both languages print years and small numbers.
      if digits.count > 4, index > 0, (digits.count - index) % 3 == 0 { text += separator }
      text.unicodeScalars.append(Unicode.Scalar(digit))
    }
    return text
  }

  /// A number with its noun: «1 клиент», «5 клиентов», `2 clients`.
  public func count(_ value: Int, _ english: PluralForms, _ russian: PluralForms) -> String {
    let forms = language == .russian ? russian : english
    return "\(number(value)) \(forms.form(value, in: language))"
  }

  /// A number of records of one kind: «3 сделки».
  public func count(_ value: Int, of entity: Entity) -> String {
    count(value, entity.english, entity.russian)
  }

  /// A number of records of any kind: «3 записи».
  public func records(_ value: Int) -> String {
    count(
      value, PluralForms("record", plural: "records"),
      PluralForms("запись", "записи", "записей", plural: "записи"))
  }

  /// A number of changes: «2 изменения».
  public func changes(_ value: Int) -> String {
    count(
      value, PluralForms("change", plural: "changes"),
      PluralForms("изменение", "изменения", "изменений", plural: "изменения"))
  }

  /// A number of bytes, rounded: `812 B`, «3,4 МБ».
  public func bytes(_ value: Int) -> String {
    let units = language == .russian ? ["Б", "КБ", "МБ", "ГБ"] : ["B", "kB", "MB", "GB"]
    var tenths = value * 10
    var unit = 0
    while tenths >= 10_000, unit < units.count - 1 {
      tenths /= 1_000
      unit += 1
    }
    let fraction = unit == 0 || tenths >= 1_000 ? "" : pick(".", ",") + "\(tenths % 10)"
    return "\(tenths / 10)\(fraction) \(units[unit])"
  }

  /// A day: «22.11.2026», `2026-11-22`.
  public func date(_ date: CivilDate) -> String {
    date.text(in: language)
  }

  /// A moment in local time, to the minute.
  public func time(_ instant: Instant, offsetMinutes: Int) -> String {
    instant.text(in: language, offsetMinutes: offsetMinutes)
  }

  /// A sum of money: «450 000,50 ₽».
  public func money(_ minorUnits: Int, currency: String) -> String {
    Money.format(minorUnits, currency: currency, language: language)
  }

  /// A text between the quotation marks of the language.
  public func quoted(_ text: String) -> String {
    pick("“\(text)”", "«\(text)»")
  }

  /// Several texts, separated by commas.
  public func list(_ texts: [String]) -> String {
    texts.joined(separator: ", ")
  }

  /// Yes or no.
  public func yesNo(_ value: Bool) -> String {
    value ? pick("yes", "да") : pick("no", "нет")
  }
}
