import Bytes

/// Merging a replica on which one field of every hundredth record was edited.
///
/// The peer is what people build on SQLite for this: beside each table a clock for every column of
/// every row, of which the later one wins. It keeps one value, and no author nor history.
struct MergeContest {
  private let place: Place
  private let rounds: Int

  /// The tables of the peer: their columns, and the one that is edited.
  private static let tables: [(name: String, columns: [String], edited: String)] = [
    (
      "clients",
      ["kind", "name", "phones", "emails", "inn", "city", "owner", "source", "tags", "comment"],
      "city"
    ),
    (
      "deals", ["title", "client", "amount", "stage", "owner", "created_at", "comment"], "comment"
    ),
    ("activities", ["client", "kind", "at", "outcome", "author", "text"], "text"),
  ]

  init(place: Place, rounds: Int) {
    self.place = place
    self.rounds = rounds
  }

  /// What came out: ours, the peer that compares all clocks, and the one that keeps an index of
  /// what changed when.
  func run() throws -> (ours: Samples, comparing: Samples, indexed: Samples) {
    try prepareReplica()
    try prepareDatabases()
    let place = place
    let results = try Contest.run(
      [
        Contestant(
          prepare: { _ in
            try place.copy("base.karto", to: "merged.karto")
            try place.karto("merged.karto", ["list", "clients", "--by", "owner"])
          },
          run: { _ in
            try place.karto(
              "merged.karto", ["merge", place.path("theirs.karto"), "--yes", "--json"])
          }),
        Contestant(
          prepare: { _ in try place.copy("clocks.db", to: "merged.db") },
          run: { _ in
            try place.sqlite("merged.db", script: Self.mergeScript(place, isIndexed: false))
          }),
        Contestant(
          prepare: { _ in try place.copy("clocks.db", to: "merged.db") },
          run: { _ in
            try place.sqlite("merged.db", script: Self.mergeScript(place, isIndexed: true))
          }),
      ], rounds: rounds)
    for name in ["merged.karto", "theirs.karto", "merged.db", "clocks.db", "clocks-theirs.db"] {
      try place.remove(name)
    }
    return (results[0], results[1], results[2])
  }

  /// A second device joins, and makes each edit by itself, as people do.
  private func prepareReplica() throws {
    try place.karto(
      "base.karto", ["invite", "--device", "--json"], output: place.path("invitation.json"))
    let invitation = try place.text("invitation.json")
    guard let code = (try? JSONParser.parse(Array(invitation.utf8).span))?["code"]?.text else {
      throw UsageError.usage
    }
    try place.copy("base.karto", to: "theirs.karto")
    try place.run("rm", ["-rf", place.path("their-home")])
    try place.again(["join-and-edit", place.path("theirs.karto"), place.path("their-home"), code])
  }

  private func prepareDatabases() throws {
    var script = "PRAGMA synchronous=OFF;\n"
    for table in Self.tables {
      let clock = "\(table.name)_clock"
      script += """
        CREATE TABLE \(clock)(id INTEGER, col TEXT, stamp INTEGER, site INTEGER,
          PRIMARY KEY(id, col)) WITHOUT ROWID;

        """
      for column in table.columns {
        script += """
          INSERT INTO \(clock) SELECT rowid, '\(column)', 1, 1 FROM \(table.name)
            WHERE \(column) <> '';

          """
      }
      script += "CREATE INDEX \(clock)_stamps ON \(clock)(stamp);\n"
    }
    try place.copy("lite.db", to: "clocks.db")
    try place.sqlite("clocks.db", script: script)
    script = "PRAGMA synchronous=OFF;\n"
    for table in Self.tables {
      script += """
        UPDATE \(table.name) SET \(table.edited) = \(table.edited) || ' 2' WHERE rowid % 100 = 0;
        INSERT OR REPLACE INTO \(table.name)_clock
          SELECT rowid, '\(table.edited)', 2, 2 FROM \(table.name) WHERE rowid % 100 = 0;

        """
    }
    try place.copy("clocks.db", to: "clocks-theirs.db")
    try place.sqlite("clocks-theirs.db", script: script)
  }

  private static func mergeScript(_ place: Place, isIndexed: Bool) -> String {
    var script = """
      PRAGMA synchronous=FULL;
      ATTACH '\(place.path("clocks-theirs.db"))' AS theirs;
      BEGIN;

      """
    for table in tables {
      let clock = "\(table.name)_clock"
      let won = "\(table.name)_won"
      script += """
        CREATE TEMP TABLE \(won) AS SELECT t.* FROM theirs.\(clock) t
          LEFT JOIN main.\(clock) m ON m.id = t.id AND m.col = t.col
          WHERE \(isIndexed ? "t.stamp > 1 AND" : "")
            (m.id IS NULL OR (t.stamp, t.site) > (m.stamp, m.site));

        """
      for column in table.columns {
        script += """
          UPDATE main.\(table.name) SET \(column) =
            (SELECT \(column) FROM theirs.\(table.name) o WHERE o.rowid = \(table.name).rowid)
            WHERE rowid IN (SELECT id FROM temp.\(won) WHERE col = '\(column)');

          """
      }
      script += "INSERT OR REPLACE INTO main.\(clock) SELECT * FROM temp.\(won);\n"
    }
    return script + "COMMIT;\n"
  }
}
