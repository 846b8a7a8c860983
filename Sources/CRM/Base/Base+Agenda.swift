import Replication

/// What a day begins with.
public struct Agenda: Sendable {
  /// A client whom it is time to call.
  public struct CallDue: Sendable {
    /// The client.
    public let card: Card
    /// The day of the last order.
    public let lastOrder: CivilDate
    /// The last day on which it was not yet time.
    public let dueSince: CivilDate
  }

  /// A deal that has stood in its stage for too long.
  public struct StuckDeal: Sendable {
    /// The deal.
    public let card: Card
    /// Days in the stage.
    public let days: Int
    /// The median of the days that deals have spent in this stage.
    public let medianDays: Int
  }

  /// A birthday of the coming days.
  public struct Birthday: Sendable {
    /// The client.
    public let card: Card
    /// The day.
    public let day: CivilDate
  }

  /// Open tasks that should have been done.
  public var overdue: [Card] = []
  /// Open tasks of today.
  public var today: [Card] = []
  /// Open tasks of tomorrow.
  public var tomorrow: [Card] = []
  /// «Пора звонить», the longest silent first; as many as the limit allows.
  public var callDue: [CallDue] = []
  /// How many clients it is time to call in all.
  public var callDueCount = 0
  /// Deals that have stood in their stage for more than twice the median time.
  public var stuckDeals: [StuckDeal] = []
  /// Birthdays of the next seven days.
  public var birthdays: [Birthday] = []
}

extension Base {
  /// What there is to do: tasks, «Пора звонить», stuck deals, birthdays.
  ///
  /// - Parameters:
  ///   - member: whose; nil for everybody's.
  ///   - limit: how many clients and deals each list reads out at most.
  /// - Returns: the agenda of the present day.
  public func agenda(for member: Member? = nil, limit: Int = 50) -> Agenda {
    var agenda = Agenda()
    addTasks(to: &agenda, member)
    addCalls(to: &agenda, member, limit)
    addStuckDeals(to: &agenda, member, limit)
    return agenda
  }

  private func addTasks(to agenda: inout Agenda, _ member: Member?) {
    let today = today
    let tomorrow = today.adding(days: 1)
    for record in state.found(Array("open".utf8), in: "state", of: "task") {
      guard record.text("state", state) == "open",
        member == nil || record.text("assignee", state) == member?.id,
        let due = record.text("due", state),
        let day = FigureTable.day(due, offsetMinutes)
      else { continue }
      guard day <= tomorrow else { continue }
      let card = card(record)
      if isOverdue(record) {
        agenda.overdue.append(card)
      } else if day == today {
        agenda.today.append(card)
      } else if day == tomorrow {
        agenda.tomorrow.append(card)
      }
    }
    agenda.overdue = byDue(agenda.overdue)
    agenda.today = byDue(agenda.today)
    agenda.tomorrow = byDue(agenda.tomorrow)
  }

  /// Fills «Пора звонить».
  ///
  /// Due is who is active and not opted out and whose last order lies more than the period back;
  /// the period is the client's, else the shortest of the tags', else the base's. Days, not weeks.
  private func addCalls(to agenda: inout Agenda, _ member: Member?, _ limit: Int) {
    let today = today
    let figures = FigureTable(self)
    let status = state.field("status")
    let optOuts = state.field("opt_outs")
    let owner = state.field("owner")
    let period = state.field("call_period")
    let tags = state.field("tags")
    let birthday = state.field("birthday")
    let tagPeriods = tagPeriods
    let later = callLaterDays()
    var due: [(last: CivilDate, since: CivilDate, id: IDOrder, record: Record)] = []
    var birthdays: [(day: CivilDate, id: IDOrder, record: Record)] = []
    state.forEach(type: "client") { record in
      guard record.isAlive, isShown(record) else { return true }
      let card = union(of: record)
      guard member == nil || card.text(of: owner) == member?.id,
        card.text(of: status) ?? "active" == "active"
      else { return true }
      if let stored = card.text(of: birthday),
        let day = PartialDate(stored: stored)?.nextAnniversary(from: today),
        day <= today.adding(days: 7)
      {
        birthdays.append((day, IDOrder(record.id), record))
      }
      let id = record.id
      guard let order = figures[id]?.lastOrder, let last = CivilDate(stored: order) else {
        return true
      }
      // A refusal counts, whichever of several merged cards it stands on.
      let refusals = card.elements(of: optOuts)
      guard !refusals.contains("all"), !refusals.contains("call") else { return true }
      var months = card.integer(of: period)
      if months == nil, !tagPeriods.isEmpty {
        months = card.elements(of: tags).compactMap { tagPeriods[TextFolding.fold($0)] }.min()
      }
      let since = last.adding(months: months ?? settings.callPeriod)
      guard today > since, later[id].map({ $0 <= today }) ?? true else { return true }
      due.append((last, since, IDOrder(id), record))
      return true
    }
    agenda.callDueCount = due.count
    due.sort { $0.since != $1.since ? $0.since < $1.since : $0.id < $1.id }
    agenda.callDue = due.prefix(limit).map {
      Agenda.CallDue(
        card: card($0.record, computed: true, figures: figures), lastOrder: $0.last,
        dueSince: $0.since)
    }
    birthdays.sort { $0.day != $1.day ? $0.day < $1.day : $0.id < $1.id }
    agenda.birthdays = birthdays.prefix(limit).map {
      Agenda.Birthday(card: card($0.record), day: $0.day)
    }
  }

