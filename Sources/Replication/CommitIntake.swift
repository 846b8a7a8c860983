import Bytes
public import Documents
import Platform
import Sealing

/// Takes members from elsewhere and lets through what is proven (SPEC §6.5).
///
/// Each commit must follow on its replica's chain, break no rule and be covered by a signature.
/// A batch goes on only when it is complete.
///
/// What overlaps with what is held is set aside: as a rule it is another history of the same
/// replica, which takes a look at all of them together. So is what has seen commits that are not
/// here, and what nobody seems to have let in: what comes later may tell.
public struct CommitIntake: ~Copyable {
  /// From how many bytes of members that wait on an intake refuses more.
  public static let stagedByteLimit = Limits.stagedBytes

  /// How many bytes of members wait.
  public internal(set) var byteCount = 0

  struct Piece {
    let bytes: [UInt8]
    let member: Member
    var commits: [StagedCommit]
    /// Whether not all commits of the member are wanted.
    var isPartial: Bool
    /// What the commits say, where a state grows with them.
    let batch: CommitBatch?
  }

  struct Progress {
    var chain: Chain?
    var base: Chain?
    var provenNumber: UInt32 = 0
    /// The last commit that is proven and leaves no batch open: it will be kept, whatever comes.
    var settledNumber: UInt32 = 0
    /// The last commit that leaves no batch open.
    var closedNumber: UInt32 = 0
    /// The chain hashes of the commits that were verified here.
    var heads: [UInt32: Hash256] = [:]
    /// From which commit on the replica is not taken.
    var refusedFrom: UInt32?
    /// Whether its chain begins in another workspace.
    var isForeign = false
    /// Lines of commits that no signature vouches for yet, by which others are let in or adopted.
    var unprovenControls: [[UInt8]] = []
    var unprovenByteCount: Int { unprovenControls.reduce(0) { $0 + $1.count } }
  }

  /// What a member would come to.
  private struct Trial {
    var progress: [ReplicaID: Progress] = [:]
    var roots: ChainRoots
    var doorkeeper: Doorkeeper?
    var commits: [Dot: StagedCommit] = [:]
    var refused: [Dot] = []
    /// The first commit that does not follow on what is held.
    var gap: Dot?
    /// Whether a replica begins where no line says.
    var isUnplaced = false
  }

  private var roots: ChainRoots
  private var doorkeeper: Doorkeeper?
  /// Whether what nobody let in is set aside.
  private let turnsAway: Bool
  /// A packed member has a signature of each of its replicas, so that no more waits by right.
  private static let unprovenByteLimit = 2 * Limits.memberRawBytes
  let keepsBatchesWhole: Bool
  /// The replicas that are known to have written several histories, or may have.
  private var forked: Set<ReplicaID>
  /// Which commits the names of those mean that are held.
  private let nodes: ForkNodes
  private var unverified: [(bytes: [UInt8], member: Member)] = []
  var pieces: [Piece] = []
  var progress: [ReplicaID: Progress] = [:]
  var refused: [Dot] = []
  var aside: [[UInt8]] = []

  /// Starts with nothing, for something that holds nothing yet and takes everybody's commits.
  ///
  /// - Parameters:
  ///   - workspace: the workspace.
  ///   - keepsBatchesWhole: whether a batch waits until it is complete, as a document asks
  ///     (SPEC §6.3).
  public init(workspace: WorkspaceID, keepsBatchesWhole: Bool) {
    self.init(
      roots: ChainRoots(workspace), doorkeeper: nil, turnsAway: false, forked: [],
      nodes: ForkNodes(), keepsBatchesWhole: keepsBatchesWhole)
  }

  init(
    roots: ChainRoots, doorkeeper: Doorkeeper?, turnsAway: Bool, forked: Set<ReplicaID>,
    nodes: ForkNodes, keepsBatchesWhole: Bool
  ) {
    self.roots = roots
    self.doorkeeper = doorkeeper
    self.turnsAway = turnsAway
    self.forked = forked
    self.nodes = nodes
    self.keepsBatchesWhole = keepsBatchesWhole
  }

  /// Takes a member, which is looked into by `verify`.
  ///
  /// - Parameter bytes: exactly one member.
  /// - Returns: how many commits the member says that it holds.
  /// - Throws: `IntakeError`.
  @discardableResult
  public mutating func add(_ bytes: [UInt8]) throws(IntakeError) -> Int {
    let member: Member
    do throws(DocumentError) {
      member = try Member.decode(bytes.span, at: 0)
      guard member.byteCount == bytes.count, case .commits = member.contents else {
        throw .container(.mislabelled, byteOffset: 0)
      }
    } catch {
      throw .member(error)
    }
    guard byteCount + bytes.count <= Self.stagedByteLimit else {
      throw .tooMuch(byteCount: byteCount + bytes.count)
    }
    byteCount += bytes.count
    unverified.append((bytes, member))
    return member.commitCount
  }

