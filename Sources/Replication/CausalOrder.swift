import Documents

/// Puts commits into an order in which each comes after those of its replica and those that it
/// had seen, as far as they are there.
enum CausalOrder {
  /// Orders `dots`; where causality leaves a choice, one replica's after another's.
  ///
  /// A topological sort (Kahn, 1962), in which a replica that cannot go on waits for one commit
  /// that it needs: the work is that of reading the headers, whatever they say.
  ///
  /// - Parameters:
  ///   - dots: the commits.
  ///   - header: what each commit's first line says.
  /// - Returns: the same commits; any that no order satisfies, which no program of ours makes,
  ///   at the end.
  static func sorted(_ dots: [Dot], headers header: (Dot) -> CommitHeader?) -> [Dot] {
    var sorted: [Dot] = []
    sorted.reserveCapacity(dots.count)
    var queues = Dictionary(grouping: dots, by: \.replica).mapValues { $0.sorted(by: >) }
    var blocked: [ReplicaID: Blocked] = [:]
    var ready = queues.keys.sorted()
    var place = 0
    while place < ready.count {
      let replica = ready[place]
      place += 1
      while let dot = queues[replica]?.last {
        let missing = header(dot)?.seen.first { sighting in
          // What was seen may itself be lost, and what came before it be here all the same.
          guard sighting.replica != replica, let next = queues[sighting.replica]?.last else {
            return false
          }
          return next.number <= sighting.number
        }
        if let missing {
          blocked[missing.replica, default: Blocked()].insert(replica, until: missing.number)
          break
        }
        sorted.append(dot)
        queues[replica]?.removeLast()
      }
      ready += blocked[replica]?.released(before: queues[replica]?.last?.number) ?? []
    }
    return sorted + queues.values.joined().sorted()
  }

  /// Replicas that wait for commits of one.
  private struct Blocked {
    /// Up to which number; the lowest last.
    private var waits: [(number: UInt32, replica: ReplicaID)] = []

    mutating func insert(_ replica: ReplicaID, until number: UInt32) {
      var (low, high) = (0, waits.count)
      while low < high {
        let middle = (low + high) / 2
        if waits[middle].number > number { low = middle + 1 } else { high = middle }
      }
      waits.insert((number, replica), at: low)
    }

    /// Those that wait for no commit from `next` on; all if there is none.
    mutating func released(before next: UInt32?) -> [ReplicaID] {
      var released: [ReplicaID] = []
      while let last = waits.last, next.map({ last.number < $0 }) ?? true {
        released.append(last.replica)
        waits.removeLast()
      }
      return released
    }
  }
}

/// Puts commits that come in the order of a document into an order that follows causality.
///
/// Documents are written in such an order, so as a rule nothing waits; in any other each waits for
/// one commit that it needs at a time.
struct CommitSorter {
  private let frontier: Frontier
  private var done: Frontier
  /// Those that came too early, by a commit that must come first.
  private var waiting: [Dot: [CommitRecord]] = [:]
  /// How often it was looked whether one can be taken.
  private(set) var lookCount = 0

  init(_ replicas: ReplicaTable) {
    let entries = replicas.entries.filter { $0.count > 0 }
    frontier = Frontier(Dictionary(uniqueKeysWithValues: entries.map { ($0.id, $0.count) }))
    // A branch begins behind the commits that it shares.
    done = Frontier(
      Dictionary(uniqueKeysWithValues: entries.filter { $0.base > 0 }.map { ($0.id, $0.base) }))
  }

  mutating func add(_ commit: CommitRecord, _ body: (CommitRecord) throws -> Void) throws {
    guard frontier.contains(commit.header.dot) else { return }
    var ready = [commit]
    while let next = ready.popLast() {
      let dot = next.header.dot
      guard !done.contains(dot) else { continue }
      lookCount += 1
      if let missing = missing(next.header) {
        waiting[missing, default: []].append(next)
        continue
      }
      done.join(Frontier([dot.replica: dot.number]))
      try body(next)
      if let released = waiting.removeValue(forKey: dot) { ready += released.reversed() }
    }
  }

  /// A commit that must come before this one and has not; nothing if there is none.
  private func missing(_ header: CommitHeader) -> Dot? {
    let dot = header.dot
    if done[dot.replica] + 1 < dot.number { return Dot(dot.replica, dot.number - 1) }
    for sighting in header.seen {
      let number = min(sighting.number, frontier[sighting.replica])
      if number > done[sighting.replica] { return Dot(sighting.replica, number) }
    }
    return nil
  }
}
