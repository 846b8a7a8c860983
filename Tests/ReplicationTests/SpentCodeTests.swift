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
    /// The owner has, and then shut out the member who invited.
    case ownerWhoSealed
    /// The owner has, and then wrote of somebody.
    case owner
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
  func `a spent code with an earlier stamp pushes nobody out, in whatever order things come`(
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
    case .owner:
      try world.give(Set(joined), to: 0)
      var edit = RecordEdit(type: "member", id: "m2")
      edit.set["phone"] = json("+7 900 000-00-00")
      witness.append(try world.write(by: 0, [edit], at: Self.now + 2 * Self.long))
    case .ownerWhoWithdrew:
      try world.give(Set(joined), to: 0)
      var withdrawal = RecordEdit(type: "invitation", id: world.codes[code].id)
      withdrawal.set["withdrawn"] = Array("true".utf8)
      witness.append(try world.write(by: 0, [withdrawal], at: Self.now + 2 * Self.long))
    }
    // From a copy that knows nothing of it: the manager's.
    let before = world.commits.count
    try world.join(code, from: 2, at: Self.now + 1)
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

  @Test func `where nobody else has seen either, clocks decide, until the recovery key says`()
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
    let known = Set(world.commits.indices)
    let fresh = try world.workspace("unseen")
    _ = try fresh.receive(world.commits.map(\.bytes))
    #expect(Self.reason(fresh.state, world.commits[honest]) == .stranger)
    #expect(Self.reason(fresh.state, world.commits[forged]) == nil)
    // The recovery key comes in on a copy that has seen the honest one only.
    try world.give(known.subtracting([forged]), to: 0)
    try world.rescue(from: 0, at: Self.now + 2 * Self.long)
    _ = try fresh.receive(world.commits.map(\.bytes))
    #expect(Self.reason(fresh.state, world.commits[honest]) == nil)
    #expect(Self.reason(fresh.state, world.commits[forged]) == .stranger)
  }
}
