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
      for edit in commit.edits
      where scope.covers(type: edit.type)
        && scope.only[commit.header.dot].map({ $0.contains(edit.id) }) ?? true
      {
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
