import Documents

// Who of those who used one code comes in by it (SPEC ).
//
// A code that was spent is still known to whoever had it, and a stamp is only a claim. So what
// others have seen goes before stamps: of the machine that invited, then of bystanders, who are
// let in whoever of the rivals is.
extension Authority {
  /// What speaks for one who used a code; the least comes in.
  private struct Claim: Comparable {
    /// Whether a seal reaches the join.
    var isSealed = false
    /// The number with which the inviting replica saw it first.
    var met = UInt32.max
    /// The role of the highest witness; lower than any if there is none.
    var witness = UInt8.max
    /// The stamp of that one, the least of several.
    var witnessMillis = Int64.max
    let stampMillis: Int64
    let replica: ReplicaID

    static func < (first: Claim, second: Claim) -> Bool {
      if first.isSealed != second.isSealed { return second.isSealed }
      return (first.met, first.witness, first.witnessMillis, first.stampMillis, first.replica)
        < (second.met, second.witness, second.witnessMillis, second.stampMillis, second.replica)
    }
  }

  /// Whether, of those who used a code, this one comes in.
  ///
  /// - Parameters:
  ///   - index: the join.
  ///   - id: the invitation's id.
  ///   - giver: the commit that invited.
  ///   - former: what was decided about all control commits in the round before; empty in the
  ///     first.
  ///   - seals: the seals in force.
  /// - Returns: whether it stands before all its rivals.
  func isFirstToUse(
    _ index: Int, _ id: String, _ giver: LocalDot, former: [Verdict], _ seals: [ActiveSeal]
  ) -> Bool {
    let own = commits[index]
    let rivals = commits.indices.filter { place in
      let other = commits[place]
      guard other.dot != own.dot, other.key != own.key, case .invited(id, by: giver) = other.entry
      else { return false }
      return !isExpired(other, id, giver) && !isTakenBack(other, id, giver, former: former)
    }
    guard !rivals.isEmpty else { return true }
    let claim = claim(own, id, giver, former: former, seals)
    return rivals.allSatisfy {
      claim < self.claim(commits[$0], id, giver, former: former, seals)
    }
  }

  private func claim(
    _ join: ControlCommit, _ id: String, _ giver: LocalDot, former: [Verdict],
    _ seals: [ActiveSeal]
  ) -> Claim {
    func isSealed(_ context: CausalContext) -> Bool {
      standing(of: context, before: former.count, former, seals).held == .sealed
    }
    var claim = Claim(stampMillis: join.stampMillis, replica: join.replica)
    claim.isSealed = isSealed(join.context)
    // What the inviting machine wrote when it was shut out says nothing.
    if let meeting = met[join.dot.replica], meeting.replica == giver.replica, !isSealed(meeting) {
      claim.met = meeting.number
    }
    for (commit, verdict) in zip(commits, former) {
      guard let role = testimony(commit, verdict, on: join, id, giver) else { continue }
      if (role.rawValue, commit.stampMillis) < (claim.witness, claim.witnessMillis) {
        (claim.witness, claim.witnessMillis) = (role.rawValue, commit.stampMillis)
      }
    }
    return claim
  }

  /// The role of a witness of a join; nothing if the commit is none.
  private func testimony(
    _ commit: ControlCommit, _ verdict: Verdict, on join: ControlCommit, _ id: String,
    _ giver: LocalDot
  ) -> Role? {
    guard commit.context.covers(join.dot), verdict.held == nil || verdict.held == .notEntitled,
      let role = verdict.role, verdict.member != invitation(id, giver)?.member,
      isBystander(commit.context.replica, id, giver)
    else { return nil }
    return role
  }

  /// Whether a bystander withdrew the invitation so that a join by it does not hold.
  private func isTakenBack(
    _ join: ControlCommit, _ id: String, _ giver: LocalDot, former: [Verdict]
  ) -> Bool {
    let invited = invitation(id, giver)?.member ?? ""
    let joining = role(of: invited, join.context, former.count, former) ?? .reader
    return zip(commits, former).contains { commit, verdict in
      guard verdict.held == nil, commit.acts.contains(.withdrawal(id)),
        !commit.context.covers(join.dot), isBystander(commit.context.replica, id, giver)
      else { return false }
      return join.context.covers(commit.dot) || commit.dot.replica == giver.replica
        || verdict.role.map { $0.outranks(joining) } ?? false
    }
  }

  /// Whether a replica is let in, or not, whoever comes in by an invitation: neither it nor one
  /// that invited it, or invited that one, and so on, came by it.
  private func isBystander(_ place: UInt32, _ id: String, _ giver: LocalDot) -> Bool {
    var place = place
    for _ in 0...commits.count {
      guard let root = root(of: place), case .invited(let other, let inviting) = commits[root].entry
      else { return true }
      if other == id, inviting == giver { return false }
      place = inviting.replica
    }
    return true
  }

  /// Whether a control commit that has just been judged may change who comes in by some code.
  func bearsOnClaims(_ commit: ControlCommit, _ verdict: Verdict) -> Bool {
    commits.contains { join in
      guard case .invited(let id, let giver) = join.entry, commit.context.covers(join.dot),
        commits.contains(where: {
          $0.entry == join.entry && $0.dot != join.dot && $0.key != join.key
        })
      else { return false }
      return testimony(commit, verdict, on: join, id, giver) != nil
    }
  }
}
