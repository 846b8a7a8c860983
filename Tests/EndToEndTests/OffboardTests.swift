import Support
import Testing

/// Hand-overs on real processes: SPEC [P-5], [P-6], [P-7], [P-9], [P-10].
@Suite struct OffboardTests {
  private static let now = "2026-11-27T12:00:00Z"

  /// Анна, an owner; Иван with clients, deals and tasks; Мария and Пётр.
  private struct Office {
    let company: Company
    let ivan: Karto
    let maria: Karto
    let petr: Karto
    var anna: Karto { company.anna }

    init() throws {
      company = try Company()
      ivan = try company.machine("Иван")
      maria = try company.machine("Мария")
      petr = try company.machine("Пётр")
      try Company.meet([company.anna, ivan, maria, petr])
      var lines: [String] = []
      for number in 0..<12 {
        let city = ["Псков", "Тверь", "Омск"][number % 3]
        lines.append(
          #"{"type":"client","id":"@c\#(number)","set":{"name":"Клиент \#(number)","#
            + #""city":"\#(city)","owner":"Иван"}}"#)
      }
      lines += [
        #"{"type":"deal","id":"@open","set":{"title":"Дом","client":"@c0","owner":"Иван","#
          + #""amount":90000000,"currency":"RUB"}}"#,
        #"{"type":"deal","id":"@won","set":{"title":"Дача","client":"@c1","owner":"Иван","#
          + #""stage":"Договор подписан","amount":10000000,"currency":"RUB"}}"#,
        #"{"type":"task","set":{"title":"Обещал смету","assignee":"Иван","due":"2026-12-01"},"#
          + #""add":{"clients":["@c0"]}}"#,
        #"{"type":"task","set":{"title":"Старое","assignee":"Иван","state":"done"}}"#,
        #"{"type":"segment","set":{"name":"Мои","filter":"city:Псков","owner":"Иван"}}"#,
        #"{"type":"member","set":{"name":"Стажёр","head":"Иван"}}"#,
      ]
      try company.anna.apply(lines)
      try Company.meet([company.anna, ivan, maria, petr])
    }

    func offboard(_ words: String...) throws -> JSON {
      let ending = try anna.run(
        ["offboard"] + words + ["--yes", "--json"], with: ["KARTO_NOW": OffboardTests.now])
      return try #require(try anna.objects(of: ending).first, "\(ending)")
    }

    func owners(_ machine: Karto? = nil) throws -> [String?] {
      try (machine ?? anna).objects("list", "clients", "--columns", "name,owner").map {
        $0["owner"]?.text
      }
    }
  }

  @Test func `everything that he answered for passes in one batch, and he is out`() throws {
    let office = try Office()
    try office.ivan.must("set", "Клиент 9", "comment=Звонил")
    try Company.pass(office.ivan, to: office.anna)
    let before = try office.anna.objects("history").count
    let rehearsed = try office.anna.run(["offboard", "Иван", "--to", "Мария", "--dry-run"])
    #expect(rehearsed.status == 0 && rehearsed.text.contains("12 clients"), "\(rehearsed)")
    #expect(try office.anna("offboard", "Иван", "--to", "Мария").status == 2, "nobody said yes")
    #expect(try office.anna.objects("history").count == before)

    let page = office.anna.folder.path("report.html")
    let report = try office.offboard("Иван", "--to", "Мария", "--html", page)
    #expect(report["clients"]?.integer == 12 && report["deals"]?.integer == 1)
    #expect(report["tasks"]?.integer == 1)
    // What was promised is told with the client to whom it was.
    let promises = (report["records"]?.elements ?? []).filter {
      ["deal", "task"].contains($0["type"]?.text) && $0["name"]?.text != "Клиент 0"
    }
    #expect(promises.count == 2, "\(report)")
    #expect(promises.allSatisfy { $0["clients"] == .list([.text("Клиент 0")]) }, "\(promises)")
    let passed = try #require(report["passed"]?.elements.first)
    #expect(passed["to"]?.text == "Мария" && passed["clients"]?.integer == 12)
    #expect(report["sealed"]?.elements.count == 1)
    #expect(try office.anna.objects("history").count == before + 1, "one batch")
    #expect(try Set(office.owners()) == ["Мария"])
    let deals = try office.anna.objects("list", "deals", "--columns", "title,owner")
    #expect(deals.first { $0["title"]?.text == "Дом" }?["owner"]?.text == "Мария")
    #expect(deals.first { $0["title"]?.text == "Дача" }?["owner"]?.text == "Иван", "he sold it")
    let tasks = try office.anna.objects("list", "tasks", "--columns", "title,assignee,cause")
    #expect(tasks.first { $0["title"]?.text == "Обещал смету" }?["assignee"]?.text == "Мария")
    #expect(tasks.first { $0["title"]?.text == "Старое" }?["assignee"]?.text == "Иван")
    // The two clients that are worth anything, the more valuable first, up to 80 % before.
    #expect(
      tasks.compactMap { $0["title"]?.text }.filter { $0.hasPrefix("First call") }
        == ["First call: Клиент 0"])
    let segments = try office.anna.objects("list", "segments", "--columns", "name,owner")
    #expect(segments.first?["owner"]?.text == "Мария")
    let members = try office.anna.objects("list", "members", "--columns", "name,head,state")
    #expect(members.first { $0["name"]?.text == "Стажёр" }?["head"]?.text == "Мария")

