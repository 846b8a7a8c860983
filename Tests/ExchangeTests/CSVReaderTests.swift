import Testing

@testable import Exchange

struct CSVReaderTests {
  let semicolon = CSVDialect(separator: UInt8(ascii: ";"))

  private func read(_ text: String, _ dialect: CSVDialect = CSVDialect()) throws -> [[String]] {
    try records(Array(text.utf8), dialect: dialect)
  }

  @Test func `fields are cut at separators and line ends of all kinds`() throws {
    #expect(try read("a,b\nc,d\r\ne,f\rg,") == [["a", "b"], ["c", "d"], ["e", "f"], ["g", ""]])
  }

  @Test func `quotes hold separators, line ends and doubled quotes`() throws {
    #expect(try read("\"a,b\",\"c\r\nd\",\"e\"\"f\"\n") == [["a,b", "c\r\nd", "e\"f"]])
    #expect(try read("\"\",\"\"\"\"") == [["", "\""]])
  }

  @Test func `quotes inside an unquoted field are text`() throws {
    #expect(try read("ООО \"Ромашка\",5\" труба") == [["ООО \"Ромашка\"", "5\" труба"]])
  }

  @Test func `text after a closing quote is kept and reported`() throws {
    let text = Array("\"ООО \"Лютик\"\",\"Роза\" и К\n".utf8)
    var reader = CSVReader()
    var row = CSVRow()
    #expect(try reader.next(in: text.span, into: &row))
    #expect(row.isMalformed)
    #expect(row.texts(in: text.span) == ["ООО \"Лютик\"", "\"Роза\" и К"])
  }

  @Test func `spaces after a closing quote mean nothing`() throws {
    #expect(try read("\"a\" ,\"b\"  \nc,d") == [["a", "b"], ["c", "d"]])
  }

  @Test func `without a quote character quotes are text`() throws {
    #expect(try read("\"a,b\"\n", CSVDialect(quote: nil)) == [["\"a", "b\""]])
  }

  @Test func `a byte order mark and a separator line are passed over`() throws {
    #expect(try read("\u{FEFF}a,b\n") == [["a", "b"]])
    let dialect = CSVDialect(separator: UInt8(ascii: ";"), hasSeparatorLine: true)
    #expect(try read("\u{FEFF}sep=;\r\na;b\n", dialect) == [["a", "b"]])
  }

  @Test func `empty lines are skipped but counted`() throws {
    let text = Array("a\n\n\r\nb\r\rc\n\n".utf8)
    var reader = CSVReader()
    var row = CSVRow()
    var lines: [Int] = []
    while try reader.next(in: text.span, into: &row) { lines.append(row.line) }
    #expect(lines == [1, 4, 6])
  }

  @Test func `a row knows its line and its bytes, line end included`() throws {
    let text = Array("ID;Имя\r\n1;\"Анна\r\nПетровна\"\r\n2;Пётр".utf8)
    var reader = CSVReader(dialect: semicolon)
    var row = CSVRow()
    var seen: [(Int, String)] = []
    while try reader.next(in: text.span, into: &row) {
      seen.append((row.line, String(decoding: text[row.range], as: UTF8.self)))
    }
    #expect(seen.map(\.0) == [1, 2, 4])
    #expect(seen.map(\.1) == ["ID;Имя\r\n", "1;\"Анна\r\nПетровна\"\r\n", "2;Пётр"])
  }

  @Test func `an unclosed quote is an error that names the line of the quote`() throws {
    let text = try tableFixture("broken_quote.csv")
    var reader = CSVReader(dialect: semicolon)
    var row = CSVRow()
    #expect(try reader.next(in: text.span, into: &row))
    #expect(try reader.next(in: text.span, into: &row))
    #expect(
      throws: CSVError(kind: .unclosedQuote, line: 3, column: 2, byteOffset: 23)
    ) { _ = try reader.next(in: text.span, into: &row) }
    #expect(String(decoding: text[row.range], as: UTF8.self).hasPrefix("2;\"Пётр\n3;Олег"))
    #expect(try reader.next(in: text.span, into: &row) == false)
  }

  @Test func `the quote of an error may stand lines below the start of its row`() {
    let text = Array("a,\"b\nc\",\"d\n".utf8)
    var reader = CSVReader()
    var row = CSVRow()
    #expect(throws: CSVError(kind: .unclosedQuote, line: 2, column: 3, byteOffset: 8)) {
      _ = try reader.next(in: text.span, into: &row)
    }
  }

  @Test func `a row beyond a limit is an error, and the next row can be read`() throws {
    let limits = CSVLimits(fieldBytes: 4, rowBytes: 8, columns: 3)
    let text = Array("1,12345\n1,2,3,4\n1234,1234\na,b,c\n".utf8)
    var reader = CSVReader(limits: limits)
    var row = CSVRow()
    let expected: [CSVError] = [
      CSVError(kind: .fieldTooLong(limit: 4), line: 1, column: 2, byteOffset: 2),
      CSVError(kind: .tooManyColumns(limit: 3), line: 2, column: 4, byteOffset: 14),
      CSVError(kind: .rowTooLong(limit: 8), line: 3, column: 2, byteOffset: 21),
    ]
    for error in expected {
      #expect(throws: error) { _ = try reader.next(in: text.span, into: &row) }
    }
    #expect(try reader.next(in: text.span, into: &row))
    #expect(row.texts(in: text.span) == ["a", "b", "c"])
  }

  @Test func `short and long rows are told apart from exact ones`() throws {
    let text = try tableFixture("uneven_rows.csv")
    var reader = CSVReader(dialect: semicolon)
    var row = CSVRow()
    var shapes: [CSVRow.Shape] = []
    var blank: [Bool] = []
    while try reader.next(in: text.span, into: &row) {
      shapes.append(row.shape(columnCount: 3))
      blank.append(row.isBlank)
    }
    #expect(
      shapes == [
        .exact, .short(missing: 1), .long(surplus: 1), .exact, .exact, .exact, .exact,
      ])
    #expect(blank == [false, false, false, false, false, false, true])
  }

  @Test func `the phantom column of a trailing separator is dropped`() throws {
    let dialect = CSVDialect(separator: UInt8(ascii: ";"), trailingSeparator: true)
    #expect(try read("a;b;\n1;;\n", dialect) == [["a", "b"], ["1", ""]])
  }

  @Test func `a field beyond the end of a row is empty`() throws {
    let text = Array("a".utf8)
    var reader = CSVReader()
    var row = CSVRow()
    #expect(try reader.next(in: text.span, into: &row))
    #expect(row.text(at: 7, in: text.span) == "")
    #expect(row.text(at: -1, in: text.span) == "")
    #expect(row.text(at: 0, in: [UInt8]().span) == "")
  }

  @Test func `bytes that are not UTF-8 become text with replacement characters`() throws {
    #expect(try records([0x41, 0xFF, 0x2C, 0x42], dialect: CSVDialect()) == [["A\u{FFFD}", "B"]])
  }
}
