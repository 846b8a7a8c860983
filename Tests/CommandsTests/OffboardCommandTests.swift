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
}
