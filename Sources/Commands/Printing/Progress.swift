import Platform
import Wording

/// Says on standard error how far long work has come.
///
/// Work calls `tick` as often as it likes; nothing is printed before half a second has passed, and
/// nothing at all where nobody watches.
///
///     let progress = Progress(surroundings, isQuiet: false)
///     for row in rows { write(row); progress.tick(wording.writing(rows: count)) }
///     progress.end()
final class Progress {
  private let outlet: Surroundings.Outlet
  private let isOn: Bool
  private let clock: WallClock
  private let start: Int64
  private var last: Int64
  private var hasPrinted = false

  private static let patienceMillis: Int64 = 500
  private static let stepMillis: Int64 = 100

  init(_ surroundings: Surroundings, isQuiet: Bool) {
    outlet = surroundings.error
    isOn = surroundings.error.isTerminal && !isQuiet
    clock = surroundings.clock
    start = clock.nowMillis()
    last = start
  }

  /// Reports; `text` is made only when it is printed.
  func tick(_ text: @autoclosure () -> String) {
    guard isOn else { return }
    let now = clock.nowMillis()
    guard now - start >= Self.patienceMillis, now - last >= Self.stepMillis else { return }
    last = now
    hasPrinted = true
    outlet.write(Array("\r\(DisplayWidth.oneLine(text()))\u{1B}[K".utf8))
  }

  /// What a library's long work is to call; `text` is given percents.
  func report(_ text: @escaping (Int) -> String) -> (Int, Int) -> Void {
    { done, whole in self.tick(text(whole > 0 ? min(100, done * 100 / whole) : 0)) }
  }

  /// Takes the line away again.
  func end() {
    guard hasPrinted else { return }
    hasPrinted = false
    outlet.write(Array("\r\u{1B}[K".utf8))
  }
}