    // His machine learns of it, and what it wrote meanwhile is held everywhere.
    _ = try office.ivan.addClient("Поздний")
    try Company.meet([office.anna, office.ivan, office.maria, office.petr])
    #expect(try office.anna.digest() == office.ivan.digest())
    #expect(try !office.anna.clientNames().contains("Поздний"))
    #expect(try office.ivan("add", "client", "name=Ещё").status == 5)

    let html = String(decoding: try Contents.read(page), as: UTF8.self)
    #expect(html.contains("<h1>Hand-over: Иван</h1>") && html.contains("Клиент 11"))
    #expect(html.contains("<td>Обещал смету</td><td>Клиент 0</td>"))
    #expect(html.contains("karto undo --by Иван --since 2026-11-13"))
    #expect(!html.contains("src=") && !html.contains("href="), "needs nothing else")

    // A second time finds nothing, and seals nobody again.
    let again = try office.offboard("Иван", "--to", "Мария")
    #expect(again["clients"]?.integer == 0 && again["sealed"]?.elements.isEmpty == true)
  }

  @Test func `several share by rule, and what belongs to a client goes with it`() throws {
    for rule in ["round-robin", "city", "value"] {
      let office = try Office()
      let report = try office.offboard("Иван", "--to", "Мария,Пётр", "--by", rule)
      let shares = report["passed"]?.elements.compactMap { $0["clients"]?.integer } ?? []
      #expect(shares.reduce(0, +) == 12, "\(rule): \(shares)")
      let clients = try office.anna.objects("list", "clients", "--columns", "name,city,owner")
      #expect(Set(clients.compactMap { $0["owner"]?.text }) == ["Мария", "Пётр"], "\(rule)")
      switch rule {
      case "city":
        for city in ["Псков", "Тверь", "Омск"] {
          let owners = clients.filter { $0["city"]?.text == city }.compactMap { $0["owner"]?.text }
          #expect(Set(owners).count == 1, "\(city)")
        }
        #expect(shares.sorted() == [4, 8])
      case "value": #expect(shares.sorted() == [6, 6] || shares.sorted() == [5, 7])
      default: #expect(shares == [6, 6])
      }
      let owner = clients.first { $0["name"]?.text == "Клиент 0" }?["owner"]?.text
      let deal = try office.anna.objects("list", "deals", "--columns", "title,owner")
        .first { $0["title"]?.text == "Дом" }
      #expect(deal?["owner"]?.text == owner, "\(rule)")
      let task = try office.anna.objects("list", "tasks", "--columns", "title,assignee")
        .first { $0["title"]?.text == "Обещал смету" }
      #expect(task?["assignee"]?.text == owner, "\(rule)")
    }
  }

