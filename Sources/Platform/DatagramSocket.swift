#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A network interface and one of its addresses.
public struct NetworkInterface: Hashable, Sendable {
  /// Its name, such as `eth0`.
  public let name: String

  /// Its number, from 1.
  public let index: UInt32

  /// One of its addresses; the port is 0.
  public let address: SocketAddress

  /// Whether it leads nowhere but to the machine itself.
  public let isLoopback: Bool

  /// All addresses of the interfaces that are up and can send to many at once.
  ///
  /// - Parameter loopback: whether those of the machine itself count too.
  /// - Returns: one entry an address; an interface may stand several times.
  public static func multicast(loopback: Bool = false) -> [NetworkInterface] {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&list) == 0 else { return [] }
    defer { freeifaddrs(list) }
    var result: [NetworkInterface] = []
    var entry = list
    while let item = entry?.pointee {
      defer { entry = item.ifa_next }
      let flags = Int32(truncatingIfNeeded: item.ifa_flags)
      func has(_ flag: Int32) -> Bool { flags & flag != 0 }
      let isLoopback = has(interfaceLoopback)
      guard has(interfaceUp), has(interfaceMulticast) || (isLoopback && loopback),
        loopback || !isLoopback, let raw = item.ifa_addr, let address = SocketAddress(raw)
      else { continue }
      result.append(
        NetworkInterface(
          name: String(cString: item.ifa_name), index: if_nametoindex(item.ifa_name),
          address: address, isLoopback: isLoopback))
    }
    return result
  }
}

/// A UDP socket that sends to and hears groups of machines on the local network.
public struct DatagramSocket: ~Copyable, Sendable {
  private let socket: Socket
  private let isIPv6: Bool

  /// A packet, and where it came from.
  public struct Packet: Equatable, Sendable {
    /// Its bytes.
    public let bytes: [UInt8]
    /// Who sent it, or says so.
    public let source: SocketAddress

    /// Makes a packet by hand.
    public init(bytes: [UInt8], source: SocketAddress) {
      self.bytes = bytes
      self.source = source
    }
  }

  /// Opens a socket.
  ///
  /// - Parameters:
  ///   - port: the port to hear on, which several programs may share; 0 lets the system choose.
  ///   - isIPv6: which of the two families.
  /// - Returns: the socket.
  /// - Throws: `SystemError`.
  public static func open(port: UInt16, isIPv6: Bool) throws(SystemError) -> DatagramSocket {
    let address = SocketAddress.any(port: port, isIPv6: isIPv6)
    let socket = try Socket.open(address.family, .datagram)
    if port != 0 {
      try socket.setOption(SOL_SOCKET, SO_REUSEADDR, 1)
      try socket.setOption(SOL_SOCKET, SO_REUSEPORT, 1)
    }
    if isIPv6 { try socket.setOption(protocolIPv6, IPV6_V6ONLY, 1) }
    try socket.bind(to: address)
    // One hop: packets never leave the local network.
    if isIPv6 {
      try socket.setOption(protocolIPv6, IPV6_MULTICAST_HOPS, 1)
      try socket.setOption(protocolIPv6, IPV6_MULTICAST_LOOP, 1)
    } else {
      try socket.setOption(protocolIPv4, Int32(IP_MULTICAST_TTL), 1)
      try socket.setOption(protocolIPv4, Int32(IP_MULTICAST_LOOP), 1)
    }
    return DatagramSocket(socket: socket, isIPv6: isIPv6)
  }

  private init(socket: consuming Socket, isIPv6: Bool) {
    self.socket = socket
    self.isIPv6 = isIPv6
  }

