import Bytes
import Foundation
import Support
import Testing

/// One deletes a client, another who has not seen that works with it: SPEC [J-8].
@Suite struct DeletionConflictTests {
  /// What Пётр does with a client, and what he is told to have made.
  private static let works: [([String], String)] = [
    (["log", "call", "2", "Просили смету"], "Звонок"),
    (["log", "meeting", "2", "Подписали", "--next", "Счёт", "--due", "завтра"], "Встреча"),
    (["log", "purchase", "2", "--amount", "5000"], "Покупка"),
    (["add", "deal", "title=Ремонт", "client=2", "amount=99000"], "сделка"),
    (["task", "add", "Позвонить", "clients+=2"], "задача"),
    (["add", "link", "from=2", "to=Роза"], "связь"),
  ]

  @Test(arguments: works)
  func `a client that somebody works with meanwhile stays until it is settled`(
    words: [String], made: String
  ) throws {
    let two = try Two()
    _ = try two.desk.id("add", "client", "name=Роза")
    two.meet()
    #expect(two.maria("delete", two.client).status == 0)
    let worked = two.pyotr(
      words.map { word in
        ["2", "client=2", "from=2", "clients+=2"].contains(word)
          ? word.replacing("2", with: two.client) : word
      })
    #expect(worked.status == 0, "\(worked)")
    let preview = two.maria("merge", two.desk.path("pyotr/his.karto"), "--dry-run", "--json")
    #expect(try preview.json.first?["conflicts"]?.number == 1, "\(preview)")
    two.meet()
    for who in two.both {
      #expect(who(["list", "clients", "-q"]).lines.contains(two.client))
      let listed = try #require(try who(["conflicts", "--json"]).json.first)
      #expect(listed["id"]?.text == two.client && listed["field"]?.text == "deleted")
      let values = try #require(listed["values"]?.elements)
      #expect(values.map { $0["value"] } == [.bool(false), .bool(true)])
      #expect(values.map { $0["by"]?.text } == ["Пётр", "Мария"])
      #expect(values.allSatisfy { $0["at"]?.text?.isEmpty == false })
      #expect(values[0]["made"]?.elements?.isEmpty == false, "\(values)")
      let told = who(["conflicts", "--lang", "ru"]).output
      #expect(told.lowercased().contains(made.lowercased()), "\(told)")
      #expect(told.contains("удалено"), "\(told)")
    }
    // It is settled as one about an edit is.
    #expect(two.maria("resolve", two.client, "удаление", "удалить").status == 0)
    two.meet()
    #expect(try two.pyotr("conflicts", "--json").json.isEmpty)
    #expect(!two.pyotr("list", "clients", "-q").lines.contains(two.client))
    #expect(two.maria("undo", "--last", "--yes").status == 0)
    #expect(two.maria("list", "clients", "-q").lines.contains(two.client))
  }

  @Test func `a client that a table of deals names meanwhile stays until it is settled`() throws {
    let two = try Two()
    let table = two.desk.path("deals.csv")
    try Data("Сделка;Клиент;Сумма\nРемонт;Ромашка;5000\n".utf8)
      .write(to: URL(fileURLWithPath: table))
    two.maria("delete", two.client)
    let outcome = two.pyotr("import", table, "--type", "deal", "--yes", "--json")
    #expect(try outcome.json.first?["created"]?.number == 1, "\(outcome)")
    two.meet()
    for who in two.both {
      let listed = try #require(try who(["conflicts", "--json"]).json.first)
      #expect(listed["id"]?.text == two.client && listed["field"]?.text == "deleted")
      #expect(who(["list", "clients", "-q"]).lines == [two.client])
    }
    #expect(two.maria("resolve", two.client, "deleted", "delete").status == 0)
    two.meet()
    #expect(try two.conflictCount() == 0)
  }

  @Test func `a table for a base of one's own says nothing of clients`() throws {
    let desk = try Desk.founded()
    _ = try desk.id("add", "client", "name=Ромашка")
    let table = desk.path("deals.csv")
    try Data("Сделка;Клиент\nРемонт;Ромашка\n".utf8).write(to: URL(fileURLWithPath: table))
    #expect(desk.run("import", table, "--type", "deal", "--yes").status == 0)
    let entry = try #require(try desk.run("history", "--json").json.last)
    #expect(entry["records"]?["client"] == nil, "\(entry)")
  }

