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
}
