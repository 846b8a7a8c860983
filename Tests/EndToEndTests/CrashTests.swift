import Support
import Testing

/// A command that changes the base, and what it needs.
enum Change: String, CaseIterable, Sendable {
  case add, set, log, delete, undo, apply, `import`, compact

  /// The command line.
  var words: [String] {
    switch self {
    case .add: ["add", "client", "name=Новый", "phones+=+79031112233"]
    case .set: ["set", "Клиент 1", "city=Омск"]
    case .log: ["log", "call", "Клиент 1", "обсудили", "--next", "письмо", "--due", "2026-12-01"]
    case .delete: ["delete", "Клиент 2"]
    case .undo: ["undo", "--last", "--yes"]
    case .apply: ["apply", "changes.jsonl"]
    case .import: ["import", "large.csv", "--type", "client", "--yes"]
    case .compact: ["compact"]
    }
  }

  /// A base with some clients, beside the files that the commands read.
  static func prepare() throws -> Karto {
    let karto = try Karto.withBase()
    for number in 1...5 { _ = try karto.addClient("Клиент \(number)") }
    let lines = (1...400).map { number in
      let text = String(repeating: "заметка \(number) ", count: 200)
      return #"{"type":"client","set":{"name":"Запись \#(number)","comment":"\#(text)"}}"#
    }
    try Contents.write(
      lines.joined(separator: "\n") + "\n", to: "\(karto.workFolder)/changes.jsonl")
    _ = try karto.writeClients("large.csv", count: 200, padding: 3000)
    try karto.must("set", "Клиент 1", "city=Тверь")
    return karto
  }
}

/// The program killed, or its disk full, at every change that it makes to a file.
///
/// After each: what was acknowledged is there, what was not is there wholly or not at all, and
/// the next command works as if nothing had happened (SPEC [W-1], [R-2]).
@Suite struct CrashTests {
  @Test(arguments: Change.allCases)
  func `killed before any write, sync or rename, a change is there wholly or not at all`(
    change: Change
  ) throws {
    let trial = try Trial(change)
    for number in 1...trial.changeCount { try trial.run("kill:\(number)") }
  }

  @Test(arguments: Change.allCases)
  func `killed in the middle of any write, a change is there wholly or not at all`(
    change: Change
  ) throws {
    let trial = try Trial(change)
    for number in 1...trial.writeCount { try trial.run("half:\(number)") }
  }

  @Test(arguments: Change.allCases)
  func `a disk that is full at any write leaves the file as it was`(change: Change) throws {
    let trial = try Trial(change)
    for number in 1...trial.writeCount { try trial.run("nospace:\(number)") }
  }

  @Test func `killed at any step, new leaves a base or none`() throws {
    let words = ["new", "base.karto", "--name", "Ромашка", "--as", "Иван"]
    let counted = try Karto().run(words, with: ["KARTO_FAILPOINT": "count"])
    let (changes, writes) = try Trial.counts(counted)
    let plans = (1...changes).map { "kill:\($0)" } + (1...writes).map { "half:\($0)" }
    for plan in plans {
      let karto = try Karto()
      let ending = try karto.run(words, with: ["KARTO_FAILPOINT": plan])
      #expect(ending.signal == 9, "\(plan): \(ending)")
      if !Contents.exists(karto.base) {
        let again = try karto.run(words)
        #expect(again.status == 0, "\(plan): \(again)")
      }
      let next = try karto("add", "client", "name=Следующий")
      #expect(next.status == 0, "\(plan): \(next)")
      #expect(try karto.isSound(), "\(plan)")
      #expect(try karto.clientNames() == ["Следующий"], "\(plan)")
    }
  }

