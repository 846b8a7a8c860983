import Bytes
import CRM

/// Reads cells into values as records hold them, appending canonical JSON to a buffer.
///
/// What most cells are made of (plain text, ISO dates, `01.05.2026`, whole sums) is read byte by
/// byte; everything else goes by way of the readers that commands use.
struct CellReader {
  let context: CellContext
  /// Whether day or month stands first in the dates of the present column.
  var order = DateOrder.dayFirst
  /// The currency that a sum of the present row is in, where the row names one.
  var rowCurrency: String?
  /// The currency that the last sum named itself.
  var namedCurrency: String?
  /// What the last phone, e-mail or ИНН is recognised by; empty if it has no key.
  private(set) var key: [UInt8] = []

  init(_ context: CellContext) {
    self.context = context
  }

  /// The cell without blanks at its ends, and without the apostrophe that keeps it from being a
  /// formula.
  static func trimmed(_ cell: Span<UInt8>) -> Range<Int> {
    var start = 0
    var end = cell.count
    while start < end {
      if cell[start] <= 0x20 {
        start += 1
      } else if cell[start] == 0xC2, start + 1 < end, cell[start + 1] == 0xA0 {
        start += 2
      } else {
        break
      }
    }
    while end > start {
      if cell[end - 1] <= 0x20 {
        end -= 1
      } else if cell[end - 1] == 0xA0, end - start >= 2, cell[end - 2] == 0xC2 {
        end -= 2
      } else {
        break
      }
    }
    if end - start > 1, cell[start] == UInt8(ascii: "'") {
      switch cell[start + 1] {
      case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"): start += 1
      default: break
      }
    }
    return start..<end
  }

  /// Appends the value of a cell that is not empty.
  mutating func append(
    _ cell: Span<UInt8>, as kind: CellKind, to writer: inout JSONWriter
  ) -> CellOutcome {
    if !key.isEmpty { key.removeAll(keepingCapacity: true) }
    switch kind {
    case .text:
      writer.string(cell)
      return .value
    case .day, .moment, .dayOrMoment: return appendDate(cell, kind, &writer)
    case .partialDate:
      if CivilDate(stored: cell) != nil {
        writer.string(cell)
        return .value
      }
      let reading = DateReading(today: context.today, order: order, isPast: true)
      guard let date = PartialDate.parse(text(cell), reading) else { return .refused(.date) }
      writer.string(date.description)
      return .value
    case .money(let decimal): return appendMoney(cell, decimal, &writer)
    case .integer:
      let digits = text(cell).unicodeScalars.filter { !$0.properties.isWhitespace && $0 != "%" }
      guard let number = Int(String(digits)), number.magnitude <= Limits.integerMagnitude else {
        return .refused(.integer)
      }
      writer.integer(number)
      return .value
    case .bool:
      switch text(cell).lowercased() {
      case "да", "yes", "true", "y", "1", "истина", "+": writer.bool(true)
      case "нет", "no", "false", "n", "0", "ложь", "-": writer.bool(false)
      default: return .refused(.yesOrNo)
      }
      return .value
    case .choice(let field):
      guard let choice = field.field.choice(text(cell)) else { return .refused(.choice) }
      writer.string(choice.key)
      return .value
    case .currency:
      guard let code = Currency.code(text(cell)) else { return .none }
      writer.string(code)
      return .value
    case .requisite(.inn) where Requisites.isPlainINN(cell):
      writer.string(cell)
      return .value
    case .requisite(let requisite):
      let number = Requisites.normalise(text(cell))
      writer.string(number)
      switch Requisites.check(number, as: requisite) {
      case .valid, .needsBIK: return .value
      case let verdict: return .doubtful(.requisite(verdict))
      }
    case .member:
      let name = text(cell)
      guard let id = context.members.id(name) else {
        writer.string(name)
        return .doubtful(.member)
      }
      writer.string(id)
      return .value
    case .phone: return appendPhone(cell, &writer)
    case .email:
      writer.string(cell)
      return MatchKey.appendEMail(cell, to: &key) ? .value : .doubtful(.email)
    }
  }

  private func text(_ cell: Span<UInt8>) -> String { cell.text() }

  private mutating func appendPhone(
    _ cell: Span<UInt8>, _ writer: inout JSONWriter
  ) -> CellOutcome {
    if MatchKey.appendPhone(cell, to: &key) {
      writer.string(cell)
      return .value
    }
    let reason = Phone.normalise(text(cell)).reason ?? .noDigits
    if reason == .spreadsheetNumber || reason == .noDigits { return .refused(.phone(reason)) }
    writer.string(cell)
    return .doubtful(.phone(reason))
  }
}

extension CellReader {
  private mutating func appendMoney(
    _ cell: Span<UInt8>, _ decimal: Money.DecimalSign?, _ writer: inout JSONWriter
  ) -> CellOutcome {
    let currency = rowCurrency ?? context.currency
    if let units = Self.wholeUnits(cell), units.magnitude <= Limits.integerMagnitude,
      Currency.digits(currency) == 2
    {
      writer.integer(units)
      return .value
    }
    guard
      let amount = try? Money.parse(text(cell), decimal: decimal, currency: currency),
      amount.minorUnits.magnitude <= Limits.integerMagnitude
    else { return .refused(.money) }
    namedCurrency = amount.currency
    writer.integer(amount.minorUnits)
    return .value
  }

