import Bytes
public import Platform
import Sealing

/// Talks with several peers at once, on one thread: those that dial here and those dialled.
///
/// Everything that strangers can cost is bounded by `PeerLimits`.
///
///     let loop = PeerLoop(identity: identity, policy: policy, store: store) { event in … }
///     loop.listen(try Socket.listen(on: address))
///     try loop.run { Interrupts.requested }
public final class PeerLoop {
  /// What happened on a connection, by its number.
  public enum Event {
    /// A peer has dialled; nothing is known of it but its address.
    case accepted(Int, SocketAddress)
    /// A connection was not listened to, since there are too many or too many failed.
    case turnedAway(SocketAddress)
    /// The peer has proven who it is.
    case opened(Int, ChannelPeer)
    /// Something came or went.
    case progress(Int, SessionSummary)
    /// The connection has ended: in peace, or by a failure.
    case ended(Int, Ending)
  }

  /// How a connection ended.
  public struct Ending {
    /// Where the peer was.
    public let address: SocketAddress
    /// Who it was, if it had proven that.
    public let peer: ChannelPeer?
    /// What was done.
    public let summary: SessionSummary
    /// Why it ended; nothing if in peace.
    public let failure: PeerFailure?
  }

  private let identity: ChannelIdentity
  private let policy: any PeerPolicy
  private let store: any CommitStore
  private let terms: () -> Session.Terms
  private let limits: PeerLimits
  private let nowMillis: () -> Int64
  private let report: (Event) -> Void
  private var listeners: [Listener] = []
  private var links: [PeerLink] = []
  private var lastNumber = 0
  private var doorman: Doorman
  private var acceptMillis: Int64 = 0
  private var changeMillis: Int64 = 0
  private var isClosing = false

  /// What answers questions of others on the local network, if anything.
  public var discoverer: Discoverer?

  /// Asks the store whether other processes have changed it; called when someone dials, and now
  /// and then while someone stays.
  public var takeInChanges: (() throws -> Bool)?

  private final class Listener {
    let socket: Socket
    init(_ socket: consuming Socket) { self.socket = socket }
  }

  /// Makes a loop without connections.
  ///
  /// - Parameters:
  ///   - identity: who this side is.
  ///   - policy: who is let in.
  ///   - store: where commits come from and go to.
  ///   - limits: what strangers can cost.
  ///   - terms: makes the terms of each session.
  ///   - nowMillis: a clock that nobody sets, in milliseconds.
  ///   - report: told what happens.
  public init(
    identity: ChannelIdentity, policy: any PeerPolicy, store: any CommitStore,
    limits: PeerLimits = PeerLimits(), terms: @escaping () -> Session.Terms,
    nowMillis: @escaping () -> Int64 = MonotonicClock.nowMillis,
    report: @escaping (Event) -> Void
  ) {
    self.identity = identity
    self.policy = policy
    self.store = store
    self.limits = limits
    self.terms = terms
    self.nowMillis = nowMillis
    self.report = report
    doorman = Doorman(limits)
  }

  /// Lets peers dial here.
  public func listen(_ socket: consuming Socket) { listeners.append(Listener(socket)) }

  /// Dials a peer.
  ///
  /// - Parameter addresses: where it may be, tried in turn; at least one.
  /// - Returns: the connection's number in events.
  @discardableResult
  public func dial(_ addresses: [SocketAddress]) -> Int {
    lastNumber += 1
    var rest = addresses
    var failure = SystemError.timedOut(addresses.first)
    while !rest.isEmpty {
      let address = rest.removeFirst()
      do throws(SystemError) {
        let socket = try Socket.beginConnecting(to: address)
        links.append(
          PeerLink(
            number: lastNumber, role: .initiator, socket: socket, address: address,
            otherAddresses: rest, conversation: converse(.initiator), limits: limits,
            nowMillis: nowMillis()))
        return lastNumber
      } catch {
        failure = error
      }
    }
    let ending = Ending(
      address: addresses.first ?? .any(port: 0, isIPv6: false), peer: nil,
      summary: SessionSummary(), failure: .unreachable(failure))
    report(.ended(lastNumber, ending))
    return lastNumber
  }

  private func converse(_ role: Channel.Role) -> Conversation {
    Conversation(role, identity: identity, policy: policy, terms: terms(), store: store)
  }

  /// How many connections there are.
  public var connectionCount: Int { links.count }

  /// Runs until there is nothing to listen to and no connection left, or until it is stopped.
  ///
  /// - Parameter isStopped: asked at least once a second; once it says so, all peers are told.
  /// - Throws: what `takeInChanges` throws, or the system.
  public func run(until isStopped: () -> Bool) throws {
    while !(listeners.isEmpty && links.isEmpty) {
      if isStopped() { close() }
      try step(waitMillis: 1000)
    }
  }

  /// Stops listening and ends all sessions as soon as their present messages are out.
  public func close() {
    guard !isClosing else { return }
    isClosing = true
    listeners = []
    let now = nowMillis()
    for link in links {
      if link.conversation.peer == nil { link.drop() } else { link.conversation.close(.stopping) }
      link.pump(readable: false, writable: false, nowMillis: now)
    }
    closeMillis = now
  }

  private var closeMillis: Int64 = 0

