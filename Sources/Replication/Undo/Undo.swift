import Bytes
public import Documents

/// An undo that is worked out and not written yet.
public struct UndoPlan: Sendable {
  /// What is undone.
  public let scope: UndoScope
  /// What it would do.
  public let report: UndoReport
  /// The changes that would be written.
  public let edits: [RecordEdit]
  /// The commits of the state that it was worked out for.
  let frontier: Frontier
}

extension Workspace {
  /// Takes back what some commits did, as far as nobody has changed it later (design §2 P6).
  ///
  /// Computed, not replayed: for every record that the commits touched, its state is compared
  /// with what it would be without them, and the difference is written as ordinary changes. So
  /// later edits win by themselves, and an undo can be undone.
  ///
  /// - Parameters:
  ///   - dots: the commits.
  ///   - purpose: what the new commits are for.
  ///   - isRehearsal: whether to stop before anything is written.
  ///   - progress: is told how far the work has come.
  /// - Returns: what was taken back, and what was left alone.
  /// - Throws: as `write`.
  public func undo(
    _ dots: Set<Dot>, purpose: String, isRehearsal: Bool = false,
    progress: ProgressReport = { _, _ in }
  ) throws -> UndoReport {
    let plan = try planUndo(UndoScope(dots), progress: progress)
    return isRehearsal ? plan.report : try carryOut(plan, purpose: purpose, progress: progress)
  }

  /// Works out an undo (SPEC §10); nothing is written.
  ///
  /// - Parameters:
  ///   - scope: what is undone.
  ///   - progress: is told how far the work has come.
  /// - Returns: what would be written.
  /// - Throws: `DocumentError`, or what the system says.
  public func planUndo(
    _ scope: UndoScope, progress: ProgressReport = { _, _ in }
  ) throws -> UndoPlan {
    let frontier = state.frontier
    var fold = UndoFold(scope, openings: try openings(in: scope) { progress($0, $1 * 2) })
    if !fold.openings.isEmpty {
      try forEachCommit(
        reading: .ofRecords(fold.openings), progress: { progress($1 + $0, $1 * 2) }
      ) { fold.add($0) }
    }
    var report = UndoReport()
    let edits = fold.reversal(report: &report) { mayVoid(seal: $0) }
    return UndoPlan(scope: scope, report: report, edits: edits, frontier: frontier)
  }

  /// Writes an undo; one that was worked out for an older state is worked out again.
  ///
  /// - Parameters:
  ///   - plan: the undo.
  ///   - purpose: what the new commits are for.
  ///   - progress: is told how far the work has come.
  ///   - amend: has the last word on the batch: it is given the changes and adds them, and what
  ///     else belongs to it, to the draft.
  /// - Returns: what was taken back, and what was left alone.
  /// - Throws: as `write`.
  public func carryOut(
    _ plan: UndoPlan, purpose: String, progress: ProgressReport = { _, _ in },
    amend: (UndoPlan, inout Draft) throws -> Void = { plan, draft in
      for edit in plan.edits { draft.add(edit) }
    }
  ) throws -> UndoReport {
    let (dots, plan) = try write(purpose: purpose) { draft in
      let plan =
        plan.frontier == state.frontier ? plan : try planUndo(plan.scope, progress: progress)
      try amend(plan, &draft)
      return plan
    }
    var report = plan.report
    report.dots = dots
    return report
  }

  /// How the lines of all records begin that the scope touches.
  private func openings(
    in scope: UndoScope, progress: ProgressReport
  ) throws -> Set<ByteString> {
    var openings: Set<ByteString> = []
    try forEachCommit(reading: .of(scope.commits), progress: progress) { commit in
      for edit in commit.edits where scope.covers(type: edit.type) {
        openings.insert(RecordFold.Key(type: edit.type, id: edit.id).opening)
      }
    }
    return openings
  }

  /// Whether whoever writes here may void a seal: their role must outrank that of its author.
  private func mayVoid(seal id: String) -> Bool {
    guard let own = try? ownReplica(), let role = state.device(own)?.role else { return false }
    return state.seals.filter { $0.id == id }.allSatisfy { role.outranks($0.role) }
  }
}

/// All lines of the records that some commits touched, folded with and without those commits.
private struct UndoFold {
  /// One record's lines, told apart by whether they are undone.
  private struct History {
    let first: Dot
    /// The commits whose lines are undone.
    var undone: Set<Dot> = []
    /// The other lines, in an order that follows causality.
    var kept: [(dot: Dot, stampMillis: Int64, edit: RecordEdit)] = []
    /// What the record was before the undone lines, as far as they changed it: where it says that
    /// again, whoever made it so, there is nothing to tell.
    var formerValues: [String: [UInt8]] = [:]
    var formerElements: [String: [ByteString: Bool]] = [:]
    var wasAlive: Bool?
  }

  let scope: UndoScope
  let openings: Set<ByteString>
  private var with = RecordFold()
  private var without = RecordFold()
  private var order: [RecordFold.Key] = []
  private var histories: [RecordFold.Key: History] = [:]
  private static let null = Array("null".utf8)

