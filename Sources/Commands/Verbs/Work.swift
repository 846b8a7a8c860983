import CRM
import Replication
import Wording

/// `karto log`: notes what happened with a client.
enum LogCommand {
  static let command = Command(
    options: [.outcome, .amount, .direction, .deal, .next, .due, .at, .dryRun], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let words = invocation.arguments.operands[...]
    guard let word = words.first else { throw CommandError.missingOperand(.activity, of: .log) }
    guard words.count > 1 else { throw CommandError.missingOperand(.client, of: .log) }
    let kind = try kind(word, invocation)
    let (text, changes) = try invocation.textAndChanges(in: words.dropFirst(2), of: .log)
    let base = try invocation.openForWriting()
    let client = try base.resolve(words[words.startIndex + 1], as: Schema.client)
    let arguments = invocation.arguments
    let deals = try arguments.value(.deal).map { [try base.resolve($0, as: Schema.deal)] } ?? []
    var entry = Logging(
      kind: kind, clients: [client], deals: deals, text: text.isEmpty ? nil : text,
      changes: invocation.changes((.direction, "direction")) + changes)
    entry.outcome = arguments.value(.outcome)
    entry.at = arguments.value(.at)
    entry.amount = arguments.value(.amount)
    entry.nextStep = arguments.value(.next)
    entry.nextAt = arguments.value(.due)
    let written = try base.log(entry, isRehearsal: invocation.isRehearsal)
    invocation.report(one: written, in: base)
    return .done
  }

  /// The kind of activity that a word means: `letter`, «звонок».
  private static func kind(_ word: String, _ invocation: Invocation) throws -> String {
    let field = Schema.activity.field(key: "kind")
    if word == "letter" { return "mail" }
    if let choice = field?.choice(word) { return choice.key }
    let known = (field?.choices ?? []).flatMap { [$0.key, $0.label(in: invocation.language)] }
    throw CommandError.unknownAction(
      word, of: .log, suggestions: invocation.closest(to: word, among: known))
  }
}

/// `karto deal`: adds deals and moves them through the pipeline.
enum DealCommand {
  static let command = Command(
    options: [.amount, .stage, .pipeline, .owner, .reason, .returnAfter, .all, .dryRun]
      + ListCommand.options,
    actions: ["add", "move", "win", "lose", "list"],
    optionsOfActions: [
      "add": [.amount, .stage, .pipeline, .owner, .dryRun],
      "move": [.amount, .stage, .pipeline, .owner, .reason, .dryRun],
      "win": [.amount, .owner, .dryRun],
      "lose": [.amount, .owner, .reason, .returnAfter, .dryRun],
      "list": [.all] + ListCommand.options,
    ], takesFilter: true, run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let (action, words) = try invocation.action(of: .deal)
    if action == "list" {
      let base = try invocation.openForReading()
      let open = invocation.arguments.has(.all) ? [] : ["outcome=open"]
      return try ListCommand.list(Schema.deal, filter: open + words, in: base, invocation)
    }
    guard let first = words.first else {
      throw CommandError.missingOperand(action == "add" ? .client : .deal, of: .deal)
    }
    let base = try invocation.openForWriting()
    let rest = words.dropFirst()
    let written =
      action == "add"
      ? try add(first, rest, in: base, invocation)
      : try change(action, of: base.resolve(first, as: Schema.deal), rest, in: base, invocation)
    invocation.report(one: written, in: base)
    return .done
  }

  private static func add(
    _ client: String, _ words: ArraySlice<String>, in base: Base, _ invocation: Invocation
  ) throws -> Written {
    let (title, changes) = try invocation.textAndChanges(in: words, of: .deal)
    var all = invocation.changes(
      (.amount, "amount"), (.pipeline, "pipeline"), (.stage, "stage"), (.owner, "owner"))
    if !title.isEmpty { all.insert(FieldChange("title", .set, title), at: 0) }
    return try base.addDeal(
      client: base.resolve(client, as: Schema.client), all + changes,
      isRehearsal: invocation.isRehearsal)
  }

