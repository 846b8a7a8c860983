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
struct ForkTree {
  /// A commit behind its predecessor; copies of it are one node.
  struct Node {
    let chain: Chain
    let parent: Int?
    let seen: [Sighting]
    /// Where its copies stand, in the order of the documents.
    var frames: [(key: FrameKey, position: Int)]
    /// Whether it or one behind it is signed.
    var isProven: Bool
    /// Signatures are made without chance: there is one that is right.
    var signature: [UInt8]?
    /// The history that it belongs to.
    var name: ReplicaID
    var number: UInt32 { chain.number }
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
  mutating func finish(in workspace: WorkspaceID) {
    guard let key = entries.lazy.compactMap(\.header.key).first else { return }
    let root = Chain(workspace: workspace, key: key)
    var levels: [UInt32: [Int]] = [:]
    for entry in entries.sorted(by: {
      ($0.header.dot.number, $0.position) < ($1.header.dot.number, $1.position)
    }) {
      let number = entry.header.dot.number
      let before = number == 1 ? [] : levels[number - 1] ?? []
      let near = near(entry, before)
      let others = before.prefix(Self.triedCount)
      let taken: [Way]
      if let signature = entry.signature {
        let parents: [Int?] = number == 1 ? [nil] : near + others.filter { !near.contains($0) }
        let found =
          copied(entry, signature, root, beside: levels[number] ?? [])
          ?? signed(entry, signature, root, behind: parents)
        taken = found.map { [$0] } ?? []
      } else {
        let parents: [Int?] = number == 1 ? [nil] : near.isEmpty ? Array(others) : near
        taken = parents.map { way(entry, behind: $0, root) }
      }
      if taken.isEmpty { refused.append(entry.header.dot) }
      for way in taken { place(entry, way, in: &levels[number, default: []]) }
    }
    entries = []
    places = [:]
    name()
  }

  /// A place that a commit might have: behind which node, and the chain that it then ends.
  private struct Way {
    let parent: Int?
    let chain: Chain
  }

  private func way(_ entry: Entry, behind parent: Int?, _ root: Chain) -> Way {
    var chain = parent.map { nodes[$0].chain } ?? root
    chain.advance(lineHash: entry.lineHash, bodyHash: entry.bodyHash)
    return Way(parent: parent, chain: chain)
  }

  /// The place of a signed commit that is a copy of one of its number: nothing need be verified.
  private func copied(
    _ entry: Entry, _ signature: [UInt8], _ root: Chain, beside level: [Int]
  ) -> Way? {
    level.lazy.filter { nodes[$0].signature == signature }
      .map { (head: nodes[$0].chain.head, way: way(entry, behind: nodes[$0].parent, root)) }
      .first { $0.way.chain.head == $0.head }?.way
  }

  /// The place where a commit's signature is right; none if it is right nowhere.
  private func signed(
    _ entry: Entry, _ signature: [UInt8], _ root: Chain, behind parents: [Int?]
  ) -> Way? {
    parents.lazy.map { way(entry, behind: $0, root) }.first { $0.chain.verify(signature) }
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

  private mutating func place(_ entry: Entry, _ way: Way, in level: inout [Int]) {
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
          chain: way.chain, parent: way.parent, seen: entry.header.seen,
          frames: [(entry.key, entry.position)], isProven: false, name: replica))
    }
    if let signature = entry.signature {
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
