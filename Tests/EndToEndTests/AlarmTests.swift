import Support
import Testing

/// Mass deletion and overwriting on real processes: SPEC [P-1], [P-2], [P-3], [P-4].
@Suite struct AlarmTests {
  private static let monday = "2026-11-23T09:00:00Z"
  private static let evening = "2026-11-27T18:00:00Z"
  private static let morning = "2026-11-28T09:00:00Z"

  /// Анна and Иван, who knows all of 100 clients; 60 of them are his.
  private struct Pair {
    let company: Company
    let ivan: Karto
    let his: [String]
    let hers: [String]
    var anna: Karto { company.anna }

    init() throws {
      company = try Company()
      let anna = company.anna
      ivan = try company.machine("Иван", at: AlarmTests.monday)
      func clients(_ numbers: Range<Int>, of owner: String) throws -> [String] {
        let lines = numbers.map { number in
          #"{"type":"client","set":{"name":"Клиент \#(number)","city":"Псков","owner":"\#(owner)"}}"#
        }
        return try anna.apply(lines, at: AlarmTests.monday)
      }
      his = try clients(0..<60, of: "Иван")
      hers = try clients(60..<100, of: "Анна")
      try Company.pass(anna, to: ivan, at: AlarmTests.monday)
    }

    /// Changes of Иван's come to Анна by file.
    func arrive(at now: String = AlarmTests.evening) throws -> ChildProcess.Ending {
      try Company.pass(ivan, to: anna, at: now)
    }

    func alarms(_ machine: Karto? = nil) throws -> [JSON] {
      let machine = machine ?? anna
      return try machine.objects(
        of: machine.run(["alarms", "--json"], with: ["KARTO_NOW": AlarmTests.morning]))
    }
  }

  private static func deletion(_ id: String) -> String {
    #"{"type":"client","id":"\#(id)","delete":true}"#
  }

  private static func city(_ id: String, _ city: String) -> String {
    #"{"type":"client","id":"\#(id)","set":{"city":"\#(city)"}}"#
  }

  @Test func `a merge stops at its preview, and with yes goes on and raises the alarm`() throws {
    let pair = try Pair()
    try pair.ivan.apply(pair.his.prefix(51).map(Self.deletion), at: Self.evening)
    let before = try Contents.read(pair.anna.base)
    try Contents.copy(pair.ivan.base, to: "\(pair.anna.workFolder)/x")
    let stopped = try pair.anna.run(["merge", "x"], with: ["KARTO_NOW": Self.evening])
    #expect(stopped.status == 2 && stopped.talk.contains("51 deleted"), "\(stopped)")
    #expect(try Contents.read(pair.anna.base) == before)
    let rehearsed = try pair.anna.run(["merge", "x", "--dry-run", "--json"])
    let alarm = try #require(try JSON(rehearsed.text)["alarms"]?.elements.first)
    #expect(alarm["deleted"]?.integer == 51 && alarm["by"]?.text == "Иван")
    #expect(try pair.alarms().isEmpty, "nothing has come yet")

    let taken = try pair.arrive()
    #expect(taken.status == 0 && taken.talk.contains("alarm: Иван"), "\(taken)")
    let raised = try #require(try pair.alarms().first)
    #expect(raised["id"] == alarm["id"] && raised["deleted"]?.integer == 51)
    // A copy of the time before has nothing to tell of, and the alarm is as it was.
    let earlier = "\(pair.anna.workFolder)/earlier"
    try Contents.write(before, to: earlier)
    let there = try pair.anna.run(["alarms", "--json"], with: ["KARTO_FILE": earlier])
    #expect(there.status == 0 && there.text.isEmpty, "\(there)")
    let quiet = try pair.anna.run(["list", "clients"], with: ["KARTO_FILE": earlier])
    #expect(!quiet.talk.contains("alarm"), "\(quiet)")
    #expect(try pair.alarms().map { $0["deleted"]?.integer } == [51])
    // On every command, on one line, and in `today`.
    for words in [["list", "clients"], ["today"], ["set", pair.hers[0], "comment=x"]] {
      let ending = try pair.anna.run(words, with: ["KARTO_NOW": Self.morning])
      let lines = ending.talk.split(separator: "\n").filter { $0.contains("alarm: Иван") }
      #expect(lines.count == 1, "\(words): \(ending)")
    }
    let today = try pair.anna.run(["today", "--json"], with: ["KARTO_NOW": Self.morning])
    #expect(try pair.anna.objects(of: today).contains { $0["section"]?.text == "alarms" })
    #expect(try !pair.ivan("list", "clients").talk.contains("alarm"), "his own machine is silent")

    // The undo as it is printed takes it back and answers, for everyone.
    let undo = try #require(raised["undo"]?.text)
    let undone = try pair.anna.shell(
      "KARTO_NOW=\(Self.morning) \(undo) --yes --json".replacing(
        "karto undo", with: "\"$KARTO\" undo"))
    #expect(undone.status == 0, "\(undone)")
    #expect(try JSON(undone.text)["reverted"]?.integer == 51)
    #expect(try pair.alarms().isEmpty)
    #expect(try pair.anna.clientIDs().count == 100)
    let olga = try pair.company.machine("Ольга", at: Self.morning)
    try Company.pass(pair.anna, to: olga, at: Self.morning)
    #expect(try pair.alarms(olga).isEmpty)
  }

