import Platform

/// What a first copy is measured against: the same file by a bare connection, durably.
enum PlainCopy {
  private static let pieceBytes = 256 << 10

  /// `give FILE NOTE` sends a file to whoever connects, and writes its port to a note first.
  static func give(_ arguments: Arguments) throws {
    let bytes = try Files.readAll(arguments.operand(0), limit: 1 << 34)
    let listener = try Socket.listen(on: .loopback(port: 0))
    let port = try listener.localAddress().port
    try Files.replaceCache(arguments.operand(1)) { try $0.write("\(port)\n") }
    while true {
      var set = PollSet()
      _ = set.add(listener, reading: true, writing: false)
      try set.wait(millis: 1000)
      guard let accepted = try listener.accept() else { continue }
      try send(bytes, by: accepted.take())
      return
    }
  }

  private static func send(_ bytes: [UInt8], by socket: consuming Socket) throws {
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + pieceBytes)
      let count = try socket.send(bytes.span.extracting(start..<end))
      start += count
      guard count == 0 else { continue }
      var set = PollSet()
      _ = set.add(socket, reading: false, writing: true)
      try set.wait(millis: 1000)
    }
    socket.endSending()
    // Until the other side has read everything.
    var rest: [UInt8] = []
    while try socket.receive(into: &rest, upTo: 1) == .nothing {
      var set = PollSet()
      _ = set.add(socket, reading: true, writing: false)
      try set.wait(millis: 1000)
    }
  }

  /// `take PORT FILE` fetches it.
  static func take(_ arguments: Arguments) throws {
    guard let port = UInt16(try arguments.operand(0)) else { throw UsageError.usage }
    let socket = try Socket.connect(to: .loopback(port: port), deadlineMillis: 5000)
    let file = try Descriptor.open(arguments.operand(1), .create(permissions: 0o644))
    var end = 0
    while true {
      var bytes: [UInt8] = []
      switch try socket.receive(into: &bytes, upTo: pieceBytes) {
      case .end:
        try file.synchronize()
        return
      case .nothing:
        var set = PollSet()
        _ = set.add(socket, reading: true, writing: false)
        try set.wait(millis: 1000)
      case .bytes:
        try file.write(bytes.span, at: end)
        end += bytes.count
      }
    }
  }
}
