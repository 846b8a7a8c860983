import Bytes
import CRM
import Exchange
import Support
import Testing

@Suite struct ImportWorkTests {
  let test: ImportBase
  var base: Base { test.base }

  init() throws {
    test = try ImportBase()
    try test.run("ID,Имя,Телефон\n1,ООО Ромашка,84952346187\n2,Иванов Иван,89161234567\n")
  }

  @Test func `deals find the clients of another file by their number`() throws {
    let file = """
      id,client_id,title,amount,stage
      10,1,Квартира,450000,Показ
      11,2,Гараж,"12 500,50",Договор подписан
      """
    let report = try test.report(file)
    #expect(report.preview.type == "deal")
    #expect(report.preview.counts.created == 2)
    #expect(report.preview.counts.createdClients == 0)
    let json = try test.json("Квартира", Schema.deal)
    #expect(json["client_name"]?.text == "ООО Ромашка")
    #expect(json["amount"] == .integer(45_000_000))
    #expect(json["currency"]?.text == "RUB")
    #expect(json["stage"]?.text == "Показ")
    #expect(try test.json("Гараж", Schema.deal)["amount"] == .integer(1_250_050))
    let before = test.export
    #expect(try test.run(file).unchanged == 2)
    #expect(test.export == before)
    let moved = try test.run(file.replacing("Показ", with: "Расчет"))
    #expect(moved.changed == 1)
    let dossier = base.dossier(try base.resolve("Квартира", as: Schema.deal))
    #expect(dossier.events.map { $0.text("to") } == ["Расчет"])
  }

