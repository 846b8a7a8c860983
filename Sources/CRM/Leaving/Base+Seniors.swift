import Documents
public import Replication

extension Base {
  /// The seal that shuts this machine out; nothing if none does.
  public var ownSeal: SealStanding? {
    guard access == .held(.sealed), let device = devices.first(where: \.isThis) else { return nil }
    return seals(on: device).first
  }

  /// How many seals that shut this machine out the base tells of, void ones included.
  public var ownSealCount: Int {
    guard let own = try? workspace.ownReplica() else { return 0 }
    return state.seals.count { $0.limit == nil && $0.ends.numbers[own] != nil }
  }

  /// Whether whoever works on this machine may shut a member out.
  public func maySeal(memberID id: String) -> Bool {
    guard access == .full, let own = try? workspace.ownReplica(),
      let role = state.device(own)?.role, role.outranks(.manager)
    else { return false }
    return state.role(ofMember: id).map { role.outranks($0) } ?? true
  }

  /// Whether a seal on a member's machines was set by an owner, so that only the recovery key voids
  /// it.
  public func needsRecoveryToVoid(sealsOn member: Member) -> Bool {
    let replicas = devices(of: member).map(\.standing.replica)
    return state.seals.contains { seal in
      !seal.isVoid && seal.limit == nil && seal.role <= .owner
        && (seal.target == .member(member.id)
          || replicas.contains { seal.ends.numbers[$0] != nil })
    }
  }

  /// Who may shut a member out, or let them in again: owners and admins who work here and stand
  /// above them.
  ///
  /// - Parameter id: the id of the member's record; nobody's if it is of nobody here.
  /// - Returns: their names, owners first.
  public func seniors(aboveMemberID id: String) -> [String] {
    let role = state.role(ofMember: id) ?? .reader
    let found = people.compactMap { person -> (role: Role, name: String)? in
      guard person.standing == .active, !person.isMe, person.member.id != id,
        let own = state.role(ofMember: person.member.id), own.outranks(.manager),
        own.outranks(role)
      else { return nil }
      return (own, person.member.name)
    }
    return found.enumerated().sorted { ($0.1.role, $0.0) < ($1.1.role, $1.0) }.map(\.element.name)
  }

  /// Since when and to whom a member's work is handed over for a time; nothing if they are here.
  public func absence(ofMemberID id: String) -> Absence? {
    let today = today
    let open = state.living("handover").compactMap {
      record -> (until: CivilDate, to: [String], instead: String?)? in
      guard record.text("member", state) == id,
        let until = record.text("until", state).flatMap(CivilDate.init(stored:)), until >= today,
        !isReturned(record, in: state)
      else { return nil }
      return (until, record.elements(of: state.field("to")), record.text("instead", state))
    }
    guard let last = open.map(\.until).max() else { return nil }
    // Who stood in may have handed that on, or have left.
    let current = open.filter { $0.until == last }
    let standIns = Set(current.flatMap(\.to)).subtracting(current.compactMap(\.instead))
    let names = standIns.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.compactMap { id in
      members.first { $0.id == id }.flatMap { $0.isActive ? $0.name : nil }
    }
    return Absence(until: last, standIns: names)
  }
}

/// An absence for which others stand in.
public struct Absence: Sendable, Equatable {
  /// Its last day.
  public let until: CivilDate
  /// The names of those who stand in.
  public let standIns: [String]
}
