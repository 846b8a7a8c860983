import Documents

/// Decides which of the proven commits that came in are taken in: all together, so that it does
/// not hang on their order (SPEC [K-1], [K-7], [K-10], [A-13]).
struct Acceptance {
  /// A proven commit that came in.
  struct Commit {
    let header: CommitHeader
    /// The one before it, if that came in too.
    let parent: Int?
    /// Where its chain begins.
    let workspace: WorkspaceID
    let isSigned: Bool
    /// Its lines, if some say who is let in or what is adopted.
    let control: [UInt8]?

    /// Whether it is taken in only together with one behind it: of a batch a document holds all or
    /// nothing, and what it holds ends with a signature.
    var isOpen: Bool { !isSigned || header.part.map { $0.index < $0.count } ?? false }
  }

  /// Where the commit is that a sighting means.
  enum Place {
    case here
    case arriving(Int)
    case nowhere
  }

  /// Commits that are taken in together, the first one first.
  private struct Unit {
    let commits: [Int]
    /// Those of other units that must be taken in before.
    var needs: Set<Int>
    /// Whether it has seen what is not here.
    let isBlocked: Bool
  }

  let commits: [Commit]
  private let units: [Unit]
  /// The units to which each commit belongs.
  private var unitsOf: [[Int]]

  /// Groups commits; each stands behind the one before it.
  ///
  /// - Parameters:
  ///   - commits: the commits.
  ///   - excluded: those that come from where no line says that their replicas begin.
  ///   - place: where the commit is that a sighting means.
  init(_ commits: [Commit], except excluded: Set<Int>, place: (Sighting) -> Place) {
    self.commits = commits
    var units: [Unit] = []
    unitsOf = Array(repeating: [], count: commits.count)
    for index in commits.indices where !commits[index].isOpen {
      var members = [index]
      while let parent = commits[members[members.count - 1]].parent, commits[parent].isOpen {
        members.append(parent)
      }
      members.reverse()
      let own = Set(members)
      var needs: Set<Int> = []
      var isBlocked = !own.isDisjoint(with: excluded)
      if let parent = commits[members[0]].parent { needs.insert(parent) }
      for sighting in members.flatMap({ commits[$0].header.seen }) {
        switch place(sighting) {
        case .here: break
        case .arriving(let other): if !own.contains(other) { needs.insert(other) }
        case .nowhere: isBlocked = true
        }
      }
      for member in members { unitsOf[member].append(units.count) }
      units.append(Unit(commits: members, needs: needs, isBlocked: isBlocked))
    }
    self.units = units
  }

  /// The units of which all is here that they had seen, or comes in with them.
  ///
  /// All that nothing speaks against, less what needs what is not among them, until that changes
  /// nothing: units may need one another, since a commit without a signature of its own goes with
  /// the signed one behind it, which may have seen what had seen the first.
  private func sound() -> (units: [Bool], commits: Set<Int>) {
    var isSound = units.map { !$0.isBlocked }
    var holders = Array(repeating: 0, count: commits.count)
    var dependents: [Int: [Int]] = [:]
    for (index, unit) in units.enumerated() where isSound[index] {
      for commit in unit.commits { holders[commit] += 1 }
      for need in unit.needs { dependents[need, default: []].append(index) }
    }
    var lost = dependents.keys.filter { holders[$0] == 0 }
    while let commit = lost.popLast() {
      for unit in dependents[commit] ?? [] where isSound[unit] {
        isSound[unit] = false
        for member in units[unit].commits {
          holders[member] -= 1
          if holders[member] == 0 { lost.append(member) }
        }
      }
    }
    return (isSound, Set(commits.indices.filter { holders[$0] > 0 }))
  }

  /// The commits that are taken in.
  ///
  /// Those of strangers only as far as others, whose commits count only where those are, had seen
  /// them.
  ///
  /// - Parameter strangers: of these commits, all of which may be taken in, those of replicas that
  ///   are nobody's.
  /// - Returns: the commits, and the strangers'.
  func decided(
    strangers: (Set<Int>) -> Set<Int>
  ) -> (taken: Set<Int>, strange: Set<Int>) {
    let (isSound, sound) = sound()
    let strange = strangers(sound)
    var taken = sound.subtracting(strange)
    var open = Array(taken)
    while let commit = open.popLast() {
      for unit in unitsOf[commit] where isSound[unit] && taken.isSuperset(of: units[unit].commits) {
        for need in units[unit].needs where !taken.contains(need) {
          guard let wanted = unitsOf[need].first(where: { isSound[$0] }) else { continue }
          for other in units[wanted].commits where taken.insert(other).inserted {
            open.append(other)
          }
        }
      }
    }
    return (taken, strange)
  }
}
