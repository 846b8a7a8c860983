import Support
import Testing

/// What a manager sees in the corners of a leaving, as it is typed.
@Suite struct LeavingDetailTests {
  private static let monday = "2026-11-23T09:00:00Z"
  private static let friday = "2026-11-27T18:00:00Z"

  private static func clients(_ city: String, _ count: Int, of owner: String) -> [String] {
    (0..<count).map { number in
      #"{"type":"client","set":{"name":"\#(city) \#(number)","city":"\#(city)","owner":"\#(owner)"}}"#
    }
  }

  @Test func `a machine that was shut out says so at the sync that brings the seal`() throws {
    let company = try Company()
    let (anna, ivan) = (company.anna, try company.machine("Иван", at: Self.monday))
    _ = try company.machine("Борис", role: "owner", at: Self.monday)
    let shared = anna.folder.path("shared")
    try Contents.makeFolder(shared)
    try anna.must(at: Self.monday, "seal", "Иван", "--yes")
    try anna.must(at: Self.monday, "sync", shared)
    let told = try ivan.run(["sync", shared, "--lang", "ru"], with: ["KARTO_NOW": Self.friday])
    #expect(
      told.talk.contains("эта машина отключена от базы: Анна, 23.11.2026 09:00"), "\(told)")
    #expect(told.talk.contains("спросить: Анна, Борис"), "\(told)")
    for words in [["list", "clients"], ["add", "client", "name=Нет"]] {
      let ending = try ivan.run(words + ["--lang", "ru"], with: ["KARTO_NOW": Self.friday])
      let lines = ending.talk.split(separator: "\n").filter { $0.contains("Анна, 23.11.2026") }
      #expect(lines.count == 1, "\(ending)")
    }
    #expect(try !anna.must("list", "clients").talk.contains("отключена"))
  }

  @Test func `an absence stands in the list of members until it is over`() throws {
    let company = try Company()
    let anna = company.anna
    for name in ["Иван", "Ольга"] { _ = try company.machine(name, at: Self.monday) }
    try anna.apply(Self.clients("Псков", 2, of: "Иван"), at: Self.monday)
    try anna.must(
      at: Self.monday, "offboard", "Иван", "--to", "Ольга", "--temporary", "--until", "2026-11-30",
      "--yes")
    let away = try anna.run(
      ["members", "Иван", "--json"], with: ["KARTO_NOW": Self.friday])
    let person = try JSON(away.text)
    #expect(person["absent_until"] == .text("2026-11-30"), "\(person)")
    #expect(person["stand_ins"] == .list([.text("Ольга")]))
    let text = try anna.run(["members", "--lang", "ru"], with: ["KARTO_NOW": Self.friday]).text
    #expect(text.contains("работает; нет до 30.11.2026, вместо: Ольга"), "\(text)")
    let back = try anna.run(
      ["members", "Иван", "--json"], with: ["KARTO_NOW": "2026-12-01T09:00:00Z"])
    #expect(try JSON(back.text)["absent_until"] == .null)
  }

  @Test func `what is taken out of the trash goes to the successors of whoever has left`() throws {
    let company = try Company()
    let anna = company.anna
    for name in ["Иван", "Ольга"] { _ = try company.machine(name, at: Self.monday) }
    try anna.apply(Self.clients("Псков", 2, of: "Иван"), at: Self.monday)
    let ids = try anna.clientIDs()
    try anna.must(at: Self.monday, "delete", ids[0])
    try anna.must(at: Self.monday, "offboard", "Иван", "--to", "Ольга", "--yes")
    let restored = try anna.run(
      ["restore", ids[0], "--lang", "ru"], with: ["KARTO_NOW": Self.friday])
    #expect(restored.status == 0 && restored.talk.contains("теперь за «Ольга»"), "\(restored)")
    let shown = try anna.run(["show", ids[0], "--json"], with: ["KARTO_NOW": Self.friday])
    #expect(try JSON(shown.text)["owner"]?.text == "Ольга", "\(shown)")
  }

  @Test func `who voids a seal is told whom the held work of the other shuts out`() throws {
    let anna = try Karto()
    let founding = try anna.run(
      ["new", "base.karto", "--name", "Ромашка", "--as", "Анна", "--json"],
      with: ["KARTO_NOW": Self.monday])
    let key = try #require(try JSON(founding.text)["recovery"]?.text)
    let company = Company(anna: anna)
    let boris = try company.machine("Борис", role: "admin", at: Self.monday)
    _ = try company.machine("Иван", at: Self.monday)
    try Company.meet([anna, boris], at: Self.monday)
    try anna.must(at: Self.monday, "seal", "Борис", "--yes")
    try boris.must(at: Self.monday, "seal", "Иван", "--yes")
    try Company.pass(boris, to: anna, at: Self.monday)
    let words = ["seal", "--void", "Борис", "--dry-run", "--recovery", key]
    let asked = try anna.run(words + ["--lang", "ru"], with: ["KARTO_NOW": Self.friday])
    #expect(asked.status == 0 && asked.talk.contains("«Иван» снова потеряет доступ"), "\(asked)")
    let listed = try anna.run(words + ["--json"], with: ["KARTO_NOW": Self.friday])
    #expect(try JSON(listed.text)["shut_out"] == .list([.text("Иван")]), "\(listed)")
  }

  @Test func `of whoever has left already it is told when, and who has their work`() throws {
    let company = try Company()
    let anna = company.anna
    for name in ["Иван", "Ольга"] { _ = try company.machine(name, at: Self.monday) }
    try anna.apply(Self.clients("Псков", 3, of: "Иван"), at: Self.monday)
    try anna.must(at: Self.monday, "offboard", "Иван", "--to", "Ольга", "--yes")
    let before = try Contents.read(anna.base)
    let again = try anna.run(
      ["offboard", "Иван", "--to", "Ольга", "--yes", "--lang", "ru"],
      with: ["KARTO_NOW": Self.friday])
    #expect(again.status == 0 && again.text.contains("Иван: больше не работает с 23.11.2026"))
    #expect(again.text.contains("дела приняли: Ольга: 3 записи"), "\(again)")
    #expect(try Contents.read(anna.base) == before, "nothing is written")
    let object = try JSON(
      try anna.must(at: Self.friday, "offboard", "Иван", "--to", "Ольга", "--yes", "--json").text)
    #expect(object["left_at"] == .text("2026-11-23") && object["commits"] == .list([]))
    // What fell to him since is handed over as ever.
    try anna.apply(Self.clients("Псков", 1, of: "Иван"), at: Self.friday)
    let more = try JSON(
      try anna.must(at: Self.friday, "offboard", "Иван", "--to", "Ольга", "--yes", "--json").text)
    #expect(more["clients"]?.integer == 1, "\(more)")
  }

  @Test func `an undo of a hand-over warns that the work goes to somebody shut out`() throws {
    let company = try Company()
    let anna = company.anna
    for name in ["Иван", "Ольга"] { _ = try company.machine(name, at: Self.monday) }
    try anna.apply(Self.clients("Псков", 3, of: "Иван"), at: Self.monday)
    let report = try JSON(
      try anna.must(at: Self.monday, "offboard", "Иван", "--to", "Ольга", "--yes", "--json").text)
    let dot = try #require(report["commits"]?.elements.first?.text)
    let preview = try anna("undo", dot, "--dry-run", "--lang", "ru")
    #expect(preview.talk.contains("снова за «Иван»: 3 записи, а доступ отключён"), "\(preview)")
    #expect(preview.talk.contains("karto seal --void Иван"), "\(preview)")
    // An undo that gives nobody anything back says nothing of the kind.
    try anna.apply(Self.clients("Псков", 1, of: "Ольга"), at: Self.monday)
    #expect(try !anna("undo", "--last", "--dry-run").talk.contains("seal --void"))
  }

  @Test func `what an undo brings back of a leaver's goes by the rule of the hand-over`() throws {
    let company = try Company()
    let anna = company.anna
    let ivan = try company.machine("Иван", at: Self.monday)
    for name in ["Ольга", "Пётр"] { _ = try company.machine(name, at: Self.monday) }
    let pskov = try anna.apply(Self.clients("Псков", 6, of: "Иван"), at: Self.monday)
    let tver = try anna.apply(Self.clients("Тверь", 5, of: "Иван"), at: Self.monday)
    let deal = try anna.apply(
      [#"{"type":"deal","set":{"name":"Сделка","client":"\#(tver[4])","owner":"Иван"}}"#],
      at: Self.monday)
    try Company.pass(anna, to: ivan, at: Self.monday)
    // He deletes the last four of one city, and the last of the other with its deal.
    let lost = Array(pskov[2...]) + [tver[4]]
    try ivan.apply(
      lost.map { #"{"type":"client","id":"\#($0)","delete":true}"# }
        + [#"{"type":"deal","id":"\#(deal[0])","delete":true}"#], at: Self.friday)
    try Company.pass(ivan, to: anna, at: Self.friday)
    try anna.must(
      at: Self.friday, "offboard", "Иван", "--to", "Ольга,Пётр", "--by", "city", "--yes")
    let olgas = Set(try anna.clientIDs("owner:Ольга"))
    let (all, others) = olgas == Set(tver[..<4]) ? (tver, pskov) : (pskov, tver)
    #expect(olgas == Set(tver[..<4]) || olgas == Set(pskov[..<2]), "a city goes to one person")
    try anna.must(at: Self.friday, "undo", "--by", "Иван", "--since", "2026-11-27", "--yes")
    #expect(try Set(anna.clientIDs("owner:Ольга")) == Set(all))
    #expect(try Set(anna.clientIDs("owner:Пётр")) == Set(others))
    let heir = all == tver ? "Ольга" : "Пётр"
    #expect(
      try anna("list", "deals", "owner:\(heir)", "-q").lines == deal,
      "what belongs to a client goes with it")
  }

  // SPEC [U-4], [P-8]
  @Test func `what is taken over of a leaver goes to whoever took over from them`() throws {
    let company = try Company()
    let anna = company.anna
    let ivan = try company.machine("Иван", at: Self.monday)
    _ = try company.machine("Ольга", at: Self.monday)
    try anna.must(at: Self.monday, "offboard", "Иван", "--to", "Ольга", "--yes")
    try ivan.must(at: Self.friday, "add", "client", "name=Тайный")
    try Company.pass(ivan, to: anna, at: Self.friday)
    let dots = try anna.objects("held").compactMap { $0["dot"]?.text }
    try anna.must(at: Self.friday, "held", "adopt", try #require(dots.first))
    let ids = try anna.clientIDs("name:Тайный")
    #expect(try anna.clientIDs("owner:Ольга") == ids && ids.count == 1)
    #expect(try anna.clientIDs("owner:Иван").isEmpty)
  }

  // SPEC [P-9]
  @Test func `JSON lines in a file are an export, and printed ones are none`() throws {
    let company = try Company()
    let anna = company.anna
    try anna.must("export", "--format", "jsonl")
    #expect(try anna("list", "exports", "-q").lines.isEmpty)
    try anna.must("export", "--format", "jsonl", "-o", "all.jsonl")
    #expect(try anna("list", "exports", "-q").lines.count == 1)
  }

  @Test func `voiding says what was discarded and would count again`() throws {
    let company = try Company()
    let (anna, ivan) = (company.anna, try company.machine("Иван", at: Self.monday))
    let boris = try company.machine("Борис", role: "admin", at: Self.monday)
    try boris.must(at: Self.monday, "seal", "Иван", "--yes")
    try Company.pass(boris, to: anna, at: Self.monday)
    for name in ["Раз", "Два", "Три"] {
      try ivan.must(at: Self.friday, "add", "client", "name=\(name)")
    }
    try Company.pass(ivan, to: anna, at: Self.friday)
    let dots = try anna.objects("held").compactMap { $0["dot"]?.text }
    try anna.must("held", "discard", dots[0], "--yes")
    let words = ["seal", "--void", "Иван", "--dry-run"]
    let preview = try anna.run(words + ["--lang", "ru"])
    #expect(preview.talk.contains("задержанное войдёт: 3 изменения"), "\(preview)")
    #expect(preview.talk.contains("в том числе отклонённое: 1 изменение"), "\(preview)")
    let object = try JSON(try anna.run(words + ["--json"]).text)
    #expect(object["freed"]?.integer == 3 && object["discarded"]?.integer == 1, "\(object)")
    try anna.must("seal", "--void", "Иван", "--yes")
    #expect(try Set(anna.clientNames()) == ["Раз", "Два", "Три"])
  }

  @Test func `devices, copies and peers count alike`() throws {
    let company = try Company()
    let (anna, ivan) = (company.anna, try company.machine("Иван", at: Self.monday))
    let shared = anna.folder.path("shared")
    try Contents.makeFolder(shared)
    for _ in 0..<3 { try anna.must(at: Self.monday, "add", "client", "name=К") }
    // He has taken all in and written nothing since: only the folder tells.
    for machine in [anna, ivan, anna] { try machine.must(at: Self.monday, "sync", shared) }
    func one(_ command: String, _ field: String) throws -> Int? {
      try anna.objects(command).first { $0["member"]?.text == "Иван" }?[field]?.integer
    }
    let behind = try one("devices", "behind")
    #expect(behind == 0)
    #expect(try one("copies", "missing") == behind)
    #expect(try one("peers", "lacks") == behind)
  }

  @Test func `whoever is let in again is named once, however many seals there were`() throws {
    let company = try Company()
    let (anna, ivan) = (company.anna, try company.machine("Иван", at: Self.monday))
    let boris = try company.machine("Борис", role: "admin", at: Self.monday)
    try Company.meet([boris, ivan], at: Self.monday)
    try boris.must(at: Self.monday, "members", "Иван", "--role", "reader")
    try boris.must(at: Self.monday, "seal", "Иван", "--yes")
    try Company.pass(boris, to: anna, at: Self.monday)
    let asked = try anna.run(["seal", "--void", "Иван", "--dry-run", "--lang", "ru"])
    #expect(asked.status == 0 && asked.text.contains("Иван"), "\(asked)")
    #expect(!asked.text.contains("Иван, Иван") && !asked.talk.contains("Иван, Иван"), "\(asked)")
  }
}