  /// Digits, maybe in groups of three with a space between them, alone or with a point or comma and
  /// two more: minor units of a currency with two.
  private static func wholeUnits(_ cell: Span<UInt8>) -> Int? {
    guard cell.count <= 20 else { return nil }
    let isNegative = cell[0] == UInt8(ascii: "-")
    var index = isNegative ? 1 : 0
    var value = 0
    var digitCount = 0
    var sinceSpace: Int?
    scan: while index < cell.count {
      switch cell[index] {
      case 0x30...0x39:
        guard digitCount < 15 else { return nil }
        value = value * 10 + Int(cell[index] &- 0x30)
        digitCount += 1
        sinceSpace = sinceSpace.map { $0 + 1 }
      case 0x20, 0xC2:
        guard digitCount > 0, sinceSpace ?? 3 == 3 else { return nil }
        if cell[index] == 0xC2 {
          guard index + 1 < cell.count, cell[index + 1] == 0xA0 else { return nil }
          index += 1
        }
        sinceSpace = 0
      default: break scan
      }
      index += 1
    }
    guard digitCount > 0, sinceSpace ?? 3 == 3 else { return nil }
    if index == cell.count { return (isNegative ? -100 : 100) * value }
    guard cell[index] == 0x2E || cell[index] == 0x2C, cell.count == index + 3,
      cell[index + 1] &- 0x30 < 10, cell[index + 2] &- 0x30 < 10
    else { return nil }
    value = value * 100 + Int(cell[index + 1] &- 0x30) * 10 + Int(cell[index + 2] &- 0x30)
    return isNegative ? -value : value
  }

  private func appendDate(
    _ cell: Span<UInt8>, _ kind: CellKind, _ writer: inout JSONWriter
  ) -> CellOutcome {
    // Already in the form in which it is stored.
    if cell.count == 10, CivilDate(stored: cell) != nil {
      guard case .moment = kind else {
        writer.string(cell)
        return .value
      }
    }
    if cell.count == 20, Instant(stored: cell) != nil {
      guard case .day = kind else {
        writer.string(cell)
        return .value
      }
    }
    guard let (date, millis) = Self.plainDate(cell) ?? parsedDate(cell) else {
      return .refused(.date)
    }
    switch kind {
    case .day: Self.append(date, to: &writer)
    case .dayOrMoment where millis == nil: Self.append(date, to: &writer)
    default:
      let first = Instant(
        date: date, millisOfDay: millis ?? 0, offsetMinutes: context.offsetMinutes)
      let moment = Instant(
        date: date, millisOfDay: millis ?? 0, offsetMinutes: context.offset(first))
      writer.raw("\"")
      moment.append(to: &writer.bytes)
      writer.raw("\"")
    }
    return .value
  }

  private static func append(_ date: CivilDate, to writer: inout JSONWriter) {
    writer.raw("\"")
    date.append(to: &writer.bytes)
    writer.raw("\"")
  }

  /// Local day and time by way of the readers that commands use.
  private func parsedDate(_ cell: Span<UInt8>) -> (CivilDate, Int?)? {
    let text = text(cell)
    guard !context.emptyValues.contains(text) else { return nil }
    let reading = DateReading(today: context.today, order: order, allowsSerials: true)
    if let moment = Instant.parse(text, reading, offsetMinutes: context.offsetMinutes) {
      let again = Instant.parse(text, reading, offsetMinutes: context.offset(moment)) ?? moment
      let offset = context.offset(again)
      return (again.date(offsetMinutes: offset), again.millisOfDay(offsetMinutes: offset))
    }
    return CivilDate.parse(text, reading).map { ($0, nil) }
  }

  /// `2026-05-01 14:00[:05]`, `2026-05-01T14:00[:05]`, `01.05.2026[ 14:00[:05]]`, without a zone.
  private static func plainDate(_ cell: Span<UInt8>) -> (CivilDate, Int?)? {
    func digits(_ at: Int, _ count: Int) -> Int? {
      guard at + count <= cell.count else { return nil }
      var value = 0
      for index in at..<(at + count) {
        let digit = cell[index] &- 0x30
        guard digit < 10 else { return nil }
        value = value * 10 + Int(digit)
      }
      return value
    }
    guard cell.count >= 10, cell.count <= 19 else { return nil }
    let date: CivilDate?
    if cell[2] == 0x2E, cell[5] == 0x2E, let day = digits(0, 2), let month = digits(3, 2),
      let year = digits(6, 4)
    {
      date = CivilDate(year: year, month: month, day: day)
    } else {
      date = CivilDate(stored: cell.extracting(0..<10))
    }
    guard let date else { return nil }
    if cell.count == 10 { return (date, nil) }
    guard cell[10] == 0x20 || cell[10] == 0x54, cell.count == 16 || cell.count == 19,
      cell[13] == 0x3A, let hour = digits(11, 2), let minute = digits(14, 2), hour < 24,
      minute < 60
    else { return nil }
    var second = 0
    if cell.count == 19 {
      guard cell[16] == 0x3A, let value = digits(17, 2), value < 60 else { return nil }
      second = value
    }
    return (date, ((hour * 60 + minute) * 60 + second) * 1000)
  }
}
