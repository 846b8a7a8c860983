import CRM
import Documents
import Replication
import Wording

/// Prints what an undo did, or would do.
struct UndoPrinter {
  let invocation: Invocation
  let base: Base
  private var wording: Wording { invocation.wording }

  /// Says what of somebody's changes bears another time than it came with.
  func say(_ span: CommitSpan?) {
    guard let span, let first = span.backdated.first else { return }
    let authors = Authors(base)
    let isTerminal = invocation.surroundings.error.isTerminal
    invocation.say(
      wording.backdated(
        span.backdatedCount, from: authors.text(of: first, isShort: isTerminal)))
  }

  /// Says whose changes a merge brought, since everybody will see them taken back.
  func sayWhose(_ commits: Set<Dot>) {
    let authors = Authors(base)
    let groups = Dictionary(grouping: commits) {
      authors.title(of: $0.replica) ?? wording.unknownAuthor
    }
    let parts = groups.sorted { $0.key < $1.key }.map { wording.share($0.key, $0.value.count) }
    invocation.warn(wording.undoesForAll(parts))
  }

  /// Says what would be done to records of each kind.
  func sayGroups(_ report: UndoReport) {
    for line in groups(report) { invocation.say(line) }
    if let line = kept(report) { invocation.say(line) }
  }

  /// Says what stays with clients who go into the trash.
  func sayLeftBehind(_ report: UndoReport) {
    let parts = base.leftBehind(by: report).sorted { $0.key < $1.key }.compactMap { type, count in
      Schema.entity(key: type).map { wording.passes(count, of: $0) }
    }
    if !parts.isEmpty { invocation.warn(wording.leftBehind(parts)) }
  }

  /// How much of each kind stays, since it is not for whoever undoes to delete it.
  private func kept(_ report: UndoReport) -> String? {
    guard !report.kept.isEmpty else { return nil }
    let parts = Dictionary(grouping: report.kept, by: \.type).sorted { $0.key < $1.key }.map {
      type, records in
      Schema.entity(key: type).map { wording.passes(records.count, of: $0) } ?? type
    }
    return wording.keptByUndo(parts)
  }

  private func groups(_ report: UndoReport) -> [String] {
    let byType = Dictionary(grouping: report.reverted, by: \.type)
    return byType.sorted { $0.key < $1.key }.map { type, records in
      var counts = (deleted: 0, restored: 0, changed: 0)
      for record in records {
        switch record.kind {
        case .deleted: counts.deleted += 1
        case .restored: counts.restored += 1
        case .changed: counts.changed += 1
        }
      }
      return wording.undoGroup(
        type, restored: counts.restored, changed: counts.changed, deleted: counts.deleted)
    }
  }

  /// Prints what was taken back and what was left alone.
  func print(_ report: UndoReport, _ span: CommitSpan?) {
    if invocation.isJSON {
      invocation.print(json: object(report, span))
      return
    }
    for _ in report.sealsLeft { invocation.warn(wording.sealStays) }
    guard !report.reverted.isEmpty || !report.left.isEmpty || !report.kept.isEmpty else {
      invocation.say(wording.nothingToTakeBack)
      return
    }
    if span != nil { invocation.print(lines: groups(report).map(DisplayWidth.oneLine)) }
    for each in report.reverted.prefix(50) {
      let what = describe(each.type, each.id)
      invocation.print(
        DisplayWidth.oneLine(
          wording.reverted(
            each.kind, what: what, label: invocation.labels(of: each.type, in: base))))
    }
    if report.reverted.count > 50 {
      invocation.print(wording.andMore(report.reverted.count - 50))
    }
    let authors = Authors(base)
    for each in report.left {
      let line = wording.left(
        what: describe(each.type, each.id),
        fields: each.fields.map(invocation.labels(of: each.type, in: base)),
        by: authors.title(of: each.by.replica) ?? wording.unknownAuthor,
        at: invocation.time(millis: each.atMillis, in: base))
      invocation.print(DisplayWidth.oneLine(line))
    }
    if let line = kept(report) { invocation.print(DisplayWidth.oneLine(line)) }
    invocation.say(wording.undone(report.reverted.count, isRehearsal: invocation.isRehearsal))
    if !report.dots.isEmpty { sayStillMerged(report) }
    if let dot = report.dots.min() {
      invocation.say(
        wording.takenBackBy(
          authors.text(of: dot, isShort: invocation.surroundings.error.isTerminal)))
    }
  }

  /// Cards that two people merged, each in their way, are one until both are taken back.
  private func sayStillMerged(_ report: UndoReport) {
    var told: Set<String> = []
    for each in report.reverted {
      guard case .changed(let fields) = each.kind, fields.contains("merged_into"),
        let links = base.links(ofClient: each.id), told.insert(links.shown).inserted
      else { continue }
      invocation.warn(
        wording.stillMerged(
          base.name(ofID: links.shown, type: Schema.client.key) ?? "",
          commits: links.dots.map { Authors(base).text(of: $0, isShort: false) }))
    }
  }

  private func describe(_ type: String, _ id: String) -> String {
    let name = base.name(ofID: id, type: type) ?? ""
    let quoted = name.isEmpty ? "" : " \(wording.quoted(name))"
    return wording.record(type, id: invocation.id(id, in: base)) + quoted
  }

  private func naming(_ type: String, _ id: String) -> JSONObject {
    var object = JSONObject()
    object.put("id", id)
    object.put("type", type)
    return object
  }

  private func object(_ report: UndoReport, _ span: CommitSpan?) -> JSONObject {
    var object = JSONObject()
    object.put("reverted", report.reverted.count)
    object.put(
      "records",
      report.reverted.map { each in
        var object = naming(each.type, each.id)
        switch each.kind {
        case .deleted: object.put("outcome", "deleted")
        case .restored: object.put("outcome", "restored")
        case .changed(let fields):
          object.put("outcome", "changed")
          object.put("fields", fields)
        }
        return object
      })
    object.put(
      "left",
      report.left.map { each in
        var object = naming(each.type, each.id)
        object.put("fields", each.fields)
        object.put("by", each.by.text)
        object.put("at", Timestamp.text(each.atMillis))
        return object
      })
    object.put("kept", report.kept.map { naming($0.type, $0.id) })
    object.put("seals_left", report.sealsLeft)
    let behind = base.leftBehind(by: report)
    if !behind.isEmpty {
      var counts = JSONObject()
      for (type, count) in behind.sorted(by: { $0.key < $1.key }) { counts.put(type, count) }
      object.put("left_behind", counts)
    }
    if let span {
      object.put("commits", span.commits.count)
      object.put("backdated", span.backdatedCount)
      object.put("backdated_from", span.backdated.map(\.text))
    }
    object.put("dots", report.dots.map(\.text))
    return object
  }
}
