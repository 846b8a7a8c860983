import Bytes
import Documents
import Platform
import Sealing
import Support
import Testing

@testable import Replication

/// The state that grows with a first copy is the one that the document makes.
@Suite struct GrowingStateTests {
  @Test func `a copy that comes in one go has its state when it is there`() throws {
    let office = try Office(replicas: 2)
    for name in ["А", "Б", "В"] { try office.workspaces[0].add(client: name) }
    _ = try office.workspaces[1].join(office.workspaces[0])
    try office.workspaces[1].add(client: "Г")
    _ = try office.workspaces[0].join(office.workspaces[1])
    let base = office.workspaces[0]
    var random = SeededGenerator(seed: 1)
    let copy = try Copying(of: base, in: office.folder, &random)
    #expect(copy.hasGrown)
    let taken = try copy.finish()
    #expect(taken.findings.usedCache, "whoever opens it need not read it again")
    #expect(Export.digest(taken.state) == Export.digest(base.state))
    let anew = try copy.open(usesCache: false)
    for name in ["А", "Б", "В", "Г"] { #expect(exported(taken.state).contains("\"\(name)\"")) }
    #expect(Export.digest(anew.state) == Export.digest(taken.state))
  }

  @Test func `a commit that is refused makes the state come from the document`() throws {
    let office = try Office(replicas: 1)
    for name in ["А", "Б"] { try office.workspaces[0].add(client: name) }
    let path = office.folder.path("0.karto")
    let bytes = try Files.readAll(path, limit: 1 << 20)
    var forged: [[UInt8]] = []
    var inflater = Inflater()
    var deflater = Deflater()
    var raw: [UInt8] = []
    for member in MemberMap(bytes.span).members {
      try member.inflate(bytes.span, with: &inflater, into: &raw)
      let lines = String(decoding: raw, as: UTF8.self)
        .replacing("\"set\":{\"name\":\"Б\"", with: "\"set\": {\"name\":\"Б\"")
      forged.append(
        Member.encode(Array(lines.utf8).span, as: member.contents, with: &deflater))
    }
    var random = SeededGenerator(seed: 1)
    let copy = try Copying(
      of: office.workspaces[0], Array(forged.dropFirst()), in: office.folder, &random)
    #expect(!copy.hasGrown)
    let taken = try copy.finish()
    let lines = exported(taken.state)
    #expect(!taken.findings.isDamaged && lines.contains("\"А\"") && !lines.contains("\"Б\""))
  }

  @Test func `what a failed write left behind is read from the document`() throws {
    let office = try Office(replicas: 1)
    for name in ["А", "Б", "В"] { try office.workspaces[0].add(client: name) }
    let base = office.workspaces[0]
    let (outbox, _) = try CommitExchange(base).outgoing(beyond: [:])
    var members: [[UInt8]] = []
    while let member = try outbox.next() { members.append(member.bytes) }
    let copy = try DocumentCopy(path: office.folder.path("cut.karto"))
    try copy.adopt(headerLine: base.header.line)
    #expect(copy.grown == nil, "nobody has founded it yet")
    // As if it could be written and not be made durable; the next session finds it there.
    let file = try Descriptor.open(copy.partPath, .readWrite)
    try file.write(Array(members.joined()).span, at: try file.status().size)
    try copy.adopt(headerLine: base.header.line)
    #expect(try copy.marks() == CommitExchange(base).marks)
    #expect(copy.grown == nil)
    let device = DeviceFolder(path: office.folder.path("home-cut"))
    let founder = ReplicaID(key: base.header.founder)
    #expect(try copy.vouches(for: founder, device: device, plan: base.plan))
    try copy.finish()
    let taken = try Workspace(path: copy.path, writing: false, device: device, plan: base.plan)
    #expect(Export.digest(taken.state) == Export.digest(base.state))
  }

  // SPEC [N-10]
  @Test(arguments: SeededGenerator.seeds(8))
  func `a first copy gets all histories of a forked device, whatever their names`(
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    var office = try Office(replicas: 2)
    try office.workspaces[1].add(client: "common")
    try office.save(1)
    try office.workspaces[1].add(client: "first")
    _ = try office.workspaces[0].join(office.workspaces[1])
    try office.restore(1)
    try office.workspaces[1].add(client: "second")
    _ = try office.workspaces[0].join(office.workspaces[1])
    let copy = try Copying(of: office.workspaces[0], in: office.folder, &random)
    let taken = try copy.finish()
    for name in ["common", "first", "second"] { #expect(exported(taken.state).contains(name)) }
    #expect(Export.digest(taken.state) == Export.digest(office.workspaces[0].state))
  }

  @Test func `lines that wait take up no more than a bounded room`() throws {
    let office = try Office(replicas: 1)
    let growing = GrowingState(header: office.workspaces[0].header)
    let replica = try #require(try office.workspaces[0].ownReplica())
    let raw = [UInt8](repeating: 65, count: Limits.memberRawBytes)
    let run = Member.Run(replica: replica, first: 1, last: 1)
    var deflater = Deflater()
    let bytes = Member.encode(
      raw.span, as: .commits(runs: [run], continues: false), with: &deflater)
    let member = try Member.decode(bytes.span, at: 0)
    let most = GrowingState.waitingByteLimit / Limits.memberRawBytes
    #expect(growing.basis(for: Array(repeating: member, count: most)) != nil)
    #expect(growing.basis(for: [member]) == nil)
  }
}

/// A first copy of a base, taken in random portions.
struct Copying {
  private let copy: DocumentCopy
  private let device: DeviceFolder
  private let plan: IndexPlan

  /// Whether the state has grown with the copy.
  let hasGrown: Bool

  /// Copies what a base gives to whoever has nothing.
  init(of base: Workspace, in folder: TemporaryFolder, _ random: inout SeededGenerator) throws {
    let (outbox, _) = try CommitExchange(base).outgoing(beyond: [:])
    var members: [[UInt8]] = []
    while let member = try outbox.next() { members.append(member.bytes) }
    try self.init(of: base, members, in: folder, &random)
  }

  init(
    of base: Workspace, _ members: [[UInt8]], in folder: TemporaryFolder,
    _ random: inout SeededGenerator
  ) throws {
    let name = "copy\(random.below(1 << 30))"
    device = DeviceFolder(path: folder.path("home-\(name)"))
    plan = base.plan
    copy = try DocumentCopy(path: folder.path("\(name).karto"))
    try copy.adopt(headerLine: base.header.line)
    guard var intake = copy.makeIntake() else { throw SupportError("there is a header") }
    for member in members {
      try intake.add(member)
      if random.oneIn(2) { _ = try copy.store(&intake, isEnd: false) }
    }
    _ = try copy.store(&intake, isEnd: true)
    hasGrown = copy.grown != nil
  }

  /// Asks for a device, as joining does, gives the copy its name and opens it.
  func finish() throws -> Workspace {
    _ = try copy.vouches(
      for: ReplicaID(key: SigningKey.generate().publicKey), device: device, plan: plan)
    try copy.finish()
    return try open(usesCache: true)
  }

  func open(usesCache: Bool) throws -> Workspace {
    try Workspace(
      path: copy.path, writing: false, device: device, plan: plan, usesCache: usesCache)
  }
}
