#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Synchronization

/// The user's wish to stop, and signals that would end the process at the wrong moment.
///
/// Long work looks at `requested` now and then, and stops before anything is written.
public enum Interrupts {
  /// The signal that came, or 0; a signal handler may do little more than set it.
  private static let received = Atomic<Int32>(0)

  /// Whether someone has asked the process to stop since `watch`.
  public static var requested: Bool { received.load(ordering: .relaxed) != 0 }

  /// The signal that asked, such as 2 for Ctrl-C; a shell expects exit status 128 more than it.
  public static var signal: Int32? {
    let number = received.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// From now on, lets the first SIGINT or SIGTERM set `requested` and not end the process.
  ///
  /// A second one of the same kind ends it, whatever it is doing. A signal that the process was
  /// started to ignore, as by `nohup`, stays ignored.
  public static func watch() {
    _ = received.load(ordering: .relaxed)  // makes the variable, which a handler must not do
    for number in [SIGINT, SIGTERM] where disposition(of: number) != .ignored {
      setHandler(for: number, isOneShot: true) { Interrupts.received.store($0, ordering: .relaxed) }
    }
  }

  /// Lets SIGINT and SIGTERM end the process at once while the closure runs.
  ///
  /// - Throws: What the closure throws.
  public static func withDefaultBehaviour<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var interrupt = sigaction()
    var terminate = sigaction()
    sigaction(SIGINT, nil, &interrupt)
    sigaction(SIGTERM, nil, &terminate)
    for number in [SIGINT, SIGTERM] where disposition(of: number) != .ignored {
      setDefault(for: number)
    }
    defer {
      sigaction(SIGINT, &interrupt, nil)
      sigaction(SIGTERM, &terminate, nil)
    }
    return try body()
  }

  /// Lets a broken pipe and the user's limit on the size of files be errors of the write (EPIPE,
  /// EFBIG), where they would end the process.
  public static func ignoreSignals() {
    for number in [SIGPIPE, SIGXFSZ] {
      // A handler that does nothing, since being ignored would be inherited by other programs.
      setHandler(for: number, isOneShot: false) { _ in }
    }
  }

  /// Waits for a while, or until the user interrupts.
  public static func pause(millis: Int) {
    guard !requested else { return }
    var time = timespec(
      tv_sec: time_t(millis / 1000), tv_nsec: Int(millis % 1000) * 1_000_000)
    // A signal ends it early, which is what is wanted.
    nanosleep(&time, nil)
  }

  // MARK: sigaction

  private enum Disposition { case standard, ignored, handled }

  private static func disposition(of number: Int32) -> Disposition {
    var action = sigaction()
    sigaction(number, nil, &action)
    switch unsafeBitCast(action.handler, to: Int.self) {
    case 0: return .standard
    case 1: return .ignored
    default: return .handled
    }
  }

  private static func setHandler(
    for number: Int32, isOneShot: Bool, _ handler: @escaping @convention(c) (Int32) -> Void
  ) {
    var action = sigaction()
    action.handler = handler
    // Without SA_RESTART: a wait for a lock or a key must end. All other calls retry.
    action.sa_flags = isOneShot ? Int32(truncatingIfNeeded: SA_RESETHAND) : 0
    sigaction(number, &action, nil)
  }

  private static func setDefault(for number: Int32) {
    var action = sigaction()
    action.handler = nil
    sigaction(number, &action, nil)
  }
}

extension sigaction {
  /// The handler, which the C library keeps in a union; nil is the default behaviour.
  fileprivate var handler: (@convention(c) (Int32) -> Void)? {
    get {
      #if canImport(Darwin)
        __sigaction_u.__sa_handler
      #else
        __sigaction_handler.sa_handler
      #endif
    }
    set {
      #if canImport(Darwin)
        __sigaction_u.__sa_handler = newValue
      #else
        __sigaction_handler.sa_handler = newValue
      #endif
    }
  }
}
