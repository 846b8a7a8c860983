import Documents
public import Replication

extension Base {
  /// Finds pairs of clients' cards that may be one client, the surest first.
  ///
  /// Cards in the trash do not take part, merged cards count as one, and pairs of which somebody
  /// has said that they are two clients are left out. Takes about a second for 100,000 clients.
  ///
  /// - Parameters:
  ///   - among: the ids of cards of which each pair must hold one; nil for all.
  ///   - level: how sure a pair must be at least.
  ///   - limit: how many pairs to return at most.
  /// - Returns: the pairs; those of equal scores in the order of their ids.
  public func duplicates(
    among: Set<String>? = nil, level: DuplicatePair.Level = .possible, limit: Int? = nil
  ) -> [DuplicatePair] {
    if let among, among.isEmpty { return [] }
    let profiles = ClientProfiles(self)
    let focus = among.map { Set($0.map(merged.shown)) }
    var found: [(pair: DuplicatePair, order: (IDOrder, IDOrder))] = []
    for finding in DuplicateFinder(profiles, focus: focus).findings()
    where finding.verdict.score >= level.leastScore {
      let ids = (profiles.records[finding.first].id, profiles.records[finding.second].id)
      guard !profiles.decisions.contains(CardPair(ids.0, ids.1)) else { continue }
      let orders = (IDOrder(ids.0), IDOrder(ids.1))
      let isOrdered = orders.0 < orders.1
      let pair = DuplicatePair(
        first: isOrdered ? ids.0 : ids.1, second: isOrdered ? ids.1 : ids.0,
        score: finding.verdict.score, reasons: finding.verdict.reasons)
      found.append((pair, isOrdered ? orders : (orders.1, orders.0)))
    }
    found.sort { left, right in
      if left.pair.score != right.pair.score { return left.pair.score > right.pair.score }
      return left.order < right.order
    }
    return found.prefix(limit.map { max(0, $0) } ?? found.count).map(\.pair)
  }
}

/// What merging cards did, or would do.
public struct CardMerge: Sendable {
  /// The id of the card that is shown afterwards.
  public let shown: String
  /// The ids of all cards that are one afterwards, the shown one first.
  public let cards: [String]
  /// What was written; no change if they were one already.
  public let written: Written
}

extension Base {
  /// Merges cards: each of the others gets a link to the first, and nothing is copied (SPEC §22.1).
  ///
  /// - Parameters:
  ///   - card: the card that is to be shown.
  ///   - others: the cards that are the same client.
  ///   - isRehearsal: whether to stop before anything is written.
  /// - Returns: which card is shown, and what was written.
  /// - Throws: `EntryError`, or what keeps the batch from being written.
  public func mergeCards(
    _ card: Record, with others: [Record], isRehearsal: Bool = false
  ) throws -> CardMerge {
    let shown = shown(card)
    let linked = self.shown(others).filter { $0.id != shown.id }
    let written = try write(purpose: "merge-cards", isRehearsal: isRehearsal) { batch in
      // Who merges two cards has changed their mind about a note that they are two.
      var notes = Dictionary(
        uniqueKeysWithValues: notes(among: linked.isEmpty ? [] : [shown] + linked))
      for other in linked {
        var edit = RecordEdit(type: "client", id: other.id)
        edit.set[MergedCards.field] = StoredValue.text(shown.id)
        edit.remove[CardPair.field] = notes.removeValue(forKey: other.id)
        batch.put(edit)
      }
      for (id, elements) in notes.sorted(by: { $0.key < $1.key }) {
        var edit = RecordEdit(type: "client", id: id)
        edit.remove[CardPair.field] = elements
        batch.put(edit)
      }
    }.written
    let members = isRehearsal ? [shown.id] + linked.map(\.id) : mergedCards(of: shown.id)
    return CardMerge(shown: members[0], cards: members, written: written)
  }

  /// Notes that two cards are two clients, so that nobody is asked about them again.
  ///
  /// - Parameters:
  ///   - card: a card.
  ///   - other: another one.
  ///   - isRehearsal: whether to stop before anything is written.
  /// - Returns: what was written.
  /// - Throws: `DuplicateError.oneCard` if they count as one client, or what keeps the batch from
  ///   being written.
  public func markDifferent(
    _ card: Record, _ other: Record, isRehearsal: Bool = false
  ) throws -> Written {
    let (one, two) = (shown(card), shown(other))
    guard one.id != two.id else {
      throw DuplicateError.oneCard(id: one.id, commits: mergingCommits(of: one))
    }
    let isKnown = !notes(among: [one, two]).isEmpty
    return try write(purpose: "duplicates --not", isRehearsal: isRehearsal) { batch in
      // Both orders make the same note, so that two people who say it say it once.
      let pair = CardPair(one.id, two.id)
      var edit = RecordEdit(type: "client", id: pair.first)
      if !isKnown { edit.add[CardPair.field] = [StoredValue.text(pair.second)] }
      batch.put(edit)
    }.written
  }

  /// The notes of some shown cards that say of two of them that they are two clients, by the card
  /// on which they stand.
  private func notes(among cards: [Record]) -> [(id: String, elements: [[UInt8]])] {
    let ids = Set(cards.map(\.id))
    let field = state.field(CardPair.field)
    return wholeCards(cards).compactMap { card in
      let own = merged.shown(card.id)
      var elements: [[UInt8]] = []
      card.forEachElement(of: field) { value in
        let about = StoredValue.withContent(of: value) { StoredValue.text(of: $0) }
        let other = merged.shown(about)
        if other != own, ids.contains(other) {
          elements.append(value.withUnsafeBufferPointer { Array($0) })
        }
      }
      return elements.isEmpty ? nil : (card.id, elements)
    }
  }

  /// The commits whose links make a card one with others.
  private func mergingCommits(of card: Record) -> [String] {
    mergedCards(of: card.id).compactMap { state.record(type: "client", id: $0) }
      .flatMap { record in
        record.contents().registers.first { $0.name == MergedCards.field }?.writes ?? []
      }
      .filter { $0.value != StoredValue.null }.map(\.dot.text)
  }
}

/// Why two cards cannot be called two clients.
public enum DuplicateError: Error, Equatable, Sendable {
  /// They are one card, or were merged into one, which undoing the commits takes apart.
  case oneCard(id: String, commits: [String])
}
