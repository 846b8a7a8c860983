/// How alike two names are.
enum NameLikeness: Hashable, Sendable {
  /// The same words, in any order and with any legal form.
  case same
  /// The same but for so many typing errors.
  case similar(typos: Int)
  /// The same family name, and initials that fit.
  case initials
  /// The same, but one lacks the patronymic.
  case part
  /// The same words, but one has others besides.
  case more
  /// One of them says too little.
  case unknown
  /// Two names.
  case different

  /// How much it speaks for one client, for choosing among several names of a card.
  var rank: Int {
    switch self {
    case .same: 7
    case .similar(let typos): typos < 2 ? 6 : 3
    case .initials: 5
    case .part: 4
    case .more: 2
    case .unknown: 1
    case .different: 0
    }
  }
}

/// Compares names word by word.
struct NameComparison {
  let words: NameWords
  /// In how many cards a word occurs: a word that many have is no slip of the fingers.
  let counts: WordCounts

  /// How alike two names are.
  ///
  /// - Parameters:
  ///   - left: a name.
  ///   - right: another.
  ///   - cities: the cities of the two cards, which companies like to have in their names.
  /// - Returns: the likeness, the same with both names exchanged.
  func likeness(
    _ left: NameWords.Name, _ right: NameWords.Name, cities: (UInt64, UInt64)
  ) -> NameLikeness {
    if left.sum == right.sum, left.words.count == right.words.count {
      // «А. К.» and «К. А.» are two people.
      let hasInitials = left.isPerson && words.words[left.words].contains(where: \.isInitial)
      return (hasInitials ? persons(left, right) : nil) ?? .same
    }
    if left.joined == right.joined { return .same }
    if left.isPerson, right.isPerson, let likeness = persons(left, right) { return likeness }
    return wordByWord(left, right, cities)
  }

  // MARK: Persons

  private enum Part {
    case same, typo, initial, missing, different
  }

  private func word(_ role: NameWords.Role, of name: NameWords.Name) -> NameWords.Word? {
    words.words[name.words].first { $0.role == role }
  }

  /// By family name, given name and patronymic; nil where a name does not tell them.
  private func persons(_ left: NameWords.Name, _ right: NameWords.Name) -> NameLikeness? {
    guard let family = word(.family, of: left), let otherFamily = word(.family, of: right),
      let given = word(.given, of: left), let otherGiven = word(.given, of: right)
    else { return nil }
    var parts = [
      compare(family, otherFamily), compare(given, otherGiven),
      compare(word(.patronymic, of: left), word(.patronymic, of: right)),
    ]
    if parts == [.different, .same, .same], typos(family, otherFamily, evenCommon: true) != nil {
      // «Никитин Дарья Андреевна»: half a slip, since both are names that people have.
      parts.append(.typo)
      parts[0] = .typo
    }
    if parts.contains(.different) || parts[0] == .initial { return .different }
    let typos = parts.count { $0 == .typo }
    let lacks = parts.contains(.initial) || parts.contains(.missing)
    if typos > 0 { return typos > 2 ? .different : .similar(typos: lacks ? typos + 1 : typos) }
    if parts.contains(.initial) { return .initials }
    return parts.contains(.missing) ? .part : .same
  }

  private func compare(_ left: NameWords.Word?, _ right: NameWords.Word?) -> Part {
    guard let left, let right else { return left == nil && right == nil ? .same : .missing }
    if left.hash == right.hash { return .same }
    if left.isInitial || right.isInitial {
      return firstLetter(left) == firstLetter(right) ? .initial : .different
    }
    // «Мария» and «Марина» are two names.
    if words.isGiven(left), words.isGiven(right) { return .different }
    return typos(left, right) == nil ? .different : .typo
  }

  private func firstLetter(_ word: NameWords.Word) -> Unicode.Scalar? {
    scalars(of: word).first
  }

  // MARK: Companies

