#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Where a peer is on an IP network: address, port and, for link-local IPv6, the interface.
public struct SocketAddress: Hashable, Sendable {
  /// The address: 4 bytes for IPv4, 16 for IPv6, in the order of the network.
  public let host: [UInt8]

  /// The port; 0 lets the system choose where one listens.
  public var port: UInt16

  /// The number of the interface that a link-local IPv6 address belongs to; else 0.
  public let scope: UInt32

  /// Makes an address; `nil` unless `host` has 4 or 16 bytes.
  public init?(host: [UInt8], port: UInt16, scope: UInt32 = 0) {
    guard host.count == 4 || host.count == 16 else { return nil }
    self.host = host
    self.port = port
    self.scope = scope
  }

  /// Whether it is an IPv6 address.
  public var isIPv6: Bool { host.count == 16 }

  /// Whether it is an IPv6 address that means something on one link only.
  public var isLinkLocal: Bool { isIPv6 && host[0] == 0xFE && host[1] & 0xC0 == 0x80 }

  /// Whether it leads nowhere but to the machine itself.
  public var isLoopback: Bool {
    isIPv6 ? host == Self.loopback(port: 0, isIPv6: true).host : host[0] == 127
  }

  /// The address of the machine itself, for tests and local use.
  public static func loopback(port: UInt16, isIPv6: Bool = false) -> SocketAddress {
    let host: [UInt8] = isIPv6 ? [UInt8](repeating: 0, count: 15) + [1] : [127, 0, 0, 1]
    return SocketAddress(checked: host, port: port, scope: 0)
  }

  /// All addresses of the machine.
  public static func any(port: UInt16, isIPv6: Bool) -> SocketAddress {
    SocketAddress(
      checked: [UInt8](repeating: 0, count: isIPv6 ? 16 : 4), port: port, scope: 0)
  }

  private init(checked host: [UInt8], port: UInt16, scope: UInt32) {
    self.host = host
    self.port = port
    self.scope = scope
  }

  /// Splits `HOST`, `HOST:PORT`, `[IPv6]:PORT` or a bare IPv6 address.
  ///
  /// - Parameters:
  ///   - text: what a person typed.
  ///   - defaultPort: the port if none is named.
  /// - Returns: the host as it was typed and the port; nothing if it cannot be one.
  public static func split(_ text: String, defaultPort: UInt16) -> (host: String, port: UInt16)? {
    let bytes = Array(text.utf8)
    func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    func port(_ start: Int) -> UInt16? { UInt16(part(start..<bytes.count)) }
    if bytes.first == UInt8(ascii: "[") {
      guard let close = bytes.firstIndex(of: UInt8(ascii: "]")), close > 1 else { return nil }
      if close + 1 == bytes.count { return (part(1..<close), defaultPort) }
      guard bytes[close + 1] == UInt8(ascii: ":"), let port = port(close + 2) else { return nil }
      return (part(1..<close), port)
    }
    let colons = bytes.indices.filter { bytes[$0] == UInt8(ascii: ":") }
    guard !bytes.isEmpty else { return nil }
    guard colons.count == 1 else { return (text, defaultPort) }
    guard colons[0] > 0, let port = port(colons[0] + 1) else { return nil }
    return (part(0..<colons[0]), port)
  }

  /// The addresses that a host name or a numeric address stands for; it may take seconds.
  ///
  /// - Parameters:
  ///   - host: a name, or an address in figures, which may end in `%` and an interface.
  ///   - port: the port of each result.
  /// - Returns: at least one address.
  /// - Throws: `SystemError`; `isNotFound` if no such host is known.
  public static func resolve(
    host: String, port: UInt16
  ) throws(SystemError) -> [SocketAddress] {
    try checkPath("getaddrinfo", host)
    var hints = addrinfo()
    hints.ai_socktype = socketType(.stream)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, nil, &hints, &list)
    defer { if let list { freeaddrinfo(list) } }
    guard code == 0 else { throw SystemError(call: "getaddrinfo", code: ENOENT, path: host) }
    var result: [SocketAddress] = []
    var entry = list
    while let info = entry?.pointee {
      if let raw = info.ai_addr, var address = SocketAddress(raw) {
        address.port = port
        if !result.contains(address) { result.append(address) }
      }
      entry = info.ai_next
    }
    guard !result.isEmpty else {
      throw SystemError(call: "getaddrinfo", code: ENOENT, path: host)
    }
    return result
  }

  // MARK: The C library's form

  init?(_ raw: UnsafePointer<sockaddr>) {
    switch Int32(raw.pointee.sa_family) {
    case AF_INET:
      let address = UnsafeRawPointer(raw).loadUnaligned(as: sockaddr_in.self)
      self.init(
        checked: withUnsafeBytes(of: address.sin_addr.s_addr) { Array($0) },
        port: UInt16(bigEndian: address.sin_port), scope: 0)
    case AF_INET6:
      let address = UnsafeRawPointer(raw).loadUnaligned(as: sockaddr_in6.self)
      self.init(
        checked: withUnsafeBytes(of: address.sin6_addr) { Array($0) },
        port: UInt16(bigEndian: address.sin6_port), scope: address.sin6_scope_id)
    default: return nil
    }
  }

  var family: Int32 { isIPv6 ? AF_INET6 : AF_INET }

  /// Lends the C library's form to a call, which names this address if it fails.
  func call(
    _ name: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int
  ) throws(SystemError) {
    try syscall(name, path: "\(self)") { withRaw(body) }
  }

  private func withRaw<Result>(
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var storage = sockaddr_storage()
    return withUnsafeMutableBytes(of: &storage) { bytes in
      let length: Int
      if isIPv6 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_scope_id = scope
        withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: host) }
        length = MemoryLayout<sockaddr_in6>.size
        #if canImport(Darwin)
          address.sin6_len = UInt8(length)
        #endif
        withUnsafeBytes(of: address) { bytes.copyMemory(from: $0) }
      } else {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        withUnsafeMutableBytes(of: &address.sin_addr) { $0.copyBytes(from: host) }
        length = MemoryLayout<sockaddr_in>.size
        #if canImport(Darwin)
          address.sin_len = UInt8(length)
        #endif
        withUnsafeBytes(of: address) { bytes.copyMemory(from: $0) }
      }
      // An array of bytes has an address, and so has the storage.
      guard let start = bytes.baseAddress else { preconditionFailure("storage has an address") }
      return body(start.assumingMemoryBound(to: sockaddr.self), socklen_t(length))
    }
  }
}

extension SocketAddress: CustomStringConvertible {
  /// The address in figures and the port: `192.168.1.7:15278`, `[fe80::1%2]:15278`.
  public var description: String { isIPv6 ? "[\(hostText)]:\(port)" : "\(hostText):\(port)" }

  /// The address in figures, without the port.
  public var hostText: String {
    var text = [CChar](repeating: 0, count: 64)
    let size = socklen_t(text.count)
    guard inet_ntop(family, host, &text, size) != nil else { return "?" }
    let figures = text.withUnsafeBufferPointer { $0.baseAddress.map(String.init(cString:)) } ?? "?"
    return scope == 0 ? figures : "\(figures)%\(scope)"
  }
}

enum SocketKind { case stream, datagram }

func socketType(_ kind: SocketKind) -> Int32 {
  #if canImport(Darwin)
    kind == .stream ? SOCK_STREAM : SOCK_DGRAM
  #else
    Int32((kind == .stream ? SOCK_STREAM : SOCK_DGRAM).rawValue)
  #endif
}
