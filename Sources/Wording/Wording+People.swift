public import CRM
import Documents
public import Replication

/// What members and devices say.
extension Wording {
  /// A role, in a word.
  public func role(_ role: String) -> String {
    Schema.member.field(key: "role")?.choice(role)?.label(in: language) ?? role
  }

  // MARK: Members and devices

  /// The columns of the list of members.
  public var memberTitles: [String] {
    [
      pick("Name", "Имя"), pick("Role", "Роль"), pick("State", "Состояние"),
      pick("Devices", "Устройства"), pick("Last change", "Последнее изменение"),
    ]
  }

  /// The columns of the list of devices.
  public var deviceTitles: [String] {
    [
      pick("Device", "Устройство"), pick("Whose", "Чьё"),
      pick("Last change", "Последнее изменение"),
      pick("Has not seen", "Ещё не видело"), pick("State", "Состояние"),
    ]
  }

  /// How a member stands; `until` is when the invitation ends.
  public func standing(_ standing: Person.Standing, until: String?) -> String {
    switch standing {
    case .active: pick("active", "работает")
    case .invited:
      until.map { pick("invited until \($0)", "приглашение до \($0)") }
        ?? pick("invited", "приглашение отправлено")
    case .lapsed: pick("invitation no longer valid", "приглашение больше не действует")
    case .left: pick("left", "больше не работает")
    }
  }

  /// An absence, and who stands in.
  public func absence(_ absence: Absence) -> String {
    let (day, names) = (date(absence.until), list(absence.standIns))
    guard !absence.standIns.isEmpty else { return pick("absent until \(day)", "нет до \(day)") }
    return pick("absent until \(day), instead: \(names)", "нет до \(day), вместо: \(names)")
  }

  /// This machine was shut out: by whom, when, and who can let it in again.
  public func shutOut(by name: String, at time: String, ask names: [String]) -> String {
    let author = name.isEmpty ? unknownAuthor : name
    let whom = list(names)
    return pick(
      "this machine was shut out of the base: \(author), \(time); nothing that it writes since is "
        + "taken in anywhere" + (names.isEmpty ? "" : "; ask \(whom)"),
      "эта машина отключена от базы: \(author), \(time); её новые изменения нигде не принимаются"
        + (names.isEmpty ? "" : "; спросить: \(whom)"))
  }

  /// What to do on a machine that was shut out: only by file or folder can it learn of more.
  var shutOutHint: String {
    pick(
      "ask an owner or admin; once they have let it in again, take in a fresh copy of theirs "
        + "(karto merge FILE) or the shared folder (karto sync FOLDER)",
      "спросите владельца или администратора; когда снова пустят, примите их свежую копию "
        + "(karto merge ФАЙЛ) или общую папку (karto sync ПАПКА)")
  }

  /// A machine has said that this one was shut out, of which the base here does not tell.
  public func turnedAway(by peer: String, at time: String) -> String {
    pick(
      "\(peer) said that this machine was shut out of the base, \(time): what it writes since then "
        + "is held elsewhere; \(shutOutHint)",
      "\(peer): эта машина отключена от базы, так сказано \(time); её новые изменения у других будут "
        + "задержаны; \(shutOutHint)")
  }

  /// What nobody else is known to have, on a machine with which nobody exchanges any more.
  public func keptHereOnly(_ count: Int) -> String {
    pick(
      "only on this machine, as far as is known: \(changes(count)); nobody takes them in by the "
        + "network any more. Give somebody a copy of the file (karto merge FILE) or use the shared "
        + "folder (karto sync FOLDER): there they wait as held until somebody decides",
      "только на этой машине, насколько известно: \(changes(count)); по сети их больше не примут. "
        + "Передайте копию файла (там: karto merge ФАЙЛ) или через общую папку (karto sync ПАПКА): "
        + "у других они будут ждать решения как задержанные")
  }

