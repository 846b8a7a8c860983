import Documents
import Support
import Testing

@testable import Replication

/// Commits in any order are put into one that follows causality, with work that grows as they do.
@Suite struct CausalOrderTests {
  private static func replica(_ number: Int) throws -> ReplicaID {
    let bytes = (0..<ReplicaID.byteCount).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    let replica = ReplicaID(bytes: bytes.span)
    return try #require(replica)
  }

  private static func header(_ dot: Dot, seen: [Dot]) -> CommitHeader {
    CommitHeader(
      dot: dot, stampMillis: 0,
      seen: seen.map { Sighting(replica: $0.replica, number: $0.number, head: []) })
  }

  /// Commits of some replicas in causal order, each of which has seen some of those before it.
  private static func history(
    replicas count: Int, commits: Int, _ random: inout SeededGenerator
  ) throws -> [CommitHeader] {
    let replicas = try (0..<count).map { try replica($0) }
    var numbers = Array(repeating: UInt32(0), count: count)
    return (0..<commits).map { _ in
      let author = Int.random(in: 0..<count, using: &random)
      let seen = (0..<count).filter {
        $0 != author && numbers[$0] > 0 && Int.random(in: 0..<4, using: &random) == 0
      }
      numbers[author] += 1
      return header(
        Dot(replicas[author], numbers[author]),
        seen: seen.map { Dot(replicas[$0], UInt32.random(in: 1...numbers[$0], using: &random)) })
    }
  }

  @Test(arguments: SeededGenerator.seeds(40))
  func `each comes after what it had seen, as far as that is there`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let history = try Self.history(replicas: 6, commits: 80, &random)
    let isWhole = Bool.random(using: &random)
    let there = history.filter { _ in isWhole || Int.random(in: 0..<5, using: &random) > 0 }
    let headers = Dictionary(uniqueKeysWithValues: there.map { ($0.dot, $0) })
    let sorted = CausalOrder.sorted(there.map(\.dot).shuffled(using: &random)) { headers[$0] }
    #expect(sorted.count == there.count && Set(sorted) == Set(headers.keys), "seed \(seed)")
    let places = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
    for (dot, place) in places {
      for (other, otherPlace) in places where otherPlace > place {
        let hasSeen = headers[dot]?.seen.contains {
          $0.replica == other.replica && $0.number >= other.number
        }
        let isLater = other.replica == dot.replica && other.number < dot.number
        #expect(hasSeen == false && !isLater, "seed \(seed): \(dot.text) before \(other.text)")
      }
    }
  }

  @Test(arguments: SeededGenerator.seeds(40))
  func `commits of a document in any order are told in one that follows causality`(
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let history = try Self.history(replicas: 5, commits: 100, &random)
    let (told, _) = try Self.told(history, in: history.shuffled(using: &random))
    var done = Frontier()
    for header in told {
      #expect(done[header.dot.replica] + 1 == header.dot.number, "seed \(seed)")
      #expect(header.seen.allSatisfy { $0.number <= done[$0.replica] }, "seed \(seed)")
      done.join(Frontier([header.dot.replica: header.dot.number]))
    }
    #expect(told.count == history.count, "seed \(seed)")
  }

  /// What a sorter tells of commits in an order, some of them twice; and how often it looked.
  private static func told(
    _ history: [CommitHeader], in order: [CommitHeader]
  ) throws -> (headers: [CommitHeader], lookCount: Int) {
    var table = ReplicaTable()
    for header in history { _ = table.admit(header) }
    var sorter = CommitSorter(table)
    var told: [CommitHeader] = []
    for header in order + order.prefix(3) {
      try sorter.add(CommitRecord(header: header, edits: [])) { told.append($0.header) }
    }
    return (told, sorter.lookCount)
  }

  /// Each commit has seen the last one of the replica behind its own, so that by replica only one
  /// can be taken in a round; and a document that holds them the wrong way round.
  @Test func `a staircase, and a document the wrong way round, take no more work than another`()
    throws
  {
    let replicas = try (0..<60).map { try Self.replica($0) }
    var history: [CommitHeader] = []
    for number in UInt32(1)...40 {
      for place in replicas.indices.reversed() {
        let former = history.last.map { [$0.dot] } ?? []
        history.append(Self.header(Dot(replicas[place], number), seen: former))
      }
    }
    let headers = Dictionary(uniqueKeysWithValues: history.map { ($0.dot, $0) })
    var readCount = 0
    let sorted = CausalOrder.sorted(history.map(\.dot)) { dot in
      readCount += 1
      return headers[dot]
    }
    #expect(sorted == history.map(\.dot))
    #expect(readCount <= 3 * history.count, "\(readCount) of \(history.count)")
    let (told, lookCount) = try Self.told(history, in: history.reversed())
    #expect(told.map(\.dot) == sorted)
    #expect(lookCount <= 3 * history.count, "\(lookCount) of \(history.count)")
  }
}
