import Bytes
import Documents
import Sealing
import Support
import Testing

@testable import Replication
@testable import Syncing

/// One connection between two stores: bytes on their way in both directions, which an unkind
/// network delivers in pieces, alters or cuts off.
private struct Wire {
  let ends: [Conversation]
  let places: [Int]
  var buffers: [[UInt8]] = [[], []]
  var isCut = false
  var errors: [ConversationError?] = [nil, nil]

  var isOver: Bool {
    isCut || ends[0].isEnded && ends[1].isEnded && buffers[0].isEmpty && buffers[1].isEmpty
  }
}

/// Some machines that hold copies of one base, and the connections between them.
private struct Office {
  let stores: [MemoryStore]
  let policy: ListPolicy
  let base: MemoryBase
  var wires: [Wire] = []
  var alterations = 0
  var cuts = 0

  init(seed: UInt64, count: Int, random: inout SeededGenerator) throws {
    base = try MemoryBase(seed: seed)
    var policy = ListPolicy()
    var stores: [MemoryStore] = []
    for number in 0..<count {
      let device = number == 0 ? base.founder : try key(seed: seed, UInt64(number))
      policy.devices.insert(device.publicKey)
      stores.append(MemoryStore(base, device: device))
    }
    self.stores = stores
    self.policy = policy
    for store in stores {
      for _ in 0..<random.below(4) { try store.write(1 + random.below(3), &random) }
    }
  }

  /// What one end may hold in memory of members: those that are not stored yet, one that is not
  /// whole, and one on its way out.
  private static let heldByteLimit = storeBytes + 3 * memberBytes
  private static let storeBytes = 500
  private static let memberBytes = 1000

  /// Whether every end of every connection holds no more than it may.
  var isBounded: Bool {
    wires.allSatisfy { $0.ends.allSatisfy { $0.session.heldByteCount <= Self.heldByteLimit } }
  }

  /// Whether that limit is one: no member is larger, and all of them are more.
  var isLimitReal: Bool {
    stores.allSatisfy { store in
      store.ledger.members.allSatisfy { $0.byteCount <= Self.memberBytes }
    }
  }

  mutating func connect(_ one: Int, _ other: Int, stays: Bool = false) {
    func end(_ role: Channel.Role, _ store: MemoryStore) -> Conversation {
      var terms = Session.Terms(nowMillis: 0)
      terms.stays = stays
      terms.storeBytes = Self.storeBytes
      return Conversation(
        role, identity: ChannelIdentity(member: base.header, device: store.device),
        policy: policy, terms: terms, store: store)
    }
    wires.append(
      Wire(
        ends: [end(.initiator, stores[one]), end(.responder, stores[other])],
        places: [one, other]))
  }

  /// One thing that happens on a connection.
  mutating func step(_ number: Int, _ random: inout SeededGenerator) {
    let side = random.below(2)
    let end = wires[number].ends[side]
    switch random.below(400) {
    case 2:
      cuts += 1
      cut(number)
    case 3 where !wires[number].buffers[side].isEmpty:
      let place = random.below(wires[number].buffers[side].count)
      wires[number].buffers[side][place] ^= UInt8(1 << random.below(8))
      alterations += 1
    case 4: try? end.fail(.stalled)
    case 5, 7, 9, 11:
      do throws(ConversationError) {
        try end.keepArrived()
      } catch {
        wires[number].errors[side] = error
      }
    case let kind where kind % 2 == 0:
      do {
        wires[number].buffers[side] += try end.takeOutput()
      } catch {
        wires[number].errors[side] = error
      }
    default:
      let arrived = min(wires[number].buffers[1 - side].count, 1 + random.below(3000))
      let bytes = Array(wires[number].buffers[1 - side].prefix(arrived))
      wires[number].buffers[1 - side].removeFirst(arrived)
      let rounds = end.storedRounds
      do throws(ConversationError) {
        if !bytes.isEmpty { try end.receive(bytes.span) }
        if wires[number].ends[1 - side].isEnded, wires[number].buffers[1 - side].isEmpty,
          try wires[number].ends[1 - side].takeOutput().isEmpty
        {
          try end.connectionEnded()
        }
      } catch {
        wires[number].errors[side] = error
      }
      if end.storedRounds != rounds { tellOthers(of: wires[number].places[side], but: number) }
    }
    if wires[number].errors.contains(where: { $0 != nil }), random.oneIn(4) { cut(number) }
  }

