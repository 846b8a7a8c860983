import Documents
import Replication

/// What came back to somebody whose absence is over.
public struct HandedBack: Sendable {
  /// Who is back.
  public let member: String
  /// How many records are theirs again.
  public let count: Int
}

extension Base {
  /// Whether some absence is over whose work has not come back yet, and this device may write.
  public var mayHandBack: Bool {
    guard hasDueHandovers, access == .full, let own = try? workspace.ownReplica() else {
      return false
    }
    return state.device(own)?.role.map { $0 <= .manager } ?? false
  }

  func isReturned(_ record: Record, in state: State) -> Bool {
    record.withValue(of: state.field("returned")) { $0.count == 4 } ?? false
  }

  /// Gives back what passed to others for absences that are over (SPEC [P-7]).
  ///
  /// Whatever writes first after the last day does it, for all of them at once: what went from a
  /// stand-in to another goes back to whoever was away. Each record is given back only if it is
  /// still with whom a hand-over gave it to; two machines that do it at once write the same.
  ///
  /// - Returns: what came back.
  /// - Throws: what keeps the batch from being written.
  public func handBackWhatIsDue() throws -> [HandedBack] {
    let due = try dueHandovers
    guard !due.isEmpty else { return [] }
    var scope = UndoScope([])
    scope.kind = .changes
    scope.types = Loans.types
    // A batch may pass on several people's work, of whom only some are back.
    var partial: [Dot: Set<String>] = [:]
    var whole: Set<Dot> = []
    for handover in due {
      scope.commits.formUnion(handover.batch)
      guard let only = handover.only else {
        whole.formUnion(handover.batch)
        continue
      }
      for dot in handover.batch { partial[dot, default: []].formUnion(only) }
    }
    scope.only = partial.filter { !whole.contains($0.key) }
    let plan = try workspace.planUndo(scope)
    var edits: [RecordEdit] = []
    let giveBack = { (plan: UndoPlan, draft: inout Draft) in
      edits = []
      let open = due.filter { handover in
        draft.state.record(type: "handover", id: handover.record.id).map {
          $0.isAlive && !self.isReturned($0, in: draft.state)
        } ?? false
      }
      // Somebody else has begun meanwhile: the next one looks anew.
      guard open.count == due.count else { return }
      edits = plan.edits
      for edit in edits { draft.add(edit) }
      for handover in open {
        var done = RecordEdit(type: "handover", id: handover.record.id)
        done.set["returned"] = StoredValue.bool(true)
        draft.add(done)
      }
    }
    _ = try workspace.carryOut(plan, purpose: "return", amend: giveBack)
    let back = due.compactMap { $0.record.text("member", state) }
    var told: Set<String> = []
    return back.reversed().filter { told.insert($0).inserted }.map { id in
      HandedBack(
        member: members.first { $0.id == id }?.name ?? "",
        count: edits.count { edit in
          edit.set.values.contains { StoredValue.content(of: $0) == id }
        })
    }
  }
}
