import Bytes
import Documents
import Sealing
import Support
import Testing

@testable import Replication

/// A key that somebody adopts beyond what is written, and who seals and adopts it afterwards
/// (SPEC ).
@Suite struct PlantedKeyTests {
  /// Manager M adopts a key up to the greatest number; the founder, who has seen the line and the
  /// key's first commit, shuts M out.
  private struct Planting {
    var scene: Scene
    var helper: Pen
    let workspace: WorkspaceID
    let line: Stroke
    let planted: [Stroke]
    let seal: Stroke

    init(lineCount: Int = 1) throws {
      scene = try Scene()
      var m = try scene.hire("m", "manager")
      helper = try scene.hire("v", "manager")
      workspace = try Scene().header.workspace
      var key = Pen(in: workspace)
      planted = try (1...3).map { try key.write([Scene.client("p\($0)", "P\($0)")]) }
      let named = JSONValue.array(
        [.string(key.replica.text), .integer(Int(Dot.greatestNumber))])
      line = try m.write(
        (0..<lineCount).map { [workspace] number in
          var line = Scene.edit("adoption", "t\(number)", ["workspace": workspace.text])
          line.add["replicas"] = [named.canonicalBytes]
          return line
        })
      seal = try scene.founder.write(
        [Scene.edit("seal", "s", ["member": "m"])], seen: [line.sighting, planted[0].sighting])
    }
  }

  /// That the greatest number which lines give stays the same says nothing: it may have counted
  /// for none of what the key wrote.
  @Test(arguments: [false, true])
  func `who adopts a planted key for good is heard by those who had shut it out`(
    byPeer: Bool
  ) throws {
    var planting = try Planting()
    let hostile = [planting.line, planting.planted[0], planting.seal]
    let adopting = try planting.helper.write(
      [Scene.adoption(planting.workspace, planting.planted[1])], seen: [planting.seal.sighting])
    let early = try planting.scene.machine("early")
    _ = try early.receive(hostile + planting.planted)
    #expect(early.name("p1") == "\"P1\"" && early.name("p2") == nil)
    if byPeer {
      #expect(try early.receiveFromPeer([adopting.bytes]).refused.isEmpty)
    } else {
      #expect(try early.receive([adopting]).commitCount == 1)
    }
    let late = try planting.scene.machine("late")
    _ = try late.receive(hostile + [adopting] + planting.planted)
    for machine in [early, late, try planting.scene.anew(early)] {
      #expect(machine.name("p2") == "\"P2\"")
      #expect(machine.name("p3") == nil)
      #expect(Export.digest(machine.state) == Export.digest(late.state))
    }
  }

  /// How much there is to look at for each commit of the key must not hang on how many lines
  /// whoever planted it wrote.
  @Test func `many lines that the same seals end are looked at as one`() throws {
    let planting = try Planting(lineCount: 300)
    let machine = try planting.scene.machine("a")
    _ = try machine.receive([planting.line, planting.planted[0], planting.seal])
    _ = try machine.receive(planting.planted)
    #expect(machine.name("p1") == "\"P1\"" && machine.name("p2") == nil)
    let adopted = machine.state.admission.authority.adopted
    #expect(adopted.count == 1)
    #expect(adopted.values.map(\.count) == [1])
  }
}