  @Test func `deals find clients by ИНН, phone or name and make those who lack`() throws {
    let file = """
      Название сделки;Клиент;Телефон клиента;Сумма;Этап
      А;Ромашка;;100;Новый
      Б;Кто-то;8 916 123-45-67;200;Новый
      В;Новиков Пётр;;300;Новый
      Г;Новиков Пётр;;400;Особый этап
      """
    let report = try test.report(file)
    #expect(report.preview.counts.created == 4)
    #expect(report.preview.counts.createdClients == 1)
    #expect(try test.json("А", Schema.deal)["client_name"]?.text == "ООО Ромашка")
    #expect(try test.json("Б", Schema.deal)["client_name"]?.text == "Иванов Иван")
    #expect(base.dossier(try base.resolve("Новиков Пётр", as: Schema.client)).deals.count == 2)
    #expect(base.pipelines.first?.stage(named: "Особый этап")?.outcome == .open)
    let strict = try test.report(file.replacing("Новиков", with: "Смирнов")) {
      $0.createsClients = false
    }
    #expect(
      strict.preview.rejected.map(\.reason) == [
        .unknownClient("Смирнов Пётр"), .unknownClient("Смирнов Пётр"),
      ])
  }

  @Test func `repeated numbers are one deal with several products`() throws {
    let file = """
      ID;Название сделки;Вероятность;Компания;Контакт;Сумма;Валюта;Товар;Цена;Количество;Воронка;Стадия сделки;Сделка закрыта;Ответственный
      5;Заказ;50;ООО Ромашка;Петров Иван;10000.00;RUB;Стол;5000;1;Общая;В работе;N;Мария Иванова
      5;Заказ;50;ООО Ромашка;Петров Иван;10000.00;RUB;Стул;2500;2;Общая;В работе;N;Мария Иванова
      """
    let report = try test.report(file)
    #expect(report.preview.preset == .bitrixDeals)
    #expect(report.preview.counts.created == 1)
    #expect(report.preview.counts.repeated == 1)
    let json = try test.json("Заказ", Schema.deal)
    #expect(json["services"] == .array([.string("Стол"), .string("Стул")]))
    #expect(json["client_name"]?.text == "ООО Ромашка")
    #expect(json["services[стол].price"]?.text == "500000")
    #expect(json["services[стул].quantity"]?.text == "2")
    #expect(json["pipeline"]?.text == "Общая")
    #expect(base.pipelines.map(\.name).contains("Общая"))
    let before = test.export
    let again = try test.run(file)
    #expect(again.unchanged == 1)
    #expect(again.repeated == 1)
    #expect(test.export == before)
  }

  @Test func `stages that end deals are known by their words`() throws {
    try test.run(
      """
      Название сделки,Клиент,Этап
      А,Ромашка,Успешно реализовано
      Б,Ромашка,Закрыто и не реализовано
      """)
    let stages = base.pipelines.first?.stages ?? []
    #expect(stages.first { $0.name == "Успешно реализовано" }?.outcome == .won)
    #expect(stages.first { $0.name == "Закрыто и не реализовано" }?.outcome == .lost)
  }

  @Test func `a number that two tables have given is nobody's`() throws {
    let test = try ImportBase()
    try test.run("ID,Имя,Телефон,Чужое поле\n1,Анна,89031112233,ф\n2,Пётр,,й\n")
    try test.run("ID,Имя,Город\n1,Иван,Тверь\n3,Вера,Клин\n")
    let file = """
      ID клиента,Телефон клиента,Вид,Когда,Текст
      1,,звонок,05.04.2024,Кому?
      1,89031112233,звонок,05.04.2024,Анне
      2,,звонок,05.04.2024,Петру
      3,,звонок,05.04.2024,Вере
      """
    let report = try test.report(file)
    #expect(report.preview.rejected == [RejectedRow(line: 2, reason: .severalClients("1"))])
    #expect(report.preview.counts.created == 3)
    // Merged into one client they leave no doubt.
    let anna = try test.base.resolve("Анна", as: Schema.client)
    let ivan = try test.base.resolve("Иван", as: Schema.client)
    _ = try test.base.mergeCards(anna, with: [ivan])
    #expect(try test.report(file).preview.rejected.isEmpty)
  }

  @Test func `equal rows of activities stay two and come once`() throws {
    let file = """
      ID клиента,Вид,Когда,Результат,Текст
      1,звонок,2026-11-01 10:00,Дозвон,Обсудили
      1,звонок,2026-11-01 10:00,Дозвон,Обсудили
      2,покупка,01.11.2026,,Стол
      99,звонок,2026-11-01,,Никто
      """
    let report = try test.report(file)
    #expect(report.preview.type == "activity")
    #expect(report.preview.counts.created == 3)
    #expect(report.preview.rejected == [RejectedRow(line: 5, reason: .unknownClient("99"))])
    let dossier = base.dossier(try base.resolve("Ромашка", as: Schema.client))
    #expect(dossier.activities.count == 2)
    #expect(dossier.activities.first?.text("kind") == "call")
    let before = test.export
    #expect(try test.run(file).unchanged == 3)
    #expect(test.export == before)
  }

  @Test func `dates and sums that cannot be read are reported cell by cell`() throws {
    let report = try test.report(
      "Название сделки,Клиент,Сумма,Дата создания,Этап\nА,Ромашка,много,вчера вечером,Новый\n")
    #expect(report.preview.counts.created == 1)
    #expect(Set(report.preview.warnings.map(\.column)) == ["Сумма", "Дата создания"])
    #expect(try test.json("А", Schema.deal)["amount"] == nil)
  }

  @Test func `the simple base of Excel brings purchases from its dates`() throws {
    let other = try ImportBase()
    let report = try other.report(
      """
      Номер;Имя;Телефон;Email;Что заказывает;Комментарий;Первый заказ;Последний заказ
      1;Анна;89161234567;anna@mail.ru;стрижка;;01.02.2026;03.04.2026
      """)
    #expect(report.preview.preset == .excelSimple)
    let card = other.base.dossier(try other.base.resolve("Анна", as: Schema.client)).card
    #expect(card.text("first_order") == "2026-02-01")
    #expect(card.text("last_order") == "2026-04-03")
    #expect(card.text("order_count") == "2")
  }
}

