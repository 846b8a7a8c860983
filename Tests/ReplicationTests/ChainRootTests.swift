import Documents
import Replication
import Sealing
import Support
import Testing

/// Where a chain begins is a fact of the chain: no line changes it, nor who counts, nor what came
/// first.
///
/// SPEC, [A-12], [F-1].
@Suite struct ChainRootTests {
  /// Another base of two, of which one is let in.
  private struct Others {
    let workspace: WorkspaceID
    let key: SigningKey
    let strokes: [Stroke]
    var last: Stroke { strokes[strokes.count - 1] }

    init() throws {
      workspace = try Scene().header.workspace
      var mate = Pen(in: workspace)
      key = mate.key
      strokes = [
        try mate.write([Scene.client("v1", "V1")]), try mate.write([Scene.client("v2", "V2")]),
      ]
    }
  }

  /// All that some machines show is the same, now and when they are read anew, and sound.
  private func expectOne(
    _ scene: Scene, _ machines: [Workspace], _ label: String = ""
  ) throws {
    var digests: Set<Hash256> = []
    for machine in machines {
      digests.insert(Export.digest(machine.state))
      digests.insert(Export.digest(try scene.anew(machine).state))
      let check = try Check.run(path: machine.path)
      #expect(check.isSound, "\(label): \(check.problems)")
    }
    #expect(digests.count == 1, "\(label)")
    let marks = try machines.map { try CommitExchange($0).marks }
    #expect(Set(marks.map { $0.mapValues(\.head) }).count == 1, "\(label)")
  }

