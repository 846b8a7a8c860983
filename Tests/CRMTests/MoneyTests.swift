import CRM
import Testing

@Suite struct MoneyTests {
  @Test(
    arguments: [
      ("450 000,50 ₽", 45_000_050, "RUB"), ("450\u{A0}000,50\u{A0}₽", 45_000_050, "RUB"),
      ("450\u{202F}000,50 руб.", 45_000_050, "RUB"), ("1 234.56", 123_456, nil),
      ("1,234.56", 123_456, nil), ("10000.00", 1_000_000, nil), ("$1,234", 123_400, "USD"),
      ("1.234.567,89 €", 123_456_789, "EUR"), ("-300", -30_000, nil), ("(300)", -30_000, nil),
      ("\u{2212}300,5", -30_050, nil), ("0,5", 50, nil), ("0", 0, nil),
      ("5 000 р.", 500_000, "RUB"),
      ("1000 JPY", 1_000, "JPY"), ("1.5 KWD", 1_500, "KWD"), ("1'234.50", 123_450, nil),
      ("450000 (руб)", 45_000_000, "RUB"), ("1,234,567", 123_456_700, nil), ("100-", -10_000, nil),
    ] as [(String, Int, String?)])
  func `a sum is read into minor units`(text: String, units: Int, currency: String?) throws {
    let amount = try Money.parse(text)
    #expect(amount.minorUnits == units)
    #expect(amount.currency == currency)
    #expect(!amount.isRounded)
  }

  @Test(arguments: [
    ("", Money.Failure.noDigits), ("руб.", .noDigits), ("договорная", .notANumber),
    ("10-20", .notANumber), ("450 тыс. руб.", .notANumber), ("7,90E+10", .notANumber),
    ("1000 2000", .misplacedGroups), ("12,34,56", .misplacedGroups), ("1.2,3.4", .misplacedGroups),
    ("99999999999999999999", .tooLarge), ("92233720368547758,08", .tooLarge),
  ])
  func `what is no sum is refused with a reason`(text: String, failure: Money.Failure) {
    #expect(throws: failure) { try Money.parse(text) }
  }

  @Test func `digits beyond the minor unit are rounded and reported`() throws {
    #expect(try Money.parse("10,005") == Money.Amount(minorUnits: 1_000_500))
    let comma = try Money.parse("10,005", decimal: .comma)
    #expect(comma == Money.Amount(minorUnits: 1_001, isRounded: true))
    #expect(try Money.parse("-10.0049", decimal: .point).minorUnits == -1_000)
    #expect(try Money.parse("10.5000", decimal: .point) == Money.Amount(minorUnits: 1_050))
  }

  @Test func `the decimal sign is a matter of the column`() throws {
    #expect(Money.decimalSign(ofColumn: ["1,234", "12,5", "7"]) == .comma)
    #expect(Money.decimalSign(ofColumn: ["1,234", "1,234.56"]) == .point)
    #expect(Money.decimalSign(ofColumn: ["450 000,500"]) == .comma)
    #expect(Money.decimalSign(ofColumn: ["1.234.567"]) == .comma)
    #expect(Money.decimalSign(ofColumn: ["0,125"]) == .comma)
    #expect(Money.decimalSign(ofColumn: ["1,234", "500", "договорная"]) == nil)
    #expect(Money.decimalSign(ofColumn: []) == nil)
    #expect(try Money.parse("1,234", decimal: .comma).minorUnits == 123)
    #expect(try Money.parse("1,234", decimal: .point).minorUnits == 123_400)
    // A cell that contradicts its column is refused, not read as another number.
    #expect(throws: Money.Failure.misplacedGroups) {
      try Money.parse("10000.00", decimal: .comma)
    }
  }

  @Test func `a sum is written for readers of both languages`() {
    #expect(
      Money.format(45_000_050, currency: "RUB", language: .russian)
        == "450\u{A0}000,50\u{A0}₽")
    #expect(Money.format(45_000_000, currency: "RUB", language: .russian) == "450\u{A0}000\u{A0}₽")
    #expect(Money.format(-123_456, currency: "USD", language: .english) == "-$1,234.56")
    #expect(Money.format(5, currency: "RUB", language: .russian) == "0,05\u{A0}₽")
    #expect(Money.format(1_000, currency: "JPY", language: .english) == "1,000\u{A0}JPY")
    #expect(Money.format(.min, currency: nil, language: .english) == "-92,233,720,368,547,758.08")
    #expect(Money.plain(45_000_050, currency: "RUB") == "450000.50")
    #expect(Money.plain(-5, currency: "RUB", decimal: .comma) == "-0,05")
    #expect(Money.plain(7, currency: "JPY") == "7")
  }

  @Test func `what is written reads back, in any currency and language`() throws {
    for seed in UInt64(1)...1_000 {
      var random = Seeded(seed)
      let shift = Int.random(in: 1...62, using: &random)
      let units = Int.random(in: -Int.max...Int.max, using: &random) >> shift
      for code in ["RUB", "USD", "JPY", "KWD", "XXX"] {
        for language in Language.allCases {
          let text = Money.format(units, currency: code, language: language)
          let sign: Money.DecimalSign = language == .russian ? .comma : .point
          let amount = try Money.parse(text, decimal: sign)
          #expect(
            amount == Money.Amount(minorUnits: units, currency: code), "seed \(seed): \(text)")
        }
        let plain = Money.plain(units, currency: code)
        #expect(
          try Money.parse(plain, decimal: .point, currency: code).minorUnits == units,
          "seed \(seed): \(plain)")
      }
      let junk = random.text(of: Seeded.pieces)
      _ = try? Money.parse(junk)
      _ = Money.decimalSign(ofColumn: [junk])
    }
  }
}
