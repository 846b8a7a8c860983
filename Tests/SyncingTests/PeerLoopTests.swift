#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Bytes
import Documents
import Sealing
import Support
import Testing

@testable import Platform
@testable import Replication
@testable import Syncing

/// A loop of one machine on loopback, with a clock that the test sets.
private final class Station {
  let store: MemoryStore
  private(set) var loop: PeerLoop
  private(set) var endings: [PeerLoop.Ending] = []
  private(set) var openedCount = 0
  private(set) var turnedAwayCount = 0
  private(set) var arrivedCount = 0
  private(set) var address = SocketAddress.loopback(port: 0)
  var now: Int64 = 1_000_000

  private final class Reference { weak var station: Station? }

  init(
    _ base: MemoryBase, _ device: SigningKey, policy: any PeerPolicy, stays: Bool = false,
    limits: PeerLimits = PeerLimits(), listens: Bool = true, isIPv6: Bool = false
  ) throws {
    store = MemoryStore(base, device: device)
    let reference = Reference()
    loop = PeerLoop(
      identity: ChannelIdentity(member: base.header, device: device), policy: policy,
      store: store, limits: limits,
      terms: {
        var terms = Session.Terms(nowMillis: 0)
        terms.stays = stays
        return terms
      }, nowMillis: { reference.station?.now ?? 0 }
    ) { event in
      switch event {
      case .ended(_, let ending): reference.station?.endings.append(ending)
      case .opened: reference.station?.openedCount += 1
      case .turnedAway: reference.station?.turnedAwayCount += 1
      case .progress(_, let summary): reference.station?.arrivedCount = summary.arrivedCount
      case .accepted: break
      }
    }
    reference.station = self
    guard listens else { return }
    let socket = try Socket.listen(on: .loopback(port: 0, isIPv6: isIPv6))
    address = try socket.localAddress()
    loop.listen(socket)
  }

  /// Dials, and gives up the socket itself to the test.
  func connectByHand() throws -> Socket {
    try Socket.connect(to: address, deadlineMillis: 5000)
  }
}

private struct Town {
  let base: MemoryBase
  let keys: [SigningKey]
  let policy: ListPolicy

  init() throws {
    base = try MemoryBase(seed: 1)
    keys = try [base.founder] + (1..<6).map { try key(seed: 1, $0) }
    policy = ListPolicy(devices: Set(keys.map(\.publicKey)))
  }

  func station(
    _ number: Int, stays: Bool = false, limits: PeerLimits = PeerLimits(), listens: Bool = true,
    isIPv6: Bool = false, policy: (any PeerPolicy)? = nil
  ) throws -> Station {
    try Station(
      base, keys[number], policy: policy ?? self.policy, stays: stays, limits: limits,
      listens: listens,
      isIPv6: isIPv6)
  }
}

/// Lets loops work until something is so.
private func work(_ stations: [Station], until isDone: () throws -> Bool) throws {
  for _ in 0..<5000 {
    if try isDone() { return }
    for station in stations { try station.loop.step(waitMillis: 1) }
  }
  Issue.record("it does not come to that")
}

/// Reads from a socket until it ends, while a loop works; gives what came.
private func drain(_ socket: borrowing Socket, _ station: Station) throws -> [UInt8] {
  var bytes: [UInt8] = []
  for _ in 0..<5000 {
    try station.loop.step(waitMillis: 1)
    if (try? socket.receive(into: &bytes, upTo: 4096)) ?? .end == .end { return bytes }
  }
  Issue.record("the connection does not end")
  return bytes
}

