import Documents

// Who of those who used one code comes in by it (SPEC ).
//
// A code that was spent is still known to whoever had it, and a stamp is only a claim. So what
// the machine that invited has seen goes before stamps. Nobody else is asked: whom others have
// let in may itself hang on who used another code.
extension Authority {
  /// An invitation of one commit.
  struct Code: Hashable, Sendable {
    let id: String
    let giver: LocalDot
  }

  /// What speaks for one who used a code; the least comes in.
  private struct Claim: Comparable {
    /// Whether a seal reaches the join.
    let isSealed: Bool
    /// The number with which the inviting replica saw it first.
    let met: UInt32
    let stampMillis: Int64
    let replica: ReplicaID

    static func < (first: Claim, second: Claim) -> Bool {
      if first.isSealed != second.isSealed { return second.isSealed }
      return (first.met, first.stampMillis, first.replica)
        < (second.met, second.stampMillis, second.replica)
    }
  }

  /// Whether several keys came in by the code that a commit came in by.
  func isContested(_ index: Int) -> Bool {
    guard case .invited(let id, let giver) = commits[index].entry else { return false }
    let all = users[Code(id: id, giver: giver)] ?? []
    return all.contains { commits[$0].key != commits[index].key }
  }

  /// Of all codes that several used, those who used them first.
  ///
  /// - Parameters:
  ///   - verdicts: what was decided about all control commits.
  ///   - seals: the seals in force.
  /// - Returns: the joins that stand before all their rivals.
  func firstToUse(_ verdicts: [Verdict], _ seals: [ActiveSeal]) -> Set<Int> {
    var first: Set<Int> = []
    for (code, joins) in users where joins.count > 1 {
      let claims = joins.filter { index in
        !isExpired(commits[index], code)
          && !isWithdrawn(index, code, verdicts, byBystanders: true)
      }
      .map { (index: $0, claim: claim(commits[$0], code, verdicts, seals)) }
      guard let least = claims.min(by: { $0.claim < $1.claim }) else { continue }
      let key = commits[least.index].key
      let rival = claims.filter { commits[$0.index].key != key }.map(\.claim).min()
      // A machine that wrote two histories from the first commit on is no rival of itself.
      for (index, claim) in claims
      where commits[index].key == key && rival.map({ claim < $0 }) ?? true {
        first.insert(index)
      }
    }
    return first
  }

  private func claim(
    _ join: ControlCommit, _ code: Code, _ verdicts: [Verdict], _ seals: [ActiveSeal]
  ) -> Claim {
    func isSealed(_ context: CausalContext) -> Bool {
      standing(of: context, before: verdicts.count, verdicts, seals).held == .sealed
    }
    // What the inviting machine wrote when it was shut out says nothing.
    let meeting = met[join.dot.replica].flatMap { meeting in
      meeting.replica == code.giver.replica && !isSealed(meeting) ? meeting : nil
    }
    return Claim(
      isSealed: isSealed(join.context), met: meeting?.number ?? .max,
      stampMillis: join.stampMillis, replica: join.replica)
  }

  /// Whether a replica is let in, or not, whoever comes in by an invitation: neither it nor one
  /// that invited it, or invited that one, and so on, came by it.
  func isBystander(_ place: UInt32, _ code: Code) -> Bool {
    var place = place
    for _ in 0...commits.count {
      guard let root = root(of: place), case .invited(let other, let inviting) = commits[root].entry
      else { return true }
      if Code(id: other, giver: inviting) == code { return false }
      place = inviting.replica
    }
    return true
  }
}
