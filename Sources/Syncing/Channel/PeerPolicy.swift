public import Documents
public import Sealing

/// Whether a device may take part.
public enum PeerVerdict: Equatable, Sendable {
  /// It belongs to a member and is not sealed.
  case admitted
  /// It belonged to a member and was sealed.
  case sealed
  /// Nothing is known of it.
  case unknown
}

/// Who is let in: the questions that a channel asks of whoever knows the membership.
public protocol PeerPolicy {
  /// The public halves of the invitations that are open, at most `Limits.openInvitations`.
  var openInvitations: [PublicKey] { get }

  /// Whether a device may take part that has proven its key.
  ///
  /// - Parameters:
  ///   - device: its public key.
  ///   - evidence: what it shows for its membership, if its own document knows more of that than
  ///     this one may: any bytes, to be verified.
  /// - Returns: the verdict.
  func verdict(onDevice device: PublicKey, evidence: [UInt8]) -> PeerVerdict

  /// Whether a new device may take a copy, which has proven its key and the secret half of an
  /// open invitation.
  ///
  /// - Parameters:
  ///   - device: the new device's public key.
  ///   - invitation: the invitation's public key.
  /// - Returns: the verdict.
  func verdict(onInvited device: PublicKey, invitation: PublicKey) -> PeerVerdict
}

/// Who this side is, in a channel.
public struct ChannelIdentity: Sendable {
  /// What the other side must know too.
  public let sharedKey: SharedKey

  /// This device's key.
  public let device: SigningKey

  /// The invitation's key, whose secret half is the code, if this side joins with one.
  public let invitation: SigningKey?

  /// What this device shows for its membership, to a peer that may not know of it yet.
  public let evidence: [UInt8]

  /// A device of a member.
  ///
  /// - Parameters:
  ///   - header: the header of the document.
  ///   - device: the device's key.
  ///   - evidence: what it shows for its membership, at most `Limits.evidenceBytes`.
  public init(member header: Header, device: SigningKey, evidence: [UInt8] = []) {
    sharedKey = SharedKey(workspace: header)
    self.device = device
    invitation = nil
    self.evidence = evidence
  }

  /// A new device that was invited and holds no copy yet.
  ///
  /// - Parameters:
  ///   - invitation: the key that the code stands for.
  ///   - device: the new device's key.
  public init(invited invitation: SigningKey, device: SigningKey) {
    sharedKey = SharedKey(invitation: invitation.publicKey)
    self.device = device
    self.invitation = invitation
    evidence = []
  }
}

/// Who the other side of an open channel is.
public struct ChannelPeer: Equatable, Sendable {
  /// Its device's public key, proven.
  public let device: PublicKey

  /// The invitation with which it came, proven; nothing for a member.
  public let invitation: PublicKey?

  /// The replica that the device writes.
  public var replica: ReplicaID { ReplicaID(key: device) }
}

/// Why a channel was not opened, or broke.
public enum ChannelError: Error, Equatable, Sendable {
  /// The other side does not speak this protocol.
  case notKartoteka
  /// The other side speaks only versions of the channel that this one does not.
  case version(least: UInt8, greatest: UInt8)
  /// The other side's greeting is such that everybody would know the keys.
  case weakGreeting
  /// The other side does not know what both must know: it holds another base, or it is a stranger.
  case stranger
  /// A message was altered, repeated, left out or moved on its way.
  case altered
  /// A message is longer than its place allows; its length in bytes.
  case tooLong(byteCount: Int)
  /// A proof is malformed, or a signature in it is wrong.
  case badProof
  /// The other side's device was not let in by this side.
  case notAdmitted(PublicKey, PeerVerdict)
  /// The other side did not let this device in, and says why.
  case refused(PeerVerdict)
  /// Something came after the message that was the last.
  case afterEnd

  /// Whether the other side is told; a stranger is not.
  var isAnswered: Bool {
    if case .notAdmitted = self { return true }
    return false
  }
}
