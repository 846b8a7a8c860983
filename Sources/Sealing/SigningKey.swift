import Bytes
internal import CSodium

/// The secret half of an Ed25519 key pair (RFC 8032).
///
/// It never leaves the device.
///
/// The secret lies in memory of its own that is overwritten when the last copy of the value goes.
/// The seed is all there is to keep: the rest follows from it.
public struct SigningKey: Sendable {
  /// Length of a seed, in bytes.
  public static let seedBytes = 32

  /// Length of a signature, in bytes.
  public static let signatureBytes = 64

  private let secret: Secret

  /// The public half.
  public let publicKey: PublicKey

  /// Makes a new key from fresh randomness.
  public static func generate() -> SigningKey {
    Sodium.prepare()
    let secret = Secret()
    var publicKey = Hash256()
    publicKey.withMutableBytes { _ = crypto_sign_ed25519_keypair($0, secret.bytes) }
    return SigningKey(secret: secret, publicKey: PublicKey(hash: publicKey))
  }

  /// Makes the key that belongs to a seed; `nil` unless it has 32 bytes.
  public init?(seed: Span<UInt8>) {
    guard seed.count == SigningKey.seedBytes else { return nil }
    Sodium.prepare()
    let secret = Secret()
    var publicKey = Hash256()
    publicKey.withMutableBytes { target in
      seed.withUnsafeBufferPointer { seed in
        guard let seed = seed.baseAddress else { return }
        _ = crypto_sign_ed25519_seed_keypair(target, secret.bytes, seed)
      }
    }
    self.init(secret: secret, publicKey: PublicKey(hash: publicKey))
  }

  private init(secret: Secret, publicKey: PublicKey) {
    self.secret = secret
    self.publicKey = publicKey
  }

  /// A copy of the seed, to be kept in the key file and nowhere else.
  public var seed: [UInt8] {
    [UInt8](UnsafeBufferPointer(start: secret.bytes, count: SigningKey.seedBytes))
  }

  /// Signs a message; the same key and message always give the same signature.
  ///
  /// - Parameter message: what is signed.
  /// - Returns: 64 bytes.
  public func sign(_ message: Span<UInt8>) -> [UInt8] {
    [UInt8](capacity: SigningKey.signatureBytes) { output in
      output.withUnsafeMutableBufferPointer { room, filled in
        guard let start = room.baseAddress else { return }
        message.withUnsafeBufferPointer { message in
          _ = crypto_sign_ed25519_detached(
            start, nil, message.baseAddress, UInt64(message.count), secret.bytes)
        }
        filled = SigningKey.signatureBytes
      }
    }
  }
}

/// Memory of a secret key as libsodium lays it out: the seed, then the public half.
///
/// Unchecked, because a pointer is not `Sendable` by itself. It is safe: the bytes are written once,
/// before the value that holds them is handed out, and only read from then on.
private final class Secret: @unchecked Sendable {
  let bytes: UnsafeMutablePointer<UInt8>

  init() {
    bytes = .allocate(capacity: Secret.count)
    bytes.initialize(repeating: 0, count: Secret.count)
  }

  deinit {
    sodium_memzero(bytes, Secret.count)
    bytes.deallocate()
  }

  private static let count = 64
}

/// The public half of an Ed25519 key pair: who signed.
///
/// Order is that of the bytes, unsigned.
public struct PublicKey: Hashable, Sendable {
  /// Number of bytes.
  public static let byteCount = 32

  private let hash: Hash256

  fileprivate init(hash: Hash256) {
    self.hash = hash
  }

  /// Copies bytes; `nil` unless there are exactly 32.
  ///
  /// Bytes that are no point of the curve make a key under which no signature is good.
  public init?(_ bytes: Span<UInt8>) {
    guard let hash = Hash256(bytes) else { return nil }
    self.hash = hash
  }

  /// Reads the text that ``base64URL`` makes; `nil` for any other.
  public init?(base64URL text: String) {
    guard let hash = Hash256(base64URL: text) else { return nil }
    self.hash = hash
  }

  /// A copy of the bytes.
  public var bytes: [UInt8] { hash.bytes }

  /// The bytes as 43 characters of base64url.
  public var base64URL: String { hash.base64URL }

  /// Lends the bytes without copying them.
  public func withSpan<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try hash.withSpan(body)
  }

  /// Appends the bytes to an array.
  public func append(to output: inout [UInt8]) {
    hash.append(to: &output)
  }

  /// Tells whether a signature of a message was made with this key.
  ///
  /// - Parameters:
  ///   - signature: any bytes; all but 64 are no signature.
  ///   - message: what should have been signed.
  /// - Returns: whether it is good.
  public func verify(_ signature: Span<UInt8>, of message: Span<UInt8>) -> Bool {
    guard signature.count == SigningKey.signatureBytes else { return false }
    Sodium.prepare()
    return hash.withBytes { key in
      signature.withUnsafeBufferPointer { signature in
        guard let signature = signature.baseAddress else { return false }
        return message.withUnsafeBufferPointer { message in
          crypto_sign_ed25519_verify_detached(
            signature, message.baseAddress, UInt64(message.count), key) == 0
        }
      }
    }
  }
}

extension PublicKey: Comparable {
  /// Tells whether `left` stands before `right`, byte by byte.
  public static func < (left: PublicKey, right: PublicKey) -> Bool {
    left.hash < right.hash
  }
}
