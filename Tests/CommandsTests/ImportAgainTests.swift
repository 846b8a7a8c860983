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
