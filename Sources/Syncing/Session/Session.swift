import Bytes
import Documents
import Replication
public import Sealing

/// One conversation of two peers inside an open channel: a state machine without I/O of its own.
///
/// Both say hello and what they hold; each sends exactly what the other lacks, as members of a
/// document, and confirms what it has kept durably; when both hold the same, they compare the
/// digests of their states. Each direction runs by itself. What arrived whole stays, wherever the
/// session ends; the next one goes on from there (SPEC §14.5).
///
///     var session = Session(.initiator, terms: terms, store: store)
///     while let message = try session.next() { channel.send(message.bytes.span, message.tag) }
///     try session.receive(bytes, isLast: false)
public struct Session: ~Copyable {
  /// What a session is to do.
  public struct Terms: Sendable {
    /// This side's wall clock, in milliseconds since 1970 UTC.
    public var nowMillis: Int64
    /// Whether the initiator stays, so that new commits go both ways as they appear.
    public var stays = false
    /// Whether digests are compared, which costs both sides the working out of an export.
    public var comparesDigests = true
    /// How many bytes of members the peer may send ahead; at least `Limits.leastCreditBytes`.
    public var creditBytes = Limits.creditBytes
    /// From how many bytes of members on they are kept durably before more come.
    public var storeBytes = 4 << 20

    /// The usual terms.
    public init(nowMillis: Int64) {
      self.nowMillis = nowMillis
    }
  }

  /// A message to be sealed and sent.
  public struct Outgoing: Equatable, Sendable {
    /// Its bytes.
    public let bytes: [UInt8]
    /// What it says beside them.
    public let tag: SecretStream.Tag
  }

  /// Why a session ends in peace.
  public enum Reason: UInt8, Sendable {
    /// Everything is done.
    case done = 0
    /// This side is being stopped.
    case stopping = 1
    /// There is another session between the two.
    case duplicate = 2
  }

  /// The version of the session that this program speaks.
  public static let version: UInt8 = 1

  /// The keys change after so many bytes.
  private static let rekeyBytes = 16 << 20

  enum PeerStage { case hello, header, have, streaming, ended }

  /// What was done so far.
  public internal(set) var summary = SessionSummary()

  /// How many times commits of the peer were kept that others may want now; those that are kept
  /// in the middle of a slow transfer count with what follows them.
  public internal(set) var storedRounds = 0

  /// Whether both sides have said their last word.
  public var isEnded: Bool { peerStage == .ended && hasSentLast }

  /// Whether this side has said its last word.
  public internal(set) var hasSentLast = false

  /// Whether the initiator stays when all is done.
  public internal(set) var stays: Bool

  let role: Channel.Role
  let terms: Terms
  let store: any CommitStore

  // Receiving.
  var peerStage = PeerStage.hello
  var peerHave = Holdings()
  var incoming: (any IncomingCommits)?
  var partial: [UInt8] = []
  /// Whether what has come of a member is its short form.
  var isPartialShort = false
  var receivedMembers: UInt32 = 0
  var storedMembers: UInt32 = 0
  var creditGiven: Int
  var unstoredBytes = 0
  /// Whether commits were kept that are not in `storedRounds` yet.
  var hasUntoldCommits = false
  var peerDigest: (fingerprint: Hash256, digest: Hash256?)?
  var ownDigest: (fingerprint: Hash256, digest: Hash256?)?
  var peerIsDone = false

  // Sending.
  var owesHello = true
  var owesHeader = false
  var owedHave: [Message.Entry]?
  var owedReceipt: Message.Receipt?
  var owedReceiptMarks = Holdings()
  var owedPong: UInt64?
  var owesPing = false
  var owedError: SyncErrorCode?
  var owedRefusal: PeerVerdict?
  var owedBye: Reason?
  var outgoing: (any OutgoingCommits)?
  var member: (bytes: [UInt8], offset: Int, isShort: Bool)?
  var unconfirmed: [(member: UInt32, commitCount: Int)] = []
  var sentMembers: UInt32 = 0
  var confirmedMembers: UInt32 = 0
  var credit = 0
  var hasSentHave = false
  var hasSentDone = false
  /// How many members had been sent at the last «done».
  var doneMembers: UInt32?
  var hasSentDigest = false
  var hasNews = false
  var hasForks = false
  var bytesSinceRekey = 0

