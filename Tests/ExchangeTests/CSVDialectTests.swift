import Testing

@testable import Exchange

struct CSVDialectTests {
  private func detect(_ text: String) -> CSVDialect {
    let bytes = Array(text.utf8)
    return CSVDialect.detect(bytes.span)
  }

  @Test(arguments: [
    ("clients_utf8.csv", UInt8(ascii: ","), CSVDialect.LineEnd.lf, false),
    ("clients_bom_semicolon.csv", UInt8(ascii: ";"), .crlf, false),
    ("clients_utf16le_tab.csv", 0x09, .crlf, false),
    ("clients_cr_separator_line.csv", UInt8(ascii: ";"), .cr, false),
    ("bitrix_contacts.csv", UInt8(ascii: ";"), .lf, true),
    ("bitrix_deals_cp1251.csv", UInt8(ascii: ";"), .lf, true),
    ("amocrm_deals.csv", UInt8(ascii: ","), .lf, false),
    ("deals.csv", UInt8(ascii: ";"), .crlf, false),
    ("activities.csv", UInt8(ascii: ","), .lf, false),
  ])
  func `the dialect of a fixture is recognised`(
    name: String, separator: UInt8, lineEnd: CSVDialect.LineEnd, trailing: Bool
  ) throws {
    let bytes = try tableFixture(name)
    let text = TextEncoding.detect(bytes).decode(bytes)
    let dialect = CSVDialect.detect(text.span)
    #expect(dialect.separator == separator)
    #expect(dialect.lineEnd == lineEnd)
    #expect(dialect.trailingSeparator == trailing)
    #expect(dialect.hasHeader)
  }

  @Test func `commas inside semicolon tables do not mislead`() {
    let text = "Имя;Сумма\nИванов, Пётр;1 200,50\nЁлкин, Олег;300,00\n"
    #expect(detect(text).separator == UInt8(ascii: ";"))
  }

  @Test func `separators inside quotes do not count`() {
    #expect(detect("\"a;b\",c\n\"d;e;f\",g\n").separator == UInt8(ascii: ","))
  }

  @Test func `bars and spaces are recognised too`() {
    #expect(detect("a|b|c\n1|2|3\n").separator == UInt8(ascii: "|"))
    #expect(detect("\"Имя\" \"Город\"\n\"Анна\" \"Москва\"\n").separator == UInt8(ascii: " "))
  }

  @Test func `a table of one column is read with commas`() {
    #expect(detect("Имя\nАнна\nПётр\n").separator == UInt8(ascii: ","))
    #expect(detect("").separator == UInt8(ascii: ","))
  }

  @Test func `the separator line of Excel is believed`() {
    let dialect = detect("sep=|\r\na;b|c\r\n")
    #expect(dialect.separator == UInt8(ascii: "|"))
    #expect(dialect.hasSeparatorLine)
  }

  @Test func `a first record with a phone or an address is no header`() {
    #expect(!detect("Анна;+7 903 111-22-33;a@example.ru\nПётр;8 921 000 11 22;\n").hasHeader)
    #expect(detect("Имя;Телефон 1;Телефон 2\nАнна;1;2\n").hasHeader)
  }

  @Test func `an empty last column is not a trailing separator when a row fills it`() {
    #expect(!detect("a;b;\n1;2;\n3;4;5\n").trailingSeparator)
  }
}
