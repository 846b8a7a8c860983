import Bytes
import CRM
import Platform

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
    let isValid = Self.isValidUTF8(bytes)
    let encoding = options.encoding ?? Self.encoding(of: bytes, isValidUTF8: isValid)
    let isPlain = encoding == .utf8 || encoding == .utf8WithBOM
    let text = isPlain && isValid ? bytes : encoding.decode(bytes.span)
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

  /// Whether the bytes are well-formed UTF-8, asked of all processors.
  private static func isValidUTF8(_ bytes: [UInt8]) -> Bool {
    var borders = [0]
    while let last = borders.last, last < bytes.count {
      var next = min(last + (1 << 20), bytes.count)
      // A border lies before a byte that begins a character.
      while next < bytes.count, bytes[next] & 0xC0 == 0x80, next - last < (1 << 20) + 4 {
        next += 1
      }
      borders.append(next)
    }
    let parts = borders
    return Parallel.map(count: parts.count - 1) { index in
      bytes.span.extracting(parts[index]..<parts[index + 1]).isValidUTF8
    }.allSatisfy { $0 }
  }

  /// Spares the guess where there is nothing to guess; text in UTF-16 may be valid UTF-8 too.
  private static func encoding(of bytes: [UInt8], isValidUTF8: Bool) -> TextEncoding {
    guard isValidUTF8, !bytes.prefix(4096).contains(0) else {
      return TextEncoding.detect(bytes.span)
    }
    return bytes.span.startsWithUTF8Mark ? .utf8WithBOM : .utf8
  }

  private static func refuseOtherFormats(_ bytes: [UInt8]) throws(ImportError) {
    guard bytes.contains(where: { $0 > 0x20 }) else { throw .empty }
    // Zip (.xlsx), the compound files of old Excel, gzip.
    let marks: [[UInt8]] = [[0x50, 0x4B, 3, 4], [0xD0, 0xCF, 0x11, 0xE0], [0x1F, 0x8B]]
    if marks.contains(where: { bytes.starts(with: $0) }) { throw .isSpreadsheet }
    if isJSONLine(bytes) { throw .isJSONLines }
    let start = String(decoding: bytes.prefix(512), as: UTF8.self).lowercased()
    let isPage = ["<html", "<!doctype html", "<table", "<meta"].contains { start.contains($0) }
    if isPage, start.trimmingBlanks().hasPrefix("<") { throw .isHTML }
  }

  /// Whether the first line is an object in JSON, which no header of a table is.
  private static func isJSONLine(_ bytes: [UInt8]) -> Bool {
    let text = bytes.span.startsWithUTF8Mark ? bytes.dropFirst(3) : bytes[...]
    let line = text.drop { $0 <= 0x20 }.prefix { $0 != 0x0A && $0 != 0x0D }
    guard line.first == UInt8(ascii: "{"), line.count <= Limits.lineBytes,
      case .object? = try? JSONParser.parse(Array(line).span)
    else { return false }
    return true
  }

  /// The cells of a column in the samples.
  func samples(of column: Int) -> [String] {
    samples.compactMap { column < $0.count ? $0[column] : nil }
  }
}
