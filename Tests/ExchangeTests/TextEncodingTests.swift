import Testing

@testable import Exchange

struct TextEncodingTests {
  @Test(arguments: [
    ("clients_utf8.csv", TextEncoding.utf8), ("clients_bom_semicolon.csv", .utf8WithBOM),
    ("clients_cp1251.csv", .windows1251), ("clients_koi8r.csv", .koi8r),
    ("clients_cp866.csv", .cp866), ("clients_utf16le_tab.csv", .utf16LEWithBOM),
    ("bitrix_contacts.csv", .utf8WithBOM), ("bitrix_deals_cp1251.csv", .windows1251),
  ])
  func `the encoding of a fixture is recognised`(name: String, encoding: TextEncoding) throws {
    let bytes = try tableFixture(name)
    #expect(TextEncoding.detect(bytes) == encoding)
    #expect(encoding.encode(encoding.decode(bytes)) == bytes)
  }

  @Test func `one table reads the same in every encoding`() throws {
    let expected = try fixtureRecords("clients_utf8.csv")
    #expect(expected.count == 6)
    #expect(expected[4].last == "Две строки:\nпервая и вторая")
    for name in ["clients_bom_semicolon.csv", "clients_cp1251.csv", "clients_utf16le_tab.csv"] {
      #expect(try fixtureRecords(name) == expected, "\(name)")
    }
    for name in ["clients_koi8r.csv", "clients_cp866.csv"] {
      #expect(try fixtureRecords(name)[0] == expected[0], "\(name)")
    }
  }

  @Test(arguments: [TextEncoding.windows1251, .koi8r, .cp866])
  func `every byte of a code page survives decoding and encoding`(encoding: TextEncoding) {
    let bytes = (0...255).map { UInt8($0) }
    let utf8 = encoding.decode(bytes)
    #expect(isValidUTF8(utf8))
    #expect(encoding.encode(utf8) == bytes)
  }

  @Test func `the code pages mean what they should`() {
    let text = Array("Ёлка, Яблоко №".utf8)
    #expect(
      TextEncoding.windows1251.encode(text)
        == [0xA8, 0xEB, 0xEA, 0xE0, 0x2C, 0x20, 0xDF, 0xE1, 0xEB, 0xEE, 0xEA, 0xEE, 0x20, 0xB9])
    #expect(TextEncoding.koi8r.encode(Array("Ая".utf8)) == [0xE1, 0xD1])
    #expect(TextEncoding.cp866.encode(Array("Ая".utf8)) == [0x80, 0xEF])
  }

  @Test func `a character that a code page lacks becomes a question mark`() {
    #expect(TextEncoding.koi8r.encode(Array("«a»😀".utf8)) == Array("?a??".utf8))
  }

  @Test(arguments: [
    "Имя;Телефон;Город", "Название сделки", "Москва", "ИВАНОВ ИВАН", "Санкт-Петербург",
    "Фамилия", "ФАМИЛИЯ;ИМЯ;ОТЧЕСТВО", "Ответственный", "Просила позвонить после обеда", "клиент",
    "Рабочий телефон", "ООО «Ромашка»", "Ёлкин Пётр", "Комментарий", "Щербаков Эдуард Юрьевич",
  ])
  func `a few Russian words are enough to tell the code pages apart`(text: String) {
    for encoding in [TextEncoding.windows1251, .koi8r, .cp866] {
      let plain = encoding == .windows1251 ? text : text.filter { $0 != "«" && $0 != "»" }
      let bytes = encoding.encode(Array(plain.utf8))
      #expect(TextEncoding.detect(bytes) == encoding)
    }
  }

  @Test func `UTF-16 without a mark is recognised by its zeros`() {
    let text = Array("Имя\tГород\r\nАнна\tМосква\r\n".utf8)
    for encoding in [TextEncoding.utf16LE, .utf16BE] {
      let bytes = encoding.encode(text)
      #expect(TextEncoding.detect(bytes) == encoding)
      #expect(encoding.decode(bytes) == text)
    }
  }

  @Test func `UTF-8 with a bad byte or a cut end is still UTF-8`() {
    let text = Array("Имя;Город;Сергеева Анна".utf8)
    #expect(TextEncoding.detect(text.dropLast().map { $0 }) == .utf8)
    var damaged = text
    damaged.insert(0xFF, at: 7)
    #expect(TextEncoding.detect(damaged) == .utf8)
    #expect(isValidUTF8(TextEncoding.utf8.decode(damaged)))
  }

  @Test func `ASCII and nothing at all are UTF-8`() {
    #expect(TextEncoding.detect(Array("a,b\n1,2\n".utf8)) == .utf8)
    #expect(TextEncoding.detect([UInt8]()) == .utf8)
  }

  @Test func `half a surrogate pair and half a unit are repaired`() {
    #expect(
      TextEncoding.utf16LE.decode([0x3D, 0xD8, 0x41, 0x00, 0x42])
        == Array("\u{FFFD}A\u{FFFD}".utf8))
    #expect(TextEncoding.utf16BE.decode([0xDE, 0x00]) == Array("\u{FFFD}".utf8))
  }

  @Test(arguments: TextEncoding.allCases)
  func `every encoding is found by its name`(encoding: TextEncoding) {
    #expect(TextEncoding(named: encoding.name) == encoding)
    #expect(TextEncoding(named: encoding.name.lowercased()) == encoding)
  }

  @Test func `names that people type are understood`() {
    #expect(TextEncoding(named: "cp1251") == .windows1251)
    #expect(TextEncoding(named: "koi8-r") == .koi8r)
    #expect(TextEncoding(named: "latin1") == nil)
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func `Unicode encodings give back any text`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      // A mark at the start of the text itself is taken for the mark of the file.
      let text = Array(("x" + randomCell(&generator)).utf8)
      for encoding in TextEncoding.allCases where encoding.encode(text) != text {
        guard ![.windows1251, .koi8r, .cp866].contains(encoding) else { continue }
        let bytes = encoding.encode(text)
        #expect(encoding.decode(bytes) == text, "seed \(seed)")
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func `random bytes never trap and always decode to UTF-8`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let count = Int.random(in: 0...64, using: &generator)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      _ = TextEncoding.detect(bytes)
      for encoding in TextEncoding.allCases {
        let utf8 = encoding.decode(bytes)
        #expect(isValidUTF8(utf8), "seed \(seed), \(encoding.name)")
        _ = encoding.encode(bytes)
      }
    }
  }
}
