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
  ///   - invited: of one that came by an invitation, whether that let it in.
  /// - Returns: whether it is let in.
  func isLetIn(_ index: Int, _ verdicts: [Verdict], invited: Bool) -> Bool {
    switch commits[index].entry {
    case .founder, .recovery: return true
    case .none, .unproven: return false
    case .successor(let older):
      let first = place(of: LocalDot(replica: older, number: 1))
      return first.map { $0 < index && verdicts[$0].held != .stranger } ?? false
    case .invited: return invited
    }
  }

  /// Whether the invitation by which a replica came stands, was in time and was not taken back;
  /// whether others used it too is not looked at.
  func isAdmitted(_ index: Int, _ verdicts: [Verdict]) -> Bool {
    guard case .invited(let id, let giver) = commits[index].entry else { return true }
    let code = Code(id: id, giver: giver)
    guard let given = place(of: giver), verdicts[given].held == nil else { return false }
    return !isExpired(commits[index], code) && !isWithdrawn(index, code, verdicts)
  }

  func isExpired(_ commit: ControlCommit, _ code: Code) -> Bool {
    invitation(code.id, code.giver)?.expiresMillis.map { $0 < commit.stampMillis } ?? false
  }

  /// Whether the invitation was taken back by someone who had not seen the join.
  ///
  /// A withdrawal that the join had not seen either counts if it is the inviting replica's own, or
  /// of someone higher than the invited.
  func isWithdrawn(
    _ index: Int, _ code: Code, _ verdicts: [Verdict], byBystanders: Bool = false
  ) -> Bool {
    guard let withdrawing = withdrawals[code.id] else { return false }
    let join = commits[index]
    let invited = invitation(code.id, code.giver)?.member ?? ""
    let joining = role(of: invited, join.context, verdicts.count, verdicts) ?? .reader
    return withdrawing.contains { place in
      let commit = commits[place]
      guard verdicts.indices.contains(place), verdicts[place].held == nil,
        !commit.context.covers(join.dot), commit.dot != join.dot,
        !byBystanders || isBystander(commit.context.replica, code)
      else { return false }
      return join.context.covers(commit.dot) || commit.dot.replica == code.giver.replica
        || verdicts[place].role.map { $0.outranks(joining) } ?? false
    }
  }

  /// What an invitation says.
  func invitation(
    _ id: String, _ giver: LocalDot
  ) -> (key: PublicKey?, member: String, expiresMillis: Int64?)? {
    guard let place = place(of: giver) else { return nil }
    for case .invitation(id, let key, let member, let expires) in commits[place].acts {
      return (key, member, expires)
    }
    return nil
  }

  /// So many commits that invite under one id are tried for a join.
  static let triedCount = 8

  /// The commits by which someone may be invited who had seen this much, the first that is tried
  /// first.
  ///
  /// Anybody can write down another's id with keys without end. Those of the replica that made
  /// the id go first, so that nobody gets before them.
  private func givers(of id: String, seenBy context: CausalContext) -> [LocalDot] {
    let seen = (inviting[id] ?? []).map { commits[$0] }.filter {
      context.covers($0.dot) && !isElsewhere($0.context.replica)
    }
    let sorted = seen.map { commit in
      let device = deviceID(of: commit.context.replica) ?? commit.replica
      return (rank: id.hasSuffix(device.text) ? 0 : 1, commit: commit)
    }.sorted {
      ($0.rank, $0.commit.replica, $0.commit.dot.number)
        < ($1.rank, $1.commit.replica, $1.commit.dot.number)
    }
    return sorted.prefix(Self.triedCount).map(\.commit.dot)
  }

  /// How a replica shows that it belongs to the workspace; judged once, when its first commit
  /// comes.
  func entry(_ header: CommitHeader, _ context: CausalContext) -> ControlCommit.Entry {
    guard header.dot.number == 1, let key = header.key, let founding = self.header else {
      return .none
    }
    let workspace = elsewhere[header.dot.replica]
    // Whoever began in another workspace shows nothing of this one but for whom they go on.
    if workspace == nil, key == founding.founder { return .founder }
    switch header.credential {
    case .succession(let succession):
      // A replica that forked from the root on has several first commits; its own goes first.
      let firsts = commits.filter { commit in
        commit.key != nil && context.covers(commit.dot)
          && elsewhere[commit.replica] == workspace
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
    case .joining where workspace != nil: return .unproven
    case .joining(let joining):
      if joining.invitation == Joining.recoveryID {
        return joining.isProven(by: founding.recovery, for: key, in: founding.workspace)
          ? .recovery : .unproven
      }
      let giver = givers(of: joining.invitation, seenBy: context).first { giver in
        invitation(joining.invitation, giver)?.key.map {
          joining.isProven(by: $0, for: key, in: founding.workspace)
        } ?? false
      }
      return giver.map { .invited(joining.invitation, by: $0) } ?? .unproven
    case nil: return .unproven
    }
  }
}

extension ControlCommit {
  func invites(_ id: String) -> Bool {
    acts.contains { if case .invitation(id, _, _, _) = $0 { true } else { false } }
  }
}
