import Bytes
import CRM
import Platform
import Replication
import Support
import Testing

/// A base in a folder of its own, on a day that does not move.
struct TestBase {
  let folder: TemporaryFolder
  let base: Base
  let device: DeviceFolder
  let recoveryKey: String

  init(now: String = "2026-11-22T12:00:00Z") throws {
    folder = try TemporaryFolder()
    device = DeviceFolder(path: folder.path("home"))
    let clock = Self.clock(now)
    (base, recoveryKey) = try Base.found(
      path: folder.path("base.karto"), name: "Ромашка", as: "Мария Иванова", device: device,
      clock: clock, hostName: "laptop")
  }

  static func clock(_ text: String) -> WallClock {
    .fixed(Instant(stored: text)?.epochMillis ?? 0)
  }

  /// The same document on another day.
  func reopened(now: String, usesCache: Bool = true) throws -> Base {
    try Base.open(
      path: folder.path("base.karto"), writing: true, device: device, clock: Self.clock(now),
      usesCache: usesCache)
  }

  @discardableResult
  func client(_ arguments: String...) throws -> Record {
    let changes = arguments.compactMap(FieldChange.init(argument:))
    let written = try base.add(Schema.client, changes)
    return try base.resolve(written.id, as: Schema.client)
  }

  func json(_ record: Record) throws -> JSONValue {
    let fresh = try base.resolve(record.id, as: #require(Schema.entity(key: record.type)))
    return try JSONParser.parse(base.json(base.card(fresh)).span)
  }
}

@Suite struct BaseTests {
  let test: TestBase
  var base: Base { test.base }

  init() throws { test = try TestBase() }

  @Test func `a new base knows itself, its owner and its pipeline`() {
    #expect(base.settings.name == "Ромашка")
    #expect(base.settings.currency == "RUB")
    #expect(base.me?.name == "Мария Иванова")
    #expect(base.me?.role == "owner")
    #expect(base.pipelines.map(\.name) == ["Продажи"])
    #expect(
      base.pipelines.first?.stages.map(\.name) == [
        "Новый", "Знакомство", "Показ", "Расчет", "Договор подписан", "Проигран",
      ])
    #expect(base.pipelines.first?.stage(.won)?.name == "Договор подписан")
  }

  @Test func `the recovery key reads back whatever becomes of its dashes`() throws {
    #expect(test.recoveryKey.hasPrefix("karto-recovery-"))
    let seed = try #require(Base.recoverySeed(of: test.recoveryKey))
    #expect(seed.count == 32)
    #expect(Base.recoverySeed(of: test.recoveryKey.uppercased()) == seed)
    #expect(Base.recoverySeed(of: test.recoveryKey.split(separator: "-").joined()) == seed)
    #expect(Base.recoverySeed(of: "karto-recovery-aaaa") == nil)
  }

  @Test func `a client prints flat with keys for phones and names for members`() throws {
    let client = try test.client(
      "name=ООО Ромашка", "phones+=8 (495) 234-61-87", "city=Москва", "tags+=vip,постоянный")
    let json = try test.json(client)
    #expect(json["name"]?.text == "ООО Ромашка")
    #expect(json["phones"] == .array([.string("+74952346187")]))
    #expect(json["tags"] == .array([.string("vip"), .string("постоянный")]))
    #expect(json["owner"]?.text == "Мария Иванова")
    #expect(json["kind"]?.text == "company")
    #expect(json["type"]?.text == "client")
  }

  @Test func `removing a phone goes by its key and adding it again does nothing`() throws {
    let client = try test.client("name=Ромашка", "phones+=8 (495) 234-61-87")
    let again = try base.set([client], [FieldChange("телефоны", .add, "+7 495 234 61 87")])
    #expect(!again.isChange)
    #expect(again.commits.isEmpty)
    let removed = try base.set([client], [FieldChange("phones", .remove, "+74952346187")])
    #expect(removed.records[0].fields == ["phones"])
    #expect(try test.json(client)["phones"] == nil)
  }