  /// Holds all that was added against the chains of the replicas, of which nothing is held yet.
  ///
  /// - Throws: `IntakeError`; the intake is then of no further use.
  public mutating func verify() throws(IntakeError) {
    try verify(against: CommitLedger(workspace: roots.home))
  }

  /// Holds all that was added against the chains of the replicas.
  ///
  /// - Parameters:
  ///   - ledger: what is held already.
  ///   - growing: a state that is to grow with what is taken.
  /// - Throws: `IntakeError`; the intake is then of no further use.
  mutating func verify(
    against ledger: CommitLedger, for growing: GrowingState? = nil
  ) throws(IntakeError) {
    let items = unverified
    unverified = []
    let basis = growing?.basis(for: items.map(\.member))
    let read: [(facts: [CommitFact], batch: CommitBatch?)]
    do throws(DocumentError) {
      read = try Parallel.map(count: items.count) { index throws(DocumentError) in
        let (bytes, member) = items[index]
        let (facts, batch) = try CommitFact.readStrictly(
          member, in: bytes.span, by: basis ?? ReadingBasis(of: member))
        return (facts, basis == nil ? nil : batch)
      }
    } catch {
      throw .member(error)
    }
    for (item, (facts, batch)) in zip(items, read) {
      var trial = try self.trial(of: facts, ledger)
      let isOpen =
        isForked(facts, ledger) || trial.isUnplaced || facts.contains { isStranger($0, &trial) }
        || !haveSeenWhatIsHere(facts, trial, ledger)
      if isOpen {
        // Those that follow go with it, so that each finds the one before it.
        forked.formUnion(facts.map(\.dot.replica))
        aside.append(item.bytes)
        continue
      }
      if let gap = trial.gap { throw .gap(gap) }
      progress.merge(trial.progress) { $1 }
      roots = trial.roots
      doorkeeper = trial.doorkeeper
      refused += trial.refused
      let commits = facts.compactMap { trial.commits[$0.dot] }
      if commits.isEmpty {
        byteCount -= item.bytes.count
      } else {
        pieces.append(
          Piece(
            bytes: item.bytes, member: item.member, commits: commits,
            isPartial: commits.count < facts.count, batch: batch))
      }
      let waiting = progress.values.reduce(0) { $0 + $1.unprovenByteCount }
      guard waiting <= Self.unprovenByteLimit else { throw .tooMuch(byteCount: waiting) }
    }
  }

  /// Follows the chains of the replicas of a member and verifies their signatures.
  ///
  /// Whom lines let in, and what they adopt, is taken in as far as signatures vouch for it: what
  /// is not proven could be anybody's.
  private func trial(of facts: [CommitFact], _ ledger: CommitLedger) throws(IntakeError) -> Trial {
    var trial = Trial(roots: roots, doorkeeper: doorkeeper)
    let byReplica = Dictionary(grouping: facts, by: \.dot.replica)
    var open = byReplica.keys.sorted()
    var isNews = true
    // A line may tell where a chain begins that stands before it.
    while isNews {
      isNews = false
      for replica in open {
        let own = byReplica[replica] ?? []
        guard var now = begun(own, trial.roots, ledger) else { continue }
        open.removeAll { $0 == replica }
        for fact in own { follow(fact, &now, &trial) }
        trial.progress[replica] = now
        isNews = true
      }
    }
    trial.isUnplaced = !open.isEmpty
    for first in facts.compactMap(\.first)
    where trial.progress[first.dot.replica]?.isForeign == false {
      _ = trial.doorkeeper?.strangers(among: [first])
    }
    return trial
  }

