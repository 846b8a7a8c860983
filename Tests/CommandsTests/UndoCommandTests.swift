import Bytes
import Support
import Testing

/// Steps back, one after another, and what is said before others' work is taken back.
@Suite struct UndoCommandTests {
  @Test func `each --last goes a step further back, and an undo is undone by its name`() throws {
    let desk = try Desk.founded()
    let id = try desk.id("add", "client", "name=Анна", "city=Псков")
    desk.run("set", id, "city=Тверь")
    desk.run("set", id, "city=Омск")
    func city() throws -> String? {
      try desk.run("show", id, "--json").json.first?["city"]?.text
    }
    #expect(desk.run("undo", "--last").status == 0)
    #expect(try city() == "Тверь")
    let second = try #require(try desk.run("undo", "--last", "--json").json.first)
    #expect(try city() == "Псков")
    let dot = try #require(second["dots"]?.texts?.first)
    let back = desk.run("undo", dot)
    #expect(back.status == 0 && back.error.contains("karto undo "), "\(back)")
    #expect(try city() == "Тверь", "an undo that was undone")
    #expect(desk.run("undo", "--last").status == 0)
    #expect(try city() == "Псков")
    #expect(desk.run("undo", "--last").status == 0)
    #expect(desk.run("list", "clients", "-q").lines.isEmpty)
    // What the base began with stays.
    #expect(desk.run("undo", "--last").status != 0)
    #expect(desk.run("members", "-q").lines.count == 1)
  }

  @Test func `changes named one by one come back in turn`() throws {
    let desk = try Desk.founded()
    let id = try desk.id("add", "client", "name=Анна", "city=Псков")
    desk.run("set", id, "city=Тверь")
    desk.run("set", id, "city=Омск", "tags+=vip")
    let dots = try desk.run("history", "--json").json.prefix(2).compactMap { $0["dot"]?.text }
    for (dot, city) in zip(dots, ["Тверь", "Псков"]) {
      let undone = try #require(try desk.run("undo", dot, "--json").json.first)
      #expect(undone["left"]?.elements?.isEmpty == true && undone["reverted"]?.number == 1)
      let card = try desk.run("show", id, "--json").json.first
      #expect(card?["city"]?.text == city && card?["tags"] == nil)
    }
  }

  @Test func `absences undone the last first give everything back`() throws {
    let two = try Two()
    let names = ["Олег", "Нина"]
    for name in names { two.maria("invite", "--for", name) }
    for number in 0..<6 { _ = try two.desk.id("add", "client", "name=К\(number)", "owner=Мария") }
    two.meet()
    func owners() throws -> [String: Int] {
      let list = try two.maria("list", "clients", "--columns", "owner", "--json").json
      return Dictionary(grouping: list.compactMap { $0["owner"]?.text }) { $0 }
        .mapValues(\.count)
    }
    let before = try owners()
    let steps = [
      ["Мария", "--to", "Пётр,Олег", "--until", "2026-12-10"],
      ["Мария", "--to", "Пётр,Олег", "--until", "2026-12-20"],
      ["Пётр", "--to", "Нина", "--until", "2026-12-15"],
      ["Нина", "--to", "Мария", "--until", "2026-12-12"],
    ]
    var dots: [String] = []
    for step in steps {
      let done = two.maria(["offboard"] + step + ["--temporary", "--yes", "--json"])
      #expect(done.status == 0, "\(done)")
      dots.append(try #require(try done.json.first?["commits"]?.texts?.first))
    }
    #expect(try owners() != before)
    for dot in dots.reversed() {
      let undone = two.maria("undo", dot, "--yes", "--json")
      #expect(try undone.json.first?["left"]?.elements?.isEmpty == true, "\(undone)")
    }
    #expect(try owners() == before)
  }

  @Test func `an undo of a merge says whose work it takes back, and for whom`() throws {
    let two = try Two()
    two.pyotr("add", "client", "name=Роза")
    two.pyotr("add", "client", "name=Лилия")
    two.maria("merge", two.desk.path("pyotr/his.karto"), "--yes")
    let asked = two.maria("undo", "--merge", "--lang", "ru")
    #expect(asked.status == 2 && asked.error.contains("у всех, кто обменивается"), "\(asked)")
    #expect(asked.error.contains("Пётр: "), "\(asked)")
    let json = two.maria("undo", "--merge", "--json")
    #expect(json.status == 2)
    let plan = try #require(try json.json.first, "a script is told what it would be")
    #expect((plan["reverted"]?.number ?? 0) >= 2 && plan["dots"]?.elements?.isEmpty == true)
    let done = try #require(try two.maria("undo", "--merge", "--yes", "--json").json.first)
    #expect(two.maria("list", "clients", "-q").lines.count == 1)
    let dot = try #require(done["dots"]?.texts?.first)
    #expect(two.maria("undo", dot, "--yes").status == 0)
    #expect(two.maria("list", "clients", "-q").lines.count == 3)
  }

  @Test func `an undo by a name prints JSON where yes was not said`() throws {
    let desk = try Desk.founded()
    for name in ["А", "Б"] { _ = try desk.id("add", "client", "name=\(name)") }
    let words = ["undo", "--by", "Мария", "--since", "2020-01-01", "--only", "creates"]
    let outcome = desk.run(words + ["--type", "client", "--json"])
    #expect(outcome.status == 2)
    #expect(try outcome.json.first?["reverted"]?.number == 2, "\(outcome)")
  }

  @Test func `cards that two have merged are one until both take it back, which is told`() throws {
    let two = try Two()
    let other = try two.desk.id("add", "client", "name=Роза")
    two.meet()
    let merged = two.maria("merge-cards", two.client, other, "--json")
    let dot = try #require(try merged.json.first?["commits"]?.texts?.first)
    two.pyotr("merge-cards", other, two.client)
    two.meet()
    let told = two.maria("undo", dot, "--lang", "ru")
    #expect(told.error.contains("по-прежнему одно"), "\(told)")
    let line = told.error.split(separator: "\n").first { $0.contains("по-прежнему") }
    let command = try #require(line?.split(separator: "karto undo ").last)
    let rest = command.split(separator: " ").map(String.init)
    #expect(two.maria(["undo"] + rest + ["--yes"]).status == 0)
    #expect(two.maria("list", "clients", "-q").lines.count == 2)
  }

  @Test func `the trash says who and when`() throws {
    let two = try Two()
    two.pyotr("delete", two.client)
    two.meet()
    let shown = two.maria("trash", "--lang", "ru")
    #expect(shown.output.contains("Пётр") && shown.output.contains("22.11.2026"), "\(shown)")
    let json = try #require(try two.maria("trash", "--json").json.first)
    #expect(json["deleted_by"]?.text == "Пётр" && json["deleted_at"]?.text != nil)
  }
}
