import CRM
import Documents
import Platform
import Replication
import Sealing
import Syncing
import Wording

/// A base and the sessions in which it is exchanged with other machines: what all commands on the
/// network have in common.
final class BaseNetwork {
  let base: Base
  let identity: ChannelIdentity
  let book: PeerBook
  let loop: PeerLoop
  let log: SessionLog

  /// Prepares the base for sessions; nothing is sent yet.
  ///
  /// - Parameters:
  ///   - base: the base, open for writing.
  ///   - style: how sessions are told of.
  ///   - stays: whether sessions that are dialled go on when everything is exchanged.
  ///   - comparesDigests: whether sessions compare what the states come to.
  ///   - invocation: the command.
  /// - Throws: `DeviceError.noKey`, `DocumentError`, or what the system says.
  init(
    _ base: Base, _ style: SessionLog.Style, stays: Bool, comparesDigests: Bool = true,
    _ invocation: Invocation
  ) throws {
    let workspace = base.workspace
    let device = invocation.surroundings.device
    guard let key = try device.key(in: workspace.header.workspace) else {
      throw DeviceError.noKey(workspace: workspace.header.workspace.text)
    }
    let store = try WorkspaceStore(workspace)
    let clock = invocation.surroundings.clock
    self.base = base
    identity = ChannelIdentity(
      member: workspace.header, device: key, evidence: try workspace.evidence())
    book = PeerBook(device: device, workspace: workspace.header.workspace)
    let log = SessionLog(
      style, base: base, own: ReplicaID(key: key.publicKey), store: store, book: book, invocation)
    self.log = log
    loop = PeerLoop(
      identity: identity, policy: MembershipPolicy(workspace, clock: clock), store: store,
      terms: {
        var terms = Session.Terms(nowMillis: clock.nowMillis())
        terms.stays = stays
        terms.comparesDigests = comparesDigests
        return terms
      }, report: { log.note($0) })
    loop.takeInChanges = { try store.takeInChanges() }
  }

  /// Dials a machine, if its address can be found out.
  ///
  /// - Parameter partner: the machine.
  /// - Returns: the session's number.
  /// - Throws: `NetworkError.unknownMachine`.
  func dial(_ partner: Partner) throws(NetworkError) -> Int {
    let number = loop.dial(try partner.resolved())
    log.name(number, partner)
    return number
  }
}

/// A machine that is dialled.
struct Partner: Equatable {
  /// What a person calls it: the words that were typed, or the address.
  let name: String
  /// What leads to it the next time.
  let address: String
  /// Where it is, if that need not be asked.
  var places: [SocketAddress] = []
  /// The replica that it writes, if that is known beforehand.
  var replica: ReplicaID?
  /// Whether it is only remembered, so that it need not be there.
  var isRemembered = false

  /// A machine by what was typed; nothing if that cannot be one.
  init?(typed word: String) {
    guard let (host, port) = SocketAddress.split(word, defaultPort: Discovery.port) else {
      return nil
    }
    name = word
    address = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  /// A machine that has answered on the local network, at one or several addresses.
  init(found: [Discovery.Found]) {
    address = found.first.map { "\($0.address)" } ?? ""
    name = address
    places = found.map(\.address)
    replica = found.first?.replica
  }

  /// A machine that was met before.
  init?(remembered entry: PeerBook.Entry) {
    guard let address = entry.address else { return nil }
    self.address = address
    name = address
    replica = entry.replica
    isRemembered = true
  }

  /// Where the machine may be.
  ///
  /// - Throws: `NetworkError.unknownMachine`.
  func resolved() throws(NetworkError) -> [SocketAddress] {
    guard places.isEmpty else { return places }
    guard let (host, port) = SocketAddress.split(address, defaultPort: Discovery.port),
      let places = try? SocketAddress.resolve(host: host, port: port)
    else { throw NetworkError.unknownMachine(name) }
    return places
  }
}
