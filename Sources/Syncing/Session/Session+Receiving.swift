import Bytes
import Documents
import Replication
import Sealing

extension Session {
  /// Takes a message of the peer.
  ///
  /// - Parameters:
  ///   - bytes: the message.
  ///   - isLast: whether the channel says that none follows.
  /// - Throws: `SyncError`; `next` then still gives the error for the peer.
  public mutating func receive(_ bytes: [UInt8], isLast: Bool) throws(SyncError) {
    do throws(SyncError) {
      guard peerStage != .ended else { throw .unexpected(type: bytes.first ?? 0) }
      if isLast, bytes.count == 2, bytes[0] == Message.Kind.refusal.rawValue {
        peerStage = .ended
        throw .refused(bytes[1] == 1 ? .sealed : .unknown)
      }
      let message = try Message(bytes.span)
      try take(message)
      guard (peerStage == .ended) == isLast else {
        throw .unexpected(type: bytes.first ?? 0)
      }
    } catch {
      fail(error)
      throw error
    }
  }

  private mutating func take(_ message: Message) throws(SyncError) {
    switch message {
    case .bye:
      peerStage = .ended
      try keep(isEnd: false)
      close(.done)
    case .error(let code):
      peerStage = .ended
      throw .peer(code)
    case .ping(let number): owedPong = number
    case .pong, .passedOver: break
    case .hello(let hello):
      guard peerStage == .hello else { throw .unexpected(type: Message.Kind.hello.rawValue) }
      try take(hello)
    case .header(let line):
      guard peerStage == .header else { throw .unexpected(type: Message.Kind.header.rawValue) }
      try storing { try store.adopt(headerLine: line) }
      peerStage = .have
    case .have(let entries, let isLast):
      guard peerStage == .have else { throw .unexpected(type: Message.Kind.have.rawValue) }
      try take(entries, isLast: isLast)
    case .member(let piece, let isLast):
      try requireStreaming(.member)
      try take(piece, isLast: isLast, isShort: false)
    case .short(let piece, let isLast):
      try requireStreaming(.short)
      try take(piece, isLast: isLast, isShort: true)
    case .done(let memberCount, let forked):
      try requireStreaming(.done)
      guard partial.isEmpty, memberCount == receivedMembers else {
        throw .malformed(type: Message.Kind.done.rawValue)
      }
      summary.forkedCount = max(summary.forkedCount, forked.count)
      try keep(isEnd: true)
      peerIsDone = true
    case .receipt(let receipt):
      try requireStreaming(.receipt)
      try take(receipt)
    case .digest(let fingerprint, let digest):
      guard peerStage == .streaming, peerIsDone, peerDigest == nil else {
        throw .unexpected(type: Message.Kind.digest.rawValue)
      }
      peerDigest = (fingerprint, digest)
      if let ownDigest { compare(ownDigest.fingerprint, ownDigest.digest) }
    }
  }

  /// Tells that a while has passed: what arrived whole is kept durably, however little it is.
  ///
  /// On a slow line a process that is killed would begin anew otherwise.
  ///
  /// - Throws: `SyncError`; `next` then still gives the error for the peer.
  public mutating func keepArrived() throws(SyncError) {
    guard unstoredBytes > 0, peerStage != .ended else { return }
    do throws(SyncError) {
      try keep(isEnd: false, isPassedOn: false)
    } catch {
      fail(error)
      throw error
    }
  }

  /// Tells that the connection has ended; what arrived whole is kept.
  ///
  /// - Throws: `SyncError.cut` unless the peer had said that it would end, or `.storage`.
  public mutating func connectionEnded() throws(SyncError) {
    guard peerStage != .ended else { return }
    peerStage = .ended
    hasSentLast = true
    try keep(isEnd: false)
    throw .cut
  }

  private func requireStreaming(_ kind: Message.Kind) throws(SyncError) {
    guard peerStage == .streaming else { throw .unexpected(type: kind.rawValue) }
  }

  private mutating func take(_ hello: Message.Hello) throws(SyncError) {
    guard hello.least <= Self.version, Self.version <= hello.greatest else {
      throw .version(least: hello.least, greatest: hello.greatest)
    }
    guard Int(hello.credit) >= Limits.leastCreditBytes else {
      throw .malformed(type: Message.Kind.hello.rawValue)
    }
    credit = Int(hello.credit)
    summary.clockSkewMillis = hello.nowMillis.subtractingReportingOverflow(terms.nowMillis).0
    if role == .responder { stays = hello.stays }
    guard !hello.wantsHeader || store.headerLine != nil else {
      throw .unexpected(type: Message.Kind.hello.rawValue)
    }
    owesHeader = hello.wantsHeader
    // Whoever begins a copy has no state to compare yet.
    if !hello.comparesDigests || hello.wantsHeader { summary.comparesDigests = false }
    peerStage = store.headerLine == nil ? .header : .have
  }

