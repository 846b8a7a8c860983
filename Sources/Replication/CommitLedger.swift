import Bytes
import Documents
import Platform
import Sealing

/// Which commits stand in which members of a document, and the chains that they make.
///
/// It is made in one pass over the document and follows what is appended; it keeps no contents.
/// Of a replica that wrote several histories it follows one; `Histories` knows all.
final class CommitLedger {
  /// The members that hold commits, in the order of the document.
  private(set) var members: [Member] = []

  /// The chain of each replica, up to its last commit without gaps.
  private(set) var chains: [ReplicaID: Chain] = [:]

  /// What lines say of where chains begin; each begins where its first signature is right.
  private(set) var roots: ChainRoots

  /// Where the members that were read end in the file, in bytes.
  private(set) var end = 0

  /// The chain hashes of each replica's commits, from the first.
  private(set) var heads: [ReplicaID: [Hash256]] = [:]
  /// Commits behind a gap, and those of which no signature has told yet where they begin.
  private var waiting: [Dot: CommitFact] = [:]
  /// The replicas of which some of those are signed.
  private var unplaced: Set<ReplicaID> = []

  /// What a commit said of where chains begin, or of who is let in.
  struct Learned: Sendable {
    let replica: ReplicaID
    /// The commit line of the first commit of a replica.
    let first: CommitHeader?
    /// The body, if it has lines that tell.
    let control: [UInt8]?
  }

  /// What commits said of that, in the order of the document.
  private(set) var learned: [Learned] = []

  /// Whether no commit stands behind a gap, and all chains are placed: then nothing that comes
  /// later changes them.
  var isGapless: Bool { waiting.isEmpty }

  /// Whom the commits let in; of those no line makes another workspace's.
  private(set) var doorkeeper: Doorkeeper?

  init(workspace: WorkspaceID) {
    roots = ChainRoots(workspace)
  }

  /// Starts with what is known of where chains begin, and of who was let in.
  init(roots: ChainRoots, doorkeeper: Doorkeeper) {
    self.roots = roots
    self.doorkeeper = doorkeeper
  }

  /// Takes in the members in some bytes of the file, which begin where those before ended.
  ///
  /// - Parameters:
  ///   - bytes: the file from `end` on.
  ///   - keepsUnfinished: whether a batch that is not complete at the end counts.
  ///   - each: is given every commit.
  func extend(
    _ bytes: ByteRegion, keepsUnfinished: Bool = false, each: (CommitFact) -> Void = { _ in }
  ) {
    let base = end
    let map = bytes.withBytes {
      MemberMap($0, base: base, keepsUnfinished: keepsUnfinished)
    }
    let found = Self.commitMembers(map)
    Parallel.pipeline(count: found.count, window: 16) { index in
      // What cannot be read here is damage, which check and repair deal with.
      (try? CommitFact.read(found[index], in: bytes.bytes, base: base)) ?? []
    } consume: { _, facts in
      for fact in facts {
        take(fact)
        each(fact)
      }
    }
    members += found
    end = map.end
  }

  /// Takes in members that were just appended and whose commits were verified.
  func extend(byteCount: Int, members appended: [Member], commits: [StagedCommit]) {
    for member in appended {
      var member = member
      member.byteOffset += end
      members.append(member)
    }
    for commit in commits {
      learn(commit.fact)
      chains[commit.fact.dot.replica] = commit.chain
      heads[commit.fact.dot.replica, default: []].append(commit.chain.head)
    }
    end += byteCount
  }

  /// Starts with what was known of the members up to some place.
  func goOn(
    from map: MemberMap, learned: [Learned], chains: [ReplicaID: Chain],
    heads: [ReplicaID: [Hash256]]
  ) {
    for commit in learned { learn(commit) }
    self.chains = chains
    self.heads = heads
    members = Self.commitMembers(map)
    end = map.end
  }

  private static func commitMembers(_ map: MemberMap) -> [Member] {
    map.members.filter {
      if case .commits = $0.contents { return true }
      return false
    }
  }

  private func learn(_ fact: CommitFact) {
    guard fact.control != nil || fact.first != nil else { return }
    learn(Learned(replica: fact.dot.replica, first: fact.first, control: fact.control))
  }

  /// Takes in what a commit says of where chains begin.
  private func learn(_ commit: Learned) {
    learned.append(commit)
    if let control = commit.control {
      roots.add(control.span)
      doorkeeper?.add(control.span, by: commit.replica)
    }
    if let first = commit.first { _ = doorkeeper?.strangers(among: [first]) }
  }

  private func take(_ fact: CommitFact) {
    learn(fact)
    let replica = fact.dot.replica
    if fact.dot.number > chains[replica]?.number ?? 0 {
      // Of several histories the first is followed.
      if waiting[fact.dot] == nil { waiting[fact.dot] = fact }
      if chains[replica] == nil {
        if fact.signature != nil { unplaced.insert(replica) }
        if unplaced.contains(replica) { begin(replica) }
      }
      follow(replica)
    }
    // A line may tell where a chain begins whose commits stand before it.
    guard fact.control != nil else { return }
    for replica in unplaced.sorted() where roots.named[replica] != nil {
      begin(replica)
      follow(replica)
    }
  }

