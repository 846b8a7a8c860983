import Bytes
public import Platform

/// Why a connection with a peer ended before its time.
public enum PeerFailure: Error {
  /// No connection could be made to any of the addresses; the last reason.
  case unreachable(SystemError)
  /// The connection broke off for a reason that the system gives.
  case connection(SystemError)
  /// The peer did not prove in time who it is.
  case handshakeTooSlow
  /// The channel was not opened, or broke.
  case channel(ChannelError)
  /// The session ended with an error.
  case session(SyncError)

  init(_ error: ConversationError) {
    switch error {
    case .channel(let error): self = .channel(error)
    case .session(let error): self = .session(error)
    }
  }
}

/// One connection of a `PeerLoop`: a socket, the conversation over it, and what time it is for it.
final class PeerLink {
  enum Stage { case connecting, talking, farewell, closed }

  let number: Int
  let role: Channel.Role
  let conversation: Conversation
  private(set) var address: SocketAddress
  private(set) var stage: Stage
  private(set) var failure: PeerFailure?
  var reportedMessages = 0
  var reportedPeer = false
  var storedRounds = 0

  private var socket: Socket
  private let limits: PeerLimits
  private var otherAddresses: [SocketAddress]
  private var output: [UInt8] = []
  private var outputStart = 0
  private let startMillis: Int64
  private var stageMillis: Int64
  private var heardMillis: Int64
  private var askedMillis: Int64
  private var sentMillis: Int64
  private var wholeMillis: Int64
  private var keptMillis: Int64
  private var messageCount = 0

  /// So much is read at a time, and so often in a row.
  private static let readBytes = 64 << 10
  private static let readTurns = 4

  init(
    number: Int, role: Channel.Role, socket: consuming Socket, address: SocketAddress,
    otherAddresses: [SocketAddress] = [], conversation: Conversation, limits: PeerLimits,
    nowMillis: Int64
  ) {
    self.number = number
    self.role = role
    self.socket = socket
    self.address = address
    self.otherAddresses = otherAddresses
    self.conversation = conversation
    self.limits = limits
    stage = role == .initiator ? .connecting : .talking
    startMillis = nowMillis
    stageMillis = nowMillis
    heardMillis = nowMillis
    askedMillis = nowMillis
    sentMillis = nowMillis
    wholeMillis = nowMillis
    keptMillis = nowMillis
  }

  /// Whether the peer has not proven yet who it is.
  var isHalfOpen: Bool { stage == .talking && conversation.peer == nil }

  var isClosed: Bool { stage == .closed }

  func add(to set: inout PollSet) -> Int {
    set.add(
      socket, reading: stage != .connecting,
      writing: stage == .connecting || outputStart < output.count)
  }

  /// Does what can be done now.
  func pump(readable: Bool, writable: Bool, nowMillis: Int64) {
    switch stage {
    case .connecting:
      if writable { finishConnecting(nowMillis) }
      if stage == .connecting, nowMillis - stageMillis > limits.handshakeMillis {
        tryNext(SystemError.timedOut(address), nowMillis)
      }
    case .talking:
      if readable { read(nowMillis) }
      if nowMillis - keptMillis >= limits.keepMillis {
        keptMillis = nowMillis
        conversing { () throws(ConversationError) in try conversation.keepArrived() }
      }
      write(nowMillis)
      watchTime(nowMillis)
    case .farewell:
      if readable { discard() }
      if stage == .farewell { write(nowMillis) }
      if nowMillis - stageMillis > limits.farewellMillis { stage = .closed }
    case .closed: break
    }
  }

  // MARK: Connecting

  private func finishConnecting(_ nowMillis: Int64) {
    do {
      try socket.finishConnecting(to: address)
      stage = .talking
      stageMillis = nowMillis
      heardMillis = nowMillis
      write(nowMillis)
    } catch {
      tryNext(error, nowMillis)
    }
  }

  private func tryNext(_ error: SystemError, _ nowMillis: Int64) {
    while !otherAddresses.isEmpty {
      address = otherAddresses.removeFirst()
      guard let next = try? Socket.beginConnecting(to: address) else { continue }
      socket = next
      stageMillis = nowMillis
      return
    }
    failure = .unreachable(error)
    stage = .closed
  }

