import Bytes
import Foundation
import Support
import Testing

/// Importing once more what was imported before.
@Suite struct ImportAgainTests {
  private let desk: Desk

  init() throws { desk = try Desk.founded() }

  /// Imports a table of clients and tells the counts that are not zero.
  private func counts(_ table: String, _ words: String...) throws -> [String: Int] {
    let path = desk.path("clients.csv")
    try Data(table.utf8).write(to: URL(fileURLWithPath: path))
    let outcome = desk.run(["import", path, "--type", "client", "--yes", "--json"] + words)
    #expect(outcome.status == 0, "\(outcome.error)")
    let report = try #require(try outcome.json.first)
    return ["created", "changed", "unchanged", "in_trash", "kept"].reduce(into: [:]) {
      if let count = report[$1]?.number, count > 0 { $0[$1] = Int(count) }
    }
  }

  private func cities() throws -> [String?] {
    try desk.run("list", "clients", "--sort", "name", "--json").json.map { $0["city"]?.text }
  }

  @Test(arguments: [
    "ID;Название;Город\n7;Астра;Омск\n8;Роза;Тула\n", "Название;Город\nАстра;Омск\nРоза;Тула\n",
  ])
  func `an import that was undone is made again, with other values too`(_ table: String) throws {
    #expect(try counts(table) == ["created": 2])
    #expect(desk.run("undo", "--last", "--yes").status == 0)
    #expect(try counts(table) == ["created": 2])
    #expect(try cities() == ["Омск", "Тула"])
    #expect(try counts(table) == ["unchanged": 2], "and no third time")
    #expect(desk.run("undo", "--last", "--yes").status == 0)
    #expect(try counts(table.replacing("Тула", with: "Уфа")) == ["created": 2])
    #expect(try cities() == ["Омск", "Уфа"])
  }

