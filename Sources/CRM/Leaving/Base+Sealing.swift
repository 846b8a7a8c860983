public import Documents
public import Replication

extension Base {
  /// Whom a word on the command line means: a person or a machine.
  ///
  /// - Parameter text: a member's name or id, a device's name, its replica's name or the
  ///   beginning of that, or a part of a member's name that only one has.
  /// - Returns: whom.
  /// - Throws: `MembershipError.unknownSubject`, `ambiguousSubject`.
  public func sealSubject(named text: String) throws(MembershipError) -> SealSubject {
    let folded = TextFolding.fold(text)
    let devices = currentDevices
    let known = members.filter { state.role(ofMember: $0.id) != nil }
    var found: [SealSubject] =
      known.filter { TextFolding.fold($0.name) == folded || $0.id == text }.map { .member($0) }
      + devices.filter {
        TextFolding.fold($0.name) == folded || $0.standing.replica.text == text
      }.map { .device($0) }
    if found.isEmpty, text.utf8.count >= 4 {
      found = devices.filter { $0.standing.replica.text.hasPrefix(text) }.map { .device($0) }
    }
    if found.isEmpty {
      found = known.filter { TextFolding.fold($0.name).contains(folded) }.map { .member($0) }
    }
    // Of people who bear one name those who are here come before those who left.
    let active = found.filter { if case .member(let member) = $0 { member.isActive } else { true } }
    if active.count == 1 { return active[0] }
    guard let only = found.first else {
      throw .unknownSubject(text, names: known.map(\.name) + devices.map(\.title))
    }
    guard found.count == 1 else { throw .ambiguousSubject(text, names: found.map(name)) }
    return only
  }

  private func name(of subject: SealSubject) -> String {
    switch subject {
    case .member(let member): "\(member.name) (\(member.id))"
    case .device(let device):
      "\(device.title) (\(device.standing.replica.text), \(device.memberName))"
    }
  }

  /// Shuts out a person or a machine.
  ///
  /// - Parameters:
  ///   - subject: whom.
  ///   - isRehearsal: whether to stop before anything is written.
  ///   - recovery: the recovery key, and the member in whose name it acts; nil writes as this
  ///     device.
  /// - Returns: up to where they count.
  /// - Throws: as ``Batch/seal(_:leaving:)`` and `write`.
  public func seal(
    _ subject: SealSubject, isRehearsal: Bool = false, by recovery: Rescuer? = nil
  ) throws -> Sealed {
    try govern(purpose: "seal", isRehearsal: isRehearsal, by: recovery) { batch in
      try batch.seal(subject)
    }
  }

  /// Cancels seals, all or none.
  ///
  /// - Parameters:
  ///   - ids: the ids of their records.
  ///   - isRehearsal: whether to stop before anything is written.
  ///   - recovery: as for ``seal(_:isRehearsal:by:)``.
  /// - Throws: as ``Batch/void(sealID:)`` and `write`.
  public func void(
    seals ids: [String], isRehearsal: Bool = false, by recovery: Rescuer? = nil
  ) throws {
    try govern(purpose: "void", isRehearsal: isRehearsal, by: recovery) { batch in
      for id in ids { try batch.void(sealID: id) }
    }
  }

  /// Gives a member another role.
  ///
  /// - Parameters:
  ///   - member: the member.
  ///   - role: the new role.
  ///   - isRehearsal: whether to stop before anything is written.
  ///   - recovery: as for ``seal(_:isRehearsal:by:)``.
  /// - Throws: as ``Batch/setRole(of:to:)`` and `write`.
  public func setRole(
    of member: Member, to role: Role, isRehearsal: Bool = false, by recovery: Rescuer? = nil
  ) throws {
    try govern(purpose: "role", isRehearsal: isRehearsal, by: recovery) { batch in
      try batch.setRole(of: member, to: role)
    }
  }

  func govern<Result>(
    purpose: String, isRehearsal: Bool, by recovery: Rescuer?,
    _ edit: (inout Batch) throws -> Result
  ) throws -> Result {
    try write(
      purpose: purpose, isRehearsal: isRehearsal,
      by: recovery.map { .recovery($0.key) } ?? .device
    ) { batch in
      if let recovery { batch.introduceRescuer(as: recovery.member) }
      return try edit(&batch)
    }.result
  }

  /// The seals that reach a device and are not void, the lowest first.
  public func seals(on device: Device) -> [SealStanding] {
    let replica = device.standing.replica
    return state.seals.filter {
      !$0.isVoid && $0.limit == nil && $0.ends.numbers[replica] != nil
    }.sorted { $0.ends[replica] < $1.ends[replica] }
  }

  /// The name of the member who set a seal.
  public func author(of seal: SealStanding) -> String {
    devices.first { $0.standing.replica == seal.dot.replica }?.memberName ?? ""
  }
}

extension Base {
  /// How many held commits a seal reaches.
  public func heldCount(reachedBy seal: SealStanding) -> Int {
    sealedDots.count { seal.reaches($0) }
  }

  /// The held commits that would count again if these seals were not there.
  public func held(onlyBy seals: [SealStanding]) -> [Dot] {
    let dots = sealedDots.filter { dot in seals.contains { $0.reaches(dot) } }
    let others = state.seals.filter { seal in
      !seal.isVoid && seal.limit == nil && !seals.contains { $0.id == seal.id }
    }
    return dots.filter { dot in !others.contains { $0.reaches(dot) } }
  }

  /// Whom held commits would shut out once they count.
  ///
  /// - Throws: `DocumentError`, or what the system says.
  public func shutOut(by dots: [Dot]) throws -> [Member] {
    guard !dots.isEmpty else { return [] }
    let seals = try workspace.heldCommits(Set(dots)).flatMap(\.changes).map(\.edit).filter {
      $0.type == "seal" && $0.set["void"] == nil && $0.set["role"] == nil
    }
    let targets = seals.compactMap { seal -> String? in
      if let device = seal.set["device"].flatMap({ ReplicaID(StoredValue.content(of: $0)) }) {
        return memberID(ofReplica: device)
      }
      return seal.set["member"].map { StoredValue.content(of: $0) }
    }
    return members.filter { targets.contains($0.id) && !state.isShutOut(member: $0.id) }
  }

  private var sealedDots: [Dot] {
    state.held.filter { $0.reason == .sealed }.flatMap(\.dots)
  }
}
