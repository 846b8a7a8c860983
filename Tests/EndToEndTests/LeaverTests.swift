import Support
import Testing

/// Whoever leaves takes nothing away and brings nothing in: each step as a user would type it, on
/// machines with homes of their own.
@Suite struct LeaverTests {
  /// Anna, the owner; Olga and Ivan, managers; and a folder that something carries between them.
  private struct Company {
    let anna: Karto
    let olga: Karto
    let ivan: Karto
    let recoveryKey: String
    let client: String
    let shared: String

    init() throws {
      anna = try Karto()
      olga = try Karto()
      ivan = try Karto()
      let founding = try anna.must(
        "new", "base.karto", "--name", "Ромашка", "--as", "Анна", "--json")
      recoveryKey = try #require(try JSON(founding.text)["recovery"]?.text)
      client = try anna.addClient("ООО Ромашка")
      shared = anna.folder.path("shared")
      try Contents.makeFolder(shared)
      try bring(olga, as: "Ольга")
      try bring(ivan, as: "Иван")
      try carry(by: anna, olga, ivan, anna, olga)
    }

    private func bring(_ karto: Karto, as name: String) throws {
      let code = try anna.object("invite", "--for", name)["code"]?.text
      try Contents.copy(anna.base, to: karto.base)
      try karto.must("join", "base.karto", try #require(code), "--device", "машина \(name)")
    }

    /// Each exchanges with the folder, in this order.
    func carry(by machines: Karto...) throws {
      for machine in machines {
        let ending = try machine("sync", shared)
        // 4: something was held, which is as it should be.
        #expect([0, 4].contains(ending.status), "\(ending)")
      }
    }

    /// One takes in the file of another.
    func pass(_ from: Karto, to other: Karto) throws -> JSON {
      let path = "\(other.workFolder)/passed"
      try Contents.copy(from.base, to: path)
      return try JSON(try other.must("merge", path, "--yes", "--json").text)
    }

    func clients(_ machine: Karto) throws -> Set<String> { Set(try machine.clientNames()) }
  }

  @Test func `what a leaver wrote later comes in by no way, and waits to be decided about`() throws
  {
    let company = try Company()
    let (anna, olga, ivan) = (company.anna, company.olga, company.ivan)
    _ = try ivan.addClient("До ухода")
    try company.carry(by: ivan, anna, olga)

    let refused = try olga("seal", "Иван", "--yes")
    #expect(refused.status == 5, "\(refused)")
    let rehearsed = try anna.object("seal", "Иван", "--dry-run")
    #expect(rehearsed["seal"] == .null)
    #expect(rehearsed["sealed"]?.elements.first?["name"] == .text("машина Иван"))
    let unanswered = try anna("seal", "Иван")
    #expect(unanswered.status == 2 && unanswered.talk.contains("машина Иван"), "\(unanswered)")
    #expect(try anna.objects("seal").isEmpty)
    let sealed = try anna.object("seal", "Иван", "--yes")
    #expect(sealed["member"] == .text("Иван") && sealed["whole"] == .truth(true))
    #expect(sealed["sealed"]?.elements.count == 1)
    #expect(try anna.object("seal", "Иван", "--yes")["seal"] == .null, "a second time is nothing")
    let listed = try anna.objects("seal")
    #expect(listed.map { $0["by"] } == [.text("Анна")] && listed[0]["void"] == .truth(false))

    // He does not know yet and works on: by file through Olga, who suspects nothing, and by folder.
    _ = try ivan.addClient("После ухода")
    try ivan.must("set", company.client, "city=Псков", "phones+=+74952346187")
    #expect(try company.pass(ivan, to: olga)["held"]?.integer == 0, "she does not know either")
    #expect(try company.clients(olga) == ["ООО Ромашка", "До ухода", "После ухода"])
    let brought = try company.pass(olga, to: anna)
    #expect(brought["held"]?.integer == 2, "\(brought)")
    #expect(try company.clients(anna) == ["ООО Ромашка", "До ухода"])
    // The seal reaches her, and takes out what had been applied beyond it.
    let back = try olga("sync", company.shared)
    #expect(back.status == 0 && !back.talk.contains("karto held"))
    try company.carry(by: anna)
    let told = try olga("sync", company.shared)
    #expect(told.talk.contains("karto held"), "\(told)")
    #expect(try company.clients(olga) == ["ООО Ромашка", "До ухода"])
    #expect(try anna.digest() == olga.digest())
    #expect(try olga("today").talk.contains("karto held"))
    // His own machine learns it from the folder and writes no more.
    try company.carry(by: ivan)
    #expect(try ivan("add", "client", "name=Нет").status == 5)
    #expect(try ivan.digest() == anna.digest())

    try decide(company)
  }

