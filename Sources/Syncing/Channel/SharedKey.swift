import Bytes
public import Documents
public import Sealing

/// What two peers must both know before either says who it is (SPEC §14.2).
///
/// Every copy of a document tells it, and an invitation tells its own; nobody else can know it,
/// not even from the workspace's id. It admits nobody: that is for the proofs.
public struct SharedKey: Sendable {
  /// The 32 bytes.
  let bytes: SecretBytes

  /// What all who hold a copy of a workspace's document know.
  public init(workspace header: Header) {
    var moment: [UInt8] = []
    for shift in 0..<8 {
      moment.append(UInt8(truncatingIfNeeded: header.createdMillis >> Int64(shift * 8)))
    }
    let facts =
      Array("karto network".utf8) + header.founder.bytes + header.recovery.bytes + moment
    bytes = SecretBytes(copying: BLAKE2b.hash256(facts.span).bytes.span)
  }

  /// What the holder of an invitation and all who hold a copy of the document know.
  public init(invitation: PublicKey) {
    let facts = Array("karto invited network".utf8) + invitation.bytes
    bytes = SecretBytes(copying: BLAKE2b.hash256(facts.span).bytes.span)
  }

  /// A key for another purpose that follows from this one.
  func derived(_ purpose: String) -> SecretBytes {
    BLAKE2b.secret256(Array(purpose.utf8).span, key: bytes)
  }

  /// The hash of a message that only those can work out who know this key.
  func hash(_ message: [UInt8]) -> Hash256 {
    bytes.withSpan { BLAKE2b.hash256(message.span, key: $0) }
  }
}
