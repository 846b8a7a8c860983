import Documents

// Whose device a replica is, and whom a seal is about (SPEC, [A-8]).
extension Authority {
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
  func claimedMember(of place: UInt32) -> String? {
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
        let inviting = self.place(of: giver)
      else { return true }
      return !commits[inviting].context.covers(seal.dot)
    }
  }

  /// The replica of the device that writes the one at a place.
  func deviceID(of place: UInt32) -> ReplicaID? {
    branches[place]?.device ?? entries[place].map { commits[$0].replica }
  }
}
