import Documents

// What whoever shuts a member out has to know, by the commits that count; what records say of it
// anybody who may write can set.
extension State {
  /// Whether a seal shuts a member out already: all devices of theirs, those too that nobody here
  /// knows of yet.
  ///
  /// One that was set before the member was invited again, or that gives way to their role, does
  /// not.
  ///
  /// - Parameter id: the id of the member's record.
  /// - Returns: whether one more seal would change nothing.
  public func isShutOut(member id: String) -> Bool {
    let authority = admission.authority
    let role = role(ofMember: id)
    return authority.seals.contains { seal in
      guard seal.target == .member(id), seal.limit == nil,
        role.map({ seal.role.outranks($0) }) ?? true
      else { return false }
      return !authority.givings.contains {
        $0.member == id && $0.commit.context.covers(seal.dot)
      }
    }
  }

  /// The invitations that a leaver may still make use of, or let others use: those for them, and
  /// those that their replicas gave.
  ///
  /// Left out are those by which somebody was let in, and those that were taken back so that
  /// taking them back once more would change nothing. One whose time is over is not: a leaver can
  /// set a clock back.
  ///
  /// - Parameters:
  ///   - member: the id of the leaver's record.
  ///   - role: the role of whoever takes them back.
  /// - Returns: the ids of their records, in their order.
  public func invitations(ofLeaver member: String, openTo role: Role) -> [String] {
    let authority = admission.authority
    let open = authority.givings.filter { giving in
      giving.member == member || authority.member(of: giving.commit.context.replica) == member
    }.filter { giving in
      !zip(authority.commits, authority.verdicts).contains { commit, verdict in
        if commit.entry == .invited(giving.id, by: giving.commit.dot) {
          return verdict.held != .stranger
        }
        guard verdict.held == nil, commit.acts.contains(.withdrawal(giving.id)) else {
          return false
        }
        return commit.replica == giving.commit.replica
          || verdict.role.map { !role.outranks($0) } ?? false
      }
    }
    return Set(open.map(\.id)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

extension Authority {
  /// The invitations with a key that commits which count gave.
  fileprivate var givings: [(id: String, member: String, commit: ControlCommit)] {
    var givings: [(id: String, member: String, commit: ControlCommit)] = []
    for (commit, verdict) in zip(commits, verdicts) where verdict.held == nil {
      for case .invitation(let id, _?, let member, _) in commit.acts {
        givings.append((id, member, commit))
      }
    }
    return givings
  }
}
