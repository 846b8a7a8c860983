#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The standard streams: results go to `output`, talk goes to `error`.
public enum Standard {
  /// One of the three streams that a process is born with.
  public enum Stream: Sendable {
    /// Standard input.
    case input
    /// Standard output.
    case output
    /// Standard error.
    case error

    var number: Int32 {
      switch self {
      case .input: STDIN_FILENO
      case .output: STDOUT_FILENO
      case .error: STDERR_FILENO
      }
    }
  }

  /// Where results go.
  ///
  /// It is gathered up to 64 KiB; `exitProcess` passes on the rest. When its reader has gone, as
  /// `head` does, the process ends quietly with status 0.
  public static let output = OutputWriter(.output)

  /// Where talk goes: questions, progress, errors.
  ///
  /// Every piece is passed on at once.
  public static let error = OutputWriter(.error)

  /// Where data and answers come from.
  public static let input = InputReader()

  /// Says whether a person is at the other end of a stream.
  public static func isTerminal(_ stream: Stream) -> Bool {
    isatty(stream.number) == 1
  }

  /// How many characters fit on a line: the terminal's width, else the variable `COLUMNS`, else
  /// nil.
  public static var terminalWidth: Int? {
    for stream in [Stream.output, .error] {
      var size = winsize()
      if ioctl(stream.number, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
        return Int(size.ws_col)
      }
    }
    guard let columns = Environment.value("COLUMNS").flatMap({ Int($0) }), columns > 0 else {
      return nil
    }
    return columns
  }

  /// Asks for a line on standard error and reads the answer from standard input.
  ///
  /// - Returns: The line without its end, or nil when there is no more input.
  /// - Throws: `SystemError`: `isInterrupted` if the user stopped the program (see
  ///   `Interrupts.watch`), `isTooLarge` after 64 KiB, `isInvalid` if it is not UTF-8.
  public static func readLine(_ prompt: String) throws(SystemError) -> String? {
    try? output.flush()
    error.write(prompt)
    return try input.readLine()
  }

  /// Asks for a line without showing what is typed, where input is a terminal.
  ///
  /// From here on SIGINT and SIGTERM are watched, as by `Interrupts.watch`: ending at once would
  /// leave the terminal mute.
  ///
  /// - Returns: The line without its end, or nil when there is no more input.
  /// - Throws: As `readLine`.
  public static func readSecret(_ prompt: String) throws(SystemError) -> String? {
    Interrupts.watch()
    var shown = termios()
    guard tcgetattr(STDIN_FILENO, &shown) == 0 else { return try readLine(prompt) }
    var hidden = shown
    hidden.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSADRAIN, &hidden)
    defer {
      tcsetattr(STDIN_FILENO, TCSADRAIN, &shown)
      error.write("\n")  // the one that the user typed was not shown either
    }
    return try readLine(prompt)
  }
}

/// Passes on all output and ends the process.
///
/// Whoever has a sentence for a full disk calls `Standard.output.flush` before. Here, an output
/// that could not be written only turns status 0 into 1.
public func exitProcess(_ code: Int32) -> Never {
  var code = code
  do {
    try Standard.output.flush()
  } catch {
    if code == 0 { code = 1 }
  }
  try? Standard.error.flush()
  Failpoint.report()
  exit(code)
}
