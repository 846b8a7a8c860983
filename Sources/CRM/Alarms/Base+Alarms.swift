import Bytes
import Documents
import Replication

extension Base {
  /// The alarms that wait for an answer; commits that came since the last look are looked at first.
  ///
  /// A device that has never looked begins with what it has: a first copy raises none.
  ///
  /// - Returns: the alarms, the oldest first.
  /// - Throws: `DocumentError`, or what the system says.
  @discardableResult
  public func watchForAlarms() throws -> [Alarm] {
    guard deviceFolder != nil else { return [] }
    let frontier = workspace.frontier
    guard var notes = readAlarmNotes() else {
      save(AlarmNotes(known: frontier))
      return []
    }
    if notes.known != frontier {
      let own = ownReplicas
      let hasNews = frontier.numbers.contains { !own.contains($0) && $1 > notes.known[$0] }
      let stretches = answeredStretches
      let isAnswered = { self.isAnswered($0, by: stretches) }
      let open = notes.alarms.filter { isHere($0) && !isAnswered($0) }
      // What is told of an alarm goes by what is there, and not by when it came here.
      if hasNews || !open.isEmpty {
        let finder = AlarmFinder(self, state: state)
        let found = try finder.alarms(beyond: notes.known, after: open, except: own)
        let rest = open.filter { alarm in !found.contains { $0.overlaps(alarm) } }
        notes.add(found + (try finder.recounted(rest)), unlessAnswered: isAnswered)
        notes.known = frontier
        save(notes)
      }
    }
    let stretches = answeredStretches
    return notes.alarms.filter { isHere($0) && !isAnswered($0, by: stretches) }
  }

  /// Whether this copy has what an alarm is about: a machine may have another that it came in.
  private func isHere(_ alarm: Alarm) -> Bool {
    alarm.first.number <= workspace.frontier[alarm.first.replica]
  }

  /// All alarms that were found on this device, with whether each was answered.
  public func allAlarms() throws -> [(alarm: Alarm, isAnswered: Bool)] {
    let open = try watchForAlarms()
    let all = (readAlarmNotes()?.alarms ?? []).filter(isHere)
    let answered = try AlarmFinder(self, state: state).recounted(all.filter { !open.contains($0) })
    let byID = Dictionary(answered.map { ($0.id, $0) }) { first, _ in first }
    return all.map { alarm in byID[alarm.id].map { ($0, true) } ?? (alarm, false) }
  }

  /// The alarms that a merge would raise.
  ///
  /// - Parameter rehearsal: what the merge would make of the base.
  /// - Returns: the alarms that nobody has answered.
  /// - Throws: `DocumentError`, or what the system says.
  func alarms(in rehearsal: JoinRehearsal) throws -> [Alarm] {
    let before = workspace.frontier
    let view = try workspace.history(with: rehearsal)
    let own = ownReplicas
    let (finder, known) = workspace.look(at: rehearsal.after) {
      let stretches = answeredStretches
      let known = (readAlarmNotes()?.alarms ?? []).filter { !isAnswered($0, by: stretches) }
      return (AlarmFinder(self, state: rehearsal.after, view: view), known)
    }
    let found = try finder.alarms(beyond: before, after: known, except: own)
    return workspace.look(at: rehearsal.after) {
      let stretches = answeredStretches
      return found.filter {
        $0.last.number > before[$0.last.replica] && !isAnswered($0, by: stretches)
      }
    }
  }

  /// Whether someone entitled has answered an alarm, or nothing of it counts any more.
  private func isAnswered(_ alarm: Alarm, by stretches: [AnsweredStretch]) -> Bool {
    // What is held by now has no effect, and needs no answer.
    var last = alarm.last.number
    while let run = state.held.first(where: { $0.contains(Dot(alarm.last.replica, last)) }) {
      guard run.first > alarm.first.number else { return true }
      last = run.first - 1
    }
    return stretches.contains {
      $0.contains(alarm.first) && $0.contains(Dot(alarm.last.replica, last))
    }
  }

  /// The commits for which somebody entitled has answered, or whoever works on this device for it
  /// alone.
  var answeredStretches: [AnsweredStretch] {
    let here = (readAlarmNotes()?.answeredHere ?? []).compactMap { mark -> AnsweredStretch? in
      let parts = mark.split(separator: ".", omittingEmptySubsequences: true)
      guard parts.count == 2, let last = Int(parts[1]) else { return nil }
      return AnsweredStretch(alarmID: String(parts[0]), through: last)
    }
    // Whoever answers has seen what they answer for: nobody answers for what is yet to come.
    let counts = Dictionary(uniqueKeysWithValues: state.replicas.map { ($0.id, $0.count) })
    return here
      + state.living("alarm").flatMap { record -> [AnsweredStretch] in
        let register = record.contents().registers.first { $0.name == "through" }
        return (register?.writes ?? []).compactMap { write in
          guard case .integer(let through) = StoredValue.json(write.value),
            let stretch = AnsweredStretch(alarmID: record.id, through: through),
            stretch.last <= counts[stretch.replica] ?? 0, maySettle(write.dot.replica),
            mayAnswer(
              for: memberID(ofReplica: stretch.replica) ?? stretch.replica.text,
              member: memberID(ofReplica: write.dot.replica), write.dot.replica)
          else { return nil }
          return stretch
        }
      }
  }

