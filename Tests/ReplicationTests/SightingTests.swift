import Bytes
import Documents
import Replication
import Sealing
import Support
import Testing

/// What was seen must be there, of forked replicas and in their histories too, and a batch counts
/// as a whole: SPEC [K-1], [K-7].
@Suite struct SightingTests {
  private let false16 = [UInt8](repeating: 48, count: 16)

  private func expectOne(_ scene: Scene, _ machines: [Workspace]) throws {
    var digests: Set<Hash256> = []
    for machine in machines {
      digests.insert(Export.digest(machine.state))
      digests.insert(Export.digest(try scene.anew(machine).state))
      let check = try Check.run(path: machine.path)
      #expect(check.isSound, "\(check.problems)")
    }
    #expect(digests.count == 1)
  }

  private func meet(_ one: Workspace, _ other: Workspace, byPeer: Bool) throws {
    for (to, from) in [(one, other), (other, one)] {
      if byPeer {
        #expect(try to.receiveFromPeer(from.packed).refused.isEmpty)
      } else {
        let report = try to.join(from)
        #expect(report.refused.isEmpty && report.waiting.isEmpty)
      }
    }
  }

  /// M forks one device, and claims with it or with another to have seen all that X will ever
  /// write.
  ///
  /// A has not met X yet, B has.
  @Test(arguments: [true, false], [true, false])
  func `nobody has seen what was not written, though something is forked`(
    byForked: Bool, byPeer: Bool
  ) throws {
    var scene = try Scene()
    var m = try scene.hire("m", "manager")
    let v = try scene.hire("v", "manager")
    var n = try scene.second(of: "m", by: &m)
    let before = scene.common
    var x = try scene.hire("x", "manager")
    let hired = Array(scene.common.dropFirst(before.count))
    let work = try x.write([Scene.client("a", "honest x")])
    var copy = m
    let forks = [
      try m.write([Scene.client("m1", "1")]), try copy.write([Scene.client("m2", "2")]),
    ]
    let claim = [Sighting(replica: x.replica, number: 4_000_000_000, head: false16)]
    let evil =
      byForked
      ? try m.write([Scene.client("a", "evil")], seen: claim)
      : try n.write([Scene.client("a", "evil")], seen: claim)
    let a = try scene.machine("a", of: v, with: before)
    let b = try scene.machine("b", of: scene.founder, with: before)
    func take(_ machine: Workspace, _ strokes: [Stroke]) throws -> [Dot] {
      if byPeer { return try machine.receiveFromPeer(strokes.map(\.bytes)).refused }
      return try machine.receive(strokes).waiting
    }
    let waiting = try take(a, forks + [evil])
    #expect(waiting.map(\.replica) == [evil.dot.replica])
    #expect(a.name("a") == nil && a.name("m1") != nil && a.name("m2") != nil)
    _ = try a.write(purpose: nil) { $0.add(Scene.client("v", "honest v")) }
    #expect(try take(a, hired + [work]).isEmpty)
    #expect(try take(b, hired + [work]).isEmpty)
    #expect(try take(b, forks + [evil]).map(\.replica) == [evil.dot.replica])
    try meet(a, b, byPeer: byPeer)
    #expect(b.name("v") == "\"honest v\"" && b.name("a") == "\"honest x\"")
    try expectOne(scene, [a, b])
  }

  /// What waits comes in with what it had seen, whichever history that is of.
  @Test(arguments: [true, false])
  func `what has seen a branch waits for it`(byPeer: Bool) throws {
    var scene = try Scene()
    var m = try scene.hire("m", "manager")
    var v = try scene.hire("v", "manager")
    var copy = m
    let one = try m.write([Scene.client("m1", "1")])
    let two = try copy.write([Scene.client("m2", "2")])
    let names = [one, two].sorted { $0.chain.head < $1.chain.head }
    let seen = Sighting(
      replica: names[1].chain.branchID, number: names[1].dot.number,
      head: names[1].chain.shortHead)
    let later = try v.write([Scene.client("v", "V")], seen: [names[0].sighting, seen])
    for first in [[one], [two], []] {
      let machine = try scene.machine("m\(first.first?.dot.text ?? "")\(first.count)\(byPeer)")
      func take(_ strokes: [Stroke]) throws -> [Dot] {
        if byPeer { return try machine.receiveFromPeer(strokes.map(\.bytes)).refused }
        return try machine.receive(strokes).waiting
      }
      #expect(try take(first).isEmpty)
      #expect(try take([later]) == [later.dot])
      #expect(try take([later, two, one]).isEmpty)
      #expect(machine.name("v") == "\"V\"")
      try expectOne(scene, [machine])
    }
  }

  /// The second part of a batch has seen what is not so; N has seen the first.
  @Test(arguments: [true, false], [true, false])
  func `a batch is taken in whole, and nothing upon half of one`(
    isForked: Bool, byPeer: Bool
  ) throws {
    var scene = try Scene()
    var m = try scene.hire("m", "manager")
    let v = try scene.hire("v", "manager")
    var n = try scene.second(of: "m", by: &m)
    var copy = m
    let other = isForked ? [try copy.write([Scene.client("m3", "3")])] : []
    let claim = [
      Sighting(
        replica: scene.founder.replica, number: scene.founder.chain.number, head: false16)
    ]
    let batch = [
      try m.write([Scene.client("m1", "1")], part: Part(index: 1, count: 2)),
      try m.write([Scene.client("m2", "2")], seen: claim, part: Part(index: 2, count: 2)),
    ]
    let upon = try n.write([Scene.client("a", "evil")], seen: [batch[0].sighting])
    let a = try scene.machine("a", of: v)
    let b = try scene.machine("b", of: scene.founder)
    func take(_ machine: Workspace, _ strokes: [Stroke]) throws -> Set<ReplicaID> {
      if byPeer {
        return Set(
          try machine.receiveFromPeer(strokes.map(\.bytes)).refused.map(\.replica))
      }
      return Set(try machine.receive(strokes).waiting.map(\.replica))
    }
    #expect(try take(a, other + batch + [upon]) == [m.replica, n.replica])
    for id in ["m1", "m2", "a"] { #expect(a.name(id) == nil) }
    #expect(a.name("m3") == (isForked ? "\"3\"" : nil))
    _ = try a.write(purpose: nil) { $0.add(Scene.client("v", "honest v")) }
    #expect(try take(b, [upon]) == [n.replica])
    try meet(a, b, byPeer: byPeer)
    #expect(b.name("v") == "\"honest v\"")
    try expectOne(scene, [a, b])
  }

  /// A commit that no signature of its own covers is taken in with the next that has one.
  @Test func `what is taken in ends with a signature`() throws {
    var scene = try Scene()
    var m = try scene.hire("m", "manager")
    var x = try scene.hire("x", "manager")
    let work = try x.write([Scene.client("x", "X")])
    let run = [
      try m.write([Scene.client("m1", "1")], isSigned: false),
      try m.write([Scene.client("m2", "2")], seen: [work.sighting]),
    ]
    let a = try scene.machine("a")
    #expect(try a.receive(run).waiting == [run[0].dot])
    #expect(a.name("m1") == nil)
    #expect(try a.receive(run + [work]).commitCount == 3)
    try expectOne(scene, [a])
  }
}
