import Bytes

/// Why a conversation with a peer ended before its time.
public enum ConversationError: Error {
  /// The channel was not opened, or broke.
  case channel(ChannelError)
  /// The session ended with an error.
  case session(SyncError)
}

/// A channel and the session in it: bytes in, bytes out, still without I/O.
///
/// Whoever has a socket passes on what arrives, sends what `takeOutput` gives, and tells the time
/// by `ask`, `close` and `fail`.
public final class Conversation {
  /// Which side this is.
  public let role: Channel.Role

  /// Who the other side is, once it has proven that.
  public private(set) var peer: ChannelPeer?

  /// Whether nothing more is to be said or heard; what `takeOutput` gives is still to be sent.
  public private(set) var isEnded = false

  /// How many messages of the peer were taken whole, its proof included.
  public private(set) var messageCount = 0

  private var channel: Channel
  private(set) var session: Session

  /// So many bytes are made ready ahead of what the connection takes.
  private static let readyBytes = 128 << 10

  /// Starts a conversation.
  ///
  /// - Parameters:
  ///   - role: which side this is.
  ///   - identity: who this side is.
  ///   - policy: who is let in.
  ///   - terms: what the session is to do.
  ///   - store: where commits come from and go to.
  public init(
    _ role: Channel.Role, identity: ChannelIdentity, policy: any PeerPolicy,
    terms: Session.Terms, store: any CommitStore
  ) {
    self.role = role
    channel = Channel(role, identity: identity, policy: policy)
    session = Session(role, terms: terms, store: store)
  }

  /// What was done so far.
  public var summary: SessionSummary { session.summary }

  /// How many times commits of the peer were kept; a change is news for other sessions.
  public var storedRounds: Int { session.storedRounds }

  /// Whether the session stays when all is done.
  public var stays: Bool { session.stays }

  /// Whether the beginning of something waits for the rest.
  public var hasPartialInput: Bool { channel.hasPartialInput }

  /// How many bytes are in memory, on their way in or out.
  var heldByteCount: Int { channel.heldByteCount + session.heldByteCount }

  /// Takes bytes that have arrived.
  ///
  /// - Parameter bytes: at most some tens of kilobytes at a time.
  /// - Throws: `ConversationError`; what `takeOutput` then gives tells the peer.
  public func receive(_ bytes: Span<UInt8>) throws(ConversationError) {
    guard !isEnded else { return }
    channel.receive(bytes)
    do {
      while let event = try nextEvent() {
        messageCount += 1
        switch event {
        case .opened(let peer): self.peer = peer
        case .message(let message, let isLast): try take(message, isLast)
        }
      }
    } catch {
      try end(with: error)
    }
    if session.isEnded { isEnded = true }
  }

  private func nextEvent() throws(ConversationError) -> Channel.Event? {
    do throws(ChannelError) {
      return try channel.next()
    } catch {
      throw .channel(error)
    }
  }

  private func take(_ message: [UInt8], _ isLast: Bool) throws(ConversationError) {
    do throws(SyncError) {
      try session.receive(message, isLast: isLast)
    } catch {
      throw .session(error)
    }
  }

  /// Gives what is to be sent, some tens of kilobytes at a time; empty if there is nothing.
  ///
  /// - Throws: `ConversationError.session` if commits cannot be read; the next call then gives
  ///   what tells the peer.
  public func takeOutput() throws(ConversationError) -> [UInt8] {
    do throws(SyncError) {
      while !isEnded, channel.isOpen, channel.outputCount < Self.readyBytes,
        let message = try session.next()
      {
        channel.send(message.bytes.span, message.tag)
      }
    } catch {
      try end(with: .session(error))
    }
    if session.isEnded { isEnded = true }
    return channel.takeOutput()
  }

  /// Says the last word and passes the error on.
  private func end(with error: ConversationError) throws(ConversationError) -> Never {
    if case .session = error, !session.hasSentLast, channel.isOpen,
      let last = try? session.next()
    {
      channel.send(last.bytes.span, last.tag)
    }
    isEnded = true
    throw error
  }

  /// Tells that the connection has ended.
  ///
  /// - Throws: `ConversationError` unless both sides had said that it would.
  public func connectionEnded() throws(ConversationError) {
    guard !isEnded else { return }
    isEnded = true
    guard peer != nil else { throw .channel(.stranger) }
    do throws(SyncError) {
      try session.connectionEnded()
    } catch {
      throw .session(error)
    }
  }

  /// Asks the peer whether it is still there.
  public func ask() { session.ask() }

  /// Tells that a while has passed: what has arrived is kept durably.
  ///
  /// - Throws: `ConversationError.session` if it is refused or cannot be kept, of which the peer
  ///   is told.
  public func keepArrived() throws(ConversationError) {
    guard !isEnded else { return }
    do throws(SyncError) {
      try session.keepArrived()
    } catch {
      try end(with: .session(error))
    }
  }

  /// Tells that the store has commits that did not come by this conversation.
  public func storeChanged() { session.storeChanged() }

  /// Ends in peace, as soon as the present message is out.
  public func close(_ reason: Session.Reason) { session.close(reason) }

  /// Ends since the peer's device may take part no longer, of which it is told.
  ///
  /// - Throws: `ConversationError.channel`, as if the device had not been let in.
  public func refuse(_ verdict: PeerVerdict) throws(ConversationError) {
    guard !isEnded, let peer else { return }
    session.refuse(verdict)
    if channel.isOpen, let last = try? session.next() {
      channel.send(last.bytes.span, last.tag)
    }
    isEnded = true
    throw .channel(.notAdmitted(peer.device, verdict))
  }

  /// Ends with an error, of which the peer is told.
  ///
  /// - Throws: the error.
  public func fail(_ error: SyncError) throws(ConversationError) {
    session.fail(error)
    try end(with: .session(error))
  }
}
