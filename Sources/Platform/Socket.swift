#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// An open TCP connection or listener, closed when its owner goes away.
///
/// Nothing here waits, except `connect` up to its deadline; `PollSet` says when there is something
/// to do.
public struct Socket: ~Copyable, Sendable {
  let number: Int32

  /// What `receive` found.
  public enum Reception: Equatable, Sendable {
    /// So many bytes were appended.
    case bytes(Int)
    /// Nothing is there yet.
    case nothing
    /// The other side has ended its direction.
    case end
  }

  /// A connection that was accepted, and from where.
  public struct Accepted: ~Copyable {
    /// Where the other side is.
    public let address: SocketAddress
    private let socket: Socket

    init(socket: consuming Socket, address: SocketAddress) {
      self.socket = socket
      self.address = address
    }

    /// The connection.
    public consuming func take() -> Socket { socket }
  }

  init(number: Int32) {
    self.number = number
  }

  deinit {
    _ = close(number)
  }

  static func open(_ family: Int32, _ kind: SocketKind) throws(SystemError) -> Socket {
    let number = try syscall("socket") { socket(family, socketType(kind), 0) }
    let opened = Socket(number: number)
    try opened.prepare()
    return opened
  }

  /// Not inherited by other programs, and never waits.
  private func prepare() throws(SystemError) {
    try syscall("fcntl") { fcntl(number, F_SETFD, FD_CLOEXEC) }
    try syscall("fcntl") { fcntl(number, F_SETFL, O_NONBLOCK) }
    #if canImport(Darwin)
      try setOption(SOL_SOCKET, SO_NOSIGPIPE, 1)
    #endif
  }

  func bind(to address: SocketAddress) throws(SystemError) {
    try address.call("bind") { Int(bindTo(number, $0, $1)) }
  }

  func setOption(_ level: Int32, _ name: Int32, _ value: Int32) throws(SystemError) {
    var value = value
    try syscall("setsockopt") {
      setsockopt(number, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }
  }

  // MARK: Making

  /// Listens for connections.
  ///
  /// - Parameter address: where; port 0 lets the system choose one (see `localAddress`). An IPv6
  ///   address takes IPv6 connections only.
  /// - Returns: the listener.
  /// - Throws: `SystemError`; `isInUse` if another program has the port.
  public static func listen(on address: SocketAddress) throws(SystemError) -> Socket {
    let listener = try open(address.family, .stream)
    try listener.setOption(SOL_SOCKET, SO_REUSEADDR, 1)
    if address.isIPv6 { try listener.setOption(protocolIPv6, IPV6_V6ONLY, 1) }
    try listener.bind(to: address)
    try syscall("listen") { listenOn(listener.number, 64) }
    return listener
  }

  /// Takes the next connection that waits at a listener; nothing if none does.
  ///
  /// A connection that was given up while it waited counts as none.
  ///
  /// - Throws: `SystemError`, among others when the process has too many files open.
  public func accept() throws(SystemError) -> Accepted? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let answer: Int32
    do {
      answer = try syscall("accept") {
        withUnsafeMutablePointer(to: &storage) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            acceptFrom(number, $0, &length)
          }
        }
      }
    } catch {
      guard error.isAgain || error.code == ECONNABORTED else { throw error }
      return nil
    }
    let accepted = Socket(number: answer)
    try accepted.prepare()
    try? accepted.setOption(protocolTCP, TCP_NODELAY, 1)
    guard let address = Self.address(storage) else { return nil }
    return Accepted(socket: accepted, address: address)
  }

  /// Connects, and waits for it up to a deadline.
  ///
  /// - Parameters:
  ///   - address: where to.
  ///   - deadlineMillis: how long to wait at most, in milliseconds.
  /// - Returns: the connection.
  /// - Throws: `SystemError`; `isUnreachable` if nobody answers or listens there,
  ///   `isInterrupted` if the user stopped the program meanwhile.
  public static func connect(
    to address: SocketAddress, deadlineMillis: Int
  ) throws(SystemError) -> Socket {
    let socket = try beginConnecting(to: address)
    let deadline = MonotonicClock.nowMillis() + Int64(deadlineMillis)
    while true {
      let left = deadline - MonotonicClock.nowMillis()
      guard left > 0 else {
        throw SystemError(call: "connect", code: ETIMEDOUT, path: "\(address)")
      }
      var set = PollSet()
      let place = set.add(socket, reading: false, writing: true)
      try set.wait(millis: Int(min(left, 1000)))
      if set.isWritable(place) || set.isReadable(place) { break }
      if Interrupts.requested { throw SystemError(call: "connect", code: EINTR) }
    }
    try socket.finishConnecting(to: address)
    return socket
  }

  /// Begins to connect; when `PollSet` says that the socket is writable, `finishConnecting` tells
  /// how it went.
  ///
  /// - Throws: `SystemError` if it cannot even begin.
  public static func beginConnecting(to address: SocketAddress) throws(SystemError) -> Socket {
    let socket = try open(address.family, .stream)
    try? socket.setOption(protocolTCP, TCP_NODELAY, 1)
    do {
      try address.call("connect") { Int(connectTo(socket.number, $0, $1)) }
    } catch {
      guard error.code == EINPROGRESS else { throw error }
    }
    return socket
  }

  /// Tells whether a connection that was begun has been made.
  ///
  /// - Throws: `SystemError` with the reason if not.
  public func finishConnecting(to address: SocketAddress) throws(SystemError) {
    var code: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    try syscall("getsockopt") { getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &length) }
    if code != 0 { throw SystemError(call: "connect", code: code, path: "\(address)") }
  }

  /// Two sockets that are connected to each other, for tests.
  ///
  /// - Parameter body: receives both.
  /// - Returns: what `body` returned.
  /// - Throws: `SystemError`, or what `body` throws.
  public static func withPair<Result>(
    _ body: (consuming Socket, consuming Socket) throws -> Result
  ) throws -> Result {
    var numbers: [Int32] = [0, 0]
    try syscall("socketpair") { socketpair(AF_UNIX, socketType(.stream), 0, &numbers) }
    let first = Socket(number: numbers[0])
    let second = Socket(number: numbers[1])
    try first.prepare()
    try second.prepare()
    return try body(first, second)
  }

  // MARK: Using

  /// Where this side is; of a listener on port 0, the port that the system chose.
  ///
  /// - Throws: `SystemError`.
  public func localAddress() throws(SystemError) -> SocketAddress {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    try syscall("getsockname") {
      withUnsafeMutablePointer(to: &storage) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &length) }
      }
    }
    guard let address = Self.address(storage) else {
      throw SystemError(call: "getsockname", code: EAFNOSUPPORT)
    }
    return address
  }

  /// Appends bytes that have arrived to an array.
  ///
  /// - Parameters:
  ///   - bytes: receives them.
  ///   - count: how many at most, positive.
  /// - Returns: what was there.
  /// - Throws: `SystemError`, as when the connection was reset.
  public func receive(
    into bytes: inout [UInt8], upTo count: Int
  ) throws(SystemError) -> Reception {
    let before = bytes.count
    do {
      try append(to: &bytes, upTo: count) { (free) throws(SystemError) in
        try syscall("recv") { recv(number, free.baseAddress, free.count, 0) }
      }
    } catch {
      guard error.isAgain else { throw error }
      return .nothing
    }
    return bytes.count == before ? .end : .bytes(bytes.count - before)
  }

  /// Sends as many of the bytes as the system takes now.
  ///
  /// - Returns: how many; 0 if it takes none.
  /// - Throws: `SystemError`, as when the other side has gone.
  public func send(_ bytes: Span<UInt8>) throws(SystemError) -> Int {
    guard !bytes.isEmpty else { return 0 }
    do {
      return try bytes.withUnsafeBytes { (buffer) throws(SystemError) in
        try syscall("send") { sendBytes(number, buffer.baseAddress, buffer.count, noSignal) }
      }
    } catch {
      guard error.isAgain else { throw error }
      return 0
    }
  }

  /// Ends this side's direction: the other reads the end when it has read everything.
  public func endSending() {
    _ = shutdown(number, Int32(SHUT_WR))
  }

  static func address(_ storage: sockaddr_storage) -> SocketAddress? {
    withUnsafePointer(to: storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { SocketAddress($0) }
    }
  }
}