  /// How many bytes of members are in memory, on their way in or out.
  var heldByteCount: Int { partial.count + unstoredBytes + (member?.bytes.count ?? 0) }

  /// Starts a session.
  ///
  /// - Parameters:
  ///   - role: which side this is.
  ///   - terms: what is to be done.
  ///   - store: where commits come from and go to.
  public init(_ role: Channel.Role, terms: Terms, store: any CommitStore) {
    precondition(terms.creditBytes >= Limits.leastCreditBytes, "a whole member can be sent")
    self.role = role
    self.terms = terms
    self.store = store
    stays = role == .initiator && terms.stays
    creditGiven = terms.creditBytes
    summary.comparesDigests = terms.comparesDigests
  }

  // MARK: Events that the caller has

  /// Tells that nothing was heard for a while: the peer is asked whether it is there.
  public mutating func ask() { owesPing = true }

  /// Tells that the store has commits that did not come by this session.
  public mutating func storeChanged() { hasNews = true }

  /// Ends the session as soon as the present message is out.
  public mutating func close(_ reason: Reason) {
    if owedBye == nil, owedError == nil { owedBye = reason }
  }

  /// Ends the session with an error, of which the peer is told.
  public mutating func fail(_ error: SyncError) {
    if owedError == nil, !hasSentLast { owedError = error.code }
    tellStored()
  }

  /// Ends the session since the peer's device may take part no longer, of which it is told.
  public mutating func refuse(_ verdict: PeerVerdict) {
    if !hasSentLast { owedRefusal = verdict }
    tellStored()
  }

  mutating func tellStored() {
    if hasUntoldCommits { storedRounds += 1 }
    hasUntoldCommits = false
  }

  // MARK: Speaking

  /// The next message to send; nothing while there is nothing to say.
  ///
  /// At most one member is in memory for it, so call it only when it can be passed on.
  ///
  /// - Throws: `SyncError.storage`; `next` then still gives the error for the peer.
  public mutating func next() throws(SyncError) -> Outgoing? {
    guard !hasSentLast else { return nil }
    if let owedRefusal {
      hasSentLast = true
      return Outgoing(bytes: Proof.refusal(owedRefusal), tag: .final)
    }
    if let owedError {
      hasSentLast = true
      return Outgoing(bytes: Message.error(owedError).bytes, tag: .final)
    }
    do {
      guard let message = try compose() else { return nil }
      return seal(message)
    } catch {
      fail(.storage(error))
      throw .storage(error)
    }
  }

  private mutating func seal(_ message: Message) -> Outgoing {
    let bytes = message.bytes
    if case .bye = message {
      hasSentLast = true
      return Outgoing(bytes: bytes, tag: .final)
    }
    bytesSinceRekey += bytes.count
    var tag = SecretStream.Tag.message
    if case .ping = message { tag = .rekey }
    if bytesSinceRekey >= Self.rekeyBytes { tag = .rekey }
    if tag == .rekey { bytesSinceRekey = 0 }
    return Outgoing(bytes: bytes, tag: tag)
  }

  /// What is to be said first.
  private mutating func compose() throws -> Message? {
    if owesHello {
      owesHello = false
      return .hello(
        Message.Hello(
          stays: stays, wantsHeader: store.headerLine == nil,
          comparesDigests: terms.comparesDigests, nowMillis: terms.nowMillis,
          credit: UInt32(clamping: terms.creditBytes)))
    }
    if let owedBye, owedReceipt == nil, member == nil || member?.offset == 0 {
      self.owedBye = nil
      return .bye(reason: owedBye.rawValue)
    }
    if let receipt = composeReceipt() { return receipt }
    if let number = owedPong {
      owedPong = nil
      return .pong(number)
    }
    if owesPing {
      owesPing = false
      return .ping(Randomness.uint64())
    }
    if owesHeader, let line = store.headerLine {
      owesHeader = false
      return .header(line)
    }
    if let have = try composeHave() { return have }
    return try composeMember() ?? composeDigest()
  }

