import Bytes
import Documents
import Histories
import Replication
import Support
import Testing

/// Taking back what somebody did since a moment, held against the history without it: SPEC [U-2],
/// [U-3].
@Suite struct UndoByAuthorTests {
  private typealias Key = [String]

  private struct Facts: Equatable {
    var isAlive = false
    var values: [String: [UInt8]] = [:]
    var sets: [String: Set<[UInt8]>] = [:]
  }

  private static func facts(_ export: String) throws -> [Key: Facts] {
    var result: [Key: Facts] = [:]
    for line in export.split(separator: "\n") {
      let value = try JSONParser.parse(Array(line.utf8).span)
      var facts = Facts(isAlive: value["delete"] == nil)
      if case .object(let registers)? = value["set"] {
        for (key, value) in registers { facts.values[key] = value.canonicalBytes }
      }
      if case .object(let fields)? = value["add"] {
        for case (let key, .array(let elements)) in fields {
          facts.sets[key] = Set(elements.map(\.canonicalBytes))
        }
      }
      result[[value["type"]?.text ?? "", value["id"]?.text ?? ""]] = facts
    }
    return result
  }

  /// What an undo is to make of a state: the history without some commits, but for what somebody
  /// else wrote beside them, and what is open between others.
  private static func expected(
    _ without: [Key: Facts], _ state: State, _ before: [Key: Facts], undone: Set<Dot>
  ) -> [Key: Facts] {
    var expected = without
    for (key, facts) in before {
      guard let contents = state.record(type: key[0], id: key[1])?.contents() else { continue }
      if facts.isAlive, without[key]?.isAlive == false,
        contents.deleters.contains(where: { !undone.contains($0.dot) })
      {
        expected[key] = facts
        continue
      }
      for register in contents.registers
      where register.writes.contains(where: { undone.contains($0.dot) }) {
        let others = Set(register.writes.filter { !undone.contains($0.dot) }.map(\.value))
        if others.isEmpty { continue }
        let value = others.count == 1 ? others.first : facts.values[register.name]
        expected[key]?.values[register.name] = value == Array("null".utf8) ? nil : value
      }
    }
    return expected
  }

  private static let start: Int64 = 1_763_800_000_000

  /// Three devices that know of the same records, of which the third is the leaver's; random edits
  /// and exchanges, with a moment in the middle.
  private static func history(
    _ random: inout SeededGenerator, middle: Int64
  ) throws -> Office {
    let office = try Office(replicas: 3)
    office.clock.set(start)
    _ = try office.workspaces[0].write(purpose: "add") { draft in
      for type in ["client", "deal"] {
        for number in 0..<5 { draft.add(RecordEdit(type: type, id: "r\(number)")) }
      }
    }
    for other in 1..<3 { _ = try office.workspaces[other].join(office.workspaces[0]) }
    for step in 0..<40 {
      office.clock.set(start + Int64(step) * (middle - start) / 20)
      let one = random.below(3)
      if random.oneIn(4) {
        _ = try office.workspaces[one].join(office.workspaces[(one + 1 + random.below(2)) % 3])
      } else {
        _ = try office.workspaces[one].write(purpose: nil) { draft in
          draft.add(RandomEdit.make(with: &random))
        }
      }
    }
    for one in 0..<2 {
      for other in 0..<3 where other != one {
        _ = try office.workspaces[one].join(office.workspaces[other])
      }
    }
    _ = try office.workspaces[0].join(office.workspaces[1])
    return office
  }

  @Test(arguments: SeededGenerator.seeds(12))
  func `an undo by author makes the history without it, once, by whoever and back`(
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let middle = Self.start + 20_000
    let office = try Self.history(&random, middle: middle)
    let (first, second) = (office.workspaces[0], office.workspaces[1])
    let leaver = try #require(try office.workspaces[2].ownReplica())
    office.clock.set(Self.start + 1_000_000)
    let span = try first.commits(of: [leaver], since: .millis(middle))
    let commits = try first.commits()
    #expect(
      span.commits
        == Set(
          commits.map(\.header).filter { $0.dot.replica == leaver && $0.stampMillis >= middle }
            .map(\.dot)), "seed \(seed)")
    let before = try Self.facts(exported(first.state))
    let bare = try Self.facts(
      Oracle(
        commits.map { commit in
          span.commits.contains(commit.header.dot)
            ? CommitRecord(header: commit.header, edits: []) : commit
        }
      ).export)
    let without = Self.expected(bare, first.state, before, undone: span.commits)