@Suite struct ImportPropertyTests {
  private static func cell(_ random: inout Support.SeededGenerator, _ values: [String]) -> String {
    let value = random.element(of: values)
    return value.contains(",") ? "\"\(value)\"" : value
  }

  /// A file of clients with few different values, so that rows repeat and clash.
  private static func file(_ random: inout Support.SeededGenerator) -> String {
    let hasNumber = random.oneIn(2)
    var text = hasNumber ? "ID,Имя,Телефон,E-mail,Город,Теги\n" : "Имя,Телефон,E-mail,Город,Теги\n"
    for _ in 0..<random.below(30) {
      if hasNumber { text += "\(random.below(12))," }
      let cells = [
        cell(&random, ["Анна", "Борис", "анна", "ООО Ромашка", "«Ромашка» ООО", ""]),
        cell(&random, ["", "89161234567", "+7 916 123-45-67", "84952346187, 89160000000"]),
        cell(&random, ["", "a@mail.ru", "A@Mail.ru", "нет"]),
        cell(&random, ["", "Москва", "Тверь"]), cell(&random, ["", "vip", "VIP,опт"]),
      ]
      text += cells.joined(separator: ",") + "\n"
    }
    return text + (hasNumber ? "77,Вера,,,Клин,\n" : "Вера,,,Клин,\n")
  }

  @Test func `what people have changed since an import, the same file leaves`() throws {
    let file = """
      ID,Имя,Телефон,Город,Теги
      1,Анна,89161234567,Москва,vip
      2,Борис,,Тверь,опт
      3,Вера,,Клин,
      """
    let test = try ImportBase()
    try test.run(file)
    let anna = try test.base.resolve("Анна", as: Schema.client)
    _ = try test.base.set(
      [anna], [FieldChange("city", .set, "Казань"), FieldChange("tags", .remove, "vip")])
    let boris = try test.base.resolve("Борис", as: Schema.client)
    _ = try test.base.set([boris], [FieldChange("city", .set, "")])
    let before = test.export
    for mode in [DuplicateMode.merge, .skip, .allow] {
      let again = try test.run(file) { $0.duplicates = mode }
      #expect(again.changed == 0 && again.unchanged == 3 && again.kept == 3, "\(mode) \(again)")
      #expect(test.export == before)
    }
    // What is new in the file comes all the same, beside what stays.
    let corrected = """
      ID,Имя,Телефон,Город,Теги
      1,Анна К.,89161234567,Москва,vip
      2,Борис,,Ржев,опт
      3,Вера,,Химки,
      """
    let news = try test.run(corrected)
    #expect(news.changed == 3 && news.kept == 2, "\(news)")
    let text = test.export
    #expect(text.contains("Анна К.") && text.contains("Казань") && text.contains("Химки"))
    #expect(text.contains("Ржев") && !text.contains("vip"))
    // Who asks for that gets what the file says.
    let forced = try test.run(corrected) { $0.duplicates = .replace }
    #expect(forced.changed == 1 && forced.kept == 0)
    #expect(!test.export.contains("Казань"))
  }

  @Test(arguments: Support.SeededGenerator.seeds(40))
  func `importing a file twice changes nothing`(seed: UInt64) throws {
    var random = Support.SeededGenerator(seed: seed)
    let test = try ImportBase()
    for mode in [random.element(of: DuplicateMode.allCases)] {
      // A skipped row leaves no mark, so after a second file that corrects the first one it may be
      // compared with a client of another name.
      for _ in 0..<(mode == .skip ? 1 : 2) {
        let file = Self.file(&random)
        let first = try test.run(file) { $0.duplicates = mode }
        let before = test.export
        let second = try test.run(file) { $0.duplicates = mode }
        let isSame = test.export == before
        #expect(isSame, "\(mode)\n\(file)")
        #expect(second.created == 0 && second.changed == 0, "\(mode) \(first) \(second)\n\(file)")
        let accounted =
          first.created + first.changed + first.unchanged + first.repeated + first.rejected
        #expect(accounted == first.rows, "\(mode) \(first)\n\(file)")
      }
    }
  }
}
