/// Hashes of what cards are compared by, the same in every run.
///
/// Equal hashes of different texts would make a pair that a person then sees is none; with 64 bits
/// that happens once in thousands of bases of a million cards.
enum MatchHash {
  /// The hash of bytes, from which those of a word without one letter follow in a few steps.
  static func of(_ bytes: Span<UInt8>) -> UInt64 {
    var hash: UInt64 = 0
    var power = base
    for index in 0..<bytes.count {
      hash &+= (UInt64(bytes[unchecked: index]) &+ 1) &* power
      power = power &* base
    }
    return mixed(hash)
  }

  static func of(_ text: String) -> UInt64 { of(text.utf8.span) }

  /// Calls `body` with the hash of a word, and of the word without each of its letters.
  ///
  /// Two words that differ by one letter too many, too few or wrong, or by two neighbours exchanged,
  /// have one of these in common.
  static func forEachVariant(of word: Span<UInt8>, _ body: (UInt64) -> Void) {
    // The sum over all bytes behind a letter moves to the left by the letter's length.
    var whole: UInt64 = 0
    var power = base
    for index in 0..<word.count {
      whole &+= (UInt64(word[unchecked: index]) &+ 1) &* power
      power = power &* base
    }
    body(mixed(whole))
    var before: UInt64 = 0
    power = base
    var index = 0
    while index < word.count {
      var letter: UInt64 = 0
      var shrink: UInt64 = 1
      repeat {
        letter &+= (UInt64(word[unchecked: index]) &+ 1) &* power
        power = power &* base
        shrink = shrink &* inverse
        index += 1
      } while index < word.count && word[unchecked: index] & 0xC0 == 0x80
      body(mixed(before &+ (whole &- before &- letter) &* shrink))
      before &+= letter
    }
  }

  static func combined(_ left: UInt64, _ right: UInt64) -> UInt64 { mixed(left ^ mixed(right)) }

  /// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
  static func mixed(_ value: UInt64) -> UInt64 {
    var mixed = value &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15
  /// The number that undoes multiplying by `base`, by Newton's iteration.
  private static let inverse: UInt64 = {
    var inverse = base
    for _ in 0..<6 { inverse = inverse &* (2 &- base &* inverse) }
    return inverse
  }()
}