    let plan = try first.planUndo(UndoScope(span.commits))
    let report = try first.carryOut(plan, purpose: "undo")
    // The same by somebody else, who does not know of it.
    _ = try second.undo(span.commits, purpose: "undo")
    #expect(try Self.facts(exported(first.state)) == without, "seed \(seed)")
    #expect(try Self.facts(exported(second.state)) == without, "seed \(seed)")
    for left in report.left { #expect(!span.commits.contains(left.by), "seed \(seed): \(left)") }
    for left in report.left where !left.fields.isEmpty {
      let key = [left.type, left.id]
      for field in left.fields {
        let isSame =
          before[key]?.values[field] == without[key]?.values[field]
          && before[key]?.sets[field] == without[key]?.sets[field]
        #expect(isSame || before[key]?.sets[field] != nil, "seed \(seed): \(left)")
      }
    }
    _ = try first.join(second)
    _ = try second.join(first)
    #expect(Export.digest(first.state) == Export.digest(second.state), "seed \(seed)")
    #expect(try Self.facts(exported(first.state)) == without, "seed \(seed)")
    let frontier = first.frontier
    let again = try first.undo(span.commits, purpose: "undo")
    #expect(again.dots.isEmpty && again.reverted.isEmpty, "seed \(seed): \(again)")
    #expect(first.frontier == frontier, "seed \(seed)")

    // Both undone: everything is as it was.
    let undos = try first.commits().map(\.header)
      .filter { $0.purpose == "undo" }.map(\.dot)
    _ = try first.undo(Set(undos), purpose: "back")
    #expect(try Self.facts(exported(first.state)) == before, "seed \(seed)")
  }

  /// A base with one client; replica 1 spoils it, replica 0 edits it later.
  private func spoilt(
    _ spoil: (inout RecordEdit) -> Void, later: ((inout RecordEdit) -> Void)? = nil
  ) throws -> (Office, Set<Dot>) {
    let office = try Office(replicas: 2)
    let (anna, ivan) = (office.workspaces[0], office.workspaces[1])
    func write(_ workspace: Workspace, _ fill: (inout RecordEdit) -> Void) throws -> [Dot] {
      try workspace.write(purpose: nil) { draft in
        var edit = RecordEdit(type: "client", id: "r1")
        fill(&edit)
        draft.add(edit)
      }.dots
    }
    _ = try write(anna) { edit in
      edit.set["city"] = json("Псков")
      edit.add["tags"] = [json("vip")]
    }
    _ = try ivan.join(anna)
    let dots = Set(try write(ivan, spoil))
    _ = try anna.join(ivan)
    if let later { _ = try write(anna, later) }
    return (office, dots)
  }

  // SPEC [U-2]
  @Test func `what somebody wrote beside it stands after an undo, and what is open stays so`()
    throws
  {
    let office = try Office(replicas: 3)
    func write(_ one: Int, _ city: String?) throws -> Set<Dot> {
      Set(
        try office.workspaces[one].write(purpose: nil) { draft in
          var edit = RecordEdit(type: "client", id: "r1")
          if let city { edit.set["city"] = json(city) } else { edit.isDeletion = true }
          draft.add(edit)
        }.dots)
    }
    func cities() throws -> Set<String> {
      let contents = try #require(
        office.workspaces[0].state.record(type: "client", id: "r1")?.contents())
      let writes = contents.registers.first { $0.name == "city" }?.writes ?? []
      return Set(writes.map { String(decoding: $0.value, as: UTF8.self) })
    }
    _ = try write(0, "Клин")
    for other in 1..<3 { _ = try office.workspaces[other].join(office.workspaces[0]) }
    _ = try write(0, "Мытищи")
    office.clock.set(1_763_800_500_000)
    _ = try write(1, "Химки")
    office.clock.set(1_763_800_900_000)
    let ryazan = try write(1, "Рязань")
    _ = try office.workspaces[0].join(office.workspaces[1])
    #expect(try cities() == ["\"Мытищи\"", "\"Рязань\""])
    _ = try office.workspaces[0].undo(ryazan, purpose: "undo")
    #expect(try cities() == ["\"Мытищи\""])

    // Three at once: the two others disagree, so nothing is decided between them.
    let third = try write(2, "Тверь")
    _ = try office.workspaces[0].join(office.workspaces[2])
    let kazan = try write(1, "Казань")
    _ = try office.workspaces[0].join(office.workspaces[1])
    let open = try cities()
    #expect(open.count == 3)
    let report = try office.workspaces[0].undo(kazan, purpose: "undo")
    #expect(report.dots.isEmpty && report.left.map(\.fields) == [["city"]])
    #expect(try cities() == open && !third.isEmpty)

