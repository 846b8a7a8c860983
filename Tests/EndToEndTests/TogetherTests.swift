import Support
import Testing

/// Two people, two machines, one base: each step as a user would type it.
@Suite struct TogetherTests {
  /// Two machines whose users pass files to each other: two folders, each with a home of its own.
  private struct Pair {
    let anna: Karto
    let boris: Karto
    let client: String

    /// A base of Anna's with one client, of which Boris has no copy yet.
    init() throws {
      anna = try Karto()
      boris = try Karto()
      try anna.must("new", "base.karto", "--name", "Ромашка", "--as", "Анна")
      client = try anna.must("add", "client", "name=ООО Ромашка", "city=Псков").text.trimmed
    }

    func invite(_ words: String...) throws -> String {
      let ending = try anna.run(["invite"] + words + ["--json"])
      return try #require(try anna.objects(of: ending).first?["code"]?.text, "\(ending)")
    }

    /// Hands a copy of Anna's base over.
    func handOver() throws { try Contents.copy(anna.base, to: boris.base) }

    /// Boris has joined as a manager.
    static func joined() throws -> Pair {
      let pair = try Pair()
      let code = try pair.invite("--for", "Борис", "--role", "manager")
      try pair.handOver()
      try pair.boris.must("join", "base.karto", code, "--device", "ноутбук")
      return pair
    }

    /// Both take in what the other has.
    func exchange() throws {
      try Contents.copy(boris.base, to: "\(anna.workFolder)/from-boris")
      try Contents.copy(anna.base, to: "\(boris.workFolder)/from-anna")
      try anna.must("merge", "from-boris", "--yes")
      try boris.must("merge", "from-anna", "--yes")
      #expect(try anna.digest() == boris.digest())
    }
  }

  private static let later = ["KARTO_NOW": "2026-11-30T15:41:35Z"]

