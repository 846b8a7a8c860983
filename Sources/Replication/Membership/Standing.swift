public import Documents

/// One device of the workspace, and how it stands.
public struct DeviceStanding: Equatable, Sendable {
  /// The replica that it writes.
  public let replica: ReplicaID
  /// The id of the record of the member whose device it is; empty if it is nobody's.
  public let member: String
  /// The role that its next commit would have.
  public let role: Role?
  /// Why its next commit would be held; nothing if it would count.
  public let held: HeldReason?
  /// Whether it is of another workspace, from which it was adopted.
  public let isAdopted: Bool
  /// The older replica of the same device that it goes on for.
  public let predecessor: ReplicaID?
  /// How many of its commits are here.
  public let commitCount: UInt32
  /// The wall clock of the last of them, in milliseconds since 1970 UTC.
  public let lastMillis: Int64
  /// For each replica up to which of its commits this one has said to have seen.
  public let seen: Frontier
}

extension State {
  /// All devices whose commits are here, in the order in which they were first met.
  public var devices: [DeviceStanding] {
    let table = replicaTable
    return table.entries.indices.compactMap { place in
      let entry = table.entries[place]
      guard entry.device == nil, entry.count > 0 else { return nil }
      return standing(of: entry, at: UInt32(place), in: table)
    }
  }

  /// How the device that writes a replica stands; nothing if none of its commits is here.
  public func device(_ replica: ReplicaID) -> DeviceStanding? {
    let table = replicaTable
    guard let place = table.existingPlace(of: replica), table[place].count > 0 else { return nil }
    return standing(of: table[place], at: place, in: table)
  }

  /// The role of a member by all that is known here; nothing if nobody gave one.
  public func role(ofMember id: String) -> Role? {
    let context = CausalContext(
      replica: UInt32(replicaTable.entries.count), number: 1,
      seen: replicaTable.entries.map(\.count))
    return admission.authority.role(ofMember: id, knownTo: context)
  }

  private func standing(
    of entry: ReplicaEntry, at place: UInt32, in table: ReplicaTable
  ) -> DeviceStanding {
    func judge(_ number: UInt32) -> Authority.Verdict {
      admission.authority.verdict(
        of: CausalContext(replica: place, number: number, seen: table.entries.map(\.count)))
    }
    // In the tolerant view a count may be any number that a commit gives.
    let verdict = judge(entry.count < .max ? entry.count + 1 : entry.count)
    let adopted = verdict.held == .stranger ? judge(entry.count) : verdict
    var seen: [ReplicaID: UInt32] = [entry.id: entry.count]
    for (place, number) in entry.seen.enumerated() where number > 0 {
      seen[table.entries[place].id] = number
    }
    return DeviceStanding(
      replica: entry.id, member: verdict.member ?? adopted.member ?? "", role: verdict.role,
      held: verdict.held, isAdopted: adopted.isAdopted, predecessor: entry.predecessor,
      commitCount: entry.count,
      lastMillis: entry.stamps.last ?? 0, seen: Frontier(seen))
  }
}

extension Authority {
  /// The role of a member as a commit that saw this would know it.
  func role(ofMember id: String, knownTo context: CausalContext) -> Role? {
    role(of: id, context, commits.count, verdicts)
  }
}