  @Test func `a fifth of a manager's clients overwritten is an alarm, hand speed is none`() throws {
    for (count, isAlarm) in [(20, false), (21, true)] {
      let pair = try Pair()
      try pair.ivan.apply(pair.his.prefix(count).map { Self.city($0, "x") }, at: Self.evening)
      _ = try pair.arrive()
      let alarms = try pair.alarms()
      #expect(alarms.isEmpty != isAlarm, "\(count): \(alarms)")
      let share = alarms.first?["shares"]?.elements.first
      #expect(!isAlarm || share?["changed"]?.integer == count && share?["total"]?.integer == 60)
    }
  }

  @Test func `the same spread over a day is none`() throws {
    let pair = try Pair()
    for hour in 10..<16 {
      let ids = pair.his[((hour - 10) * 10)..<((hour - 9) * 10)]
      try pair.ivan.apply(ids.map(Self.deletion), at: "2026-11-27T\(hour):00:00Z")
    }
    _ = try pair.arrive()
    #expect(try pair.alarms().isEmpty)
    // In small steps within ten minutes it is one, whatever the single batch holds.
    let quick = try Pair()
    for minute in 0..<6 {
      let ids = quick.his[(minute * 10)..<((minute + 1) * 10)]
      try quick.ivan.apply(ids.map(Self.deletion), at: "2026-11-27T18:0\(minute):00Z")
      // It comes to her in pieces, too.
      _ = try quick.arrive(at: "2026-11-27T18:0\(minute):30Z")
    }
    let alarm = try #require(try quick.alarms().first)
    #expect(alarm["deleted"]?.integer == 60, "\(alarm)")
  }

