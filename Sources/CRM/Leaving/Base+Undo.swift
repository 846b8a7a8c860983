public import Documents
public import Replication

extension Base {
  /// Types of records that an undo of what somebody did leaves alone: who may do what is settled by
  /// roles and seals, and what keeps account of them must outlast them.
  static let accountTypes: Set<String> = [
    "adoption", "alarm", "device", "export", "handover", "invitation", "member", "seal",
  ]

  /// The replicas that write for a member: of all their devices, under all names.
  public func replicas(of member: Member) -> Set<ReplicaID> {
    Set(
      state.replicas.filter { replica in
        replica.count > 0
          && state.device(replica.device ?? replica.id)?.member == member.id
      }.map(\.id))
  }

  /// Everything that somebody did in a time, as something to undo.
  ///
  /// - Parameters:
  ///   - member: who.
  ///   - start: from when on.
  ///   - end: the last moment, in milliseconds since 1970 UTC; nil for no end.
  ///   - kind: the kind of changes; nil for all.
  ///   - entity: the kind of records; nil for all but those that keep account.
  ///   - progress: is told how far the work has come.
  /// - Returns: what to undo, and the commits that it was made of.
  /// - Throws: `DocumentError`, or what the system says.
  public func undoScope(
    by member: Member, since start: UndoStart, until end: Int64? = nil,
    kind: UndoScope.Kind? = nil, entity: Entity? = nil,
    progress: ProgressReport = { _, _ in }
  ) throws -> (scope: UndoScope, span: CommitSpan) {
    let span = try workspace.commits(
      of: replicas(of: member), since: start, until: end, progress: progress)
    var scope = UndoScope(span.commits)
    scope.kind = kind
    scope.types = entity.map { [$0.key] }
    scope.exceptTypes = Self.accountTypes
    return (scope, span)
  }

  /// What an undo of a merge takes back: all that came with it, but for who may do what, which
  /// is settled by roles and seals.
  ///
  /// - Parameter commits: what came with the merge.
  /// - Returns: what is undone.
  public func scope(ofMerge commits: Set<Dot>) -> UndoScope {
    var scope = UndoScope(commits)
    scope.exceptTypes = Self.accountTypes
    return scope
  }

  /// Works out an undo (SPEC §10); nothing is written.
  ///
  /// What whoever undoes could not delete by name stays: the base itself and people who came in, for
  /// everybody; what is there for all, for those who are no owners or admins (SPEC [U-3]).
  ///
  /// - Parameters:
  ///   - scope: what is undone.
  ///   - progress: is told how far the work has come.
  /// - Returns: what would be written.
  /// - Throws: `DocumentError`, or what the system says.
  public func planUndo(
    _ scope: UndoScope, progress: ProgressReport = { _, _ in }
  ) throws -> UndoPlan {
    var scope = scope
    scope.lastingTypes = Self.lastingTypes.subtracting([Schema.member.key])
    scope.lastingIDs = Set(state.devices.map(\.member)).subtracting([""])
    if !isSenior {
      scope.lastingTypes.formUnion(Self.typesOfAll)
      scope.fixedTypes = [Schema.workspace.key]
    }
    return try workspace.planUndo(scope, progress: progress)
  }

  /// Writes an undo.
  ///
  /// What would fall to somebody who has left falls to whoever took over from them; alarms about
  /// what is undone are answered with it.
  ///
  /// - Parameters:
  ///   - plan: the undo, worked out.
  ///   - purpose: what the new commits are for.
  ///   - progress: is told how far the work has come.
  /// - Returns: what was taken back, and what was left alone.
  /// - Throws: what keeps the batch from being written.
  public func carryOut(
    _ plan: UndoPlan, purpose: String, progress: ProgressReport = { _, _ in }
  ) throws -> UndoReport {
    let shares = try handoverShares()
    return try workspace.carryOut(plan, purpose: purpose, progress: progress) { plan, draft in
      for edit in Heirs.passedOn(plan.edits, in: draft.state, shares: shares) { draft.add(edit) }
      for answer in answers(to: plan.scope) { draft.add(answer) }
    }
  }
}
