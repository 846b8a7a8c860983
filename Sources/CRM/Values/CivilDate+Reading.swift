/// In which order the parts of `03/04/2026` stand.
public enum DateOrder: Sendable, Hashable {
  /// 3 April.
  case dayFirst
  /// March 4.
  case monthFirst
}

/// What is known about the dates of a file before one of them is read.
public struct DateReading: Sendable, Hashable {
  /// The order of day and month where both could be either.
  public var order: DateOrder
  /// The present day, for relative words and two-digit years.
  public var today: CivilDate
  /// Whether no date can be in the future (birthdays): decides the century of a two-digit year.
  public var isPast: Bool
  /// Whether a bare number is a day count of a spreadsheet.
  public var allowsSerials: Bool

  /// Makes a description of the dates.
  public init(
    today: CivilDate, order: DateOrder = .dayFirst, isPast: Bool = false,
    allowsSerials: Bool = false
  ) {
    self.order = order
    self.today = today
    self.isPast = isPast
    self.allowsSerials = allowsSerials
  }

  /// Returns the full year that two digits mean.
  ///
  /// - Parameter short: 0…99.
  /// - Returns: The latest such year that is not more than 20 years ahead, or, if dates are past,
  ///   not after this year.
  public func fullYear(_ short: Int) -> Int {
    let latest = isPast ? today.year : today.year + 20
    let year = latest / 100 * 100 + short % 100
    return year > latest ? year - 100 : year
  }
}

extension CivilDate {
  /// Reads a date as people and programs write it.
  ///
  /// `01.05.2026`, `1.5.26`, `2026-05-01`, `05/01/2026`, `20260501`, with `/`, `-` or `.` between the
  /// parts, «1 мая 2026 г.», `May 1, 2026`; a time after it is ignored.
  ///
  /// - Parameters:
  ///   - text: The date.
  ///   - reading: What is known about the file.
  /// - Returns: Nil if the text is no date.
  public static func parse(_ text: String, _ reading: DateReading) -> CivilDate? {
    let parts = DateParts(text)
    if let word = parts.monthWord, parts.isWholeText {
      return named(parts.numbers, month: word, reading)
    }
    let numbers = parts.numbers
    if numbers.count == 1, parts.isWholeText {
      let number = numbers[0]
      if number.width == 8 {
        return CivilDate(
          year: number.value / 10_000, month: number.value / 100 % 100, day: number.value % 100)
      }
      let isSerial = reading.allowsSerials && number.width <= 6
      return isSerial ? CivilDate(spreadsheetSerial: number.value) : nil
    }
    guard numbers.count == 3, parts.isWholeText else { return nil }
    return ordered(numbers, reading)
  }

  private static func ordered(_ numbers: [DateParts.Number], _ reading: DateReading) -> CivilDate? {
    if numbers[0].width == 4 {
      guard numbers[1].width <= 2, numbers[2].width <= 2 else { return nil }
      return CivilDate(year: numbers[0].value, month: numbers[1].value, day: numbers[2].value)
    }
    guard numbers[0].width <= 2, numbers[1].width <= 2,
      let year = year(numbers[2], of: reading)
    else { return nil }
    let (first, second) = (numbers[0].value, numbers[1].value)
    let isDayFirst = first > 12 || (second <= 12 && reading.order == .dayFirst)
    let date =
      isDayFirst
      ? CivilDate(year: year, month: second, day: first)
      : CivilDate(year: year, month: first, day: second)
    // A birthday of this year's later months belongs to the century before.
    if let date, reading.isPast, date > reading.today, numbers[2].width <= 2 {
      return CivilDate(year: year - 100, month: date.month, day: date.day)
    }
    return date
  }

  private static func named(
    _ numbers: [DateParts.Number], month: Int, _ reading: DateReading
  ) -> CivilDate? {
    guard numbers.count == 2 else { return nil }
    let (day, written) = numbers[0].width > 2 ? (numbers[1], numbers[0]) : (numbers[0], numbers[1])
    guard let year = year(written, of: reading) else { return nil }
    return CivilDate(year: year, month: month, day: day.value)
  }

