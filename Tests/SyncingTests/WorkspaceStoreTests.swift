import Bytes
import Documents
import Platform
import Sealing
import Support
import Testing

@testable import Replication
@testable import Syncing

/// Real documents of one base on several machines, in a temporary folder.
private struct Machines {
  let folder: TemporaryFolder
  private(set) var stores: [WorkspaceStore] = []
  private(set) var devices: [SigningKey] = []
  let plan = IndexPlan(version: 1, entries: [])
  var policy: ListPolicy { ListPolicy(devices: Set(devices.map(\.publicKey))) }

  init(_ count: Int) throws {
    folder = try TemporaryFolder()
    let (first, recovery) = try Workspace.found(
      path: folder.path("0.karto"), device: Self.device(folder, 0), plan: plan,
      clock: .fixed(1_763_800_000_000)
    ) { $0.add(RecordEdit(type: "workspace", id: "workspace")) }
    let bytes = try Files.readAll(folder.path("0.karto"), limit: 1 << 20)
    for number in 0..<count {
      let device = Self.device(folder, number)
      if number > 0 {
        let key = SigningKey.generate()
        let joining = Joining(
          invitation: Joining.recoveryID, secret: recovery, device: key.publicKey,
          workspace: first.header.workspace)
        try device.setKey(key, in: first.header.workspace, credential: .joining(joining))
        try Files.replace(folder.path("\(number).karto")) { try $0.write(bytes) }
      }
      devices.append(try #require(try device.key(in: first.header.workspace)))
      stores.append(try WorkspaceStore(try open(number)))
    }
  }

  static func device(_ folder: TemporaryFolder, _ number: Int) -> DeviceFolder {
    DeviceFolder(path: folder.path("home\(number)"))
  }

  func open(_ number: Int) throws -> Workspace {
    try Workspace(
      path: folder.path("\(number).karto"), writing: true, device: Self.device(folder, number),
      plan: plan, clock: .fixed(1_763_800_001_000))
  }

  func write(_ number: Int, _ name: String, lines: Int = 1, in workspace: Workspace? = nil) throws {
    _ = try (workspace ?? stores[number].workspace).write(purpose: "add") { draft in
      for _ in 0..<lines {
        var edit = RecordEdit(type: "client", id: draft.newID())
        edit.set["name"] = JSONValue.string(name).canonicalBytes
        draft.add(edit)
      }
    }
  }

  func conversations(
    _ one: Int, _ other: Int, stays: Bool = false, first: (any CommitStore)? = nil
  ) -> [Conversation] {
    var terms = Session.Terms(nowMillis: 0)
    terms.stays = stays
    func make(_ role: Channel.Role, _ number: Int, _ store: any CommitStore) -> Conversation {
      Conversation(
        role,
        identity: ChannelIdentity(member: stores[0].workspace.header, device: devices[number]),
        policy: policy, terms: terms, store: store)
    }
    return [
      make(.initiator, one, first ?? stores[one]), make(.responder, other, stores[other]),
    ]
  }

  func exports(_ number: Int) throws -> String {
    var bytes: [UInt8] = []
    Export.write(try open(number).state) { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Lets two conversations talk to the end; gives how many bytes went, both ways together.
@discardableResult
func talk(_ ends: [Conversation], limit: Int = .max) throws -> Int {
  var count = 0
  for _ in 0..<2000 {
    var isQuiet = true
    for side in 0..<2 {
      let bytes = try ends[side].takeOutput()
      guard !bytes.isEmpty else { continue }
      isQuiet = false
      count += bytes.count
      if count > limit {
        for end in ends { try? end.connectionEnded() }
        return count
      }
      try ends[1 - side].receive(bytes.span)
    }
    if isQuiet { break }
  }
  return count
}

@Suite struct WorkspaceStoreTests {
  @Test(arguments: SeededGenerator.seeds(6))
  func `documents on several machines become equal, whatever happens between`(
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let count = 2 + random.below(2)
    let machines = try Machines(count)
    for step in 0..<25 {
      let one = random.below(count)
      let other = (one + 1 + random.below(count - 1)) % count
      switch random.below(6) {
      case 0: _ = try machines.stores[one].workspace.compact()
      // Another process on the same machine.
      case 1: try machines.write(one, "w\(step)", in: try machines.open(one))
      case 2, 3: try machines.write(one, "c\(step)", lines: 1 + random.below(20))
      case 4: try talk(machines.conversations(one, other), limit: random.below(4000))
      default:
        let ends = machines.conversations(one, other)
        try talk(ends)
        #expect(ends[0].summary.digests == .equal, "seed \(seed), step \(step)")
      }
    }
    for _ in 0..<2 {
      for one in 0..<count {
        for other in 0..<count where other != one {
          let ends = machines.conversations(one, other)
          try talk(ends)
          #expect(ends[1].summary.digests == .equal, "seed \(seed)")
        }
      }
    }
    let export = try machines.exports(0)
    for number in 0..<count {
      #expect(try machines.exports(number) == export, "seed \(seed)")
      let check = try Check.run(path: machines.folder.path("\(number).karto"))
      #expect(check.isSound, "seed \(seed): \(check.problems)")
    }
  }

  @Test func `many small commits cross the wire as few members`() throws {
    let machines = try Machines(2)
    for number in 0..<200 { try machines.write(0, "Клиент \(number)") }
    let before = try Files.status(machines.folder.path("1.karto"))?.size ?? 0
    let written = try Files.status(machines.folder.path("0.karto"))?.size ?? 0
    let sent = try talk(machines.conversations(0, 1))
    let after = try Files.status(machines.folder.path("1.karto"))?.size ?? 0
    #expect(sent < (written - before) / 4)
    #expect(after - before < (written - before) / 4)
    #expect(try Check.run(path: machines.folder.path("1.karto")).isSound)
  }

  @Test func `a thousand edits of one field cross in less than twelve bytes each`() throws {
    let machines = try Machines(2)
    let workspace = machines.stores[0].workspace
    let dots = try workspace.write(purpose: "add") { draft -> [String] in
      (0..<50).map { _ in
        let edit = RecordEdit(type: "client", id: draft.newID())
        draft.add(edit)
        return edit.id
      }
    }
    try talk(machines.conversations(0, 1))
    for number in 0..<1000 {
      _ = try workspace.write(purpose: "set") { draft in
        var edit = RecordEdit(type: "client", id: dots.1[number * 7 % 50])
        edit.set["city"] = JSONValue.string("Город \(number * 31 % 200)").canonicalBytes
        draft.add(edit)
      }
    }
    let sent = try talk(machines.conversations(0, 1))
    #expect(sent < 12_000)
    #expect(try machines.exports(0) == machines.exports(1))
    #expect(try Check.run(path: machines.folder.path("1.karto")).isSound)
  }

  @Test func `the same commits by two ways at once are kept once`() throws {
    let machines = try Machines(3)
    for number in 0..<3 { try machines.write(0, "c\(number)", lines: 3) }
    // Another process takes them while this one has them in its hands.
    let incoming = try machines.stores[1].incoming()
    #expect(try machines.stores[0].takeInChanges())
    let outgoing = try machines.stores[0].outgoing(to: machines.stores[1].holdings())
    while let next = try outgoing.next() { _ = try incoming.add(next.member) }
    let elsewhere = try machines.open(1)
    _ = try elsewhere.join(machines.stores[0].workspace)
    let stored = try incoming.store(isEnd: true)
    #expect(stored.commitCount == 0 && stored.refusedCount == 0)
    let check = try Check.run(path: machines.folder.path("1.karto"))
    #expect(check.isSound && check.commitCount == 4)
  }

  @Test func `what others wrote in the moment of keeping is not taken for known`() throws {
    let machines = try Machines(2)
    try machines.write(0, "there")
    let exchange = try CommitExchange(machines.stores[1].workspace)
    var intake = exchange.makeIntake()
    #expect(try machines.stores[0].takeInChanges())
    let outgoing = try machines.stores[0].outgoing(to: machines.stores[1].holdings())
    while let next = try outgoing.next() { try intake.add(next.member) }
    try machines.write(1, "here", in: try machines.open(1))
    #expect(try exchange.store(&intake, isEnd: true).commitCount > 0)
    // The ledger has read it, the state has not: without another look nobody would be given it.
    #expect(try exchange.hasChanged())
    try exchange.refresh()
    #expect(try !exchange.hasChanged())
    let fresh = try WorkspaceStore(try machines.open(1))
    #expect(try Holdings(exchange.marks) == fresh.holdings())
  }

  @Test func `what another process wrote is told of, though a session came upon it first`() throws {
    let machines = try Machines(2)
    let store = machines.stores[0]
    #expect(try !store.takeInChanges())
    // In the moment in which something arrives, someone writes at this machine.
    try machines.write(1, "there")
    try machines.write(0, "here", in: try machines.open(0))
    try talk(machines.conversations(1, 0))
    #expect(try store.takeInChanges(), "nobody but that session would get it")
    #expect(try !store.takeInChanges(), "it is told of once")
    try machines.write(1, "there again")
    try talk(machines.conversations(1, 0))
    #expect(try !store.takeInChanges(), "what came by a session is no news to it")
    let incoming = try store.incoming()
    try machines.write(1, "a third time")
    let outgoing = try machines.stores[1].outgoing(to: store.holdings())
    while let next = try outgoing.next() { _ = try incoming.add(next.member) }
    try machines.write(0, "here again", in: try machines.open(0))
    _ = try incoming.store(isEnd: false)
    #expect(try store.takeInChanges())
    #expect(try !store.takeInChanges())
  }

  @Test func `chains that were kept are those of the document`() throws {
    let machines = try Machines(2)
    var random = SeededGenerator(seed: 11)
    func write(_ number: Int) throws {
      // Text that does not shrink, so that there is something to keep.
      let text = (0..<4000).map { _ in String(UInt64.random(in: 0 ... .max, using: &random)) }
      try machines.write(number, text.joined())
    }
    for _ in 0..<10 { try write(0) }
    try talk(machines.conversations(0, 1))
    for _ in 0..<2 { try write(1) }
    for number in 0..<2 {
      // The first reads the document through and keeps what it learns, the second finds it kept,
      // the third finds more behind it.
      let first = try WorkspaceStore(machines.open(number))
      let kept = try #require(try machines.open(number).keptLedger())
      #expect(kept.end > Workspace.tailLimit)
      let again = try CommitExchange(machines.open(number))
      #expect(try Holdings(again.marks) == first.holdings())
      for (replica, chain) in kept.chains {
        #expect(again.ledger.chains[replica]?.head == chain.head)
        #expect(again.ledger.chains[replica]?.key == chain.key)
        #expect(again.ledger.heads[replica] == kept.heads[replica])
      }
      try machines.write(number, "behind")
      let third = try CommitExchange(machines.open(number))
      try first.workspace.refresh()
      #expect(try Holdings(third.marks) == first.holdings())
      // A repacked document is another: what was kept of it says nothing any more.
      _ = try machines.open(number).compact()
      #expect(try machines.open(number).keptLedger() == nil)
      #expect(try Holdings(CommitExchange(machines.open(number)).marks) == first.holdings())
    }
    try talk(machines.conversations(0, 1))
    let digest = try machines.stores[0].digest()
    let fresh = try WorkspaceStore(machines.open(0))
    #expect(try fresh.workspace.keptDigest(of: fresh.holdings().fingerprint) == digest)
    #expect(try Export.digest(machines.open(0).state) == digest)
    try machines.write(0, "news")
    #expect(try fresh.workspace.keptDigest(of: fresh.holdings().fingerprint) == nil)
  }

  /// A machine whose home folder was copied: two documents written under one key.
  private func fork(_ machines: Machines) throws -> WorkspaceStore {
    let copy = machines.folder.path("copy.karto")
    try Files.replace(copy) {
      try $0.write(try Files.readAll(machines.folder.path("0.karto"), limit: 1 << 20))
    }
    let home = DeviceFolder(path: machines.folder.path("home-copy"))
    try home.setKey(machines.devices[0], in: machines.stores[0].workspace.header.workspace)
    let other = try Workspace(
      path: copy, writing: true, device: home, plan: machines.plan,
      clock: .fixed(1_763_800_002_000))
    for number in 0..<3 {
      try machines.write(0, "one \(number)")
      try machines.write(0, "another \(number)", in: other)
    }
    return try WorkspaceStore(other)
  }

  @Test func `two histories of one replica meet, and all who meet have both`() throws {
    let machines = try Machines(3)
    let copy = try fork(machines)
    try talk(machines.conversations(0, 1))
    // One side holds this history, the other that one.
    var ends = machines.conversations(0, 1, first: copy)
    try talk(ends)
    #expect(ends.allSatisfy { $0.summary.digests == .equal })
    #expect(ends[0].summary.receivedCount == 3 && ends[1].summary.receivedCount == 3)
    // Someone who knows neither, and someone who knows one.
    for number in [2, 0] {
      ends = machines.conversations(number, 1)
      try talk(ends)
      #expect(ends.allSatisfy { $0.summary.digests == .equal }, "machine \(number)")
    }
    let again = machines.conversations(0, 1)
    let count = try talk(again)
    #expect(again[0].summary.digests == .equal && again[0].summary.receivedCount == 0)
    #expect(count < 2500)
    let export = try machines.exports(0)
    #expect(try machines.exports(1) == export && (try machines.exports(2)) == export)
    for number in 0..<3 {
      let check = try Check.run(path: machines.folder.path("\(number).karto"))
      #expect(check.problems.isEmpty, "\(check.problems)")
    }
  }

  /// What one's own histories end with says nothing of whoever sent an older part of them.
  @Test(arguments: [false, true])
  func `a history goes on to whoever had sent what was here of it`(isFirst: Bool) throws {
    let machines = try Machines(2)
    let copy = try fork(machines)
    let path = machines.folder.path("late.karto")
    try Files.replace(path) {
      try $0.write(try Files.readAll(copy.workspace.path, limit: 1 << 20))
    }
    try talk(machines.conversations(0, 1, first: copy))
    try talk(machines.conversations(0, 1))
    // The copied device writes on, and only one of those who know of both hears of it.
    let late = try Workspace(
      path: path, writing: true, device: DeviceFolder(path: machines.folder.path("home-copy")),
      plan: machines.plan, clock: .fixed(1_763_800_003_000))
    for number in 0..<2 { try machines.write(0, "late \(number)", in: late) }
    try talk(machines.conversations(0, 1, first: WorkspaceStore(late)))

    let ahead = try CommitExchange(machines.open(1))
    let behind = try CommitExchange(machines.open(0))
    // Who is behind cannot tell what the other has, so it sends all of the histories.
    let known = behind.marks
    let outbox = try behind.outgoing(beyond: ahead.marks).outbox
    var intake = ahead.makeIntake()
    var count = 0
    while let member = try outbox.next() {
      try intake.add(member.bytes)
      count += 1
    }
    #expect(count > 0)
    let staged = try ahead.store(&intake, isEnd: true)
    #expect(staged.commitCount == 0)
    let rest = try ahead.outgoing(beyond: known.merging(staged.sentMarks) { $1 }).outbox
    #expect(try rest.next() != nil)

    let ends = machines.conversations(isFirst ? 0 : 1, isFirst ? 1 : 0)
    try talk(ends)
    #expect(ends.allSatisfy { $0.summary.digests == .equal })
    #expect(try machines.exports(0) == machines.exports(1))
    #expect(try machines.stores[0].holdings() == machines.stores[1].holdings())
  }

  @Test func `a copy of a base with two histories of one replica has both`() throws {
    let machines = try Machines(2)
    let copy = try fork(machines)
    try talk(machines.conversations(0, 1))
    try talk(machines.conversations(0, 1, first: copy))
    let fresh = try DocumentCopy(path: machines.folder.path("new.karto"))
    let store = CopyStore(
      fresh, device: DeviceFolder(path: machines.folder.path("home-new")), plan: machines.plan)
    let ends = machines.conversations(0, 1, first: store)
    try talk(ends)
    // A copy's state is made afterwards, so there is nothing to compare on the way.
    #expect(ends.allSatisfy { $0.summary.isComplete && $0.summary.digests == .notCompared })
    #expect(try store.digest() == machines.stores[1].digest())
    try fresh.finish()
    #expect(try Check.run(path: fresh.path).problems.isEmpty)
    // Nothing of the copying holds the document any more.
    let file = try Descriptor.open(fresh.path, .readWrite)
    #expect(try file.lock(exclusive: true, wait: false))
  }

  @Test func `commits of devices that nobody let in are not taken`() throws {
    let machines = try Machines(2)
    let stranger = try MemoryBase(seed: 1)
    let writer = MemoryStore(
      stranger, header: machines.stores[0].workspace.header, device: SigningKey.generate())
    var random = SeededGenerator(seed: 1)
    try writer.write(2, &random)
    let ends = machines.conversations(0, 1, first: writer)
    try talk(ends)
    #expect(ends[1].summary.receivedCount == 0)
    #expect(ends[1].summary.refusedCount == 1)
    let holdings = try machines.stores[1].holdings()
    #expect(holdings.count == 1)
  }

  @Test func `a newcomer gets a whole copy, also in several goes`() throws {
    let machines = try Machines(1)
    for number in 0..<10 { try machines.write(0, "Клиент \(number)", lines: 1500) }
    let invitation = SigningKey.generate()
    let newcomer = SigningKey.generate()
    var policy = machines.policy
    policy.openInvitations = [invitation.publicKey]
    let path = machines.folder.path("new.karto")
    let home = DeviceFolder(path: machines.folder.path("newhome"))
    var goes = 0
    var limit = 3000
    while !Contents.exists(path), goes < 100 {
      goes += 1
      limit += 20_000
      let copy = try DocumentCopy(path: path)
      let store = CopyStore(copy, device: home, plan: machines.plan)
      var terms = Session.Terms(nowMillis: 0)
      terms.storeBytes = 1
      let ends = [
        Conversation(
          .initiator, identity: ChannelIdentity(invited: invitation, device: newcomer),
          policy: policy, terms: terms, store: store),
        Conversation(
          .responder,
          identity: ChannelIdentity(
            member: machines.stores[0].workspace.header, device: machines.devices[0]),
          policy: policy, terms: terms, store: machines.stores[0]),
      ]
      try talk(ends, limit: limit)
      guard ends[0].summary.isComplete else { continue }
      #expect(ends.allSatisfy { $0.summary.digests == .notCompared })
      #expect(try store.digest() == machines.stores[0].digest())
      #expect(ends[1].peer?.invitation == invitation.publicKey)
      try copy.finish()
    }
    #expect(goes > 2)
    #expect(!Contents.exists(path + ".part"))
    #expect(try Check.run(path: path).isSound)
    var bytes: [UInt8] = []
    let workspace = try Workspace(
      path: path, writing: false, device: home, plan: machines.plan)
    Export.write(workspace.state) { bytes += $0 }
    #expect(String(decoding: bytes, as: UTF8.self) == (try machines.exports(0)))
  }

  @Test func `a copy stands in nobody's place`() throws {
    let machines = try Machines(1)
    let path = machines.folder.path("0.karto")
    #expect(throws: DocumentError.alreadyExists(path: path)) { try DocumentCopy(path: path) }
    let copy = try DocumentCopy(path: machines.folder.path("new.karto"))
    #expect(throws: DocumentError.alreadyExists(path: copy.partPath)) {
      try DocumentCopy(path: copy.path)
    }
    try copy.adopt(headerLine: machines.stores[0].workspace.header.line)
    let other = try MemoryBase(seed: 9).header
    #expect(throws: WorkspaceError.otherWorkspace(path: copy.partPath)) {
      try copy.adopt(headerLine: other.line)
    }
  }

  // SPEC [N-6], [A-11]
  @Test func `a replica that was adopted up to a number not yet written is no device of the base`()
    throws
  {
    let folder = try TemporaryFolder()
    func found(_ name: String) throws -> (workspace: Workspace, key: PublicKey) {
      let device = DeviceFolder(path: folder.path("\(name)-home"))
      let (workspace, _) = try Workspace.found(
        path: folder.path(name), device: device, plan: IndexPlan(version: 1, entries: [])
      ) { $0.add(RecordEdit(type: "workspace", id: "workspace")) }
      return (workspace, try #require(try device.key(in: workspace.header.workspace)).publicKey)
    }
    let own = try found("own.karto")
    let other = try found("other.karto")
    let replica = ReplicaID(key: other.key)
    _ = try own.workspace.write(purpose: nil) { draft in
      var edit = RecordEdit(type: "adoption", id: draft.newID())
      let workspace = other.workspace.header.workspace.text
      edit.set["workspace"] = JSONValue.string(workspace).canonicalBytes
      edit.add["replicas"] = [
        JSONValue.array([.string(replica.text), .integer(Int(UInt32.max - 1))]).canonicalBytes
      ]
      draft.add(edit)
    }
    let bytes = try Files.readAll(folder.path("other.karto"), limit: 1 << 20)
    #expect(try own.workspace.receive([bytes]).commitCount == 1)
    #expect(own.workspace.state.device(replica)?.isAdopted == true)
    let policy = MembershipPolicy(own.workspace)
    #expect(policy.verdict(onDevice: other.key, evidence: []) == .unknown)
  }
}
