/// Keeps cells from acting as formulas when a spreadsheet opens the file.
///
/// A cell that begins with `=`, `+`, `-`, `@`, a tab or a line end gets an apostrophe in front; a
/// plain negative number is left alone, so that columns still add up. A cell that already begins
/// with apostrophes before such a character gets one more, which makes the rule reversible:
/// `unguarded(guarded(x))` is `x` for every `x`.
public enum FormulaGuard {
  private static let apostrophe = UInt8(ascii: "'")

  /// The cell as it is to be written.
  public static func guarded(_ cell: String) -> String {
    needsGuard(cell.utf8) ? "'" + cell : cell
  }

  /// The cell as it was before `guarded`; a cell without a guard comes back unchanged.
  public static func unguarded(_ cell: String) -> String {
    isGuarded(cell.utf8) ? String(cell.unicodeScalars.dropFirst()) : cell
  }

  static func needsGuard(_ cell: String.UTF8View) -> Bool {
    guard let first = cell.first else { return false }
    if first == apostrophe { return isGuarded(cell) }
    return isTrigger(first) && !isNegativeNumber(cell)
  }

  /// Whether apostrophes stand before a character that could start a formula.
  private static func isGuarded(_ cell: String.UTF8View) -> Bool {
    guard cell.first == apostrophe else { return false }
    return cell.first { $0 != apostrophe }.map(isTrigger) ?? false
  }

  private static func isTrigger(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"): true
    case 0x09, 0x0A, 0x0D: true
    default: false
    }
  }

  private static func isNegativeNumber(_ cell: String.UTF8View) -> Bool {
    guard cell.first == UInt8(ascii: "-"), cell.count > 1 else { return false }
    var marks = 0
    for byte in cell.dropFirst() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): continue
      case UInt8(ascii: "."), UInt8(ascii: ","): marks += 1
      default: return false
      }
    }
    return marks <= 1
  }
}
