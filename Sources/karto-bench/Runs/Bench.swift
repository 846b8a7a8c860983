import Bytes
import Platform

/// The yardsticks, one method each, in the order of the table.
struct Bench {
  private let tables: Tables
  private let place: Place
  private let rounds: Int
  private var board = Scoreboard()

  init(tables: Tables, folder: String?, rounds: Int) throws {
    self.tables = tables
    self.rounds = rounds
    place = try Place(folder: folder ?? Files.temporaryFolder + "/karto-bench")
  }

  private func say(_ text: String) { Standard.error.write("\(text)…\n") }

  func run(onlyImportAndScan: Bool, keepsImported: Bool, only row: String?) throws {
    var bench = self
    let load = Machine.load
    if !keepsImported { try bench.generateAndImport() }
    if row == "merge" { return try bench.merge() }
    let lineBytes = try rawByteCount(of: "base.karto")
    try bench.scan(lineBytes: lineBytes, goalWithCache: onlyImportAndScan ? 2 : 1)
    if !onlyImportAndScan {
      try bench.showAndSet()
      try bench.merge()
      try bench.sizes()
      try bench.editAlone()
      try bench.editMany()
    }
    bench.notes()
    let inputs =
      "\(Phrasebook.grouped(tables.clientCount)) clients, "
      + "\(Phrasebook.grouped(tables.dealCount)) deals, "
      + "\(Phrasebook.grouped(tables.activityCount)) activities; "
      + "lines \(Written.size(lineBytes)), document \(Written.size(try place.size("base.karto"))); "
      + "medians of \(rounds) runs in turn (fastest–slowest)."
    Standard.output.write(
      bench.board.text(machine: Machine(), loadBefore: load, inputs: inputs))
  }

  private mutating func generateAndImport() throws {
    say("generating \(tables.clientCount) clients")
    try place.again([
      "generate", "--clients", String(tables.clientCount), "--seed", String(tables.seed),
      place.path("data"),
    ])
    try importTables()
  }

  private mutating func notes() {
    board.note("Whole processes except «one edit in an open base»; files are in the page cache.")
    board.note(
      "Automerge, Yrs and Loro were not measured: no build of them is at hand on this machine.")
    board.note(
      "SQLite: default journal, `synchronous=FULL`; indexes on name, phones, e-mails, INN, number "
        + "of the client in deals and activities. Its table keeps one row a record, without "
        + "authors, history or conflicts.")
    board.note(
      "Peak memory counts mapped pages of files that were touched; they are the page cache's.")
  }

  // MARK: Import

  private static let files = ["clients", "deals", "activities"]

  private mutating func importTables() throws {
    say("importing")
    let place = place
    let script = Self.importScript(place.path("data"))
    let results = try Contest.run(
      [
        Contestant(
          prepare: { _ in
            try place.remove("base.karto")
            try place.removeCaches()
            try place.karto(
              "base.karto",
              [
                "new", place.path("base.karto"), "--name", "Ромашка",
                "--as", "Мария Белова",
              ])
          },
          run: { _ in
            var total = Sample()
            for (file, type) in zip(Self.files, ["client", "deal", "activity"]) {
              total =
                total
                + (try place.karto(
                  "base.karto",
                  ["import", place.path("data/\(file).csv"), "--type", type, "--yes", "--json"],
                  output: place.path("import-\(file).json")))
            }
            return total
          }),
        // An import leaves its rows to whoever next asks for the state: that has its price too.
        Contestant(run: { _ in try place.karto("base.karto", Self.scanWords) }),
        Contestant(
          prepare: { _ in try place.remove("lite.db") },
          run: { _ in try place.sqlite("lite.db", script: script) }),
      ], rounds: rounds)
    board.add(
      "import of three CSV files, durably", ours: results[0].text,
      peer: "`sqlite3` .import \(results[2].text)",
      ratio: results[0].median / results[2].median, goal: 1.5)
    let both = results[0].median + results[1].median
    board.add(
      "the same with the first scan after it", ours: Written.time(both),
      peer: "`sqlite3` .import \(results[2].text)", ratio: both / results[2].median, goal: nil)
    board.note(
      "Peak memory of the import: \(Written.size(results[0].peakByteCount)), `sqlite3` "
        + "\(Written.size(results[2].peakByteCount)).")
  }

