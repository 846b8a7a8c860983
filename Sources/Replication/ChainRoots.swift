import Bytes
import Documents
import Sealing

/// In which workspace each replica's chain begins: this one, or for adopted replicas their own
/// (SPEC §8.6).
struct ChainRoots: Sendable {
  let home: WorkspaceID
  /// What lines say of where replicas begin, the word that counts most first.
  private var foreign: [ReplicaID: [WorkspaceID]]

  /// Those that are known to have begun here, whatever lines say.
  private var letIn: Set<ReplicaID>

  init(
    _ home: WorkspaceID, foreign: [ReplicaID: [WorkspaceID]] = [:], letIn: Set<ReplicaID> = []
  ) {
    self.home = home
    self.foreign = foreign
    self.letIn = letIn
  }

  /// So many workspaces are tried for one replica, whatever lines say.
  private static let triedCount = 8

  subscript(replica: ReplicaID) -> WorkspaceID { foreign[replica]?.first ?? home }

  /// Whether a replica is of another workspace.
  func isForeign(_ replica: ReplicaID) -> Bool { foreign[replica] != nil }

  /// The workspaces by which a chain is to be tried, one after the other: a line may name any
  /// replica, and the signatures hold by one workspace only, so this one comes first.
  func candidates(for replica: ReplicaID) -> [WorkspaceID] {
    [home] + (foreign[replica] ?? [])
  }

  /// Whether lines name several workspaces for a replica.
  func isAmbiguous(_ replica: ReplicaID) -> Bool { foreign[replica]?.count ?? 0 > 1 }

  /// Whether they do so for any.
  var hasAmbiguous: Bool { foreign.values.contains { $0.count > 1 } }

  /// Keeps to it that a replica began here, whatever lines say of it.
  mutating func keepHome(_ replica: ReplicaID) {
    letIn.insert(replica)
    foreign[replica] = nil
  }

  /// Takes in what the lines of a commit say of adoptions.
  ///
  /// Whether they count is another question: here they only tell by which hash a chain is to be
  /// tried.
  mutating func add(_ body: Span<UInt8>) {
    guard body.contains(Self.opening) else { return }
    var reader = EditReader()
    var lines = Lines()
    while let line = lines.next(in: body) {
      let bytes = body.extracting(line)
      guard bytes.count > Self.opening.count,
        bytes.matches(0..<Self.opening.count, Self.opening.span),
        let edit = try? reader.edit(of: bytes),
        case .adoption(let workspace, let replicas)? = ControlAct(edit), workspace != home
      else { continue }
      for replica in replicas.keys where !letIn.contains(replica) {
        let named = foreign[replica] ?? []
        if named.count < Self.triedCount, !named.contains(workspace) {
          foreign[replica] = named + [workspace]
        }
      }
    }
  }

  /// Finds out by their first signatures where replicas begin of which lines say that they are
  /// foreign: a line may name any replica, and a chain is right by one workspace only.
  ///
  /// - Parameters:
  ///   - source: where their commits stand.
  ///   - onlyAmbiguous: whether one of which all lines say the same is left as they say.
  mutating func settle(in source: Source, onlyAmbiguous: Bool) {
    let named = Set(foreign.keys.filter { !onlyAmbiguous || isAmbiguous($0) })
    guard !named.isEmpty else { return }
    var chains: [ReplicaID: [Chain]] = [:]
    var settled: Set<ReplicaID> = []
    source.forEachFrame(where: { named.contains($0.replica) }) { frame, raw in
      let dot = frame.header.dot
      guard named.contains(dot.replica), !settled.contains(dot.replica) else { return }
      if dot.number == 1, chains[dot.replica] == nil, let key = frame.header.key {
        chains[dot.replica] = candidates(for: dot.replica).map { Chain(workspace: $0, key: key) }
      }
      guard var tried = chains[dot.replica], tried.first?.number == dot.number - 1,
        let trailer = try? Trailer(line: raw.extracting(frame.trailer)),
        let bodyHash = try? Chain.hash(
          body: raw.extracting(frame.body), salt: trailer.salt, of: dot.number)
      else { return }
      let lineHash = BLAKE2b.hash256(raw.extracting(frame.line))
      for index in tried.indices { tried[index].advance(lineHash: lineHash, bodyHash: bodyHash) }
      chains[dot.replica] = tried
      guard let signature = trailer.signature else { return }
      settled.insert(dot.replica)
      guard let place = tried.firstIndex(where: { $0.verify(signature) }) else { return }
      foreign[dot.replica] = place == 0 ? nil : foreign[dot.replica].map { [$0[place - 1]] }
    }
  }

