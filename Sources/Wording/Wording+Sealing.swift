public import CRM
public import Replication

/// What shutting out, held commits and copies say.
extension Wording {
  /// How long ago something was.
  public func ago(millis: Int64) -> String {
    let minutes = Int(max(0, millis) / 60_000)
    if minutes < 2 { return pick("just now", "только что") }
    let span: String =
      if minutes < 120 {
        count(
          minutes, PluralForms("minute", plural: "minutes"),
          PluralForms("минуту", "минуты", "минут", plural: "минуты"))
      } else if minutes < 48 * 60 {
        count(
          minutes / 60, PluralForms("hour", plural: "hours"),
          PluralForms("час", "часа", "часов", plural: "часы"))
      } else {
        count(
          minutes / 1440, PluralForms("day", plural: "days"),
          PluralForms("день", "дня", "дней", plural: "дни"))
      }
    return pick("\(span) ago", "\(span) назад")
  }

  private func devices(_ value: Int) -> String {
    count(
      value, PluralForms("device", plural: "devices"),
      PluralForms("устройство", "устройства", "устройств", plural: "устройства"))
  }

  // MARK: Sealing

  /// Up to where a device would count.
  public func sealEnd(
    _ device: String, last dot: String, at time: String, ago: String, isSealed: Bool
  ) -> String {
    if isSealed { return pick("\(device): shut out already", "\(device): уже отключено") }
    return pick(
      "\(device): counts up to \(dot), \(time) (\(ago)); all beyond it will be held everywhere",
      "\(device): считается до \(dot), \(time) (\(ago)); всё, что дальше, везде будет задержано")
  }

  /// What to do first, where a device has not been heard of for long.
  public var syncBeforeSealing: String {
    pick(
      "what they wrote since and you have not got would be held: get their changes first, "
        + "if you can (karto merge, karto sync)",
      "что записано с тех пор и до вас не дошло, будет задержано: сначала получите изменения, "
        + "если можно (karto merge, karto sync)")
  }

  /// Whether to shut out.
  public func sealQuestion(_ name: String) -> String {
    pick("Shut out \(quoted(name))?", "Отключить \(quoted(name))?")
  }

  /// Someone was shut out.
  public func sealed(_ name: String, devices count: Int, isRehearsal: Bool) -> String {
    let devices = count > 0 ? ", \(devices(count))" : ""
    return isRehearsal
      ? pick("would be shut out: \(name)\(devices)", "будет отключено: \(name)\(devices)")
      : pick("shut out: \(name)\(devices)", "отключено: \(name)\(devices)")
  }

  /// All devices that are meant were shut out before.
  public func sealedAlready(_ name: String) -> String {
    pick("\(quoted(name)) is shut out already", "\(quoted(name)): уже отключено")
  }

  /// Codes that a leaver may carry open nothing any more.
  public func sealWithdrew(_ count: Int) -> String {
    let codes = self.count(
      count, PluralForms("invitation", plural: "invitations"),
      PluralForms("приглашение", "приглашения", "приглашений", plural: "приглашения"))
    return pick("taken back with it: \(codes)", "вместе с этим отозвано: \(codes)")
  }

  /// What comes after shutting out.
  public func afterSealing(isRehearsal: Bool) -> String {
    isRehearsal
      ? rehearsal
      : pick(
        "it holds on every copy that gets your changes; what comes later from there: karto held",
        "действует на всех копиях, куда дойдут ваши изменения; что придёт оттуда: karto held")
  }

  /// What voiding would do.
  public func voidPreview(_ name: String, held: Int, discarded: Int) -> String {
    let unwanted =
      discarded == 0
      ? ""
      : pick(
        ", also what was discarded: \(changes(discarded)); take that back afterwards with karto undo",
        ", в том числе отклонённое: \(changes(discarded)); его потом можно отменить: karto undo")
    return pick(
      "\(name): let in again, \(changes(held)) held by this would count",
      "\(name): снова в базе, задержанное войдёт: \(changes(held))") + unwanted
  }

  /// What was held is itself a seal, which counts as soon as it is held no more.
  public func voidShutsOut(_ name: String) -> String {
    pick(
      "among that is a seal: \(name) would be shut out again; let them in with "
        + "\(voidCommand(name))",
      "среди этого — отключение: «\(name)» снова потеряет доступ; вернуть его: "
        + "\(voidCommand(name))")
  }

  /// Whether to void.
  public var voidQuestion: String { pick("Void this?", "Отменить отключение?") }

  /// A seal was voided.
  public func voided(_ name: String, isRehearsal: Bool) -> String {
    isRehearsal
      ? pick("would be let in again: \(name)", "будет снова в базе: \(name)")
      : pick("let in again: \(name)", "снова в базе: \(name)")
  }

