import Support
import Testing

/// Mass deletion that comes over the network: SPEC [P-2], [P-4].
@Suite struct AlarmNetworkTests {
  private static let monday = "2026-11-23T09:00:00Z"
  private static let evening = "2026-11-27T18:00:00Z"
  private static let later = "2026-11-30T09:00:00Z"

  private static func sync(_ machine: Karto, _ server: Server, at now: String) throws
    -> ChildProcess.Ending
  {
    let ending = try machine.run(["sync", server.address], with: ["KARTO_NOW": now])
    #expect(ending.status == 0, "\(ending)")
    return ending
  }

  private static func alarms(_ machine: Karto, _ words: String...) throws -> [JSON] {
    try machine.objects(
      of: machine.run(["alarms", "--json"] + words, with: ["KARTO_NOW": Self.later]))
  }

  @Test func `a deletion beyond hand speed is applied, and alarms until somebody answers`() throws {
    // Анна's machine serves; Иван deletes; Ольга, a manager, is told when she syncs.
    let company = try Company()
    let anna = company.anna
    let ivan = try company.machine("Иван", at: Self.monday)
    let olga = try company.machine("Ольга", at: Self.monday)
    let ids = try anna.apply(
      (0..<100).map { #"{"type":"client","set":{"name":"Клиент \#($0)","owner":"Иван"}}"# },
      at: Self.monday)
    let server = try Server(anna, with: ["KARTO_NOW": Self.evening])
    // The first exchange of ordinary work raises none, on either side.
    for machine in [ivan, olga, anna, olga] where machine.home != anna.home {
      #expect(try !Self.sync(machine, server, at: Self.monday).talk.contains("alarm"))
    }
    try ivan.apply(ids.prefix(30).map { #"{"type":"client","id":"\#($0)","set":{"comment":"x"}}"# })
    try Office.fill(ivan, 300)
    #expect(try !Self.sync(ivan, server, at: Self.evening).talk.contains("alarm"))
    #expect(try !Self.sync(olga, server, at: Self.evening).talk.contains("alarm"), "an import")
    for machine in [anna, olga] { #expect(try Self.alarms(machine).isEmpty) }

    try ivan.apply(
      ids.prefix(60).map { #"{"type":"client","id":"\#($0)","delete":true}"# }, at: Self.evening)
    #expect(try !Self.sync(ivan, server, at: Self.evening).talk.contains("alarm"), "his own")
    let told = try Self.sync(olga, server, at: Self.evening)
    #expect(told.talk.contains("alarm: Иван"), "\(told)")
    #expect(try olga.clientIDs().count == 340 && anna.clientIDs().count == 340, "it is applied")
    // On every command of both, until somebody answers.
    for machine in [anna, olga] {
      for words in [["list", "clients"], ["today"], ["show", ids[99]], ["alarms"]] {
        let ending = try machine.run(words, with: ["KARTO_NOW": Self.later])
        #expect((ending.talk + ending.text).contains("Иван"), "\(words): \(ending)")
      }
    }
    // A first copy over the network raises none.
    let code = try #require(
      try anna.object("invite", "--for", "Пётр", "--role", "manager")["code"]?.text)
    let petr = try Karto()
    let joined = try petr.must("join", server.address, code, "base.karto")
    #expect(!joined.talk.contains("alarm"), "\(joined)")
    #expect(try Self.alarms(petr).isEmpty)

    // The hint names what takes it back, and who may shut the author out.
    let owners = try #require(try Self.alarms(anna).first)
    let managers = try #require(try Self.alarms(olga).first)
    #expect(owners["id"] == managers["id"])
    #expect(owners["undo"]?.text?.hasPrefix("karto undo --by Иван --since ") ?? false)
    #expect(owners["seal"] == .text("karto seal Иван"))
    #expect(managers["seal"] == .null && managers["seal_by"] == .list([.text("Анна")]))
    let words = try olga.run(["alarms", "--lang", "ru"], with: ["KARTO_NOW": Self.later]).text
    #expect(words.contains("это может: Анна") && !words.contains("karto seal"), "\(words)")
    #expect(
      try anna.run(["alarms", "--lang", "ru"], with: ["KARTO_NOW": Self.later]).text.contains(
        "karto seal Иван"))

    let id = try #require(owners["id"]?.text)
    try anna.must(at: Self.later, "alarms", "accept", id)
    let answered = try anna.run(
      ["alarms", "--all", "--lang", "ru"], with: ["KARTO_NOW": Self.later])
    #expect(answered.text.contains("отвечено, Анна, "), "\(answered)")
    #expect(try !anna.must(at: Self.later, "today").talk.contains("alarm:"))
    _ = try Self.sync(olga, server, at: Self.later)
    #expect(try Self.alarms(olga).isEmpty, "an answer goes for everyone")
    #expect(try !olga.must(at: Self.later, "list", "clients").talk.contains("alarm:"))
    try server.stop()
  }
}
