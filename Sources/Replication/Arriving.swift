import Documents

/// The proven commits that came in, in chains and in trees, each behind the one before it.
struct Arriving {
  /// Where a commit stands.
  enum Place {
    case chain(Dot)
    case tree(Int, node: Int)

    func node(inTree tree: Int) -> Int? {
      if case .tree(tree, let node) = self { node } else { nil }
    }
  }

  private(set) var commits: [Acceptance.Commit] = []
  private(set) var places: [Place] = []
  private var chained: [Dot: Int] = [:]
  private var treed: [ReplicaID: [Int: Int]] = [:]

  init(
    _ dots: [Dot], _ newcomers: [ForkMeeting.Newcomer], _ trees: [ForkTree], _ receiver: Receiver
  ) {
    for dot in dots {
      guard let candidate = receiver.candidates[dot] else { continue }
      chained[dot] = commits.count
      places.append(.chain(dot))
      commits.append(
        Acceptance.Commit(
          header: candidate.header, parent: chained[Dot(dot.replica, dot.number - 1)],
          workspace: receiver.roots[dot.replica], isSigned: receiver.proven[dot] ?? false,
          control: candidate.control))
    }
    for newcomer in newcomers {
      let tree = trees[newcomer.tree]
      let node = tree.nodes[newcomer.node]
      treed[tree.replica, default: [:]][newcomer.node] = commits.count
      places.append(.tree(newcomer.tree, node: newcomer.node))
      commits.append(
        Acceptance.Commit(
          header: node.header, parent: node.parent.flatMap { treed[tree.replica]?[$0] },
          workspace: node.workspace, isSigned: node.signature != nil, control: newcomer.control))
    }
  }

  func place(of dot: Dot) -> Int? { chained[dot] }

  func place(of found: (replica: ReplicaID, node: Int)) -> Acceptance.Place? {
    treed[found.replica]?[found.node].map { .arriving($0) }
  }
}
