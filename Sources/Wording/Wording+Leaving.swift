public import CRM
import Replication

/// What alarms and hand-overs say.
extension Wording {
  // MARK: Alarms

  /// Whose doing, when, and how much: the line that stands at every command until it is answered.
  public func alarm(_ alarm: Alarm, by name: String, at time: String) -> String {
    pick(
      "alarm: \(name), \(time): \(number(alarm.deleted)) deleted, "
        + "\(number(alarm.changed)) overwritten; what to do: karto alarms",
      "тревога: \(name), \(time): удалено \(number(alarm.deleted)), "
        + "изменено \(number(alarm.changed)); что делать: karto alarms")
  }

  /// How many alarms wait beside the one that was told.
  public func moreAlarms(_ count: Int) -> String {
    pick("and more alarms: \(number(count))", "и ещё тревог: \(number(count))")
  }

  /// What a merge would bring that is far beyond hand speed.
  public func alarmAhead(_ alarm: Alarm, by name: String, at time: String) -> String {
    pick(
      "\(name), \(time): \(number(alarm.deleted)) deleted, \(number(alarm.changed)) overwritten "
        + "within a short time, more than is done by hand",
      "\(name), \(time): за короткое время удалено \(number(alarm.deleted)), "
        + "изменено \(number(alarm.changed)) — больше, чем делают руками")
  }

  /// How much of one manager's clients that is.
  public func alarmShare(_ share: Alarm.Share, of name: String) -> String {
    let percent = share.total > 0 ? share.changed * 100 / share.total : 100
    return pick(
      "  of the clients of \(name): \(number(share.changed)) of \(number(share.total)), "
        + "\(percent) %",
      "  клиенты (\(name)): \(number(share.changed)) из \(number(share.total)), \(percent) %")
  }

  /// Whether to take in what raises an alarm.
  public var alarmQuestion: String {
    pick(
      "Take this in all the same? It can be undone: karto undo --merge",
      "Всё равно принять? Потом можно отменить: karto undo --merge")
  }

  /// No alarm waits.
  public var noAlarms: String { pick("no alarms", "тревог нет") }

  /// Titles of what one can do about an alarm: take it back, shut out, accept.
  public var alarmChoices: (undo: String, seal: String, accept: String) {
    (
      pick("take it back", "отменить"), pick("shut the author out", "отключить автора"),
      pick("it is all right", "так и надо")
    )
  }

  /// The command that takes back what somebody did since a commit or a day.
  public func undoCommand(by name: String, since start: String) -> String {
    "karto undo --by \(shellWord(name)) --since \(start)"
  }

  /// The command that shuts somebody out.
  public func sealCommand(_ name: String) -> String { "karto seal \(shellWord(name))" }

  /// By what several share somebody's work.
  public func rule(_ rule: HandoverRule) -> String {
    switch rule {
    case .roundRobin: pick("in turn", "по очереди")
    case .city: pick("by city", "по городу")
    case .region: pick("by region", "по региону")
    case .tag: pick("by tag", "по метке")
    case .stage: pick("by stage", "по этапу")
    case .value: pick("by worth", "по ценности")
    }
  }

  /// Who can shut somebody out, where whoever asks cannot.
  public func sealedBy(_ names: [String]) -> String {
    names.isEmpty
      ? pick("only the recovery key can", "может только ключ восстановления")
      : pick("can be done by: \(list(names))", "это может: \(list(names))")
  }

  /// The command that lets somebody in again.
  public func voidCommand(_ name: String, needsRecovery: Bool = false) -> String {
    "karto seal --void \(shellWord(name))" + (needsRecovery ? " --recovery -" : "")
  }

  /// The command that hands somebody's work over.
  public func offboardCommand(_ name: String) -> String {
    "karto offboard \(shellWord(name)) --to \(pick("NAME", "ИМЯ"))"
  }

  /// There is nothing to hand over of somebody who has left.
  public func leftAlready(_ name: String, _ former: Base.FormerHandover) -> [String] {
    let day = former.leftAt.map { " \(date($0))" } ?? ""
    let heirs = former.heirs.map { "\($0.name): \(records($0.count))" }
    return [
      pick(
        "\(name) left\(day) already, and nothing more is theirs: nothing to do",
        "\(name): больше не работает\(day.isEmpty ? "" : " с\(day)"), передавать нечего"),
      heirs.isEmpty
        ? pick("nobody has taken anything over", "дела никому не передавались")
        : pick("taken over by ", "дела приняли: ") + heirs.joined(separator: "; "),
    ]
  }

