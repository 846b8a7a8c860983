import CRM
import Documents
import Replication
import Wording

/// Prints held commits: who wrote what and when, and why it does not count.
struct HeldPrinter {
  private let invocation: Invocation
  private let base: Base
  private let authors: Authors
  private var wording: Wording { invocation.wording }

  init(_ invocation: Invocation, _ base: Base) {
    self.invocation = invocation
    self.base = base
    authors = Authors(base)
  }

  /// How many records of one commit are shown where many commits are.
  private static let briefCount = 10

  func print(_ entries: [HeldEntry]) {
    guard !entries.isEmpty else { return invocation.say(wording.nothingHeld) }
    let isTerminal = invocation.surroundings.output.isTerminal
    let names = names(in: entries.map(\.commit))
    for entry in entries {
      let commit = entry.commit
      let dot = authors.text(of: commit.dot, isShort: isTerminal)
      let title = [
        invocation.time(millis: commit.stampMillis, in: base),
        entry.author.isEmpty ? wording.unknownAuthor : entry.author, entry.device,
        wording.why(commit.reason),
        entry.claimed.map { wording.usedCode(of: $0, rival: entry.rival?.title) } ?? "",
        entry.outcome.map { wording.outcome($0) } ?? "",
      ]
      let style = Style.dim.applied(to: dot, isOn: invocation.isStyled)
      let line = title.filter { !$0.isEmpty }.joined(separator: "  ")
      invocation.print("\(style)  \(DisplayWidth.oneLine(line))")
      let changes = commit.changes.filter { !$0.isByTheWay }
      let shown = entries.count > 1 ? Self.briefCount : changes.count
      for change in changes.prefix(shown) { print(change, names) }
      if changes.count > shown {
        invocation.print("    \(wording.andMore(changes.count - shown))")
      }
    }
    let waiting = entries.count { $0.outcome == nil }
    if waiting > 0 { invocation.say(wording.heldHint) }
  }

  /// The names of records that only held commits know.
  private func names(in commits: [HeldCommit]) -> [String: String] {
    let named = commits.flatMap(\.changes).map { ($0.edit.id, base.name(of: $0.after)) }
    return Dictionary(named.filter { !$0.1.isEmpty }) { first, _ in first }
  }

  private func print(_ entry: TimelineEntry, _ names: [String: String]) {
    let printer = TimelinePrinter(invocation, base, type: entry.edit.type, names: names)
    let name = describe(entry.edit.type, entry.edit.id, contents: entry.after)
    let sentences = printer.sentences(of: entry)
    let text = "\(name): \(sentences.joined(separator: "; "))"
    invocation.print("    \(DisplayWidth.oneLine(text))")
  }

  private func describe(_ type: String, _ id: String, contents: RecordContents?) -> String {
    let name = base.name(ofID: id, type: type) ?? contents.map(base.name) ?? ""
    let quoted = name.isEmpty ? "" : " \(wording.quoted(name))"
    return wording.record(type, id: invocation.id(id, in: base)) + quoted
  }

  func object(_ entry: HeldEntry) -> JSONObject {
    let commit = entry.commit
    var object = JSONObject()
    object.put("dot", commit.dot.text)
    object.put("at", Timestamp.text(commit.stampMillis))
    object.put("by", entry.author.isEmpty ? nil : entry.author)
    object.put("device", entry.device.isEmpty ? nil : entry.device)
    object.put("why", commit.reason.name)
    object.put("code_for", entry.claimed)
    object.put("code_used_by", entry.rival?.standing.replica.text)
    object.put("does", commit.purpose)
    object.put("decision", entry.outcome?.rawValue)
    object.put(
      "changes",
      commit.changes.flatMap { change in
        let printer = TimelinePrinter(invocation, base, type: change.edit.type)
        return TimelinePrinter.changes(of: change).map { each in
          var object = printer.object(each)
          object.put("type", change.edit.type)
          object.put("id", change.edit.id)
          object.put(
            "name",
            base.name(ofID: change.edit.id, type: change.edit.type)
              ?? base.name(of: change.after))
          return object
        }
      })
    return object
  }

  // MARK: Adoption

  func print(_ adoption: HeldAdoption) {
    for record in adoption.written.records.prefix(50) {
      let what = describe(record.type, record.id, contents: nil)
      let label = invocation.labels(of: record.type, in: base)
      invocation.print(DisplayWidth.oneLine(wording.tookOver(record, what: what, label: label)))
    }
    if adoption.written.records.count > 50 {
      invocation.print(wording.andMore(adoption.written.records.count - 50))
    }
    for each in adoption.left {
      let line = wording.left(
        what: describe(each.type, each.id, contents: nil),
        fields: each.fields.map(invocation.labels(of: each.type, in: base)),
        by: authors.title(of: each.by.replica) ?? wording.unknownAuthor,
        at: invocation.time(millis: each.atMillis, in: base))
      invocation.print(DisplayWidth.oneLine(line))
    }
    if !adoption.excluded.isEmpty {
      invocation.warn(wording.notTakenOver(adoption.excluded.count))
    }
  }

  func object(_ adoption: HeldAdoption, of dots: [Dot]) -> JSONObject {
    var object = JSONObject()
    object.put("adopted", dots.map(\.text))
    object.put(
      "records",
      adoption.written.records.map { record in
        var each = JSONObject()
        each.put("id", record.id)
        each.put("type", record.type)
        each.put("outcome", Invocation.key(record.kind))
        each.put("fields", record.fields)
        return each
      })
    object.put(
      "left",
      adoption.left.map { left in
        var each = JSONObject()
        each.put("id", left.id)
        each.put("type", left.type)
        each.put("fields", left.fields)
        each.put("by", left.by.text)
        each.put("at", Timestamp.text(left.atMillis))
        return each
      })
    object.put(
      "excluded",
      adoption.excluded.map { type, id in
        var each = JSONObject()
        each.put("id", id)
        each.put("type", type)
        return each
      })
    object.put("dots", adoption.written.commits)
    return object
  }
}
