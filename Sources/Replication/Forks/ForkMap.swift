import Bytes
import Documents

/// Under which names the commits of forked replicas count, in the documents that were looked at
/// (SPEC §7.6).
///
/// Empty as a rule: a fork takes a device that was copied or set back in time.
struct ForkMap: Sendable {
  /// One history that leaves another.
  struct Branch: Equatable, Sendable {
    let id: ReplicaID
    /// The device whose key signs it.
    let device: ReplicaID
    /// The history that it leaves.
    let parent: ReplicaID
    /// The number of the last commit that it shares with the history that it leaves.
    let base: UInt32
  }

  /// The branches, each after the one that it leaves.
  private(set) var branches: [Branch] = []

  /// The number of the last commit of each history of a forked replica.
  private(set) var tips: [ReplicaID: UInt32] = [:]

  /// The replicas that are forked.
  private(set) var devices: Set<ReplicaID> = []

  /// Where histories begin that do not begin here, by their names.
  private(set) var elsewhere: [ReplicaID: WorkspaceID] = [:]

  private var names: [FrameKey: ReplicaID] = [:]
  /// For the first commit of a branch what it had seen by the history that it leaves.
  private var inherited: [Dot: [Sighting]] = [:]
  /// By every name that a history of a forked replica has or might have.
  private var families: [ReplicaID: ReplicaID] = [:]
  private var nodes: [Place: [Sighting]] = [:]
  private var trunks: [ReplicaID: UInt32] = [:]

  private struct Place: Hashable {
    let device: ReplicaID
    let number: UInt32
    let head: [UInt8]
  }

  /// Whether no replica is forked.
  var isEmpty: Bool { devices.isEmpty }

  /// Takes in what one replica's tree says; `home` is the workspace of the document.
  mutating func add(_ tree: ForkTree, home: WorkspaceID) {
    guard tree.isForked || tree.nodes.contains(where: { !$0.isProven }) else { return }
    let device = tree.replica
    devices.insert(device)
    families[device] = device
    var known: [[ReplicaID: Sighting]] = []
    for node in tree.nodes {
      // Of those that do not count nothing is wanted; there may be many.
      guard node.isProven else {
        known.append([:])
        continue
      }
      var seen = node.parent.map { known[$0] } ?? [:]
      let parentName = node.parent.map { tree.nodes[$0].name } ?? device
      if node.name != parentName {
        let base = node.number - 1
        branches.append(Branch(id: node.name, device: device, parent: parentName, base: base))
        if let parent = node.parent {
          seen[parentName] = Self.sighting(tree.nodes[parent])
          inherited[Dot(node.name, node.number)] = Array(seen.values)
        }
      }
      for sighting in node.seen { seen[sighting.replica] = sighting }
      known.append(seen)
      families[node.chain.branchID] = device
      if node.workspace != home { elsewhere[node.name] = node.workspace }
      for frame in node.frames { names[frame.key] = node.name }
      tips[node.name] = max(tips[node.name] ?? 0, node.number)
      nodes[Place(device: device, number: node.number, head: node.chain.shortHead)] =
        [Self.sighting(node)] + seen.values.filter { families[$0.replica] == device }
    }
    let firstBase = tree.nodes.filter { $0.isProven && $0.name != device }.compactMap { node in
      node.parent.map { tree.nodes[$0].name == node.name } ?? false ? nil : node.number - 1
    }.min()
    trunks[device] = firstBase ?? 0
  }

  private static func sighting(_ node: ForkTree.Node) -> Sighting {
    Sighting(replica: node.name, number: node.number, head: node.chain.shortHead)
  }

  /// A commit's first line with the names under which it and what it had seen count; nothing if
  /// the commit counts under none.
  func header(_ header: CommitHeader, at key: FrameKey) -> CommitHeader? {
    guard !isEmpty else { return header }
    var dot = header.dot
    if devices.contains(dot.replica) {
      guard let name = names[key] else { return nil }
      dot = Dot(name, dot.number)
    }
    let own = inherited[dot] ?? []
    guard dot != header.dot || !own.isEmpty || header.seen.contains(where: isForked) else {
      return header
    }
    var seen: [ReplicaID: Sighting] = [:]
    for sighting in (own + header.seen).flatMap(resolved) where sighting.replica != dot.replica {
      if let known = seen[sighting.replica], known.number >= sighting.number { continue }
      seen[sighting.replica] = sighting
    }
    return header.renamed(dot, seen: Array(seen.values))
  }

  private func isForked(_ sighting: Sighting) -> Bool { families[sighting.replica] != nil }

  /// What a sighting means, by the hash that it gives ([F-4]).
  private func resolved(_ sighting: Sighting) -> [Sighting] {
    guard let device = families[sighting.replica] else { return [sighting] }
    let place = Place(device: device, number: sighting.number, head: sighting.head)
    if let found = nodes[place] { return found }
    let number = min(sighting.number, trunks[device] ?? 0)
    return number > 0 ? [Sighting(replica: device, number: number, head: sighting.head)] : []
  }
}
