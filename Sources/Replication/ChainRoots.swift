import Bytes
import Documents
import Sealing

/// In which workspaces chains begin: in this one, or, of adopted replicas, in their own (SPEC §8.6).
///
/// Where a chain begins is a fact of the chain: its first signature is right behind one beginning
/// only. Lines that adopt only say which other workspaces are worth trying, whether they count or
/// not and whoever wrote them. So what is found here hangs neither on who counts nor on what came
/// first, and nothing that comes later changes it.
struct ChainRoots: Sendable {
  let home: WorkspaceID

  /// The other workspaces that lines name for replicas.
  private(set) var named: [ReplicaID: Set<WorkspaceID>] = [:]

  /// Where histories begin that do not begin here, by the names that they have.
  private(set) var elsewhere: [ReplicaID: WorkspaceID] = [:]

  init(
    _ home: WorkspaceID, named: [ReplicaID: Set<WorkspaceID>] = [:],
    elsewhere: [ReplicaID: WorkspaceID] = [:]
  ) {
    self.home = home
    self.named = named
    self.elsewhere = elsewhere
  }

  /// Where the history with this name begins.
  subscript(name: ReplicaID) -> WorkspaceID { elsewhere[name] ?? home }

  /// The workspaces in which a replica's chains may begin.
  func candidates(for replica: ReplicaID) -> [WorkspaceID] {
    [home] + (named[replica] ?? []).sorted { $0.text < $1.text }
  }

  /// Whether lines name a workspace for a replica.
  func names(_ workspace: WorkspaceID, for replica: ReplicaID) -> Bool {
    named[replica]?.contains(workspace) ?? false
  }

  /// The chains behind which a commit may stand: that with this head, or before the first of a
  /// replica those of all beginnings.
  func chains(before dot: Dot, key: PublicKey, head: Hash256?) -> [Chain] {
    guard dot.number > 1 else {
      return candidates(for: dot.replica).map { Chain(workspace: $0, key: key) }
    }
    return head.map { [Chain(key: key, number: dot.number - 1, head: $0)] } ?? []
  }

  /// Notes where a history begins, as its signature shows.
  mutating func note(_ name: ReplicaID, beginsIn workspace: WorkspaceID) {
    elsewhere[name] = workspace == home ? nil : workspace
  }

  /// Takes in what the lines of a commit name.
  mutating func add(_ body: Span<UInt8>) {
    guard body.hasLine(beginning: Self.opening) else { return }
    var reader = EditReader()
    var lines = Lines()
    while let line = lines.next(in: body) {
      let bytes = body.extracting(line)
      guard bytes.begins(at: 0, with: Self.opening),
        let edit = try? reader.edit(of: bytes), let act = ControlAct(edit)
      else { continue }
      add(act)
    }
  }

  /// Takes in what an act names.
  mutating func add(_ act: ControlAct) {
    guard case .adoption(let workspace, let replicas) = act, workspace != home else { return }
    for replica in replicas.keys { named[replica, default: []].insert(workspace) }
  }

  static let opening = Array("{\"adoption\":".utf8)
}

/// Commits that follow each other from the first of a replica on, up to the first signature, which
/// tells where they begin.
struct ChainStart {
  private let key: PublicKey
  private var links: [(line: Hash256, body: Hash256)] = []

  init(key: PublicKey) {
    self.key = key
  }

  /// The number of the last commit.
  var number: UInt32 { UInt32(links.count) }

  mutating func append(line: Hash256, body: Hash256) { links.append((line, body)) }

  /// The workspace in which the chain begins if this is the signature of its last commit.
  ///
  /// - Parameters:
  ///   - candidates: the workspaces that come into question.
  ///   - signature: the signature.
  /// - Returns: the one behind which the signature is right, if there is one.
  func workspace(of candidates: [WorkspaceID], by signature: [UInt8]) -> WorkspaceID? {
    candidates.first { workspace in
      var chain = Chain(workspace: workspace, key: key)
      for link in links { chain.advance(lineHash: link.line, bodyHash: link.body) }
      return chain.verify(signature)
    }
  }
}

