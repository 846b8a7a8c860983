/// A term as written, before anyone knows what it means.
struct FilterToken {
  /// A character, and whether it stood between quotes.
  struct Unit: Equatable {
    let scalar: Unicode.Scalar
    let isQuoted: Bool
  }

  /// Where it begins, in bytes.
  let byteOffset: Int
  var units: ArraySlice<Unit>

  var text: String {
    var result = String.UnicodeScalarView()
    result.append(contentsOf: units.lazy.map(\.scalar))
    return String(result)
  }

  /// Whether the token begins with these characters outside quotes, case aside.
  func hasPrefix(_ prefix: String) -> Bool {
    let scalars = prefix.unicodeScalars
    guard units.count >= scalars.count else { return false }
    return zip(units, scalars).allSatisfy { unit, scalar in
      !unit.isQuoted
        && unit.scalar.properties.lowercaseMapping.unicodeScalars.elementsEqual([scalar])
    }
  }

  /// Splits the units at every `|` outside quotes.
  static func alternatives(_ units: ArraySlice<Unit>) -> [FilterToken] {
    let bar = Unit(scalar: "|", isQuoted: false)
    return units.split(separator: bar, omittingEmptySubsequences: false)
      .map { FilterToken(byteOffset: 0, units: $0) }
  }

  /// Cuts a text into terms at spaces outside quotes.
  ///
  /// - Throws: `FilterError` for an unclosed quote.
  static func tokens(
    of text: String, argument: Int, isOneTerm: Bool
  ) throws(FilterError) -> [FilterToken] {
    var tokens: [FilterToken] = []
    var units: [Unit] = []
    var start = 0
    var offset = 0
    var quote: Int?
    var isEscaped = false
    func finish() {
      if !units.isEmpty { tokens.append(FilterToken(byteOffset: start, units: units[...])) }
      units = []
    }
    for scalar in text.unicodeScalars {
      if units.isEmpty, quote == nil { start = offset }
      if isEscaped {
        // Only a quote and a backslash are escaped; before anything else a backslash is itself.
        if scalar != "\"" && scalar != "\\" { units.append(Unit(scalar: "\\", isQuoted: true)) }
        units.append(Unit(scalar: scalar, isQuoted: true))
        isEscaped = false
      } else if scalar == "\"" {
        quote = quote == nil ? offset : nil
      } else if quote != nil, scalar == "\\" {
        isEscaped = true
      } else if quote == nil, !isOneTerm, Trimming.isSpace(scalar) {
        finish()
      } else {
        units.append(Unit(scalar: scalar, isQuoted: quote != nil))
      }
      offset += UTF8.width(scalar)
    }
    if let quote { throw FilterError(.unclosedQuote, argument: argument, byteOffset: quote) }
    finish()
    return tokens
  }
}
