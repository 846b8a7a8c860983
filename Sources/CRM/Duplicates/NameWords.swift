/// The names of many cards, taken apart once so that any two can be compared fast.
struct NameWords: Sendable {
  /// What a word is in the name of a person.
  enum Role: UInt8, Sendable {
    case word
    case family
    case given
    case patronymic
  }

  /// One word.
  struct Word: Sendable {
    let start: Int32
    let byteCount: Int32
    /// Equal for words that mean the same: «Наталия» and «Наталья».
    var hash: UInt64
    var role: Role
    /// Letters and digits.
    let letterCount: Int32
    let hasDigit: Bool

    /// Whether it is an initial.
    var isInitial: Bool { letterCount == 1 && !hasDigit }
  }

  /// One name.
  struct Name: Sendable {
    var words: Range<Int>
    /// The same for the same words in any order.
    var sum: UInt64 = 0
    /// The same for the same letters, however they are cut into words.
    var joined: UInt64 = 0
    /// The legal form; 0 for none.
    var form: UInt64 = 0
    var isPerson = false
  }

  private(set) var letters: [UInt8] = []
  private(set) var words: [Word] = []
  private(set) var names: [Name] = []
  private var folded: [UInt8] = []
  private var plain: [UInt8] = []

  /// Longer names say nothing more, and comparing must have a bound.
  private static let maximalWordCount = 8

  subscript(name: Int) -> Name { names[name] }

  /// Calls `body` with the letters of a word.
  func bytes<Result>(of word: Word, _ body: (Span<UInt8>) -> Result) -> Result {
    let start = Int(word.start)
    return body(letters.span.extracting(start..<(start + Int(word.byteCount))))
  }

  /// Takes a name in.
  ///
  /// - Parameters:
  ///   - text: the name as it was typed.
  ///   - isPerson: whether it is that of a person, as far as the card says.
  /// - Returns: false for a name without letters and digits.
  mutating func append(_ text: Span<UInt8>, isPerson: Bool?) -> Bool {
    folded.removeAll(keepingCapacity: true)
    if hasBrackets(text) {
      copyOutsideBrackets(text)
      plain.withUnsafeBufferPointer { TextFolding.append($0.span, to: &folded) }
    }
    // «(без имени)» is all brackets.
    if folded.isEmpty { TextFolding.append(text, to: &folded) }
    guard !folded.isEmpty else { return false }
    let first = words.count
    var name = Name(words: first..<first)
    appendWords()
    name.form = takeForm(from: first)
    if words.count > first + Self.maximalWordCount {
      words.removeLast(words.count - first - Self.maximalWordCount)
    }
    name.words = first..<words.count
    if isPerson ?? true || name.form == LegalForms.trader {
      name.isPerson = assignRoles(name.words) || isPerson == true || name.form == LegalForms.trader
    }
    for word in words[name.words] { name.sum &+= MatchHash.mixed(word.hash) }
    name.joined = joinedHash(name.words)
    names.append(name)
    return true
  }

  /// Drops names from one on; their words stay behind, which nobody looks at.
  mutating func removeNames(from first: Int, where isUseless: (Name) -> Bool) {
    var kept: [Name] = []
    for name in names[first...] where !isUseless(name) { kept.append(name) }
    names.replaceSubrange(first..., with: kept)
  }

  private func hasBrackets(_ text: Span<UInt8>) -> Bool {
    for index in 0..<text.count {
      let byte = text[unchecked: index]
      if byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") { return true }
    }
    return false
  }

  private mutating func copyOutsideBrackets(_ text: Span<UInt8>) {
    plain.removeAll(keepingCapacity: true)
    var depth = 0
    for index in 0..<text.count {
      let byte = text[unchecked: index]
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["):
        depth += 1
        plain.append(0x20)
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth = max(0, depth - 1)
      default: if depth == 0 { plain.append(byte) }
      }
    }
  }

  private mutating func appendWords() {
    var start = 0
    let base = letters.count
    letters.append(contentsOf: folded)
    while start < folded.count {
      var end = start
      var letterCount: Int32 = 0
      var hasDigit = false
      while end < folded.count, folded[end] != 0x20 {
        if folded[end] & 0xC0 != 0x80 { letterCount += 1 }
        if folded[end] &- 0x30 < 10 { hasDigit = true }
        end += 1
      }
      if end > start {
        words.append(
          Word(
            start: Int32(base + start), byteCount: Int32(end - start),
            hash: MatchHash.of(folded.span.extracting(start..<end)), role: .word,
            letterCount: letterCount, hasDigit: hasDigit))
      }
      start = end + 1
    }
  }

