import Support
import Testing

/// A shared folder that nothing but copying carries: a stick that goes to and fro (SPEC §13).
@Suite struct CopiedFolderTests {
  /// Anna and Boris, each with a folder of their own.
  private struct Pair {
    let anna: Karto
    let boris: Karto

    init() throws {
      anna = try Karto()
      boris = try Karto()
      try anna.must("new", "base.karto", "--name", "Ромашка", "--as", "Анна")
      let invitation = try anna.object("invite", "--for", "Борис", "--role", "manager")
      let code = try #require(invitation["code"]?.text)
      try Contents.copy(anna.base, to: boris.base)
      try boris.must("join", "base.karto", code)
      for machine in [anna, boris] { try Contents.makeFolder("\(machine.workFolder)/shared") }
    }

    @discardableResult
    func sync(_ machine: Karto) throws -> JSON { try machine.object("sync", "shared") }

    /// Copies one's folder over the other's, as `cp` does: files in place, none removed.
    func carry(from one: Karto, to other: Karto) throws {
      let from = "\(one.workFolder)/shared"
      let ending = try other.shell("cp -R \(from)/. shared/")
      guard ending.status == 0 else { throw SupportError("\(ending)") }
    }

    /// The one file of a machine that changes all the time, as it lies in someone's folder.
    func tail(of machine: Karto, with other: Karto) throws -> String {
      let devices = try machine.objects("devices")
      let own = try #require(devices.first { $0["this"] == .truth(true) }?["id"]?.text)
      let files = Contents.files(below: "\(other.workFolder)/shared", endingIn: "tail.karto")
      return try #require(files.first { $0.contains(own) }, "\(files)")
    }
  }

  @Test func `a folder that is copied to and fro keeps two machines equal`() throws {
    let pair = try Pair()
    for round in 1...3 {
      _ = try pair.anna.addClient("Анна \(round)")
      _ = try pair.boris.addClient("Борис \(round)")
      #expect(try pair.sync(pair.anna)["problems"] == .list([]))
      try pair.carry(from: pair.anna, to: pair.boris)
      let report = try pair.sync(pair.boris)
      #expect(report["received"]?.integer == 1 && report["held"]?.integer == 0)
      try pair.carry(from: pair.boris, to: pair.anna)
      _ = try pair.sync(pair.anna)
      #expect(try pair.anna.digest() == pair.boris.digest())
    }
    #expect(try pair.anna.clientNames().count == 6)
    let quiet = try pair.sync(pair.anna)
    #expect(quiet["received"]?.integer == 0 && quiet["published"]?.integer == 0)
    #expect(try pair.anna.isSound() && pair.boris.isSound())
  }

  @Test func `half a copy and an old copy do no harm`() throws {
    let pair = try Pair()
    _ = try pair.anna.addClient("Первый")
    _ = try pair.sync(pair.anna)
    try pair.carry(from: pair.anna, to: pair.boris)
    let tail = try pair.tail(of: pair.anna, with: pair.boris)
    let old = try Contents.read(tail)
    _ = try pair.anna.addClient("Второй")
    _ = try pair.sync(pair.anna)
    try pair.carry(from: pair.anna, to: pair.boris)
    // The copying was broken off.
    let whole = try Contents.read(tail)
    try Contents.write(Array(whole.prefix(whole.count - 30)), to: tail)
    let torn = try pair.sync(pair.boris)
    let problems = torn["problems"]?.elements ?? []
    #expect(problems.compactMap { $0["kind"]?.text } == ["incomplete"], "\(torn)")
    #expect(try pair.sync(pair.boris)["problems"] == .list([]), "it is told once")
    try Contents.write(whole, to: tail)
    _ = try pair.sync(pair.boris)
    #expect(Set(try pair.boris.clientNames()) == ["Первый", "Второй"])
    // Someone puts a file of last week over the present one, and a copy of it beside.
    try Contents.write(old, to: tail)
    try Contents.write(old, to: "\(pair.boris.workFolder)/shared/tail (копия).karto")
    #expect(try pair.sync(pair.boris)["problems"] == .list([]))
    #expect(Set(try pair.boris.clientNames()) == ["Первый", "Второй"])
    // What Anna's own file lacks now Boris puts there for whoever comes next.
    #expect(
      !Contents.files(below: "\(pair.boris.workFolder)/shared", endingIn: ".karto")
        .filter { $0.contains("/relay-") }.isEmpty)
  }

  @Test func `a base that lies in the folder itself is read like any other file`() throws {
    let pair = try Pair()
    _ = try pair.anna.addClient("Клиент Анны")
    try Contents.copy(pair.anna.base, to: "\(pair.boris.workFolder)/shared/anna.karto")
    let report = try pair.sync(pair.boris)
    #expect(report["received"]?.integer == 1 && report["problems"] == .list([]))
    #expect(try pair.boris.clientNames() == ["Клиент Анны"])
  }
}
