import Bytes
import Documents
import Foundation
import Platform
import Replication
import Support
import Testing

/// Devices that may not take part, or no longer.
@Suite struct RefusedTests {
  /// Anna shuts a member's devices out, as another process of hers would.
  private static func seal(_ member: String, in anna: Karto) throws {
    let workspace = try Workspace(
      path: anna.base, writing: true, device: DeviceFolder(path: anna.home),
      plan: IndexPlan(version: 1, entries: []), clock: .fixed(1_795_362_094_000), usesCache: false)
    _ = try workspace.write(purpose: "seal") { draft in
      var edit = RecordEdit(type: "seal", id: draft.newID())
      edit.set["member"] = JSONValue.string(member).canonicalBytes
      draft.add(edit)
    }
  }

  @Test func `a device that is shut out while it watches is shown out and learns no more`() throws {
    let office = try Office(2)
    let vera = office.others[1]
    let server = try Server(office.anna)
    let watching = try RunningKarto(
      office.boris, ["sync", "--watch", server.address, "--json"])
    _ = try watching.nextObject()
    let members = try office.anna.objects("members")
    let boris = try #require(members.first { $0["name"] == .text("Сотрудник 0") }?["id"]?.text)
    let before = try office.boris.clientNames()
    try Self.seal(boris, in: office.anna)
    _ = try office.anna.addClient("Не для Бориса")
    let (ending, _) = try watching.wait()
    #expect(ending.status == 5 && ending.talk.contains("shut out"), "\(ending)")
    #expect(try office.boris.clientNames() == before)
    // What he writes on is not taken, and he is told why.
    _ = try office.boris.addClient("После отключения")
    let refused = try office.boris.run(["sync", server.address, "--json"])
    #expect(refused.status == 5 && refused.talk.contains("shut out"), "\(refused)")
    #expect(refused.talk.contains("karto merge FILE") && refused.talk.contains("sync FOLDER"))
    #expect(try JSON(refused.text)["error"] == .text("sealed"))
    #expect(try JSON(refused.text)["received"]?.integer == 0)
    // He is told what exists at his only, and at every command from then on that he is out.
    #expect(
      refused.talk.contains("only on this machine, as far as is known: 1 change;"), "\(refused)")
    for words in [["members"], ["add", "client", "name=Ещё одно"]] {
      let warned = try office.boris.run(words)
      #expect(warned.status == 0 && warned.talk.contains("was shut out of the base"), "\(warned)")
    }
    #expect(try !office.anna("members").talk.contains("shut out of the base"))
    // Nor by way of one who talks with both: that is held.
    try Contents.copy(office.boris.base, to: "\(vera.workFolder)/from-boris")
    try vera.must("merge", "from-boris", "--yes")
    let held = try vera.run(["sync", server.address, "--json"])
    #expect(held.status == 0 || held.status == 4, "\(held)")
    #expect(try office.anna.clientNames().contains("После отключения") == false)
    #expect(try office.anna.digest() == vera.digest())
    let peers = try office.anna.objects("peers")
    #expect(peers.contains { $0["state"] == .text("sealed") })
    let lines = try server.stop()
    #expect(lines.contains { $0["error"] == .text("sealed") }, "\(lines)")
  }

  @Test func `whoever is let in again is not told any more that they are out`() throws {
    let office = try Office(2)
    let (boris, vera) = (office.boris, office.others[1])
    try Company.pass(office.anna, to: boris)
    try office.anna.must("seal", "Сотрудник 0", "--yes")
    _ = try boris.addClient("После отключения")
    let first = try Server(office.anna)
    #expect(try boris.run(["sync", first.address]).status == 5)
    let log = try first.running.stop().ending
    #expect(log.talk.contains("tried to exchange"), "\(log)")
    #expect(try boris("members").talk.contains("was shut out of the base"))
    // Somebody who has not heard of it exchanges with him: then it is doubtful at least.
    let other = try Server(vera)
    #expect(try boris.run(["sync", other.address]).status == 0)
    try other.stop()
    #expect(try !boris("members").talk.contains("was shut out of the base"))
    let second = try Server(office.anna)
    #expect(try boris.run(["sync", second.address]).status == 5)
    try second.stop()
    #expect(try boris("members").talk.contains("was shut out of the base"))
    // With the file he learns of the seal itself.
    try Company.pass(office.anna, to: boris)
    #expect(try boris("members").talk.contains("this machine was shut out of the base: "))
    try Company.pass(boris, to: office.anna)
    #expect(try office.anna.objects("held").count > 0, "a file brings it as held")
  }

  @Test func `a device whose invitation was taken back is not known`() throws {
    let office = try Office()
    let code = try office.invite("Вера")
    let vera = try Karto()
    try Contents.copy(office.anna.base, to: vera.base)
    try vera.must("join", "base.karto", code)
    try office.anna.must("invite", "--withdraw", "Вера")
    let server = try Server(office.anna)
    let refused = try vera.run(["sync", server.address, "--json"])
    #expect(refused.status == 5 && refused.talk.contains("does not know"), "\(refused)")
    #expect(try JSON(refused.text)["error"] == .text("unknown"))
    let late = try Karto()
    let closed = try late("join", server.address, code, "base.karto")
    #expect(closed.status == 5 && closed.talk.contains("taken back"), "\(closed)")
    #expect(!Contents.exists(late.base) && !Contents.exists("\(late.base).part"))
    try server.stop()
  }
}
