/// Reads a delimited table in memory, row by row, without copying it.
///
///     var reader = CSVReader(dialect: CSVDialect.detect(bytes))
///     var row = CSVRow()
///     while try reader.next(in: bytes, into: &row) {
///       print(row.line, row.text(at: 0, in: bytes))
///     }
///
/// The text is UTF-8 (or any encoding that keeps ASCII). RFC 4180 is read with the tolerance that
/// real files need: all three line ends in any mixture, line ends inside quotes, quotes inside
/// unquoted fields, a last line without an end, rows of any length, a byte order mark. Lines with
/// nothing on them are skipped and counted.
///
/// A cursor only: the text is passed to each call, and must be the same each time.
public struct CSVReader: Sendable {
  /// How the table is written.
  public let dialect: CSVDialect
  /// The bounds on a row.
  public let limits: CSVLimits
  /// Where the next row starts, in bytes.
  public private(set) var byteOffset = 0
  /// The line of the next row, from 1.
  public private(set) var line = 1

  private var hasStarted = false
  /// The first problem of the row at hand; it is thrown when the row has been passed.
  private var problem: CSVError?

  /// Makes a reader that stands before the first row.
  public init(dialect: CSVDialect = CSVDialect(), limits: CSVLimits = CSVLimits()) {
    self.dialect = dialect
    self.limits = limits
  }

  /// Reads the next row, the header included.
  ///
  /// - Parameters:
  ///   - bytes: the whole text, the same for every call.
  ///   - row: is filled; when this throws it holds the place and the fields read so far.
  /// - Returns: whether there was another row.
  /// - Throws: `CSVError` for a row that cannot be read. The reader then stands behind that row.
  public mutating func next(
    in bytes: Span<UInt8>, into row: inout CSVRow
  ) throws(CSVError) -> Bool {
    if !hasStarted { start(bytes) }
    row.fields.removeAll(keepingCapacity: true)
    var at = skipEmptyLines(bytes)
    let start = at
    row.line = line
    guard start < bytes.count else {
      row.range = start..<start
      return false
    }
    problem = nil
    let separator = dialect.separator
    var isAtRowEnd = false
    while !isAtRowEnd {
      let fieldLine = line
      let fieldStart = at
      let field: CSVField
      if let quote = dialect.quote, at < bytes.count, bytes[at] == quote {
        field = quotedField(bytes, at: &at, quote: quote, column: row.fields.count + 1)
      } else {
        at = Self.endOfField(bytes, from: at, separator: separator)
        field = CSVField(offset: fieldStart, count: at - fieldStart, form: .plain)
      }
      let column = row.fields.count + 1
      if at - fieldStart > limits.fieldBytes {
        report(.fieldTooLong(limit: limits.fieldBytes), fieldLine, column, fieldStart)
      }
      if at - start > limits.rowBytes {
        report(.rowTooLong(limit: limits.rowBytes), fieldLine, column, fieldStart)
      }
      if column <= limits.columns {
        row.fields.append(field)
      } else if !(dialect.trailingSeparator && column == limits.columns + 1 && field.count == 0) {
        report(.tooManyColumns(limit: limits.columns), fieldLine, column, fieldStart)
      }
      if at < bytes.count && bytes[at] == separator {
        at += 1
      } else {
        isAtRowEnd = true
      }
    }
    if at < bytes.count { skipLineEnd(bytes, at: &at) }
    byteOffset = at
    row.range = start..<at
    if dialect.trailingSeparator, row.fields.count > 1, row.fields.last?.count == 0 {
      row.fields.removeLast()
    }
    if let problem { throw problem }
    return true
  }
}

extension CSVReader {
  /// Passes the byte order mark and Excel's `sep=` line.
  private mutating func start(_ bytes: Span<UInt8>) {
    hasStarted = true
    if bytes.startsWithUTF8Mark { byteOffset = 3 }
    guard dialect.hasSeparatorLine else { return }
    var at = byteOffset
    while at < bytes.count, !Self.isLineEnd(bytes[at]) { at += 1 }
    if at < bytes.count { skipLineEnd(bytes, at: &at) }
    byteOffset = at
  }