  /// Periods of tags that have one of their own, by folded name.
  private var tagPeriods: [[UInt8]: Int] {
    var periods: [[UInt8]: Int] = [:]
    for entry in state.all("entry") where entry.text("directory", state) == "tags" {
      guard let months = entry.integer(of: state.field("call_period")),
        let name = entry.text("name", state)
      else { continue }
      periods[TextFolding.fold(name)] = months
    }
    return periods
  }

  /// «Перезвонить через…»: an open task of kind call hides the client until its day.
  private func callLaterDays() -> [String: CivilDate] {
    var days: [String: CivilDate] = [:]
    for record in state.found(Array("open".utf8), in: "state", of: "task") {
      guard record.text("state", state) == "open", record.text("kind", state) == "call",
        let due = record.text("due", state), let day = FigureTable.day(due, offsetMinutes)
      else { continue }
      for client in record.elements(of: state.field("clients")).map(merged.shown) {
        days[client] = max(days[client] ?? day, day)
      }
    }
    return days
  }

  /// Stuck is a deal that has been in its stage for more than twice the median of the stays that
  /// have ended there; a stage that fewer than three deals have left says nothing.
  private func addStuckDeals(to agenda: inout Agenda, _ member: Member?, _ limit: Int) {
    let (dealKey, from, to, at) = (
      state.field("deal"), state.field("from"), state.field("to"), state.field("at")
    )
    var events: [String: [(at: Instant, from: String?, to: String)]] = [:]
    state.forEach(type: "stage_event") { record in
      guard record.isAlive, let deal = record.text(of: dealKey), let stage = record.text(of: to),
        let moment = record.text(of: at).flatMap(Instant.init(stored:))
      else { return true }
      events[deal, default: []].append((moment, record.text(of: from), stage))
      return true
    }
    var stays: [String: [Int]] = [:]
    var entered: [String: Instant] = [:]
    for (deal, moves) in events {
      let sorted = moves.sorted { $0.at < $1.at }
      for (earlier, later) in zip(sorted, sorted.dropFirst()) {
        stays[earlier.to, default: []].append(Self.days(from: earlier.at, to: later.at))
      }
      entered[deal] = sorted.last?.at
    }
    let medians = stays.filter { $0.value.count >= 3 }.mapValues { days in
      days.sorted()[days.count / 2]
    }
    guard !medians.isEmpty else { return }
    var stuck: [(days: Int, median: Int, id: IDOrder, record: Record)] = []
    let now = now
    state.forEach(type: "deal") { record in
      guard record.isAlive, let stage = record.text("stage", state), let median = medians[stage],
        outcome(ofStage: stage) == .open, let since = entered[record.id],
        member == nil || record.text("owner", state) == member?.id
      else { return true }
      let days = Self.days(from: since, to: now)
      if days > 2 * median { stuck.append((days, median, IDOrder(record.id), record)) }
      return true
    }
    stuck.sort { $0.days != $1.days ? $0.days > $1.days : $0.id < $1.id }
    agenda.stuckDeals = stuck.prefix(limit).map {
      Agenda.StuckDeal(card: card($0.record), days: $0.days, medianDays: $0.median)
    }
  }

  private static func days(from earlier: Instant, to later: Instant) -> Int {
    Int(max(0, later.epochMillis - earlier.epochMillis) / 86_400_000)
  }
}
