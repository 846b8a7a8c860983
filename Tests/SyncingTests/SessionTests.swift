import Bytes
import Documents
import Platform
import Sealing
import Support
import Testing

@testable import Replication
@testable import Syncing

/// Two stores of one base, and conversations between them over a perfect wire.
struct Pair {
  let base: MemoryBase
  let one: MemoryStore
  let other: MemoryStore
  let policy: ListPolicy
  /// How many bytes went each way in the last conversation.
  private(set) var byteCounts = [0, 0]
  private(set) var rounds = 0
  /// The most bytes that an end had in memory, and that it gave at once.
  private(set) var mostHeld = 0
  private(set) var mostGiven = 0
  private(set) var errors: [ConversationError?] = [nil, nil]

  init(seed: UInt64 = 1) throws {
    base = try MemoryBase(seed: seed)
    one = MemoryStore(base, device: base.founder)
    other = MemoryStore(base, device: try key(seed: seed, 1))
    policy = ListPolicy(devices: [one.device.publicKey, other.device.publicKey])
  }

  func conversations(
    stays: Bool = false, creditBytes: Int = Limits.creditBytes, comparing: Bool = true,
    first: (any CommitStore)? = nil, second: (any CommitStore)? = nil
  ) -> [Conversation] {
    var terms = Session.Terms(nowMillis: 1_000_000)
    terms.stays = stays
    terms.creditBytes = creditBytes
    terms.storeBytes = 1 << 20
    func make(_ role: Channel.Role, _ device: SigningKey, _ store: any CommitStore) -> Conversation
    {
      // It is the initiator that may do without.
      terms.comparesDigests = comparing || role == .responder
      return Conversation(
        role, identity: ChannelIdentity(member: base.header, device: device), policy: policy,
        terms: terms, store: store)
    }
    return [
      make(.initiator, one.device, first ?? one), make(.responder, other.device, second ?? other),
    ]
  }

  /// Lets both talk until neither has anything to say; `limit` cuts the wire after so many bytes.
  mutating func talk(_ ends: [Conversation], limit: Int = .max) {
    byteCounts = [0, 0]
    errors = [nil, nil]
    rounds = 0
    var left = limit
    for _ in 0..<1000 {
      var isQuiet = true
      for side in 0..<2 {
        do {
          var bytes = try ends[side].takeOutput()
          if bytes.count > left { bytes.removeLast(bytes.count - left) }
          left -= bytes.count
          guard !bytes.isEmpty else { continue }
          isQuiet = false
          byteCounts[side] += bytes.count
          mostGiven = max(mostGiven, bytes.count)
          try ends[1 - side].receive(bytes.span)
          mostHeld = max(mostHeld, ends[1 - side].heldByteCount, ends[side].heldByteCount)
        } catch {
          note(error, of: ends, at: side)
          isQuiet = false
        }
      }
      if isQuiet { break }
      rounds += 1
    }
    guard left == 0 else { return }
    for side in 0..<2 {
      do { try ends[side].connectionEnded() } catch {
        errors[side] = errors[side] ?? error
      }
    }
  }

  /// A conversation that throws has ended; that tells whose error it is.
  private mutating func note(_ error: any Error, of ends: [Conversation], at side: Int) {
    for place in [1 - side, side] where ends[place].isEnded && errors[place] == nil {
      errors[place] = error as? ConversationError
      return
    }
  }
}

@Suite struct SessionTests {
  @Test func `what one lacks the other sends, and both say how much`() throws {
    var random = SeededGenerator(seed: 1)
    var pair = try Pair()
    try pair.one.write(3, &random)
    try pair.one.write(1, &random)
    try pair.other.write(2, &random)
    let ends = pair.conversations()
    pair.talk(ends)
    #expect(ends[0].isEnded && ends[1].isEnded)
    #expect(try pair.one.holdings() == pair.other.holdings())
    for (end, sent) in zip(ends, [4, 2]) {
      #expect(end.summary.sentCount == sent)
      #expect(end.summary.receivedCount == 6 - sent)
      #expect(end.summary.toSendCount == sent)
      #expect(end.summary.toReceiveCount == 6 - sent)
      #expect(end.summary.digests == .equal)
      #expect(end.summary.isComplete)
      #expect(try end.summary.peerHoldings == pair.one.holdings())
    }
  }

