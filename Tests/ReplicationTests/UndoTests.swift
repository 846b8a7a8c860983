import Bytes
import Documents
import Histories
import Replication
import Support
import Testing

/// Taking commits back, held against the definition: SPEC [U-1], [U-2].
@Suite struct UndoTests {
  private typealias Key = UndoDefinition.Key
  private typealias Facts = UndoDefinition.Facts

  private static func facts(_ export: String) throws -> [Key: Facts] {
    try UndoDefinition.facts(export)
  }

  @Test(arguments: SeededGenerator.seeds(12))
  func `an undo makes what its definition says, and no more`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let office = try Office(replicas: 3)
    for _ in 0..<40 {
      office.clock.set(1_763_800_000_000 + Int64(random.below(1_000_000)))
      let one = random.below(3)
      if random.oneIn(4) {
        _ = try office.workspaces[one].join(office.workspaces[(one + 1 + random.below(2)) % 3])
      } else if seed.isMultiple(of: 2), random.oneIn(4) {
        // Undone already, and so brought back what others had said.
        let earlier = try office.workspaces[one].commits().dropFirst().map(\.header.dot)
        let some = earlier.suffix(6).filter { _ in random.oneIn(3) }
        let names = random.oneIn(2) ? some.map(\.text) : ["some"]
        _ = try office.workspaces[one].undo(
          Set(some), purpose: (["undo"] + names).joined(separator: " "))
      } else {
        _ = try office.workspaces[one].write(purpose: nil) { draft in
          draft.add(RandomEdit.make(with: &random))
        }
      }
    }
    let base = office.workspaces[0]
    for other in 1..<3 { _ = try base.join(office.workspaces[other]) }
    let commits = try base.commits()
    // Not the founding, without which there is nobody to undo anything.
    let undone = Set(commits.dropFirst().map(\.header.dot).filter { _ in random.oneIn(4) })
    let with = try Self.facts(Oracle(commits).export)
    let definition = try UndoDefinition(commits, undone: undone)
    let without = definition.without
    let present = base.state
    let report = try base.undo(undone, purpose: "undo")
    let after = try Self.facts(exported(base.state))

    #expect(Set(after.keys) == Set(with.keys), "seed \(seed)")
    for (key, was) in with {
      let lines = commits.filter { commit in
        commit.edits.contains { [$0.type, $0.id] == key }
      }
      let what = "seed \(seed), \(key)"
      let now = try #require(after[key])
      guard lines.contains(where: { undone.contains($0.header.dot) }) else {
        #expect(now == was, "\(what): no commit that was undone touched it")
        continue
      }
      if let first = lines.first, undone.contains(first.header.dot) {
        var expected = was
        if definition.isUnmade(key) { expected.isAlive = false }
        #expect(now == expected, "\(what): its first line was undone")
        continue
      }
      var would = try #require(without[key])
      let contents = try #require(present.record(type: key[0], id: key[1])?.contents())
      if was.isAlive, !would.isAlive,
        contents.deleters.contains(where: { !definition.isUndone($0.dot, key, .existence) })
      {
        #expect(now == was, "\(what): somebody had deleted it beside")
        let isTold = report.left.contains { [$0.type, $0.id] == key && $0.fields.isEmpty }
        #expect(isTold, "\(what)")
        continue
      }
      for register in contents.registers
      where register.writes.contains(where: {
        definition.isUndone($0.dot, key, .register(register.name))
      }) {
        let others = Set(
          register.writes.filter {
            !definition.isUndone($0.dot, key, .register(register.name))
          }.map(\.value))
        if others.count == 1 {
          would.values[register.name] = others.first == Array("null".utf8) ? nil : others.first
        }
        if others.count > 1 {
          let isTold = report.left.contains {
            [$0.type, $0.id] == key && $0.fields.contains(register.name)
          }
          #expect(isTold, "\(what): \(register.name) is open between others")
        }
      }
      #expect(now.isAlive == would.isAlive, "\(what)")
      #expect(now.sets == would.sets, "\(what)")
      for field in RandomEdit.fields {
        // Standing writes are those that no other write to the register has seen.
        let writes = lines.filter { $0.edits.contains { $0.set[field] != nil } }
        let isLeft = report.left.contains { [$0.type, $0.id] == key && $0.fields.contains(field) }
        let wasTouched = writes.contains {
          definition.isUndone($0.header.dot, key, .register(field))
        }
        let expected = isLeft || !wasTouched ? was.values[field] : would.values[field]
        #expect(now.values[field] == expected, "\(what): \(field)")
      }
    }
    // Undone again, all that was set back is as it was.
    _ = try base.undo(Set(report.dots), purpose: "undo")
    let again = try Self.facts(exported(base.state))
    for (key, was) in with { #expect(again[key] == was, "seed \(seed), \(key)") }
  }

  // SPEC [U-1]
  @Test func `the history follows causality, and a batch is told as one`() throws {
    let office = try Office(replicas: 2)
    _ = try office.workspaces[0].write(purpose: "import") { draft in
      for number in 0..<3000 {
        var edit = RecordEdit(type: "client", id: draft.newID())
        edit.set["name"] = json("Клиент \(number)")
        edit.set["comment"] = json(String(repeating: "слово ", count: 80))
        draft.add(edit)
      }
    }
    _ = try office.workspaces[1].join(office.workspaces[0])
    try office.workspaces[1].add(client: "Первый")
    _ = try office.workspaces[0].join(office.workspaces[1])
    try office.workspaces[0].add(client: "Второй")
    let log = try office.workspaces[0].log()
    #expect(log.suffix(3).map(\.purpose) == ["import", "add", "add"])
    let batch = try #require(log.first { $0.purpose == "import" })
    #expect(batch.last.number > batch.first.number)
    #expect(batch.editCounts == ["client": 3000])
    #expect(try office.workspaces[0].batch(containing: batch.last).contains(batch.first))
    var seen = Frontier()
    try office.workspaces[0].forEachCommit { commit in
      for sighting in commit.header.seen {
        #expect(seen[sighting.replica] >= sighting.number)
      }
      seen.join(Frontier([commit.header.dot.replica: commit.header.dot.number]))
    }
  }
}