  private mutating func skipEmptyLines(_ bytes: Span<UInt8>) -> Int {
    var at = byteOffset
    while at < bytes.count, Self.isLineEnd(bytes[at]) { skipLineEnd(bytes, at: &at) }
    byteOffset = at
    return at
  }

  private mutating func skipLineEnd(_ bytes: Span<UInt8>, at index: inout Int) {
    let isPair = bytes[index] == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A
    index += isPair ? 2 : 1
    line += 1
  }

  private mutating func report(
    _ kind: CSVError.Kind, _ line: Int, _ column: Int, _ byteOffset: Int
  ) {
    guard problem == nil else { return }
    problem = CSVError(kind: kind, line: line, column: column, byteOffset: byteOffset)
  }

  /// Reads a field that starts with a quote, and leaves `at` behind it.
  private mutating func quotedField(
    _ bytes: Span<UInt8>, at: inout Int, quote: UInt8, column: Int
  ) -> CSVField {
    let start = at
    let startLine = line
    var isDoubled = false
    var end: Int?
    at += 1
    while end == nil {
      at = Self.endOfField(bytes, from: at, separator: quote)
      guard at < bytes.count else {
        // Says more than any limit that the runaway field breaks as well.
        problem = CSVError(
          kind: .unclosedQuote, line: startLine, column: column, byteOffset: start)
        return CSVField(offset: start, count: at - start, form: .malformed)
      }
      if bytes[at] != quote {
        skipLineEnd(bytes, at: &at)
      } else if at + 1 < bytes.count && bytes[at + 1] == quote {
        isDoubled = true
        at += 2
      } else {
        end = at
        at += 1
      }
    }
    let content = CSVField(
      offset: start + 1, count: (end ?? at) - start - 1, form: isDoubled ? .doubled : .plain)
    // Blanks between the closing quote and the separator mean nothing.
    var next = at
    while next < bytes.count, bytes[next] == 0x20, dialect.separator != 0x20 { next += 1 }
    if next == bytes.count || bytes[next] == dialect.separator || Self.isLineEnd(bytes[next]) {
      at = next
      return content
    }
    at = Self.endOfField(bytes, from: at, separator: dialect.separator)
    return CSVField(offset: start, count: at - start, form: .malformed)
  }
}

extension CSVReader {
  @inline(__always)
  private static func isLineEnd(_ byte: UInt8) -> Bool {
    byte == 0x0A || byte == 0x0D
  }

  /// The first byte from `start` on that is the separator or ends a line; else the end.
  ///
  /// Eight bytes at a time: a word with a byte below 0x0E (where both line ends are) or equal to
  /// the separator is marked in the top bits, and the lowest mark is exact (borrows in the
  /// subtraction only travel upwards).
  @inline(__always)
  private static func endOfField(
    _ bytes: Span<UInt8>, from start: Int, separator: UInt8
  ) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = 0x8080_8080_8080_8080
    let pattern = ones &* UInt64(separator)
    let count = bytes.count
    let raw = bytes.bytes
    var at = start
    while at &+ 8 <= count {
      let word = UInt64(
        littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
      let other = word ^ pattern
      let marks =
        (((word &- ones &* 0x0E) & ~word) | ((other &- ones) & ~other)) & tops
      guard marks != 0 else {
        at &+= 8
        continue
      }
      at &+= marks.trailingZeroBitCount >> 3
      let byte = bytes[at]
      if byte == separator || isLineEnd(byte) { return at }
      // Another control character, as a tab inside a field.
      at &+= 1
    }
    while at < count {
      let byte = bytes[at]
      if byte == separator || isLineEnd(byte) { return at }
      at &+= 1
    }
    return at
  }
}
