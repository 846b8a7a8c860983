import Bytes
import Commands
import Platform
import Support
import Synchronization
import Testing

/// A folder with a base in it and a way to run commands there, all in this process.
final class Desk: Sendable {
  /// What a command left behind.
  struct Outcome {
    let status: Int32
    let output: String
    let error: String

    /// The lines of the results.
    var lines: [String] {
      output.split(separator: "\n").map(String.init)
    }

    /// The results as JSON, one value a line.
    var json: [JSONValue] {
      get throws { try lines.map { try JSONParser.parse(Array($0.utf8).span) } }
    }
  }

  /// Something that differs from an ordinary run.
  struct Setting {
    var variables: [String: String] = [:]
    var input = ""
    var answers: [String] = []
    var isTerminal = false
    var width: Int?
    var laterMillis: Int64 = 0
    /// By how much the clock goes on each time that it is read.
    var stepMillis: Int64 = 0
  }

  let folder: TemporaryFolder
  /// 22 November 2026, noon in London.
  let now: Int64 = 1_795_348_800_000

  init() throws {
    folder = try TemporaryFolder()
  }

  /// The path of something in the folder.
  func path(_ name: String) -> String { folder.path(name) }

  /// A desk with a base named «Ромашка» that belongs to Мария.
  static func founded() throws -> Desk {
    let desk = try Desk()
    let outcome = desk.run(
      "new", desk.path("base.karto"), "--name", "База", "--as", "Мария", "--lang", "ru")
    #expect(outcome.status == 0, "\(outcome.error)")
    return desk
  }

  @discardableResult
  func run(_ arguments: String..., with setting: Setting = Setting()) -> Outcome {
    run(arguments, with: setting)
  }

  @discardableResult
  func run(_ arguments: [String], with setting: Setting = Setting()) -> Outcome {
    let output = Tray()
    let error = Tray()
    let answers = Mutex(setting.answers)
    let variables = setting.variables.merging(["KARTO_HOME": folder.path("home")]) { own, _ in own }
    let input = Array(setting.input.utf8)
    let surroundings = Surroundings(
      variable: { variables[$0] },
      output: Surroundings.Outlet(isTerminal: setting.isTerminal, width: setting.width) {
        output.add($0)
      },
      error: Surroundings.Outlet(isTerminal: setting.isTerminal) { error.add($0) },
      input: Surroundings.Inlet(
        isTerminal: setting.isTerminal, readAll: { _ in input },
        ask: { prompt in
          error.add(Array(prompt.utf8))
          return answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }),
      clock: clock(setting), folder: folder.path)
    let status = Commands.run(arguments: arguments, in: surroundings)
    return Outcome(status: status, output: output.text, error: error.text)
  }

  private func clock(_ setting: Setting) -> WallClock {
    let start = now + setting.laterMillis
    guard setting.stepMillis > 0 else { return .fixed(start) }
    let readings = Atomic<Int64>(0)
    return WallClock {
      start + setting.stepMillis * readings.add(1, ordering: .relaxed).newValue
    }
  }

  /// Runs a command that must succeed, and gives the first line of its results.
  func id(_ arguments: String...) throws -> String {
    let outcome = run(arguments)
    #expect(outcome.status == 0, "\(arguments): \(outcome.error)")
    return try #require(outcome.lines.first, "\(arguments) printed nothing")
  }
}

/// Collects bytes.
private final class Tray: Sendable {
  private let bytes = Mutex<[UInt8]>([])

  func add(_ more: [UInt8]) { bytes.withLock { $0 += more } }

  var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
}

extension JSONValue {
  /// The integer, if this is one.
  var number: Int? {
    guard case .integer(let number) = self else { return nil }
    return number
  }

  /// The elements, if this is an array.
  var elements: [JSONValue]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  /// The texts of an array.
  var texts: [String]? { elements?.compactMap(\.text) }
}
