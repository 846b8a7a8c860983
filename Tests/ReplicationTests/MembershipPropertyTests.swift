import Bytes
import Documents
import Histories
import Replication
import Support
import Testing

/// Random companies: leavers, owners and admins with several devices each, seals, voids, roles
/// that go up and down, codes that are used twice or taken back, people taken on again, machines
/// that write two histories, people who write what they may not on any of their old heads, and
/// held commits that are taken over (SPEC §8.5).
@Suite struct MembershipPropertyTests {
  private static let roles = ["owner", "admin", "manager", "reader"]

  private static func millis(_ random: inout SeededGenerator) -> Int64 {
    1_763_800_000_000 + Int64(random.below(1_000_000)) * 1_000
  }

  /// A company of an owner, and of others who have come in.
  private static func company(_ random: inout SeededGenerator) throws -> World {
    var world = try World()
    let people = [("m1", "owner"), ("m2", "admin"), ("m3", "admin"), ("m4", "manager")]
    for (person, role) in people + [("m5", "manager"), ("m6", "reader")] {
      if person != "m1" || random.oneIn(2) {
        let lines = world.invitation(for: person, by: 0, role: role)
        try world.write(by: 0, lines, at: millis(&random))
        try world.join(world.codes.count - 1, from: 0, at: millis(&random))
        try world.give(world.actors[world.actors.count - 1].known, to: 0)
      }
    }
    for number in world.actors.indices where random.oneIn(2) {
      let lines = world.invitation(for: world.actors[number].person, by: number, role: nil)
      try world.write(by: number, lines, at: millis(&random))
      try world.join(world.codes.count - 1, from: number, at: millis(&random))
    }
    // Everybody has met once, so that there is something to seal.
    let all = Set(world.commits.indices)
    for number in world.actors.indices { try world.give(all, to: number) }
    return world
  }

  /// What a device's next commit would be allowed to do.
  private static func standing(_ world: World, _ actor: Int) -> DeviceStanding? {
    world.actors[actor].workspace.state.device(world.actors[actor].replica)
  }

  private static func mayWrite(_ world: World, _ actor: Int) -> Bool {
    guard let standing = standing(world, actor) else { return false }
    return standing.held == nil && standing.role != .reader
  }

  /// One random step of one device.
  private static func step(
    _ world: inout World, _ random: inout SeededGenerator, label: String
  ) throws {
    let one = random.below(world.actors.count)
    let at = millis(&random)
    if random.oneIn(3) {
      return try world.give(world.actors[random.below(world.actors.count)].known, to: one)
    }
    if random.oneIn(25) { world.actors[one].isRogue = true }
    if world.actors[one].isRogue, random.oneIn(2) {
      return try misdeed(&world, one, &random, at: at)
    }
    switch random.below(14) {
    case 0, 1: try seal(&world, one, &random, at: at, label: label)
    case 2:
      if let id = world.sealIDs.randomElement(using: &random) {
        try world.write(by: one, [world.void(id)], at: at)
      }
    case 3:
      let person = "m\(random.below(8))"
      let role = random.element(of: roles)
      var lines = [world.role(person, role)]
      if random.oneIn(2) { lines.append(world.seal(member: person, limit: role)) }
      try world.write(by: one, lines, at: at)
    case 4, 5:
      let isOwn = random.oneIn(2)
      let lines = world.invitation(
        for: isOwn ? world.actors[one].person : "m\(random.below(9))", by: one,
        role: isOwn || random.oneIn(3) ? nil : random.element(of: roles),
        expires: random.oneIn(6) ? millis(&random) : nil)
      try world.write(by: one, lines, at: at)
    case 6, 7:
      let known = world.codes.indices.filter {
        world.actors[one].known.contains(world.codes[$0].commit)
      }
      guard world.actors.count < 16, let code = known.randomElement(using: &random) else { return }
      try world.join(code, from: one, at: at)
    case 8:
      guard let code = world.codes.randomElement(using: &random) else { return }
      var edit = RecordEdit(type: "invitation", id: code.id)
      edit.set["withdrawn"] = Array("true".utf8)
      try world.write(by: one, [edit], at: at)
    case 9 where world.actors.count < 16 && random.oneIn(3):
      try world.succeed(one, at: at)
    case 10 where world.actors.count < 16 && random.oneIn(6):
      try world.rescue(from: one, at: at)
    case 11: try takeOver(&world, one, &random, at: at, label: label)
    default:
      let edits = (0...random.below(2)).map { _ in RandomEdit.make(with: &random) }
      var ids: Set<String> = []
      try world.write(
        by: one, edits.filter { ids.insert("\($0.type) \($0.id)").inserted }, at: at)
    }
  }

  /// A seal at the sealer's own frontier takes nothing away from what the sealer sees.
  private static func seal(
    _ world: inout World, _ one: Int, _ random: inout SeededGenerator, at: Int64, label: String
  ) throws {
    let target = random.element(of: world.actors)
    let edit =
      random.oneIn(2)
      ? world.seal(member: target.person) : world.seal(device: target.replica)
    let before = Set(world.actors[one].workspace.state.held.flatMap(\.dots))
    try world.write(by: one, [edit], at: at)
    var after = Set(world.actors[one].workspace.state.held.flatMap(\.dots))
    let own = after.filter { dot in
      dot.number == world.commits[world.commits.count - 1].number && !before.contains(dot)
    }
    after.subtract(own)
    #expect(after.isSubset(of: before), "\(label): what the sealer had seen disappeared")
  }

