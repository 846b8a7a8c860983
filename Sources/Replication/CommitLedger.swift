import Bytes
import Documents
import Platform
import Sealing

/// Which commits stand in which members of a document, and the chains that they make.
///
/// It is made in one pass over the document and follows what is appended; it keeps no contents.
final class CommitLedger {
  /// The members that hold commits, in the order of the document.
  private(set) var members: [Member] = []

  /// The chain of each replica, up to its last commit without gaps.
  private(set) var chains: [ReplicaID: Chain] = [:]

  /// Where the members that were read end in the file, in bytes.
  private(set) var end = 0

  private var heads: [ReplicaID: [Hash128]] = [:]
  /// Commits behind a gap.
  private var waiting: [Dot: CommitFact] = [:]
  private let workspace: WorkspaceID

  init(workspace: WorkspaceID) {
    self.workspace = workspace
  }

  /// Takes in the members in some bytes of the file, which begin where those before ended.
  ///
  /// - Parameters:
  ///   - bytes: the file from `end` on.
  ///   - keepsUnfinished: whether a batch that is not complete at the end counts.
  func extend(_ bytes: ByteRegion, keepsUnfinished: Bool = false) {
    let base = end
    let map = bytes.withBytes {
      MemberMap($0, base: base, keepsUnfinished: keepsUnfinished)
    }
    let found = map.members.filter {
      if case .commits = $0.contents { return true }
      return false
    }
    Parallel.pipeline(count: found.count, window: 16) { index in
      // What cannot be read here is damage, which check and repair deal with.
      (try? CommitFact.read(found[index], in: bytes.bytes, base: base, isStrict: false)) ?? []
    } consume: { _, facts in
      for fact in facts { take(fact) }
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
      chains[commit.fact.dot.replica] = commit.chain
      heads[commit.fact.dot.replica, default: []].append(commit.chain.head.prefix128)
    }
    end += byteCount
  }

  private func take(_ fact: CommitFact) {
    let replica = fact.dot.replica
    guard fact.dot.number > chains[replica]?.number ?? 0 else { return }
    waiting[fact.dot] = fact
    var next = (chains[replica]?.number ?? 0) + 1
    while let fact = waiting.removeValue(forKey: Dot(replica, next)) {
      if chains[replica] == nil {
        guard let key = fact.key else { return }
        chains[replica] = Chain(workspace: workspace, key: key)
      }
      chains[replica]?.advance(lineHash: fact.lineHash, bodyHash: fact.bodyHash)
      if let head = chains[replica]?.head { heads[replica, default: []].append(head.prefix128) }
      next += 1
    }
  }

  /// The chain hash of a commit that is held without gaps before it.
  func head(of dot: Dot) -> Hash128? {
    guard let heads = heads[dot.replica], dot.number >= 1, Int(dot.number) <= heads.count else {
      return nil
    }
    return heads[Int(dot.number) - 1]
  }
}
