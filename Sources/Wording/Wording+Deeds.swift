/// What commits were for, as the history tells it.
///
/// A commit holds the command that made it, in English and the same for everybody; here it becomes
/// a word of the reader's language.
extension Wording {
  /// What a commit was for.
  ///
  /// - Parameter purpose: what it holds, such as `deal move` or `import clients.csv`.
  /// - Returns: the same in words; what no version of this program writes stays as it is.
  public func deed(_ purpose: String) -> String {
    if let whole = deedOfWords(purpose) { return whole }
    let words = purpose.split(separator: " ", maxSplits: 1).map(String.init)
    guard words.count == 2 else { return purpose }
    if let kind = kindOfDeed(words[0]), let deed = deedOfWords(words[1]) ?? endOfDeed(words[1]) {
      return "\(kind): \(deed)"
    }
    // A commit or a person may be undone as well, and is called by name.
    if words[0] == "undo" {
      if words[1] == "merge" { return pick("merge taken back", "отмена слияния") }
      let number = words[1].split(separator: " ")
      if number.count == 2, number[0] == "import", let number = Int(number[1]) {
        return pick("import \(number) taken back", "отмена импорта \(number)")
      }
    }
    // `import FILE`, `export csv`, `undo CHANGE`: the rest is a name.
    return deedOfWords(words[0]).map { "\($0) \(words[1])" } ?? purpose
  }

  private func deedOfWords(_ words: String) -> String? {
    switch words {
    case "new": pick("founded", "основание")
    case "add": pick("added", "добавление")
    case "set": pick("changed", "изменение")
    case "delete", "remove": pick("deleted", "удаление")
    case "restore": pick("restored", "возврат из корзины")
    case "save": pick("saved", "сохранение")
    case "apply": pick("applied", "применение")
    case "log": pick("logged", "событие")
    case "import": pick("imported", "импорт")
    case "export": pick("exported", "выгрузка")
    case "undo": pick("taken back", "отмена")
    case "resolve": pick("conflict settled", "решение конфликта")
    case "merge-cards": pick("cards merged", "объединение карточек")
    case "duplicates --not": pick("no duplicates", "не дубликаты")
    default: deedAmongPeople(words)
    }
  }

  private func deedAmongPeople(_ words: String) -> String? {
    switch words {
    case "adopt": pick("taken over", "принято")
    case "discard": pick("not wanted", "отклонено")
    case "claim": pick("made a member's own", "связано с сотрудником")
    case "invite": pick("invited", "приглашение")
    case "withdraw": pick("invitation withdrawn", "отзыв приглашения")
    case "join": pick("joined", "вступление")
    case "role": pick("role changed", "смена роли")
    case "seal": pick("shut out", "отключение")
    case "void": pick("let in again", "отключение снято")
    case "recover": pick("recovered", "восстановление доступа")
    case "offboard": pick("handed over", "передача дел")
    case "return": pick("handed back", "возврат дел")
    case "repair": pick("repaired", "починка")
    case "alarms accept": pick("alarm answered", "ответ на тревогу")
    default: nil
    }
  }

  private func kindOfDeed(_ word: String) -> String? {
    switch word {
    case "deal": pick("deal", "сделка")
    case "task": pick("task", "задача")
    case "segment": pick("segment", "сегмент")
    case "rule": pick("rule", "правило")
    default: nil
    }
  }

  private func endOfDeed(_ word: String) -> String? {
    switch word {
    case "move": pick("moved", "смена этапа")
    case "win": pick("won", "выиграна")
    case "lose": pick("lost", "проиграна")
    case "done": pick("done", "выполнена")
    case "cancel": pick("cancelled", "отменена")
    case "snooze": pick("put off", "отложена")
    default: nil
    }
  }
}
