import CRM
import Testing

@Suite struct PhoneTests {
  @Test(arguments: [
    ("+74952346187", "+74952346187"), ("8 903 236 55 44", "+79032365544"),
    ("8 (903) 236-55-44", "+79032365544"), ("79032365544", "+79032365544"),
    ("9032365544", "+79032365544"), ("+7 903 236–55–44", "+79032365544"),
    ("8 800 555 35 35", "+78005553535"), ("8 10 375 29 123 45 67", "+375291234567"),
    ("+375 29 123-45-67", "+375291234567"), ("375291234567", "+375291234567"),
    ("+1 (212) 555-0100", "+12125550100"), ("+8 903 236-55-44", "+79032365544"),
    ("8\u{A0}903\u{202F}2365544", "+79032365544"), ("79032365544.0", "+79032365544"),
    ("8-10-49-30-1234567", "+49301234567"), ("tel:+74952346187", "+74952346187"),
  ])
  func `a number has the same key however it is written`(text: String, key: String) {
    let parsed = Phone.normalise(text)
    #expect(parsed.key == key)
    #expect(parsed.ext == nil)
    #expect(parsed.reason == nil)
  }

  @Test(arguments: [
    "8 (495) 234-61-87 доб. 12", "8 (495) 234-61-87 доб 12", "84952346187, доб. 12",
    "84952346187 ext 12", "84952346187 x12", "84952346187 ext. 12", "84952346187, 12",
    "8 495 234-61-87 12", "+7 495 234 61 87 12", "84952346187 (доб. 12)", "84952346187доб12",
    "84952346187 вн. 12", "84952346187#12", "4952346187 12",
  ])
  func `an extension is told apart`(text: String) {
    let parsed = Phone.normalise(text)
    #expect(parsed.key == "+74952346187")
    #expect(parsed.ext == "12")
    #expect(parsed.elementKey == "+74952346187;ext=12")
  }

  @Test(arguments: [
    ("234-61-87", Phone.Reason.noAreaCode), ("7,90E+10", .spreadsheetNumber),
    ("7.90324E+10", .spreadsheetNumber), ("+7,90E+10", .spreadsheetNumber),
    ("0079032365544", .leadingZeros), ("007 903", .leadingZeros), ("нет", .noDigits),
    ("", .noDigits), ("02", .tooShort), ("8 095 123 45 67", .unknownAreaCode),
    ("+7 903 236", .tooShort), ("790323655441234567", .tooLong),
  ])
  func `what has no key stays text with a reason`(text: String, reason: Phone.Reason) {
    let parsed = Phone.normalise(text)
    #expect(parsed.key == nil)
    #expect(parsed.reason == reason)
  }

  @Test(arguments: [
    ("8 903 236-55-44 (Анна)", "Анна"), ("8 903 236-55-44 Анна после 18", "Анна после 18"),
    ("Анна: 8 903 236-55-44", "Анна"), ("моб. 89032365544", "моб"),
  ])
  func `words around a number go to the note`(text: String, note: String) {
    let parsed = Phone.normalise(text)
    #expect(parsed.key == "+79032365544")
    #expect(parsed.note == note)
  }

  @Test func `note and extension may stand together`() {
    let parsed = Phone.normalise("8 (495) 234-61-87 Анна, доб. 12")
    #expect(parsed.ext == "12")
    #expect(parsed.note == "Анна")
  }

  @Test(arguments: [
    ("89032365544, 84952346187", ["89032365544", "84952346187"]),
    ("89032365544; 84952346187", ["89032365544", "84952346187"]),
    ("89032365544/84952346187\n+375291234567", ["89032365544", "84952346187", "+375291234567"]),
    ("84952346187, доб. 12", ["84952346187, доб. 12"]),
    ("84952346187, доб. 12, 89032365544", ["84952346187, доб. 12", "89032365544"]),
    ("8 903 236-55-44, Анна", ["8 903 236-55-44, Анна"]),
    ("89032365544 84952346187", ["89032365544", "84952346187"]),
    ("8 903 236 55 44 8 495 234 61 87", ["8 903 236 55 44", "8 495 234 61 87"]),
    ("8 903 236-55-44 ::: 8 495 234-61-87", ["8 903 236-55-44", "8 495 234-61-87"]),
    ("7,90E+10", ["7,90E+10"]), (" ; ", []),
  ])
  func `a cell is split into its numbers`(cell: String, numbers: [String]) {
    #expect(Phone.split(cell) == numbers)
  }