  /// Founder F works upon what manager M adopted; admin V, who has not seen the adoption, shuts M
  /// out.
  @Test(arguments: [true, false], [true, false])
  func `an adoption that comes to be held moves no chain`(isHeldFirst: Bool, byPeer: Bool) throws {
    var scene = try Scene()
    var m = try scene.hire("m", "manager")
    let v = try scene.hire("v", "admin")
    let others = try Others()
    let line = try m.write([Scene.adoption(others.workspace, others.last)])
    let a = try scene.machine("a", of: scene.founder)
    let b = try scene.machine("b", of: v)
    #expect(try a.receive([line] + others.strokes).commitCount == 3)
    #expect(a.name("v2") == "\"V2\"")
    _ = try a.write(purpose: nil) { $0.add(Scene.client("h", "honest")) }
    _ = try b.write(purpose: nil) { $0.add(Scene.edit("seal", "s", ["member": "m"])) }
    if isHeldFirst { #expect(try b.receive([line] + others.strokes).commitCount == 3) }
    for _ in 0..<2 {
      if byPeer {
        #expect(try b.receiveFromPeer(a.packed).refused.isEmpty)
        #expect(try a.receiveFromPeer(b.packed).refused.isEmpty)
      } else {
        let there = try b.join(a)
        #expect(there.refused.isEmpty && there.waiting.isEmpty)
        let back = try a.join(b)
        #expect(back.refused.isEmpty && back.waiting.isEmpty)
      }
      #expect(b.name("h") == "\"honest\"")
      try expectOne(scene, [a, b])
      _ = try a.write(purpose: nil) { $0.add(Scene.client("h", "honest")) }
    }
    #expect(b.name("v2") == nil)
  }

  @Test(arguments: [true, false])
  func `a line about one who came by a spent code moves no chain`(byPeer: Bool) throws {
    var scene = try Scene()
    let code = SigningKey.generate()
    var m = try scene.hire("m", "manager", code: code)
    let v = try scene.hire("v", "admin")
    try scene.meet()
    let key = SigningKey.generate()
    var j = Pen(
      in: scene.header.workspace, key: key, credential: scene.joining("i-m", code, key))
    let firsts = [
      try j.write(
        [Scene.device(key, of: "m")],
        seen: scene.common.filter { $0.dot.replica == scene.founder.replica }.suffix(1)
          .map(\.sighting)),
      try j.write([Scene.client("j", "J")]),
    ]
    let line = try m.write(
      [Scene.adoption(try Others().workspace, firsts[1])], seen: [firsts[1].sighting])
    let a = try scene.machine("a", of: scene.founder)
    let b = try scene.machine("b", of: v)
    #expect(try a.receive(firsts + [line]).refused.isEmpty)
    // It is a rival's, not a stranger's of another workspace.
    #expect(a.name("j") == nil)
    _ = try a.write(purpose: nil) { $0.add(Scene.client("h", "honest")) }
    _ = try b.write(purpose: nil) { $0.add(Scene.edit("seal", "s", ["member": "m"])) }
    for _ in 0..<2 {
      if byPeer {
        #expect(try b.receiveFromPeer(a.packed).refused.isEmpty)
      } else {
        let report = try b.join(a)
        #expect(report.refused.isEmpty && report.waiting.isEmpty)
      }
      _ = try a.join(b)
      #expect(b.name("h") == "\"honest\"")
      try expectOne(scene, [a, b])
      _ = try a.write(purpose: nil) { $0.add(Scene.client("h", "honest")) }
    }
  }

  /// Whoever holds the key of an adopted replica lets a second chain begin, in this workspace.
  @Test(arguments: [false, true])
  func `a second beginning under the key of an adopted replica takes nothing away`(
    isSeen: Bool
  ) throws {
    var scene = try Scene()
    var m = try scene.hire("m", "manager")
    let others = try Others()
    let line = try m.write([Scene.adoption(others.workspace, others.last)])
    var here = Pen(in: scene.header.workspace, key: others.key)
    let junk = try here.write([Scene.client("junk", "evil")])
    var hostile = [junk]
    // What a commit has seen that counts has to be kept with it.
    if isSeen { hostile.append(try m.write([Scene.client("m", "M")], seen: [junk.sighting])) }
    let honest = [line] + others.strokes
    let orders: [[[Stroke]]] = [
      [honest, hostile], [hostile, honest], [[line], hostile, others.strokes],
      [others.strokes, [line] + hostile, honest], [hostile + honest], [honest.reversed(), hostile],
    ]
    var machines: [Workspace] = []
    for (number, order) in orders.enumerated() {
      let machine = try scene.machine("\(number)", of: scene.founder)
      for part in order { _ = try machine.receive(part) }
      // What came too early comes again.
      for part in order { #expect(try machine.receive(part).refused.isEmpty, "\(number)") }
      #expect(machine.name("v2") == "\"V2\"", "\(number)")
      #expect(machine.name("junk") == nil, "\(number)")
      machines.append(machine)
    }
    try expectOne(scene, machines, "\(isSeen)")
    // The next commit names all of it, and everyone takes it.
    _ = try machines[0].write(purpose: nil) { $0.add(Scene.client("h", "honest")) }
    for machine in machines.dropFirst() {
      let report = try machine.join(machines[0])
      #expect(report.refused.isEmpty && report.waiting.isEmpty && report.commitCount == 1)
    }
    let peer = try scene.machine("peer", of: m)
    #expect(try peer.receiveFromPeer(machines[1].packed).refused.isEmpty)
    try expectOne(scene, machines + [peer], "\(isSeen) afterwards")
  }

  @Test func `a line that names this workspace adopts nothing`() throws {
    var scene = try Scene()
    var m = try scene.hire("m", "manager")
    var stranger = Pen(in: scene.header.workspace)
    let junk = try stranger.write([Scene.client("junk", "evil")])
    let line = try m.write(
      [Scene.adoption(scene.header.workspace, junk)], seen: [junk.sighting])
    let a = try scene.machine("a")
    #expect(try a.receive([junk, line]).commitCount == 2)
    #expect(a.name("junk") == nil)
    try expectOne(scene, [a])
  }

  /// SPEC: who began elsewhere is nobody of this base, whatever key they have.
  @Test func `the founder's key used in another workspace writes nothing of the founder's`() throws
  {
    var scene = try Scene()
    var m = try scene.hire("m", "manager")
    let elsewhere = try Others().workspace
    var there = Pen(in: elsewhere, key: scene.founder.key)
    let strokes = [
      try there.write([Scene.client("t", "T")]), try there.write([Scene.role("m", "owner")]),
    ]
    let line = try m.write([Scene.adoption(elsewhere, strokes[1])])
    let parts = [[line] + strokes, try [m.write([Scene.role("x", "manager")])]]
    var machines: [Workspace] = []
    for number in 0..<2 {
      let machine = try scene.machine("\(number)", with: number == 0 ? nil : [])
      if number == 1 { _ = try machine.receive(scene.common + parts[0]) }
      for part in parts { #expect(try machine.receive(part).refused.isEmpty) }
      #expect(machine.name("t") == "\"T\"")
      #expect(machine.state.role(ofMember: "m") == .manager)
      #expect(machine.state.reason(ofHeld: parts[1][0].dot) == .notEntitled)
      machines.append(machine)
    }
    try expectOne(scene, machines)
  }
}
