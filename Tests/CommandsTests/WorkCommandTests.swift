import Bytes
import Testing

@Suite struct WorkCommandTests {
  @Test func `a call with a next step makes a task`() throws {
    let desk = try Desk.founded()
    let id = try desk.id("add", "client", "name=Ромашка")
    let outcome = desk.run(
      "log", "звонок", "Ромашка", "просили", "цену", "--outcome", "дозвонился", "--next",
      "отправить", "--due", "завтра", "--json")
    #expect(outcome.status == 0, "\(outcome.error)")
    let call = try #require(try outcome.json.first?["id"]?.text)
    let card = try #require(try desk.run("show", call, "--json").json.first)
    #expect(card["kind"]?.text == "call")
    #expect(card["text"]?.text == "просили цену")
    #expect(card["clients"]?.texts == [id])
    let tasks = try desk.run("task", "list", "--json").json
    #expect(tasks.first?["title"]?.text == "отправить")
    #expect(tasks.first?["due"]?.text?.hasPrefix("2026-11-23") == true)
  }

  @Test func `a task whose title begins with a client's number says how it is meant`() throws {
    let desk = try Desk.founded()
    let id = try desk.id("add", "client", "name=Ромашка")
    let outcome = desk.run("task", "add", id, "позвонить", "--lang", "ru")
    #expect(outcome.status == 0 && outcome.error.contains("--client \(id)"), "\(outcome)")
    for title in [["позвонить"], ["позвонить", id], ["99", "звонков"]] {
      #expect(!desk.run(["task", "add"] + title).error.contains("--client"), "\(title)")
    }
  }

  @Test func `a purchase has a sum in minor units`() throws {
    let desk = try Desk.founded()
    _ = try desk.id("add", "client", "name=Ромашка")
    let id = try desk.id(
      "log", "purchase", "Ромашка", "--amount", "12 500,50", "--at", "2026-05-01")
    let card = try #require(try desk.run("show", id, "--json").json.first)
    #expect(card["amount"]?.number == 1_250_050)
    #expect(card["at"]?.text?.hasPrefix("2026-05-01") == true)
    let client = try #require(try desk.run("show", "Ромашка", "--json").json.first)
    #expect(client["ltv"]?.number == 1_250_050)
    #expect(client["last_order"]?.text == "2026-05-01")
  }

  @Test func `an unknown kind of activity is a mistake with a suggestion`() throws {
    let desk = try Desk.founded()
    _ = try desk.id("add", "client", "name=Ромашка")
    let outcome = desk.run("log", "cal", "Ромашка")
    #expect(outcome.status == 2)
    #expect(outcome.error.contains("call"))
    #expect(desk.run("log", "call").status == 2)
    #expect(desk.run("log", "call", "Никто").status == 3)
  }

  @Test func `a deal goes through the pipeline`() throws {
    let desk = try Desk.founded()
    let client = try desk.id("add", "client", "name=Ромашка")
    let deal = try desk.id("deal", "add", "Ромашка", "Аренда офиса", "сумма=450000")
    var card = try #require(try desk.run("show", deal, "--json").json.first)
    #expect(card["client"]?.text == client)
    #expect(card["client_name"]?.text == "Ромашка")
    #expect(card["stage"]?.text == "Новый")
    #expect(card["amount"]?.number == 45_000_000)
    #expect(desk.run("deal", "move", deal, "показ").status == 0)
    card = try #require(try desk.run("show", deal, "--json").json.first)
    #expect(card["stage"]?.text == "Показ")
    let wrong = desk.run("deal", "move", deal, "Показы")
    #expect(wrong.status == 3)
    #expect(wrong.error.contains("Показ"))
    #expect(desk.run("deal", "list", "--json").lines.count == 1)
    #expect(desk.run("deal", "win", deal).status == 0)
    #expect(desk.run("deal", "list", "--json").lines.isEmpty)
    #expect(desk.run("deal", "list", "--all", "--json").lines.count == 1)
    card = try #require(try desk.run("show", deal, "--json").json.first)
    #expect(card["stage"]?.text == "Договор подписан")
    #expect(card["closed_at"]?.text?.isEmpty == false)
  }

  @Test func `a deal is lost for a reason`() throws {
    let desk = try Desk.founded()
    _ = try desk.id("add", "client", "name=Ромашка")
    let deal = try desk.id("deal", "add", "Ромашка")
    #expect(desk.run("deal", "lose", deal).status == 2)
    #expect(desk.run("deal", "lose", deal, "--reason", "дорого").status == 0)
    let card = try #require(try desk.run("show", deal, "--json").json.first)
    #expect(card["lost_reason"]?.text == "дорого")
    #expect(card["stage"]?.text == "Проигран")
  }

  @Test func `tasks are done, put off and given up`() throws {
    let desk = try Desk.founded()
    let ids = try ["а", "б", "в"].map {
      try desk.id("task", "add", "дело", $0, "--due", "2026-11-20", "--priority", "high")
    }
    #expect(desk.run("task", "done", ids[0], "получилось").status == 0)
    #expect(desk.run("task", "snooze", ids[1], "+3d").status == 0)
    #expect(desk.run("task", "cancel", ids[2]).status == 0)
    func card(_ id: String) throws -> JSONValue {
      try #require(try desk.run("show", id, "--json").json.first)
    }
    #expect(try card(ids[0])["state"]?.text == "done")
    #expect(try card(ids[0])["result"]?.text == "получилось")
    #expect(try card(ids[1])["due"]?.text == "2026-11-25")
    #expect(try card(ids[2])["state"]?.text == "cancelled")
    #expect(desk.run("task", "list", "-q").lines == [ids[1]])
    #expect(desk.run("task", "list", "--all", "-q").lines.count == 3)
    #expect(desk.run("task", "fly").status == 2)
    #expect(desk.run("task").status == 2)
  }

