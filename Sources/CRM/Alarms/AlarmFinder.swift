import Documents
import Replication

/// Finds in commits that came from elsewhere what is far beyond hand speed (SPEC §23).
///
/// Twice: once by the look of the new lines alone, which is all there is to do as a rule; and only
/// where that is suspicious with what the records were before.
struct AlarmFinder {
  private let base: Base
  private let state: State
  private let view: HistoryView?
  private let limits: AlarmLimits
  private let answered: [AnsweredStretch]
  private let clocks: [ReplicaID: AuthorClock]

  /// Looks in the base, or in what it would be.
  init(_ base: Base, state: State, view: HistoryView? = nil) {
    self.base = base
    self.state = state
    self.view = view
    limits = base.alarmLimits
    answered = base.answeredStretches
    clocks = Dictionary(uniqueKeysWithValues: state.replicas.map { ($0.id, AuthorClock($0)) })
  }

  /// The alarms in commits beyond a frontier, of all devices but one.
  ///
  /// - Parameters:
  ///   - known: what was looked at before.
  ///   - alarms: the alarms that wait for an answer; they are found again, by what is there now.
  ///   - own: the replicas of this device, under all its names.
  /// - Returns: the alarms, by replica. What was answered counts no more.
  /// - Throws: `DocumentError`, or what the system says.
  func alarms(
    beyond known: Frontier, after alarms: [Alarm], except own: Set<ReplicaID>
  ) throws -> [Alarm] {
    var starts: [ReplicaID: UInt32] = [:]
    for replica in state.replicas {
      let open = alarms.filter { $0.first.replica == replica.id }.map(\.first.number).min()
      guard replica.count > known[replica.id] || open != nil else { continue }
      let device = replica.device ?? replica.id
      // What another base brings is adopted as a whole, after a preview; nobody's is held.
      guard !own.contains(device), let standing = state.device(device),
        !standing.isAdopted, !standing.member.isEmpty
      else { continue }
      let first = min(open ?? .max, known[replica.id] + 1)
      let start = start(of: replica, before: max(first, replica.base + 1))
      starts[device] = min(starts[device] ?? .max, start)
    }
    guard !starts.isEmpty else { return [] }
    let weights = try base.workspace.weights(from: starts, types: AlarmLimits.types, in: view)
    var suspects: Set<Dot> = []
    for (device, commits) in weights {
      let numbers = suspicious(commits)
      for replica in state.replicas where (replica.device ?? replica.id) == device {
        suspects.formUnion(numbers.filter { $0 > replica.base }.map { Dot(replica.id, $0) })
      }
    }
    guard !suspects.isEmpty else { return [] }
    let losses = try base.workspace.losses(
      by: suspects, types: AlarmLimits.types, watching: "owner", in: view)
    var totals: [String: Int]?
    let open = losses.filter { loss in
      counts(loss) && !answered.contains { $0.contains(loss.dot) }
    }
    return Dictionary(grouping: open, by: \.dot.replica)
      .sorted { $0.key < $1.key }
      .flatMap { replica, losses in self.alarms(of: replica, losses, totals: &totals) }
      // What lay here when this device looked first is none.
      .filter { found in
        found.last.number > known[found.last.replica] || alarms.contains { $0.overlaps(found) }
      }
  }

  /// Alarms with figures by what counts now, which may be less than when they were found.
  ///
  /// - Throws: `DocumentError`, or what the system says.
  func recounted(_ alarms: [Alarm]) throws -> [Alarm] {
    guard !alarms.isEmpty else { return [] }
    let dots = alarms.reduce(into: Set<Dot>()) { $0.formUnion($1.commits) }
    let losses = try base.workspace.losses(
      by: dots, types: AlarmLimits.types, watching: "owner", in: view
    ).filter(counts)
    var totals: [String: Int]?
    return alarms.map { alarm in
      let commits = alarm.commits
      var count = LossCount()
      for loss in losses where commits.contains(loss.dot) { count.add(loss) }
      return Alarm(
        first: alarm.first, last: alarm.last, member: alarm.member, firstMillis: alarm.firstMillis,
        lastMillis: alarm.lastMillis, deleted: count.deleted.count, changed: count.changed.count,
        shares: shares(count, totals: &totals))
    }
  }

