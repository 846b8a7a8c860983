import Bytes
import CRM
import Foundation
import Testing
import Wording

@Suite struct HistoryCommandTests {
  @Test func `the history of a record tells every value that a field has had`() throws {
    let desk = try Desk.founded()
    let id = try desk.id("add", "client", "name=Анна", "city=Москва", "tags+=vip")
    #expect(desk.run("set", id, "city=Тверь", "tags-=vip").status == 0)
    #expect(desk.run("delete", id).status == 0)
    #expect(desk.run("restore", id).status == 0)
    let entries = try desk.run("history", id, "--json").json
    #expect(entries.map { $0["does"]?.text } == ["add", "set", "delete", "restore"])
    #expect(entries.allSatisfy { $0["by"]?.text == "Мария" })
    let change = try #require(
      entries[1]["changes"]?.elements?.first { $0["field"]?.text == "city" })
    #expect(change["op"]?.text == "set")
    #expect(change["before"]?.text == "Москва")
    #expect(change["after"]?.text == "Тверь")
    let ops = entries.map { $0["changes"]?.elements?.first?["op"]?.text }
    #expect(ops == ["create", "set", "delete", "restore"])
    let text = desk.run("history", id, "--lang", "ru").output
    #expect(text.contains("Город: Москва → Тверь"))
  }

  @Test func `the history says in words what was done`() throws {
    let desk = try Desk.founded()
    let id = try desk.id("add", "client", "name=Анна")
    #expect(desk.run("set", id, "city=Тверь").status == 0)
    let record = desk.run("history", id, "--lang", "ru").lines
    #expect(record.filter { $0.hasSuffix("добавление") || $0.hasSuffix("изменение") }.count == 2)
    let log = desk.run("history", "--lang", "ru").lines
    #expect(log.contains { $0.contains("добавление") && $0.hasSuffix("1 клиент") }, "\(log)")
    #expect(!log.contains { $0.hasSuffix("add") || $0.hasSuffix("set") }, "\(log)")
  }

  /// Every purpose that the sources write is told in words of the reader's language.
  @Test func `no deed goes by the name of its command`() throws {
    var purposes: Set<String> = [
      "task done", "task cancel", "undo k7:3", "import a.csv", "undo merge",
    ]
    let folder = LayoutTests.root.appendingPathComponent("Sources/CRM")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    for case let file as URL in try #require(files) where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: #/purpose: "([^"]+)"/#) {
        purposes.insert(String(match.output.1).replacing(#"\(format)"#, with: "csv"))
      }
    }
    #expect(purposes.count > 25)
    for purpose in purposes {
      let words = Wording(.russian).deed(purpose)
      #expect(words.unicodeScalars.contains { (0x400...0x4FF).contains($0.value) }, "\(purpose)")
    }
    #expect(Wording(.russian).deed("deal move") == "сделка: смена этапа")
    #expect(Wording(.russian).deed("undo merge") == "отмена слияния")
    #expect(Wording(.russian).deed("undo import 3") == "отмена импорта 3")
    #expect(Wording(.english).deed("import a.csv") == "imported a.csv")
    #expect(
      Wording(.russian).deed("something of a later version") == "something of a later version")
  }

  @Test func `the history names members and records as a card does`() throws {
    let desk = try Desk.founded()
    let client = try desk.id("add", "client", "name=Анна", "phones+=8 903 236-55-44")
    let other = try desk.id("add", "client", "name=Борис")
    let member = Array(#"{"type":"member","name":"Пётр"}"#.utf8)
    let added = desk.run(
      "apply", "-", with: Desk.Setting(input: String(decoding: member, as: UTF8.self)))
    #expect(added.status == 0, "\(added.error)")
    #expect(desk.run("set", client, "owner=Пётр").status == 0)
    let deal = try desk.id("deal", "add", client, "Дом")
    #expect(desk.run("set", deal, "client=\(other)").status == 0)
    func change(_ id: String, _ field: String) throws -> JSONValue {
      let changes = try desk.run("history", id, "--json").json.compactMap {
        $0["changes"]?.elements
      }
      return try #require(changes.joined().last { $0["field"]?.text == field })
    }
    let owner = try change(client, "owner")
    #expect(owner["before"]?.text == "Мария" && owner["after"]?.text == "Пётр")
    #expect(try change(client, "phones")["after"]?.text == "+79032365544")
    let moved = try change(deal, "client")
    #expect(moved["before"]?.text == client && moved["before_name"]?.text == "Анна")
    #expect(moved["after"]?.text == other && moved["after_name"]?.text == "Борис")
  }

  @Test func `the history of the base lists batches, the newest first`() throws {
    let desk = try Desk.founded()
    _ = try desk.id("add", "client", "name=Анна")
    _ = try desk.id("add", "client", "name=Борис")
    let entries = try desk.run("history", "--json", "--limit", "2").json
    #expect(entries.count == 2)
    #expect(entries.first?["records"]?["client"]?.number == 1)
    #expect(try desk.run("history", "--json").json.last?["does"]?.text == "new")
  }

  @Test func `the base can be seen as it was on a day`() throws {
    let desk = try Desk.founded()
    let id = try desk.id("add", "client", "name=Анна", "city=Москва")
    let later = Desk.Setting(laterMillis: 86_400_000)
    #expect(desk.run("set", id, "city=Тверь", with: later).status == 0)
    #expect(desk.run("add", "client", "name=Борис", with: later).status == 0)
    let then = desk.run("show", id, "--at", "2026-11-22", "--json", with: later)
    #expect(try then.json.first?["city"]?.text == "Москва")
    #expect(desk.run("list", "clients", "--at", "вчера", "-q", with: later).lines == [id])
    #expect(desk.run("list", "clients", "--at", "сегодня", "-q", with: later).lines.count == 2)
    #expect(desk.run("list", "clients", "--at", "2020-01-01", "-q", with: later).lines.isEmpty)
    #expect(desk.run("list", "clients", "--at", "не дата", with: later).status == 2)
  }

  @Test func `what is held was never in the base, on no day that is looked back at`() throws {
    let two = try Two()
    let later = Desk.Setting(laterMillis: 3 * 86_400_000)
    two.pyotr("set", two.client, "city=Тверь")
    two.meet()
    two.pyotr("delete", two.client)
    two.pyotr("add", "client", "name=Тайный")
    #expect(two.maria(["seal", "Пётр", "--yes"], later).status == 0)
    let merged = two.maria(["merge", two.desk.path("pyotr/his.karto"), "--yes"], later)
    #expect(merged.status == 0)
    #expect(try two.maria(["held", "--json"], later).json.count == 2)
    func names(_ words: String...) throws -> [String?] {
      try two.maria(words + ["--at", "2026-11-23", "--json"], later).json.map {
        $0["name"]?.text
      }
    }
    #expect(try names("list", "clients") == ["Ромашка"])
    #expect(try names("trash").isEmpty)
    let card = try #require(
      try two.maria(["show", two.client, "--at", "2026-11-23", "--json"], later).json.first)
    #expect(card["city"]?.text == "Тверь", "what came before the seal stays")
  }

  @Test func `undo takes a change back and can be undone`() throws {
    let desk = try Desk.founded()
    let id = try desk.id("add", "client", "name=Анна", "city=Москва")
    #expect(desk.run("set", id, "city=Тверь").status == 0)
    let dot = try #require(try desk.run("history", "--json").json.first?["dot"]?.text)
    func city() throws -> String? {
      try desk.run("show", id, "--json").json.first?["city"]?.text
    }
    let rehearsal = desk.run("undo", dot, "--dry-run", "--json")
    #expect(try rehearsal.json.first?["dots"]?.elements?.isEmpty == true)
    #expect(try rehearsal.json.first?["reverted"]?.number == 1)
    #expect(try city() == "Тверь")
    let report = try #require(try desk.run("undo", dot, "--json").json.first)
    #expect(report["reverted"]?.number == 1)
    #expect(report["left"]?.elements?.isEmpty == true)
    #expect(report["dots"]?.elements?.count == 1)
    #expect(try city() == "Москва")
    let undo = try #require(report["dots"]?.texts?.first)
    #expect(desk.run("undo", undo).status == 0)
    #expect(try city() == "Тверь")
  }

  @Test func `undo leaves alone what was edited later, and says so`() throws {
    let desk = try Desk.founded()
    let id = try desk.id("add", "client", "name=Анна", "city=Москва")
    #expect(desk.run("set", id, "city=Тверь").status == 0)
    let dot = try #require(try desk.run("history", "--json").json.first?["dot"]?.text)
    #expect(desk.run("set", id, "city=Казань").status == 0)
    let outcome = desk.run("undo", dot, "--json")
    #expect(outcome.status == 4)
    let left = try #require(try outcome.json.first?["left"]?.elements?.first)
    #expect(left["id"]?.text == id)
    #expect(left["fields"]?.texts == ["city"])
    #expect(desk.run("undo", dot, "--lang", "ru").output.contains("оставлено"))
  }

  @Test func `commits go by number, by name and by range`() throws {
    let desk = try Desk.founded()
    let ids = try ["А", "Б", "В"].map { try desk.id("add", "client", "name=\($0)") }
    let first = try #require(ids.first?.prefix { $0 != "-" })
    let dots = try desk.run("history", "--json", "--limit", "3").json.compactMap { $0["dot"]?.text }
    #expect(desk.run("undo", String(first)).status == 0)
    #expect(desk.run("list", "clients", "-q").lines.count == 2)
    #expect(desk.run("undo", "\(dots[1])..\(dots[0])", "--yes").status == 0)
    #expect(desk.run("list", "clients", "-q").lines.isEmpty)
    #expect(desk.run("undo", "x:y").status == 2)
    #expect(desk.run("undo", "9999").status == 3)
    #expect(desk.run("undo").status == 2)
    #expect(desk.run("undo", "--import", "77").status == 3)
  }

  @Test func `a sound document passes the check, a damaged one does not`() throws {
    let desk = try Desk.founded()
    for number in 1...20 { _ = try desk.id("add", "client", "name=Клиент \(number)") }
    #expect(desk.run("check").status == 0)
    let report = try #require(try desk.run("check", "--json").json.first)
    #expect(report["sound"] == .bool(true))
    #expect(report["commits"]?.number == 21)
    let path = desk.path("base.karto")
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    for index in (bytes.count / 2)..<(bytes.count / 2 + 40) { bytes[index] ^= 0xFF }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let damaged = desk.run("check", "--lang", "ru")
    #expect(damaged.status == 5)
    #expect(damaged.error.contains("karto repair"))
    #expect(try desk.run("check", "--json").json.first?["sound"] == .bool(false))
    #expect(desk.run("add", "client", "name=x").status == 5)
    let saved = desk.path("saved.karto")
    let repair = desk.run("-f", path, "repair", saved, "--json")
    #expect(repair.status == 5 || repair.status == 0)
    #expect(desk.run("-f", saved, "list", "clients").status == 0)
    #expect(desk.run("-f", path, "repair", saved).status == 1)
  }

  @Test func `packing changes no digest`() throws {
    let desk = try Desk.founded()
    for number in 1...5 { _ = try desk.id("add", "client", "name=Клиент \(number)") }
    let digest = desk.run("digest").output
    #expect(digest.count == 65)
    let report = try #require(try desk.run("compact", "--json").json.first)
    #expect((report["bytes_after"]?.number ?? .max) < (report["bytes_before"]?.number ?? 0))
    #expect(desk.run("digest").output == digest)
    let object = try #require(try desk.run("digest", "--json").json.first)
    #expect(object["digest"]?.text.map { $0 + "\n" } == digest)
  }
}
