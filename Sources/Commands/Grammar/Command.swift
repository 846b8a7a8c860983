import Wording

/// A command as data: what it takes and what it does.
struct Command: Sendable {
  /// Its own options, besides those of every command.
  var options: [CommandOption] = []
  /// The words that may follow it, as `deal move`.
  var actions: [String] = []
  /// The words that may follow it and need not, as `held adopt`.
  var optionalActions: [String] = []
  /// The action where none is named.
  var standardAction: String?
  /// Which of its options each action takes.
  var optionsOfActions: [String: [CommandOption]] = [:]
  /// Whether its operands are a filter, in which `-tag:vip` is a condition.
  var takesFilter = false
  /// What it does.
  let run: @Sendable (Invocation) throws -> ExitCode
}

extension Invocation {
  /// Refuses options that would do nothing beside another one.
  ///
  /// - Throws: `CommandError.uselessBeside`.
  func refuse(_ options: [CommandOption], beside other: CommandOption) throws(CommandError) {
    guard arguments.has(other) else { return }
    for option in options where arguments.has(option) {
      throw .uselessBeside(option: option.spelling, other: other.spelling)
    }
  }

  /// The action that stands after the command, and what stands after it.
  ///
  /// - Throws: `CommandError` if there is none or it is unknown.
  func action(of verb: Verb) throws(CommandError) -> (name: String, operands: ArraySlice<String>) {
    let actions = verb.command.actions
    guard let name = arguments.operands.first else {
      throw .missingAction(of: verb, actions: actions)
    }
    guard actions.contains(name) else {
      throw .unknownAction(name, of: verb, suggestions: closest(to: name, among: actions))
    }
    return (name, arguments.operands.dropFirst())
  }
}
