extension Phone {
  /// Splits a cell with several numbers.
  ///
  /// Numbers are separated by commas, semicolons, slashes, line ends, ` ::: `, or a space between two
  /// whole Russian numbers. «, доб. 12», «, 12» and «, Анна» stay with the number before them.
  ///
  /// - Parameter cell: The cell.
  /// - Returns: The pieces, trimmed, not normalised, in order; no empty ones.
  public static func split(_ cell: String) -> [String] {
    if isSpreadsheetNumber(cell) { return [Trimming.trimmed(cell)] }
    var pieces: [String] = []
    var piece = String.UnicodeScalarView()
    var separator: Unicode.Scalar = "\n"
    func finish() {
      let text = Trimming.trimmed(piece)
      piece = String.UnicodeScalarView()
      guard !text.isEmpty else { return }
      if let last = pieces.last, belongs(text, after: separator) {
        let joint = separator == "," ? ", " : String(separator) + " "
        pieces[pieces.count - 1] = last + joint + text
      } else {
        pieces.append(text)
      }
    }
    for scalar in cell.unicodeScalars {
      if ",;/\n\r|".unicodeScalars.contains(scalar) {
        finish()
        separator = scalar
      } else {
        piece.append(scalar)
      }
    }
    finish()
    return pieces.flatMap(splitAtTripleColon).flatMap(splitAtSpace)
  }

  private static func belongs(_ text: String, after separator: Unicode.Scalar) -> Bool {
    let word = text.unicodeScalars.split(whereSeparator: Trimming.isSpace).first
    if let word, ExtensionLabel(String(word)) != nil { return true }
    let digits = text.unicodeScalars.count { PhoneScanner.digit($0) != nil }
    return (separator == "," || separator == "/") && digits < 5
  }

  private static func splitAtTripleColon(_ piece: String) -> [String] {
    let words = piece.split(separator: " ")
    return words.split(separator: ":::").map { $0.joined(separator: " ") }
  }

  /// Cuts «89032365544 84952346187» in two.
  private static func splitAtSpace(_ piece: String) -> [String] {
    var pieces: [String] = []
    var words: [String] = []
    var digits: [UInt8] = []
    for part in piece.unicodeScalars.split(whereSeparator: Trimming.isSpace) {
      let word = String(part)
      let added = word.utf8.filter { $0 &- 0x30 < 10 }
      let isWhole = digits.count == 11 && (digits[0] == 0x37 || digits[0] == 0x38)
      if isWhole, added.count > 6 || word.hasPrefix("+") || (added == [0x38] || added == [0x37]) {
        pieces.append(words.joined(separator: " "))
        words = []
        digits = []
      }
      words.append(word)
      digits += added
    }
    pieces.append(words.joined(separator: " "))
    // Half a number at the end means that the space was no border.
    let isSound = pieces.allSatisfy { normalise($0).key != nil }
    return pieces.count > 1 && isSound ? pieces : [piece]
  }

  /// How a number is written for a reader.
  public enum Style: Sendable, Hashable {
    /// `8 (903) 236-55-44`, as Russians write it and a spreadsheet leaves alone.
    case national
    /// `+7 903 236-55-44`.
    case international
  }

  /// Writes a key for a reader; what it writes reads back as the same key.
  ///
  /// - Parameters:
  ///   - key: A key, with or without extension.
  ///   - style: How Russian numbers are grouped; others show their key.
  /// - Returns: The text; a text that is no key comes back unchanged.
  public static func display(_ key: String, style: Style = .national) -> String {
    let bytes = Array(key.utf8)
    let end = bytes.firstIndex(of: 0x3B) ?? bytes.count
    var number = String(decoding: bytes[..<end], as: UTF8.self)
    let digits = bytes[..<end].dropFirst()
    guard bytes.first == 0x2B, !digits.isEmpty, digits.allSatisfy({ $0 &- 0x30 < 10 }) else {
      return key
    }
    if digits.count == 11, digits.first == 0x37 {
      func part(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
      }
      let tail = "\(part(5..<8))-\(part(8..<10))-\(part(10..<12))"
      number = style == .national ? "8 (\(part(2..<5))) \(tail)" : "+7 \(part(2..<5)) \(tail)"
    }
    let mark = Array(";ext=".utf8)
    guard bytes[end...].starts(with: mark) else { return end == bytes.count ? number : key }
    let ext = String(decoding: bytes[(end + mark.count)...], as: UTF8.self)
    return "\(number) \(style == .national ? "доб." : "ext.") \(ext)"
  }
}
