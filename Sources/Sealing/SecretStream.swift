import Bytes
internal import CSodium

/// A sequence of sealed messages: none can be read, altered, left out, repeated or moved, and the
/// last is marked (libsodium `crypto_secretstream_xchacha20poly1305`).
public enum SecretStream {
  /// Length of a key, in bytes.
  public static let keyBytes = 32

  /// Length of what precedes the first message, in bytes.
  public static let headerBytes = 24

  /// By how many bytes a sealed message is longer than the message.
  public static let overheadBytes = 17

  /// What a message says beside its bytes.
  public enum Tag: UInt8, Sendable, CaseIterable {
    /// Nothing.
    case message = 0
    /// The keys change behind this message: who learns the new ones cannot read what came before.
    case rekey = 2
    /// No message follows.
    case final = 3
  }

  /// A message that was opened.
  public struct Opened: Equatable, Sendable {
    /// Its bytes.
    public let message: [UInt8]
    /// What it says beside them.
    public let tag: Tag
  }
}

/// Seals the messages of one direction.
public final class SealingStream {
  /// What the other side needs before the first message; 24 bytes, no secret.
  public let header: [UInt8]

  private var state = crypto_secretstream_xchacha20poly1305_state()

  /// Starts a stream under a key of 32 bytes that no other stream has had.
  public init(key: SecretBytes) {
    precondition(key.count == SecretStream.keyBytes, "a key of a stream has 32 bytes")
    Sodium.prepare()
    var header = [UInt8](repeating: 0, count: SecretStream.headerBytes)
    let status = crypto_secretstream_xchacha20poly1305_init_push(&state, &header, key.start)
    precondition(status == 0, "any key starts a stream")
    self.header = header
  }

  deinit {
    sodium_memzero(&state, MemoryLayout.size(ofValue: state))
  }

  /// Seals the next message and appends it to `output`, ``SecretStream/overheadBytes`` longer.
  public func seal(_ message: Span<UInt8>, _ tag: SecretStream.Tag, to output: inout [UInt8]) {
    let count = message.count + SecretStream.overheadBytes
    output.append(addingCapacity: count) { room in
      room.withUnsafeMutableBufferPointer { buffer, filled in
        guard let start = buffer.baseAddress else { return }
        let status = message.withUnsafeBufferPointer {
          crypto_secretstream_xchacha20poly1305_push(
            &state, start, nil, $0.baseAddress, UInt64($0.count), nil, 0, tag.rawValue)
        }
        precondition(status == 0, "a message of this length can be sealed")
        filled = count
      }
    }
  }
}

/// Opens the messages of one direction.
public final class OpeningStream {
  private var state = crypto_secretstream_xchacha20poly1305_state()

  /// Starts a stream; `nil` unless the header has 24 bytes.
  ///
  /// - Parameters:
  ///   - key: 32 bytes, those of the other side.
  ///   - header: what the other side sent before its first message.
  public init?(key: SecretBytes, header: Span<UInt8>) {
    precondition(key.count == SecretStream.keyBytes, "a key of a stream has 32 bytes")
    guard header.count == SecretStream.headerBytes else { return nil }
    Sodium.prepare()
    let isGood = header.withUnsafeBufferPointer {
      guard let start = $0.baseAddress else { return false }
      return crypto_secretstream_xchacha20poly1305_init_pull(&state, start, key.start) == 0
    }
    guard isGood else { return nil }
  }

  deinit {
    sodium_memzero(&state, MemoryLayout.size(ofValue: state))
  }

  /// Opens the next sealed message.
  ///
  /// - Parameter sealed: exactly one sealed message.
  /// - Returns: the message; nothing if this is not the one that follows.
  public func open(_ sealed: Span<UInt8>) -> SecretStream.Opened? {
    let count = sealed.count - SecretStream.overheadBytes
    guard count >= 0 else { return nil }
    var tag: UInt8 = 0
    var isGood = false
    let message = [UInt8](capacity: max(1, count)) { room in
      room.withUnsafeMutableBufferPointer { buffer, filled in
        sealed.withUnsafeBufferPointer {
          isGood =
            crypto_secretstream_xchacha20poly1305_pull(
              &state, buffer.baseAddress, nil, &tag, $0.baseAddress, UInt64($0.count), nil, 0) == 0
        }
        filled = isGood ? count : 0
      }
    }
    guard isGood, let tag = SecretStream.Tag(rawValue: tag) else { return nil }
    return SecretStream.Opened(message: message, tag: tag)
  }
}
