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

  /// Of the histories that lines adopt which count, up to which number.
  func adoptions() -> [Origin: UInt32] {
    var found = imagined
    for (commit, verdict) in zip(commits, verdicts) where verdict.held == nil {
      for case .adoption(let workspace, let replicas) in commit.acts
      where workspace != header?.workspace {
        for (replica, number) in replicas where number > 0 {
          let origin = Origin(replica: replica, workspace: workspace)
          found[origin] = max(number, found[origin] ?? 0)
        }
      }
    }
    return found
  }

  /// The lines that count and adopt each history.
  func adoptingLines() -> [Origin: [AdoptingLine]] {
    var found: [Origin: [AdoptingLine]] = [:]
    for (commit, verdict) in zip(commits, verdicts) where verdict.held == nil {
      guard let role = verdict.role else { continue }
      for case .adoption(let workspace, let replicas) in commit.acts
      where workspace != header?.workspace {
        for (replica, number) in replicas where number > 0 {
          found[Origin(replica: replica, workspace: workspace), default: []].append(
            AdoptingLine(number: number, author: commit.context.replica, role: role))
        }
      }
    }
    return found
  }

  /// Whether a commit of an adoptable history counts by a line that adopts it.
  ///
  /// A seal that shuts out whoever adopted ends what the line adopts where it ends their own work:
  /// else a key that somebody has planted would go on for them (SPEC ).
  func isAdopted(_ context: CausalContext, as origin: Origin) -> Bool {
    guard context.number <= adopted[origin] ?? 0 else { return false }
    let ends = seals.filter { $0.limit == nil && context.number > $0.context.seen(context.replica) }
    if ends.isEmpty || context.number <= imagined[origin] ?? 0 { return true }
    return (adopting[origin] ?? []).contains { line in
      context.number <= line.number
        && !ends.contains { $0.role.outranks(line.role) && reaches($0, line.author) }
    }
  }

  /// Whether a seal reaches histories of which some commits were judged that it had not seen: those
  /// of its target, or such as its target has adopted.
  func reachesJudged(_ seal: ActiveSeal, counts: (UInt32) -> UInt32) -> Bool {
    let reached = Set(
      adopting.filter { _, lines in lines.contains { reaches(seal, $0.author) } }.keys)
    return (Array(entries.keys) + branches.keys).contains { place in
      counts(place) > seal.context.seen(place)
        && (reaches(seal, place) || origin(of: place).map(reached.contains) ?? false)
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
