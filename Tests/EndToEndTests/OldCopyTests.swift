import Support
import Testing

/// An old backup put back in the place of the base.
@Suite struct OldCopyTests {
  private func replicas(_ karto: Karto) throws -> Set<String> {
    Set(try karto.objects("history").compactMap { $0["dot"]?.text?.replicaOfDot })
  }

  @Test func `after an old copy was put back, the device writes under a new name`() throws {
    let karto = try Karto.withBase()
    _ = try karto.addClient("А")
    let backup = try Contents.read(karto.base)
    _ = try karto.addClient("Б")
    let old = try replicas(karto)
    #expect(old.count == 1)
    try Contents.write(backup, to: karto.base)
    let id = try karto.addClient("В")
    _ = try karto.addClient("Г")
    #expect(Set(try karto.clientNames()) == ["А", "В", "Г"])
    #expect(try karto.isSound())
    let log = try karto.objects("history")
    #expect(log.map { $0["dot"]?.text?.replicaOfDot == old.first } == [false, false, true, true])
    #expect(try replicas(karto).count == 2, "only one new name")
    #expect(log.allSatisfy { $0["by"] == .text("Иван") }, "the same person: \(log)")
    #expect(!id.contains(try #require(old.first)))
    let succession = try karto.shell("zcat base.karto | grep -c '\"succeeds\"'")
    #expect(succession.text.trimmed == "1", "the new name proves that it follows the old one")
    let digest = try karto.digest()
    try karto.dropCache()
    #expect(try karto.digest() == digest)
  }

  @Test func `put back again and again, the base stays sound`() throws {
    let karto = try Karto.withBase()
    let first = try Contents.read(karto.base)
    for round in 1...3 {
      _ = try karto.addClient("А \(round)")
      let middle = try Contents.read(karto.base)
      _ = try karto.addClient("Б \(round)")
      try Contents.write(middle, to: karto.base)
      _ = try karto.addClient("В \(round)")
      #expect(try karto.isSound())
      #expect(Set(try karto.clientNames()) == ["А \(round)", "В \(round)"])
      try Contents.write(first, to: karto.base)
    }
    _ = try karto.addClient("Последний")
    #expect(try karto.clientNames() == ["Последний"])
    #expect(try karto.isSound())
  }

  @Test func `a file that was copied and edited twice on one machine heals on meeting`() throws {
    let karto = try Karto.withBase()
    let client = try karto.addClient("Общий")
    try Contents.copy(karto.base, to: "\(karto.workFolder)/base (конфликтующая копия).karto")
    let copy = "base (конфликтующая копия).karto"
    func run(_ words: String..., on file: String) throws {
      let ending = try karto.run(words + ["-f", file])
      #expect(ending.status == 0, "\(words): \(ending)")
    }
    for round in 1...2 {
      try run("add", "client", "name=А \(round)", on: "base.karto")
      try run("add", "client", "name=Б \(round)", on: copy)
    }
    try run("set", client, "city=Тверь", on: "base.karto")
    try run("set", client, "city=Омск", on: copy)
    try run("merge", copy, "--yes", on: "base.karto")
    try run("merge", "base.karto", "--yes", on: copy)
    let digests = try ["base.karto", copy].map { try karto.run(["digest", "-f", $0]).text }
    #expect(digests[0] == digests[1])
    let names = try karto.objects(of: try karto.run(["list", "clients", "--json", "-f", copy]))
    #expect(
      Set(names.compactMap { $0["name"]?.text }) == ["Общий", "А 1", "А 2", "Б 1", "Б 2"])
    let conflicts = try karto.objects(of: try karto.run(["conflicts", "--json", "-f", copy]))
    #expect(conflicts.compactMap { $0["field"]?.text } == ["city"], "neither saw the other")
    try run("check", on: copy)
  }

  @Test func `two copies that both went on hold no two commits of one name`() throws {
    let karto = try Karto.withBase()
    let backup = try Contents.read(karto.base)
    _ = try karto.addClient("А")
    try Contents.copy(karto.base, to: "\(karto.workFolder)/first")
    try Contents.write(backup, to: karto.base)
    _ = try karto.addClient("Б")
    let first = try karto.run(["history", "--json", "-f", "first"])
    let dots = try karto.objects(of: first).compactMap { $0["dot"]?.text }
    let others = try karto.objects("history").compactMap { $0["dot"]?.text }
    let shared = Set(dots).intersection(others)
    #expect(shared.count == 1, "only the founding is in both: \(dots) \(others)")
    #expect(try karto("add", "client", "name=В", "-f", "first").status == 0)
    #expect(try karto.run(["check", "-f", "first"]).status == 0)
  }
}

extension String {
  /// The name of the replica in the name of a commit.
  var replicaOfDot: String { String(prefix { $0 != ":" }) }

  // SPEC [D-2], [D-5]
  @Test(arguments: [false, true])
  func `a backup put back takes from a shared folder what was given, and wipes nothing there`(
    writesFirst: Bool
  ) throws {
    let company = try Company()
    let boris = try company.machine("Борис")
    let shared = boris.folder.path("shared")
    try Contents.makeFolder(shared)
    try company.anna.must("sync", shared)
    try boris.must("sync", shared)
    let backup = try Contents.read(boris.base)
    _ = try boris.addClient("Срочный заказ")
    try boris.must("sync", shared)
    try Contents.write(backup, to: boris.base)
    if writesFirst { _ = try boris.addClient("Потом") }
    try boris.must("sync", shared)
    #expect(try boris.clientNames().contains("Срочный заказ"))
    try company.anna.must("sync", shared)
    #expect(try company.anna.clientNames().contains("Срочный заказ"))
    #expect(try company.anna.digest() == boris.digest())
  }
}
