import Testing
import Wording

@testable import Commands

@Suite struct ArgumentsTests {
  @Test func `options may stand anywhere`() throws {
    let lines = [
      ["--json", "list", "clients", "-f", "a.karto"],
      ["-f", "a.karto", "list", "--json", "clients"],
      ["list", "--file=a.karto", "clients", "--json"],
    ]
    for line in lines {
      let arguments = try Arguments(line)
      #expect(arguments.verb == .list)
      #expect(arguments.operands == ["clients"])
      #expect(arguments.has(.json))
      #expect(arguments.value(.file) == "a.karto")
    }
  }

  @Test func `a dash before a condition of a list makes no option`() throws {
    let arguments = try Arguments(["list", "clients", "-tag:vip", "-f", "x", "-q", "-x"])
    #expect(arguments.operands == ["clients", "-tag:vip", "-x"])
    #expect(arguments.value(.file) == "x")
    #expect(arguments.has(.quiet))
  }

  @Test func `elsewhere a single unknown letter is a mistake`() {
    #expect(throws: CommandError.unknownOption("-x", of: .show, suggestions: [])) {
      try Arguments(["show", "-x"])
    }
  }

  @Test func `values may begin with a dash`() throws {
    let arguments = try Arguments(["list", "clients", "--sort", "-amount", "--limit=-5"])
    #expect(arguments.value(.sort) == "-amount")
    #expect(throws: CommandError.badValue(option: "limit", value: "-5", allowed: [])) {
      try arguments.number(.limit)
    }
  }

  @Test func `a lone dash and negative numbers are operands`() throws {
    #expect(try Arguments(["apply", "-"]).operands == ["-"])
    #expect(try Arguments(["show", "-5"]).operands == ["-5"])
  }

  @Test func `two dashes end the options`() throws {
    let arguments = try Arguments(["find", "--", "--json", "-f"])
    #expect(arguments.operands == ["--json", "-f"])
    #expect(!arguments.has(.json))
  }

  @Test func `assignments are operands`() throws {
    let arguments = try Arguments(["set", "57", "city=Тверь", "phones-=+7495", "tags+=x"])
    #expect(arguments.operands == ["57", "city=Тверь", "phones-=+7495", "tags+=x"])
  }

  @Test func `some options may be repeated, of others the last counts`() throws {
    let arguments = try Arguments([
      "import", "a.csv", "--map", "A=name", "--map=B=city", "--type", "deal", "--type", "client",
    ])
    #expect(arguments.all(.map) == ["A=name", "B=city"])
    #expect(arguments.value(.type) == "client")
  }

  @Test func `mistakes come with suggestions`() {
    #expect(throws: CommandError.unknownVerb("lst", suggestions: ["list"])) {
      try Arguments(["lst"])
    }
    #expect(
      throws: CommandError.unknownOption("--jsn", of: .list, suggestions: ["--json"])
    ) {
      try Arguments(["list", "--jsn"])
    }
    #expect(throws: CommandError.missingValue(option: "limit")) {
      try Arguments(["list", "--limit"])
    }
    #expect(throws: CommandError.unexpectedValue(option: "json")) {
      try Arguments(["list", "--json=yes"])
    }
    #expect(throws: CommandError.badValue(option: "lang", value: "de", allowed: ["ru", "en"])) {
      try Arguments(["list", "--lang", "de"])
    }
  }

  @Test func `an option of one command is unknown to another`() {
    #expect(throws: CommandError.self) { try Arguments(["digest", "--map", "a=b"]) }
  }

  @Test func `no two options of a command look alike`() {
    for verb in Verb.allCases {
      let options = CommandOption.global + verb.command.options
      #expect(Set(options.map(\.spelling)).count == options.count, "\(verb)")
      let letters = options.compactMap(\.letter)
      #expect(Set(letters).count == letters.count, "\(verb)")
    }
  }
}
