import CRM

/// A file read as far as its header: encoding, dialect, columns, and where its rows are.
struct ImportTable: Sendable {
  /// The whole file as UTF-8.
  let text: [UInt8]
  let encoding: TextEncoding
  let dialect: CSVDialect
  let header: [String]
  /// The bytes of the header row, for giving rejected rows back.
  let headerRange: Range<Int>
  /// Stretches of whole rows, each with the line on which it begins.
  let chunks: [Chunk]
  /// The first rows, by which columns are judged.
  let samples: [[String]]

  struct Chunk: Sendable {
    let range: Range<Int>
    let line: Int
  }

  /// Rows a chunk has, about: enough to keep a processor busy, few enough to share the work.
  private static let chunkByteCount = 512 << 10

  init(_ bytes: [UInt8], options: ImportOptions) throws(ImportError) {
    try Self.refuseOtherFormats(bytes)
    let encoding = options.encoding ?? TextEncoding.detect(bytes.span)
    let isPlain = encoding == .utf8 || encoding == .utf8WithBOM
    let text = isPlain && bytes.span.isValidUTF8 ? bytes : encoding.decode(bytes.span)
    self.encoding = encoding
    self.text = text
    var dialect = CSVDialect.detect(text.span)
    if let separator = options.separator { dialect.separator = separator }
    self.dialect = dialect
    var reader = CSVReader(dialect: dialect)
    var row = CSVRow()
    guard (try? reader.next(in: text.span, into: &row)) == true else { throw .empty }
    header = row.texts(in: text.span)
    headerRange = row.range
    var samples: [[String]] = []
    var chunks: [Chunk] = []
    var start = reader.byteOffset
    var line = reader.line
    let end = text.count
    while true {
      do {
        guard try reader.next(in: text.span, into: &row) else { break }
        if samples.count < 200, !row.isBlank { samples.append(row.texts(in: text.span)) }
      } catch {
        // The row is reported when its chunk is read.
      }
      if reader.byteOffset - start >= Self.chunkByteCount {
        chunks.append(Chunk(range: start..<reader.byteOffset, line: line))
        (start, line) = (reader.byteOffset, reader.line)
      }
    }
    if start < end { chunks.append(Chunk(range: start..<end, line: line)) }
    guard !samples.isEmpty || !chunks.isEmpty else { throw .empty }
    self.samples = samples
    self.chunks = chunks
  }

  private static func refuseOtherFormats(_ bytes: [UInt8]) throws(ImportError) {
    guard bytes.contains(where: { $0 > 0x20 }) else { throw .empty }
    // Zip (.xlsx), the compound files of old Excel, gzip.
    let marks: [[UInt8]] = [[0x50, 0x4B, 3, 4], [0xD0, 0xCF, 0x11, 0xE0], [0x1F, 0x8B]]
    if marks.contains(where: { bytes.starts(with: $0) }) { throw .isSpreadsheet }
    let start = String(decoding: bytes.prefix(512), as: UTF8.self).lowercased()
    let isPage = ["<html", "<!doctype html", "<table", "<meta"].contains { start.contains($0) }
    if isPage, start.trimmingBlanks().hasPrefix("<") { throw .isHTML }
  }

  /// The cells of a column in the samples.
  func samples(of column: Int) -> [String] {
    samples.compactMap { column < $0.count ? $0[column] : nil }
  }
}
