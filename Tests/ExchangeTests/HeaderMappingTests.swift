import Testing

@testable import Exchange

struct HeaderMappingTests {
  let clients = [
    FieldCandidate(key: "name", names: ["Имя / Название", "Name"]),
    FieldCandidate(key: "given_name", names: ["Имя", "Given name"]),
    FieldCandidate(key: "family_name", names: ["Фамилия", "Family name"]),
    FieldCandidate(key: "phones", names: ["Телефоны", "Phones"]),
    FieldCandidate(key: "emails", names: ["E-mail", "E-mails"]),
    FieldCandidate(key: "city", names: ["Город", "City"]),
    FieldCandidate(key: "source", names: ["Источник", "Канал привлечения", "Source"]),
    FieldCandidate(key: "comment", names: ["Комментарий", "Comment"]),
    FieldCandidate(key: "external_ids", names: ["Внешние номера"]),
  ]

  private func targets(_ mapping: HeaderMapping) -> [String] {
    mapping.columns.map { $0.target?.description ?? "-" }
  }

  @Test func `names match without regard to case, ё, spaces and punctuation`() throws {
    let mapping = try HeaderMapping(
      header: [" ГОРОД ", "e_mails", "Канал  привлечения", "имя / название"], candidates: clients)
    #expect(targets(mapping) == ["city", "emails", "source", "name"])
    #expect(mapping.columns.allSatisfy { $0.confidence == .exact })
    #expect(ColumnName.key("Населённый_пункт") == ColumnName.key("населенный пункт"))
    #expect(ColumnName.key("и\u{306}е\u{308}") == "йе")
  }

