import Bytes
import Documents
import Platform
import Sealing
import Support

@testable import Replication
@testable import Syncing

/// A workspace that many stores in memory hold copies of.
struct MemoryBase {
  let header: Header
  let founder: SigningKey

  init(seed: UInt64) throws {
    founder = try key(seed: seed, 0)
    header = Header(
      founder: founder.publicKey, recovery: try key(seed: seed, 255).publicKey,
      createdMillis: 1_763_800_000_000)
  }
}

func key(seed: UInt64, _ number: UInt64) throws -> SigningKey {
  var random = SeededGenerator(seed: seed &* 1000 &+ number)
  let bytes = random.bytes(32)
  guard let key = SigningKey(seed: bytes.span) else { throw SupportError("a seed has 32 bytes") }
  return key
}

/// A document in memory, with real commits, chains and signatures.
final class MemoryStore: CommitStore {
  let header: Header
  let device: SigningKey
  private(set) var ledger: CommitLedger
  private(set) var document: [UInt8] = []
  private(set) var commitCount = 0
  /// Whether the store cannot keep anything, like a full disk.
  var isFull = false
  /// How often something was kept.
  private(set) var keptCount = 0
  /// How often its digest was worked out.
  private(set) var digestCount = 0

  init(_ base: MemoryBase, header: Header? = nil, device: SigningKey) {
    self.header = header ?? base.header
    self.device = device
    ledger = CommitLedger(workspace: self.header.workspace)
  }

  var replica: ReplicaID { ReplicaID(key: device.publicKey) }

  private func append(_ members: [UInt8]) {
    document += members
    ledger.extend(ByteRegion(members))
  }

  /// Writes a batch of so many commits, each of about so many bytes.
  func write(
    _ count: Int, byteCount: Int = 100, text: String? = nil, _ random: inout SeededGenerator
  ) throws {
    let chain =
      ledger.chains[replica] ?? Chain(workspace: header.workspace, key: device.publicKey)
    var writer = CommitWriter(chain: chain, signer: device)
    let seen = ledger.chains.filter { $0.key != replica }.map {
      Sighting(replica: $0.key, number: $0.value.number, head: $0.value.shortHead)
    }
    var bodies: [[UInt8]] = []
    for _ in 0..<count {
      let text = text ?? Hex.encode(random.bytes(byteCount / 2).span)
      let line = "{\"client\":\"r\(random.below(1000))\",\"set\":{\"name\":\"\(text)\"}}\n"
      bodies.append(Array(line.utf8))
    }
    append(
      try writer.encode(bodies, stampMillis: 1_763_800_000_000, seen: seen, purpose: nil).members)
    commitCount += count
  }

  // MARK: CommitStore

  var headerLine: [UInt8]? { header.line }

  func adopt(headerLine: [UInt8]) throws {}

  func holdings() throws -> Holdings {
    Holdings(
      ledger.chains.mapValues { ChainMark(number: $0.number, head: $0.head.prefix128) })
  }

  func digest() throws -> Hash256? {
    digestCount += 1
    var bytes: [UInt8] = []
    for (replica, chain) in ledger.chains.sorted(by: { $0.key < $1.key }) {
      bytes += replica.bytes
      bytes += chain.head.bytes
    }
    return BLAKE2b.hash256(bytes.span)
  }

  func outgoing(to peer: Holdings) throws -> any OutgoingCommits {
    MemoryOutgoing(self, peer.byReplica.mapValues(\.number))
  }

  func incoming() throws -> any IncomingCommits {
    Incoming(
      CommitIntake(workspace: header.workspace, keepsBatchesWhole: true)
    ) { [self] intake, isEnd in
      try intake.verify(against: ledger)
      let staged = intake.take(isEnd: isEnd)
      guard !staged.members.isEmpty else { return staged }
      if isFull { throw SystemError(call: "pwrite", code: 28) }
      let before = ledger.chains.reduce(0) { $0 + Int($1.value.number) }
      append(staged.members)
      let after = ledger.chains.reduce(0) { $0 + Int($1.value.number) }
      commitCount += after - before
      keptCount += 1
      return staged
    }
  }
}

/// Gives the members of the document one by one, those that the peer holds left out.
private final class MemoryOutgoing: OutgoingCommits {
  private let store: MemoryStore
  private var known: [ReplicaID: UInt32]
  private var place = 0

  init(_ store: MemoryStore, _ known: [ReplicaID: UInt32]) {
    self.store = store
    self.known = known
  }

  var forked: [ByteString] { [] }

  func next() throws -> (member: [UInt8], commitCount: Int)? {
    while place < store.ledger.members.count {
      let member = store.ledger.members[place]
      place += 1
      guard case .commits(let runs, _) = member.contents,
        runs.contains(where: { $0.last > known[$0.replica] ?? 0 })
      else { continue }
      let count = runs.reduce(0) { $0 + Int($1.last - $1.first) + 1 }
      return (Array(store.document[member.byteOffset..<member.byteEnd]), count)
    }
    return nil
  }
}

/// Goes by another policy, which may change.
final class ChangingPolicy: PeerPolicy {
  var present: ListPolicy
  init(_ present: ListPolicy) { self.present = present }
  var openInvitations: [PublicKey] { present.openInvitations }

  func verdict(onDevice device: PublicKey, evidence: [UInt8]) -> PeerVerdict {
    present.verdict(onDevice: device, evidence: evidence)
  }

  func verdict(onInvited device: PublicKey, invitation: PublicKey) -> PeerVerdict {
    present.verdict(onInvited: device, invitation: invitation)
  }
}

/// Lets in whom it is told to.
struct ListPolicy: PeerPolicy {
  var devices: Set<PublicKey> = []
  var sealed: Set<PublicKey> = []
  var openInvitations: [PublicKey] = []

  func verdict(onDevice device: PublicKey, evidence: [UInt8]) -> PeerVerdict {
    if sealed.contains(device) { return .sealed }
    return devices.contains(device) || evidence == Array("let me in".utf8) ? .admitted : .unknown
  }

  func verdict(onInvited device: PublicKey, invitation: PublicKey) -> PeerVerdict {
    openInvitations.contains(invitation) ? .admitted : .unknown
  }
}
