import Foundation
import Support
import Testing

@testable import Platform

/// Outsiders: those who listen, who change what goes by, and who dial without being of the base.
@Suite struct WireTests {
  @Test func `a capture of joining and of a sync holds nothing of the base`() throws {
    let office = try Office()
    let server = try Server(office.anna)
    let proxy = try Proxy(to: server.port)
    try office.anna.must(
      "add", "client", "name=ООО Василёк", "phones+=+74952346187", "emails+=sekret@vasilek.ru",
      "city=Тверь", "comment=Confidential remark of the owner")
    let code = try office.invite("Виктория Секретова")
    let vera = try Karto()
    try vera.must("join", proxy.address, code, "base.karto", "--device", "ноутбук-Виктории")
    _ = try vera.addClient("Лютик и партнёры")
    try vera.must("sync", proxy.address)
    #expect(proxy.records.count == 3, "the copy, the join, the sync")
    let header = try #require(try office.anna.shell("zcat base.karto | head -1").lines.first)
    let device = try #require(try vera.objects("devices").first { $0["this"] == .truth(true) })
    var secrets = [
      "Василёк", "Василек", "+74952346187", "74952346187", "2346187", "sekret@vasilek.ru",
      "vasilek", "Тверь", "Confidential", "Виктория", "Секретова", "ноутбук", "Лютик",
      "партнёры", "Ромашка", "Анна", "client", "commit", "workspace", "member",
      code, code.replacingOccurrences(of: "-", with: ""),
    ]
    secrets += [try JSON(header)["workspace"]?.text, device["id"]?.text].compactMap { $0 }
    // Parts of words would be telling too.
    secrets += code.split(separator: "-").map(String.init).filter { $0.count == 5 && $0 != "karto" }
    let capture = Data(proxy.everything)
    #expect(capture.count > 3000)
    for secret in secrets {
      for encoding in [String.Encoding.utf8, .utf16LittleEndian, .utf16BigEndian, .windowsCP1251] {
        guard let bytes = secret.data(using: encoding) else { continue }
        #expect(capture.range(of: bytes) == nil, "\(secret) in \(encoding)")
      }
    }
    // A document begins with gzip's magic, and so would its members.
    #expect(capture.range(of: Data([0x1f, 0x8b, 0x08, 0x04])) == nil)
  }

  @Test func `a recorded session that is played again gets a greeting and changes nothing`() throws
  {
    let office = try Office()
    let server = try Server(office.anna)
    let proxy = try Proxy(to: server.port)
    _ = try office.boris.addClient("Один раз")
    try office.boris.must("sync", proxy.address)
    let recorded = try #require(proxy.records.first)
    let before = try Contents.read(office.anna.base)
    let answer = try Self.say(recorded[0], to: server.port)
    #expect(answer.count == 39, "a greeting with another key, and then silence")
    #expect(answer != Array(recorded[1].prefix(39)))
    #expect(try Contents.read(office.anna.base) == before)
    // And someone who plays the server's part to a client.
    let player = try Self.FalseServer(recorded[1])
    let fooled = try office.boris("sync", "127.0.0.1:\(player.port)")
    #expect(fooled.status == 5, "\(fooled)")
    #expect(try office.boris.isSound())
  }

  @Test(arguments: [
    (Proxy.Direction.toServer, 10), (.toServer, 80), (.toServer, 240), (.toClient, 10),
    (.toClient, 80), (.toClient, 240), (.toClient, 2000),
  ])
  func `someone in the middle who changes a bit is found out`(
    direction: Proxy.Direction, place: Int
  ) throws {
    let office = try Office()
    try Office.fill(office.anna, 60)
    let server = try Server(office.anna)
    let proxy = try Proxy(to: server.port, Proxy.Behaviour(flip: (direction, place)))
    let before = try Contents.read(office.boris.base)
    let ending = try office.boris("sync", proxy.address)
    #expect(ending.status == 5 || ending.status == 1, "\(ending)")
    // Behind the greeting the one who dialled can tell.
    if direction == .toClient, place > 39 {
      #expect(ending.talk.contains("tampers"), "\(ending)")
    }
    #expect(try Contents.read(office.boris.base) == before)
    try office.boris.must("sync", server.address)
    #expect(try office.anna.digest() == office.boris.digest())
  }