  private static func change(
    _ action: String, of deal: Record, _ words: ArraySlice<String>, in base: Base,
    _ invocation: Invocation
  ) throws -> Written {
    let arguments = invocation.arguments
    let (text, given) = try invocation.textAndChanges(in: words, of: .deal)
    let changes = invocation.changes((.amount, "amount"), (.owner, "owner")) + given
    let isRehearsal = invocation.isRehearsal
    switch action {
    case "move":
      guard let stage = arguments.value(.stage) ?? (text.isEmpty ? nil : text) else {
        throw CommandError.missingOperand(.stage, of: .deal)
      }
      return try base.move(
        deal, to: stage, pipeline: arguments.value(.pipeline), reason: arguments.value(.reason),
        changes: changes, isRehearsal: isRehearsal)
    case "win":
      if !text.isEmpty { throw CommandError.unexpectedOperand(text, of: .deal) }
      return try base.win(deal, changes: changes, isRehearsal: isRehearsal)
    default:
      return try base.lose(
        deal, reason: arguments.value(.reason) ?? text,
        returnAfter: arguments.value(.returnAfter), changes: changes, isRehearsal: isRehearsal)
    }
  }
}

/// `karto task`: adds tasks and ends them.
enum TaskCommand {
  static let command = Command(
    options: [.client, .deal, .due, .owner, .priority, .kind, .result, .reason, .all, .dryRun]
      + ListCommand.options,
    actions: ["add", "done", "snooze", "cancel", "list"],
    optionsOfActions: [
      "add": [.client, .deal, .due, .owner, .priority, .kind, .dryRun],
      "done": [.result, .dryRun], "snooze": [.due, .dryRun], "cancel": [.reason, .dryRun],
      "list": [.all] + ListCommand.options,
    ], takesFilter: true, run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let (action, words) = try invocation.action(of: .task)
    if action == "list" {
      let base = try invocation.openForReading()
      let open = invocation.arguments.has(.all) ? [] : ["state=open"]
      return try ListCommand.list(Schema.task, filter: open + words, in: base, invocation)
    }
    guard let first = words.first else {
      throw CommandError.missingOperand(action == "add" ? .title : .task, of: .task)
    }
    let base = try invocation.openForWriting()
    let written =
      action == "add"
      ? try add(words, in: base, invocation)
      : try change(
        action, of: base.resolve(first, as: Schema.task), words.dropFirst(), in: base, invocation)
    invocation.report(one: written, in: base)
    return .done
  }

  private static func add(
    _ words: ArraySlice<String>, in base: Base, _ invocation: Invocation
  ) throws -> Written {
    let arguments = invocation.arguments
    let (title, changes) = try invocation.textAndChanges(in: words, of: .task)
    guard !title.isEmpty else { throw CommandError.missingOperand(.title, of: .task) }
    if let word = words.first, words.count > 1, Self.mayMean(word, in: base) {
      invocation.warn(invocation.wording.numberInTitle(word))
    }
    let clients = try arguments.value(.client).map { [try base.resolve($0, as: Schema.client)] }
    let deals = try arguments.value(.deal).map { [try base.resolve($0, as: Schema.deal)] }
    let own = invocation.changes((.owner, "assignee"), (.priority, "priority"), (.kind, "kind"))
    return try base.addTask(
      title: title, clients: clients ?? [], deals: deals ?? [], due: arguments.value(.due),
      changes: own + changes, isRehearsal: invocation.isRehearsal)
  }

  /// Whether a word is the number of a client, with which other commands begin.
  private static func mayMean(_ word: String, in base: Base) -> Bool {
    word.first?.isNumber == true && (try? base.resolve(word, as: Schema.client)) != nil
  }

  private static func change(
    _ action: String, of task: Record, _ words: ArraySlice<String>, in base: Base,
    _ invocation: Invocation
  ) throws -> Written {
    let text = words.isEmpty ? nil : words.joined(separator: " ")
    let arguments = invocation.arguments
    let isRehearsal = invocation.isRehearsal
    switch action {
    case "done":
      return try base.finish(
        task, result: arguments.value(.result) ?? text, isRehearsal: isRehearsal)
    case "snooze":
      guard let due = arguments.value(.due) ?? text else {
        throw CommandError.missingOperand(.date, of: .task)
      }
      return try base.snooze(task, to: due, isRehearsal: isRehearsal)
    default:
      return try base.cancel(
        task, reason: arguments.value(.reason) ?? text, isRehearsal: isRehearsal)
    }
  }
}
