/// A value of a filter, prepared for comparison with many records.
enum Operand: Sendable, Hashable {
  /// The empty alternative of `tag:vip|""`.
  case absent
  /// Folded text.
  case folded(ByteNeedle)
  /// A text without letters and digits, compared as it is.
  case raw(ByteNeedle)
  /// A name offered by the record, or one of the stored strings that the context found for it.
  case named(ByteNeedle, stored: [[UInt8]])
  /// The key of a choice or currency.
  case key([UInt8])
  /// Digits of a telephone number, and the keys of a whole one.
  case digits([ByteNeedle], keys: [[UInt8]])
  /// Days since the epoch, first and last.
  case days(ClosedRange<Int>, offsetMinutes: Int)
  /// A moment in milliseconds since the epoch.
  case moment(Int64, offsetMinutes: Int)
  /// A partial date.
  case pattern(PartialDate)
  /// An integer.
  case integer(Int)
  /// Thousandths of a currency unit, and the currency if one was named.
  case money(Int, currency: String?)
  /// Yes or no.
  case truth(Bool)

  /// Reads a value as the kind of the field demands.
  init(
    _ text: String, field: Field, comparison: Comparison, context: FilterContext
  ) throws(FilterError) {
    if Trimming.trimmed(text).isEmpty {
      if comparison.isOrdering { throw FilterError(.missingValue(field: FieldName(field))) }
      self = .absent
      return
    }
    switch field.kind {
    case .text, .url, .address, .email, .directory, .file:
      self = Self.text(text)
    case .requisite:
      self = Self.text(Requisites.normalise(text))
    case .phone:
      self = Self.phone(text)
    case .member, .reference, .stage:
      self = Self.name(text, field, context)
    case .choice(let choices):
      guard let choice = field.choice(text) else {
        let names = choices.map(\.key) + choices.map(\.russian)
        throw FilterError(
          .unknownChoice(field: FieldName(field), value: text),
          suggestions: Suggestions.closest(to: text, among: names))
      }
      self = .key(Array(choice.key.utf8))
    case .currency:
      let code = Currency.code(text) ?? text.uppercased()
      self = .key(Array(code.utf8))
    case .bool:
      guard let truth = Self.truth(text) else {
        throw FilterError(.notYesOrNo(field: FieldName(field), value: text))
      }
      self = .truth(truth)
    case .integer:
      guard let number = Int(Trimming.trimmed(text)) else {
        throw FilterError(.notAnInteger(field: FieldName(field), value: text))
      }
      self = .integer(number)
    case .money:
      guard let money = Self.money(text) else {
        throw FilterError(.notMoney(field: FieldName(field), value: text))
      }
      self = money
    case .date, .time, .dateOrTime:
      guard let date = Self.date(text, context) else {
        throw FilterError(.notADate(field: FieldName(field), value: text))
      }
      self = date
    case .partialDate:
      guard let pattern = Self.pattern(text, comparison, context) else {
        throw FilterError(.notADate(field: FieldName(field), value: text))
      }
      self = .pattern(pattern)
    }
  }

  private static func text(_ text: String) -> Operand {
    let folded = TextFolding.fold(text)
    return folded.isEmpty ? .raw(ByteNeedle(Array(text.utf8))) : .folded(ByteNeedle(folded))
  }

  private static func phone(_ text: String) -> Operand {
    let digits = text.utf8.filter { $0 &- 0x30 < 10 }
    guard !digits.isEmpty else { return self.text(text) }
    var variants = [digits]
    // Keys begin with +7 where people write 8.
    if digits[0] == 0x38, digits.count >= 4 { variants.append([0x37] + digits.dropFirst()) }
    let parsed = Phone.normalise(text)
    return .digits(
      variants.map(ByteNeedle.init),
      keys: [parsed.elementKey].compactMap { $0.map { Array($0.utf8) } })
  }

  private static func name(_ text: String, _ field: Field, _ context: FilterContext) -> Operand {
    let word = LabelKey.folded(text)
    var stored: [String] = []
    if field.kind == .member, ["me", "я", "меня", "мне"].contains(word), let me = context.me {
      stored = [me]
    } else {
      stored = context.resolve(field, text)
    }
    return .named(ByteNeedle(TextFolding.fold(text)), stored: stored.map { Array($0.utf8) })
  }