  /// The command that accepts an alarm.
  public func acceptCommand(_ id: String) -> String { "karto alarms accept \(id)" }

  /// A word as a shell takes it for one.
  func shellWord(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || "-_.".unicodeScalars.contains(scalar)
    }
    return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }

  /// An alarm was answered.
  public func alarmAccepted(_ id: String, isLocal: Bool, isRehearsal: Bool) -> String {
    if isRehearsal { return pick("\(id) would be accepted", "\(id): будет принято") }
    return isLocal
      ? pick(
        "\(id) is accepted on this machine; it may not answer for others",
        "\(id): принято на этой машине; ответить за других она не может")
      : pick("\(id) is accepted, for everyone", "\(id): принято, для всех")
  }

  /// An alarm that was answered before.
  public var answered: String { pick("answered", "отвечено") }

  /// Who has answered an alarm, as far as that is known.
  public func answered(by name: String?, at time: String?) -> String {
    ([answered] + [name, time].compactMap(\.self)).joined(separator: ", ")
  }

  func complaint(_ error: AlarmError) -> Complaint {
    switch error {
    case .unknown(let text):
      Complaint(
        .notFound, pick("no alarm \(quoted(text))", "нет тревоги \(quoted(text))"),
        hint: "karto alarms")
    case .ambiguous(let text):
      Complaint(
        .conflict,
        pick("several alarms begin with \(text)", "с \(text) начинаются несколько тревог"),
        hint: "karto alarms")
    case .ownDoing(let id):
      Complaint(
        .damaged,
        pick(
          "\(id) is about your own changes; a colleague must answer it",
          "\(id) — о ваших же изменениях; ответить должен коллега"))
    }
  }

  // MARK: Hand-over

  /// How much passes to one person.
  public func passes(_ count: Int, of entity: Entity) -> String { self.count(count, of: entity) }

  /// What passes to whom.
  public func passed(to name: String, _ parts: [String]) -> String {
    "\(name): \(parts.isEmpty ? pick("nothing", "ничего") : list(parts))"
  }

  /// Whether to hand over, for good or for a time.
  public func handoverQuestion(_ name: String, until: String?, sealing: Int) -> String {
    if let until {
      return pick(
        "Hand over the work of \(name) until \(until)?", "Передать дела (\(name)) по \(until)?")
    }
    return pick(
      "Hand over the work of \(name) and shut out their devices (\(number(sealing)))?",
      "Передать дела (\(name)) и отключить машины (\(number(sealing)))?")
  }

  /// It is done.
  public func handedOver(_ name: String, until: String?, isRehearsal: Bool) -> String {
    if isRehearsal {
      return pick("would be handed over: \(name)", "было бы передано: \(name)")
    }
    guard let until else {
      return pick("handed over: \(name)", "передано: \(name)")
    }
    return pick(
      "handed over: \(name), until \(until); it comes back by itself",
      "передано: \(name), по \(until); потом вернётся само")
  }

  /// How to take a hand-over back, or an undo: `--last` goes a step further back each time.
  ///
  /// - Parameter dot: its first commit.
  /// - Returns: the hint.
  public func takenBackBy(_ dot: String) -> String {
    pick("back with: karto undo \(dot)", "вернуть: karto undo \(dot)")
  }

  /// What to do after a hand-over.
  public var handoverNext: String {
    pick(
      "what comes from these devices from now on waits in karto held; passwords, shared folders and "
        + "mail are yours to close",
      "что придёт с этих машин дальше, ждёт в karto held; пароли, общие папки и почту закройте сами"
    )
  }

  /// Work came back to somebody whose absence is over.
  public func handedBack(_ name: String, _ count: Int) -> String {
    pick(
      "the absence of \(name) is over: \(records(count)) given back",
      "отсутствие закончилось (\(name)): возвращено \(records(count))")
  }

  /// The title of a first call.
  public func firstCall(_ name: String) -> String {
    pick("First call: \(name)", "Первый звонок: \(name)")
  }

  /// The headings and sentences of the report.
  public enum ReportText: Sendable, CaseIterable {
    /// The title of the page; before the name.
    case title
    /// The clients.
    case clients
    /// What was promised: deals, tasks, next steps.
    case promises
    /// Segments, heads, fields of the base's own.
    case rest
    /// The exports.
    case exports
    /// The devices.
    case devices
    /// Column: the record.
    case record
    /// Column: the client whom it is about.
    case client
    /// Column: to whom.
    case to
    /// Column: the worth.
    case worth
    /// Column: the last contact.
    case lastContact
    /// Column: the next step.
    case nextStep
    /// Column: whether a first call is due.
    case firstCall
    /// Column: the kind.
    case kind
    /// Column: made.
    case made
    /// Column: changed.
    case changed
    /// Column: deleted.
    case deleted
    /// Column: when.
    case when
    /// Column: in which form.
    case form
    /// Column: by which condition.
    case condition
    /// Column: how many.
    case count
    /// Column: a device.
    case device
    /// Column: the newest data.
    case newest
    /// Column: known to be missing.
    case missing
    /// How the leaver's time can be undone.
    case undo
    /// How many cards were merged.
    case merged
    /// Changes that bear an earlier time.
    case backdated
    /// What no program can do.
    case limit
  }

  /// A heading or sentence of the report.
  public func text(_ text: ReportText) -> String {
    switch text {
    case .title: pick("Hand-over", "Передача дел")
    case .clients: pick("Clients", "Клиенты")
    case .promises: pick("Open promises", "Обещано и не закрыто")
    case .rest: pick("Also", "Ещё")
    case .exports: pick("Written out", "Выгружено")
    case .devices: pick("Devices", "Машины")
    case .record: pick("What", "Что")
    case .client: pick("Client", "Клиент")
    case .to: pick("To", "Кому")
    case .worth: pick("Worth", "Ценность")
    case .lastContact: pick("Last contact", "Последний контакт")
    case .nextStep: pick("Next step", "Следующий шаг")
    case .firstCall: pick("First call", "Первый звонок")
    case .kind: pick("Kind", "Вид")
    case .made: pick("Made", "Создано")
    case .changed: pick("Changed", "Изменено")
    case .deleted: pick("Deleted", "Удалено")
    case .when: pick("When", "Когда")
    case .form: pick("Form", "Формат")
    case .condition: pick("Condition", "Условие")
    case .count: pick("Records", "Записей")
    case .device: pick("Device", "Машина")
    case .newest: pick("Newest data", "Свежие данные")
    case .missing: pick("Known to be missing", "Известно, что недостаёт")
    case .undo: pick("To take back what was done since then:", "Отменить сделанное с того дня:")
    case .merged: pick("cards merged", "объединено карточек")
    case .backdated:
      pick("changes that bear an earlier time", "изменений помечено более ранним временем")
    case .limit:
      pick(
        "A file that a person can open can be copied. This shows what happened; it cannot call a "
          + "copy back.",
        "Файл, который человек может открыть, можно и скопировать. Здесь видно, что произошло; "
          + "копию этим не вернуть.")
    }
  }

  func complaint(_ error: HandoverError) -> Complaint {
    switch error {
    case .oneself:
      Complaint(
        .damaged,
        pick(
          "nobody hands over from themselves; another owner or admin does",
          "свои дела насовсем передаёт не сам человек, а другой владелец или администратор"),
        hint: pick(
          "for a holiday: --temporary --until DATE", "на время отпуска: --temporary --until ДАТА"))
    case .notSenior:
      Complaint(
        .damaged,
        pick(
          "only owners and admins hand work over", "дела передают владелец или администратор"),
        hint: "karto members")
    case .unfitSuccessor(let name):
      Complaint(
        .usage,
        pick(
          "\(name) cannot take work over: reads only, has left, or is the leaver",
          "\(name) не может принять дела: только читает, уже ушёл или сам передаёт"),
        hint: "karto members")
    case .untilPassed(let day):
      Complaint(
        .usage, pick("\(date(day)) has passed already", "\(date(day)) уже в прошлом"))
    }
  }

  // MARK: Exports

  /// An export that could not be entered into the journal.
  public var exportNotNoted: String {
    pick(
      "the export is not in the journal: this machine could not write to the base",
      "выгрузка не записана в журнал: эта машина не смогла записать в базу")
  }
}
