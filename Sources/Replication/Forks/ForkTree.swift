import Bytes
import Documents
import Sealing

/// Where one commit stands: in which of several sources, in which member, at which byte of its
/// lines.
struct FrameKey: Hashable {
  let source: Int
  let memberOffset: Int
  let start: Int
}

/// All histories that one replica's commits make: a tree, since each commit's chain hash says
/// which commit it follows (SPEC §7.6, [F-1]).
///
/// Its roots are the beginnings in this workspace and
/// in those from which lines adopt the replica.
struct ForkTree {
  /// A commit behind its predecessor; copies of it are one node.
  struct Node {
    let chain: Chain
    let parent: Int?
    /// Where its history begins.
    let workspace: WorkspaceID
    let header: CommitHeader
    /// Where its copies stand, in the order of the documents.
    var frames: [(key: FrameKey, position: Int)]
    /// The copy that is passed on: a signed one, if there is one.
    var best: FrameKey
    /// Whether it or one behind it is signed.
    var isProven: Bool
    /// Signatures are made without chance: there is one that is right.
    var signature: [UInt8]?
    /// The history that it belongs to.
    var name: ReplicaID
    var number: UInt32 { chain.number }
    var seen: [Sighting] { header.seen }
  }

  private struct Entry {
    let header: CommitHeader
    let lineHash: Hash256
    let bodyHash: Hash256
    let signature: [UInt8]?
    let key: FrameKey
    let position: Int
  }

  let replica: ReplicaID
  private(set) var nodes: [Node] = []
  private(set) var refused: [Dot] = []
  private var entries: [Entry] = []
  private var places: [Hash256: Int] = [:]

  /// Behind how many nodes a commit is tried that does not follow what stands before it in its
  /// document (SPEC [F-1]): else some commits in a hostile order would have places without end.
  private static let triedCount = 64

  init(replica: ReplicaID) {
    self.replica = replica
  }

  /// Adds the next commit of the replica, in the order of the documents.
  mutating func add(
    _ frame: CommitFrame, in raw: Span<UInt8>, at key: FrameKey
  ) throws(DocumentError) {
    let trailer = try Trailer(line: raw.extracting(frame.trailer))
    entries.append(
      Entry(
        header: frame.header, lineHash: BLAKE2b.hash256(raw.extracting(frame.line)),
        bodyHash: try Chain.hash(
          body: raw.extracting(frame.body), salt: trailer.salt, of: frame.header.dot.number),
        signature: trailer.signature, key: key, position: entries.count))
  }

  /// Finds every commit's predecessor and names the histories.
  mutating func finish(by roots: ChainRoots) {
    guard let key = entries.lazy.compactMap(\.header.key).first else { return }
    var finder = RootFinder(roots)
    for entry in entries {
      finder.add(
        entry.header, line: entry.lineHash, body: entry.bodyHash, signature: entry.signature)
    }
    let begun = (finder.found[replica] ?? []).union([roots.home])
    let beginnings = begun.sorted { $0.text < $1.text }.map {
      Place(parent: nil, workspace: $0, chain: Chain(workspace: $0, key: key))
    }
    var levels: [UInt32: [Int]] = [:]
    for entry in entries.sorted(by: {
      ($0.header.dot.number, $0.position) < ($1.header.dot.number, $1.position)
    }) {
      let number = entry.header.dot.number
      let before = number == 1 ? [] : levels[number - 1] ?? []
      let near = near(entry, before)
      let others = before.prefix(Self.triedCount)
      let taken: [Place]
      if let signature = entry.signature {
        let parents =
          number == 1
          ? beginnings : (near + others.filter { !near.contains($0) }).map { place(of: $0) }
        let found =
          copied(entry, signature, beginnings, beside: levels[number] ?? [])
          ?? signed(entry, signature, behind: parents)
        taken = found.map { [$0] } ?? []
      } else {
        let parents =
          number == 1
          ? beginnings : (near.isEmpty ? Array(others) : near).map { place(of: $0) }
        taken = parents.map { way(entry, behind: $0) }
      }
      if taken.isEmpty { refused.append(entry.header.dot) }
      for way in taken { put(entry, way, in: &levels[number, default: []]) }
    }
    entries = []
    places = [:]
    name()
  }

  /// A place that a commit might have: behind which node, and the chain that it then ends; or a
  /// place behind which one might stand.
  private struct Place {
    let parent: Int?
    let workspace: WorkspaceID
    let chain: Chain
  }

