/// What a person typed into the one search field: a name, a part of a phone, an ИНН, a tag.
///
/// Every word must be found somewhere in the record, in any order and any part of a word. Case, «ё»
/// and punctuation do not matter; a word typed in the wrong keyboard layout is found; the digits of
/// a number may be grouped in any way, and a leading 8 is 7 as well.
public struct SearchQuery: Sendable, Hashable {
  /// Words or groups of digits, all of which must be found.
  private let terms: [Term]
  /// The whole query folded, for a record whose name is just that.
  private let whole: [UInt8]

  /// Prepares a query.
  ///
  /// - Parameter text: What was typed.
  public init(_ text: String) {
    let words = text.unicodeScalars.split(whereSeparator: Trimming.isSpace).map { String($0) }
    var terms: [Term] = []
    var digitWords: [String] = []
    for word in words {
      if Self.isNumeric(word) {
        digitWords.append(word)
        continue
      }
      if !digitWords.isEmpty { terms.append(Term(numbers: digitWords)) }
      digitWords = []
      terms.append(Term(word: word))
    }
    if !digitWords.isEmpty { terms.append(Term(numbers: digitWords)) }
    self.terms = terms.filter { !$0.isEmpty }
    whole = TextFolding.fold(text)
  }

  /// Prepares a query whose words must be found side by side, in this order.
  ///
  /// - Parameter phrase: What stood between quotes.
  public init(phrase: String) {
    whole = TextFolding.fold(phrase)
    let term =
      Self.isNumeric(phrase) ? Term(numbers: [phrase]) : Term(word: phrase)
    terms = term.isEmpty ? [] : [term]
  }

  /// Whether nothing is asked for, so that every record matches.
  public var isEmpty: Bool { terms.isEmpty }

  /// Returns how well a record matches.
  ///
  /// A phone, e-mail or number hit as a whole counts most, then the beginning of the name, the
  /// beginning of any word of it, its inside, then tags and the rest.
  ///
  /// - Parameter haystack: The bytes of a ``SearchText``.
  /// - Returns: A positive score, greater is better; 0 for an empty query; nil for no match.
  public func score(_ haystack: Span<UInt8>) -> Int? {
    var total = 0
    for term in terms {
      guard let score = term.score(haystack) else { return nil }
      total += score
    }
    return total + (terms.isEmpty ? 0 : nameBonus(haystack))
  }

  /// Returns whether a record matches, without ranking it.
  ///
  /// - Parameter haystack: The bytes of a ``SearchText``.
  /// - Returns: True if every word is found.
  public func matches(_ haystack: Span<UInt8>) -> Bool {
    terms.allSatisfy { $0.occurs(in: haystack) }
  }

  private func nameBonus(_ haystack: Span<UInt8>) -> Int {
    guard whole.count + 1 <= haystack.count, haystack[0] == SearchText.Part.name.rawValue else {
      return 0
    }
    for index in whole.indices where haystack[index + 1] != whole[index] { return 0 }
    let end = whole.count + 1
    return end == haystack.count || haystack[end] < 0x20 ? 300 : 0
  }

  /// Whether a word is digits and the signs between the digits of a phone.
  private static func isNumeric(_ word: String) -> Bool {
    word.unicodeScalars.contains { PhoneScanner.digit($0) != nil }
      && word.unicodeScalars.allSatisfy {
        PhoneScanner.digit($0) != nil || "+-().".unicodeScalars.contains($0)
          || Trimming.isSpace($0) || (0x2010...0x2015).contains($0.value)
      }
  }
}

/// Something that must be found: one of the needles, or else all of the words.
private struct Term: Sendable, Hashable {
  /// A needle with what a match of it is worth less than one of the text as typed.
  struct Needle: Sendable, Hashable {
    let needle: ByteNeedle
    let penalty: Int
    /// Whether it is one or two digits, which any phone holds somewhere.
    let isShortNumber: Bool

    init(_ bytes: [UInt8], penalty: Int = 0) {
      needle = ByteNeedle(bytes)
      self.penalty = penalty
      isShortNumber = bytes.count < 3 && bytes.allSatisfy { $0 &- 0x30 < 10 }
    }
  }

