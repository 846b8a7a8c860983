import Bytes
import Documents
import Replication
import Sealing

/// How a replica came in, as the test that made it knows it (SPEC ).
enum WorldEntry: Equatable {
  case founder
  case recovery
  /// By an invitation with this id, and the commit that made it.
  case invited(String, by: Int)
  /// Going on for the replica of this first commit.
  case successor(of: Int)
}

/// A commit as the test that made it knows it.
struct WorldCommit {
  let replica: ReplicaID
  let number: UInt32
  /// The commit before it in its history.
  let parent: Int?
  let stampMillis: Int64
  /// The last commit of each history that it says it has newly seen.
  let sightings: [Int]
  let edits: [RecordEdit]
  /// For the first of a replica: its key and how it came in.
  let key: PublicKey?
  let entry: WorldEntry?
  let chain: Chain
  let bytes: [UInt8]
}

/// Which commits count, by SPEC §8.5, as slowly and plainly as it can be said: every question is
/// answered by looking at all commits.
///
/// It shares no code with what it checks: not the reading of lines, not the forks, not the order.
struct MembershipOracle {
  typealias Role = Int
  static let roles = ["recovery", "owner", "admin", "manager", "reader"]

  private enum Act {
    case describes(member: String)
    case describesDevice(String, member: String?)
    case gives(String, Role)
    case invites(String, member: String, expires: Int64?)
    case withdraws(String)
    case seals(String, member: String?, device: String?, limit: Role?)
    case voids(String)
    case works
  }

  private struct Ruling: Equatable {
    var isLetIn = false
    var role: Role?
    var held: HeldReason? = .stranger
  }

  private struct Seal {
    let commit: Int
    let id: String
    let member: String?
    let device: String?
    let limit: Role?
    let role: Role
  }

  /// All commits of the world; each comes after all that it has seen.
  private let commits: [WorldCommit]
  /// Those that are known.
  private let order: [Int]
  /// For each commit whether it has seen each other one.
  private var seen: [[Bool]] = []
  /// Who gives a member a role, and which.
  private var givers: [String: [(index: Int, role: Role)]] = [:]
  private var acts: [[Act]] = []
  private var names: [ReplicaID] = []
  private var firsts: [Int] = []
  private var roots: [Int] = []
  private var members: [String] = []
  private var control: [Int] = []
  private var rulings: [Int: Ruling] = [:]
  private var seals: [Seal] = []
  private var letIn: Set<Int> = []

  /// Decides about the commits of a world that are known.
  init(_ commits: [WorldCommit], known: Set<Int>) {
    self.commits = commits
    order = known.sorted()
    for index in commits.indices { seen.append(closure(index)) }
    acts = commits.map { $0.edits.map(Self.act) }
    names = commits.map(\.replica)
    firsts = commits.indices.map { ancestry($0).last ?? $0 }
    roots = commits.indices.map { line(of: $0).last ?? $0 }
    members = commits.indices.map { member(ofRoot: roots[$0]) }
    for index in order { names[index] = name(index) }
    control = order.filter { index in
      commits[index].number == 1
        || acts[index].contains { if case .works = $0 { false } else { true } }
    }
    for index in control {
      for case .gives(let member, let role) in acts[index] {
        givers[member, default: []].append((index, role))
      }
    }
    //
    for level in 0...2 {
      decide()
      seals += active(level)
    }
    decide()
    for index in order { rulings[index] = ruling(index) }
  }

  /// Why a commit is held; nothing if it counts.
  func held(_ index: Int) -> HeldReason? { rulings[index]?.held }

  /// Under which name and number a commit stands in the state.
  func dot(_ index: Int) -> Dot {
    Dot(names[index], commits[index].number)
  }

  /// The commits that count, as the oracle of states takes them.
  var counting: [CommitRecord] {
    order.filter { held($0) == nil }.map { index in
      let commit = commits[index]
      var last: [ReplicaID: UInt32] = [:]
      for other in order where seen[index][other] {
        let dot = dot(other)
        last[dot.replica] = max(last[dot.replica] ?? 0, dot.number)
      }
      let own = dot(index)
      last[own.replica] = nil
      let sightings = last.map { Sighting(replica: $0.key, number: $0.value, head: []) }
      return CommitRecord(
        header: CommitHeader(dot: own, stampMillis: commit.stampMillis, seen: sightings),
        edits: commit.edits)
    }
  }
}

