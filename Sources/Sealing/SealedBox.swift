import Bytes
internal import CSodium

/// A single sealed message under a key that many share (XChaCha20-Poly1305, libsodium
/// `crypto_aead_xchacha20poly1305_ietf`).
///
/// A nonce of 24 random bytes stands before it, so that equal messages look unrelated.
public enum SealedBox {
  /// Length of a key, in bytes.
  public static let keyBytes = 32

  /// Length of the nonce, in bytes.
  public static let nonceBytes = 24

  /// By how many bytes a box is longer than its message.
  public static let overheadBytes = 24 + 16

  /// Seals a message.
  ///
  /// - Parameters:
  ///   - message: what is sealed.
  ///   - key: 32 bytes.
  ///   - nonce: 24 bytes that were never used under this key; random ones as a rule.
  /// - Returns: the nonce and the sealed message.
  public static func seal(
    _ message: Span<UInt8>, key: SecretBytes, nonce: [UInt8] = Randomness.bytes(nonceBytes)
  ) -> [UInt8] {
    precondition(key.count == keyBytes && nonce.count == nonceBytes, "a key and a nonce fit")
    Sodium.prepare()
    var output = nonce
    let count = message.count + overheadBytes - nonceBytes
    output.append(addingCapacity: count) { room in
      room.withUnsafeMutableBufferPointer { buffer, filled in
        guard let start = buffer.baseAddress else { return }
        message.withUnsafeBufferPointer {
          _ = crypto_aead_xchacha20poly1305_ietf_encrypt(
            start, nil, $0.baseAddress, UInt64($0.count), nil, 0, nil, nonce, key.start)
        }
        filled = count
      }
    }
    return output
  }

  /// Opens what ``seal(_:key:nonce:)`` made; nothing for any other bytes.
  public static func open(_ box: Span<UInt8>, key: SecretBytes) -> [UInt8]? {
    precondition(key.count == keyBytes, "a key of a box has 32 bytes")
    guard box.count >= overheadBytes else { return nil }
    Sodium.prepare()
    var isGood = false
    let count = box.count - overheadBytes
    let message = [UInt8](capacity: max(1, count)) { room in
      room.withUnsafeMutableBufferPointer { buffer, filled in
        box.withUnsafeBufferPointer { box in
          guard let start = box.baseAddress else { return }
          isGood =
            crypto_aead_xchacha20poly1305_ietf_decrypt(
              buffer.baseAddress, nil, nil, start + nonceBytes,
              UInt64(box.count - nonceBytes), nil, 0, start, key.start) == 0
        }
        filled = isGood ? count : 0
      }
    }
    return isGood ? message : nil
  }
}
