import Bytes
import Documents
import Platform

/// Brings the histories of forked replicas together: what came in is held against the document,
/// and what the document lacks is made ready to be appended (SPEC §7.6, [F-6]).
struct ForkMeeting: ~Copyable {
  /// A proven commit that came in.
  struct Newcomer {
    let tree: Int
    let node: Int
    /// Its lines, if some say who is let in or what is adopted.
    let control: [UInt8]?
  }

  /// The members to append.
  var members: [UInt8] { packing.members }

  /// The commits that are new.
  private(set) var dots: Set<Dot> = []

  /// Commits whose signature is right behind none, and such as break the format.
  private(set) var refused: [Dot] = []

  private(set) var trees: [ForkTree]
  private let sources: [Source]
  private let places: [[Int: Member]]
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
  ///   - roots: what is known of where chains begin.
  init(
    _ document: Source, _ incoming: [Source], of replicas: Set<ReplicaID>, by roots: ChainRoots
  ) {
    sources = [document] + incoming
    places = sources.map(\.membersByOffset)
    trees = Loader.trees(of: replicas, sources.map { ($0.map, $0.bytes) }, by: roots)
  }

  /// The proven commits that came in, each behind the one before it.
  ///
  /// What breaks the format is refused here, with all that stands behind it: in the document it
  /// would pass for damage.
  mutating func newcomers() throws -> [Newcomer] {
    var newcomers: [Newcomer] = []
    for (number, tree) in trees.enumerated() {
      refused += tree.refused
      let held = held(in: number)
      var broken: Set<Int> = []
      for (index, node) in tree.nodes.enumerated()
      where node.isProven && !held.contains(index) {
        if node.parent.map(broken.contains) ?? false {
          broken.insert(index)
        } else if let body = try readableBody(node) {
          newcomers.append(
            Newcomer(
              tree: number, node: index, control: body.span.tellsOfOthers ? body : nil))
        } else {
          broken.insert(index)
          refused.append(Dot(tree.replica, node.number))
        }
      }
    }
    return newcomers
  }

  /// The commits of a tree that the document holds, each with all before it.
  func held(in tree: Int) -> Set<Int> {
    var held: Set<Int> = []
    // Each stands behind its parent.
    for (index, node) in trees[tree].nodes.enumerated()
    where node.parent.map(held.contains) ?? true
      && node.frames.contains(where: { $0.key.source == 0 })
    {
      held.insert(index)
    }
    return held
  }

  /// Packs the histories of which something is new, each whole, from the commit that it leaves.
  ///
  /// - Parameter taken: of each tree the commits that came in and are taken in.
  /// - Throws: `DocumentError` if a commit cannot be packed.
  mutating func finish(taking taken: [Int: Set<Int>]) throws {
    for (number, new) in taken.sorted(by: { $0.key < $1.key }) {
      trees[number].keep(new.union(held(in: number)))
      let tree = trees[number]
      dots.formUnion(new.map { Dot(tree.nodes[$0].name, tree.nodes[$0].number) })
      guard tree.isForked else {
        for node in new.sorted() { try pack(tree.nodes[node]) }
        continue
      }
      let names = Set(new.map { tree.nodes[$0].name })
      let histories = names.isEmpty ? [:] : tree.histories
      for name in names.sorted() {
        let nodes = histories[name] ?? []
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

  /// A commit's lines; nothing if they break the format.
  private mutating func readableBody(_ node: ForkTree.Node) throws -> [UInt8]? {
    guard let start = try open(node) else { return nil }
    let raw = raw
    var cursor = CommitCursor(at: start)
    guard let frame = try cursor.next(in: raw.span),
      (try? reader.check(frame, in: raw.span)) != nil
    else { return nil }
    return [UInt8](bytesOf: raw.span.extracting(frame.body))
  }

  /// Makes `raw` the lines of the member in which a commit stands, and says where it begins.
  private mutating func open(_ node: ForkTree.Node) throws -> Int? {
    let key = node.best
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