  @Test func `a task is put off from its own day, or from today`() throws {
    let desk = try Desk.founded()
    func due(_ task: String) throws -> String? {
      try #require(try desk.run("show", task, "--json").json.first)["due"]?.text
    }
    let later = try desk.id("task", "add", "потом", "--due", "2026-12-01")
    let timed = try desk.id("task", "add", "в час", "--due", "2026-12-01 13:00")
    let late = try desk.id("task", "add", "просрочено", "--due", "2026-11-02")
    let open = try desk.id("task", "add", "когда-нибудь")
    for task in [later, timed, late, open] {
      #expect(desk.run("task", "snooze", task, "+3d").status == 0)
    }
    #expect(try due(later) == "2026-12-04")
    #expect(try due(timed)?.hasPrefix("2026-12-04T") == true)
    #expect(try due(late) == "2026-11-25", "today is the 22nd")
    #expect(try due(open) == "2026-11-25")
    #expect(desk.run("task", "snooze", later, "завтра").status == 0)
    #expect(try due(later) == "2026-11-23")
  }

  @Test func `counts are cut by a limit, the greatest first`() throws {
    let desk = try Desk.founded()
    for city in ["Тверь", "Тверь", "Псков", "Омск", "Омск", "Омск"] {
      _ = try desk.id("add", "client", "name=Клиент", "city=\(city)")
    }
    let groups = try desk.run("list", "clients", "--by", "city", "--limit", "2", "--json").json
    #expect(groups.map { $0["value"]?.text } == ["Омск", "Тверь"])
    let table = desk.run("list", "clients", "--by", "city", "--limit", "2")
    #expect(table.lines.count == 3 && table.error.contains("1 more"), "\(table)")
  }

  @Test func `in Russian a segment is listed in Russian`() throws {
    let desk = try Desk.founded()
    let saved = desk.run(
      "segment", "save", "Должники", "--type", "client", "tag:vip", "last_order<2026-05-01")
    #expect(saved.status == 0, "\(saved.error)")
    let list = desk.run("segment", "list", "--lang", "ru")
    #expect(list.output.contains("теги=vip последний_заказ<2026-05-01"), "\(list.output)")
    #expect(list.output.contains("клиент") && !list.output.contains("client"), "\(list.output)")
    let card = desk.run("show", "Должники", "--lang", "ru")
    #expect(card.output.contains("последний_заказ<2026-05-01"), "\(card.output)")
    #expect(try desk.run("segment", "list", "--json").json.first?["entity"]?.text == "client")
  }

  @Test func `today lists what is due, on any day`() throws {
    let desk = try Desk.founded()
    let late = try desk.id("task", "add", "просрочено", "--due", "2026-11-20")
    let now = try desk.id("task", "add", "сегодня", "--due", "2026-11-22")
    let lines = try desk.run("today", "--json").json
    #expect(lines.map { $0["section"]?.text } == ["overdue", "today"])
    #expect(lines.map { $0["id"]?.text } == [late, now])
    let earlier = try desk.run("today", "--json", "--as-of", "2026-11-20").json
    #expect(earlier.map { $0["section"]?.text } == ["today"])
    #expect(desk.run("today", "--lang", "ru").output.contains("Просрочено"))
    #expect(desk.run("today", "--as-of", "когда-нибудь").status == 2)
  }

  @Test func `whose day it is may be said by a part of a name, as an owner is`() throws {
    let desk = try Desk.founded()
    #expect(desk.run("invite", "--for", "Борис Петров").status == 0)
    _ = try desk.id("task", "add", "Мария", "--due", "2026-11-22", "--owner", "Мария")
    let his = try desk.id("task", "add", "Борис", "--due", "2026-11-22", "--owner", "Борис")
    for name in ["Борис", "борис петров"] {
      let lines = try desk.run("today", "--owner", name, "--json").json
      #expect(lines.map { $0["id"]?.text } == [his], "\(name)")
    }
    #expect(desk.run("today", "--owner", "я", "--json").lines.count == 1)
    let nobody = desk.run("today", "--owner", "Вера")
    #expect(nobody.status == 3 && nobody.error.contains("Борис Петров"), "\(nobody.error)")
  }

  @Test func `a segment is a filter with a name`() throws {
    let desk = try Desk.founded()
    let anna = try desk.id("add", "client", "name=Анна", "tags+=vip", "city=Тверь")
    _ = try desk.id("add", "client", "name=Борис", "tags+=vip", "city=Москва")
    #expect(desk.run("segment", "save", "Важные", "--type", "client", "tag:vip").status == 0)
    #expect(try desk.run("segment", "list", "--json").json.first?["name"]?.text == "Важные")
    #expect(desk.run("list", "clients", "--segment", "важные", "-q").lines.count == 2)
    #expect(desk.run("list", "clients", "--segment", "важные", "city:Тверь", "-q").lines == [anna])
    let wrong = desk.run("list", "clients", "--segment", "Важны")
    #expect(wrong.status == 3)
    #expect(wrong.error.contains("Важные"))
    #expect(desk.run("segment", "save", "Плохой", "citi:x").status == 2)
    #expect(desk.run("segment", "remove", "Важные").status == 0)
    #expect(desk.run("segments", "--json").lines.isEmpty)
  }
}
