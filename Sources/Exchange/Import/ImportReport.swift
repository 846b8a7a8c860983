public import CRM

/// Why nothing of a file can be imported.
public enum ImportError: Error, Hashable, Sendable {
  /// There is nothing in it but a header, or not even that.
  case empty
  /// The header has no column that means anything to the entity.
  case nothingMapped(type: String)
  /// Rows of this type cannot be imported.
  case unknownType(String)
  /// It is a web page, as the `.xls` of some programs are.
  case isHTML
  /// It holds one JSON object a line, as an export of a whole base does.
  case isJSONLines
  /// It is a spreadsheet or another binary file and must be saved as CSV first.
  case isSpreadsheet
}

/// Why a row was not imported.
public enum RowReason: Equatable, Sendable {
  /// A client without any name, or a row that says nothing.
  case noName
  /// An activity with nobody.
  case noClient
  /// A client who is not in the base, and nothing to make one of.
  case unknownClient(String)
  /// Several clients have the number, each in the table that it comes from.
  case severalClients(String)
  /// More cells than the header has columns: a separator was not quoted.
  case surplusCells(Int)
  /// It says more than a record may hold (SPEC §16, `lineBytes`): its bytes.
  case tooLong(byteCount: Int)
  /// The row cannot be read.
  case unreadable(CSVError.Kind)
  /// The client is in the base already, and duplicates are to be skipped.
  case duplicate(id: String)
}

/// A row that was not imported.
public struct RejectedRow: Equatable, Sendable {
  /// The line of the file on which the row begins, from 1.
  public let line: Int
  /// Why.
  public let reason: RowReason

  /// Describes a row that was not imported.
  public init(line: Int, reason: RowReason) {
    self.line = line
    self.reason = reason
  }
}

/// Why a cell was not taken as it stands.
public enum CellReason: Hashable, Sendable {
  /// A phone without a key; all but what a spreadsheet has rounded is kept as text.
  case phone(Phone.Reason)
  /// No e-mail address; kept as text.
  case email
  /// No date; left out.
  case date
  /// No sum; left out.
  case money
  /// No whole number; left out.
  case integer
  /// Neither yes nor no; left out.
  case yesOrNo
  /// No entry of the closed list; left out.
  case choice
  /// A number that does not fit its check digit or length; kept.
  case requisite(Requisites.Verdict)
  /// No single member is called so; kept as text.
  case member
  /// No single deal of the base has this id, number or title; left out.
  case deal
}

/// Cells that were not taken as they stand: all equal ones of a column; the rest of their rows was.
public struct CellWarning: Hashable, Sendable {
  /// How many lines are kept.
  static let lineLimit = 5

  /// The name of the column.
  public let column: String
  /// The cell.
  public let text: String
  /// What is wrong.
  public let reason: CellReason
  /// The lines of the file, from 1, on which the first rows with such a cell begin.
  public internal(set) var lines: [Int]
  /// How many such cells there are.
  public internal(set) var count: Int

  /// The first of the lines.
  public var line: Int { lines.first ?? 0 }
}

/// What becomes of the rows of a file.
///
/// Every row is in one of the counts; `createdClients` and `kept` count no rows.
public struct ImportCounts: Hashable, Sendable {
  /// Rows of the file, without header and blank rows.
  public var rows = 0
  /// Rows that make a new record.
  public var created = 0
  /// Rows that change a record.
  public var changed = 0
  /// Rows that say what the base knows.
  public var unchanged = 0
  /// Rows among the unchanged ones whose record lies in the trash, where it stays.
  public var trashed = 0
  /// Values that the file says again and that people have changed since: they stay as they are.
  public var kept = 0
  /// Rows that describe the record of an earlier row again.
  public var repeated = 0
  /// Rows left out because the client is in the base already; they are among the rejected ones.
  public var skipped = 0
  /// Rows that were not imported, each with a reason.
  public var rejected = 0
  /// Rows among the changed and unchanged ones that were recognised by phone, e-mail, ИНН or name.
  public var duplicates = 0
  /// Clients made because deals or activities name them.
  public var createdClients = 0
}

/// What an import would do.
public struct ImportPreview: Sendable {
  /// The key of the entity that the rows describe.
  public let type: String
  /// The program that wrote the file, if it was recognised.
  public let preset: PresetName?
  /// The encoding.
  public let encoding: TextEncoding
  /// The separator.
  public let separator: UInt8
  /// Which column goes where, with samples.
  public let columns: [ColumnMapping]
  /// What becomes of the rows.
  public let counts: ImportCounts
  /// The rows that are not imported.
  public let rejected: [RejectedRow]
  /// Which cells are not taken as they stand: at most 200 different ones, in the order of lines.
  public let warnings: [CellWarning]
  /// How many such cells there are, equal ones and those beyond the limit included.
  public let warningCount: Int
}

/// What an import did.
public struct ImportReport: Sendable {
  /// What became of the rows.
  public let preview: ImportPreview
  /// The commits, as `alias:number`; none if there was nothing to do, or in a rehearsal.
  public let commits: [String]
  /// The id of the journal's record; nil if there was nothing to do.
  public let importID: String?
}
