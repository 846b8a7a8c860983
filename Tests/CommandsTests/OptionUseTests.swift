import Platform
import Support
import Testing
import Wording

@testable import Commands

/// No command takes an option that does nothing there.
@Suite struct OptionUseTests {
  /// An option as it is typed, with a value that it takes.
  private static func typed(_ option: CommandOption) -> [String] {
    let name = "--\(option.spelling)"
    switch option.value {
    case nil: return [name]
    case .words(let words): return [name, words[0]]
    case .date: return [name, "2020-01-01"]
    case .number: return [name, "1"]
    default: return [name, "x"]
    }
  }

  /// The options of other commands are unknown; those that many have in common are refused with a
  /// sentence that says so.
  @Test(arguments: Verb.allCases)
  func `what a command has no use for is refused, wherever it stands`(verb: Verb) throws {
    let desk = try Desk.founded()
    let before = try Files.readAll(desk.path("base.karto"), limit: 1 << 20)
    let own = Set(verb.command.options.map(\.spelling))
    let global = Set(CommandOption.global.map(\.spelling))
    for option in CommandOption.allCases
    where !own.contains(option.spelling) && !global.contains(option.spelling) {
      let words = Self.typed(option)
      let after = desk.run([verb.rawValue] + words)
      #expect(after.status == 2, "\(verb.rawValue) \(words): \(after.error)")
      #expect(after.error.contains("--\(option.spelling)") && after.output.isEmpty)
      guard CommandOption.shared.contains(option) else { continue }
      let first = desk.run(words + [verb.rawValue])
      #expect(first.status == 2 && first.error.contains("has no use for --\(option.spelling)"))
      #expect(
        desk.run(words + [verb.rawValue], with: .init(variables: ["LANG": "ru_RU"]))
          .error.contains("здесь ничего не значит"))
    }
    #expect(try Files.readAll(desk.path("base.karto"), limit: 1 << 20) == before)
  }

  @Test(arguments: Verb.allCases)
  func `what an action has no use for is refused too`(verb: Verb) throws {
    let command = verb.command
    for (action, taken) in command.optionsOfActions {
      #expect(command.actions.contains(action))
      #expect(taken.allSatisfy { command.options.contains($0) }, "\(verb.rawValue) \(action)")
      for option in command.options {
        let words = [verb.rawValue, action] + Self.typed(option)
        if taken.contains(option) {
          _ = try Arguments(words)
        } else {
          let error = CommandError.uselessOption(option.spelling, of: verb, action: action)
          #expect(throws: error) { try Arguments(words) }
        }
      }
    }
    #expect(
      command.optionsOfActions.isEmpty || command.optionsOfActions.count == command.actions.count)
    #expect(
      Set(command.options.map(\.rawValue)).count == command.options.count || verb == .deal
        || verb == .task)
  }

  /// A command line that changes the base.
  private static func change(_ verb: Verb, _ desk: Desk, _ id: String) throws -> [String]? {
    switch verb {
    case .add: ["add", "client", "name=Новый"]
    case .set: ["set", id, "city=Псков"]
    case .delete: ["delete", id]
    case .restore: ["restore", try #require(desk.run("trash", "-q").lines.first)]
    case .log: ["log", "call", id, "Привет"]
    case .deal: ["deal", "add", id, "Поставка"]
    case .task: ["task", "add", "Позвонить"]
    case .segment: ["segment", "save", "Все", "city:Тверь"]
    case .mergeCards: ["merge-cards", id, try desk.id("add", "client", "name=Второй"), "--yes"]
    case .duplicates: ["duplicates", "--not", id, try desk.id("add", "client", "name=Второй")]
    case .undo: ["undo", "--last"]
    case .invite: ["invite", "--for", "Борис"]
    case .members: ["members", "Борис", "--role", "reader"]
    case .seal: ["seal", "Борис", "--yes"]
    case .import: ["import", Fixture.path("csv/clients_utf8.csv")]
    case .apply: ["apply", "-"]
    case .offboard: ["offboard", "Борис", "--to", "Мария", "--yes"]
    case .rule: ["rule", "save", "север", "--to", "Мария", "город:Тверь"]
    default: nil
    }
  }

  /// What takes `--dry-run` and is rehearsed elsewhere, as it needs a second base.
  private static let rehearsedElsewhere: Set<Verb> = [.alarms, .held, .join, .merge, .resolve]

  @Test(arguments: Verb.allCases.filter { $0.command.options.contains(.dryRun) })
  func `a rehearsal changes nothing`(verb: Verb) throws {
    let desk = try Desk.founded()
    let id = try desk.id("add", "client", "name=Ромашка", "city=Тверь")
    let gone = try desk.id("add", "client", "name=Удалённый")
    desk.run("invite", "--for", "Борис")
    desk.run("delete", gone)
    guard let words = try Self.change(verb, desk, id) else {
      #expect(Self.rehearsedElsewhere.contains(verb), "\(verb.rawValue) has no rehearsal here")
      return
    }
    let setting = Desk.Setting(input: "{\"type\":\"client\",\"set\":{\"name\":\"Из строки\"}}\n")
    let before = try Files.readAll(desk.path("base.karto"), limit: 1 << 20)
    let rehearsal = desk.run(words + ["--dry-run"], with: setting)
    #expect(rehearsal.status == 0, "\(words): \(rehearsal.error)")
    #expect(try Files.readAll(desk.path("base.karto"), limit: 1 << 20) == before, "\(words)")
    let done = desk.run(words, with: setting)
    #expect(done.status == 0, "\(words): \(done.error)")
    #expect(try Files.readAll(desk.path("base.karto"), limit: 1 << 20) != before, "\(words)")
  }

  /// A command line that reads something which was not there before the base was founded.
  private static func reading(_ verb: Verb, _ id: String) -> [String]? {
    switch verb {
    case .show: ["show", id]
    case .list: ["list", "clients"]
    case .find: ["find", "ромашка"]
    case .deal: ["deal", "list"]
    case .task: ["task", "list"]
    case .today: ["today"]
    case .segment: ["segment", "list"]
    case .rule: ["rule", "list"]
    case .duplicates: ["duplicates"]
    case .trash: ["trash"]
    case .history: ["history"]
    case .members: ["members"]
    case .devices: ["devices"]
    case .export: ["export"]
    case .digest: ["digest"]
    default: nil
    }
  }

  @Test(arguments: Verb.allCases.filter { $0.command.options.contains(.at) })
  func `the base is shown as it was`(verb: Verb) throws {
    let desk = try Desk.founded()
    let id = try desk.id("add", "client", "name=ООО Ромашка", "phones+=+74952346187")
    for name in ["name=Ромашка", "name=Лишний"] {
      _ = try desk.id("add", "client", name, "phones+=+74952346187")
    }
    _ = try desk.id("deal", "add", id, "Поставка")
    _ = try desk.id("task", "add", "Позвонить", "--due", "2026-11-22")
    desk.run("segment", "save", "Все", "city:Тверь")
    desk.run("rule", "save", "север", "--to", "Мария", "city:Тверь")
    desk.run("delete", "Лишний")
    guard let words = Self.reading(verb, id) else {
      // Of `log` it says when the talk was; conflicts need two people.
      #expect([.log, .conflicts].contains(verb), "\(verb.rawValue)")
      return
    }
    let now = desk.run(words)
    let then = desk.run(words + ["--at", "2020-01-01"])
    #expect(now.status == 0 && now.output != then.output, "\(words): \(then.output)")
    #expect(!now.output.isEmpty)
  }

  @Test func `options that would do nothing beside each other are refused`() throws {
    let desk = try Desk.founded()
    let lines = [
      ["list", "clients", "--by", "city", "--sort", "name"],
      ["list", "clients", "--by", "city", "--columns", "name"],
      ["list", "clients", "--by", "city", "--trash"],
      ["list", "clients", "--by", "city", "--format", "sql"],
      ["list", "clients", "--trash", "--sort", "name"],
      ["list", "clients", "--trash", "city:Тверь"],
      ["export", "--columns", "name"], ["export", "--format", "sql", "--type", "client"],
      ["export", "--format", "sql", "city:Тверь"], ["export", "city:Тверь"],
      ["undo", "--last", "--import", "3"], ["undo", "--last", "--merge"],
      ["today", "--all", "--owner", "Мария"], ["history", "--type", "client"],
      ["invite", "--device", "--role", "reader"],
      ["invite", "--withdraw", "Борис", "--expires", "3d"], ["members", "--dry-run"],
      ["duplicates", "--not", "1", "2", "--limit", "3"],
    ]
    for words in lines {
      let outcome = desk.run(words)
      #expect(outcome.status == 2 && !outcome.error.isEmpty, "\(words): \(outcome)")
    }
  }
}