  @Test(arguments: ["tag", "region", "stage"])
  func `what has one tag, region or stage goes to one person`(rule: String) throws {
    let office = try Office()
    for number in 0..<12 {
      let group = number % 3
      try office.anna.must("set", "Клиент \(number)", "tags+=т\(group)", "region=Р\(group)")
    }
    let report = try office.offboard("Иван", "--to", "Мария,Пётр", "--by", rule)
    let shares = report["passed"]?.elements.compactMap { $0["clients"]?.integer } ?? []
    // One client alone has an open deal, and so a stage; the others have nothing in common.
    #expect(shares.sorted() == (rule == "stage" ? [6, 6] : [4, 8]), "\(shares)")
    #expect(report["unsorted"]?.integer == (rule == "stage" ? 11 : 0))
    let clients = try office.anna.objects("list", "clients", "--columns", "name,owner")
    for group in 0..<(rule == "stage" ? 0 : 3) {
      let owners = clients.filter { client in
        stride(from: group, to: 12, by: 3).contains { client["name"]?.text == "Клиент \($0)" }
      }.compactMap { $0["owner"]?.text }
      #expect(owners.count == 4 && Set(owners).count == 1, "\(group): \(owners)")
    }
  }

  @Test func `who may not is told so`() throws {
    let office = try Office()
    let before = try Contents.read(office.anna.base)
    for (machine, words, status) in [
      (office.maria, ["Иван", "--to", "Мария"], Int32(5)),
      (office.anna, ["Анна", "--to", "Мария"], 5), (office.anna, ["Иван", "--to", "Иван"], 2),
      (office.anna, ["Иван"], 2), (office.anna, ["Никто", "--to", "Мария"], 3),
      (office.anna, ["Иван", "--to", "Мария", "--temporary"], 2),
      (
        office.anna,
        ["Иван", "--to", "Мария", "--temporary", "--until", "2020-01-01"], 2
      ),
    ] {
      let ending = try machine.run(["offboard"] + words + ["--yes"])
      #expect(ending.status == status, "\(words): \(ending)")
    }
    #expect(try Contents.read(office.anna.base) == before)
  }

  @Test func `two who hand over at once make one first call each client`() throws {
    let office = try Office()
    let olga = try office.company.machine("Ольга", role: "admin")
    try Company.meet([office.anna, olga])
    for machine in [office.anna, olga] {
      try machine.must(at: Self.now, "offboard", "Иван", "--to", "Мария", "--yes")
    }
    try Company.meet([office.anna, olga, office.maria])
    #expect(try office.anna.digest() == olga.digest() && olga.digest() == office.maria.digest())
    let calls = try office.maria.objects("list", "tasks", "--columns", "title").filter {
      $0["title"]?.text?.hasPrefix("First call") ?? false
    }
    #expect(calls.count == 1)
    #expect(try office.maria.objects("conflicts").isEmpty)
    #expect(try Set(office.owners(office.maria)) == ["Мария"])
  }

  @Test func `undone, a hand-over gives everything back and says that the seal stays`() throws {
    let office = try Office()
    let report = try office.offboard("Иван", "--to", "Мария")
    let dot = try #require(report["commits"]?.elements.first?.text)
    // Мария has passed one on meanwhile: that stays.
    try Company.pass(office.anna, to: office.maria)
    try office.maria.must("set", "Клиент 3", "owner=Пётр")
    try Company.pass(office.maria, to: office.anna)
    let undone = try office.anna.run(
      ["undo", dot, "--yes", "--json"], with: ["KARTO_NOW": Self.now])
    let result = try #require(try office.anna.objects(of: undone).first)
    #expect(result["seals_left"]?.elements.count == 1)
    #expect(result["left"]?.elements.count == 1)
    #expect(try office.owners().filter { $0 == "Иван" }.count == 11)
    #expect(try office.owners().contains("Пётр"))
    let tasks = try office.anna.objects("list", "tasks", "--columns", "title")
    #expect(!tasks.contains { $0["title"]?.text?.hasPrefix("First call") ?? false })
    // An admin's seal can be voided by the owner, and the undo does so.
    let second = try Office()
    let olga = try second.company.machine("Ольга", role: "admin")
    try Company.meet([second.anna, olga])
    let handed = try olga.run(
      ["offboard", "Иван", "--to", "Мария", "--yes", "--json"], with: ["KARTO_NOW": Self.now])
    let commit = try #require(try olga.objects(of: handed).first?["commits"]?.elements.first?.text)
    try Company.pass(olga, to: second.anna)
    try second.anna.must(at: Self.now, "undo", commit, "--yes")
    try Company.meet([second.anna, second.ivan])
    #expect(try second.ivan("add", "client", "name=Снова").status == 0)
    #expect(try second.owners().allSatisfy { $0 == "Иван" })
  }

