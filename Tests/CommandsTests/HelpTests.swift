import CRM
import Foundation
import Support
import Testing
import Wording

@testable import Commands

@Suite struct HelpTests {
  private static let languages = [Wording(.english), Wording(.russian)]

  /// Splits a command line as a shell does, as far as examples go.
  private static func words(_ line: String) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    var isStarted = false
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word.append(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        isStarted = true
      } else if character == " " {
        if isStarted { words.append(word) }
        (word, isStarted) = ("", false)
      } else {
        word.append(character)
        isStarted = true
      }
    }
    return isStarted ? words + [word] : words
  }

  @Test(arguments: Verb.allCases)
  func `examples are command lines that can be read`(verb: Verb) throws {
    for wording in Self.languages {
      for example in wording.help(verb).examples {
        var words = Self.words(example.command)
        words = Array(words[try #require(words.firstIndex(of: "karto"))...].dropFirst())
        if let end = words.firstIndex(where: { [">", "|"].contains($0) }) {
          words = Array(words[..<end])
        }
        let arguments = try Arguments(words)
        let actions = try #require(arguments.verb).command.actions
        #expect(
          actions.isEmpty || actions.contains(arguments.operands.first ?? ""),
          "\(example.command)")
      }
      let first = try #require(wording.help(verb).examples.first)
      #expect(
        first.command.contains("karto \(verb.rawValue)") || first.command.contains("karto -f"))
    }
  }

  @Test(arguments: Verb.allCases)
  func `a page names every option of its command`(verb: Verb) {
    for wording in Self.languages {
      let page = HelpPage.page(of: verb, wording).joined(separator: "\n")
      for option in verb.command.options + CommandOption.global {
        #expect(page.contains("--\(option.spelling)"), "\(option)")
      }
    }
  }

  @Test func `README names every command`() throws {
    let readme = try LayoutTests.text("README.md")
    for verb in Verb.allCases {
      #expect(readme.contains("karto \(verb.rawValue)") || readme.contains("`\(verb.rawValue)`"))
    }
  }

  @Test func `help is the same by option and by command`() throws {
    let desk = try Desk()
    for verb in Verb.allCases {
      let byOption = desk.run(verb.rawValue, "--help")
      let byCommand = desk.run("help", verb.rawValue)
      #expect(byOption.status == 0 && byCommand.status == 0)
      #expect(byOption.output == byCommand.output)
    }
    #expect(desk.run([]).output == desk.run("help").output)
    #expect(desk.run("--version").output == "karto \(Commands.version)\n")
  }

  @Test func `the page of undo reads so`() {
    let page = HelpPage.page(of: .undo, Wording(.english))
    #expect(
      page.prefix(13) == [
        "karto undo: take changes back", "", "Usage", "  karto undo CHANGE…",
        "  karto undo --import N", "  karto undo --last", "  karto undo --merge",
        "  karto undo --by NAME --since DATE [--type TYPE] [--only deletes|changes|creates]", "",
        "A change is named as karto history prints it; A..B is a range. What someone",
        "has edited later is left alone and listed. Changes undone one after another,",
        "the last first, are all taken back; --last does so step by step. An undo can",
        "itself be undone, by its name.",
      ])
    #expect(page.contains { $0.hasPrefix("      --import N ") })
  }

  @Test func `no page is wider than eighty columns but for options and commands`() {
    for wording in Self.languages {
      for verb in Verb.allCases {
        for line in HelpPage.page(of: verb, wording) where !line.hasPrefix(" ") {
          #expect(DisplayWidth.of(line) <= 80, "\(line)")
        }
      }
    }
  }

  @Test(arguments: CompletionCommand.shells)
  func `completion knows every command and option`(shell: String) throws {
    let script = try Desk().run("completion", shell).output
    for verb in Verb.allCases {
      #expect(script.contains(verb.rawValue))
      for option in verb.command.options { #expect(script.contains(option.spelling)) }
    }
  }

  /// The words are Wording's: commands hold no text that a person reads.
  @Test func `no sentence stands in Commands`() throws {
    let sources = Fixture.url("../Sources/Commands").standardizedFileURL
    let files = try #require(
      FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    for case let file as URL in files where file.pathExtension == "swift" {
      // Scripts for shells are text, and none of it is said to a person.
      if file.lastPathComponent == "Completion.swift" { continue }
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let code = line.prefix(upTo: line.range(of: "//")?.lowerBound ?? line.endIndex)
        for literal in code.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
        where literal.offset % 2 == 1 {
          let isSentence =
            literal.element.contains(/[а-яА-ЯёЁ]/)
            || literal.element.contains(/[a-z]{2,} [a-z]{2,}/)
          #expect(!isSentence, "\(file.lastPathComponent): \(literal.element)")
        }
      }
    }
  }
}