    // Somebody deletes it while it is worked on; that the work is undone deletes nothing.
    for other in 0..<3 { _ = try office.workspaces[other].join(office.workspaces[(other + 1) % 3]) }
    _ = try office.workspaces[1].join(office.workspaces[0])
    let work = try write(0, "Псков")
    _ = try write(1, nil)
    _ = try office.workspaces[0].join(office.workspaces[1])
    let kept = try office.workspaces[0].undo(work, purpose: "undo")
    #expect(kept.reverted.isEmpty && kept.left.count == 1)
    let contents = try #require(
      office.workspaces[0].state.record(type: "client", id: "r1")?.contents())
    #expect(contents.isAlive && contents.deleters.count == 1)
  }

  // SPEC [U-2]
  @Test func `what others changed later is told, element by element`() throws {
    let (office, dots) = try spoilt {
      $0.set["city"] = json("x")
      $0.add["tags"] = [json("холодный"), json("чужой")]
      $0.remove["tags"] = [json("vip")]
    } later: {
      $0.set["city"] = json("Тверь")
      $0.add["tags"] = [json("чужой")]
    }
    let anna = office.workspaces[0]
    let report = try anna.undo(dots, purpose: "undo")
    #expect(report.left.map(\.fields) == [["city", "tags"]])
    let contents = try #require(anna.state.record(type: "client", id: "r1")?.contents())
    #expect(contents.registers.first { $0.name == "city" }?.writes[0].value == json("Тверь"))
    #expect(contents.sets.first?.elements == [json("vip"), json("чужой")])
  }

  @Test func `what someone has set right by hand is no edit to be told of`() throws {
    let (office, dots) = try spoilt {
      $0.set["city"] = json("x")
    } later: {
      $0.set["city"] = json("Псков")
    }
    let report = try office.workspaces[0].undo(dots, purpose: "undo")
    #expect(report.reverted.isEmpty && report.left.isEmpty && report.dots.isEmpty)
  }

  // SPEC [U-3]
  @Test func `only deletions, only changes, only what was made`() throws {
    for kind in UndoScope.Kind.allCases {
      let office = try Office(replicas: 1)
      let anna = office.workspaces[0]
      for number in 1...2 {
        _ = try anna.write(purpose: nil) { draft in
          var edit = RecordEdit(type: "client", id: "r\(number)")
          edit.set["city"] = json("Псков")
          draft.add(edit)
        }
      }
      var dots: Set<Dot> = []
      let edits: [(String, (inout RecordEdit) -> Void)] = [
        ("r1", { $0.isDeletion = true }), ("r2", { $0.set["city"] = json("x") }),
        ("r3", { $0.set["city"] = json("Омск") }), ("r3", { $0.set["city"] = json("Тверь") }),
      ]
      for (id, fill) in edits {
        dots.formUnion(
          try anna.write(purpose: nil) { draft in
            var edit = RecordEdit(type: "client", id: id)
            fill(&edit)
            draft.add(edit)
          }.dots)
      }
      var scope = UndoScope(dots)
      scope.kind = kind
      let report = try anna.carryOut(anna.planUndo(scope), purpose: "undo")
      let what = report.reverted.map { "\($0.id) \($0.kind)" }
      switch kind {
      case .deletes: #expect(report.reverted.map(\.kind) == [.restored])
      case .creates: #expect(report.reverted.map(\.kind) == [.deleted])
      case .changes:
        #expect(Set(report.reverted.map(\.id)) == ["r2", "r3"], "\(what)")
        let city = anna.state.record(type: "client", id: "r3")?.contents().registers[0]
        #expect(city?.writes[0].value == json("Омск"))
      }
    }
  }

  // SPEC [U-3]
  @Test func `what bears an earlier time than it can have is counted and not taken`() throws {
    let office = try Office(replicas: 2)
    let (anna, ivan) = (office.workspaces[0], office.workspaces[1])
    let leaver = try #require(try ivan.ownReplica())
    let evening = Self.start + 1_000_000
    office.clock.set(Self.start)
    try ivan.add(client: "Хороший")
    office.clock.set(evening)
    try ivan.add(client: "Вечерний")
    // The clock put back, in order to hide.
    office.clock.set(Self.start + 1)
    try ivan.add(client: "Спрятанный")
    _ = try anna.join(ivan)
    let own = ivan.frontier[leaver]
    let span = try anna.commits(of: [leaver], since: .millis(evening))
    #expect(span.commits == [Dot(leaver, own - 1)])
    #expect(span.backdated == [Dot(leaver, own)] && span.backdatedCount == 1)
    // By the commit it is found all the same.
    let byDot = try anna.commits(of: [leaver], since: .dot(Dot(leaver, own - 1)))
    #expect(byDot.commits == [Dot(leaver, own - 1), Dot(leaver, own)])
    #expect(byDot.backdatedCount == 0)
    #expect(
      try anna.commits(of: [leaver], since: .millis(Self.start), until: evening - 1).commits
        == [Dot(leaver, own - 2), Dot(leaver, own)])
  }
}