// MARK: - Forks and what was seen

extension MembershipOracle {
  private func ancestry(_ index: Int) -> [Int] {
    var line = [index]
    while let parent = commits[line[line.count - 1]].parent { line.append(parent) }
    return line
  }

  /// [K-1], [F-3], [F-4]: all before it in its history, and what it or one of those has said.
  private func closure(_ index: Int) -> [Bool] {
    let parent = commits[index].parent
    var result = parent.map { seen[$0] } ?? []
    result += Array(repeating: false, count: commits.count - result.count)
    if let parent { result[parent] = true }
    for sighting in commits[index].sightings {
      for other in ancestry(sighting) { result[other] = true }
    }
    return result
  }

  private func sees(_ index: Int, _ other: Int) -> Bool { seen[index][other] }

  /// The name of a commit's history, by [F-2].
  private func name(_ index: Int) -> ReplicaID {
    guard let parent = commits[index].parent else { return commits[index].replica }
    let siblings = order.filter { commits[$0].parent == parent }
    let least = siblings.min { commits[$0].chain.head < commits[$1].chain.head }
    return least == index ? name(parent) : commits[index].chain.branchID
  }
}

// MARK: - [A-2]

extension MembershipOracle {
  private static func act(_ edit: RecordEdit) -> Act {
    func text(_ field: String) -> String? {
      edit.set[field].flatMap { try? JSONParser.parse($0.span) }?.text
    }
    let role = text("role").flatMap { name in roles.firstIndex(of: name) }.flatMap {
      $0 == 0 ? nil : $0
    }
    switch edit.type {
    case "member": return role.map { .gives(edit.id, $0) } ?? .describes(member: edit.id)
    case "device": return .describesDevice(edit.id, member: text("member"))
    case "invitation":
      if edit.isDeletion || edit.set["withdrawn"] == Array("true".utf8) {
        return .withdraws(edit.id)
      }
      let expires = text("expires").map { Timestamp.parse(Array($0.utf8).span) ?? .min }
      return .invites(edit.id, member: text("for") ?? "", expires: expires)
    case "seal":
      if edit.set["void"] == Array("true".utf8) { return .voids(edit.id) }
      return .seals(edit.id, member: text("member"), device: text("device"), limit: role)
    default: return .works
    }
  }

  // MARK, [A-4]

  /// The first commits of the replicas for which a replica goes on, its own before them.
  private func line(of index: Int) -> [Int] {
    var line = [firsts[index]]
    while case .successor(let older)? = commits[line[line.count - 1]].entry { line.append(older) }
    return line
  }

  private func inviting(_ root: Int) -> Int? {
    if case .invited(_, let giver)? = commits[root].entry { giver } else { nil }
  }

  private func invitation(_ root: Int) -> (id: String, member: String, expires: Int64?)? {
    guard case .invited(let id, let giver)? = commits[root].entry else { return nil }
    for case .invites(id, let member, let expires) in acts[giver] {
      return (id, member, expires)
    }
    return nil
  }

  private func member(ofRoot root: Int) -> String {
    if let invitation = invitation(root) { return invitation.member }
    for case .describesDevice(_, let member?) in acts[root] { return member }
    return ""
  }
}

// MARK: - Deciding

extension MembershipOracle {
  /// Beginning with all who were invited, says who of them is let in until nothing changes;
  /// whose being let in still changes after as many rounds as there are, and one, stays out.
  private mutating func decide() {
    let invited = order.filter { if case .invited? = commits[$0].entry { true } else { false } }
    var barred: Set<Int> = []
    while true {
      letIn = Set(invited).subtracting(barred)
      var before = letIn
      for _ in 0...invited.count {
        rule()
        before = letIn
        letIn = Set(invited.filter { !barred.contains($0) && holds($0) })
        if letIn == before { return }
      }
      barred.formUnion(letIn.symmetricDifference(before))
    }
  }

