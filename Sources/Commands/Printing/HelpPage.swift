import Wording

/// Help as lines, made of the same data as completion.
enum HelpPage {
  /// The list of all commands.
  static func overview(_ wording: Wording) -> [String] {
    var lines = [wording.overviewTitle, "", wording.overviewUsage]
    for group in wording.overview {
      lines += ["", group.title]
      var table = Table([Table.Column(title: ""), Table.Column(title: "")])
      for verb in group.verbs { table.row(["  \(verb.rawValue)", wording.help(verb).summary]) }
      lines += table.lines(width: nil, isStyled: false, hasHeader: false)
    }
    lines += ["", wording.globalOptionsTitle]
    lines += options(CommandOption.global, wording)
    lines += ["", wording.sharedOptionsTitle] + options(CommandOption.shared, wording)
    return lines + ["", wording.overviewFooter]
  }

  /// The explanation of one command.
  static func page(of verb: Verb, _ wording: Wording) -> [String] {
    let help = wording.help(verb)
    var lines = ["karto \(verb.rawValue): \(help.summary)", "", wording.usageTitle]
    lines += help.usage.map { "  \($0)" }
    for note in help.notes { lines += [""] + wrapped(note) }
    let own = verb.command.options
    if !own.isEmpty { lines += ["", wording.optionsTitle] + options(own, wording) }
    lines += ["", wording.globalOptionsTitle] + options(CommandOption.global, wording)
    lines += ["", wording.examplesTitle]
    for example in help.examples {
      lines.append("  \(example.command)")
      if !example.meaning.isEmpty { lines.append("      \(example.meaning)") }
    }
    lines += ["", wording.statusTitle]
    for status in ExitCode.allCases {
      lines.append("  \(status.rawValue)  \(wording.meaning(of: status))")
    }
    return lines
  }

  private static func options(_ options: [CommandOption], _ wording: Wording) -> [String] {
    var table = Table([Table.Column(title: ""), Table.Column(title: "")])
    for option in options {
      let letter = option.letter.map { "-\($0), " } ?? "    "
      let value = option.value.map { " \(wording.placeholder($0))" } ?? ""
      table.row(["  \(letter)--\(option.spelling)\(value)", wording.help(option)])
    }
    return table.lines(width: nil, isStyled: false, hasHeader: false)
  }

  private static let width = 78

  private static func wrapped(_ text: String) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, DisplayWidth.of(line) + 1 + DisplayWidth.of(String(word)) > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? word : " \(word)"
    }
    return lines + [line]
  }
}
