/// Trimming of what files and people leave around a value.
package enum Trimming {
  /// Whether a scalar is white space of any kind, the no-break ones and the BOM included.
  package static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200B, 0x2028, 0x2029, 0x202F, 0x205F,
      0x2060, 0x3000, 0xFEFF:
      true
    default: false
    }
  }

  /// Returns the text without spaces, and without the given signs, at both ends.
  package static func trimmed(
    _ scalars: some BidirectionalCollection<Unicode.Scalar>, also signs: String = ""
  )
    -> String
  {
    let extra = signs.unicodeScalars
    var slice = scalars[...]
    while let first = slice.first, isSpace(first) || extra.contains(first) { slice.removeFirst() }
    while let last = slice.last, isSpace(last) || extra.contains(last) { slice.removeLast() }
    var result = String.UnicodeScalarView()
    result.append(contentsOf: slice)
    return String(result)
  }

  /// Returns the text without spaces, and without the given signs, at both ends.
  package static func trimmed(_ text: String, also signs: String = "") -> String {
    trimmed(text.unicodeScalars, also: signs)
  }

  /// Returns the text with every run of spaces as one plain space, none at the ends.
  package static func collapsed(_ text: String) -> String {
    text.unicodeScalars.split(whereSeparator: isSpace).map { String($0) }.joined(separator: " ")
  }
}