  /// Rules on all by who is let in.
  ///
  /// Each ruling hangs only on such as were seen, so this ends.
  private mutating func rule() {
    rulings = [:]
    var before: [Int: Ruling]? = nil
    while rulings != before {
      before = rulings
      rulings = Dictionary(uniqueKeysWithValues: control.map { ($0, ruling($0)) })
    }
  }

  private func counts(_ index: Int) -> Bool { rulings[index].map { $0.held == nil } ?? false }

  private func ruling(_ index: Int) -> Ruling {
    let first = firsts[index]
    let letIn = first == index ? isLetIn(index) : rulings[first]?.isLetIn ?? false
    let role = authorRole(index)
    var ruling = Ruling(isLetIn: letIn, role: role, held: nil)
    if !letIn {
      ruling.held = .stranger
    } else if let role, seals.contains(where: { $0.limit == nil && reaches($0, index, role) }) {
      ruling.held = .sealed
    } else if let role, acts[index].allSatisfy({ isAllowed(index, role, $0) }) {
      // Nothing held it back.
    } else {
      ruling.held = .notEntitled
    }
    // a commit without lines is work too.
    if ruling.held == nil, acts[index].isEmpty, role.map({ $0 > 3 }) ?? true {
      ruling.held = .notEntitled
    }
    return ruling
  }

  private func active(_ level: Role) -> [Seal] {
    var found: [Seal] = []
    for index in control where counts(index) && rulings[index]?.role == level {
      for case .seals(let id, let member, let device, let limit) in acts[index] {
        let isVoid = control.contains { other in
          guard counts(other), let role = rulings[other]?.role, role < level else { return false }
          return acts[other].contains { if case .voids(id) = $0 { true } else { false } }
        }
        if !isVoid {
          found.append(
            Seal(
              commit: index, id: id, member: member, device: device, limit: limit, role: level))
        }
      }
    }
    return found
  }

  // MARK, [A-8]

  private func role(of member: String, knownTo index: Int) -> Role? {
    let known = (givers[member] ?? []).filter { counts($0.index) && sees(index, $0.index) }
    let newest = known.filter { one in !known.contains { sees($0.index, one.index) } }
    let highest = newest.compactMap { rulings[$0.index]?.role }.min()
    return newest.filter { rulings[$0.index]?.role == highest }.map(\.role).max()
  }

  private func authorRole(_ index: Int) -> Role? {
    let root = roots[index]
    if commits[root].entry == .recovery { return 0 }
    let member = members[index]
    var role = role(of: member, knownTo: index)
    if role == nil, commits[root].entry == .founder { role = 1 }
    for seal in seals {
      guard let limit = seal.limit, let known = role, reaches(seal, index, known) else { continue }
      let isLifted = control.contains { other in
        counts(other) && sees(index, other) && sees(other, seal.commit)
          && acts[other].contains { if case .gives(member, _) = $0 { true } else { false } }
      }
      if !isLifted { role = max(known, limit) }
    }
    return role
  }

  private func reaches(_ seal: Seal, _ index: Int, _ role: Role) -> Bool {
    guard seal.role < role, !sees(seal.commit, index) else { return false }
    if let device = seal.device {
      return line(of: index).contains { commits[$0].replica.text == device }
    }
    guard members[index] == seal.member else { return false }
    return !(inviting(roots[index]).map { sees($0, seal.commit) } ?? false)
  }

  // MARK

  private func isLetIn(_ index: Int) -> Bool {
    switch commits[index].entry {
    case .founder, .recovery: return true
    case .successor(let older): return rulings[older]?.isLetIn ?? false
    case .invited: return letIn.contains(index)
    case nil: return false
    }
  }

