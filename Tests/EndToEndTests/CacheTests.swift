import Support
import Testing

/// The cache of the state: whatever happens to it, every answer is as without it.
@Suite struct CacheTests {
  private static let questions = [
    ["list", "clients", "--json"], ["show", "Клиент 7", "--json"], ["find", "Клиент 1", "--json"],
    ["find", "1000003", "--json"], ["export", "--format", "jsonl"], ["digest"],
    ["history", "--json"], ["list", "clients", "city:Омск", "--json"],
  ]

  private func answers(_ karto: Karto) throws -> [String] {
    try Self.questions.map { words in
      let ending = try karto.run(words)
      guard ending.status == 0 else { return "\(words): \(ending)" }
      return ending.text
    }
  }

  /// A base with a cache, some changes behind it, and the answers that are right.
  private func prepare() throws -> (karto: Karto, answers: [String]) {
    let karto = try Karto.withBase()
    let table = try karto.writeClients("clients.csv", count: 60)
    try karto.must("import", table, "--type", "client", "--yes")
    try karto.must("set", "Клиент 7", "city=Омск")
    _ = try karto.addClient("Последний")
    #expect(!karto.cacheFiles().isEmpty)
    let withCache = try answers(karto)
    try karto.dropCache()
    let right = try answers(karto)
    #expect(withCache == right)
    #expect(try answers(karto) == right)
    #expect(!karto.cacheFiles().isEmpty, "it was made anew")
    return (karto, right)
  }

  @Test func `a cache cut short does no harm`() throws {
    let (karto, right) = try prepare()
    for file in karto.cacheFiles() {
      let bytes = try Contents.read(file)
      for count in [0, 1, bytes.count / 2, bytes.count - 1] where count >= 0 {
        try Contents.write(Array(bytes.prefix(count)), to: file)
        #expect(try answers(karto) == right, "\(count) of \(bytes.count) bytes of \(file)")
      }
    }
  }

  @Test(arguments: SeededGenerator.seeds(12))
  func `a cache with a changed byte does no harm`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let (karto, right) = try prepare()
    for file in karto.cacheFiles() {
      var bytes = try Contents.read(file)
      let offset = generator.below(bytes.count)
      bytes[offset] ^= UInt8(1 << generator.below(8))
      try Contents.write(bytes, to: file)
      #expect(try answers(karto) == right, "byte \(offset) of \(bytes.count) of \(file)")
    }
  }

  @Test func `a cache full of something else does no harm`() throws {
    let (karto, right) = try prepare()
    var generator = SeededGenerator(seed: 3)
    for file in karto.cacheFiles() {
      for count in [1, 100, 100_000] {
        try Contents.write(generator.bytes(count), to: file)
        #expect(try answers(karto) == right)
      }
      try Contents.remove(file)
      try Contents.makeFolder(file)
      #expect(try answers(karto) == right, "a folder in its place")
      try Contents.remove(file)
    }
  }

  @Test func `the cache of another base does no harm`() throws {
    let (karto, right) = try prepare()
    let other = try prepare().karto
    try other.must("set", "Клиент 7", "city=Тула")
    #expect(other.cacheFiles().count == karto.cacheFiles().count)
    for (file, own) in zip(other.cacheFiles(), karto.cacheFiles()) {
      try Contents.write(try Contents.read(file), to: own)
    }
    #expect(try answers(karto) == right)
  }

  @Test func `a stale cache is brought up to date`() throws {
    let (karto, _) = try prepare()
    try Contents.copy(karto.home, to: karto.folder.path("old"))
    try karto.must("set", "Клиент 7", "city=Тула", "phones+=+79990001122")
    try karto.must("delete", "Клиент 8")
    try karto.must("compact")
    _ = try karto.addClient("Ещё один")
    try karto.dropCache()
    let right = try answers(karto)
    for file in Contents.files(below: karto.folder.path("old"), endingIn: ".state") {
      let name = file.dropFirst(karto.folder.path("old").count)
      try Contents.write(try Contents.read(file), to: karto.home + name)
    }
    #expect(try answers(karto) == right)
  }

  @Test func `a cache that is ahead of the document does no harm`() throws {
    let (karto, right) = try prepare()
    let bytes = try Contents.read(karto.base)
    _ = try karto.addClient("Ещё один")
    let table = try karto.writeClients("more.csv", count: 400, padding: 900)
    try karto.must("import", table, "--type", "client", "--yes")
    _ = try karto.digest()
    try Contents.write(bytes, to: karto.base)
    #expect(try answers(karto) == right)
  }

  @Test func `a base moved, copied or linked answers the same`() throws {
    var (karto, right) = try prepare()
    let folder = karto.folder.path("elsewhere")
    try Contents.makeFolder(folder)
    let old = karto.base
    try Contents.copy(old, to: "\(folder)/base.karto")
    karto.workFolder = folder
    #expect(try answers(karto) == right)
    try Contents.remove(karto.base)
    #expect(try karto.shell("ln -s '\(old)' base.karto").status == 0)
    #expect(try answers(karto) == right)
  }

  @Test func `without a home that can be written, reading works all the same`() throws {
    var (karto, right) = try prepare()
    try karto.dropCache()
    let sealed = try karto.shell("chmod -R a-w home")
    #expect(sealed.status == 0)
    defer { _ = try? karto.shell("chmod -R u+w home") }
    #expect(try answers(karto.withoutPrivileges()) == right)
    #expect(karto.cacheFiles().isEmpty)
    // A home that is no folder, which stops a superuser too.
    try Contents.write("", to: karto.folder.path("file"))
    karto.environment["KARTO_HOME"] = karto.folder.path("file")
    #expect(try answers(karto) == right)
    karto.environment["KARTO_HOME"] = "/proc/none/such"
    #expect(try answers(karto) == right)
  }
}
