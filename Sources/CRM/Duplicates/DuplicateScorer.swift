/// How much speaks for two cards being one client.
///
/// Points are added up: what identifies (ИНН, phone, e-mail) and the name, which takes away as much
/// where it differs, so that colleagues with one phone are two clients. A phone or an e-mail is
/// worth the less the more cards have it. What is merely near never makes a pair by itself.
struct DuplicateScorer: Sendable {
  /// Points with what they were given for.
  struct Verdict: Sendable {
    private(set) var points = 0
    private var marks: UInt32 = 0

    mutating func add(_ reason: DuplicateReason, _ points: Int) {
      self.points += points
      marks |= 1 << UInt32(reason.place)
    }

    mutating func add(_ points: Int) { self.points += points }

    /// 0 to 100.
    var score: Int { min(100, max(0, points)) }

    /// What speaks for and against, in the order of the enumeration.
    var reasons: [DuplicateReason] {
      DuplicateReason.allCases.enumerated()
        .filter { marks & (1 << UInt32($0.offset)) != 0 }.map(\.element)
    }
  }

  private let profiles: ClientProfiles
  private let names: NameComparison
  /// Phones and e-mails that more than two cards have.
  private let crowds: [UInt64: Int]
  private let log2CardCount: Double

  init(_ profiles: ClientProfiles) {
    self.profiles = profiles
    names = NameComparison(words: profiles.words, counts: WordCounts(profiles))
    crowds = Repeats.counts(of: profiles.phones.map(\.key) + profiles.emails, atLeast: 3)
    log2CardCount = Self.log2(Double(max(2, profiles.count)))
  }

  /// Weighs two cards, given by their places.
  func verdict(_ one: Int, _ other: Int) -> Verdict {
    let (left, right) = (profiles.profiles[one], profiles.profiles[other])
    var verdict = Verdict()
    addRequisites(left, right, to: &verdict)
    addPhones(left, right, to: &verdict)
    addEMails(left, right, to: &verdict)
    let isAnchored = verdict.points > 0
    let likeness = addName(left, right, isAnchored: isAnchored, to: &verdict)
    // Towns and digits may agree by chance; they count where something else does.
    guard isAnchored || likeness.rank >= NameLikeness.part.rank else { return Verdict() }
    addCircumstances(left, right, likeness, isAnchored: isAnchored, to: &verdict)
    return verdict
  }

  // MARK: What identifies

  private func addRequisites(
    _ left: ClientProfiles.Profile, _ right: ClientProfiles.Profile, to verdict: inout Verdict
  ) {
    if left.inn != 0, left.inn == right.inn {
      verdict.add(.sameINN, 75)
      if left.kpp != 0, right.kpp != 0, left.kpp != right.kpp { verdict.add(.otherKPP, -75) }
    } else if left.ogrn != 0, left.ogrn == right.ogrn {
      verdict.add(.sameOGRN, 70)
    }
  }

  private func addPhones(
    _ left: ClientProfiles.Profile, _ right: ClientProfiles.Profile, to verdict: inout Verdict
  ) {
    var best: (reason: DuplicateReason, points: Int)?
    var count = 0
    for phone in profiles.phones[left.phones] {
      guard profiles.phones[right.phones].contains(where: { $0.key == phone.key }) else { continue }
      count += 1
      let crowd = crowds[phone.key] ?? 2
      let points =
        switch crowd {
        case ...2: phone.isPersonal ? 50 : 36
        case 3: phone.isPersonal ? 42 : 30
        case 4...5: phone.isPersonal ? 34 : 24
        case 6...10: phone.isPersonal ? 20 : 14
        default: phone.isPersonal ? 8 : 8
        }
      if points > best?.points ?? 0 {
        best = (points > 30 ? .samePhone : .sharedPhone, points)
      }
    }
    if let best { verdict.add(best.reason, best.points + (count > 1 ? 10 : 0)) }
  }

  private func addEMails(
    _ left: ClientProfiles.Profile, _ right: ClientProfiles.Profile, to verdict: inout Verdict
  ) {
    var best = 0
    for email in profiles.emails[left.emails] where profiles.emails[right.emails].contains(email) {
      let points =
        switch crowds[email] ?? 2 {
        case ...2: 50
        case 3: 38
        case 4...5: 22
        default: 8
        }
      best = max(best, points)
    }
    if best > 0 { verdict.add(best >= 38 ? .sameEMail : .sharedEMail, best) }
  }

  // MARK: The name

  private func addName(
    _ left: ClientProfiles.Profile, _ right: ClientProfiles.Profile, isAnchored: Bool,
    to verdict: inout Verdict
  ) -> NameLikeness {
    var best = NameLikeness.unknown
    var pair: (Int, Int)?
    for one in left.names {
      for other in right.names {
        let likeness = names.likeness(
          profiles.words[one], profiles.words[other], cities: (left.city, right.city))
        if pair == nil || likeness.rank > best.rank { (best, pair) = (likeness, (one, other)) }
      }
    }
    guard let pair else { return .unknown }
    let isCompanyWord = !profiles.words[pair.0].isPerson && !profiles.words[pair.1].isPerson
    switch best {
    case .same: verdict.add(.sameName, 40)
    case .similar(let typos): verdict.add(.similarName, typos < 2 ? 34 : isAnchored ? 24 : -45)
    case .initials: verdict.add(.initials, 28)
    case .part: verdict.add(.partOfName, 28)
    case .more: verdict.add(.partOfName, isCompanyWord ? -10 : 16)
    case .unknown: break
    case .different:
      // A firm that was renamed keeps its number.
      let isSameFirm = verdict.points >= 70 && left.inn != 0 && left.inn == right.inn
      verdict.add(.otherName, isSameFirm ? -5 : -45)
    }
    if best.rank >= NameLikeness.part.rank {
      addRarity(pair, to: &verdict)
      addForms(left, right, pair, to: &verdict)
    }
    return best
  }

