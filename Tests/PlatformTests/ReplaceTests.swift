#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Support
import Testing

@testable import Platform

@Suite struct ReplaceTests {
  struct Refusal: Error {}

  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func replace(_ name: String, by text: String) throws {
    try Files.replace(folder.path(name)) { try $0.write(text) }
  }

  private func text(_ name: String) throws -> String {
    String(decoding: try Files.readAll(folder.path(name), limit: 1 << 20), as: UTF8.self)
  }

  @Test func `a new file and a newer one`() throws {
    try replace("a", by: "one")
    #expect(try text("a") == "one")
    try replace("a", by: "two")
    #expect(try text("a") == "two")
    try Files.replaceCache(folder.path("a")) { try $0.write("three") }
    #expect(try text("a") == "three")
    #expect(try Files.list(folder.path) == ["a"])
  }

  @Test func `a failure leaves the old file and nothing else`() throws {
    try replace("a", by: "old")
    #expect(throws: Refusal.self) {
      try Files.replace(folder.path("a")) { writer in
        try writer.write([UInt8](repeating: 1, count: 200_000))
        throw Refusal()
      }
    }
    #expect(try text("a") == "old")
    #expect(try Files.list(folder.path) == ["a"])
  }

  @Test func `the old file is there until the new one is whole`() throws {
    try replace("a", by: "old")
    try Files.replace(folder.path("a")) { writer in
      try writer.write("new")
      let names = try Files.list(folder.path)
      #expect(names.count == 2)
      #expect(names.filter { Files.isTemporaryName($0) }.count == 1)
      #expect(!Files.isTemporaryName("a"))
      #expect(try text("a") == "old")
    }
    #expect(try text("a") == "new")
  }

  @Test func `permissions are kept`() throws {
    try replace("a", by: "old")
    chmod(folder.path("a"), 0o606)
    try replace("a", by: "new")
    #expect(try Files.status(folder.path("a"))?.permissions == 0o606)
    try Files.replace(folder.path("b"), permissions: 0o600) { _ in }
    #expect(try Files.status(folder.path("b"))?.permissions == 0o600)
  }

  @Test func `a link stays a link`() throws {
    try Files.createFolder(folder.path("x"))
    try replace("x/file", by: "old")
    symlink("x/file", folder.path("near"))
    symlink(folder.path("near"), folder.path("far"))
    try replace("far", by: "new")
    #expect(try text("x/file") == "new")
    var status = stat()
    #expect(lstat(folder.path("far"), &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    #expect(lstat(folder.path("near"), &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    #expect(try Files.list(folder.path("x")) == ["file"])
  }

  @Test func `a link to nothing yet makes the file`() throws {
    symlink("later", folder.path("link"))
    try replace("link", by: "text")
    #expect(try text("later") == "text")
    symlink("circle", folder.path("circle"))
    #expect(throws: SystemError(call: "readlink", code: ELOOP, path: folder.path("circle"))) {
      try replace("circle", by: "text")
    }
  }

  @Test func `a folder or device is not replaced`() throws {
    try Files.createFolder(folder.path("x"))
    #expect(throws: SystemError(call: "replace", code: EISDIR, path: folder.path("x"))) {
      try replace("x", by: "text")
    }
    #expect(throws: SystemError(call: "replace", code: EINVAL, path: "/dev/null")) {
      try Files.replace("/dev/null") { try $0.write("text") }
    }
  }

  @Test(arguments: SeededGenerator.seeds(20))
  func `pieces of any size add up`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var expected: [UInt8] = []
    try Files.replaceCache(folder.path("a")) { writer in
      for _ in 0..<random.below(8) {
        let size = random.element(of: [0, 1, 1000, 65_535, 65_536, 65_537, 200_000])
        let piece = [UInt8](repeating: UInt8(truncatingIfNeeded: random.next()), count: size)
        try writer.write(piece)
        expected += piece
        #expect(writer.count == expected.count)
      }
    }
    #expect(try Files.readAll(folder.path("a"), limit: 1 << 24) == expected)
  }
}
