/// Where one field lies in the text.
public struct CSVField: Sendable, Equatable {
  /// How the bytes of a field become its value.
  public enum Form: UInt8, Sendable {
    /// The bytes are the value.
    case plain
    /// The bytes lay between quotes and hold doubled quotes, each of which means one.
    case doubled
    /// Text follows the closing quote; the bytes include the opening quote.
    ///
    /// Where a quote also ends the field, someone forgot to double the inner ones, and the value
    /// is what lies between the outer two; else the quotes are part of the text.
    case malformed
  }

  /// The first byte, counted from the start of the text.
  public let offset: Int
  /// The length in bytes.
  public let count: Int
  /// What is to be done with the bytes.
  public let form: Form

  /// The bytes of the field, with surrounding quotes left out unless the field is malformed.
  public var range: Range<Int> { offset..<(offset + count) }
}

/// One record of a table, as places in the text it was read from.
///
/// Reuse one value for all rows: its storage is kept. The methods that take `bytes` want the same
/// bytes that the reader was given.
public struct CSVRow: Sendable {
  /// The fields in order.
  public internal(set) var fields: [CSVField] = []
  /// The line on which the row starts, from 1; a quoted field may hold further lines.
  public internal(set) var line = 0
  /// The bytes of the row with its line end, for writing it back unchanged.
  public internal(set) var range: Range<Int> = 0..<0

  /// Makes an empty row for `CSVReader.next` to fill.
  public init() {}

  /// How the length of a row compares with the header.
  public enum Shape: Sendable, Equatable {
    /// As many fields as columns, or more of which the last are empty.
    case exact
    /// So many fields are missing at the end.
    case short(missing: Int)
    /// So many fields, up to the last that is not empty, have no column.
    case long(surplus: Int)
  }

  /// Compares the row with a number of columns.
  public func shape(columnCount: Int) -> Shape {
    if fields.count < columnCount { return .short(missing: columnCount - fields.count) }
    var used = fields.count
    while used > columnCount, fields[used - 1].count == 0 { used -= 1 }
    return used > columnCount ? .long(surplus: used - columnCount) : .exact
  }

  /// Whether every field is empty, as in the `;;;;` rows at the end of Excel's files.
  public var isBlank: Bool {
    fields.allSatisfy { $0.count == 0 }
  }

  /// Whether text follows the closing quote of some field.
  public var isMalformed: Bool {
    fields.contains { $0.form == .malformed }
  }

  /// The value of a field as text; empty beyond the last field.
  ///
  /// Ill-formed UTF-8 is repaired with U+FFFD.
  public func text(at column: Int, in bytes: Span<UInt8>) -> String {
    guard let field = field(at: column, in: bytes) else { return "" }
    if field.form == .plain { return bytes.extracting(field.range).text() }
    var value: [UInt8] = []
    field.appendValue(from: bytes, to: &value)
    return value.span.text()
  }

  /// All values as text.
  public func texts(in bytes: Span<UInt8>) -> [String] {
    fields.indices.map { text(at: $0, in: bytes) }
  }

  /// Appends the bytes of a field's value, unquoted; nothing beyond the last field.
  public func appendValue(at column: Int, in bytes: Span<UInt8>, to output: inout [UInt8]) {
    field(at: column, in: bytes)?.appendValue(from: bytes, to: &output)
  }

  /// A field that exists and lies within the bytes.
  private func field(at column: Int, in bytes: Span<UInt8>) -> CSVField? {
    guard fields.indices.contains(column) else { return nil }
    let field = fields[column]
    return field.range.upperBound <= bytes.count ? field : nil
  }
}

extension CSVField {
  fileprivate func appendValue(from bytes: Span<UInt8>, to output: inout [UInt8]) {
    switch form {
    case .plain:
      output.append(copying: bytes.extracting(range))
    case .doubled:
      Self.appendUndoubled(bytes.extracting(range), quote: bytes[offset - 1], to: &output)
    case .malformed:
      let quote = bytes[offset]
      if count > 2 && bytes[offset + count - 1] == quote {
        let inner = (offset + 1)..<(offset + count - 1)
        Self.appendUndoubled(bytes.extracting(inner), quote: quote, to: &output)
      } else {
        output.append(copying: bytes.extracting(range))
      }
    }
  }

  private static func appendUndoubled(
    _ bytes: Span<UInt8>, quote: UInt8, to output: inout [UInt8]
  ) {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      output.append(byte)
      index += byte == quote && index + 1 < bytes.count && bytes[index + 1] == quote ? 2 : 1
    }
  }
}