  /// Whether the invitation by which a replica came lets it in.
  private func holds(_ index: Int) -> Bool {
    switch commits[index].entry {
    case .founder, .recovery, .successor, nil: return false
    case .invited(let id, let giver):
      guard counts(giver), !isExpired(index) else { return false }
      let joining = role(of: members[index], knownTo: index) ?? 4
      let isWithdrawn = control.contains { other in
        guard counts(other), !sees(other, index) else { return false }
        guard acts[other].contains(where: { if case .withdraws(id) = $0 { true } else { false } })
        else { return false }
        return sees(index, other) || names[other] == names[giver]
          || rulings[other]?.role.map { $0 < joining } ?? false
      }
      let rivals = control.filter { other in
        guard commits[other].entry == .invited(id, by: giver), !isExpired(other) else {
          return false
        }
        return other == index
          || commits[other].key != commits[index].key && !isTakenBack(other, id, giver)
      }
      let best = rivals.min { claim($0, giver) < claim($1, giver) }
      return !isWithdrawn && best == index
    }
  }

  private func isExpired(_ index: Int) -> Bool {
    invitation(index)?.expires.map { $0 < commits[index].stampMillis } ?? false
  }

  /// Whether neither a commit's replica nor any of those by which it came in used the invitation.
  private func isBystander(_ index: Int, _ id: String, _ giver: Int) -> Bool {
    let root = roots[index]
    guard case .invited(let other, let inviting)? = commits[root].entry else { return true }
    return (other != id || inviting != giver) && isBystander(inviting, id, giver)
  }

  private func isTakenBack(_ join: Int, _ id: String, _ giver: Int) -> Bool {
    let joining = role(of: members[join], knownTo: join) ?? 4
    return control.contains { other in
      guard counts(other), !sees(other, join), isBystander(other, id, giver),
        acts[other].contains(where: { if case .withdraws(id) = $0 { true } else { false } })
      else { return false }
      return sees(join, other) || names[other] == names[giver]
        || rulings[other]?.role.map { $0 < joining } ?? false
    }
  }

  private func isSealed(_ index: Int) -> Bool {
    guard let role = authorRole(index) else { return false }
    return seals.contains { $0.limit == nil && reaches($0, index, role) }
  }

  /// What decides between those who used one code; the least comes in.
  private struct Claim: Comparable {
    let numbers: [UInt32]
    let millis: Int64
    let replica: ReplicaID

    static func < (one: Claim, other: Claim) -> Bool {
      if one.numbers != other.numbers {
        return one.numbers.lexicographicallyPrecedes(other.numbers)
      }
      if one.millis != other.millis { return one.millis < other.millis }
      return one.replica < other.replica
    }
  }

  private func claim(_ join: Int, _ giver: Int) -> Claim {
    let meeting = order.filter { names[$0] == names[giver] && sees($0, join) }
      .min { commits[$0].number < commits[$1].number }
    let met = meeting.flatMap { isSealed($0) ? nil : commits[$0].number } ?? .max
    return Claim(
      numbers: [isSealed(join) ? 1 : 0, met], millis: commits[join].stampMillis,
      replica: commits[join].replica)
  }

  // MARK

  private func isAllowed(_ index: Int, _ role: Role, _ act: Act) -> Bool {
    let own = members[index]
    let isSenior = role < 3
    switch act {
    case .describes(let member): return isSenior || member == own
    case .describesDevice(let device, _):
      return isSenior || device == commits[index].replica.text
    case .gives(let member, let given):
      let had = self.role(of: member, knownTo: index)
      return (role < given || role == 1 && given == 1) && had.map { role < $0 } ?? true
    case .invites(_, let member, _):
      if member == own { return true }
      if let had = self.role(of: member, knownTo: index) { return isSenior && role < had }
      return isSenior
        && acts[index].contains { if case .gives(member, _) = $0 { true } else { false } }
    case .withdraws(let id):
      return isSenior
        || control.contains { other in
          sees(index, other) && members[other] == own
            && acts[other].contains {
              if case .invites(id, _, _) = $0 { true } else { false }
            }
        }
    case .seals(_, let member, let device, _):
      guard isSenior else { return false }
      guard let device else {
        return self.role(of: member ?? "", knownTo: index).map { role < $0 } ?? true
      }
      let first = order.first {
        commits[$0].number == 1 && commits[$0].replica.text == device && sees(index, $0)
      }
      guard let first else { return role < 2 }
      return self.role(of: members[first], knownTo: index).map { role < $0 } ?? true
    case .voids: return isSenior
    case .works: return role < 4
    }
  }
}
