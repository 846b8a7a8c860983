import Platform
import Testing

@Suite struct SocketTests {
  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// Waits for a socket to be readable, and reads.
  private func read(_ socket: borrowing Socket) throws -> (Socket.Reception, [UInt8]) {
    var set = PollSet()
    let place = set.add(socket, reading: true, writing: false)
    try set.wait(millis: 5000)
    guard set.isReadable(place) else { return (.nothing, []) }
    var bytes: [UInt8] = []
    return (try socket.receive(into: &bytes, upTo: 100), bytes)
  }

  @Test(arguments: [false, true])
  func `a connection carries bytes both ways and ends when its sides end`(isIPv6: Bool) throws {
    let listener = try Socket.listen(on: .loopback(port: 0, isIPv6: isIPv6))
    let address = try listener.localAddress()
    #expect(address.port != 0 && address.isIPv6 == isIPv6)
    let early = try listener.accept()
    if early != nil { Issue.record("nobody has dialled yet") }
    let client = try Socket.connect(to: address, deadlineMillis: 5000)
    var waiting = PollSet()
    _ = waiting.add(listener, reading: true, writing: false)
    try waiting.wait(millis: 5000)
    guard let accepted = try listener.accept() else {
      Issue.record("the connection does not arrive")
      return
    }
    let source = accepted.address
    #expect(source.host == address.host)
    let server = accepted.take()
    var none: [UInt8] = []
    #expect(try server.receive(into: &none, upTo: 10) == .nothing)
    #expect(try client.send(Array("привет".utf8).span) == 12)
    #expect(text(try read(server).1) == "привет")
    #expect(try server.send(Array("да".utf8).span) == 4)
    server.endSending()
    #expect(text(try read(client).1) == "да")
    #expect(try read(client).0 == .end)
  }

  @Test func `a full connection takes no more, and one without a reader is an error`() throws {
    try Socket.withPair { one, other in
      let bytes = [UInt8](repeating: 1, count: 100_000)
      var count = 0
      var last = 1
      while last > 0 {
        last = try one.send(bytes.span)
        count += last
      }
      var set = PollSet()
      let place = set.add(one, reading: false, writing: true)
      try set.wait(millis: 0)
      #expect(count > 0 && !set.isWritable(place))
      _ = consume other
      let error = #expect(throws: SystemError.self) {
        for _ in 0..<3 { _ = try one.send(bytes.span) }
      }
      #expect(error?.isDisconnect == true)
    }
  }

  @Test func `where nobody listens there is no connection`() throws {
    let address = try Socket.listen(on: .loopback(port: 0)).localAddress()
    let error = #expect(throws: SystemError.self) {
      _ = try Socket.connect(to: address, deadlineMillis: 5000)
    }
    #expect(error?.isUnreachable == true)
    let listener = try Socket.listen(on: .loopback(port: 0))
    let taken = try listener.localAddress()
    let second = #expect(throws: SystemError.self) { _ = try Socket.listen(on: taken) }
    #expect(second?.isInUse == true)
  }

  @Test func `addresses are read as people write them`() throws {
    func split(_ text: String) -> String? {
      SocketAddress.split(text, defaultPort: 7).map { "\($0.host) \($0.port)" }
    }
    #expect(split("office.local") == "office.local 7")
    #expect(split("192.168.1.5:15278") == "192.168.1.5 15278")
    #expect(split("[fe80::1%2]:99") == "fe80::1%2 99")
    #expect(split("[::1]") == "::1 7")
    #expect(split("fe80::1") == "fe80::1 7")
    for bad in ["", ":5", "a:", "a:b", "a:70000", "[::1", "[]:5", "[::1]5"] {
      #expect(split(bad) == nil, "\(bad)")
    }
    let found = try SocketAddress.resolve(host: "127.0.0.1", port: 80)
    #expect(found.map(\.description) == ["127.0.0.1:80"])
    #expect(try SocketAddress.resolve(host: "::1", port: 80).map(\.description) == ["[::1]:80"])
    #expect(throws: SystemError.self) {
      try SocketAddress.resolve(host: "no such host.invalid", port: 1)
    }
    #expect(SocketAddress(host: [1, 2, 3], port: 1) == nil)
    #expect(SocketAddress.loopback(port: 5, isIPv6: true).description == "[::1]:5")
  }

  @Test func `datagrams keep their bounds`() throws {
    let one = try DatagramSocket.open(port: 0, isIPv6: false)
    let other = try DatagramSocket.open(port: 0, isIPv6: false)
    let target = SocketAddress.loopback(port: try other.localAddress().port)
    #expect(try other.receive(limit: 100) == nil)
    try one.send([1, 2, 3], to: target)
    try one.send([UInt8](repeating: 9, count: 50), to: target)
    var packets: [[UInt8]] = []
    for _ in 0..<100 where packets.count < 2 {
      var set = PollSet()
      _ = other.add(to: &set)
      try set.wait(millis: 50)
      while let packet = try other.receive(limit: 10) { packets.append(packet.bytes) }
    }
    #expect(packets == [[1, 2, 3], [UInt8](repeating: 9, count: 10)])
  }

  @Test func `the clock that nobody sets goes on`() {
    let before = MonotonicClock.nowMillis()
    #expect(MonotonicClock.nowMillis() >= before)
  }
}