  /// There are no seals.
  public var noSeals: String { pick("nobody is shut out", "никто не отключён") }

  /// The columns of the list of seals.
  public var sealTitles: [String] {
    [
      pick("Id", "Номер"), pick("Who", "Кто"), pick("Since", "С"), pick("By", "Кем"),
      pick("State", "Состояние"),
    ]
  }

  /// How a seal stands.
  public func standing(of seal: SealStanding, held: Int) -> String {
    let limit = seal.limit.map { pick("limited to ", "не выше: ") + role($0.name) }
    let state = seal.isVoid ? pick("void", "отменено") : held > 0 ? heldCount(held) : nil
    return list([limit, state].compactMap { $0 })
  }

  /// A machine that may be the lost one.
  public func sealLost(_ device: String, id: String) -> String {
    pick(
      "if \(quoted(device)) was lost, shut it out: karto seal \(id) --recovery KEY",
      "если \(quoted(device)) потеряно, отключите: karto seal \(id) --recovery КЛЮЧ")
  }

  // MARK: Held commits

  private func heldCount(_ count: Int) -> String {
    pick("\(changes(count)) held", "задержано: \(changes(count))")
  }

  /// Held commits wait.
  public func heldWaits(_ count: Int) -> String {
    pick(
      "\(heldCount(count)), wait for a decision: karto held",
      "\(heldCount(count)), ждут решения: karto held")
  }

  /// There are none.
  public var nothingHeld: String { pick("nothing is held", "ничего не задержано") }

  /// What to do with them.
  public var heldHint: String {
    pick(
      "take over: karto held adopt DOT|NAME…; not wanted: karto held discard DOT|NAME…",
      "принять: karto held adopt ИЗМЕНЕНИЕ|ИМЯ…; отклонить: karto held discard ИЗМЕНЕНИЕ|ИМЯ…")
  }

  /// Why a commit is held.
  public func why(_ reason: HeldReason) -> String {
    switch reason {
    case .stranger: pick("not let in", "не принят в базу")
    case .sealed: pick("shut out", "после отключения")
    case .notEntitled: pick("not allowed", "нет права")
    }
  }

  /// Whoever wrote it used a code with which somebody else came in, or that does not stand.
  public func usedCode(of name: String, rival: String?) -> String {
    guard let rival else {
      return pick(
        "by a code for \(quoted(name)) that does not stand",
        "по недействительному коду для \(quoted(name))")
    }
    return pick(
      "by the code for \(quoted(name)) with which \(quoted(rival)) had come in",
      "по коду для \(quoted(name)), по которому вошло устройство \(quoted(rival))")
  }

  /// What was decided about a held commit.
  public func outcome(_ outcome: HeldOutcome) -> String {
    switch outcome {
    case .adopted: pick("taken over", "принято")
    case .discarded: pick("not wanted", "отклонено")
    }
  }

  private func heldChanges(_ count: Int) -> String {
    self.count(
      count, PluralForms("held change", plural: "held changes"),
      PluralForms(
        "задержанное изменение", "задержанных изменения", "задержанных изменений",
        plural: "задержанные изменения"))
  }

  /// Whether to take over.
  public func adoptHeldQuestion(_ count: Int, records: Int) -> String {
    pick(
      "Take over \(heldChanges(count)) as yours, \(self.records(records))?",
      "Принять как свои: \(heldChanges(count)), \(self.records(records))?")
  }

  /// Whether to discard.
  public func discardHeldQuestion(_ count: Int) -> String {
    pick("Discard \(heldChanges(count))?", "Отклонить \(heldChanges(count))?")
  }

  /// What taking over did to one record, whose fields are named by `label`.
  public func tookOver(
    _ record: Written.Outcome, what: String, label: (String) -> String
  ) -> String {
    let fields = list(record.fields.map(label))
    let detail = fields.isEmpty ? "" : ": \(fields)"
    return switch record.kind {
    case .created: pick("added: \(what)", "добавлено: \(what)")
    case .changed: pick("changed: \(what)\(detail)", "изменено: \(what)\(detail)")
    case .deleted: pick("to the trash: \(what)", "в корзину: \(what)")
    case .restored: pick("restored: \(what)\(detail)", "возвращено: \(what)\(detail)")
    case .kept: pick("kept: \(what)", "оставлено: \(what)")
    case .unchanged: pick("as it was: \(what)", "без изменений: \(what)")
    }
  }