  /// This machine was shut out, and is not any more.
  public var letInAgain: String {
    pick(
      "this machine was let in again: it works as before",
      "эту машину снова пустили в базу: работать можно как раньше")
  }

  /// Whoever asks.
  public func myself(_ name: String) -> String { pick("\(name) (you)", "\(name) (вы)") }

  /// How a device stands; nothing where there is nothing to say.
  public func standing(_ held: HeldReason?, isThis: Bool) -> String {
    let state: String? =
      switch held {
      case nil: nil
      case .sealed: pick("shut out", "отключено")
      case .stranger: pick("not let in", "не принято")
      case .notEntitled: pick("reads only", "только чтение")
      }
    return list([isThis ? pick("this one", "это устройство") : nil, state].compactMap { $0 })
  }

  /// How many changes a device has not seen, as far as it has said.
  public func unseen(_ count: Int) -> String {
    count == 0 ? pick("nothing", "видело всё") : changes(count)
  }

  /// A member has another role now.
  public func roleChanged(_ name: String, to role: String, isRehearsal: Bool) -> String {
    let would = isRehearsal ? pick("would be: ", "будет: ") : ""
    return "\(would)\(name): \(self.role(role))"
  }
}

// MARK: - Errors

extension Wording {
  /// What joining, members and conflicts say when they cannot.
  func peopleComplaint(_ error: any Error) -> Complaint? {
    switch error {
    case let error as EnrolmentError: complaint(error)
    case let error as MembershipError: complaint(error)
    case let error as ConflictError: complaint(error)
    case let error as AlarmError: complaint(error)
    case let error as HandoverError: complaint(error)
    default: nil
    }
  }

  /// What is wrong with a code or an address on the command line.
  func invitationComplaint(_ error: CommandError) -> Complaint {
    switch error {
    case .badCode(let text):
      Complaint(
        .usage,
        pick(
          "\(quoted(text)) is not the code of an invitation, or was copied with a mistake",
          "\(quoted(text)) — не код приглашения или переписано с ошибкой"),
        hint: pick(
          "a code begins with karto- and has letters and the digits 2 to 7 only; "
            + "compare it sign by sign",
          "код начинается с karto-, дальше латинские буквы и цифры от 2 до 7; "
            + "сверьте знак за знаком"))
    case .expiredAlready(let text):
      Complaint(
        .usage,
        pick("\(quoted(text)) has passed already", "\(quoted(text)) уже в прошлом"),
        hint: "--expires \(pick("7d", "7д"))")
    default: complaint(about: error)
    }
  }

  private func complaint(_ error: EnrolmentError) -> Complaint {
    let again = pick(
      "ask for a new one: karto invite --for NAME on a member's machine",
      "попросите новое: karto invite --for ИМЯ на машине участника")
    return switch error {
    case .unknownCode:
      Complaint(
        .notFound,
        pick(
          "no invitation in this copy belongs to the code",
          "в этой копии нет приглашения с таким кодом"),
        hint: pick(
          "ask for a copy that was made after the invitation, or for the code of this very base",
          "попросите копию, снятую после приглашения, или код именно этой базы"))
    case .withdrawn:
      Complaint(
        .damaged,
        pick("the invitation was taken back", "приглашение отозвано"), hint: again)
    case .expired(let millis):
      Complaint(
        .damaged,
        pick(
          "the invitation expired on \(day(millis))", "срок приглашения истёк \(day(millis))"),
        hint: again)
    case .used:
      Complaint(
        .damaged,
        pick(
          "the code was used already, and a code works once",
          "код уже использован, а войти по нему можно один раз"),
        hint: again)
    case .alreadyIn:
      Complaint(
        .failed,
        pick(
          "by this copy, this machine is a device of the base already",
          "судя по этой копии, эта машина уже входит в базу"),
        hint: pick(
          "karto devices shows which; if it was shut out since, take in a newer copy first: "
            + "karto merge FILE",
          "какая, покажет karto devices; если её с тех пор отключили, сначала примите свежую "
            + "копию: karto merge ФАЙЛ"))
    case .untrue(let dot):
      Complaint(
        .damaged,
        pick(
          "in this copy commit \(dot.text) claims to have seen what is not there: somebody has "
            + "tampered with it",
          "в этой копии запись \(dot.text) ссылается на то, чего в ней нет: копию подделали"),
        hint: pick(
          "take the copy from somebody else", "возьмите копию у кого-нибудь другого"))
    case .wrongRecoveryKey:
      Complaint(
        .damaged,
        pick(
          "this is the recovery key of another base", "это ключ восстановления другой базы"),
        hint: pick(
          "the right one was printed when this base was founded",
          "нужный напечатан, когда заводили эту базу"))
    }
  }