  @Test func `setting phones replaces all of them`() throws {
    let client = try test.client("name=Ромашка", "phones=84952346187, 89032365544")
    _ = try base.set([client], [FieldChange("phones", .set, "+79032365544; 89161234567")])
    #expect(
      try test.json(client)["phones"]
        == .array([.string("+79161234567"), .string("+79032365544")])
        || test.json(client)["phones"]
          == .array([.string("+79032365544"), .string("+79161234567")])
    )
    // The text that was there stays as it was typed.
    let texts = base.card(try base.resolve(client.id, as: Schema.client))["phones"]?.values.map(
      \.text)
    #expect(texts?.contains("89032365544") == true)
  }

  @Test func `a wrong number warns and is kept`() throws {
    let written = try base.add(
      Schema.client,
      ["name=ООО Ромашка", "inn=7725088528", "phones+=234-61-87"].compactMap(
        FieldChange.init(argument:)))
    #expect(written.warnings.contains(.phone(text: "234-61-87", .noAreaCode)))
    #expect(
      written.warnings.contains(
        .requisite(field: "inn", text: "7725088528", .wrongCheckDigit)))
    #expect(
      try base.resolve(written.id, as: Schema.client).text(of: base.state.field("inn")) != nil)
  }

  @Test func `an unknown field names what may have been meant`() throws {
    #expect(throws: EntryError.unknownField("citi", entity: "client", suggestions: ["city"])) {
      try test.client("name=Ромашка", "citi=Тверь")
    }
    #expect(throws: EntryError.computedField("ltv")) { try test.client("name=Р", "ltv=5") }
    #expect(throws: EntryError.notManyValued(field: "city")) {
      try test.client("name=Р", "city+=Тверь")
    }
    #expect(throws: EntryError.missingFields(entity: "client", fields: ["name"])) {
      try test.client("city=Тверь")
    }
  }

  @Test(arguments: ["member", "pipeline", "segment", "stage"])
  func `a second one of a name is refused`(type: String) throws {
    let entity = try #require(Schema.entity(key: type))
    let place = type == "stage" ? "pipeline=Продажи" : "name=x"
    func add(_ name: String) throws -> String {
      try base.add(
        entity, [place, "name=\(name)"].compactMap(FieldChange.init(argument:))
      ).id
    }
    let first = try add("Ёлка")
    #expect(throws: EntryError.nameTaken(entity: type, name: "ЕЛКА", id: first)) { try add("ЕЛКА") }
    let second = try base.resolve(try add("Сосна"), as: entity)
    #expect(throws: EntryError.nameTaken(entity: type, name: "елка", id: first)) {
      try base.set([second], [FieldChange("name", .set, "елка")])
    }
    // Its own name, spelled otherwise, is nobody else's.
    _ = try base.set([second], [FieldChange("name", .set, "СОСНА")])
    let twice = "{\"type\":\"\(type)\",\"name\":\"Дуб\"}\n"
    #expect(throws: LineError.self) { try base.apply(Array((twice + twice).utf8)) }
    let record = try base.resolve(first, as: entity)
    // People are not deleted, so their names stay taken.
    guard type != "member" else {
      #expect(throws: EntryError.notDeletable(entity: type)) { try base.delete([record]) }
      return
    }
    _ = try base.delete([record])
    _ = try add("Елка")
  }

  @Test func `stages of different pipelines may share a name`() throws {
    _ = try base.add(Schema.pipeline, [FieldChange("name", .set, "Опт")])
    _ = try base.add(
      Schema.stage, [FieldChange("pipeline", .set, "Опт"), FieldChange("name", .set, "Новый")])
    #expect(base.pipelines.map(\.name) == ["Продажи", "Опт"])
    #expect(base.pipelines.allSatisfy { $0.stage(named: "Новый") != nil })
    let stage = try #require(base.pipelines.last?.stage(named: "Новый"))
    let record = try base.resolve(stage.id, as: Schema.stage)
    #expect(try base.apply(base.json(base.card(record))).records.map(\.kind) == [.unchanged])
  }

  @Test func `members are found by a part of their name and ambiguity is an error`() throws {
    let maria = try #require(base.me)
    _ = try base.add(Schema.member, [FieldChange("name", .set, "Мария Петрова")])
    let one = try test.client("name=А", "owner=Иванова")
    #expect(one.text(of: base.state.field("owner")) == maria.id)
    #expect(
      throws: EntryError.ambiguousMember("Мария", names: ["Мария Иванова", "Мария Петрова"])
    ) { try test.client("name=Б", "owner=Мария") }
    let other = try test.client("name=В", "owner=Сидор")
    #expect(other.text(of: base.state.field("owner")) == "Сидор")
  }

  @Test func `records are found by number, prefix and name`() throws {
    let client = try test.client("name=ООО «Ромашка»")
    let number = String(try #require(client.id.split(separator: "-").first))
    for text in [client.id, number, String(client.id.dropLast(3)), "ромашка", "ООО Ромашка"] {
      #expect(try base.resolve(text, as: Schema.client).id == client.id)
    }
    #expect(base.shortID(client.id) == number)
    let missing = #expect(throws: LookupError.self) {
      try base.resolve("Рамашка", as: Schema.client)
    }
    #expect(missing?.kind == .notFound)
    #expect(missing?.candidates.map(\.id) == [client.id])
    try test.client("name=Ромашка")
    let ambiguous = #expect(throws: LookupError.self) {
      try base.resolve("ромашка", as: Schema.client)
    }
    #expect(ambiguous?.kind == .ambiguous)
  }

  @Test func `the trash keeps everything until it is restored`() throws {
    let client = try test.client("name=Ромашка", "city=Тверь")
    _ = try base.delete([client])
    #expect(base.count(Schema.client) == 0)
    #expect(base.trash().map(\.id) == [client.id])
    #expect(throws: LookupError.self) { try base.resolve(client.id, as: Schema.client) }
    let deleted = try base.resolve(client.id, as: Schema.client, includingDeleted: true)
    _ = try base.restore([deleted])
    #expect(try test.json(client)["city"]?.text == "Тверь")
    #expect(base.trash().isEmpty)
  }

  @Test func `a rehearsal reports and writes nothing`() throws {
    let written = try base.add(
      Schema.client, [FieldChange("name", .set, "Ромашка")], isRehearsal: true)
    #expect(written.records.map(\.kind) == [.created])
    #expect(written.commits.isEmpty)
    #expect(base.count(Schema.client) == 0)
  }

  @Test func `lists filter, sort and count`() throws {
    try test.client("name=Борис", "city=Тверь", "tags+=vip")
    try test.client("name=анна", "city=Тверь")
    try test.client("name=Вера", "city=Москва", "tags+=vip")
    try test.client("name=Ёлка")
    let names = { (listing: Listing) in listing.cards.map(\.name) }
    let sort = try base.sortKeys("name", entity: Schema.client)
    #expect(names(base.list(Schema.client, sort: sort)) == ["анна", "Борис", "Вера", "Ёлка"])
    let vip = try base.filter(["тег:vip"], entity: Schema.client)
    #expect(names(base.list(Schema.client, filter: vip, sort: sort)) == ["Борис", "Вера"])
    let byCity = try base.sortKeys("-city", entity: Schema.client)
    #expect(names(base.list(Schema.client, sort: byCity)) == ["Борис", "анна", "Вера", "Ёлка"])
    #expect(base.list(Schema.client, sort: sort, limit: 1).total == 4)
    let city = try base.field("город", of: Schema.client)
    #expect(base.count(Schema.client, by: city).map(\.value) == ["Тверь", "Москва", nil])
    #expect(base.count(Schema.client, by: city).map(\.count) == [2, 1, 1])
    let owner = try base.field("owner", of: Schema.client)
    #expect(base.count(Schema.client, by: owner).map(\.name) == ["Мария Иванова"])
    let mine = try base.filter(["owner:me"], entity: Schema.client)
    #expect(base.count(Schema.client, filter: mine) == 4)
    let named = try base.filter(["ответственный:мария"], entity: Schema.client)
    #expect(base.count(Schema.client, filter: named) == 4)
  }

  @Test func `a search finds parts of names, phones and tags`() throws {
    let client = try test.client(
      "name=Иванов Пётр", "phones+=8 (903) 236-55-44", "emails+=Petr@Mail.ru")
    try test.client("name=Сидоров")
    for text in ["петр", "236-55-44", "89032365544", "petr@mail", "bdfyjd"] {
      #expect(base.find(text).map(\.card.id) == [client.id], "\(text)")
    }
    #expect(base.find("кузнецов").isEmpty)
  }

  // SPEC [T-1]
  @Test func `types, fields and choices of a later version are kept and shown`() throws {
    let client = try test.client("name=Ромашка")
    _ = try base.workspace.write(purpose: nil) { draft in
      var edit = RecordEdit(type: "client", id: client.id)
      edit.set["mood"] = Array(#""sunny""#.utf8)
      edit.set["kind"] = Array(#""cooperative""#.utf8)
      edit.add["badges"] = [Array(#""gold""#.utf8)]
      draft.add(edit)
      var other = RecordEdit(type: "warehouse", id: draft.newID())
      other.set["name"] = Array(#""Северный""#.utf8)
      draft.add(other)
    }
    _ = try base.set([client], [FieldChange("city", .set, "Тверь")])
    let json = try test.json(client)
    #expect(json["mood"]?.text == "sunny" && json["kind"]?.text == "cooperative")
    #expect(json["badges"] == .array([.string("gold")]))
    var export: [UInt8] = []
    Export.write(try test.reopened(now: "2026-11-23T12:00:00Z", usesCache: false).state) {
      export += $0
    }
    let text = String(decoding: export, as: UTF8.self)
    #expect(text.contains(#""type":"warehouse""#) && text.contains("Северный"))
    #expect(text.contains(#""badges":["gold"]"#))
  }

  @Test func `custom fields need no definition`() throws {
    let client = try test.client("name=Ромашка", "custom.hobby=рыбалка")
    #expect(try test.json(client)["custom.hobby"]?.text == "рыбалка")
    let filter = try base.filter(["custom.hobby:рыб"], entity: Schema.client)
    #expect(base.count(Schema.client, filter: filter) == 1)
  }

  @Test func `what json prints can be applied again without a change`() throws {
    let client = try test.client(
      "name=ООО Ромашка", "phones+=84952346187", "tags+=vip", "revenue=1 000 000,50",
      "birthday=15.04", "phones[84952346187].kind=рабочий")
    let fresh = try base.resolve(client.id, as: Schema.client)
    let line = base.json(base.card(fresh, computed: true))
    let again = try base.apply(line)
    #expect(again.records.map(\.kind) == [.unchanged])
    let text = #"{"type":"client","id":"\#(client.id)","city":"Тверь","phones":[],"revenue":500}"#
    _ = try base.apply(Array(text.utf8))
    let json = try test.json(client)
    #expect(json["city"]?.text == "Тверь")
    #expect(json["phones"] == nil)
    #expect(json["revenue"] == .integer(500))
  }

  @Test func `a malformed line applies nothing`() throws {
    let text = "{\"type\":\"client\",\"name\":\"А\"}\n{\"type\":\"client\"\n"
    let error = #expect(throws: LineError.self) { try base.apply(Array(text.utf8)) }
    #expect(error?.line == 2)
    #expect(base.count(Schema.client) == 0)
  }

  @Test func `segments are saved once under a name`() throws {
    _ = try base.saveSegment(name: "Важные", entity: Schema.client, filter: "тег:vip")
    _ = try base.saveSegment(name: "важные", entity: Schema.client, filter: "tag:vip город:Тверь")
    #expect(base.segments.map(\.filter) == ["tag:vip город:Тверь"])
    _ = try base.removeSegment(named: "ВАЖНЫЕ")
    #expect(base.segments.isEmpty)
    #expect(throws: FilterError.self) {
      try base.saveSegment(name: "x", entity: Schema.client, filter: "citi:Тверь")
    }
  }
}
