import Support
import Testing

/// The contract of the commands that tell, take back and move data in bulk.
@Suite struct ContractHistoryTests {
  @Test func `history tells who did what, newest first`() throws {
    let karto = try Karto.withBase()
    let id = try karto.addClient("Ромашка")
    try karto.must("set", id, "city=Тверь")
    let log = try karto.objects("history")
    #expect(log.compactMap { $0["does"]?.text } == ["set", "add", "new"])
    #expect(log.allSatisfy { $0["by"] == .text("Иван") })
    #expect(log.allSatisfy { $0["dot"]?.text?.contains(":") == true })
    let card = try karto.run(["history", id, "--json"])
    #expect(try karto.objects(of: card).count >= 2)
    #expect(card.text.contains("Тверь"))
  }

  @Test func `a change is undone by its dot`() throws {
    let karto = try Karto.withBase()
    let id = try karto.must("add", "client", "name=Ромашка", "city=Псков").text.trimmed
    try karto.must("set", id, "city=Тверь")
    let dot = try #require(try karto.objects("history").first?["dot"]?.text)
    #expect(try karto("undo", dot).status == 0)
    #expect(try karto.object("show", id)["city"] == .text("Псков"))
    let bytes = try Contents.read(karto.base)
    let again = try karto("undo", dot, "--json")
    #expect(again.status == 0 || again.status == 4, "undone already: \(again)")
    #expect(try Contents.read(karto.base) == bytes)
    #expect(try karto("undo", "--last", "--yes").status == 0)
    #expect(try karto("undo", "zzzz:99").status == 3)
  }

  @Test func `undo leaves alone what was edited later, and says so`() throws {
    let karto = try Karto.withBase()
    let id = try karto.must("add", "client", "name=Ромашка", "city=Псков").text.trimmed
    try karto.must("set", id, "city=Тверь")
    let dot = try #require(try karto.objects("history").first?["dot"]?.text)
    try karto.must("set", id, "city=Омск")
    let ending = try karto("undo", dot, "--json")
    #expect(ending.status == 4, "\(ending)")
    #expect(try karto.object("show", id)["city"] == .text("Омск"))
  }

  @Test func `import prints its counts and is undone as one`() throws {
    let karto = try Karto.withBase()
    let before = try karto.clientNames()
    let table = Fixture.path("csv/clients_utf8.csv")
    let report = try karto.object("import", table, "--type", "client")
    #expect(report["created"]?.integer == 5)
    #expect(report["changed"]?.integer == 0)
    #expect(report["unchanged"]?.integer == 0)
    #expect(report["rejected"] == .list([]))
    #expect(report["encoding"]?.text?.lowercased() == "utf-8")
    #expect(report["separator"] == .text(","))
    #expect(try karto.clientNames().count == before.count + 5)
    let bytes = try Contents.read(karto.base)
    let again = try karto.object("import", table, "--type", "client")
    #expect(again["created"]?.integer == 0)
    #expect(again["changed"]?.integer == 0)
    #expect(again["unchanged"]?.integer == 5)
    #expect(try Contents.read(karto.base) == bytes, "the same file twice changes nothing")
    let number = try #require(report["import"]?.integer)
    #expect(try karto("undo", "--import", "\(number)", "--yes").status == 0)
    #expect(try karto.clientNames() == before)
  }

  @Test(arguments: [
    ("clients_cp1251.csv", "windows-1251"), ("clients_utf16le_tab.csv", "utf-16le"),
    ("clients_bom_semicolon.csv", "utf-8"),
  ])
  func `import finds out the encoding and the separator`(
    name: String, encoding: String
  ) throws {
    let karto = try Karto.withBase()
    let report = try karto.object("import", Fixture.path("csv/\(name)"), "--type", "client")
    #expect(report["encoding"]?.text?.lowercased().hasPrefix(encoding) == true)
    #expect(report["created"]?.integer ?? 0 > 0)
    #expect(try karto.clientNames().count == report["created"]?.integer)
  }

  @Test func `rejected rows are named by line and kept in their form`() throws {
    let karto = try Karto.withBase()
    let path = "\(karto.workFolder)/clients.csv"
    try Contents.write("Имя;Телефон\nАнна;+79031112233\n;\n;+79031112244\nОлег;\n", to: path)
    let ending = try karto("import", path, "--type", "client", "--json")
    #expect(ending.status == 0, "\(ending)")
    let report = try JSON(ending.text)
    for row in report["rejected"]?.elements ?? [] {
      #expect(row["line"]?.integer ?? 0 > 1)
      #expect(row["reason"]?.text?.isEmpty == false)
    }
    let names = try karto.clientNames()
    #expect(names.contains("Анна") && names.contains("Олег"))
  }

