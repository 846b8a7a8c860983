#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Support
import Testing

@testable import Platform

@Suite struct FailpointTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test(arguments: ["", "kill", "kill:", "kill:0", "kill:-1", "kill:x", "kill:1:2", "boom:1"])
  func `anything else is no failpoint`(text: String) {
    #expect(FailpointPlan(text) == nil)
  }

  @Test func `the plan says when`() {
    let kill = FailpointPlan("kill:2")
    #expect((1...3).map { kill?.dies(beforeChange: $0) } == [false, true, false])
    #expect(kill?.fate(ofWrite: 2) == .whole)
    let half = FailpointPlan("half:2")
    #expect((1...3).map { half?.fate(ofWrite: $0) } == [.whole, .halfThenKill, .whole])
    #expect(half?.dies(beforeChange: 2) == false)
    let noSpace = FailpointPlan("nospace:1")
    #expect((1...2).map { noSpace?.fate(ofWrite: $0) } == [.halfThenNoSpace, .whole])
    #expect(FailpointPlan("count")?.kind == .count)
  }

  // The changes of `replace` are: 1 write, 2 sync, 3 rename, 4 sync of the folder.
  private static func replace(_ path: String) throws {
    try Files.replace(path) { try $0.write("new!") }
  }

  @Test func `a process killed before the rename leaves the old file`() async throws {
    let path = folder.path("a")
    try Files.replace(path) { try $0.write("old") }
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      setenv("KARTO_FAILPOINT", "kill:3", 1)
      try FailpointTests.replace(path)
    }
    #expect(try Files.readAll(path, limit: 99) == Array("old".utf8))
    #expect(try Files.list(folder.path).contains { Files.isTemporaryName($0) })
  }

  @Test func `a process killed after the rename leaves the new file`() async throws {
    let path = folder.path("a")
    try Files.replace(path) { try $0.write("old") }
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      setenv("KARTO_FAILPOINT", "kill:4", 1)
      try FailpointTests.replace(path)
    }
    #expect(try Files.readAll(path, limit: 99) == Array("new!".utf8))
  }

  @Test func `half a write is written`() async throws {
    let path = folder.path("a")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      setenv("KARTO_FAILPOINT", "half:2", 1)
      let file = try Descriptor.open(path, .create(permissions: 0o600))
      try file.write([1, 2].span, at: 0)
      try file.synchronize()
      try file.write([3, 4, 5, 6].span, at: 2)
    }
    #expect(try Files.readAll(path, limit: 99) == [1, 2, 3, 4])
  }

  @Test func `no space is an error after which the program goes on`() async throws {
    let path = folder.path("a")
    try Files.replace(path) { try $0.write("old") }
    await #expect(processExitsWith: .exitCode(7)) { [path = path as String] in
      setenv("KARTO_FAILPOINT", "nospace:1", 1)
      do {
        try FailpointTests.replace(path)
      } catch let error as SystemError {
        exit(error.isNoSpace ? 7 : 8)
      }
    }
    #expect(try Files.readAll(path, limit: 99) == Array("old".utf8))
    #expect(try Files.list(folder.path) == ["a"])
  }

  @Test func `changes are counted`() async throws {
    let path = folder.path("a")
    let result = await #expect(
      processExitsWith: .exitCode(4), observing: [\.standardErrorContent]
    ) { [path = path as String] in
      setenv("KARTO_FAILPOINT", "count", 1)
      try FailpointTests.replace(path)
      exitProcess(Int32(Failpoint.count))
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("failpoints: 4\nfailpoint writes: 1\n"))
  }
}
