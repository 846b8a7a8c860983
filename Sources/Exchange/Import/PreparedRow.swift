import CRM

/// A row of a file, read but not yet compared with the base.
struct PreparedRow: Sendable {
  /// The line on which it begins.
  var line: Int32 = 0
  /// Its bytes in the file.
  var range: Range<Int> = 0..<0
  /// Its record line in the chunk's bytes, from behind the id on.
  var body: Range<Int32> = 0..<0
  var holes: Range<Int32> = 0..<0
  /// What its record is recognised by.
  var keys: Range<Int32> = 0..<0
  /// The records beside it, in `ChunkRows.refs`.
  var refs: Range<Int32> = 0..<0
  /// The records that it makes beside its own, in `ChunkRows.extras`.
  var extras: Range<Int32> = 0..<0
  /// The row's own hash, by which it is recognised without a number of its own.
  var mark: UInt64 = 0
  /// Why it is not imported, in `ChunkRows.problems`; -1 if it is.
  var problem: Int32 = -1
  /// Whether elements of its line stand in no order until all ids are known.
  var isUnordered = false
}

/// A record whom a row names.
struct PreparedRef: Sendable {
  /// What the record is.
  enum Kind: Sendable {
    case client
    case deal
  }

  let kind: Kind
  /// The column that names it, for a message; -1 where several columns do.
  var position: Int32 = -1
  /// Its own record line in the chunk's bytes, from behind the id on.
  var body: Range<Int32> = 0..<0
  var keys: Range<Int32>
  /// Whether there is enough to make a client of.
  var hasName = false
  /// What the file says, for a message.
  var text: Range<Int32>
}

/// A record beside the row's own: a purchase, a note, a tie.
struct PreparedExtra: Sendable {
  let type: String
  var body: Range<Int32>
  var holes: Range<Int32>
}

/// A key of a row and what it is.
struct RowKey: Sendable {
  let kind: KeyKind
  let hash: UInt64
}

/// The rows of one chunk of a file.
struct ChunkRows: Sendable {
  var rows: [PreparedRow] = []
  var bytes: [UInt8] = []
  var holes: [PlacedHole] = []
  var keys: [RowKey] = []
  var refs: [PreparedRef] = []
  var extras: [PreparedExtra] = []
  var problems: [RowReason] = []
  var warnings = WarningList()
  /// Stages and pipelines that the base lacks, in the order of the file.
  var newStages: [StageName] = []
}

/// A stage as a file names it; an empty pipeline is the base's first.
struct StageName: Hashable, Sendable {
  let pipeline: String
  let stage: String
}
