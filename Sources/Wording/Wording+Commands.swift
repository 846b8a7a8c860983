extension Wording {
  /// What is wrong with a command line.
  func commandComplaint(_ error: any Error) -> Complaint? {
    switch error {
    case let error as CommandError: complaint(error)
    case let error as Complaint: error
    default: nil
    }
  }

  private func complaint(_ error: CommandError) -> Complaint {
    switch error {
    case .unknownVerb(let word, let suggestions):
      return Complaint(
        .usage, pick("unknown command \(quoted(word))", "неизвестная команда \(quoted(word))"),
        hint: suggestion(
          suggestions.map { "karto \($0)" },
          else: pick("karto help lists the commands", "список команд: karto help")))
    case .unknownAction(let word, let verb, let suggestions):
      return Complaint(
        .usage,
        pick(
          "\(verb.rawValue): unknown action \(quoted(word))",
          "\(verb.rawValue): неизвестное действие \(quoted(word))"),
        hint: suggestion(suggestions.map { "karto \(verb.rawValue) \($0)" }, else: helpHint(verb)))
    case .missingAction(let verb, let actions):
      return Complaint(
        .usage,
        pick(
          "\(verb.rawValue): say what to do: \(list(actions))",
          "\(verb.rawValue): укажите действие: \(list(actions))"),
        hint: helpHint(verb))
    case .unknownOption(let word, let verb, let suggestions):
      let place = verb.map { "\($0.rawValue): " } ?? ""
      return Complaint(
        .usage, place + pick("unknown option \(word)", "неизвестный параметр \(word)"),
        hint: suggestion(suggestions, else: helpHint(verb)))
    case .uselessOption(let word, let verb, let action):
      let place = [verb.rawValue, action].compactMap(\.self).joined(separator: " ")
      return Complaint(
        .usage,
        pick(
          "\(place) has no use for --\(word)", "\(place): параметр --\(word) здесь ничего не значит"
        ),
        hint: helpHint(verb))
    case .uselessBeside(let option, let other):
      return Complaint(
        .usage,
        pick(
          "--\(option) does nothing beside --\(other)",
          "--\(option) вместе с --\(other) ничего не значит"))
    case .missingValue(let option):
      return Complaint(
        .usage, pick("--\(option) needs a value", "параметру --\(option) нужно значение"))
    case .missingOption(let option, let verb):
      return Complaint(
        .usage, pick("--\(option) is missing", "не указан параметр --\(option)"),
        hint: "karto help \(verb.rawValue)")
    case .unexpectedValue(let option):
      return Complaint(
        .usage, pick("--\(option) takes no value", "параметр --\(option) не принимает значения"))
    case .badValue(let option, let value, let allowed):
      return Complaint(
        .usage,
        pick(
          "--\(option) cannot be \(quoted(value))", "--\(option) не может быть \(quoted(value))"),
        hint: allowed.isEmpty
          ? valueHint(option)
          : pick("one of: \(list(allowed))", "возможные значения: \(list(allowed))"))
    case .missingOperand(let operand, let verb):
      return Complaint(
        .usage, "\(verb.rawValue): \(missing(operand))", hint: helpHint(verb))
    case .unexpectedOperand(let word, let verb):
      return Complaint(
        .usage,
        pick(
          "\(verb.rawValue): what is \(quoted(word)) for?",
          "\(verb.rawValue): лишнее слово \(quoted(word))"),
        hint: helpHint(verb))
    case .notAnAssignment(let word, let verb):
      return Complaint(
        .usage,
        pick(
          "\(verb.rawValue): \(quoted(word)) is no field=value",
          "\(verb.rawValue): \(quoted(word)) не похоже на поле=значение"),
        hint: pick(
          "write city=Paris, tags+=vip or tags-=vip",
          "пишите город=Тверь, теги+=vip или теги-=vip"))
    case .unknownType(let word, let suggestions):
      return Complaint(
        .usage,
        pick("no kind of record is called \(quoted(word))", "нет вида записей \(quoted(word))"),
        hint: suggestion(
          suggestions,
          else: pick(
            "clients, deals, activities, tasks…", "клиенты, сделки, события, задачи…")))
    case .noDocument, .severalDocuments: return documentChoice(error)
    case .needsYes(let verb):
      return Complaint(
        .usage,
        pick(
          "\(verb.rawValue): nobody is there to confirm", "\(verb.rawValue): некому подтвердить"),
        hint: pick("add --yes", "добавьте --yes"))
    case .declined: return Complaint(.failed, pick("nothing was changed", "ничего не изменено"))
    case .noFolder(let path):
      return Complaint(
        .notFound, pick("there is no folder \(path)", "нет папки \(path)"),
        hint: pick("make it first", "сначала создайте её"))
    case .fileExists(let path):
      return Complaint(
        .failed, pick("\(path): already exists", "\(path): уже существует"),
        hint: pick("add --yes to replace it", "добавьте --yes, чтобы заменить"))
    case .fileInUse(let path):
      return Complaint(
        .usage,
        pick(
          "\(path) is what this command reads, or a base; it is not written over",
          "\(path) — то, что эта команда читает, или база; поверх неё писать нельзя"),
        hint: pick("choose another name", "выберите другое имя"))
    case .namedLikeSpreadsheet(let path):
      let name = path.split(separator: ".").dropLast().joined(separator: ".")
      return Complaint(
        .usage,
        pick(
          "\(path): karto writes tables as text, which a program would not open under this name",
          "\(path): karto пишет таблицы текстом, под таким именем их не откроют"),
        hint: "karto export --format excel -o \(name).csv")
    case .unknownSegment(let name, let suggestions):
      return Complaint(
        .notFound, pick("there is no segment \(quoted(name))", "нет сегмента \(quoted(name))"),
        hint: suggestion(
          suggestions,
          else: pick("karto segment list shows them", "список: karto segment list")))
    case .badDot, .unknownDot, .unknownImport, .nothingToUndo, .noMerge: return undoChoice(error)
    case .undoesAdoption:
      return Complaint(
        .failed,
        pick(
          "this change took another base in; undoing it alone would leave that base's records here",
          "это изменение приняло другую базу; если отменить только его, её записи останутся"),
        hint: pick(
          "karto undo --merge takes back all that the last merge brought",
          "всё, что принесло последнее слияние, отменит karto undo --merge"))
    case .badRecoveryKey: return badRecoveryKey
    case .recoveryNeedsCopy: return recoveryNeedsCopy
    case .badCode, .expiredAlready: return invitationComplaint(error)
    }
  }

  private func documentChoice(_ error: CommandError) -> Complaint {
    if case .severalDocuments(let names) = error {
      return Complaint(
        .usage,
        pick(
          "several bases stand in this folder: \(list(names))",
          "в этой папке несколько баз: \(list(names))"),
        hint: pick("say which: karto -f \(names[0]) …", "укажите одну: karto -f \(names[0]) …"))
    }
    return Complaint(
      .usage,
      pick("there is no base in this folder", "в этой папке нет базы"),
      hint: pick(
        "name one with -f FILE or KARTO_FILE, or make one with karto new base.karto",
        "укажите её через -f ФАЙЛ или KARTO_FILE либо создайте: karto new base.karto"))
  }

  private func undoChoice(_ error: CommandError) -> Complaint {
    let hint = pick("karto history lists the changes", "изменения перечисляет karto history")
    let what: String =
      switch error {
      case .badDot(let text):
        pick("\(quoted(text)) names no change", "\(quoted(text)) не обозначает изменения")
      case .unknownDot(let text):
        pick("there is no change \(text)", "нет изменения \(text)")
      case .unknownImport(let number):
        pick("there is no import \(number)", "нет импорта \(number)")
      case .noMerge:
        pick("no merge was made on this device", "на этом устройстве ничего не сливали")
      default:
        pick(
          "there is nothing of this device's left to undo",
          "на этом устройстве отменять больше нечего")
      }
    if case .badDot = error { return Complaint(.usage, what, hint: hint) }
    return Complaint(.notFound, what, hint: hint)
  }

  private func missing(_ operand: CommandError.Operand) -> String {
    switch operand {
    case .path: pick("say which file", "укажите файл")
    case .partner:
      pick(
        "say with whom: HOST[:PORT], --lan or a folder",
        "укажите, с кем: ХОСТ[:ПОРТ], --lan или папка")
    case .newPath: pick("say where to put the new base", "укажите, куда записать новую базу")
    case .type:
      pick("say what: client, deal, task…", "укажите, что: клиент, сделка, задача…")
    case .record: pick("say which record, by id or name", "укажите запись: номер или имя")
    case .client: pick("say which client, by id or name", "укажите клиента: номер или имя")
    case .otherClient:
      pick("say which other client, by id or name", "укажите второго клиента: номер или имя")
    case .deal: pick("say which deal, by id", "укажите сделку: номер")
    case .task: pick("say which task, by id", "укажите задачу: номер")
    case .stage: pick("say which stage", "укажите этап")
    case .assignment: pick("say what to write: field=value", "укажите, что записать: поле=значение")
    case .words: pick("say what to look for", "укажите, что искать")
    case .title: pick("say what is to be done", "укажите, что нужно сделать")
    case .name: pick("say a name", "укажите название")
    case .date: pick("say the day", "укажите день")
    case .activity:
      pick("say what it was: call, meeting, mail, note…", "укажите вид: call, meeting, mail, note…")
    case .commit:
      pick(
        "say what to undo: a change, --import N or --last",
        "укажите, что отменить: изменение, --import N или --last")
    case .heldCommit:
      pick(
        "say which held change, or whose; karto held lists them",
        "укажите, какое задержанное изменение или чьи; список: karto held")
    case .shell: pick("say which shell: bash, zsh or fish", "укажите оболочку: bash, zsh, fish")
    case .copy:
      pick(
        "say which copy of the base, or HOST:PORT", "укажите файл с копией базы или ХОСТ:ПОРТ")
    case .code: pick("say the code of the invitation", "укажите код приглашения")
    case .invitee:
      pick(
        "say whom: --for NAME, or --device for a machine of your own",
        "укажите, кого: --for ИМЯ или --device для своей второй машины")
    case .member: pick("say which member", "укажите сотрудника")
    case .field: pick("say which field", "укажите поле")
    case .decision:
      pick(
        "say what it shall be: mine, theirs, @N or a value",
        "укажите, что оставить: моё, их, @N или значение")
    }
  }

  func helpHint(_ verb: Verb?) -> String {
    verb.map { "karto help \($0.rawValue)" } ?? "karto help"
  }

  /// What an option takes, with examples.
  private func valueHint(_ spelling: String) -> String {
    let option = CommandOption.allCases.first { $0.spelling == spelling }
    switch option?.value {
    case _ where option == .port:
      return pick(
        "a number up to 65535; 0 takes any that is free",
        "число до 65535; 0 — любой свободный")
    case _ where option == .currency: return "RUB, USD, EUR"
    case .date:
      return pick(
        "a day or a moment: 2026-05-01, yesterday, -7d, \"2026-05-01 14:30\"",
        "день или момент: 01.05.2026, вчера, -7д, \"01.05.2026 14:30\"")
    case .start:
      return pick(
        "a day, a moment or a change: 2026-05-01, -7d, k7q3…:119",
        "день, момент или изменение: 01.05.2026, -7д, k7q3…:119")
    case .number: return pick("a whole number from 1 on", "целое число от 1")
    default: return pick("karto help lists what it takes", "что можно указать, покажет karto help")
    }
  }

  /// A task was given a title that begins with a client's number.
  public func numberInTitle(_ word: String) -> String {
    pick(
      "\(word) is a part of the task's title; a task of client \(word) is added with "
        + "--client \(word), and karto undo takes this one back",
      "\(word) стало частью названия задачи; задачу клиента \(word) записывают с "
        + "--client \(word), а эту отменит karto undo")
  }
}

extension Complaint: Error {}
