import Documents
import Platform
public import Replication

/// An invitation that was just made.
public struct Invited: Sendable {
  /// The code to pass on; it is kept nowhere.
  public let code: InvitationCode
  /// The id of the member who is invited.
  public let member: String
  /// Until when the code can be used, in milliseconds since 1970 UTC; nil is for ever.
  public let expiresMillis: Int64?
}

/// What is wrong with a change of members.
public enum MembershipError: Error, Equatable, Sendable {
  /// Nobody of that name is among the members; these are.
  case unknownMember(String, names: [String])
  /// Several members could be meant.
  case ambiguousMember(String, names: [String])
  /// No invitation that can still be used is for a member of that name.
  case noInvitation(String)
  /// No device of that name is in the base.
  case unknownDevice(String)
  /// Nobody, neither person nor machine, is called so; these are there.
  case unknownSubject(String, names: [String])
  /// Several people or machines could be meant.
  case ambiguousSubject(String, names: [String])
  /// Whoever writes does not stand above this member, who has this role.
  case notAbove(String, Role)
  /// This is the last owner; without one nobody could let owners in.
  case lastOwner(String)
  /// There is no such seal.
  case unknownSeal(String)
  /// The seal was voided already.
  case voidedAlready(String)
}

extension Base {
  /// Invites a person: a new one with a role; one who is a member with a further device; or one
  /// who left, who is then taken on again under the same record.
  ///
  /// - Parameters:
  ///   - name: the person's name.
  ///   - role: the role of a new member.
  ///   - expiresMillis: until when the code can be used, in milliseconds since 1970 UTC.
  ///   - isRehearsal: whether to stop before anything is written.
  /// - Returns: the code, and for whom it is.
  /// - Throws: as `write`.
  public func invite(
    name: String, role: Role, expiresMillis: Int64?, isRehearsal: Bool = false
  ) throws -> Invited {
    let folded = TextFolding.fold(name)
    let known = members.filter {
      TextFolding.fold($0.name) == folded && state.role(ofMember: $0.id) != nil
    }
    let present = known.first(where: \.isActive)
    return try invite(expiresMillis: expiresMillis, isRehearsal: isRehearsal) { batch in
      if let present { return present.id }
      if let former = known.last {
        var edit = RecordEdit(type: "member", id: former.id)
        edit.set["state"] = StoredValue.text("invited")
        edit.set["left_at"] = StoredValue.null
        // The role of old is nobody's to hand back who may not give it.
        if state.role(ofMember: former.id) != role {
          edit.set["role"] = StoredValue.text(role.name)
        }
        batch.put(edit)
        return former.id
      }
      var member = RecordEdit(type: "member", id: batch.newID())
      member.set["name"] = StoredValue.text(name)
      member.set["role"] = StoredValue.text(role.name)
      member.set["state"] = StoredValue.text("invited")
      batch.put(member)
      return member.id
    }
  }

  /// Invites a further device of whoever works here.
  ///
  /// - Parameters:
  ///   - expiresMillis: until when the code can be used, in milliseconds since 1970 UTC.
  ///   - isRehearsal: whether to stop before anything is written.
  /// - Returns: the code, and for whom it is.
  /// - Throws: as `write`.
  public func inviteDevice(expiresMillis: Int64?, isRehearsal: Bool = false) throws -> Invited {
    guard let me else { throw WorkspaceError.refused(.stranger) }
    return try invite(expiresMillis: expiresMillis, isRehearsal: isRehearsal) { _ in me.id }
  }

  private func invite(
    expiresMillis: Int64?, isRehearsal: Bool, _ member: (inout Batch) throws -> String
  ) throws -> Invited {
    let code = InvitationCode.generate()
    let id = try write(purpose: "invite", isRehearsal: isRehearsal) { batch in
      let member = try member(&batch)
      var invitation = RecordEdit(type: "invitation", id: batch.newID())
      invitation.set["key"] = StoredValue.text(code.publicText)
      invitation.set["for"] = StoredValue.text(member)
      if let expiresMillis {
        invitation.set["expires"] = StoredValue.text(Timestamp.text(expiresMillis))
      }
      batch.put(invitation)
      return member
    }.result
    return Invited(code: code, member: id, expiresMillis: expiresMillis)
  }

