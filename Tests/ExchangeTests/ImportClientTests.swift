import Bytes
import CRM
import Exchange
import Replication
import Support
import Testing

@Suite struct ImportClientTests {
  let test: ImportBase
  var base: Base { test.base }

  init() throws { test = try ImportBase() }

  static let clients = """
    ID;Имя;Телефон;E-mail;Город;Теги;Ответственный;Любимый цвет
    1;ООО «Ромашка»;8 (495) 234-61-87, 89032365544;info@romashka.ru;Москва;vip,опт;Иванова;синий
    2;Иванов Иван Петрович;+7 916 123-45-67;;Тверь;;Сидоров;
    """

  @Test func `clients come with their phones, tags, owners and own fields`() throws {
    let report = try test.report(Self.clients)
    #expect(report.preview.type == "client")
    #expect(report.preview.separator == UInt8(ascii: ";"))
    #expect(report.preview.counts.created == 2)
    #expect(report.commits.count >= 1)
    let json = try test.json("Ромашка")
    #expect(json["name"]?.text == "ООО «Ромашка»")
    #expect(
      json["phones"] == .array([.string("+74952346187"), .string("+79032365544")]))
    #expect(json["tags"] == .array([.string("vip"), .string("опт")]))
    #expect(json["owner"]?.text == "Мария Иванова")
    #expect(json["custom.lyubimyy_tsvet"]?.text == "синий")
    #expect(json["kind"]?.text == "company")
    #expect(try test.json("Иванов Иван Петрович")["owner"]?.text == "Сидоров")
    #expect(base.customFields(of: Schema.client).map(\.russian) == ["Любимый цвет"])
  }

  @Test func `the same file again changes nothing`() throws {
    try test.run(Self.clients)
    let before = test.export
    let counts = try test.run(Self.clients)
    #expect(counts.unchanged == 2)
    #expect(counts.created == 0)
    #expect(test.export == before)
  }

  @Test func `a row that names a merged client by any of its cards makes no new one`() throws {
    let ids = try (0..<2).map { _ in
      try base.add(Schema.client, [FieldChange("name", .set, "ООО Ромашка")]).id
    }
    let cards = try ids.map { try #require(base.state.record(type: "client", id: $0)) }
    _ = try base.mergeCards(cards[1], with: [cards[0]])
    let counts = try test.run("Имя;Город\nРомашка;Тверь\n")
    #expect(counts.created == 0)
    #expect(counts.duplicates == 1)
    #expect(try test.json(ids[0])["city"]?.text == "Тверь")
    #expect(
      base.state.record(type: "client", id: ids[1])?.text(of: base.state.field("city")) == "Тверь")
  }

  @Test func `a corrected file changes what was corrected`() throws {
    try test.run(Self.clients)
    let counts = try test.run(
      Self.clients.replacing("Тверь", with: "Клин").replacing("info@", with: "office@"))
    #expect(counts.changed == 2)
    #expect(counts.created == 0)
    #expect(try test.json("Иванов Иван Петрович")["city"]?.text == "Клин")
    #expect(
      try test.json("Ромашка")["emails"]
        == .array([.string("info@romashka.ru"), .string("office@romashka.ru")]))
  }

  static let unnumbered = """
    Имя,Телефон,Город
    Анна,89161234567,Москва
    Борис,89161234568,Тверь
    Анна,89161234569,Клин
    """

  @Test func `rows without a number are recognised by what they say`() throws {
    #expect(try test.run(Self.unnumbered).created == 3)
    let before = test.export
    #expect(try test.run(Self.unnumbered).unchanged == 3)
    #expect(test.export == before)
    let corrected = try test.run(Self.unnumbered.replacing("Тверь", with: "Тула"))
    #expect(corrected.changed == 1)
    #expect(corrected.unchanged == 2)
    #expect(try test.json("Борис")["city"]?.text == "Тула")
    // Even the phone of one of two namesakes can be corrected.
    let again = try test.run(
      Self.unnumbered.replacing("Тверь", with: "Тула").replacing("89161234569", with: "89160000000")
    )
    #expect(again.changed == 1)
    #expect(again.created == 0)
  }

  @Test func `a second import leaves alone what people have changed since`() throws {
    try test.run(Self.unnumbered)
    let boris = try base.resolve("Борис", as: Schema.client)
    _ = try base.set([boris], [FieldChange("city", .set, "Псков")])
    #expect(try test.run(Self.unnumbered).unchanged == 3)
    #expect(try test.json("Борис")["city"]?.text == "Псков")
  }

  @Test func `what was put into the trash stays there`() throws {
    try test.run(Self.clients)
    _ = try base.delete([base.resolve("Ромашка", as: Schema.client)])
    #expect(try test.run(Self.clients).unchanged == 2)
    #expect(base.count(Schema.client) == 1)
  }

  private func addKnown() throws {
    _ = try base.add(
      Schema.client,
      ["name=Анна", "phones+=89161234567", "city=Псков"].compactMap(FieldChange.init(argument:)))
  }

  private let duplicate = "Имя,Телефон,Город,Комментарий\nАнна,+7 916 123 45 67,Москва,важная\n"

  @Test func `a duplicate is filled in unless told otherwise`() throws {
    try addKnown()
    let counts = try test.run(duplicate)
    #expect(counts.duplicates == 1)
    #expect(counts.changed == 1)
    let json = try test.json("Анна")
    #expect(json["city"]?.text == "Псков")
    #expect(json["comment"]?.text == "важная")
    #expect(json["phones"] == .array([.string("+79161234567")]))
  }

  @Test func `a duplicate can replace, be skipped or be allowed`() throws {
    try addKnown()
    let skipped = try test.report(duplicate) { $0.duplicates = .skip }
    #expect(skipped.preview.counts.skipped == 1)
    #expect(skipped.preview.rejected.map(\.line) == [2])
    #expect(skipped.commits.isEmpty)
    try test.run(duplicate) { $0.duplicates = .replace }
    #expect(try test.json("Анна")["city"]?.text == "Москва")
    let other = try ImportBase()
    try other.run(duplicate)
    _ = try other.base.add(Schema.client, [FieldChange("name", .set, "Вера")])
    #expect(try other.run(duplicate + "\n", { $0.duplicates = .allow }).unchanged == 1)
  }

  @Test func `colleagues with one phone stay two`() throws {
    let file = "Имя,Телефон\nАнна,84952346187\nБорис,84952346187\n"
    #expect(try test.run(file).created == 2)
    #expect(try test.run(file).unchanged == 2)
    #expect(try test.run(file.replacing("Борис", with: "Борис Петров")).changed == 1)
    #expect(base.count(Schema.client) == 2)
  }

  @Test func `a row that says too much is rejected, and the others come`() throws {
    let file = "Имя,Комментарий\nАнна,\(String(repeating: "я", count: 300_000))\nБорис,Да\n"
    let report = try test.report(file)
    #expect(report.preview.counts.created == 1)
    #expect(report.preview.rejected.map(\.line) == [2])
    guard case .tooLong(let byteCount) = report.preview.rejected.first?.reason else {
      Issue.record("\(String(describing: report.preview.rejected.first?.reason))")
      return
    }
    #expect(byteCount > 600_000)
    #expect(try test.run(file).unchanged == 1)
    // What just fits comes whole.
    let long = "Имя,Комментарий\nВера,\(String(repeating: "я", count: 250_000))\n"
    #expect(try test.run(long).created == 1)
  }

  @Test func `names come in parts and people without a name are rejected`() throws {
    let file = "Фамилия,Имя,Отчество,Город\nПетров,Иван,Ильич,Тверь\n,,,Клин\n"
    let report = try test.report(file)
    #expect(report.preview.counts.created == 1)
    #expect(report.preview.rejected == [RejectedRow(line: 3, reason: .noName)])
    let json = try test.json("Петров Иван Ильич")
    #expect(json["family_name"]?.text == "Петров")
    #expect(json["kind"]?.text == "person")
  }

  @Test func `a phone that a spreadsheet has rounded is refused and the row stays`() throws {
    let report = try test.report("Имя;Телефон\nАнна;7,90E+10\nБорис;234-61-87\n")
    #expect(report.preview.counts.created == 2)
    #expect(report.preview.warnings.map(\.line) == [2, 3])
    #expect(
      report.preview.warnings.map(\.reason) == [.phone(.spreadsheetNumber), .phone(.noAreaCode)])
    #expect(try test.json("Анна")["phones"] == nil)
    #expect(try test.json("Борис")["phones"] == .array([.string("234-61-87")]))
  }

  @Test func `rejected rows come back in the form and encoding of the file`() throws {
    let text = "Имя;Город\r\nАнна;Москва;лишнее\r\nБорис;Тверь\r\n"
    let bytes = TextEncoding.windows1251.encode(text.utf8.span)
    let plan = try ImportPlan.prepare(bytes, options: ImportOptions(), base: base)
    #expect(plan.preview.encoding == .windows1251)
    #expect(plan.preview.rejected == [RejectedRow(line: 2, reason: .surplusCells(1))])
    let expected = "Имя;Город\r\nАнна;Москва;лишнее\r\n"
    #expect(plan.rejectedFile() == TextEncoding.windows1251.encode(expected.utf8.span))
    _ = try plan.apply(to: base)
    #expect(base.count(Schema.client) == 1)
  }

  @Test func `kinds of phones come from the header`() throws {
    try test.run("Имя,Рабочий телефон,Мобильный телефон\nАнна,84952346187,89161234567\n")
    let card = base.card(try base.resolve("Анна", as: Schema.client))
    let kinds = card["phones"]?.values.map { "\($0.key ?? "") \($0.attributes.map(\.text))" }
    #expect(kinds == ["+74952346187 [\"work\"]", "+79161234567 [\"mobile\"]"])
  }

  @Test func `an override sends a column where it is told`() throws {
    try test.run("ФИО,Цвет\nАнна,синий\n") {
      $0.overrides = [MappingOverride(column: "Цвет", field: "comment")]
    }
    #expect(try test.json("Анна")["comment"]?.text == "синий")
    #expect(throws: MappingError.unknownColumn("Нет")) {
      try test.run("ФИО\nАнна\n") {
        $0.overrides = [MappingOverride(column: "Нет", field: "comment")]
      }
    }
  }

  @Test func `what is no table is refused`() throws {
    #expect(throws: ImportError.empty) { try test.run("\n\n") }
    #expect(throws: ImportError.isHTML) { try test.run("<html><table><tr><td>Имя</table>") }
    let line = #"{"type":"client","id":"1-k","city":"Псков"}"#
    for text in [line, "\u{FEFF}\(line)\n\(line)\n"] {
      #expect(throws: ImportError.isJSONLines) { try test.run(text) }
    }
    #expect(throws: ImportError.isSpreadsheet) { try test.run("PK\u{3}\u{4}xxxx") }
    #expect(throws: ImportError.unknownType("дом")) { try test.run("Имя\nА\n") { $0.type = "дом" } }
  }

  @Test func `a rehearsal writes nothing and an import leaves a journal`() throws {
    var options = ImportOptions()
    options.fileName = "clients.csv"
    let plan = try ImportPlan.prepare(Array(Self.clients.utf8), options: options, base: base)
    let before = test.export
    #expect(try plan.apply(to: base, isRehearsal: true).commits.isEmpty)
    #expect(test.export == before)
    let report = try plan.apply(to: base)
    let journal = try base.resolve(#require(report.importID), as: Schema.importBatch)
    let card = base.card(journal)
    #expect(card.name == "clients.csv")
    #expect(card.text("created") == "2")
  }

  @Test func `a plan that others have overtaken is compared anew`() throws {
    let plan = try ImportPlan.prepare(
      Array(Self.clients.utf8), options: ImportOptions(), base: base)
    try test.run(Self.clients)
    #expect(try plan.apply(to: base).commits.isEmpty)
    #expect(base.count(Schema.client) == 2)
  }

  @Test func `companies beside people become clients of their own`() throws {
    let file = """
      ID;Фамилия;Имя;Отчество;Компания;Рабочий телефон;Ответственный;Должность
      7;Петров;Иван;Ильич;ООО Ромашка;84952346187;Мария Иванова;директор
      8;Сидоров;Пётр;;Ромашка ООО;84952346188;;менеджер
      """
    let report = try test.report(file)
    #expect(report.preview.preset == .bitrixContacts)
    #expect(report.preview.counts.created == 2)
    #expect(report.preview.counts.createdClients == 1)
    let company = base.dossier(try base.resolve("ромашка", as: Schema.client))
    #expect(company.links.map { $0.text("position") } == ["директор", "менеджер"])
    let before = test.export
    #expect(try test.run(file).unchanged == 2)
    #expect(test.export == before)
  }
}
