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
  var main: BodyBuilder
  var person: BodyBuilder
  var company: BodyBuilder
  var output = JSONWriter()
  var result = ChunkRows()
  var keys: [[RowKey]] = [[], [], []]
  var caches: [ValueCache]
  var scratch: [UInt8] = []
  var keyBytes: [UInt8] = []
  var addresses: [(body: ImportLayout.Body, slot: Int, group: Int, text: String)] = []
  var notes: [String] = []
  var purchases: [String] = []
  var links: [(field: String, text: String)] = []
  var outcome = ""
  var line: Int32 = 0
  var refText: [UInt8] = []
  var refIsNumber = false

  static let warningLimit = 200

  init(_ layout: ImportLayout, _ facts: ImportFacts) {
    self.layout = layout
    self.facts = facts
    columnIndices = layout.columns.map(\.index)
    isClientFile = layout.entity.key == "client"
    isDealFile = layout.entity.key == "deal"
    cells = CellReader(facts.cells)
    main = BodyBuilder(layout.main)
    person = BodyBuilder(layout.person)
    company = BodyBuilder(layout.company)
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
    result.rowKinds = kinds(of: result.rows.map(\.keys))
    result.refKinds = kinds(of: result.refs.map(\.keys))
    return result
  }

  func kinds(of ranges: [Range<Int32>]) -> Set<KeyKind> {
    var mask: UInt64 = 0
    for range in ranges {
      for key in result.keys[ImportDecisions.range(range)] { mask |= 1 << key.kind.rawValue }
    }
    return Set((0..<64).compactMap { mask & 1 << $0 == 0 ? nil : KeyKind(rawValue: $0) })
  }

  mutating func begin(_ row: CSVRow, _ chunk: ImportTable.Chunk) {
    var prepared = PreparedRow()
    prepared.line = Int32(clamping: row.line + chunk.line - 1)
    let start = chunk.range.lowerBound
    prepared.range = (row.range.lowerBound + start)..<(row.range.upperBound + start)
    line = prepared.line
    result.rows.append(prepared)
    main.clear()
    person.clear()
    company.clear()
    for body in keys.indices where !keys[body].isEmpty {
      keys[body].removeAll(keepingCapacity: true)
    }
    addresses.removeAll()
    notes.removeAll()
    purchases.removeAll()
    links.removeAll()
    outcome = ""
    refText.removeAll(keepingCapacity: true)
    refIsNumber = false
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
  }
}
