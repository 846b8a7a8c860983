extension TextEncoding {
  /// Guesses the encoding of a whole file.
  ///
  /// A byte order mark decides; then the zero bytes of UTF-16; then well-formed UTF-8, where a
  /// stray byte among many good characters is forgiven; then the letter frequencies of Russian
  /// choose between windows-1251, KOI8-R and CP866. Text in ASCII is UTF-8. The guess is only a
  /// guess: show it, and let the person switch.
  ///
  /// - Complexity: linear, one pass for well-formed UTF-8; the letters are counted in the first
  ///   256 KiB.
  public static func detect(_ bytes: Span<UInt8>) -> TextEncoding {
    if bytes.startsWithUTF8Mark { return .utf8WithBOM }
    if bytes.count >= 2 {
      if bytes[0] == 0xFF && bytes[1] == 0xFE { return .utf16LEWithBOM }
      if bytes[0] == 0xFE && bytes[1] == 0xFF { return .utf16BEWithBOM }
    }
    if let utf16 = utf16WithoutMark(bytes) { return utf16 }
    if bytes.isValidUTF8 || isMostlyUTF8(bytes) { return .utf8 }
    return codePage(bytes)
  }

  /// Recognises UTF-16 by its high bytes, which are 0 for ASCII and 4 for Russian letters.
  private static func utf16WithoutMark(_ bytes: Span<UInt8>) -> TextEncoding? {
    let pairs = Swift.min(bytes.count, 4096) / 2
    guard pairs > 0 else { return nil }
    var zeros = (even: 0, odd: 0)
    var likely = (even: 0, odd: 0)
    for pair in 0..<pairs {
      let (even, odd) = (bytes[pair * 2], bytes[pair * 2 + 1])
      if even == 0 { zeros.even += 1 }
      if odd == 0 { zeros.odd += 1 }
      if even == 0 || even == 4 { likely.even += 1 }
      if odd == 0 || odd == 4 { likely.odd += 1 }
    }
    let most = pairs - pairs / 10
    if zeros.odd > zeros.even && likely.odd >= most { return .utf16LE }
    if zeros.even > zeros.odd && likely.even >= most { return .utf16BE }
    return nil
  }

  /// Whether all but a few of the characters beyond ASCII are well-formed UTF-8.
  ///
  /// In a single-byte encoding such pairs of bytes come about by chance only, so one bad byte
  /// among ten good characters still says UTF-8. A character cut off by the end is not bad.
  private static func isMostlyUTF8(_ bytes: Span<UInt8>) -> Bool {
    var good = 0
    var bad = 0
    var index = 0
    while index < bytes.count {
      let lead = bytes[index]
      index += 1
      guard lead >= 0x80 else { continue }
      let following = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1
      guard lead >= 0xC2 && lead <= 0xF4 else {
        bad += 1
        continue
      }
      var seen = 0
      while seen < following, index < bytes.count, bytes[index] & 0xC0 == 0x80 {
        seen += 1
        index += 1
      }
      if seen == following { good += 1 } else if index < bytes.count { bad += 1 }
    }
    return good > bad * 10
  }

  private static func codePage(_ bytes: Span<UInt8>) -> TextEncoding {
    let sample = bytes.extracting(0..<Swift.min(bytes.count, 256 * 1024))
    let candidates: [(TextEncoding, SingleByteTable)] = [
      (.windows1251, .windows1251), (.cp866, .cp866), (.koi8r, .koi8r),
    ]
    var best = (encoding: TextEncoding.windows1251, score: Int.min)
    for (encoding, table) in candidates {
      let score = russianScore(sample, read: table)
      if score > best.score { best = (encoding, score) }
    }
    return best.encoding
  }
}

extension TextEncoding {
  /// How much a text looks like Russian when read by a table.
  ///
  /// The letters count by frequency. The code pages disagree about case too (KOI8-R has capitals
  /// where windows-1251 has small letters), so a capital after a small letter counts against a
  /// reading, and so do frames and letters that Russian lacks.
  private static func russianScore(_ bytes: Span<UInt8>, read table: SingleByteTable) -> Int {
    let weights = table.upperHalf.map(weight)
    var score = 0
    var previous = LetterCase.none
    for index in bytes.indices {
      let byte = bytes[index]
      guard byte >= 0x80 else {
        previous = .none
        continue
      }
      let (weight, letterCase) = weights[Int(byte) - 0x80]
      score += weight
      if letterCase == .capital && previous == .small { score -= 30 }
      if letterCase == .capital && previous == .capital { score -= 2 }
      if letterCase == .none && previous != .none && weight < 0 { score -= 10 }
      previous = letterCase
    }
    return score
  }

  private enum LetterCase { case none, small, capital }

  /// Letters from `а` to `я` by frequency in Russian text, on a logarithmic scale.
  private static let letterWeights: [Int] = [
    15, 6, 12, 6, 10, 15, 3, 6, 14, 4, 10, 12, 10, 14, 16, 9,
    12, 13, 14, 9, -6, 3, -2, 5, 1, -4, -12, 8, 6, -8, 1, 8,
  ]

  private static func weight(of scalar: UInt16) -> (Int, LetterCase) {
    switch scalar {
    case 0x0430...0x044F: (letterWeights[Int(scalar) - 0x0430], .small)
    case 0x0410...0x042F: (letterWeights[Int(scalar) - 0x0410], .capital)
    case 0x0451: (0, .small)
    case 0x0401: (0, .capital)
    // No-break space, « », №, dashes, quotes and the ellipsis are at home in Russian text.
    case 0xA0, 0xAB, 0xBB, 0xB0, 0xA7, 0x2116, 0x2013, 0x2014, 0x2018...0x201E, 0x2026, 0x20BD:
      (0, .none)
    default: (-20, .none)
    }
  }
}
