import Bytes
import Documents
import Platform

/// Brings the histories of forked replicas together: what came in is held against the document,
/// and what the document lacks is made ready to be appended (SPEC §7.6, [F-6]).
struct ForkMeeting: ~Copyable {
  /// The members to append.
  var members: [UInt8] { packing.members }

  /// How many commits are new.
  private(set) var commitCount = 0

  /// The commits that are new.
  private(set) var dots: Set<Dot> = []

  /// Commits whose signature is right behind none.
  private(set) var refused: [Dot] = []

  private let sources: [Source]
  private let places: [[Int: Member]]
  private let trees: [ForkTree]
  /// For replicas that are nobody's the last number of which anything is taken.
  var limits: [ReplicaID: UInt32] = [:]
  /// The member whose lines `raw` holds.
  private var opened: (source: Int, memberOffset: Int)?
  private var raw: [UInt8] = []
  private var reader = EditReader()
  private var packing = Packing(keepsSignatures: true)

  /// Builds the histories of some replicas out of a document and what came in.
  ///
  /// - Parameters:
  ///   - document: the document.
  ///   - incoming: what came in.
  ///   - replicas: the replicas.
  ///   - workspace: the workspace to which they belong.
  init(
    _ document: Source, _ incoming: [Source], of replicas: Set<ReplicaID>,
    in workspace: WorkspaceID
  ) {
    sources = [document] + incoming
    places = sources.map(\.membersByOffset)
    trees = Loader.trees(of: replicas, sources.map { ($0.map, $0.bytes) }, in: workspace)
  }

  /// The lines of the proven commits that came in.
  mutating func provenBodies() throws -> [(replica: ReplicaID, body: [UInt8])] {
    var bodies: [(replica: ReplicaID, body: [UInt8])] = []
    for tree in trees {
      for node in tree.nodes where node.isProven {
        guard node.frames.allSatisfy({ $0.key.source > 0 }), let start = try open(node) else {
          continue
        }
        var cursor = CommitCursor(at: start)
        guard let frame = try cursor.next(in: raw.span) else { continue }
        let body = raw.span.extracting(frame.body)
        guard body.contains(ChainRoots.opening) || body.contains(Doorkeeper.opening) else {
          continue
        }
        bodies.append((tree.replica, [UInt8](bytesOf: body)))
      }
    }
    return bodies
  }

  /// Packs the histories of which something is new, each whole, from the commit that it leaves.
  mutating func finish() throws {
    for tree in trees {
      // That nobody vouches for them is all that is said of strangers.
      if limits[tree.replica] == nil { refused += tree.refused }
      var new: [Int] = []
      var broken: Set<Int> = []
      for index in tree.nodes.indices where tree.nodes[index].isProven {
        let node = tree.nodes[index]
        guard node.frames.allSatisfy({ $0.key.source > 0 }) else { continue }
        if let limit = limits[tree.replica], node.number > limit {
          broken.insert(index)
          continue
        }
        // What breaks the format is refused here, with all that stands behind it: in the document
        // it would pass for damage.
        if node.parent.map(broken.contains) ?? false {
          broken.insert(index)
        } else if try isReadable(node) {
          new.append(index)
        } else {
          broken.insert(index)
          refused.append(Dot(tree.replica, node.number))
        }
      }
      commitCount += new.count
      dots.formUnion(new.map { Dot(tree.nodes[$0].name, tree.nodes[$0].number) })
      guard tree.isForked else {
        for node in new { try pack(tree.nodes[node]) }
        continue
      }
      let names = Set(new.map { tree.nodes[$0].name })
      let histories = names.isEmpty ? [:] : tree.histories
      for name in names.sorted() {
        let nodes = (histories[name] ?? []).filter { !broken.contains($0) }
        let left = nodes.first.flatMap { tree.nodes[$0].parent }
        for node in ([left].compactMap(\.self) + nodes) { try pack(tree.nodes[node]) }
      }
    }
    packing.close()
  }

  private mutating func pack(_ node: ForkTree.Node) throws {
    guard let start = try open(node) else { return }
    let raw = raw
    var cursor = CommitCursor(at: start)
    if let frame = try cursor.next(in: raw.span) { try packing.add(frame, in: raw.span) }
  }

  private mutating func isReadable(_ node: ForkTree.Node) throws -> Bool {
    guard let start = try open(node) else { return false }
    let raw = raw
    var cursor = CommitCursor(at: start)
    guard let frame = try cursor.next(in: raw.span) else { return false }
    return (try? reader.check(frame, in: raw.span)) != nil
  }

  /// Makes `raw` the lines of the member in which a commit stands, and says where it begins.
  private mutating func open(_ node: ForkTree.Node) throws -> Int? {
    guard let key = node.frames.first?.key else { return nil }
    let source = sources[key.source]
    guard let member = places[key.source][key.memberOffset] else { return nil }
    if opened?.source != key.source || opened?.memberOffset != key.memberOffset {
      var inflater = Inflater()
      try member.inflate(source.bytes.bytes, with: &inflater, into: &raw)
      opened = (key.source, key.memberOffset)
    }
    return key.start
  }
}
