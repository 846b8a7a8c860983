import Bytes
internal import CSodium

/// Secret bytes in memory of their own, which is overwritten when the last reference goes.
///
/// Unchecked, because a pointer is not `Sendable` by itself. It is safe: the bytes are written
/// once, before the object is handed out, and only read from then on.
public final class SecretBytes: @unchecked Sendable {
  /// How many bytes there are.
  public let count: Int

  let start: UnsafeMutablePointer<UInt8>

  /// Makes `count` zero bytes for a function of C to fill.
  init(count: Int) {
    self.count = count
    start = .allocate(capacity: max(1, count))
    start.initialize(repeating: 0, count: max(1, count))
  }

  /// Copies bytes; the original is the caller's to forget.
  public convenience init(copying bytes: Span<UInt8>) {
    self.init(count: bytes.count)
    for index in 0..<bytes.count { start[index] = bytes[index] }
  }

  /// Makes fresh random bytes.
  ///
  /// - Parameter count: how many, not negative.
  /// - Returns: the bytes.
  public static func random(_ count: Int) -> SecretBytes {
    Sodium.prepare()
    let bytes = SecretBytes(count: count)
    randombytes_buf(bytes.start, count)
    return bytes
  }

  deinit {
    sodium_memzero(start, count)
    start.deallocate()
  }

  /// Lends the bytes without copying them.
  public func withSpan<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeBufferPointer(start: start, count: count).span)
  }

  /// Tells whether both hold the same bytes, in a time that depends on nothing but their number.
  public func isEqual(to other: SecretBytes) -> Bool {
    count == other.count && sodium_memcmp(start, other.start, count) == 0
  }
}

extension BLAKE2b {
  /// Hash of 32 bytes that is itself a secret: for keys derived from a secret.
  ///
  /// - Parameters:
  ///   - message: what is hashed.
  ///   - key: at most ``longestKey`` bytes.
  /// - Returns: the hash, in memory that is wiped.
  public static func secret256(_ message: Span<UInt8>, key: SecretBytes) -> SecretBytes {
    precondition(key.count <= longestKey, "a key of BLAKE2b has at most 64 bytes")
    Sodium.prepare()
    let result = SecretBytes(count: Hash256.byteCount)
    let status = message.withUnsafeBufferPointer {
      crypto_generichash_blake2b(
        result.start, result.count, $0.baseAddress, UInt64($0.count), key.start, key.count)
    }
    precondition(status == 0, "BLAKE2b accepts these lengths")
    return result
  }
}