  private func place(of node: Int) -> Place {
    Place(parent: node, workspace: nodes[node].workspace, chain: nodes[node].chain)
  }

  private func way(_ entry: Entry, behind place: Place) -> Place {
    var chain = place.chain
    chain.advance(lineHash: entry.lineHash, bodyHash: entry.bodyHash)
    return Place(parent: place.parent, workspace: place.workspace, chain: chain)
  }

  /// The place of a signed commit that is a copy of one of its number: nothing need be verified.
  private func copied(
    _ entry: Entry, _ signature: [UInt8], _ beginnings: [Place], beside level: [Int]
  ) -> Place? {
    for index in level where nodes[index].signature == signature {
      let node = nodes[index]
      let before =
        node.parent.map { place(of: $0) }
        ?? beginnings.first { $0.workspace == node.workspace }
      guard let before else { continue }
      let way = way(entry, behind: before)
      if way.chain.head == node.chain.head { return way }
    }
    return nil
  }

  /// The place where a commit's signature is right; none if it is right nowhere.
  private func signed(
    _ entry: Entry, _ signature: [UInt8], behind parents: [Place]
  ) -> Place? {
    parents.lazy.map { way(entry, behind: $0) }.first { $0.chain.verify(signature) }
  }

  /// Of the nodes of the number before, those of the commit that stands last before this one in
  /// its document; none at the beginning of one.
  private func near(_ entry: Entry, _ before: [Int]) -> [Int] {
    let positions = before.map { node in
      nodes[node].frames.last {
        $0.key.source == entry.key.source && $0.position < entry.position
      }?.position
    }
    guard let nearest = positions.compactMap(\.self).max() else { return [] }
    return zip(before, positions).filter { $1 == nearest }.map(\.0)
  }

  private mutating func put(_ entry: Entry, _ way: Place, in level: inout [Int]) {
    let node: Int
    if let same = places[way.chain.head] {
      node = same
      nodes[same].frames.append((entry.key, entry.position))
    } else {
      node = nodes.count
      places[way.chain.head] = node
      level.append(node)
      nodes.append(
        Node(
          chain: way.chain, parent: way.parent, workspace: way.workspace, header: entry.header,
          frames: [(entry.key, entry.position)], best: entry.key, isProven: false, name: replica))
    }
    if let signature = entry.signature {
      if nodes[node].signature == nil { nodes[node].best = entry.key }
      nodes[node].signature = signature
      prove(node)
    }
  }

  private mutating func prove(_ index: Int) {
    var next: Int? = index
    while let node = next, !nodes[node].isProven {
      nodes[node].isProven = true
      next = nodes[node].parent
    }
  }

  /// Names the histories: of several children the one with the least hash goes on under the name
  /// of its parent ([F-2]).
  private mutating func name() {
    var children: [Int?: [Int]] = [:]
    for index in nodes.indices where nodes[index].isProven {
      children[nodes[index].parent, default: []].append(index)
    }
    // Parents stand before their children.
    for index in [nil] + nodes.indices.map(Optional.init) {
      let sorted = (children[index] ?? []).sorted { nodes[$0].chain.head < nodes[$1].chain.head }
      for (place, child) in sorted.enumerated() {
        nodes[child].name =
          place == 0
          ? index.map { nodes[$0].name } ?? replica : nodes[child].chain.branchID
      }
    }
  }

  /// Forgets all commits but these, with each of which its predecessors are kept.
  mutating func keep(_ kept: Set<Int>) {
    for index in nodes.indices where !kept.contains(index) { nodes[index].isProven = false }
    for index in nodes.indices { nodes[index].name = replica }
    name()
  }

  /// Whether there would be more than one history if these were all commits.
  func isForked(keeping kept: Set<Int>) -> Bool {
    var taken: Set<Int?> = []
    return nodes.indices.contains { index in
      kept.contains(index) && nodes[index].isProven && !taken.insert(nodes[index].parent).inserted
    }
  }

  /// Whether there is more than one history.
  var isForked: Bool { nodes.contains { $0.isProven && $0.name != replica } }

  /// The last node of every history, by its name.
  var tips: [ReplicaID: Int] {
    var tips: [ReplicaID: Int] = [:]
    for index in nodes.indices where nodes[index].isProven { tips[nodes[index].name] = index }
    return tips
  }

  /// The nodes that count, by the history that they belong to, each after its parent.
  var histories: [ReplicaID: [Int]] {
    Dictionary(grouping: nodes.indices.filter { nodes[$0].isProven }) { nodes[$0].name }
  }
}
