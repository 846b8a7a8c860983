import CRM

/// The explanation of one command, as data: help, manual and completion are made of it.
public struct CommandHelp: Sendable, Equatable {
  /// A command line that shows the command at work.
  public struct Example: Sendable, Equatable {
    /// The command line.
    public let command: String
    /// What it does; empty where that is plain.
    public let meaning: String

    init(_ command: String, _ meaning: String = "") {
      self.command = command
      self.meaning = meaning
    }
  }

  /// What the command does, in one line without a full stop.
  public let summary: String
  /// How it is written, one line a form.
  public let usage: [String]
  /// What else there is to know, a paragraph a text.
  public let notes: [String]
  /// At least one command line.
  public let examples: [Example]

  init(_ summary: String, usage: [String], notes: [String] = [], examples: [Example]) {
    self.summary = summary
    self.usage = usage
    self.notes = notes
    self.examples = examples
  }
}

extension Wording {
  /// The explanation of a command.
  ///
  /// - Parameter verb: The command.
  /// - Returns: Its help in this language.
  public func help(_ verb: Verb) -> CommandHelp {
    switch verb {
    case .new, .add, .set, .show, .list, .find, .segment, .delete, .restore, .trash:
      recordHelp(verb)
    case .duplicates, .mergeCards: duplicateHelp(verb)
    case .log, .deal, .task, .today: workHelp(verb)
    case .invite, .join, .members, .devices, .conflicts, .resolve: peopleHelp(verb)
    case .seal, .held, .copies: sealingHelp(verb)
    case .history, .undo, .import, .export, .apply, .check, .repair, .compact, .digest,
      .completion, .help:
      baseHelp(verb)
    case .offboard, .rule, .alarms: leavingHelp(verb)
    case .merge: sharingHelp(verb)
    case .sync, .serve, .peers: networkHelp(verb)
    }
  }

  /// The groups in which the overview lists the commands.
  public var overview: [(title: String, verbs: [Verb])] {
    [
      (pick("Records", "Записи"), [.new, .add, .set, .show, .list, .find, .segment]),
      (pick("Duplicates", "Дубликаты"), [.duplicates, .mergeCards]),
      (pick("Work", "Работа"), [.log, .deal, .task, .today]),
      (
        pick("Ways back", "Назад"), [.delete, .restore, .trash, .history, .undo]
      ),
      (
        pick("Together", "Вместе"),
        [
          .invite, .join, .members, .devices, .merge, .sync, .serve, .peers, .conflicts, .resolve,
        ]
      ),
      (pick("Who is in, and where it lies", "Кто в базе и где она"), [.seal, .held, .copies]),
      (pick("Leaving", "Уход"), [.offboard, .rule, .alarms]),
      (pick("In and out", "Обмен"), [.import, .export, .apply]),
      (pick("Health", "Сохранность"), [.check, .repair, .compact, .digest]),
      (pick("Help", "Справка"), [.completion, .help]),
    ]
  }

  /// The heading of the overview.
  public var overviewTitle: String {
    pick(
      "Kartoteka: a client base in one file, without a server",
      "Картотека: клиентская база в одном файле, без сервера")
  }

  /// How every command is written.
  public var overviewUsage: String {
    pick("karto [-f FILE] COMMAND …", "karto [-f ФАЙЛ] КОМАНДА …")
  }

  /// Where to read more.
  public var overviewFooter: String {
    pick("karto help COMMAND explains one of them", "подробнее: karto help КОМАНДА")
  }

  /// The headings of a help page.
  public var usageTitle: String { pick("Usage", "Запись") }
  /// The heading above examples.
  public var examplesTitle: String { pick("Examples", "Примеры") }
  /// The heading above a command's own options.
  public var optionsTitle: String { pick("Options", "Параметры") }
  /// The heading above the options of every command.
  public var globalOptionsTitle: String {
    pick("Options of every command", "Параметры всех команд")
  }
  /// The heading above the options of many commands.
  public var sharedOptionsTitle: String {
    pick("Options of many commands", "Параметры многих команд")
  }
  /// The heading above the exit codes.
  public var statusTitle: String { pick("Exit codes", "Коды выхода") }

  /// What an exit code means.
  public func meaning(of status: ExitCode) -> String {
    switch status {
    case .done: pick("done", "сделано")
    case .failed: pick("failed; nothing was changed", "не удалось, ничего не изменено")
    case .usage: pick("the command line is wrong", "ошибка в команде")
    case .notFound: pick("not found", "не найдено")
    case .conflict:
      pick("ambiguous, in conflict or held", "неоднозначно, конфликт или отложено")
    case .damaged:
      pick("the document is damaged or refused", "документ повреждён или не принят")
    }
  }

  /// What stands for the value of an option in a help page.
  public func placeholder(_ value: CommandOption.Value) -> String {
    switch value {
    case .file: pick("FILE", "ФАЙЛ")
    case .words(let words): words.joined(separator: "|")
    case .date: pick("DATE", "ДАТА")
    case .number: pick("N", "N")
    case .field: pick("FIELD", "ПОЛЕ")
    case .mapping: pick("COLUMN=FIELD", "СТОЛБЕЦ=ПОЛЕ")
    case .sum: pick("SUM", "СУММА")
    case .type: pick("TYPE", "ВИД")
    case .role: pick("ROLE", "РОЛЬ")
    case .rule:
      HandoverRule.allCases.map { pick($0.rawValue, $0.words[0]) }.joined(separator: "|")
    case .address: pick("ADDRESS", "АДРЕС")
    case .start: pick("DATE|CHANGE", "ДАТА|ИЗМЕНЕНИЕ")
    case .member: pick("NAME", "ИМЯ")
    case .text: pick("TEXT", "ТЕКСТ")
    }
  }
}
