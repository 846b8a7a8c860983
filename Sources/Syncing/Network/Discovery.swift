import Bytes
public import Documents
public import Platform
import Sealing

/// Questions and answers by which members' devices find each other on a local network: values
/// without I/O (SPEC §14.9).
///
/// Whoever looks for peers asks everybody; only those can read the question who hold a copy of the
/// same base, and only they answer, with a packet of the same length. Each packet looks random,
/// and no two are alike.
public struct Discovery: Sendable {
  /// The port that questions go to.
  public static let port: UInt16 = 15_278

  /// The group that questions go to over IPv4.
  public static let groupIPv4: [UInt8] = [239, 255, 75, 65]

  /// The group that questions go to over IPv6, on one link.
  public static let groupIPv6: [UInt8] = [
    0xFF, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x4B, 0x41,
  ]

  /// The length of every packet, in bytes.
  public static let packetBytes = SealedBox.overheadBytes + messageBytes

  static let messageBytes = 48
  /// So many questions are remembered, so that a recorded one is not answered again soon.
  private static let rememberedCount = 512
  /// So many questions are answered in a second at most.
  private static let answersPerSecond = 20

  /// A peer that has answered.
  public struct Found: Hashable, Sendable {
    /// The replica that its device writes.
    public let replica: ReplicaID
    /// Where it listens.
    public let address: SocketAddress
  }

  private let key: SecretBytes
  private let replica: ReplicaID
  private var seen: Set<[UInt8]> = []
  private var asked: Set<[UInt8]> = []
  private var second: Int64 = 0
  private var answers = 0

  /// Finds, and is found as, members of a workspace.
  ///
  /// - Parameter identity: who this side is.
  public init(_ identity: ChannelIdentity) {
    key = identity.sharedKey.derived("karto discovery")
    replica = ReplicaID(key: identity.device.publicKey)
  }

  /// A question, to be sent from one address.
  ///
  /// - Parameter source: the address that it will seem to come from; so nobody can have the
  ///   answer sent to someone else.
  /// - Returns: the packet.
  public mutating func question(from source: SocketAddress) -> [UInt8] {
    let nonce = Randomness.bytes(16)
    if asked.count >= Self.rememberedCount { asked = [] }
    asked.insert(nonce)
    return seal(kind: 1, nonce: nonce, port: 0, host: source.host)
  }

  /// The answer to a question; nothing if it is not for us.
  ///
  /// - Parameters:
  ///   - packet: what has arrived.
  ///   - port: where this side listens.
  ///   - nowMillis: a clock that nobody sets, in milliseconds.
  /// - Returns: what to send back to where the packet came from.
  public mutating func answer(
    to packet: DatagramSocket.Packet, port: UInt16, nowMillis: Int64
  ) -> [UInt8]? {
    guard let message = open(packet), message.kind == 1, message.replica != replica.bytes,
      message.host == packet.source.host, !seen.contains(message.nonce)
    else { return nil }
    if nowMillis / 1000 != second {
      second = nowMillis / 1000
      answers = 0
    }
    guard answers < Self.answersPerSecond else { return nil }
    answers += 1
    if seen.count >= Self.rememberedCount { seen = [] }
    seen.insert(message.nonce)
    return seal(kind: 2, nonce: message.nonce, port: port, host: [])
  }

  /// The peer that an answer to a question of ours tells of; nothing for any other packet.
  public func found(in packet: DatagramSocket.Packet) -> Found? {
    guard let message = open(packet), message.kind == 2, asked.contains(message.nonce),
      message.port != 0, let replica = ReplicaID(bytes: message.replica.span)
    else { return nil }
    var address = packet.source
    address.port = message.port
    return Found(replica: replica, address: address)
  }

  // MARK: Packets

  private struct Opened {
    let kind: UInt8
    let nonce: [UInt8]
    let replica: [UInt8]
    let port: UInt16
    let host: [UInt8]
  }

  private func seal(kind: UInt8, nonce: [UInt8], port: UInt16, host: [UInt8]) -> [UInt8] {
    var message: [UInt8] = [1, kind]
    MessageWriter.append(port, to: &message)
    message += replica.bytes
    message += nonce
    message.append(UInt8(host.count))
    message += host
    message += [UInt8](repeating: 0, count: Self.messageBytes - message.count)
    return SealedBox.seal(message.span, key: key)
  }

  private func open(_ packet: DatagramSocket.Packet) -> Opened? {
    guard packet.bytes.count == Self.packetBytes,
      let message = SealedBox.open(packet.bytes.span, key: key), message[0] == 1
    else { return nil }
    let count = Int(message[30])
    guard count <= 16 else { return nil }
    return Opened(
      kind: message[1], nonce: Array(message[14..<30]), replica: Array(message[4..<14]),
      port: UInt16(message[2]) | UInt16(message[3]) << 8, host: Array(message[31..<(31 + count)]))
  }
}