  /// Takes back the invitations of a member that nobody has used.
  ///
  /// - Parameters:
  ///   - name: the member's name.
  ///   - isRehearsal: whether to stop before anything is written.
  /// - Returns: how many there were.
  /// - Throws: `MembershipError`, or as `write`.
  public func withdrawInvitations(of name: String, isRehearsal: Bool = false) throws -> Int {
    let member = try member(named: name)
    let open = openInvitations.filter { $0.member == member.id }
    guard !open.isEmpty else { throw MembershipError.noInvitation(member.name) }
    _ = try write(purpose: "withdraw", isRehearsal: isRehearsal) { batch in
      for invitation in open {
        var edit = RecordEdit(type: "invitation", id: invitation.id)
        edit.set["withdrawn"] = StoredValue.bool(true)
        batch.put(edit)
      }
    }
    return open.count
  }

  /// The invitations that can still be used.
  public var openInvitations: [(id: String, member: String, expiresMillis: Int64?)] {
    let now = now.epochMillis
    return state.all("invitation").compactMap { record in
      let expires = expiry(of: record)
      guard record.isAlive, !isWithdrawn(record), expires.map({ $0 >= now }) ?? true,
        !state.isUsed(invitation: record.id)
      else { return nil }
      return (record.id, record.text("for", state) ?? "", expires)
    }
  }

  /// Makes this device one of the base.
  ///
  /// - Parameters:
  ///   - code: the invitation's code.
  ///   - deviceName: the device's name; nil asks the system.
  /// - Returns: the member whose device it is now.
  /// - Throws: `EnrolmentError`, or as `write`.
  public func join(_ code: InvitationCode, deviceName: String? = nil) throws -> Member? {
    let id = try workspace.enrol(code) { draft, member in
      var device = RecordEdit(type: "device", id: draft.replica.text)
      device.set["name"] = StoredValue.text(deviceName ?? Environment.hostName ?? "")
      device.set["member"] = StoredValue.text(member)
      draft.add(device)
      var record = RecordEdit(type: "member", id: member)
      record.set["state"] = StoredValue.text("active")
      draft.add(record)
    }
    return members.first { $0.id == id }
  }

  /// Tries a code without joining.
  ///
  /// - Parameter code: the invitation's code.
  /// - Returns: the member whose device this one would be.
  /// - Throws: `EnrolmentError`.
  public func rehearseJoin(_ code: InvitationCode) throws(EnrolmentError) -> Member? {
    if let own = try? workspace.ownReplica(), let standing = state.device(own),
      standing.held == nil
    {
      throw .alreadyIn
    }
    guard
      let record = state.invitation(code).flatMap({ state.record(type: "invitation", id: $0) })
    else { throw .unknownCode }
    if !record.isAlive || isWithdrawn(record) { throw .withdrawn }
    if let expires = expiry(of: record), expires < now.epochMillis { throw .expired(expires) }
    if state.isUsed(invitation: record.id) { throw .used }
    let member = record.text("for", state)
    return members.first { $0.id == member }
  }

  private func isWithdrawn(_ invitation: Record) -> Bool {
    // `true` and `null` are of one length.
    invitation.withValue(of: state.field("withdrawn")) { value in
      value.count == 4 && value[0] == UInt8(ascii: "t")
    } ?? false
  }

  private func expiry(of invitation: Record) -> Int64? {
    invitation.text("expires", state).flatMap { Timestamp.parse(Array($0.utf8).span) }
  }

  /// The member with a name, or with the only name that contains the text.
  ///
  /// - Parameter text: a name or a part of one.
  /// - Returns: the member.
  /// - Throws: `MembershipError`.
  public func member(named text: String) throws(MembershipError) -> Member {
    let folded = TextFolding.fold(text)
    // Those of an adopted base have no role here.
    let members = members.filter { state.role(ofMember: $0.id) != nil }
    let names = members.map(\.name)
    if let exact = members.first(where: { TextFolding.fold($0.name) == folded || $0.id == text }) {
      return exact
    }
    let found = members.filter { TextFolding.fold($0.name).contains(folded) }
    guard let only = found.first else { throw .unknownMember(text, names: names) }
    guard found.count == 1 else { throw .ambiguousMember(text, names: found.map(\.name)) }
    return only
  }
}
