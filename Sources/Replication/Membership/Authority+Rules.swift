import Documents
import Sealing

// What each act asks of its author, and whether a join holds (SPEC §8.5).
extension Authority {
  /// Whether an author may do this.
  ///
  /// - Parameters:
  ///   - act: what the commit does.
  ///   - commit: the commit.
  ///   - author: its author's standing.
  ///   - end: how many of the control commits come into question.
  ///   - verdicts: what was decided about those.
  /// - Returns: whether it is allowed.
  func isAllowed(
    _ act: ControlAct, in commit: ControlCommit, _ author: Verdict, before end: Int,
    _ verdicts: [Verdict]
  ) -> Bool {
    guard let role = author.role else { return false }
    let isSenior = role.outranks(.manager)
    func known(_ member: String) -> Role? {
      self.role(of: member, commit.context, end, verdicts)
    }
    switch act {
    case .member(let id): return isSenior || id == author.member
    case .device(let id, _):
      return isSenior || id == deviceID(of: commit.context.replica)?.text
    case .role(let member, let given):
      return role.admits(given) && known(member).map { role.outranks($0) } ?? true
    case .invitation(_, _, let member, _):
      if member == author.member { return true }
      if let present = known(member) { return isSenior && role.outranks(present) }
      return isSenior && commit.acts.contains { $0.givesRole(to: member) }
    case .withdrawal(let id):
      return isSenior
        || commits[..<end].contains { giver in
          commit.context.covers(giver.dot) && giver.invites(id)
            && self.member(of: giver.context.replica) == author.member
        }
    case .seal(_, let target, _):
      guard isSenior else { return false }
      switch target {
      case .member(let member): return known(member).map { role.outranks($0) } ?? true
      case .device(let id):
        let first = commits[..<end].first {
          $0.replica == id && commit.context.covers($0.dot)
        }
        guard let first else { return role.outranks(.admin) }
        return known(self.member(of: first.context.replica)).map { role.outranks($0) } ?? true
      }
    case .void: return isSenior
    case .adoption: return !Role.manager.outranks(role)
    }
  }

  /// Whether a replica's first commit shows that it belongs to the workspace.
  ///
  /// - Parameters:
  ///   - index: the commit.
  ///   - verdicts: what was decided about the control commits before it.
  ///   - former: what was decided about all in the round before; empty in the first.
  ///   - seals: the seals in force.
  /// - Returns: whether it is let in.
  func isLetIn(
    _ index: Int, _ verdicts: [Verdict], former: [Verdict], _ seals: [ActiveSeal]
  ) -> Bool {
    let commit = commits[index]
    switch commit.entry {
    case .founder, .recovery: return true
    case .none, .unproven: return false
    case .successor(let older):
      guard let first = commits[..<index].firstIndex(where: { $0.dot.replica == older }) else {
        return false
      }
      return verdicts[first].held != .stranger
    case .invited(let id, let giver):
      guard let given = commits[..<index].firstIndex(where: { $0.dot == giver }),
        verdicts[given].held == nil, !isExpired(commit, id, giver)
      else { return false }
      return !isWithdrawn(index, id, given, verdicts, former: former)
        && isFirstToUse(index, id, giver, former: former, seals)
    }
  }

  func isExpired(_ commit: ControlCommit, _ id: String, _ giver: LocalDot) -> Bool {
    invitation(id, giver)?.expiresMillis.map { $0 < commit.stampMillis } ?? false
  }

  /// Whether the invitation was taken back by someone who had not seen the join.
  ///
  /// A withdrawal that the join had not seen either counts if it is the inviting replica's own, or
  /// of someone higher than the invited.
  private func isWithdrawn(
    _ index: Int, _ id: String, _ given: Int, _ verdicts: [Verdict], former: [Verdict]
  ) -> Bool {
    let join = commits[index]
    let invited = invitation(id, commits[given].dot)?.member ?? ""
    let joining = role(of: invited, join.context, index, verdicts) ?? .reader
    return commits.indices.contains { place in
      let commit = commits[place]
      guard commit.acts.contains(.withdrawal(id)), !commit.context.covers(join.dot),
        commit.dot != join.dot
      else { return false }
      if join.context.covers(commit.dot) { return verdicts[place].held == nil }
      guard former.indices.contains(place), former[place].held == nil else { return false }
      return commit.dot.replica == commits[given].dot.replica
        || former[place].role.map { $0.outranks(joining) } ?? false
    }
  }

  /// What an invitation says.
  func invitation(
    _ id: String, _ giver: LocalDot
  ) -> (key: PublicKey?, member: String, expiresMillis: Int64?)? {
    guard let commit = commits.first(where: { $0.dot == giver }) else { return nil }
    for case .invitation(id, let key, let member, let expires) in commit.acts {
      return (key, member, expires)
    }
    return nil
  }

  /// How a replica shows that it belongs to the workspace; judged once, when its first commit
  /// comes.
  func entry(_ header: CommitHeader, _ context: CausalContext) -> ControlCommit.Entry {
    guard header.dot.number == 1, let key = header.key, let founding = self.header else {
      return .none
    }
    if key == founding.founder { return .founder }
    switch header.credential {
    case .succession(let succession):
      // A replica that forked from the root on has several first commits; its own goes first.
      let firsts = commits.filter { commit in
        commit.key != nil && context.covers(commit.dot)
          && (commit.replica == succession.replica
            || branches[commit.context.replica]?.device == succession.replica)
      }
      guard
        let older = firsts.first(where: { $0.replica == succession.replica })
          ?? firsts.min(by: { $0.replica < $1.replica }),
        let olderKey = older.key,
        olderKey.verify(succession.signature.span, of: Succession.message(for: key).span)
      else { return .unproven }
      return .successor(older.dot.replica)
    case .joining(let joining):
      if joining.invitation == Joining.recoveryID {
        return joining.isProven(by: founding.recovery, for: key, in: founding.workspace)
          ? .recovery : .unproven
      }
      let givers = commits.filter { commit in
        guard context.covers(commit.dot),
          let invited = invitation(joining.invitation, commit.dot)?.key
        else { return false }
        return joining.isProven(by: invited, for: key, in: founding.workspace)
      }
      guard
        let giver = givers.min(by: {
          ($0.replica, $0.dot.number) < ($1.replica, $1.dot.number)
        })
      else { return .unproven }
      return .invited(joining.invitation, by: giver.dot)
    case nil: return .unproven
    }
  }
}

extension ControlCommit {
  func invites(_ id: String) -> Bool {
    acts.contains { if case .invitation(id, _, _, _) = $0 { true } else { false } }
  }
}
