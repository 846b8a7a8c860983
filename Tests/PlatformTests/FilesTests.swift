#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Support
import Testing

@testable import Platform

@Suite struct FilesTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func make(_ name: String, _ text: String = "") throws {
    let file = try Descriptor.open(folder.path(name), .create(permissions: 0o644))
    try file.write(Array(text.utf8).span, at: 0)
  }

  private func text(_ name: String) throws -> String {
    String(decoding: try Files.readAll(folder.path(name), limit: 1 << 20), as: UTF8.self)
  }

  @Test func `the status of nothing is nil`() throws {
    try make("a")
    #expect(try Files.status(folder.path("absent")) == nil)
    #expect(try Files.status(folder.path("a/below")) == nil)
    symlink("absent", folder.path("link"))
    #expect(try Files.status(folder.path("link")) == nil)
  }

  @Test func `a whole file is read up to the limit`() throws {
    try make("a", "hello")
    #expect(try Files.readAll(folder.path("a"), limit: 5) == Array("hello".utf8))
    #expect(try Files.readAll(folder.path("a"), limit: .max) == Array("hello".utf8))
    #expect(throws: SystemError(call: "read", code: EFBIG, path: folder.path("a"))) {
      try Files.readAll(folder.path("a"), limit: 4)
    }
    #expect(throws: SystemError(call: "read", code: EISDIR, path: folder.path)) {
      try Files.readAll(folder.path, limit: 4)
    }
    try make("empty")
    #expect(try Files.readAll(folder.path("empty"), limit: 0).isEmpty)
  }

  @Test(.enabled(if: access("/dev/zero", R_OK) == 0))
  func `a file without length is read up to the limit too`() {
    #expect(throws: SystemError(call: "read", code: EFBIG, path: "/dev/zero")) {
      try Files.readAll("/dev/zero", limit: 300_000)
    }
  }

  @Test func `a pipe is read to its end`() throws {
    let path = folder.path("pipe")
    #expect(mkfifo(path, 0o600) == 0)
    let sent = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
    let read = try Parallel.map(count: 2, workers: 2) { index throws(SystemError) -> [UInt8] in
      if index == 1 { return try Files.readAll(path, limit: 1 << 20) }
      let number = open(path, O_WRONLY)
      defer { close(number) }
      var done = 0
      while done < sent.count {
        done += sent.withUnsafeBytes { write(number, $0.baseAddress.map { $0 + done }, 50_000) }
      }
      return []
    }
    #expect(read[1] == sent)
  }

  @Test func `removing says whether there was anything`() throws {
    try make("a")
    #expect(try Files.remove(folder.path("a")))
    #expect(try !Files.remove(folder.path("a")))
    #expect(throws: SystemError.self) { try Files.remove(folder.path) }
  }

  @Test func `renaming replaces`() throws {
    try make("a", "new")
    try make("b", "old")
    try Files.rename(folder.path("a"), to: folder.path("b"))
    #expect(try text("b") == "new")
    #expect(try Files.list(folder.path) == ["b"])
  }

  @Test func `names are listed in the order of their bytes`() throws {
    let names = ["б", "a", "B", "cafe\u{301}", "caf\u{e9}", ".dot", "a.b", "z"]
    for name in names { try make(name) }
    let expected = names.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    #expect(try Files.list(folder.path).map { Array($0.utf8) } == expected)
    #expect(throws: SystemError(call: "opendir", code: ENOENT, path: folder.path("absent"))) {
      try Files.list(folder.path("absent"))
    }
  }

  @Test func `a folder is made with those on the way`() throws {
    let deep = folder.path("x/y/z")
    #expect(throws: SystemError(call: "mkdir", code: ENOENT, path: deep)) {
      try Files.createFolder(deep)
    }
    try Files.createFolder(deep + "/", permissions: 0o700, intermediate: true)
    #expect(try Files.status(deep)?.permissions == 0o700)
    #expect(try Files.status(folder.path("x"))?.permissions == 0o700)
    try Files.createFolder(deep)
    try make("file")
    #expect(throws: SystemError(call: "mkdir", code: EEXIST, path: folder.path("file"))) {
      try Files.createFolder(folder.path("file"))
    }
    #expect(throws: SystemError.self) {
      try Files.createFolder(folder.path("file/below"), intermediate: true)
    }
    #expect(throws: SystemError.self) { try Files.createFolder("", intermediate: true) }
  }

  @Test func `a real path has no links and dots`() throws {
    try Files.createFolder(folder.path("x"))
    symlink("x", folder.path("link"))
    #expect(try Files.realPath(folder.path("./link/../x")) == folder.path("x"))
    #expect(throws: SystemError(call: "realpath", code: ENOENT, path: folder.path("absent"))) {
      try Files.realPath(folder.path("absent"))
    }
  }

  @Test(arguments: [
    ("a", "."), ("a/b", "a"), ("/a", "/"), ("/a/b/", "/a"), ("a//b", "a"), ("/", "/"), ("", "."),
    ("//a", "/"), ("б/в", "б"),
  ])
  func `the folder of a path`(path: String, expected: String) {
    #expect(Files.folder(of: path) == expected)
  }
}
