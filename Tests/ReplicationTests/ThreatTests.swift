import Bytes
import Documents
import Histories
import Platform
import Replication
import Sealing
import Support
import Testing

/// What someone who holds a key, a code or a copy tries, and does not achieve (SPEC §18).
@Suite struct ThreatTests {
  private static let now: Int64 = 1_763_800_000_000

  /// A company of an owner (0), an admin (1) and two managers (2, 3), who all know all.
  private static func company() throws -> World {
    var world = try World()
    for (person, role) in [("m1", "admin"), ("m2", "manager"), ("m3", "manager")] {
      let lines = world.invitation(for: person, by: 0, role: role)
      try world.write(by: 0, lines, at: now)
      try world.join(world.codes.count - 1, from: 0, at: now)
      try world.give(world.actors[world.actors.count - 1].known, to: 0)
    }
    try meet(&world)
    return world
  }

  private static func meet(_ world: inout World) throws {
    for actor in world.actors.indices { try world.give(Set(world.commits.indices), to: actor) }
  }

  private static func client(_ id: String, _ name: String) -> RecordEdit {
    var edit = RecordEdit(type: "client", id: id)
    edit.set["name"] = json(name)
    return edit
  }

  private static func names(_ world: World, _ actor: Int) -> Set<String> {
    var names: Set<String> = []
    world.actors[actor].workspace.state.forEach(type: "client") { record in
      for register in record.contents().registers {
        names.formUnion(register.writes.map { String(decoding: $0.value, as: UTF8.self) })
      }
      return true
    }
    return names
  }

  private static func reason(_ world: World, _ index: Int) -> HeldReason? {
    let commit = world.commits[index]
    return world.actors[0].workspace.state.held.first {
      $0.contains(Dot(commit.replica, commit.number))
    }?.reason
  }

  // SPEC
  @Test func `nobody writes in the name of a device whose key they lack`() throws {
    var world = try Self.company()
    let victim = world.actors[2]
    let tip = try #require(victim.tip)
    // All of the commit is right but for the signature, which another key made.
    var writer = CommitWriter(
      chain: world.commits[tip].chain, signer: world.actors[3].key)
    var lines = JSONWriter()
    Self.client("a", "Подлог").append(to: &lines)
    let (_, bytes) = try writer.encode(
      [lines.bytes], stampMillis: Self.now, seen: [], purpose: nil)
    var raw: [UInt8] = []
    var inflater = Inflater()
    var deflater = Deflater()
    let member = try Member.decode(bytes.span, at: 0)
    try member.inflate(bytes.span, with: &inflater, into: &raw)
    let forged = String(decoding: raw, as: UTF8.self).replacing(
      world.actors[3].replica.text, with: victim.replica.text)
    let run = Member.Run(
      replica: victim.replica, first: world.commits[tip].number + 1,
      last: world.commits[tip].number + 1)
    let made = Member.encode(
      Array(forged.utf8).span, as: .commits(runs: [run], continues: false), with: &deflater)
    let report = try world.actors[0].workspace.receive([made])
    #expect(report.commitCount == 0 && report.refused.map(\.replica) == [victim.replica])
    // With the right key the same line comes in.
    try world.write(by: 2, [Self.client("a", "Настоящее")], at: Self.now)
    try Self.meet(&world)
    #expect(Self.names(world, 0) == ["\"Настоящее\""])
  }

  // SPEC
  @Test func `nobody comes in without an invitation, and nothing of theirs is stored`() throws {
    let world = try Self.company()
    let key = SigningKey.generate()
    let bytes = try Files.readAll(world.actors[0].workspace.path, limit: 1 << 20)
    for credential in [
      nil,
      // A code that nobody gave out, under an id that stands, and under the recovery key's.
      Credential.joining(
        Joining(
          invitation: world.codes[0].id, secret: SigningKey.generate(), device: key.publicKey,
          workspace: world.header.workspace)),
      .joining(
        Joining(
          invitation: Joining.recoveryID, secret: SigningKey.generate(), device: key.publicKey,
          workspace: world.header.workspace)),
      // A code of another base.
      .joining(
        Joining(
          invitation: world.codes[0].id, secret: world.codes[0].secret, device: key.publicKey,
          workspace: try World().header.workspace)),
      .succession(
        Succession(
          replica: world.actors[2].replica,
          signature: key.sign(Succession.message(for: key.publicKey).span))),
    ] {
      var writer = CommitWriter(
        chain: Chain(workspace: world.header.workspace, key: key.publicKey), signer: key,
        credential: credential)
      var lines = JSONWriter()
      world.device(key, of: "m2").append(to: &lines)
      Self.client("a", "Чужой").append(to: &lines)
      let (_, made) = try writer.encode(
        [lines.bytes], stampMillis: Self.now, seen: [], purpose: nil)
      let report = try world.actors[0].workspace.receive([made])
      #expect(report.commitCount == 0 && report.strangers == [ReplicaID(key: key.publicKey)])
    }
    #expect(try Files.readAll(world.actors[0].workspace.path, limit: 1 << 20) == bytes)
  }