  @Test func `a key is shown as people write it`() {
    #expect(Phone.display("+79032365544") == "8 (903) 236-55-44")
    #expect(Phone.display("+79032365544", style: .international) == "+7 903 236-55-44")
    #expect(Phone.display("+74952346187;ext=12") == "8 (495) 234-61-87 доб. 12")
    #expect(Phone.display("+375291234567") == "+375291234567")
    #expect(Phone.display("234-61-87") == "234-61-87")
    #expect(Phone.display("") == "")
  }

  @Test func `without a region only numbers with a plus have a key`() {
    #expect(Phone.normalise("89032365544", region: .none).key == nil)
    #expect(Phone.normalise("+79032365544", region: .none).key == "+79032365544")
  }

  @Test func `what is shown reads back as the same key, and nothing traps`() {
    for seed in UInt64(1)...3_000 {
      var random = Seeded(seed)
      let text = random.text(of: Seeded.pieces)
      for piece in Phone.split(text) + [text] {
        guard let key = Phone.normalise(piece).elementKey else { continue }
        for style in [Phone.Style.national, .international] {
          let shown = Phone.display(key, style: style)
          #expect(Phone.normalise(shown).elementKey == key, "seed \(seed): \(piece) \(shown)")
        }
      }
    }
  }
}

@Suite struct EMailTests {
  @Test(arguments: [
    ("Anna@Mail.RU", "anna@mail.ru"), (" anna@mail.ru, ", "anna@mail.ru"),
    ("mailto:anna@mail.ru?subject=1", "anna@mail.ru"), ("<anna@mail.ru>", "anna@mail.ru"),
    ("Почта@Пример.РФ", "почта@пример.рф"), ("a.b+c@d-e.co", "a.b+c@d-e.co"),
  ])
  func `an address has a key in lower case`(text: String, key: String) {
    #expect(EMail.normalise(text).key == key)
  }

  @Test(arguments: ["", "анна", "anna@", "@mail.ru", "a@b", "a@@b.ru", "a b@c.ru", "a@b..ru"])
  func `what is no address has no key`(text: String) {
    #expect(EMail.normalise(text).key == nil)
  }

  @Test func `a name before the brackets is a note`() {
    let parsed = EMail.normalise("\"Анна П.\" <anna@mail.ru>")
    #expect(parsed.key == "anna@mail.ru")
    #expect(parsed.note == "Анна П.")
  }

  @Test func `a cell is split into its addresses`() {
    #expect(EMail.split("a@b.ru, c@d.ru;e@f.ru") == ["a@b.ru", "c@d.ru", "e@f.ru"])
    #expect(EMail.split("a@b.ru c@d.ru") == ["a@b.ru", "c@d.ru"])
    #expect(EMail.split("* a@b.ru ::: c@d.ru") == ["a@b.ru", "c@d.ru"])
    #expect(EMail.split("Анна <a@b.ru>") == ["Анна <a@b.ru>"])
  }

  @Test func `a key is its own key, and nothing traps`() {
    for seed in UInt64(1)...2_000 {
      var random = Seeded(seed)
      let text = random.text(of: Seeded.pieces + ["mail.ru", "@", "a@b.ru"])
      for piece in EMail.split(text) + [text] {
        guard let key = EMail.normalise(piece).key else { continue }
        #expect(EMail.normalise(key).key == key, "seed \(seed): \(piece)")
      }
    }
  }
}