  init(_ scope: UndoScope, openings: Set<ByteString>) {
    self.scope = scope
    self.openings = openings
  }

  mutating func add(_ commit: CommitRecord) {
    let dot = commit.header.dot
    let context = with.admit(commit.header)
    _ = without.admit(commit.header)
    for edit in commit.edits {
      let key = RecordFold.Key(type: edit.type, id: edit.id)
      if histories[key] == nil {
        histories[key] = History(first: dot)
        order.append(key)
      }
      guard let first = histories[key]?.first else { continue }
      if scope.covers(dot, edit, first: first) {
        noteFormer(of: key, edit)
        histories[key]?.undone.insert(dot)
      } else {
        histories[key]?.kept.append((dot, commit.header.stampMillis, edit))
        without.apply(edit, context: context)
      }
      with.apply(edit, context: context)
    }
  }

  private mutating func noteFormer(of key: RecordFold.Key, _ edit: RecordEdit) {
    histories[key]?.wasAlive = without.isAlive(key)
    for field in edit.set.keys {
      histories[key]?.formerValues[field] = without.value(of: field, in: key) ?? Self.null
    }
    for (field, elements) in Array(edit.add) + Array(edit.remove) {
      for element in elements {
        histories[key]?.formerElements[field, default: [:]][ByteString(element)] =
          without.has(element, in: field, of: key)
      }
    }
  }

  /// What is to be written, and what is left alone.
  func reversal(
    report: inout UndoReport, mayVoid: (String) -> Bool
  ) -> [RecordEdit] {
    order.compactMap { key in
      guard let history = histories[key], !history.undone.isEmpty,
        let contents = with.contents(of: key)
      else { return nil }
      if history.undone.contains(history.first) {
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
    _ key: RecordFold.Key, _ contents: RecordContents, _ history: History,
    _ report: inout UndoReport
  ) -> RecordEdit? {
    guard contents.isAlive else { return nil }
    if let later = history.kept.last {
      report.left.append(
        UndoReport.Left(
          type: key.type, id: key.id, fields: [], by: later.dot, atMillis: later.stampMillis))
      return nil
    }
    var edit = RecordEdit(type: key.type, id: key.id)
    edit.isDeletion = true
    report.reverted.append(UndoReport.Reverted(type: key.type, id: key.id, kind: .deleted))
    return edit
  }

  private func settingBack(
    _ key: RecordFold.Key, _ with: RecordContents, _ history: History, _ report: inout UndoReport
  ) -> RecordEdit? {
    // An invitation that was taken back stays so (SPEC §8.5).
    guard key.type != "invitation", let without = without.contents(of: key) else { return nil }
    // That somebody deleted it beside these commits is open, and not for an undo to decide.
    if with.isAlive, !without.isAlive,
      let deletion = with.deleters.first(where: { !history.undone.contains($0.dot) })
    {
      report.left.append(
        UndoReport.Left(
          type: key.type, id: key.id, fields: [], by: deletion.dot,
          atMillis: deletion.stampMillis))
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
    if let wasAlive = history.wasAlive, with.isAlive != wasAlive, let later = history.kept.last {
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
    _ with: RecordContents, _ without: RecordContents, _ history: History,
    edit: inout RecordEdit, left: inout [Dot: (fields: [String], millis: Int64)]
  ) {
    for register in with.registers {
      if register.writes.contains(where: { history.undone.contains($0.dot) }) {
        let others = register.writes.filter { !history.undone.contains($0.dot) }
        if let other = others.first, others.contains(where: { $0.value != other.value }) {
          // One write would settle what is open between them.
          left[other.dot, default: ([], other.stampMillis)].fields.append(register.name)
          continue
        }
        // What somebody else wrote beside it stands; else what there was before.
        let former = without.registers.first { $0.name == register.name }
        let value = others.first?.value ?? former?.writes.first?.value ?? Self.null
        if register.isConflict || register.writes[0].value != value {
          edit.set[register.name] = value
        }
      } else if let later = register.writes.first,
        let before = history.formerValues[register.name], later.value != before
      {
        left[later.dot, default: ([], later.stampMillis)].fields.append(register.name)
      }
    }
  }

  private func compareSets(
    _ with: RecordContents, _ without: RecordContents, _ history: History,
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
    for (name, elements) in history.formerElements {
      let present = Set(with.sets.first { $0.name == name }?.elements ?? [])
      for (element, wasThere) in elements {
        let isThere = present.contains(element.bytes)
        guard isThere != wasThere, !(edit.add[name]?.contains(element.bytes) ?? false),
          !(edit.remove[name]?.contains(element.bytes) ?? false),
          let later = history.kept.last(where: { line in
            [line.edit.add[name], line.edit.remove[name]].contains {
              $0?.contains(element.bytes) ?? false
            }
          })
        else { continue }
        if left[later.dot]?.fields.contains(name) ?? false { continue }
        left[later.dot, default: ([], later.stampMillis)].fields.append(name)
      }
    }
  }
}