  /// Hears a group on an interface from now on; hearing it already is no error.
  ///
  /// - Throws: `SystemError`.
  public func join(
    _ group: SocketAddress, on interface: NetworkInterface
  ) throws(SystemError) {
    do {
      if isIPv6 {
        var request = ipv6_mreq()
        withUnsafeMutableBytes(of: &request.ipv6mr_multiaddr) { $0.copyBytes(from: group.host) }
        request.ipv6mr_interface = numericCast(interface.index)
        try syscall("setsockopt") {
          setsockopt(
            socket.number, protocolIPv6, ipv6JoinGroup, &request,
            socklen_t(MemoryLayout<ipv6_mreq>.size))
        }
      } else {
        var request = ip_mreq()
        withUnsafeMutableBytes(of: &request.imr_multiaddr) { $0.copyBytes(from: group.host) }
        withUnsafeMutableBytes(of: &request.imr_interface) {
          $0.copyBytes(from: interface.address.host)
        }
        try syscall("setsockopt") {
          setsockopt(
            socket.number, protocolIPv4, Int32(IP_ADD_MEMBERSHIP), &request,
            socklen_t(MemoryLayout<ip_mreq>.size))
        }
      }
    } catch {
      guard error.code == EADDRINUSE else { throw error }
    }
  }

  /// Sends a packet to a group by way of an interface.
  ///
  /// - Throws: `SystemError`, as when the interface has gone.
  public func send(
    _ bytes: [UInt8], toGroup group: SocketAddress, on interface: NetworkInterface
  ) throws(SystemError) {
    if isIPv6 {
      try socket.setOption(protocolIPv6, IPV6_MULTICAST_IF, Int32(interface.index))
    } else {
      var address = in_addr()
      withUnsafeMutableBytes(of: &address) { $0.copyBytes(from: interface.address.host) }
      try syscall("setsockopt") {
        setsockopt(
          socket.number, protocolIPv4, Int32(IP_MULTICAST_IF), &address,
          socklen_t(MemoryLayout<in_addr>.size))
      }
    }
    try send(bytes, to: group)
  }

  /// Sends a packet to one machine; it may get lost.
  ///
  /// - Throws: `SystemError`.
  public func send(_ bytes: [UInt8], to address: SocketAddress) throws(SystemError) {
    do {
      try address.call("sendto") { sendto(socket.number, bytes, bytes.count, 0, $0, $1) }
    } catch {
      // The system's buffers are full: the packet is lost, as packets may be.
      guard error.isAgain else { throw error }
    }
  }

  /// The next packet that has arrived; nothing if none has.
  ///
  /// - Parameter limit: the length beyond which a packet is cut off, in bytes.
  /// - Returns: the packet, with at most `limit` bytes.
  /// - Throws: `SystemError`.
  public func receive(limit: Int) throws(SystemError) -> Packet? {
    var storage = sockaddr_storage()
    var bytes: [UInt8] = []
    do {
      try append(to: &bytes, upTo: limit) { (free) throws(SystemError) in
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return try syscall("recvfrom") {
          withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
              recvfrom(socket.number, free.baseAddress, free.count, 0, $0, &length)
            }
          }
        }
      }
    } catch {
      guard error.isAgain else { throw error }
      return nil
    }
    guard let source = Socket.address(storage) else { return nil }
    return Packet(bytes: bytes, source: source)
  }

  /// Where this socket hears.
  ///
  /// - Throws: `SystemError`.
  public func localAddress() throws(SystemError) -> SocketAddress { try socket.localAddress() }

  /// Adds the socket to a set, to wait for packets.
  public func add(to set: inout PollSet) -> Int {
    set.add(socket, reading: true, writing: false)
  }
}

#if canImport(Darwin)
  private let interfaceUp = IFF_UP
  private let interfaceLoopback = IFF_LOOPBACK
  private let interfaceMulticast = IFF_MULTICAST
  private let ipv6JoinGroup = IPV6_JOIN_GROUP
#else
  private let interfaceUp = Int32(IFF_UP)
  private let interfaceLoopback = Int32(IFF_LOOPBACK)
  private let interfaceMulticast = Int32(IFF_MULTICAST)
  private let ipv6JoinGroup = IPV6_ADD_MEMBERSHIP
#endif
