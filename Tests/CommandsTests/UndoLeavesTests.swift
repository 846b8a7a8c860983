import Bytes
import Support
import Testing

/// What an undo leaves alone, since whoever undoes may not delete it: SPEC [U-3].
@Suite struct UndoLeavesTests {
  private static let since = ["--since", "2026-11-01"]

  private func count(_ kind: String, _ two: Two) -> Int {
    two.maria("list", kind, "-q").lines.count
  }

  @Test func `a manager's undo of the founder leaves the base, its pipelines and stages`() throws {
    let two = try Two()
    let stages = count("stages", two)
    #expect(stages > 0)
    let words = ["undo", "--by", "Мария"] + Self.since
    let preview = two.pyotr(words + ["--dry-run", "--lang", "ru"])
    #expect(preview.output.contains("оставлено, удалять и менять это вам нельзя: "), "\(preview)")
    #expect(preview.output.contains("1 воронка, \(stages) этап"), "\(preview)")
    let undone = try #require(try two.pyotr(words + ["--yes", "--json"]).json.first)
    let kept = undone["kept"]?.elements ?? []
    let types = Set(kept.compactMap { $0["type"]?.text })
    #expect(types.isSuperset(of: ["pipeline", "stage", "workspace"]), "\(undone)")
    #expect(kept.count { $0["type"]?.text == "stage" } == stages)
    two.meet()
    #expect(count("stages", two) == stages && count("pipelines", two) == 1)
    #expect(count("clients", two) == 0, "what one may delete is taken back")
    #expect(two.maria("show", "workspace").status == 0)
    // So it is by the number of the change, too.
    let history = try two.pyotr("history", "--json").json.compactMap { $0["dot"]?.text }
    let founding = try #require(history.last)
    two.pyotr("undo", founding, "--yes")
    two.meet()
    #expect(count("stages", two) == stages)
    #expect(try two.maria("members", "--json").json.count == 2)
  }

  @Test func `an owner's undo deletes stages and pipelines, and neither the base nor people`()
    throws
  {
    let two = try Two()
    let undone = try #require(
      try two.maria(["undo", "--by", "Мария"] + Self.since + ["--yes", "--json"]).json.first)
    let kept = Set((undone["kept"]?.elements ?? []).compactMap { $0["type"]?.text })
    #expect(kept == ["workspace"], "\(undone)")
    #expect(count("stages", two) == 0)
  }

  @Test func `a manager's undo does not set back what the owner set for all`() throws {
    let two = try Two()
    #expect(two.maria("set", "workspace", "alarm_deleted=5").status == 0)
    two.meet()
    two.pyotr(["undo", "--by", "Мария"] + Self.since + ["--yes"])
    two.meet()
    let shown = try two.maria("show", "workspace", "--json").json.first
    #expect(shown?["alarm_deleted"]?.number == 5, "\(String(describing: shown))")
  }

  @Test func `what went out of the base stays in the journal`() throws {
    let two = try Two()
    two.pyotr("set", two.client, "city=Тверь")
    let path = two.desk.path("out.csv")
    #expect(two.pyotr("export", "--format", "csv", "--type", "client", "-o", path).status == 0)
    #expect(count("exports", two) == 0, "that is on the other machine")
    // The last change is the one before it.
    #expect(two.pyotr("undo", "--last", "--yes").status == 0)
    two.meet()
    #expect(try two.city() == "Псков" && count("exports", two) == 1)
    // Neither by its number, nor with all that he did, nor by a line of changes.
    let log = try two.pyotr("history", "--json").json
    let dot = try #require(
      log.first { $0["does"]?.text?.hasPrefix("export") ?? false }?["dot"]?.text)
    two.pyotr("undo", dot, "--yes")
    two.pyotr(["undo", "--by", "Пётр"] + Self.since + ["--yes"])
    let id = try #require(two.pyotr("list", "exports", "-q").lines.first)
    let line = "{\"type\":\"export\",\"id\":\"\(id)\",\"delete\":true}\n"
    let file = two.desk.path("changes.jsonl")
    try Contents.write(Array(line.utf8), to: file)
    let refused = two.pyotr("apply", file, "--lang", "ru")
    #expect(refused.status == 2 && refused.error.contains("не удаляется"), "\(refused)")
    #expect(two.pyotr("delete", id, "--yes").status != 0)
    two.meet()
    #expect(count("exports", two) == 1)
  }

  @Test(arguments: ["workspace", "member", "device", "stage", "pipeline"])
  func `a line of changes deletes nothing that delete would not`(type: String) throws {
    let two = try Two()
    let list = two.pyotr("export", "--format", "jsonl")
    let record = try #require(try list.json.first { $0["type"]?.text == type })
    let id = try #require(record["id"]?.text)
    let file = two.desk.path("changes.jsonl")
    let line = "{\"type\":\"\(type)\",\"id\":\"\(id)\",\"delete\":true}\n"
    try Contents.write(Array(line.utf8), to: file)
    let refused = two.pyotr("apply", file)
    #expect(refused.status != 0, "\(refused)")
    #expect(two.pyotr("export", "--format", "jsonl").output == list.output)
  }
}
