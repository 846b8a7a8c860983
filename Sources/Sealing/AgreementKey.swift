import Bytes
internal import CSodium

/// An ephemeral X25519 key pair (RFC 7748): two such keys agree on a secret that nobody else has.
///
/// It is made for one conversation and forgotten with it, so what was said stays secret even from
/// someone who comes by all long-lived keys later.
public struct AgreementKey: Sendable {
  /// Length of the public half and of the secret agreed on, in bytes.
  public static let byteCount = 32

  /// The public half.
  public let publicKey: Hash256

  private let secret: SecretBytes

  /// Makes a new key from fresh randomness.
  public static func generate() -> AgreementKey {
    AgreementKey(secret: .random(byteCount))
  }

  /// Makes the key with this secret half, such as one of a test; `nil` unless it has 32 bytes.
  public init?(secret: Span<UInt8>) {
    guard secret.count == Self.byteCount else { return nil }
    self.init(secret: SecretBytes(copying: secret))
  }

  private init(secret: SecretBytes) {
    Sodium.prepare()
    self.secret = secret
    var publicKey = Hash256()
    publicKey.withMutableBytes { _ = crypto_scalarmult_curve25519_base($0, secret.start) }
    self.publicKey = publicKey
  }

  /// The secret agreed on with the owner of another key.
  ///
  /// - Parameter other: the other's public half.
  /// - Returns: 32 bytes; nothing if `other` is a point of small order, with which the secret
  ///   would be known to everybody.
  public func agree(with other: Hash256) -> SecretBytes? {
    let result = SecretBytes(count: Self.byteCount)
    let status = other.withBytes {
      crypto_scalarmult_curve25519(result.start, secret.start, $0)
    }
    return status == 0 ? result : nil
  }
}
