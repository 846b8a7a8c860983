import CRM
import Replication
import Wording

/// Completion scripts: commands, their actions, their options and the words that options take.
enum Completion {
  private static let verbs = Verb.allCases
  private static let types = Schema.entities.map(\.key)

  /// What may follow a command besides options.
  private static func words(after verb: Verb) -> [String] {
    switch verb {
    case .add, .list: types
    case .log: Schema.activity.field(key: "kind")?.choices.map(\.key) ?? []
    case .help: verbs.map(\.rawValue)
    default: verb.command.actions + verb.command.optionalActions
    }
  }

  private static func options(of verb: Verb) -> [CommandOption] {
    verb.command.options + CommandOption.global
  }

  /// The options that may stand before the command.
  private static let anywhere = CommandOption.global + CommandOption.shared

  private static func values(of option: CommandOption) -> [String] {
    switch option.value {
    case .words(let words): words
    case .type: types
    case .role: Role.allCases.dropFirst().map(\.name)
    case .rule: HandoverRule.allCases.map(\.rawValue)
    default: []
    }
  }

  private static func takesFile(_ option: CommandOption) -> Bool { option.value == .file }

  // MARK: bash

  static func bash() -> [String] {
    var lines = [
      "# karto completion bash",
      "_karto() {",
      "  local word=\"${COMP_WORDS[COMP_CWORD]}\" last=\"${COMP_WORDS[COMP_CWORD-1]}\" verb= i",
      "  for ((i = 1; i < COMP_CWORD; i++)); do",
      "    case \"${COMP_WORDS[i]}\" in",
      "      -f|--file|--lang|--format|--as-of|--at) ((i++)) ;;",
      "      -*) ;;",
      "      *) verb=\"${COMP_WORDS[i]}\"; break ;;",
      "    esac",
      "  done",
      "  case \"$last\" in",
    ]
    for option in CommandOption.allCases {
      let names = (option.letter.map { ["-\($0)"] } ?? []) + ["--\(option.spelling)"]
      let pattern = names.joined(separator: "|")
      if takesFile(option) {
        lines.append("    \(pattern)) COMPREPLY=($(compgen -f -- \"$word\")); return ;;")
      } else if !values(of: option).isEmpty {
        let words = values(of: option).joined(separator: " ")
        lines.append(
          "    \(pattern)) COMPREPLY=($(compgen -W '\(words)' -- \"$word\")); return ;;")
      }
    }
    lines += ["  esac", "  local words=", "  case \"$verb\" in"]
    let all = verbs.map(\.rawValue).joined(separator: " ")
    let global = anywhere.map { "--\($0.spelling)" }.joined(separator: " ")
    lines.append("    '') words='\(all) \(global)' ;;")
    for verb in verbs {
      let words = self.words(after: verb) + options(of: verb).map { "--\($0.spelling)" }
      lines.append("    \(verb.rawValue)) words='\(words.joined(separator: " "))' ;;")
    }
    return lines + [
      "  esac",
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))",
      "  [[ ${#COMPREPLY[@]} -gt 0 || $word == -* ]] || COMPREPLY=($(compgen -f -- \"$word\"))",
      "}",
      "complete -o filenames -F _karto karto",
    ]
  }

  // MARK: zsh

  static func zsh(_ wording: Wording) -> [String] {
    var lines = [
      "#compdef karto",
      "_karto() {",
      "  local -a verbs",
      "  verbs=(",
    ]
    for verb in verbs {
      lines.append("    '\(verb.rawValue):\(zshQuoted(wording.help(verb).summary))'")
    }
    lines += [
      "  )",
      "  local verb= i",
      "  for ((i = 2; i < CURRENT; i++)); do",
      "    case $words[i] in",
      "      -f|--file|--lang|--format|--as-of|--at) ((i++)) ;;",
      "      -*) ;;",
      "      *) verb=$words[i]; break ;;",
      "    esac",
      "  done",
      "  case $verb in",
      "    '') _describe karto verbs; _arguments \(zshOptions(anywhere, wording)) ;;",
    ]
    for verb in verbs {
      let words = self.words(after: verb)
      let rest = words.isEmpty ? "'*:file:_files'" : "'*:word:(\(words.joined(separator: " ")))'"
      lines.append(
        "    \(verb.rawValue)) _arguments \(zshOptions(options(of: verb), wording)) \(rest) ;;")
    }
    return lines + ["  esac", "}", "_karto \"$@\""]
  }

  private static func zshOptions(_ options: [CommandOption], _ wording: Wording) -> String {
    options.map { option in
      let help = zshQuoted(wording.help(option))
      var value = ""
      if takesFile(option) {
        value = ":file:_files"
      } else if !values(of: option).isEmpty {
        value = ":value:(\(values(of: option).joined(separator: " ")))"
      } else if option.value != nil {
        value = ":value:"
      }
      return "'--\(option.spelling)[\(help)]\(value)'"
    }.joined(separator: " ")
  }

  private static func zshQuoted(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "'": result += "’"
      case "[", "]", ":", "\\": result += "\\\(character)"
      default: result.append(character)
      }
    }
    return result
  }

  // MARK: fish

  static func fish(_ wording: Wording) -> [String] {
    var lines = ["# karto completion fish"]
    for verb in verbs {
      let help = fishQuoted(wording.help(verb).summary)
      lines.append(
        "complete -c karto -n __fish_use_subcommand -f -a \(verb.rawValue) -d '\(help)'")
    }
    for option in CommandOption.global {
      lines.append("complete -c karto \(fishOption(option, wording))")
    }
    for verb in verbs {
      let condition = "-n '__fish_seen_subcommand_from \(verb.rawValue)'"
      let words = self.words(after: verb)
      if !words.isEmpty {
        lines.append(
          "complete -c karto \(condition) -f -a '\(words.joined(separator: " "))'")
      }
      for option in verb.command.options {
        lines.append("complete -c karto \(condition) \(fishOption(option, wording))")
      }
    }
    return lines
  }

  private static func fishOption(_ option: CommandOption, _ wording: Wording) -> String {
    var text = "-l \(option.spelling)"
    if let letter = option.letter { text += " -s \(letter)" }
    if takesFile(option) {
      text += " -r -F"
    } else if !values(of: option).isEmpty {
      text += " -x -a '\(values(of: option).joined(separator: " "))'"
    } else if option.value != nil {
      text += " -x"
    }
    return "\(text) -d '\(fishQuoted(wording.help(option)))'"
  }

  private static func fishQuoted(_ text: String) -> String {
    text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
  }
}
