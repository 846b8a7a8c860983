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
}
