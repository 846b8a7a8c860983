import Bytes
import Documents
import Histories
import Platform
import Replication
import Sealing
import Support
import Testing

/// One device that wrote two histories, and those who met them: SPEC [K-14], and
/// SPEC [F-1], [F-2], [F-3], [F-4], [F-5], [F-6] in that all copies agree and lose nothing.
@Suite struct ForkTests {
  private func write(_ workspace: Workspace, _ id: String, _ value: String) throws {
    _ = try workspace.write(purpose: nil) { draft in
      var edit = RecordEdit(type: "client", id: id)
      edit.set["name"] = json(value)
      draft.add(edit)
    }
  }

  private func names(_ workspace: Workspace) -> Set<String> {
    var names: Set<String> = []
    workspace.state.forEach(type: "client") { record in
      for register in record.contents().registers {
        for write in register.writes { names.insert(String(decoding: write.value, as: UTF8.self)) }
      }
      return true
    }
    return names
  }

  @Test func `both histories of a machine that was set back count, whoever meets whom`() throws {
    var office = try Office(replicas: 3)
    try write(office.workspaces[1], "a", "common")
    try office.save(1)
    try write(office.workspaces[1], "b", "first history")
    _ = try office.workspaces[0].join(office.workspaces[1])
    try office.restore(1)
    try write(office.workspaces[1], "c", "second history")
    _ = try office.workspaces[2].join(office.workspaces[1])

    let report = try office.workspaces[2].join(office.workspaces[0])
    #expect(report.refused.isEmpty)
    #expect(report.commitCount == 1)
    _ = try office.workspaces[0].join(office.workspaces[1])
    let digests = [0, 2].map { Export.digest(office.workspaces[$0].state) }
    #expect(digests[0] == digests[1])
    #expect(
      names(office.workspaces[0])
        == ["\"common\"", "\"first history\"", "\"second history\""])
    #expect(try office.workspaces[0].join(office.workspaces[2]).commitCount == 0)
  }

  @Test func `a device that finds its own replica forked goes on under a new name`() throws {
    var office = try Office(replicas: 2)
    try write(office.workspaces[1], "a", "common")
    try office.save(1)
    try write(office.workspaces[1], "b", "first history")
    _ = try office.workspaces[0].join(office.workspaces[1])
    try office.restore(1)
    try write(office.workspaces[1], "c", "second history")
    let before = try office.workspaces[1].ownReplica()
    _ = try office.workspaces[1].join(office.workspaces[0])
    try write(office.workspaces[1], "a", "afterwards")
    #expect(try office.workspaces[1].ownReplica() != before)
    _ = try office.workspaces[0].join(office.workspaces[1])
    #expect(
      Export.digest(office.workspaces[0].state) == Export.digest(office.workspaces[1].state))
    #expect(office.workspaces[0].state.held.isEmpty)
    // It had seen both histories, so nothing of its own is in conflict.
    #expect(
      names(office.workspaces[0]) == ["\"afterwards\"", "\"first history\"", "\"second history\""])
  }

  // What a folder holds comes in pieces, in any order, some of them known already.
  @Test func `a branch is met among later commits of the trunk, in whatever order`() throws {
    for isBranchFirst in [true, false] {
      var office = try Office(replicas: 2)
      func members() throws -> [[UInt8]] {
        let bytes = try Files.readAll(office.folder.path("1.karto"), limit: 1 << 20)
        return MemberMap(bytes.span).members.map { Array(bytes[$0.byteOffset..<$0.byteEnd]) }
      }
      try write(office.workspaces[1], "a", "common")
      try office.save(1)
      for number in 1...4 { try write(office.workspaces[1], "t\(number)", "trunk \(number)") }
      _ = try office.workspaces[0].join(office.workspaces[1])
      try write(office.workspaces[1], "t5", "trunk 5")
      let trunk = try members()
      try office.restore(1)
      try write(office.workspaces[1], "b", "branch")
      let branch = try #require(try members().last)
      let pieces = Array(trunk.dropFirst())
      let report = try office.workspaces[0].receive(
        isBranchFirst ? [branch] + pieces : pieces + [branch])
      #expect(report.refused.isEmpty && report.commitCount == 2)
      #expect(names(office.workspaces[0]).isSuperset(of: ["\"branch\"", "\"trunk 5\""]))
    }
  }

  // SPEC [P-2]
  @Test func `what two histories delete under one number is added up, and copies are not`() throws {
    var office = try Office(replicas: 2)
    for id in ["a", "b", "c"] { try write(office.workspaces[1], id, id) }
    try office.save(1)
    func delete(_ ids: [String]) throws {
      _ = try office.workspaces[1].write(purpose: nil) { draft in
        for id in ids {
          var edit = RecordEdit(type: "client", id: id)
          edit.isDeletion = true
          draft.add(edit)
        }
      }
    }
    let device = try #require(try office.workspaces[1].ownReplica())
    try delete(["a", "b"])
    _ = try office.workspaces[0].join(office.workspaces[1])
    try office.restore(1)
    try delete(["c"])
    _ = try office.workspaces[0].join(office.workspaces[1])
    let weights = try office.workspaces[0].weights(from: [device: 1], types: ["client"])[device]
    #expect(weights?.map(\.deletions) == [0, 0, 0, 3])
  }

  // SPEC
  @Test func `whom a successor goes on for does not hang on what arrived first`() throws {
    var world = try World()
    let now: Int64 = 1_763_800_000_000
    let founder = world.actors[0].replica
    let key = SigningKey.generate()
    for person in ["m1", "m2", "m3"] {
      let lines = world.invitation(for: person, by: 0, role: "manager")
      try world.write(by: 0, lines, at: now)
    }
    let known = world.commits[try #require(world.actors[0].tip)].chain
    let seen = Sighting(replica: founder, number: known.number, head: known.shortHead)
    // One key that came in three times: three histories from the root on.
    var firsts: [(person: String, chain: Chain, bytes: [UInt8])] = []
    for code in world.codes {
      let joining = Joining(
        invitation: code.id, secret: code.secret, device: key.publicKey,
        workspace: world.header.workspace)
      var writer = CommitWriter(
        chain: Chain(workspace: world.header.workspace, key: key.publicKey), signer: key,
        credential: .joining(joining))
      var lines = JSONWriter()
      world.device(key, of: code.member).append(to: &lines)
      let (_, bytes) = try writer.encode(
        [lines.bytes], stampMillis: now, seen: [seen], purpose: nil)
      firsts.append((code.member, writer.chain, bytes))
    }
    firsts.sort { $0.chain.head < $1.chain.head }
    // Its successor has seen the two that have names of their own, and not the other.
    let branches = firsts.dropFirst().sorted { $0.chain.branchID < $1.chain.branchID }
    let next = SigningKey.generate()
    let succession = Succession(
      replica: ReplicaID(key: key.publicKey),
      signature: key.sign(Succession.message(for: next.publicKey).span))
    var writer = CommitWriter(
      chain: Chain(workspace: world.header.workspace, key: next.publicKey), signer: next,
      credential: .succession(succession))
    var lines = JSONWriter()
    world.device(next, of: "m9").append(to: &lines)
    let (_, successor) = try writer.encode(
      [lines.bytes], stampMillis: now,
      seen: [seen]
        + branches.map {
          Sighting(replica: $0.chain.branchID, number: 1, head: $0.chain.shortHead)
        }, purpose: nil)
    for order in [[0, 1, 2], [0, 2, 1], [1, 2, 0], [2, 1, 0]] {
      let copy = try world.workspace(order.map(String.init).joined())
      _ = try copy.receive(world.commits.map(\.bytes))
      for index in order { #expect(try copy.receive([firsts[index].bytes]).commitCount == 1) }
      #expect(try copy.receive([successor]).commitCount == 1)
      let device = copy.state.device(ReplicaID(key: next.publicKey))
      #expect(device?.member == branches[0].person, "\(order)")
    }
  }

  @Test(arguments: SeededGenerator.seeds(12))
  func `machines that are set back again and again lose nothing and agree`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let count = 3 + random.below(2)
    var office = try Office(replicas: count)
    var written: Set<String> = []
    for step in 0..<50 {
      office.clock.set(1_763_800_000_000 + Int64(random.below(1_000_000)))
      let one = random.below(count)
      switch random.below(10) {
      case 0, 1, 2:
        let other = random.below(count)
        if other != one {
          let report = try office.workspaces[one].join(office.workspaces[other])
          #expect(report.refused.isEmpty, "seed \(seed) step \(step)")
        }
      case 3: try office.save(one)
      case 4:
        // What only this machine had is gone with the machine's own files: pass it on first.
        _ = try office.workspaces[(one + 1) % count].join(office.workspaces[one])
        try office.restore(one)
      case 5: try office.reopen(one)
      case 6 where random.oneIn(2): _ = try office.workspaces[one].compact()
      default:
        // Each write goes to a record of its own, so that none replaces another.
        try write(office.workspaces[one], "r\(step)", "v\(step)")
        written.insert("\"v\(step)\"")
      }
      let workspace = office.workspaces[one]
      let expected = Oracle(try workspace.commits()).export
      #expect(exported(workspace.state) == expected, "seed \(seed) step \(step)")
    }
    for _ in 0..<2 {
      for one in 0..<count {
        for other in 0..<count where other != one {
          _ = try office.workspaces[one].join(office.workspaces[other])
        }
      }
    }
    let digests = office.workspaces.map { Export.digest($0.state) }
    #expect(Set(digests).count == 1, "seed \(seed)")
    #expect(names(office.workspaces[0]) == written, "seed \(seed)")
    for one in 0..<count {
      let fresh = try office.open(one, usesCache: false)
      #expect(Export.digest(fresh.state) == digests[0], "seed \(seed)")
    }
  }
}
