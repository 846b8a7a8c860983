import Documents
import Platform
import Replication
public import Sealing

/// Someone who holds the recovery key, and in whose name they use it.
public struct Rescuer: Sendable {
  /// The key, from the paper.
  public let key: SigningKey
  /// The member.
  public let member: Member
}

extension Base {
  /// Reads a recovery key and finds whose name it is used in.
  ///
  /// - Parameters:
  ///   - seed: what ``recoverySeed(of:)`` read.
  ///   - name: the member; nil means the only owner.
  /// - Returns: who acts.
  /// - Throws: `EnrolmentError.wrongRecoveryKey`, or `MembershipError` if it is not clear who.
  public func rescuer(seed: [UInt8], as name: String? = nil) throws -> Rescuer {
    guard let key = SigningKey(seed: seed.span), key.publicKey == workspace.header.recovery else {
      throw EnrolmentError.wrongRecoveryKey
    }
    if let name { return Rescuer(key: key, member: try member(named: name)) }
    let owners = members.filter { state.role(ofMember: $0.id) == .owner }
    guard let owner = owners.first else {
      throw MembershipError.unknownMember("", names: members.map(\.name))
    }
    guard owners.count == 1 else {
      throw MembershipError.ambiguousMember("", names: owners.map(\.name))
    }
    return Rescuer(key: key, member: owner)
  }

  /// Makes this machine an owner's, by the recovery key: after the last of an owner's machines
  /// was lost, say.
  ///
  /// The recovery key writes one commit, which invites the machine, and is forgotten again; so
  /// the new machine is an owner's like any other, and can itself be shut out with the key.
  ///
  /// - Parameters:
  ///   - rescuer: the key, and whose machine this becomes.
  ///   - deviceName: the machine's name; nil asks the system.
  ///   - isRehearsal: whether to stop before anything is written.
  /// - Returns: the member whose machine it is now.
  /// - Throws: `EnrolmentError.alreadyIn`, or as `write`.
  public func recover(
    by rescuer: Rescuer, deviceName: String? = nil, isRehearsal: Bool = false
  ) throws -> Member? {
    if let own = try workspace.ownReplica(), let standing = state.device(own),
      standing.held == nil
    {
      throw EnrolmentError.alreadyIn
    }
    let code = InvitationCode.generate()
    _ = try govern(purpose: "recover", isRehearsal: isRehearsal, by: rescuer) { batch in
      var invitation = RecordEdit(type: "invitation", id: batch.newID())
      invitation.set["key"] = StoredValue.text(code.publicText)
      invitation.set["for"] = StoredValue.text(rescuer.member.id)
      batch.put(invitation)
      var member = RecordEdit(type: "member", id: rescuer.member.id)
      member.set["state"] = StoredValue.text("active")
      if batch.state.role(ofMember: rescuer.member.id) != .owner {
        member.set["role"] = StoredValue.text(Role.owner.name)
      }
      batch.put(member)
    }
    return isRehearsal ? rescuer.member : try join(code, deviceName: deviceName)
  }
}
