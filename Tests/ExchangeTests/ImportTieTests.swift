import Bytes
import CRM
import Exchange
import Replication
import Support
import Testing

/// Records beside the rows: deals, several clients, people.
@Suite struct ImportTieTests {
  let test: ImportBase
  var base: Base { test.base }

  init() throws {
    test = try ImportBase()
    try test.run("ID,Имя,Телефон\n1,ООО Ромашка,84952346187\n2,Иванов Иван,89161234567\n")
    try test.run("ID,Название сделки,ID клиента,Этап\n7,Квартира,1,Показ\n8,Гараж,2,Показ\n")
  }

  private func activities(of name: String) throws -> [Card] {
    base.dossier(try base.resolve(name, as: Schema.client)).activities
  }

  private func id(_ name: String, _ entity: Entity) throws -> String {
    try base.resolve(name, as: entity).id
  }

  @Test func `activities find their deals by id, number or title`() throws {
    let file = """
      Клиент,Дата,Вид,Сделка,Текст
      Ромашка,2026-11-01,звонок,7,по номеру
      Ромашка,2026-11-02,звонок,квартира,по названию
      Ромашка,2026-11-03,звонок,\(try id("Квартира", Schema.deal)),по id
      Ромашка,2026-11-04,звонок,7; Гараж,две
      Ромашка,2026-11-05,звонок,Дача,никакой
      ,2026-11-06,звонок,8,без клиента
      ,2026-11-07,звонок,Дача,ничего
      """
    let report = try test.report(file)
    #expect(report.preview.counts.created == 6)
    #expect(report.preview.rejected == [RejectedRow(line: 8, reason: .noClient)])
    let warning = try #require(report.preview.warnings.first)
    #expect(warning.reason == .deal && warning.text == "Дача" && warning.lines == [6, 8])
    let deals = try activities(of: "Ромашка").reduce(into: [String: [String]]()) {
      $0[$1.text("text") ?? ""] = $1["deals"]?.values.compactMap(\.name).sorted() ?? []
    }
    #expect(
      deals == [
        "по номеру": ["Квартира"], "по названию": ["Квартира"], "по id": ["Квартира"],
        "две": ["Гараж", "Квартира"], "никакой": [],
      ])
    #expect(try activities(of: "Иванов Иван").map { $0.text("text") } == ["без клиента"])
    let before = test.export
    #expect(try test.run(file).unchanged == 6)
    #expect(test.export == before)
  }

  @Test func `activities have several clients, in any order of their ids`() throws {
    let (first, second) = (try id("Ромашка", Schema.client), try id("Иванов Иван", Schema.client))
    for pair in ["\(first); \(second)", "\(second); \(first)", "\(first); \(first)"] {
      let report = try test.report("Клиенты,Когда,Вид,Текст\n\(pair),2026-11-01,встреча,\(pair)\n")
      #expect(report.preview.counts.created == 1)
      #expect(base.workspace.findings.unreadable.isEmpty)
    }
    #expect(try activities(of: "Ромашка").count == 3)
    #expect(try activities(of: "Иванов Иван").count == 2)
  }

  @Test func `deals take the people beside their client`() throws {
    let people = "Иванов Иван; Новиков Пётр; ООО Ромашка"
    let report = try test.report(
      "Название сделки;Клиент;Контакты сделки;Этап\nДом;Ромашка;\"\(people)\";Показ\n")
    #expect(report.preview.counts.createdClients == 1)
    let names = base.card(try base.resolve("Дом", as: Schema.deal))["people"]?.values.map(\.name)
    #expect(Set(names ?? []) == ["Иванов Иван", "Новиков Пётр", "ООО Ромашка"])
    #expect(base.workspace.findings.unreadable.isEmpty)
  }

  @Test func `an exported table of activities changes nothing`() throws {
    try test.run(
      """
      Клиент,Дата,Вид,Сделка,Сумма,Текст
      Ромашка,2026-11-01 10:00,звонок,7,,"Обсудили, и не раз"
      Иванов Иван,02.11.2026,покупка,,"1 500,50",
      """)
    let pair =
      "\(try id("Иванов Иван", Schema.client)); \(try id("Ромашка", Schema.client))"
    try test.run("Клиенты;Когда;Вид;Сделки\n\"\(pair)\";03.11.2026;встреча;\"7; 8\"\n")
    let before = test.export
    for entity in [Schema.activity, Schema.deal, Schema.client] {
      for profile in TableProfile.allCases {
        var bytes: [UInt8] = []
        let count = BaseExport.table(base, entity: entity, profile: profile) { bytes += $0 }.written
        let counts = try test.run(String(decoding: bytes, as: UTF8.self)) { $0.type = entity.key }
        #expect(counts.unchanged == count, "\(entity.key) \(profile) \(counts)")
        #expect(test.export == before, "\(entity.key) \(profile)")
      }
    }
  }

  @Test func `equal warnings are told once, with their first lines and a count`() throws {
    var file = "Имя,Менеджер,Сумма покупок\n"
    for number in 1...300 { file += "Клиент \(number),\(number % 3 == 0 ? "Пётр" : "Павел"),\n" }
    let preview = try test.report(file) { $0.type = "client" }.preview
    #expect(preview.warningCount == 300)
    #expect(preview.warnings.map(\.text) == ["Павел", "Пётр"])
    #expect(preview.warnings.map(\.count) == [200, 100])
    #expect(preview.warnings[0].lines == [2, 3, 5, 6, 8])
    #expect(preview.warnings[1].line == 4)
  }

  @Test func `warnings of several stretches of a file are put together`() throws {
    var file = "Имя,Менеджер,Комментарий\n"
    let filler = String(repeating: "слово ", count: 60)
    for number in 1...3000 { file += "Клиент \(number),Пётр,\(filler)\n" }
    #expect(file.utf8.count > 2 * 512 << 10)
    let preview = try test.report(file) { $0.type = "client" }.preview
    #expect(preview.warnings.count == 1 && preview.warningCount == 3000)
    #expect(preview.warnings[0].count == 3000 && preview.warnings[0].lines == [2, 3, 4, 5, 6])
  }

  @Test func `the journal of an import says what and how many`() throws {
    let report = try test.report("ID,Имя\n50,Анна\n51,Борис\n")
    let id = try #require(report.importID)
    let record = try base.resolve(id, as: Schema.importBatch)
    let json = try JSONParser.parse(base.json(base.card(record)).span)
    #expect(json["type"]?.text == "import")
    #expect(json["entity"]?.text == "client")
    #expect(json["rows"] == .integer(2))
    #expect(json["created"] == .integer(2))
  }

  @Test(arguments: [
    ("450000", 45_000_000), ("-12", -1200), ("1 234", 123_400),
    ("1\u{A0}234\u{A0}567,89", 123_456_789),
    ("12345 678", 1_234_567_800), ("12 34", nil), ("1  234", 123_400), ("0,5", 50),
    ("294 107,82", 29_410_782), ("99999999999999", nil),
    ("90071992547409,91", 9_007_199_254_740_991),
    ("90071992547409,92", nil), ("12345678901234567890", nil), ("5 руб.", 500),
  ])
  func `sums are read in all their forms`(text: String, units: Int?) throws {
    let report = try test.report("Название сделки;Клиент;Сумма;Этап\nС;Ромашка;\(text);Показ\n")
    #expect(report.preview.counts.created == 1)
    #expect(report.preview.warnings.isEmpty == (units != nil), "\(text)")
    let json = try test.json("С", Schema.deal)
    #expect(json["amount"] == units.map { .integer($0) }, "\(text)")
    #expect(base.workspace.findings.unreadable.isEmpty)
  }
}
