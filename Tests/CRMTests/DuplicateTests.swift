import Bytes
import CRM
import Replication
import Support
import Testing

/// Which cards are proposed as one client, and why.
@Suite struct DuplicateTests {
  let test: TestBase
  var base: Base { test.base }

  init() throws { test = try TestBase() }

  /// The only pair of two cards; nil if they are not proposed.
  private func pair(_ first: [String], _ second: [String]) throws -> DuplicatePair? {
    for arguments in [first, second] {
      _ = try base.add(Schema.client, arguments.compactMap(FieldChange.init(argument:)))
    }
    let pairs = base.duplicates()
    #expect(pairs.count < 2)
    return pairs.first
  }

  @Test(arguments: [
    ("ООО «Ромашка»", "Ромашка, ООО"), ("ооо ромашка", "ООО «РОМАШКА»"),
    ("Общество с ограниченной ответственностью «Ромашка»", "Ромашка"),
    ("Фёдор Королёв", "Королев Федор"), ("Иванов Иван Петрович", "Иван Петрович Иванов"),
    ("СтройТехно", "Строй Техно"), ("Наталия Белова", "Белова Наталья"),
    ("Иванов Иван (директор)", "Иванов Иван"), ("Ивaнoв Пётр", "Иванов Петр"),
  ])
  func `the same name in another spelling is the same`(one: String, other: String) throws {
    let pair = try #require(try pair(["name=\(one)"], ["name=\(other)"]))
    #expect(pair.reasons.contains(.sameName), "\(pair.reasons)")
  }

  @Test(arguments: [
    ("Ромашка", "Рамашка"), ("Королёва Светлана Игоревна", "Королёва Свтелана Игоревна"),
    ("Чернышевский Пётр", "Чернышевкий Пётр"), ("Вектор Плюс", "Векттор Плюс"),
  ])
  func `a typing error does not hide a name`(one: String, other: String) throws {
    let pair = try #require(try pair(["name=\(one)"], ["name=\(other)"]))
    #expect(pair.reasons.contains(.similarName), "\(pair.reasons)")
  }

  @Test(arguments: [
    ("Ромашка", "Василёк"), ("Школа № 12", "Школа № 21"), ("Иванова Мария", "Иванова Марина"),
    ("Иванов Пётр Ильич", "Иванов Пётр Львович"), ("Ромашка", "Ромашка Трейд Логистик"),
  ])
  func `two names are two clients`(one: String, other: String) throws {
    #expect(try pair(["name=\(one)"], ["name=\(other)"]) == nil)
  }

