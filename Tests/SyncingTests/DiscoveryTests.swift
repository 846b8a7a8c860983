import Bytes
import Documents
import Platform
import Sealing
import Support
import Testing

@testable import Syncing

@Suite struct DiscoveryTests {
  private func address(_ last: UInt8, port: UInt16 = 4000) throws -> SocketAddress {
    try #require(SocketAddress(host: [192, 168, 1, last], port: port))
  }

  private func discovery(_ base: MemoryBase, _ number: UInt64) throws -> Discovery {
    Discovery(ChannelIdentity(member: base.header, device: try key(seed: 1, number)))
  }

  private func packet(_ bytes: [UInt8], from source: SocketAddress) -> DatagramSocket.Packet {
    DatagramSocket.Packet(bytes: bytes, source: source)
  }

  // SPEC [N-14]
  @Test func `members find each other, and packets look like nothing`() throws {
    let base = try MemoryBase(seed: 1)
    var asking = try discovery(base, 1)
    var answering = try discovery(base, 2)
    let question = asking.question(from: try address(5))
    #expect(question.count == Discovery.packetBytes)
    let asked = packet(question, from: try address(5))
    let made = answering.answer(to: asked, port: 15_278, nowMillis: 0)
    let answer = try #require(made)
    // As long as the question: nobody gets more out of us than they put in.
    #expect(answer.count == question.count)
    let found = try #require(asking.found(in: packet(answer, from: try address(7))))
    #expect(found.replica == ReplicaID(key: try key(seed: 1, 2).publicKey))
    #expect(found.address == (try address(7, port: 15_278)))
    let again = asking.question(from: try address(5))
    #expect(zip(question, again).filter { $0 == $1 }.count < 12)
  }

  // SPEC [N-15]
  @Test func `strangers, repetitions and borrowed addresses get no answer`() throws {
    let base = try MemoryBase(seed: 1)
    var asking = try discovery(base, 1)
    var answering = try discovery(base, 2)
    var stranger = try discovery(try MemoryBase(seed: 2), 3)
    let source = try address(5)
    func answers(_ bytes: [UInt8], from source: SocketAddress) -> Bool {
      answering.answer(to: packet(bytes, from: source), port: 1, nowMillis: 0) != nil
    }
    #expect(!answers(stranger.question(from: source), from: source))
    let question = asking.question(from: source)
    // Sent on from elsewhere: the answer would hit someone who did not ask.
    #expect(!answers(question, from: try address(6)))
    #expect(answers(question, from: source))
    #expect(!answers(question, from: source))
    // One's own question comes back from the group.
    var own = answering
    #expect(!answers(own.question(from: source), from: source))
    for index in question.indices {
      var broken = asking.question(from: source)
      broken[index] ^= 1
      #expect(!answers(broken, from: source))
    }
    // An answer is no question, and an answer that nobody asked for is nothing.
    let fresh = asking.question(from: source)
    let made = answering.answer(to: packet(fresh, from: source), port: 1, nowMillis: 0)
    let answer = try #require(made)
    #expect(!answers(answer, from: source))
    let other = try discovery(base, 4)
    #expect(other.found(in: packet(answer, from: source)) == nil)
  }

  @Test func `a flood of questions is answered twenty times a second`() throws {
    let base = try MemoryBase(seed: 1)
    var asking = try discovery(base, 1)
    var answering = try discovery(base, 2)
    let source = try address(5)
    var count = 0
    for number in 0..<200 {
      let question = asking.question(from: source)
      let now = Int64(number) * 10
      let answer = answering.answer(to: packet(question, from: source), port: 1, nowMillis: now)
      if answer != nil { count += 1 }
    }
    #expect(count == 40)
  }

  @Test func `machines find each other by way of the loopback interface`() throws {
    let base = try MemoryBase(seed: 1)
    func identity(_ number: UInt64) throws -> ChannelIdentity {
      ChannelIdentity(member: base.header, device: try key(seed: 1, number))
    }
    // A port that nobody has, so that tests side by side do not hear each other.
    let port = try Socket.listen(on: .loopback(port: 0)).localAddress().port
    let server = Discoverer(try identity(2), listeningPort: 4242, port: port, loopback: true)
    let client = Discoverer(try identity(1), port: port, loopback: true)
    let reach = client.ask()
    guard !reach.asked.isEmpty else { return }  // a machine without any multicast
    var found: [Discovery.Found] = []
    for _ in 0..<200 where found.isEmpty {
      var set = PollSet()
      _ = server.add(to: &set)
      _ = client.add(to: &set)
      try set.wait(millis: 20)
      server.answer()
      found += client.found()
    }
    let first = try #require(found.first)
    #expect(first.replica == ReplicaID(key: try key(seed: 1, 2).publicKey))
    #expect(first.address.port == 4242)
  }
}
