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
    // Whoever looks at the rehearsed state finds the devices as they will be.
    let theirs = try #require(try other.workspaces[0].ownReplica())
    #expect(rehearsal.after.device(theirs)?.isAdopted == true)
    #expect(rehearsal.authors.contains { $0.replica == theirs })
    #expect(rehearsal.origin?.workspace == other.workspaces[0].header.workspace)
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

  /// SPEC: a base that had adopted another passes it on, and each chain is tried by the
  /// hash of the workspace in which it began.
  @Test func `a base comes with what it had adopted`() throws {
    let (mine, middle, far) = (
      try Office(replicas: 1), try Office(replicas: 1), try Office(replicas: 1)
    )
    try write(far.workspaces[0], "f1", "far")
    try write(middle.workspaces[0], "m1", "middle")
    _ = try middle.workspaces[0].adopt(documentAt: far.folder.path("0.karto"))
    let path = middle.folder.path("0.karto")
    let report = try mine.workspaces[0].adopt(documentAt: path)
    #expect(report.refused.isEmpty && report.waiting.isEmpty)
    #expect(name(mine.workspaces[0], "m1") == ["\"middle\""])
    #expect(name(mine.workspaces[0], "f1") == ["\"far\""])
    #expect(try mine.workspaces[0].adopt(documentAt: path).commitCount == 0)
    // From the far base itself only what is new comes, and later that way round too.
    try write(far.workspaces[0], "f2", "later")
    let direct = try mine.workspaces[0].adopt(documentAt: far.folder.path("0.karto"))
    #expect(direct.commitCount == 1)
    // What middle takes of mine is of three workspaces, its own among them.
    let back = try middle.workspaces[0].adopt(documentAt: mine.folder.path("0.karto"))
    #expect(back.refused.isEmpty && back.waiting.isEmpty)
    #expect(name(middle.workspaces[0], "f2") == ["\"later\""])
    for office in [mine, middle] {
      let check = try Check.run(path: office.folder.path("0.karto"))
      #expect(check.isSound, "\(check.problems)")
      #expect(office.workspaces[0].state.held.isEmpty)
      #expect(
        Export.digest(try office.open(0, usesCache: false).state)
          == Export.digest(office.workspaces[0].state))
    }
  }

  @Test func `two who adopt two bases in two orders have the same base`() throws {
    let mine = try Office(replicas: 2)
    let others = [try Office(replicas: 1), try Office(replicas: 1)]
    for (number, other) in others.enumerated() {
      try write(other.workspaces[0], "o\(number)", "\(number)")
    }
    let paths = others.map { $0.folder.path("0.karto") }
    let workspaces = mine.workspaces
    for path in paths { _ = try workspaces[0].adopt(documentAt: path) }
    for path in paths.reversed() { _ = try workspaces[1].adopt(documentAt: path) }
    _ = try workspaces[0].join(workspaces[1])
    _ = try workspaces[1].join(workspaces[0])
    let digest = Export.digest(workspaces[0].state)
    #expect(Export.digest(workspaces[1].state) == digest)
    for workspace in workspaces {
      for path in paths { #expect(try workspace.adopt(documentAt: path).commitCount == 0) }
      #expect(Export.digest(workspace.state) == digest)
      #expect(workspace.state.held.isEmpty)
    }
  }

  /// SPEC: only a stranger's replica can be adopted, whatever a line says.
  @Test func `nobody's own commits become another workspace's by a line`() throws {
    let mine = try Office(replicas: 2)
    let other = try Office(replicas: 1)
    try write(mine.workspaces[0], "c1", "x")
    let own = try #require(try mine.workspaces[0].ownReplica())
    _ = try mine.workspaces[1].join(mine.workspaces[0])
    for workspace in [mine, other].map(\.workspaces[0].header.workspace) {
      _ = try mine.workspaces[1].write(purpose: "adopt") { draft in
        var edit = RecordEdit(type: "adoption", id: draft.newID())
        edit.set["workspace"] = json(workspace.text)
        edit.add["replicas"] = [
          JSONValue.array([.string(own.text), .integer(9)]).canonicalBytes
        ]
        draft.add(edit)
      }
    }
    #expect(mine.workspaces[1].state.origin(ofRecordID: "1-\(own.text)") == nil)
    #expect(mine.workspaces[1].state.device(own)?.isAdopted == false)
    let check = try Check.run(path: mine.folder.path("1.karto"))
    #expect(check.isSound, "\(check.problems)")
    let exchange = try CommitExchange(mine.workspaces[1])
    #expect(try exchange.marks[own] == CommitExchange(mine.workspaces[0]).marks[own])
    // Their chain goes on as it began.
    try write(mine.workspaces[0], "c2", "y")
    let report = try mine.workspaces[1].join(mine.workspaces[0])
    #expect(report.refused.isEmpty && report.commitCount == 1)
    #expect(
      Export.digest(try mine.open(1, usesCache: false).state)
        == Export.digest(mine.workspaces[1].state))
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
