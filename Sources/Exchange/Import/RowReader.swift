import Bytes
import CRM

/// Reads the rows of one chunk; one for each chunk.
struct RowReader {
  let layout: ImportLayout
  let facts: ImportFacts
  let columnIndices: [Int]
  let isClientFile: Bool
  let isDealFile: Bool
  var cells: CellReader
  var records: RowRecords
  var output = JSONWriter()
  var result = ChunkRows()
  var caches: [ValueCache]
  var stages: [[UInt8]: StageName] = [:]
  var scratch: [UInt8] = []
  var keyBytes: [UInt8] = []
  var addresses: [(body: ImportLayout.Body, slot: Int, group: Int, text: String)] = []
  var notes: [String] = []
  var purchases: [String] = []
  var links: [(field: String, text: String)] = []
  var outcome = ""
  /// The product on a line of a deal, and what the line says of it.
  var product: [UInt8] = []
  var productFacts: [(attribute: String, value: [UInt8])] = []
  var line: Int32 = 0
  /// The number, id or name by which a row names its client.
  var refText: [UInt8] = []

  init(_ layout: ImportLayout, _ facts: ImportFacts) {
    self.layout = layout
    self.facts = facts
    columnIndices = layout.columns.map(\.index)
    isClientFile = layout.entity.key == "client"
    isDealFile = layout.entity.key == "deal"
    cells = CellReader(facts.cells)
    records = RowRecords(layout)
    caches = Array(repeating: ValueCache(), count: layout.columns.count)
  }

  /// Reads a chunk.
  mutating func read(_ chunk: ImportTable.Chunk, of table: ImportTable) -> ChunkRows {
    let bytes = table.text.span.extracting(chunk.range)
    var dialect = table.dialect
    dialect.hasSeparatorLine = false
    var reader = CSVReader(dialect: dialect)
    var row = CSVRow()
    result.rows.reserveCapacity(bytes.count / 96)
    output.bytes.reserveCapacity(bytes.count * 2)
    while true {
      do {
        guard try reader.next(in: bytes, into: &row) else { break }
        if !row.isBlank { read(row, in: bytes, chunk) }
      } catch {
        begin(row, chunk)
        end(problem: .unreadable(error.kind))
      }
    }
    result.bytes = output.bytes
    return result
  }

  mutating func begin(_ row: CSVRow, _ chunk: ImportTable.Chunk) {
    var prepared = PreparedRow()
    prepared.line = Int32(clamping: row.line + chunk.line - 1)
    let start = chunk.range.lowerBound
    prepared.range = (row.range.lowerBound + start)..<(row.range.upperBound + start)
    let firstRef = Int32(result.refs.count)
    prepared.refs = firstRef..<firstRef
    line = prepared.line
    result.rows.append(prepared)
    records.clear()
    if !addresses.isEmpty { addresses.removeAll() }
    if !notes.isEmpty { notes.removeAll() }
    if !purchases.isEmpty { purchases.removeAll() }
    if !links.isEmpty { links.removeAll() }
    if !outcome.isEmpty { outcome = "" }
    if !product.isEmpty { product.removeAll(keepingCapacity: true) }
    if !productFacts.isEmpty { productFacts.removeAll() }
    refText.removeAll(keepingCapacity: true)
    cells.rowCurrency = nil
    cells.namedCurrency = nil
  }

  mutating func end(problem: RowReason) {
    result.rows[result.rows.count - 1].problem = Int32(result.problems.count)
    result.problems.append(problem)
  }

  mutating func read(
    _ row: CSVRow, in bytes: Span<UInt8>, _ chunk: ImportTable.Chunk
  ) {
    begin(row, chunk)
    let start = output.bytes.count
    if case .long(let surplus) = row.shape(columnCount: layout.columnCount) {
      end(problem: .surplusCells(surplus))
      return
    }
    for position in columnIndices.indices {
      let index = columnIndices[position]
      guard index < row.fields.count, row.fields[index].count > 0 else { continue }
      let field = row.fields[index]
      if field.form == .plain {
        read(bytes.extracting(field.range), position)
      } else {
        var value: [UInt8] = []
        swap(&value, &scratch)
        value.removeAll(keepingCapacity: true)
        row.appendValue(at: index, in: bytes, to: &value)
        read(value.span, position)
        swap(&value, &scratch)
      }
    }
    if !layout.hasExternalID {
      result.rows[result.rows.count - 1].mark = RowMark.mark(of: row, in: bytes, &scratch)
    }
    finish()
    let byteCount = output.bytes.count - start
    if byteCount > Limits.lineBytes - Self.roomForIDs, result.rows.last?.problem ?? 0 < 0 {
      end(problem: .tooLong(byteCount: byteCount))
    }
  }

  /// What a record line has besides what its row says, at the most.
  private static let roomForIDs = 8 << 10
}

/// The records that a row speaks of, each being built.
struct RowRecords {
  var main: BodyBuilder
  var person: BodyBuilder
  var company: BodyBuilder

  init(_ layout: ImportLayout) {
    main = BodyBuilder(layout.main)
    person = BodyBuilder(layout.person)
    company = BodyBuilder(layout.company)
  }

  mutating func clear() {
    main.clear()
    person.clear()
    company.clear()
  }

  subscript(body: ImportLayout.Body) -> BodyBuilder {
    @inline(__always) _read {
      switch body {
      case .main: yield main
      case .person: yield person
      case .company: yield company
      }
    }
    @inline(__always) _modify {
      switch body {
      case .main: yield &main
      case .person: yield &person
      case .company: yield &company
      }
    }
  }
}
