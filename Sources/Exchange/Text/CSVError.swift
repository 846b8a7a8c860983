/// Why a row could not be read, and where.
///
/// After any of these the reader stands behind the offending row and can go on with the next.
public struct CSVError: Error, Sendable, Equatable {
  /// What is wrong.
  public enum Kind: Sendable, Equatable {
    /// A quote was opened and never closed; the row runs to the end of the file.
    case unclosedQuote
    /// A field is longer than so many bytes.
    case fieldTooLong(limit: Int)
    /// A row is longer than so many bytes.
    case rowTooLong(limit: Int)
    /// A row has more than so many fields.
    case tooManyColumns(limit: Int)
  }

  /// What is wrong.
  public let kind: Kind
  /// The line, from 1: of the opening quote for an unclosed quote, else of the field's start.
  public let line: Int
  /// The number of the field in its row, from 1.
  public let column: Int
  /// Where the field starts, in bytes from the start of the text.
  public let byteOffset: Int
}

/// Bounds on what one row may hold, so that a broken file cannot fill the memory.
public struct CSVLimits: Sendable, Equatable {
  /// The most bytes in a field, quotes included; 4 MiB by default.
  public var fieldBytes: Int
  /// The most bytes in a row; 16 MiB by default.
  public var rowBytes: Int
  /// The most fields in a row; 2000 by default.
  public var columns: Int

  /// Sets the bounds.
  public init(fieldBytes: Int = 4 << 20, rowBytes: Int = 16 << 20, columns: Int = 2000) {
    self.fieldBytes = fieldBytes
    self.rowBytes = rowBytes
    self.columns = columns
  }
}
