public import CRM

/// What commands say besides results.
extension Wording {
  /// A line that warns.
  public func warningLine(_ text: String) -> String {
    pick("warning: \(text)", "внимание: \(text)")
  }

  /// A question as a prompt.
  public func question(_ text: String) -> String {
    pick("\(text) [y/N]", "\(text) [д/Н]")
  }

  /// Whether an answer is yes, in either language and keyboard layout.
  public func isYes(_ answer: String) -> Bool {
    let word = answer.lowercased().filter { $0.isLetter }
    return ["y", "yes", "д", "да", "н", "l"].contains(word) && !(word == "н" && isRussianNo)
  }

  /// On a Russian keyboard the key of `y` types «н», which in Russian begins «нет».
  private var isRussianNo: Bool { language == .russian }

  /// The document has damage in its middle.
  public var documentIsDamaged: String {
    pick(
      "the document is damaged, something may be missing; karto check says what",
      "документ повреждён, чего-то может не хватать; подробности: karto check")
  }

  // MARK: Founding

  /// A base was founded.
  public func founded(_ name: String, path: String) -> String {
    pick("founded \(quoted(name)) in \(path)", "создана база \(quoted(name)) в файле \(path)")
  }

  /// The recovery key and what to do with it.
  public func recoveryKey(_ key: String) -> [String] {
    [
      pick(
        "The recovery key, printed this once. Write it down and keep it on paper:",
        "Ключ восстановления, показывается один раз. Запишите и храните на бумаге:"),
      "    \(key)",
    ]
  }

  // MARK: What was written

  /// A record by its kind and id; the base itself, of which there is one, by its kind alone.
  public func record(_ type: String, id: String) -> String {
    let noun = Schema.shown(key: type)?.noun(1, in: language) ?? type
    return type == Schema.workspace.key ? noun : "\(noun) \(id)"
  }

  /// What became of one record.
  ///
  /// - Parameters:
  ///   - outcome: what became of it.
  ///   - shortID: its id as it is told.
  ///   - label: names a field of it by its key.
  ///   - isRehearsal: whether nothing was written.
  /// - Returns: the sentence.
  public func outcome(
    _ outcome: Written.Outcome, shortID: String, label: (String) -> String, isRehearsal: Bool
  ) -> String {
    let name = outcome.name.isEmpty ? "" : " \(quoted(outcome.name))"
    let what = record(outcome.type, id: shortID) + name
    let fields = outcome.fields.map(label)
    let list = fields.isEmpty ? "" : ": \(self.list(fields))"
    let would = isRehearsal ? pick("would be ", "будет ") : ""
    switch outcome.kind {
    case .created: return pick("\(would)added: \(what)", "\(would)добавлено: \(what)")
    case .changed:
      return pick("\(would)changed: \(what)\(list)", "\(would)изменено: \(what)\(list)")
    case .deleted: return pick("\(would)deleted: \(what)", "\(would)удалено: \(what)")
    case .restored: return pick("\(would)restored: \(what)", "\(would)возвращено: \(what)")
    case .kept: return pick("\(would)kept: \(what)", "\(would)оставлено: \(what)")
    case .unchanged: return pick("as it was: \(what)", "без изменений: \(what)")
    }
  }

  /// How to get deleted records back.
  public func restoreHint(_ ids: [String]) -> String {
    let some = ids.prefix(5).joined(separator: " ") + (ids.count > 5 ? " …" : "")
    return pick("back with: karto restore \(some)", "вернуть: karto restore \(some)")
  }

  /// Whether to delete several records.
  public func deleteQuestion(_ count: Int) -> String {
    pick("Delete \(records(count))?", "Удалить \(records(count))?")
  }

  /// Whether to change several records.
  public func changeQuestion(_ count: Int) -> String {
    pick("Change \(records(count))?", "Изменить \(records(count))?")
  }