  /// What people do who do not keep to the rules: any old head, any claim of what was seen.
  private static func misdeed(
    _ world: inout World, _ one: Int, _ random: inout SeededGenerator, at: Int64
  ) throws {
    guard let tip = world.actors[one].tip else { return }
    let behind = random.oneIn(2) ? tip : random.element(of: world.history(of: tip))
    var seen: Set<Int> = []
    for index in world.actors[one].known.sorted() where random.oneIn(4) {
      seen.formUnion(world.history(of: index))
    }
    let victim = random.element(of: world.actors)
    let edits: [RecordEdit] =
      switch random.below(4) {
      case 0: [world.seal(member: victim.person)]
      case 1: [world.seal(device: victim.replica)]
      case 2: [world.role(world.actors[one].person, "owner")]
      default: [RandomEdit.make(with: &random)]
      }
    try world.write(by: one, edits, at: at, seen: seen, behind: behind)
  }

  /// Held commits are taken over; a second time writes nothing.
  private static func takeOver(
    _ world: inout World, _ one: Int, _ random: inout SeededGenerator, at: Int64, label: String
  ) throws {
    let workspace = world.actors[one].workspace
    let held = workspace.state.held.flatMap(\.dots)
    guard !held.isEmpty, mayWrite(world, one) else { return }
    let dots = Set((0..<3).map { _ in random.element(of: held) })
    let revision = try workspace.revision(takingOver: dots, excluding: [])
    guard !revision.edits.isEmpty else { return }
    try world.write(by: one, revision.edits, at: at)
    let again = try workspace.revision(takingOver: dots, excluding: [])
    #expect(again.edits.isEmpty, "\(label): \(again.edits)")
  }

  private static func held(_ state: State) -> [Dot: HeldReason] {
    var held: [Dot: HeldReason] = [:]
    for run in state.held { for dot in run.dots { held[dot] = run.reason } }
    return held
  }

  /// What the engine makes of a copy is what the oracles say.
  private static func compare(_ world: World, _ actor: Int, label: String) {
    let state = world.actors[actor].workspace.state
    let known = world.actors[actor].known
    let oracle = MembershipOracle(world.commits, known: known)
    let count = state.replicas.reduce(0) { $0 + Int($1.count - $1.base) }
    #expect(count == known.count, "\(label): commits are missing")
    var expected: [Dot: HeldReason] = [:]
    for index in known {
      if let reason = oracle.held(index) { expected[oracle.dot(index)] = reason }
    }
    #expect(held(state) == expected, "\(label)")
    #expect(exported(state) == Oracle(oracle.counting).export, "\(label)")
  }

  @Test(arguments: SeededGenerator.seeds(6))
  func `whatever people do, all copies decide alike, and as the text says`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var world = try Self.company(&random)
    for step in 0..<(25 + random.below(30)) {
      try Self.step(&world, &random, label: "seed \(seed) step \(step)")
      if random.oneIn(12) {
        Self.compare(world, random.below(world.actors.count), label: "seed \(seed) step \(step)")
      }
    }
    try Self.settle(world, &random, label: "seed \(seed)")
    try Self.reinstate(&world, &random, label: "seed \(seed)")
  }

  /// Everything reaches everyone, in any order and grouping.
  private static func settle(
    _ world: World, _ random: inout SeededGenerator, label: String
  ) throws {
    var world = world
    let all = Set(world.commits.indices)
    let known = world.actors.map(\.known)
    let some = world.actors.indices.shuffled(using: &random).prefix(4)
    for actor in some { try world.give(all, to: actor) }
    compare(world, some[0], label: label)
    let digests = some.map { Export.digest(world.actors[$0].workspace.state) }
    #expect(Set(digests).count == 1, "\(label): copies differ")
    for number in 0..<2 {
      let fresh = try world.workspace("fresh\(number)")
      // What one knows comes before what another knows, in either order.
      for part in known.shuffled(using: &random).prefix(3) {
        _ = try fresh.receive(part.sorted().map { world.commits[$0].bytes })
      }
      _ = try fresh.receive(world.commits.map(\.bytes))
      #expect(Export.digest(fresh.state) == digests[0], "\(label): order matters")
      #expect(held(fresh.state) == held(world.actors[some[0]].workspace.state), "\(label)")
    }
    // No seal that stands lets a later commit in, nor takes away what it had seen.
    let state = world.actors[some[0]].workspace.state
    let seals = state.seals.filter { !$0.isVoid && $0.limit == nil }
    for run in state.held where run.reason == .sealed {
      for dot in run.dots {
        #expect(seals.contains { $0.reaches(dot) }, "\(label): \(dot.text) is held by no seal")
      }
    }
  }

  /// An owner voids what admins sealed: all that only those seals held counts again.
  private static func reinstate(
    _ world: inout World, _ random: inout SeededGenerator, label: String
  ) throws {
    guard
      let owner = world.actors.indices.first(where: {
        standing(world, $0)?.held == nil && standing(world, $0)?.role == .owner
      })
    else { return }
    try world.give(Set(world.commits.indices), to: owner)
    guard let present = standing(world, owner), present.held == nil, present.role == .owner else {
      return
    }
    let before = world.actors[owner].workspace.state
    let abused = before.seals.filter { $0.role == .admin && !$0.isVoid }
    guard !abused.isEmpty else { return }
    var ids: Set<String> = []
    let lines = abused.filter { ids.insert($0.id).inserted }.map { world.void($0.id) }
    try world.write(by: owner, lines, at: millis(&random))
    let state = world.actors[owner].workspace.state
    #expect(
      !state.seals.contains { $0.role == .admin && !$0.isVoid }, "\(label): a void has no effect")
    compare(world, owner, label: "\(label) after voiding")
  }
}