  // SPEC [N-12]
  @Test func `who compares no states works out none and is told none`() throws {
    var random = SeededGenerator(seed: 3)
    var pair = try Pair()
    try pair.one.write(5, &random)
    let ends = pair.conversations(comparing: false)
    pair.talk(ends)
    #expect(ends.allSatisfy { $0.isEnded && $0.summary.isComplete })
    #expect(ends.allSatisfy { $0.summary.digests == .notCompared && !$0.summary.comparesDigests })
    #expect(pair.one.digestCount == 0 && pair.other.digestCount == 0)
    pair.talk(pair.conversations())
    #expect(pair.one.digestCount == 1 && pair.other.digestCount == 1)
  }

  @Test func `equals have little to say`() throws {
    var random = SeededGenerator(seed: 2)
    var pair = try Pair()
    try pair.one.write(5, &random)
    pair.talk(pair.conversations())
    for _ in 0..<50 { try pair.one.write(1, &random) }
    pair.talk(pair.conversations())
    let ends = pair.conversations()
    pair.talk(ends)
    #expect(ends[0].summary.sentCount == 0 && ends[0].summary.receivedCount == 0)
    #expect(ends[0].summary.digests == .equal)
    #expect(pair.byteCounts.allSatisfy { $0 < 700 })
    // One new commit costs the commit and little more.
    let before = pair.one.document.count
    try pair.one.write(1, &random)
    let size = pair.one.document.count - before
    pair.talk(pair.conversations())
    #expect(pair.byteCounts.reduce(0, +) < size + 1400)
  }

  // SPEC [N-8]
  @Test func `cut after any number of bytes, nothing is lost and the next session ends it`()
    throws
  {
    var random = SeededGenerator(seed: 3)
    var reference = try Pair()
    for _ in 0..<3 { try reference.one.write(2, byteCount: 4000, &random) }
    reference.talk(reference.conversations())
    let total = reference.byteCounts.reduce(0, +)
    for limit in stride(from: 1, to: total, by: max(1, total / 60)) {
      var random = SeededGenerator(seed: 3)
      var pair = try Pair()
      for _ in 0..<3 { try pair.one.write(2, byteCount: 4000, &random) }
      pair.talk(pair.conversations(), limit: limit)
      #expect(pair.other.commitCount % 2 == 0, "half a batch was kept")
      let kept = pair.other.commitCount
      let ends = pair.conversations()
      pair.talk(ends)
      #expect(ends[1].summary.receivedCount == 6 - kept)
      #expect(try pair.one.holdings() == pair.other.holdings())
    }
  }

  @Test func `what has arrived is counted at once, and kept when a while has passed`() throws {
    var random = SeededGenerator(seed: 12)
    var whole = try Pair()
    for _ in 0..<3 { try whole.one.write(2, byteCount: 4000, &random) }
    whole.talk(whole.conversations())
    // Two of three members have come, and then the line is slow.
    let slow = try Pair()
    for _ in 0..<3 { try slow.one.write(2, byteCount: 4000, &random) }
    let receiver = slow.conversations()
    var left = whole.byteCounts[0] - 5000
    while left > 0 {
      var bytes = try receiver[0].takeOutput()
      bytes.removeLast(max(0, bytes.count - left))
      left -= bytes.count
      if !bytes.isEmpty { try receiver[1].receive(bytes.span) }
      let answer = try receiver[1].takeOutput()
      if bytes.isEmpty, answer.isEmpty { break }
      if !answer.isEmpty { try receiver[0].receive(answer.span) }
    }
    #expect(receiver[1].summary.arrivedCount == 4)
    #expect(receiver[1].summary.receivedCount == 0 && slow.other.commitCount == 0)
    try receiver[1].keepArrived()
    #expect(receiver[1].summary.receivedCount == 4 && slow.other.commitCount == 4)
    try receiver[1].keepArrived()
    #expect(slow.other.keptCount == 1, "nothing new is nothing to keep")
    // It is one exchange all the same, of which others hear when it ends, however it ends.
    #expect(receiver[1].summary.isReceiving && receiver[1].storedRounds == 0)
    #expect(throws: ConversationError.self) { try receiver[1].connectionEnded() }
    #expect(receiver[1].storedRounds == 1)
  }