@Suite struct PeerLoopTests {
  @Test(arguments: [false, true])
  func `a machine dials another and both have everything`(isIPv6: Bool) throws {
    var random = SeededGenerator(seed: 1)
    let town = try Town()
    let server = try town.station(0, isIPv6: isIPv6)
    let client = try town.station(1, listens: false)
    try server.store.write(3, &random)
    try client.store.write(2, &random)
    client.loop.dial([server.address])
    try work([server, client]) { !client.endings.isEmpty && !server.endings.isEmpty }
    #expect(client.endings[0].failure == nil && server.endings[0].failure == nil)
    #expect(client.endings[0].summary.sentCount == 2)
    #expect(client.endings[0].summary.receivedCount == 3)
    #expect(client.endings[0].peer?.device == town.keys[0].publicKey)
    #expect(try server.store.holdings() == client.store.holdings())
    #expect(client.loop.connectionCount == 0)
  }

  @Test func `what one of many who stay writes, all have at once`() throws {
    var random = SeededGenerator(seed: 2)
    let town = try Town()
    let server = try town.station(0)
    let clients = try (1..<5).map { try town.station($0, stays: true, listens: false) }
    for client in clients { client.loop.dial([server.address]) }
    let all = [server] + clients
    try work(all) { server.openedCount == 4 }
    for round in 0..<6 {
      let writer = clients[round % 4]
      try writer.store.write(1 + round % 2, &random)
      writer.loop.takeInChanges = {
        writer.loop.takeInChanges = nil
        return true
      }
      for station in all { station.now += 1000 }
      let expected = try writer.store.holdings().marks.values.map(\.number).sorted()
      try work(all) {
        try all.allSatisfy {
          try $0.store.holdings().marks.values.map(\.number).sorted() == expected
        }
      }
    }
    server.loop.close()
    try work(all) { clients.allSatisfy { !$0.endings.isEmpty } && server.endings.count == 4 }
    #expect(all.allSatisfy { $0.endings.allSatisfy { $0.failure == nil } })
  }

  @Test func `a device that is sealed meanwhile is shown out and told so`() throws {
    let town = try Town()
    let policy = ChangingPolicy(town.policy)
    let server = try town.station(0, policy: policy)
    let sealed = try town.station(1, stays: true, listens: false)
    let other = try town.station(2, stays: true, listens: false)
    sealed.loop.dial([server.address])
    other.loop.dial([server.address])
    try work([server, sealed, other]) { server.openedCount == 2 }
    policy.present.sealed = [town.keys[1].publicKey]
    // The seal is a commit like any other, by another process.
    server.loop.takeInChanges = {
      server.loop.takeInChanges = nil
      return true
    }
    server.now += 1000
    try work([server, sealed, other]) { !sealed.endings.isEmpty && !server.endings.isEmpty }
    guard case .session(.refused(.sealed))? = sealed.endings[0].failure else {
      Issue.record("\(String(describing: sealed.endings[0].failure))")
      return
    }
    guard case .channel(.notAdmitted(town.keys[1].publicKey, .sealed))? = server.endings[0].failure
    else {
      Issue.record("\(String(describing: server.endings[0].failure))")
      return
    }
    #expect(other.endings.isEmpty && server.loop.connectionCount == 1)
  }

  @Test func `whoever was invited by another process is let in by the next connection`() throws {
    let town = try Town()
    let policy = ChangingPolicy(ListPolicy(devices: [town.keys[0].publicKey]))
    let server = try town.station(0, policy: policy)
    server.loop.takeInChanges = {
      policy.present = town.policy
      return true
    }
    let client = try town.station(1, listens: false)
    client.loop.dial([server.address])
    try work([server, client]) { !client.endings.isEmpty }
    #expect(client.endings[0].failure == nil && client.openedCount == 1)
  }

  @Test func `two that stay and dial each other at once keep one connection`() throws {
    let town = try Town()
    let one = try town.station(0, stays: true)
    let other = try town.station(1, stays: true)
    one.loop.dial([other.address])
    other.loop.dial([one.address])
    try work([one, other]) { one.endings.count == 1 && other.endings.count == 1 }
    for _ in 0..<50 { for station in [one, other] { try station.loop.step(waitMillis: 1) } }
    #expect(one.loop.connectionCount == 1 && other.loop.connectionCount == 1)
    #expect(one.endings.count == 1)
  }

