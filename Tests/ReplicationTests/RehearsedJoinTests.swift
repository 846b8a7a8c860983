import Bytes
import Documents
import Platform
import Replication
import Support
import Testing

/// A join that was rehearsed is written as it was shown, or worked out once more.
@Suite struct RehearsedJoinTests {
  private static func edit(_ workspace: Workspace, _ id: String, _ name: String) throws {
    _ = try workspace.write(purpose: nil) { draft in
      var edit = RecordEdit(type: "client", id: id)
      edit.set["name"] = json(name)
      draft.add(edit)
    }
  }

  /// Three machines; the second has edited `count` records and seen what the first had written.
  private static func office(edits count: Int) throws -> Office {
    let office = try Office(replicas: 3)
    for number in 0..<5 { try edit(office.workspaces[0], "a\(number)", "Первый \(number)") }
    _ = try office.workspaces[1].join(office.workspaces[0])
    _ = try office.workspaces[2].join(office.workspaces[0])
    for number in 0..<count { try edit(office.workspaces[1], "a\(number % 7)", "Второй \(number)") }
    return office
  }

  @Test(arguments: [1, 40])
  func `what was rehearsed is what is there`(count: Int) throws {
    let office = try Self.office(edits: count)
    let path = office.folder.path("1.karto")
    let rehearsal = try office.workspaces[0].rehearseJoin(documentAt: path)
    let shown = exported(rehearsal.after)
    let report = try office.workspaces[0].join(rehearsal, documentAt: path)
    #expect(report == rehearsal.report && report.commitCount == count)
    #expect(exported(office.workspaces[0].state) == shown)
    // Others read the same, and the device goes on writing.
    for usesCache in [true, false] {
      #expect(exported(try office.open(0, usesCache: usesCache).state) == shown)
    }
    try Self.edit(office.workspaces[0], "a0", "Потом")
    #expect(try Check.run(path: office.folder.path("0.karto")).isSound)
    #expect(
      exported(try office.open(0, usesCache: false).state)
        == exported(office.workspaces[0].state))
    let again = try office.workspaces[0].rehearseJoin(documentAt: path)
    #expect(try office.workspaces[0].join(again, documentAt: path).commitCount == 0)
  }

  @Test func `what was written meanwhile is not lost`() throws {
    let office = try Self.office(edits: 9)
    let path = office.folder.path("1.karto")
    let rehearsal = try office.workspaces[0].rehearseJoin(documentAt: path)
    // Another process of the same machine, and then a third one's commits.
    try Self.edit(try office.open(0), "b", "Рядом")
    try Self.edit(office.workspaces[2], "c", "Третий")
    _ = try office.open(0).join(office.workspaces[2])
    #expect(try office.workspaces[0].join(rehearsal, documentAt: path).commitCount == 9)
    let whole = exported(try office.open(0, usesCache: false).state)
    #expect(exported(office.workspaces[0].state) == whole)
    for name in ["Рядом", "Третий", "Второй 8"] { #expect(whole.contains(name), "\(name)") }
    #expect(try Check.run(path: office.folder.path("0.karto")).isSound)
  }

  /// The first goes on writing after the others have seen it: what they say that they saw is no
  /// longer its last commit, and is followed through the document.
  @Test func `a sighting of an older commit holds`() throws {
    let office = try Self.office(edits: 3)
    for number in 0..<4 { try Self.edit(office.workspaces[0], "d\(number)", "Дальше") }
    let path = office.folder.path("1.karto")
    let fresh = try office.open(0, usesCache: false)
    let report = try fresh.join(documentAt: path)
    #expect(report.commitCount == 3 && report.refused.isEmpty && report.waiting.isEmpty)
    _ = try office.workspaces[1].join(fresh)
    #expect(exported(office.workspaces[1].state) == exported(fresh.state))
  }
}
