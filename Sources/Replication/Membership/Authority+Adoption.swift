import Documents

// Where histories begin, and which of those that begin elsewhere are adopted (SPEC §8.6).
extension Authority {
  /// Whether the history at a place does not begin here.
  func isElsewhere(_ place: UInt32) -> Bool {
    entryIndex(of: place).map { elsewhere[commits[$0].replica] != nil } ?? false
  }

  /// Of which adoptable histories the one at a place is: those of strangers that do not begin here
  /// (SPEC ).
  func origin(of place: UInt32) -> Origin? {
    guard let first = entryIndex(of: place), let device = deviceID(of: place),
      let workspace = elsewhere[commits[first].replica], let root = root(of: place),
      commits[root].entry == .unproven
    else { return nil }
    return Origin(replica: device, workspace: workspace)
  }

  /// Who wrote a line, by their place and their role.
  struct Author: Hashable {
    let place: UInt32
    let role: Role
  }

  /// Up to which number lines adopt a history that the same seals end.
  struct Adopting: Sendable {
    let number: UInt32
    /// Which seals end it, each where it ends the work of whoever adopted.
    let ends: [Int]
  }

  /// What lines that count adopt, of each history in the order in which seals end it.
  ///
  /// Lines that the same seals end say no more together than that with the greatest number: so who
  /// writes many of them, on however many machines, makes nobody look at more than one.
  func adoptions() -> [Origin: [Adopting]] {
    var greatest: [Origin: [[Int]: UInt32]] = [:]
    for (origin, number) in imagined { greatest[origin] = [[]: number] }
    var endings: [Author: [Int]] = [:]
    for (commit, verdict) in zip(commits, verdicts) where verdict.held == nil {
      guard let role = verdict.role else { continue }
      for case .adoption(let workspace, let replicas) in commit.acts
      where workspace != header?.workspace {
        let author = Author(place: commit.context.replica, role: role)
        let ends = endings[author] ?? self.endings(of: author)
        endings[author] = ends
        for (replica, number) in replicas where number > 0 {
          let origin = Origin(replica: replica, workspace: workspace)
          greatest[origin, default: [:]][ends, default: 0] =
            max(number, greatest[origin]?[ends] ?? 0)
        }
      }
    }
    return greatest.mapValues { $0.map { Adopting(number: $1, ends: $0) } }
  }

  /// The seals that shut out whoever wrote something in a role.
  private func endings(of author: Author) -> [Int] {
    seals.indices.filter {
      seals[$0].limit == nil && seals[$0].role.outranks(author.role)
        && reaches(seals[$0], author.place)
    }
  }

  /// Up to which number the commits at a place count by the lines that adopt their history.
  ///
  /// A seal that shuts out whoever adopted ends what the line adopts where it ends their own work:
  /// else a key that somebody has planted would go on for them (SPEC ).
  func adoptedCount(at place: UInt32, as origin: Origin) -> UInt32 {
    (adopted[origin] ?? []).reduce(0) { count, line in
      guard line.number > count else { return count }
      return max(count, line.ends.reduce(line.number) { min($0, seals[$1].context.seen(place)) })
    }
  }

  /// Of the commits that were judged, how many of each history count by adoption.
  func adoptedCounts(_ counts: (UInt32) -> UInt32) -> [UInt32: UInt32] {
    guard !adopted.isEmpty else { return [:] }
    var found: [UInt32: UInt32] = [:]
    for place in Set(entries.keys).union(branches.keys) {
      let judged = counts(place)
      guard judged > 0, let origin = origin(of: place) else { continue }
      let count = min(judged, adoptedCount(at: place, as: origin))
      if count > 0 { found[place] = count }
    }
    return found
  }

  /// Whether some commits of a seal's target were judged that it had not seen.
  func reachesJudged(_ seal: ActiveSeal, counts: (UInt32) -> UInt32) -> Bool {
    (Array(entries.keys) + branches.keys).contains { place in
      counts(place) > seal.context.seen(place) && reaches(seal, place)
    }
  }

  /// The workspaces of the histories that were adopted, by their names.
  func origins(in table: ReplicaTable) -> [ReplicaID: WorkspaceID] {
    guard !adopted.isEmpty else { return [:] }
    var found: [ReplicaID: WorkspaceID] = [:]
    for place in table.entries.indices {
      guard let origin = origin(of: UInt32(place)), adopted[origin] != nil else { continue }
      found[table.entries[place].id] = origin.workspace
    }
    return found
  }

  /// The workspace of which a device's records are that was adopted.
  func origin(ofDevice device: ReplicaID) -> WorkspaceID? {
    adopted.keys.filter { origin in
      // As a rule a device has one history; of one that has several any may be meant.
      origin.replica == device
        && (elsewhere[device] == origin.workspace
          || commits.contains {
            $0.key != nil && self.origin(of: $0.context.replica) == origin
          })
    }
    .map(\.workspace).min { $0.text < $1.text }
  }

  /// The roots of the chains of all replicas.
  func roots(in home: WorkspaceID) -> ChainRoots {
    ChainRoots(home, named: named, elsewhere: elsewhere)
  }

  /// Whether a commit is the first of a replica of which lines say that it begins elsewhere, or
  /// says so of one whose commits are here, and it is not known better.
  func mayBeginElsewhere(_ commit: ControlCommit) -> Bool {
    func isOpen(_ replica: ReplicaID) -> Bool { elsewhere[replica] == nil }
    if commit.context.number == 1, named[commit.replica] != nil, isOpen(commit.replica) {
      return true
    }
    return commit.acts.contains { act in
      guard case .adoption(let workspace, let replicas) = act, workspace != header?.workspace
      else { return false }
      return commits.contains {
        $0.key != nil && replicas[$0.replica] != nil && isOpen($0.replica)
      }
    }
  }
}
