import Bytes
import Documents
import Platform
import Replication
import Sealing
import Support
import Testing

/// Lines that say what is not so of others' replicas.
///
/// That they are another workspace's, or that the founder let them in: SPEC, [A-13], [X-3],
///
@Suite struct FalseLineTests {
  private static let now: Int64 = 1_763_800_000_000

  /// A founder, a manager and a reader.
  private struct Case {
    var world: World
    let strange: WorkspaceID

    init() throws {
      world = try World()
      strange = try World().header.workspace
      for (person, role) in [("m1", "manager"), ("m2", "reader")] {
        let lines = world.invitation(for: person, by: 0, role: role)
        try world.write(by: 0, lines, at: FalseLineTests.now)
        try world.join(world.codes.count - 1, from: 0, at: FalseLineTests.now)
      }
    }

    /// Lets a newcomer in, who writes a client.
    mutating func hire() throws -> Int {
      let lines = world.invitation(for: "m3", by: 0, role: "manager")
      try world.write(by: 0, lines, at: FalseLineTests.now)
      try world.join(world.codes.count - 1, from: 0, at: FalseLineTests.now)
      let newcomer = world.actors.count - 1
      try world.write(by: newcomer, [Self.client("theirs")], at: FalseLineTests.now)
      return newcomer
    }

    static func client(_ id: String) -> RecordEdit {
      var edit = RecordEdit(type: "client", id: id)
      edit.set["name"] = json(id)
      return edit
    }

    /// A line that adopts a replica as one of a workspace that nobody knows.
    func adoption(of replica: ReplicaID) -> RecordEdit {
      var edit = RecordEdit(type: "adoption", id: "a-\(replica.text)")
      edit.set["workspace"] = json(strange.text)
      edit.add["replicas"] = [
        JSONValue.array([.string(replica.text), .integer(99)]).canonicalBytes
      ]
      return edit
    }

    func bytes(_ indexes: some Sequence<Int>) -> [UInt8] {
      indexes.sorted().flatMap { world.commits[$0].bytes }
    }
  }

  private static func anew(_ world: World, _ name: String) throws -> Workspace {
    try Workspace(
      path: world.folder.path("\(name).karto"), writing: false,
      device: DeviceFolder(path: world.folder.path("elsewhere")), plan: Bench.plan,
      usesCache: false)
  }

  @Test(arguments: [1, 2])
  func `a line about a newcomer changes nothing, whichever comes first`(liar: Int) throws {
    var example = try Case()
    let before = Set(example.world.commits.indices)
    let newcomer = try example.hire()
    let replica = example.world.actors[newcomer].replica
    let theirs = Set(example.world.commits.indices).subtracting(before)
    let line = try example.world.write(
      by: liar, [example.adoption(of: replica)], at: Self.now, seen: before)
    var digests: Set<Hash256> = []
    let orders: [[Set<Int>]] = [
      [before.union([line]), theirs], [before.union(theirs).union([line])],
      [before.union(theirs), [line]], [before, theirs.union([line])],
    ]
    for (number, order) in orders.enumerated() {
      let copy = try example.world.workspace("order\(number)")
      for part in order {
        #expect(try copy.receive([example.bytes(part)]).refused.isEmpty, "\(number)")
      }
      #expect(copy.state.record(type: "client", id: "theirs") != nil, "\(number)")
      digests.insert(Export.digest(copy.state))
      digests.insert(Export.digest(try Self.anew(example.world, "order\(number)").state))
      let check = try Check.run(path: example.world.folder.path("order\(number).karto"))
      #expect(check.isSound, "\(number): \(check.problems)")
      let exchange = try CommitExchange(copy)
      #expect(exchange.marks[replica]?.number == copy.frontier[replica])
    }
    #expect(digests.count == 1)
  }

  @Test func `a stranger's line beside a newcomer keeps nobody out`() throws {
    var example = try Case()
    let before = Set(example.world.commits.indices)
    let newcomer = try example.hire()
    let theirs = Set(example.world.commits.indices).subtracting(before)
    let stranger = SigningKey.generate()
    var writer = CommitWriter(
      chain: Chain(workspace: example.world.header.workspace, key: stranger.publicKey),
      signer: stranger)
    var lines = JSONWriter()
    example.adoption(of: example.world.actors[newcomer].replica).append(to: &lines)
    let planted = try writer.encode(
      [lines.bytes], stampMillis: Self.now, seen: [], purpose: nil
    ).members
    let copy = try example.world.workspace("copy")
    _ = try copy.receive([example.bytes(before)])
    let report = try copy.receive([planted + example.bytes(theirs)])
    #expect(report.refused.isEmpty && report.commitCount == theirs.count)
    #expect(report.strangers == [ReplicaID(key: stranger.publicKey)])
  }

