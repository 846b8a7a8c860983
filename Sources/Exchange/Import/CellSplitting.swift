import CRM

/// How a cell with several values is cut.
enum CellSplitting {
  /// Whether a cell may hold several values, so that it deserves the slower look.
  static func mayHoldSeveral(_ cell: Span<UInt8>, _ kind: FieldKind) -> Bool {
    switch kind {
    case .text, .url, .address, .file: return false
    case .phone:
      // One Russian number has eleven digits at most and no letters.
      var digits = 0
      for index in 0..<cell.count {
        let byte = cell[index]
        if byte &- 0x30 < 10 { digits += 1 }
        if byte > 0x39 || byte == 0x2C || byte == 0x2F { return true }
      }
      return digits > 11
    default:
      for index in 0..<cell.count {
        switch cell[index] {
        case 0x2C, 0x3B, 0x0A, 0x2F, 0x7C, 0x3A: return true
        case 0x20: if case .email = kind { return true }
        default: continue
        }
      }
      return false
    }
  }

  /// Whether a colon stands beside another, as between the labels of Google.
  static func hasTripleColon(_ cell: Span<UInt8>) -> Bool {
    for index in 0..<max(0, cell.count - 1) where cell[index] == 0x3A && cell[index + 1] == 0x3A {
      return true
    }
    return false
  }

  /// Calls `body` with the pieces between commas, semicolons and line ends, trimmed.
  static func forEachListed(_ cell: Span<UInt8>, _ body: (Span<UInt8>) -> Void) {
    forEach(cell, body) { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") || $0 == 0x0A }
  }

  /// Calls `body` with the pieces between semicolons and line ends, trimmed: names hold commas.
  static func forEachLine(_ cell: Span<UInt8>, _ body: (Span<UInt8>) -> Void) {
    forEach(cell, body) { $0 == UInt8(ascii: ";") || $0 == 0x0A }
  }

  @inline(__always)
  private static func forEach(
    _ cell: Span<UInt8>, _ body: (Span<UInt8>) -> Void, isBorder: (UInt8) -> Bool
  ) {
    var start = 0
    for index in 0...cell.count where index == cell.count || isBorder(cell[index]) {
      let piece = cell.extracting(start..<index)
      let trimmed = piece.extracting(CellReader.trimmed(piece))
      if trimmed.count > 0 { body(trimmed) }
      start = index + 1
    }
  }

  /// The pieces of a cell whose form is not the common one.
  static func pieces(_ text: String, of kind: FieldKind) -> [String] {
    switch kind {
    case .phone: return Phone.split(text)
    case .email: return EMail.split(text)
    default:
      let isTripleColon = hasTripleColon(text.utf8.span)
      return text.unicodeScalars.split { scalar in
        isTripleColon ? scalar == ":" : scalar == "," || scalar == ";" || scalar == "\n"
      }.map { piece in
        let text = String(piece).trimmingBlanks()
        // Google marks groups of its own with a star.
        return text.hasPrefix("* ") ? String(text.dropFirst(2)) : text
      }
    }
  }
}
