import Bytes
public import Documents
import Sealing

/// A commit that was held against its chain, and the chain up to it.
struct StagedCommit: Sendable {
  let fact: CommitFact
  let chain: Chain
}

/// Commits that were verified, as members to be appended to a document.
public struct StagedCommits: Sendable {
  /// The members, one behind the other.
  public internal(set) var members: [UInt8] = []

  /// The first commit of each replica that was not taken: its chain or signature does not hold,
  /// or it breaks a rule.
  public internal(set) var refused: [Dot] = []

  /// How many commits were new.
  public var commitCount: Int { commits.count + joinedCount }

  /// The names of the commits that were new.
  public var dots: Set<Dot> { joined.union(commits.map(\.fact.dot)) }

  /// Whether there were new commits of other histories of replicas that are held already.
  public internal(set) var hasForks = false

  /// Up to where the chains go of which something was new, and all histories of those that have
  /// several.
  public var marks: [ReplicaID: ChainMark] { sentMarks.merging(joinedMarks) { $1 } }

  /// Up to where the sender holds these chains, at least.
  ///
  /// Of replicas with several histories it is not known: what they end with here may have come
  /// from elsewhere.
  public var sentMarks: [ReplicaID: ChainMark] {
    var marks = hasForks ? [:] : joinedMarks.filter { joinedChains.contains($0.key) }
    for commit in commits {
      marks[commit.fact.dot.replica] = ChainMark(
        number: commit.chain.number, head: commit.chain.head.prefix128)
    }
    return marks
  }

  /// Members that take a look at everything together.
  var aside: [[UInt8]] = []
  /// What of them was new.
  var joined: Set<Dot> = []
  var joinedCount: Int { joined.count }
  var joinedMarks: [ReplicaID: ChainMark] = [:]
  /// Of which replicas with one history something was new among them.
  var joinedChains: Set<ReplicaID> = []
  var commits: [StagedCommit] = []
  var pieces: [Member] = []
  /// What the members say that are taken whole, where a state grows with them.
  var read: [(member: Member, batch: CommitBatch)] = []
  /// Where the chain of each replica was before the first of these commits.
  var bases: [ReplicaID: Chain?] = [:]
}
