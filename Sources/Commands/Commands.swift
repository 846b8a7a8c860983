import CRM
import Platform
import Wording

/// The command line: words in, results, talk and an exit status out.
public enum Commands {
  /// The version of the program.
  public static let version = "0.1.0"

  /// Runs one command.
  ///
  /// - Parameters:
  ///   - arguments: The words after the program's name.
  ///   - surroundings: Streams, environment and clock.
  /// - Returns: The exit status, as `ExitCode` lists them.
  public static func run(arguments: [String], in surroundings: Surroundings) -> Int32 {
    let language = Wording.language(stated: lang(in: arguments), locale: surroundings.locale)
    let wording = Wording(language)
    do {
      let parsed = try Arguments(arguments)
      let invocation = Invocation(parsed, surroundings, wording)
      let status = try run(invocation)
      // What could not be written was not said: a full disk must not pass for success.
      try surroundings.output.flush()
      return status.rawValue
    } catch {
      // Results that were printed before the error come before it.
      try? surroundings.output.flush()
      let complaint = wording.complaint(about: error)
      surroundings.error.write(Array("\(wording.errorLine(complaint))\n".utf8))
      if let hint = wording.hintLine(complaint) {
        surroundings.error.write(Array("\(hint)\n".utf8))
      }
      return complaint.status.rawValue
    }
  }

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    if invocation.arguments.has(.version) {
      invocation.print("karto \(version)")
      return .done
    }
    guard let verb = invocation.arguments.verb else {
      invocation.print(lines: HelpPage.overview(invocation.wording))
      return .done
    }
    if invocation.arguments.has(.help) {
      invocation.print(lines: HelpPage.page(of: verb, invocation.wording))
      return .done
    }
    return try verb.command.run(invocation)
  }

  /// The language that was asked for, found before anything can fail.
  private static func lang(in arguments: [String]) -> String? {
    for (index, word) in arguments.enumerated() {
      if word == "--" { return nil }
      if word.hasPrefix("--lang=") { return String(word.dropFirst("--lang=".count)) }
      if word == "--lang", index + 1 < arguments.count { return arguments[index + 1] }
    }
    return nil
  }
}

extension Verb {
  /// What a command takes and does.
  var command: Command {
    switch self {
    case .new: NewCommand.command
    case .add: AddCommand.command
    case .set: SetCommand.command
    case .show: ShowCommand.command
    case .list: ListCommand.command
    case .find: FindCommand.command
    case .log: LogCommand.command
    case .deal: DealCommand.command
    case .task: TaskCommand.command
    case .today: TodayCommand.command
    case .segment: SegmentCommand.command
    case .duplicates: DuplicatesCommand.command
    case .mergeCards: MergeCardsCommand.command
    case .delete: DeleteCommand.command
    case .restore: RestoreCommand.command
    case .trash: TrashCommand.command
    case .history: HistoryCommand.command
    case .undo: UndoCommand.command
    case .invite: InviteCommand.command
    case .join: JoinCommand.command
    case .members: MembersCommand.command
    case .devices: DevicesCommand.command
    case .seal: SealCommand.command
    case .held: HeldCommand.command
    case .copies: CopiesCommand.command
    case .offboard: OffboardCommand.command
    case .rule: RuleCommand.command
    case .alarms: AlarmsCommand.command
    case .conflicts: ConflictsCommand.command
    case .resolve: ResolveCommand.command
    case .merge: MergeCommand.command
    case .sync: SyncCommand.command
    case .serve: ServeCommand.command
    case .peers: PeersCommand.command
    case .import: ImportCommand.command
    case .export: ExportCommand.command
    case .apply: ApplyCommand.command
    case .check: CheckCommand.command
    case .repair: RepairCommand.command
    case .compact: CompactCommand.command
    case .digest: DigestCommand.command
    case .completion: CompletionCommand.command
    case .help: HelpCommand.command
    }
  }
}
