import Wording

/// A command as data: what it takes and what it does.
struct Command: Sendable {
  /// Its own options, besides those of every command.
  var options: [CommandOption] = []
  /// The words that may follow it, as `deal move`.
  var actions: [String] = []
  /// The words that may follow it and need not, as `held adopt`.
  var optionalActions: [String] = []
  /// Whether its operands are a filter, in which `-tag:vip` is a condition.
  var takesFilter = false
  /// What it does.
  let run: @Sendable (Invocation) throws -> ExitCode
}

extension Invocation {
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