  /// Finds out by its first signature where a replica's chain begins.
  private func begin(_ replica: ReplicaID) {
    guard let key = waiting[Dot(replica, 1)]?.first?.key else { return }
    var start = ChainStart(key: key)
    while let fact = waiting[Dot(replica, start.number + 1)] {
      start.append(line: fact.lineHash, body: fact.bodyHash)
      guard let signature = fact.signature else { continue }
      guard let workspace = start.workspace(of: roots.candidates(for: replica), by: signature)
      else { return }
      unplaced.remove(replica)
      chains[replica] = Chain(workspace: workspace, key: key)
      return
    }
  }

  private func follow(_ replica: ReplicaID) {
    while let number = chains[replica]?.number,
      let fact = waiting.removeValue(forKey: Dot(replica, number + 1))
    {
      chains[replica]?.advance(lineHash: fact.lineHash, bodyHash: fact.bodyHash)
      if let head = chains[replica]?.head { heads[replica, default: []].append(head) }
    }
  }

  /// The chain hash of a commit that is held without gaps before it.
  func head(of dot: Dot) -> Hash256? {
    guard let heads = heads[dot.replica], dot.number >= 1, Int(dot.number) <= heads.count else {
      return nil
    }
    return heads[Int(dot.number) - 1]
  }

  /// Whether a commit is the one of its dot that is held.
  func holds(_ fact: CommitFact) -> Bool {
    guard let known = head(of: fact.dot), let key = chains[fact.dot.replica]?.key else {
      return false
    }
    let before = Dot(fact.dot.replica, fact.dot.number - 1)
    return roots.chains(before: fact.dot, key: key, head: head(of: before)).contains {
      $0.advanced(by: fact).head == known
    }
  }
}

/// All histories of the replicas that wrote several, in a document (SPEC §7.6).
struct Histories {
  /// The trees, by the device whose key signs them.
  private(set) var trees: [ReplicaID: ForkTree] = [:]
  private let source: Source?

  /// No replica is forked.
  init() {
    source = nil
  }

  /// Looks at some replicas in a document.
  init(of replicas: Set<ReplicaID>, in source: Source, workspace: WorkspaceID) {
    self.source = source
    for tree in Loader.trees(
      of: replicas, [(source.map, source.bytes)], by: ChainRoots(workspace))
    {
      trees[tree.replica] = tree
    }
  }

  /// Which commits the names of these replicas may mean.
  var nodes: ForkNodes { ForkNodes(trees.values) { $0.isForked } }

  /// The last commit of every history, by its name.
  var marks: [ReplicaID: ChainMark] {
    var marks: [ReplicaID: ChainMark] = [:]
    for tree in trees.values {
      for (name, tip) in tree.tips {
        let chain = tree.nodes[tip].chain
        marks[name] = ChainMark(number: chain.number, head: chain.head.prefix128)
      }
    }
    return marks
  }

  /// The members with the histories of which someone lacks something, each whole from the commit
  /// that it leaves ([F-6]), and behind the history that it leaves.
  ///
  /// - Parameter known: the commits that the other names as its last ones.
  /// - Returns: the members, and how many commits in them the other lacks.
  /// - Throws: `DocumentError`.
  func members(
    beyond known: Set<ChainMark>
  ) throws(DocumentError) -> (members: [Member], bytes: [UInt8], lackingCount: Int) {
    guard let source else { return ([], [], 0) }
    var packing = NodePacking(source)
    var lackingCount = 0
    for tree in trees.values.sorted(by: { $0.replica < $1.replica }) {
      var isKnown = [Bool](repeating: false, count: tree.nodes.count)
      // Children stand behind their parents.
      for (index, node) in tree.nodes.enumerated().reversed() {
        let mark = ChainMark(number: node.number, head: node.chain.head.prefix128)
        if known.contains(mark) { isKnown[index] = true }
        if isKnown[index], let parent = node.parent { isKnown[parent] = true }
      }
      let lacking = tree.nodes.indices.filter { tree.nodes[$0].isProven && !isKnown[$0] }
      lackingCount += lacking.count
      let names = Set(lacking.map { tree.nodes[$0].name })
      let histories = tree.histories.filter { names.contains($0.key) }.values
      // As children stand behind their parents, so do histories: else one would begin with a gap
      // for whoever has none of them.
      for nodes in histories.sorted(by: { $0[0] < $1[0] }) {
        let left = tree.nodes[nodes[0]].parent
        for node in [left].compactMap(\.self) + nodes { try packing.add(tree.nodes[node]) }
      }
    }
    let bytes = packing.finish()
    return (CommitIntake.members(in: bytes), bytes, lackingCount)
  }
}

/// Packs commits by where they stand, with all their signatures.
private struct NodePacking: ~Copyable {
  private let source: Source
  private let places: [Int: Member]
  private var packing = Packing(keepsSignatures: true)
  private var openedOffset: Int?
  private var raw: [UInt8] = []

  init(_ source: Source) {
    self.source = source
    places = source.membersByOffset
  }

  mutating func add(_ node: ForkTree.Node) throws(DocumentError) {
    let key = node.best
    if openedOffset != key.memberOffset {
      guard let member = places[key.memberOffset] else { return }
      var inflater = Inflater()
      let bytes = source.bytes
      var opened: [UInt8] = []
      try member.inflate(bytes.bytes, with: &inflater, into: &opened)
      raw = opened
      openedOffset = key.memberOffset
    }
    let lines = raw
    var cursor = CommitCursor(at: key.start)
    if let frame = try cursor.next(in: lines.span) { try packing.add(frame, in: lines.span) }
  }

  mutating func finish() -> [UInt8] {
    packing.close()
    return packing.members
  }
}
