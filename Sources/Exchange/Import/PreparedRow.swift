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
  /// The clients beside it, in `refs`; -1 for none.
  var person: Int32 = -1
  var company: Int32 = -1
  /// The deal beside it: a hash to look up, 0 for none.
  var extras: Range<Int32> = 0..<0
  /// The row's own hash, by which it is recognised without a number of its own.
  var mark: UInt64 = 0
  /// Why it is not imported, in `problems`; -1 if it is.
  var problem: Int32 = -1
}

/// A client whom a row names.
struct PreparedRef: Sendable {
  var body: Range<Int32>
  var keys: Range<Int32>
  /// Whether there is enough to make a client of.
  var hasName: Bool
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
  /// The kinds of keys that rows and the clients beside them have.
  var rowKinds: Set<KeyKind> = []
  var refKinds: Set<KeyKind> = []
  var refs: [PreparedRef] = []
  var extras: [PreparedExtra] = []
  var problems: [RowReason] = []
  var warnings: [CellWarning] = []
  var warningCount = 0
  /// Stages and pipelines that the base lacks, in the order of the file.
  var newStages: [StageName] = []
}

/// A stage as a file names it; an empty pipeline is the base's first.
struct StageName: Hashable, Sendable {
  let pipeline: String
  let stage: String
}
