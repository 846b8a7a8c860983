import Platform
import Support
import Synchronization
import Testing

@testable import Commands

@Suite struct ProgressTests {
  /// Lets a progress tick at these milliseconds and gives what it printed.
  private static func printed(ticks: [Int64], isTerminal: Bool) -> String {
    let bytes = Mutex<[UInt8]>([])
    return withExtendedLifetime(Clock()) { clock in
      let outlet = Surroundings.Outlet(isTerminal: isTerminal) { more in
        bytes.withLock { $0 += more }
      }
      let surroundings = Surroundings(
        variable: { _ in nil }, output: outlet, error: outlet, input: Surroundings.Inlet(),
        clock: WallClock { clock.millis.withLock { $0 } })
      let progress = Progress(surroundings, isQuiet: false)
      for tick in ticks {
        clock.millis.withLock { $0 = tick }
        progress.tick("\(tick)")
      }
      progress.end()
      return bytes.withLock { String(decoding: $0, as: UTF8.self) }
    }
  }

  private final class Clock: Sendable {
    let millis = Mutex<Int64>(0)
  }

  @Test func `nothing is printed in the first half second`() {
    #expect(Self.printed(ticks: [0, 100, 499], isTerminal: true).isEmpty)
  }

  @Test func `ten times a second is enough, and the line goes away at the end`() {
    #expect(
      Self.printed(ticks: [500, 550, 599, 600, 700], isTerminal: true)
        == "\r500\u{1B}[K\r600\u{1B}[K\r700\u{1B}[K\r\u{1B}[K")
  }

  @Test(arguments: [
    (["check"], "checking…"), (["repair", "new.karto"], "saving what is left…"),
    (["compact"], "packing…"), (["digest"], "computing the digest…"),
    (["undo", "2", "--yes"], "comparing…"), (["undo", "--last", "--yes"], "reading the history…"),
    (["history"], "reading the history…"), (["history", "2"], "reading the history…"),
    (["list", "clients"], "opening the base…"), (["list", "clients", "--at", "today"], "opening"),
  ])
  func `long work says how far it has come`(words: [String], text: String) throws {
    let desk = try Desk.founded()
    _ = try desk.id("add", "client", "name=Ромашка")
    // As after a move to another machine: there is no cache.
    for name in try Files.list(desk.path("home/workspaces")) {
      let cache = desk.path("home/workspaces/\(name)/cache")
      for file in try Files.list(cache) { try Files.remove("\(cache)/\(file)") }
    }
    var setting = Desk.Setting(isTerminal: true, stepMillis: 600)
    let words = words.map { $0 == "new.karto" ? desk.path($0) : $0 }
    let outcome = desk.run(words, with: setting)
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.error.contains("\r\(text)"), "\(outcome.error)")
    #expect(outcome.error.contains("100\u{A0}%"), "\(outcome.error)")
    setting.stepMillis = 0
    #expect(!desk.run(["check"], with: setting).error.contains("%"), "in less than half a second")
  }

  @Test func `nothing is printed where nobody watches`() {
    #expect(Self.printed(ticks: [500, 5_000], isTerminal: false).isEmpty)
  }
}