  private mutating func composeReceipt() -> Message? {
    guard var receipt = owedReceipt else { return nil }
    var rest = owedReceiptMarks.sorted
    let first = rest.prefix(Message.entriesPerMessage)
    rest.removeFirst(first.count)
    receipt.marks = first.map { Message.Entry(chain: $0.chain, mark: $0.mark) }
    owedReceiptMarks = Holdings()
    for entry in rest { owedReceiptMarks.note(entry.mark, of: entry.chain) }
    creditGiven += Int(receipt.credit)
    owedReceipt = rest.isEmpty ? nil : Message.Receipt(memberCount: receipt.memberCount)
    return .receipt(receipt)
  }

  private mutating func composeHave() throws -> Message? {
    // A new copy has nothing to say before it knows which base it will hold.
    guard peerStage != .hello, !hasSentHave, store.headerLine != nil else { return nil }
    var rest =
      try owedHave
      ?? store.holdings().sorted.prefix(Limits.chains).map {
        Message.Entry(chain: $0.chain, mark: $0.mark)
      }
    let first = Array(rest.prefix(Message.entriesPerMessage))
    rest.removeFirst(first.count)
    owedHave = rest
    hasSentHave = rest.isEmpty
    return .have(first, isLast: rest.isEmpty)
  }

  private mutating func composeMember() throws -> Message? {
    guard peerStage == .streaming, hasSentHave, owedBye == nil || member != nil else { return nil }
    if let piece = nextPiece() { return piece }
    if hasSentDone, hasNews, hasSettled, stays || hasForks && !hasSentDigest {
      hasSentDone = false
      outgoing = nil
    }
    guard !hasSentDone else { return nil }
    if member == nil {
      hasNews = false
      let source = try outgoing ?? store.outgoing(to: summary.peerHoldings)
      outgoing = source
      guard let (bytes, commitCount) = try source.next() else {
        hasSentDone = true
        // Nothing new for this peer needs no word.
        guard doneMembers != sentMembers else { return nil }
        doneMembers = sentMembers
        summary.forkedCount = max(summary.forkedCount, source.forked.count)
        return .done(
          memberCount: sentMembers,
          forked: Array(source.forked.prefix(Message.entriesPerMessage)))
      }
      let short = ShortMember.shorten(bytes)
      member = (short ?? bytes, 0, short != nil)
      sentMembers += 1
      unconfirmed.append((sentMembers, commitCount))
    }
    return nextPiece()
  }

  /// A piece of the member that is being sent, if the peer has room for the whole of it.
  private mutating func nextPiece() -> Message? {
    guard let (bytes, offset, isShort) = member, offset > 0 || credit >= bytes.count else {
      return nil
    }
    if offset == 0 { credit -= bytes.count }
    let end = min(offset + Message.pieceBytes, bytes.count)
    member = end == bytes.count ? nil : (bytes, end, isShort)
    let piece = Array(bytes[offset..<end])
    return isShort
      ? .short(piece, isLast: end == bytes.count) : .member(piece, isLast: end == bytes.count)
  }

  /// Whether both sides have sent and confirmed everything.
  var hasSettled: Bool {
    hasSentDone && peerIsDone && confirmedMembers == sentMembers && owedReceipt == nil
  }

  private mutating func composeDigest() throws -> Message? {
    guard hasSettled, !hasSentDigest, !(hasForks && hasNews) else { return composeEnd() }
    hasSentDigest = true
    summary.isComplete = true
    let own = try store.holdings()
    // Of forked chains the two sides may have had different names before.
    let isSame = own == summary.peerHoldings || hasForks || summary.forkedCount > 0
    let digest = isSame && summary.comparesDigests ? try store.digest() : nil
    compare(own.fingerprint, digest)
    ownDigest = (own.fingerprint, digest)
    return .digest(fingerprint: own.fingerprint, digest: digest)
  }

  /// The initiator ends a session that does not stay.
  private mutating func composeEnd() -> Message? {
    guard role == .initiator, !stays, hasSentDigest, peerDigest != nil else { return nil }
    return .bye(reason: Reason.done.rawValue)
  }

  mutating func compare(_ fingerprint: Hash256, _ digest: Hash256?) {
    guard let peerDigest, let other = peerDigest.digest, let digest,
      peerDigest.fingerprint == fingerprint
    else { return }
    summary.digests = other == digest ? .equal : .unequal
  }
}
