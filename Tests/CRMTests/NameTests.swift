import CRM
import Testing

@Suite struct PersonNameTests {
  @Test(arguments: [
    ("Иванов Иван Петрович", "Иванов", "Иван", "Петрович"),
    ("Иван Петрович Иванов", "Иванов", "Иван", "Петрович"),
    ("иванова анна петровна", "иванова", "анна", "петровна"),
    ("Римский-Корсаков Николай Андреевич", "Римский-Корсаков", "Николай", "Андреевич"),
    ("Алиев Вагиф Гасан оглы", "Алиев", "Вагиф", "Гасан оглы"),
    ("Алиева Лейла Гасан-кызы", "Алиева", "Лейла", "Гасан-кызы"),
    ("Рабинович Абрам Исаакович", "Рабинович", "Абрам", "Исаакович"),
    ("Иван Петрович Рабинович", "Рабинович", "Иван", "Петрович"),
    ("Петров Пётр Ильич", "Петров", "Пётр", "Ильич"),
    ("Ивaнов Ивaн Пeтрoвич", "Ивaнов", "Ивaн", "Пeтрoвич"),
  ])
  func `the patronymic fixes the order`(
    text: String, family: String, given: String, patronymic: String
  ) {
    let name = PersonName.split(text)
    #expect(name.family == family)
    #expect(name.given == given)
    #expect(name.patronymic == patronymic)
    #expect(name.isCertain)
  }

  @Test(arguments: [
    ("Иванов Иван", "Иванов", "Иван"), ("Иван Иванов", "Иванов", "Иван"),
    ("Ким Алексей", "Ким", "Алексей"), ("Анна Ким", "Ким", "Анна"),
    ("Абрамович Роман", "Абрамович", "Роман"), ("Иванов, Иван", "Иванов", "Иван"),
  ])
  func `a known given name fixes the order`(text: String, family: String, given: String) {
    let name = PersonName.split(text)
    #expect(name.family == family)
    #expect(name.given == given)
    #expect(name.isCertain)
  }

  @Test func `without a sign the order is a guess`() {
    let russian = PersonName.split("Хо Ши Мин")
    #expect(russian == PersonName(family: "Хо", given: "Ши", patronymic: "Мин"))
    let latin = PersonName.split("John Smith")
    #expect(latin == PersonName(family: "Smith", given: "John"))
    #expect(!PersonName.split("Роман Абрамович").isCertain)
  }

  @Test func `one word is a given name, and brackets hold a note`() {
    #expect(PersonName.split("Анна") == PersonName(given: "Анна"))
    #expect(PersonName.split("") == PersonName())
    #expect(PersonName.split("— 123").given == nil)
    let name = PersonName.split("Иванов Иван Петрович (директор)")
    #expect(name.note == "директор")
    #expect(name.family == "Иванов")
    #expect(PersonName.split("Иван Петрович") == PersonName(given: "Иван", patronymic: "Петрович"))
  }

  @Test func `the patronymic tells the gender`() {
    #expect(PersonName.split("Иванова Анна Петровна").gender == .female)
    #expect(PersonName.split("Иванов Иван Ильич").gender == .male)
    #expect(PersonName.split("Алиева Лейла Гасан кызы").gender == .female)
    #expect(PersonName.split("Анна Ким").gender == nil)
  }

  @Test func `no text traps, and every part comes from it`() {
    for seed in UInt64(1)...2_000 {
      var random = Seeded(seed)
      let text = random.text(of: Seeded.pieces)
      let name = PersonName.split(text)
      for part in [name.family, name.given, name.patronymic].compactMap({ $0 }) {
        for word in part.unicodeScalars.split(separator: " ") {
          let letters = Array(word)
          let all = Array(text.unicodeScalars)
          let isInside = all.indices.contains { all[$0...].starts(with: letters) }
          #expect(isInside, "seed \(seed): \(text) gave \(part)")
        }
      }
    }
  }
}

@Suite struct CompanyNameTests {
  @Test(arguments: [
    "ООО «Ромашка»", "ООО \"Ромашка\"", "Ромашка, ООО", "ромашка", "РОМАШКА", "OOO Ромашка",
    "Общество с ограниченной ответственностью «Ромашка»", "ЗАО 'Ромашка'", "«Ромашка» LLC",
    "Pомашка",
  ])
  func `a company has one key whatever its form and quotes`(name: String) {
    #expect(CompanyName.key(name) == "ромашка")
  }

  @Test func `the legal form is known`() {
    #expect(CompanyName.legalForm("ООО «Ромашка»") == "ООО")
    #expect(CompanyName.legalForm("Индивидуальный предприниматель Иванов") == "ИП")
    #expect(CompanyName.legalForm("Публичное акционерное общество «Сбер»") == "ПАО")
    #expect(CompanyName.legalForm("Ромашка") == nil)
    #expect(CompanyName.key("ООО") == "ооо")
    #expect(CompanyName.key("Новые технологии") == "новые технологии")
    #expect(CompanyName.key("«»") == "")
  }
}