  private func wordByWord(
    _ left: NameWords.Name, _ right: NameWords.Name, _ cities: (UInt64, UInt64)
  ) -> NameLikeness {
    var rest = Array(words.words[left.words])
    var otherRest: [NameWords.Word] = []
    for word in words.words[right.words] {
      if let place = rest.firstIndex(where: { $0.hash == word.hash }) {
        rest.remove(at: place)
      } else {
        otherRest.append(word)
      }
    }
    let shared = right.words.count - otherRest.count
    var typoCount = 0
    for word in otherRest {
      let found = rest.firstIndex { typos(word, $0) != nil }
      guard let found, let slips = typos(word, rest[found]) else { continue }
      typoCount += slips
      rest.remove(at: found)
      otherRest.removeAll { $0.start == word.start }
    }
    if !rest.isEmpty, !otherRest.isEmpty { return .different }
    if rest.isEmpty, otherRest.isEmpty {
      return typoCount > 2 ? .different : .similar(typos: max(1, typoCount))
    }
    guard shared > 0, typoCount == 0 else { return .different }
    // «Ромашка Тверь», in Тверь.
    if rest.allSatisfy({ $0.hash == cities.0 }), otherRest.allSatisfy({ $0.hash == cities.1 }) {
      return .same
    }
    let isPerson = left.isPerson || right.isPerson
    return isPerson && shared < 2 ? .unknown : .more
  }

  // MARK: Typing errors

  /// How many slips of the fingers lie between two words; nil if they are two words.
  private func typos(
    _ left: NameWords.Word, _ right: NameWords.Word, evenCommon: Bool = false
  ) -> Int? {
    let shorter = min(left.letterCount, right.letterCount)
    guard shorter >= 4, !left.hasDigit, !right.hasDigit,
      abs(left.letterCount - right.letterCount) <= (shorter < 9 ? 1 : 2),
      evenCommon || counts[left.hash] < WordCounts.common
        || counts[right.hash] < WordCounts.common
    else { return nil }
    let (one, other) = (scalars(of: left), scalars(of: right))
    let distance = Suggestions.editDistance(one, other)
    if distance <= 1 { return distance }
    // «Александрович» and «Александровна» differ at the end.
    let isLong = shorter >= 9 && one.first == other.first && one.last == other.last
    return distance == 2 && isLong ? 2 : nil
  }

  private func scalars(of word: NameWords.Word) -> [Unicode.Scalar] {
    words.bytes(of: word) { Array(StoredValue.text(of: $0).unicodeScalars) }
  }
}

/// In how many cards each word of a name occurs.
struct WordCounts: Sendable {
  /// From how many on a word is no typing error.
  static let common = 5

  private let counts: [UInt64: Int]
  /// The number of cards.
  let cardCount: Int

  init(_ profiles: ClientProfiles) {
    cardCount = profiles.count
    var hashes: [UInt64] = []
    hashes.reserveCapacity(profiles.words.words.count)
    for profile in profiles.profiles {
      let start = hashes.count
      for name in profile.names {
        for word in profiles.words.words[profiles.words[name].words]
        where !hashes[start...].contains(word.hash) {
          hashes.append(word.hash)
        }
      }
    }
    counts = Repeats.counts(of: hashes, atLeast: 2)
  }

  /// In how many cards a word occurs; 1 for a word that occurs at all, as far as anyone asks.
  subscript(hash: UInt64) -> Int { counts[hash] ?? 1 }
}

/// Counting equal numbers.
enum Repeats {
  /// Numbers that occur so many times at least, with how often they do.
  static func counts(of numbers: [UInt64], atLeast least: Int) -> [UInt64: Int] {
    let sorted = numbers.sorted()
    var counts: [UInt64: Int] = [:]
    var start = 0
    while start < sorted.count {
      var end = start + 1
      while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
      if end - start >= least { counts[sorted[start]] = end - start }
      start = end
    }
    return counts
  }
}