  private func decide(_ company: Company) throws {
    let (anna, olga) = (company.anna, company.olga)
    let held = try anna.objects("held")
    #expect(held.count == 2)
    #expect(held.allSatisfy { $0["by"] == .text("Иван") && $0["why"] == .text("sealed") })
    #expect(held.allSatisfy { $0["at"]?.text?.hasPrefix("2026-11-22T") ?? false })
    let changes = held[1]["changes"]?.elements ?? []
    #expect(changes.map { $0["field"] } == [.text("city"), .text("phones")], "\(held[1])")
    #expect(changes.map { $0["after"] } == [.text("Псков"), .text("+74952346187")])
    #expect(changes.allSatisfy { $0["name"] == .text("ООО Ромашка") })
    let shown = try anna("held", "--lang", "ru")
    #expect(shown.text.contains("Псков") && shown.text.contains("234-61-87"), "\(shown)")
    let dots = held.compactMap { $0["dot"]?.text }
    #expect(try anna.objects("held", dots[0]).count == 1)

    // Olga has set the city meanwhile: that stays, and she is told.
    try olga.must("set", company.client, "city=Тверь")
    try company.carry(by: olga, anna)
    let before = try Contents.read(anna.base)
    try anna.must("held", "adopt", "Иван", "--dry-run")
    try anna.must("held", "discard", "Иван", "--dry-run")
    #expect(try Contents.read(anna.base) == before)
    let adopted = try anna.object("held", "adopt", dots[1], "--yes")
    #expect(adopted["adopted"]?.texts == [dots[1]])
    #expect(adopted["left"]?.elements.first?["fields"]?.texts == ["city"], "\(adopted)")
    let client = try anna.object("show", company.client)
    #expect(client["city"] == .text("Тверь") && client["phones"]?.elements.count == 1, "\(client)")
    let again = try anna.object("held", "adopt", dots[1], "--yes")
    #expect(again["records"]?.elements.isEmpty ?? false, "\(again)")
    #expect(again["dots"]?.texts == [])
    try anna.must("held", "discard", "Иван", "--yes")
    #expect(try anna.objects("held").isEmpty)
    let all = try anna.objects("held", "--all")
    #expect(all.compactMap { $0["decision"]?.text } == ["discarded", "adopted"])
    #expect(try anna("held", "adopt", "Иван", "--yes").status == 3, "nothing of his waits")

    // The decisions reach her; nothing was dropped.
    try company.carry(by: anna, olga)
    #expect(try olga.objects("held").isEmpty)
    #expect(try olga.objects("held", "--all").count == 2)
    #expect(try !olga("today").talk.contains("karto held"))
    #expect(try anna.digest() == olga.digest())
    #expect(try anna.isSound() && olga.isSound())
  }

  @Test func `a person is shut out, though all machines that are known are out already`() throws {
    let anna = try Company().anna
    try anna.must("seal", "машина Иван", "--yes")
    #expect(try anna.object("seal", "машина Иван", "--yes")["seal"] == .null)
    let sealed = try anna.object("seal", "Иван", "--yes")
    #expect(sealed["seal"]?.text != nil && sealed["whole"] == .truth(true), "\(sealed)")
    #expect(try anna.object("seal", "Иван", "--yes")["seal"] == .null)
    #expect(try anna.objects("seal").count == 2)
  }

  @Test func `over the network nothing passes, and a void lets everything in`() throws {
    let company = try Company()
    let (anna, olga, ivan) = (company.anna, company.olga, company.ivan)
    try anna.must("seal", "Иван", "--yes")
    _ = try ivan.addClient("После ухода")
    let server = try Server(anna)
    let direct = try ivan("sync", server.address)
    #expect(direct.status != 0, "\(direct)")
    #expect(try company.pass(ivan, to: olga)["commits"]?.integer == 1)
    // What she took in from him is taken out as she learns of the seal, and waits on both sides.
    let synced = try olga("sync", server.address)
    #expect([0, 4].contains(synced.status) && synced.talk.contains("karto held"), "\(synced)")
    #expect(try anna.objects("held").count == 1 && olga.objects("held").count == 1)
    #expect(try company.clients(anna) == ["ООО Ромашка"])
    #expect(try anna.digest() == olga.digest())
    // An old copy, from before the seal, with which he comes in once more.
    let again = try anna.object("invite", "--for", "Иван")
    #expect(again["member"] == .text("Иван"))
    #expect(try olga("seal", "--void", "Иван", "--yes").status == 5)
    // She sealed him herself, and only the key on paper stands above her.
    #expect(try anna("seal", "--void", "Иван", "--yes").status == 5)
    let voided = try anna.object(
      "seal", "--void", "Иван", "--yes", "--recovery", company.recoveryKey)
    #expect(voided["freed"]?.integer == 1, "\(voided)")
    #expect(try company.clients(anna) == ["ООО Ромашка", "После ухода"])
    #expect(try anna.objects("held").isEmpty)
    _ = try ivan.addClient("Снова")
    #expect(try company.pass(ivan, to: anna)["held"]?.integer == 0)
  }

