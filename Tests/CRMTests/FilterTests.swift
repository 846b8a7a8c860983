import CRM
import Testing

/// A record as a dictionary.
private struct Plain: RecordReading {
  var texts: [String: [String]] = [:]
  var integers: [String: Int] = [:]
  var search = SearchText()

  func hasValue(_ slot: FieldSlot, where test: (Span<UInt8>) -> Bool) -> Bool {
    (texts[slot.field.key] ?? []).contains { test($0.utf8.span) }
  }

  func integer(_ slot: FieldSlot) -> Int? { integers[slot.field.key] }

  func searchText(_ test: (Span<UInt8>) -> Bool) -> Bool { test(search.bytes.span) }
}

private let today = CivilDate(stored: "2026-11-22") ?? .distantPast

private func context() -> FilterContext {
  FilterContext(today: today, offsetMinutes: 180, me: "m1") { field, name in
    field.kind == .member && name == "мария" ? ["m2"] : []
  }
}

@Suite struct FilterTests {
  @Test(arguments: [
    (["город=Нижний Новгород"], true), (["город:Нижний Новгород"], true),
    (["-город=Нижний Новгород"], false), (["не:город:нижний новгород"], false),
    (["ответственный:Иванов Иван"], true), (["ответственный=Иван Орлов"], false),
    (["город=Нижний Новгород", "тег:vip"], true), (["город:нижний тег:vip"], true),
    (["город:нижний тег:лид"], false), (["город=\"нижний новгород\" ромашка"], true),
    (["ромашка новгород"], true), (["город:тверь|нижний новгород"], true),
  ])
  func `an argument that begins with a field is one condition`(
    arguments: [String], holds: Bool
  ) throws {
    let filter = try Filter.parse(arguments, entity: Schema.client, context: context())
    #expect(filter.matches(client) == holds, "\(filter)")
    // What is kept reads back the same.
    let again = try Filter.parse(filter.description, entity: Schema.client, context: context())
    #expect(again == filter)
  }

  private let client: Plain = {
    var record = Plain(
      texts: [
        "name": ["ООО «Ромашка»"], "kind": ["company"], "city": ["Нижний Новгород"],
        "tags": ["VIP", "Очень важный"], "owner": ["m1", "Иванов Иван"],
        "phones": ["+74952346187;ext=12", "234-61-88"], "emails": ["petr@romashka.ru"],
        "birthday": ["1980-11-22"], "last_order": ["2026-04-30"],
        "last_contact": ["2026-11-21T21:30:00Z"], "created": ["2026-01-10T09:00:00Z"],
        "ltv_currency": ["RUB"], "inn": ["7725088527"], "custom.hobby": ["шахматы"],
        "relation_type": ["Клиент"],
      ],
      integers: ["order_count": 3, "ltv": 45_000_050])
    record.search.append("ООО «Ромашка»", as: .name)
    record.search.append("+74952346187;ext=12", as: .phone)
    record.search.append("Нижний Новгород", as: .other)
    return record
  }()

  private func matches(_ text: String) throws -> Bool {
    try Filter.parse(text, entity: Schema.client, context: context()).matches(client)
  }