  @Test func `what was done since with the clients of an import is told of when it is undone`()
    throws
  {
    #expect(try counts("Название;Город\nАстра;Омск\nРоза;Тула\n") == ["created": 2])
    #expect(desk.run("log", "call", "Астра", "Перезвонить", "--next", "Счёт").status == 0)
    let number = try #require(
      try desk.run("history", "--json").json.first {
        $0["does"]?.text?.hasPrefix("import") ?? false
      }?[
        "dot"]?.text?.split(separator: ":").last)
    let words = ["undo", "--import", String(number), "--yes", "--lang", "ru"]
    let told = desk.run(words + ["--dry-run"])
    #expect(told.error.contains("хотя клиенты в корзине: 1 "), "\(told)")
    let undone = try #require(try desk.run(words + ["--json"]).json.first)
    #expect(undone["left_behind"]?["activity"]?.number == 1, "\(undone)")
    #expect(undone["left_behind"]?["client"] == nil && undone["left_behind"]?["deal"] == nil)
  }

  @Test func `what an undone import had changed is changed again`() throws {
    let table = "ID;Название;Город\n7;Астра;Омск\n"
    #expect(try counts(table) == ["created": 1])
    let other = table.replacing("Омск", with: "Уфа")
    #expect(try counts(other) == ["changed": 1])
    #expect(desk.run("undo", "--last", "--yes").status == 0)
    #expect(try cities() == ["Омск"])
    #expect(try counts(other) == ["changed": 1])
    #expect(try cities() == ["Уфа"])
    // By hand it is another thing: somebody knows better than the file.
    let id = try #require(desk.run("list", "clients", "-q").lines.first)
    #expect(desk.run("set", id, "city=Псков").status == 0)
    #expect(try counts(other) == ["unchanged": 1, "kept": 1])
    #expect(try cities() == ["Псков"])
  }

  @Test func `what people have made of a value stays, though the file says something new`() throws {
    let table = "ID;Название;Город;ИНН\n7;Астра;Омск;\n"
    #expect(try counts(table) == ["created": 1])
    let id = try #require(desk.run("list", "clients", "-q").lines.first)
    #expect(desk.run("set", id, "city=Псков", "inn=7707083893").status == 0)
    let news = "ID;Название;Город;ИНН\n7;Астра;Уфа;500100732259\n"
    let first = try counts(news)
    #expect(first == ["unchanged": 1, "kept": 2], "\(first)")
    #expect(try cities() == ["Псков"])
    // What nobody has touched is as in the file, and the importer may give it the last word.
    #expect(try counts(news.replacing("Астра", with: "Астра плюс")) == ["changed": 1, "kept": 2])
    #expect(try counts(news, "--duplicates", "replace") == ["changed": 1])
    #expect(try cities() == ["Уфа"])
    #expect(try counts(news.replacing("Уфа", with: "Тула")) == ["changed": 1])
  }

  @Test func `a sum that people have changed keeps its currency`() throws {
    let path = desk.path("deals.csv")
    func load(_ table: String) throws -> JSONValue {
      try Data(table.utf8).write(to: URL(fileURLWithPath: path))
      let outcome = desk.run("import", path, "--type", "deal", "--yes", "--json")
      return try #require(try outcome.json.first, "\(outcome)")
    }
    let table = "ID;Сделка;Клиент;Сумма;Валюта\n1;Ремонт;Роза;500;RUB\n"
    #expect(try load(table)["created"]?.number == 1)
    let id = try #require(desk.run("list", "deals", "-q").lines.first)
    #expect(desk.run("set", id, "amount=700").status == 0)
    #expect(try load(table.replacing("500;RUB", with: "20;USD"))["changed"]?.number == 0)
    let deal = try #require(try desk.run("show", id, "--json").json.first)
    #expect(deal["amount"]?.number == 70000 && deal["currency"]?.text == "RUB", "\(deal)")
  }

  @Test func `rejected rows are written over nothing that matters`() throws {
    let path = desk.path("clients.csv")
    let table = "Название;Телефон\nАстра;8 495 234-61-87\n;5\n"
    try Data(table.utf8).write(to: URL(fileURLWithPath: path))
    let base = try Contents.read(desk.path("base.karto"))
    func refused(_ words: String...) -> Bool {
      desk.run(["import", path, "--type", "client"] + words).status != 0
    }
    #expect(refused("--yes", "--rejected", path))
    #expect(refused("--yes", "--rejected", desk.path("base.karto")))
    try Contents.write("mine", to: desk.path("notes.txt"))
    #expect(refused("--rejected", desk.path("notes.txt")))
    let export = desk.run("export", "--format", "csv", "-o", desk.path("base.karto"), "--yes")
    #expect(export.status == 2)
    #expect(try Contents.read(path) == Array(table.utf8))
    #expect(try Contents.read(desk.path("base.karto")) == base, "and nothing was imported")
    #expect(!refused("--yes", "--rejected", desk.path("notes.txt")))
    #expect(try String(contentsOfFile: desk.path("notes.txt"), encoding: .utf8).contains(";5"))
  }

  @Test func `what somebody has put into the trash stays there, also where an import was undone`()
    throws
  {
    let table = "ID;Название;Город\n7;Астра;Омск\n8;Роза;Тула\n"
    #expect(try counts(table) == ["created": 2])
    #expect(desk.run("undo", "--last", "--yes").status == 0)
    #expect(try counts(table) == ["created": 2])
    #expect(desk.run("delete", "Астра", "--yes").status == 0)
    #expect(try counts(table) == ["unchanged": 2, "in_trash": 1])
    #expect(try cities() == ["Тула"])
  }

  @Test func `an undo that is undone gives the import back, and no row is there twice`() throws {
    let table = "ID;Название;Город\n7;Астра;Омск\n"
    #expect(try counts(table) == ["created": 1])
    let undone = try #require(try desk.run("undo", "--last", "--yes", "--json").json.first)
    let dot = try #require(undone["dots"]?.elements?.first?.text)
    #expect(desk.run("undo", dot, "--yes").status == 0)
    #expect(try counts(table) == ["unchanged": 1])
    #expect(try cities() == ["Омск"])
  }
}
