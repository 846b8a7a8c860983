import Bytes
public import Sealing

/// The secret half of an invitation, as people pass it on (SPEC §7.5).
///
/// 128 random bits, so that nobody finds it by trying, and a checksum, so that a slip of the pen
/// is told from a wrong code.
public struct InvitationCode: Equatable, Sendable {
  private static let prefix = "karto-"
  private static let secretByteCount = 16
  private static let checkByteCount = 4

  private let secret: [UInt8]

  /// Makes a new code.
  public static func generate() -> InvitationCode {
    InvitationCode(secret: Randomness.bytes(secretByteCount))
  }

  private init(secret: [UInt8]) {
    self.secret = secret
  }

  /// Reads a code as it was written down; hyphens, spaces and case do not matter.
  ///
  /// - Returns: nothing if it is not a code, or was copied with a mistake.
  public init?(_ text: String) {
    var letters = text.lowercased().filter { $0 != "-" && !$0.isWhitespace }
    let prefix = Self.prefix.filter { $0 != "-" }
    guard letters.hasPrefix(prefix) else { return nil }
    letters.removeFirst(prefix.count)
    guard let bytes = Base32.decode(letters),
      bytes.count == Self.secretByteCount + 1 + Self.checkByteCount,
      bytes[Self.secretByteCount] == 0
    else { return nil }
    self.init(secret: Array(bytes.prefix(Self.secretByteCount)))
    guard Array(bytes.suffix(Self.checkByteCount)) == check else { return nil }
  }

  /// The code in groups, to be read out or written down.
  public var text: String {
    let letters = Array(Base32.encode((secret + [0] + check).span))
    let groups = stride(from: 0, to: letters.count, by: 5).map { start in
      String(letters[start..<min(start + 5, letters.count)])
    }
    return Self.prefix + groups.joined(separator: "-")
  }

  private var check: [UInt8] {
    Array(Self.hash("karto code", secret).prefix(Self.checkByteCount))
  }

  /// The invitation's key pair.
  public var key: SigningKey {
    guard let key = SigningKey(seed: Self.hash("karto invitation", secret).span) else {
      preconditionFailure("a hash has as many bytes as a seed")
    }
    return key
  }

  /// The public half as an invitation's record holds it.
  public var publicText: String { Base64URL.encode(key.publicKey.bytes.span) }

  private static func hash(_ use: String, _ secret: [UInt8]) -> [UInt8] {
    BLAKE2b.hash256((Array(use.utf8) + secret).span).bytes
  }
}
