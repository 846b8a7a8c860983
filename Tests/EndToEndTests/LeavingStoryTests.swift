import Support
import Testing

/// The whole story, on five machines: a manager who works for weeks, spoils the base on the last
/// evening, and comes back by every way there is: SPEC [P-8].
@Suite struct LeavingStoryTests {
  private static let weeks = (2...19).map { $0 < 10 ? "2026-11-0\($0)" : "2026-11-\($0)" }
  private static let evening = "2026-11-20T18:00:00Z"
  private static let night = "2026-11-20T23:00:00Z"
  private static let morning = "2026-11-21T09:00:00Z"
  private static let later = "2026-11-24T10:00:00Z"

  private let company: Company
  private let olga, maria, petr, ivan: Karto
  private var anna: Karto { company.anna }
  private var staff: [Karto] { [anna, olga, maria, petr] }

  init() throws {
    var founder = try Karto()
    founder.environment["KARTO_NOW"] = "2026-11-01T09:00:00Z"
    try founder.must("new", "base.karto", "--name", "Ромашка", "--as", "Анна")
    company = Company(anna: founder)
    olga = try company.machine("Ольга", role: "admin", at: "2026-11-01T10:00:00Z")
    maria = try company.machine("Мария", at: "2026-11-01T11:00:00Z")
    petr = try company.machine("Пётр", at: "2026-11-01T12:00:00Z")
    ivan = try company.machine("Иван", at: "2026-11-01T13:00:00Z")
    try Company.meet([anna, olga, maria, petr, ivan], at: "2026-11-01T14:00:00Z")
  }

  private static func client(_ name: String, _ city: String, owner: String) -> String {
    #"{"type":"client","set":{"name":"\#(name)","city":"\#(city)","owner":"\#(owner)"}}"#
  }

  private static func set(_ id: String, _ field: String, _ value: String) -> String {
    #"{"type":"client","id":"\#(id)","set":{"\#(field)":"\#(value)"}}"#
  }

  private func names(_ machine: Karto) throws -> Set<String> { Set(try machine.clientNames()) }

  private func city(_ machine: Karto, _ id: String) throws -> String? {
    try machine.object("show", id)["city"]?.text
  }