  @Test func `the next command works, wherever a write to an old copy was killed`() throws {
    let karto = try Karto.withBase()
    _ = try karto.addClient("А")
    try Contents.copy(karto.base, to: "\(karto.workFolder)/backup")
    _ = try karto.addClient("Б")
    try Contents.copy("\(karto.workFolder)/backup", to: karto.base)
    try Contents.copy(karto.workFolder, to: karto.folder.path("snapshot"))
    let counted = try karto.run(
      ["add", "client", "name=В"], with: ["KARTO_FAILPOINT": "count"])
    let (changes, writes) = try Trial.counts(counted)
    let plans = (1...changes).map { "kill:\($0)" } + (1...writes).map { "half:\($0)" }
    for plan in plans {
      try Contents.copy(karto.folder.path("snapshot"), to: karto.workFolder)
      let ending = try karto.run(["add", "client", "name=В"], with: ["KARTO_FAILPOINT": plan])
      #expect(ending.signal == 9, "\(plan): \(ending)")
      let names = Set(try karto.clientNames())
      #expect(names == ["А"] || names == ["А", "В"], "\(plan): \(names)")
      let next = try karto("add", "client", "name=Г")
      #expect(next.status == 0, "\(plan): \(next)")
      #expect(try karto.isSound(), "\(plan)")
      #expect(try karto.clientNames().count == names.count + 1, "\(plan)")
      let replicas = Set(
        try karto.objects("history").compactMap { $0["dot"]?.text?.prefix { $0 != ":" } })
      #expect(replicas.count == 2, "\(plan): a second history needs a second name")
      let successions = try karto.shell("zcat base.karto | grep -c '\"succeeds\"'")
      #expect(successions.text.trimmed == "1", "\(plan): the new name follows the old one")
    }
  }
}

/// One command, to be run again and again on copies of the same base.
private struct Trial {
  let change: Change
  let karto: Karto
  let before: String
  let after: String
  let bytesBefore: [UInt8]
  let changeCount: Int
  let writeCount: Int

  private var snapshot: String { karto.folder.path("snapshot") }

  init(_ change: Change) throws {
    self.change = change
    karto = try Change.prepare()
    before = try karto.digest()
    bytesBefore = try Contents.read(karto.base)
    try Contents.copy(karto.workFolder, to: karto.folder.path("snapshot"))
    let counted = try karto.run(change.words, with: ["KARTO_FAILPOINT": "count"])
    (changeCount, writeCount) = try Self.counts(counted)
    after = try karto.digest()
    #expect((before == after) == (change == .compact))
    if change == .import || change == .apply {
      let parts = try karto.shell("zcat base.karto | grep -c '^{\"commit\".*\"part\":\\['")
      #expect(Int(parts.text.trimmed) ?? 0 > 2, "several commits in one batch: \(parts)")
    }
  }

  static func counts(_ ending: ChildProcess.Ending) throws -> (changes: Int, writes: Int) {
    func count(_ label: String) -> Int? {
      ending.talk.split(separator: "\n").first { $0.hasPrefix(label) }
        .flatMap { Int($0.dropFirst(label.count)) }
    }
    guard ending.status == 0, let changes = count("failpoints: "),
      let writes = count("failpoint writes: "), writes > 0
    else { throw SupportError("no counts: \(ending)") }
    return (changes, writes)
  }

  func run(_ plan: String) throws {
    try Contents.copy(snapshot, to: karto.workFolder)
    // The folder stands for the same machine at another time, and not for a copy of it.
    _ = try karto.shell("find . -name place -delete")
    let ending = try karto.run(change.words, with: ["KARTO_FAILPOINT": plan])
    let isFullDisk = plan.hasPrefix("nospace")
    let found = try karto.digest()
    if ending.status == 0 {
      #expect(isFullDisk, "\(plan): \(ending)")
      #expect(found == after, "\(plan): acknowledged, and not there")
    } else if isFullDisk {
      #expect(ending.status == 1, "\(plan): \(ending)")
      #expect(ending.talk.contains("space"), "\(plan): \(ending)")
      #expect(try Contents.read(karto.base) == bytesBefore, "\(plan)")
      #expect(karto.temporaryFiles() == [], "\(plan)")
    } else {
      #expect(ending.signal == 9, "\(plan): \(ending)")
      #expect(found == before || found == after, "\(plan): half a change")
    }
    #expect(try karto.isSound(), "\(plan)")
    let next = try karto("add", "client", "name=Следующий")
    #expect(next.status == 0, "\(plan): \(next)")
    #expect(try karto.isGzip(), "\(plan)")
    #expect(try karto.isSound(), "\(plan)")
    #expect(try karto.object("show", next.text.trimmed)["name"] == .text("Следующий"), "\(plan)")
    let withCache = try karto.digest()
    try karto.dropCache()
    #expect(try karto.digest() == withCache, "\(plan): the cache tells another story")
    #expect(try karto.checkReport()["torn_bytes"]?.integer == 0, "\(plan)")
  }
}