  /// Takes the legal form off the beginning or the end of the last name.
  private mutating func takeForm(from first: Int) -> UInt64 {
    guard words.count > first + 1 else { return 0 }
    if let form = LegalForms.short[words[first].hash] {
      words.removeFirst(at: first, 1)
      return form
    }
    if let form = LegalForms.short[words[words.count - 1].hash] {
      words.removeLast()
      return form
    }
    for (spelling, form) in LegalForms.long where words.count > first + spelling.count {
      if words[first...].starts(with: spelling, by: { $0.hash == $1 }) {
        words.removeFirst(at: first, spelling.count)
        return form
      }
      if words[first...].suffix(spelling.count).elementsEqual(spelling, by: { $0.hash == $1 }) {
        words.removeLast(spelling.count)
        return form
      }
    }
    return 0
  }

  private func joinedHash(_ range: Range<Int>) -> UInt64 {
    var joined: [UInt8] = []
    joined.reserveCapacity(64)
    for word in words[range] {
      joined.append(contentsOf: letters[Int(word.start)..<Int(word.start + word.byteCount)])
    }
    return MatchHash.of(joined.span)
  }
}

// MARK: - Persons

extension NameWords {
  /// Tells family name, given name and patronymic apart.
  ///
  /// - Returns: false where nothing looks like the name of a person.
  private mutating func assignRoles(_ range: Range<Int>) -> Bool {
    if words[range].contains(where: \.isInitial), range.count > 1, range.count < 4 {
      return assignInitials(range)
    }
    // A patronymic never stands first, and before it stands the given name.
    let patronymics = range.dropFirst().filter { isPatronymic(words[$0]) }
    if range.count <= 3,
      let patronymic = patronymics.first(where: { isGiven(words[$0 - 1]) }) ?? patronymics.first
    {
      words[patronymic].role = .patronymic
      setGiven(patronymic - 1)
      if let family = range.first(where: { words[$0].role == .word }) {
        words[family].role = .family
      }
      return true
    }
    let given = range.filter { isGiven(words[$0]) }
    guard range.count == 2, given.count == 1 else { return given.count == 1 && range.count == 1 }
    setGiven(given[0])
    for place in range where place != given[0] { words[place].role = .family }
    return true
  }

  /// Tells the parts of a name with initials apart, whichever end the family name stands at.
  private mutating func assignInitials(_ range: Range<Int>) -> Bool {
    let whole = range.filter { !words[$0].isInitial }
    guard let family = whole.first(where: { !isGiven(words[$0]) }) ?? whole.first else {
      return false
    }
    words[family].role = .family
    var hasGiven = false
    for place in range where place != family {
      if hasGiven {
        words[place].role = .patronymic
      } else {
        setGiven(place)
        hasGiven = true
      }
    }
    return true
  }

  private mutating func setGiven(_ place: Int) {
    words[place].role = .given
    if let name = GivenNames.variants[words[place].hash] { words[place].hash = name }
  }

  /// Whether a word is a known given name.
  func isGiven(_ word: Word) -> Bool { GivenNames.hashes.contains(word.hash) }

  private func isPatronymic(_ word: Word) -> Bool {
    guard word.letterCount >= 5, !isGiven(word) else { return false }
    return bytes(of: word) { bytes in
      Self.patronymicEndings.contains { ending in
        guard bytes.count > ending.count else { return false }
        let start = bytes.count - ending.count
        for index in ending.indices where bytes[start + index] != ending[index] { return false }
        return true
      }
    }
  }

  private static let patronymicEndings = [
    "ович", "евич", "овна", "евна", "ична", "ьич", "мич", "кич", "оглы", "оглу", "кызы", "кизи",
  ].map { Array($0.utf8) }
}

extension Array {
  fileprivate mutating func removeFirst(at place: Int, _ count: Int) {
    removeSubrange(place..<(place + count))
  }
}

extension NameWords {
  /// The legal form that a card states in a field of its own, given by the hash of the text.
  static func form(stated hash: UInt64) -> UInt64 { LegalForms.short[hash] ?? 0 }
}

/// Legal forms by the words that spell them.
private enum LegalForms {
  /// One word each.
  static let short: [UInt64: UInt64] = Dictionary(
    CompanyName.spellings.filter { $0.words.count == 1 }
      .map { (MatchHash.of($0.words[0]), MatchHash.of($0.form)) }
  ) { first, _ in first }

  /// Several words, longer ones before those that they end with.
  static let long: [(words: [UInt64], form: UInt64)] = CompanyName.spellings
    .filter { $0.words.count > 1 }
    .map { ($0.words.map { MatchHash.of($0) }, MatchHash.of($0.form)) }

  static let trader = MatchHash.of("ИП")
}
