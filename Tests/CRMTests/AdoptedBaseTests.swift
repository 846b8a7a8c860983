import CRM
import Support
import Testing

/// What of another base shows in this one once it was taken in (SPEC [T-3], [A-15]).
@Suite struct AdoptedBaseTests {
  let mine: TestBase
  let other: TestBase

  init() throws {
    mine = try TestBase()
    other = try TestBase()
    let workspace = try other.base.resolve("workspace", as: Schema.workspace)
    _ = try other.base.set([workspace], [FieldChange("name", .set, "Лютик")])
  }

  private func adopt() throws {
    _ = try mine.base.merge(with: other.folder.path("base.karto"))
  }

  private func add(_ entity: Entity, to base: Base, _ arguments: String...) throws {
    _ = try base.add(entity, arguments.compactMap(FieldChange.init(argument:)))
  }

  private func names(_ entity: Entity) -> [String] {
    mine.base.list(entity).cards.compactMap { $0["name"]?.values.first?.text }
  }

  @Test func `a pipeline of the same name is the same, and what it has besides is added`() throws {
    let own = mine.base.pipelines[0].stages.map(\.name)
    try add(Schema.stage, to: other.base, "pipeline=Продажи", "name=Тест-драйв", "order=2")
    try add(Schema.stage, to: other.base, "name=Нигде", "order=3")
    try add(Schema.pipeline, to: other.base, "name=Сервис", "order=0")
    try add(Schema.stage, to: other.base, "pipeline=Сервис", "name=Заявка", "order=1")
    try other.client("name=Петров", "owner=я")
    try add(Schema.deal, to: other.base, "title=Машина", "client=Петров", "stage=Тест-драйв")
    try adopt()
    #expect(mine.base.pipelines.map(\.name) == ["Продажи", "Сервис"])
    #expect(mine.base.pipelines[0].stages.map(\.name) == own + ["Тест-драйв"])
    #expect(names(Schema.pipeline) == ["Продажи", "Сервис"])
    #expect(names(Schema.stage) == own + ["Тест-драйв", "Заявка"])
    #expect(mine.base.count(Schema.stage) == own.count + 2)
    // A stage tells its pipeline by name, and the pipelines that are one count as one.
    let field = try mine.base.field("pipeline", of: Schema.stage)
    let groups = mine.base.count(Schema.stage, by: field)
    #expect(groups.map(\.name) == ["Продажи", "Сервис"])
    #expect(groups.map(\.count) == [own.count + 1, 1])
    let filter = try mine.base.filter(["воронка:Сервис"], entity: Schema.stage)
    #expect(mine.base.count(Schema.stage, filter: filter) == 1)
    // The deal goes on through one's own stages.
    let deal = try mine.base.resolve("Машина", as: Schema.deal)
    _ = try mine.base.set([deal], [FieldChange("stage", .set, own[2])])
  }

  @Test func `someone of another base is told by it, and nobody is taken for them`() throws {
    try other.client("name=Петров", "owner=я")
    try mine.client("name=Иванов", "owner=я")
    try adopt()
    let title = "Мария Иванова (Лютик)"
    let theirs = try mine.base.resolve("Петров", as: Schema.client)
    #expect(mine.base.card(theirs)["owner"]?.values.first?.name == title)
    let groups = mine.base.count(
      Schema.client, by: try mine.base.field("owner", of: Schema.client))
    #expect(Set(groups.map(\.name)) == ["Мария Иванова", title])
    #expect(mine.base.people.map(\.member.name) == ["Мария Иванова"])
    // The same name means the one who works here; the whole title means the other.
    let written = try mine.client("name=Сидоров", "owner=Мария Иванова")
    #expect(mine.base.card(written)["owner"]?.values.first?.name == "Мария Иванова")
    let given = try mine.client("name=Орлов", "owner=\(title)")
    #expect(mine.base.card(given)["owner"]?.values.first?.name == title)
    #expect(mine.base.me?.origin == nil)
  }

  @Test func `rules and segments of another base mean nothing here`() throws {
    let filter = try other.base.filter(["city:Псков"], entity: Schema.client)
    let theirs = try #require(other.base.me)
    _ = try other.base.saveRule(named: "Псков", owner: theirs, filter: filter)
    _ = try other.base.saveSegment(
      name: "Псковичи", entity: Schema.client, filter: "city:Псков")
    let client = try mine.client("name=Иванов", "city=Псков")
    _ = try mine.base.set([client], [FieldChange("owner", .set, "")])
    try adopt()
    #expect(mine.base.assignmentRules.isEmpty && mine.base.segments.isEmpty)
    #expect(names(Schema.rule).isEmpty && names(Schema.segment).isEmpty)
    #expect(mine.base.count(Schema.rule) == 0)
    let assignment = try mine.base.assignByRules()
    #expect(assignment.count == 0 && assignment.idle.isEmpty && assignment.leftCount == 1)
    #expect(throws: LookupError.self) { try mine.base.resolve("Псковичи", as: Schema.segment) }
    #expect(throws: EntryError.self) { try mine.base.removeRule(named: "Псков") }
    // The names are free, and one's own count.
    let own = try #require(mine.base.me)
    _ = try mine.base.saveRule(named: "Псков", owner: own, filter: filter)
    _ = try mine.base.saveSegment(name: "Псковичи", entity: Schema.client, filter: "city:Псков")
    #expect(names(Schema.rule) == ["Псков"] && names(Schema.segment) == ["Псковичи"])
    #expect(try mine.base.assignByRules().shares.map(\.owner.id) == [own.id])
  }

  @Test func `the preview names the other base and its people`() throws {
    try other.client("name=Петров")
    let path = other.folder.path("base.karto")
    let preview = try mine.base.previewMerge(with: path)
    #expect(preview.origin?.name == "Лютик" && !preview.isKnown)
    #expect(preview.authors.map(\.name) == ["Мария Иванова"])
    try adopt()
    #expect(try mine.base.previewMerge(with: path).isKnown)
    // The last name holds, and a base without one goes by its people's names alone.
    let workspace = try other.base.resolve("workspace", as: Schema.workspace)
    _ = try other.base.set([workspace], [FieldChange("name", .set, "Василёк")])
    try adopt()
    let theirs = try mine.base.resolve("Петров", as: Schema.client)
    _ = try mine.base.set([theirs], [FieldChange("owner", .set, "Мария Иванова (Василёк)")])
    #expect(
      mine.base.card(try mine.base.resolve("Петров", as: Schema.client))["owner"]?.values.first?
        .name == "Мария Иванова (Василёк)")
  }
}