  @Test func `a colleague joins with a copy and a code, and both work`() throws {
    let pair = try Pair()
    let invitation = try pair.anna.object("invite", "--for", "Борис", "--role", "manager")
    #expect(invitation.keys == ["code", "member", "member_id", "role", "expires"])
    #expect(invitation["member"] == .text("Борис"))
    #expect(invitation["expires"] == .text("2026-11-29T15:41:34.000Z"), "seven days")
    try pair.handOver()
    let code = try #require(invitation["code"]?.text)
    let joined = try pair.boris.object("join", "base.karto", code, "--device", "ноутбук")
    #expect(joined["member"] == .text("Борис"))
    #expect(joined["role"] == .text("manager"))
    _ = try pair.boris.addClient("Клиент Бориса")
    _ = try pair.anna.addClient("Клиент Анны")
    try pair.exchange()
    #expect(
      Set(try pair.anna.clientNames()) == ["ООО Ромашка", "Клиент Анны", "Клиент Бориса"])
    #expect(try pair.anna.isSound() && pair.boris.isSound())
    let log = try pair.anna.objects("history")
    #expect(Set(log.compactMap { $0["by"]?.text }) == ["Анна", "Борис"], "\(log)")
    let members = try pair.boris.objects("members")
    #expect(members.compactMap { $0["name"]?.text } == ["Анна", "Борис"])
    #expect(members.compactMap { $0["state"]?.text } == ["active", "active"])
    #expect(members.map { $0["me"] } == [.truth(false), .truth(true)])
    let devices = try pair.anna.objects("devices")
    #expect(devices.compactMap { $0["member"]?.text } == ["Анна", "Борис"])
    #expect(devices.map { $0["this"] } == [.truth(true), .truth(false)])
    #expect(devices.last?["name"] == .text("ноутбук"))
    #expect(devices.last?["behind"]?.integer == 1, "he has not said that he saw her client")
  }

  @Test func `a code is no name, and works in any spelling`() throws {
    let pair = try Pair()
    let code = try pair.invite("--for", "Борис")
    try pair.handOver()
    let typed = code.uppercased().split(separator: "-").map(String.init)
    let ending = try pair.boris.run(["join", "base.karto"] + typed)
    #expect(ending.status == 0, "\(ending)")
    #expect(try pair.boris.objects("members").last?["role"] == .text("manager"), "the usual role")
  }

  @Test func `a code works once`() throws {
    let pair = try Pair()
    let code = try pair.invite("--for", "Борис")
    try pair.handOver()
    let third = try Karto()
    try Contents.copy(pair.anna.base, to: third.base)
    try pair.boris.must("join", "base.karto", code)
    #expect(try pair.boris("join", "base.karto", code).status == 1, "he is in already")
    let late = try Karto()
    try Contents.copy(pair.boris.base, to: late.base)
    let before = try Contents.read(late.base)
    let refused = try late("join", "base.karto", code)
    #expect(refused.status == 5 && refused.talk.contains("used already"), "\(refused)")
    #expect(try Contents.read(late.base) == before)
    // Whoever holds an older copy cannot know; but once she has seen who came, it stays with him.
    try pair.exchange()
    _ = try pair.anna.addClient("Клиент Анны")
    try third.must("join", "base.karto", code)
    _ = try third.addClient("Лишний")
    try Contents.copy(third.base, to: "\(pair.anna.workFolder)/from-third")
    let merge = try pair.anna.run(["merge", "from-third", "--yes", "--json"])
    #expect(try JSON(merge.text)["held"]?.integer == 2, "\(merge)")
    #expect(try !pair.anna.clientNames().contains("Лишний"))
  }

  @Test func `a code that expired or was taken back lets nobody in`() throws {
    let pair = try Pair()
    let code = try pair.invite("--for", "Борис")
    try pair.handOver()
    let expired = try pair.boris.run(["join", "base.karto", code], with: Self.later)
    #expect(expired.status == 5 && expired.talk.contains("expired"), "\(expired)")
    #expect(try pair.anna("invite", "--withdraw", "Борис").status == 0)
    try pair.handOver()
    let withdrawn = try pair.boris("join", "base.karto", code)
    #expect(withdrawn.status == 5 && withdrawn.talk.contains("taken back"), "\(withdrawn)")
    #expect(try pair.anna("invite", "--withdraw", "Борис").status == 3, "there is none left")
    #expect(try pair.anna.objects("members").last?["state"] == .text("lapsed"))
  }

  @Test func `a mistyped code is told from a wrong one`() throws {
    let pair = try Pair()
    let code = try pair.invite("--for", "Борис")
    let other = try Pair()
    let foreign = try other.invite("--for", "Борис")
    try pair.handOver()
    let before = try Contents.read(pair.boris.base)
    let last = code.last == "a" ? "e" : "a"
    let mistyped = try pair.boris("join", "base.karto", String(code.dropLast()) + last)
    #expect(mistyped.status == 2 && mistyped.talk.contains("mistake"), "\(mistyped)")
    let wrong = try pair.boris("join", "base.karto", foreign)
    #expect(wrong.status == 3 && wrong.talk.contains("no invitation"), "\(wrong)")
    #expect(try pair.boris("join", "base.karto").status == 2)
    #expect(try pair.boris("join", code).status == 2)
    #expect(try Contents.read(pair.boris.base) == before)
  }

  @Test func `a copy on a machine without invitation is read, and not written`() throws {
    let pair = try Pair()
    try pair.handOver()
    let before = try Contents.read(pair.boris.base)
    for words in [
      ["add", "client", "name=x"], ["set", pair.client, "city=Тверь"], ["delete", pair.client],
      ["log", "call", pair.client, "Привет"], ["task", "add", "Позвонить"], ["undo", "--last"],
      ["invite", "--for", "Кто-то"], ["invite", "--device"], ["resolve", pair.client, "city", "x"],
      ["import", Fixture.path("csv/clients_utf8.csv")], ["members", "Анна", "--role", "reader"],
      ["set", pair.client, "city=Тверь", "--dry-run"],
    ] {
      let ending = try pair.boris.run(words)
      #expect(ending.status == 5, "\(words): \(ending)")
      #expect(ending.talk.contains("karto join"), "\(words): \(ending)")
      #expect(ending.output.isEmpty, "\(words): \(ending)")
    }
    for words in [
      ["list", "clients"], ["show", pair.client], ["today"], ["history"], ["members"], ["devices"],
      ["conflicts"], ["find", "ромашка"],
    ] {
      let ending = try pair.boris.run(words)
      #expect(ending.status == 0, "\(words): \(ending)")
      let notes = ending.talk.split(separator: "\n").filter { $0.contains("read-only") }
      #expect(notes.count == 1, "\(words): \(ending)")
    }
    #expect(try !pair.boris("list", "clients", "-q").talk.contains("read-only"))
    #expect(try Contents.read(pair.boris.base) == before)
  }

  @Test func `a second machine of one's own joins by a code of one's own`() throws {
    let pair = try Pair.joined()
    let ending = try pair.boris.run(["invite", "--device", "--json"])
    let code = try #require(try pair.boris.objects(of: ending).first?["code"]?.text)
    let laptop = try Karto()
    try Contents.copy(pair.boris.base, to: laptop.base)
    #expect(try laptop.object("join", "base.karto", code)["member"] == .text("Борис"))
    try laptop.must("set", pair.client, "city=Омск")
    #expect(try laptop.objects("history").first?["by"] == .text("Борис"))
    let devices = try #require(try laptop.objects("members").last?["devices"])
    #expect(devices.elements.count == 2)
  }

  @Test func `a reader reads, and is told when writing`() throws {
    let pair = try Pair()
    let code = try pair.invite("--for", "Борис", "--role", "reader")
    try pair.handOver()
    try pair.boris.must("join", "base.karto", code)
    let written = try pair.boris("set", pair.client, "city=Омск")
    #expect(written.status == 5 && written.talk.contains("role"), "\(written)")
    let read = try pair.boris("list", "clients")
    #expect(read.status == 0 && !read.talk.contains("read-only"), "\(read)")
    #expect(try pair.boris("invite", "--for", "Друг").status == 5)
    try pair.anna.must("merge", pair.boris.base, "--yes")
    try pair.anna.must("members", "Борис", "--role", "manager")
    try pair.boris.must("merge", pair.anna.base, "--yes")
    try pair.boris.must("set", pair.client, "city=Омск")
  }

  @Test func `both values of a field are kept until someone decides`() throws {
    let pair = try Pair.joined()
    try pair.anna.must("set", pair.client, "city=Тверь")
    let later = try pair.boris.run(
      ["set", pair.client, "city=Москва"], with: ["KARTO_NOW": "2026-11-22T16:00:00Z"])
    #expect(later.status == 0)
    #expect(try pair.anna.objects("conflicts").isEmpty)
    try pair.exchange()
    for (machine, mine) in [(pair.anna, "Тверь"), (pair.boris, "Москва")] {
      let conflict = try machine.object("conflicts")
      #expect(conflict["id"] == .text(pair.client))
      #expect(conflict["type"] == .text("client"))
      #expect(conflict["name"] == .text("ООО Ромашка"))
      #expect(conflict["field"] == .text("city"))
      let values = conflict["values"]?.elements ?? []
      #expect(values.compactMap { $0["value"]?.text } == ["Москва", "Тверь"], "the later first")
      #expect(values.compactMap { $0["by"]?.text } == ["Борис", "Анна"])
      #expect(
        values.compactMap { $0["at"]?.text }
          == ["2026-11-22T16:00:00.000Z", "2026-11-22T15:41:34.000Z"])
      #expect(values.first { $0["mine"] == .truth(true) }?["value"] == .text(mine))
      #expect(try machine("today").talk.contains("1 conflict"))
      #expect(try machine.object("conflicts", pair.client)["field"] == .text("city"))
      #expect(try machine.object("conflicts", "city:Москва")["field"] == .text("city"))
      #expect(try machine.objects("conflicts", "city:Омск").isEmpty)
      #expect(try machine("conflicts").text.contains("Псков"), "what it was before")
    }
    try pair.anna.must("resolve", pair.client, "city", "theirs")
    #expect(try pair.anna.objects("conflicts").isEmpty)
    try pair.exchange()
    #expect(try pair.boris.objects("conflicts").isEmpty)
    #expect(try pair.boris.object("show", pair.client)["city"] == .text("Москва"))
    #expect(try !pair.boris("today").talk.contains("conflict"))
  }

  @Test func `a client that one deleted and the other edited is listed`() throws {
    for (decision, isThere) in [("keep", true), ("delete", false)] {
      let pair = try Pair.joined()
      try pair.anna.must("delete", pair.client)
      try pair.boris.must("set", pair.client, "city=Москва")
      try pair.exchange()
      let conflict = try pair.anna.object("conflicts")
      #expect(conflict["field"] == .text("deleted"))
      let values = conflict["values"]?.elements ?? []
      #expect(values.map { $0["value"] } == [.truth(false), .truth(true)])
      #expect(values.map { $0["mine"] } == [.truth(false), .truth(true)])
      #expect(try pair.anna("show", pair.client).text.contains("deleted by"))
      try pair.anna.must("resolve", pair.client, "deleted", decision)
      try pair.exchange()
      for machine in [pair.anna, pair.boris] {
        #expect(try machine.objects("conflicts").isEmpty)
        #expect(try machine.clientNames() == (isThere ? ["ООО Ромашка"] : []))
      }
    }
  }
}
