import CRM
import Wording

/// A command line, taken apart.
struct Arguments {
  /// The command; nil if none was named.
  private(set) var verb: Verb?
  /// What follows the command and is no option.
  private(set) var operands: [String] = []
  private var values: [CommandOption: [String]] = [:]

  /// Whether an option was given.
  func has(_ option: CommandOption) -> Bool { values[option] != nil }

  /// The value of an option; the last one if it was repeated.
  func value(_ option: CommandOption) -> String? { values[option]?.last }

  /// All values of an option that can be repeated.
  func all(_ option: CommandOption) -> [String] { values[option] ?? [] }

  /// The value of an option that takes an integer.
  ///
  /// - Throws: `CommandError.badValue` for anything but a positive number.
  func number(_ option: CommandOption) throws(CommandError) -> Int? {
    guard let text = value(option) else { return nil }
    guard let number = Int(text), number > 0 else {
      throw .badValue(option: option.spelling, value: text, allowed: [])
    }
    return number
  }
}

extension Arguments {
  /// Reads a command line.
  ///
  /// Only known options are options: in `list`, `-tag:vip` is a condition. Everything after `--`
  /// is an operand.
  ///
  /// - Parameter words: The words after the program's name.
  /// - Throws: `CommandError`.
  init(_ words: [String]) throws(CommandError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        for word in rest { try take(operand: word) }
        break
      }
      guard let option = try option(in: word) else {
        try take(operand: word)
        continue
      }
      try take(option, in: word, rest: &rest)
    }
    try checkUse()
  }

  /// Makes sure that every option does something: who asks for a rehearsal, or for the base as it
  /// was, must not get something else.
  private func checkUse() throws(CommandError) {
    guard let verb, !has(.help) else { return }
    let command = verb.command
    let action = (operands.first ?? command.standardAction).flatMap { word in
      command.optionsOfActions[word].map { (word: word, options: $0) }
    }
    for option in CommandOption.allCases where has(option) && !option.isGlobal {
      if !command.options.contains(option) {
        throw .uselessOption(option.spelling, of: verb, action: nil)
      }
      if let action, !action.options.contains(option) {
        throw .uselessOption(option.spelling, of: verb, action: action.word)
      }
    }
  }

  private mutating func take(operand word: String) throws(CommandError) {
    guard verb == nil else {
      operands.append(word)
      return
    }
    if let verb = Verb(rawValue: word) {
      self.verb = verb
    } else if word == "segments" {
      verb = .segment
    } else {
      throw .unknownVerb(
        word, suggestions: Suggestions.closest(to: word, among: Verb.allCases.map(\.rawValue)))
    }
  }

  private mutating func take(
    _ option: CommandOption, in word: String, rest: inout ArraySlice<String>
  ) throws(CommandError) {
    let stated = Self.stated(in: word)
    guard let kind = option.value else {
      if stated != nil { throw .unexpectedValue(option: option.spelling) }
      values[option] = []
      return
    }
    guard let value = stated ?? rest.popFirst() else {
      throw .missingValue(option: option.spelling)
    }
    if case .words(let allowed) = kind, !allowed.contains(value) {
      throw .badValue(option: option.spelling, value: value, allowed: allowed)
    }
    if option.isRepeatable {
      values[option, default: []].append(value)
    } else {
      values[option] = [value]
    }
  }

  /// What stands after the `=` of `--option=value`.
  private static func stated(in word: String) -> String? {
    guard word.hasPrefix("--"), let mark = word.firstIndex(of: "=") else { return nil }
    return String(word[word.index(after: mark)...])
  }

  /// The option that a word is, nil for an operand.
  private func option(in word: String) throws(CommandError) -> CommandOption? {
    guard word.utf8.first == UInt8(ascii: "-"), word.utf8.count > 1 else { return nil }
    let known = CommandOption.global + (verb?.command.options ?? []) + CommandOption.shared
    guard word.hasPrefix("--") else {
      let letter = word.dropFirst()
      if letter.count == 1, let option = known.first(where: { $0.letter == letter.first }) {
        return option
      }
      let looksLikeOption = letter.utf8.count == 1 && !Self.isDigit(letter.utf8.first)
      guard looksLikeOption, verb?.command.takesFilter != true else { return nil }
      throw .unknownOption(word, of: verb, suggestions: [])
    }
    let name = String(word.dropFirst(2).prefix { $0 != "=" })
    if let option = known.first(where: { $0.spelling == name }) { return option }
    let suggestions = Suggestions.closest(to: name, among: known.map(\.spelling)).map { "--\($0)" }
    throw .unknownOption("--\(name)", of: verb, suggestions: suggestions)
  }

  private static func isDigit(_ byte: UInt8?) -> Bool {
    byte.map { $0 &- UInt8(ascii: "0") < 10 } ?? false
  }
}
