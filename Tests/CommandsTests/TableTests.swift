import Testing

@testable import Commands

@Suite struct TableTests {
  @Test(arguments: [
    ("abc", 3), ("Ромашка", 7), ("客户", 4), ("e\u{301}", 1), ("й", 1), ("и\u{306}", 1), ("", 0),
    ("👍", 2), ("a\u{200D}b", 2), ("\u{1B}[1m", 3), ("한국", 4), ("ｱ", 1),
  ])
  func `width knows letters, accents and wide signs`(text: String, width: Int) {
    #expect(DisplayWidth.of(text) == width)
  }

  @Test func `a cut text is never wider than asked`() {
    for text in ["ООО Ромашка", "客户客户客户", "e\u{301}e\u{301}e\u{301}", "a客b客c"] {
      for width in 0...12 {
        let cut = DisplayWidth.cut(text, to: width)
        #expect(DisplayWidth.of(cut) <= width, "\(text) \(width)")
      }
    }
    #expect(DisplayWidth.cut("ООО Ромашка", to: 6) == "ООО Р…")
  }

  @Test func `data cannot steer a terminal`() {
    #expect(DisplayWidth.oneLine("a\u{1B}[31mb\r\nc\td\u{202E}e\u{0}") == "a[31mb c de")
  }

  @Test func `columns line up whatever the script`() {
    var table = Table([
      Table.Column(title: "id"), Table.Column(title: "Имя"),
      Table.Column(title: "Сумма", isNumeric: true),
    ])
    table.row(["1", "客户", "450 000 ₽"])
    table.row(["22", "Ромашка", "5 ₽"])
    #expect(
      table.lines(width: nil, isStyled: false) == [
        "id  Имя          Сумма", "1   客户     450 000 ₽", "22  Ромашка        5 ₽",
      ])
  }

  @Test func `no line is wider than the terminal while columns can shrink`() {
    var table = Table([
      Table.Column(title: "id", isFlexible: false), Table.Column(title: "a"),
      Table.Column(title: "b"),
    ])
    table.row(["12345678", String(repeating: "я", count: 200), String(repeating: "客", count: 90)])
    for width in [30, 47, 80, 200] {
      for line in table.lines(width: width, isStyled: false) {
        #expect(DisplayWidth.of(line) <= width)
      }
    }
  }

  @Test func `colours change nothing but the look`() {
    var table = Table([Table.Column(title: "id", style: .dim), Table.Column(title: "b")])
    table.row(["1", "x"], style: .red)
    let plain = table.lines(width: nil, isStyled: false)
    let styled = table.lines(width: nil, isStyled: true).map { line in
      line.replacing(/\u{1B}\[\d*m/, with: "")
    }
    #expect(plain == styled)
  }
}
