import Foundation
import Support
import Testing

/// What scripts rely on when machines talk with each other.
@Suite struct NetworkContractTests {
  @Test(arguments: [2, 15])
  func `a server says first where it listens, then a line a session, and ends with status 0`(
    signal: Int32
  ) throws {
    let office = try Office()
    let server = try RunningKarto(
      office.anna, ["serve", "--listen", "127.0.0.1", "--port", "0", "--json"])
    let first = try #require(try server.nextLine())
    #expect(first.wholeMatch(of: #/\{"listening":"127\.0\.0\.1:[1-9][0-9]*"\}/#) != nil, "\(first)")
    let address = try #require(try JSON(first)["listening"]?.text)
    try office.boris.must("sync", address)
    let id = try office.boris.addClient("Новый")
    let sync = try office.boris.object("sync", address)
    #expect(sync["sent"]?.integer == 1 && sync["received"]?.integer == 0, "\(sync)")
    let (ending, lines) = try server.stop(signal)
    #expect(ending.status == 0, "\(ending)")
    let sessions = try lines.map { try JSON($0) }
    #expect(sessions.map { $0["session"]?.integer } == [1, 2])
    #expect(sessions.map { $0["received"]?.integer } == [0, 1])
    #expect(sessions.allSatisfy { $0["digests_equal"] == .truth(true) && $0["error"] == .null })
    #expect(sessions.allSatisfy { $0["member"] == .text("Сотрудник 0") })
    #expect(try office.anna.object("show", id)["name"] == .text("Новый"))
  }

  @Test func `a sync ends with what was exchanged, nothing included`() throws {
    let office = try Office()
    let server = try Server(office.anna)
    _ = try office.anna.addClient("От Анны")
    _ = try office.anna.addClient("И ещё")
    _ = try office.boris.addClient("От Бориса")
    let ending = try office.boris.run(["sync", server.address, "--json"])
    let last = try #require(ending.lines.last)
    #expect(
      last.hasPrefix(#"{"sent":1,"received":2,"held":0,"digests_equal":true"#), "\(ending)")
    #expect(ending.status == 0 && ending.lines.count == 1)
    let again = try office.boris.object("sync", server.address)
    #expect(again["sent"]?.integer == 0 && again["received"]?.integer == 0)
    #expect(again["digests_equal"] == .truth(true))
    #expect(try office.anna.digest() == office.boris.digest())
    let words = try office.boris.run(["sync", server.address, "--lang", "ru"])
    #expect(
      words.text == "получено: 0 изменений, отдано: 0 изменений; базы одинаковы\n", "\(words)")
  }

