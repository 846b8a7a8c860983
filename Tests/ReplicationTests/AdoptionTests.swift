import Bytes
import Documents
import Platform
import Replication
import Support
import Testing

/// A document of another workspace, taken into this one (SPEC §8.6).
@Suite struct AdoptionTests {
  private func write(_ workspace: Workspace, _ id: String, _ value: String) throws {
    _ = try workspace.write(purpose: nil) { draft in
      var edit = RecordEdit(type: "client", id: id)
      edit.set["name"] = json(value)
      draft.add(edit)
    }
  }

  private func name(_ workspace: Workspace, _ id: String) -> [String] {
    workspace.state.record(type: "client", id: id)?.contents().registers.first?.writes.map {
      String(decoding: $0.value, as: UTF8.self)
    } ?? []
  }

  @Test func `another base comes with its history, and again only with what is new`() throws {
    let mine = try Office(replicas: 2)
    let other = try Office(replicas: 2)
    try write(other.workspaces[0], "o1", "first")
    try write(other.workspaces[1], "o2", "second")
    _ = try other.workspaces[0].join(other.workspaces[1])
    let path = other.folder.path("0.karto")

    let rehearsal = try mine.workspaces[0].rehearseAdoption(documentAt: path)
    #expect(rehearsal.after.record(type: "client", id: "o2") != nil)
    #expect(mine.workspaces[0].state.record(type: "client", id: "o2") == nil)
    let first = try mine.workspaces[0].adopt(documentAt: path)
    #expect(first.commitCount == 3)
    #expect(name(mine.workspaces[0], "o1") == ["\"first\""])
    #expect(try mine.workspaces[0].adopt(documentAt: path).commitCount == 0)

    // Both go on: an edit here and one there are a conflict, and nobody's is lost.
    try write(mine.workspaces[0], "o1", "mine")
    try write(other.workspaces[0], "o1", "theirs")
    try write(other.workspaces[0], "o3", "third")
    #expect(try mine.workspaces[0].adopt(documentAt: path).commitCount == 2)
    #expect(Set(name(mine.workspaces[0], "o1")) == ["\"mine\"", "\"theirs\""])
    #expect(mine.workspaces[0].state.held.isEmpty)

    // A third copy takes it over like anything else, and a fresh open finds the same.
    let report = try mine.workspaces[1].join(mine.workspaces[0])
    #expect(report.refused.isEmpty && report.strangers.isEmpty)
    #expect(
      Export.digest(mine.workspaces[1].state) == Export.digest(mine.workspaces[0].state))
    #expect(
      Export.digest(try mine.open(1, usesCache: false).state)
        == Export.digest(mine.workspaces[0].state))
    let check = try Check.run(path: mine.folder.path("1.karto"))
    #expect(check.isSound, "\(check.problems)")
  }

  @Test func `commits that nobody adopted and nobody invited are not stored`() throws {
    let mine = try Office(replicas: 1)
    let other = try Office(replicas: 1)
    try write(other.workspaces[0], "o1", "x")
    let bytes = try Files.readAll(other.folder.path("0.karto"), limit: 1 << 20)
    let before = try Files.status(mine.folder.path("0.karto"))?.size
    let report = try mine.workspaces[0].receive([bytes])
    #expect(report.commitCount == 0)
    #expect(report.strangers.count == 1)
    #expect(try Files.status(mine.folder.path("0.karto"))?.size == before)
  }
}
