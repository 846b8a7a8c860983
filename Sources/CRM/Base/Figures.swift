import Bytes
import Replication

/// A number or date of a client that is computed from other records.
enum Figure: String, CaseIterable {
  case firstOrder = "first_order"
  case lastOrder = "last_order"
  case orderCount = "order_count"
  case ltv
  case averageCheck = "average_check"
  case ltvCurrency = "ltv_currency"
  case lastContact = "last_contact"
  case nextTask = "next_task"
  case openDeals = "open_deals"
  case daysSinceCall = "days_since_call"

  /// The figure that a computed field of clients shows; nil for other fields.
  init?(_ field: Field, of entity: Entity) {
    guard field.computed, entity.key == "client" else { return nil }
    self.init(rawValue: field.key)
  }
}

/// What activities, deals and tasks say about one client.
///
/// An order is a purchase that is not voided, or a won deal to which no purchase belongs. Returns
/// are purchases with a negative sum: they lower the sum and are no orders. Sums in another
/// currency than the client's first are not added.
struct Figures {
  var firstOrder: String?
  var lastOrder: String?
  var orderCount = 0
  var paidCount = 0
  var total = 0
  var currency: String?
  var lastContact: String?
  var lastCall: String?
  var nextTask: String?
  var openDeals = 0

  mutating func addOrder(day: String?, amount: Int?, currency: String) {
    if let amount, self.currency == nil || self.currency == currency {
      self.currency = currency
      let (sum, overflow) = total.addingReportingOverflow(amount)
      total = overflow ? total : sum
      if amount >= 0 { paidCount += 1 }
    }
    guard amount ?? 0 >= 0 else { return }
    orderCount += 1
    guard let day else { return }
    firstOrder = min(firstOrder ?? day, day)
    lastOrder = max(lastOrder ?? day, day)
  }
}

/// The figures of all clients, made in one pass over what they are computed from.
struct FigureTable {
  private var byClient: [String: Figures] = [:]
  private let today: CivilDate
  private let offsetMinutes: Int

  /// Makes the figures of every client, or of a few, whose records are then found by the index.
  init(_ base: Base, only client: String? = nil) {
    today = base.today
    offsetMinutes = base.offsetMinutes
    let pass = FigurePass(base)
    let cards = client.map { base.mergedCards(of: $0) }
    func forEach(_ type: String, _ field: String, _ body: (Record) -> Void) {
      if let cards {
        for record in Self.records(of: cards, type, field, base) { body(record) }
      } else {
        base.state.forEach(type: type) { record in
          if record.isAlive { body(record) }
          return true
        }
      }
    }
    var purchased: Set<String> = []
    forEach("activity", "clients") { pass.add(activity: $0, &byClient, &purchased) }
    forEach("deal", "client") { pass.add(deal: $0, purchased, &byClient) }
    forEach("task", "clients") { pass.add(task: $0, &byClient) }
    if let cards {
      joinContacts(base, of: cards)
    } else {
      followLinks(base)
    }
  }

  /// The living records that name one of several cards, each once.
  private static func records(
    of cards: [String], _ type: String, _ field: String, _ base: Base
  ) -> [Record] {
    let found = cards.map { base.state.found(Array($0.utf8), in: field, of: type) }
    guard found.count > 1 else { return found[0] }
    var seen: Set<String> = []
    return found.flatMap { $0 }.filter { seen.insert($0.id).inserted }
  }

  /// A talk with someone who is linked to a client is a contact with the client.
  private mutating func followLinks(_ base: Base) {
    let (from, to) = (base.state.field("from"), base.state.field("to"))
    let before = byClient
    base.state.forEach(type: "link") { link in
      guard link.isAlive, let one = link.text(of: from), let other = link.text(of: to) else {
        return true
      }
      let ends = (base.merged.shown(one), base.merged.shown(other))
      for (here, there) in [ends, (ends.1, ends.0)] where here != there {
        guard let contact = before[there]?.lastContact else { continue }
        let known = byClient[here]?.lastContact ?? contact
        byClient[here, default: Figures()].lastContact = max(known, contact)
      }
      return true
    }
  }

  private mutating func joinContacts(_ base: Base, of cards: [String]) {
    let client = cards[0]
    let links =
      Self.records(of: cards, "link", "from", base) + Self.records(of: cards, "link", "to", base)
    let others = links.flatMap { [$0.text("from", base.state), $0.text("to", base.state)] }
    let pass = FigurePass(base)
    for other in Set(others.compactMap { $0.map(base.merged.shown) }) where other != client {
      var theirs: [String: Figures] = [:]
      var purchased: Set<String> = []
      for record in Self.records(of: base.mergedCards(of: other), "activity", "clients", base) {
        pass.add(activity: record, &theirs, &purchased)
      }
      guard let contact = theirs[other]?.lastContact else { continue }
      let known = byClient[client]?.lastContact ?? contact
      byClient[client, default: Figures()].lastContact = max(known, contact)
    }
  }

  subscript(client: String) -> Figures? { byClient[client] }

  /// A figure as the stored text of its field; nil where there is none.
  func text(_ figure: Figure, of client: String) -> String? {
    let figures = byClient[client]
    switch figure {
    case .firstOrder: return figures?.firstOrder
    case .lastOrder: return figures?.lastOrder
    case .lastContact: return figures?.lastContact
    case .nextTask: return figures?.nextTask
    case .ltvCurrency: return figures?.currency
    default: return integer(figure, of: client).map(String.init)
    }
  }