  @Test func `a manager leaves, and the base stays`() throws {
    // Weeks of good work: twenty clients and talks a day, colleagues beside him.
    var good: [String] = []
    for day in Self.weeks {
      let lines = (0..<20).map { number in
        Self.client("Клиент \(day) \(number)", "Псков", owner: "Иван")
      }
      let ids = try ivan.apply(lines, at: "\(day)T10:00:00Z")
      good += ids
      try ivan.must(at: "\(day)T11:00:00Z", "log", "call", ids[0], "Поговорили")
    }
    let marias = try maria.apply(
      (0..<30).map { Self.client("У Марии \($0)", "Тверь", owner: "Мария") },
      at: "2026-11-10T10:00:00Z")
    let backup = ivan.folder.path("backup")
    try Contents.makeFolder(backup)
    try Contents.copy(ivan.base, to: "\(backup)/base.karto")
    try Contents.copy(ivan.home, to: "\(backup)/home")
    try ivan.must(at: "2026-11-19T15:00:00Z", "log", "call", good[1], "После копии")
    try Company.meet([anna, olga, maria, petr, ivan], at: "2026-11-19T18:00:00Z")
    let before = try names(anna)
    #expect(before.count == good.count + 30)

    // The last evening: 200 deleted, 100 spoiled, and he syncs to Maria alone.
    try ivan.apply(
      good.prefix(200).map { #"{"type":"client","id":"\#($0)","delete":true}"# },
      at: Self.evening)
    try ivan.apply(
      good[200..<300].map { Self.set($0, "city", "нет") }, at: "2026-11-20T18:05:00Z")
    let met = try Company.pass(ivan, to: maria, at: "2026-11-20T18:30:00Z")
    #expect(met.talk.contains("alarm: Иван"), "\(met)")
    // She works on, before anybody has noticed: one of the spoiled, and one of her own.
    try maria.must(at: "2026-11-20T19:00:00Z", "set", good[200], "city=Омск")
    try maria.must(at: "2026-11-20T19:00:00Z", "set", marias[0], "city=Ржев")

    // The morning: the owner hears of it, hands over and takes the evening back.
    let heard = try Company.pass(maria, to: anna, at: Self.morning)
    #expect(heard.talk.contains("alarm: Иван"), "\(heard)")
    let handed = try anna.run(
      ["offboard", "Иван", "--to", "Мария,Пётр", "--yes", "--json"],
      with: ["KARTO_NOW": Self.morning])
    let report = try #require(try anna.objects(of: handed).first)
    #expect(report["sealed"]?.elements.count == 1)
    #expect(report["clients"]?.integer == good.count - 200)
    #expect(report["recent"]?["records"]?["client"]?["deleted"]?.integer == 200)
    let undone = try anna.run(
      ["undo", "--by", "Иван", "--since", "2026-11-20T18:00", "--yes", "--json"],
      with: ["KARTO_NOW": Self.morning])
    let undo = try #require(try anna.objects(of: undone).last)
    #expect(undo["reverted"]?.integer == 299, "200 restored, 99 set back")
    #expect(undo["left"]?.elements.count == 1, "what Maria has edited since")

    // He goes on offline, on the machine he has, and from the backup that he put back elsewhere.
    try ivan.apply(
      good[300...].map { #"{"type":"client","id":"\#($0)","delete":true}"# }, at: Self.night)
    try ivan.must(at: Self.night, "add", "client", "name=Тайный")
    var restored = try Karto()
    restored.environment["KARTO_HOME"] = "\(restored.workFolder)/old-home"
    try Contents.copy("\(backup)/base.karto", to: restored.base)
    try Contents.copy("\(backup)/home", to: restored.home)
    try restored.must(at: Self.night, "add", "client", "name=Из старой копии")
    try restored.must(at: Self.night, "set", good[310], "city=нет")

    // By a file, passed on by a colleague who suspects nothing: Пётр has not heard yet.
    try Company.pass(ivan, to: petr, at: Self.later)
    #expect(try names(petr).contains("Тайный"), "he could not know")
    try petr.must(at: Self.later, "set", marias[1], "city=Клин")
    try Company.pass(petr, to: olga, at: Self.later)
    // By TCP: the machine of a leaver gets the seal and nothing else.
    let server = try Server(anna, with: ["KARTO_NOW": Self.later])
    let dialled = try ivan.run(["sync", server.address], with: ["KARTO_NOW": Self.later])
    #expect(dialled.status != 0, "\(dialled)")
    for machine in [olga, petr] {
      _ = try machine.run(["sync", server.address], with: ["KARTO_NOW": Self.later])
    }
    try server.stop()
    #expect(try !names(petr).contains("Тайный"), "what he had taken in is out again")
    // By the folder, and from the backup.
    let folder = anna.folder.path("shared")
    try Contents.makeFolder(folder)
    _ = try ivan.run(["sync", folder], with: ["KARTO_NOW": Self.later])
    for machine in staff { _ = try machine.run(["sync", folder], with: ["KARTO_NOW": Self.later]) }
    _ = try restored.run(["sync", folder], with: ["KARTO_NOW": Self.later])
    try Company.pass(restored, to: maria, at: Self.later)
    for machine in staff + staff {
      _ = try machine.run(["sync", folder], with: ["KARTO_NOW": Self.later])
    }
    _ = try ivan.run(["sync", folder], with: ["KARTO_NOW": Self.later])

    // All five agree.
    let digests = try (staff + [ivan]).map { try $0.digest() }
    #expect(Set(digests).count == 1, "\(digests)")
    // The good weeks are in, and nothing that came later.
    #expect(try names(anna) == before)
    // The bad evening is undone, but for what someone has edited since.
    for id in [good[0], good[199], good[201], good[299], good[300], good[310]] {
      #expect(try city(anna, id) == "Псков", "\(id)")
    }
    #expect(try city(anna, good[200]) == "Омск")
    // No edit of anyone else is lost.
    #expect(try city(anna, marias[0]) == "Ржев")
    #expect(try city(anna, marias[1]) == "Клин")
    // Every client has an owner who works here.
    let owners = try petr.objects("list", "clients", "--columns", "owner").map {
      $0["owner"]?.text
    }
    #expect(Set(owners) == ["Мария", "Пётр"], "\(Set(owners))")
    // What he wrote afterwards is held, visibly, and nothing rings any more.
    let held = try anna.objects("held")
    #expect(held.contains { $0["by"]?.text == "Иван" && $0["why"]?.text == "sealed" })
    for machine in staff {
      #expect(try machine.isSound())
      let alarms = try machine.run(["alarms"])
      #expect(alarms.talk.contains("no alarms"), "\(alarms)")
    }
    #expect(try ivan("add", "client", "name=Ещё").status == 5)
  }
}
