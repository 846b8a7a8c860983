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
    guard !dueHandovers.isEmpty, access == .full, let own = try? workspace.ownReplica() else {
      return false
    }
    return state.device(own)?.role.map { $0 <= .manager } ?? false
  }

  private var dueHandovers: [Record] {
    let today = today
    return state.all("handover").filter { record in
      guard let until = record.text("until", state).flatMap(CivilDate.init(stored:)),
        until < today, !isReturned(record, in: state)
      else { return false }
      // Whoever has left meanwhile does not come back.
      return members.contains { $0.id == record.text("member", state) && $0.isActive }
    }
  }

  func isReturned(_ record: Record, in state: State) -> Bool {
    record.withValue(of: state.field("returned")) { $0.count == 4 } ?? false
  }

  /// Gives back what passed to others for absences that are over (SPEC §23).
  ///
  /// Whatever writes first after the last day does it. Each record is given back only if it is
  /// still with whom the hand-over gave it to; two machines that do it at once write the same.
  ///
  /// - Returns: what came back.
  /// - Throws: what keeps the batch from being written.
  public func handBackWhatIsDue() throws -> [HandedBack] {
    var result: [HandedBack] = []
    for handover in dueHandovers {
      guard let member = handover.text("member", state),
        let dot = handover.contents().registers.first(where: { $0.name == "until" })?.writes.first
      else { continue }
      var scope = UndoScope(try workspace.batch(containing: dot.dot))
      scope.kind = .changes
      scope.types = ["client", "deal", "rule", "segment", "task"]
      let plan = try workspace.planUndo(scope)
      let id = handover.id
      var count = 0
      let giveBack = { (plan: UndoPlan, draft: inout Draft) in
        guard let record = draft.state.record(type: "handover", id: id), record.isAlive,
          !self.isReturned(record, in: draft.state)
        else { return }
        for edit in plan.edits { draft.add(edit) }
        count = plan.edits.count
        var done = RecordEdit(type: "handover", id: id)
        done.set["returned"] = StoredValue.bool(true)
        draft.add(done)
      }
      _ = try workspace.carryOut(plan, purpose: "return", amend: giveBack)
      result.append(
        HandedBack(member: members.first { $0.id == member }?.name ?? "", count: count))
    }
    return result
  }
}