  @Test func `a holiday comes back by itself, once, and only what was not passed on`() throws {
    let office = try Office()
    let report = try office.offboard(
      "Иван", "--to", "Мария", "--temporary", "--until", "2026-12-10")
    #expect(report["sealed"]?.elements.isEmpty == true && report["clients"]?.integer == 12)
    try Company.meet([office.anna, office.ivan, office.maria, office.petr], at: Self.now)
    #expect(try Set(office.owners()) == ["Мария"])
    // He is not shut out, and nothing comes back on the last day.
    try office.ivan.must(at: "2026-12-10T20:00:00Z", "add", "client", "name=Из отпуска")
    #expect(try office.owners(office.ivan).filter { $0 == "Иван" }.count == 1)
    try office.maria.must(at: "2026-12-09T12:00:00Z", "set", "Клиент 3", "owner=Пётр")
    try Company.pass(office.maria, to: office.anna, at: "2026-12-09T13:00:00Z")
    // Two machines do it without knowing of each other.
    let after = "2026-12-11T08:00:00Z"
    let first = try office.anna.run(
      ["add", "client", "name=Первый"], with: ["KARTO_NOW": after])
    #expect(first.status == 0 && first.talk.contains("given back"), "\(first)")
    try office.maria.must(at: after, "add", "client", "name=Второй")
    let rehearsed = try office.petr.run(
      ["add", "client", "name=Третий", "--dry-run"], with: ["KARTO_NOW": after])
    #expect(!rehearsed.talk.contains("given back"), "\(rehearsed)")
    try Company.meet([office.anna, office.ivan, office.maria, office.petr], at: after)
    let digests = try [office.anna, office.ivan, office.maria, office.petr].map { try $0.digest() }
    #expect(Set(digests).count == 1)
    #expect(try office.anna.objects("conflicts").isEmpty)
    let owners = try office.owners()
    #expect(owners.filter { $0 == "Иван" }.count == 12, "\(owners)")
    #expect(owners.filter { $0 == "Пётр" }.count == 1)
    let quiet = try office.petr.run(
      ["add", "client", "name=Третий"], with: ["KARTO_NOW": after])
    #expect(quiet.status == 0 && !quiet.talk.contains("given back"), "\(quiet)")
  }

  @Test func `the report tells what he did and wrote out, and how old his data is`() throws {
    let office = try Office()
    let late = "2026-11-26T18:00:00Z"
    try office.ivan.must(at: late, "set", "Клиент 1", "city=x")
    try office.ivan.must(at: late, "delete", "Клиент 2")
    try office.ivan.must(at: late, "merge-cards", "Клиент 3", "Клиент 4")
    let out = try office.ivan.run(
      ["export", "city:Тверь", "--format", "csv"], with: ["KARTO_NOW": late])
    #expect(out.status == 0 && !out.talk.contains("journal"), "\(out)")
    try Company.pass(office.ivan, to: office.maria, at: late)
    // Мария has seen one more of his changes than ever came to Анна.
    try Company.pass(office.maria, to: office.anna, at: late)
    try office.ivan.must(at: late, "set", "Клиент 5", "city=y")
    try Company.pass(office.ivan, to: office.maria, at: late)
    try office.maria.must(at: late, "set", "Клиент 6", "comment=z")
    let report = try office.offboard("Иван", "--to", "Мария", "--days", "7")
    let recent = try #require(report["recent"])
    #expect(recent["records"]?["client"]?["deleted"]?.integer == 1)
    #expect(recent["records"]?["client"]?["changed"]?.integer ?? 0 >= 2)
    #expect(recent["merged"]?.integer == 1)
    let export = try #require(recent["exports"]?.elements.first)
    #expect(export["format"]?.text == "csv" && export["count"]?.integer == 2, "\(export)")
    #expect(export["filter"]?.text == "city:Тверь")
    #expect(recent["undo"]?.text == "karto undo --by Иван --since 2026-11-20")
    let device = try #require(report["devices"]?.elements.first)
    #expect(device["last_at"]?.text == "2026-11-26T18:00:00.000Z")
    #expect(device["missing"]?.integer == 0, "what nobody here has told of is not known")
  }
}