  /// A figure that is a number; nil where there is none.
  func integer(_ figure: Figure, of client: String) -> Int? {
    guard let figures = byClient[client] else {
      return figure == .orderCount || figure == .openDeals ? 0 : nil
    }
    switch figure {
    case .orderCount: return figures.orderCount
    case .openDeals: return figures.openDeals
    case .ltv: return figures.currency == nil ? nil : figures.total
    case .averageCheck:
      // Half a kopeck is rounded away from zero.
      guard figures.paidCount > 0 else { return nil }
      let double = figures.total.multipliedReportingOverflow(by: 2)
      guard !double.overflow else { return figures.total / figures.paidCount }
      let sign = figures.total < 0 ? -1 : 1
      return (double.partialValue + sign * figures.paidCount) / (2 * figures.paidCount)
    case .daysSinceCall:
      guard let call = figures.lastCall, let day = Self.day(call, offsetMinutes) else { return nil }
      return today.daysSinceEpoch - day.daysSinceEpoch
    default: return nil
    }
  }

  /// The day of a stored date or time.
  static func day(_ stored: String, _ offsetMinutes: Int) -> CivilDate? {
    CivilDate(stored: stored) ?? Instant(stored: stored)?.date(offsetMinutes: offsetMinutes)
  }
}

/// One pass over activities, deals and tasks.
private struct FigurePass {
  private let kind, at, clients, deals, outcome, amount, currency, voided: FieldKey
  private let client, stage, closedAt: FieldKey
  private let state, due: FieldKey
  private let now: String
  private let offsetMinutes: Int
  private let standardCurrency: String
  private let outcomes: [String: StageOutcome]
  private let merged: MergedCards

  init(_ base: Base) {
    let fields = base.state
    merged = base.merged
    kind = fields.field("kind")
    at = fields.field("at")
    clients = fields.field("clients")
    deals = fields.field("deals")
    outcome = fields.field("outcome")
    amount = fields.field("amount")
    currency = fields.field("currency")
    voided = fields.field("voided")
    client = fields.field("client")
    stage = fields.field("stage")
    closedAt = fields.field("closed_at")
    state = fields.field("state")
    due = fields.field("due")
    now = base.now.description
    offsetMinutes = base.offsetMinutes
    standardCurrency = base.settings.currency
    var outcomes: [String: StageOutcome] = [:]
    for stage in base.pipelines.flatMap(\.stages) where outcomes[stage.name] == nil {
      outcomes[stage.name] = stage.outcome
    }
    self.outcomes = outcomes
  }

  private func day(_ stored: String) -> String {
    // A stored date is a day already; a moment falls on the day that the clock of the base shows.
    stored.utf8.count == 10
      ? stored : FigureTable.day(stored, offsetMinutes)?.description ?? stored
  }

  func add(
    activity record: Record, _ table: inout [String: Figures], _ purchased: inout Set<String>
  ) {
    guard let kind = record.text(of: kind) else { return }
    let isPurchase = kind == "purchase"
    guard isPurchase || Self.contacts.contains(kind) else { return }
    let moment = record.text(of: at)
    if isPurchase {
      if record.withValue(of: voided, { $0.count == 4 }) ?? false { return }
      for deal in record.elements(of: deals) { purchased.insert(deal) }
      let sum = record.integer(of: amount)
      let code = record.text(of: currency) ?? standardCurrency
      for client in clients(of: record) {
        table[client, default: Figures()].addOrder(
          day: moment.map(day), amount: sum, currency: code)
      }
    } else if let moment, moment <= now, !isUnanswered(record) {
      for client in clients(of: record) {
        let known = table[client]?.lastContact ?? moment
        table[client, default: Figures()].lastContact = max(known, moment)
        if kind == "call" {
          let known = table[client]?.lastCall ?? moment
          table[client, default: Figures()].lastCall = max(known, moment)
        }
      }
    }
  }

  /// The clients of an activity or a task, merged cards as the one that is shown.
  private func clients(of record: Record) -> [String] {
    let clients = record.elements(of: clients)
    return merged.isEmpty ? clients : Array(Set(clients.map(merged.shown)))
  }

  private func isUnanswered(_ record: Record) -> Bool {
    record.withValue(of: outcome) { value in
      Unanswered.matches(StoredValue.withContent(of: value) { StoredValue.text(of: $0) })
    } ?? false
  }

  func add(deal record: Record, _ purchased: Set<String>, _ table: inout [String: Figures]) {
    guard let client = record.text(of: client).map(merged.shown) else { return }
    let outcome = record.text(of: stage).flatMap { outcomes[$0] } ?? .open
    switch outcome {
    case .open: table[client, default: Figures()].openDeals += 1
    case .lost: return
    case .won:
      guard !purchased.contains(record.id) else { return }
      let code = record.text(of: currency) ?? standardCurrency
      table[client, default: Figures()].addOrder(
        day: record.text(of: closedAt).map(day), amount: record.integer(of: amount), currency: code)
    }
  }

  func add(task record: Record, _ table: inout [String: Figures]) {
    guard record.text(of: state) ?? "open" == "open", let due = record.text(of: due) else { return }
    for client in clients(of: record) {
      let known = table[client]?.nextTask ?? due
      table[client, default: Figures()].nextTask = min(known, due)
    }
  }

  /// Notes are written to oneself, orders have a clock of their own.
  private static let contacts: Set<String> = [
    "call", "mail", "meeting", "chat", "feedback", "complaint", "materials",
  ]
}

/// Outcomes of a call that was no contact.
enum Unanswered {
  /// Whether an outcome says that nobody was spoken to.
  static func matches(_ outcome: String) -> Bool {
    let folded = LabelKey.folded(outcome)
    return marks.contains { folded.utf8.starts(with: $0.utf8) }
  }

  private static let marks = [
    "недозвон", "неответил", "неответ", "нетответа", "недоступен", "неберет", "занято",
    "номернесуществует", "автоответчик", "noanswer", "unanswered", "busy", "wrongnumber",
    "voicemail", "unreachable", "notreached",
  ]
}
