import CRM
import Testing

private func day(_ text: String) throws -> CivilDate { try #require(CivilDate(stored: text)) }

@Suite struct CivilDateTests {
  private let today = CivilDate(stored: "2026-11-22") ?? .distantPast

  private func reading(
    _ order: DateOrder = .dayFirst, isPast: Bool = false, serials: Bool = false
  ) -> DateReading {
    DateReading(today: today, order: order, isPast: isPast, allowsSerials: serials)
  }

  @Test func `days are counted from 1970 in both directions`() throws {
    #expect(try day("1970-01-01").daysSinceEpoch == 0)
    #expect(try day("2000-03-01").daysSinceEpoch == 11_017)
    #expect(try day("1969-12-31").daysSinceEpoch == -1)
    #expect(try day("1899-12-30").daysSinceEpoch == -25_569)
    #expect(try day("2026-11-22").weekday == 7)
    #expect(try day("1969-12-29").weekday == 1)
    #expect(CivilDate(daysSinceEpoch: .max) == nil)
    #expect(CivilDate(daysSinceEpoch: .min) == nil)
  }

  @Test func `every day of the calendar has its own number`() {
    var previous = CivilDate.distantPast.daysSinceEpoch - 1
    for year in [1, 2, 4, 100, 400, 1600, 1899, 1900, 1970, 2000, 2023, 2024, 2100, 9999] {
      for month in 1...12 {
        for number in 1...CivilDate.length(ofMonth: month, year: year) {
          guard let date = CivilDate(year: year, month: month, day: number) else {
            Issue.record("no \(year)-\(month)-\(number)")
            continue
          }
          #expect(date.daysSinceEpoch > previous)
          if month > 1 || number > 1 { #expect(date.daysSinceEpoch == previous + 1) }
          previous = date.daysSinceEpoch
          #expect(CivilDate(daysSinceEpoch: previous) == date)
          #expect(CivilDate(stored: date.description) == date)
        }
      }
    }
  }

  @Test func `months keep the day and clamp to the end of a shorter one`() throws {
    #expect(try day("2025-08-31").adding(months: 6) == day("2026-02-28"))
    #expect(try day("2027-08-31").adding(months: 6) == day("2028-02-29"))
    #expect(try day("2026-03-31").adding(months: -1) == day("2026-02-28"))
    #expect(try day("2026-01-15").adding(months: -13) == day("2024-12-15"))
    #expect(try day("2026-01-15").adding(months: .max) == .distantFuture)
    #expect(try day("2026-01-15").adding(months: .min) == .distantPast)
    #expect(try day("2026-01-15").adding(days: .max) == .distantFuture)
    #expect(try day("2026-01-15").adding(days: .min) == .distantPast)
  }

  @Test(arguments: [
    ("01.05.2026", "2026-05-01"), ("1.5.26", "2026-05-01"), ("2026-05-01", "2026-05-01"),
    ("01.05.2026 14:30:59", "2026-05-01"), ("2026-05-01T10:00:00Z", "2026-05-01"),
    ("2024-02-01 09:30", "2024-02-01"), ("20260501", "2026-05-01"), ("2026/5/1", "2026-05-01"),
    ("13/04/2026", "2026-04-13"), ("04/13/2026", "2026-04-13"), ("03/04/2026", "2026-04-03"),
    ("1 мая 2026 г.", "2026-05-01"), ("1 мая 2026", "2026-05-01"), ("May 1, 2026", "2026-05-01"),
    ("22 сент. 2026", "2026-09-22"), ("12/28/1969", "1969-12-28"), ("01.05.99", "1999-05-01"),
  ])
  func `a date is read as people write it`(text: String, expected: String) throws {
    #expect(CivilDate.parse(text, reading())?.description == expected)
  }

  @Test(arguments: [
    "", "0.0.00", "31.02.2026", "32.01.2026", "2026-13-01", "завтра", "12", "1.2", "5 чая 2026",
    "1 мая 2026 Анна", "45000", "8 903 236 55 44", "1.2.3.4", "00.00.0000",
  ])
  func `what is no date is none`(text: String) {
    #expect(CivilDate.parse(text, reading()) == nil)
  }

  @Test func `month first is read where it is said`() {
    #expect(CivilDate.parse("03/04/2026", reading(.monthFirst))?.description == "2026-03-04")
    #expect(CivilDate.parse("13/04/2026", reading(.monthFirst))?.description == "2026-04-13")
  }

  @Test func `the order of a column is decided by any part over 12`() {
    #expect(CivilDate.order(ofColumn: ["03/04/2026", "13/04/2026"]) == .dayFirst)
    #expect(CivilDate.order(ofColumn: ["03/04/2026", "04/13/2026"]) == .monthFirst)
    #expect(CivilDate.order(ofColumn: ["03/04/2026", "2026-04-13", ""]) == nil)
    #expect(CivilDate.order(ofColumn: ["13/04/2026", "04/13/2026"]) == nil)
  }

  @Test func `a serial number of a spreadsheet is a date where it may be one`() {
    #expect(CivilDate.parse("45000", reading(serials: true))?.description == "2023-03-15")
    #expect(CivilDate(spreadsheetSerial: 61)?.description == "1900-03-01")
    #expect(CivilDate(spreadsheetSerial: 60) == nil)
    #expect(CivilDate(spreadsheetSerial: .max) == nil)
  }

  @Test func `a birthday is never in the future`() {
    #expect(CivilDate.parse("01.05.45", reading())?.year == 2045)
    #expect(CivilDate.parse("01.05.45", reading(isPast: true))?.year == 1945)
    #expect(CivilDate.parse("01.12.26", reading(isPast: true))?.year == 1926)
    #expect(CivilDate.parse("01.11.26", reading(isPast: true))?.year == 2026)
  }

  @Test(arguments: [
    ("сегодня", "2026-11-22"), ("Завтра", "2026-11-23"), ("вчера", "2026-11-21"),
    ("today", "2026-11-22"), ("+3d", "2026-11-25"), ("-1w", "2026-11-15"), ("+3", "2026-11-25"),
    ("+1m", "2026-12-22"), ("-1г", "2025-11-22"), ("+2 дня", "2026-11-24"),
    ("понедельник", "2026-11-23"), ("воскресенье", "2026-11-29"), ("Fri", "2026-11-27"),
  ])
  func `a day is said relatively in both languages`(text: String, expected: String) {
    #expect(CivilDate.relative(text, today: today)?.description == expected)
  }

  @Test(arguments: ["", "+", "+d", "+9999999d", "3d", "+3x", "скоро"])
  func `other words are no days`(text: String) {
    #expect(CivilDate.relative(text, today: today) == nil)
  }

  @Test func `a reader sees the order of their language`() throws {
    #expect(try day("2026-05-01").text(in: .russian) == "01.05.2026")
    #expect(try day("2026-05-01").text(in: .english) == "2026-05-01")
  }

  @Test func `no text traps a parser`() {
    for seed in UInt64(1)...4_000 {
      var random = Seeded(seed)
      let text = random.text(of: Seeded.pieces, upTo: 10)
      for order in [DateOrder.dayFirst, .monthFirst] {
        let reading = DateReading(
          today: today, order: order, isPast: seed.isMultiple(of: 2), allowsSerials: true)
        if let date = CivilDate.parse(text, reading) {
          #expect(CivilDate(stored: date.description) == date, "seed \(seed): \(text)")
        }
        if let partial = PartialDate.parse(text, reading) {
          #expect(PartialDate(stored: partial.description) == partial, "seed \(seed): \(text)")
        }
        if let instant = Instant.parse(text, reading, offsetMinutes: 180) {
          #expect(Instant(stored: instant.description) == instant, "seed \(seed): \(text)")
        }
      }
      _ = CivilDate.relative(text, today: today)
      _ = CivilDate.order(ofColumn: [text])
    }
  }
}

@Suite struct PartialDateTests {
  private let reading = DateReading(
    today: CivilDate(stored: "2026-11-22") ?? .distantPast, isPast: true)

  @Test(arguments: ["1980", "1980-04", "--04-15", "1980-04-15", "--04", "--02-29"])
  func `the stored form reads back`(text: String) throws {
    #expect(try #require(PartialDate(stored: text)).description == text)
  }

  @Test(arguments: [
    "", "-", "--", "80", "1980-", "1980-13", "--02-30", "1980-04-31", "1980-04-15-",
  ])
  func `anything else is refused`(text: String) {
    #expect(PartialDate(stored: text) == nil)
  }

  @Test(arguments: [
    ("15.04.1980", "1980-04-15"), ("15.04", "--04-15"), ("15 апреля", "--04-15"),
    ("--0415", "--04-15"), ("1604-06-19", "--06-19"), ("апрель 1980", "1980-04"),
    ("04.1980", "1980-04"), ("1980", "1980"), ("April 15", "--04-15"), ("15.04.80", "1980-04-15"),
  ])
  func `a partial date is read as files hold it`(text: String, expected: String) {
    #expect(PartialDate.parse(text, reading)?.description == expected)
  }

  @Test func `text about a date is no date`() {
    #expect(PartialDate.parse("circa 1800", reading) == nil)
  }

  @Test func `an anniversary needs no year and keeps to the calendar`() throws {
    let leapDay = try #require(PartialDate(stored: "--02-29"))
    #expect(leapDay.anniversary(in: 2027)?.description == "2027-02-28")
    #expect(leapDay.anniversary(in: 2028)?.description == "2028-02-29")
    let today = reading.today
    #expect(
      PartialDate(stored: "1980-11-22")?.nextAnniversary(from: today)?.description == "2026-11-22")
    #expect(PartialDate(stored: "--11-21")?.nextAnniversary(from: today)?.year == 2027)
    #expect(PartialDate(stored: "1980")?.nextAnniversary(from: today) == nil)
    #expect(PartialDate(stored: "1980-04")?.date == nil)
  }
}

@Suite struct InstantTests {
  private let reading = DateReading(today: CivilDate(stored: "2026-11-22") ?? .distantPast)

  @Test func `the stored form is exact to the millisecond`() throws {
    let whole = try #require(Instant(stored: "2026-11-22T15:41:34Z"))
    #expect(whole.description == "2026-11-22T15:41:34Z")
    #expect(whole.epochMillis == 1_795_362_094_000)
    #expect(
      Instant(epochMillis: whole.epochMillis + 123).description == "2026-11-22T15:41:34.123Z")
    #expect(Instant(epochMillis: -1).description == "1969-12-31T23:59:59.999Z")
    #expect(Instant(epochMillis: .min).description == "0001-01-01T00:00:00Z")
    #expect(Instant(epochMillis: .max).description == "9999-12-31T23:59:59.999Z")
    for text in [
      "", "2026-11-22", "2026-11-22T25:00:00Z", "2026-11-22T15:41:34", "2026-11-22t15:41:34Z",
    ] {
      #expect(Instant(stored: text) == nil)
    }
  }

  @Test(arguments: [
    ("22.11.2026 18:41:34", "2026-11-22T15:41:34Z"), ("22.11.2026 18:41", "2026-11-22T15:41:00Z"),
    ("2026-11-22T15:41:34Z", "2026-11-22T15:41:34Z"),
    ("2026-11-22 15:41:34.5+00:00", "2026-11-22T15:41:34.500Z"),
    ("2026-11-22T20:41:34+0500", "2026-11-22T15:41:34Z"),
    ("2026-11-22T10:41:34-05", "2026-11-22T15:41:34Z"),
    ("11/22/2026 6:41 PM", "2026-11-22T15:41:00Z"),
    ("01.01.2026 00:30", "2025-12-31T21:30:00Z"), ("22.11.2026 12:00 am", "2026-11-21T21:00:00Z"),
  ])
  func `a local time is read with the offset of the caller`(text: String, expected: String) {
    #expect(Instant.parse(text, reading, offsetMinutes: 180)?.description == expected)
  }

  @Test func `a date without a time is no moment`() {
    #expect(Instant.parse("22.11.2026", reading, offsetMinutes: 0) == nil)
    #expect(Instant.parse("22.11.2026 25:00", reading, offsetMinutes: 0) == nil)
    #expect(Instant.parse("15:41", reading, offsetMinutes: 0) == nil)
  }

  @Test func `a fractional day of a spreadsheet is a moment`() {
    let serials = DateReading(today: reading.today, allowsSerials: true)
    #expect(
      Instant.parse("45000.5", serials, offsetMinutes: 0)?.description == "2023-03-15T12:00:00Z")
    #expect(
      Instant.parse("45000.395833333336", serials, offsetMinutes: 0)?.description
        == "2023-03-15T09:30:00Z")
  }

  @Test func `local day and time come from the offset`() throws {
    let instant = try #require(Instant(stored: "2026-11-22T22:30:00Z"))
    #expect(instant.date(offsetMinutes: 180).description == "2026-11-23")
    #expect(instant.millisOfDay(offsetMinutes: 180) == 5_400_000)
    #expect(instant.text(in: .russian, offsetMinutes: 180) == "23.11.2026 01:30")
    #expect(instant.text(in: .english, offsetMinutes: 0) == "2026-11-22 22:30")
  }

  @Test func `any moment reads back`() {
    var random = Seeded(7)
    for _ in 0..<2_000 {
      let bound: Int64 = 200_000_000_000_000
      let instant = Instant(epochMillis: Int64.random(in: -bound...bound, using: &random))
      #expect(Instant(stored: instant.description) == instant)
      let offset = Int.random(in: -720...840, using: &random)
      let again = Instant(
        date: instant.date(offsetMinutes: offset),
        millisOfDay: instant.millisOfDay(offsetMinutes: offset), offsetMinutes: offset)
      #expect(again == instant || instant.date(offsetMinutes: offset).year == 1)
    }
  }
}
