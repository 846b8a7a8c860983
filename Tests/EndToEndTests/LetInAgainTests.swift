import Support
import Testing

/// A machine that was shut out, and learns by file or folder that it was let in again.
@Suite struct LetInAgainTests {
  private static let sealed = "shut out of the base"

  /// Борис, an admin, shuts Иван out; his machine knows of it, and Анна can void it.
  private static func shutOut() throws -> (company: Company, ivan: Karto) {
    let company = try Company()
    let ivan = try company.machine("Иван")
    let boris = try company.machine("Борис", role: "admin")
    try Company.meet([company.anna, boris])
    try boris.must("seal", "Иван", "--yes")
    try Company.pass(boris, to: company.anna)
    try Company.pass(company.anna, to: ivan)
    let refused = try ivan("add", "client", "name=Нет")
    #expect(refused.status == 5 && refused.talk.contains(Self.sealed), "\(refused)")
    #expect(refused.talk.contains("karto merge FILE"), "\(refused)")
    return (company, ivan)
  }

  private static func give(_ from: Karto, to other: Karto) throws -> String {
    try Contents.copy(from.base, to: "\(other.workFolder)/fresh.karto")
    return "fresh.karto"
  }

  @Test func `a merge says that the machine is shut out, and takes the void in`() throws {
    let (company, ivan) = try Self.shutOut()
    let anna = company.anna
    _ = try anna.addClient("Новый")
    for words in [["--dry-run"], ["--yes"]] {
      let fresh = try Self.give(anna, to: ivan)
      let ending = try ivan.run(["merge", fresh, "-f", "base.karto"] + words)
      #expect(ending.status == 0, "\(ending)")
      let told = ending.talk.split(separator: "\n").filter { $0.contains(Self.sealed) }
      #expect(told.count == 1, "\(ending)")
    }
    #expect(try ivan.run(["list", "clients", "-f", "base.karto"]).text.contains("Новый"))
    try anna.must("seal", "--void", "Иван", "--yes")
    let fresh = try Self.give(anna, to: ivan)
    let ending = try ivan("merge", fresh, "--yes", "-f", "base.karto")
    #expect(ending.status == 0 && ending.talk.contains("let in again"), "\(ending)")
    #expect(!ending.talk.contains(Self.sealed), "\(ending)")
    try ivan.must("add", "client", "name=Снова", "-f", "base.karto")
    try Company.pass(ivan, to: anna)
    #expect(try anna.clientNames().contains("Снова"))
  }

  @Test func `a folder brings the void as well`() throws {
    let (company, ivan) = try Self.shutOut()
    let anna = company.anna
    let shared = anna.folder.path("shared")
    try Contents.makeFolder(shared)
    try anna.must("sync", shared)
    let told = try ivan("sync", shared)
    #expect(told.status == 0 && told.talk.contains(Self.sealed), "\(told)")
    try anna.must("seal", "--void", "Иван", "--yes")
    try anna.must("sync", shared)
    let ending = try ivan("sync", shared)
    #expect(ending.status == 0 && ending.talk.contains("let in again"), "\(ending)")
    try ivan.must("add", "client", "name=Снова")
    try ivan.must("sync", shared)
    try anna.must("sync", shared)
    #expect(try anna.clientNames().contains("Снова"))
  }

  @Test func `a machine that is shut out adopts no other base`() throws {
    let (_, ivan) = try Self.shutOut()
    let other = try Karto.withBase()
    _ = try other.addClient("Чужой")
    let path = try Self.give(other, to: ivan)
    for words in [["--dry-run"], ["--yes"]] {
      let ending = try ivan.run(["merge", path, "-f", "base.karto"] + words)
      #expect(ending.status == 5 && ending.talk.contains(Self.sealed), "\(ending)")
    }
  }

  @Test func `whoever is invited again joins anew, in a fresh copy or in the old one`() throws {
    for isOwn in [false, true] {
      let (company, ivan) = try Self.shutOut()
      let anna = company.anna
      let code = try #require(try anna.object("invite", "--for", "Иван")["code"]?.text)
      let fresh = try Self.give(anna, to: ivan)
      if isOwn { try ivan.must("merge", fresh, "--yes", "-f", "base.karto") }
      let base = isOwn ? "base.karto" : fresh
      try ivan.must("join", base, code)
      try ivan.must("add", "client", "name=Снова", "-f", base)
      try Contents.copy("\(ivan.workFolder)/\(base)", to: "\(anna.workFolder)/joined")
      try anna.must("merge", "joined", "--yes")
      #expect(try anna.clientNames().contains("Снова"))
      // What stands beside it is brought up to date from it, and can be worked with too.
      let old = isOwn ? fresh : "base.karto"
      try ivan.must("merge", base, "--yes", "-f", old)
      try ivan.must("add", "client", "name=Ещё", "-f", old)
    }
  }

  @Test func `a machine that does not know of its seal joins anew in a copy that does`() throws {
    let company = try Company()
    let (anna, ivan) = (company.anna, try company.machine("Иван"))
    try anna.must("seal", "Иван", "--yes")
    let code = try #require(try anna.object("invite", "--for", "Иван")["code"]?.text)
    let stale = try ivan("join", "base.karto", code)
    #expect(stale.status == 1 && stale.talk.contains("karto merge FILE"), "\(stale)")
    let fresh = try Self.give(anna, to: ivan)
    try ivan.must("join", fresh, code)
    try ivan.must("add", "client", "name=Снова", "-f", fresh)
  }

  @Test func `what comes from somebody shut out is held for that reason, and told so`() throws {
    let company = try Company()
    let (anna, ivan) = (company.anna, try company.machine("Иван"))
    let client = try anna.addClient("Общий")
    try Company.pass(anna, to: ivan)
    try anna.must("seal", "Иван", "--yes")
    try ivan.must("delete", client, "--yes")
    try anna.must("set", client, "city=Псков")
    let shared = anna.folder.path("shared")
    try Contents.makeFolder(shared)
    try ivan.must("sync", shared)
    try Contents.copy(ivan.base, to: "\(anna.workFolder)/his")
    for words in [["merge", "his", "--dry-run"], ["sync", shared]] {
      let told = try anna.run(words + ["-f", "base.karto", "--lang", "ru"]).talk
      #expect(told.contains("задержано: 1 изменение, их авторы отключены от базы"), "\(told)")
      #expect(!told.contains("нет на это права"), "\(told)")
    }
    // A deletion that somebody has edited against is left alone, in the reader's words.
    let adopted = try anna.run([
      "held", "adopt", "Иван", "--yes", "--lang", "ru", "-f", "base.karto",
    ])
    #expect(adopted.text.contains("удаление, позже изменено: Анна"), "\(adopted)")
    #expect(!adopted.text.contains("deleted"), "\(adopted)")
  }
}
