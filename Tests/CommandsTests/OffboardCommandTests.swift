import Bytes
import Platform
import Support
import Testing

/// What a hand-over leaves alone, and what it says of that.
@Suite struct OffboardCommandTests {
  private func handedOver(_ two: Two, _ words: String...) throws -> JSONValue {
    let outcome = two.maria(["offboard", "Пётр", "--to", "Мария", "--yes", "--json"] + words)
    #expect(outcome.status == 0, "\(outcome)")
    return try #require(try outcome.json.first)
  }

  @Test func `what people differ about stays open`() throws {
    let two = try Two()
    let disputed = two.client
    let plain = try two.desk.id("add", "client", "name=Роза", "owner=Пётр", "city=Омск")
    let owned = try two.desk.id("add", "client", "name=Лилия", "owner=Пётр")
    two.maria("set", disputed, "owner=Пётр")
    two.meet()
    two.pyotr("delete", disputed)
    two.maria("set", disputed, "city=Тула")
    two.pyotr("set", plain, "city=Тула")
    two.maria("set", plain, "city=Орёл")
    two.pyotr("set", owned, "owner=Пётр", "nickname=л")
    two.meet()
    #expect(try two.conflictCount() == 2)
    let preview = two.maria(
      ["offboard", "Пётр", "--to", "Мария", "--dry-run", "--lang", "ru"])
    #expect(preview.output.contains("остаётся за «Пётр»") && preview.output.contains("Ромашка"))
    let report = try handedOver(two)
    #expect(report["open"]?.texts == [disputed])
    #expect(try two.conflictCount() == 2, "nobody has decided anything")
    func owner(_ id: String) throws -> String? {
      try two.maria("show", id, "--json").json.first?["owner"]?.text
    }
    #expect(try owner(disputed) == "Пётр" && owner(plain) == "Мария" && owner(owned) == "Мария")
    // Settled, it passes the next time.
    #expect(two.maria("resolve", disputed, "deleted", "keep").status == 0)
    #expect(try handedOver(two)["open"]?.elements?.isEmpty == true)
    #expect(try owner(disputed) == "Мария")
  }

  @Test func `who lacks what the rule goes by is shared evenly, and words of both languages go`()
    throws
  {
    let two = try Two()
    for number in 0..<4 { _ = try two.desk.id("add", "client", "name=К\(number)", "owner=Пётр") }
    _ = try two.desk.id("add", "client", "name=Далёкий", "owner=Пётр", "region=Урал")
    for word in ["регион", "region"] {
      let told = two.maria(
        ["offboard", "Пётр", "--to", "Мария", "--by", word, "--dry-run", "--lang", "ru"])
      #expect(told.output.contains("без региона: 4 клиента"), "\(told)")
    }
    let wrong = two.maria(
      ["offboard", "Пётр", "--to", "Мария", "--by", "погода", "--dry-run", "--lang", "ru"])
    #expect(wrong.status == 2 && wrong.error.contains("регион"), "\(wrong)")
    let role = two.maria(["invite", "--for", "Олег", "--role", "бог", "--lang", "ru"])
    #expect(role.status == 2 && role.error.contains("администратор"), "\(role)")
    #expect(two.maria("invite", "--for", "Олег", "--role", "админ").status == 0)
    // Somebody much like a member may be the same person, and may not.
    let beside = two.maria(["invite", "--for", "Олег Панин", "--lang", "ru"])
    #expect(beside.status == 0)
    #expect(beside.error.contains("karto invite --withdraw 'Олег Панин'"), "\(beside)")
    let other = two.maria(["invite", "--for", "Олегов", "--lang", "ru"])
    #expect(!other.error.contains("--withdraw"), "\(other)")
  }

  @Test func `a page of a rehearsal says that it is one`() throws {
    let two = try Two()
    let page = two.desk.path("page.html")
    for (words, isRehearsal) in [(["--dry-run"], true), (["--yes"], false)] {
      let outcome = two.maria(
        ["offboard", "Пётр", "--to", "Мария", "--html", page, "--lang", "ru", "--yes"] + words)
      #expect(outcome.status == 0, "\(outcome)")
      let html = String(decoding: try Contents.read(page), as: UTF8.self)
      #expect(html.contains("<h1>Проба. ") == isRehearsal)
      #expect(html.contains("дела не переданы") == isRehearsal)
      #expect(html.contains("Передача дел: Пётр"))
    }
  }

  @Test func `a segment is its author's, and a condition that names a leaver is told`() throws {
    let two = try Two()
    two.pyotr("segment", "save", "мои", "--type", "client", "ответственный:Пётр")
    two.meet()
    let report = try handedOver(two)
    #expect(report["passed"]?.elements?.first?["segments"]?.number == 1)
    #expect(report["conditions"]?.texts == ["мои"])
  }

