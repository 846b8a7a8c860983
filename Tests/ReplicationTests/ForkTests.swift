import Bytes
import Documents
import Histories
import Replication
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
