import Bytes
import Documents
import Replication
import Sealing
import Support
import Testing

/// Whoever kept a code that was used uses it again, and does not push out who came in by it
/// (SPEC, [X-16]).
@Suite struct SpentCodeTests {
  private static let now: Int64 = 1_763_800_000_000
  private static let long: Int64 = 1_000_000_000

  /// What is known of the honest join before the code is used again.
  enum Knowledge: CaseIterable {
    /// The inviting device has seen it.
    case inviter
    /// The owner has, and then shut out the member who invited; the forger says a later time.
    case ownerWhoSealed
    /// The owner has, and then took the invitation back; the inviting device is the forger's
    /// friend.
    case ownerWhoWithdrew
  }

  private static func work(_ name: String) -> RecordEdit {
    var edit = RecordEdit(type: "client", id: "c\(name)")
    edit.set["name"] = json(name)
    return edit
  }

  private static func permutations<Element>(_ list: [Element]) -> [[Element]] {
    guard !list.isEmpty else { return [[]] }
    return list.indices.flatMap { index -> [[Element]] in
      var rest = list
      let one = rest.remove(at: index)
      return permutations(rest).map { [one] + $0 }
    }
  }

  /// An owner (0), an admin (1) who invites, a manager (2).
  private static func company() throws -> World {
    var world = try World()
    for (person, role) in [("m1", "admin"), ("m2", "manager")] {
      let lines = world.invitation(for: person, by: 0, role: role)
      try world.write(by: 0, lines, at: now)
      try world.join(world.codes.count - 1, from: 0, at: now)
      try world.give(world.actors[world.actors.count - 1].known, to: 0)
    }
    for actor in world.actors.indices { try world.give(Set(world.commits.indices), to: actor) }
    return world
  }

  private static func reason(_ state: State, _ commit: WorldCommit) -> HeldReason? {
    state.held.first { $0.contains(Dot(commit.replica, commit.number)) }?.reason
  }