  @Test func `name and phone are certain, however the phone is written`() throws {
    let pair = try #require(
      try pair(
        ["name=Белова Анна", "phones+=8 (903) 236-55-44"],
        ["name=Анна Белова", "phones+=+79032365544"]))
    #expect(pair.level == .certain)
    #expect(pair.reasons == [.samePhone, .sameName])
    #expect(pair.score >= 90)
  }

  @Test func `initials and a phone are likely`() throws {
    let pair = try #require(
      try pair(
        ["name=Иванов И. П.", "phones+=+79032365544"],
        ["name=Иванов Игорь Павлович", "phones+=+79032365544"]))
    #expect(pair.level == .likely)
    #expect(pair.reasons.contains(.initials))
  }

  @Test func `the initials of another person are no likeness`() throws {
    let pair = try pair(
      ["name=Иванов А. П.", "phones+=+79032365544"],
      ["name=Иванов Игорь Павлович", "phones+=+79032365544"])
    #expect(pair == nil)
  }

  @Test func `colleagues behind one telephone are not one client`() throws {
    for name in ["Иванов Пётр", "Сидорова Анна", "ООО Ромашка", "Кузнецов Олег"] {
      try test.client("name=\(name)", "phones+=+74952346187", "emails+=info@romashka.example")
    }
    #expect(base.duplicates().isEmpty)
  }

  @Test func `an extension tells colleagues apart, and joins cards of one`() throws {
    try test.client("name=Петров Олег", "phones+=+74952346187 доб. 101")
    try test.client("name=Петров Олег", "phones+=+74952346187 доб. 102", "city=Тверь")
    let pair = try test.client("name=Олег Петров", "phones+=84952346187 доб. 101")
    let best = try #require(base.duplicates().first)
    #expect(best.second == pair.id)
    #expect(best.reasons.contains(.samePhone))
    #expect(base.duplicates(level: .likely).count == 1)
  }

  @Test func `namesakes in two cities are two clients`() throws {
    let pair = try pair(
      ["name=Иванов Иван Петрович", "city=Тверь", "phones+=+79030000001"],
      ["name=Иванов Иван Петрович", "city=Казань", "phones+=+79160000002"])
    #expect(pair == nil)
  }

  @Test func `firms of one name with different numbers are two`() throws {
    let pair = try pair(
      ["name=ООО Ромашка", "inn=7707083893", "city=Москва"],
      ["name=ООО Ромашка", "inn=7728168971", "city=Москва"])
    #expect(pair == nil)
  }

  @Test func `one firm under two names is likely, by its number`() throws {
    let pair = try #require(
      try pair(["name=ООО Ромашка", "inn=7707083893"], ["name=Василёк", "inn=7707 083 893"]))
    #expect(pair.level == .likely)
    #expect(pair.reasons == [.sameINN, .otherName])
  }

  @Test func `branches with a number of their own are not proposed as likely`() throws {
    let pair = try pair(
      ["name=ООО Ромашка", "inn=7707083893", "kpp=770701001", "city=Москва"],
      ["name=ООО Ромашка", "inn=7707083893", "kpp=690143001", "city=Тверь"])
    #expect(pair.map { $0.level == .possible } ?? true)
  }

  @Test func `a slip in a number does not make two clients of one`() throws {
    let pair = try #require(
      try pair(
        ["name=ООО Ромашка", "inn=7707083893", "emails+=INFO@romashka.example"],
        ["name=Ромашка", "inn=7707038893", "emails+=info@romashka.example"]))
    #expect(pair.level == .certain)
    #expect(pair.reasons.contains(.nearINN))
  }

  // SPEC [J-7]
  @Test func `who was said to be different is not proposed again, until that is undone`() throws {
    let one = try test.client("name=Белова Анна", "phones+=+79032365544")
    let other = try test.client("name=Белова Анна", "phones+=+79032365544")
    #expect(base.duplicates().count == 1)
    #expect(try base.markDifferent(other, one).isChange)
    #expect(base.duplicates().isEmpty)
    #expect(try !base.markDifferent(one, other).isChange, "once is enough")
    let dots = try #require(try base.workspace.ownLastBatch())
    _ = try base.workspace.undo(dots, purpose: "undo")
    #expect(base.duplicates().count == 1)
  }

  @Test func `merging takes the note back that they are different`() throws {
    let one = try test.client("name=Белова Анна", "phones+=+79032365544")
    let other = try test.client("name=Белова Анна", "phones+=+79032365544")
    _ = try base.markDifferent(one, other)
    let merge = try base.mergeCards(one, with: [other])
    #expect(merge.cards.count == 2)
    #expect(merge.written.commits.count == 1)
    #expect(try test.json(one)["different_from"] == nil)
    #expect(throws: DuplicateError.oneCard(id: one.id, commits: merge.written.commits)) {
      try base.markDifferent(one, other)
    }
  }

  @Test func `merged cards count as one and are compared by all they have`() throws {
    let one = try test.client("name=Белова Анна", "phones+=+79032365544")
    let other = try test.client("name=Белова Анна", "phones+=+79032365544", "inn=500100732259")
    _ = try base.mergeCards(one, with: [other])
    #expect(base.duplicates().isEmpty)
    let third = try test.client("name=ИП Белова", "inn=500100732259")
    let pair = try #require(base.duplicates().first)
    #expect([pair.first, pair.second] == [one.id, third.id])
  }

  @Test func `the trash takes no part`() throws {
    let one = try test.client("name=Белова Анна", "phones+=+79032365544")
    try test.client("name=Белова Анна", "phones+=+79032365544")
    _ = try base.delete([one])
    #expect(base.duplicates().isEmpty)
  }

  @Test func `one may ask about some cards only`() throws {
    let names = ["Белова Анна", "Орлов Пётр"]
    let ids = try names.flatMap { name in
      try (0..<2).map { _ in try test.client("name=\(name)", "phones+=+790300000\(name.count)").id }
    }
    #expect(base.duplicates().count == 2)
    let some = base.duplicates(among: [ids[3]])
    #expect(some.map(\.first) == [ids[2]])
    #expect(base.duplicates(among: []).isEmpty)
    #expect(base.duplicates(limit: 1).count == 1)
  }
}
