/// How many columns of a terminal a text takes.
enum DisplayWidth {
  /// The columns of a text: Latin and Cyrillic letters one, Chinese signs and emoji two, accents
  /// that stand over another sign none.
  static func of(_ text: String) -> Int {
    var width = 0
    for byte in text.utf8 {
      // Plain ASCII needs no tables.
      if byte >= 0x80 { return text.unicodeScalars.reduce(0) { $0 + of($1) } }
      if byte >= 0x20 { width += 1 }
    }
    return width
  }

  static func of(_ scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x20 || (0x7F..<0xA0).contains(value) { return 0 }
    // Letters with accents, Greek, Cyrillic: everything before U+1100 but the combining marks.
    if value < 0x300 || (0x370..<0x483).contains(value) { return value == 0xAD ? 0 : 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: return isWide(value) ? 2 : 1
    }
  }

  /// Unicode's East Asian Width «W» and «F», in the ranges that hold nothing else of note.
  private static func isWide(_ value: UInt32) -> Bool {
    guard value >= 0x1100 else { return false }
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
      0x1FA70...0x1FAFF, 0x20000...0x3FFFD:
      return true
    default: return false
    }
  }

  /// A text cut to a number of columns, with «…» where something is missing.
  static func cut(_ text: String, to width: Int) -> String {
    guard of(text) > width else { return text }
    guard width > 0 else { return "" }
    var result = String.UnicodeScalarView()
    var used = 0
    for scalar in text.unicodeScalars {
      let next = of(scalar)
      if used + next > width - 1 { break }
      result.append(scalar)
      used += next
    }
    return String(result) + "…"
  }

  /// A text that can be printed on one line: data must neither break a table nor steer a terminal.
  static func oneLine(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A, 0x0D, 0x09, 0x2028, 0x2029:
        if result.last != " " { result.append(" ") }
      case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: continue
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
