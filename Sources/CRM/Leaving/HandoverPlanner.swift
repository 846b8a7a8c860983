import Replication

/// Works out who gets what of somebody's work (SPEC §23).
///
/// Clients are shared by the rule; what belongs to a client goes with it.
struct HandoverPlanner {
  private let base: Base
  private let state: State
  private let order: HandoverOrder
  private let loans: Loans
  private var turn = 0
  /// The successor of each client, by the id of the card that is shown.
  private var heirs: [String: String] = [:]
  private(set) var passed: [Passed] = []
  private(set) var open: [Passed] = []
  private(set) var unsortedCount = 0

  init(_ base: Base, _ order: HandoverOrder) throws {
    self.base = base
    self.order = order
    state = base.state
    loans = try Loans(base, heldBy: order.leaver)
  }

  private struct Client {
    let record: Record
    /// All cards of the client that are the leaver's, the shown one first if it is.
    var cards: [Record]
    var key = ""
    var value = 0
    var heir = ""
    var loan: Loan?
  }

  /// Shares everything that the leaver is responsible for.
  mutating func plan() {
    let deals = state.living("deal")
    shareClients(deals)
    passDeals(deals)
    passTasks()
    passRest()
    tellLoans()
    leaveOpen()
  }

  /// What is another's stays so, and goes home at once where that one is among the successors.
  private mutating func tellLoans() {
    for index in passed.indices {
      guard let loan = loans[passed[index]] else { continue }
      passed[index].loan = loan
      if order.successors.contains(where: { $0.id == loan.lender }) {
        passed[index].to = loan.lender
      }
    }
  }

  /// Whoever writes has seen what people differ about, and so would settle it: that is left to
  /// them, with all cards of a client.
  private mutating func leaveOpen() {
    func place(_ item: Passed) -> String {
      "\(item.type) \(item.type == "client" ? base.merged.shown(item.id) : item.id)"
    }
    let contested = Set(
      passed.filter { item in
        state.record(type: item.type, id: item.id).map {
          Base.wouldSettle($0, writing: item.field)
        } ?? false
      }.map(place))
    guard !contested.isEmpty else { return }
    open = passed.filter { contested.contains(place($0)) && $0.isMain }
    passed.removeAll { contested.contains(place($0)) }
  }

  // MARK: Clients