  @Test(arguments: Knowledge.allCases)
  func `a spent code pushes nobody out, in whatever order things come`(
    knowledge: Knowledge
  ) throws {
    var world = try Self.company()
    let lines = world.invitation(for: "m3", by: 1, role: "manager")
    try world.write(by: 1, lines, at: Self.now)
    let code = world.codes.count - 1
    for actor in world.actors.indices {
      try world.give(Set(world.commits.indices), to: actor)
    }
    let ground = world.commits.indices
    // Who really came, later by the clock than the forger will say of themselves.
    try world.join(code, from: 1, at: Self.now + Self.long)
    let honest = world.actors.count - 1
    try world.write(by: honest, [Self.work("honest")], at: Self.now + Self.long)
    let joined = Array(ground.upperBound..<world.commits.count)
    var witness: [Int] = []
    switch knowledge {
    case .inviter:
      try world.give(Set(joined), to: 1)
      witness.append(try world.write(by: 1, [Self.work("meeting")], at: Self.now + Self.long))
    case .ownerWhoSealed:
      try world.give(Set(joined), to: 0)
      let seal = world.seal(member: "m1")
      witness.append(try world.write(by: 0, [seal], at: Self.now + 2 * Self.long))
    case .ownerWhoWithdrew:
      try world.give(Set(joined), to: 0)
      var withdrawal = RecordEdit(type: "invitation", id: world.codes[code].id)
      withdrawal.set["withdrawn"] = Array("true".utf8)
      witness.append(try world.write(by: 0, [withdrawal], at: Self.now + 2 * Self.long))
    }
    // From a copy that knows nothing of it: the manager's.
    let before = world.commits.count
    let claimed = knowledge == .ownerWhoSealed ? 2 * Self.long : 1
    try world.join(code, from: 2, at: Self.now + claimed)
    let forger = world.actors.count - 1
    try world.write(by: forger, [Self.work("forged")], at: Self.now + 2)
    let forged = Array(before..<world.commits.count)
    // The inviting machine says that it has seen the forger, and not the other, where it can.
    var lies: [Int] = []
    if knowledge == .ownerWhoSealed || knowledge == .ownerWhoWithdrew {
      try world.give(Set(forged), to: 1)
      let known = world.actors[1].known.subtracting(joined).subtracting(witness)
      lies.append(
        try world.write(by: 1, [Self.work("lie")], at: Self.now + 3, seen: known))
    }

    let groundBytes = ground.map { world.commits[$0].bytes }
    var digests: Set<[UInt8]> = []
    for (number, order) in Self.permutations([joined, witness, forged, lies]).enumerated() {
      let fresh = try world.workspace("\(knowledge)\(number)")
      _ = try fresh.receive(groundBytes)
      for part in order { _ = try fresh.receive(part.map { world.commits[$0].bytes }) }
      _ = try fresh.receive(world.commits.map(\.bytes))
      for index in joined + witness {
        #expect(
          Self.reason(fresh.state, world.commits[index]) == nil, "\(knowledge), order \(number)")
      }
      for index in forged {
        #expect(
          Self.reason(fresh.state, world.commits[index]) == .stranger,
          "\(knowledge), order \(number)")
      }
      #expect(fresh.state.frontier.numbers.values.reduce(0, +) == UInt32(world.commits.count))
      digests.insert(Export.digest(fresh.state).bytes)
    }
    #expect(digests.count == 1, "\(knowledge): the order matters")
    let oracle = MembershipOracle(world.commits, known: Set(world.commits.indices))
    for index in joined { #expect(oracle.held(index) == nil) }
    for index in forged { #expect(oracle.held(index) == .stranger) }
  }

  // SPEC
  @Test func `nobody lets themselves in by an invitation of their own making`() throws {
    let world = try Self.company()
    let key = SigningKey.generate()
    let code = SigningKey.generate()
    let joining = Joining(
      invitation: "own", secret: code, device: key.publicKey, workspace: world.header.workspace)
    var invitation = RecordEdit(type: "invitation", id: "own")
    invitation.set["key"] = json(Base64URL.encode(code.publicKey.bytes.span))
    invitation.set["for"] = json("m0")
    var writer = CommitWriter(
      chain: Chain(workspace: world.header.workspace, key: key.publicKey), signer: key,
      credential: .joining(joining))
    var lines = JSONWriter()
    invitation.append(to: &lines)
    Self.work("planted").append(to: &lines)
    let (_, bytes) = try writer.encode(
      [lines.bytes], stampMillis: Self.now, seen: [], purpose: nil)
    let report = try world.actors[0].workspace.receive([bytes])
    #expect(report.commitCount == 0 && report.strangers == [ReplicaID(key: key.publicKey)])
    // The real one lets in two at once, of which the one comes by the other.
    var honest = world
    let lines2 = honest.invitation(for: "m9", by: 0, role: "manager")
    try honest.write(by: 0, lines2, at: Self.now)
    try honest.join(honest.codes.count - 1, from: 0, at: Self.now)
    let new = honest.actors.count - 1
    let more = honest.invitation(for: "m9", by: new, role: nil)
    try honest.write(by: new, more, at: Self.now)
    try honest.join(honest.codes.count - 1, from: new, at: Self.now)
    let fresh = try honest.workspace("own")
    let all = try fresh.receive(honest.commits.reversed().map(\.bytes))
    #expect(all.strangers.isEmpty && all.commitCount == honest.commits.count)
  }

  @Test func `where the inviting device has seen neither, clocks decide, until it meets the one`()
    throws
  {
    var world = try Self.company()
    let lines = world.invitation(for: "m3", by: 1, role: "manager")
    try world.write(by: 1, lines, at: Self.now)
    let code = world.codes.count - 1
    for actor in world.actors.indices {
      try world.give(Set(world.commits.indices), to: actor)
    }
    try world.join(code, from: 1, at: Self.now + Self.long)
    let honest = world.commits.count - 1
    try world.join(code, from: 2, at: Self.now + 1)
    let forged = world.commits.count - 1
    let known = Set(world.commits.indices).subtracting([forged])
    // The owner has seen the honest one; that says nothing.
    try world.give(known, to: 0)
    try world.write(by: 0, [world.role("m4", "reader")], at: Self.now + 2 * Self.long)
    let fresh = try world.workspace("unseen")
    _ = try fresh.receive(world.commits.map(\.bytes))
    #expect(Self.reason(fresh.state, world.commits[honest]) == .stranger)
    #expect(Self.reason(fresh.state, world.commits[forged]) == nil)
    try world.give(known, to: 1)
    try world.write(by: 1, [Self.work("meeting")], at: Self.now + 2 * Self.long)
    _ = try fresh.receive(world.commits.map(\.bytes))
    #expect(Self.reason(fresh.state, world.commits[honest]) == nil)
    #expect(Self.reason(fresh.state, world.commits[forged]) == .stranger)
  }

  /// Brings parts of a history to fresh copies in every order: all come to the same state, that
  /// of the oracle.
  private static func expectOneState(
    _ world: World, ground: Range<Int>, parts: [[Int]], _ label: String
  ) throws {
    let groundBytes = ground.map { world.commits[$0].bytes }
    let oracle = MembershipOracle(world.commits, known: Set(world.commits.indices))
    var digests: Set<[UInt8]> = []
    for (number, order) in permutations(parts).enumerated() {
      let fresh = try world.workspace("\(label)\(number)")
      _ = try fresh.receive(groundBytes)
      for part in order { _ = try fresh.receive(part.map { world.commits[$0].bytes }) }
      _ = try fresh.receive(world.commits.map(\.bytes))
      #expect(fresh.state.frontier.numbers.values.reduce(0, +) == UInt32(world.commits.count))
      for index in world.commits.indices {
        #expect(
          reason(fresh.state, world.commits[index]) == oracle.held(index),
          "\(label), order \(number), commit \(index)")
      }
      digests.insert(Export.digest(fresh.state).bytes)
    }
    #expect(digests.count == 1, "\(label): the order matters")
  }

  /// Two codes of the admin's, and the history so far.
  private static func twoCodes() throws -> (world: World, codes: [Int], ground: Range<Int>) {
    var world = try company()
    var codes: [Int] = []
    for person in ["m3", "m4"] {
      let lines = world.invitation(for: person, by: 1, role: "manager")
      try world.write(by: 1, lines, at: now)
      codes.append(world.codes.count - 1)
    }
    for actor in world.actors.indices { try world.give(Set(world.commits.indices), to: actor) }
    return (world, codes, world.commits.indices)
  }

  @Test func `rivals of two codes who have seen each other come to one state in any order`()
    throws
  {
    var (world, codes, ground) = try Self.twoCodes()
    var actors: [Int] = []
    var joins: [Int] = []
    for (number, code) in [codes[0], codes[0], codes[1], codes[1]].enumerated() {
      try world.join(code, from: 2, at: Self.now + Int64(number))
      actors.append(world.actors.count - 1)
      joins.append(world.commits.count - 1)
    }
    // The first of one code has seen the second of the other, that one the second of this, and so
    // on around.
    var parts = joins.map { [$0] }
    for (one, other) in [(0, 3), (3, 1), (1, 2), (2, 0)] {
      try world.give([joins[other]], to: actors[one])
      var edit = RecordEdit(type: "member", id: world.actors[actors[one]].person)
      edit.set["phone"] = json("+7 900 000-00-0\(one)")
      parts[one].append(try world.write(by: actors[one], [edit], at: Self.now + 10))
    }
    try Self.expectOneState(world, ground: ground, parts: parts, "around")
    try Self.expectOneState(
      world, ground: 0..<joins[3] + 1, parts: parts.map { [$0[1]] }, "afterwards")
  }

  // SPEC
  @Test func `two who keep each other out stay out in any order`() throws {
    var (world, codes, ground) = try Self.twoCodes()
    var actors: [Int] = []
    for code in codes {
      try world.join(code, from: 2, at: Self.now)
      actors.append(world.actors.count - 1)
    }
    let joins = [world.commits.count - 2, world.commits.count - 1]
    // Both are admins by now, and have not seen each other.
    let roles = [world.role("m3", "admin"), world.role("m4", "admin")]
    let promotion = try world.write(by: 0, roles, at: Self.now + 1)
    var parts = [[promotion], [joins[0]], [joins[1]]]
    for (number, other) in [(0, 1), (1, 0)] {
      try world.give([promotion], to: actors[number])
      var withdrawal = RecordEdit(type: "invitation", id: world.codes[codes[other]].id)
      withdrawal.set["withdrawn"] = Array("true".utf8)
      parts[number + 1].append(
        try world.write(by: actors[number], [withdrawal], at: Self.now + 2))
    }
    // Somebody whom only one of them keeps out: that comes to no rest either.
    let lines = world.invitation(for: "m5", by: 0, role: "manager")
    let invited = try world.write(by: 0, lines, at: Self.now + 3)
    try world.join(world.codes.count - 1, from: 0, at: Self.now + 3)
    let third = world.commits.count - 1
    try world.give([invited], to: actors[0])
    var withdrawal = RecordEdit(type: "invitation", id: world.codes[world.codes.count - 1].id)
    withdrawal.set["withdrawn"] = Array("true".utf8)
    parts[1].append(try world.write(by: actors[0], [withdrawal], at: Self.now + 4))
    parts.append([invited, third])
    try Self.expectOneState(world, ground: ground, parts: parts, "out")
    let oracle = MembershipOracle(world.commits, known: Set(world.commits.indices))
    for index in joins + [third] { #expect(oracle.held(index) == .stranger) }
  }

  @Test func `of two hundred who use one code, one comes in`() throws {
    var world = try Self.company()
    let lines = world.invitation(for: "m3", by: 1, role: "manager")
    try world.write(by: 1, lines, at: Self.now)
    // What could be taken back or shut out is looked at for each of them.
    try world.write(by: 0, [world.seal(member: "m2", limit: "reader")], at: Self.now)
    let code = world.codes.count - 1
    for number in 0..<200 {
      try world.join(code, from: 1, at: Self.now + Int64(200 - number))
    }
    let joins = world.commits.indices.suffix(200)
    let fresh = try world.workspace("many")
    _ = try fresh.receive(world.commits.map(\.bytes))
    let letIn = joins.filter { Self.reason(fresh.state, world.commits[$0]) == nil }
    #expect(letIn == [joins.endIndex - 1])
  }
}
