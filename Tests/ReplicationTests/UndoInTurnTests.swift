import Bytes
import Documents
import Histories
import Replication
import Support
import Testing

/// Changes undone one after another, the last first: SPEC [U-2].
@Suite struct UndoInTurnTests {
  private typealias Facts = UndoDefinition.Facts

  private static func records(_ base: Workspace) throws -> [[String]: Facts] {
    // What is in the trash may have kept what it was.
    try UndoDefinition.facts(exported(base.state)).filter { $0.value.isAlive }
  }

  /// An undo names what it takes back.
  private static func undo(_ dots: Set<Dot>) -> String {
    "undo \(dots.sorted().map(\.text).joined(separator: " "))"
  }

  /// What of an edit changes anything: no program writes what is so already.
  private static func telling(_ edit: RecordEdit, in facts: [[String]: Facts]) -> RecordEdit? {
    let known = facts[[edit.type, edit.id]] ?? Facts()
    if edit.isDeletion { return known.isAlive ? edit : nil }
    var telling = edit
    let null = Array("null".utf8)
    telling.set = edit.set.filter { $0.value != known.values[$0.key] ?? null }
    for field in Set(edit.add.keys).union(edit.remove.keys) {
      let present = known.sets[field] ?? []
      let added = (edit.add[field] ?? []).filter { !present.contains($0) }
      let kept = edit.add[field] ?? []
      let removed = (edit.remove[field] ?? []).filter { present.contains($0) && !kept.contains($0) }
      telling.add[field] = added.isEmpty ? nil : added
      telling.remove[field] = removed.isEmpty ? nil : removed
    }
    return telling.isEmpty && known.isAlive ? nil : telling
  }

  @Test func `two changes of one field come back one by one`() throws {
    let office = try Office(replicas: 1)
    let base = office.workspaces[0]
    func write(_ city: String) throws -> Set<Dot> {
      Set(
        try base.write(purpose: "set") { draft in
          var edit = RecordEdit(type: "client", id: "c")
          edit.set["city"] = json(city)
          draft.add(edit)
        }.dots)
    }
    func city() throws -> String? {
      try Self.records(base)[["client", "c"]]?.values["city"].map {
        String(decoding: $0, as: UTF8.self)
      }
    }
    let steps = try ["Псков", "Тверь", "Омск"].map(write)
    let last = try base.undo(steps[2], purpose: "undo 4")
    #expect(try city() == "\"Тверь\"")
    let report = try base.undo(steps[1], purpose: "undo 3")
    #expect(report.left.isEmpty && report.reverted.count == 1)
    #expect(try city() == "\"Псков\"")
    #expect(try base.undo(steps[1], purpose: "undo 3").reverted.isEmpty, "twice writes nothing")
    // The first undo, undone where all before it is gone as well, was of another time.
    #expect(try base.undo(Set(last.dots), purpose: "undo 5").reverted.isEmpty)
    _ = try base.undo(steps[0], purpose: "undo 2")
    #expect(try city() == nil, "made by the first, it is in the trash")
  }

  /// Changes, undos of the last that stands, and undos of the last undo, by whoever is at it.
  @Test(arguments: SeededGenerator.seeds(16))
  func `whatever was done is gone once it is undone in turn`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let office = try Office(replicas: 3)
    var one = 0
    var done: [(dots: Set<Dot>, before: [[String]: Facts])] = []
    var undone: [(dots: Set<Dot>, change: Set<Dot>, after: [[String]: Facts])] = []
    for step in 0..<60 {
      // The clocks say what they like.
      office.clock.set(1_763_800_000_000 + Int64(random.below(1_000_000)))
      let next = random.below(3)
      if next != one { _ = try office.workspaces[next].join(office.workspaces[one]) }
      one = next
      let base = office.workspaces[one]
      let facts = try UndoDefinition.facts(exported(base.state))
      let now = facts.filter(\.value.isAlive)
      let what = "seed \(seed), step \(step)"
      switch step < 40 ? random.below(4) : 1 {
      case 1:
        guard let last = done.popLast() else { continue }
        let report = try base.undo(last.dots, purpose: Self.undo(last.dots))
        #expect(report.left.isEmpty, "\(what): \(report.left)")
        #expect(try Self.records(base) == last.before, "\(what): undone")
        if !report.dots.isEmpty { undone.append((Set(report.dots), last.dots, now)) }
      case 2:
        guard let last = undone.popLast() else { continue }
        _ = try base.undo(last.dots, purpose: Self.undo(last.dots))
        #expect(try Self.records(base) == last.after, "\(what): done again")
        done.append((last.change, now))
      default:
        let dots = try base.write(purpose: "set") { draft in
          var touched: Set<[String]> = []
          for _ in 0...random.below(2) {
            let edit = Self.telling(RandomEdit.make(with: &random), in: facts)
            if let edit, touched.insert([edit.type, edit.id]).inserted { draft.add(edit) }
          }
        }.dots
        undone = []
        if !dots.isEmpty { done.append((Set(dots), now)) }
      }
    }
    #expect(done.isEmpty, "seed \(seed)")
  }
}
