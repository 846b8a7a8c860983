public import Documents

/// A seal that someone entitled has set, and what has become of it (SPEC §8.5).
public struct SealStanding: Equatable, Sendable {
  /// The id of its record, by which it is voided.
  public let id: String
  /// Whom it shuts out.
  public let target: SealTarget
  /// The role to which it limits; nothing if it shuts out altogether.
  public let limit: Role?
  /// The commit that set it.
  public let dot: Dot
  /// The role in which it was set; who is higher can void it.
  public let role: Role
  /// The wall clock of the commit that set it, in milliseconds since 1970 UTC.
  public let stampMillis: Int64
  /// Whether someone higher has voided it.
  public let isVoid: Bool
  /// For each replica that it reaches the last commit that counts by it.
  public let ends: Frontier

  /// Whether a commit lies beyond where the seal lets its replica end.
  public func reaches(_ dot: Dot) -> Bool {
    ends.numbers[dot.replica].map { dot.number > $0 } ?? false
  }
}

extension State {
  /// All seals that were set by people entitled to, in the order in which they came.
  public var seals: [SealStanding] {
    let table = replicaTable
    let authority = admission.authority
    return authority.setSeals.map { seal, isVoid in
      let reached = table.entries.indices.map { UInt32($0) }.filter {
        authority.reaches(seal, $0)
      }
      let ends = reached.map { (table[$0].id, seal.context.seen($0)) }
      return SealStanding(
        id: seal.id, target: seal.target, limit: seal.limit,
        dot: Dot(table[seal.dot.replica].id, seal.dot.number), role: seal.role,
        stampMillis: table.stamp(of: seal.dot), isVoid: isVoid,
        ends: Frontier(Dictionary(ends) { first, _ in first }))
    }
  }
}

extension Authority {
  /// The seals of commits that count, and whether someone higher has voided them.
  fileprivate var setSeals: [(seal: ActiveSeal, isVoid: Bool)] {
    zip(commits, verdicts).flatMap { commit, verdict -> [(ActiveSeal, Bool)] in
      guard verdict.held == nil, let role = verdict.role else { return [] }
      return commit.acts.compactMap { act in
        guard case .seal(let id, let target, let limit) = act else { return nil }
        let seal = ActiveSeal(
          id: id, target: target, limit: limit, role: role, context: commit.context)
        return (seal, !seals.contains(seal))
      }
    }
  }
}
