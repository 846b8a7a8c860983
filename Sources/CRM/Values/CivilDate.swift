/// A day of the proleptic Gregorian calendar, years 1 to 9999, without time and zone.
public struct CivilDate: Sendable, Hashable, Comparable {
  /// The year, 1…9999.
  public let year: Int
  /// The month, 1…12.
  public let month: Int
  /// The day of the month, 1…31.
  public let day: Int

  /// Makes a date of its parts.
  ///
  /// Nil if there is no such day.
  ///
  /// - Parameters:
  ///   - year: 1…9999.
  ///   - month: 1…12.
  ///   - day: 1 to the length of the month.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month),
      day >= 1, day <= Self.length(ofMonth: month, year: year)
    else { return nil }
    self.init(uncheckedYear: year, month: month, day: day)
  }

  /// Makes the date that lies so many days after 1 January 1970.
  ///
  /// Nil outside the years 1…9999.
  ///
  /// - Parameter days: Days since the epoch, negative before it.
  public init?(daysSinceEpoch days: Int) {
    guard (Self.firstDay...Self.lastDay).contains(days) else { return nil }
    // The year is counted from March in eras of 400 years, so that the leap day comes last.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    self.init(
      uncheckedYear: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }

  /// Makes the date of a serial number of a spreadsheet: days since 30 December 1899.
  ///
  /// Numbers below 61 fall into the weeks in which Excel believes in 29 February 1900, so they are
  /// refused.
  ///
  /// Nil for a number that is no plausible date.
  ///
  /// - Parameter serial: The whole part of the cell.
  public init?(spreadsheetSerial serial: Int) {
    guard (61...2_958_465).contains(serial) else { return nil }
    self.init(daysSinceEpoch: serial - 25_569)
  }

  private init(uncheckedYear year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// Days since 1 January 1970, negative before it.
  public var daysSinceEpoch: Int {
    let marchYear = month <= 2 ? year - 1 : year
    let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
    let yearOfEra = marchYear - era * 400
    let marchMonth = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The day of the week, 1 Monday to 7 Sunday.
  public var weekday: Int {
    // 1 January 1970 was a Thursday.
    let index = (daysSinceEpoch + 3) % 7
    return (index < 0 ? index + 7 : index) + 1
  }

  /// Returns the number of days of a month.
  ///
  /// - Parameters:
  ///   - month: 1…12.
  ///   - year: The year, for February.
  /// - Returns: 28…31.
  public static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: isLeap(year) ? 29 : 28
    default: 31
    }
  }

  /// Returns whether a year has 366 days.
  ///
  /// - Parameter year: Any year.
  /// - Returns: True for 2000 and 2024, false for 1900 and 2025.
  public static func isLeap(_ year: Int) -> Bool {
    year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
  }

  /// Returns the date so many days later, the first or last of the calendar when beyond it.
  ///
  /// - Parameter days: Negative for earlier.
  /// - Returns: The date.
  public func adding(days: Int) -> CivilDate {
    let (sum, overflow) = daysSinceEpoch.addingReportingOverflow(days)
    if overflow || sum > Self.lastDay || sum < Self.firstDay {
      return days > 0 ? Self.distantFuture : Self.distantPast
    }
    return CivilDate(daysSinceEpoch: sum) ?? self
  }

  /// Returns the same day so many months later, clamped to the end of a shorter month.
  ///
  /// 31 August and six months are 28 or 29 February.
  ///
  /// - Parameter months: Negative for earlier.
  /// - Returns: The date; the first or last of the calendar when beyond it.
  public func adding(months: Int) -> CivilDate {
    let (sum, overflow) = (year * 12 + month - 1).addingReportingOverflow(months)
    if overflow || sum < 12 || sum >= 120_000 {
      return months > 0 ? Self.distantFuture : Self.distantPast
    }
    let (newYear, newMonth) = (sum / 12, sum % 12 + 1)
    let newDay = min(day, Self.length(ofMonth: newMonth, year: newYear))
    return CivilDate(uncheckedYear: newYear, month: newMonth, day: newDay)
  }

  /// 1 January of the year 1.
  public static let distantPast = CivilDate(uncheckedYear: 1, month: 1, day: 1)
  /// 31 December of the year 9999.
  public static let distantFuture = CivilDate(uncheckedYear: 9999, month: 12, day: 31)

  private static let firstDay = distantPast.daysSinceEpoch
  private static let lastDay = distantFuture.daysSinceEpoch

  /// Whether the left day comes before the right one.
  public static func < (left: CivilDate, right: CivilDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }
}

extension CivilDate: CustomStringConvertible {
  /// The stored form, `2026-05-01`.
  public var description: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the stored form.
  package func append(to bytes: inout [UInt8]) {
    Digits.append(year, 4, to: &bytes)
    bytes.append(0x2D)
    Digits.append(month, 2, to: &bytes)
    bytes.append(0x2D)
    Digits.append(day, 2, to: &bytes)
  }

  /// The date for a reader.
  ///
  /// - Parameter language: «01.05.2026» in Russian, `2026-05-01` in English.
  /// - Returns: The text.
  public func text(in language: Language) -> String {
    guard language == .russian else { return description }
    return "\(Digits.padded(day, 2)).\(Digits.padded(month, 2)).\(Digits.padded(year, 4))"
  }

  /// Reads the stored form, exactly `2026-05-01`, out of bytes.
  ///
  /// Nil if the bytes are anything else.
  ///
  /// - Parameter utf8: The bytes.
  public init?(stored utf8: Span<UInt8>) {
    guard utf8.count == 10, utf8[4] == 0x2D, utf8[7] == 0x2D,
      let year = Digits.number(utf8, 0, 4), let month = Digits.number(utf8, 5, 2),
      let day = Digits.number(utf8, 8, 2)
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// Reads the stored form, exactly `2026-05-01`.
  ///
  /// Nil if the text is anything else.
  ///
  /// - Parameter text: The text.
  public init?(stored text: String) {
    self.init(stored: text.utf8.span)
  }
}

/// Decimal numbers of fixed width.
enum Digits {
  /// Appends a number, 0 or more, with zeros before it.
  static func append(_ number: Int, _ width: Int, to bytes: inout [UInt8]) {
    if number >= 10 || width > 1 { append(number / 10, width - 1, to: &bytes) }
    bytes.append(0x30 &+ UInt8(truncatingIfNeeded: number % 10))
  }

  /// Returns a number with zeros before it.
  static func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }

  /// Returns the number in `count` digits from `start` on, nil if one of them is no digit.
  static func number(_ utf8: Span<UInt8>, _ start: Int, _ count: Int) -> Int? {
    guard start >= 0, count <= 18, start + count <= utf8.count else { return nil }
    var value = 0
    for index in start..<(start + count) {
      let digit = utf8[index] &- 0x30
      guard digit < 10 else { return nil }
      value = value * 10 + Int(digit)
    }
    return value
  }
}