  private static func importScript(_ folder: String) -> String {
    """
    PRAGMA synchronous=FULL;
    CREATE TABLE clients(id INTEGER PRIMARY KEY, kind TEXT, name TEXT, phones TEXT, emails TEXT,
      inn TEXT, city TEXT, owner TEXT, source TEXT, tags TEXT, comment TEXT);
    CREATE TABLE deals(id INTEGER PRIMARY KEY, title TEXT, client INTEGER, amount TEXT,
      stage TEXT, owner TEXT, created_at TEXT, comment TEXT);
    CREATE TABLE activities(client INTEGER, kind TEXT, at TEXT, outcome TEXT, author TEXT,
      text TEXT);
    .import --csv --skip 1 \(folder)/clients.csv clients
    .import --csv --skip 1 \(folder)/deals.csv deals
    .import --csv --skip 1 \(folder)/activities.csv activities
    CREATE INDEX client_names ON clients(name);
    CREATE INDEX client_phones ON clients(phones);
    CREATE INDEX client_emails ON clients(emails);
    CREATE INDEX client_inns ON clients(inn);
    CREATE INDEX deal_clients ON deals(client);
    CREATE INDEX activity_clients ON activities(client);

    """
  }

  // MARK: Reading

  private static let scanWords = ["list", "clients", "--by", "owner"]
  private static let scanStatement = "SELECT owner, count(*) FROM clients GROUP BY owner"

  private mutating func scan(lineBytes: Int, goalWithCache: Double) throws {
    say("scanning")
    let place = place
    let without = try Contest.run(
      [
        Contestant(
          prepare: { _ in try place.removeCaches() },
          run: { _ in try place.karto("base.karto", Self.scanWords) }),
        Contestant(run: { _ in try place.run("zcat", [place.path("base.karto")]) }),
      ], rounds: rounds)
    board.add(
      "open without cache, scan clients per owner", ours: without[0].text,
      peer: "`zcat` \(without[1].text)", ratio: without[0].median / without[1].median, goal: 1)
    let with = try Contest.run(
      [
        Contestant(run: { _ in try place.karto("base.karto", Self.scanWords) }),
        Contestant(run: { _ in try place.sqlite("lite.db", Self.scanStatement) }),
      ], rounds: rounds * 3)
    board.add(
      "the same with cache", ours: with[0].text, peer: "`sqlite3` \(with[1].text)",
      ratio: with[0].median / with[1].median, goal: goalWithCache)
    let lines = "the lines, \(Written.size(lineBytes))"
    for (name, samples, goal) in [("without", without[0], 2), ("with", with[0], 0.5)] {
      board.add(
        "peak memory of the scan \(name) cache", ours: Written.size(samples.peakByteCount),
        peer: lines, ratio: Double(samples.peakByteCount) / Double(lineBytes), goal: goal)
    }
  }

  /// How many bytes a document's lines have.
  private func rawByteCount(of base: String) throws -> Int {
    try place.run("zcat", [place.path(base)], output: place.path("lines.jsonl"))
    return try place.size("lines.jsonl")
  }

  // MARK: One client

  private mutating func showAndSet() throws {
    say("one client")
    let place = place
    try place.karto(
      "base.karto", ["list", "clients", "--json", "--limit", "200"],
      output: place.path("clients.json"))
    let ids = Self.ids(in: try place.text("clients.json"))
    guard !ids.isEmpty else { throw UsageError.usage }
    let count = max(1, tables.clientCount)
    func number(_ round: Int) -> Int { round * 991 % count + 1 }
    let shown = try Contest.run(
      [
        Contestant(run: { try place.karto("base.karto", ["show", ids[$0 % ids.count]]) }),
        Contestant(run: {
          try place.sqlite("lite.db", "SELECT * FROM clients WHERE id=\(number($0))")
        }),
      ], rounds: rounds * 6)
    board.add(
      "show one client by id", ours: shown[0].text, peer: "`sqlite3` \(shown[1].text)",
      ratio: shown[0].median / shown[1].median, goal: 2)
    let set = try Contest.run(
      [
        Contestant(run: {
          try place.karto("base.karto", ["set", ids[$0 % ids.count], "city=Тверь-\($0)"])
        }),
        Contestant(run: {
          try place.sqlite(
            "lite.db",
            "PRAGMA synchronous=FULL; UPDATE clients SET city='Тверь-\($0)' WHERE id=\(number($0))")
        }),
      ], rounds: rounds * 6)
    board.add(
      "change one field, durably", ours: set[0].text, peer: "`sqlite3` \(set[1].text)",
      ratio: set[0].median / set[1].median, goal: 2)
  }

