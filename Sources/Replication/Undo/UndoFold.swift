import Bytes
import Documents

/// All lines of the records that some commits touched, folded with and without those commits.
struct UndoFold {
  let scope: UndoScope
  let openings: Set<ByteString>
  private var with = RecordFold()
  private var without = RecordFold()
  private var order: [RecordFold.Key] = []
  /// The first commit of the batch that each replica is at.
  private var batches: [ReplicaID: Dot] = [:]
  private var histories: [RecordFold.Key: UndoHistory] = [:]

  init(_ scope: UndoScope, openings: Set<ByteString>) {
    self.scope = scope
    self.openings = openings
  }

  mutating func add(_ commit: CommitRecord) {
    let header = commit.header
    let context = with.admit(header)
    _ = without.admit(header)
    if header.part?.index ?? 1 == 1 { batches[header.dot.replica] = header.dot }
    let batch = batches[header.dot.replica]
    let undo = TakingBack(header.purpose)
    for edit in commit.edits {
      let key = RecordFold.Key(type: edit.type, id: edit.id)
      if histories[key] == nil { order.append(key) }
      let first = histories[key]?.first ?? header.dot
      var line = UndoHistory.Line(
        dot: header.dot, stampMillis: header.stampMillis, context: context,
        isUndone: scope.covers(header.dot, edit, first: first), takesBack: undo != nil)
      line.batch = batch
      if let undo { line.names = undo.names }
      // What the line does where the undone ones have never been.
      if let rest = histories[key, default: UndoHistory(first: first)].add(edit, line) {
        without.apply(rest, context: context)
      }
      with.apply(edit, context: context)
    }
  }

  /// What is to be written, and what is left alone.
  func reversal(
    report: inout UndoReport, mayVoid: (String) -> Bool
  ) -> [RecordEdit] {
    order.compactMap { key in
      guard let history = histories[key], history.hasUndone,
        let contents = with.contents(of: key)
      else { return nil }
      if scope.fixedTypes.contains(key.type) {
        report.kept.append(UndoReport.Kept(type: key.type, id: key.id))
        return nil
      }
      if history.isMadeByUndone {
        return key.type == "seal"
          ? voiding(contents, &report, mayVoid) : unmaking(key, contents, history, &report)
      }
      return settingBack(key, contents, history, &report)
    }
  }

  /// A seal is no record like others: deleting its record has no effect, voiding it has.
  private func voiding(
    _ contents: RecordContents, _ report: inout UndoReport, _ mayVoid: (String) -> Bool
  ) -> RecordEdit? {
    let isVoid = contents.registers.contains {
      $0.name == "void" && $0.writes[0].value == Array("true".utf8)
    }
    guard !isVoid else { return nil }
    guard mayVoid(contents.id) else {
      report.sealsLeft.append(contents.id)
      return nil
    }
    var edit = RecordEdit(type: contents.type, id: contents.id)
    edit.set["void"] = Array("true".utf8)
    report.reverted.append(
      UndoReport.Reverted(type: contents.type, id: contents.id, kind: .changed(fields: ["void"])))
    return edit
  }

  /// A record that these commits made goes to the trash, unless someone has worked on it.
  private func unmaking(
    _ key: RecordFold.Key, _ contents: RecordContents, _ history: UndoHistory,
    _ report: inout UndoReport
  ) -> RecordEdit? {
    guard contents.isAlive else { return nil }
    if let later = history.lastWork {
      report.left.append(
        UndoReport.Left(
          type: key.type, id: key.id, fields: [], by: later.dot, atMillis: later.stampMillis))
      return nil
    }
    if scope.isLasting(type: key.type, id: key.id) {
      report.kept.append(UndoReport.Kept(type: key.type, id: key.id))
      return nil
    }
    var edit = RecordEdit(type: key.type, id: key.id)
    edit.isDeletion = true
    report.reverted.append(UndoReport.Reverted(type: key.type, id: key.id, kind: .deleted))
    return edit
  }

