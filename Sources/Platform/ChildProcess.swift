#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Another program, run to its end or beside this one, and what it cost.
public enum ChildProcess {
  /// Where the program's results go.
  public enum Output: Sendable {
    /// To nobody.
    case discarded
    /// Where this process's own go.
    case inherited
    /// Into a file, which is made or emptied first.
    case file(String)
  }

  /// How the program ended, and what it cost.
  public struct Outcome: Sendable {
    /// The exit status, or 128 and the number of the signal that ended it, as shells count.
    public let status: Int32
    /// From the start to the end, in nanoseconds.
    public let wallNanos: Int64
    /// The time of all its threads outside the kernel, in nanoseconds.
    public let userNanos: Int64
    /// The time of all its threads inside the kernel, in nanoseconds.
    public let systemNanos: Int64
    /// The most memory that it held at once, mapped files included, in bytes.
    ///
    /// On Linux never less than what the process that started it holds, so whoever measures
    /// should be small.
    public let peakByteCount: Int
  }

  /// Runs a program and waits for its end.
  ///
  /// - Parameters:
  ///   - program: A path, or a name that is looked for in `PATH`.
  ///   - arguments: What follows the program's name.
  ///   - variables: Set in its environment, besides what this process has in its own.
  ///   - input: The file that it reads as standard input; nil for an empty one.
  ///   - output: Where its standard output goes.
  ///   - error: Where its standard error goes.
  /// - Returns: How it ended; a status other than 0 is not an error here.
  /// - Throws: `SystemError`, among others when there is no such program or input.
  public static func run(
    _ program: String, _ arguments: [String] = [], variables: [String: String] = [:],
    input: String? = nil, output: Output = .inherited, error: Output = .inherited
  ) throws(SystemError) -> Outcome {
    try start(
      program, arguments, variables: variables, input: input, output: output, error: error
    ).wait()
  }

  /// A program that runs beside this one, until it is waited for.
  public struct Running {
    /// The process's number.
    public let number: Int
    fileprivate let program: String
    fileprivate let startNanos: Int64

    /// Asks the program to end, as `kill` does.
    public func terminate() { kill(pid_t(number), SIGTERM) }

    /// Waits for the program's end; once only.
    ///
    /// - Returns: How it ended.
    /// - Throws: `SystemError`.
    public func wait() throws(SystemError) -> Outcome {
      var status: Int32 = 0
      var usage = rusage()
      try syscall("wait4", path: program) { wait4(pid_t(number), &status, 0, &usage) }
      let wall = now() - startNanos
      #if canImport(Darwin)
        let peak = Int(usage.ru_maxrss)
      #else
        let peak = Int(usage.ru_maxrss) * 1024
      #endif
      return Outcome(
        status: exitStatus(status), wallNanos: wall, userNanos: nanos(usage.ru_utime),
        systemNanos: nanos(usage.ru_stime), peakByteCount: peak)
    }
  }

  /// Starts a program and does not wait.
  ///
  /// - Parameters:
  ///   - program: A path, or a name that is looked for in `PATH`.
  ///   - arguments: What follows the program's name.
  ///   - variables: Set in its environment, besides what this process has in its own.
  ///   - input: The file that it reads as standard input; nil for an empty one.
  ///   - output: Where its standard output goes.
  ///   - error: Where its standard error goes.
  /// - Returns: What to wait for, which must be done.
  /// - Throws: `SystemError`, as `run`.
  public static func start(
    _ program: String, _ arguments: [String] = [], variables: [String: String] = [:],
    input: String? = nil, output: Output = .inherited, error: Output = .inherited
  ) throws(SystemError) -> Running {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    try check("posix_spawn_file_actions_init", nil, posix_spawn_file_actions_init(&actions))
    defer { posix_spawn_file_actions_destroy(&actions) }
    for word in [program] + arguments { try checkPath("posix_spawn", word) }
    let nowhere = "/dev/null"
    let source = input ?? nowhere
    // Else the error of a missing input would be that of a missing program.
    try syscall("open", on: source) { access($0, R_OK) }
    try check(
      "posix_spawn", source,
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, source, O_RDONLY, 0))
    for (number, target) in [(STDOUT_FILENO, output), (STDERR_FILENO, error)] {
      let path: String
      switch target {
      case .inherited: continue
      case .discarded: path = nowhere
      case .file(let name): path = name
      }
      try checkPath("posix_spawn", path)
      let flags = O_WRONLY | O_CREAT | O_TRUNC
      try check(
        "posix_spawn", path,
        posix_spawn_file_actions_addopen(&actions, number, path, flags, 0o644))
    }
    let words = CStrings([program] + arguments)
    let surroundings = CStrings(environment(with: variables))
    var number: pid_t = 0
    let start = now()
    let code = withExtendedLifetime((words, surroundings)) {
      posix_spawnp(&number, program, &actions, nil, words.pointers, surroundings.pointers)
    }
    try check("posix_spawn", program, code)
    return Running(number: Int(number), program: program, startNanos: start)
  }

  /// The calls of this family return their error number.
  private static func check(
    _ call: String, _ path: String?, _ code: Int32
  ) throws(SystemError) {
    if code != 0 { throw SystemError(call: call, code: code, path: path) }
  }

  /// A signal's number lies in the low seven bits, an exit status above them.
  private static func exitStatus(_ status: Int32) -> Int32 {
    let signal = status & 0x7F
    return signal == 0 ? status >> 8 & 0xFF : 128 + signal
  }

  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  private static func nanos(_ time: timeval) -> Int64 {
    Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_usec) * 1000
  }

  private static func environment(with variables: [String: String]) -> [String] {
    var result = variables.map { "\($0.key)=\($0.value)" }.sorted()
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      let name = text.prefix { $0 != "=" }
      if variables[String(name)] == nil { result.append(text) }
      next += 1
    }
    return result
  }
}

/// Strings as C wants a list of them, for as long as the owner lives.
private final class CStrings {
  let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  init(_ texts: [String]) {
    count = texts.count
    pointers = .allocate(capacity: texts.count + 1)
    for (index, text) in texts.enumerated() { pointers[index] = strdup(text) }
    pointers[count] = nil
  }

  deinit {
    for index in 0..<count { free(pointers[index]) }
    pointers.deallocate()
  }
}
