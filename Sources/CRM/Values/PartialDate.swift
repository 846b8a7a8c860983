/// A date of which only some parts are known: `1980`, `1980-04`, `--04-15`, `1980-04-15`, `--04`.
public struct PartialDate: Sendable, Hashable {
  /// The year, 1…9999, if known.
  public let year: Int?
  /// The month, 1…12, if known.
  public let month: Int?
  /// The day, if known; never without a month.
  public let day: Int?

  /// Makes a partial date of the parts that are known.
  ///
  /// Nil if nothing is known, a day has no month, or there is no such day.
  ///
  /// - Parameters:
  ///   - year: 1…9999.
  ///   - month: 1…12.
  ///   - day: 1 to the length of the month, 29 February allowed where the year is not known.
  public init?(year: Int? = nil, month: Int? = nil, day: Int? = nil) {
    guard year != nil || month != nil, day == nil || month != nil else { return nil }
    // 2000 is a leap year and stands in for an unknown one.
    guard CivilDate(year: year ?? 2000, month: month ?? 1, day: day ?? 1) != nil else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// Makes a partial date of which everything is known.
  ///
  /// - Parameter date: The day.
  public init(_ date: CivilDate) {
    year = date.year
    month = date.month
    day = date.day
  }

  /// The day, if everything is known.
  public var date: CivilDate? {
    guard let year, let month, let day else { return nil }
    return CivilDate(year: year, month: month, day: day)
  }

  /// Returns the day of the anniversary in a year; 29 February becomes the 28th in a common year.
  ///
  /// - Parameter year: The year, 1…9999.
  /// - Returns: Nil if month or day is not known.
  public func anniversary(in year: Int) -> CivilDate? {
    guard let month, let day else { return nil }
    let last = CivilDate.length(ofMonth: month, year: year)
    return CivilDate(year: year, month: month, day: min(day, last))
  }

  /// Returns the first anniversary on or after a day.
  ///
  /// - Parameter day: The day to start from.
  /// - Returns: Nil if month or day is not known, or at the end of the calendar.
  public func nextAnniversary(from day: CivilDate) -> CivilDate? {
    guard let thisYear = anniversary(in: day.year) else { return nil }
    return thisYear >= day ? thisYear : anniversary(in: day.year + 1)
  }

  /// Returns whether every part that the pattern knows is the same here.
  ///
  /// - Parameter pattern: `--04-15` for every 15 April, `1980` for everyone born that year.
  /// - Returns: False also where the pattern knows more than this date.
  public func matches(_ pattern: PartialDate) -> Bool {
    (pattern.year == nil || pattern.year == year)
      && (pattern.month == nil || pattern.month == month)
      && (pattern.day == nil || pattern.day == day)
  }
}

extension PartialDate: CustomStringConvertible {
  /// The stored form.
  public var description: String {
    let tail = [month, day].compactMap { $0.map { "-" + Digits.padded($0, 2) } }.joined()
    guard let year else { return "-" + tail }
    return Digits.padded(year, 4) + tail
  }

  /// Reads the stored form out of bytes.
  ///
  /// Nil if the bytes are anything else.
  ///
  /// - Parameter utf8: The bytes.
  public init?(stored utf8: Span<UInt8>) {
    let hasYear = utf8.count >= 4 && utf8[0] != 0x2D
    var year: Int?
    var index = 1
    if hasYear {
      guard let value = Digits.number(utf8, 0, 4) else { return nil }
      year = value
      index = 4
    } else {
      guard utf8.count >= 4, utf8[0] == 0x2D else { return nil }
    }
    var parts: [Int] = []
    while index < utf8.count {
      guard utf8[index] == 0x2D, parts.count < 2, let part = Digits.number(utf8, index + 1, 2)
      else {
        return nil
      }
      parts.append(part)
      index += 3
    }
    self.init(year: year, month: parts.first, day: parts.count > 1 ? parts[1] : nil)
  }

  /// Reads the stored form.
  ///
  /// Nil if the text is anything else.
  ///
  /// - Parameter text: The text.
  public init?(stored text: String) {
    self.init(stored: text.utf8.span)
  }

  /// Reads a partial date as people and programs write it.
  ///
  /// The stored forms; every full date of ``CivilDate/parse(_:_:)``; `--0415` and `1604-…` of vCard
  /// («no year»); «15.04» and «15 апреля» without a year; «04.1980»; «апрель 1980».
  ///
  /// - Parameters:
  ///   - text: The date.
  ///   - reading: What is known about the file.
  /// - Returns: Nil if the text is no date.
  public static func parse(_ text: String, _ reading: DateReading) -> PartialDate? {
    let trimmed = Trimming.trimmed(text)
    if let stored = PartialDate(stored: trimmed) { return stored.withoutAppleYear }
    let bytes = Array(trimmed.utf8)
    if bytes.count == 6, bytes.starts(with: [0x2D, 0x2D]),
      let month = Digits.number(bytes.span, 2, 2), let day = Digits.number(bytes.span, 4, 2)
    {
      return PartialDate(month: month, day: day)
    }
    if let date = CivilDate.parse(trimmed, reading) { return PartialDate(date).withoutAppleYear }
    let parts = DateParts(trimmed)
    guard parts.isWholeText else { return nil }
    let numbers = parts.numbers
    if let month = parts.monthWord {
      switch numbers.count {
      case 0: return PartialDate(month: month)
      case 1 where numbers[0].width == 4: return PartialDate(year: numbers[0].value, month: month)
      case 1: return PartialDate(month: month, day: numbers[0].value)
      default: return nil
      }
    }
    guard numbers.count == 2, numbers[0].width <= 2 else { return nil }
    let (first, second) = (numbers[0].value, numbers[1])
    if second.width == 4 { return PartialDate(year: second.value, month: first) }
    guard second.width <= 2 else { return nil }
    let isDayFirst = first > 12 || (second.value <= 12 && reading.order == .dayFirst)
    return isDayFirst
      ? PartialDate(month: second.value, day: first)
      : PartialDate(month: first, day: second.value)
  }

  /// Apple's address book writes the year 1604 where it knows none.
  private var withoutAppleYear: PartialDate {
    guard year == 1604, month != nil else { return self }
    return PartialDate(month: month, day: day) ?? self
  }
}
