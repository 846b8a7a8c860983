import Foundation
import Support
import Testing

/// What networks and machines do in the middle of an exchange; nothing may be lost.
@Suite struct NetworkHardCaseTests {
  /// An office in which Anna has much that Boris lacks, and the other way round.
  private static func apart(_ count: Int = 400) throws -> Office {
    let office = try Office()
    try Office.fill(office.anna, count)
    try Office.fill(office.boris, count / 4)
    return office
  }

  private static func expectEqual(_ office: Office, _ note: String = "") throws {
    #expect(try office.anna.digest() == office.boris.digest(), "\(note)")
    #expect(try office.anna.isSound() && office.boris.isSound(), "\(note)")
  }

  @Test(arguments: [Proxy.Direction.toServer, .toClient])
  func `cut wherever, the next exchange goes on`(direction: Proxy.Direction) throws {
    let office = try Self.apart()
    let server = try Server(office.anna)
    let proxy = try Proxy(to: server.port)
    for after in [20, 60, 300, 2000, 12_000, 30_000] {
      proxy.behave(Proxy.Behaviour(cut: (direction, after)))
      let cut = try office.boris("sync", proxy.address)
      guard cut.status != 0 else { continue }
      #expect(cut.status == 1 || cut.status == 5 && after < 500, "\(after): \(cut)")
      #expect(try office.anna.isSound() && office.boris.isSound())
    }
    proxy.behave(Proxy.Behaviour())
    try office.boris.must("sync", proxy.address)
    try Self.expectEqual(office)
  }

  @Test func `a server that is killed in mid-transfer and starts again loses nothing`() throws {
    let office = try Self.apart()
    let server = try Server(office.anna)
    let proxy = try Proxy(to: server.port, Proxy.Behaviour(hold: (.toClient, 10_000)))
    let syncing = try office.boris.start(["sync", proxy.address])
    try proxy.waitUntilHolding()
    _ = try server.running.stop(SIGKILL)
    proxy.stop()
    let ending = try syncing.wait()
    #expect(ending.status == 1 && ending.talk.contains("broke off"), "\(ending)")
    let restarted = try Server(office.anna, port: server.port)
    let again = try office.boris.object("sync", restarted.address)
    #expect(again["digests_equal"] == .truth(true))
    try Self.expectEqual(office)
  }

  @Test func `a client that is killed in mid-transfer loses nothing`() throws {
    let office = try Self.apart()
    let server = try Server(office.anna)
    let proxy = try Proxy(to: server.port, Proxy.Behaviour(hold: (.toClient, 10_000)))
    let syncing = try office.boris.start(["sync", proxy.address])
    try proxy.waitUntilHolding()
    syncing.send(SIGKILL)
    _ = try syncing.wait()
    proxy.behave(Proxy.Behaviour())
    try office.boris.must("sync", proxy.address)
    try Self.expectEqual(office)
    let (ending, _) = try server.running.stop()
    #expect(ending.status == 0, "the server has outlived it: \(ending)")
  }

  @Test(arguments: [2, 15])
  func `a server that is asked to stop in mid-transfer does so cleanly`(signal: Int32) throws {
    let office = try Self.apart()
    let server = try Server(office.anna)
    let proxy = try Proxy(to: server.port, Proxy.Behaviour(hold: (.toServer, 10_000)))
    let syncing = try office.boris.start(["sync", proxy.address])
    try proxy.waitUntilHolding()
    let (ending, _) = try server.running.stop(signal)
    #expect(ending.status == 0, "\(ending)")
    proxy.release()
    let cut = try syncing.wait()
    #expect(cut.status == 1, "\(cut)")
    let restarted = try Server(office.anna)
    try office.boris.must("sync", restarted.address)
    try Self.expectEqual(office)
  }

