public import Documents
public import Replication

/// What someone has decided about a held commit.
public enum HeldOutcome: String, Sendable, CaseIterable {
  /// Its changes were taken over, as changes of whoever decided.
  case adopted
  /// It is not wanted; it stays in the document and out of the way.
  case discarded
}

/// A held commit with what is known of it.
public struct HeldEntry: Sendable {
  /// The commit, and what it would have done.
  public let commit: HeldCommit
  /// The name of whoever wrote it; empty if that is not known.
  public let author: String
  /// The name of the device that wrote it; empty if it has none.
  public let device: String
  /// What was decided about it; nothing if it waits.
  public let outcome: HeldOutcome?
  /// Of a stranger who used a code: whose it was.
  public let claimed: String?
  /// Of a stranger who used a code with which another machine came in: that machine.
  public let rival: Device?
}

/// What taking over held commits did, or would do.
public struct HeldAdoption: Sendable {
  /// What was written.
  public let written: Written
  /// What was left, since someone has changed it later or at the same time.
  public let left: [UndoReport.Left]
  /// Records of which nobody takes anything over: who may do what is decided with commands of its
  /// own, and what keeps account of people is no work of theirs.
  public let excluded: [(type: String, id: String)]
}

/// What can keep a held commit from being decided about.
public enum HeldError: Error, Equatable, Sendable {
  /// No commit with this name is held.
  case notHeld(String)
  /// All that these commits say is of records that nobody takes over: members, devices, accounts.
  case nothingToAdopt(records: Int)
}

extension Base {
  /// How many held commits wait for a decision.
  public var undecidedCount: Int { undecidedDots.count }

  /// The held commits that wait for a decision.
  public var undecidedDots: Set<Dot> {
    let runs = state.held
    guard !runs.isEmpty else { return [] }
    return Set(runs.flatMap(\.dots)).subtracting(decisions.keys)
  }

  /// Which of some held commits were said to be not wanted.
  public func discarded(among dots: [Dot]) -> [Dot] {
    let decisions = decisions
    return dots.filter { decisions[$0] == .discarded }
  }

  /// The device that wrote a commit, of whichever history of it.
  public func writer(of dot: Dot) -> ReplicaID {
    state.replicas.first { $0.id == dot.replica }?.device ?? dot.replica
  }

  /// The name that a record goes by, by what is known of it here.
  public func name(of contents: RecordContents) -> String {
    let field = Self.nameField(of: contents.type)
    let value = contents.registers.first { $0.name == field }?.writes.first?.value
    return value.map { StoredValue.content(of: $0) } ?? ""
  }

  /// What was decided about held commits.
  private var decisions: [Dot: HeldOutcome] {
    var decisions: [Dot: HeldOutcome] = [:]
    state.forEach(type: Self.decisionType) { record in
      if record.isAlive, let dot = Self.dot(ofDecision: record.id),
        let outcome = record.text("outcome", state).flatMap({ HeldOutcome(rawValue: $0) })
      {
        decisions[dot] = outcome
      }
      return true
    }
    return decisions
  }

  static let decisionType = Schema.decision.key

  /// The types of records that are not taken over: written by somebody higher, they would say what
  /// their author was not entitled to say (SPEC §10).
  private static let untakenTypes = accountTypes.union([decisionType, "loss"])

  /// A change without the limits of alarms, which count by who wrote them.
  private static func withoutLimits(_ edit: RecordEdit) -> RecordEdit {
    guard edit.type == "workspace" else { return edit }
    var edit = edit
    edit.set = edit.set.filter { !$0.key.hasPrefix("alarm_") }
    return edit
  }

  /// Its id follows from the commit, so that two people who decide make one record.
  static func decisionID(of dot: Dot) -> String { "held.\(dot.replica.text).\(dot.number)" }

  private static func dot(ofDecision id: String) -> Dot? {
    let parts = id.split(separator: ".")
    guard parts.count == 3, parts[0] == "held", let replica = ReplicaID(String(parts[1])),
      let number = UInt32(parts[2])
    else { return nil }
    return Dot(replica, number)
  }

  /// The held commits, in an order in which each comes after all that it had seen.
  ///
  /// - Parameters:
  ///   - dots: which; nil are those that wait for a decision.
  ///   - isWhole: whether those that are decided are wanted too, where `dots` is nil.
  ///   - progress: is told how far the work has come.
  /// - Returns: the commits.
  /// - Throws: `DocumentError`, or what the system says.
  public func held(
    _ dots: Set<Dot>? = nil, isWhole: Bool = false, progress: ProgressReport = { _, _ in }
  ) throws -> [HeldEntry] {
    let decisions = decisions
    let devices = devices
    let commits = try workspace.heldCommits(dots, progress: progress)
    let names = Self.deviceNames(in: commits)
    return commits.compactMap { commit in
      let outcome = decisions[commit.dot]
      guard dots != nil || isWhole || outcome == nil else { return nil }
      let replica = commit.dot.replica
      let device = devices.first { $0.standing.replica == writer(of: commit.dot) }
      let use =
        commit.reason == .stranger ? state.use(ofInvitationBy: writer(of: commit.dot)) : nil
      return HeldEntry(
        commit: commit, author: memberName(ofReplica: replica) ?? "",
        device: device.flatMap { $0.name.isEmpty ? nil : $0.name }
          ?? names[writer(of: commit.dot)] ?? "",
        outcome: outcome,
        claimed: use.map { use in members.first { $0.id == use.member }?.name ?? use.member },
        rival: use?.rival.flatMap { rival in
          devices.first { $0.standing.replica == rival }
        })
    }
  }

