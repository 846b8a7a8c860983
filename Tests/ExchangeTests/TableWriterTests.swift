import Testing

@testable import Exchange

struct TableWriterTests {
  private func write(_ profile: TableProfile, _ rows: [[String]]) -> String {
    var writer = TableWriter(profile)
    for row in rows { writer.row(row) }
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func `plain CSV has commas, line feeds and no mark`() {
    #expect(write(.csv, [["a", "b,c"], ["\"q\"", "=1"]]) == "a,\"b,c\"\n\"\"\"q\"\"\",=1\n")
  }

  @Test func `the profile for Russian Excel has a mark, semicolons and no separator line`() {
    let text = write(.excelRU, [["Имя", "Сумма"], ["Анна; Пётр", "1,5"]])
    #expect(Array(text.utf8.prefix(3)) == [0xEF, 0xBB, 0xBF])
    #expect(Array(text.utf8.dropFirst(3)) == Array("Имя;Сумма\r\n\"Анна; Пётр\";1,5\r\n".utf8))
  }

  @Test func `formulas are guarded and negative numbers are not`() {
    let cells = ["=1+1", "+79031112233", "-5", "-1,50", "-a", "@x", "'=1", "a=b"]
    let text = write(.excelRU, [cells])
    #expect(
      Array(text.utf8.dropFirst(3))
        == Array("'=1+1;'+79031112233;-5;-1,50;'-a;'@x;''=1;a=b\r\n".utf8))
  }

  @Test func `a lone empty cell is quoted, so that it is no empty line`() throws {
    #expect(write(.csv, [[""], [], ["", ""]]) == "\"\"\n\"\"\n,\n")
  }

  @Test func `a table can be taken in pieces`() {
    var writer = TableWriter(.tsv)
    writer.row(["a", "b"])
    let first = writer.takeBytes()
    writer.row(["c\td", "e"])
    #expect(first + writer.takeBytes() == Array("a\tb\n\"c\td\"\te\n".utf8))
    #expect(writer.bytes.isEmpty)
  }
}
