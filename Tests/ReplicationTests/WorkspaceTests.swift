import Bytes
import Documents
import Platform
import Replication
import Support
import Testing

/// A base in a temporary folder, with a clock that stands still until it is told otherwise.
struct Bench {
  let folder: TemporaryFolder
  let device: DeviceFolder
  var path: String { folder.path("base.karto") }

  static let plan = IndexPlan(
    version: 1,
    entries: [
      IndexPlan.Entry(type: "client", field: "name") { value, key in
        if let text = JSONScanner.text(ofValue: value) { key += Array(text.lowercased().utf8) }
      }
    ])

  init() throws {
    folder = try TemporaryFolder()
    device = DeviceFolder(path: folder.path("home"))
  }

  func found(at millis: Int64 = 1_763_800_000_000) throws -> Workspace {
    try Workspace.found(
      path: path, device: device, plan: Self.plan, clock: .fixed(millis)
    ) { draft in
      var edit = RecordEdit(type: "workspace", id: "workspace")
      edit.set["name"] = json("Ромашка")
      draft.add(edit)
    }.workspace
  }

  func open(usesCache: Bool = true) throws -> Workspace {
    try Workspace(
      path: path, writing: true, device: device, plan: Self.plan, clock: .fixed(1_763_800_001_000),
      usesCache: usesCache)
  }
}

func json(_ text: String) -> [UInt8] { JSONValue.string(text).canonicalBytes }

func exported(_ state: State) -> String {
  var bytes: [UInt8] = []
  Export.write(state) { bytes += $0 }
  return String(decoding: bytes, as: UTF8.self)
}

extension Workspace {
  @discardableResult
  func add(client name: String, phones: [String] = []) throws -> String {
    try write(purpose: "add") { draft in
      var edit = RecordEdit(type: "client", id: draft.newID())
      edit.set["name"] = json(name)
      if !phones.isEmpty { edit.add["phones"] = phones.map(json) }
      draft.add(edit)
      return edit.id
    }.result
  }
}

@Suite struct WorkspaceTests {
  @Test func `what was written is there when the document is opened again`() throws {
    let bench = try Bench()
    let workspace = try bench.found()
    let id = try workspace.add(client: "ООО «Ромашка»", phones: ["+74952346187"])
    #expect(id.hasPrefix("2-"))
    for usesCache in [true, true, false] {
      let again = try bench.open(usesCache: usesCache)
      let record = try #require(again.state.record(type: "client", id: id))
      #expect(record.text(of: again.state.field("name")) == "ООО «Ромашка»")
      #expect(record.elements(of: again.state.field("phones")) == ["+74952346187"])
      #expect(exported(again.state) == exported(workspace.state))
    }
    #expect(try bench.open().findings.usedCache)
  }

  @Test func `a state from cache and tail is the state from all commits`() throws {
    let bench = try Bench()
    let workspace = try bench.found()
    var ids: [String] = []
    for number in 0..<50 { ids.append(try workspace.add(client: "Клиент \(number)")) }
    for (number, id) in ids.enumerated() where number % 3 == 0 {
      _ = try workspace.write(purpose: nil) { draft in
        var edit = RecordEdit(type: "client", id: id)
        edit.set["city"] = json("Тверь")
        if number % 6 == 0 { edit.isDeletion = true }
        draft.add(edit)
      }
    }
    let cached = try bench.open()
    let fresh = try bench.open(usesCache: false)
    #expect(exported(cached.state) == exported(fresh.state))
    #expect(exported(workspace.state) == exported(fresh.state))
    let found = cached.state.records(
      withKey: Array("клиент 7".utf8), in: "name", of: "client", plan: Bench.plan)
    #expect(found.map(\.id) == [ids[7]])
  }

  @Test func `a large batch is many commits and counts as one`() throws {
    let bench = try Bench()
    let workspace = try bench.found()
    let (dots, _) = try workspace.write(purpose: "import") { draft in
      for number in 0..<5000 {
        var edit = RecordEdit(type: "client", id: draft.newID())
        edit.set["name"] = json("Клиент номер \(number) из большого списка")
        edit.set["comment"] = json(String(repeating: "слово ", count: 20))
        draft.add(edit)
      }
    }
    #expect(dots.count > 2)
    #expect(try bench.open(usesCache: false).state.recordCount == 5001)
    #expect(try bench.open().state.recordCount == 5001)
  }

  @Test func `an older copy put back starts a new replica instead of a second history`() throws {
    let bench = try Bench()
    let workspace = try bench.found()
    try workspace.add(client: "Первый")
    let copy = try Files.readAll(bench.path, limit: 1 << 20)
    try workspace.add(client: "Второй")
    try Files.replace(bench.path) { try $0.write(copy) }
    let restored = try bench.open()
    let before = try restored.ownReplica()
    let id = try restored.add(client: "Третий")
    #expect(try restored.ownReplica() != before)
    #expect(id.hasPrefix("1-"))
    #expect(try bench.open(usesCache: false).state.replicas.count == 2)
  }
}