  @Test func `those who are silent, slow or talk garbage keep nobody out`() throws {
    let office = try Office()
    let server = try Server(office.anna)
    // Each from an address of its own, since one that fails too often is not listened to.
    let idle = try Crowd(20, from: 2, to: server.port, saying: [])
    let slow = try Crowd(10, from: 3, to: server.port, saying: Array("kart".utf8))
    let large = try Crowd(5, from: 4, to: server.port, saying: Array("karto".utf8) + [1, 1])
    var random = SeededGenerator(seed: 5)
    let garbage = (0..<4000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    #expect(try Self.say(garbage, from: 5, to: server.port).count <= 39)
    let page = Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
    #expect(try Self.say(page, from: 6, to: server.port).count <= 39)
    // An oversize frame behind a good greeting.
    let greeting = Array("karto".utf8) + [1, 1] + garbage.prefix(32)
    let oversize = greeting + [UInt8](repeating: 0xff, count: 70_000)
    #expect(try Self.say(oversize, from: 7, to: server.port).count <= 39)
    _ = try office.boris.addClient("Новый")
    #expect(try office.boris.object("sync", server.address)["sent"]?.integer == 1)
    withExtendedLifetime((idle, slow, large)) {}
    let lines = try server.stop()
    #expect(lines.count == 1, "no line for those who are nobody: \(lines)")
  }

  @Test func `those who are not let in do not fill the log`() throws {
    let office = try Office()
    let running = try RunningKarto(
      office.anna, ["serve", "--listen", "127.0.0.1", "--port", "0", "--lang", "ru"])
    let first = try #require(try running.nextLine())
    let port = try #require(UInt16(first.split(separator: ";")[0].split(separator: ":")[1]))
    let page = Array("GET / HTTP/1.1\r\n\r\n".utf8)
    for number in 0..<40 { _ = try Self.say(page, from: 2 + UInt8(number % 2), to: port) }
    let (ending, lines) = try running.stop()
    #expect(ending.status == 0, "\(ending)")
    #expect(lines.count == 6, "\(lines)")
    let rest = "ещё отказано за минуту: 35 (127.0.0.3, 127.0.0.2)"
    #expect(lines.last?.hasSuffix(rest) == true, "\(lines)")
  }

  @Test func `a peer that stops reading holds up nobody else`() throws {
    let office = try Office(2)
    try Office.fill(office.anna, 3000, padding: 400)
    let server = try Server(office.anna)
    let proxy = try Proxy(to: server.port, Proxy.Behaviour(hold: (.toClient, 2000)))
    let stuck = try office.boris.start(["sync", proxy.address])
    try proxy.waitUntilHolding()
    let vera = office.others[1]
    try vera.must("sync", server.address)
    #expect(try vera.digest() == office.anna.digest())
    stuck.send(SIGKILL)
    _ = try stuck.wait()
  }

  // MARK: Hand-made sides

  /// Connections that stay open.
  private final class Crowd {
    private var members: [Member] = []

    private final class Member {
      let socket: Socket
      init(_ socket: consuming Socket) { self.socket = socket }
    }

    init(_ count: Int, from host: UInt8, to port: UInt16, saying bytes: [UInt8]) throws {
      for _ in 0..<count {
        let member = Member(try WireTests.dial(from: host, to: port))
        _ = try? member.socket.send(bytes.span)
        members.append(member)
      }
    }
  }

  /// Connects from 127.0.0.`host`.
  private static func dial(from host: UInt8, to port: UInt16) throws -> Socket {
    let socket = try Socket.open(AF_INET, .stream)
    try socket.bind(to: try #require(SocketAddress(host: [127, 0, 0, host], port: 0)))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    _ = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    var set = PollSet()
    _ = set.add(socket, reading: false, writing: true)
    try set.wait(millis: 5000)
    return socket
  }

  /// Says something to a server and reads to the end of its answer.
  private static func say(
    _ bytes: [UInt8], from host: UInt8 = 8, to port: UInt16
  ) throws -> [UInt8] {
    let socket = try dial(from: host, to: port)
    var answer: [UInt8] = []
    var sent = 0
    while true {
      var set = PollSet()
      _ = set.add(socket, reading: true, writing: sent < bytes.count)
      try set.wait(millis: 1000)
      // Being hung up on by a reset is an end as well.
      if sent < bytes.count {
        guard let count = try? socket.send(bytes.span.extracting(sent...)) else { return answer }
        sent += count
        if sent == bytes.count { socket.endSending() }
      }
      guard let found = try? socket.receive(into: &answer, upTo: 1 << 16), found != .end else {
        return answer
      }
    }
  }

  /// Someone who listens and plays what was recorded.
  private final class FalseServer {
    let port: UInt16

    init(_ bytes: [UInt8]) throws {
      let listener = try Socket.listen(on: .loopback(port: 0))
      port = try listener.localAddress().port
      let held = Held(listener)
      Thread.detachNewThread {
        var set = PollSet()
        _ = set.add(held.listener, reading: true, writing: false)
        guard (try? set.wait(millis: 30_000)) != nil,
          let accepted = try? held.listener.accept()
        else { return }
        let socket = accepted.take()
        _ = try? socket.send(bytes.span)
        socket.endSending()
        var answer: [UInt8] = []
        while true {
          var set = PollSet()
          _ = set.add(socket, reading: true, writing: false)
          guard (try? set.wait(millis: 1000)) != nil,
            let found = try? socket.receive(into: &answer, upTo: 1 << 16), found != .end
          else { return }
        }
      }
    }

    private final class Held: Sendable {
      let listener: Socket
      init(_ listener: consuming Socket) { self.listener = listener }
    }
  }
}