  /// From which commit of a replica on there is something to look at: as far back as its author
  /// made no pause as long as a window, so that all devices look at the same stretch, whatever
  /// they have looked at before.
  private func start(of replica: ReplicaEntry, before first: UInt32) -> UInt32 {
    var number = first
    guard let clock = clocks[replica.id] else { return number }
    while number > replica.base + 1,
      clock.time(of: number) - clock.time(of: number - 1) <= AlarmLimits.windowMillis
    {
      number -= 1
    }
    return number
  }

  /// The numbers of commits that lie in a window in which too much may have happened.
  private func suspicious(_ commits: [CommitWeight]) -> Set<UInt32> {
    var numbers: Set<UInt32> = []
    var time: [Int64] = []
    var deletions = 0
    var changes = 0
    var start = 0
    for (index, commit) in commits.enumerated() {
      time.append(max(time.last ?? .min, commit.stampMillis))
      deletions += commit.deletions
      changes += commit.changes
      while time[start] <= time[index] - AlarmLimits.windowMillis {
        deletions -= commits[start].deletions
        changes -= commits[start].changes
        start += 1
      }
      if deletions > limits.deleted || deletions + changes > limits.fewestChanges {
        for each in commits[start...index] where each.deletions + each.changes > 0 {
          numbers.insert(each.dot.number)
        }
      }
    }
    return numbers
  }

  // MARK: What counts

  /// Whether a loss counts, and for what.
  private func counts(_ loss: RecordLoss) -> Bool {
    let isSenior = base.isSenior(ofReplica: loss.dot.replica, in: state)
    if isSenior, let purpose = loss.purpose,
      AlarmLimits.seniorPurposes.contains(where: { purpose.hasPrefix($0) })
    {
      return false
    }
    let member = member(of: loss.dot.replica)
    let now = time(of: loss.dot)
    let mayCorrect = AlarmLimits.correctingPurposes.contains {
      loss.purpose?.hasPrefix($0) ?? false
    }
    func isOwnAndRecent(_ dot: Dot) -> Bool {
      mayCorrect && self.member(of: dot.replica) == member
        && now - time(of: dot) < AlarmLimits.ownMillis
    }
    if loss.isDeletion { return !isOwnAndRecent(loss.made) }
    let isHandBack = loss.purpose?.hasPrefix("return") ?? false
    return loss.fields.contains { entry in
      let name = AttributeName(register: entry.field)?.field ?? entry.field
      if AlarmLimits.workFields[loss.type]?.contains(name) ?? false { return false }
      if isSenior || isHandBack, AlarmLimits.memberFields.contains(name) { return false }
      return !entry.dots.allSatisfy(isOwnAndRecent)
    }
  }

  private func member(of replica: ReplicaID) -> String {
    base.memberID(ofReplica: replica, in: state) ?? replica.text
  }

  private func time(of dot: Dot) -> Int64 {
    clocks[dot.replica]?.time(of: dot.number) ?? 0
  }

  // MARK: Windows

  private func alarms(
    of replica: ReplicaID, _ losses: [RecordLoss], totals: inout [String: Int]?
  ) -> [Alarm] {
    let losses = losses.sorted { $0.dot < $1.dot }
    guard let clock = clocks[replica] else { return [] }
    var ranges: [Range<Int>] = []
    var window = LossCount()
    var start = 0
    for (index, loss) in losses.enumerated() {
      window.add(loss)
      let begin = clock.time(of: loss.dot.number) - AlarmLimits.windowMillis
      while clock.time(of: losses[start].dot.number) <= begin {
        window.remove(losses[start])
        start += 1
      }
      // A commit counts as a whole.
      if index + 1 < losses.count, losses[index + 1].dot == loss.dot { continue }
      guard exceeds(window, totals: &totals) else { continue }
      if let last = ranges.last, start < last.upperBound {
        ranges[ranges.count - 1] = last.lowerBound..<(index + 1)
      } else {
        let first = losses[start...index].firstIndex(where: culprit(window, totals: &totals))
        ranges.append((first ?? start)..<(index + 1))
      }
    }
    return ranges.map { range in
      var count = LossCount()
      for loss in losses[range] { count.add(loss) }
      let (first, last) = (losses[range.lowerBound].dot, losses[range.upperBound - 1].dot)
      return Alarm(
        first: first, last: last, member: member(of: replica),
        firstMillis: clock.stamp(of: first.number), lastMillis: clock.stamp(of: last.number),
        deleted: count.deleted.count, changed: count.changed.count,
        shares: shares(count, totals: &totals))
    }
  }

