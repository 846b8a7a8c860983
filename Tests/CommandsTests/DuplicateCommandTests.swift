import Bytes
import Commands
import Testing

/// `karto duplicates` and `karto merge-cards`.
@Suite struct DuplicateCommandTests {
  private static func desk() throws -> (desk: Desk, ids: [String]) {
    let desk = try Desk.founded()
    let ids = try [
      desk.id("add", "client", "name=ООО Ромашка", "phones+=+74952346187", "city=Москва"),
      desk.id("add", "client", "name=Ромашка, ООО", "phones+=84952346187", "city=Тверь"),
      desk.id("add", "client", "name=Иванов Пётр", "phones+=+79030000001"),
      desk.id("add", "client", "name=Петр Иванов", "phones+=89030000001"),
      desk.id("add", "client", "name=Сидорова Анна", "phones+=+74952346187"),
    ]
    return (desk, ids)
  }

  @Test func `pairs are printed as JSON, the best first`() throws {
    let (desk, ids) = try Self.desk()
    let outcome = desk.run("duplicates", "--json")
    #expect(outcome.status == 0)
    let pairs = try outcome.json
    #expect(pairs.map { $0["a"]?.text } == [ids[2], ids[0]])
    #expect(pairs.map { $0["b"]?.text } == [ids[3], ids[1]])
    let scores = pairs.compactMap { $0["score"]?.number }
    #expect(scores == scores.sorted(by: >))
    #expect(pairs[0]["level"]?.text == "certain")
    #expect(pairs[0]["reasons"]?.texts == ["same_phone", "same_name"])
    #expect(pairs[1]["against"]?.texts == ["other_city"])
  }

  @Test func `one may ask about one card, and for sure pairs only`() throws {
    let (desk, ids) = try Self.desk()
    #expect(try desk.run("duplicates", ids[1], "--json").json.map { $0["a"]?.text } == [ids[0]])
    #expect(desk.run("duplicates", ids[4], "--json").output.isEmpty)
    let sure = desk.run("duplicates", "--level", "certain", "--json")
    #expect(try sure.json.map { $0["a"]?.text } == [ids[2]])
    #expect(desk.run("duplicates", "--limit", "1", "--json").lines.count == 1)
    #expect(desk.run("duplicates", "nobody").status == 3)
  }

  @Test func `a table says why`() throws {
    let (desk, _) = try Self.desk()
    let outcome = desk.run("duplicates", "--lang", "ru")
    #expect(outcome.output.contains("тот же телефон"))
    #expect(outcome.output.contains("другой город"))
  }

  @Test func `two that are different are not proposed again`() throws {
    let (desk, ids) = try Self.desk()
    #expect(desk.run("duplicates", "--not", ids[3], ids[2]).status == 0)
    #expect(try desk.run("duplicates", "--json").json.map { $0["a"]?.text } == [ids[0]])
    #expect(desk.run("duplicates", "--not", ids[2]).status == 2)
    #expect(desk.run("duplicates", "--not", ids[2], ids[2]).status == 2)
  }

  @Test func `cards are merged, shown as one and taken apart again`() throws {
    let (desk, ids) = try Self.desk()
    let outcome = desk.run("merge-cards", ids[0], ids[1], "--yes", "--json")
    #expect(outcome.status == 0, "\(outcome.error)")
    let merge = try #require(try outcome.json.first)
    #expect(merge["id"]?.text == ids[0])
    #expect(merge["merged"]?.texts == [ids[1]])
    #expect(merge["differences"]?["city"]?.texts == ["Москва", "Тверь"])
    let commit = try #require(merge["commits"]?.texts?.first)
    let shown = try #require(try desk.run("show", ids[1], "--json").json.first)
    #expect(shown["id"]?.text == ids[0])
    #expect(shown["other_cards"]?["city"]?.texts == ["Тверь"])
    let page = desk.run("show", ids[0], "--lang", "ru").output
    #expect(page.contains("Москва (другая карточка: «Тверь»)"), "\(page)")
    #expect(page.contains("Объединены"))
    #expect(desk.run("list", "clients", "--json").lines.count == 4)
    #expect(desk.run("history", ids[0], "--json").lines.count == 3, "of both cards")
    let apart = desk.run("duplicates", "--not", ids[0], ids[1])
    #expect(apart.status == 4)
    #expect(apart.error.contains("karto undo \(commit)"))
    #expect(desk.run("undo", commit).status == 0)
    #expect(desk.run("list", "clients", "--json").lines.count == 5)
  }

