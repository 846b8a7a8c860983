import Documents

/// Which commits sightings of forked replicas may mean (SPEC [F-4]).
struct ForkNodes: Sendable {
  /// By every name that a history of a forked replica has, or would have.
  private var families: [ReplicaID: ReplicaID] = [:]
  private var places: [ReplicaID: [Mark: Int]] = [:]

  private struct Mark: Hashable {
    let number: UInt32
    let head: [UInt8]
  }

  /// No replica is forked.
  init() {}

  /// The commits of some trees.
  ///
  /// - Parameters:
  ///   - trees: the trees.
  ///   - isForked: whether there is more than one history in a tree; the names of branches mean
  ///     something only of such replicas.
  init(_ trees: some Sequence<ForkTree>, isForked: (ForkTree) -> Bool) {
    for tree in trees {
      families[tree.replica] = tree.replica
      let isForked = isForked(tree)
      for (index, node) in tree.nodes.enumerated() where node.isProven {
        if isForked {
          families[node.name] = tree.replica
          families[node.chain.branchID] = tree.replica
        }
        let mark = Mark(number: node.number, head: node.chain.shortHead)
        places[tree.replica, default: [:]][mark] = index
      }
    }
  }

  /// The replica of which a name is.
  func family(of name: ReplicaID) -> ReplicaID? { families[name] }

  /// The place of the commit that a sighting means in the tree of its replica.
  func place(of sighting: Sighting) -> (replica: ReplicaID, node: Int)? {
    guard let family = families[sighting.replica],
      let node = places[family]?[Mark(number: sighting.number, head: sighting.head)]
    else { return nil }
    return (family, node)
  }
}
