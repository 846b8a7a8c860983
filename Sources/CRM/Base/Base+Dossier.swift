import Documents
public import Replication

/// Everything that a base holds about one record.
public struct Dossier: Sendable {
  /// The record, with computed fields.
  public var card: Card
  /// The ties of a client to others.
  public var links: [Card] = []
  /// The deals of a client.
  public var deals: [Card] = []
  /// What happened with a client or a deal, the newest first.
  public var activities: [Card] = []
  /// The tasks of a client or a deal: open ones by due date, then the others, the newest first.
  public var tasks: [Card] = []
  /// The moves of a deal from stage to stage, the oldest first.
  public var events: [Card] = []
}

/// One result of a search.
public struct Found: Sendable {
  /// The record.
  public let card: Card
  /// How well it matches; greater is better.
  public let score: Int
}

/// Who put a record into the trash, and when.
public struct Deletion: Sendable {
  /// The name of its author, if the device is known.
  public let author: String?
  /// Its author's wall clock.
  public let at: Instant
}

extension Base {
  /// Who put a record into the trash, and when.
  ///
  /// - Parameter card: the record.
  /// - Returns: the last deletion that stands; nil of a record that exists.
  public func deletion(of card: Card) -> Deletion? {
    guard !card.isAlive, let record = state.record(type: card.type, id: card.id) else {
      return nil
    }
    return record.contents().deleters.max { $0.stampMillis < $1.stampMillis }.map { vote in
      Deletion(
        author: memberName(ofReplica: vote.dot.replica), at: Instant(epochMillis: vote.stampMillis))
    }
  }

  /// Reads out a record and what is tied to it, by way of the index.
  public func dossier(_ record: Record) -> Dossier {
    let ids = record.type == "client" ? mergedCards(of: record.id) : [record.id]
    var dossier = Dossier(card: card(record, computed: true))
    func cards(_ type: String, _ fields: [String]) -> [Card] {
      var seen: Set<String> = []
      let records = ids.flatMap { id in
        fields.flatMap { state.found(Array(id.utf8), in: $0, of: type) }
      }.filter { seen.insert($0.id).inserted }
      return records.map { card($0, computed: true, figures: nil) }
    }
    switch record.type {
    case "client":
      dossier.links = cards("link", ["from", "to"])
      dossier.deals = cards("deal", ["client"])
      dossier.activities = timeline(cards("activity", ["clients"]))
      dossier.tasks = agendaOrder(cards("task", ["clients"]))
    case "deal":
      dossier.activities = timeline(cards("activity", ["deals"]))
      dossier.tasks = agendaOrder(cards("task", ["deals"]))
      dossier.events = cards("stage_event", ["deal"])
        .sorted { ($0.text("at") ?? "", IDOrder($0.id)) < ($1.text("at") ?? "", IDOrder($1.id)) }
    default: break
    }
    return dossier
  }

  private func timeline(_ cards: [Card]) -> [Card] {
    cards.sorted { left, right in
      let (one, other) = (left.text("at") ?? "", right.text("at") ?? "")
      return one != other ? one > other : IDOrder(right.id) < IDOrder(left.id)
    }
  }

  private func agendaOrder(_ cards: [Card]) -> [Card] {
    let open = cards.filter { $0.text("state") ?? "open" == "open" }
    let others = cards.filter { $0.text("state") ?? "open" != "open" }
    return byDue(open) + byDue(others).reversed()
  }

  /// Tasks by due date, those without one last, ties by id.
  func byDue(_ tasks: [Card]) -> [Card] {
    tasks.sorted { left, right in
      let (one, other) = (left.text("due") ?? "~", right.text("due") ?? "~")
      return one != other ? one < other : IDOrder(left.id) < IDOrder(right.id)
    }
  }

  /// Looks for a text in whole records: any part of a name, phone, e-mail, number, tag, comment.
  ///
  /// - Parameters:
  ///   - text: the words, all of which must be found; case, «ё» and layout do not matter.
  ///   - entities: where to look, clients as a rule.
  ///   - limit: how many results to return at most.
  /// - Returns: the best matches first, ties by id.
  public func find(
    _ text: String, entities: [Entity] = [Schema.client], limit: Int = 20
  ) -> [Found] {
    let query = SearchQuery(text)
    guard !query.isEmpty, limit > 0 else { return [] }
    var found: [(score: Int, order: Int, id: IDOrder, record: Record)] = []
    for (order, entity) in entities.enumerated() {
      let plan = ScanPlan(self, entity: entity, slots: [])
      state.forEach(type: entity.key) { record in
        guard let view = plan.view(of: record) else { return true }
        var score: Int?
        _ = view.searchText { text in
          // Ranking looks at every place of a match, so it comes after a plain yes or no.
          if query.matches(text) { score = query.score(text) }
          return true
        }
        if let score { found.append((score, order, IDOrder(record.id), record)) }
        return true
      }
    }
    found.sort { left, right in
      if left.score != right.score { return left.score > right.score }
      return left.order != right.order ? left.order < right.order : left.id < right.id
    }
    return found.prefix(limit).map { Found(card: card($0.record), score: $0.score) }
  }

  /// The records in the trash: clients, deals, tasks, activities and ties, the newest deletion first.
  public func trash(limit: Int? = nil) -> [Card] {
    var found: [(at: Instant, id: IDOrder, record: Record)] = []
    for type in ["client", "deal", "task", "activity", "link", "segment", "product", "entry"] {
      state.forEach(type: type) { record in
        guard !record.isAlive, isShown(record) else { return true }
        let at = stamp(of: record, isCreation: false) ?? Instant(epochMillis: 0)
        found.append((at, IDOrder(record.id), record))
        return true
      }
    }
    found.sort { $0.at != $1.at ? $0.at > $1.at : $0.id < $1.id }
    return found.prefix(limit ?? found.count).map { card($0.record) }
  }
}