  private mutating func shareClients(_ deals: [Record]) {
    var clients: [Client] = []
    var seen: Set<String> = []
    let owner = state.field("owner")
    for card in state.living("client") where card.text(of: owner) == order.leaver.id {
      let shown = base.merged.shown(card.id)
      guard seen.insert(shown).inserted else { continue }
      let record = state.record(type: "client", id: shown) ?? card
      let union = base.union(of: record)
      guard let present = union.text(of: owner), present != order.leaver.id else {
        // All cards of a client say the same (SPEC §22.1).
        let cards = ([record] + union.others).filter { $0.text(of: owner) != nil }
        var client = Client(record: record, cards: cards)
        client.loan = loans["client", card.id, "owner"]
        clients.append(client)
        continue
      }
      // Only a card that is not shown was the leaver's: it follows the one that is.
      for other in union.others where other.text(of: owner) == order.leaver.id {
        var item = Passed(
          type: "client", id: other.id, name: base.name(of: record), field: "owner", to: present)
        item.isMain = false
        passed.append(item)
      }
    }
    clients = clients.map { (IDOrder($0.record.id), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    let figures = FigureTable(base)
    let open = openDeals(deals)
    for index in clients.indices {
      let id = clients[index].record.id
      clients[index].value = value(of: id, figures, open)
      clients[index].key = key(of: clients[index].record, open)
    }
    func isHome(_ client: Client) -> Bool {
      order.successors.contains { $0.id == client.loan?.lender }
    }
    var rest = clients.filter { !isHome($0) }
    share(&rest)
    clients =
      rest
      + clients.filter(isHome).map { client in
        var client = client
        client.heir = client.loan?.lender ?? ""
        return client
      }
    let best = mostValuable(clients)
    for client in clients { heirs[client.record.id] = client.heir }
    let sorted = clients.enumerated().sorted {
      ($1.element.value, $0.offset) < ($0.element.value, $1.offset)
    }
    for (_, client) in sorted {
      let id = client.record.id
      for (number, card) in client.cards.enumerated() {
        var item = Passed(
          type: "client", id: card.id, name: base.name(of: client.record), field: "owner",
          to: client.heir)
        item.isMain = number == 0
        if item.isMain {
          item.value = client.value
          item.lastContact = figures[id]?.lastContact
          item.nextStep = figures[id]?.nextTask
          item.isFirstCall = best.contains(id)
        }
        passed.append(item)
      }
    }
  }

  /// The open deals of each client, the oldest first.
  private func openDeals(_ deals: [Record]) -> [String: [Record]] {
    var open: [String: [Record]] = [:]
    for deal in deals {
      guard let client = deal.text("client", state),
        base.outcome(ofStage: deal.text("stage", state) ?? "") == .open
      else { continue }
      open[base.merged.shown(client), default: []].append(deal)
    }
    return open
  }

  /// The worth of a client: purchases and open deals in the base's currency.
  private func value(of id: String, _ figures: FigureTable, _ open: [String: [Record]]) -> Int {
    let currency = base.settings.currency
    var value = 0
    if let known = figures[id], known.currency == currency { value = max(0, known.total) }
    for deal in open[id] ?? [] where deal.text("currency", state) ?? currency == currency {
      let sum = value.addingReportingOverflow(max(0, deal.integer(of: state.field("amount")) ?? 0))
      value = sum.overflow ? value : sum.partialValue
    }
    return value
  }

  /// What a client goes by, folded: clients of one key go to one person.
  private func key(of client: Record, _ open: [String: [Record]]) -> String {
    let card = base.union(of: client)
    let text: String? =
      switch order.rule {
      case .roundRobin, .value: nil
      case .city: card.text(of: state.field("city"))
      case .region: card.text(of: state.field("region"))
      case .tag:
        card.elements(of: state.field("tags")).min { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      case .stage: open[client.id]?.last?.text("stage", state)
      }
    return String(decoding: TextFolding.fold(text ?? ""), as: UTF8.self)
  }

  private mutating func share(_ clients: inout [Client]) {
    let names = order.successors.map(\.id)
    switch order.rule {
    case .roundRobin:
      for index in clients.indices { clients[index].heir = nextInTurn() }
    case .value:
      // The most valuable first, each to whoever has least so far.
      var worth = names.map { _ in 0 }
      var count = names.map { _ in 0 }
      let sorted = clients.indices.sorted { (clients[$1].value, $0) < (clients[$0].value, $1) }
      for index in sorted {
        // Those that are worth nothing yet even out the numbers.
        let isWorthless = clients[index].value == 0
        let place = names.indices.min { first, second in
          isWorthless
            ? (count[first], first) < (count[second], second)
            : (worth[first], count[first], first) < (worth[second], count[second], second)
        }
        guard let place else { continue }
        clients[index].heir = names[place]
        let sum = worth[place].addingReportingOverflow(clients[index].value)
        worth[place] = sum.overflow ? .max : sum.partialValue
        count[place] += 1
      }
    case .city, .region, .tag, .stage:
      // The largest group first, each to whoever has fewest so far.
      var count = names.map { _ in 0 }
      let named = clients.indices.filter { !clients[$0].key.isEmpty }
      let groups = Dictionary(grouping: named) { clients[$0].key }
      let sorted = groups.sorted { first, second in
        first.value.count != second.value.count
          ? first.value.count > second.value.count
          : first.key.utf8.lexicographicallyPrecedes(second.key.utf8)
      }
      // Clients who lack it have nothing in common, and even the numbers out.
      let unsorted = clients.indices.filter { clients[$0].key.isEmpty }
      unsortedCount = unsorted.count
      for group in sorted.map(\.value) + unsorted.map({ [$0] }) {
        guard let place = names.indices.min(by: { (count[$0], $0) < (count[$1], $1) }) else {
          continue
        }
        for index in group { clients[index].heir = names[place] }
        count[place] += group.count
      }
    }
  }

  private mutating func nextInTurn() -> String {
    defer { turn += 1 }
    return order.successors[turn % order.successors.count].id
  }

  /// The most first calls that are made tasks of.
  static let mostFirstCalls = 50

  /// The clients of class A by worth: those before whom the share of the sum is below 80 %
  /// (at most ``mostFirstCalls``), and whom one may call.
  private func mostValuable(_ clients: [Client]) -> Set<String> {
    guard !order.isTemporary else { return [] }
    // Whoever stands in for a while introduces nobody anew.
    let clients = clients.filter { $0.loan == nil }
    let total = clients.reduce(0.0) { $0 + Double($1.value) }
    var before = 0.0
    var best: Set<String> = []
    let sorted = clients.enumerated().sorted {
      ($1.element.value, $0.offset) < ($0.element.value, $1.offset)
    }
    for (_, client) in sorted {
      guard client.value > 0, before < total * 0.8, best.count < Self.mostFirstCalls else { break }
      before += Double(client.value)
      let card = base.union(of: client.record)
      let refusals = card.elements(of: state.field("opt_outs"))
      guard !refusals.contains("all"), !refusals.contains("call"),
        card.text(of: state.field("status")) ?? "active" == "active"
      else { continue }
      best.insert(client.record.id)
    }
    return best
  }

  // MARK: What goes with clients

  /// Deals that are open, and lost ones to which someone is to come back.
  ///
  /// Won and lost deals stay with whoever won and lost them: that is no work, it is a record.
  private mutating func passDeals(_ deals: [Record]) {
    for deal in deals where deal.text("owner", state) == order.leaver.id {
      let isOpen = base.outcome(ofStage: deal.text("stage", state) ?? "") == .open
      let comeBack = deal.text("return_after", state)
      guard isOpen || comeBack != nil else { continue }
      var item = Passed(
        type: "deal", id: deal.id, name: base.name(of: deal), field: "owner",
        to: heir(ofClients: [deal.text("client", state)]))
      item.nextStep = isOpen ? deal.text("expected_close", state) : comeBack
      item.clients = names(ofClients: [deal.text("client", state)])
      passed.append(item)
    }
  }

  /// Open tasks, which are the reminders too.
  private mutating func passTasks() {
    let tasks = state.living("task").filter {
      $0.text("state", state) ?? "open" == "open"
        && $0.text("assignee", state) == order.leaver.id
    }
    for task in tasks {
      let deals = task.elements(of: state.field("deals"))
        .map { state.record(type: "deal", id: $0)?.text("client", state) }
      let clients = task.elements(of: state.field("clients")) + deals
      var item = Passed(
        type: "task", id: task.id, name: base.name(of: task), field: "assignee",
        to: heir(ofClients: clients))
      item.clients = names(ofClients: clients)
      item.nextStep = task.text("due", state)
      passed.append(item)
    }
  }

  /// The names of some clients, each once.
  private func names(ofClients clients: [String?]) -> [String] {
    var seen: Set<String> = []
    return clients.compactMap { $0 }.map(base.merged.shown).filter { seen.insert($0).inserted }
      .compactMap { base.name(ofID: $0, type: "client") }.filter { !$0.isEmpty }
  }

  /// Whoever takes over the first of some clients that passes, or has it already; else the next.
  private mutating func heir(ofClients clients: [String?]) -> String {
    let successors = order.successors.map(\.id)
    for client in clients.compactMap({ $0 }).map(base.merged.shown) {
      if let heir = heirs[client] { return heir }
      if let owner = state.record(type: "client", id: client)?.text("owner", state),
        successors.contains(owner)
      {
        return owner
      }
    }
    return nextInTurn()
  }

  /// Segments, rules, people whose head the leaver was, and fields of the base's own that hold a member.
  private mutating func passRest() {
    let first = order.successors[0].id
    for type in ["segment", "rule"] {
      for record in state.living(type)
      where record.text("owner", state) == order.leaver.id && !base.isOthersArrangement(record) {
        passed.append(
          Passed(type: type, id: record.id, name: base.name(of: record), field: "owner", to: first))
      }
    }
    // Who holds a role is settled by a seal and an invitation; an absence changes no head.
    if !order.isTemporary {
      for member in state.living("member")
      where member.text("head", state) == order.leaver.id && member.id != order.leaver.id {
        let heir = order.successors.first { $0.id != member.id }?.id
        guard let heir else { continue }
        passed.append(
          Passed(
            type: "member", id: member.id, name: base.name(of: member), field: "head", to: heir))
      }
    }
    for entity in [Schema.client, Schema.deal, Schema.task] {
      let fields = base.customFields(of: entity).filter { $0.kind == .member && !$0.many }
      guard !fields.isEmpty else { continue }
      for record in state.living(entity.key) {
        for field in fields where record.text(field.key, state) == order.leaver.id {
          let client = entity.key == "client" ? record.id : record.text("client", state)
          var item = Passed(
            type: entity.key, id: record.id, name: base.name(of: record), field: field.key,
            to: heir(ofClients: [client]))
          item.isMain = false
          passed.append(item)
        }
      }
    }
  }
}

extension State {
  /// The living records of a type, by id.
  func living(_ type: String) -> [Record] {
    var records: [Record] = []
    forEach(type: type) { record in
      if record.isAlive { records.append(record) }
      return true
    }
    return records.map { (IDOrder($0.id), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
  }
}
