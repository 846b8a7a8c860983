import CRM
import Documents
import Replication
import Wording

/// `karto undo`: takes changes back.
enum UndoCommand {
  static let command = Command(
    options: [.import, .last, .merge, .author, .since, .until, .type, .only, .dryRun], run: run)

  /// What is to be undone, and how it will be called in the history.
  private struct Choice {
    var scope: UndoScope
    var purpose: String
    /// The commits of somebody, if they were chosen so.
    var span: CommitSpan?
  }

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    try invocation.refuse([.last, .merge], beside: .import)
    try invocation.refuse([.merge], beside: .last)
    let base = try invocation.openForWriting(handsBack: false)
    let choice = try chosen(invocation, in: base)
    let plan = try invocation.showing(.comparing) { progress in
      try base.planUndo(choice.scope, progress: progress)
    }
    let undoesAdoption = plan.report.reverted.contains {
      $0.type == "adoption" && $0.kind == .deleted
    }
    if undoesAdoption { throw CommandError.undoesAdoption }
    let printer = UndoPrinter(invocation: invocation, base: base)
    printer.say(choice.span)
    for (member, count) in try base.shutOutHeirs(of: plan) {
      invocation.warn(
        invocation.wording.goesToShutOut(
          member.name, count, needsRecovery: base.needsRecoveryToVoid(sealsOn: member)))
    }
    if invocation.arguments.has(.merge), !plan.report.reverted.isEmpty {
      printer.sayWhose(choice.scope.commits)
    }
    if !invocation.isJSON { printer.sayLeftBehind(plan.report) }
    if plan.report.reverted.count > 1, !invocation.arguments.has(.yes) {
      if choice.span != nil, !invocation.isJSON { printer.sayGroups(plan.report) }
      let question = invocation.wording.undoQuestion(plan.report.reverted.count)
      do {
        try invocation.confirm(question, for: .undo)
      } catch let error as CommandError {
        // A script that has not said yes is told what it would say yes to.
        if invocation.isJSON { printer.print(plan.report, choice.span) }
        throw error
      }
    }
    let report =
      invocation.isRehearsal || plan.report.reverted.isEmpty
      ? plan.report
      : try invocation.showing(.comparing) { progress in
        try base.carryOut(plan, purpose: choice.purpose, progress: progress)
      }
    printer.print(report, choice.span)
    // Nothing was taken back because someone has worked on it since: that is for a person to see.
    let isLeft = !report.left.isEmpty || !report.sealsLeft.isEmpty || !report.kept.isEmpty
    return report.reverted.isEmpty && isLeft ? .conflict : .done
  }

  private static func chosen(_ invocation: Invocation, in base: Base) throws -> Choice {
    let arguments = invocation.arguments
    let verb = Verb.undo.rawValue
    if let name = arguments.value(.author) { return try chosen(by: name, invocation, in: base) }
    for option in [CommandOption.since, .until, .type, .only] where arguments.has(option) {
      throw CommandError.missingOption(CommandOption.author.spelling, of: .undo)
    }
    if let number = try arguments.number(.import) {
      try invocation.noOperands(of: .undo)
      guard let short = UInt32(exactly: number),
        let dots = try invocation.showing(
          .readingHistory, { try base.workspace.importBatch(number: short, progress: $0) })
      else { throw CommandError.unknownImport(number) }
      return Choice(
        scope: UndoScope(dots), purpose: "\(verb) \(Verb.import.rawValue) \(number)")
    }
    if arguments.has(.last) {
      try invocation.noOperands(of: .undo)
      guard
        let dots = try invocation.showing(
          .readingHistory, { try base.workspace.ownLastStandingBatch(progress: $0) }),
        let first = dots.min()
      else { throw CommandError.nothingToUndo }
      return Choice(scope: UndoScope(dots), purpose: "\(verb) \(first.text)")
    }
    if arguments.has(.merge) {
      try invocation.noOperands(of: .undo)
      guard let dots = try base.workspace.lastMerge() else { throw CommandError.noMerge }
      return Choice(scope: base.scope(ofMerge: dots), purpose: "\(verb) \(Verb.merge.rawValue)")
    }
    guard !arguments.operands.isEmpty else {
      throw CommandError.missingOperand(.commit, of: .undo)
    }
    var dots: Set<Dot> = []
    var purpose = verb
    for word in arguments.operands {
      let named = try DotReader(base, invocation).dots(word)
      dots.formUnion(named)
      // A number says which change it is only where it was typed, and later undos need to know
      // what this one took back (SPEC [U-2]).
      guard let first = named.min(), let last = named.max() else { continue }
      purpose += word.contains("..") ? " \(first.text)..\(last.text)" : " \(first.text)"
    }
    return Choice(scope: UndoScope(dots), purpose: purpose)
  }

  /// What somebody did since a moment or a commit.
  private static func chosen(
    by name: String, _ invocation: Invocation, in base: Base
  ) throws -> Choice {
    let arguments = invocation.arguments
    try invocation.noOperands(of: .undo)
    let member = try base.member(named: name)
    guard let text = arguments.value(.since) else {
      throw CommandError.missingOption(CommandOption.since.spelling, of: .undo)
    }
    let start = try invocation.start(text, in: base)
    let end = try arguments.value(.until).map { text throws(CommandError) in
      try invocation.moment(text, .until, in: base, isEnd: true).epochMillis
    }
    let entity = try arguments.value(.type).map { word throws(EntryError) in
      try base.entity(word)
    }
    let (scope, span) = try invocation.showing(.readingHistory) { progress in
      try base.undoScope(
        by: member, since: start, until: end,
        kind: arguments.value(.only).flatMap(UndoScope.Kind.init), entity: entity,
        progress: progress)
    }
    return Choice(scope: scope, purpose: "\(Verb.undo.rawValue) \(member.name)", span: span)
  }
}

extension Invocation {
  /// A moment as people say it, in the time of the base; a day is its first or last moment.
  func moment(
    _ text: String, _ option: CommandOption, in base: Base, isEnd: Bool
  ) throws(CommandError) -> Instant {
    let today = base.today
    let reading = DateReading(today: today)
    if let moment = Instant.parse(text, reading, offsetMinutes: base.offsetMinutes) {
      return moment
    }
    guard let day = CivilDate.relative(text, today: today) ?? CivilDate.parse(text, reading) else {
      throw .badValue(option: option.spelling, value: text, allowed: [])
    }
    return Instant(
      date: day, millisOfDay: isEnd ? 86_399_999 : 0, offsetMinutes: base.offsetMinutes)
  }

  /// A moment or a commit from which on something is meant.
  func start(_ text: String, in base: Base) throws -> UndoStart {
    do {
      return .millis(try moment(text, .since, in: base, isEnd: false).epochMillis)
    } catch {
      guard text.contains(":") else { throw error }
      return .dot(try DotReader(base, self).dot(text))
    }
  }
}
