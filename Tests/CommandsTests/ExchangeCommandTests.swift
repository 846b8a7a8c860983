import Bytes
import Foundation
import Testing

@Suite struct ExchangeCommandTests {
  @Test func `apply makes, changes and deletes in one batch`() throws {
    let desk = try Desk.founded()
    let id = try desk.id("add", "client", "name=Анна", "tags+=old")
    let gone = try desk.id("add", "client", "name=Борис")
    let outcome = desk.run(
      "apply", "-", "--json",
      with: Desk.Setting(
        input: """
          {"type":"client","set":{"name":"Вера"},"add":{"phones":["+74952346187"]}}
          {"type":"client","id":"\(id)","set":{"city":"Тверь"},"remove":{"tags":["old"]}}

          {"type":"client","id":"\(gone)","delete":true}
          """))
    #expect(outcome.status == 0, "\(outcome.error)")
    let report = try #require(try outcome.json.first)
    #expect(report["created"]?.texts?.count == 1)
    #expect(report["changed"]?.number == 1)
    #expect(report["deleted"]?.number == 1)
    #expect(try desk.run("history", "--json").json.first?["records"]?["client"]?.number == 3)
    let names = try desk.run("list", "clients", "--sort", "name", "--json").json
    #expect(names.map { $0["name"]?.text } == ["Анна", "Вера"])
    #expect(names[0]["city"]?.text == "Тверь" && names[0]["tags"] == nil)
  }

  @Test func `apply writes all lines or none, and names the wrong one`() throws {
    let desk = try Desk.founded()
    let digest = desk.run("digest").output
    for line in ["{", "[]", "{\"set\":{}}", "{\"type\":\"client\",\"set\":{\"citi\":\"x\"}}"] {
      let outcome = desk.run(
        "apply", "-",
        with: Desk.Setting(input: "{\"type\":\"client\",\"set\":{\"name\":\"А\"}}\n\(line)\n"))
      #expect(outcome.status != 0, "\(line)")
      #expect(outcome.error.contains("line 2"), "\(line): \(outcome.error)")
    }
    #expect(desk.run("digest").output == digest)
  }

  @Test func `placeholders tie records of one file together`() throws {
    let desk = try Desk.founded()
    let outcome = desk.run(
      "apply", "-", "--json",
      with: Desk.Setting(
        input: """
          {"type":"client","id":"@anna","set":{"name":"Анна"}}
          {"type":"deal","id":"@deal","set":{"title":"Аренда","client":"@anna"}}
          {"type":"task","set":{"title":"позвонить"},"add":{"clients":["@anna"],"deals":["@deal"]}}
          """))
    #expect(outcome.status == 0, "\(outcome.error)")
    let ids = try #require(try outcome.json.first?["created"]?.texts)
    #expect(ids.count == 3)
    let task = try #require(try desk.run("show", ids[2], "--json").json.first)
    #expect(task["clients"]?.texts == [ids[0]])
    #expect(task["deals"]?.texts == [ids[1]])
    let deal = try #require(try desk.run("show", ids[1], "--json").json.first)
    #expect(deal["client_name"]?.text == "Анна")
    let wrong = desk.run(
      "apply", "-",
      with: Desk.Setting(input: "{\"type\":\"deal\",\"set\":{\"title\":\"А\",\"client\":\"@no\"}}"))
    #expect(wrong.status != 0)
    #expect(wrong.error.contains("@no"))
  }

  @Test func `an export holds the base and its digest is that of the lines`() throws {
    let desk = try Desk.founded()
    _ = try desk.id("add", "client", "name=Анна", "city=Тверь")
    let lines = try desk.run("export").json
    #expect(lines.contains { $0["set"]?["name"]?.text == "Анна" })
    #expect(lines.allSatisfy { $0["type"] != nil && $0["id"] != nil })
    let clients = try desk.run("export", "--type", "client").json
    #expect(clients.map { $0["type"]?.text } == ["client"])
    let path = desk.path("out.jsonl")
    let printed = desk.run("export").output
    #expect(desk.run("export", "--output", path).status == 0)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == printed)
    #expect(desk.run("export", "--output", path).status == 1)
    #expect(desk.run("export", "--output", path, "--yes").status == 0)
    #expect(desk.run("export", "--format", "table").status == 2)
  }