  @Test func `what was seen is no conflict, and is told where it is shown`() throws {
    let two = try Two()
    let deal = try two.desk.id("add", "deal", "title=Ремонт", "client=\(two.client)")
    two.meet()
    two.maria("delete", two.client)
    two.meet()
    #expect(try two.conflictCount() == 0)
    for words in [["show", deal], ["list", "deals"]] {
      let shown = two.pyotr(words + ["--lang", "ru"])
      #expect(shown.output.contains("Ромашка (в корзине)"), "\(shown)")
      let json = two.pyotr(words + ["--json"])
      #expect(try json.json.first?["client_name"]?.text == "Ромашка", "scripts get the name")
    }
    // Work with a client in the trash does not bring it back unasked.
    two.pyotr("task", "add", "Позвонить", "clients+=\(two.client)")
    #expect(!two.pyotr("list", "clients", "-q").lines.contains(two.client))
  }

  @Test func `a call settles no deletion, and is no change of the client`() throws {
    let two = try Two()
    two.maria("delete", two.client)
    two.pyotr("log", "call", two.client, "Раз")
    two.meet()
    two.pyotr("log", "call", two.client, "Два")
    two.meet()
    #expect(try two.conflictCount() == 1, "he has seen the deletion, and said nothing of it")
    let kept = two.maria("resolve", two.client, "deleted", "keep")
    #expect(kept.error.contains("kept: client 2"), "\(kept)")
    two.meet()
    #expect(try two.conflictCount() == 0)
    let history = try two.maria("history", two.client, "--json").json
      .compactMap { $0["does"]?.text }
    #expect(history.count { $0 == "log" } == 1, "the one that kept it: \(history)")
    let log = try two.maria("history", "--json").json.first { $0["does"]?.text == "log" }
    #expect(log?["records"]?["client"] == nil && log?["records"]?["activity"]?.number == 1)
  }

  @Test func `an undo of the call leaves the client as it is`() throws {
    let two = try Two()
    two.pyotr("log", "call", two.client, "Раз")
    two.maria("set", two.client, "city=Омск")
    two.meet()
    two.maria("delete", two.client)
    two.meet()
    let undone = try #require(try two.pyotr("undo", "--last", "--json").json.first)
    #expect(undone["reverted"]?.number == 1 && undone["left"]?.elements?.isEmpty == true)
  }

  @Test func `the conflict of the card that is named is settled, and no other`() throws {
    let two = try Two()
    let other = try two.desk.id("add", "client", "name=Ромашка-2", "city=Псков")
    let merged = two.maria("merge-cards", two.client, other, "--yes")
    #expect(merged.status == 0, "\(merged)")
    two.meet()
    // Deleted with both its cards by one, edited in both by the other.
    two.maria("delete", two.client)
    two.pyotr("set", two.client, "city=Омск")
    two.pyotr("set", other, "name=Роза")
    two.meet()
    func conflicts() throws -> [String] {
      try two.maria("conflicts", "--json").json.compactMap { $0["id"]?.text }
    }
    let before = try conflicts()
    #expect(before.count == 2, "\(before)")
    for (index, id) in before.reversed().enumerated() {
      // By the number, as people type it, and by the hint as it is printed.
      let parts = id.split(separator: "-", maxSplits: 1)
      let number = "\(parts[0])-\(parts[1].prefix(4))"
      let told = two.maria("conflicts", number, "--lang", "ru")
      #expect(told.status == 0 && told.error.contains("удаление оставить|удалить"), "\(told)")
      let settled = two.maria("resolve", number, "удаление", "удалить", "--lang", "ru")
      #expect(settled.status == 0, "\(settled)")
      #expect(try conflicts() == before.dropLast(index + 1), "\(settled)")
    }
    two.meet()
    #expect(two.pyotr("list", "clients", "-q").lines.isEmpty)
  }

  @Test func `what is settled already is said so`() throws {
    let two = try Two()
    for (state, words) in [("остаётся", "karto delete"), ("в корзине", "karto restore")] {
      let told = two.maria("resolve", two.client, "удаление", "оставить", "--lang", "ru")
      #expect(told.status == 3 && told.error.contains("спора об удалении этой записи нет"))
      #expect(told.error.contains(state) && told.error.contains(words), "\(told)")
      two.maria("delete", two.client)
    }
  }
}