  /// What a batch did, in numbers.
  public func batch(created: Int, changed: Int, deleted: Int, isRehearsal: Bool) -> String {
    let start = isRehearsal ? pick("would be: ", "будет: ") : ""
    return start
      + pick(
        "\(number(created)) added, \(number(changed)) changed, \(number(deleted)) deleted",
        "добавлено \(number(created)), изменено \(number(changed)), удалено \(number(deleted))")
  }

  /// Nothing was written, as asked.
  public var rehearsal: String {
    pick("rehearsal: nothing was written", "проба: ничего не записано")
  }

  // MARK: Lists and cards

  /// How many of how many are shown.
  public func shown(_ shown: Int, of total: Int, entity: Entity) -> String {
    let all = count(total, of: entity)
    return shown < total
      ? pick("\(number(shown)) of \(all)", "\(number(shown)) из \(number(total)) (\(all))") : all
  }

  /// Nothing was found.
  public var nothingFound: String { pick("nothing found", "ничего не найдено") }

  /// The title of the column of ids.
  public var idTitle: String { "id" }
  /// The title of the column of names.
  public var nameTitle: String { pick("Name", "Имя") }
  /// The title of the column of who deleted.
  public var deletedByTitle: String { pick("Deleted by", "Удалил") }
  /// The title of the column of when that was.
  public var deletedAtTitle: String { pick("When", "Когда") }
  /// The title of the column of kinds.
  public var typeTitle: String { pick("What", "Что") }
  /// The title of a column of counts.
  public var countTitle: String { pick("Count", "Сколько") }
  /// What stands for a missing value in a table.
  public var noValue: String { pick("(none)", "(нет)") }

  /// A section of a card.
  public enum Section: Sendable, CaseIterable {
    /// Deals.
    case deals
    /// Tasks that are to be done.
    case tasks
    /// What happened last.
    case activities
    /// Ties to other clients.
    case links
    /// The stages that a deal went through.
    case events
    /// What was deleted or overwritten in bulk.
    case alarms
    /// Tasks whose day has passed.
    case overdue
    /// Tasks of the day.
    case today
    /// Tasks of the next day.
    case tomorrow
    /// Clients whom it is time to call.
    case callDue
    /// Deals that stand still.
    case stuckDeals
    /// Birthdays.
    case birthdays
  }

  /// The heading of a section.
  public func title(_ section: Section) -> String {
    switch section {
    case .deals: pick("Deals", "Сделки")
    case .tasks: pick("Tasks", "Задачи")
    case .activities: pick("Last", "Последнее")
    case .links: pick("Links", "Связи")
    case .events: pick("Stages", "Этапы")
    case .alarms: pick("Alarms", "Тревоги")
    case .overdue: pick("Overdue", "Просрочено")
    case .today: pick("Today", "Сегодня")
    case .tomorrow: pick("Tomorrow", "Завтра")
    case .callDue: pick("Time to call", "Пора звонить")
    case .stuckDeals: pick("Deals that stand still", "Застряли")
    case .birthdays: pick("Birthdays", "Дни рождения")
    }
  }

  /// A field that several people set without seeing each other's change.
  public func conflict(_ values: [String]) -> String {
    pick(
      "in conflict: \(values.map(quoted).joined(separator: " or "))",
      "разошлись: \(values.map(quoted).joined(separator: " или "))")
  }

  /// A record that lies in the trash.
  public var inTrash: String { pick("in the trash", "в корзине") }

  /// The last order, and since when it is time to call.
  public func callDue(lastOrder: CivilDate, since: CivilDate) -> String {
    pick(
      "last order \(date(lastOrder)), due since \(date(since))",
      "последний заказ \(date(lastOrder)), пора с \(date(since))")
  }

  /// How long a deal has not moved.
  public func stuck(days: Int) -> String {
    let forms = count(
      days, PluralForms("day", plural: "days"), PluralForms("день", "дня", "дней", plural: "дни"))
    return pick("for \(forms)", "уже \(forms)")
  }

  /// More than is shown.
  public func andMore(_ count: Int) -> String {
    pick("and \(number(count)) more", "и ещё \(number(count))")
  }

  /// Nothing is to be done.
  public var freeDay: String { pick("nothing is due today", "на сегодня ничего нет") }
}