  /// What machines call themselves in held commits: of those that nobody let in, nothing else says.
  private static func deviceNames(in commits: [HeldCommit]) -> [ReplicaID: String] {
    var names: [ReplicaID: String] = [:]
    for commit in commits {
      for change in commit.changes where change.edit.type == Schema.device.key {
        guard change.edit.id == commit.dot.replica.text,
          let name = change.edit.set["name"].map({ StoredValue.content(of: $0) }), !name.isEmpty
        else { continue }
        names[commit.dot.replica] = name
      }
    }
    return names
  }

  /// The machines of nobody whose commits wait for a decision, with the names that they give
  /// themselves.
  ///
  /// - Throws: `DocumentError`, or what the system says.
  public func waitingStrangers() throws -> [(replica: ReplicaID, name: String)] {
    let replicas = Set(undecidedDots.map(writer)).filter { memberName(ofReplica: $0) == nil }
    guard !replicas.isEmpty else { return [] }
    let told = Self.deviceNames(in: try workspace.heldCommits(nil))
    let devices = devices
    return replicas.sorted().map { replica in
      let known = devices.first { $0.standing.replica == replica }?.name ?? ""
      return (replica, known.isEmpty ? told[replica] ?? "" : known)
    }
  }

  /// Takes the changes of held commits over, as changes of whoever works here.
  ///
  /// - Parameters:
  ///   - dots: the commits.
  ///   - isRehearsal: whether to stop before anything is written.
  ///   - progress: is told how far the work has come.
  /// - Returns: what was written, and what was left.
  /// - Throws: `HeldError.notHeld`, `nothingToAdopt`, or as `write`.
  public func adoptHeld(
    _ dots: [Dot], isRehearsal: Bool = false, progress: ProgressReport = { _, _ in }
  ) throws -> HeldAdoption {
    let (written, revision) = try write(purpose: "adopt", isRehearsal: isRehearsal) { batch in
      try demandHeld(dots)
      var revision = try workspace.revision(
        takingOver: Set(dots), excluding: Self.untakenTypes, progress: progress)
      var taken: [RecordEdit] = []
      for edit in revision.edits {
        let ordinary = Self.withoutLimits(edit)
        if ordinary != edit { revision.exclude(edit) }
        if ordinary == edit || !ordinary.isEmpty { taken.append(ordinary) }
      }
      let isEmpty = taken.isEmpty
      // What a leaver left to themselves goes to whoever took over from them.
      for edit in Heirs.passedOn(taken, in: state, shares: try handoverShares()) {
        batch.put(edit)
      }
      let decided = decisions
      let isNews = dots.contains { decided[$0] != .adopted }
      if isNews, isEmpty, revision.left.isEmpty, !revision.excluded.isEmpty {
        throw HeldError.nothingToAdopt(records: revision.excluded.count)
      }
      note(.adopted, of: dots, in: &batch)
      return revision
    }
    return HeldAdoption(
      written: Written(
        commits: written.commits,
        records: written.records.filter { $0.type != Self.decisionType },
        warnings: written.warnings),
      left: revision.left, excluded: revision.excluded)
  }

  /// Says of held commits that nobody wants them.
  ///
  /// - Parameters:
  ///   - dots: the commits.
  ///   - isRehearsal: whether to stop before anything is written.
  /// - Throws: `HeldError.notHeld`, or as `write`.
  public func discardHeld(_ dots: [Dot], isRehearsal: Bool = false) throws {
    _ = try write(purpose: "discard", isRehearsal: isRehearsal) { batch in
      try demandHeld(dots)
      note(.discarded, of: dots, in: &batch)
    }
  }

  private func demandHeld(_ dots: [Dot]) throws(HeldError) {
    let runs = state.held
    for dot in dots where !runs.contains(where: { $0.contains(dot) }) {
      throw .notHeld(dot.text)
    }
  }

  /// Writes down what was decided, for everybody; what stands so already is not written again.
  private func note(_ outcome: HeldOutcome, of dots: [Dot], in batch: inout Batch) {
    let known = decisions
    for dot in Set(dots).sorted() where known[dot] != outcome {
      var edit = RecordEdit(type: Self.decisionType, id: Self.decisionID(of: dot))
      edit.set["outcome"] = StoredValue.text(outcome.rawValue)
      if let me { edit.set["by"] = StoredValue.text(me.id) }
      edit.set["at"] = StoredValue.text(now.description)
      batch.put(edit)
    }
  }
}