  @Test func `the clients fixture maps wholly, with samples`() throws {
    let rows = try fixtureRecords("clients_cp1251.csv")
    let mapping = try HeaderMapping(
      header: rows[0], samples: Array(rows.dropFirst()), candidates: clients)
    #expect(
      targets(mapping) == [
        "external_ids", "name", "phones", "emails", "city", "source", "comment",
      ])
    #expect(mapping.columns[0].samples == ["1", "2", "3"])
    #expect(mapping.columns[2].confidence == .synonym)
    #expect(mapping.columns[5].samples == ["Сайт", "Выставка", "Рекомендация"])
  }

  @Test func `Имя is the given name only beside a family name`() throws {
    let both = try HeaderMapping(header: ["Фамилия", "Имя"], candidates: clients)
    #expect(targets(both) == ["family_name", "given_name"])
    let alone = try HeaderMapping(header: ["Имя", "Город"], candidates: clients)
    #expect(targets(alone) == ["name", "city"])
  }

  @Test func `several columns go to a many-valued field but not to a single one`() throws {
    let mapping = try HeaderMapping(
      header: ["Телефон", "Телефон 2", "Город", "Город"], candidates: clients)
    #expect(targets(mapping) == ["phones", "phones", "city", "custom.gorod"])
    #expect(mapping.columns.map(\.confidence) == [.synonym, .similar, .exact, .unknown])
  }

  @Test func `units and remarks after a name do not hide it`() throws {
    let amount = [FieldCandidate(key: "amount", names: ["Бюджет", "Сумма"])]
    let remark = try HeaderMapping(header: ["Сумма (руб.)"], candidates: amount)
    #expect(targets(remark) == ["amount"])
    #expect(remark.columns[0].confidence == .similar)
    let both = try HeaderMapping(header: ["Сумма (руб.)", "Бюджет, ₽"], candidates: amount)
    #expect(targets(both) == ["custom.summa_rub", "amount"])
  }

  @Test func `repeated names are addressed by occurrence`() throws {
    let mapping = try HeaderMapping(
      header: ["Источник", "Источник ", "Источник"], candidates: clients,
      overrides: [MappingOverride("Источник#2=source"), MappingOverride("источник#3=-")])
    #expect(mapping.columns.map(\.address) == ["Источник", "Источник#2", "Источник#3"])
    #expect(targets(mapping) == ["custom.istochnik", "source", "-"])
    #expect(mapping.columns.map(\.confidence) == [.unknown, .stated, .stated])
  }

  @Test func `an override takes a key, a label, a custom field or a dash`() throws {
    let mapping = try HeaderMapping(
      header: ["a", "b", "c", "d=e", "f"], candidates: clients,
      overrides: [
        MappingOverride("a=phones/work"), MappingOverride("b=Город"),
        MappingOverride("c=custom.color"), MappingOverride("d=e=comment"),
        MappingOverride("f=-"),
      ])
    #expect(targets(mapping) == ["phones/work", "city", "custom.color", "comment", "-"])
  }

  @Test func `impossible overrides are errors with data`() {
    #expect(throws: MappingError.malformedOverride("Имя")) { try MappingOverride("Имя") }
    #expect(throws: MappingError.malformedOverride("=x")) { try MappingOverride("=x") }
    #expect(throws: MappingError.unknownColumn("Цвет")) {
      try HeaderMapping(header: ["Имя"], overrides: [MappingOverride("Цвет=name")])
    }
    #expect(throws: MappingError.unknownColumn("Имя#2")) {
      try HeaderMapping(header: ["Имя"], overrides: [MappingOverride("Имя#2=name")])
    }
    #expect(throws: MappingError.unknownField("цвет")) {
      try HeaderMapping(
        header: ["Имя"], candidates: clients, overrides: [MappingOverride("Имя=цвет")])
    }
    #expect(
      throws: MappingError.fieldTakenTwice(FieldTarget(key: "city"), columns: ["a", "b"])
    ) {
      try HeaderMapping(
        header: ["a", "b"], candidates: clients,
        overrides: [MappingOverride("a=city"), MappingOverride("b=city")])
    }
  }

  @Test func `unknown columns become custom fields or are skipped`() throws {
    let header = ["Любимый цвет", "любимый  цвет!", "", ""]
    let samples = [["зелёный", "", "", "x"]]
    let custom = try HeaderMapping(header: header, samples: samples, candidates: clients)
    #expect(
      targets(custom) == [
        "custom.lyubimyy_tsvet", "custom.lyubimyy_tsvet_2", "-", "custom.column_4",
      ])
    let skipped = try HeaderMapping(header: header, candidates: clients, unknown: .areSkipped)
    #expect(targets(skipped) == ["-", "-", "-", "-"])
  }

  @Test func `the fingerprint forgets spelling and remembers order`() throws {
    let one = ColumnName.fingerprint(["Имя", "Е-mail "])
    #expect(one == ColumnName.fingerprint([" ИМЯ", "Е_MAIL"]))
    #expect(one != ColumnName.fingerprint(["Е-mail", "Имя"]))
    #expect(try HeaderMapping(header: ["Имя", "Е-mail "]).fingerprint == one)
  }

  @Test func `slugs are transliterated, short and unique`() {
    var slugs = SlugMaker(taken: ["tag"])
    #expect(slugs.slug(for: "Размер обуви") == "razmer_obuvi")
    #expect(slugs.slug(for: "Щёлочь / объём") == "shcheloch_obem")
    #expect(slugs.slug(for: "Tag") == "tag_2")
    #expect(slugs.slug(for: "№") == "column")
    #expect(slugs.slug(for: "中文") == "column_2")
    let long = String(repeating: "щ", count: 40)
    #expect(slugs.slug(for: long).utf8.count <= SlugMaker.maximumCount)
    #expect(slugs.slug(for: long).hasSuffix("_2"))
  }

  @Test(arguments: [
    "name", "phones/work", "company.name", "addresses/legal:city", "phones:kind#2", "custom.a_b",
    "person.custom.x",
  ])
  func `a target survives being written and read`(text: String) {
    #expect(FieldTarget(text)?.description == text)
  }

  @Test(arguments: ["", "-", "Имя", "a b", "phones/", "custom.", "x:", "x#0", "x#", "a.b", "/work"])
  func `what is no target is refused`(text: String) {
    #expect(FieldTarget(text) == nil)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `random headers never trap, and single-valued fields have one column`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let names = ["Имя", "Телефон", "Город", "Источник", "", "№", "#2", "Город#2", "a"]
    for _ in 0..<200 {
      let header = (0..<Int.random(in: 0...10, using: &generator)).map { _ in
        Bool.random(using: &generator)
          ? names[Int.random(in: 0..<names.count, using: &generator)] : randomCell(&generator)
      }
      let preset = Preset.detect(header)
      let mapping = try HeaderMapping(
        header: header, samples: [header], preset: preset, candidates: clients)
      let single = mapping.columns.compactMap(\.target).filter { !$0.isMany }
      #expect(Set(single).count == single.count, "seed \(seed), \(header)")
      #expect(mapping.columns.map(\.name) == header)
    }
  }
}
