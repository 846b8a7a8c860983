import Support
import Testing

@testable import CRM

/// Which cards are one, and which of them is shown (SPEC §22.1).
@Suite struct CardClusterTests {
  private func clusters(_ links: (String, String)..., dead: Set<String> = []) -> [CardCluster] {
    CardCluster.clusters(of: links.map { CardLink(from: $0.0, to: $0.1) }) { !dead.contains($0) }
  }

  @Test func `the card that others were merged into is shown`() {
    #expect(clusters(("b", "a")) == [CardCluster(shown: "a", others: ["b"])])
    #expect(clusters(("a", "b")) == [CardCluster(shown: "b", others: ["a"])])
    #expect(clusters(("c", "b"), ("b", "a")) == [CardCluster(shown: "a", others: ["b", "c"])])
  }

  @Test func `of opposite merges the least id is shown`() {
    #expect(clusters(("b", "a"), ("a", "b")) == [CardCluster(shown: "a", others: ["b"])])
  }

  @Test func `in a circle the card that most were merged into is shown`() {
    #expect(
      clusters(("a", "b"), ("b", "a"), ("c", "b"))
        == [CardCluster(shown: "b", others: ["a", "c"])])
  }

  @Test func `a card merged into two makes all three one`() {
    #expect(clusters(("a", "b"), ("a", "c")) == [CardCluster(shown: "b", others: ["a", "c"])])
  }

  @Test func `a living card is shown before a deleted one`() {
    #expect(clusters(("b", "a"), dead: ["a"]) == [CardCluster(shown: "b", others: ["a"])])
    #expect(clusters(("b", "a"), dead: ["a", "b"]) == [CardCluster(shown: "a", others: ["b"])])
  }

  @Test func `a link to oneself means nothing`() {
    #expect(clusters(("a", "a")).isEmpty)
  }

  // SPEC [J-1], [J-2], [J-3]
  @Test(arguments: SeededGenerator.seeds(60))
  func `the order of links means nothing, and every card is shown once`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let ids = (0..<(2 + random.below(9))).map { "\(random.below(40))-x\($0)" }
    var links: [CardLink] = []
    for _ in 0..<random.below(14) {
      links.append(CardLink(from: random.element(of: ids), to: random.element(of: ids)))
    }
    let dead = Set(ids.filter { _ in random.oneIn(4) })
    let expected = CardCluster.clusters(of: links) { !dead.contains($0) }
    for _ in 0..<4 {
      links.shuffle(using: &random)
      let repeated = links + links.prefix(random.below(links.count + 1))
      #expect(CardCluster.clusters(of: repeated) { !dead.contains($0) } == expected, "seed \(seed)")
    }
    let members = expected.flatMap(\.members)
    #expect(Set(members).count == members.count, "seed \(seed)")
    // Whoever is linked is together, and nobody else.
    for link in links where link.from != link.to {
      let cluster = expected.first { $0.members.contains(link.from) }
      #expect(cluster?.members.contains(link.to) == true, "seed \(seed)")
    }
    for cluster in expected {
      var reached: Set<String> = [cluster.shown]
      for _ in cluster.members {
        for link in links where reached.contains(link.from) || reached.contains(link.to) {
          reached.formUnion([link.from, link.to])
        }
      }
      #expect(reached == Set(cluster.members), "seed \(seed)")
      let alive = cluster.members.filter { !dead.contains($0) }
      #expect(alive.isEmpty || alive.contains(cluster.shown), "seed \(seed)")
    }
  }
}