extension SystemError {
  /// Whether a call that never waits would have to.
  var isAgain: Bool { code == EAGAIN || code == EWOULDBLOCK }

  /// Nobody answered in time at an address.
  public static func noAnswer(path: String?) -> SystemError {
    SystemError(call: "connect", code: ETIMEDOUT, path: path)
  }

  /// Whether another program uses the port.
  public var isInUse: Bool { code == EADDRINUSE }

  /// Whether nobody listens at an address where a machine is.
  public var isRefused: Bool { code == ECONNREFUSED }

  /// Whether nobody answered in the time that there was.
  public var isTimedOut: Bool { code == ETIMEDOUT }

  /// Whether a machine is not there, or turns connections away without its programs being asked.
  public var isHostUnreachable: Bool { code == EHOSTUNREACH || code == EHOSTDOWN }

  /// Whether no network of this machine leads to an address.
  public var isNetworkUnreachable: Bool {
    code == ENETUNREACH || code == ENETDOWN || code == EADDRNOTAVAIL
  }

  /// Whether an address is none of this machine's.
  public var isNotOurs: Bool { code == EADDRNOTAVAIL }

  /// Whether nobody answers or listens at an address, or no way leads there.
  public var isUnreachable: Bool {
    isTimedOut || isRefused || isHostUnreachable || isNetworkUnreachable
  }

  /// Whether a connection broke off.
  public var isDisconnect: Bool {
    code == ECONNRESET || code == EPIPE || code == ENOTCONN || code == ETIMEDOUT
  }

  /// Whether the process or the machine has too many files open.
  public var isOutOfDescriptors: Bool { code == EMFILE || code == ENFILE }
}

// Outside the type, where these names are the C library's.

private func bindTo(
  _ number: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t
) -> Int32 {
  bind(number, address, length)
}

private func listenOn(_ number: Int32, _ backlog: Int32) -> Int32 { listen(number, backlog) }

private func acceptFrom(
  _ number: Int32, _ address: UnsafeMutablePointer<sockaddr>,
  _ length: UnsafeMutablePointer<socklen_t>
) -> Int32 {
  accept(number, address, length)
}

private func connectTo(
  _ number: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t
) -> Int32 {
  connect(number, address, length)
}

private func sendBytes(
  _ number: Int32, _ start: UnsafeRawPointer?, _ count: Int, _ flags: Int32
) -> Int {
  send(number, start, count, flags)
}

#if canImport(Darwin)
  private let noSignal: Int32 = 0
#else
  private let noSignal = Int32(MSG_NOSIGNAL)
#endif
private let protocolTCP = Int32(IPPROTO_TCP)
let protocolIPv6 = Int32(IPPROTO_IPV6)
let protocolIPv4 = Int32(IPPROTO_IP)
