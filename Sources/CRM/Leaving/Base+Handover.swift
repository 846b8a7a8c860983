import Bytes
import Documents
public import Replication
import Sealing

extension Base {
  /// Passes somebody's work to others, in one batch, and for good also seals them (SPEC §23).
  ///
  /// - Parameters:
  ///   - order: who, to whom, by what rule.
  ///   - isRehearsal: whether to stop before anything is written.
  ///   - progress: is told how far the reading of the history has come.
  /// - Returns: what passed, and what there is to know of the leaver.
  /// - Throws: `HandoverError`, `MembershipError`, or what keeps the batch from being written.
  public func handOver(
    _ order: HandoverOrder, isRehearsal: Bool = false, progress: ProgressReport = { _, _ in }
  ) throws -> HandoverReport {
    try check(order)
    let recent = try recentWork(of: order.leaver, since: order.sinceMillis, progress: progress)
    let ages = deviceAges(of: order.leaver)
    let (written, (planner, sealed)) = try write(purpose: "offboard", isRehearsal: isRehearsal) {
      batch in
      var planner = try HandoverPlanner(self, order)
      planner.plan()
      pass(planner.passed, order, in: &batch)
      lend(planner.passed, order, in: &batch)
      return (planner, try conclude(order, in: &batch))
    }
    var report = HandoverReport(
      order: order, passed: planner.passed, devices: ages, recent: recent)
    report.open = planner.open
    report.unsortedCount = planner.unsortedCount
    report.namedInText = recordsNaming(order.leaver).mapValues(\.count)
    report.conditions = conditions(naming: order.leaver)
    let waiting = people.filter { $0.devices.isEmpty && $0.standing != .active }.map(\.member.id)
    report.absentSuccessors = order.successors.filter { waiting.contains($0.id) }.map(\.name)
    report.sealed = sealed
    report.commits = written.commits
    return report
  }

  private func check(_ order: HandoverOrder) throws(HandoverError) {
    guard let own = try? workspace.ownReplica(), isSenior(ofReplica: own) else { throw .notSenior }
    if order.leaver.id == me?.id, !order.isTemporary { throw .oneself }
    if let until = order.until, until < today { throw .untilPassed(until) }
    for successor in order.successors {
      guard successor.id != order.leaver.id, successor.isActive,
        let role = state.role(ofMember: successor.id), role <= .manager,
        people.first(where: { $0.member.id == successor.id })?.standing != .left
      else { throw .unfitSuccessor(successor.name) }
    }
  }

  private func pass(_ passed: [Passed], _ order: HandoverOrder, in batch: inout Batch) {
    var edits: [(edit: RecordEdit, name: String)] = []
    var places: [String: Int] = [:]
    for item in passed {
      let key = "\(item.type) \(item.id)"
      let place = places[key] ?? edits.count
      if place == edits.count {
        places[key] = place
        edits.append((RecordEdit(type: item.type, id: item.id), item.name))
      }
      edits[place].edit.set[item.field] = StoredValue.text(item.to)
    }
    for (edit, name) in edits { batch.put(edit, name: name) }
    for item in passed where item.isFirstCall {
      batch.put(firstCall(item, order), name: order.firstCall(item.name))
    }
  }

  /// The task of a first call; all of it follows from its cause, so that two who hand over at once
  /// make one, and nobody in particular has set it.
  private func firstCall(_ item: Passed, _ order: HandoverOrder) -> RecordEdit {
    var edit = RecordEdit(
      type: "task", id: Self.derivedID(["first_call", order.leaver.id, item.id]))
    edit.set["title"] = StoredValue.text(order.firstCall(item.name))
    edit.set["kind"] = StoredValue.text("call")
    edit.set["priority"] = StoredValue.text("high")
    edit.set["state"] = StoredValue.text("open")
    edit.set["assignee"] = StoredValue.text(item.to)
    edit.set["due"] = StoredValue.text(today.adding(days: 1).description)
    edit.set["rule"] = StoredValue.text("offboard")
    edit.set["cause"] = StoredValue.text(order.leaver.id)
    edit.add["clients"] = [StoredValue.text(item.id)]
    return edit
  }

  /// Says whose stands with another stand-in now, so that it goes home when the absence is over:
  /// one record for each absence that ends before whoever hands over is back (SPEC [P-7]).
  private func lend(_ passed: [Passed], _ order: HandoverOrder, in batch: inout Batch) {
    let lent = passed.filter { item in
      guard let loan = item.loan, !item.isHome else { return false }
      return order.until.map { $0 > loan.until } ?? true
    }
    let groups = Dictionary(grouping: lent) { $0.loan }
    for (loan, items) in groups.compactMap({ key, items in key.map { ($0, items) } })
      .sorted(by: { ($0.0.lender, $0.0.until) < ($1.0.lender, $1.0.until) })
    {
      let ids = Set(items.map(\.id)).sorted()
      for start in stride(from: 0, to: ids.count, by: Self.mostLentIDs) {
        let part = Set(ids[start..<min(start + Self.mostLentIDs, ids.count)])
        lend(items.filter { part.contains($0.id) }, loan, order, in: &batch)
      }
    }
  }

  /// As many ids a record of lent work holds, so that its line stays far below what a commit may be.
  private static let mostLentIDs = 1000

