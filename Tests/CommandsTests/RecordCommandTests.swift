import Bytes
import Foundation
import Support
import Testing

@Suite struct RecordCommandTests {
  @Test func `a new base gives its recovery key once and refuses to replace a file`() throws {
    let desk = try Desk()
    let path = desk.path("base.karto")
    let first = desk.run("new", path, "--name", "Ромашка", "--as", "Мария", "--json")
    #expect(first.status == 0)
    let object = try #require(try first.json.first)
    #expect(object["path"]?.text == path)
    #expect(object["recovery"]?.text?.hasPrefix("karto-recovery-") == true)
    #expect(object["workspace"]?.text?.isEmpty == false)
    let second = desk.run("new", path, "--name", "Ромашка", "--as", "Мария")
    #expect(second.status == 1)
    #expect(second.output.isEmpty)
    #expect(second.error.contains("already exists"))
  }

  @Test func `the first stages are in the language that was asked for`() throws {
    func stages(_ words: String...) throws -> [String?] {
      let desk = try Desk()
      #expect(
        desk.run(["new", desk.path("base.karto"), "--name", "Base", "--as", "Ann"] + words).status
          == 0)
      return try desk.run("list", "stages", "--json").json.map { $0["name"]?.text }
    }
    #expect(try stages("--lang", "en").first == "New")
    #expect(try stages("--lang", "ru").first == "Новый")
    // What happens to be set on one machine says nothing about those who will join.
    #expect(try stages().first == "Новый")
  }

  @Test func `a base can have another currency`() throws {
    let desk = try Desk()
    let path = desk.path("base.karto")
    #expect(
      desk.run("new", path, "--name", "A", "--as", "B", "--currency", "EUR").status == 0)
    let id = try desk.id("add", "deal", "title=Test", "amount=1.50")
    let object = try #require(try desk.run("show", id, "--json").json.first)
    #expect(object["amount"]?.number == 150)
    #expect(object["currency"]?.text == "EUR")
    #expect(desk.run("new", "x", "--name", "A", "--as", "B", "--currency", "nonsense").status == 2)
  }

  @Test func `the id of a new record stands alone on standard output`() throws {
    let desk = try Desk.founded()
    let outcome = desk.run(
      "add", "client", "name=ООО Ромашка", "phones+=+74952346187", "city=Москва", "tags+=vip")
    #expect(outcome.status == 0, "\(outcome.error)")
    let id = try #require(outcome.lines.first)
    #expect(outcome.output == "\(id)\n")
    let card = try #require(try desk.run("show", id, "--json").json.first)
    #expect(card["id"]?.text == id)
    #expect(card["type"]?.text == "client")
    #expect(card["name"]?.text == "ООО Ромашка")
    #expect(card["city"]?.text == "Москва")
    #expect(card["phones"]?.texts == ["+74952346187"])
    #expect(card["tags"]?.texts == ["vip"])
    let object = try #require(try desk.run("add", "client", "имя=Анна", "--json").json.first)
    #expect(object["id"]?.text?.isEmpty == false)
    #expect(object["outcome"]?.text == "created")
  }

  @Test func `fields go by names of either language, and elements by their keys`() throws {
    let desk = try Desk.founded()
    let id = try desk.id("add", "клиента", "имя=Анна", "телефоны+=8 (495) 234-61-87", "теги+=vip")
    let outcome = desk.run(
      "set", id, "город=Тверь", "phones-=+7 495 2346187", "phones+=89032365544", "tags+=x",
      "tags-=vip", "--json")
    #expect(outcome.status == 0, "\(outcome.error)")
    let card = try #require(try desk.run("show", "Анна", "--json").json.first)
    #expect(card["city"]?.text == "Тверь")
    #expect(card["phones"]?.texts == ["+79032365544"])
    #expect(card["tags"]?.texts == ["x"])
    #expect(desk.run("set", id, "city=").status == 0)
    #expect(try desk.run("show", id, "--json").json.first?["city"] == nil)
  }

  @Test func `a record is nobody's where that is said`() throws {
    let desk = try Desk.founded()
    let client = try desk.id("add", "client", "name=Роза", "owner=")
    let deal = try desk.id("add", "deal", "title=Ремонт", "client=\(client)", "owner=")
    let task = try desk.id("task", "add", "Позвонить", "assignee=")
    for (id, field) in [(client, "owner"), (deal, "owner"), (task, "assignee")] {
      let card = try #require(try desk.run("show", id, "--json").json.first)
      #expect(card[field] == nil && card["type"] != nil, "\(card)")
    }
    #expect(desk.run("add", "client", "name=").status == 2, "and none goes without a name")
    let line = #"{"type":"client","set":{"name":"Лилия","owner":null}}"#
    try Contents.write(line, to: desk.path("changes.jsonl"))
    #expect(desk.run("apply", desk.path("changes.jsonl")).status == 0)
    let lily = try #require(try desk.run("show", "Лилия", "--json").json.first)
    #expect(lily["owner"] == nil, "\(lily)")
  }

  @Test func `a mistyped field comes with a suggestion, and nothing is written`() throws {
    let desk = try Desk.founded()
    let id = try desk.id("add", "client", "name=Анна")
    let digest = desk.run("digest").output
    let outcome = desk.run("set", id, "citi=Тверь")
    #expect(outcome.status == 2)
    #expect(outcome.error.contains("did you mean city"))
    #expect(desk.run("set", id, "birthday=вчера или позже").status == 2)
    #expect(desk.run("set", id, "last_order=2026-01-01").status == 2)
    #expect(desk.run("set", id, "city+=Тверь").status == 2)
    #expect(desk.run("set", id, "Тверь").status == 2 || desk.run("set", id, "Тверь").status == 3)
    #expect(desk.run("add", "client", "city=Тверь").status == 2)
    #expect(desk.run("add", "cleint", "name=x").status == 2)
    #expect(desk.run("digest").output == digest)
  }

  @Test func `a rehearsal writes nothing`() throws {
    let desk = try Desk.founded()
    let id = try desk.id("add", "client", "name=Анна")
    let digest = desk.run("digest").output
    #expect(desk.run("add", "client", "name=Б", "--dry-run").output.isEmpty)
    #expect(desk.run("set", id, "city=Тверь", "--dry-run").status == 0)
    #expect(desk.run("delete", id, "--dry-run").status == 0)
    #expect(desk.run("digest").output == digest)
  }

  @Test func `lists take filters, order, columns and limits`() throws {
    let desk = try Desk.founded()
    for (name, city, tag) in [
      ("Анна", "Тверь", "vip"), ("Борис", "Москва", "vip"), ("Вера", "Тверь", "new"),
    ] {
      _ = try desk.id("add", "client", "name=\(name)", "city=\(city)", "tags+=\(tag)")
    }
    func names(_ words: String...) throws -> [String] {
      let outcome = desk.run(["list", "clients", "--json"] + words)
      #expect(outcome.status == 0, "\(outcome.error)")
      return try outcome.json.compactMap { $0["name"]?.text }
    }
    #expect(try names("город:Тверь", "--sort", "name") == ["Анна", "Вера"])
    #expect(try names("tag:vip", "-city:Тверь") == ["Борис"])
    #expect(try names("--sort", "-name", "--limit", "2") == ["Вера", "Борис"])
    #expect(try names("нет такого") == [])
    let csv = desk.run(
      "list", "clients", "--format", "csv", "--columns", "name,city", "--sort", "name",
      "-city:Москва")
    #expect(
      csv.lines.dropFirst().map { $0.split(separator: ",").dropFirst().joined(separator: ",") }
        == ["Анна,Тверь", "Вера,Тверь"])
    let ids = desk.run("list", "clients", "-q")
    #expect(ids.lines.count == 3 && ids.lines.allSatisfy { $0.contains("-") && !$0.contains(" ") })
    #expect(desk.run("list", "clients", "citi:Тверь").status == 2)
    #expect(desk.run("list", "clients", "--format", "sql").status == 2)
  }

  @Test func `records are counted by the values of a field`() throws {
    let desk = try Desk.founded()
    for city in ["Тверь", "Тверь", "Москва"] {
      _ = try desk.id("add", "client", "name=x", "city=\(city)")
    }
    let groups = try desk.run("list", "clients", "--by", "city", "--json").json
    #expect(groups.first?["value"]?.text == "Тверь")
    #expect(groups.map { $0["count"]?.number } == [2, 1])
    let owners = try desk.run("list", "clients", "--by", "ответственный", "--json").json
    #expect(owners.first?["name"]?.text == "Мария")
  }

  @Test func `counts are written as tables for other programs too`() throws {
    let desk = try Desk.founded()
    for city in ["Псков", "Псков", ""] {
      _ = try desk.id("add", "client", "name=Х", "city=\(city)")
    }
    let ru = ["list", "clients", "--by", "city", "--lang", "ru", "--format"]
    #expect(desk.run(ru + ["csv"]).lines == ["Город,Сколько", "Псков,2", ",1"])
    #expect(desk.run(ru + ["tsv"]).lines == ["Город\tСколько", "Псков\t2", "\t1"])
    #expect(desk.run(ru + ["excel"]).output.hasPrefix("\u{FEFF}Город;Сколько\r\n"))
    #expect(desk.run(ru + ["csv", "--limit", "1"]).lines.count == 2)
  }

  @Test func `a field of one's own goes by its label wherever it is named`() throws {
    let desk = try Desk.founded()
    _ = try desk.id("add", "field", "key=hobby", "label_ru=Хобби", "label_en=Hobby")
    let id = try desk.id("add", "client", "name=Анна")
    let told = desk.run("set", id, "хобби=рыбалка", "--lang", "ru")
    #expect(told.error == "изменено: клиент 2 «Анна»: Хобби\n" || told.error.contains(": Хобби"))
    #expect(desk.run("history", id, "--lang", "ru").output.contains("Хобби: пусто → рыбалка"))
    let undone = desk.run("undo", "--last", "--yes", "--lang", "ru")
    #expect(undone.output.contains("Хобби") && !undone.output.contains("custom."), "\(undone)")
    let wrong = desk.run("set", id, "хобби+=шахматы", "--lang", "ru")
    #expect(wrong.error.contains("«Хобби»"), "\(wrong.error)")
  }

  @Test func `имя is what the column of names shows`() throws {
    let desk = try Desk.founded()
    let id = try desk.id("add", "client", "имя=Тест Тестов")
    #expect(desk.run("set", id, "имя=Вера Фёдорова").status == 0)
    #expect(try desk.run("show", id, "--json").json.first?["name"]?.text == "Вера Фёдорова")
    #expect(desk.run("list", "clients", "имя:Фёдорова", "-q").lines == [id])
    let csv = ["list", "clients", "--format", "csv", "--lang", "ru", "--columns", "имя"]
    #expect(desk.run(csv).lines == ["id,Имя / Название", "\(id),Вера Фёдорова"])
    #expect(desk.run("set", id, "личное_имя=Вера").status == 0)
    #expect(try desk.run("show", id, "--json").json.first?["given_name"]?.text == "Вера")
  }

  @Test func `the column id is that of the record`() throws {
    let desk = try Desk.founded()
    let id = try desk.id("add", "client", "name=Анна", "external_ids+=77")
    let csv = ["list", "clients", "--format", "csv", "--lang", "ru", "--columns"]
    #expect(desk.run(csv + ["id"]).lines == ["id", id])
    #expect(desk.run(csv + ["ID, name"]).lines == ["id,Имя / Название", "\(id),Анна"])
    #expect(desk.run(csv + ["external_ids"]).lines == ["id,Внешние номера", "\(id),77"])
  }

  @Test func `of the base itself there is one, which needs no number`() throws {
    let desk = try Desk.founded()
    let written = desk.run("set", "workspace", "currency=USD", "--lang", "ru")
    #expect(written.error == "изменено: база «База»: Валюта\n", "\(written.error)")
    let shown = desk.run("show", "workspace", "--lang", "ru")
    #expect(shown.lines.first == "База  база", "\(shown.output)")
  }

  @Test func `a table is cut to the terminal, a pipe gets everything`() throws {
    let desk = try Desk.founded()
    let name = String(repeating: "Длинное название ", count: 10)
    let id = try desk.id("add", "client", "name=\(name)")
    let piped = desk.run("list", "clients", "--lang", "ru")
    #expect(piped.output.contains(name.trimmingSuffix(while: { $0 == " " })))
    #expect(piped.output.contains(id))
    let shown = desk.run(
      "list", "clients",
      with: Desk.Setting(variables: ["NO_COLOR": "1"], isTerminal: true, width: 60))
    #expect(shown.lines.allSatisfy { $0.count <= 60 })
    #expect(!shown.output.contains(id) && !shown.output.contains("\u{1B}"))
    let colourful = desk.run("list", "clients", with: Desk.Setting(isTerminal: true, width: 60))
    #expect(colourful.output.contains("\u{1B}"))
  }

  @Test func `a search ranks what it finds`() throws {
    let desk = try Desk.founded()
    let first = try desk.id("add", "client", "name=Ромашка", "phones+=+74952346187")
    _ = try desk.id("add", "client", "name=Поле", "comment=рядом с ромашка")
    let found = try desk.run("find", "ромашка", "--json").json
    #expect(found.count == 2)
    #expect(found.first?["id"]?.text == first)
    let scores = found.compactMap { $0["score"]?.number }
    #expect(scores == scores.sorted(by: >) && scores.count == 2)
    #expect(try desk.run("find", "61-87", "--json").json.first?["id"]?.text == first)
    #expect(desk.run("find", "ничего").status == 3)
  }

  @Test func `deleted records wait in the trash`() throws {
    let desk = try Desk.founded()
    let ids = try ["Анна", "Борис"].map { try desk.id("add", "client", "name=\($0)") }
    let refused = desk.run(["delete"] + ids)
    #expect(refused.status == 2)
    #expect(refused.error.contains("--yes"))
    let deleted = desk.run(["delete"] + ids + ["--yes"])
    #expect(deleted.status == 0)
    #expect(deleted.error.contains("karto restore"))
    #expect(desk.run("list", "clients", "--json").output.isEmpty)
    #expect(try desk.run("trash", "--json").json.count == 2)
    #expect(try desk.run("list", "clients", "--trash", "--json").json.count == 2)
    #expect(desk.run("set", ids[0], "city=Тверь").status == 3)
    #expect(desk.run("restore", ids[0]).status == 0)
    #expect(try desk.run("list", "clients", "--json").json.first?["name"]?.text == "Анна")
  }

  @Test func `several records are deleted after a yes, and one without a question`() throws {
    let desk = try Desk.founded()
    let ids = try ["А", "Б", "В"].map { try desk.id("add", "client", "name=\($0)") }
    let no = desk.run(
      ["delete", ids[0], ids[1]], with: Desk.Setting(answers: ["n"], isTerminal: true))
    #expect(no.status == 1)
    let yes = desk.run(
      ["delete", ids[0], ids[1]], with: Desk.Setting(answers: ["да"], isTerminal: true))
    #expect(yes.status == 0)
    #expect(desk.run("delete", ids[2]).status == 0)
  }

  @Test func `names and short numbers lead to records`() throws {
    let desk = try Desk.founded()
    let id = try desk.id("add", "client", "name=ООО «Ромашка»")
    _ = try desk.id("add", "client", "name=Анна")
    _ = try desk.id("add", "client", "name=анна")
    for word in [id, String(id.prefix { $0 != "-" }), "ромашка", "ООО Ромашка"] {
      #expect(try desk.run("show", word, "--json").json.first?["id"]?.text == id, "\(word)")
    }
    #expect(desk.run("show", "Анна").status == 4)
    #expect(desk.run("show", "Никто").status == 3)
    #expect(desk.run("show", "999").status == 3)
  }

  @Test func `a card shows deals, tasks and what happened`() throws {
    let desk = try Desk.founded()
    let id = try desk.id("add", "client", "name=Ромашка", "phones+=84952346187")
    _ = try desk.id("deal", "add", id, "Аренда", "amount=450000")
    _ = try desk.id("task", "add", "позвонить", "--client", id, "--due", "2026-11-25")
    _ = try desk.id("log", "call", id, "просили", "цену")
    let card = desk.run("show", id, "--lang", "ru").output
    for text in [
      "Ромашка", "8 (495) 234-61-87", "Аренда", "450\u{A0}000\u{A0}₽", "позвонить", "25.11.2026",
      "просили цену",
    ] {
      #expect(card.contains(text), "\(text)")
    }
  }

  @Test func `the document is the one named, else the only one`() throws {
    let desk = try Desk.founded()
    let path = desk.path("base.karto")
    let digest = desk.run("digest").output
    #expect(desk.run("-f", path, "digest").output == digest)
    #expect(
      desk.run("digest", with: Desk.Setting(variables: ["KARTO_FILE": path])).output == digest)
    #expect(desk.run("-f", desk.path("none.karto"), "digest").status == 3)
    desk.run("new", desk.path("two.karto"), "--name", "B", "--as", "B")
    let several = desk.run("digest")
    #expect(several.status == 2)
    #expect(several.error.contains("base.karto") && several.error.contains("two.karto"))
    let empty = try Desk()
    #expect(empty.run("list", "clients").status == 2)
  }

  @Test func `a pipe is no base, and nobody waits for its other end`() throws {
    let desk = try Desk.founded()
    let pipe = desk.path("pipe.karto")
    #expect(mkfifo(pipe, 0o600) == 0)
    // Held open, so that opening it once more would not wait.
    let held = open(pipe, O_RDWR)
    defer { close(held) }
    let base = desk.path("base.karto")
    for words in [["merge", pipe, "--yes", "-f", base], ["list", "clients", "-f", pipe]] {
      let refused = desk.run(words + ["--lang", "ru"])
      #expect(refused.status == 5 && refused.error.contains("не документ"), "\(refused)")
    }
  }

  @Test func `a machine without the key may read and not write`() throws {
    let desk = try Desk.founded()
    let elsewhere = Desk.Setting(variables: ["KARTO_HOME": desk.path("other")])
    #expect(desk.run("list", "clients", with: elsewhere).status == 0)
    let refused = desk.run("add", "client", "name=x", with: elsewhere)
    #expect(refused.status == 5)
    #expect(refused.error.contains("karto invite"))
  }
}

extension String {
  fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
    var text = self
    while let last = text.last, predicate(last) { text.removeLast() }
    return text
  }
}