  private static func truth(_ text: String) -> Bool? {
    switch LabelKey.folded(text) {
    case "да", "yes", "true", "y", "1", "истина": true
    case "нет", "no", "false", "n", "0", "ложь": false
    default: nil
    }
  }

  private static func money(_ text: String) -> Operand? {
    // Read as a currency with three digits, an amount without one comes out in thousandths.
    guard let amount = try? Money.parse(text, currency: "KWD") else { return nil }
    guard let currency = amount.currency else { return .money(amount.minorUnits, currency: nil) }
    return .money(Self.thousandths(amount.minorUnits, currency), currency: currency)
  }

  /// Returns minor units as thousandths of a unit, the greatest or least integer on overflow.
  static func thousandths(_ minorUnits: Int, _ currency: String) -> Int {
    var value = minorUnits
    for _ in Currency.digits(currency)..<3 {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return minorUnits < 0 ? .min : .max }
      value = product
    }
    return value
  }

  private static func date(_ text: String, _ context: FilterContext) -> Operand? {
    func days(_ first: CivilDate, _ last: CivilDate) -> Operand {
      .days(
        first.daysSinceEpoch...max(first.daysSinceEpoch, last.daysSinceEpoch),
        offsetMinutes: context.offsetMinutes)
    }
    let today = context.today
    if let period = Period(LabelKey.folded(text)) {
      let first = period.start(today)
      return days(first, period.next(first).adding(days: -1))
    }
    if let day = CivilDate.relative(text, today: today) { return days(day, day) }
    let reading = DateReading(today: today, order: context.order)
    if let moment = Instant.parse(text, reading, offsetMinutes: context.offsetMinutes) {
      return .moment(moment.epochMillis, offsetMinutes: context.offsetMinutes)
    }
    guard let partial = PartialDate.parse(text, reading) else { return nil }
    if let day = partial.date { return days(day, day) }
    // A date without a year is the one of this year.
    let year = partial.year ?? today.year
    let firstMonth = partial.month ?? 1
    let lastMonth = partial.month ?? 12
    let last = CivilDate.length(ofMonth: lastMonth, year: year)
    guard let first = CivilDate(year: year, month: firstMonth, day: partial.day ?? 1),
      let end = CivilDate(year: year, month: lastMonth, day: partial.day ?? last)
    else { return nil }
    return days(first, end)
  }

  private static func pattern(
    _ text: String, _ comparison: Comparison, _ context: FilterContext
  ) -> PartialDate? {
    if let day = CivilDate.relative(text, today: context.today) {
      // «день_рождения:сегодня» asks for everyone's, whatever the year.
      return comparison.isOrdering ? PartialDate(day) : PartialDate(month: day.month, day: day.day)
    }
    if !comparison.isOrdering, Period(LabelKey.folded(text)) == .month {
      return PartialDate(month: context.today.month)
    }
    let reading = DateReading(today: context.today, order: context.order, isPast: true)
    return PartialDate.parse(text, reading)
  }
}

/// The present week, month, quarter or year.
private enum Period {
  case week
  case month
  case quarter
  case year

  init?(_ word: String) {
    switch word {
    case "week", "неделя", "неделю": self = .week
    case "month", "месяц": self = .month
    case "quarter", "квартал": self = .quarter
    case "year", "год": self = .year
    default: return nil
    }
  }

  func start(_ day: CivilDate) -> CivilDate {
    let monthStart = day.adding(days: 1 - day.day)
    switch self {
    case .week: return day.adding(days: 1 - day.weekday)
    case .month: return monthStart
    case .quarter: return monthStart.adding(months: -((day.month - 1) % 3))
    case .year: return monthStart.adding(months: 1 - day.month)
    }
  }

  func next(_ start: CivilDate) -> CivilDate {
    switch self {
    case .week: start.adding(days: 7)
    case .month: start.adding(months: 1)
    case .quarter: start.adding(months: 3)
    case .year: start.adding(months: 12)
    }
  }
}
