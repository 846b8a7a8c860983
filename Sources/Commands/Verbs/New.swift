import CRM
import Documents
import Platform
import Replication
import Wording

/// `karto new`: founds a base.
enum NewCommand {
  static let command = Command(options: [.name, .as, .currency], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let path = try invocation.onlyOperand(.path, of: .new)
    let arguments = invocation.arguments
    guard let name = arguments.value(.name), !name.isEmpty else {
      throw CommandError.missingOption(CommandOption.name.spelling, of: .new)
    }
    guard
      let member = arguments.value(.as) ?? invocation.surroundings.accountName
    else { throw CommandError.missingOption(CommandOption.as.spelling, of: .new) }
    let currency = try arguments.value(.currency).map { text throws(CommandError) in
      guard let code = Currency.code(text) else {
        throw .badValue(option: CommandOption.currency.spelling, value: text, allowed: [])
      }
      return code
    }
    let (base, key) = try Base.found(
      path: path, name: name, as: member, device: invocation.surroundings.device,
      clock: invocation.surroundings.clock, language: stageLanguage(arguments))
    if let currency, currency != base.settings.currency {
      let settings = try base.resolve("workspace", as: Schema.workspace)
      _ = try base.set([settings], [FieldChange("currency", .set, currency)])
    }
    if invocation.isJSON {
      var object = JSONObject()
      object.put("workspace", base.workspace.header.workspace.text)
      object.put("path", path)
      object.put("recovery", key)
      invocation.print(json: object)
      return .done
    }
    invocation.say(invocation.wording.founded(name, path: path))
    // Printed even when quiet: nobody will ever be able to ask for it again.
    for line in invocation.wording.recoveryKey(key) {
      invocation.surroundings.error.write(Array("\(line)\n".utf8))
    }
    return .done
  }

  /// The language of the first stages: everybody who joins will read them, so a language that was
  /// asked for counts, and what happens to be set on this machine does not.
  private static func stageLanguage(_ arguments: Arguments) -> Language {
    arguments.value(.lang).flatMap(Language.init(rawValue:)) ?? .russian
  }
}
