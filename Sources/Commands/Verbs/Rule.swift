import CRM
import Wording

/// `karto rule`: who gets the clients that nobody is responsible for.
enum RuleCommand {
  static let command = Command(
    options: [.to, .dryRun, .format, .asOf, .at], actions: ["save", "list", "remove", "apply"],
    standardAction: "list",
    optionsOfActions: [
      "save": [.to, .dryRun], "remove": [.dryRun], "apply": [.dryRun],
      "list": [.format, .asOf, .at],
    ], takesFilter: true, run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let isBare = invocation.arguments.operands.isEmpty
    let (action, words) = isBare ? ("list", []) : try invocation.action(of: .rule)
    switch action {
    case "save": return try save(words, invocation)
    case "remove":
      guard let name = words.first else { throw CommandError.missingOperand(.name, of: .rule) }
      try demandNoMore(words.dropFirst())
      let base = try invocation.openForWriting()
      let written = try base.removeRule(named: name, isRehearsal: invocation.isRehearsal)
      invocation.report(each: written, in: base)
      return .done
    case "apply":
      try demandNoMore(words)
      return try apply(invocation)
    default:
      try demandNoMore(words)
      let base = try invocation.openForReading()
      let sort = try base.sortKeys("order", entity: Schema.rule)
      let cards = base.list(Schema.rule, sort: sort).cards
      try ListPrinter(invocation, base, Schema.rule, columns: nil).print(cards)
      return .done
    }
  }

  private static func demandNoMore(_ words: ArraySlice<String>) throws(CommandError) {
    if let word = words.first { throw .unexpectedOperand(word, of: .rule) }
  }

  private static func save(
    _ words: ArraySlice<String>, _ invocation: Invocation
  ) throws -> ExitCode {
    guard let name = words.first else { throw CommandError.missingOperand(.name, of: .rule) }
    guard let member = invocation.arguments.value(.to) else {
      throw CommandError.missingOption(CommandOption.to.spelling, of: .rule)
    }
    let base = try invocation.openForWriting()
    // Read now, so that a mistake shows when the rule is saved and not when it is applied.
    let filter = try base.filter(Array(words.dropFirst()), entity: Schema.client)
    let written = try base.saveRule(
      named: name, owner: try base.member(named: member), filter: filter,
      isRehearsal: invocation.isRehearsal)
    invocation.report(one: written, in: base)
    return .done
  }

  // MARK: Applying

  private static func apply(_ invocation: Invocation) throws -> ExitCode {
    let wording = invocation.wording
    let base = try invocation.openForWriting()
    var assignment = base.plannedAssignment()
    if !invocation.isRehearsal, assignment.count > 0 {
      if !invocation.isJSON, !invocation.arguments.has(.yes) { tell(assignment, invocation) }
      try invocation.confirm(wording.assignmentQuestion(assignment.count), for: .rule)
      assignment = try base.assignByRules()
    }
    for rule in assignment.idle { invocation.warn(wording.idleRule(rule.name)) }
    for rule in assignment.unreadable { invocation.warn(wording.unreadableRule(rule.name)) }
    if invocation.isJSON {
      invocation.print(json: object(assignment))
    } else {
      for share in assignment.shares {
        invocation.print(
          wording.assigned(share.clients.count, to: share.owner.name, by: share.rule.name))
      }
      invocation.say(wording.assigned(assignment.count, left: assignment.leftCount))
    }
    if invocation.isRehearsal { invocation.say(wording.rehearsal) }
    return .done
  }

  private static func tell(_ assignment: Assignment, _ invocation: Invocation) {
    for share in assignment.shares {
      invocation.say(
        invocation.wording.assigned(
          share.clients.count, to: share.owner.name, by: share.rule.name))
    }
  }

  private static func object(_ assignment: Assignment) -> JSONObject {
    var object = JSONObject()
    object.put("assigned", assignment.count)
    object.put("left", assignment.leftCount)
    object.put(
      "rules",
      assignment.shares.map { share in
        var each = JSONObject()
        each.put("rule", share.rule.name)
        each.put("to", share.owner.name)
        each.put("to_id", share.owner.id)
        each.put("clients", share.clients.count)
        return each
      })
    object.put("idle", assignment.idle.map(\.name))
    object.put("unreadable", assignment.unreadable.map(\.name))
    return object
  }
}

extension Invocation {
  /// Says that there are clients whom the rules could give to somebody.
  func remindOfRules(in base: Base) {
    let count = base.plannedAssignment().count
    if count > 0 { say(wording.rulesWait(count)) }
  }
}
