import Sealing

/// What a row says, as a number that is the same on every machine and in every encoding and dialect.
enum RowMark {
  /// The mark of a row; equal rows have equal marks.
  ///
  /// - Parameters:
  ///   - row: the row.
  ///   - bytes: the text in which it stands.
  ///   - scratch: a buffer whose memory is kept.
  /// - Returns: the mark.
  static func mark(of row: CSVRow, in bytes: Span<UInt8>, _ scratch: inout [UInt8]) -> UInt64 {
    scratch.removeAll(keepingCapacity: true)
    for index in row.fields.indices {
      if index > 0 { scratch.append(0x1F) }
      row.appendValue(at: index, in: bytes, to: &scratch)
    }
    while scratch.last == 0x1F { scratch.removeLast() }
    var mark: UInt64 = 0
    for byte in BLAKE2b.hash128(scratch.span).bytes.prefix(8) { mark = mark << 8 | UInt64(byte) }
    return mark
  }

  /// The mark of the row in a stretch of a file.
  static func mark(of range: Range<Int>, of table: ImportTable) -> UInt64 {
    var dialect = table.dialect
    dialect.hasSeparatorLine = false
    var reader = CSVReader(dialect: dialect)
    var row = CSVRow()
    var scratch: [UInt8] = []
    let bytes = table.text.span.extracting(range)
    guard (try? reader.next(in: bytes, into: &row)) == true else { return 0 }
    return mark(of: row, in: bytes, &scratch)
  }
}