  /// One session from the beginning to the end over a network that does everything right.
  mutating func runKindly(_ one: Int, _ other: Int, seed: UInt64) {
    wires = []
    connect(one, other)
    for _ in 0..<100 where !wires[0].isOver {
      for side in 0..<2 {
        do {
          let bytes = try wires[0].ends[side].takeOutput()
          if !bytes.isEmpty { try wires[0].ends[1 - side].receive(bytes.span) }
        } catch {
          Issue.record("seed \(seed): a session over a kind network failed: \(error)")
        }
      }
    }
    if !wires[0].isOver { Issue.record("seed \(seed): a session does not end") }
  }

  func tellOthers(of place: Int, but number: Int?) {
    for (index, wire) in wires.enumerated() where index != number {
      for side in 0..<2 where wire.places[side] == place { wire.ends[side].storeChanged() }
    }
  }

  mutating func cut(_ number: Int) {
    for side in 0..<2 {
      do { try wires[number].ends[side].connectionEnded() } catch {
        wires[number].errors[side] = wires[number].errors[side] ?? error
      }
    }
    wires[number].isCut = true
  }

  func total(_ store: MemoryStore) throws -> Int {
    try store.holdings().marks.reduce(0) { $0 + Int($1.value.number) }
  }
}

@Suite struct SessionSimulationTests {
  @Test(arguments: 0..<10)
  func `whatever the network does, peers converge and lose nothing`(block: UInt64) throws {
    let perBlock = UInt64(SeededGenerator.seeds(100).count)
    var (alterations, cuts, sessions) = (0, 0, 0)
    for seed in (block * perBlock + 1)...((block + 1) * perBlock) {
      let office = try run(seed)
      alterations += office.alterations
      cuts += office.cuts
      sessions += office.sessions
    }
    // A network that never does anything would prove nothing.
    #expect(alterations > 0 && cuts > 0 && sessions > Int(perBlock))
  }

  private func run(
    _ seed: UInt64
  ) throws -> (alterations: Int, cuts: Int, sessions: Int) {
    var random = SeededGenerator(seed: seed)
    let count = 2 + random.below(3)
    var office = try Office(seed: seed, count: count, random: &random)
    var held = try office.stores.map { try $0.holdings() }
    var sessions = 0
    for number in 0..<400 {
      if office.wires.count < 3 {
        let one = random.below(count)
        let other = (one + 1 + random.below(count - 1)) % count
        office.connect(one, other, stays: random.oneIn(3))
        sessions += 1
        // Both dial at once, and the same machine twice.
        if random.oneIn(3) { office.connect(other, one) }
      }
      if random.oneIn(60) {
        let place = random.below(count)
        try office.stores[place].write(1 + random.below(3), &random)
        office.tellOthers(of: place, but: nil)
      }
      office.step(random.below(office.wires.count), &random)
      if !office.isBounded { Issue.record("seed \(seed): an end holds too much") }
      office.wires.removeAll(where: \.isOver)
      // What a store holds only grows, and only by what others have written.
      for (place, store) in office.stores.enumerated() where number % 10 == 0 {
        let now = try store.holdings()
        for (chain, mark) in held[place].marks {
          let after = try #require(now[chain], "seed \(seed)")
          if after.number < mark.number { Issue.record("seed \(seed): a store lost commits") }
        }
        held[place] = now
      }
    }
    // A kind network afterwards: everybody with everybody, twice.
    for _ in 0..<2 {
      for one in 0..<count {
        for other in 0..<count where other != one {
          office.runKindly(one, other, seed: seed)
          let digests = office.wires[0].ends[0].summary.digests
          if digests != .equal { Issue.record("seed \(seed): digests \(digests)") }
        }
      }
    }
    if !office.isLimitReal { Issue.record("seed \(seed): a member is larger than was thought") }
    let expected = try office.stores[0].holdings()
    for store in office.stores {
      if try store.holdings() != expected { Issue.record("seed \(seed): no convergence") }
      if store.commitCount != (try office.total(store)) {
        Issue.record("seed \(seed): a commit was kept twice or not at all")
      }
    }
    return (office.alterations, office.cuts, sessions)
  }
}