  /// Waits for something to do, and does it.
  ///
  /// - Parameter waitMillis: how long to wait at most, in milliseconds.
  /// - Throws: as `run`.
  public func step(waitMillis: Int) throws {
    var set = PollSet()
    let now = nowMillis()
    let accepts = now >= acceptMillis
    let doors = accepts ? listeners.map { set.add($0.socket, reading: true, writing: false) } : []
    let places = links.map { $0.add(to: &set) }
    let ears = discoverer?.add(to: &set) ?? []
    let stays = links.contains { $0.conversation.stays && $0.conversation.peer != nil }
    let wait = stays ? min(waitMillis, Int(limits.changeMillis)) : waitMillis
    try set.wait(millis: wait)
    let after = nowMillis()
    for (index, link) in links.enumerated() {
      let place = places[index]
      link.pump(
        readable: set.isReadable(place), writable: set.isWritable(place), nowMillis: after)
      tell(about: link)
    }
    if let discoverer, ears.contains(where: { set.isReadable($0) }) { discoverer.answer() }
    for (index, door) in doors.enumerated() where set.isReadable(door) {
      acceptAll(listeners[index], after)
    }
    if stays, after - changeMillis >= limits.changeMillis {
      changeMillis = after
      if try takeInChanges?() ?? false { spread(from: nil, after) }
    }
    endDuplicates()
    if isClosing, after - closeMillis > limits.farewellMillis { for link in links { link.drop() } }
    sweep(after)
  }

  /// Tells of what has happened on a connection, and passes on what came by it.
  private func tell(about link: PeerLink) {
    let conversation = link.conversation
    if !link.reportedPeer, let peer = conversation.peer {
      link.reportedPeer = true
      report(.opened(link.number, peer))
    }
    if conversation.messageCount != link.reportedMessages {
      link.reportedMessages = conversation.messageCount
      report(.progress(link.number, conversation.summary))
    }
    if conversation.storedRounds != link.storedRounds {
      link.storedRounds = conversation.storedRounds
      spread(from: link, nowMillis())
    }
  }

  private func spread(from source: PeerLink?, _ now: Int64) {
    // First, so that whoever was sealed by what is new gets nothing of it.
    showOut(now)
    for link in links where link !== source && link.stage == .talking {
      link.conversation.storeChanged()
      link.pump(readable: false, writable: false, nowMillis: now)
    }
  }

  /// Ends the sessions of devices that were sealed meanwhile.
  private func showOut(_ now: Int64) {
    for link in links where link.conversation.peer?.invitation == nil {
      guard let device = link.conversation.peer?.device,
        policy.verdict(onDevice: device, evidence: []) == .sealed
      else { continue }
      link.refuse(.sealed, nowMillis: now)
    }
  }

  private func acceptAll(_ listener: Listener, _ now: Int64) {
    while true {
      do throws(SystemError) {
        guard let accepted = try listener.socket.accept() else { return }
        let address = accepted.address
        let socket = accepted.take()
        guard !isClosing, doorman.admits(address.host, nowMillis: now) else {
          report(.turnedAway(address))
          continue
        }
        makeRoom(now)
        guard links.count < limits.connections else {
          report(.turnedAway(address))
          continue
        }
        // Someone may have been invited since; what cannot be read now is told of by the session.
        if (try? takeInChanges?()) ?? false { spread(from: nil, now) }
        lastNumber += 1
        let link = PeerLink(
          number: lastNumber, role: .responder, socket: socket, address: address,
          conversation: converse(.responder), limits: limits, nowMillis: now)
        links.append(link)
        report(.accepted(lastNumber, address))
        link.pump(readable: false, writable: false, nowMillis: now)
      } catch {
        // Too many files open, most likely: those who wait may wait a little longer.
        acceptMillis = now + 1000
        return
      }
    }
  }

  /// Whoever has been silent longest makes room for the next one.
  private func makeRoom(_ now: Int64) {
    let halfOpen = links.filter { $0.isHalfOpen && $0.role == .responder }
    if halfOpen.count >= limits.halfOpen { halfOpen.first?.drop() }
    sweep(now)
  }

  /// Where two sessions stay between the same two devices, since both have dialled, that one goes
  /// on whose initiator has the lesser key: both sides choose the same.
  private func endDuplicates() {
    let own = identity.device.publicKey
    for link in links where link.role == .initiator && link.conversation.stays {
      guard let peer = link.conversation.peer?.device, peer != own else { continue }
      for other in links
      where other.role == .responder && other.conversation.stays
        && other.conversation.peer?.device == peer
      {
        (own < peer ? other : link).conversation.close(.duplicate)
      }
    }
  }

  private func sweep(_ now: Int64) {
    for link in links where link.isClosed {
      if link.role == .responder, link.conversation.peer == nil {
        doorman.noteFailure(link.address.host, nowMillis: now)
      }
      tell(about: link)
      let ending = Ending(
        address: link.address, peer: link.conversation.peer,
        summary: link.conversation.summary, failure: link.failure)
      report(.ended(link.number, ending))
    }
    links.removeAll(where: \.isClosed)
  }
}

extension SystemError {
  /// Nobody answered.
  static func timedOut(_ address: SocketAddress?) -> SystemError {
    SystemError.noAnswer(path: address.map { "\($0)" })
  }
}
