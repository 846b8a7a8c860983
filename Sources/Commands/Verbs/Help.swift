import Wording

/// `karto help`: explains.
enum HelpCommand {
  static let command = Command(run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    guard !invocation.arguments.operands.isEmpty else {
      invocation.print(lines: HelpPage.overview(invocation.wording))
      return .done
    }
    let word = try invocation.onlyOperand(.words, of: .help)
    guard let verb = Verb(rawValue: word) else {
      throw CommandError.unknownVerb(
        word, suggestions: invocation.closest(to: word, among: Verb.allCases.map(\.rawValue)))
    }
    invocation.print(lines: HelpPage.page(of: verb, invocation.wording))
    return .done
  }
}

/// `karto completion`: scripts for shells, made of the same data as help.
enum CompletionCommand {
  static let shells = ["bash", "zsh", "fish"]
  static let command = Command(actions: shells, run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    guard let shell = invocation.arguments.operands.first else {
      throw CommandError.missingOperand(.shell, of: .completion)
    }
    switch shell {
    case "bash": invocation.print(lines: Completion.bash())
    case "zsh": invocation.print(lines: Completion.zsh(invocation.wording))
    case "fish": invocation.print(lines: Completion.fish(invocation.wording))
    default:
      throw CommandError.unknownAction(
        shell, of: .completion, suggestions: invocation.closest(to: shell, among: shells))
    }
    return .done
  }
}
