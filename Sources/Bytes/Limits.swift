/// The numbers beyond which input is refused, in one place; SPEC.md prints the same table.
public enum Limits {
  /// Largest inflated content of one gzip member, in bytes: 4 MiB.
  public static let memberRawBytes = 4 << 20

  /// Largest gzip member as stored, header and trailer included, in bytes: 4 MiB and 128 KiB.
  ///
  /// Deflate adds at most a few bytes per 16 KiB to content that it can't compress, and the extra
  /// field takes at most 64 KiB, so every member within ``memberRawBytes`` fits.
  public static let memberCompressedBytes = (4 << 20) + (128 << 10)

  /// Largest extra field of a gzip member, in bytes; RFC 1952 counts it in 16 bits.
  public static let memberExtraBytes = 65_535

  /// Most replicas whose commits share one member.
  public static let memberRuns = 64

  /// Largest optional file name or comment in a gzip header, in bytes, its final zero excluded.
  public static let memberTextBytes = 4_096

  /// Largest commit, all its lines together, in bytes: 1 MiB.
  public static let commitBytes = 1 << 20

  /// Longest line of a document, its LF excluded, in bytes: 512 KiB.
  public static let lineBytes = 512 << 10

  /// Longest string value as UTF-8, escapes resolved, in bytes: 256 KiB.
  public static let stringBytes = 256 << 10

  /// Most arrays and objects that may stand open at once in JSON.
  public static let depth = 16

  /// Greatest magnitude of an integer in JSON: 2^53 - 1.
  ///
  /// Beyond it `jq`, browsers and spreadsheets no longer tell neighbours apart.
  public static let integerMagnitude = (1 << 53) - 1

  /// Largest JSON text that the lenient parser accepts by default, in bytes: 16 MiB.
  public static let jsonTextBytes = 16 << 20

  // MARK: Peers

  /// Largest sealed message of a peer, in bytes; its length is told in 16 bits.
  public static let frameBytes = 65_535

  /// Largest message of a peer before it was sealed, in bytes.
  public static let messageBytes = 65_518

  /// Largest proof of a peer before it was sealed, in bytes: 20 KiB.
  public static let proofBytes = 20 << 10

  /// Largest evidence of membership in a proof, in bytes: 16 KiB.
  public static let evidenceBytes = 16 << 10

  /// Most invitations that are tried with a newcomer.
  public static let openInvitations = 64

  /// Most chains of commits that a peer may hold.
  public static let chains = 4_096

  /// Longest name of a chain, in bytes.
  public static let chainNameBytes = 32

  /// Least number of bytes of members that a peer must be ready to take: the largest member.
  public static let leastCreditBytes = 4_325_376

  /// Number of bytes of members that this program is ready to take, in bytes: 8 MiB.
  public static let creditBytes = 8 << 20

  /// Most bytes of members that wait for a signature or for the end of their batch: 256 MiB.
  public static let stagedBytes = 256 << 20

  /// Most connections at once.
  public static let connections = 32

  /// Most connections at once that have not proven who they are.
  public static let halfOpenConnections = 8

  /// Most connections from one address that fail to prove themselves within a minute.
  public static let failedHandshakesPerMinute = 10

  /// Time for both proofs, in milliseconds.
  public static let handshakeMillis = 10_000

  /// Time without a word after which a peer is asked whether it is still there, in milliseconds.
  public static let quietMillis = 30_000

  /// Time without a word after which a peer is gone, in milliseconds.
  public static let deadMillis = 90_000

  /// Time in which a peer must take or finish something that it is being sent or sends, in
  /// milliseconds.
  public static let stallMillis = 60_000
}