  @Test func `a machine that sleeps in mid-transfer goes on when it wakes`() throws {
    let office = try Self.apart()
    let server = try Server(office.anna)
    let proxy = try Proxy(to: server.port, Proxy.Behaviour(hold: (.toClient, 10_000)))
    let syncing = try office.boris.start(["sync", proxy.address])
    try proxy.waitUntilHolding()
    syncing.send(SIGSTOP)
    proxy.release()
    // Meanwhile the server works with others.
    let vera = try office.join(server.address, "Вера")
    #expect(try vera.isSound())
    syncing.send(SIGCONT)
    #expect(try syncing.wait().status == 0)
    try office.boris.must("sync", server.address)
    try Self.expectEqual(office)
  }

  @Test func `the same bases edited by other processes in mid-transfer end up equal`() throws {
    let office = try Self.apart()
    let server = try Server(office.anna)
    let proxy = try Proxy(to: server.port, Proxy.Behaviour(hold: (.toClient, 10_000)))
    let syncing = try office.boris.start(["sync", proxy.address])
    try proxy.waitUntilHolding()
    _ = try office.anna.addClient("Анна тем временем")
    _ = try office.boris.addClient("Борис тем временем")
    try office.boris.must("compact")
    proxy.release()
    let ending = try syncing.wait()
    #expect(ending.status == 0, "\(ending)")
    try office.boris.must("sync", server.address)
    try Self.expectEqual(office)
    #expect(try office.anna.clientNames().contains("Борис тем временем"))
    #expect(try office.boris.clientNames().contains("Анна тем временем"))
  }

  @Test func `a full disk on the side that dials changes nothing there`() throws {
    let office = try Self.apart()
    let server = try Server(office.anna)
    let before = try Contents.read(office.boris.base)
    let ending = try office.boris.shell(
      "(ulimit -f \(before.count / 1024); exec \"$KARTO\" sync \(server.address)) 2>&1 | "
        + "cat >&2; exit ${PIPESTATUS[0]}")
    #expect(ending.status == 1 && ending.talk.contains("karto: "), "\(ending)")
    #expect(try Contents.read(office.boris.base) == before)
    #expect(try office.boris.isSound())
    try office.boris.must("sync", server.address)
    try Self.expectEqual(office)
  }

  @Test func `a full disk on the server is told to the other side, and the server goes on`() throws
  {
    let office = try Self.apart()
    let before = try Contents.read(office.anna.base)
    var limited = office.anna
    limited.prefix = [
      "bash", "-c", "ulimit -f \(before.count / 1024); exec \"$0\" \"$@\"",
    ]
    let server = try Server(limited)
    let ending = try office.boris.run(["sync", server.address, "--json"])
    #expect(ending.status == 1 && ending.talk.contains("disk may be full"), "\(ending)")
    #expect(try JSON(ending.text)["error"] == .text("peer"))
    #expect(try Contents.read(office.anna.base) == before)
    let lines = try server.stop()
    #expect(lines.map { $0["error"]?.text } == ["storage"], "\(lines)")
    let roomy = try Server(office.anna)
    try office.boris.must("sync", roomy.address)
    try Self.expectEqual(office)
  }

