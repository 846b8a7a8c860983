internal import CSodium

/// BLAKE2b (RFC 7693) with results of 16 and 32 bytes, as values: nothing is allocated for a hash.
///
/// The length of the result goes into the hash, so a hash of 16 bytes isn't the beginning of the
/// one of 32.
public enum BLAKE2b {
  /// Longest key, in bytes.
  public static let longestKey = 64

  /// Hash of 32 bytes.
  public static func hash256(_ message: Span<UInt8>) -> Hash256 {
    hash256(message, key: Span())
  }

  /// Hash of 32 bytes under a key.
  ///
  /// - Parameters:
  ///   - message: what is hashed.
  ///   - key: at most ``longestKey`` bytes; an empty one is none.
  /// - Returns: the hash.
  public static func hash256(_ message: Span<UInt8>, key: Span<UInt8>) -> Hash256 {
    var result = Hash256()
    result.withMutableBytes { digest(message, key: key, into: $0, count: Hash256.byteCount) }
    return result
  }

  /// Hash of 16 bytes.
  public static func hash128(_ message: Span<UInt8>) -> Hash128 {
    hash128(message, key: Span())
  }

  /// Hash of 16 bytes under a key.
  ///
  /// - Parameters:
  ///   - message: what is hashed.
  ///   - key: at most ``longestKey`` bytes; an empty one is none.
  /// - Returns: the hash.
  public static func hash128(_ message: Span<UInt8>, key: Span<UInt8>) -> Hash128 {
    var result = Hash128()
    result.withMutableBytes { digest(message, key: key, into: $0, count: Hash128.byteCount) }
    return result
  }

  @inline(__always)
  private static func digest(
    _ message: Span<UInt8>, key: Span<UInt8>, into result: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    precondition(key.count <= longestKey, "a key of BLAKE2b has at most 64 bytes")
    Sodium.prepare()
    let status = message.withUnsafeBufferPointer { message in
      key.withUnsafeBufferPointer { key in
        crypto_generichash_blake2b(
          result, count, message.baseAddress, UInt64(message.count), key.baseAddress, key.count)
      }
    }
    precondition(status == 0, "BLAKE2b accepts these lengths")
  }

  /// Hashes bytes that come in pieces, without joining them.
  ///
  ///     var hasher = BLAKE2b.Hasher()
  ///     hasher.update(previous)
  ///     hasher.update(line.span)
  ///     let hash = hasher.finish()
  public struct Hasher: ~Copyable {
    /// libsodium's state, whose layout it doesn't tell.
    private let state: OpaquePointer

    /// Makes a hasher without a key.
    public init() {
      self.init(key: Span())
    }

    /// Makes a hasher with a key of at most ``BLAKE2b/longestKey`` bytes; an empty one is none.
    public init(key: Span<UInt8>) {
      Sodium.prepare()
      // crypto_generichash_blake2b.h declares the state with an alignment of 64.
      state = OpaquePointer(
        UnsafeMutableRawPointer.allocate(
          byteCount: crypto_generichash_blake2b_statebytes(), alignment: 64))
      start(key: key)
    }

    deinit {
      let memory = UnsafeMutableRawPointer(state)
      sodium_memzero(memory, crypto_generichash_blake2b_statebytes())
      memory.deallocate()
    }

    /// Begins anew, without a key.
    public mutating func reset() {
      start(key: Span())
    }

    /// Begins anew with a key of at most ``BLAKE2b/longestKey`` bytes; an empty one is none.
    public mutating func reset(key: Span<UInt8>) {
      start(key: key)
    }

    /// Adds a piece.
    public mutating func update(_ piece: Span<UInt8>) {
      let status = piece.withUnsafeBufferPointer {
        crypto_generichash_blake2b_update(state, $0.baseAddress, UInt64($0.count))
      }
      precondition(status == 0, "BLAKE2b takes any piece")
    }

    /// Adds the bytes of a hash.
    public mutating func update(_ hash: Hash256) {
      let state = state
      hash.withBytes {
        let status = crypto_generichash_blake2b_update(state, $0, UInt64(Hash256.byteCount))
        precondition(status == 0, "BLAKE2b takes any piece")
      }
    }

    /// Ends the hash of all pieces since the last start; begin anew before the next piece.
    public mutating func finish() -> Hash256 {
      var result = Hash256()
      let state = state
      result.withMutableBytes {
        let status = crypto_generichash_blake2b_final(state, $0, Hash256.byteCount)
        precondition(status == 0, "a hash is finished once")
      }
      return result
    }

    private func start(key: Span<UInt8>) {
      precondition(key.count <= longestKey, "a key of BLAKE2b has at most 64 bytes")
      let status = key.withUnsafeBufferPointer {
        crypto_generichash_blake2b_init(state, $0.baseAddress, $0.count, Hash256.byteCount)
      }
      precondition(status == 0, "BLAKE2b accepts these lengths")
    }
  }
}
