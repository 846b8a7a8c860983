import Documents
import Sealing

/// Who may do what, worked out from the commits that say so (SPEC §8.5).
///
/// A pure function of the control commits, whatever the order in which they came: every question
/// is answered from what a commit had seen, but for seals, for invitations taken back and for
/// codes used twice, which reach commits that had not seen them. Seals act downward only, so deciding
/// level by level ends; who is let in is decided in rounds, and what never rests stays out.
struct Authority: Sendable {
  /// Whether a commit counts, and as whose.
  struct Verdict: Equatable, Sendable {
    /// Why it is held; nothing if it counts.
    var held: HeldReason?
    /// The role that its author had for it.
    var role: Role?
    /// The member whose device wrote it.
    var member: String?
    /// Whether it counts since it was adopted from another workspace.
    var isAdopted = false
  }

  /// A seal that stands.
  struct ActiveSeal: Equatable, Sendable {
    /// The id of its record.
    let id: String
    let target: SealTarget
    let limit: Role?
    let role: Role
    let context: CausalContext
    var dot: LocalDot { LocalDot(replica: context.replica, number: context.number) }
  }

  /// The control commits in an order in which each comes after all that it had seen.
  private(set) var commits: [ControlCommit] = []
  private(set) var verdicts: [Verdict] = []
  private(set) var seals: [ActiveSeal] = []

  /// Where each replica's first commit stands in `commits`.
  private(set) var entries: [UInt32: Int] = [:]

  /// For each replica that came in by an invitation the commit with which the one that invited
  /// it first saw it.
  var met: [UInt32: CausalContext] = [:]

  /// The branches of forked replicas: which history they leave, and whose they are.
  var branches: [UInt32: (parent: UInt32, device: ReplicaID)] = [:]

  /// Histories of a replica that begin in one workspace, which is not this one.
  struct Origin: Hashable, Sendable {
    let replica: ReplicaID
    let workspace: WorkspaceID
  }

  /// Where histories begin that do not begin here, by their names.
  var elsewhere: [ReplicaID: WorkspaceID]

  /// The workspaces in which lines say that replicas begin, whether they count or not.
  private(set) var named: [ReplicaID: Set<WorkspaceID>] = [:]

  /// Whether more commits come in than `elsewhere` was made from.
  var followsTail = false

  /// Where each control commit stands in `commits`.
  private var places: [LocalDot: Int] = [:]

  /// The commits that give a member a role, that give a key under an id, that withdraw under one,
  /// and that came by a code.
  private var givers: [String: [Int]] = [:]
  private(set) var inviting: [String: [Int]] = [:]
  private(set) var withdrawals: [String: [Int]] = [:]
  private(set) var users: [Code: [Int]] = [:]

  /// Whether somebody's being let in came to no rest.
  ///
  /// Then what comes next may change the round in which the rest was given up.
  private var isRestless = false

  let header: Header?

  /// Replicas of other workspaces that are taken as adopted, though no commit says so.
  let imagined: [Origin: UInt32]

  /// Starts with no commits.
  ///
  /// - Parameters:
  ///   - header: the document's header.
  ///   - elsewhere: where histories begin that do not begin here, by their names.
  ///   - imagined: replicas of other workspaces that are taken as adopted.
  init(
    header: Header?, elsewhere: [ReplicaID: WorkspaceID] = [:],
    imagining imagined: [Origin: UInt32] = [:]
  ) {
    self.header = header
    self.elsewhere = elsewhere
    adopted = imagined.mapValues { [Adopting(number: $0, ends: [])] }
    self.imagined = imagined
    for origin in imagined.keys { named[origin.replica, default: []].insert(origin.workspace) }
  }

  /// Takes the next control commit in.
  ///
  /// - Parameters:
  ///   - commit: the commit.
  ///   - counts: for a replica how many of its commits were judged so far.
  /// - Returns: whether commits that were judged before may now be judged otherwise.
  mutating func take(_ commit: ControlCommit, counts: (UInt32) -> UInt32) -> Bool {
    let isDoubtful = followsTail && mayBeginElsewhere(commit)
    add(commit)
    // Where a chain begins is found out by a look at the whole document.
    if isDoubtful {
      _ = settle(counts: counts)
      return true
    }
    // A commit that only lets in or describes changes nothing about those that came before it,
    // since none of them has seen it. So a company that grows costs no more each time.
    let last = commits.count - 1
    if isRestless || isContested(last) || commit.acts.contains(where: \.reachesUnseen) {
      return settle(counts: counts)
    }
    verdicts.append(judged(last, verdicts, isLetIn: isAdmitted(last, verdicts), seals))
    return false
  }

