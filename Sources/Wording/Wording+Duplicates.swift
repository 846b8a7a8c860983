public import CRM

/// What finding and merging duplicates says.
extension Wording {
  /// How sure a pair is.
  public func level(_ level: DuplicatePair.Level) -> String {
    switch level {
    case .certain: pick("certain", "точно")
    case .likely: pick("likely", "вероятно")
    case .possible: pick("possible", "возможно")
    }
  }

  /// What speaks for or against a pair.
  public func reason(_ reason: DuplicateReason) -> String {
    switch reason {
    case .sameINN: pick("same INN", "тот же ИНН")
    case .sameOGRN: pick("same OGRN", "тот же ОГРН")
    case .sameEMail: pick("same e-mail", "тот же e-mail")
    case .samePhone: pick("same phone", "тот же телефон")
    case .sharedPhone: pick("shared phone", "общий телефон")
    case .sharedEMail: pick("shared e-mail", "общий e-mail")
    case .sameName: pick("same name", "то же имя")
    case .similarName: pick("similar name", "похожее имя")
    case .initials: pick("initials fit", "инициалы подходят")
    case .partOfName: pick("part of the name", "часть имени")
    case .sameBirthday: pick("same birthday", "тот же день рождения")
    case .sameCity: pick("same city", "тот же город")
    case .nearPhone: pick("phone off by a digit", "телефон с опечаткой")
    case .nearINN: pick("INN off by a digit", "ИНН с опечаткой")
    case .otherName: pick("other name", "другое имя")
    case .otherINN: pick("other INN", "другой ИНН")
    case .otherKPP: pick("other KPP, a branch", "другой КПП, филиал")
    case .otherBirthday: pick("other birthday", "другой день рождения")
    case .otherCity: pick("other city", "другой город")
    case .otherForm: pick("other legal form", "другая правовая форма")
    case .otherContacts: pick("other phone or e-mail", "другие телефон и e-mail")
    case .commonName: pick("common name", "частое имя")
    }
  }

  /// The reasons of a pair: what speaks for it, and after «но» what speaks against it.
  public func reasons(_ reasons: [DuplicateReason]) -> String {
    let (pro, contra) = (reasons.filter { !$0.isAgainst }, reasons.filter(\.isAgainst))
    let text = list(pro.map(reason))
    guard !contra.isEmpty else { return text }
    return pick("\(text); but ", "\(text); но ") + list(contra.map(reason))
  }

  /// The title of the column of scores.
  public var scoreTitle: String { pick("Score", "Балл") }
  /// The title of the column of levels.
  public var levelTitle: String { pick("Sure", "Уверенность") }
  /// The title of the column of reasons.
  public var reasonsTitle: String { pick("Why", "Почему") }

  // MARK: One pair after the other

  /// What a person may say to a pair.
  public enum PairAnswer: Sendable, CaseIterable {
    /// They are one client.
    case merge
    /// They are two clients.
    case different
    /// Perhaps later.
    case skip
    /// Enough for today.
    case stop
  }

  /// How far one is, and how sure the pair is.
  public func pairTitle(
    _ number: Int, of count: Int, _ pair: DuplicatePair
  ) -> String {
    let (number, count) = (self.number(number), self.number(count))
    let place = pick("\(number) of \(count)", "\(number) из \(count)")
    return "\(place)  \(level(pair.level)), \(pair.score): \(reasons(pair.reasons))"
  }

  /// What to do with a pair.
  public var pairQuestion: String {
    pick(
      "[m]erge, [d]ifferent clients, [s]kip, [q]uit?",
      "[о]бъединить, [р]азные клиенты, [п]ропустить, [в]ыйти?")
  }

  /// What an answer means, in either language; nil if nothing.
  public func pairAnswer(_ text: String) -> PairAnswer? {
    switch text.lowercased().first(where: \.isLetter) {
    case "m", "о": .merge
    case "d", "р": .different
    case "s", "п": .skip
    case "q", "в": .stop
    default: nil
    }
  }

  /// What the answers came to.
  public func settled(merged: Int, different: Int, left: Int) -> String {
    pick(
      "\(number(merged)) merged, \(number(different)) told apart, \(number(left)) left",
      "объединено: \(number(merged)), разных: \(number(different)), осталось: \(number(left))")
  }

  // MARK: Merging

  /// Whether to merge cards.
  public func mergeCardsQuestion(_ name: String, count: Int) -> String {
    pick(
      "Merge \(number(count)) cards into \(quoted(name))?",
      "Объединить карточки (\(number(count))) в \(quoted(name))?")
  }

  /// Cards were merged, and how to take it back.
  public func cardsMerged(
    _ name: String, shortID: String, count: Int, commits: [String], isRehearsal: Bool
  ) -> String {
    let what = "\(quoted(name)) (\(shortID))"
    if isRehearsal {
      return pick(
        "\(number(count)) cards would be shown as \(what)",
        "карточек: \(number(count)), показывалась бы \(what)")
    }
    let undo = commits.first.map { pick("; back with: ", "; вернуть: ") + "karto undo \($0)" } ?? ""
    return pick(
      "\(number(count)) cards are shown as \(what)\(undo)",
      "карточек: \(number(count)), показывается \(what)\(undo)")
  }

  /// Cards that are one already.
  public func mergedAlready(_ name: String) -> String {
    pick("they are one card already: \(quoted(name))", "это уже одна карточка: \(quoted(name))")
  }

  /// The value of a field, and what cards that were merged into this one say.
  public func otherCards(_ value: String, _ others: [String]) -> String {
    let others = list(others.map(quoted))
    return pick("\(value) (other card: \(others))", "\(value) (другая карточка: \(others))")
  }

  /// The label of the cards that were merged into one.
  public var mergedTitle: String { pick("Merged cards", "Объединены") }

  /// Why two cards cannot be told apart.
  func duplicateComplaint(_ error: DuplicateError) -> Complaint {
    switch error {
    case .oneCard(let id, let commits) where commits.isEmpty:
      Complaint(
        .usage, pick("\(id) is one card", "\(id) — это одна карточка"),
        hint: helpHint(.duplicates))
    case .oneCard(let id, let commits):
      Complaint(
        .conflict,
        pick(
          "they were merged and are shown as \(id)", "они объединены и показываются как \(id)"),
        hint: "karto undo \(commits.joined(separator: " "))")
    }
  }
}
