/// The keys under which cards that may be one client meet, so that nobody compares all with all.
struct DuplicateKeys {
  /// What a key is made of.
  enum Kind: UInt8 {
    /// A phone, an e-mail, an official number.
    case contact
    /// All words of a name.
    case name
    /// All words of a name but one, which the same name without it has as its own.
    case partOfName
    /// All letters of a name, however cut into words.
    case letters
    /// A name without one letter.
    case typo
    /// A family name with initials.
    case initials
  }

  let profiles: ClientProfiles

  /// Calls `body` with every key of a card; a key may come twice.
  func forEach(of place: Int, _ body: (UInt64, Kind) -> Void) {
    let profile = profiles.profiles[place]
    for phone in profiles.phones[profile.phones] { body(phone.key, .contact) }
    for email in profiles.emails[profile.emails] { body(email, .contact) }
    if profile.inn != 0 { body(MatchHash.combined(profile.inn, 1), .contact) }
    if profile.ogrn != 0 { body(MatchHash.combined(profile.ogrn, 2), .contact) }
    for name in profile.names { forEachKey(of: profiles.words[name], profile.city, body) }
  }

  private func forEachKey(
    of name: NameWords.Name, _ city: UInt64, _ body: (UInt64, Kind) -> Void
  ) {
    body(MatchHash.combined(name.sum, 3), .name)
    body(MatchHash.combined(name.joined, 4), .letters)
    let words = profiles.words.words[name.words]
    for word in words {
      let rest = name.sum &- MatchHash.mixed(word.hash)
      let isCity = city != 0 && word.hash == city && !name.isPerson
      if words.count > 1, isCity || (word.role == .patronymic && words.count == 3) {
        body(MatchHash.combined(rest, 3), .partOfName)
      }
      guard word.letterCount >= 4, !word.hasDigit else { continue }
      profiles.words.bytes(of: word) { bytes in
        MatchHash.forEachVariant(of: bytes) { body(MatchHash.combined(rest &+ $0, 5), .typo) }
      }
    }
    guard name.isPerson, let family = words.first(where: { $0.role == .family }) else { return }
    var initials = MatchHash.combined(family.hash, 6)
    for role in [NameWords.Role.given, .patronymic] {
      guard let word = words.first(where: { $0.role == role }) else { return }
      initials = MatchHash.combined(initials, firstLetter(word))
      body(initials, .initials)
    }
  }

  private func firstLetter(_ word: NameWords.Word) -> UInt64 {
    profiles.words.bytes(of: word) { bytes in
      var letter = UInt64(bytes[0])
      var index = 1
      while index < bytes.count, bytes[index] & 0xC0 == 0x80 {
        letter = letter << 8 | UInt64(bytes[index])
        index += 1
      }
      return letter
    }
  }

  /// Whether a card has a name without a whole given name and patronymic.
  func isShort(_ place: Int) -> Bool {
    profiles.profiles[place].names.contains { name in
      let words = profiles.words.words[profiles.words[name].words]
      return words.count < 3 || words.contains(where: \.isInitial)
    }
  }
}