  @Test func `an owner whose machine is lost comes back with the key on paper`() throws {
    let company = try Company()
    let (anna, olga) = (company.anna, company.olga)
    let fresh = try Karto()
    try Contents.copy(olga.base, to: fresh.base)
    let wrong = try fresh("join", "base.karto", "karto-recovery-abcd")
    #expect(wrong.status == 2 && !wrong.talk.contains("abcd"), "\(wrong)")
    let before = try Contents.read(fresh.base)
    try fresh.must("join", "base.karto", company.recoveryKey, "--dry-run")
    #expect(try Contents.read(fresh.base) == before)
    let note = fresh.folder.path("paper")
    try Contents.write(company.recoveryKey + "\n", to: note)
    let joined = try fresh.run(
      ["join", "base.karto", "-", "--device", "новый", "--json"], input: note)
    #expect(joined.status == 0, "\(joined)")
    #expect(try JSON(joined.text)["role"] == .text("owner"))
    #expect(joined.talk.contains("karto seal"), "\(joined)")
    for name in Contents.files(below: fresh.home, endingIn: ".json") {
      let text = String(decoding: try Contents.read(name), as: UTF8.self)
      #expect(!text.contains(company.recoveryKey), "the key is kept nowhere")
    }

    // The thief writes on with the lost machine.
    _ = try anna.addClient("Вор")
    let name = try #require(
      try fresh.objects("devices").first {
        $0["member"] == .text("Анна") && $0["this"] == .truth(false)
      })
    let lost = try #require(name["id"]?.text)
    #expect(try fresh("seal", lost, "--yes").status == 5, "owners stand beside each other")
    try fresh.must("seal", lost, "--recovery", company.recoveryKey, "--yes")
    try company.carry(by: fresh, olga, anna)
    #expect(try company.clients(olga) == ["ООО Ромашка"])
    #expect(try anna("add", "client", "name=Ещё").status == 5)
    // She goes on as before: lets in, and shuts out.
    try fresh.must("members", "Ольга", "--role", "admin")
    try fresh.must("seal", "Иван", "--yes")
    #expect(
      try fresh("members", "Анна", "--role", "admin", "--recovery", company.recoveryKey).status
        == 4,
      "the last owner stays")
    let whole = try fresh("seal", "Анна", "--yes", "--recovery", company.recoveryKey)
    #expect(whole.status == 4, "\(whole)")
    #expect(try fresh.isSound())
  }

  @Test func `copies tells where the base lies and what is here only`() throws {
    let alone = try Karto.withBase()
    let warned = try alone("copies")
    #expect(warned.status == 0 && warned.talk.contains("karto invite --device"), "\(warned)")
    #expect(try alone.objects("copies").last?["alone"] == .truth(true))

    let company = try Company()
    let (anna, olga) = (company.anna, company.olga)
    try company.carry(by: olga, anna)
    func summary(_ karto: Karto) throws -> JSON { try #require(try karto.objects("copies").last) }
    #expect(try summary(anna)["alone"] == .truth(false))
    #expect(try summary(anna)["only_here"]?.integer == 0)
    let copies = try anna.objects("copies").dropLast()
    #expect(copies.first?["this"] == .truth(true) && copies.first?["missing"]?.integer == 0)
    // Olga wrote last when she joined; her note in the folder says that she holds all.
    let hers = try #require(copies.first { $0["name"] == .text("машина Ольга") })
    #expect(hers["missing"]?.integer == 0, "\(hers)")
    let folder = try #require(copies.first { $0["kind"] == .text("folder") })
    #expect(folder["missing"]?.integer == 0 && folder["spare"] == .truth(true))

    _ = try anna.addClient("Только здесь")
    let now = try summary(anna)
    #expect(now["only_here"]?.integer == 1, "\(now)")
    #expect(now["only_here_by"]?.elements.first?["by"] == .text("Анна"))
    // What she has told of and not brought is known too.
    _ = try olga.addClient("У Ольги")
    try company.carry(by: olga, anna)
    #expect(try summary(anna)["only_here"]?.integer == 0)
    try anna.must("seal", "машина Иван", "--yes")
    let his = try #require(
      try anna.objects("copies").first { $0["name"] == .text("машина Иван") })
    #expect(his["spare"] == .truth(false), "a copy that was shut out is none to count on")
  }
}