  // SPEC [N-11]
  @Test func `members larger than a message go in pieces`() throws {
    var random = SeededGenerator(seed: 4)
    var pair = try Pair()
    let text = Hex.encode(random.bytes(200_000).span)
    for _ in 0..<24 { try pair.one.write(1, text: text, &random) }
    let ends = pair.conversations(creditBytes: Limits.leastCreditBytes)
    pair.talk(ends)
    #expect(ends[1].summary.receivedCount == 24)
    // More than the credit, so receipts must have gone back in between.
    #expect(pair.byteCounts[0] > Limits.leastCreditBytes)
    #expect(pair.other.keptCount > 1)
    // However much there is, little of it is in memory at any time.
    let member = try #require(pair.one.ledger.members.map(\.byteCount).max())
    #expect(pair.mostHeld < (1 << 20) + 3 * member + 4 * Limits.frameBytes)
    #expect(pair.mostGiven < 4 * Limits.frameBytes)
    #expect(pair.byteCounts[0] > 2 * pair.mostHeld, "the limit is one")
  }

  @Test func `a full disk is told to both, and nothing is lost`() throws {
    var random = SeededGenerator(seed: 5)
    var pair = try Pair()
    try pair.one.write(3, &random)
    pair.other.isFull = true
    var ends = pair.conversations()
    pair.talk(ends)
    guard case .session(.peer(.storage)) = pair.errors[0],
      case .session(.storage(let error)) = pair.errors[1]
    else {
      Issue.record("\(pair.errors)")
      return
    }
    #expect((error as? SystemError)?.isNoSpace == true)
    #expect(ends[0].summary.sentCount == 0)
    pair.other.isFull = false
    ends = pair.conversations()
    pair.talk(ends)
    #expect(ends[0].summary.sentCount == 3)
  }

  // SPEC [N-13]
  @Test func `who stays hears of new commits both ways`() throws {
    var random = SeededGenerator(seed: 6)
    var pair = try Pair()
    try pair.one.write(1, &random)
    let ends = pair.conversations(stays: true)
    pair.talk(ends)
    #expect(ends.allSatisfy { !$0.isEnded && $0.stays && $0.summary.digests == .equal })
    for round in 0..<10 {
      let side = round % 2
      try (side == 0 ? pair.one : pair.other).write(1 + round % 3, &random)
      ends[side].storeChanged()
      pair.talk(ends)
      #expect(try pair.one.holdings() == pair.other.holdings())
    }
    // Quiet: nothing new costs nothing.
    ends[0].storeChanged()
    pair.talk(ends)
    #expect(pair.byteCounts == [0, 0])
    ends[0].ask()
    pair.talk(ends)
    #expect(pair.byteCounts.allSatisfy { $0 > 0 && $0 < 40 })
    ends[1].close(.stopping)
    pair.talk(ends)
    let haveEnded = ends.allSatisfy(\.isEnded)
    #expect(haveEnded)
    let failed = pair.errors.contains { $0 != nil }
    #expect(!failed)
  }

  @Test func `clocks that differ are noticed and do no harm`() throws {
    let pair = try Pair()
    for (now, skew) in [
      (Int64(0), Int64(1_000_000)), (.max, 1_000_000 - .max), (-5, 1_000_005),
    ] {
      var session = Session(
        .initiator, terms: Session.Terms(nowMillis: now), store: pair.one)
      var hello = Message.Hello()
      hello.nowMillis = 1_000_000
      hello.credit = UInt32(Limits.creditBytes)
      try session.receive(Message.hello(hello).bytes, isLast: false)
      let found = session.summary.clockSkewMillis
      #expect(found == skew)
    }
  }

  /// A store whose digest is not what its commits make.
  private final class Deranged: CommitStore {
    let store: MemoryStore
    init(_ store: MemoryStore) { self.store = store }
    var headerLine: [UInt8]? { store.headerLine }
    func adopt(headerLine: [UInt8]) throws {}
    func holdings() throws -> Holdings { try store.holdings() }
    func outgoing(to peer: Holdings) throws -> any OutgoingCommits { try store.outgoing(to: peer) }
    func incoming() throws -> any IncomingCommits { try store.incoming() }
    func digest() throws -> Hash256? { Hash256() }
  }

  // SPEC [N-12]
  @Test func `equal commits with unequal states are the loudest error`() throws {
    var random = SeededGenerator(seed: 7)
    var pair = try Pair()
    try pair.one.write(1, &random)
    let ends = pair.conversations(second: Deranged(pair.other))
    pair.talk(ends)
    #expect(ends.allSatisfy { $0.summary.digests == .unequal })
  }
}
