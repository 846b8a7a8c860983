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
}