/// Finds out in which workspaces the histories of some replicas begin, in the documents that it is
/// given, commit by commit.
struct RootFinder {
  /// Of each replica the workspaces in which histories of it begin.
  private(set) var found: [ReplicaID: Set<WorkspaceID>] = [:]

  private let roots: ChainRoots
  private var starts: [ReplicaID: ChainStart] = [:]
  private var failedCounts: [ReplicaID: Int] = [:]

  /// So many beginnings of a replica that are right nowhere are tried: bytes that nobody signed
  /// must not ask for work without end.
  private static let failedLimit = 64

  init(_ roots: ChainRoots) {
    self.roots = roots
  }

  /// Takes in the next commit.
  mutating func add(_ frame: CommitFrame, in raw: Span<UInt8>) {
    guard let trailer = try? Trailer(line: raw.extracting(frame.trailer)),
      let body = try? Chain.hash(
        body: raw.extracting(frame.body), salt: trailer.salt, of: frame.header.dot.number)
    else { return }
    add(
      frame.header, line: BLAKE2b.hash256(raw.extracting(frame.line)), body: body,
      signature: trailer.signature)
  }

  /// Takes in the next commit by its hashes.
  mutating func add(
    _ header: CommitHeader, line: Hash256, body: Hash256, signature: [UInt8]?
  ) {
    let replica = header.dot.replica
    if header.dot.number == 1 { starts[replica] = header.key.map { ChainStart(key: $0) } }
    guard starts[replica]?.number == header.dot.number - 1 else { return }
    starts[replica]?.append(line: line, body: body)
    guard let signature, let start = starts.removeValue(forKey: replica),
      failedCounts[replica] ?? 0 < Self.failedLimit
    else { return }
    let known = found[replica] ?? []
    let candidates = roots.candidates(for: replica)
    // As a rule it begins where others of the replica do, or here.
    let ordered = candidates.filter(known.contains) + candidates.filter { !known.contains($0) }
    if let workspace = start.workspace(of: ordered, by: signature) {
      found[replica, default: []].insert(workspace)
    } else {
      failedCounts[replica, default: 0] += 1
    }
  }
}

extension Source {
  /// In which workspaces the histories of some replicas in here begin.
  func beginnings(of replicas: Set<ReplicaID>, by roots: ChainRoots) -> RootFinder {
    var finder = RootFinder(roots)
    guard !replicas.isEmpty else { return finder }
    forEachFrame(where: { replicas.contains($0.replica) }) { frame, raw in
      if replicas.contains(frame.header.dot.replica) { finder.add(frame, in: raw) }
    }
    return finder
  }

  /// Where the chains of all replicas of one history begin, by the lines in here.
  func roots(in home: WorkspaceID) -> ChainRoots {
    var roots = ChainRoots(home)
    forEachFrame { frame, raw in roots.add(raw.extracting(frame.body)) }
    roots.settle(in: self)
    return roots
  }
}

extension ChainRoots {
  /// Finds out where those replicas begin that lines name.
  ///
  /// - Parameters:
  ///   - source: where their commits stand.
  ///   - forked: those that have several histories, of each of which it is known.
  mutating func settle(in source: Source, except forked: Set<ReplicaID> = []) {
    let replicas = Set(named.keys).subtracting(forked)
    for (replica, workspaces) in source.beginnings(of: replicas, by: self).found {
      if let workspace = workspaces.min(by: { $0.text < $1.text }) {
        note(replica, beginsIn: workspace)
      }
    }
  }
}

extension Workspace {
  /// Where the histories of the document begin, and what lines in it say of others.
  func knownRoots() -> ChainRoots { state.admission.authority.roots(in: header.workspace) }
}
