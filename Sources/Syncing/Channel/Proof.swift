import Bytes
import Sealing

/// The first message of each side inside the stream: who it is, proven over the transcript
/// (SPEC §14.4).
struct Proof: Equatable {
  /// What it begins with, so that it is no message of a session.
  static let type: UInt8 = 1
  /// What a refusal begins with.
  static let refusalType: UInt8 = 2

  /// What a device is told that may not take part.
  static func refusal(_ verdict: PeerVerdict) -> [UInt8] {
    [refusalType, verdict == .sealed ? 1 : 2]
  }

  let device: PublicKey
  let signature: [UInt8]
  /// The invitation and its signature.
  var invitation: (key: PublicKey, signature: [UInt8])?
  var evidence: [UInt8] = []

  static func == (left: Proof, right: Proof) -> Bool { left.bytes == right.bytes }

  /// What a device signs.
  static func message(
    _ role: Channel.Role, transcript: Hash256, to peer: PublicKey?
  ) -> [UInt8] {
    let label = role == .initiator ? "karto initiator" : "karto responder"
    return Array(label.utf8) + transcript.bytes + (peer?.bytes ?? [])
  }

  /// What an invitation signs.
  static func invitationMessage(transcript: Hash256, device: PublicKey) -> [UInt8] {
    Array("karto invited".utf8) + transcript.bytes + device.bytes
  }

  /// The proof of this side.
  init(
    _ identity: ChannelIdentity, _ role: Channel.Role, transcript: Hash256, to peer: PublicKey?
  ) {
    device = identity.device.publicKey
    signature = identity.device.sign(
      Self.message(role, transcript: transcript, to: peer).span)
    if let key = identity.invitation {
      let message = Self.invitationMessage(transcript: transcript, device: device)
      invitation = (key.publicKey, key.sign(message.span))
    }
    evidence = identity.evidence
  }

  /// The whole message.
  var bytes: [UInt8] {
    var bytes: [UInt8] = [Self.type, invitation == nil ? 0 : 1]
    device.append(to: &bytes)
    bytes += signature
    if let invitation {
      invitation.key.append(to: &bytes)
      bytes += invitation.signature
    }
    return bytes + evidence
  }

  private static let memberBytes = 2 + PublicKey.byteCount + SigningKey.signatureBytes

  /// Reads the message of the other side; nothing if it is malformed.
  init?(_ bytes: Span<UInt8>) {
    guard bytes.count >= Self.memberBytes, bytes[0] == Self.type, bytes[1] <= 1,
      let device = PublicKey(bytes.extracting(2..<34))
    else { return nil }
    self.device = device
    signature = [UInt8](bytesOf: bytes.extracting(34..<98))
    var place = Self.memberBytes
    if bytes[1] == 1 {
      guard bytes.count >= place + 96,
        let key = PublicKey(bytes.extracting(place..<(place + 32)))
      else { return nil }
      invitation = (key, [UInt8](bytesOf: bytes.extracting((place + 32)..<(place + 96))))
      place += 96
    }
    guard bytes.count - place <= Limits.evidenceBytes else { return nil }
    evidence = [UInt8](bytesOf: bytes.extracting(place..<bytes.count))
  }

  /// Whether all signatures are those of the keys named, over this transcript.
  func isValid(_ role: Channel.Role, transcript: Hash256, to peer: PublicKey?) -> Bool {
    let message = Self.message(role, transcript: transcript, to: peer)
    guard device.verify(signature.span, of: message.span) else { return false }
    guard let invitation else { return true }
    let second = Self.invitationMessage(transcript: transcript, device: device)
    return invitation.key.verify(invitation.signature.span, of: second.span)
  }
}