  // SPEC
  @Test func `whoever was sealed brings nothing in, on any head, with any clock and any claim`()
    throws
  {
    var world = try Self.company()
    try world.write(by: 2, [Self.client("a", "Прежнее")], at: Self.now)
    let lines = world.invitation(for: "m2", by: 2, role: nil)
    try world.write(by: 2, lines, at: Self.now)
    let early = try #require(world.actors[2].tip)
    try Self.meet(&world)
    let tip = try #require(world.actors[2].tip)
    let seal = world.seal(member: "m2")
    try world.write(by: 0, [seal], at: Self.now)
    var tries: [Int] = []
    func attempt(
      by actor: Int, seen: Set<Int>? = nil, behind: Int? = nil, at: Int64 = Self.now,
      _ name: String
    ) throws {
      tries.append(
        try world.write(
          by: actor, [Self.client("late\(tries.count)", name)], at: at, seen: seen, behind: behind))
    }
    try attempt(by: 2, "дальше")
    try attempt(by: 2, at: 0, "часы назад")
    try attempt(by: 2, at: 4_000_000_000_000, "часы вперёд")
    try attempt(by: 2, seen: [], behind: early, "старая голова, ничего не видел")
    try attempt(by: 2, seen: Set(world.commits.indices), behind: tip, "видел отключение")
    try world.succeed(2, at: Self.now)
    tries.append(world.commits.count - 1)
    try attempt(by: world.actors.count - 1, "под новым именем")
    // A code that he carries, from before the seal.
    try world.join(world.codes.count - 1, from: 2, at: Self.now)
    tries.append(world.commits.count - 1)
    try attempt(by: world.actors.count - 1, "по старому коду")
    try Self.meet(&world)
    #expect(Self.names(world, 0) == ["\"Прежнее\""])
    let held = world.actors[0].workspace.state.held.flatMap(\.dots).count
    #expect(held == tries.count, "each is held, and none dropped")
    for actor in world.actors.indices { #expect(Self.names(world, actor) == ["\"Прежнее\""]) }
  }

  // SPEC
  @Test func `an admin who was made a manager does not evade another admin's seal`() throws {
    var world = try Self.company()
    let lines = world.invitation(for: "m4", by: 0, role: "admin")
    try world.write(by: 0, lines, at: Self.now)
    try world.join(world.codes.count - 1, from: 0, at: Self.now)
    let second = world.actors.count - 1
    try Self.meet(&world)
    let before = world.actors[1].known
    let limit = world.seal(member: "m1", limit: "manager")
    try world.write(by: 0, [world.role("m1", "manager"), limit], at: Self.now)
    try Self.meet(&world)
    let seal = world.seal(member: "m1")
    try world.write(by: second, [seal], at: Self.now)
    // He says that he has not seen that he is no admin any more, whom another admin cannot reach.
    let late = try world.write(by: 1, [Self.client("a", "Уклонился")], at: Self.now, seen: before)
    try Self.meet(&world)
    #expect(Self.reason(world, late) == .sealed)
    #expect(Self.names(world, 0).isEmpty)
  }

  // SPEC
  @Test func `whoever writes a second history takes nothing away that others have seen`() throws {
    var world = try Self.company()
    let fork = try #require(world.actors[2].tip)
    try world.write(by: 2, [Self.client("a", "Хорошая работа")], at: Self.now)
    try Self.meet(&world)
    let seal = world.seal(member: "m2")
    try world.write(by: 0, [seal], at: Self.now)
    for number in 0..<8 {
      try world.write(
        by: 2, [Self.client("a", "Порча \(number)")], at: Self.now, seen: [], behind: fork)
    }
    try Self.meet(&world)
    for actor in world.actors.indices {
      #expect(Self.names(world, actor) == ["\"Хорошая работа\""])
      #expect(world.actors[actor].workspace.state.held.flatMap(\.dots).count == 8)
    }
  }

  // SPEC, [X-12]
  @Test func `a member's key gives no role, lets nobody in and shuts nobody out`() throws {
    var world = try Self.company()
    try world.write(by: 3, [Self.client("a", "Работа Ольги")], at: Self.now)
    let stolen = [
      [world.role("m2", "owner")], [world.role("m3", "reader")], [world.seal(member: "m3")],
      [world.seal(device: world.actors[3].replica)], [world.seal(member: "m0")],
      [world.seal(member: "m3", limit: "reader")],
      world.invitation(for: "m9", by: 2, role: "manager"),
      world.invitation(for: "m3", by: 2, role: nil),
    ]
    var tries: [Int] = []
    for lines in stolen { tries.append(try world.write(by: 2, lines, at: Self.now)) }
    try Self.meet(&world)
    for index in tries { #expect(Self.reason(world, index) == .notEntitled) }
    #expect(Self.names(world, 0) == ["\"Работа Ольги\""])
    let later = try world.write(by: 3, [Self.client("b", "Дальше")], at: Self.now)
    try Self.meet(&world)
    #expect(Self.reason(world, later) == nil)
    #expect(world.actors[0].workspace.state.role(ofMember: "m2") == .manager)
    // A seal that stands is not voided from below either.
    let seal = world.seal(member: "m3")
    try world.write(by: 1, [seal], at: Self.now)
    try Self.meet(&world)
    let void = try world.write(by: 2, [world.void(seal.id)], at: Self.now)
    try Self.meet(&world)
    #expect(Self.reason(world, void) == .notEntitled)
    #expect(world.actors[0].workspace.state.seals.map(\.isVoid) == [false])
  }

  // SPEC
  @Test(arguments: [false, true])
  func `a member who signs what cannot be read blocks nobody`(isForked: Bool) throws {
    var world = try Self.company()
    let fork = try #require(world.actors[2].tip)
    if isForked {
      for name in ["Раз", "Два"] {
        try world.write(by: 2, [Self.client("a", name)], at: Self.now, behind: fork)
      }
      try Self.meet(&world)
    }
    // A record's id that no writer makes, in a commit that is right but for that.
    let tip = try #require(world.actors[2].tip)
    var writer = CommitWriter(chain: world.commits[tip].chain, signer: world.actors[2].key)
    var lines = JSONWriter()
    Self.client("не номер", "Порча").append(to: &lines)
    let (_, bytes) = try writer.encode(
      [lines.bytes], stampMillis: Self.now, seen: [], purpose: nil)
    let report = try world.actors[0].workspace.receive([bytes])
    #expect(report.commitCount == 0 && report.refused.map(\.replica) == [world.actors[2].replica])
    #expect(!world.actors[0].workspace.findings.isDamaged)
    try world.write(by: 3, [Self.client("b", "Дальше")], at: Self.now)
    try world.give(Set(world.commits.indices), to: 0)
    #expect(Self.names(world, 0).contains("\"Дальше\""))
  }

  // SPEC
  @Test func `what a member's key overwrites or deletes stays in the history`() throws {
    var world = try Self.company()
    try world.write(by: 3, [Self.client("a", "Прежнее")], at: Self.now)
    try Self.meet(&world)
    try world.write(by: 2, [Self.client("a", "Порча")], at: Self.now)
    var deletion = RecordEdit(type: "client", id: "a")
    deletion.isDeletion = true
    try world.write(by: 2, [deletion], at: Self.now)
    try Self.meet(&world)
    let timeline = try world.actors[0].workspace.timeline(type: "client", id: "a")
    #expect(timeline.map(\.dot.replica) == [3, 2, 2].map { world.actors[$0].replica })
    let plan = try world.actors[0].workspace.planUndo(
      UndoScope(Set(timeline.dropFirst().map(\.dot))))
    try world.write(by: 0, plan.edits, at: Self.now)
    #expect(Self.names(world, 0) == ["\"Прежнее\""])
    let record = world.actors[0].workspace.state.record(type: "client", id: "a")
    #expect(record?.isAlive == true)
  }

  // SPEC
  @Test func `an admin's key reaches no owner and no admin, and an owner undoes what it hid`()
    throws
  {
    var world = try Self.company()
    try world.write(by: 3, [Self.client("a", "Работа Ольги")], at: Self.now)
    try world.write(by: 0, [Self.client("b", "Работа владельца")], at: Self.now)
    let upward = [
      [world.seal(member: "m0")], [world.seal(device: world.actors[0].replica)],
      [world.role("m0", "reader")], [world.role("m1", "owner")], [world.role("m2", "admin")],
    ]
    // It says that it has seen nothing, so as to hide all that was written.
    var tries: [Int] = []
    for lines in upward { tries.append(try world.write(by: 1, lines, at: Self.now)) }
    let abuse = [world.seal(member: "m3"), world.seal(member: "m2")]
    try world.write(by: 1, abuse, at: Self.now)
    try Self.meet(&world)
    for index in tries { #expect(Self.reason(world, index) == .notEntitled) }
    #expect(Self.names(world, 0) == ["\"Работа владельца\""], "what it had not seen is hidden")
    try world.write(by: 0, abuse.map { world.void($0.id) }, at: Self.now)
    try Self.meet(&world)
    #expect(Self.names(world, 0) == ["\"Работа владельца\"", "\"Работа Ольги\""])
  }

  // SPEC
  @Test func `an owner's key shuts out no owner, and the recovery key shuts out that one`() throws {
    var world = try Self.company()
    let lines = world.invitation(for: "m5", by: 0, role: "owner")
    try world.write(by: 0, lines, at: Self.now)
    try world.join(world.codes.count - 1, from: 0, at: Self.now)
    let rogue = world.actors.count - 1
    try Self.meet(&world)
    let attacks = [
      [world.seal(member: "m0")], [world.seal(device: world.actors[0].replica)],
      [world.role("m0", "reader")], [world.seal(member: "m0", limit: "reader")],
    ]
    var tries: [Int] = []
    for lines in attacks { tries.append(try world.write(by: rogue, lines, at: Self.now)) }
    try Self.meet(&world)
    for index in tries { #expect(Self.reason(world, index) == .notEntitled) }
    let work = try world.write(by: 0, [Self.client("a", "Работа")], at: Self.now)
    try world.rescue(from: 0, at: Self.now)
    let seal = world.seal(member: "m5")
    try world.write(by: world.actors.count - 1, [seal], at: Self.now)
    let late = try world.write(by: rogue, [Self.client("b", "Поздно")], at: Self.now)
    try Self.meet(&world)
    #expect(Self.reason(world, work) == nil && Self.reason(world, late) == .sealed)
  }

  // SPEC
  @Test func `of two who use one code, one comes in, and none after it was taken back`() throws {
    var world = try Self.company()
    let lines = world.invitation(for: "m6", by: 0, role: "manager")
    try world.write(by: 0, lines, at: Self.now)
    let code = world.codes.count - 1
    for _ in 0..<2 { try world.join(code, from: 0, at: Self.now + 1) }
    let (first, second) = (world.commits.count - 2, world.commits.count - 1)
    try Self.meet(&world)
    let reasons = [Self.reason(world, first), Self.reason(world, second)]
    #expect(reasons.contains(nil) && reasons.contains(.stranger), "\(reasons)")

    let more = world.invitation(for: "m7", by: 0, role: "manager")
    try world.write(by: 0, more, at: Self.now)
    let old = world.actors[0].known
    var withdrawal = RecordEdit(type: "invitation", id: world.codes[world.codes.count - 1].id)
    withdrawal.set["withdrawn"] = Array("true".utf8)
    try world.write(by: 0, [withdrawal], at: Self.now)
    // From a copy that does not know that it was taken back.
    let source = world.actors.count - 1
    try world.give(old, to: source)
    try world.join(world.codes.count - 1, from: source, at: Self.now)
    let late = world.commits.count - 1
    try Self.meet(&world)
    #expect(Self.reason(world, late) == .stranger)
  }
}