  @Test func `a line about someone with two histories takes neither away`() throws {
    var example = try Case()
    let tip = example.world.actors[1].tip
    try example.world.write(by: 1, [Case.client("one")], at: Self.now)
    try example.world.write(by: 1, [Case.client("other")], at: Self.now, behind: tip)
    let all = Set(example.world.commits.indices)
    let copy = try example.world.workspace("copy")
    _ = try copy.receive([example.bytes(all)])
    #expect(["one", "other"].allSatisfy { copy.state.record(type: "client", id: $0) != nil })
    let line = try example.world.write(
      by: 2, [example.adoption(of: example.world.actors[1].replica)], at: Self.now,
      seen: example.world.actors[2].known)
    _ = try copy.receive([example.bytes([line])])
    let digest = Export.digest(copy.state)
    let anew = try Self.anew(example.world, "copy")
    #expect(Export.digest(anew.state) == digest)
    #expect(["one", "other"].allSatisfy { anew.state.record(type: "client", id: $0) != nil })
    let check = try Check.run(path: example.world.folder.path("copy.karto"))
    #expect(check.problems.allSatisfy { $0.kind != .signature }, "\(check.problems)")
  }

  @Test func `a line about the founder spoils no first copy`() throws {
    var example = try Case()
    try example.world.write(
      by: 2, [example.adoption(of: example.world.actors[0].replica)], at: Self.now)
    let copy = try example.world.workspace("packed")
    _ = try copy.receive([example.bytes(example.world.commits.indices)])
    _ = try copy.compact()
    let path = example.world.folder.path("packed.karto")
    let bytes = try Files.readAll(path, limit: 1 << 20)
    let taken = try DocumentCopy(path: example.world.folder.path("taken.karto"))
    try taken.adopt(headerLine: example.world.header.line)
    guard var intake = taken.makeIntake() else { throw SupportError("there is a header") }
    for member in MemberMap(bytes.span).members {
      guard case .commits = member.contents else { continue }
      try intake.add(Array(bytes[member.byteOffset..<member.byteEnd]))
    }
    let staged = try taken.store(&intake, isEnd: true)
    #expect(staged.refused.isEmpty && staged.commitCount == example.world.commits.count)
    #expect(try taken.marks() == CommitExchange(copy).marks)
  }

  @Test func `a frame in the founder's name that nobody signed lets nobody in`() throws {
    let example = try Case()
    let world = example.world
    let copy = try world.workspace("copy")
    _ = try copy.receive([example.bytes(world.commits.indices)])
    let founder = world.actors[0].replica
    let (secret, key) = (SigningKey.generate(), SigningKey.generate())
    var invitation = RecordEdit(type: "invitation", id: "forged")
    invitation.set["key"] = json(Base64URL.encode(secret.publicKey.bytes.span))
    invitation.set["for"] = json("m0")
    var lines = JSONWriter()
    invitation.append(to: &lines)
    let number = copy.frontier[founder] + 1
    let header = CommitHeader(dot: Dot(founder, number), stampMillis: Self.now)
    let trailer = Trailer(
      salt: .whole([UInt8](repeating: 1, count: 16)),
      signature: [UInt8](repeating: 2, count: 64))
    let feed = [UInt8(ascii: "\n")]
    let raw = header.line + feed + lines.bytes + trailer.line + feed
    var deflater = Deflater()
    let forged = Member.encode(
      raw.span,
      as: .commits(
        runs: [.init(replica: founder, first: number, last: number)], continues: false),
      with: &deflater)
    let joining = Joining(
      invitation: "forged", secret: secret, device: key.publicKey,
      workspace: world.header.workspace)
    var writer = CommitWriter(
      chain: Chain(workspace: world.header.workspace, key: key.publicKey), signer: key,
      credential: .joining(joining))
    var client = JSONWriter()
    Case.client("junk").append(to: &client)
    let joined = try writer.encode(
      [client.bytes], stampMillis: Self.now, seen: [], purpose: nil
    ).members
    let before = try Files.status(world.folder.path("copy.karto"))?.size
    #expect(try copy.receive([forged + joined]).commitCount == 0)
    let exchange = try CommitExchange(copy)
    var intake = exchange.makeIntake()
    try intake.add(forged)
    try intake.add(joined)
    let staged = try exchange.store(&intake, isEnd: true)
    #expect(staged.commitCount == 0)
    #expect(try Files.status(world.folder.path("copy.karto"))?.size == before)
  }