  @Test(arguments: [
    "", "ромашка", "\"ооо ромашка\"", "ромашка новгород", "лютик|ромашка", "2346187",
    "тег:vip", "tag:vip", "tags:VIP", "тег:\"очень важный\"", "tag:лид|vip", "тег=vip", "tag!=лид",
    "-tag:лид", "!tag:лид", "не:тег:лид", "not:tag:лид", "--tag:vip", "-лютик",
    "-\"новая ромашка\"",
    "вид:компания", "kind:company", "вид!=человек", "город:новгород", "город=\"нижний новгород\"",
    "город:*", "регион:", "region=", "region!=x", "city!=", "status:active",
    "статус:активный", "status:*", "status!=inactive", "ответственный:иванов", "owner:me",
    "owner:я", "owner:\"иван\"", "phones:84952346187", "телефон:234-61-87", "телефон:2346188",
    "phones=\"8 495 234-61-87 доб. 12\"", "email:romashka", "emails=petr@romashka.ru",
    "последний_заказ<2026-05-01", "last_order<=2026-04-30", "last_order:2026-04", "last_order:2026",
    "last_order:30.04.2026", "last_order>2025", "last_order>=2026", "last_order<today",
    "last_order<-30d", "\"последний заказ\"<сегодня", "last_contact:today", "last_contact:сегодня",
    "last_contact:\"22.11.2026 00:30\"", "last_contact<2026-11-22T00:31", "created<неделя",
    "created:год", "created:quarter|год", "birthday:today", "birthday:22.11", "др:1980",
    "birthday:--11", "birthday:месяц", "birthday<1981", "order_count>2", "order_count:3",
    "order_count=1|3", "ltv>450000", "ltv:450000,50", "ltv<\"450 001 ₽\"", "ltv=450000.50",
    "amount_is|ромашка", "inn:7725088527", "инн:5088", "custom.hobby:шахматы", "name>ооо",
    "name<п", "relation_type:клиент", "отношения:клиент", "tags:\"\"|vip", "region:\"\"|тверь",
    "custom.other:", "ltv:>450000", "ltv==450000.5", "12:30|ромашка", "http://a.ru|ромашка",
    "opt_outs:", "имя_название:ромашка", "E-mail:romashka", "—", "-status:inactive",
  ])
  func `a filter that holds`(text: String) throws {
    #expect(try matches(text))
  }

  @Test(arguments: [
    "лютик", "тег:ви", "тег:важный", "-тег:vip", "tag!=vip", "не:ромашка", "вид:человек",
    "город=новгород", "city:", "город:тверь|москва", "region:*", "status:inactive",
    "ответственный:ивано", "owner:мария", "owner:петров", "phones=84952346187", "phones:999",
    "last_order>2026-04-30", "last_order>2026", "last_order:2026-05", "last_order>=today",
    "last_contact<сегодня", "birthday:23.11", "birthday>1980-11-22", "order_count>3", "ltv>450001",
    "ltv>1$", "inn=5088", "custom.hobby:футбол", "name<ооо", "custom.hobby:", "tags:\"\"",
    "merged_into:*", "first_order<2027", "first_order>1900", "source!=\"\"", "ромашка -новгород",
  ])
  func `a filter that does not hold`(text: String) throws {
    #expect(try !matches(text))
  }

  @Test func `a member is found by the stored strings that the base knows`() throws {
    var record = client
    record.texts["owner"] = ["m2"]
    let filter = try Filter.parse("owner:мария", entity: Schema.client, context: context())
    #expect(filter.matches(record))
    #expect(!filter.matches(client))
  }

  @Test func `money compares in whole units of each currency`() throws {
    let filter = try Filter.parse("amount>1000", entity: Schema.deal, context: context())
    func holds(_ units: Int, _ currency: String?) -> Bool {
      filter.matches(
        Plain(texts: ["currency": currency.map { [$0] } ?? []], integers: ["amount": units]))
    }
    #expect(holds(100_001, "RUB"))
    #expect(!holds(100_000, "RUB"))
    #expect(holds(100_001, nil))
    #expect(holds(1_001, "JPY"))
    #expect(!holds(100_001, "KWD"))
    #expect(holds(.max, "RUB"))
    #expect(!filter.matches(Plain()))
    #expect(filter.slots.map(\.field.key) == ["amount", "currency"])
  }

  @Test func `yes and no fields take words of both languages`() throws {
    for (text, expected) in [("voided:да", true), ("voided:no", false), ("voided!=нет", true)] {
      let filter = try Filter.parse(text, entity: Schema.activity, context: context())
      #expect(filter.matches(Plain(texts: ["voided": ["true"]])) == expected)
      #expect(filter.matches(Plain()) == !expected)
    }
  }

