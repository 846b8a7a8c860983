import Bytes
public import Platform

/// Asks and answers on the local network: `Discovery` with sockets.
public final class Discoverer {
  /// Which ways there were to ask, for a message that says why nobody was found.
  public struct Reach: Equatable, Sendable {
    /// The interfaces and addresses on which the question went out.
    public internal(set) var asked: [NetworkInterface] = []
    /// Those on which it could not, and what the system said.
    public internal(set) var failed: [NetworkInterface: SystemError] = [:]

    /// The names of the interfaces on which it went out.
    public var askedNames: [String] { Set(asked.map(\.name)).sorted() }

    /// The names of those on which it went out by no address.
    public var closedNames: [String] {
      Set(failed.keys.map(\.name)).subtracting(askedNames).sorted()
    }
  }

  private var discovery: Discovery
  private let listeningPort: UInt16
  private let includesLoopback: Bool
  private let host: [UInt8]?
  private let port: UInt16
  private let ears: [Ear]
  private var joined: Set<NetworkInterface> = []

  private final class Ear {
    let socket: DatagramSocket
    let isIPv6: Bool
    init(_ socket: consuming DatagramSocket, isIPv6: Bool) {
      self.socket = socket
      self.isIPv6 = isIPv6
    }
  }

  /// Opens sockets for both families, as far as the system has them.
  ///
  /// - Parameters:
  ///   - identity: who this side is.
  ///   - listeningPort: where this side listens for connections; nothing for someone who only
  ///     asks.
  ///   - port: the port that questions go to.
  ///   - host: the only address by which to ask and hear, as of one that listens there alone;
  ///     nothing for all.
  ///   - loopback: whether the machine itself is asked too.
  public init(
    _ identity: ChannelIdentity, listeningPort: UInt16? = nil, port: UInt16 = Discovery.port,
    host: [UInt8]? = nil, loopback: Bool = false
  ) {
    discovery = Discovery(identity)
    self.listeningPort = listeningPort ?? 0
    self.port = port
    self.host = host
    includesLoopback = loopback
    var ears: [Ear] = []
    for isIPv6 in [false, true] {
      // Who asks uses a port of its own, so that answers come to it alone.
      if let socket = try? DatagramSocket.open(
        port: listeningPort == nil ? 0 : port, isIPv6: isIPv6)
      {
        ears.append(Ear(socket, isIPv6: isIPv6))
      }
    }
    self.ears = ears
    if listeningPort != nil { joinGroups() }
  }

  private var interfaces: [NetworkInterface] {
    NetworkInterface.multicast(loopback: includesLoopback).filter {
      host == nil || $0.address.host == host
    }
  }

  /// Hears the groups on interfaces that have come up since; to be called now and then.
  public func joinGroups() {
    let present = interfaces
    // One that went away and came back is joined anew.
    joined.formIntersection(present)
    for interface in present where !joined.contains(interface) {
      for ear in ears where ear.isIPv6 == interface.address.isIPv6 {
        guard let group = group(on: interface) else { continue }
        if (try? ear.socket.join(group, on: interface)) != nil { joined.insert(interface) }
      }
    }
  }

  private func group(on interface: NetworkInterface) -> SocketAddress? {
    interface.address.isIPv6
      ? SocketAddress(host: Discovery.groupIPv6, port: port, scope: interface.index)
      : SocketAddress(host: Discovery.groupIPv4, port: port)
  }

  /// Asks everybody on every interface.
  ///
  /// - Returns: where the question went, and where it could not.
  public func ask() -> Reach {
    var reach = Reach()
    for interface in interfaces {
      // Of an interface's IPv6 addresses the link-local one is that which packets come from.
      guard !interface.address.isIPv6 || interface.address.isLinkLocal || interface.isLoopback,
        let group = group(on: interface)
      else { continue }
      for ear in ears where ear.isIPv6 == interface.address.isIPv6 {
        do {
          try ear.socket.send(
            discovery.question(from: interface.address), toGroup: group, on: interface)
          reach.asked.append(interface)
        } catch {
          reach.failed[interface] = error
        }
      }
    }
    return reach
  }

  /// Adds the sockets to a set, to wait for packets.
  ///
  /// - Returns: their places.
  public func add(to set: inout PollSet) -> [Int] {
    ears.map { $0.socket.add(to: &set) }
  }

  /// Answers the questions that have arrived.
  public func answer() {
    forEachPacket { ear, packet in
      guard
        let answer = discovery.answer(
          to: packet, port: listeningPort, nowMillis: MonotonicClock.nowMillis())
      else { return }
      try? ear.socket.send(answer, to: packet.source)
    }
  }

  /// The peers whose answers have arrived.
  public func found() -> [Discovery.Found] {
    var result: [Discovery.Found] = []
    forEachPacket { _, packet in
      if let found = discovery.found(in: packet), !result.contains(found) { result.append(found) }
    }
    return result
  }

  /// Asks, and gathers answers for a while.
  ///
  /// - Parameter millis: how long, in milliseconds.
  /// - Returns: who answered, and where the question went.
  /// - Throws: `SystemError`.
  public func search(millis: Int) throws(SystemError) -> (found: [Discovery.Found], reach: Reach) {
    let end = MonotonicClock.nowMillis() + Int64(millis)
    let reach = ask()
    var result: [Discovery.Found] = []
    while !Interrupts.requested {
      let left = end - MonotonicClock.nowMillis()
      guard left > 0 else { break }
      var set = PollSet()
      _ = add(to: &set)
      try set.wait(millis: Int(min(left, 1000)))
      for peer in found() where !result.contains(peer) { result.append(peer) }
    }
    return (result, reach)
  }

  /// A flood of packets must not keep the loop from its sessions.
  private static let packetsPerTurn = 64

  private func forEachPacket(_ body: (Ear, DatagramSocket.Packet) -> Void) {
    for ear in ears {
      for _ in 0..<Self.packetsPerTurn {
        guard let packet = try? ear.socket.receive(limit: Discovery.packetBytes + 1) else { break }
        body(ear, packet)
      }
    }
  }
}
