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
  public private(set) var byteCount = 0

  private struct Piece {
    let bytes: [UInt8]
    let member: Member
    var commits: [StagedCommit]
    /// Whether not all commits of the member are wanted.
    var isPartial: Bool
  }

  private struct Progress {
    var chain: Chain?
    var base: Chain?
    var provenNumber: UInt32 = 0
    /// The chain hashes of the commits that were verified here.
    var heads: [UInt32: Hash256] = [:]
    /// From which commit on the replica is not taken.
    var refusedFrom: UInt32?
  }

  private var roots: ChainRoots
  private var doorkeeper: Doorkeeper?
  /// Whether what nobody let in is set aside.
  private let turnsAway: Bool
  /// Lines of commits that no signature vouches for yet, by which others are let in or adopted.
  private var unprovenControls: [ReplicaID: [[UInt8]]] = [:]
  private var unprovenByteCount = 0
  /// A packed member has a signature of each of its replicas, so that no more waits by right.
  private static let unprovenByteLimit = 2 * Limits.memberRawBytes
  private let keepsBatchesWhole: Bool
  /// The replicas that are known to have written several histories, or may have.
  private var forked: Set<ReplicaID>
  private var unverified: [(bytes: [UInt8], member: Member)] = []
  private var pieces: [Piece] = []
  private var progress: [ReplicaID: Progress] = [:]
  private var refused: [Dot] = []
  private var aside: [[UInt8]] = []

  /// Starts with nothing, for something that holds nothing yet and takes everybody's commits.
  ///
  /// - Parameters:
  ///   - workspace: the workspace.
  ///   - keepsBatchesWhole: whether a batch waits until it is complete, as a document asks
  ///     (SPEC §6.3).
  public init(workspace: WorkspaceID, keepsBatchesWhole: Bool) {
    self.init(
      roots: ChainRoots(workspace), doorkeeper: nil, turnsAway: false, forked: [],
      keepsBatchesWhole: keepsBatchesWhole)
  }

  init(
    roots: ChainRoots, doorkeeper: Doorkeeper?, turnsAway: Bool, forked: Set<ReplicaID>,
    keepsBatchesWhole: Bool
  ) {
    self.roots = roots
    self.doorkeeper = doorkeeper
    self.turnsAway = turnsAway
    self.forked = forked
    self.keepsBatchesWhole = keepsBatchesWhole
  }

  /// Takes a member, which is looked into by `verify`.
  ///
  /// - Parameter bytes: exactly one member.
  /// - Throws: `IntakeError`.
  public mutating func add(_ bytes: [UInt8]) throws(IntakeError) {
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
  }

  /// Holds all that was added against the chains of the replicas, of which nothing is held yet.
  ///
  /// - Throws: `IntakeError`; the intake is then of no further use.
  public mutating func verify() throws(IntakeError) {
    try verify(against: CommitLedger(workspace: roots.home))
  }

  /// Holds all that was added against the chains of the replicas.
  ///
  /// - Parameter ledger: what is held already.
  /// - Throws: `IntakeError`; the intake is then of no further use.
  mutating func verify(against ledger: CommitLedger) throws(IntakeError) {
    let batch = unverified
    unverified = []
    let facts: [[CommitFact]]
    do throws(DocumentError) {
      facts = try Parallel.map(count: batch.count) { index throws(DocumentError) in
        let item = batch[index]
        return try CommitFact.read(item.member, in: item.bytes.span, isStrict: true)
      }
    } catch {
      throw .member(error)
    }
    for (index, item) in batch.enumerated() {
      var piece = Piece(bytes: item.bytes, member: item.member, commits: [], isPartial: false)
      try learn(from: facts[index], ledger)
      let isOpen =
        isForked(facts[index], ledger) || facts[index].contains { isStranger($0) }
        || facts[index].contains { $0.first != nil && roots.isAmbiguous($0.dot.replica) }
        || !haveSeenWhatIsHere(facts[index], ledger)
      if isOpen {
        // Those that follow go with it, so that each finds the one before it.
        forked.formUnion(facts[index].map(\.dot.replica))
        aside.append(item.bytes)
        continue
      }
      for fact in facts[index] {
        guard let commit = try verify(fact, ledger) else {
          piece.isPartial = true
          continue
        }
        piece.commits.append(commit)
      }
      if piece.commits.isEmpty {
        byteCount -= item.bytes.count
      } else {
        pieces.append(piece)
      }
    }
  }

  /// Takes in who is let in and what is adopted by commits of a member, as far as signatures vouch
  /// for them: what is not proven could be anybody's.
  ///
  /// - Throws: `IntakeError.tooMuch` if more of that waits for a signature than any writer leaves
  ///   unsigned.
  private mutating func learn(
    from facts: [CommitFact], _ ledger: CommitLedger
  ) throws(IntakeError) {
    if !unprovenControls.isEmpty || facts.contains(where: { $0.control != nil }) {
      var chains: [ReplicaID: Chain] = [:]
      for fact in facts {
        let replica = fact.dot.replica
        guard let chain = follow(fact, &chains, ledger) else { continue }
        if let control = fact.control {
          unprovenControls[replica, default: []].append(control)
          unprovenByteCount += control.count
          guard unprovenByteCount <= Self.unprovenByteLimit else {
            throw .tooMuch(byteCount: unprovenByteCount)
          }
        }
        guard let signature = fact.signature, unprovenControls[replica] != nil,
          chain.verify(signature)
        else { continue }
        for control in unprovenControls.removeValue(forKey: replica) ?? [] {
          roots.add(control.span)
          doorkeeper?.add(control.span, by: replica)
          unprovenByteCount -= control.count
        }
      }
    }
    for first in facts.compactMap(\.first)
    where doorkeeper?.strangers(among: [first]).isEmpty == true {
      roots.keepHome(first.dot.replica)
    }
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

  /// Whether all that some commits had seen is here, by number and hash (SPEC [K-1]).
  private func haveSeenWhatIsHere(_ facts: [CommitFact], _ ledger: CommitLedger) -> Bool {
    var heads: [Dot: Hash256] = [:]
    var chains: [ReplicaID: Chain] = [:]
    for fact in facts {
      for sighting in fact.seen where !forked.contains(sighting.replica) {
        let dot = Dot(sighting.replica, sighting.number)
        let head =
          heads[dot] ?? progress[dot.replica]?.heads[dot.number] ?? ledger.head(of: dot)
        guard let head, sighting.head == Array(head.bytes.prefix(16)) else { return false }
      }
      if let chain = follow(fact, &chains, ledger) { heads[fact.dot] = chain.head }
    }
    return true
  }

  /// The chain up to a commit, if it follows on what is held, was verified, or stands in `chains`.
  private func follow(
    _ fact: CommitFact, _ chains: inout [ReplicaID: Chain], _ ledger: CommitLedger
  ) -> Chain? {
    let replica = fact.dot.replica
    let known = chains[replica] ?? progress[replica]?.chain ?? ledger.chains[replica]
    let root = fact.first?.key.map { Chain(workspace: roots[replica], key: $0) }
    guard var chain = known ?? root, fact.dot.number == chain.number + 1 else { return nil }
    chain.advance(lineHash: fact.lineHash, bodyHash: fact.bodyHash)
    chains[replica] = chain
    return chain
  }

  /// Whether a commit is the one of its dot that is held or was verified here.
  private func holds(_ fact: CommitFact, _ own: Progress?, _ ledger: CommitLedger) -> Bool {
    guard let known = own?.heads[fact.dot.number], let key = own?.chain?.key else {
      return ledger.holds(fact)
    }
    let before = Dot(fact.dot.replica, fact.dot.number - 1)
    var chain = Chain(workspace: roots[fact.dot.replica], key: key)
    if before.number > 0 {
      guard let head = own?.heads[before.number] ?? ledger.head(of: before) else { return false }
      chain = Chain(key: key, number: before.number, head: head)
    }
    chain.advance(lineHash: fact.lineHash, bodyHash: fact.bodyHash)
    return chain.head == known
  }

  /// Takes one commit into its chain; nothing if it is not wanted.
  private mutating func verify(
    _ fact: CommitFact, _ ledger: CommitLedger
  ) throws(IntakeError) -> StagedCommit? {
    let replica = fact.dot.replica
    if progress[replica] == nil {
      let base = ledger.chains[replica]
      progress[replica] = Progress(
        chain: base, base: base, provenNumber: base?.number ?? 0)
    }
    guard var own = progress[replica], own.refusedFrom == nil else { return nil }
    let number = own.chain?.number ?? 0
    guard fact.dot.number > number else { return nil }
    guard fact.dot.number == number + 1 else { throw .gap(fact.dot) }
    if own.chain == nil, let key = fact.first?.key {
      own.chain = Chain(workspace: roots[replica], key: key)
    }
    defer { progress[replica] = own }
    guard fact.isSound, var next = own.chain else {
      refuse(replica, from: fact.dot.number, &own)
      return nil
    }
    next.advance(lineHash: fact.lineHash, bodyHash: fact.bodyHash)
    if let signature = fact.signature {
      guard next.verify(signature) else {
        refuse(replica, from: own.provenNumber + 1, &own)
        return nil
      }
      own.provenNumber = next.number
    }
    own.chain = next
    own.heads[next.number] = next.head
    return StagedCommit(fact: fact, chain: next)
  }

  /// Whether a commit is the first of a replica that nobody let in.
  private mutating func isStranger(_ fact: CommitFact) -> Bool {
    guard turnsAway, let first = fact.first, !roots.isForeign(fact.dot.replica) else {
      return false
    }
    return doorkeeper?.strangers(among: [first]).isEmpty == false
  }

  private mutating func refuse(_ replica: ReplicaID, from number: UInt32, _ own: inout Progress) {
    own.refusedFrom = number
    refused.append(Dot(replica, number))
  }

  /// Gives out the commits that are proven and whose batches are complete.
  ///
  /// - Parameter isEnd: whether nothing more comes; what is still not proven is then refused.
  /// - Returns: the commits; those that wait stay.
  public mutating func take(isEnd: Bool) -> StagedCommits {
    var staged = StagedCommits()
    dropRefused()
    let ready = isEnd ? readyAtEnd() : readyCount()
    var packing = Packing()
    for piece in pieces[..<ready] where !piece.commits.isEmpty {
      pack(piece, into: &packing)
      for commit in piece.commits where staged.bases[commit.fact.dot.replica] == nil {
        staged.bases[commit.fact.dot.replica] = .some(progress[commit.fact.dot.replica]?.base)
      }
      staged.commits += piece.commits
    }
    packing.close()
    staged.members = packing.members
    staged.pieces = Self.members(in: packing.members)
    staged.refused = refused
    refused = []
    if isEnd {
      staged.aside = aside
      aside = []
    }
    pieces.removeFirst(ready)
    byteCount = (pieces.map(\.bytes) + aside).reduce(0) { $0 + $1.count }
    for commit in staged.commits { progress[commit.fact.dot.replica]?.base = commit.chain }
    return staged
  }

  /// Leaves out what was refused after it had been taken in.
  private mutating func dropRefused() {
    let limits = progress.compactMapValues(\.refusedFrom)
    guard !limits.isEmpty else { return }
    for index in pieces.indices {
      let before = pieces[index].commits.count
      pieces[index].commits.removeAll { commit in
        limits[commit.fact.dot.replica].map { commit.fact.dot.number >= $0 } ?? false
      }
      if pieces[index].commits.count < before { pieces[index].isPartial = true }
    }
  }

  /// How many pieces lie before the last place at which no batch is open and all is proven.
  private func readyCount() -> Int {
    var open: Set<ReplicaID> = []
    var ready = 0
    for (index, piece) in pieces.enumerated() {
      for commit in piece.commits {
        let dot = commit.fact.dot
        guard dot.number <= progress[dot.replica]?.provenNumber ?? 0 else { return ready }
        if keepsBatchesWhole, commit.fact.isOpen {
          open.insert(dot.replica)
        } else {
          open.remove(dot.replica)
        }
      }
      if open.isEmpty { ready = index + 1 }
    }
    return ready
  }

  /// As `readyCount`, after refusing the commits that nothing will prove or complete any more.
  private mutating func readyAtEnd() -> Int {
    var firstUnready: [ReplicaID: UInt32] = [:]
    for commit in pieces.flatMap(\.commits) {
      let dot = commit.fact.dot
      let isProven = dot.number <= progress[dot.replica]?.provenNumber ?? 0
      if !isProven || (keepsBatchesWhole && commit.fact.isOpen) {
        // A part may claim more before it than there are numbers.
        let before = min((commit.fact.part?.index ?? 1) - 1, dot.number - 1)
        let start = keepsBatchesWhole ? dot.number - before : dot.number
        firstUnready[dot.replica] = firstUnready[dot.replica] ?? start
      } else if isProven {
        firstUnready[dot.replica] = nil
      }
    }
    for (replica, number) in firstUnready.sorted(by: { $0.key < $1.key }) {
      guard var own = progress[replica] else { continue }
      refuse(replica, from: number, &own)
      progress[replica] = own
    }
    dropRefused()
    return pieces.count
  }

  private func pack(_ piece: Piece, into packing: inout Packing) {
    guard piece.isPartial else {
      packing.keep(piece.bytes.span)
      return
    }
    let wanted = Set(piece.commits.map(\.fact.dot))
    var inflater = Inflater()
    var raw: [UInt8] = []
    // It was read once, so it can be read again.
    guard (try? piece.member.inflate(piece.bytes.span, with: &inflater, into: &raw)) != nil else {
      return
    }
    var cursor = CommitCursor()
    while let frame = cursor.nextReadable(in: raw.span, refused: { _ in }) {
      guard wanted.contains(frame.header.dot) else { continue }
      _ = try? packing.add(frame, in: raw.span)
    }
    packing.close()
  }
}