  /// How many cards would have this name by chance, if words met at random: few for a rare name,
  /// many for «Иванова Анна Сергеевна».
  private func addRarity(_ pair: (Int, Int), to verdict: inout Verdict) {
    let expected = max(expectedCount(pair.0, beside: pair.1), expectedCount(pair.1, beside: pair.0))
    let points = Int((-2.2 * expected).rounded())
    if points < 0 {
      verdict.add(.commonName, max(-10, points))
    } else {
      verdict.add(min(25, points))
    }
  }

  /// The logarithm of how many other cards would have a name by chance.
  private func expectedCount(_ name: Int, beside other: Int) -> Double {
    let words = profiles.words
    let others = words.words[words[other].words]
    var expected = log2CardCount
    var letterCount = 0
    for word in words.words[words[name].words] {
      let count = Double(names.counts[word.hash])
      let own: Double = others.contains { $0.hash == word.hash } ? 2 : 1
      expected += Self.log2(max(0, count - own) + 0.5) - log2CardCount
      letterCount += Int(word.letterCount)
    }
    // One long word is as good as two short ones.
    guard words[name].words.count == 1 else { return expected }
    return expected - Double(max(0, letterCount - 6)) * 0.8
  }

  private func addForms(
    _ left: ClientProfiles.Profile, _ right: ClientProfiles.Profile, _ pair: (Int, Int),
    to verdict: inout Verdict
  ) {
    func form(_ name: Int, _ profile: ClientProfiles.Profile) -> UInt64 {
      let form = profiles.words[name].form
      return form != 0 ? form : NameWords.form(stated: profile.form)
    }
    let forms = (form(pair.0, left), form(pair.1, right))
    guard forms.0 != 0, forms.1 != 0, forms.0 != forms.1, left.inn == 0 || left.inn != right.inn
    else { return }
    verdict.add(.otherForm, -20)
  }

  // MARK: Circumstances

  private func addCircumstances(
    _ left: ClientProfiles.Profile, _ right: ClientProfiles.Profile, _ likeness: NameLikeness,
    isAnchored: Bool, to verdict: inout Verdict
  ) {
    if left.city != 0, right.city != 0 {
      if left.city == right.city {
        verdict.add(.sameCity, 8)
      } else {
        // People move, and keep their numbers.
        verdict.add(.otherCity, isAnchored ? -8 : -40)
      }
    }
    if left.birthday != 0, right.birthday != 0 {
      if left.birthday == right.birthday {
        verdict.add(.sameBirthday, 30)
      } else {
        verdict.add(.otherBirthday, -50)
      }
    }
    if left.inn != 0, right.inn != 0, left.inn != right.inn {
      if NearNumber.isNear(left.inn, right.inn), !Self.isINN(left.inn) || !Self.isINN(right.inn) {
        verdict.add(.nearINN, 20)
      } else {
        verdict.add(.otherINN, -60)
      }
    }
    addContacts(left, right, to: &verdict)
  }

  /// Phones and e-mails that differ.
  private func addContacts(
    _ left: ClientProfiles.Profile, _ right: ClientProfiles.Profile, to verdict: inout Verdict
  ) {
    let (phones, others) = (profiles.phones[left.phones], profiles.phones[right.phones])
    let sharesPhone = phones.contains { one in others.contains { $0.key == one.key } }
    let (emails, otherEMails) = (profiles.emails[left.emails], profiles.emails[right.emails])
    let sharesEMail = emails.contains { otherEMails.contains($0) }
    var points = 0
    if !phones.isEmpty, !others.isEmpty, !sharesPhone {
      let isNear = phones.contains { one in
        others.contains { NearNumber.isNear(one.number, $0.number) }
      }
      if isNear { verdict.add(.nearPhone, 20) } else { points -= 8 }
    }
    if !emails.isEmpty, !otherEMails.isEmpty, !sharesEMail { points -= 5 }
    guard points < 0 else { return }
    if sharesPhone || sharesEMail {
      verdict.add(points)
    } else {
      verdict.add(.otherContacts, points)
    }
  }

  private static func isINN(_ number: UInt64) -> Bool {
    let digits = String(number)
    let zeros = digits.utf8.count == 9 || digits.utf8.count == 11 ? "0" : ""
    return Requisites.check(zeros + digits, as: .inn) == .valid
  }

  /// The logarithm, to a tenth: the exponent, and a line between its steps.
  static func log2(_ number: Double) -> Double {
    Double(number.exponent) + number.significand - 1
  }
}

/// Numbers that differ by a slip of the fingers.
enum NearNumber {
  /// Whether two numbers of equal length differ in one digit, or in the order of two neighbours.
  static func isNear(_ one: UInt64, _ other: UInt64) -> Bool {
    guard one != other else { return false }
    var (left, right) = (one, other)
    var differences: [(place: Int, left: UInt64, right: UInt64)] = []
    var place = 0
    while left > 0 || right > 0 {
      guard left > 0, right > 0 else { return false }
      if left % 10 != right % 10 { differences.append((place, left % 10, right % 10)) }
      if differences.count > 2 { return false }
      (left, right) = (left / 10, right / 10)
      place += 1
    }
    guard differences.count == 2 else { return true }
    let (low, high) = (differences[0], differences[1])
    return high.place == low.place + 1 && low.left == high.right && low.right == high.left
  }
}

extension DuplicateReason {
  /// Its place among all cases.
  fileprivate var place: Int { Self.places[self] ?? 0 }

  private static let places = Dictionary(
    uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
}