  @Test func `two that serve and dial each other at once become equal and stay so`() throws {
    let office = try Self.apart(100)
    let annas = try Server(office.anna)
    let boriss = try Server(office.boris)
    let first = try RunningKarto(office.anna, ["sync", "--watch", boriss.address, "--json"])
    let second = try RunningKarto(office.boris, ["sync", "--watch", annas.address, "--json"])
    _ = try first.nextObject()
    _ = try second.nextObject()
    let id = try office.anna.addClient("Один раз")
    // By which of the two ways it comes is left to them.
    let deadline = ContinuousClock.now + .seconds(60)
    while try office.boris.run(["show", id]).status != 0 {
      guard ContinuousClock.now < deadline else { throw SupportError("it does not come") }
    }
    for watcher in [first, second] { #expect(try watcher.stop().ending.status == 0) }
    try annas.stop()
    try boriss.stop()
    try Self.expectEqual(office)
  }

  @Test func `many at once are served`() throws {
    let office = try Office(5)
    let server = try Server(office.anna)
    for karto in office.others { try Office.fill(karto, 20) }
    let running = try office.others.map { try $0.start(["sync", server.address]) }
    for process in running { #expect(try process.wait().status == 0) }
    for karto in office.others { try karto.must("sync", server.address) }
    let digests = try Set(([office.anna] + office.others).map { try $0.digest() })
    #expect(digests.count == 1)
    try server.stop()
  }

  @Test func `a first copy that breaks off goes on by the same command`() throws {
    let office = try Office()
    try Office.fill(office.anna, 2000)
    let server = try Server(office.anna)
    let code = try office.invite("Вера")
    let proxy = try Proxy(to: server.port, Proxy.Behaviour(cut: (.toClient, 3000)))
    let vera = try Karto()
    let cut = try vera("join", proxy.address, code, "base.karto")
    #expect(cut.status == 1 && cut.talk.contains("repeat"), "\(cut)")
    #expect(!Contents.exists(vera.base) && Contents.exists(vera.base + ".part"))
    proxy.behave(Proxy.Behaviour())
    try vera.must("join", proxy.address, code, "base.karto")
    #expect(try vera.digest() == office.anna.digest())
    #expect(!Contents.exists(vera.base + ".part"))
  }

  @Test func `a first copy on a slow line outlives its process`() throws {
    let office = try Office()
    for number in 0..<4 { try Office.fill(office.anna, 600 + number, padding: 400) }
    let server = try Server(office.anna)
    let code = try office.invite("Вера")
    let vera = try Karto()
    // Less than is stored at once comes, and then nothing more.
    let proxy = try Proxy(to: server.port, Proxy.Behaviour(hold: (.toClient, 150_000)))
    let joining = try vera.start(["join", proxy.address, code, "base.karto"])
    try proxy.waitUntilHolding()
    let part = vera.base + ".part"
    while ((try? Contents.read(part).count) ?? 0) < 20_000, proxy.isConnected { sched_yield() }
    joining.send(SIGKILL)
    _ = try joining.wait()
    let kept = try Contents.read(part)
    proxy.behave(Proxy.Behaviour())
    try vera.must("join", proxy.address, code, "base.karto")
    let whole = try Contents.read(vera.base)
    let again = try #require(proxy.records.dropFirst().first)
    #expect(again[1].count < whole.count - kept.count / 2, "what was there does not come again")
    #expect(try vera.digest() == office.anna.digest())
  }

  @Test func `a failure that lasts is told once, and not as a connection that was made`() throws {
    let office = try Office()
    try Office.fill(office.anna, 100)
    let roomy = try Server(office.anna)
    try office.boris.must("sync", roomy.address)
    try roomy.stop()
    try Office.fill(office.boris, 40)
    let before = try Contents.read(office.anna.base)
    var limited = office.anna
    limited.prefix = ["bash", "-c", "ulimit -f \(before.count / 1024); exec \"$0\" \"$@\""]
    let server = try Server(limited)
    let watching = try RunningKarto(office.boris, ["sync", "--watch", server.address])
    for _ in 0..<2 { #expect(try server.running.nextObject()["error"] == .text("storage")) }
    let (ending, lines) = try watching.stop()
    #expect(lines.count { $0.contains("connected") } == 1, "\(lines)")
    #expect(ending.talk.components(separatedBy: "trying again").count == 2, "\(ending)")
    try server.stop()
  }

  @Test func `a copy that is there already is joined without copying again`() throws {
    let office = try Office()
    let server = try Server(office.anna)
    let code = try office.invite("Вера")
    let vera = try Karto()
    try Contents.copy(office.anna.base, to: vera.base)
    try vera.must("join", server.address, code, "base.karto")
    #expect(try vera.digest() == office.anna.digest())
    let other = try Karto.withBase()
    let before = try Contents.read(other.base)
    let refused = try other("join", server.address, try office.invite("Глеб"), "base.karto")
    #expect(refused.status == 1 && refused.talk.contains("already exists"), "\(refused)")
    #expect(try Contents.read(other.base) == before)
  }
}
