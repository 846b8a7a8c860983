import Support
import Testing

/// Rules that say who gets clients without anybody, on real processes: SPEC [P-11].
@Suite struct RuleTests {
  private func office() throws -> (company: Company, maria: Karto) {
    let company = try Company()
    let maria = try company.machine("Мария")
    _ = try company.machine("Пётр")
    try company.anna.apply([
      #"{"type":"client","set":{"name":"А","city":"Тверь"}}"#,
      #"{"type":"client","set":{"name":"Б","city":"Псков"}}"#,
      #"{"type":"client","set":{"name":"В","city":"Омск"}}"#,
      #"{"type":"client","set":{"name":"Г","city":"Тверь"}}"#,
    ])
    for name in ["А", "Б", "В"] { try company.anna.must("set", name, "owner=") }
    return (company, maria)
  }

  private func owners(_ machine: Karto) throws -> [String: String] {
    Dictionary(
      try machine.objects("list", "clients", "--columns", "name,owner").compactMap { client in
        client["name"]?.text.map { ($0, client["owner"]?.text ?? "") }
      }
    ) { first, _ in first }
  }

  @Test func `the first rule that fits gives clients whom nobody looks after`() throws {
    let (company, _) = try office()
    let anna = company.anna
    #expect(try anna("rule", "save", "север", "город:Тверь").status == 2, "to whom?")
    #expect(try anna("rule", "save", "север", "--to", "Никто", "город:Тверь").status == 3)
    #expect(try anna("rule", "save", "север", "--to", "Мария", "горд:Тверь").status == 2)
    try anna.must("rule", "save", "север", "--to", "Мария", "город:Тверь|Псков")
    try anna.must("rule", "save", "Псков", "--to", "Пётр", "город:Псков")
    #expect(try anna("rule", "apply").status == 2, "nobody said yes")
    let rehearsed = try anna.run(["rule", "apply", "--dry-run", "--json"])
    #expect(try anna.objects(of: rehearsed).first?["assigned"]?.integer == 2)
    #expect(try owners(anna) == ["А": "", "Б": "", "В": "", "Г": "Анна"], "a rehearsal")

    let before = try anna.objects("history").count
    let applied = try #require(
      try anna.objects(of: anna.run(["rule", "apply", "--yes", "--json"])).first)
    #expect(applied["assigned"]?.integer == 2 && applied["left"]?.integer == 1)
    #expect(try owners(anna) == ["А": "Мария", "Б": "Мария", "В": "", "Г": "Анна"])
    #expect(try anna.objects("history").count == before + 1, "one batch")
    let again = try #require(
      try anna.objects(of: anna.run(["rule", "apply", "--yes", "--json"])).first)
    #expect(again["assigned"]?.integer == 0)

    try anna.must("undo", "--last", "--yes")
    #expect(try owners(anna) == ["А": "", "Б": "", "В": "", "Г": "Анна"])
    // Saved again under its name, the rule keeps its place; what is removed gives nothing.
    try anna.must("rule", "save", "СЕВЕР", "--to", "Пётр", "город:Тверь")
    try anna.must("rule", "remove", "псков")
    #expect(try anna.objects("rule").compactMap { $0["owner"]?.text } == ["Пётр"])
    try anna.must("rule", "apply", "--yes")
    #expect(try owners(anna) == ["А": "Пётр", "Б": "", "В": "", "Г": "Анна"])
  }

  @Test func `a leaver's rules pass on, and nobody who has left is given anything`() throws {
    let (company, _) = try office()
    let anna = company.anna
    try anna.must("rule", "save", "Тверь", "--to", "Мария", "город:Тверь")
    try anna.must("rule", "save", "Псков", "--to", "Пётр", "город:Псков")
    let ending = try anna.run(["offboard", "Мария", "--to", "Анна", "--yes", "--json"])
    let report = try #require(try anna.objects(of: ending).first, "\(ending)")
    #expect(report["passed"]?.elements.first?["rules"]?.integer == 1)
    try anna.must("seal", "Пётр", "--yes")
    let applied = try anna.run(["rule", "apply", "--yes"])
    #expect(applied.status == 0 && applied.talk.contains("“Псков” names nobody"), "\(applied)")
    #expect(try owners(anna) == ["А": "Анна", "Б": "", "В": "", "Г": "Анна"])
  }

  @Test func `a condition that can no longer be read is told, and stops nothing else`() throws {
    let (company, _) = try office()
    let anna = company.anna
    try anna.apply([
      #"{"type":"rule","set":{"name":"старое","filter":"нетполя:1","owner":"Мария","order":0}}"#
    ])
    try anna.must("rule", "save", "Тверь", "--to", "Мария", "город:Тверь")
    let applied = try anna.run(["rule", "apply", "--yes"])
    #expect(applied.status == 0 && applied.talk.contains("can no longer be read"), "\(applied)")
    #expect(try owners(anna) == ["А": "Мария", "Б": "", "В": "", "Г": "Анна"])
  }

  @Test func `an import says that rules have somebody to give away`() throws {
    let (company, _) = try office()
    let anna = company.anna
    try anna.must("rule", "apply", "--yes")
    let table = anna.folder.path("new.csv")
    try Contents.write("Название;Город\nНовый;Тверь\n", to: table)
    let silent = try anna.run(["import", table, "--type", "client"])
    #expect(silent.status == 0 && !silent.talk.contains("karto rule apply"), "\(silent)")
    try anna.must("rule", "save", "Тверь", "--to", "Мария", "город:Тверь")
    try Contents.write("Название;Город\nЕщё;Тверь\n", to: table)
    let told = try anna.run(["import", table, "--type", "client"])
    #expect(told.talk.contains("karto rule apply"), "\(told)")
  }
}