  private static func ids(in text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      (try? JSONParser.parse(Array(line.utf8).span))?["id"]?.text
    }
  }

  // MARK: Merging

  private mutating func merge() throws {
    say("merging")
    let results = try MergeContest(place: place, rounds: rounds).run()
    board.add(
      "merge of a replica with 1 % edits, durably", ours: results.ours.text,
      peer: "SQLite with a clock per column \(results.comparing.text)",
      ratio: results.ours.median / results.comparing.median, goal: 1)
    board.add(
      "the same", ours: results.ours.text,
      peer: "the same with an index of what changed when \(results.indexed.text)",
      ratio: results.ours.median / results.indexed.median, goal: nil)
  }

  // MARK: Size

  private mutating func sizes() throws {
    say("sizes")
    try place.copy("base.karto", to: "packed.karto")
    try place.karto("packed.karto", ["compact", "--yes"])
    let packed = try place.size("packed.karto")
    let raw = try rawByteCount(of: "packed.karto")
    let lines = try gzipSize(of: "lines.jsonl")
    let lite = try gzipSize(of: "lite.db")
    board.add(
      "size on disk, repacked", ours: Written.size(packed),
      peer: "`gzip -6` of its lines (\(Written.size(raw))) \(Written.size(lines))",
      ratio: Double(packed) / Double(lines), goal: 1.02)
    board.add(
      "the same", ours: Written.size(packed),
      peer: "`gzip -6` of the SQLite file (\(Written.size(try place.size("lite.db")))) "
        + Written.size(lite),
      ratio: Double(packed) / Double(lite), goal: nil)
    board.note(
      "Goal of the size: no larger than Automerge, which once took 1.02 of the gzipped lines.")
  }

  private func gzipSize(of name: String) throws -> Int {
    try place.run("gzip", ["-6", "-c", place.path(name)], output: place.path("out.gz"))
    return try place.size("out.gz")
  }

  // MARK: Edits

  private mutating func editAlone() throws {
    say("single edits")
    try place.copy("base.karto", to: "edited.karto")
    try place.remove("plain.bin")
    try place.copyHome(to: "other-home")
    try place.again(
      [
        "edit-alone", place.path("edited.karto"), place.path("other-home"), place.path("plain.bin"),
      ],
      output: place.path("edits.txt"))
    let figures = try place.text("edits.txt").split { $0 == " " || $0 == "\n" }.compactMap {
      Double($0)
    }
    guard figures.count == 3 else { throw UsageError.usage }
    board.add(
      "one edit in an open base, durable", ours: Written.time(figures[0]),
      peer: "append of \(Int(figures[2])) bytes and fdatasync \(Written.time(figures[1]))",
      ratio: figures[0] / figures[1], goal: 1.5)
  }

  private mutating func editMany() throws {
    say("many edits")
    try place.copy("packed.karto", to: "edited.karto")
    try place.copyHome(to: "other-home")
    try place.again(
      [
        "edit-many", place.path("edited.karto"), place.path("other-home"),
        place.path("edits.jsonl"),
      ],
      output: place.path("edits.txt"))
    let count = max(1, Int(try place.text("edits.txt").filter(\.isNumber)) ?? 1)
    try place.karto("edited.karto", ["compact", "--yes"])
    let growth = try place.size("edited.karto") - place.size("packed.karto")
    let lines = try gzipSize(of: "edits.jsonl")
    func perEdit(_ bytes: Int) -> String {
      "\(Written.decimal(Double(bytes) / Double(count), places: 1)) B an edit"
    }
    board.add(
      "ten edits on each of 10,000 clients: growth, repacked", ours: perEdit(growth),
      peer: "`gzip -6` of their lines \(perEdit(lines))", ratio: Double(growth) / Double(lines),
      goal: 1)
    let place = place
    let opened = try Contest.run(
      ["edited.karto", "packed.karto"].map { base in
        // Where the edits are one's own, and so no alarm is looked into.
        Contestant(run: { _ in try place.karto(base, Self.scanWords, home: "other-home") })
      }, rounds: rounds * 3)
    board.add(
      "the same: open with cache", ours: opened[0].text, peer: "before \(opened[1].text)",
      ratio: opened[0].median / opened[1].median, goal: 1.1)
    try place.remove("edited.karto")
    try place.remove("packed.karto")
  }
}
