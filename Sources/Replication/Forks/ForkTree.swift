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
        bodyHash: try Chain.hash(body: raw.extracting(frame.body), salt: trailer.salt),
        signature: trailer.signature, key: key, position: entries.count))
  }

  /// Finds every commit's predecessor and names the histories.
  mutating func finish(in workspace: WorkspaceID) {
    guard let key = entries.lazy.compactMap(\.header.key).first else { return }
    let root = Chain(workspace: workspace, key: key)
    var byNumber: [UInt32: [Int]] = [:]
    for entry in entries.sorted(by: {
      ($0.header.dot.number, $0.position) < ($1.header.dot.number, $1.position)
    }) {
      let number = entry.header.dot.number
      let siblings = byNumber[number] ?? []
      let parents: [Int?] =
        number == 1
        ? [nil] : (byNumber[number - 1] ?? []).sorted { isNearer($0, than: $1, to: entry) }
      let ways = parents.map { parent -> (parent: Int?, chain: Chain) in
        var chain = parent.map { nodes[$0].chain } ?? root
        chain.advance(lineHash: entry.lineHash, bodyHash: entry.bodyHash)
        return (parent, chain)
      }
      if let same = siblings.first(where: { index in
        ways.contains { $0.chain.head == nodes[index].chain.head }
      }) {
        nodes[same].frames.append((entry.key, entry.position))
        if let signature = entry.signature, nodes[same].chain.verify(signature) { prove(same) }
        continue
      }
      let way: (parent: Int?, chain: Chain)?
      if let signature = entry.signature {
        way = ways.first { $0.chain.verify(signature) }
      } else {
        way = ways.first
      }
      guard let way else {
        refused.append(entry.header.dot)
        continue
      }
      byNumber[number, default: []].append(nodes.count)
      nodes.append(
        Node(
          chain: way.chain, parent: way.parent, seen: entry.header.seen,
          frames: [(entry.key, entry.position)], isProven: false, name: replica))
      if entry.signature != nil { prove(nodes.count - 1) }
    }
    entries = []
    name()
  }

  /// Of two commits, whether the first stands before `entry` and nearer to it.
  private func isNearer(_ first: Int, than second: Int, to entry: Entry) -> Bool {
    func last(_ node: Int) -> Int {
      nodes[node].frames.last { $0.position < entry.position }?.position ?? -1
    }
    return last(first) > last(second)
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

  /// The last node of the history with this name.
  func tip(of name: ReplicaID) -> Int? {
    nodes.indices.last { nodes[$0].isProven && nodes[$0].name == name }
  }
}