  // SPEC, [A-12]
  @Test(arguments: [true, false])
  func `a false line about an adopted replica takes nothing away`(isLower: Bool) throws {
    let mine = try Office(replicas: 2)
    let other = try Office(replicas: 1)
    _ = try other.workspaces[0].write(purpose: nil) { $0.add(Case.client("adopted")) }
    let stranger = try #require(try other.workspaces[0].ownReplica())
    let home = other.workspaces[0].header.workspace.text
    _ = try mine.workspaces[0].adopt(documentAt: other.folder.path("0.karto"))
    var strange = home
    while strange == home || (strange < home) != isLower {
      strange = try World().header.workspace.text
    }
    _ = try mine.workspaces[1].write(purpose: "adopt") { draft in
      var edit = RecordEdit(type: "adoption", id: draft.newID())
      edit.set["workspace"] = json(strange)
      edit.add["replicas"] = [
        JSONValue.array([.string(stranger.text), .integer(99)]).canonicalBytes
      ]
      draft.add(edit)
    }
    // Whoever has the false line first, and whoever has it last.
    for workspace in mine.workspaces {
      for each in mine.workspaces where each !== workspace { _ = try workspace.join(each) }
    }
    let digest = Export.digest(mine.workspaces[0].state)
    for (number, workspace) in mine.workspaces.enumerated() {
      #expect(workspace.state.record(type: "client", id: "adopted") != nil, "\(number)")
      #expect(Export.digest(workspace.state) == digest, "\(number)")
      let anew = try mine.open(number, usesCache: false)
      #expect(Export.digest(anew.state) == digest, "\(number)")
      let check = try Check.run(path: mine.folder.path("\(number).karto"))
      #expect(check.isSound, "\(number): \(check.problems)")
      let taken = try DocumentCopy(path: mine.folder.path("taken\(number).karto"))
      try taken.adopt(headerLine: workspace.header.line)
      guard var intake = taken.makeIntake() else { throw SupportError("there is a header") }
      let bytes = try Files.readAll(mine.folder.path("\(number).karto"), limit: 1 << 20)
      for member in MemberMap(bytes.span).members {
        guard case .commits = member.contents else { continue }
        try intake.add(Array(bytes[member.byteOffset..<member.byteEnd]))
      }
      #expect(try taken.store(&intake, isEnd: true).refused.isEmpty, "\(number)")
      #expect(try taken.marks() == CommitExchange(anew).marks, "\(number)")
    }
    // What is written after it names what it has seen by the right hash.
    _ = try mine.workspaces[1].write(purpose: nil) { $0.add(Case.client("later")) }
    let report = try mine.workspaces[0].join(mine.workspaces[1])
    #expect(report.refused.isEmpty && report.waiting.isEmpty && report.commitCount == 1)
  }

  @Test func `lines that wait for a signature take up no more than a bounded room`() throws {
    let example = try Case()
    let world = example.world
    let copy = try world.workspace("copy")
    _ = try copy.receive([example.bytes(world.commits.indices)])
    let reader = world.actors[2].replica
    var intake = try CommitExchange(copy).makeIntake()
    let feed = [UInt8(ascii: "\n")]
    for number in 1...30 as ClosedRange<UInt32> {
      var invitation = RecordEdit(type: "invitation", id: "i\(number)")
      for field in 0..<2 {
        invitation.set["x\(field)"] = json(String(repeating: "a", count: 200_000))
      }
      var lines = JSONWriter()
      invitation.append(to: &lines)
      let dot = Dot(reader, copy.frontier[reader] + number)
      let header = CommitHeader(dot: dot, stampMillis: Self.now)
      let trailer = Trailer(salt: .whole([UInt8](repeating: 1, count: 16)), signature: nil)
      let raw = header.line + feed + lines.bytes + trailer.line + feed
      var deflater = Deflater()
      try intake.add(
        Member.encode(
          raw.span,
          as: .commits(
            runs: [.init(replica: reader, first: dot.number, last: dot.number)],
            continues: false),
          with: &deflater))
    }
    let ledger = try CommitExchange(copy)
    do {
      _ = try ledger.store(&intake, isEnd: false)
      Issue.record("twelve megabytes of lines wait for a signature that may never come")
    } catch IntakeError.tooMuch {}
  }
}
