import Bytes
import Documents
import Platform
import Sealing
import Support
import Testing

@testable import Replication

/// What costs time is done once, whatever somebody sends: counted, not timed.
@Suite struct BoundedWorkTests {
  private static let now: Int64 = 1_763_800_000_000

  // MARK: Who is let in

  /// A base with a founder, and what others might send to it.
  private struct Door {
    let founder = SigningKey.generate()
    let header: Header
    var firsts: [CommitHeader] = []
    var bodies: [(replica: ReplicaID, body: [UInt8])] = []

    init() {
      header = Header(
        founder: founder.publicKey, recovery: SigningKey.generate().publicKey, createdMillis: 0)
      enter(founder, nil)
    }

    mutating func enter(_ key: SigningKey, _ credential: Credential?) {
      firsts.append(
        CommitHeader(
          dot: Dot(ReplicaID(key: key.publicKey), 1), stampMillis: now, key: key.publicKey,
          credential: credential))
    }

    mutating func succeed(_ old: SigningKey) -> SigningKey {
      let key = SigningKey.generate()
      enter(
        key,
        .succession(
          Succession(
            replica: ReplicaID(key: old.publicKey),
            signature: old.sign(Succession.message(for: key.publicKey).span))))
      return key
    }

    mutating func invite(_ secret: SigningKey, as id: String, by key: SigningKey) {
      var edit = RecordEdit(type: "invitation", id: id)
      edit.set["key"] = json(Base64URL.encode(secret.publicKey.bytes.span))
      edit.set["for"] = json("m")
      var lines = JSONWriter()
      edit.append(to: &lines)
      bodies.append((ReplicaID(key: key.publicKey), lines.bytes))
    }

    @discardableResult
    mutating func join(_ secret: SigningKey, as id: String) -> ReplicaID {
      let key = SigningKey.generate()
      enter(
        key,
        .joining(
          Joining(
            invitation: id, secret: secret, device: key.publicKey, workspace: header.workspace)))
      return ReplicaID(key: key.publicKey)
    }

    /// Who is nobody's, and how many signatures that took.
    func strangers() -> (replicas: Set<ReplicaID>, verifiedCount: Int) {
      var doorkeeper = Doorkeeper(Authority(header: header), header: header)
      for (replica, body) in bodies { doorkeeper.add(body.span, by: replica) }
      let strangers = doorkeeper.strangers(among: firsts)
      return (strangers, doorkeeper.verifiedCount)
    }
  }

  // SPEC, [A-13]
  @Test func `each join is tried with few keys, and each successor once, in any order`() throws {
    var door = Door()
    let (joinCount, keyCount, chainLength) = (60, 100, 80)
    // Successors of whom each invites under the same id, the last first.
    var last = door.founder
    for _ in 0..<chainLength {
      last = door.succeed(last)
      door.invite(.generate(), as: "i", by: last)
    }
    for _ in 0..<keyCount { door.invite(.generate(), as: "i", by: door.founder) }
    let wrong = SigningKey.generate()
    for _ in 0..<joinCount { door.join(wrong, as: "i") }
    door.firsts.reverse()
    let (strangers, verifiedCount) = door.strangers()
    #expect(strangers.count == joinCount)
    #expect(verifiedCount <= chainLength + joinCount * 3 * Authority.triedCount)
  }

  // SPEC
  @Test(arguments: SeededGenerator.seeds(8))
  func `nobody is kept out by keys under the id of another, whatever the order`(
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    var door = Door()
    let admin = door.succeed(door.founder)
    let id = "7-\(ReplicaID(key: admin.publicKey).text)"
    let secret = SigningKey.generate()
    door.invite(secret, as: id, by: admin)
    let joined = door.join(secret, as: id)
    var rogue = door.founder
    for _ in 0..<30 {
      rogue = door.succeed(rogue)
      for _ in 0..<4 { door.invite(.generate(), as: id, by: rogue) }
    }
    let outside = door.join(.generate(), as: id)
    var results: Set<Set<ReplicaID>> = []
    for _ in 0..<4 {
      door.firsts.shuffle(using: &random)
      door.bodies.shuffle(using: &random)
      results.insert(door.strangers().replicas)
    }
    #expect(results == [[outside]], "seed \(seed)")
    #expect(results.first?.contains(joined) == false)
  }

  // MARK: Chains

  // SPEC [F-4]
  @Test func `the first write after many branches reads the document once for their chains`()
    throws
  {
    let folder = try TemporaryFolder()
    let (workspace, recovery) = try Workspace.found(
      path: folder.path("a.karto"), device: DeviceFolder(path: folder.path("home")),
      plan: Bench.plan
    ) { $0.add(RecordEdit(type: "workspace", id: "workspace")) }
    var arrived: [UInt8] = []
    var devices: [SigningKey] = []
    for _ in 0..<3 {
      let key = SigningKey.generate()
      devices.append(key)
      let joining = Joining(
        invitation: Joining.recoveryID, secret: recovery, device: key.publicKey,
        workspace: workspace.header.workspace)
      var writer = CommitWriter(
        chain: Chain(workspace: workspace.header.workspace, key: key.publicKey), signer: key,
        credential: .joining(joining))
      arrived += try writer.encode([[]], stampMillis: Self.now, seen: [], purpose: nil).members
      // The last one has a single history.
      for branch in 0..<(devices.count < 3 ? 20 : 1) {
        var fork = CommitWriter(chain: writer.chain, signer: key)
        var lines = JSONWriter()
        RecordEdit(type: "client", id: "c\(devices.count).\(branch)").append(to: &lines)
        arrived += try fork.encode(
          [lines.bytes], stampMillis: Self.now, seen: [], purpose: nil
        ).members
      }
    }
    #expect(try workspace.receive([arrived]).commitCount == 3 + 41)
    // As another process would find it: nothing is known of any chain.
    let anew = try Workspace(
      path: folder.path("a.karto"), writing: true,
      device: DeviceFolder(path: folder.path("home")), plan: Bench.plan, usesCache: false)
    try anew.add(client: "После")
    #expect(anew.chainReadingCount == 1)
    let check = try Check.run(path: folder.path("a.karto"))
    #expect(check.isSound, "\(check.problems)")
  }

  // MARK: The order of a document

  // SPEC §8.4
  @Test func `a document in the reverse order looks at each commit twice at most`() throws {
    let bench = try Bench()
    let workspace = try bench.found()
    for number in 0..<150 { try workspace.add(client: "\(number)") }
    let bytes = try Files.readAll(bench.path, limit: 1 << 22)
    let members = MemberMap(bytes.span).members
    var reversed = Array(bytes[members[0].byteOffset..<members[0].byteEnd])
    for member in members.dropFirst().reversed() {
      reversed += bytes[member.byteOffset..<member.byteEnd]
    }
    let region = ByteRegion(reversed)
    let map = region.withBytes { MemberMap($0) }
    let builder = try Loader.build(
      map, from: region, header: workspace.header, forks: ForkMap(),
      available: Loader.available(map, after: ReplicaTable()))
    #expect(builder.retryCount <= 2 * members.count)
    let path = bench.folder.path("reversed.karto")
    try Files.replace(path) { try $0.write(reversed) }
    let opened = try Workspace(
      path: path, writing: false, device: bench.device, plan: Bench.plan, usesCache: false)
    #expect(exported(opened.state) == exported(workspace.state))
  }
}
