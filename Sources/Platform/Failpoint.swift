#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Synchronization

/// Crashes and full disks on demand, for the tests that kill the real program at every step.
///
/// The environment variable `KARTO_FAILPOINT` says which:
/// - `kill:N` kills the process just before its N-th change (counted from 1) to a file: a write,
///   sync, truncate, rename, or sync of a folder.
/// - `half:N` does half of the N-th write, then kills the process.
/// - `nospace:N` does half of the N-th write, which then fails as on a full disk.
/// - `count` prints `failpoints: C` and `failpoint writes: W` on standard error at exit: how many
///   changes there were, and how many of them were writes.
///
/// Without the variable, or with anything else in it, all of this is one comparison.
public enum Failpoint {
  /// How many changes to files there have been; counted only while the variable is set.
  public static var count: Int { plan?.changes.load(ordering: .relaxed) ?? 0 }
  /// How many of them were writes.
  public static var writeCount: Int { plan?.writes.load(ordering: .relaxed) ?? 0 }

  private static let plan = FailpointPlan(Environment.value("KARTO_FAILPOINT") ?? "")

  /// To be called just before any change but a write.
  static func willChange() {
    guard let plan else { return }
    if plan.dies(beforeChange: plan.countChange()) { killProcess() }
  }

  /// To be called just before a write.
  static func willWrite() -> FailpointPlan.Write {
    guard let plan else { return .whole }
    let change = plan.countChange()
    if plan.dies(beforeChange: change) { killProcess() }
    return plan.fate(ofWrite: plan.countWrite())
  }

  /// Prints the counts if the variable asks for it; `exitProcess` calls it last.
  static func report() {
    guard let plan, plan.kind == .count else { return }
    writeQuietly("failpoints: \(count)\nfailpoint writes: \(writeCount)\n", to: STDERR_FILENO)
  }

  /// Ends the process as a power cut would: nothing is flushed, nothing is tidied up.
  static func killProcess() -> Never {
    kill(getpid(), SIGKILL)
    while true { pause() }
  }
}

/// What `KARTO_FAILPOINT` asks for, and how far we are.
final class FailpointPlan: Sendable {
  enum Kind { case kill, half, noSpace, count }
  enum Write { case whole, halfThenKill, halfThenNoSpace }

  let kind: Kind
  let number: Int
  let changes = Atomic<Int>(0)
  let writes = Atomic<Int>(0)

  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if text == "count" {
      kind = .count
      number = 0
      return
    }
    guard parts.count == 2, let number = Int(parts[1]), number > 0 else { return nil }
    switch parts[0] {
    case "kill": kind = .kill
    case "half": kind = .half
    case "nospace": kind = .noSpace
    default: return nil
    }
    self.number = number
  }

  func countChange() -> Int { changes.add(1, ordering: .relaxed).newValue }
  func countWrite() -> Int { writes.add(1, ordering: .relaxed).newValue }

  func dies(beforeChange change: Int) -> Bool { kind == .kill && change == number }

  func fate(ofWrite write: Int) -> Write {
    guard write == number else { return .whole }
    switch kind {
    case .half: return .halfThenKill
    case .noSpace: return .halfThenNoSpace
    case .kill, .count: return .whole
    }
  }
}