  /// Held commits were taken over.
  public func adoptedHeld(_ count: Int, records: Int, isRehearsal: Bool) -> String {
    let what = "\(heldChanges(count)), \(self.records(records))"
    return isRehearsal
      ? pick("would be taken over: \(what)", "будет принято: \(what)")
      : pick("taken over: \(what)", "принято: \(what)")
  }

  /// Held commits were discarded.
  public func discardedHeld(_ count: Int, isRehearsal: Bool) -> String {
    isRehearsal
      ? pick("would be discarded: \(heldChanges(count))", "будет отклонено: \(heldChanges(count))")
      : pick("discarded: \(heldChanges(count))", "отклонено: \(heldChanges(count))")
  }

  /// Lines that say who may do what are nobody's to take over.
  public func notTakenOver(_ count: Int) -> String {
    pick(
      "not taken over: \(records(count)) about members, devices and accounts, for which there are "
        + "karto invite, karto members, karto seal and karto alarms",
      "не принято: \(records(count)) о людях, устройствах и учёте, для них есть "
        + "karto invite, karto members, karto seal и karto alarms")
  }

  // MARK: Copies

  /// The columns of the list of copies.
  public var copyTitles: [String] {
    [
      pick("Copy", "Копия"), pick("Whose", "Чья"), pick("Holds", "Содержит"),
      pick("As of", "По данным на"), pick("State", "Состояние"),
    ]
  }

  /// How much of the base a copy is known to hold.
  public func holds(_ held: Int, of total: Int) -> String {
    guard held < total else { return pick("all", "всё") }
    let percent = total > 0 ? held * 100 / total : 0
    return pick(
      "\(percent) %, lacks \(number(total - held))", "\(percent) %, нет \(number(total - held))")
  }

  /// A shared folder as the place of a copy.
  public func folder(_ path: String) -> String { pick("folder \(path)", "папка \(path)") }

  /// What a copy has that is not here.
  public func ahead(_ count: Int) -> String {
    pick(
      "has \(changes(count)) that are not here",
      "там есть то, чего нет здесь: \(changes(count))")
  }

  /// The base lies on one machine.
  public var baseIsAlone: String {
    pick(
      "the base lies on this machine alone; let in a second one (karto invite --device), or put "
        + "it into a folder that is carried elsewhere (karto sync FOLDER)",
      "база есть только на этой машине; добавьте вторую (karto invite --device) или папку, "
        + "которую что-то переносит (karto sync ПАПКА)")
  }

  /// What exists here only.
  public func onlyHere(_ count: Int, author: String, since: String) -> String {
    pick(
      "on this machine only: \(changes(count)) by \(author), since \(since)",
      "только на этой машине: \(changes(count)), \(author), с \(since)")
  }

  /// What to do about it.
  public var onlyHereHint: String {
    pick(
      "as far as others have said; karto sync or a merge there brings it to them",
      "насколько другие сообщили; karto sync или слияние у них донесёт и это")
  }

  /// Everything lies elsewhere too.
  public var nothingOnlyHere: String {
    pick(
      "everything that is here lies elsewhere too", "всё, что есть здесь, есть и в других копиях")
  }

  // MARK: Errors

  func sealingComplaint(_ error: any Error) -> Complaint? {
    switch error as? HeldError {
    case nil: return nil
    case .notHeld(let name):
      return Complaint(
        .notFound,
        pick("nothing is held under \(quoted(name))", "под \(quoted(name)) ничего не задержано"),
        hint: pick("karto held --all lists all of it", "полный список: karto held --all"))
    case .nothingToAdopt(let count):
      return Complaint(
        .conflict, notTakenOver(count),
        hint: pick(
          "nothing else is in it; not wanted: karto held discard DOT|NAME…",
          "больше там ничего нет; отклонить: karto held discard ИЗМЕНЕНИЕ|ИМЯ…"))
    }
  }

  var recoveryNeedsCopy: Complaint {
    Complaint(
      .usage,
      pick(
        "the recovery key opens a copy of the base, and not another machine",
        "ключ восстановления открывает копию базы, а не другую машину"),
      hint: pick(
        "bring a copy here: karto join COPY.karto KEY",
        "перенесите сюда копию: karto join КОПИЯ.karto КЛЮЧ"))
  }

  var badRecoveryKey: Complaint {
    Complaint(
      .usage,
      pick(
        "this is no recovery key, or it was copied with a mistake",
        "это не ключ восстановления или он переписан с ошибкой"),
      hint: pick(
        "it begins with \(Base.recoveryPrefix) and was printed when the base was founded; "
          + "compare it sign by sign",
        "он начинается с \(Base.recoveryPrefix) и напечатан, когда заводили базу; "
          + "сверьте знак за знаком"))
  }
}
