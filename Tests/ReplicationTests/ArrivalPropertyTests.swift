import Documents
import Replication
import Sealing
import Support
import Testing

/// Whatever hostile members write by hand, and in whatever order and pieces it comes, all machines
/// show one base.
///
/// They fork their devices, adopt strangers, colleagues and each other from any workspace, use one
/// key in several, claim to have seen what is not there, and leave batches and signatures half
/// done. SPEC [K-1], [K-7], [A-11], [A-12], [A-13], [F-1], [M-1].
@Suite struct ArrivalPropertyTests {
  private struct Company {
    var scene: Scene
    var pens: [Pen]
    let workspaces: [WorkspaceID]
    var strokes: [Stroke] = []
    var count = 0

    init(_ random: inout SeededGenerator) throws {
      scene = try Scene()
      var m = try scene.hire("m", "manager")
      let n = try scene.second(of: "m", by: &m)
      pens = [
        m, n, try scene.hire("v", "admin"), try scene.hire("x", "manager"),
        try scene.hire("r", "reader"), scene.founder,
      ]
      workspaces = [try Scene().header.workspace, try Scene().header.workspace]
      // Strangers, some of whom have a key that another has elsewhere.
      for workspace in workspaces + [scene.header.workspace] {
        let key = random.oneIn(2) ? random.element(of: pens).key : .generate()
        pens.append(Pen(in: workspace, key: key))
      }
    }

    mutating func step(_ random: inout SeededGenerator) throws {
      count += 1
      let index = random.below(pens.count)
      if random.oneIn(8) { pens.append(pens[index]) }
      let all = scene.common + strokes
      var seen: [ReplicaID: Sighting] = [:]
      for _ in 0..<random.below(4) {
        let other = random.element(of: all)
        guard other.dot.replica != pens[index].replica else { continue }
        var sighting = other.sighting
        if random.oneIn(12) {
          sighting = Sighting(
            replica: sighting.replica,
            number: random.oneIn(2) ? sighting.number : 4_000_000_000,
            head: [UInt8](repeating: 48, count: 16))
        } else if random.oneIn(6) {
          sighting = Sighting(
            replica: other.chain.branchID, number: sighting.number, head: sighting.head)
        }
        seen[sighting.replica] = sighting
      }
      var edits = [Scene.client("c\(random.below(6))", "\(count)")]
      switch random.below(9) {
      case 0, 1:
        edits.append(
          Scene.adoption(
            random.element(of: workspaces + [scene.header.workspace]),
            random.element(of: all)))
      case 2: edits.append(Scene.edit("seal", "s\(count)", ["member": random.oneIn(2) ? "m" : "x"]))
      case 3:
        edits.append(
          Scene.edit("seal", "s\(count)", ["device": random.element(of: all).dot.replica.text]))
      default: break
      }
      edits.sort { ($0.type, $0.id) < ($1.type, $1.id) }
      let isBatch = random.oneIn(5)
      let isSigned = !random.oneIn(6)
      strokes.append(
        try pens[index].write(
          edits, seen: Array(seen.values), part: isBatch ? Part(index: 1, count: 2) : nil,
          isSigned: isSigned))
      if isBatch, !random.oneIn(4) {
        let other = random.element(of: all).sighting
        let isMore = random.oneIn(4) && other.replica != pens[index].replica
        strokes.append(
          try pens[index].write(
            [Scene.client("d\(count)", "\(count)")], seen: isMore ? [other] : [],
            part: Part(index: 2, count: 2)))
      }
    }
  }

  /// Brings commits to a machine, in pieces, until they bring nothing more.
  private func deliver(
    _ strokes: [Stroke], to machine: Workspace, _ random: inout SeededGenerator
  ) throws {
    var rest = strokes.shuffled(using: &random)
    if random.oneIn(3) { rest = strokes }
    while !rest.isEmpty {
      let piece = Array(rest.prefix(1 + random.below(8)))
      rest.removeFirst(piece.count)
      if random.oneIn(2) {
        // A gap ends the session, and the next one brings the rest.
        _ = try? machine.receiveFromPeer(piece.map(\.bytes))
        try machine.refresh()
      } else {
        _ = try machine.receive(piece)
      }
    }
    while try machine.receive(strokes).commitCount > 0 {}
  }

  @Test(arguments: SeededGenerator.seeds(24))
  func `random hostile commits in random pieces make one base`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var company = try Company(&random)
    for _ in 0..<(15 + random.below(25)) { try company.step(&random) }
    let scene = company.scene
    var machines: [Workspace] = []
    for number in 0..<3 {
      let machine = try scene.machine("\(number)")
      try deliver(company.strokes, to: machine, &random)
      machines.append(machine)
    }
    // Whoever has it from others has it too.
    let last = try scene.machine("last")
    for machine in machines.shuffled(using: &random) { _ = try last.join(machine) }
    for machine in machines { _ = try machine.join(last) }
    machines.append(last)
    var digests: [Hash256] = []
    for machine in machines {
      digests += [Export.digest(machine.state), Export.digest(try scene.anew(machine).state)]
      let check = try Check.run(path: machine.path)
      #expect(check.isSound, "seed \(seed): \(check.problems)")
      let copy = try Copying(of: machine, in: scene.folder, &random)
      digests.append(Export.digest(try copy.finish().state))
    }
    #expect(Set(digests).count == 1, "seed \(seed)")
    // What an honest machine writes on top comes to all.
    let writer = try scene.machine("writer", of: scene.founder)
    let founders = company.strokes.filter { $0.dot.replica == scene.founder.replica }
    guard founders.isEmpty else { return }
    _ = try writer.join(last)
    _ = try writer.write(purpose: nil) { $0.add(Scene.client("h", "honest")) }
    for (number, machine) in machines.enumerated() {
      if number.isMultiple(of: 2) {
        let report = try machine.join(writer)
        #expect(report.refused.isEmpty && report.waiting.isEmpty, "seed \(seed)")
      } else {
        #expect(try machine.receiveFromPeer(writer.packed).refused.isEmpty, "seed \(seed)")
      }
      #expect(machine.name("h") == "\"honest\"", "seed \(seed)")
      #expect(Export.digest(machine.state) == Export.digest(writer.state), "seed \(seed)")
    }
  }
}