  @Test func `a table is exported for a spreadsheet`() throws {
    let desk = try Desk.founded()
    _ = try desk.id("add", "client", "name=Анна", "city=Тверь")
    let excel = desk.run("export", "--format", "excel", "--type", "client", "--lang", "ru").output
    #expect(excel.hasPrefix("\u{FEFF}"))
    #expect(excel.contains("Анна") && excel.contains(";") && excel.contains("\r\n"))
    let csv = desk.run("export", "--format", "csv", "--type", "client").output
    #expect(csv.contains("Анна"))
    #expect(desk.run("export", "--format", "sql").output.contains("Анна"))
    let path = desk.path("clients.xlsx")
    let sheet = desk.run("export", "--format", "excel", "--type", "client", "-o", path)
    #expect(sheet.status == 2 && sheet.error.contains("clients.csv"), "\(sheet.error)")
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `a table is imported, once`() throws {
    let desk = try Desk.founded()
    let path = desk.path("clients.csv")
    try Data("Имя;Телефон;Город\nАнна;8 (495) 234-61-87;Тверь\n;;Москва\n".utf8)
      .write(to: URL(fileURLWithPath: path))
    let digest = desk.run("digest").output
    let rehearsal = try #require(
      try desk.run("import", path, "--type", "client", "--dry-run", "--json").json.first)
    #expect(rehearsal["created"]?.number == 1)
    #expect(desk.run("digest").output == digest)
    #expect(!FileManager.default.fileExists(atPath: path + ".rejected.csv"))
    let outcome = desk.run("import", path, "--type", "client", "--json")
    #expect(outcome.status == 0, "\(outcome.error)")
    let report = try #require(try outcome.json.first)
    #expect(report["created"]?.number == 1)
    #expect(report["changed"]?.number == 0)
    #expect(report["unchanged"]?.number == 0)
    #expect(report["separator"]?.text == ";")
    #expect(report["encoding"]?.text == "UTF-8")
    let rejected = try #require(report["rejected"]?.elements)
    #expect(rejected.map { $0["line"]?.number } == [3])
    #expect(rejected.first?["reason"]?.text?.isEmpty == false)
    #expect(try String(contentsOfFile: path + ".rejected.csv", encoding: .utf8).contains("Москва"))
    let again = try #require(try desk.run("import", path, "--json").json.first)
    #expect(again["created"]?.number == 0)
    #expect(again["unchanged"]?.number == 1)
    let number = try #require(report["import"]?.number)
    #expect(desk.run("undo", "--import", String(number), "--yes").status == 0)
    #expect(desk.run("list", "clients", "-q").lines.isEmpty)
  }

  @Test func `what an import says fits on lines, without a terminal too`() throws {
    let desk = try Desk.founded()
    let path = desk.path("clients.csv")
    var table = "Имя;Менеджер;Комментарий\n"
    let long = String(repeating: "очень длинно ", count: 40)
    for number in 1...50 { table += "Клиент \(number);\(long);\(long)\(number)\n" }
    try Data(table.utf8).write(to: URL(fileURLWithPath: path))
    let outcome = desk.run("import", path, "--type", "client")
    #expect(outcome.status == 0)
    let lines = outcome.error.split(separator: "\n")
    #expect(lines.allSatisfy { $0.unicodeScalars.count <= 140 }, "\(outcome.error)")
    #expect(lines.filter { $0.contains("Менеджер") }.count == 2)
    #expect(lines.contains { $0.contains("2, 3, 4, 5, 6 and 45 more") }, "\(outcome.error)")
  }

  @Test func `a list says whom it lacks`() throws {
    let desk = try Desk.founded()
    #expect(desk.run("add", "client", "name=Анна", "opt_outs+=all").status == 0)
    #expect(desk.run("add", "client", "name=Борис").status == 0)
    let outcome = desk.run("export", "--format", "csv", "--type", "client")
    #expect(!outcome.output.contains("Анна") && outcome.output.contains("Борис"))
    #expect(outcome.error.contains("1 client left out"), "\(outcome.error)")
    let path = desk.path("list.csv")
    let saved = try desk.run(
      "export", "--format", "csv", "--type", "client", "--output", path, "--json"
    ).json.first
    #expect(saved?["records"]?.number == 1 && saved?["left_out"]?.number == 1)
  }

  @Test func `a mapping that cannot be is refused`() throws {
    let desk = try Desk.founded()
    let path = desk.path("clients.csv")
    try Data("Имя;Город\nАнна;Тверь\n".utf8).write(to: URL(fileURLWithPath: path))
    #expect(desk.run("import", path, "--map", "Нет=city").status == 2)
    #expect(desk.run("import", path, "--map", "Город").status == 2)
    #expect(desk.run("import", path, "--type", "nonsense").status == 2)
    #expect(desk.run("import", path, "--encoding", "nonsense").status == 2)
    #expect(desk.run("import", desk.path("none.csv")).status == 3)
    #expect(
      desk.run("import", path, "--map", "Город=-", "--map", "Имя=nickname", "--map", "Имя=name")
        .status == 0)
    #expect(try desk.run("list", "clients", "--json").json.first?["city"] == nil)
  }
}
