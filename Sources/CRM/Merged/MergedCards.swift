public import Documents
package import Replication

/// Which cards of a base count as one, looked up once for a state.
///
/// A base without merged cards costs one look into the index; with them, as much as there are.
package struct MergedCards: Sendable {
  private let clusters: [CardCluster]
  private let places: [String: Int]
  /// Hashes of the ids in `places`, so that a scan makes no string of the id of every record.
  private let marks: Set<UInt64>

  /// Whether no card was ever merged.
  package var isEmpty: Bool { clusters.isEmpty }

  /// Looks up what a state says.
  package init(_ state: State) {
    let key = state.field(Self.field)
    let linked = state.records(
      withKey: BaseIndex.every, in: Self.field, of: "client", plan: BaseIndex.plan)
    var links: [CardLink] = []
    for record in linked {
      let id = record.id
      // All writes that nobody has settled count: each of them is somebody's merge.
      record.forEachWrite(of: key) { value in
        guard value.count > 2, value[0] == UInt8(ascii: "\"") else { return }
        links.append(
          CardLink(from: id, to: StoredValue.withContent(of: value) { StoredValue.text(of: $0) }))
      }
    }
    clusters = CardCluster.clusters(of: links) { id in
      state.record(type: "client", id: id)?.isAlive ?? false
    }
    var places: [String: Int] = [:]
    for (place, cluster) in clusters.enumerated() {
      for id in cluster.members { places[id] = place }
    }
    self.places = places
    marks = Set(places.keys.map { Self.mark(of: $0.utf8.span) })
  }

  /// The register that says into which card one was merged.
  static let field = "merged_into"

  /// The cluster of a card; nil for one that stands for itself.
  func cluster(of id: String) -> CardCluster? { places[id].map { clusters[$0] } }

  /// The card under which a card is shown: itself, as a rule.
  package func shown(_ id: String) -> String { cluster(of: id)?.shown ?? id }

  /// Of cards that count as one the one that is shown, if it is among them, else the first.
  package func distinct<Card>(_ cards: [Card], id: (Card) -> String) -> [Card] {
    guard cards.count > 1, !isEmpty else { return cards }
    var places: [String: Int] = [:]
    var result: [Card] = []
    for card in cards {
      let own = id(card)
      let shown = shown(own)
      if let place = places[shown] {
        if own == shown { result[place] = card }
      } else {
        places[shown] = result.count
        result.append(card)
      }
    }
    return result
  }

  /// The cluster of a record; nil for one that stands for itself.
  func cluster(of record: Record) -> CardCluster? {
    guard !isEmpty, record.withID({ marks.contains(Self.mark(of: $0)) }) else { return nil }
    return cluster(of: record.id)
  }

  /// FNV-1a (Fowler, Noll, Vo).
  private static func mark(of id: Span<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in 0..<id.count {
      hash = (hash ^ UInt64(id[unchecked: index])) &* 0x100_0000_01B3
    }
    return hash
  }
}

extension Base {
  /// The card under which a client is shown: its own, unless it was merged into another.
  ///
  /// - Parameter id: the id of a client's card.
  /// - Returns: the id of the card to show.
  public func shownCard(of id: String) -> String { merged.shown(id) }

  /// The cards that are shown as one with a client's, that one first (SPEC §22.1).
  ///
  /// - Parameter id: the id of a client's card.
  /// - Returns: the ids; the card's own alone if it was not merged.
  public func mergedCards(of id: String) -> [String] {
    merged.cluster(of: id)?.members ?? [id]
  }

  /// The merges that make a card part of a client of several cards.
  ///
  /// - Parameter id: the card.
  /// - Returns: the card that is shown, and the commits of the links; nil if it stands alone.
  public func links(ofClient id: String) -> (shown: String, dots: [Dot])? {
    guard let cluster = merged.cluster(of: id) else { return nil }
    let dots = cluster.members.flatMap { member in
      let contents = state.record(type: Schema.client.key, id: member)?.contents()
      let links = contents?.registers.first { $0.name == MergedCards.field }?.writes ?? []
      return links.filter { $0.value != StoredValue.null }.map(\.dot)
    }
    return (cluster.shown, Set(dots).sorted())
  }

  /// The id by which a record is shown; only cards of clients may have another.
  func shownID(_ id: String, type: String) -> String { type == "client" ? merged.shown(id) : id }

  /// The record that is shown for one, as it is now: a client's card may have been merged.
  func shown(_ record: Record) -> Record {
    let id = record.type == "client" ? merged.cluster(of: record)?.shown : nil
    return state.record(type: record.type, id: id ?? record.id) ?? record
  }

  /// Records by what is shown for them, each once.
  func shown(_ records: [Record]) -> [Record] {
    guard !merged.isEmpty else { return records }
    var seen: Set<String> = []
    return records.map(shown).filter { seen.insert("\($0.type) \($0.id)").inserted }
  }

  /// Whether a record is shown for itself.
  func isShown(_ record: Record) -> Bool {
    guard record.type == "client", let cluster = merged.cluster(of: record) else { return true }
    return cluster.shown == record.id
  }

  /// Records with all cards that are shown as one with them, which live and die together.
  func wholeCards(_ records: [Record]) -> [Record] {
    records.flatMap { record in
      let shown = shown(record)
      return shown.type == "client" ? [shown] + union(of: shown).others : [shown]
    }
  }

  /// A client's card with all that is shown under it.
  func union(of record: Record) -> CardUnion {
    guard let cluster = merged.cluster(of: record), cluster.shown == record.id else {
      return CardUnion(record)
    }
    return CardUnion(
      record, others: cluster.others.compactMap { state.record(type: "client", id: $0) })
  }
}

/// A card read as one with those that were merged into it.
struct CardUnion {
  /// The card that is shown.
  let record: Record
  /// The others, in the order in which their values are looked at.
  let others: [Record]

  init(_ record: Record, others: [Record] = []) {
    self.record = record
    self.others = others
  }

  /// Calls `body` with the value of a register: of the shown card, else of the first that has one.
  @inline(__always)
  func withValue<Result>(
    of field: FieldKey, _ body: (Span<UInt8>) throws -> Result
  ) rethrows -> Result? {
    if let result = try record.withValue(of: field, body) { return result }
    for other in others {
      if let result = try other.withValue(of: field, body) { return result }
    }
    return nil
  }

  /// Calls `body` with every element of a set, card by card; an element may come twice.
  @inline(__always)
  func forEachElement(of field: FieldKey, _ body: (Span<UInt8>) -> Void) {
    record.forEachElement(of: field, body)
    for other in others { other.forEachElement(of: field, body) }
  }

  func text(of field: FieldKey) -> String? {
    record.text(of: field) ?? others.lazy.compactMap { $0.text(of: field) }.first
  }

  func integer(of field: FieldKey) -> Int? {
    record.integer(of: field) ?? others.lazy.compactMap { $0.integer(of: field) }.first
  }

  func elements(of field: FieldKey) -> [String] {
    others.isEmpty
      ? record.elements(of: field)
      : record.elements(of: field) + others.flatMap { $0.elements(of: field) }
  }
}
