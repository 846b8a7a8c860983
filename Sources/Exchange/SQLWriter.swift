/// The types of columns that SQLite, PostgreSQL and DuckDB all know.
public enum SQLType: String, Sendable, CaseIterable {
  /// Text of any length.
  case text = "TEXT"
  /// Whole numbers of 64 bits.
  case integer = "BIGINT"
  /// Floating point numbers of 64 bits.
  case real = "DOUBLE PRECISION"
  /// Truth values, kept as 0 and 1 because SQLite has no type for them.
  case boolean = "SMALLINT"
}

/// One value of a row.
public enum SQLValue: Sendable, Equatable {
  /// No value.
  case null
  /// Text; NUL characters are left out, since PostgreSQL cannot hold them.
  case text(String)
  /// A whole number.
  case integer(Int64)
  /// A floating point number; infinities and NaN become `NULL`.
  case real(Double)
  /// A truth value.
  case boolean(Bool)
}

/// Writes tables as SQL text that `sqlite3`, `psql` and DuckDB load without changes.
///
///     var writer = SQLWriter()
///     writer.begin(table: "clients", columns: [("name", .text), ("orders", .integer)])
///     writer.row([.text("Анна"), .integer(3)])
///     writer.end()
///
/// Each table is one transaction with a `CREATE TABLE` and `INSERT` statements of at most 500 rows.
/// Strings follow `standard_conforming_strings`: a quote is doubled, a backslash is ordinary.
public struct SQLWriter: Sendable {
  /// What has been written and not yet taken.
  public private(set) var bytes: [UInt8] = []

  private var table: [UInt8] = []
  private var columnCount = 0
  private var rowsInStatement = 0
  private var bytesInStatement = 0

  /// The limit that SQLite sets on the rows of one statement with computed values.
  private static let rowsPerStatement = 500
  /// Keeps statements far below the limits on their length.
  private static let bytesPerStatement = 1 << 20

  /// Makes a writer that has written nothing.
  public init() {}

  /// Starts a table, ending the one before it.
  ///
  /// - Parameters:
  ///   - name: the name of the table, any text without NUL.
  ///   - columns: names and types; at least one, names different without regard to case.
  public mutating func begin(table name: String, columns: [(name: String, type: SQLType)]) {
    end()
    table = Self.identifier(name)
    columnCount = columns.count
    append("BEGIN;\nCREATE TABLE ")
    bytes.append(contentsOf: table)
    append(" (")
    for (index, column) in columns.enumerated() {
      append(index == 0 ? "\n  " : ",\n  ")
      bytes.append(contentsOf: Self.identifier(column.name))
      append(" ")
      append(column.type.rawValue)
    }
    append("\n);\n")
  }

  /// Writes a row; missing values are `NULL`, surplus values are left out.
  ///
  /// Does nothing when no table has begun.
  public mutating func row(_ values: [SQLValue]) {
    guard columnCount > 0 else { return }
    if rowsInStatement == Self.rowsPerStatement || bytesInStatement > Self.bytesPerStatement {
      endStatement()
    }
    let countBefore = bytes.count
    if rowsInStatement == 0 {
      append("INSERT INTO ")
      bytes.append(contentsOf: table)
      append(" VALUES\n(")
    } else {
      append(",\n(")
    }
    for column in 0..<columnCount {
      if column > 0 { append(", ") }
      append(column < values.count ? values[column] : .null)
    }
    append(")")
    rowsInStatement += 1
    bytesInStatement += bytes.count - countBefore
  }

  /// Ends the table and its transaction; does nothing when no table has begun.
  public mutating func end() {
    guard columnCount > 0 else { return }
    endStatement()
    append("COMMIT;\n")
    columnCount = 0
  }

  /// Hands over what has been written so far and starts afresh, so that a long dump can be passed
  /// on in pieces.
  public mutating func takeBytes() -> [UInt8] {
    let taken = bytes
    bytes.removeAll(keepingCapacity: true)
    return taken
  }
}

extension SQLWriter {
  private mutating func endStatement() {
    if rowsInStatement > 0 { append(";\n") }
    rowsInStatement = 0
    bytesInStatement = 0
  }

  private mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func append(_ value: SQLValue) {
    switch value {
    case .null: append("NULL")
    case .text(let text): appendLiteral(text)
    case .integer(let number): append(String(number))
    case .boolean(let flag): append(flag ? "1" : "0")
    case .real(let number):
      guard number.isFinite else {
        append("NULL")
        return
      }
      let digits = String(describing: number)
      append(digits)
      // Without an exponent DuckDB reads a decimal of limited precision.
      if !digits.utf8.contains(UInt8(ascii: "e")) { append("e0") }
    }
  }

  private mutating func appendLiteral(_ text: String) {
    guard text.utf8.contains(0x0D) else {
      appendQuoted(text.utf8, carriageReturn: [])
      return
    }
    // The sqlite3 shell drops a CR before a LF while it reads lines, so every CR is written as a
    // character that the text does not hold, and put back by a function that all three have.
    let privateUse = (0xE000...0xF8FF).lazy.compactMap { Unicode.Scalar($0 as Int) }
    let standIn = privateUse.first { !text.unicodeScalars.contains($0) } ?? "\u{F8FF}"
    let standInBytes = Array(String(Character(standIn)).utf8)
    append("replace(")
    appendQuoted(text.utf8, carriageReturn: standInBytes)
    append(", '")
    bytes.append(contentsOf: standInBytes)
    append("', '\r')")
  }

  private mutating func appendQuoted(_ text: String.UTF8View, carriageReturn: [UInt8]) {
    let quote = UInt8(ascii: "'")
    bytes.append(quote)
    for byte in text where byte != 0 {
      if byte == 0x0D {
        bytes.append(contentsOf: carriageReturn)
        continue
      }
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    bytes.append(quote)
  }

  private static func identifier(_ name: String) -> [UInt8] {
    let quote = UInt8(ascii: "\"")
    var bytes = [quote]
    for byte in name.utf8 where byte != 0 {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    return bytes + [quote]
  }
}
