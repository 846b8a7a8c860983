import Documents

/// Puts commits into an order in which each comes after those of its replica and those that it
/// had seen, as far as they are there.
enum CausalOrder {
  /// Orders `dots`; where causality leaves a choice, by replica.
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
    var progress = true
    while progress {
      progress = false
      for replica in queues.keys.sorted() {
        while let dot = queues[replica]?.last,
          header(dot)?.seen.allSatisfy({ sighting in
            // What was seen may itself be lost, and what came before it be here all the same.
            let next = queues[sighting.replica]?.last?.number ?? .max
            return sighting.replica == replica || next > sighting.number
          }) ?? true
        {
          sorted.append(dot)
          queues[replica]?.removeLast()
          progress = true
        }
      }
    }
    return sorted + queues.values.joined().sorted()
  }
}
