import Support
import Testing

/// Clients whom somebody has only while their owner is away: SPEC [P-7].
@Suite struct LentWorkTests {
  private static let monday = "2026-11-23T09:00:00Z"
  private static let friday = "2026-11-27T18:00:00Z"
  private static let after = "2026-12-11T09:00:00Z"

  /// Анна, and Мария who is away until 10 December while Пётр stands in; he has two of his own.
  private struct Office {
    let anna: Karto
    let lent: [String]
    let own: [String]
    let deal: String

    init() throws {
      let company = try Company()
      anna = company.anna
      for name in ["Мария", "Пётр", "Ольга"] {
        _ = try company.machine(name, at: LentWorkTests.monday)
      }
      func clients(_ count: Int, of owner: String) throws -> [String] {
        try company.anna.apply(
          (0..<count).map {
            #"{"type":"client","set":{"name":"\#(owner) \#($0)","owner":"\#(owner)"}}"#
          }, at: LentWorkTests.monday)
      }
      lent = try clients(3, of: "Мария")
      own = try clients(2, of: "Пётр")
      deal = try anna.apply(
        [
          #"{"type":"deal","set":{"name":"Дом","client":"\#(lent[0])","owner":"Мария","amount":900000}}"#
        ], at: LentWorkTests.monday)[0]
      try anna.must(
        at: LentWorkTests.monday, "offboard", "Мария", "--to", "Пётр", "--temporary", "--until",
        "2026-12-10", "--yes")
    }

    func offboard(_ words: String..., at now: String = LentWorkTests.friday) throws -> JSON {
      let ending = try anna.run(
        ["offboard"] + words + ["--yes", "--json"], with: ["KARTO_NOW": now])
      guard ending.status == 0 else { throw SupportError("\(ending)") }
      return try JSON(ending.text)
    }

    func owned(by name: String) throws -> Set<String> {
      Set(try anna.clientIDs("owner:\(name)"))
        .union(try anna.run(["list", "deals", "owner:\(name)", "-q"]).lines)
    }

    func standIns() throws -> JSON? {
      let ending = try anna.run(
        ["members", "Мария", "--json"], with: ["KARTO_NOW": LentWorkTests.friday])
      return try JSON(ending.text)["stand_ins"]
    }

    /// Something is written after the absence, by which work comes back.
    func comeBack(at now: String = LentWorkTests.after) throws -> ChildProcess.Ending {
      try anna.must(at: now, "set", own[0], "comment=\(now)")
    }
  }

  @Test func `what a leaver has for somebody away stays lent, and goes home at its day`() throws {
    let office = try Office()
    let preview = try office.anna.run(
      ["offboard", "Пётр", "--to", "Ольга", "--dry-run", "--lang", "ru"],
      with: ["KARTO_NOW": Self.friday])
    #expect(
      preview.text.contains(
        "из них временно, дела (Мария) по 10.12.2026, замещает Ольга: 3 клиента, 1 сделка"),
      "\(preview)")
    #expect(preview.text.contains("Ольга (вместо: Мария, по 10.12.2026)"), "\(preview)")
    let report = try office.offboard("Пётр", "--to", "Ольга")
    let records = report["records"]?.elements ?? []
    let told = records.filter { $0["lent_by"]?.text == "Мария" }.compactMap { $0["id"]?.text }
    #expect(Set(told) == Set(office.lent + [office.deal]))
    #expect(report["first_calls"] == .list([]), "whoever stands in introduces nobody anew")
    #expect(try office.owned(by: "Ольга").count == 6)
    #expect(try office.standIns() == .list([.text("Ольга")]))
    // Whoever stands in now may leave as well.
    _ = try office.offboard("Ольга", "--to", "Анна")
    #expect(try office.standIns() == .list([.text("Анна")]))
    let back = try office.comeBack()
    #expect(back.talk.contains("the absence of Мария is over: 4 records given back"), "\(back)")
    #expect(try office.owned(by: "Мария") == Set(office.lent + [office.deal]))
    #expect(try office.owned(by: "Анна") == Set(office.own))
    #expect(try !office.comeBack().talk.contains("given back"))
  }

  @Test func `an undo of the hand-over leaves the absence as it was`() throws {
    let office = try Office()
    let report = try office.offboard("Пётр", "--to", "Ольга")
    let dot = try #require(report["commits"]?.elements.first?.text)
    try office.anna.must(at: Self.friday, "undo", dot, "--yes")
    #expect(try office.standIns() == .list([.text("Пётр")]))
    #expect(try office.owned(by: "Пётр").count == 6)
    _ = try office.comeBack()
    #expect(try office.owned(by: "Мария") == Set(office.lent + [office.deal]))
    #expect(try office.owned(by: "Пётр") == Set(office.own))
  }

  @Test func `handed over to whoever is away it goes home at once`() throws {
    let office = try Office()
    _ = try office.offboard("Пётр", "--to", "Ольга,Мария")
    #expect(try office.owned(by: "Мария").isSuperset(of: office.lent + [office.deal]))
    #expect(try office.standIns() == .list([]))
    _ = try office.comeBack()
    #expect(try office.owned(by: "Мария").isSuperset(of: office.lent + [office.deal]))
  }

  @Test(arguments: ["2026-12-05", "2026-12-15"])
  func `a stand-in may be away as well, for less or for longer`(until: String) throws {
    let office = try Office()
    _ = try office.offboard("Пётр", "--to", "Ольга", "--temporary", "--until", until)
    #expect(try office.owned(by: "Ольга").count == 6)
    _ = try office.comeBack()
    #expect(try office.owned(by: "Мария") == Set(office.lent + [office.deal]))
    let mine = until == "2026-12-05" ? "Пётр" : "Ольга"
    #expect(try office.owned(by: mine) == Set(office.own))
    _ = try office.comeBack(at: "2026-12-20T09:00:00Z")
    #expect(try office.owned(by: "Мария") == Set(office.lent + [office.deal]))
    #expect(try office.owned(by: "Пётр") == Set(office.own))
  }

  @Test func `however much is lent, all of it stays so`() throws {
    let company = try Company()
    let anna = company.anna
    for name in ["Мария", "Пётр", "Ольга"] { _ = try company.machine(name, at: Self.monday) }
    let count = 2500
    let lines = (0..<count).map {
      #"{"type":"client","set":{"name":"К \#($0)","owner":"Мария"}}"#
    }
    try anna.apply(lines, at: Self.monday)
    try anna.must(
      at: Self.monday, "offboard", "Мария", "--to", "Пётр", "--temporary", "--until", "2026-12-10",
      "--yes")
    try anna.must(at: Self.friday, "offboard", "Пётр", "--to", "Ольга", "--yes")
    #expect(try anna.clientIDs("owner:Ольга").count == count)
    try anna.must(at: Self.after, "add", "client", "name=Первый")
    #expect(try anna.clientIDs("owner:Мария").count == count)
  }

  @Test func `one who only stands in stands in no more, though he goes home late`() throws {
    let office = try Office()
    _ = try office.offboard("Пётр", "--to", "Ольга", "--temporary", "--until", "2026-12-05")
    // Nobody writes until both are back.
    _ = try office.comeBack(at: "2026-12-20T09:00:00Z")
    #expect(try office.owned(by: "Мария") == Set(office.lent + [office.deal]))
    #expect(try office.owned(by: "Пётр") == Set(office.own))
  }
}