  private mutating func take(_ entries: [Message.Entry], isLast: Bool) throws(SyncError) {
    for entry in entries {
      guard peerHave[entry.chain] == nil else {
        throw .malformed(type: Message.Kind.have.rawValue)
      }
      peerHave.note(entry.mark, of: entry.chain)
    }
    guard peerHave.count <= Limits.chains else { throw .tooMuch }
    guard isLast else { return }
    peerStage = .streaming
    summary.peerHoldings = peerHave
    let own = try storing { try store.holdings() }
    summary.toReceiveCount = peerHave.commitCount(beyond: own)
    summary.toSendCount = own.commitCount(beyond: peerHave)
  }

  private mutating func take(
    _ piece: [UInt8], isLast: Bool, isShort: Bool
  ) throws(SyncError) {
    let kind: Message.Kind = isShort ? .short : .member
    // What the peer may send was granted before, so memory is bounded by what we granted.
    guard piece.count <= creditGiven, partial.count + piece.count <= Limits.memberCompressedBytes
    else { throw .tooMuch }
    guard !piece.isEmpty, partial.isEmpty || isPartialShort == isShort else {
      throw .malformed(type: kind.rawValue)
    }
    isPartialShort = isShort
    creditGiven -= piece.count
    partial += piece
    guard isLast else { return }
    peerIsDone = false
    let byteCount = partial.count
    let member: [UInt8]
    do throws(DocumentError) {
      member = isShort ? try ShortMember.restore(partial) : partial
    } catch {
      throw .commits(.member(error))
    }
    partial = []
    receivedMembers &+= 1
    if incoming == nil {
      let fresh = try storing { try store.incoming() }
      incoming = fresh
      summary.isReceiving = true
    }
    summary.arrivedCount += try storing { try incoming?.add(member) ?? 0 }
    unstoredBytes += member.count
    // What was granted is what crossed, not what it became.
    var receipt = owedReceipt ?? Message.Receipt(memberCount: storedMembers)
    receipt.credit += UInt32(clamping: byteCount)
    owedReceipt = receipt
    if unstoredBytes >= terms.storeBytes { try keep(isEnd: false) }
  }

  /// Keeps durably what has arrived, and owes the receipt.
  private mutating func keep(isEnd: Bool, isPassedOn: Bool = true) throws(SyncError) {
    guard let incoming else { return }
    let stored = try storing { try incoming.store(isEnd: isEnd) }
    if isEnd {
      self.incoming = nil
      summary.isReceiving = false
      storedMembers = receivedMembers
    }
    unstoredBytes = 0
    summary.receivedCount += stored.commitCount
    summary.heldCount += stored.heldCount
    summary.refusedCount += stored.refusedCount
    summary.peerHoldings.join(stored.sentMarks)
    if stored.commitCount > 0 { hasUntoldCommits = true }
    if isPassedOn { tellStored() }
    // Only now is it known which of our commits the peer lacks.
    if stored.hasForks { (hasNews, hasForks) = (true, true) }
    var receipt = owedReceipt ?? Message.Receipt()
    receipt.memberCount = storedMembers
    receipt.refusedCount += UInt32(clamping: stored.refusedCount)
    owedReceipt = receipt
    owedReceiptMarks.join(stored.marks)
  }

  private mutating func take(_ receipt: Message.Receipt) throws(SyncError) {
    guard receipt.memberCount <= sentMembers, receipt.memberCount >= confirmedMembers else {
      throw .malformed(type: Message.Kind.receipt.rawValue)
    }
    confirmedMembers = receipt.memberCount
    while let first = unconfirmed.first, first.member <= confirmedMembers {
      summary.sentCount += first.commitCount
      unconfirmed.removeFirst()
    }
    // More credit than any honest peer gives would let a count overflow.
    guard Int(receipt.credit) <= Int(UInt32.max) - credit else { throw .tooMuch }
    credit += Int(receipt.credit)
    summary.refusedByPeerCount += Int(receipt.refusedCount)
    for entry in receipt.marks { summary.peerHoldings.note(entry.mark, of: entry.chain) }
    guard summary.peerHoldings.count <= 2 * Limits.chains else { throw .tooMuch }
  }

  /// Asks the store; what it says of the peer's bytes is the peer's error, all else is ours.
  private func storing<Result>(_ body: () throws -> Result) throws(SyncError) -> Result {
    do {
      return try body()
    } catch let error as IntakeError {
      throw .commits(error)
    } catch {
      throw .storage(error)
    }
  }
}