  private var needles: [Needle] = []
  private var words: [Term] = []

  var isEmpty: Bool { needles.isEmpty && words.isEmpty }

  /// A word as typed, in the other keyboard layout, and with Latin look-alikes made Cyrillic.
  init(word: String) {
    let folded = TextFolding.fold(word)
    let unified = TextFolding.fold(word, lookalikes: .unified)
    add(folded)
    add(TextFolding.fold(KeyboardLayout.swapped(word)), penalty: 10)
    // «CAO» typed in Latin letters: only if nothing Latin remains.
    if unified.allSatisfy({ $0 < 0x61 || $0 > 0x7A }) { add(unified, penalty: 5) }
  }

  /// Neighbouring groups of digits: one number, or else each for itself.
  init(numbers: [String]) {
    let digits = numbers.joined().utf8.filter { $0 &- 0x30 < 10 }
    if digits.count >= 3 {
      add(digits)
      if digits[0] == 0x38, digits.count >= 4 { add([0x37] + digits.dropFirst()) }
      if digits.starts(with: "810".utf8), digits.count > 10 { add(Array(digits.dropFirst(3))) }
    }
    if numbers.count > 1 {
      words = numbers.map { Term(numbers: [$0]) }
    } else {
      // «12-45» as it stands in a contract number.
      add(TextFolding.fold(numbers[0]))
    }
  }

  private mutating func add(_ bytes: [UInt8], penalty: Int = 0) {
    guard !bytes.isEmpty, !needles.contains(where: { $0.needle.bytes == bytes }) else { return }
    needles.append(Needle(bytes, penalty: penalty))
  }

  func occurs(in haystack: Span<UInt8>) -> Bool {
    for needle in needles {
      if needle.isShortNumber ? best(needle, haystack) != nil : needle.needle.occurs(in: haystack) {
        return true
      }
    }
    return !words.isEmpty && words.allSatisfy { $0.occurs(in: haystack) }
  }

  func score(_ haystack: Span<UInt8>) -> Int? {
    var result: Int?
    for needle in needles {
      if let score = best(needle, haystack), score > result ?? 0 { result = score }
    }
    if result == nil, !words.isEmpty {
      var total = 0
      for word in words {
        guard let score = word.score(haystack) else { return nil }
        total += score
      }
      result = total
    }
    return result
  }

  /// Returns the score of the best match of one needle.
  private func best(_ needle: Needle, _ haystack: Span<UInt8>) -> Int? {
    var result: Int?
    var start = 0
    while let index = needle.needle.firstIndex(in: haystack, from: start) {
      let hit = Hit(haystack, index, needle.needle.bytes.count)
      if !(needle.isShortNumber && (hit.part == .phone || hit.part == .number)) {
        result = max(result ?? 0, hit.score - needle.penalty)
      }
      start = index + 1
    }
    return result
  }
}

/// One match and where it lies.
private struct Hit {
  let part: SearchText.Part
  private let startsPart: Bool
  private let endsPart: Bool
  private let startsWord: Bool
  private let endsWord: Bool

  init(_ haystack: Span<UInt8>, _ index: Int, _ count: Int) {
    let before = index > 0 ? haystack[index - 1] : 0
    let after = index + count < haystack.count ? haystack[index + count] : 0
    startsPart = before < 0x20
    endsPart = after < 0x20
    startsWord = before <= 0x20
    endsWord = after <= 0x20
    var marker = index
    while marker > 0, haystack[marker] >= 0x20 { marker -= 1 }
    part = SearchText.Part(rawValue: haystack[marker]) ?? .other
  }

  /// 50 at least, so that penalties never make a match worthless.
  var score: Int {
    switch part {
    case .phone, .email, .number:
      if startsPart, endsPart { return 1_000 }
      if startsPart || endsPart { return 220 }
      return startsWord ? 200 : 150
    case .name:
      if startsPart { return endsPart ? 700 : endsWord ? 500 : 400 }
      if startsWord { return endsWord ? 320 : 260 }
      return 100
    case .tag: return startsPart && endsPart ? 180 : startsWord ? 140 : 60
    case .other: return startsWord ? (endsWord ? 120 : 90) : 50
    }
  }
}