  @Test func `ordinary bulk work trips nothing`() throws {
    let pair = try Pair()
    let all = pair.his + pair.hers
    // A bulk tag, filling what is empty, an import and its undo, an import that adds to cards.
    try pair.ivan.apply(
      all.map { #"{"type":"client","id":"\#($0)","add":{"tags":["осень"]}}"# }, at: Self.evening)
    try pair.ivan.apply(
      all.map { #"{"type":"client","id":"\#($0)","set":{"comment":"звонил"}}"# }, at: Self.evening)
    let table = pair.ivan.folder.path("new.csv")
    let rows = (0..<300).map { "Новый \($0);+7495\(2_000_000 + $0)" }
    try Contents.write("name;phones\n" + rows.joined(separator: "\n") + "\n", to: table)
    let imported = try pair.ivan.run(
      ["import", table, "--type", "client", "--json", "--yes"], with: ["KARTO_NOW": Self.evening])
    #expect(imported.status == 0, "\(imported)")
    try pair.ivan.must(at: Self.evening, "undo", "--last", "--yes")
    _ = try pair.arrive()
    #expect(try pair.alarms().isEmpty)
    // A first copy, with a damage in its past that nobody has answered for.
    try pair.ivan.apply(pair.his.map(Self.deletion), at: Self.morning)
    _ = try pair.arrive(at: Self.morning)
    #expect(try pair.alarms().count == 1)
    let olga = try pair.company.machine("Ольга", at: Self.morning)
    #expect(try pair.alarms(olga).isEmpty)
    // Her undo and hand-over, in bulk, trip nothing with others.
    try pair.anna.must(
      at: Self.morning, "undo", "--by", "Иван", "--since", "2026-11-28", "--yes")
    try pair.anna.must(at: Self.morning, "offboard", "Иван", "--to", "Ольга", "--yes")
    try Company.pass(pair.anna, to: olga, at: Self.morning)
    #expect(try pair.alarms(olga).isEmpty)
    #expect(try olga.clientIDs("owner:Ольга").count == 60)
  }

  @Test func `an answer goes for everyone, and is one`() throws {
    let pair = try Pair()
    let olga = try pair.company.machine("Ольга", role: "admin", at: Self.monday)
    let reader = try pair.company.machine("Пётр", role: "reader", at: Self.monday)
    try pair.ivan.apply(pair.his.map(Self.deletion), at: Self.evening)
    for machine in [pair.anna, olga, reader] {
      try Company.pass(pair.ivan, to: machine, at: Self.evening)
    }
    let id = try #require(try pair.alarms().first?["id"]?.text)
    #expect(try pair.alarms(olga).first?["id"]?.text == id, "found apart, of one name")
    // A reader answers for their own machine.
    let local = try reader.run(["alarms", "accept", id, "--json"])
    #expect(local.status == 0, "\(local)")
    #expect(try JSON(local.text)["local"] == .truth(true))
    #expect(try pair.alarms(reader).isEmpty)
    // Whose doing it was does not answer, whatever they write.
    try pair.ivan.apply(
      [#"{"type":"alarm","id":"\#(id)","set":{"answer":"accepted","through":4294967295}}"#],
      at: Self.evening)
    _ = try pair.arrive(at: Self.morning)
    #expect(try pair.alarms().count == 1)
    #expect(try pair.anna("alarms", "accept", "no-such").status == 3)
    try pair.anna.must(at: Self.morning, "alarms", "accept", id, "--dry-run")
    #expect(try pair.alarms().count == 1)
    try pair.anna.must(at: Self.morning, "alarms", "accept", id)
    try olga.must(at: Self.morning, "alarms", "accept", id)
    try Company.meet([pair.anna, olga], at: Self.morning)
    #expect(try pair.anna.digest() == olga.digest())
    #expect(try pair.alarms().isEmpty && pair.alarms(olga).isEmpty)
    #expect(try olga.objects("alarms", "--all").count == 1)
    // More of the same is a new question.
    try pair.ivan.apply(pair.hers.map { Self.city($0, "x") }, at: "2026-11-27T18:05:00Z")
    _ = try pair.arrive(at: Self.morning)
    #expect(try pair.alarms().count == 1)
  }

  @Test func `owners set the limits, and a manager cannot`() throws {
    let pair = try Pair()
    try pair.anna.must(at: Self.monday, "set", "workspace", "alarm_deleted=5")
    try Company.pass(pair.anna, to: pair.ivan, at: Self.monday)
    try pair.ivan.apply(pair.his.prefix(6).map(Self.deletion), at: Self.evening)
    _ = try pair.arrive()
    #expect(try pair.alarms().first?["deleted"]?.integer == 6)
    let other = try Pair()
    let set = try other.ivan.run(["set", "workspace", "alarm_deleted=1000"])
    #expect(set.status == 5, "\(set)")
    try other.ivan.apply(other.his.prefix(51).map(Self.deletion), at: Self.evening)
    _ = try other.arrive()
    #expect(try other.alarms().first?["deleted"]?.integer == 51)
  }

  @Test func `a folder applies it and raises the alarm, and an empty peer deletes nothing`() throws
  {
    let pair = try Pair()
    let folder = pair.company.anna.folder.path("shared")
    try Contents.makeFolder(folder)
    // One whose base is older and knows of nothing gives nothing, and takes nothing away.
    let second = try pair.company.machine(nil, at: Self.monday)
    for machine in [second, pair.anna] { try machine.must(at: Self.monday, "sync", folder) }
    #expect(try pair.anna.clientIDs().count == 100)
    try pair.ivan.apply(pair.his.map(Self.deletion), at: Self.evening)
    try pair.ivan.must(at: Self.evening, "sync", folder)
    let synced = try pair.anna.run(["sync", folder], with: ["KARTO_NOW": Self.morning])
    #expect(synced.status == 0 && synced.talk.contains("alarm: Иван"), "\(synced)")
    #expect(try pair.anna.clientIDs().count == 40)
    #expect(try pair.alarms().count == 1)
  }

  @Test func `an alarm begins with the spoiling, and honest work before it is not undone`() throws {
    let pair = try Pair()
    try pair.ivan.apply(pair.hers.prefix(3).map { Self.city($0, "честно") }, at: Self.evening)
    try pair.ivan.apply(pair.his.map(Self.deletion), at: "2026-11-27T18:05:00Z")
    _ = try pair.arrive(at: "2026-11-27T18:06:00Z")
    let alarm = try #require(try pair.alarms().first)
    #expect(alarm["deleted"]?.integer == 60 && alarm["changed"]?.integer == 0, "\(alarm)")
    let undo = try #require(alarm["undo"]?.text)
    let undone = try pair.anna.shell(
      "KARTO_NOW=\(Self.morning) \(undo) --yes --json".replacing(
        "karto undo", with: "\"$KARTO\" undo"))
    #expect(try JSON(undone.text)["reverted"]?.integer == 60, "\(undone)")
    #expect(try pair.anna.clientIDs("city:честно").count == 3)
    #expect(try pair.alarms().isEmpty)
  }

  @Test func `what was accepted is not asked about again when its author goes on working`() throws {
    let pair = try Pair()
    try pair.ivan.apply(pair.his.map(Self.deletion), at: Self.evening)
    _ = try pair.arrive(at: Self.evening)
    let id = try #require(try pair.alarms().first?["id"]?.text)
    try pair.anna.must(at: Self.evening, "alarms", "accept", id)
    // He takes it back himself, and edits some cards within the same ten minutes.
    try pair.ivan.must(at: "2026-11-27T18:04:00Z", "undo", "--last", "--yes")
    try pair.ivan.apply(
      pair.his.prefix(3).map { Self.city($0, "Омск") }, at: "2026-11-27T18:06:00Z")
    _ = try pair.arrive(at: Self.morning)
    #expect(try pair.anna.clientIDs().count == 100)
    #expect(try pair.alarms().isEmpty)
    #expect(try pair.anna.objects("alarms", "--all").compactMap { $0["id"]?.text } == [id])
  }

  /// What each machine tells of the alarms, answered ones included.
  private func told(_ machine: Karto) throws -> [[JSON?]] {
    try machine.objects(
      of: machine.run(["alarms", "--all", "--json"], with: ["KARTO_NOW": Self.morning])
    ).map { alarm in
      ["id", "first", "last", "deleted", "changed", "shares", "answered"].map { alarm[$0] }
    }
  }

  @Test func `machines with the same commits tell the same, in whatever order these came`() throws {
    let pair = try Pair()
    let olga = try pair.company.machine("Ольга", role: "admin", at: Self.monday)
    let petr = try pair.company.machine("Пётр", at: Self.monday)
    // In pieces to Анна, all at once to Ольга; Пётр hears of it, and Нина joins, in the middle.
    var nina: Karto?
    let steps: [(String, [String])] = [
      ("17:50", pair.hers.prefix(2).map { Self.city($0, "x") }),
      ("17:54", pair.his.prefix(4).map(Self.deletion)),
      ("18:03", pair.his[4..<30].map(Self.deletion)),
      ("18:05", pair.hers.prefix(5).map { Self.city($0, "y") }),
      ("18:11", pair.his[30..<60].map(Self.deletion)),
    ]
    for (number, (minute, lines)) in steps.enumerated() {
      try pair.ivan.apply(lines, at: "2026-11-27T\(minute):00Z")
      _ = try pair.arrive(at: "2026-11-27T\(minute):30Z")
      guard number == 2 else { continue }
      try Company.pass(pair.ivan, to: petr, at: Self.evening)
      nina = try pair.company.machine("Нина", at: "2026-11-27T18:04:00Z")
    }
    let machines = [pair.anna, olga, petr, try #require(nina)]
    try Company.pass(pair.ivan, to: olga, at: Self.morning)
    try Company.meet(machines, at: Self.morning)
    #expect(try Set(machines.map { try $0.digest() }).count == 1)
    let first = try told(pair.anna)
    #expect(first.count == 1, "\(first)")
    for machine in machines { #expect(try told(machine) == first) }
  }

  @Test func `nobody answers for what is yet to come, and an answer outlasts a seal`() throws {
    let pair = try Pair()
    let olga = try pair.company.machine("Ольга", role: "admin", at: Self.monday)
    let petr = try pair.company.machine("Пётр", at: Self.monday)
    try pair.ivan.apply(pair.his.prefix(52).map(Self.deletion), at: Self.evening)
    try Company.pass(pair.ivan, to: olga, at: Self.evening)
    try Company.pass(pair.ivan, to: petr, at: Self.evening)
    let device = try #require(try pair.alarms(petr).first?["device"]?.text)
    try petr.apply(
      [#"{"type":"alarm","id":"1-\#(device)","set":{"answer":"accepted","through":4294967295}}"#],
      at: Self.evening)
    try Company.pass(petr, to: pair.anna, at: Self.evening)
    try pair.ivan.apply(pair.his[52...].map(Self.deletion), at: "2026-11-27T18:01:00Z")
    _ = try pair.arrive(at: "2026-11-27T18:02:00Z")
    let alarm = try #require(try pair.alarms().first)
    #expect(alarm["deleted"]?.integer == 60)
    // Accepted as a whole; then an admin who has seen less shuts him out.
    try pair.anna.must(at: Self.morning, "alarms", "accept", try #require(alarm["id"]?.text))
    try olga.must(at: Self.morning, "seal", "Иван", "--yes")
    try Company.meet([pair.anna, olga], at: Self.morning)
    #expect(try pair.alarms().isEmpty && pair.alarms(olga).isEmpty)
  }

  @Test func `what a seal takes out is not told of`() throws {
    let pair = try Pair()
    let olga = try pair.company.machine("Ольга", role: "admin", at: Self.monday)
    try pair.ivan.apply(pair.his.prefix(52).map(Self.deletion), at: Self.evening)
    try Company.pass(pair.ivan, to: olga, at: Self.evening)
    try pair.ivan.apply(pair.his[52...].map(Self.deletion), at: "2026-11-27T18:01:00Z")
    _ = try pair.arrive(at: "2026-11-27T18:02:00Z")
    #expect(try pair.alarms().first?["deleted"]?.integer == 60)
    // Ольга has seen less, and less counts from then on.
    try olga.must(at: Self.morning, "seal", "Иван", "--yes")
    try Company.meet([pair.anna, olga], at: Self.morning)
    #expect(try pair.alarms().first?["deleted"]?.integer == 52)
    let both = try (told(pair.anna), told(olga))
    #expect(both.0 == both.1)
  }

  /// A base of Вера's, who is nobody in the company's.
  private func foreignBase() throws -> Karto {
    let own = try Karto()
    try own.must("new", "base.karto", "--name", "Личная", "--as", "Вера")
    return own
  }

  private func knowsVera(_ machine: Karto) throws -> Bool {
    try machine.objects("history").contains { $0["by"] == .text("Вера") }
  }

  @Test func `nobody answers for themselves through a base of their own`() throws {
    let pair = try Pair()
    try pair.ivan.apply(pair.his.map(Self.deletion), at: Self.evening)
    _ = try pair.arrive()
    let id = try #require(try pair.alarms().first?["id"]?.text)
    let own = try foreignBase()
    try own.apply(
      [#"{"type":"alarm","id":"\#(id)","set":{"answer":"accepted","through":4294967295}}"#])
    try Company.pass(own, to: pair.ivan, at: Self.evening)
    _ = try pair.arrive(at: Self.morning)
    #expect(try knowsVera(pair.anna))
    #expect(try pair.alarms().count == 1)
  }

  @Test func `what another base did in its past is no alarm here`() throws {
    let (company, own) = (try Company(), try foreignBase())
    try company.anna.must("today")
    let ids = try own.apply((0..<60).map { #"{"type":"client","set":{"name":"К \#($0)"}}"# })
    try own.apply(ids.map(Self.deletion))
    try Contents.copy(own.base, to: "\(company.anna.workFolder)/x")
    let rehearsed = try company.anna.object("merge", "x", "--dry-run")
    #expect(rehearsed["alarms"]?.elements.isEmpty ?? true, "\(rehearsed)")
    try Company.pass(own, to: company.anna)
    #expect(try knowsVera(company.anna))
    #expect(try company.anna.objects("alarms", "--all").isEmpty)
  }

  @Test func `after an old copy was put back, one's own work is no alarm`() throws {
    let pair = try Pair()
    let olga = try pair.company.machine("Ольга", at: Self.monday)
    let backup = try Contents.read(pair.anna.base)
    try pair.anna.apply(pair.his.map(Self.deletion), at: Self.evening)
    try Company.pass(pair.anna, to: olga, at: Self.evening)
    #expect(try pair.alarms(olga).count == 1)
    try Contents.write(backup, to: pair.anna.base)
    // She goes on under a new name, and what she did under the old one comes from Ольга.
    try pair.anna.apply([Self.city(pair.hers[0], "x")], at: Self.morning)
    try Company.pass(olga, to: pair.anna, at: Self.morning)
    #expect(try pair.anna.clientIDs().count == 40)
    #expect(try pair.alarms().isEmpty)
  }
}