  mutating func add(_ commit: ControlCommit) {
    let place = commits.count
    if case .invited(let id, let giver) = commit.entry {
      users[Code(id: id, giver: giver), default: []].append(place)
    }
    if commit.context.number == 1 { entries[commit.context.replica] = place }
    places[commit.dot] = place
    for act in commit.acts {
      switch act {
      case .role(let member, _): givers[member, default: []].append(place)
      case .invitation(let id, .some, _, _): inviting[id, default: []].append(place)
      case .withdrawal(let id): withdrawals[id, default: []].append(place)
      case .adoption(let workspace, let replicas) where workspace != header?.workspace:
        for replica in replicas.keys { named[replica, default: []].insert(workspace) }
      default: break
      }
    }
    commits.append(commit)
  }

  /// Where a control commit stands in `commits`.
  func place(of dot: LocalDot) -> Int? { places[dot] }

  /// Says that the replica at a place is a branch of another: of the same device, and let in with
  /// the history that it leaves.
  mutating func declare(_ branch: ForkMap.Branch, at place: UInt32, leaving parent: UInt32) {
    branches[place] = (parent, branch.device)
  }

  /// Where the commit stands with which a replica came in.
  func entryIndex(of place: UInt32) -> Int? {
    var place = place
    for _ in 0...branches.count {
      if let entry = entries[place] { return entry }
      guard let branch = branches[place] else { return nil }
      place = branch.parent
    }
    return nil
  }

  /// Notes when a replica first saw others that it invited, which settles who used a code first.
  ///
  /// - Parameters:
  ///   - context: the commit that saw them.
  ///   - places: the replicas.
  ///   - counts: for a replica how many of its commits were judged so far.
  /// - Returns: whether commits that were judged before may now be judged otherwise.
  mutating func noteMeeting(
    _ context: CausalContext, _ places: [UInt32], counts: (UInt32) -> UInt32
  ) -> Bool {
    var isNews = false
    for place in places where met[place] == nil {
      guard let entry = entries[place], case .invited(_, let giver) = commits[entry].entry,
        giver.replica == context.replica
      else { continue }
      met[place] = context
      isNews = isNews || isContested(entry)
    }
    return isNews && settle(counts: counts)
  }

  /// The histories of other workspaces whose commits count here, and by what.
  private(set) var adopted: [Origin: [Adopting]] = [:]

  /// Decides anew about all that was taken in.
  ///
  /// - Parameter counts: for a replica how many of its commits were judged so far.
  /// - Returns: whether commits that were judged before may now be judged otherwise.
  mutating func settle(counts: (UInt32) -> UInt32) -> Bool {
    let before = (verdicts: verdicts, seals: seals, adopted: adoptedCounts(counts))
    decide()
    adopted = adoptions()
    guard adoptedCounts(counts) == before.adopted else { return true }
    guard !zip(before.verdicts, verdicts).contains(where: { $0 != $1 }) else { return true }
    let changed =
      seals.filter { !before.seals.contains($0) } + before.seals.filter { !seals.contains($0) }
    return changed.contains { reachesJudged($0, counts: counts) }
  }

  /// What becomes of a commit that is no control commit, or of one that is, by its place.
  func verdict(of context: CausalContext) -> Verdict {
    var verdict: Verdict
    if let index = places[LocalDot(context)] {
      verdict = verdicts[index]
    } else {
      verdict = standing(of: context, before: commits.count, verdicts, seals)
      if verdict.held == nil, let role = verdict.role, Role.manager.outranks(role) {
        verdict.held = .notEntitled
      }
    }
    if verdict.held == .stranger, let origin = origin(of: context.replica),
      context.number <= adoptedCount(at: context.replica, as: origin)
    {
      return Verdict(member: claimedMember(of: context.replica), isAdopted: true)
    }
    return verdict
  }
}

extension LocalDot {
  init(_ context: CausalContext) {
    self.init(replica: context.replica, number: context.number)
  }
}

// MARK: - Deciding

extension Authority {
  /// Decides about all control commits: seals of the highest first, since those below can't undo
  /// them.
  private mutating func decide() {
    isRestless = false
    seals = []
    verdicts = walked()
    guard commits.contains(where: \.seals) else { return }
    for role in [Role.recovery, .owner, .admin] {
      let found = active(role, verdicts)
      guard !found.isEmpty else { continue }
      seals += found
      verdicts = walked()
    }
  }

  /// The seals that people of one role set and nobody higher has cancelled.
  private func active(_ role: Role, _ verdicts: [Verdict]) -> [ActiveSeal] {
    var voided: Set<String> = []
    for (commit, verdict) in zip(commits, verdicts) where verdict.held == nil {
      guard let voider = verdict.role, voider.outranks(role) else { continue }
      for case .void(let id) in commit.acts { voided.insert(id) }
    }
    var seals: [ActiveSeal] = []
    for (commit, verdict) in zip(commits, verdicts)
    where verdict.held == nil && verdict.role == role {
      for case .seal(let id, let target, let limit) in commit.acts where !voided.contains(id) {
        seals.append(
          ActiveSeal(
            id: id, target: target, limit: limit, role: role, context: commit.context))
      }
    }
    return seals
  }

