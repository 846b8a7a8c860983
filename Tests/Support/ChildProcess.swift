#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What a test can fail at before it comes to the thing that it tests.
public struct SupportError: Error, CustomStringConvertible {
  /// What went wrong.
  public let description: String

  /// Says what went wrong.
  public init(_ description: String) {
    self.description = description
  }
}

/// Another program, running.
///
/// Its outputs go to files, so that nobody has to empty pipes while it runs, and it inherits no
/// other descriptor.
public struct ChildProcess {
  /// How a program ended, and what it had printed by then.
  public struct Ending: Sendable, CustomStringConvertible {
    /// The exit status; nil if a signal ended the program.
    public let status: Int32?
    /// The signal that ended the program; nil if it exited.
    public let signal: Int32?
    /// What it wrote to standard output.
    public let output: [UInt8]
    /// What it wrote to standard error, as text.
    public let talk: String

    /// What it wrote to standard output, as text.
    public var text: String { String(decoding: output, as: UTF8.self) }
    /// The lines of standard output.
    public var lines: [String] { text.split(separator: "\n").map(String.init) }

    /// How it ended and what it printed.
    public var description: String {
      let end = status.map { "exit status \($0)" } ?? "signal \(signal ?? 0)"
      return "\(end); output: \(text.prefix(2000)); talk: \(talk.prefix(2000))"
    }
  }

  /// The process's number.
  public let number: Int32
  private let outputPath: String
  private let talkPath: String

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - words: the program, looked for along the path if it has no slash, and its arguments.
  ///   - environment: all of its environment.
  ///   - folder: its current folder.
  ///   - input: the file that it reads as standard input; none is an empty one.
  ///   - scratch: an existing folder for what it prints.
  /// - Throws: `SupportError` if it cannot be started.
  public init(
    _ words: [String], environment: [String: String], in folder: String, input: String? = nil,
    scratch: TemporaryFolder
  ) throws {
    let name = scratch.uniqueName()
    outputPath = scratch.path("\(name).out")
    talkPath = scratch.path("\(name).err")
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    // The threads on which tests run block most signals, which a child would inherit.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let create = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 0, input ?? "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, outputPath, create, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, talkPath, create, 0o600)
    // Not all C libraries let a spawned process start in another folder; a shell does.
    let arguments = CStrings(
      ["/bin/sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", folder] + words)
    let variables = CStrings(environment.map { "\($0.key)=\($0.value)" })
    var number: Int32 = 0
    let code = posix_spawn(
      &number, "/bin/sh", &actions, &attributes, arguments.pointers, variables.pointers)
    guard code == 0 else {
      throw SupportError("\(words[0]) cannot be started: \(String(cString: strerror(code)))")
    }
    self.number = number
  }

  /// Waits until the program has ended.
  public func wait() throws -> Ending {
    var status: Int32 = 0
    while waitpid(number, &status, 0) < 0 {
      guard errno == EINTR else { throw SupportError("process \(number) cannot be waited for") }
    }
    let signal = status & 0x7f
    let ending = Ending(
      status: signal == 0 ? (status >> 8) & 0xff : nil, signal: signal == 0 ? nil : signal,
      output: try Contents.read(outputPath),
      talk: String(decoding: try Contents.read(talkPath), as: UTF8.self))
    unlink(outputPath)
    unlink(talkPath)
    return ending
  }

  /// Whether the program has ended, so that `wait` would not wait.
  public var hasEnded: Bool {
    var info = siginfo_t()
    let code = waitid(P_PID, id_t(number), &info, WEXITED | WNOHANG | WNOWAIT)
    return code != 0 || info.si_signo != 0
  }

  /// Sends the program a signal.
  public func send(_ signal: Int32) {
    kill(number, signal)
  }
}

/// Texts as C wants them for the time that this lives.
private final class CStrings {
  let pointers: [UnsafeMutablePointer<CChar>?]

  init(_ texts: [String]) {
    pointers = texts.map { strdup($0) } + [nil]
  }

  deinit {
    for pointer in pointers { free(pointer) }
  }
}