  private func day(_ millis: Int64) -> String {
    date(Instant(epochMillis: millis).date(offsetMinutes: 0))
  }

  private func complaint(_ error: MembershipError) -> Complaint {
    switch error {
    case .unknownMember(let name, let names):
      Complaint(
        .notFound,
        pick("nobody here is called \(quoted(name))", "сотрудника \(quoted(name)) нет"),
        hint: names.isEmpty ? helpHint(.members) : list(names))
    case .ambiguousMember(let name, let names):
      Complaint(
        .conflict,
        pick(
          "several members are meant by \(quoted(name))", "под \(quoted(name)) подходят несколько"),
        hint: list(names))
    case .noInvitation(let name):
      Complaint(
        .notFound,
        pick(
          "there is no invitation for \(quoted(name)) that could still be used",
          "для \(quoted(name)) нет действующих приглашений"),
        hint: pick("karto members shows who was invited", "кто приглашён, покажет karto members"))
    case .unknownDevice(let name):
      Complaint(
        .notFound,
        pick("no device is called \(quoted(name))", "нет устройства \(quoted(name))"),
        hint: pick("karto devices lists them", "список: karto devices"))
    case .unknownSubject(let name, let names):
      Complaint(
        .notFound,
        pick(
          "there is neither a person nor a machine called \(quoted(name))",
          "ни сотрудника, ни машины \(quoted(name)) нет"),
        hint: list(names))
    case .ambiguousSubject(let name, let names):
      Complaint(
        .conflict,
        pick(
          "\(quoted(name)) may mean several people or machines",
          "под \(quoted(name)) подходит несколько людей или машин"),
        hint: list(names))
    case .notAbove(let name, let role):
      Complaint(
        .damaged,
        pick(
          "only someone who stands above the role “\(self.role(role.name))” may do that (\(name))",
          "это может только тот, кто выше роли «\(self.role(role.name))» (\(name))"),
        hint: role == .owner
          ? pick(
            "above owners stands the recovery key alone: --recovery KEY",
            "выше владельцев только ключ восстановления: --recovery КЛЮЧ")
          : pick("karto members shows the roles", "роли показывает karto members"))
    case .lastOwner(let name):
      Complaint(
        .conflict,
        pick(
          "\(name) is the last owner, and a base needs one",
          "\(name) — последний владелец, а без него базе нельзя"),
        hint: pick(
          "let in another owner first: karto invite --for NAME --role owner; "
            + "a lost machine is shut out alone: karto seal DEVICE --recovery KEY",
          "сначала введите другого: karto invite --for ИМЯ --role владелец; "
            + "потерянную машину отключают одну: karto seal УСТРОЙСТВО --recovery КЛЮЧ"))
    case .unknownSeal(let id):
      Complaint(
        .notFound, pick("there is no seal \(quoted(id))", "отключения \(quoted(id)) нет"),
        hint: pick("karto seal lists them", "список: karto seal"))
    case .voidedAlready(let id):
      Complaint(
        .conflict,
        pick("the seal \(quoted(id)) was voided already", "отключение \(quoted(id)) уже отменено"),
        hint: pick("karto seal lists them", "список: karto seal"))
    }
  }
}