  /// Judges every control commit, with the seals in force ([A-9]).
  ///
  /// Once it is said who of the invited is let in, each commit is judged by what it had seen. So
  /// it is said of all of them, then anew by those verdicts, and so on. Whoever lets in whom ends
  /// after as many rounds as there are joins; where two keep each other out, both stay out.
  private mutating func walked() -> [Verdict] {
    let joins = commits.indices.filter { commits[$0].isInvited }
    var barred: Set<Int> = []
    while true {
      var former: [Bool] = []
      var letIn = commits.indices.map { !barred.contains($0) }
      for _ in 0...joins.count {
        var verdicts: [Verdict] = []
        verdicts.reserveCapacity(commits.count)
        for index in commits.indices {
          verdicts.append(judged(index, verdicts, isLetIn: letIn[index], seals))
        }
        former = letIn
        let first = firstToUse(verdicts, seals)
        for index in joins {
          letIn[index] =
            !barred.contains(index) && isAdmitted(index, verdicts)
            && (!isContested(index) || first.contains(index))
        }
        if letIn == former { return verdicts }
      }
      isRestless = true
      barred.formUnion(joins.filter { letIn[$0] != former[$0] })
    }
  }

  /// `isLetIn` says of one that came by an invitation whether that let it in.
  private func judged(
    _ index: Int, _ verdicts: [Verdict], isLetIn: Bool, _ seals: [ActiveSeal]
  ) -> Verdict {
    let commit = commits[index]
    if commit.context.number == 1, !self.isLetIn(index, verdicts, invited: isLetIn) {
      return Verdict(held: .stranger)
    }
    var verdict = standing(of: commit.context, before: index, verdicts, seals)
    guard verdict.held == nil, let role = verdict.role else { return verdict }
    if commit.doesOrdinaryWork, Role.manager.outranks(role) { verdict.held = .notEntitled }
    for act in commit.acts where !isAllowed(act, in: commit, verdict, before: index, verdicts) {
      verdict.held = .notEntitled
    }
    return verdict
  }

  /// Whose device wrote a commit and with which role, or why it is held.
  ///
  /// - Parameters:
  ///   - context: the commit.
  ///   - end: how many of the control commits come into question; all that it saw are among them.
  ///   - verdicts: what was decided about those.
  ///   - seals: the seals in force.
  /// - Returns: the author's standing; what the commit does is not looked at.
  func standing(
    of context: CausalContext, before end: Int, _ verdicts: [Verdict], _ seals: [ActiveSeal]
  ) -> Verdict {
    guard let entry = entryIndex(of: context.replica),
      context.number == 1 || verdicts.indices.contains(entry) && verdicts[entry].held != .stranger
    else { return Verdict(held: .stranger) }
    let member = member(of: context.replica)
    var verdict = Verdict(member: member)
    guard let granted = role(ofReplica: context.replica, member, context, end, verdicts) else {
      return Verdict(held: .notEntitled, member: member)
    }
    verdict.role = granted
    let reaching = seals.filter { seal in
      context.number > seal.context.seen(context.replica) && reaches(seal, context.replica)
    }
    for seal in reaching {
      guard let limit = seal.limit, verdict.role.map({ seal.role.outranks($0) }) ?? false else {
        continue
      }
      let isLifted = (givers[member] ?? []).contains { index in
        index < min(end, verdicts.count) && verdicts[index].held == nil
          && context.covers(commits[index].dot) && commits[index].context.covers(seal.dot)
      }
      if !isLifted, let role = verdict.role { verdict.role = max(role, limit) }
    }
    // Whoever was limited to a role is reached by all that reaches that role, whatever they say
    // they had seen of it.
    if reaching.contains(where: { seal in
      seal.limit == nil && (verdict.role.map { seal.role.outranks($0) } ?? false)
    }) {
      verdict.held = .sealed
    }
    return verdict
  }

  /// The role of a replica's member as a commit knew it.
  private func role(
    ofReplica place: UInt32, _ member: String, _ context: CausalContext, _ end: Int,
    _ verdicts: [Verdict]
  ) -> Role? {
    let root = root(of: place)
    if let root, commits[root].entry == .recovery { return .recovery }
    if let role = role(of: member, context, end, verdicts) { return role }
    if let root, commits[root].entry == .founder { return .owner }
    return nil
  }

  /// The role of a member as a commit knew it: the newest; of several given side by side that of
  /// the highest giver, then the lowest.
  func role(
    of member: String, _ context: CausalContext, _ end: Int, _ verdicts: [Verdict]
  ) -> Role? {
    var known: [(index: Int, role: Role)] = []
    for index in givers[member] ?? []
    where index < min(end, verdicts.count) && verdicts[index].held == nil
      && context.covers(commits[index].dot)
    {
      for case .role(let other, let role) in commits[index].acts where other == member {
        known.append((index, role))
      }
    }
    let newest = known.filter { one in
      !known.contains { commits[$0.index].context.covers(commits[one.index].dot) }
    }
    return newest.min {
      let givers = (verdicts[$0.index].role ?? .reader, verdicts[$1.index].role ?? .reader)
      return givers.0 != givers.1 ? givers.0 < givers.1 : $1.role < $0.role
    }?.role
  }
}