  private func settingBack(
    _ key: RecordFold.Key, _ with: RecordContents, _ history: UndoHistory,
    _ report: inout UndoReport
  ) -> RecordEdit? {
    // An invitation that was taken back stays so (SPEC §8.5).
    guard key.type != "invitation", let without = without.contents(of: key) else { return nil }
    // That somebody deleted it beside these commits is open, and not for an undo to decide.
    if with.isAlive, !without.isAlive,
      let deletion = with.deleters.first(where: { !history.isUndone($0.dot, .existence) })
    {
      report.left.append(
        UndoReport.Left(
          type: key.type, id: key.id, fields: [], by: deletion.dot,
          atMillis: deletion.stampMillis))
      return nil
    }
    if with.isAlive, !without.isAlive, scope.isLasting(type: key.type, id: key.id) {
      report.kept.append(UndoReport.Kept(type: key.type, id: key.id))
      return nil
    }
    var edit = RecordEdit(type: key.type, id: key.id)
    var left: [Dot: (fields: [String], millis: Int64)] = [:]
    compareRegisters(with, without, history, edit: &edit, left: &left)
    compareSets(with, without, history, edit: &edit, left: &left)
    for (dot, entry) in left.sorted(by: { $0.key < $1.key }) {
      report.left.append(
        UndoReport.Left(
          type: key.type, id: key.id, fields: entry.fields.sorted(), by: dot,
          atMillis: entry.millis))
    }
    if with.isAlive != without.isAlive {
      edit.isDeletion = !without.isAlive
      report.reverted.append(
        UndoReport.Reverted(
          type: key.type, id: key.id, kind: without.isAlive ? .restored : .deleted))
      return edit
    }
    if let was = history.former(.existence), (with.isAlive ? .yes : .no) != was,
      let later = history.lastKept
    {
      report.left.append(
        UndoReport.Left(
          type: key.type, id: key.id, fields: [], by: later.dot, atMillis: later.stampMillis))
    }
    guard !edit.isEmpty else { return nil }
    // A deleted record's fields are set back and it stays deleted.
    edit.isDeletion = !with.isAlive
    let fields = Set(edit.set.keys).union(edit.add.keys).union(edit.remove.keys)
    report.reverted.append(
      UndoReport.Reverted(type: key.type, id: key.id, kind: .changed(fields: fields.sorted())))
    return edit
  }

  private func compareRegisters(
    _ with: RecordContents, _ without: RecordContents, _ history: UndoHistory,
    edit: inout RecordEdit, left: inout [Dot: (fields: [String], millis: Int64)]
  ) {
    for register in with.registers {
      let cell = UndoHistory.Cell.register(register.name)
      let others = register.writes.filter { !history.isUndone($0.dot, cell) }
      if others.count < register.writes.count {
        if let other = others.first, others.contains(where: { $0.value != other.value }) {
          // One write would settle what is open between them.
          left[other.dot, default: ([], other.stampMillis)].fields.append(register.name)
          continue
        }
        // What somebody else wrote beside it stands; else what there was before.
        let former = without.registers.first { $0.name == register.name }
        let value = others.first?.value ?? former?.writes.first?.value ?? UndoHistory.null
        if register.isConflict || register.writes[0].value != value {
          edit.set[register.name] = value
        }
      } else if let later = register.writes.first, let before = history.former(cell),
        before != .value(later.value)
      {
        left[later.dot, default: ([], later.stampMillis)].fields.append(register.name)
      }
    }
  }

  private func compareSets(
    _ with: RecordContents, _ without: RecordContents, _ history: UndoHistory,
    edit: inout RecordEdit, left: inout [Dot: (fields: [String], millis: Int64)]
  ) {
    for name in Set(with.sets.map(\.name)).union(without.sets.map(\.name)).sorted() {
      let present = Set(with.sets.first { $0.name == name }?.elements ?? [])
      let former = Set(without.sets.first { $0.name == name }?.elements ?? [])
      let added = present.subtracting(former)
      let removed = former.subtracting(present)
      if !added.isEmpty { edit.remove[name] = Array(added) }
      if !removed.isEmpty { edit.add[name] = Array(removed) }
    }
    for cell in history.undoneCells {
      guard case .element(let name, let element) = cell, let was = history.former(cell) else {
        continue
      }
      let isThere = with.sets.first { $0.name == name }?.elements.contains(element.bytes) ?? false
      guard (isThere ? .yes : .no) != was, !(edit.add[name]?.contains(element.bytes) ?? false),
        !(edit.remove[name]?.contains(element.bytes) ?? false),
        let later = history.lastKept(touching: cell)
      else { continue }
      if left[later.dot]?.fields.contains(name) ?? false { continue }
      left[later.dot, default: ([], later.stampMillis)].fields.append(name)
    }
  }
}
