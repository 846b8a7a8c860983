import Bytes
import Documents
import Sealing
import Support

/// The other side of a channel, written from SPEC §14 with nothing but the primitives: it can say
/// anything, also what no honest peer says.
struct HandPeer {
  enum Role { case initiator, responder }

  let role: Role
  let ephemeral = AgreementKey.generate()
  var label: String { role == .initiator ? "initiator" : "responder" }
  private(set) var transcript: [UInt8] = []
  private var sealing: SealingStream?
  private var opening: OpeningStream?
  private var secret: SecretBytes?

  init(_ role: Role) {
    self.role = role
  }

  var greeting: [UInt8] { Array("karto".utf8) + [1, 1] + ephemeral.publicKey.bytes }

  /// SPEC §14.2: what all know who hold a copy.
  static func sharedKey(_ header: Header) -> [UInt8] {
    var bytes = Array("karto network".utf8) + header.founder.bytes + header.recovery.bytes
    for shift in 0..<8 {
      bytes.append(UInt8(truncatingIfNeeded: header.createdMillis >> (8 * shift)))
    }
    return BLAKE2b.hash256(bytes.span).bytes
  }

  static func sharedKey(invitation: PublicKey) -> [UInt8] {
    BLAKE2b.hash256((Array("karto invited network".utf8) + invitation.bytes).span).bytes
  }

  /// Works out transcript and keys from the other side's greeting; gives this side's header.
  mutating func agree(_ other: [UInt8], sharedKey: [UInt8]) throws -> [UInt8] {
    let greetings = role == .initiator ? greeting + other : other + greeting
    transcript =
      BLAKE2b.hash256(
        (Array("karto transcript".utf8) + greetings).span, key: sharedKey.span
      ).bytes
    guard let point = Hash256(Array(other[7...]).span), let agreed = ephemeral.agree(with: point)
    else { throw SupportError("no agreement") }
    secret = agreed
    let stream = SealingStream(key: try streamKey(label))
    sealing = stream
    return stream.header
  }

  private func streamKey(_ label: String) throws -> SecretBytes {
    guard let secret else { throw SupportError("no agreement") }
    return BLAKE2b.secret256(
      (Array("karto \(label) key".utf8) + transcript).span, key: secret)
  }

  mutating func expect(header: [UInt8]) throws {
    let key = try streamKey(role == .initiator ? "responder" : "initiator")
    opening = OpeningStream(key: key, header: header.span)
  }

  func seal(_ message: [UInt8], _ tag: SecretStream.Tag = .message) -> [UInt8] {
    var sealed: [UInt8] = []
    sealing?.seal(message.span, tag, to: &sealed)
    return [UInt8(sealed.count & 0xFF), UInt8(sealed.count >> 8)] + sealed
  }

  /// Opens the frame at the start of some bytes.
  func open(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count > 2 else { return nil }
    let count = Int(bytes[0]) | Int(bytes[1]) << 8
    guard bytes.count >= 2 + count else { return nil }
    return opening?.open(Array(bytes[2..<(2 + count)]).span)?.message
  }

  func proof(
    _ device: SigningKey, as label: String? = nil, over other: [UInt8]? = nil,
    to peer: PublicKey? = nil, evidence: [UInt8] = []
  ) -> [UInt8] {
    let text = Array("karto \(label ?? self.label)".utf8)
    let message = text + (other ?? transcript) + (peer?.bytes ?? [])
    return [1, 0] + device.publicKey.bytes + device.sign(message.span) + evidence
  }

  func invitedProof(_ device: SigningKey, _ invitation: PublicKey, by signer: SigningKey)
    -> [UInt8]
  {
    let message = Array("karto invited".utf8) + transcript + device.publicKey.bytes
    var proof = self.proof(device)
    proof[1] = 1
    return proof + invitation.bytes + signer.sign(message.span)
  }
}