  @Test func `a rehearsal shows what differs and changes nothing`() throws {
    let (desk, ids) = try Self.desk()
    let outcome = desk.run("merge-cards", ids[0], ids[1], "--dry-run")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("Москва") && outcome.output.contains("Тверь"))
    #expect(desk.run("list", "clients", "--json").lines.count == 5)
    #expect(desk.run("merge-cards", ids[0], "--yes").status == 2)
  }

  @Test func `on a terminal each pair is shown side by side and settled by an answer`() throws {
    let (desk, ids) = try Self.desk()
    var setting = Desk.Setting(answers: ["?", "m", "d"], isTerminal: true)
    let outcome = desk.run(["duplicates"], with: setting)
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.contains("Иванов Пётр") && outcome.output.contains("Петр Иванов"))
    #expect(outcome.error.contains("1 merged, 1 told apart, 0 left"), "\(outcome.error)")
    #expect(try desk.run("show", ids[3], "--json").json.first?["id"]?.text == ids[2])
    #expect(desk.run("duplicates", "--json").output.isEmpty)
    setting.answers = []
    #expect(desk.run(["duplicates"], with: setting).status == 0)
  }

  @Test func `the example in README is what the program says`() throws {
    let desk = try Desk.founded()
    let same = ["phones+=+74952346187", "emails+=info@romashka.ru", "city=Москва"]
    desk.run(["add", "client", "name=ООО «Ромашка»", "owner=Мария Белова"] + same)
    desk.run(["add", "client", "name=Ромашка, ООО", "owner=Иван Орлов"] + same)
    let setting = Desk.Setting(
      variables: ["NO_COLOR": "1"], answers: ["q"], isTerminal: true, width: 100)
    let shown = desk.run(["duplicates"], with: setting).lines
    let readme = try LayoutTests.text("README.md").split(separator: "\n").map(String.init)
    let start = try #require(
      readme.firstIndex { $0.contains("1 of 2  certain") }, "README has the example")
    #expect(shown[0].dropFirst("1 of 1".count) == readme[start].dropFirst("    1 of 2".count))
    for (line, told) in zip(shown.dropFirst(2), readme.dropFirst(start + 2)) {
      #expect("    \(line)" == told)
    }
  }

  @Test func `whoever stops has changed nothing more`() throws {
    let (desk, _) = try Self.desk()
    for answers in [["в"], ["s", "q"], []] {
      let setting = Desk.Setting(answers: answers, isTerminal: true)
      let outcome = desk.run(["duplicates", "--lang", "ru"], with: setting)
      #expect(outcome.error.contains("осталось: 2"), "\(outcome.error)")
    }
    #expect(desk.run("duplicates", "--json").lines.count == 2)
  }

  @Test func `on a terminal merging asks first`() throws {
    let (desk, ids) = try Self.desk()
    let no = desk.run(
      ["merge-cards", ids[0], ids[1]], with: Desk.Setting(answers: ["n"], isTerminal: true))
    #expect(no.status == 1)
    let yes = desk.run(
      ["merge-cards", ids[0], ids[1]], with: Desk.Setting(answers: ["y"], isTerminal: true))
    #expect(yes.status == 0)
    #expect(desk.run("list", "clients", "--json").lines.count == 4)
  }
}