  @Test func `who was named in words before becoming a member is told, and bound`() throws {
    let two = try Two()
    for number in 0..<3 {
      _ = try two.desk.id("add", "client", "name=К\(number)", "owner=Семён Львов")
    }
    _ = try two.desk.id("add", "deal", "title=Дом", "client=К1", "owner=семён львов")
    let invited = two.maria(["invite", "--for", "Семён Львов", "--lang", "ru"])
    #expect(invited.error.contains("3 клиента, 1 сделка"), "\(invited)")
    #expect(invited.error.contains("karto members 'Семён Львов' --claim"), "\(invited)")
    let leaving = ["offboard", "Семён", "--to", "Мария", "--dry-run", "--json"]
    #expect(
      try two.maria(leaving).json.first?["named_in_text"]?["client"]?.number == 3)
    let rehearsal = two.maria("members", "Семён", "--claim", "--dry-run")
    #expect(rehearsal.status == 0 && rehearsal.error.contains("К1"))
    #expect(two.maria("members", "Семён", "--claim").status == 0)
    let report = try #require(try two.maria(leaving).json.first)
    #expect(report["clients"]?.number == 3 && report["deals"]?.number == 1)
    #expect(report["named_in_text"]?["client"] == nil)
    #expect(two.maria("members", "Семён", "--claim").error.contains("nothing names"))
    #expect(two.maria("undo", "--last", "--yes").status == 0)
    #expect(try two.maria(leaving).json.first?["clients"]?.number == 0)
  }

  @Test func `successors who have not joined yet are told`() throws {
    let two = try Two()
    two.maria("invite", "--for", "Олег")
    let words = ["offboard", "Пётр", "--dry-run", "--lang", "ru"]
    let told = two.maria(words + ["--to", "Олег,Мария"])
    #expect(told.status == 0 && told.output.contains("ещё не в базе"), "\(told)")
    #expect(told.output.contains("ничего не увидит: Олег"), "\(told)")
    #expect(!two.maria(words + ["--to", "Мария"]).output.contains("ещё не в базе"))
    let object = try #require(try two.maria(words + ["--to", "Олег", "--json"]).json.first)
    #expect(object["not_joined"]?.texts == ["Олег"])
  }

  @Test func `the report of somebody who has left already can be printed again`() throws {
    let two = try Two()
    _ = try two.desk.id("add", "client", "name=Роза", "owner=Пётр")
    two.pyotr("set", "Ромашка", "city=Тула")
    two.meet()
    _ = try handedOver(two)
    let page = two.desk.path("again.html")
    let words = ["offboard", "Пётр", "--to", "Мария", "--html", page, "--lang", "ru"]
    let outcome = two.maria(words)
    #expect(outcome.status == 0 && outcome.output.contains("больше не работает"), "\(outcome)")
    let html = String(decoding: try Contents.read(page), as: UTF8.self)
    #expect(html.contains("Передача дел: Пётр") && html.contains("Мария: 1 запись"), "\(html)")
    // What he did lately is told with the day from which on, and no dangling dash.
    #expect(html.contains("Что сделано за последнее время, с 08.11.2026</h2>"), "\(html)")
    let before = try Contents.read(page)
    let refused = two.maria(words)
    #expect(refused.status != 0 && refused.error.contains("уже"), "\(refused)")
    #expect(try Contents.read(page) == before, "nothing is written over")
  }

  @Test func `an owner is told that only the recovery key lets a leaver in again`() throws {
    let two = try Two()
    _ = try two.desk.id("add", "client", "name=Роза", "owner=Пётр")
    let dot = try #require(try handedOver(two)["commits"]?.texts?.first)
    let told = two.maria("undo", dot, "--dry-run", "--lang", "ru")
    #expect(told.error.contains("karto seal --void Пётр --recovery -"), "\(told)")
  }

  @Test func `clients of one's own base that was merged are bound to who works here`() throws {
    let two = try Two()
    let own = two.desk.path("own.karto")
    let home = Desk.Setting(variables: ["KARTO_HOME": two.desk.path("own-home")])
    func mine(_ words: String...) -> Desk.Outcome {
      two.desk.run(["-f", own] + words, with: home)
    }
    #expect(
      two.desk.run("new", own, "--name", "Личная", "--as", "Пётр", "--lang", "ru", with: home)
        .status == 0)
    #expect(mine("add", "client", "name=Астра").status == 0)
    #expect(mine("add", "client", "name=Ирис", "owner=").status == 0)
    let merged = two.maria("merge", own, "--yes", "--lang", "ru")
    #expect(merged.error.contains("karto members Пётр --claim"), "\(merged)")
    two.meet()
    let leaving = ["offboard", "Пётр", "--to", "Мария", "--dry-run", "--json"]
    let before = try #require(try two.maria(leaving).json.first)
    let named = try #require(before["named_in_text"]?["client"]?.number)
    #expect(named >= 1 && before["clients"]?.number == 0, "\(before)")
    #expect(two.pyotr("members", "Пётр", "--claim").status == 0)
    two.meet()
    #expect(try two.maria(leaving).json.first?["clients"]?.number == named)
    let card = try #require(try two.maria("show", "Астра", "--json").json.first)
    #expect(card["owner"]?.text == "Пётр")
  }

  @Test(arguments: ["alarm_deleted=-5", "alarm_changed=0", "alarm_share=-1"])
  func `a limit of alarms that makes no sense is refused`(change: String) throws {
    let two = try Two()
    let refused = two.maria("set", "workspace", change, "--lang", "ru")
    #expect(refused.status == 2 && refused.error.contains("меньше, чем 1"), "\(refused)")
    #expect(two.maria("set", "workspace", "alarm_deleted=1").status == 0)
  }
}
