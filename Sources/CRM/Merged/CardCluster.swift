/// Cards that count as one client, since people have linked them (SPEC §22.1).
struct CardCluster: Hashable, Sendable {
  /// The card under which all of them are shown.
  let shown: String
  /// The others, ascending by the bytes of their ids.
  let others: [String]

  /// All cards, the shown one first.
  var members: [String] { [shown] + others }
}

/// One standing link from a card to the card that it was merged into.
struct CardLink: Hashable, Sendable {
  let from: String
  let to: String
}

extension CardCluster {
  /// Finds the clusters that links make.
  ///
  /// Links count both ways here, so opposite merges and circles need no rule of their own, and the
  /// order in which links are given means nothing.
  ///
  /// - Parameters:
  ///   - links: the standing links of all cards; those of a card to itself mean nothing.
  ///   - isAlive: whether a card exists.
  /// - Returns: the clusters, each of two cards at least, ascending by the card that is shown.
  static func clusters(
    of links: some Sequence<CardLink>, isAlive: (String) -> Bool
  ) -> [CardCluster] {
    var cards = CardForest()
    for link in Set(links) where link.from != link.to { cards.add(link) }
    return cards.groups
      .map { group in
        let shown = group.max { cards.rank($0, isAlive) < cards.rank($1, isAlive) }
        return CardCluster(
          shown: shown.map { cards.ids[$0] } ?? "",
          others: group.filter { $0 != shown }.map { cards.ids[$0] }.sorted(by: precedes))
      }
      .sorted { precedes($0.shown, $1.shown) }
  }

  /// Whether an id comes first by its bytes.
  static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}

/// Linked cards, each group a tree of parents (union-find).
private struct CardForest {
  /// How willingly a card is shown: the greatest is.
  struct Rank: Comparable {
    let isAlive: Bool
    let isLinked: Bool
    let linkCount: Int
    let id: String

    static func < (left: Rank, right: Rank) -> Bool {
      if left.isAlive != right.isAlive { return right.isAlive }
      if left.isLinked != right.isLinked { return left.isLinked }
      if left.linkCount != right.linkCount { return left.linkCount < right.linkCount }
      return CardCluster.precedes(right.id, left.id)
    }
  }

  private(set) var ids: [String] = []
  private var places: [String: Int] = [:]
  private var parents: [Int] = []
  /// How many cards were merged into each, and whether it was merged into another itself.
  private var linkCounts: [Int] = []
  private var isLinked: [Bool] = []

  mutating func add(_ link: CardLink) {
    let (from, to) = (place(of: link.from), place(of: link.to))
    isLinked[from] = true
    linkCounts[to] += 1
    parents[root(of: from)] = root(of: to)
  }

  private mutating func place(of id: String) -> Int {
    if let place = places[id] { return place }
    let place = ids.count
    ids.append(id)
    places[id] = place
    parents.append(place)
    linkCounts.append(0)
    isLinked.append(false)
    return place
  }

  private mutating func root(of place: Int) -> Int {
    var place = place
    while parents[place] != place {
      parents[place] = parents[parents[place]]
      place = parents[place]
    }
    return place
  }

  var groups: [[Int]] {
    var forest = self
    var groups: [Int: [Int]] = [:]
    for place in ids.indices { groups[forest.root(of: place), default: []].append(place) }
    return Array(groups.values)
  }

  func rank(_ place: Int, _ isAlive: (String) -> Bool) -> Rank {
    Rank(
      isAlive: isAlive(ids[place]), isLinked: isLinked[place], linkCount: linkCounts[place],
      id: ids[place])
  }
}
