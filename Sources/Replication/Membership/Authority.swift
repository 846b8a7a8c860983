import Documents
import Sealing

/// Who may do what, worked out from the commits that say so (SPEC §8.5).
///
/// A pure function of the control commits, whatever the order in which they came: every question
/// is answered from what a commit had seen, but for seals, for invitations taken back and for
/// codes used twice, which reach commits that had not seen them. Those only ever act downward, so
/// deciding level by level ends.
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
  private var entries: [UInt32: Int] = [:]

  /// For each replica that came in by an invitation the commit with which the one that invited
  /// it first saw it.
  var met: [UInt32: CausalContext] = [:]

  /// The branches of forked replicas: whose they are.
  var branches: [UInt32: (place: UInt32, device: ReplicaID)] = [:]

  /// Whether some code was used twice.
  private var isContested = false

  let header: Header?

  /// Replicas of other workspaces that are taken as adopted, though no commit says so.
  let imagined: [ReplicaID: (number: UInt32, workspace: WorkspaceID)]

  /// Starts with no commits.
  ///
  /// - Parameters:
  ///   - header: the document's header.
  ///   - imagined: replicas of other workspaces that are taken as adopted.
  init(
    header: Header?, imagining imagined: [ReplicaID: (number: UInt32, workspace: WorkspaceID)] = [:]
  ) {
    self.header = header
    adopted = imagined
    self.imagined = imagined
  }

  /// Takes the next control commit in.
  ///
  /// - Parameters:
  ///   - commit: the commit.
  ///   - counts: for a replica how many of its commits were judged so far.
  /// - Returns: whether commits that were judged before may now be judged otherwise.
  mutating func take(_ commit: ControlCommit, counts: (UInt32) -> UInt32) -> Bool {
    add(commit)
    // A commit that only lets in or describes changes nothing about those that came before it,
    // since none of them has seen it. So a company that grows costs no more each time.
    if !(isContested && commit.isInvited), !commit.acts.contains(where: \.reachesUnseen) {
      let verdict = judged(commits.count - 1, verdicts, former: verdicts, seals)
      verdicts.append(verdict)
      if !(isContested && bearsOnClaims(commit, verdict)) { return false }
    }
    return settle(counts: counts)
  }

  mutating func add(_ commit: ControlCommit) {
    if case .invited(let id, _) = commit.entry {
      isContested = isContested || commits.contains { $0.isInvited(id) }
    }
    if commit.context.number == 1 { entries[commit.context.replica] = commits.count }
    commits.append(commit)
  }

  /// Says that the replica at a place is a branch of another: of the same device, let in with it.
  mutating func declare(_ branch: ForkMap.Branch, at place: UInt32, deviceAt device: UInt32) {
    branches[place] = (device, branch.device)
  }

  /// Where the commit stands with which a replica came in.
  private func entryIndex(of place: UInt32) -> Int? {
    entries[place] ?? branches[place].flatMap { entries[$0.place] }
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
      isNews = true
    }
    return isContested && isNews && settle(counts: counts)
  }

  /// The replicas of other workspaces whose commits count here: up to which number, and where
  /// their chains begin.
  private(set) var adopted: [ReplicaID: (number: UInt32, workspace: WorkspaceID)] = [:]

  mutating func settle(counts: (UInt32) -> UInt32) -> Bool {
    let before = (verdicts: verdicts, seals: seals)
    (verdicts, seals) = decided()
    let formerly = adopted
    adopted = adoptions()
    let isReaching = adopted.contains { replica, adoption in
      adoption.number > formerly[replica]?.number ?? 0
        && entries.keys.contains { deviceID(of: $0) == replica && counts($0) > 0 }
    }
    if isReaching { return true }
    guard !zip(before.verdicts, verdicts).contains(where: { $0 != $1 }) else { return true }
    let changed =
      seals.filter { !before.seals.contains($0) } + before.seals.filter { !seals.contains($0) }
    return changed.contains { seal in
      (Array(entries.keys) + branches.keys).contains { place in
        reaches(seal, place) && counts(place) > seal.context.seen(place)
      }
    }
  }

  /// What becomes of a commit that is no control commit, or of one that is, by its place.
  func verdict(of context: CausalContext) -> Verdict {
    var verdict: Verdict
    if let index = commits.lastIndex(where: { $0.dot == LocalDot(context) }) {
      verdict = verdicts[index]
    } else {
      verdict = standing(of: context, before: commits.count, verdicts, seals)
      if verdict.held == nil, let role = verdict.role, Role.manager.outranks(role) {
        verdict.held = .notEntitled
      }
    }
    if verdict.held == .stranger, let device = deviceID(of: context.replica),
      context.number <= adopted[device]?.number ?? 0
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
  private func decided() -> (verdicts: [Verdict], seals: [ActiveSeal]) {
    var seals: [ActiveSeal] = []
    var verdicts = walked(seals)
    guard commits.contains(where: \.seals) else { return (verdicts, seals) }
    for role in [Role.recovery, .owner, .admin] {
      let found = active(role, verdicts)
      guard !found.isEmpty else { continue }
      seals += found
      verdicts = walked(seals)
    }
    return (verdicts, seals)
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

  /// Judges every control commit, with these seals in force.
  ///
  /// Whether a join counts may hang on commits that it had not seen: of the one who invited, or
  /// of someone higher. Those hang on it in no case, so going over it again ends.
  private func walked(_ seals: [ActiveSeal]) -> [Verdict] {
    var former: [Verdict] = []
    for _ in 0...commits.count {
      var verdicts: [Verdict] = []
      for index in commits.indices {
        verdicts.append(judged(index, verdicts, former: former, seals))
      }
      if verdicts == former { break }
      former = verdicts
      guard isContested || commits.contains(where: \.withdraws) else { break }
    }
    return former
  }

  private func judged(
    _ index: Int, _ verdicts: [Verdict], former: [Verdict], _ seals: [ActiveSeal]
  ) -> Verdict {
    let commit = commits[index]
    if commit.context.number == 1, !isLetIn(index, verdicts, former: former, seals) {
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
      let isLifted = (0..<min(end, verdicts.count)).contains { index in
        guard verdicts[index].held == nil, context.covers(commits[index].dot),
          commits[index].context.covers(seal.dot)
        else { return false }
        return commits[index].acts.contains { $0.givesRole(to: member) }
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
    for index in 0..<min(end, verdicts.count)
    where verdicts[index].held == nil && context.covers(commits[index].dot) {
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

  /// The member whose device a replica is.
  func member(of place: UInt32) -> String {
    guard let root = root(of: place) else { return "" }
    switch commits[root].entry {
    case .invited(let id, let giver): return invitation(id, giver)?.member ?? ""
    case .founder, .recovery:
      for case .device(_, let member?) in commits[root].acts { return member }
      return ""
    case .none, .successor, .unproven: return ""
    }
  }

  /// Whose device an adopted replica says that it was: a name and no right, and never that of
  /// someone who has a role here.
  private func claimedMember(of place: UInt32) -> String? {
    guard let root = root(of: place) else { return nil }
    for case .device(_, let member?) in commits[root].acts {
      let hasRole = zip(commits, verdicts).contains { commit, verdict in
        verdict.held == nil && commit.acts.contains { $0.givesRole(to: member) }
      }
      return hasRole ? nil : member
    }
    return nil
  }

  /// The first commit of the replica with which a chain of successions began.
  func root(of place: UInt32) -> Int? {
    var place = place
    for _ in 0...entries.count {
      guard let index = entryIndex(of: place) else { return nil }
      guard case .successor(let older) = commits[index].entry else { return index }
      place = older
    }
    return nil
  }

  /// Whether a replica is of the device or the member that a seal is about.
  func reaches(_ seal: ActiveSeal, _ place: UInt32) -> Bool {
    switch seal.target {
    case .device(let id):
      var place = place
      for _ in 0...entries.count {
        if deviceID(of: place) == id { return true }
        guard let index = entryIndex(of: place), case .successor(let older) = commits[index].entry
        else {
          return false
        }
        place = older
      }
      return false
    case .member(let member):
      guard self.member(of: place) == member else { return false }
      // Someone taken on again after the seal comes by an invitation that knew of it.
      guard let root = root(of: place), case .invited(_, let giver) = commits[root].entry,
        let invitation = commits.first(where: { $0.dot == giver })
      else { return true }
      return !invitation.context.covers(seal.dot)
    }
  }

  /// The replica of the device that writes the one at a place.
  func deviceID(of place: UInt32) -> ReplicaID? {
    branches[place]?.device ?? entries[place].map { commits[$0].replica }
  }
}