  @Test func `apply is one undoable unit, all or nothing`() throws {
    let karto = try Karto.withBase()
    let id = try karto.addClient("Ромашка")
    let lines = """
      {"type":"client","id":"\(id)","set":{"city":"Тверь"},"add":{"tags":["vip"]}}
      {"type":"client","set":{"name":"Василёк"}}

      """
    try Contents.write(lines, to: "\(karto.workFolder)/changes.jsonl")
    let ending = try karto("apply", "changes.jsonl", "--json")
    #expect(ending.status == 0, "\(ending)")
    #expect(Set(try karto.clientNames()) == ["Ромашка", "Василёк"])
    #expect(try karto.object("show", id)["city"] == .text("Тверь"))
    #expect(try karto.objects("history").count == 3)
    #expect(try karto("undo", "--last", "--yes").status == 0)
    #expect(try karto.clientNames() == ["Ромашка"])
    #expect(try karto.object("show", id)["city"] == nil)
  }

  @Test func `apply with one bad line changes nothing`() throws {
    let karto = try Karto.withBase()
    let before = try Contents.read(karto.base)
    let path = "\(karto.workFolder)/changes.jsonl"
    for bad in ["{", "[]", #"{"type":"client","sett":{}}"#, #"{"set":{"name":"x"}}"#] {
      try Contents.write(#"{"type":"client","set":{"name":"Б"}}"# + "\n" + bad + "\n", to: path)
      let ending = try karto("apply", path)
      #expect(ending.status == 1 || ending.status == 2, "\(bad): \(ending)")
      #expect(ending.talk.contains("line 2"), "\(bad): \(ending)")
      #expect(try Contents.read(karto.base) == before)
    }
  }

  @Test func `apply reads standard input and deletes`() throws {
    let karto = try Karto.withBase()
    let id = try karto.addClient("Ромашка")
    let path = "\(karto.workFolder)/changes.jsonl"
    try Contents.write(#"{"type":"client","id":"\#(id)","delete":true}"# + "\n", to: path)
    #expect(try karto.run(["apply", "-"], input: path).status == 0)
    #expect(try karto.clientNames() == [])
    #expect(try karto("restore", id).status == 0)
    #expect(try karto.clientNames() == ["Ромашка"])
  }

  @Test func `the export is canonical and the digest is its hash`() throws {
    let karto = try Karto.withBase()
    let table = try karto.writeClients("clients.csv", count: 50)
    try karto.must("import", table, "--type", "client")
    let export = try karto.must("export", "--format", "jsonl")
    let keys = try export.lines.map { line in
      let object = try JSON(line)
      return (object["type"]?.text ?? "") + " " + (object["id"]?.text ?? "")
    }
    #expect(keys == keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    try Contents.write(export.output, to: "\(karto.workFolder)/export.jsonl")
    let hash = try karto.spawn([
      "python3", "-c",
      "import hashlib; print(hashlib.blake2b(open('export.jsonl','rb').read(),"
        + "digest_size=32).hexdigest())",
    ]).wait()
    #expect(try karto.digest() == hash.text.trimmed)
    #expect(try karto.object("digest")["digest"] == .text(hash.text.trimmed))
  }

  @Test func `at shows the base as it was`() throws {
    let karto = try Karto.withBase()
    let id = try karto.must("add", "client", "name=Ромашка", "city=Псков").text.trimmed
    let later = ["KARTO_NOW": "2026-12-22T12:00:00Z"]
    #expect(try karto.run(["set", id, "city=Тверь"], with: later).status == 0)
    let then = try karto.run(["show", id, "--at", "2026-12-01", "--json"], with: later)
    #expect(try karto.objects(of: then).first?["city"] == .text("Псков"))
    let now = try karto.run(["show", id, "--json"], with: later)
    #expect(try karto.objects(of: now).first?["city"] == .text("Тверь"))
  }

  @Test func `check, compact and digest speak JSON`() throws {
    let karto = try Karto.withBase()
    for number in 1...30 { _ = try karto.addClient("Клиент \(number)") }
    let digest = try karto.digest()
    let check = try karto.object("check")
    #expect(check["sound"] == .truth(true))
    #expect(check["commits"]?.integer == 31)
    let compact = try karto.object("compact")
    #expect((compact["bytes_after"]?.integer ?? .max) < (compact["bytes_before"]?.integer ?? 0))
    #expect(try karto.digest() == digest)
    #expect(try karto.object("check")["commits"]?.integer == 31, "compacting loses nothing")
    #expect(try karto.objects("history").count == 31)
  }
}
