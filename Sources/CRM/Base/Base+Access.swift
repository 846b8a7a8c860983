import Documents
public import Replication

/// What this machine may do with a base.
public enum Access: Equatable, Sendable {
  /// It writes as a device of a member.
  case full
  /// It has no key here: the base is a copy to be read only.
  case readOnly
  /// What it would write is held; for readers that is as it should be.
  case held(HeldReason)
}

extension Base {
  /// What this machine may do, by the commits that are here.
  ///
  /// A key that this copy does not know counts as full: an old copy may have been put back, and
  /// only a write shows whether the device can prove whose it is.
  public var access: Access {
    guard let own = try? workspace.ownReplica() else { return .readOnly }
    return state.device(own)?.held.map { .held($0) } ?? .full
  }

  /// Refuses early what would be refused when it is written.
  ///
  /// A reader is let through: there are changes, such as inviting a further device, that readers
  /// may make.
  ///
  /// - Throws: `DeviceError` without a usable key, `WorkspaceError.refused` for a device that is
  ///   not, or no longer, one of the base.
  public func demandAccess() throws {
    guard let own = try workspace.ownReplica() else {
      throw DeviceError.noKey(workspace: workspace.header.workspace.text)
    }
    if let reason = state.device(own)?.held, reason != .notEntitled {
      throw WorkspaceError.refused(reason)
    }
  }
}
