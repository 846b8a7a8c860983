#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Support
import Testing

@testable import Platform

@Suite struct ChildProcessTests {
  private typealias Child = Platform.ChildProcess

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func text(_ name: String) throws -> String {
    String(decoding: try Files.readAll(folder.path(name), limit: 1 << 20), as: UTF8.self)
  }

  /// Runs a script of the shell.
  @discardableResult
  private func shell(
    _ script: String, variables: [String: String] = [:], input: String? = nil,
    output: Child.Output = .discarded, error: Child.Output = .discarded
  ) throws -> Child.Outcome {
    try Child.run(
      "/bin/sh", ["-c", script], variables: variables, input: input, output: output, error: error)
  }

  @Test(arguments: [0, 1, 7, 255])
  func `the exit status comes back`(status: Int32) throws {
    #expect(try shell("exit \(status)").status == status)
  }

  @Test func `a signal comes back as shells count it`() throws {
    #expect(try shell("kill -KILL $$").status == 128 + SIGKILL)
    #expect(try shell("kill -SEGV $$").status == 128 + SIGSEGV)
  }

  @Test func `arguments arrive as they are, and a program is looked for along the path`() throws {
    let words = ["", "два слова", "$HOME", "*", "-n", "a\nb"]
    let outcome = try Child.run(
      "printf", ["%s|"] + words, output: .file(folder.path("out")), error: .discarded)
    #expect(outcome.status == 0)
    #expect(try text("out") == words.map { $0 + "|" }.joined())
  }

  @Test func `output larger than any pipe arrives whole, and both streams apart`() throws {
    let outcome = try shell(
      "head -c 700000 /dev/zero | tr '\\0' x; echo done >&2",
      output: .file(folder.path("out")), error: .file(folder.path("err")))
    #expect(outcome.status == 0)
    #expect(try Files.readAll(folder.path("out"), limit: 1 << 20).count == 700_000)
    #expect(try text("err") == "done\n")
  }

  @Test func `a file for the output is emptied first`() throws {
    for script in ["echo a long line", "echo b"] {
      try shell(script, output: .file(folder.path("out")))
    }
    #expect(try text("out") == "b\n")
  }

  @Test func `input is the file that is named, else empty`() throws {
    try Files.replace(folder.path("in")) { try $0.write("привет") }
    try shell("cat", input: folder.path("in"), output: .file(folder.path("out")))
    #expect(try text("out") == "привет")
    try shell("cat", output: .file(folder.path("out")))
    #expect(try text("out").isEmpty)
  }

  @Test func `variables are set besides those of this process`() throws {
    try shell(
      "echo \"$KARTO_TEST:$PATH\"", variables: ["KARTO_TEST": "да=нет"],
      output: .file(folder.path("out")))
    #expect(try text("out") == "да=нет:\(Environment.value("PATH") ?? "")\n")
    try shell("echo \"$PATH\"", variables: ["PATH": "/nowhere"], output: .file(folder.path("out")))
    #expect(try text("out") == "/nowhere\n")
  }

  @Test func `what is missing is named`() {
    for name in ["/nowhere/program", "karto-there-is-no-such-program"] {
      let error = #expect(throws: SystemError.self) { try Child.run(name, output: .discarded) }
      #expect(error?.isNotFound == true)
      #expect(error?.path == name)
    }
    let input = folder.path("absent")
    let error = #expect(throws: SystemError.self) { try shell("true", input: input) }
    #expect(error?.isNotFound == true)
    #expect(error?.path == input)
  }

  @Test func `a name with a NUL is refused and not cut`() {
    for attempt in [
      { try Child.run("/bin/sh\0x", ["-c", "true"]) },
      { try Child.run("/bin/sh", ["-c", "true\0x"]) },
      { try shell("true", input: "/dev/null\0x") },
      { try shell("true", output: .file("/dev/null\0x")) },
    ] as [() throws -> Child.Outcome] {
      let error = #expect(throws: SystemError.self) { try attempt() }
      #expect(error?.isInvalid == true)
    }
  }

  @Test func `what it cost is told`() throws {
    let outcome = try shell("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done")
    #expect(outcome.wallNanos > 0)
    #expect(outcome.userNanos + outcome.systemNanos > 0)
    #expect(outcome.peakByteCount > 100_000)
  }

  // In processes of their own, as other tests open files meanwhile.

  @Test func `no descriptor stays open, whether it ran or not`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      _ = try Child.run("true", output: .discarded)
      let before = try Files.list("/dev/fd")
      for _ in 0..<20 {
        _ = try Child.run("true", input: "/dev/null", output: .discarded, error: .discarded)
        _ = try? Child.run("/nowhere/program", output: .discarded)
        _ = try? Child.run("true", input: "/nowhere/input")
      }
      exit(try Files.list("/dev/fd") == before ? 7 : 8)
    }
  }

  @Test func `the program does not inherit what is open here`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      let folder = try TemporaryFolder()
      func inherited(_ name: String) throws -> [UInt8] {
        _ = try Child.run("ls", ["/dev/fd"], output: .file(folder.path(name)))
        return try Files.readAll(folder.path(name), limit: 1 << 16)
      }
      let before = try inherited("before")
      let file = try Descriptor.open("/dev/null", .read)
      let after = try inherited("after")
      exit(before == after && file.number > 2 ? 7 : 8)
    }
  }
}
