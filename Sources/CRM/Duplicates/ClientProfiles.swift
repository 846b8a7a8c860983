import Replication

/// What cards of clients are compared by: numbers instead of texts, some 200 bytes a card.
struct ClientProfiles: Sendable {
  /// One phone.
  struct Phone: Hashable, Sendable {
    /// The number with its extension.
    let key: UInt64
    /// The digits of the number, country included.
    let number: UInt64
    /// Whether it leads to one person: a mobile, a number abroad, or an extension.
    let isPersonal: Bool
  }

  /// One card with all that is shown under it.
  struct Profile: Sendable {
    var names: Range<Int> = 0..<0
    var phones: Range<Int> = 0..<0
    var emails: Range<Int> = 0..<0
    /// Numbers; 0 for none.
    var inn: UInt64 = 0
    var ogrn: UInt64 = 0
    /// Hashes; 0 for none.
    var kpp: UInt64 = 0
    var birthday: UInt64 = 0
    var city: UInt64 = 0
    /// The form that the card states beside the name.
    var form: UInt64 = 0
  }

  private(set) var records: [Record] = []
  private(set) var profiles: [Profile] = []
  private(set) var words = NameWords()
  private(set) var phones: [Phone] = []
  private(set) var emails: [UInt64] = []
  /// Pairs of cards of which somebody has said that they are two clients.
  private(set) var decisions: Set<CardPair> = []

  var count: Int { profiles.count }

  /// Reads all cards that are shown, the trash left out.
  init(_ base: Base) {
    let fields = Fields(base.state)
    let merged = base.merged
    base.state.forEach(type: "client") { record in
      guard record.isAlive, base.isShown(record) else { return true }
      append(base.union(of: record), fields, merged)
      return true
    }
  }

  private struct Fields {
    let name, legalName, family, given, patronymic, kind, form: FieldKey
    let phones, emails, inn, ogrn, kpp, birthday, city, different: FieldKey

    init(_ state: State) {
      name = state.field("name")
      legalName = state.field("legal_name")
      family = state.field("family_name")
      given = state.field("given_name")
      patronymic = state.field("patronymic")
      kind = state.field("kind")
      form = state.field("legal_form")
      phones = state.field("phones")
      emails = state.field("emails")
      inn = state.field("inn")
      ogrn = state.field("ogrn")
      kpp = state.field("kpp")
      birthday = state.field("birthday")
      city = state.field("city")
      different = state.field(CardPair.field)
    }
  }

  private mutating func append(_ card: CardUnion, _ fields: Fields, _ merged: MergedCards) {
    var profile = Profile()
    profile.names = appendNames(of: card, fields)
    profile.phones = appendPhones(of: card, fields.phones)
    profile.emails = appendEMails(of: card, fields.emails)
    func content<Value>(_ field: FieldKey, _ make: (Span<UInt8>) -> Value) -> Value? {
      card.withValue(of: field) { StoredValue.withContent(of: $0, make) }
    }
    profile.inn = content(fields.inn) { Self.number($0, digits: [10, 12]) } ?? 0
    profile.ogrn = content(fields.ogrn) { Self.number($0, digits: [13, 15]) } ?? 0
    profile.kpp = content(fields.kpp) { MatchHash.of($0) } ?? 0
    profile.birthday = content(fields.birthday) { $0.count == 10 ? MatchHash.of($0) : 0 } ?? 0
    profile.city = content(fields.city, Self.folded) ?? 0
    profile.form = content(fields.form, Self.folded) ?? 0
    card.forEachElement(of: fields.different) { value in
      let other = StoredValue.withContent(of: value) { StoredValue.text(of: $0) }
      decisions.insert(CardPair(card.record.id, merged.shown(other)))
    }
    records.append(card.record)
    profiles.append(profile)
  }

  private mutating func appendNames(of card: CardUnion, _ fields: Fields) -> Range<Int> {
    let first = words.names.count
    let kind = card.withValue(of: fields.kind) { value in
      StoredValue.withContent(of: value) { $0.count > 0 && $0[0] == UInt8(ascii: "p") }
    }
    for record in [card.record] + card.others {
      for field in [fields.name, fields.legalName] {
        record.withValue(of: field) { value in
          StoredValue.withContent(of: value) { _ = words.append($0, isPerson: kind) }
        }
      }
      let parts = [fields.family, fields.given, fields.patronymic].compactMap {
        record.text(of: $0)
      }
      if parts.count > 1 {
        _ = words.append(parts.joined(separator: " ").utf8.span, isPerson: true)
      }
    }
    words.dropRepeated(from: first)
    return first..<words.names.count
  }

  private mutating func appendPhones(of card: CardUnion, _ field: FieldKey) -> Range<Int> {
    let first = phones.count
    var key: [UInt8] = []
    card.forEachElement(of: field) { value in
      key.removeAll(keepingCapacity: true)
      StoredValue.withContent(of: value) { _ = MatchKey.appendPhone($0, to: &key) }
      guard !key.isEmpty else { return }
      var number: UInt64 = 0
      var digitCount = 0
      for byte in key.dropFirst() {
        guard byte &- 0x30 < 10 else { break }
        number = number &* 10 &+ UInt64(byte &- 0x30)
        digitCount += 1
      }
      let isAbroad = key.count > 1 && key[1] != UInt8(ascii: "7")
      let isMobile = key.count > 2 && key[2] == UInt8(ascii: "9")
      let phone = Phone(
        key: MatchHash.of(key.span), number: number,
        isPersonal: isAbroad || isMobile || key.count > digitCount + 1)
      if !phones[first...].contains(phone) { phones.append(phone) }
    }
    return first..<phones.count
  }

  private mutating func appendEMails(of card: CardUnion, _ field: FieldKey) -> Range<Int> {
    let first = emails.count
    var key: [UInt8] = []
    card.forEachElement(of: field) { value in
      key.removeAll(keepingCapacity: true)
      StoredValue.withContent(of: value) { _ = MatchKey.appendEMail($0, to: &key) }
      guard !key.isEmpty else { return }
      let hash = MatchHash.of(key.span)
      if !emails[first...].contains(hash) { emails.append(hash) }
    }
    return first..<emails.count
  }

  /// An official number; 0 if it has not as many digits, give or take a zero that was eaten.
  private static func number(_ text: Span<UInt8>, digits counts: [Int]) -> UInt64 {
    var number: UInt64 = 0
    var count = 0
    for index in 0..<text.count where text[index] &- 0x30 < 10 {
      guard count < 16 else { return 0 }
      number = number &* 10 &+ UInt64(text[index] &- 0x30)
      count += 1
    }
    return counts.contains(count) || counts.contains(count + 1) ? number : 0
  }

  private static func folded(_ text: Span<UInt8>) -> UInt64 {
    var folded: [UInt8] = []
    TextFolding.append(text, to: &folded)
    return folded.isEmpty ? 0 : MatchHash.of(folded.span)
  }
}

extension NameWords {
  /// Drops names that say no more than an earlier one of the same card.
  mutating func dropRepeated(from first: Int) {
    guard names.count > first + 1 else { return }
    var seen: [UInt64] = []
    removeNames(from: first) { name in
      if seen.contains(name.sum) { return true }
      seen.append(name.sum)
      return false
    }
  }
}

/// Two cards, whichever comes first.
struct CardPair: Hashable, Sendable {
  let first: String
  let second: String

  init(_ one: String, _ other: String) {
    let isOrdered = CardCluster.precedes(one, other)
    first = isOrdered ? one : other
    second = isOrdered ? other : one
  }

  /// The set that says of which cards one is known to be another client.
  static let field = "different_from"
}
