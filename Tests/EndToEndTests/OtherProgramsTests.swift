import Support
import Testing

/// Other people's programs read what this one writes.
@Suite struct OtherProgramsTests {
  private func prepare() throws -> Karto {
    let karto = try Karto.withBase()
    let table = try karto.writeClients("clients.csv", count: 120, padding: 40)
    try karto.must("import", table, "--type", "client", "--yes")
    let id = try karto.must(
      "add", "client", "name=ООО «Ромашка; \"и\" 'сыновья'»", "phones+=+74952346187",
      "phones+=+74952346188", "tags+=vip", "tags+=сад", "pinned_note=первая\nвторая"
    ).text.trimmed
    try karto.must("add", "deal", "name=Ремонт", "client=\(id)", "amount=450000")
    try karto.must("add", "task", "title=Позвонить", "clients+=\(id)", "due=2026-12-01")
    try karto.must("log", "call", id, "обсудили цену")
    return karto
  }

  @Test func `zcat prints lines that a person can read`() throws {
    let karto = try prepare()
    let head = try karto.shell("zcat base.karto | head -4")
    #expect(head.lines.count == 4)
    #expect(try JSON(head.lines[0])["karto"]?.integer == 1)
    #expect(try JSON(head.lines[1])["commit"]?.integer == 1)
    #expect(try head.lines.allSatisfy { try !JSON($0).keys.isEmpty })
    let last = try karto.shell("zcat base.karto | grep Ромашка | tail -1")
    #expect(last.text.contains("ООО «Ромашка"))
    #expect(try karto.isGzip())
  }

  @Test func `python reads every line with gzip and json`() throws {
    let karto = try prepare()
    let script = """
      import gzip, json, sys
      kinds = {}
      for line in gzip.open("base.karto", "rt", encoding="utf-8"):
          kind = next(iter(json.loads(line)))
          kinds[kind] = kinds.get(kind, 0) + 1
      print(json.dumps(kinds))
      """
    try Contents.write(script, to: "\(karto.workFolder)/read.py")
    for _ in 1...2 {
      let ending = try karto.spawn(["python3", "read.py"]).wait()
      #expect(ending.status == 0, "\(ending)")
      let kinds = try JSON(ending.text)
      #expect(kinds["karto"]?.integer == 1)
      #expect(kinds["client"]?.integer ?? 0 >= 121)
      #expect(kinds["deal"]?.integer ?? 0 >= 1)
      #expect(kinds["commit"]?.integer == kinds["salted"]?.integer)
      try karto.must("compact")
    }
  }

  @Test func `sqlite3 loads the SQL`() throws {
    let karto = try prepare()
    let there = try karto.shell("command -v sqlite3")
    guard there.status == 0 else {
      print("skipped: sqlite3 is not installed")
      return
    }
    let loaded = try karto.shell(
      "\"$KARTO\" export --format sql > base.sql && sqlite3 -bail base.db < base.sql")
    #expect(loaded.status == 0, "\(loaded)")
    #expect(loaded.talk.isEmpty, "\(loaded)")
    let tables = try karto.spawn(["sqlite3", "base.db", ".tables"]).wait().text
    #expect(tables.contains("client") && tables.contains("deal"), "\(tables)")
    let dump = try karto.spawn(["sqlite3", "base.db", ".dump"]).wait().text
    #expect(dump.contains("ООО «Ромашка; \"и\" ''сыновья''»"))
    #expect(dump.contains("+74952346188"))
    let name = try #require(
      tables.split { " \n".contains($0) }.first { $0 == "client" || $0 == "clients" })
    let count = try karto.spawn(["sqlite3", "base.db", "select count(*) from \(name)"]).wait()
    #expect(count.text.trimmed == "121", "\(count)")
  }

  @Test(arguments: ["csv", "excel", "tsv"])
  func `a table goes out and comes back in`(format: String) throws {
    let karto = try prepare()
    let table = try karto.must("export", "--format", format, "--type", "client")
    let other = try Karto.withBase()
    let path = "\(other.workFolder)/clients.\(format == "tsv" ? "tsv" : "csv")"
    try Contents.write(table.output, to: path)
    let ending = try other("import", path, "--type", "client", "--yes", "--json")
    #expect(ending.status == 0, "\(ending)")
    let report = try JSON(ending.text)
    #expect(report["created"]?.integer == 121, "\(ending)")
    #expect(report["rejected"] == .list([]))
    func essence(_ karto: Karto) throws -> Set<String> {
      Set(
        try karto.objects("list", "clients").map { card in
          let phones = (card["phones"]?.texts ?? []).sorted()
          let tags = (card["tags"]?.texts ?? []).sorted()
          return [
            card["name"]?.text ?? "-", card["city"]?.text ?? "-", "\(phones)", "\(tags)",
            "\(card["emails"]?.texts ?? [])", card["owner"]?.text ?? "-",
          ].joined(separator: "|")
        })
    }
    let (sent, received) = (try essence(karto), try essence(other))
    #expect(sent == received, "\(sent.symmetricDifference(received).sorted().prefix(4))")
    let again = try other.object("import", path, "--type", "client", "--yes")
    #expect(again["created"]?.integer == 0 && again["changed"]?.integer == 0, "\(again)")
  }

  @Test func `the canonical export does not depend on cache, compacting or device`() throws {
    let karto = try prepare()
    let export = try karto.must("export", "--format", "jsonl").output
    try karto.dropCache()
    #expect(try karto.must("export", "--format", "jsonl").output == export)
    try karto.must("compact")
    #expect(try karto.must("export", "--format", "jsonl").output == export)
    #expect(try karto.device("other").must("export", "--format", "jsonl").output == export)
    try karto.must("export", "--format", "jsonl", "-o", "out.jsonl")
    #expect(try Contents.read("\(karto.workFolder)/out.jsonl") == export)
    let again = try karto("export", "--format", "jsonl", "-o", "out.jsonl")
    #expect(again.status != 0, "nothing is overwritten unasked")
    #expect(try karto("export", "-o", "out.jsonl", "--yes").status == 0)
  }
}
