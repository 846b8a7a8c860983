import Bytes
import Documents
import Platform
import Replication
import Support
import Testing

/// Batches that are too long to lie over the image: a new image goes on from the old one.
@Suite struct LongTailTests {
  /// Longer than what lies over an image, as noise keeps each record above 250 bytes when packed.
  private static let longBatch = 1200

  /// Text that does not get much smaller when it is packed.
  private static func noise(_ generator: inout SeededGenerator) -> [UInt8] {
    json(Hex.encode(generator.bytes(250).span))
  }

  private func names(_ state: State, _ name: String) -> [String] {
    state.records(withKey: Array(name.utf8), in: "name", of: "client", plan: Bench.plan)
      .filter { $0.text(of: state.field("name"))?.lowercased() == name }.map(\.id).sorted()
  }

  /// Writes a batch of random edits; returns the ids of the clients that it made.
  private func write(
    _ count: Int, editing ids: [String], in workspace: Workspace,
    _ generator: inout SeededGenerator
  ) throws -> [String] {
    try workspace.write(purpose: nil) { draft in
      var made: [String] = []
      var edited: Set<String> = []
      for number in 0..<count {
        let isNew = ids.isEmpty || generator.below(3) == 0
        let id = isNew ? draft.newID() : ids[generator.below(ids.count)]
        guard isNew || edited.insert(id).inserted else { continue }
        if isNew { made.append(id) }
        var edit = RecordEdit(type: generator.below(8) == 0 ? "deal" : "client", id: id)
        edit.set["name"] = json("Имя \(generator.below(50))")
        edit.set["comment"] = Self.noise(&generator)
        if generator.below(4) == 0 { edit.add["phones"] = [json("+7\(number)")] }
        if generator.below(9) == 0 { edit.isDeletion = true }
        draft.add(edit)
      }
      return made
    }.result
  }

  @Test(arguments: SeededGenerator.seeds(4))
  func `images that go on from images hold the state of all commits`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let bench = try Bench()
    var workspace = try bench.found()
    var ids: [String] = []
    for _ in 0..<6 {
      let count = generator.below(2) == 0 ? Self.longBatch : 1 + generator.below(5)
      ids += try write(count, editing: ids, in: workspace, &generator)
      if generator.below(2) == 0 { workspace = try bench.open() }
      let fresh = try bench.open(usesCache: false)
      #expect(workspace.state.frontier == fresh.state.frontier)
      #expect(exported(workspace.state) == exported(fresh.state))
      for number in 0..<50 {
        let name = "имя \(number)"
        #expect(names(workspace.state, name) == names(fresh.state, name))
      }
    }
  }

  @Test func `a look-up finds what is new and what was amended, and not what it was before`() throws
  {
    let bench = try Bench()
    let workspace = try bench.found()
    var generator = SeededGenerator(seed: 2)
    func write(_ names: Range<Int>, ids: [String]? = nil) throws -> [String] {
      try workspace.write(purpose: nil) { draft in
        names.enumerated().map { index, number in
          var edit = RecordEdit(type: "client", id: ids.map { $0[index] } ?? draft.newID())
          edit.set["name"] = json("Клиент \(number)")
          edit.set["comment"] = Self.noise(&generator)
          draft.add(edit)
          return edit.id
        }
      }.result
    }
    let ids = try write(0..<Self.longBatch)
    #expect(names(workspace.state, "клиент 7") == [ids[7]])
    _ = try write(5000..<(5000 + Self.longBatch), ids: ids)
    for state in [workspace.state, try bench.open().state] {
      #expect(names(state, "клиент 7").isEmpty)
      #expect(names(state, "клиент 5007") == [ids[7]])
    }
    #expect(try bench.open().findings.usedCache)
  }

  @Test func `a long batch takes in the short ones that lie over the image`() throws {
    let bench = try Bench()
    let first = try bench.found()
    var generator = SeededGenerator(seed: 1)
    let ids = try write(Self.longBatch, editing: [], in: first, &generator)
    let workspace = try bench.open()
    #expect(workspace.state.recordCount > Self.longBatch)
    _ = try write(3, editing: ids, in: workspace, &generator)
    _ = try write(Self.longBatch, editing: ids, in: workspace, &generator)
    #expect(exported(workspace.state) == exported(try bench.open(usesCache: false).state))
  }

  @Test func `a long batch that nobody asked for yet is handed on`() throws {
    let bench = try Bench()
    let workspace = try bench.found()
    var generator = SeededGenerator(seed: 3)
    let size = try Files.status(bench.path)?.size ?? 0
    let (dots, _) = try workspace.write(purpose: nil) { draft in
      for _ in 0..<Self.longBatch {
        var edit = RecordEdit(type: "client", id: draft.newID())
        edit.set["comment"] = Self.noise(&generator)
        draft.add(edit)
      }
    }
    // From 256 KiB on a batch waits until someone asks for the state.
    #expect(try (Files.status(bench.path)?.size ?? 0) - size > 256 << 10)
    let pieces = try workspace.pieces(closedFrom: 1 << 20) { _ in true }
    let last = try #require(dots.last)
    #expect(pieces.flatMap(\.runs).map(\.last).max() == last.number)
  }
}
