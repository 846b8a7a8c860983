/// How a delimited table is written: separator, quote, line end and the customs of its maker.
public struct CSVDialect: Sendable, Equatable {
  /// The bytes that end a line.
  public enum LineEnd: Sendable, CaseIterable {
    /// `\n`, the custom of Unix.
    case lf
    /// `\r\n`, the custom of Windows and of RFC 4180.
    case crlf
    /// `\r`, the custom of old Macs.
    case cr

    /// The bytes themselves.
    public var bytes: [UInt8] {
      switch self {
      case .lf: [0x0A]
      case .crlf: [0x0D, 0x0A]
      case .cr: [0x0D]
      }
    }
  }

  /// The byte between fields: comma, semicolon, tab, bar or space.
  public var separator: UInt8
  /// The byte around fields that hold separators; `nil` takes quotes as ordinary text.
  public var quote: UInt8?
  /// Whether a separator follows the last field too, as Битрикс24 writes it.
  ///
  /// The reader then drops the empty field that would come after it.
  public var trailingSeparator: Bool
  /// The line end to write; the reader accepts all three in any mixture.
  public var lineEnd: LineEnd
  /// Whether the first record names the columns.
  public var hasHeader: Bool
  /// Whether the first line is Excel's `sep=;`, which the reader skips.
  public var hasSeparatorLine: Bool

  /// Describes a dialect; the defaults are those of RFC 4180 with `\n`.
  public init(
    separator: UInt8 = UInt8(ascii: ","),
    quote: UInt8? = UInt8(ascii: "\""),
    trailingSeparator: Bool = false,
    lineEnd: LineEnd = .lf,
    hasHeader: Bool = true,
    hasSeparatorLine: Bool = false
  ) {
    self.separator = separator
    self.quote = quote
    self.trailingSeparator = trailingSeparator
    self.lineEnd = lineEnd
    self.hasHeader = hasHeader
    self.hasSeparatorLine = hasSeparatorLine
  }

  /// The separators that `detect` knows, the likeliest first.
  public static let separators: [UInt8] = [
    UInt8(ascii: ";"), UInt8(ascii: ","), 0x09, UInt8(ascii: "|"), UInt8(ascii: " "),
  ]
}
