import Bytes
public import Sealing

/// What a replica's first commit says to show whose device writes it (SPEC §7.4, §7.5).
///
/// The founding device needs none: its key stands in the header.
public enum Credential: Hashable, Sendable {
  /// The device goes on for an older replica of its own.
  case succession(Succession)

  /// The device was let in by an invitation, or by the recovery key.
  case joining(Joining)

  /// The older replica that is gone on for, if any.
  public var predecessor: ReplicaID? {
    guard case .succession(let succession) = self else { return nil }
    return succession.replica
  }
}

/// A new replica's proof that it goes on for an older one of the same device (SPEC §7.4).
public struct Succession: Hashable, Sendable {
  /// The replica that is succeeded.
  public let replica: ReplicaID

  /// The older device key's signature over the new public key; 64 bytes.
  public let signature: [UInt8]

  /// Says that `replica` is succeeded, with its key's signature.
  public init(replica: ReplicaID, signature: [UInt8]) {
    self.replica = replica
    self.signature = signature
  }

  /// What the older key signs.
  public static func message(for key: PublicKey) -> [UInt8] {
    Array("karto successor".utf8) + key.bytes
  }
}

/// A new device's proof that it was invited: the invitation's key has signed the device's
/// (SPEC §7.5).
public struct Joining: Hashable, Sendable {
  /// The id that stands for the recovery key in place of an invitation's.
  public static let recoveryID = "recovery"

  /// The id of the invitation's record, or `recoveryID`.
  public let invitation: String

  /// The signature; 64 bytes.
  public let signature: [UInt8]

  /// Says that the invitation with this id let the device in.
  public init(invitation: String, signature: [UInt8]) {
    self.invitation = invitation
    self.signature = signature
  }

  /// Signs a device's key with an invitation's secret half.
  public init(
    invitation: String, secret: SigningKey, device: PublicKey, workspace: WorkspaceID
  ) {
    self.invitation = invitation
    signature = secret.sign(Self.message(for: device, in: workspace).span)
  }

  /// Whether the key that belongs to the invitation made the signature.
  public func isProven(
    by key: PublicKey, for device: PublicKey, in workspace: WorkspaceID
  ) -> Bool {
    key.verify(signature.span, of: Self.message(for: device, in: workspace).span)
  }

  private static func message(for device: PublicKey, in workspace: WorkspaceID) -> [UInt8] {
    Array("karto join".utf8) + Array(workspace.text.utf8) + device.bytes
  }
}

extension Credential {
  /// Reads `[name, signature]` as it stands under `joins` or `succeeds`.
  static func pair(
    at range: Range<Int>, key: String, in line: Span<UInt8>
  ) throws(DocumentError) -> (name: String, signature: [UInt8]) {
    let fault = DocumentError.line(.key(key), byteOffset: range.lowerBound)
    var scanner = JSONScanner(at: range.lowerBound)
    do {
      try scanner.expect(UInt8(ascii: "["), in: line)
      let name = try JSONScanner.string(at: scanner.string(in: line), in: line)
      try scanner.expect(UInt8(ascii: ","), in: line)
      let signature = try JSONScanner.string(at: scanner.string(in: line), in: line)
      try scanner.expect(UInt8(ascii: "]"), in: line)
      guard scanner.position == range.upperBound, let signature = Base64URL.decode(signature),
        signature.count == 64
      else { throw fault }
      return (name, signature)
    } catch {
      throw fault
    }
  }

  /// Reads what a commit line says; nothing if it says nothing.
  static func read(
    _ object: LineObject, in line: Span<UInt8>
  ) throws(DocumentError) -> Credential? {
    if let range = object["joins"] {
      guard object["succeeds"] == nil else { throw .line(.key("succeeds"), byteOffset: 0) }
      let (name, signature) = try pair(at: range, key: "joins", in: line)
      guard (1...128).contains(name.utf8.count) else {
        throw .line(.key("joins"), byteOffset: range.lowerBound)
      }
      return .joining(Joining(invitation: name, signature: signature))
    }
    guard let range = object["succeeds"] else { return nil }
    let (name, signature) = try pair(at: range, key: "succeeds", in: line)
    guard let replica = ReplicaID(name) else {
      throw .line(.key("succeeds"), byteOffset: range.lowerBound)
    }
    return .succession(Succession(replica: replica, signature: signature))
  }
}
