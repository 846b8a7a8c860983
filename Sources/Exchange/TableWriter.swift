/// The forms in which a table can be written.
public enum TableProfile: Sendable, CaseIterable {
  /// RFC 4180 with commas and `\n`, UTF-8 without a mark: for programs.
  case csv
  /// What Russian Excel opens by a double click: byte order mark, semicolons, `\r\n`, formulas
  /// guarded, and no `sep=` line, which would switch the mark off.
  case excelRU
  /// Tabs and `\n`, quoted like CSV.
  case tsv

  /// The dialect that reads the table back.
  public var dialect: CSVDialect {
    switch self {
    case .csv: CSVDialect()
    case .excelRU: CSVDialect(separator: UInt8(ascii: ";"), lineEnd: .crlf)
    case .tsv: CSVDialect(separator: 0x09)
    }
  }

  /// Whether cells pass `FormulaGuard`, so that a reader has to undo it.
  public var guardsFormulas: Bool { self == .excelRU }
}

/// Writes a table as text, appending to bytes in memory.
///
///     var writer = TableWriter(.excelRU)
///     writer.row(["Имя", "Город"])
///     let bytes = writer.takeBytes()
public struct TableWriter: Sendable {
  /// The form of the table.
  public let profile: TableProfile
  /// What has been written and not yet taken.
  public private(set) var bytes: [UInt8]

  private let dialect: CSVDialect

  /// Starts a table; the byte order mark, if the profile has one, is written at once.
  public init(_ profile: TableProfile) {
    self.profile = profile
    dialect = profile.dialect
    bytes = profile == .excelRU ? TextEncoding.utf8WithBOM.byteOrderMark : []
  }

  /// Writes a row; an empty row becomes one empty cell.
  public mutating func row(_ cells: [String]) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { bytes.append(dialect.separator) }
      append(cell, isAlone: cells.count == 1)
    }
    if cells.isEmpty { append("", isAlone: true) }
    bytes.append(contentsOf: dialect.lineEnd.bytes)
  }

  /// Hands over what has been written so far and starts afresh, so that a long table can be
  /// passed on in pieces.
  public mutating func takeBytes() -> [UInt8] {
    let taken = bytes
    bytes.removeAll(keepingCapacity: true)
    return taken
  }

  private mutating func append(_ cell: String, isAlone: Bool) {
    let quote = UInt8(ascii: "\"")
    let isGuarded = profile.guardsFormulas && FormulaGuard.needsGuard(cell.utf8)
    // A lone empty cell without quotes would read as an empty line.
    guard needsQuotes(cell.utf8) || (isAlone && cell.isEmpty) else {
      if isGuarded { bytes.append(UInt8(ascii: "'")) }
      bytes.append(contentsOf: cell.utf8)
      return
    }
    bytes.append(quote)
    if isGuarded { bytes.append(UInt8(ascii: "'")) }
    for byte in cell.utf8 {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    bytes.append(quote)
  }

  private func needsQuotes(_ cell: String.UTF8View) -> Bool {
    // Outer spaces survive everywhere only inside quotes; a leading U+FEFF would pass for a mark.
    if cell.first == 0x20 || cell.last == 0x20 || cell.first == 0xEF { return true }
    return cell.contains { byte in
      byte == dialect.separator || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
    }
  }
}