  // MARK: Talking

  private func read(_ nowMillis: Int64) {
    for _ in 0..<Self.readTurns where stage == .talking {
      var bytes: [UInt8] = []
      do throws(SystemError) {
        switch try socket.receive(into: &bytes, upTo: Self.readBytes) {
        case .nothing: return
        case .end:
          conversing { () throws(ConversationError) in try conversation.connectionEnded() }
          stage = .closed
        case .bytes:
          heardMillis = nowMillis
          conversing { () throws(ConversationError) in try conversation.receive(bytes.span) }
        }
      } catch {
        broke(error)
      }
    }
    if conversation.messageCount != messageCount || !conversation.hasPartialInput {
      messageCount = conversation.messageCount
      wholeMillis = nowMillis
    }
  }

  private func write(_ nowMillis: Int64) {
    while stage == .talking || stage == .farewell {
      if outputStart == output.count {
        outputStart = 0
        output = []
        conversing { () throws(ConversationError) in output = try conversation.takeOutput() }
        sentMillis = nowMillis
        guard !output.isEmpty else {
          if conversation.isEnded { sayFarewell(nowMillis) }
          return
        }
      }
      do throws(SystemError) {
        let count = try socket.send(output.span.extracting(outputStart...))
        guard count > 0 else { return }
        outputStart += count
        sentMillis = nowMillis
      } catch {
        broke(error)
      }
    }
  }

  /// After an error there may be a last word to send, so the link is not closed at once.
  private func conversing(_ body: () throws(ConversationError) -> Void) {
    do throws(ConversationError) {
      try body()
    } catch {
      failure = failure ?? PeerFailure(error)
    }
  }

  private func broke(_ error: SystemError) {
    if stage == .talking {
      // What arrived whole is kept; then the system's reason says more than «cut».
      let wasEnded = conversation.isEnded
      try? conversation.connectionEnded()
      if !wasEnded { failure = failure ?? .connection(error) }
    }
    stage = .closed
  }

  private func watchTime(_ nowMillis: Int64) {
    guard stage == .talking else { return }
    if isHalfOpen {
      if nowMillis - stageMillis > limits.handshakeMillis {
        failure = failure ?? .handshakeTooSlow
        stage = .closed
      }
      return
    }
    let isStuck = outputStart < output.count && nowMillis - sentMillis > limits.stallMillis
    let isUnfinished =
      conversation.hasPartialInput && nowMillis - wholeMillis > limits.stallMillis
    if isStuck || isUnfinished || nowMillis - heardMillis > limits.deadMillis {
      conversing { () throws(ConversationError) in try conversation.fail(.stalled) }
      stage = .farewell
      stageMillis = nowMillis
      write(nowMillis)
    } else if nowMillis - max(heardMillis, askedMillis) > limits.quietMillis {
      askedMillis = nowMillis
      conversation.ask()
      write(nowMillis)
    }
  }

  /// Shows a peer out whose device may take part no longer.
  func refuse(_ verdict: PeerVerdict, nowMillis: Int64) {
    guard stage == .talking else { return }
    conversing { () throws(ConversationError) in try conversation.refuse(verdict) }
    write(nowMillis)
  }

  // MARK: Ending

  /// Our last word is out: the peer reads it before the connection goes.
  private func sayFarewell(_ nowMillis: Int64) {
    if case .channel(let error) = failure, !error.isAnswered {
      stage = .closed
      return
    }
    if stage == .talking {
      stage = .farewell
      stageMillis = nowMillis
    }
    socket.endSending()
  }

  /// Reads on, since closing with bytes unread would take our last word from the peer.
  private func discard() {
    var bytes: [UInt8] = []
    do throws(SystemError) {
      if try socket.receive(into: &bytes, upTo: Self.readBytes) == .end { stage = .closed }
    } catch {
      stage = .closed
    }
  }

  /// Goes without a word, to make room.
  func drop() {
    failure = failure ?? .handshakeTooSlow
    stage = .closed
  }
}
