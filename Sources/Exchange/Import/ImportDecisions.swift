import CRM
import Replication

/// What becomes of the rows of a file.
struct ImportDecisions: Sendable {
  /// What becomes of one row.
  enum Decision: Sendable {
    case rejected
    /// A new record, with its ordinal among the new ones.
    case create(Int32)
    /// Another row of a record that an earlier row makes.
    case join(Int32)
    /// A row of a record that the base has.
    case update(Int32, Match)
    /// The record was made of just this row; what people have done to it since stays.
    case known
  }

  /// How surely a row is about the record.
  enum Match: Sendable {
    /// By its number, or as a corrected row of the same file: the row's values count.
    case same
    /// By phone, e-mail, ИНН or name.
    case duplicate
  }

  /// One client whom rows name and who has to be made.
  struct NewClient: Sendable {
    let chunk: Int
    let ref: Int32
  }

  /// A row's place.
  struct RowPlace: Sendable {
    let chunk: Int
    let row: Int
    let isDuplicate: Bool
  }

  /// A record beside a row.
  enum Target: Sendable {
    case none
    case existing(Int32)
    case new(Int32)
  }

  /// By chunk and row.
  var rows: [[Decision]] = []
  /// How often each row without a number has come before in the file, by chunk and row.
  var occurrences: [[Int32]] = []
  /// The records beside the rows, by chunk and ref.
  var refs: [[Target]] = []
  /// The row that makes each new record.
  var creators: [RowPlace] = []
  /// How many records beside their own the creating rows make.
  var createdExtraCount = 0
  var newClients: [NewClient] = []
  var counts = ImportCounts()
  var rejected: [RejectedRow] = []
  /// What rows name and the base lacks.
  var warnings = WarningList()
  /// The rows of records that get more than one new row, or that the base has: by target.
  var updates: [Int32: [RowPlace]] = [:]
  var joins: [Int32: [RowPlace]] = [:]
  let directories: Directories
}

extension ImportDecisions {
  static func range(_ range: Range<Int32>) -> Range<Int> {
    Int(range.lowerBound)..<Int(range.upperBound)
  }

  private static let markDigits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  /// Appends the mark of a row as the record keeps it: source, hash, and the occurrence from the
  /// second on.
  static func appendSourceRow(
    _ mark: UInt64, occurrence: Int32, _ source: String, to bytes: inout [UInt8]
  ) {
    bytes.append(contentsOf: source.utf8)
    for shift in stride(from: 58, to: 4, by: -6) {
      bytes.append(markDigits[Int(mark >> UInt64(shift)) & 63])
    }
    if occurrence > 1 { bytes.append(contentsOf: "~\(occurrence)".utf8) }
  }

  /// The mark of a row as the record keeps it.
  static func sourceRow(_ mark: UInt64, occurrence: Int32, _ source: String) -> [UInt8] {
    var bytes: [UInt8] = []
    appendSourceRow(mark, occurrence: occurrence, source, to: &bytes)
    return bytes
  }
}