  @Test func `nobody there is told, and other addresses are tried`() throws {
    let town = try Town()
    let server = try town.station(0)
    let client = try town.station(1, listens: false)
    // A port at which nobody listens any more.
    let gone = try Socket.listen(on: .loopback(port: 0)).localAddress()
    client.loop.dial([gone])
    try work([client]) { !client.endings.isEmpty }
    guard case .unreachable(let error) = client.endings[0].failure else {
      Issue.record("\(String(describing: client.endings[0].failure))")
      return
    }
    #expect(error.isUnreachable)
    client.loop.dial([gone, server.address])
    try work([server, client]) { client.endings.count == 2 }
    #expect(client.endings[1].failure == nil)
    #expect(client.endings[1].address == server.address)
  }

  @Test func `someone who says nothing, or too little too slowly, loses the place`() throws {
    let town = try Town()
    let server = try town.station(0)
    let silent = try server.connectByHand()
    let slow = try server.connectByHand()
    try work([server]) { server.loop.connectionCount == 2 }
    let greeting = HandPeer(.initiator).greeting
    for byte in greeting.prefix(10) {
      server.now += 1500
      _ = try? slow.send([byte].span)
      try server.loop.step(waitMillis: 1)
    }
    #expect(server.endings.count == 2)
    for ending in server.endings {
      guard case .handshakeTooSlow = ending.failure else {
        Issue.record("\(String(describing: ending.failure))")
        continue
      }
    }
    _ = silent
  }

  @Test func `garbage gets a greeting and an end, and after ten times not even that`() throws {
    let town = try Town()
    let server = try town.station(0)
    for number in 0..<12 {
      let socket = try server.connectByHand()
      _ = try socket.send(Array("GET / HTTP/1.0\r\n\r\n".utf8).span)
      let answer = try drain(socket, server)
      #expect(number < 10 ? answer.count <= Channel.greetingBytes : answer.isEmpty)
    }
    #expect(server.turnedAwayCount == 2)
    // A minute later it is listened to again.
    server.now += 61_000
    let client = try town.station(1, listens: false)
    client.loop.dial([server.address])
    try work([server, client]) { !client.endings.isEmpty }
    #expect(client.endings[0].failure == nil)
  }

  @Test func `many who do not prove themselves keep nobody out`() throws {
    let town = try Town()
    var limits = PeerLimits()
    limits.failuresPerMinute = 1000
    let server = try town.station(0, limits: limits)
    let crowd = try Crowd(40, at: server)
    try work([server]) { server.endings.count >= 40 - limits.halfOpen }
    #expect(server.loop.connectionCount <= limits.halfOpen)
    let client = try town.station(1, listens: false)
    client.loop.dial([server.address])
    try work([server, client]) { !client.endings.isEmpty }
    #expect(client.endings[0].failure == nil)
    _ = crowd
  }

  private final class Crowd {
    private final class Person {
      let socket: Socket
      init(_ socket: consuming Socket) { self.socket = socket }
    }
    private var people: [Person] = []
    init(_ count: Int, at station: Station) throws {
      for _ in 0..<count { people.append(Person(try station.connectByHand())) }
    }
  }

  @Test func `a peer that stops reading is dropped, and one that is quiet is asked first`() throws {
    var random = SeededGenerator(seed: 3)
    let town = try Town()
    let server = try town.station(0)
    let text = Hex.encode(random.bytes(200_000).span)
    for _ in 0..<40 { try server.store.write(1, text: text, &random) }
    // Opens a channel by hand, asks for everything, and reads nothing of it.
    let socket = try server.connectByHand()
    try socket.setOption(SOL_SOCKET, SO_RCVBUF, 4096)
    var hand = HandPeer(.initiator)
    var greeting: [UInt8] = []
    try work([server]) {
      _ = try socket.receive(into: &greeting, upTo: Channel.greetingBytes)
      return greeting.count == Channel.greetingBytes
    }
    let header = try hand.agree(greeting, sharedKey: HandPeer.sharedKey(town.base.header))
    var hello = Message.Hello()
    hello.credit = 1 << 30
    let words =
      hand.greeting + header + hand.seal(hand.proof(town.keys[1]))
      + hand.seal(Message.hello(hello).bytes) + hand.seal(Message.have([], isLast: true).bytes)
    #expect(try socket.send(words.span) == words.count)
    for _ in 0..<50 { try server.loop.step(waitMillis: 1) }
    #expect(server.openedCount == 1)
    server.now += PeerLimits().stallMillis + 1
    try server.loop.step(waitMillis: 1)
    try server.loop.step(waitMillis: 1)
    server.now += PeerLimits().farewellMillis + 1
    try work([server]) { !server.endings.isEmpty }
    guard case .session(.stalled) = server.endings[0].failure else {
      Issue.record("\(String(describing: server.endings[0].failure))")
      return
    }
  }

