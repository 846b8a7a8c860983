#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Support
import Testing

@testable import Platform

@Suite struct ProcessTests {
  // MARK: Environment

  @Test func `variables are read as they are now`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      unsetenv("KARTO_TEST")
      guard Environment.value("KARTO_TEST") == nil else { exit(1) }
      setenv("KARTO_TEST", "да", 1)
      guard Environment.value("KARTO_TEST") == "да" else { exit(2) }
      setenv("LC_ALL", "", 1)
      setenv("LC_MESSAGES", "ru_RU.UTF-8", 1)
      guard Environment.locale == "ru_RU.UTF-8" else { exit(3) }
      setenv("HOME", "/home/maria", 1)
      setenv("USER", "maria", 1)
      guard Environment.homeFolder == "/home/maria", Environment.userName == "maria" else {
        exit(4)
      }
      setenv("TMPDIR", "/var/tmp", 1)
      guard Files.temporaryFolder == "/var/tmp" else { exit(5) }
      exit(7)
    }
  }

  @Test func `the machine is described`() {
    #expect(Environment.processorCount >= 1)
    #expect(Environment.hostName?.isEmpty == false)
    #expect(Environment.bootIdentifier?.contains("\n") == false)
    #expect(Environment.bootIdentifier == Environment.bootIdentifier)
    #expect(Environment.processIdentifier == Int(getpid()))
  }

  @Test func `without variables the account is asked`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      for name in ["HOME", "USER", "LOGNAME"] { unsetenv(name) }
      let account = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) }
      exit(Environment.userName == account ? 7 : 8)
    }
  }

  // MARK: Interrupts

  @Test func `the first signal is a wish, the second an order`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      takeSignals()
      Interrupts.watch()
      guard !Interrupts.requested, Interrupts.signal == nil else { exit(1) }
      raise(SIGTERM)
      exit(Interrupts.requested && Interrupts.signal == SIGTERM ? 7 : 8)
    }
    await #expect(processExitsWith: .signal(SIGINT)) {
      takeSignals()
      Interrupts.watch()
      raise(SIGINT)
      raise(SIGINT)
    }
  }

  @Test func `the default behaviour can be had for a while`() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      takeSignals()
      Interrupts.watch()
      Interrupts.withDefaultBehaviour { _ = raise(SIGINT) }
    }
    await #expect(processExitsWith: .exitCode(7)) {
      takeSignals()
      Interrupts.watch()
      Interrupts.withDefaultBehaviour {}
      raise(SIGINT)
      exit(Interrupts.requested ? 7 : 8)
    }
  }

  @Test func `an ignored signal stays ignored`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      takeSignals()
      signal(SIGINT, SIG_IGN)
      Interrupts.watch()
      Interrupts.withDefaultBehaviour { _ = raise(SIGINT) }
      exit(Interrupts.requested ? 8 : 7)
    }
  }

  // MARK: Standard streams

  @Test func `output arrives in order and whole`() async {
    let result = await #expect(
      processExitsWith: .exitCode(3),
      observing: [\.standardOutputContent, \.standardErrorContent]
    ) {
      for number in 0..<20_000 { Standard.output.write("line \(number)\n") }
      Standard.output.write([UInt8(ascii: "x")])
      Standard.error.write("talk\n")
      exitProcess(3)
    }
    let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    #expect(output.hasSuffix((0..<20_000).map { "line \($0)\n" }.joined() + "x"))
    let error = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(error.contains("talk\n"))
  }

  @Test func `a reader that goes away ends the process quietly`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      takeSignals()
      Interrupts.ignoreSignals()
      var ends: [Int32] = [0, 0]
      pipe(&ends)
      close(ends[0])
      dup2(ends[1], STDOUT_FILENO)
      Standard.output.write("nobody reads this")
      try Standard.output.flush()
      exit(9)
    }
  }

  @Test(.enabled(if: access("/dev/full", W_OK) == 0))
  func `a full disk is an error of flush, and of the process`() async {
    await #expect(processExitsWith: .exitCode(1)) {
      dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO)
      Standard.output.write("text")
      do throws(SystemError) {
        try Standard.output.flush()
        exit(9)
      } catch {
        guard error.isNoSpace else { exit(8) }
      }
      Standard.output.write("more")
      exitProcess(0)
    }
  }

  @Test func `input is read by lines, chunks and whole`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      var ends: [Int32] = [0, 0]
      pipe(&ends)
      dup2(ends[0], STDIN_FILENO)
      let text = Array("first\r\nвторая\nrest".utf8)
      _ = text.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
      close(ends[1])
      guard try Standard.readLine("? ") == "first" else { exit(1) }
      guard try Standard.readSecret("? ") == "вторая" else { exit(2) }
      var chunk: [UInt8] = []
      guard try Standard.input.readChunk(into: &chunk), chunk == Array("rest".utf8) else { exit(3) }
      guard try !Standard.input.readChunk(into: &chunk), chunk.isEmpty else { exit(4) }
      guard try Standard.readLine("? ") == nil else { exit(5) }
      guard try Standard.input.readAll(limit: 9).isEmpty else { exit(6) }
      guard !Standard.isTerminal(.input) else { exit(8) }
      exit(7)
    }
  }

  @Test func `a line that is not text is refused`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      var ends: [Int32] = [0, 0]
      pipe(&ends)
      dup2(ends[0], STDIN_FILENO)
      _ = write(ends[1], [UInt8]([0xFF, 0x0A]), 2)
      do throws(SystemError) {
        _ = try Standard.readLine("")
      } catch {
        exit(error.isInvalid ? 7 : 8)
      }
    }
  }

  #if os(Linux)
    @Test func `a secret is not shown, and the terminal talks again afterwards`() async {
      await #expect(processExitsWith: .exitCode(7)) {
        let person = try pseudoTerminal(for: STDIN_FILENO)
        guard Standard.isTerminal(.input) else { exit(1) }
        let isShown: @Sendable () -> Bool = {
          var state = termios()
          tcgetattr(STDIN_FILENO, &state)
          return state.c_lflag & tcflag_t(ECHO) != 0
        }
        let answers = try Parallel.map(count: 2, workers: 2) { index -> String? in
          if index == 0 { return try Standard.readSecret("password: ") }
          while isShown() { sched_yield() }
          _ = write(person, "secret\n", 7)
          return nil
        }
        guard answers[0] == "secret", isShown() else { exit(2) }
        // Whatever the terminal has echoed can be read on the other side.
        _ = fcntl(person, F_SETFL, O_NONBLOCK)
        var echoed = [UInt8](repeating: 0, count: 100)
        let count = read(person, &echoed, 100)
        exit(count > 0 && echoed.starts(with: "secret".utf8) ? 3 : 7)
      }
    }

    @Test func `an interrupted question leaves the terminal as it was`() async {
      await #expect(processExitsWith: .exitCode(7)) {
        takeSignals()
        _ = try pseudoTerminal(for: STDIN_FILENO)
        Interrupts.watch()
        Interrupts.ignoreSignals()
        raise(SIGINT)
        let asker = pthread_self()
        let isShown: @Sendable () -> Bool = {
          var state = termios()
          tcgetattr(STDIN_FILENO, &state)
          return state.c_lflag & tcflag_t(ECHO) != 0
        }
        let errors = Parallel.map(count: 2, workers: 2) { index -> SystemError? in
          guard pthread_equal(pthread_self(), asker) != 0 else {
            while isShown() { sched_yield() }
            // Any signal ends the wait, now that the wish is known. Again and again, since the
            // first may come just before the wait begins.
            while !isShown() {
              pthread_kill(asker, SIGXFSZ)
              sched_yield()
            }
            return nil
          }
          do throws(SystemError) {
            _ = try Standard.readSecret("password: ")
            return nil
          } catch {
            return error
          }
        }
        exit(errors.contains { $0?.isInterrupted == true } ? 7 : 8)
      }
    }
  #endif
}

#if os(Linux)
  /// Makes a terminal of a descriptor; answers the side where the person sits.
  private func pseudoTerminal(for number: Int32) throws -> Int32 {
    let person = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var lock: Int32 = 0
    var index: Int32 = 0
    // TIOCSPTLCK and TIOCGPTN, which Swift does not import.
    guard person >= 0, ioctl(person, 0x4004_5431, &lock) == 0,
      ioctl(person, 0x8004_5430, &index) == 0
    else { throw SystemError(call: "ioctl", code: errno) }
    dup2(open("/dev/pts/\(index)", O_RDWR | O_NOCTTY), number)
    return person
  }
#endif
