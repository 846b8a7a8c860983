public import CRM

/// What conflicts say.
extension Wording {
  /// The name of the field that is in conflict.
  public func label(of conflict: Conflict) -> String {
    if conflict.isDeletion { return pick("deleted or not", "удалено или нет") }
    return conflict.subject.label(in: language)
  }

  /// A side of a conflict about a deletion.
  ///
  /// - Parameters:
  ///   - isDeletion: whether it is the side of whoever deleted.
  ///   - made: what the other side made for the client meanwhile, as people read it.
  /// - Returns: the words.
  public func deletionSide(isDeletion: Bool, made: [String] = []) -> String {
    if isDeletion { return pick("deleted", "удалено") }
    guard !made.isEmpty else { return pick("edited, so it stays", "правили, осталось") }
    return pick("stays, was added: \(list(made))", "осталось, добавлено: \(list(made))")
  }

  /// What stands for a value that was cleared.
  public var cleared: String { pick("(empty)", "(пусто)") }

  /// The mark of one's own value.
  public var mine: String { pick("mine", "моё") }

  /// The mark of someone else's value.
  public var theirs: String { pick("theirs", "их") }

  /// The mark of what the field held before.
  public var valueBefore: String { pick("before", "было") }

  /// The mark of the value that everybody sees until the conflict is settled.
  public var shownToAll: String { pick("shown for now", "пока видят все") }

  /// How to settle a conflict.
  public func resolveHint(_ conflict: Conflict, shortID: String) -> String {
    let choice =
      conflict.isDeletion
      ? pick("keep|delete", "оставить|удалить")
      : pick("mine|theirs|@N|VALUE", "моё|их|@N|ЗНАЧЕНИЕ")
    let field = conflict.subject.typed(in: language)
    return pick(
      "settle it: karto resolve \(shortID) \(field) \(choice)",
      "решить: karto resolve \(shortID) \(field) \(choice)")
  }

  /// There are no conflicts.
  public var noConflicts: String { pick("no conflicts", "конфликтов нет") }

  /// A number of conflicts.
  public func conflicts(_ count: Int) -> String {
    self.count(
      count, PluralForms("conflict", plural: "conflicts"),
      PluralForms("конфликт", "конфликта", "конфликтов", plural: "конфликты"))
  }

  /// Conflicts wait for someone who decides.
  public func conflictsWait(_ count: Int) -> String {
    pick(
      "\(conflicts(count)) to settle: karto conflicts",
      "не решено: \(conflicts(count)), karto conflicts")
  }

  /// A record that is there though someone deleted it.
  public func deletedMeanwhile(by author: String, at time: String) -> String {
    pick(
      "in conflict: deleted by \(author), \(time), and worked on meanwhile",
      "разошлись: удалено (\(author), \(time)), но в это время с записью работали")
  }

  /// Asks what one conflict shall be settled with.
  public func resolveQuestion(_ conflict: Conflict) -> String {
    conflict.isDeletion
      ? pick(
        "keep, delete; Enter skips, q ends", "оставить, удалить; Enter — пропустить, й — закончить")
      : pick(
        "mine, theirs, @N or a value; Enter skips, q ends",
        "моё, их, @N или значение; Enter — пропустить, й — закончить")
  }

  /// Whether an answer ends the questions.
  public func isEnd(_ answer: String) -> Bool {
    ["q", "quit", "й", "конец"].contains(answer.lowercased().filter { $0.isLetter })
  }

  /// How many conflicts were settled, and how many are left.
  public func settled(_ count: Int, left: Int) -> String {
    pick(
      "settled: \(number(count)), left: \(number(left))",
      "решено: \(number(count)), осталось: \(number(left))")
  }

  func complaint(_ error: ConflictError) -> Complaint {
    switch error {
    case .notInConflict(let field, let contested):
      Complaint(
        .notFound,
        pick("\(label(field)) is not in conflict", "в поле \(label(field)) нет конфликта"),
        hint: contested.isEmpty
          ? pick("karto set changes a field", "изменить поле: karto set")
          : pick("in conflict: ", "конфликты: ")
            + list(contested.map { $0.typed(in: language) }))
    case .unclearSide(let word, let count):
      Complaint(
        .conflict,
        count == 0
          ? pick("none of the values is \(quoted(word))", "среди значений нет \(quoted(word))")
          : pick(
            "several of the values are \(quoted(word))",
            "\(quoted(word)) — это несколько значений сразу"),
        hint: pick(
          "name it by its number: @1, @2; karto conflicts lists them",
          "назовите номер: @1, @2; номера покажет karto conflicts"))
    case .noSuchSide(let number, let count):
      Complaint(
        .notFound,
        pick(
          "there is no value @\(number), only @1 to @\(count)",
          "нет значения @\(number), есть только от @1 до @\(count)"),
        hint: pick("karto conflicts lists them", "список: karto conflicts"))
    case .deletionNotInConflict(let isAlive, let contested):
      Complaint(
        .notFound,
        isAlive
          ? pick(
            "nobody's deletion of this record is open: it stays",
            "спора об удалении этой записи нет: она остаётся")
          : pick(
            "nobody's deletion of this record is open: it is in the trash",
            "спора об удалении этой записи нет: она в корзине"),
        hint: contested.isEmpty
          ? (isAlive
            ? pick("karto delete puts it into the trash", "в корзину: karto delete")
            : pick("karto restore brings it back", "вернуть: karto restore"))
          : pick("in conflict: ", "конфликты: ")
            + list(contested.map { $0.typed(in: language) }))
    case .neitherKeepNorDelete(let word):
      Complaint(
        .usage,
        pick(
          "\(quoted(word)) decides nothing: one deleted the record, another worked on it",
          "\(quoted(word)) — не решение: один запись удалил, другой с ней работал"),
        hint: pick("keep or delete", "оставить или удалить"))
    }
  }
}
