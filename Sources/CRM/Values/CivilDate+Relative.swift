extension CivilDate {
  /// Reads a day said relatively: «завтра», `today`, `+3d`, «-2н», «пятница».
  ///
  /// Units after a sign and a number: days (`d`, «д»), weeks (`w`, «н»), months (`m`, «м»), years
  /// (`y`, «г»); without a unit days. A weekday is the next one after today.
  ///
  /// - Parameters:
  ///   - text: The words; case and «ё» do not matter.
  ///   - today: The present day.
  /// - Returns: Nil if the text says no day.
  public static func relative(_ text: String, today: CivilDate) -> CivilDate? {
    let word = Trimming.collapsed(text).lowercased()
    if let offset = dayWords[word] { return today.adding(days: offset) }
    if let weekday = weekday(named: word) {
      return today.adding(days: (weekday - today.weekday + 6) % 7 + 1)
    }
    var scalars = word.unicodeScalars[...]
    guard let sign = scalars.popFirst(), sign == "+" || sign == "-" || sign == "\u{2212}" else {
      return nil
    }
    let digits = scalars.prefix { PhoneScanner.digit($0) != nil }
    // Six digits reach beyond the calendar, so longer numbers mean nothing.
    guard (1...6).contains(digits.count), let number = Int(String(digits)) else { return nil }
    let count = sign == "+" ? number : -number
    let unit = Trimming.trimmed(scalars.dropFirst(digits.count))
    switch unit {
    case "", "d", "д", "day", "days", "дн", "дней", "дня", "день": return today.adding(days: count)
    case "w", "н", "week", "weeks", "нед", "недель", "недели", "неделя", "неделю":
      return today.adding(days: count * 7)
    case "m", "м", "mo", "month", "months", "мес", "месяц", "месяца", "месяцев":
      return today.adding(months: count)
    case "y", "г", "year", "years", "год", "года", "лет": return today.adding(months: count * 12)
    default: return nil
    }
  }

  /// Returns the number of a weekday, 1 Monday to 7 Sunday.
  ///
  /// - Parameter name: «пн», «понедельник», «пятницу», `mon`, `Monday`; lower case.
  /// - Returns: Nil if the word is no weekday.
  static func weekday(named name: String) -> Int? {
    weekdays.firstIndex { $0.contains(name) }.map { $0 + 1 }
  }

  private static let dayWords: [String: Int] = [
    "сегодня": 0, "завтра": 1, "послезавтра": 2, "вчера": -1, "позавчера": -2,
    "today": 0, "now": 0, "tomorrow": 1, "yesterday": -1,
  ]

  private static let weekdays: [[String]] = [
    ["пн", "понедельник", "mon", "monday"], ["вт", "вторник", "tue", "tuesday"],
    ["ср", "среда", "среду", "wed", "wednesday"], ["чт", "четверг", "thu", "thursday"],
    ["пт", "пятница", "пятницу", "fri", "friday"],
    ["сб", "суббота", "субботу", "sat", "saturday"],
    ["вс", "воскресенье", "sun", "sunday"],
  ]
}