  /// What an alarm begins with: where deletions alone are too many, honest changes shortly before
  /// them are no part of it.
  private func culprit(
    _ count: LossCount, totals: inout [String: Int]?
  ) -> (RecordLoss) -> Bool {
    let isAllOfIt = count.changed.count > limits.changed
    let areDeletions =
      count.deleted.count > limits.deleted
      || !shares(count.deletedClients, totals: &totals).isEmpty
    return { isAllOfIt || !areDeletions || $0.isDeletion }
  }

  private func exceeds(_ count: LossCount, totals: inout [String: Int]?) -> Bool {
    count.deleted.count > limits.deleted || count.changed.count > limits.changed
      || !shares(count, totals: &totals).isEmpty
  }

  private func shares(_ count: LossCount, totals: inout [String: Int]?) -> [Alarm.Share] {
    shares(count.clients, totals: &totals)
  }

  private func shares(
    _ clients: [String: [String: Int]], totals: inout [String: Int]?
  ) -> [Alarm.Share] {
    clients.filter { $0.value.count > AlarmLimits.fewClients }
      .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .compactMap { member, changed in
        let known = totals ?? clientCounts()
        totals = known
        // Those that were deleted or went to someone else were this manager's too.
        let gone = changed.keys.count { id in
          guard let record = state.record(type: "client", id: id), record.isAlive else {
            return true
          }
          return record.text("owner", state) ?? "" != member
        }
        let total = (known[member] ?? 0) + gone
        guard changed.count * 100 > total * limits.sharePercent else { return nil }
        return Alarm.Share(member: member, changed: changed.count, total: total)
      }
  }

  private func clientCounts() -> [String: Int] {
    var counts: [String: Int] = [:]
    let owner = state.field("owner")
    state.forEach(type: "client") { record in
      if record.isAlive { counts[record.text(of: owner) ?? "", default: 0] += 1 }
      return true
    }
    return counts
  }
}

/// What was lost in a window; a record counts once, however often it was changed.
private struct LossCount {
  private(set) var deleted: [String: Int] = [:]
  private(set) var changed: [String: Int] = [:]
  /// Clients that were deleted or changed, by the manager whose they were.
  private(set) var clients: [String: [String: Int]] = [:]
  /// Of these those that were deleted.
  private(set) var deletedClients: [String: [String: Int]] = [:]

  mutating func add(_ loss: RecordLoss) { count(loss, 1) }
  mutating func remove(_ loss: RecordLoss) { count(loss, -1) }

  private mutating func count(_ loss: RecordLoss, _ step: Int) {
    let key = "\(loss.type) \(loss.id)"
    if loss.isDeletion {
      Self.count(key, step, in: &deleted)
    } else {
      Self.count(key, step, in: &changed)
    }
    guard loss.type == "client" else { return }
    let content = loss.watched.map { StoredValue.content(of: $0) } ?? ""
    let owner = content == "null" ? "" : content
    Self.count(loss.id, step, in: &clients[owner, default: [:]])
    if loss.isDeletion { Self.count(loss.id, step, in: &deletedClients[owner, default: [:]]) }
  }

  private static func count(_ key: String, _ step: Int, in counts: inout [String: Int]) {
    let count = counts[key, default: 0] + step
    counts[key] = count > 0 ? count : nil
  }
}

/// The clock of an author as its chain tells it: it never goes back, however the stamps do.
private struct AuthorClock {
  private let entry: ReplicaEntry
  private let times: [Int64]

  init(_ entry: ReplicaEntry) {
    self.entry = entry
    var latest = Int64.min
    times = entry.stamps.map { stamp in
      latest = max(latest, stamp)
      return latest
    }
  }

  func time(of number: UInt32) -> Int64 { value(of: number, in: times) }

  func stamp(of number: UInt32) -> Int64 { value(of: number, in: entry.stamps) }

  private func value(of number: UInt32, in values: [Int64]) -> Int64 {
    guard number > entry.base, Int(number - entry.base) <= values.count else {
      return values.last ?? 0
    }
    return values[Int(number - entry.base) - 1]
  }
}