  /// Whether a replica's word on an alarm counts: it is of this base, and its member may write.
  ///
  /// Whom an adopted replica claims to write for proves nothing: anybody can found a base.
  private func maySettle(_ replica: ReplicaID) -> Bool {
    guard let standing = state.device(writer(of: replica)), !standing.isAdopted else {
      return false
    }
    return standing.role.map { $0 <= .manager } ?? false
  }

  /// Nobody but owners and admins answers for what they did themselves.
  private func mayAnswer(for author: String, member: String?, _ replica: ReplicaID) -> Bool {
    member != author || isSenior(ofReplica: replica)
  }

  /// Answers an alarm, for everyone; a machine that may not write does so for itself.
  ///
  /// - Parameters:
  ///   - text: the alarm's id, or a unique beginning of it.
  ///   - isRehearsal: whether to stop before anything is noted.
  /// - Returns: the alarm, and whether the answer is for this device alone.
  /// - Throws: `AlarmError`, or what keeps the answer from being written.
  public func accept(
    alarm text: String, isRehearsal: Bool = false
  ) throws -> (alarm: Alarm, isLocal: Bool) {
    let all = try allAlarms().map(\.alarm)
    let found = all.filter { $0.id == text }
    let near = found.isEmpty ? all.filter { $0.id.hasPrefix(text) } : found
    guard let alarm = near.first else { throw AlarmError.unknown(text) }
    guard near.count == 1 else { throw AlarmError.ambiguous(text) }
    let own = try workspace.ownReplica()
    let role = own.flatMap { state.device($0)?.role }
    let mayWrite = access == .full && role.map { $0 <= .manager } ?? false
    guard mayWrite, let own else {
      if !isRehearsal, var notes = readAlarmNotes() {
        notes.answeredHere.insert(alarm.answeredMark)
        save(notes)
      }
      return (alarm, true)
    }
    guard mayAnswer(for: alarm.member, member: me?.id, own) else {
      throw AlarmError.ownDoing(alarm.id)
    }
    _ = try write(purpose: "alarms accept", isRehearsal: isRehearsal) { batch in
      batch.put(answer(alarm, .accepted))
    }
    return (alarm, false)
  }

  /// Who has answered an alarm for everyone, and when.
  public func answer(to alarm: Alarm) -> (by: Member?, at: Instant?)? {
    guard let record = state.record(type: "alarm", id: alarm.id), record.isAlive else { return nil }
    let by = record.text("by", state)
    return (
      members.first { $0.id == by }, record.text("at", state).flatMap { Instant(stored: $0) }
    )
  }

  /// The record that answers an alarm for everyone (SPEC §23).
  func answer(_ alarm: Alarm, _ answer: AlarmAnswer) -> RecordEdit {
    var edit = RecordEdit(type: "alarm", id: alarm.id)
    edit.set["answer"] = StoredValue.text(answer.rawValue)
    edit.set["through"] = StoredValue.integer(Int(alarm.last.number))
    edit.set["at"] = StoredValue.text(now.description)
    if let me { edit.set["by"] = StoredValue.text(me.id) }
    return edit
  }

  /// The answers that an undo gives: to alarms of which it takes back everything.
  func answers(to scope: UndoScope) -> [RecordEdit] {
    guard scope.types == nil, let notes = readAlarmNotes(),
      let own = try? workspace.ownReplica()
    else { return [] }
    let stretches = answeredStretches
    return notes.alarms.filter { alarm in
      !isAnswered(alarm, by: stretches) && mayAnswer(for: alarm.member, member: me?.id, own)
        && scope.commits.isSuperset(of: alarm.commits) && scope.takesAll(of: alarm)
    }.map { answer($0, .undone) }
  }
}

extension Base {
  /// The replica that this device writes, and those that it goes on for.
  fileprivate var ownReplicas: Set<ReplicaID> {
    var own: Set<ReplicaID> = []
    var next = try? workspace.ownReplica()
    while let replica = next, own.insert(replica).inserted {
      next = state.device(replica)?.predecessor
    }
    return own
  }

  /// The replica of the device that writes a replica, which may be a branch of it.
  private func writer(of replica: ReplicaID, in state: State? = nil) -> ReplicaID {
    (state ?? self.state).replicas.first { $0.id == replica }?.device ?? replica
  }

  /// The id of the member whose device writes a replica, or a branch of one.
  func memberID(ofReplica replica: ReplicaID, in state: State? = nil) -> String? {
    let state = state ?? self.state
    let device = writer(of: replica, in: state)
    guard let member = state.device(device)?.member, !member.isEmpty else { return nil }
    return member
  }

  /// Whether a replica writes for an owner or an admin, or is the recovery key's.
  func isSenior(ofReplica replica: ReplicaID, in state: State? = nil) -> Bool {
    let state = state ?? self.state
    let device = writer(of: replica, in: state)
    return state.device(device)?.role?.outranks(.manager) ?? false
  }
}

extension UndoScope {
  /// Whether the kind of changes that is undone is all that raised an alarm.
  fileprivate func takesAll(of alarm: Alarm) -> Bool {
    switch kind {
    case nil: true
    case .deletes: alarm.changed == 0
    case .changes: alarm.deleted == 0
    case .creates: false
    }
  }
}

extension Alarm {
  /// What is noted of an answer on this device alone: it goes for what was found by then.
  fileprivate var answeredMark: String { "\(id)..\(last.number)" }
}