  private static func year(_ number: DateParts.Number, of reading: DateReading) -> Int? {
    switch number.width {
    case 1, 2: reading.fullYear(number.value)
    case 4: number.value
    default: nil
    }
  }

  /// Decides the order of day and month of a column of dates.
  ///
  /// Any first part over 12 means day first, any second part over 12 month first; ISO dates say
  /// nothing.
  ///
  /// - Parameter column: The cells.
  /// - Returns: Nil if every cell could be either, or if the cells contradict one another.
  public static func order(ofColumn column: some Sequence<String>) -> DateOrder? {
    var isDayFirst = false
    var isMonthFirst = false
    for cell in column {
      let numbers = DateParts(cell).numbers
      guard numbers.count == 3, numbers[0].width <= 2, numbers[1].width <= 2 else { continue }
      if numbers[0].value > 12 { isDayFirst = true }
      if numbers[1].value > 12 { isMonthFirst = true }
    }
    if isDayFirst == isMonthFirst { return nil }
    return isDayFirst ? .dayFirst : .monthFirst
  }
}

/// The numbers of a date, and what stands between them.
struct DateParts {
  struct Number {
    let value: Int
    let width: Int
  }

  /// The numbers in order; those of a time are not among them.
  private(set) var numbers: [Number] = []
  /// The month, if it was written as a word.
  private(set) var monthWord: Int?
  /// Whether nothing but the numbers, their separators and a time stands in the text.
  private(set) var isWholeText = true
  /// The text from the time on, nil if there is none.
  private(set) var time: String?

  init(_ text: String) {
    let scalars = Array(Trimming.trimmed(text).unicodeScalars)
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      if PhoneScanner.digit(scalar) != nil {
        let end = scalars[index...].firstIndex { PhoneScanner.digit($0) == nil } ?? scalars.count
        // A number before a colon is an hour, so that the date has ended.
        if end < scalars.count, scalars[end] == ":" {
          time = String(String.UnicodeScalarView(scalars[index...]))
          return
        }
        let text = String(String.UnicodeScalarView(scalars[index..<end]))
        guard end - index <= 8, let value = Int(text) else {
          isWholeText = false
          return
        }
        numbers.append(Number(value: value, width: end - index))
        index = end
      } else if scalar.properties.isAlphabetic {
        let end = scalars[index...].firstIndex { !$0.properties.isAlphabetic } ?? scalars.count
        read(word: String(String.UnicodeScalarView(scalars[index..<end])))
        index = end
      } else {
        let isSeparator = Trimming.isSpace(scalar) || "./-,".unicodeScalars.contains(scalar)
        if !isSeparator { isWholeText = false }
        index += 1
      }
    }
  }

  private mutating func read(word: String) {
    let folded = word.lowercased()
    if let month = Self.month(folded) {
      monthWord = month
    } else if !["t", "z", "г", "года", "год", "of", "st", "nd", "rd", "th"].contains(folded) {
      isWholeText = false
    }
  }

  /// Returns the month that a word or its first letters mean: «мая», «сент», `August`, `dec`.
  static func month(_ word: String) -> Int? {
    let scalars = word.unicodeScalars
    guard scalars.count >= 3 else { return nil }
    for (index, names) in months.enumerated() {
      for name in names where name.starts(with: scalars) { return index + 1 }
    }
    return nil
  }

  private static let months: [[String.UnicodeScalarView]] = [
    ["января", "январь", "january"], ["февраля", "февраль", "february"],
    ["марта", "март", "march"], ["апреля", "апрель", "april"], ["мая", "май", "may"],
    ["июня", "июнь", "june"], ["июля", "июль", "july"], ["августа", "август", "august"],
    ["сентября", "сентябрь", "september"], ["октября", "октябрь", "october"],
    ["ноября", "ноябрь", "november"], ["декабря", "декабрь", "december"],
  ].map { $0.map(\.unicodeScalars) }
}