  @Test func `on a slow line what came is kept every second`() throws {
    var random = SeededGenerator(seed: 4)
    let town = try Town()
    let server = try town.station(0)
    let socket = try server.connectByHand()
    var hand = HandPeer(.initiator)
    var greeting: [UInt8] = []
    try work([server]) {
      _ = try socket.receive(into: &greeting, upTo: Channel.greetingBytes)
      return greeting.count == Channel.greetingBytes
    }
    let header = try hand.agree(greeting, sharedKey: HandPeer.sharedKey(town.base.header))
    let source = MemoryStore(town.base, device: town.keys[1])
    try source.write(1, &random)
    let member = try #require(try source.outgoing(to: Holdings()).next()).member
    var hello = Message.Hello()
    hello.credit = UInt32(Limits.creditBytes)
    let words =
      hand.greeting + header + hand.seal(hand.proof(town.keys[1]))
      + hand.seal(Message.hello(hello).bytes)
      + hand.seal(Message.have([], isLast: true).bytes)
      + hand.seal(Message.member(member, isLast: true).bytes)
    #expect(try socket.send(words.span) == words.count)
    try work([server]) { server.arrivedCount == 1 }
    server.now += PeerLimits().keepMillis - 1
    try server.loop.step(waitMillis: 1)
    #expect(server.store.commitCount == 0)
    server.now += 1
    try server.loop.step(waitMillis: 1)
    #expect(server.store.commitCount == 1)
  }

  @Test func `a quiet connection stays while both answer`() throws {
    let town = try Town()
    let server = try town.station(0)
    let client = try town.station(1, stays: true, listens: false)
    client.loop.dial([server.address])
    try work([server, client]) { client.openedCount == 1 && server.openedCount == 1 }
    for _ in 0..<20 {
      for station in [server, client] { station.now += PeerLimits().quietMillis + 1 }
      for _ in 0..<10 { for station in [server, client] { try station.loop.step(waitMillis: 1) } }
    }
    #expect(client.endings.isEmpty && server.endings.isEmpty)
    // The client sleeps: its side wakes up to a dead connection, and dials again.
    server.now += PeerLimits().deadMillis + 1
    for _ in 0..<10 { try server.loop.step(waitMillis: 1) }
    server.now += PeerLimits().farewellMillis + 1
    try work([server, client]) { !client.endings.isEmpty && !server.endings.isEmpty }
    guard case .session(.peer(.stalled)) = client.endings[0].failure else {
      Issue.record("\(String(describing: client.endings[0].failure))")
      return
    }
  }

  @Test func `a server that is stopped tells its peers, and run ends`() throws {
    let town = try Town()
    let server = try town.station(0)
    let client = try town.station(1, stays: true, listens: false)
    client.loop.dial([server.address])
    try work([server, client]) { client.openedCount == 1 }
    var turns = 0
    try server.loop.run {
      turns += 1
      try? client.loop.step(waitMillis: 1)
      server.now += 10
      return true
    }
    try work([client]) { !client.endings.isEmpty }
    #expect(client.endings[0].failure == nil)
    #expect(throws: SystemError.self) { _ = try server.connectByHand() }
  }
}