  @Test func `an address and a code make a whole copy on a new machine`() throws {
    let anna = try Karto()
    try anna.must("new", "base.karto", "--name", "Ромашка", "--as", "Анна")
    try Office.fill(anna, 300)
    let server = try Server(anna)
    // Invited while the server runs, by another process.
    let code = try JSON(
      try anna.must("invite", "--for", "Борис", "--role", "manager", "--json").text)["code"]?.text
    let boris = try Karto()
    let joined = try boris.object(
      "join", server.address, try #require(code), "base.karto", "--device", "ноутбук")
    #expect(joined["member"] == .text("Борис") && joined["role"] == .text("manager"))
    #expect(joined["path"] == .text("base.karto") && joined["device_name"] == .text("ноутбук"))
    #expect(!Contents.exists(boris.base + ".part"))
    #expect(try boris.isSound() && boris.isGzip())
    #expect(try boris.digest() == anna.digest(), "and the others know of the new device at once")
    #expect(try anna.objects("devices").compactMap { $0["name"]?.text }.contains("ноутбук"))
    let third = try Karto()
    let refused = try third("join", server.address, try #require(code), "base.karto")
    #expect(refused.status == 5 && refused.talk.contains("code"), "a code works once: \(refused)")
    #expect(!Contents.exists(third.base))
    // Not the base's own port, so that the old way goes on working beside it.
    try Contents.copy(anna.base, to: third.base)
    let second = try JSON(try anna.must("invite", "--for", "Вера", "--json").text)["code"]?.text
    try Contents.copy(anna.base, to: third.base)
    try third.must("join", "base.karto", try #require(second))
    _ = try third.addClient("Клиент Веры")
    #expect(try third.object("sync", server.address)["sent"]?.integer == 2)
    // What it says is what was done, and nothing of what it had no need to do.
    let last = try JSON(try anna.must("invite", "--for", "Глеб", "--json").text)["code"]?.text
    let gleb = try Karto()
    let told = try gleb.run(
      ["join", server.address, try #require(last), "base.karto", "--lang", "ru"])
    #expect(told.status == 0 && told.talk.contains("скопировано"), "\(told)")
    #expect(told.talk.contains("karto sync \(server.address)"), "\(told)")
    #expect(!told.talk.contains("не сравнивались"), "\(told)")
    #expect(try gleb.object("sync", server.address)["digests_equal"] == .truth(true))
  }

  @Test func `a watcher passes on what others write to either file, and is quiet otherwise`() throws
  {
    let office = try Office(2)
    let vera = office.others[1]
    let server = try Server(office.anna)
    let watching = try RunningKarto(
      office.boris, ["sync", "--watch", server.address, "--json"])
    let other = try RunningKarto(vera, ["sync", "--watch", server.address, "--json"])
    #expect(try watching.nextObject()["digests_equal"] == .truth(true), "what was there before")
    _ = try other.nextObject()
    _ = try office.boris.addClient("С машины Бориса")
    #expect(try watching.nextObject()["sent"]?.integer == 1)
    let passed = try other.nextObject()
    #expect(passed["received"]?.integer == 1 && passed["sent"]?.integer == 0, "\(passed)")
    #expect(try office.anna.clientNames().contains("С машины Бориса"))
    _ = try office.anna.addClient("С машины Анны")
    #expect(try watching.nextObject()["received"]?.integer == 1)
    #expect(try other.nextObject()["received"]?.integer == 1)
    try office.boris.must("compact")
    _ = try office.boris.addClient("В упакованную базу")
    #expect(try watching.nextObject()["sent"]?.integer == 1)
    #expect(try other.nextObject()["received"]?.integer == 1)
    for watcher in [watching, other] {
      let (ending, lines) = try watcher.stop()
      #expect(ending.status == 0 && lines == [], "quiet when nothing changes: \(lines), \(ending)")
    }
    #expect(try server.stop().count == 2, "a session that stays is one session")
    #expect(try office.anna.digest() == office.boris.digest())
    #expect(try office.anna.digest() == vera.digest())
  }

  @Test func `a watcher takes up again what a server that was killed has left`() throws {
    let office = try Office()
    let server = try Server(office.anna)
    let watching = try RunningKarto(
      office.boris, ["sync", "--watch", server.address, "--json"])
    _ = try watching.nextObject()
    _ = try server.running.stop(SIGKILL)
    _ = try office.boris.addClient("Пока сервера нет")
    let restarted = try Server(office.anna, port: server.port)
    let caughtUp = try watching.nextObject()
    #expect(caughtUp["sent"]?.integer == 1 && caughtUp["digests_equal"] == .truth(true))
    let (ending, _) = try watching.stop()
    #expect(ending.status == 0 && ending.talk.contains("trying again"), "\(ending)")
    try restarted.stop()
  }

  @Test func `peers are listed with when they were met, what they lack and what is only here`()
    throws
  {
    let office = try Office()
    let server = try Server(office.anna)
    for number in 0..<41 { _ = try office.boris.addClient("Клиент \(number)") }
    let before = try office.boris.objects("peers")
    let this = try #require(before.first { $0["this"] == .truth(true) })
    #expect(this["only_here"]?.integer == 41)
    let other = try #require(before.first { $0["this"] == .truth(false) })
    #expect(other["lacks"]?.integer == 41 && other["only_here"] == nil)
    #expect(other["met"] == .text("2026-11-22T15:41:34.000Z"))
    #expect(other["member"] == .text("Анна"))
    let words = try office.boris.must("peers", "--lang", "ru").text
    #expect(words.hasSuffix("\n41 изменение есть только на этом компьютере\n"), "\(words)")
    try office.boris.must("sync", server.address)
    let after = try office.boris.objects("peers")
    #expect(after.first { $0["this"] == .truth(true) }?["only_here"]?.integer == 0)
    let met = try #require(after.first { $0["this"] == .truth(false) })
    #expect(met["lacks"]?.integer == 0 && met["address"] == .text(server.address))
    // On Anna's side too, who was dialled and knows no address.
    _ = try office.anna.addClient("Новый")
    let hers = try office.anna.objects("peers")
    #expect(hers.first { $0["this"] == .truth(true) }?["only_here"]?.integer == 1)
    #expect(hers.first { $0["this"] == .truth(false) }?["lacks"]?.integer == 1)
    #expect(hers.first { $0["this"] == .truth(false) }?["address"] == .null)
  }

  @Test func `a folder is a folder and all else a machine`() throws {
    let karto = try Karto.withBase()
    try Contents.makeFolder("\(karto.workFolder)/shared")
    let plain = try karto.run(["sync", "shared", "--json"])
    #expect(plain.status == 0, "\(plain)")
    #expect(try JSON(plain.text)["published"] != nil)
    #expect(plain.talk.contains("karto sync shared:15278"), "how to mean a machine: \(plain)")
    #expect(try karto.object("sync", "./shared")["published"] != nil)
    let missing = try karto("sync", "./nowhere")
    #expect(missing.status == 1 && missing.talk.contains("no such folder"), "\(missing)")
    let unknown = try karto("sync", "nowhere.invalid")
    #expect(unknown.status == 3 && unknown.talk.contains("./nowhere.invalid"), "\(unknown)")
    for word in ["127.0.0.1:99999", "office:x"] {
      let wrong = try karto("sync", word)
      #expect(wrong.status == 2 && wrong.talk.contains("up to 65535"), "\(wrong)")
    }
    #expect(try karto("sync").status == 2)
    #expect(try karto("sync", "shared", "other").status == 2)
  }

  @Test func `what keeps machines apart is said, with what to do`() throws {
    let office = try Office()
    let server = try Server(office.anna)
    let port = server.port
    let busy = try office.boris("serve", "--listen", "127.0.0.1", "--port", "\(port)")
    #expect(busy.status == 1 && busy.talk.contains("--port \(port + 1)"), "\(busy)")
    let foreign = try office.boris("serve", "--listen", "192.0.2.1")
    #expect(foreign.status == 1 && foreign.talk.contains("no address of this"), "\(foreign)")
    let stranger = try Karto.withBase()
    let hungUp = try stranger("sync", server.address)
    #expect(hungUp.status == 5 && hungUp.talk.contains("another base"), "\(hungUp)")
    let own = try office.anna("sync", server.address)
    #expect(own.status == 1 && own.talk.contains("this very device"), "\(own)")
    let reading = try Karto()
    try Contents.copy(office.anna.base, to: reading.base)
    let noKey = try reading("sync", server.address)
    #expect(noKey.status == 5 && noKey.talk.contains("karto join"), "\(noKey)")
    try server.stop()
    let refused = try office.boris.run(["sync", server.address, "--json"])
    #expect(refused.status == 1 && refused.talk.contains("karto serve"), "\(refused)")
    #expect(try JSON(refused.text)["error"] == .text("unreachable"))
  }

  @Test func `clocks that are years apart are told of and do no harm`() throws {
    let office = try Office()
    let server = try Server(office.anna)
    let late = ["KARTO_NOW": "2031-11-22T15:41:34Z"]
    _ = try office.boris.run(["add", "client", "name=Из будущего"], with: late)
    let ending = try office.boris.run(["sync", server.address, "--json"], with: late)
    #expect(ending.status == 0 && ending.talk.contains("1826 days behind"), "\(ending)")
    #expect(try JSON(ending.text)["digests_equal"] == .truth(true))
    let near = ["KARTO_NOW": "2026-11-22T15:46:00Z"]
    let quiet = try office.boris.run(["sync", server.address], with: near)
    #expect(!quiet.talk.contains("clock"), "\(quiet)")
  }
}
