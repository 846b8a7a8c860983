import CRM
import Testing

private func folded(
  _ text: String, _ lookalikes: TextFolding.Lookalikes = .unifiedInMixedWords
) -> String {
  String(decoding: TextFolding.fold(text, lookalikes: lookalikes), as: UTF8.self)
}

@Suite struct TextFoldingTests {
  @Test(arguments: [
    ("ООО «Ромашка»", "ооо ромашка"), ("  Пётр   ЁЖИКОВ ", "петр ежиков"),
    ("АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ", "абвгдеежзийклмнопрстуфхцчшщъыьэюя"),
    ("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "абвгдеежзийклмнопрстуфхцчшщъыьэюя"),
    ("E-mail: A.B@Mail.RU", "e mail a b mail ru"), ("ЇЄІЎ", "їєіў"), ("ÄÖÜ ẞ", "äöü ß"),
    ("е\u{308}ж", "еж"), ("Чаи\u{306}", "чай"), ("co\u{AD}op", "coop"), ("№ 12/45-А", "12 45 а"),
    ("—", ""), ("", ""), ("日本 語", "日本 語"), ("🙂а", "а"),
  ])
  func `folding keeps letters, digits and single spaces`(text: String, expected: String) {
    #expect(folded(text) == expected)
  }

  @Test func `look-alikes are unified where it is asked for`() {
    let mixed = "Ив\u{61}нов to\u{6D}cat CAO"
    #expect(folded(mixed) == "иванов tomcat cao")
    #expect(folded(mixed, .kept) == "ив\u{61}нов tomcat cao")
    #expect(folded(mixed, .unified) == "иванов томсат сао")
    #expect(TextFolding.equal("ИВАНОВ", "Ив\u{61}нов."))
  }

  @Test func `bytes that are no text count as spaces`() {
    let bytes: [UInt8] = [0x41, 0xFF, 0xD0, 0x42, 0xE2, 0x80, 0xF0, 0x43, 0xD0]
    var output: [UInt8] = [0x78]
    TextFolding.append(bytes.span, to: &output)
    #expect(String(decoding: output, as: UTF8.self) == "xa b c")
  }

  @Test func `folding twice changes nothing, and no bytes trap`() {
    for seed in UInt64(1)...3_000 {
      var random = Seeded(seed)
      let text = random.text(of: Seeded.pieces)
      for lookalikes in [TextFolding.Lookalikes.kept, .unifiedInMixedWords, .unified] {
        let once = TextFolding.fold(text, lookalikes: lookalikes)
        let again = TextFolding.fold(String(decoding: once, as: UTF8.self), lookalikes: lookalikes)
        #expect(once == again, "seed \(seed): \(text)")
      }
      var bytes = Array(text.utf8)
      bytes.shuffle(using: &random)
      var output: [UInt8] = []
      TextFolding.append(bytes.span, to: &output)
      #expect(String(validating: output, as: UTF8.self) != nil, "seed \(seed)")
    }
  }

  @Test func `the fast path agrees with the Unicode tables on all of Cyrillic and ASCII`() {
    for value in [UInt32](0x20...0x7E) + [UInt32](0x400...0x45F) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let lower = scalar.properties.lowercaseMapping
      let isWord = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      let expected = isWord ? (lower == "ё" ? "е" : lower) : ""
      #expect(folded(String(scalar)) == expected, "U+\(String(value, radix: 16))")
    }
  }
}

@Suite struct KeyboardLayoutTests {
  @Test(arguments: [
    ("hjvfirf", "ромашка"), ("bdfyjd", "иванов"), ("Hjvfirf", "Ромашка"), ("ltkj", "дело"),
    ("вуфд", "deal"), ("ромашка", "hjvfirf"), (",jh", "бор"), ("123", "123"), ("aя", "aя"),
    ("", ""),
  ])
  func `the same keys give the other layout`(text: String, expected: String) {
    #expect(KeyboardLayout.swapped(text) == expected)
  }

  @Test func `swapping twice gives the text back`() {
    let russian = "съешьжеещёэтихмягкихфранцузскихбулокдавыпейчаю"
    #expect(KeyboardLayout.swapped(KeyboardLayout.swapped(russian)) == russian)
  }
}
