import Documents
import Replication

/// A member with all that tells how they stand.
public struct Person: Sendable {
  /// How a member stands.
  public enum Standing: Equatable, Sendable {
    /// Works with the base.
    case active
    /// Has an invitation that can still be used, until the moment in milliseconds since 1970 UTC;
    /// nil is for ever.
    case invited(untilMillis: Int64?)
    /// Was invited, has no device, and no invitation that could still be used.
    case lapsed
    /// Works here no more: left, or all devices are shut out.
    case left
  }

  /// Who it is.
  public let member: Member
  /// How they stand.
  public let standing: Standing
  /// Their devices.
  public let devices: [Device]
  /// Whether it is whoever works on this device.
  public let isMe: Bool

  /// The wall clock of the last commit from one of their devices, in milliseconds since 1970 UTC.
  public var lastMillis: Int64? { devices.map(\.standing.lastMillis).max() }
}

extension Base {
  /// All members, in the order in which they came.
  public var people: [Person] {
    let devices = currentDevices
    let open = openInvitations
    let me = me?.id
    let states = Dictionary(
      state.all("member").map { ($0.id, $0.text("state", state) ?? "active") }
    ) { first, _ in first }
    // Those of an adopted base have no role here: they are names and not people of this one.
    return members.filter { state.role(ofMember: $0.id) != nil }.map { member in
      let own = devices.filter { $0.standing.member == member.id }
      let invitation = open.last { $0.member == member.id }
      let standing: Person.Standing =
        if states[member.id] == "left" {
          .left
        } else if own.contains(where: { $0.standing.held != .sealed }) {
          .active
        } else if let invitation {
          .invited(untilMillis: invitation.expiresMillis)
        } else if own.isEmpty {
          // Members that a table brought have neither device nor invitation, and work all the same.
          states[member.id] == "invited" ? .lapsed : .active
        } else {
          .left
        }
      return Person(member: member, standing: standing, devices: own, isMe: member.id == me)
    }
  }
}
