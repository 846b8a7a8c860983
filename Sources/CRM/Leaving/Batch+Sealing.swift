import Documents
public import Replication

/// Whom someone wants to shut out.
public enum SealSubject: Sendable {
  /// A person, with every device of theirs, present and future.
  case member(Member)
  /// One machine, and whatever goes on for it.
  case device(Device)
}

/// What was shut out, up to where.
public struct Sealed: Sendable {
  /// The id of the seal's record.
  public let id: String
  /// Who, or whose device.
  public let member: Member?
  /// Whether all devices of the member are meant.
  public let isWhole: Bool
  /// Whether all that is meant was shut out before; a member is by a seal on themselves only, since
  /// they may have devices that nobody here knows of.
  public let wasShutOut: Bool
  /// The devices; what each has written up to ``Device/last`` counts, and all beyond it is held.
  public let devices: [Device]
  /// How many invitations were taken back with it: those for the member, and those that the
  /// member has handed out and nobody has used.
  public let withdrawnCount: Int
}

extension Batch {
  /// Shuts out a person or a machine, from this batch on and everywhere (SPEC §8.5).
  ///
  /// What counts of theirs is exactly what this copy holds now; whatever else they wrote or will
  /// write is held on every copy. The batch may hold any other edits.
  ///
  /// - Parameters:
  ///   - subject: whom.
  ///   - leaving: what else to note in the record of a member who is shut out; it is edited here,
  ///     so that the batch need not do it again.
  /// - Returns: up to where they count.
  /// - Throws: `MembershipError.notAbove`, `MembershipError.lastOwner`.
  public mutating func seal(
    _ subject: SealSubject, leaving: (inout RecordEdit) -> Void = { _ in }
  ) throws(MembershipError) -> Sealed {
    switch subject {
    case .device(let device):
      let member = base.members.first { $0.id == device.standing.member }
      if let member { try demandRank(over: member) }
      var seal = RecordEdit(type: "seal", id: newID())
      seal.set["device"] = StoredValue.text(device.standing.replica.text)
      put(seal)
      return Sealed(
        id: seal.id, member: member, isWhole: false, wasShutOut: device.isSealed,
        devices: [device], withdrawnCount: 0)
    case .member(let member):
      try demandRank(over: member)
      try demandAnotherOwner(than: member)
      let devices = base.devices(of: member)
      var seal = RecordEdit(type: "seal", id: newID())
      seal.set["member"] = StoredValue.text(member.id)
      put(seal)
      var edit = RecordEdit(type: "member", id: member.id)
      edit.set["state"] = StoredValue.text("left")
      edit.set["left_at"] = StoredValue.text(base.today.description)
      leaving(&edit)
      put(edit)
      return Sealed(
        id: seal.id, member: member, isWhole: true,
        wasShutOut: state.isShutOut(member: member.id), devices: devices,
        withdrawnCount: withdrawInvitations(of: member))
    }
  }

  /// Takes back the codes that a leaver may still carry: those for them, and those that they
  /// handed out.
  ///
  /// Which those are goes by the commits that count, since the records of invitations, and their
  /// ids, are what a leaver wrote.
  private mutating func withdrawInvitations(of member: Member) -> Int {
    let open = state.invitations(ofLeaver: member.id, openTo: authorRole ?? .admin)
    for id in open {
      var edit = RecordEdit(type: "invitation", id: id)
      edit.set["withdrawn"] = StoredValue.bool(true)
      put(edit)
    }
    return open.count
  }

  /// Cancels a seal: what it held counts again, as if it had never been set.
  ///
  /// - Parameter id: the id of the seal's record.
  /// - Returns: the seal.
  /// - Throws: `MembershipError.unknownSeal`, `voidedAlready`, or `notAbove`: only who stands
  ///   above the role in which it was set can void it.
  @discardableResult
  public mutating func void(sealID id: String) throws(MembershipError) -> SealStanding {
    let seals = state.seals.filter { $0.id == id }
    guard let seal = seals.first(where: { !$0.isVoid }) else {
      throw seals.isEmpty ? .unknownSeal(id) : .voidedAlready(id)
    }
    guard authorRole.map({ $0.outranks(seal.role) }) ?? false else {
      throw .notAbove(base.author(of: seal), seal.role)
    }
    var edit = RecordEdit(type: "seal", id: id)
    edit.set["void"] = StoredValue.bool(true)
    put(edit)
    if seal.limit == nil, case .member(let member) = seal.target {
      var edit = RecordEdit(type: "member", id: member)
      edit.set["state"] = StoredValue.text("active")
      edit.set["left_at"] = StoredValue.null
      put(edit)
    }
    return seal
  }

  /// Gives a member another role.
  ///
  /// A lower one also limits what the member's devices write without knowing of it.
  ///
  /// - Parameters:
  ///   - member: the member.
  ///   - role: the new role.
  /// - Throws: `MembershipError.notAbove`, `MembershipError.lastOwner`.
  public mutating func setRole(of member: Member, to role: Role) throws(MembershipError) {
    try demandRank(over: member)
    guard authorRole.map({ $0.admits(role) }) ?? false else { throw .notAbove(member.name, role) }
    let present = state.role(ofMember: member.id)
    if role != .owner { try demandAnotherOwner(than: member) }
    var edit = RecordEdit(type: "member", id: member.id)
    edit.set["role"] = StoredValue.text(role.name)
    put(edit)
    if let present, present.outranks(role) {
      var seal = RecordEdit(type: "seal", id: newID())
      seal.set["member"] = StoredValue.text(member.id)
      seal.set["role"] = StoredValue.text(role.name)
      put(seal)
    }
  }

  /// Says who writes as the recovery key's device: its first commit must name a member (SPEC §8.5).
  public mutating func introduceRescuer(as member: Member) {
    var device = RecordEdit(type: "device", id: draft.replica.text)
    device.set["member"] = StoredValue.text(member.id)
    put(device)
  }

  private func demandRank(over member: Member) throws(MembershipError) {
    guard let role = state.role(ofMember: member.id) else {
      guard authorRole?.outranks(.manager) ?? false else { throw .notAbove(member.name, .reader) }
      return
    }
    guard let authorRole, authorRole.outranks(.manager), authorRole.outranks(role) else {
      throw .notAbove(member.name, role)
    }
  }

  /// Makes sure that an owner remains, whatever key is used to remove this one.
  private func demandAnotherOwner(than member: Member) throws(MembershipError) {
    guard state.role(ofMember: member.id) == .owner else { return }
    let isLast = !base.people.contains {
      $0.member.id != member.id && $0.standing == .active && !$0.devices.isEmpty
        && state.role(ofMember: $0.member.id) == .owner
    }
    if isLast { throw .lastOwner(member.name) }
  }
}