  @Test(arguments: [
    ("citi:Тверь", FilterError.Kind.unknownField("citi"), 0),
    ("ромашка гоорд:Тверь", .unknownField("гоорд"), 15),
    ("status:aktive", .unknownChoice(field: "status", value: "aktive"), 0),
    ("last_order<скоро", .notADate(field: "last_order", value: "скоро"), 0),
    ("order_count>много", .notAnInteger(field: "order_count", value: "много"), 0),
    ("ltv>много", .notMoney(field: "ltv", value: "много"), 0),
    ("ltv>", .missingValue(field: "ltv"), 0),
    ("tags<а", .comparisonNotAllowed(field: "tags", .less), 0),
    ("name:\"ромашка", .unclosedQuote, 5), ("не:", .nothingToNegate, 0),
  ])
  func `a mistake is told with its place`(text: String, kind: FilterError.Kind, offset: Int) {
    #expect {
      try Filter.parse(text, entity: Schema.client, context: context())
    } throws: { error in
      guard let error = error as? FilterError else { return false }
      return error.kind == kind && error.byteOffset == offset && error.argument == 0
    }
  }

  @Test func `a mistake comes with what may have been meant`() {
    func suggestions(_ text: String) -> [String] {
      do {
        _ = try Filter.parse(text, entity: Schema.client, context: context())
        return []
      } catch { return error.suggestions }
    }
    #expect(suggestions("citi:Тверь").first == "city")
    #expect(suggestions("status:aktive").first == "active")
    #expect(suggestions("voided:да").isEmpty)
  }

  @Test func `a lone argument is a text, several keep their spaces`() throws {
    func parse(_ arguments: [String]) throws -> String {
      try Filter.parse(arguments, entity: Schema.client, context: context()).description
    }
    #expect(try parse(["тег:vip город:Тверь"]) == "tags=vip city:Тверь")
    #expect(try parse(["тег:vip", "город:Нижний Новгород"]) == "tags=vip city:\"Нижний Новгород\"")
    #expect(try parse(["тег:vip", "новая ромашка"]) == "tags=vip \"новая ромашка\"")
    #expect(try parse(["тег:vip город:Тверь", "x"]) == "tags=vip city:Тверь x")
    #expect(try parse(["x", "имя:\"а б\" в"]) == "x name:\"а б\" в")
    #expect(try parse([]) == "")
    #expect {
      try Filter.parse(["x", "citi:y"], entity: Schema.client, context: context())
    } throws: { ($0 as? FilterError)?.argument == 1 }
  }

  @Test func `a filter is written with keys and only the quotes it needs`() throws {
    let text =
      "тег:vip|\"очень важный\" -город:Тверь последний_заказ<-30d регион: имя:* \"а б\" a|b"
    let filter = try Filter.parse(text, entity: Schema.client, context: context())
    #expect(
      filter.description
        == "tags=vip|\"очень важный\" -city:Тверь last_order<-30d region: name:* \"а б\" a|b")
    #expect(Filter.all(Schema.client).description == "")
  }

  @Test func `a filter reads back as an equal filter, and no text traps`() throws {
    var parsed = 0
    let operators = [":", "=", "!=", "<", "<=", ">", ">=", ":*", " ", " ", "|", "\""]
    let names = Schema.client.fields.map(\.key) + ["тег", "город", "custom.x", "custom.a:b"]
    let values = ["vip", "2026-05-01", "today", "5", "active", "да", "а б", "call", "--04", ""]
    for seed in UInt64(1)...6_000 {
      var random = Seeded(seed)
      let alphabet =
        seed.isMultiple(of: 2) ? Seeded.pieces : names + values + operators + operators
      let text = random.text(of: alphabet, upTo: 14)
      guard let filter = try? Filter.parse(text, entity: Schema.client, context: context()) else {
        continue
      }
      parsed += 1
      _ = filter.matches(client)
      _ = filter.score(client)
      let again = try? Filter.parse(
        filter.description, entity: Schema.client, context: context())
      #expect(again == filter, "seed \(seed): \(text) became \(filter)")
      #expect(again?.description == filter.description, "seed \(seed): \(text)")
    }
    #expect(parsed > 1_000)
  }

  @Test func `a filter that is too long is refused`() {
    let text = String(repeating: "а", count: Filter.maximalLength)
    #expect(throws: FilterError(.tooLong)) {
      try Filter.parse(text, entity: Schema.client, context: context())
    }
  }

  @Test func `the words of a filter rank its results`() throws {
    let filter = try Filter.parse("ромашка тег:vip", entity: Schema.client, context: context())
    #expect(filter.score(client) > 0)
    #expect(Filter.all(Schema.client).score(client) == 0)
  }
}
