import Bytes
import Documents
public import Platform
public import Replication
public import Sealing

/// Lets in whom the membership in a base lets in (SPEC §8.5).
///
/// It looks at the state anew at every question, so a seal that comes in closes the door at once.
public struct MembershipPolicy: PeerPolicy {
  private let workspace: Workspace
  private let clock: WallClock

  /// Goes by the membership in an open base.
  public init(_ workspace: Workspace, clock: WallClock = .system) {
    self.workspace = workspace
    self.clock = clock
  }

  /// The keys of the invitations that can still be used.
  public var openInvitations: [PublicKey] { invitations.map(\.key) }

  private var invitations: [(id: String, key: PublicKey)] {
    let now = clock.nowMillis()
    var found: [(String, PublicKey)] = []
    workspace.state.forEach(type: "invitation") { record in
      let contents = record.contents()
      func text(_ field: String) -> String? {
        contents.registers.first { $0.name == field }?.writes.first.flatMap {
          JSONScanner.text(ofValue: $0.value.span)
        }
      }
      let isWithdrawn =
        contents.registers.first { $0.name == "withdrawn" }?.writes.first?.value
        == Array("true".utf8)
      let expires = text("expires").flatMap { Timestamp.parse(Array($0.utf8).span) }
      if contents.isAlive, !isWithdrawn, expires.map({ $0 >= now }) ?? true,
        !workspace.state.isUsed(invitation: contents.id),
        let key = text("key").flatMap({ PublicKey(base64URL: $0) })
      {
        found.append((contents.id, key))
      }
      return found.count < Limits.openInvitations
    }
    return found
  }

  /// Whether a device's next commit would count here, or would if its first commit were known.
  ///
  /// - Parameters:
  ///   - device: the device's public key.
  ///   - evidence: nothing, or the first commit line of the device's replica.
  /// - Returns: the verdict.
  public func verdict(onDevice device: PublicKey, evidence: [UInt8]) -> PeerVerdict {
    let replica = ReplicaID(key: device)
    if let standing = workspace.state.device(replica) {
      // What it wrote counts here; nobody has let it in.
      guard !standing.isAdopted else { return .unknown }
      switch standing.held {
      case nil, .notEntitled: return .admitted
      case .sealed: return .sealed
      case .stranger: return .unknown
      }
    }
    guard !evidence.isEmpty, let header = try? CommitHeader(line: evidence.span),
      header.key == device
    else { return device == workspace.header.founder ? .admitted : .unknown }
    switch header.credential {
    case .joining(let joining):
      let isProven = invitations.contains {
        $0.id == joining.invitation
          && joining.isProven(by: $0.key, for: device, in: workspace.header.workspace)
      }
      return isProven ? .admitted : .unknown
    case .succession(let succession):
      guard let older = workspace.state.replicas.first(where: { $0.id == succession.replica }),
        let key = older.key,
        key.verify(succession.signature.span, of: Succession.message(for: device).span)
      else { return .unknown }
      return verdict(onDevice: key, evidence: [])
    case nil: return .unknown
    }
  }

  /// A newcomer with an open invitation is let in.
  public func verdict(onInvited device: PublicKey, invitation: PublicKey) -> PeerVerdict {
    openInvitations.contains(invitation) ? .admitted : .unknown
  }
}

/// The policy of a newcomer, who dials and lets nobody in.
public struct NewcomerPolicy: PeerPolicy {
  /// Lets nobody in.
  public init() {}

  /// None.
  public var openInvitations: [PublicKey] { [] }

  /// A newcomer does not know whose device any key is.
  public func verdict(onDevice device: PublicKey, evidence: [UInt8]) -> PeerVerdict { .unknown }

  /// Nobody.
  public func verdict(onInvited device: PublicKey, invitation: PublicKey) -> PeerVerdict {
    .unknown
  }
}