  private func lend(
    _ items: [Passed], _ loan: Loan, _ order: HandoverOrder, in batch: inout Batch
  ) {
    var record = RecordEdit(type: "handover", id: batch.newID())
    record.set["member"] = StoredValue.text(loan.lender)
    record.set["instead"] = StoredValue.text(order.leaver.id)
    record.set["rule"] = StoredValue.text(order.rule.rawValue)
    record.set["until"] = StoredValue.text(loan.until.description)
    record.set["at"] = StoredValue.text(now.description)
    if let me { record.set["by"] = StoredValue.text(me.id) }
    record.add["to"] = Set(items.map(\.to)).sorted().map { StoredValue.text($0) }
    record.add["records"] = Set(items.map(\.id)).sorted().map { StoredValue.text($0) }
    batch.put(record, name: members.first { $0.id == loan.lender }?.name ?? "")
  }

  /// The record of the hand-over, and what becomes of the leaver.
  private func conclude(_ order: HandoverOrder, in batch: inout Batch) throws -> Sealed? {
    let successors = order.successors.map { StoredValue.text($0.id) }
    var record = RecordEdit(type: "handover", id: batch.newID())
    record.set["member"] = StoredValue.text(order.leaver.id)
    record.set["rule"] = StoredValue.text(order.rule.rawValue)
    record.set["at"] = StoredValue.text(now.description)
    if let me { record.set["by"] = StoredValue.text(me.id) }
    record.add["to"] = successors
    if let until = order.until {
      record.set["until"] = StoredValue.text(until.description)
      batch.put(record, name: order.leaver.name)
      var absent = RecordEdit(type: "member", id: order.leaver.id)
      absent.add["absent"] = [StoredValue.text("\(today.description)/\(until.description)")]
      batch.put(absent)
      return nil
    }
    batch.put(record, name: order.leaver.name)
    if !order.leaver.isActive, state.isShutOut(member: order.leaver.id) {
      var edit = RecordEdit(type: "member", id: order.leaver.id)
      edit.add["successors"] = successors
      batch.put(edit)
      return nil
    }
    return try batch.seal(.member(order.leaver)) { $0.add["successors"] = successors }
  }

  /// An id that follows from a cause (SPEC §23.3).
  static func derivedID(_ cause: [String]) -> String {
    let bytes =
      Array("karto cause".utf8) + JSONValue.array(cause.map { .string($0) }).canonicalBytes
    return "r" + Base32.encode(BLAKE2b.hash256(bytes.span).bytes.span.extracting(0..<16))
  }
}

extension Base {
  /// How old the newest data from each of a member's devices is, and what is known to be missing.
  public func deviceAges(of member: Member) -> [DeviceAge] {
    let all = state.devices
    return devices(of: member).map { device in
      let replica = device.standing.replica
      let told = all.map { $0.seen[replica] }.max() ?? 0
      return DeviceAge(
        device: device, lastMillis: device.standing.lastMillis,
        missingCount: Int(told) - Int(min(told, device.standing.commitCount)))
    }
  }

  /// What a member did since a moment.
  ///
  /// - Parameters:
  ///   - member: who.
  ///   - millis: the moment, in milliseconds since 1970 UTC.
  ///   - progress: is told how far the reading has come.
  /// - Returns: how much of what was made, changed, deleted, merged and written out.
  /// - Throws: `DocumentError`, or what the system says.
  public func recentWork(
    of member: Member, since millis: Int64, progress: ProgressReport = { _, _ in }
  ) throws -> RecentWork {
    let span = try workspace.commits(of: replicas(of: member), since: .millis(millis)) {
      progress($0, $1 * 2)
    }
    var work = RecentWork(sinceMillis: millis)
    work.backdatedCount = span.backdatedCount
    var touched: [String: [String: (isMade: Bool, isDeleted: Bool)]] = [:]
    try workspace.forEachCommit(
      reading: .of(span.commits), progress: { progress($1 + $0, $1 * 2) }
    ) { commit in
      // Where more was done, that a record exists says only that something was made for it.
      let isTelling = commit.edits.contains { !$0.isEmpty }
      for edit in commit.edits
      where !Self.accountTypes.contains(edit.type) && (!isTelling || !edit.isEmpty) {
        // Every move of a deal makes one; the deal itself says as much.
        if edit.type == Schema.stageEvent.key { continue }
        var marks = touched[edit.type]?[edit.id] ?? (false, false)
        if commit.header.makes(recordID: edit.id) { marks.isMade = true }
        if edit.isDeletion { marks.isDeleted = true }
        touched[edit.type, default: [:]][edit.id] = marks
        if let target = edit.set[MergedCards.field], target != StoredValue.null {
          work.mergedCount += 1
        }
      }
    }
    work.counts = touched.mapValues { records in
      var counts = RecentWork.Counts()
      for marks in records.values {
        if marks.isMade { counts.created += 1 }
        if marks.isDeleted { counts.deleted += 1 }
        if !marks.isMade, !marks.isDeleted { counts.changed += 1 }
      }
      return counts
    }
    work.exports = state.living("export").compactMap { record in
      guard record.text("by", state) == member.id, let at = record.text("at", state),
        let moment = Instant(stored: at), moment.epochMillis >= millis
      else { return nil }
      return (
        at, record.text("format", state) ?? "", record.text("filter", state) ?? "",
        record.integer(of: state.field("count")) ?? 0
      )
    }
    return work
  }
}
