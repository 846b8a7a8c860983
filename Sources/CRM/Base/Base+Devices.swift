public import Documents
public import Replication

/// A device of the base with the names that people know it by.
public struct Device: Sendable {
  /// How it stands, by the commits that are here: what it wrote, when, and what it had seen.
  public let standing: DeviceStanding
  /// Its name.
  public let name: String
  /// The name of the member whose device it is.
  public let memberName: String
  /// Whether it is this one.
  public let isThis: Bool
  /// Its last commit that is here.
  public var last: Dot { Dot(standing.replica, standing.commitCount) }

  /// The wall clock of that commit, in milliseconds since 1970 UTC.
  public var lastMillis: Int64 { standing.lastMillis }

  /// Whether what it writes is held since it, or its member, was sealed.
  public var isSealed: Bool { standing.held == .sealed }

  /// Its name, or its replica's if it has none.
  public var title: String { name.isEmpty ? standing.replica.text : name }
}

extension Base {
  /// All devices of the base.
  public var devices: [Device] {
    let own = try? workspace.ownReplica()
    let all = state.devices
    return all.map { standing in
      Device(
        standing: standing, name: name(of: standing, among: all),
        memberName: members.first { $0.id == standing.member }?.name ?? "",
        isThis: standing.replica == own)
    }
  }

  /// The devices of the base, without those names under which one of them wrote before, without
  /// those of an adopted base, and without what the recovery key wrote: its devices write once.
  public var currentDevices: [Device] {
    let all = devices
    let former = Set(all.compactMap(\.standing.predecessor))
    return all.filter {
      !former.contains($0.standing.replica) && !$0.standing.isAdopted
        && ($0.isThis || $0.standing.role != .recovery)
    }
  }

  /// The devices of a member, as ``currentDevices``.
  public func devices(of member: Member) -> [Device] {
    currentDevices.filter { $0.standing.member == member.id }
  }

  /// What a device's own record calls it, or that of the one it goes on for.
  private func name(of device: DeviceStanding, among all: [DeviceStanding]) -> String {
    var device = device
    for _ in all {
      if let name = state.record(type: "device", id: device.replica.text)?.text("name", state) {
        return name
      }
      guard let older = all.first(where: { $0.replica == device.predecessor }) else { break }
      device = older
    }
    return ""
  }
}