  /// Where a replica stands of which commits came in; nothing if it cannot be told where its chain
  /// begins.
  private func begun(
    _ facts: [CommitFact], _ roots: ChainRoots, _ ledger: CommitLedger
  ) -> Progress? {
    guard let replica = facts.first?.dot.replica else { return nil }
    if let known = progress[replica], known.chain != nil { return known }
    if let base = ledger.chains[replica] {
      return Progress(
        chain: base, base: base, provenNumber: base.number, settledNumber: base.number,
        closedNumber: base.number)
    }
    // What does not begin at all is told of as a gap.
    guard let key = facts.first?.first?.key else { return Progress() }
    var start = ChainStart(key: key)
    for fact in facts where fact.dot.number == start.number + 1 {
      start.append(line: fact.lineHash, body: fact.bodyHash)
      guard let signature = fact.signature else { continue }
      let found = start.workspace(of: roots.candidates(for: replica), by: signature)
      // A line that is still to come may tell; where nothing is set aside it is refused.
      guard let workspace = found ?? (doorkeeper == nil ? roots.home : nil) else { return nil }
      return Progress(
        chain: Chain(workspace: workspace, key: key), isForeign: workspace != roots.home)
    }
    // Nothing is signed yet.
    return roots.named[replica] == nil
      ? Progress(chain: Chain(workspace: roots.home, key: key)) : nil
  }

  /// Takes one commit into its chain.
  private func follow(_ fact: CommitFact, _ own: inout Progress, _ trial: inout Trial) {
    let number = own.chain?.number ?? 0
    guard own.refusedFrom == nil, fact.dot.number > number else { return }
    guard fact.dot.number == number + 1, let chain = own.chain else {
      trial.gap = trial.gap ?? fact.dot
      return
    }
    func refuse(from number: UInt32) {
      own.refusedFrom = number
      own.unprovenControls = []
      trial.refused.append(Dot(fact.dot.replica, number))
    }
    guard fact.isSound else { return refuse(from: fact.dot.number) }
    let next = chain.advanced(by: fact)
    if !keepsBatchesWhole || !fact.isOpen { own.closedNumber = next.number }
    if let control = fact.control, !own.isForeign { own.unprovenControls.append(control) }
    if let signature = fact.signature {
      guard next.verify(signature) else { return refuse(from: own.provenNumber + 1) }
      own.provenNumber = next.number
      own.settledNumber = own.closedNumber
      for control in own.unprovenControls {
        trial.roots.add(control.span)
        trial.doorkeeper?.add(control.span, by: fact.dot.replica)
      }
      own.unprovenControls = []
    }
    own.chain = next
    own.heads[next.number] = next.head
    trial.commits[fact.dot] = StagedCommit(fact: fact, chain: next)
  }

  /// Whether a member has a commit of a replica with several histories, known or new.
  private func isForked(_ facts: [CommitFact], _ ledger: CommitLedger) -> Bool {
    facts.contains { fact in
      if forked.contains(fact.dot.replica) { return true }
      let own = progress[fact.dot.replica]
      let held = max(own?.chain?.number ?? 0, ledger.chains[fact.dot.replica]?.number ?? 0)
      return fact.dot.number <= held && !holds(fact, own, ledger)
    }
  }

  /// Whether all that some commits had seen is here, by number and hash, and will be kept
  /// (SPEC [K-1]).
  private func haveSeenWhatIsHere(
    _ facts: [CommitFact], _ trial: Trial, _ ledger: CommitLedger
  ) -> Bool {
    facts.allSatisfy { fact in
      fact.seen.allSatisfy { sighting in
        if nodes.place(of: sighting) != nil { return true }
        guard !forked.contains(sighting.replica) else { return !turnsAway }
        let own = trial.progress[sighting.replica] ?? progress[sighting.replica]
        let head =
          ledger.head(of: Dot(sighting.replica, sighting.number))
          ?? own.flatMap {
            sighting.number <= $0.settledNumber ? $0.heads[sighting.number] : nil
          }
        return head?.prefix128.bytes == sighting.head
      }
    }
  }

  /// Whether a commit is the one of its dot that is held or was verified here.
  private func holds(_ fact: CommitFact, _ own: Progress?, _ ledger: CommitLedger) -> Bool {
    guard let known = own?.heads[fact.dot.number], let key = own?.chain?.key else {
      return ledger.holds(fact)
    }
    let before = Dot(fact.dot.replica, fact.dot.number - 1)
    let head = own?.heads[before.number] ?? ledger.head(of: before)
    return roots.chains(before: fact.dot, key: key, head: head).contains {
      $0.advanced(by: fact).head == known
    }
  }

  /// Whether a commit is the first of a replica that nobody let in or adopted.
  private func isStranger(_ fact: CommitFact, _ trial: inout Trial) -> Bool {
    guard turnsAway, let first = fact.first,
      trial.progress[fact.dot.replica]?.isForeign == false
    else { return false }
    return trial.doorkeeper?.strangers(among: [first]).isEmpty == false
  }
}
