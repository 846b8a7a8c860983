import Platform

/// The folder that a run works in, and the programs that it starts there.
struct Place {
  let folder: String
  /// The program that is measured.
  let karto: String
  private let own: String

  /// A program ended with a status that it should not have.
  struct Failure: Error, CustomStringConvertible {
    let command: String
    let status: Int32
    let said: String
    var description: String { "\(command) ended with status \(status)\n\(said)" }
  }

  init(folder: String) throws {
    try Files.createFolder(folder, intermediate: true)
    self.folder = try Files.realPath(folder)
    let name = CommandLine.arguments.first ?? "karto-bench"
    own = (try? Files.realPath("/proc/self/exe")) ?? name
    karto = Files.folder(of: own) + "/karto"
  }

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// Runs a program to its end.
  @discardableResult
  func run(
    _ program: String, _ arguments: [String], home: String = "home", input: String? = nil,
    output: String? = nil
  ) throws -> Sample {
    let said = path("stderr.txt")
    let outcome = try ChildProcess.run(
      program, arguments, variables: variables(home: home),
      input: input, output: output.map { .file($0) } ?? .discarded, error: .file(said))
    guard outcome.status == 0 else {
      let bytes = (try? Files.readAll(said, limit: 1 << 20)) ?? []
      throw Failure(
        command: ([program] + arguments).joined(separator: " "), status: outcome.status,
        said: String(validating: bytes, as: UTF8.self) ?? "")
    }
    return Sample(wallNanos: outcome.wallNanos, peakByteCount: outcome.peakByteCount)
  }

  private func variables(home: String) -> [String: String] {
    ["KARTO_HOME": path(home), "LC_ALL": "C.UTF-8"]
  }

  /// Starts `karto` on a base and does not wait; its results go to a file.
  func start(
    _ base: String, _ arguments: [String], home: String = "home", output: String
  ) throws -> ChildProcess.Running {
    try ChildProcess.start(
      karto, ["-f", path(base)] + arguments, variables: variables(home: home),
      output: .file(path(output)), error: .discarded)
  }

  /// Starts this program again and does not wait.
  func startAgain(_ arguments: [String]) throws -> ChildProcess.Running {
    try ChildProcess.start(own, arguments, output: .discarded)
  }

  /// Runs `karto` on a base.
  @discardableResult
  func karto(
    _ base: String, _ arguments: [String], home: String = "home", output: String? = nil
  ) throws -> Sample {
    try run(karto, ["-f", path(base)] + arguments, home: home, output: output)
  }

  /// Runs this program again to measure it.
  func measureAgain(_ arguments: [String]) throws -> Sample { try run(own, arguments) }

  /// Runs this program again, for work that takes memory.
  func again(_ arguments: [String], output: String? = nil) throws {
    try run(own, arguments, output: output)
  }

  /// Lets SQLite's shell do something; durably as far as `synchronous=FULL` goes.
  @discardableResult
  func sqlite(_ database: String, _ statement: String) throws -> Sample {
    try run("sqlite3", [path(database), statement])
  }

  /// Lets SQLite's shell read a script.
  @discardableResult
  func sqlite(_ database: String, script: String) throws -> Sample {
    try write(script, to: "script.sql")
    return try run("sqlite3", [path(database)], input: path("script.sql"))
  }

  func write(_ text: String, to name: String) throws {
    try Files.replaceCache(path(name)) { output in try output.write(text) }
  }

  func text(_ name: String) throws -> String {
    let bytes = try Files.readAll(path(name), limit: 1 << 28)
    return String(validating: bytes, as: UTF8.self) ?? ""
  }

  func size(_ name: String) throws -> Int { try Files.status(path(name))?.size ?? 0 }

  func remove(_ name: String) throws { try Files.remove(path(name)) }

  func copy(_ name: String, to other: String) throws {
    try run("cp", [path(name), path(other)])
  }

  /// Copies the device's folder: a device that has written further than a copy of its document
  /// reaches would begin a new replica.
  func copyHome(to name: String) throws {
    try run("rm", ["-rf", path(name)])
    try run("cp", ["-r", path("home"), path(name)])
  }

  /// Takes all caches away.
  func removeCaches() throws {
    let spaces = path("home/workspaces")
    for space in (try? Files.list(spaces)) ?? [] {
      let cache = "\(spaces)/\(space)/cache"
      for file in (try? Files.list(cache)) ?? [] { try Files.remove("\(cache)/\(file)") }
    }
  }
}