  static let opening = Array("{\"adoption\":".utf8)
}

extension Source {
  /// The roots of the chains of all replicas that are adopted somewhere in here.
  func roots(in home: WorkspaceID) -> ChainRoots {
    var roots = ChainRoots(home)
    forEachFrame { frame, raw in roots.add(raw.extracting(frame.body)) }
    roots.settle(in: self, onlyAmbiguous: false)
    return roots
  }
}

extension Workspace {
  /// The roots of the chains of all replicas; where lines name several for one, its signature
  /// tells.
  func knownRoots() throws -> ChainRoots {
    var roots = state.admission.authority.roots(in: header.workspace)
    if roots.hasAmbiguous {
      roots.settle(in: Source(try file.readToEnd(from: 0)), onlyAmbiguous: true)
    }
    return roots
  }
}

extension Authority {
  /// The roots of the chains of all replicas, as far as adoptions count.
  func roots(in home: WorkspaceID) -> ChainRoots {
    var foreign = origins.mapValues { [$0] }
    for (commit, verdict) in zip(commits, verdicts) where verdict.held == nil && !foreign.isEmpty {
      for case .adoption(let workspace, let replicas) in commit.acts where workspace != home {
        for replica in replicas.keys where foreign[replica]?.contains(workspace) == false {
          foreign[replica]?.append(workspace)
        }
      }
    }
    return ChainRoots(home, foreign: foreign, letIn: letIn)
  }

  /// Of each adopted replica up to which number its commits count, and where its chain begins.
  func adoptions() -> [ReplicaID: (number: UInt32, workspace: WorkspaceID)] {
    var found = imagined
    // Whose word on the workspace counts does not hang on what came first (SPEC ).
    var sources: [ReplicaID: (role: Role, workspace: ByteString)] = [:]
    for (commit, verdict) in zip(commits, verdicts) where verdict.held == nil {
      for case .adoption(let workspace, let replicas) in commit.acts {
        let source = (role: verdict.role ?? .reader, workspace: ByteString(workspace.text))
        for (replica, number) in replicas where number > 0 {
          let number = max(number, found[replica]?.number ?? 0)
          let isFirst = imagined[replica] == nil && sources[replica].map { source < $0 } ?? true
          if isFirst { sources[replica] = source }
          found[replica] = (number, isFirst ? workspace : found[replica]?.workspace ?? workspace)
        }
      }
    }
    return found
  }

  /// The workspaces of the replicas that were adopted.
  ///
  /// Only a stranger's can be (SPEC ): of one that was let in here no line makes another's.
  var origins: [ReplicaID: WorkspaceID] {
    guard !adopted.isEmpty else { return [:] }
    let letIn = letIn
    return adopted.filter { !letIn.contains($0.key) && $0.value.workspace != header?.workspace }
      .mapValues(\.workspace)
  }

  /// The replicas that were let in here.
  private var letIn: Set<ReplicaID> {
    var letIn: Set<ReplicaID> = []
    for (commit, verdict) in zip(commits, verdicts)
    where commit.context.number == 1 && verdict.held != .stranger {
      letIn.insert(commit.replica)
    }
    return letIn
  }
}
