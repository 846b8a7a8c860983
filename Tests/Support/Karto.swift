import Foundation

/// The built program, run as real processes on one device with one current folder.
public struct Karto: Sendable {
  /// The folder of this test alone: the base, the device's own folder and whatever else.
  public let folder: TemporaryFolder
  /// The environment of every run, which nothing of the tests' own environment leaks into.
  public var environment: [String: String]
  /// The current folder of every run.
  public var workFolder: String
  /// What stands before the program on the command line, such as a program that takes rights away.
  public var prefix: [String] = []
  private let scratch: TemporaryFolder

  /// The device's own folder.
  public var home: String { environment["KARTO_HOME"] ?? "" }
  /// Where `new` puts the base.
  public var base: String { "\(workFolder)/base.karto" }

  /// Prepares an empty folder for one device; nothing is run yet.
  public init() throws {
    folder = try TemporaryFolder()
    scratch = try TemporaryFolder()
    workFolder = folder.path("work")
    try Contents.makeFolder(workFolder)
    environment = [
      "HOME": folder.path("work"), "KARTO_HOME": folder.path("work/home"),
      "KARTO_NOW": "2026-11-22T15:41:34Z", "LANG": "en_US.UTF-8", "TZ": "UTC",
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
      "KARTO": Karto.program, "TMPDIR": folder.path,
    ]
  }

  /// Prepares a folder that holds a new base «Ромашка», which belongs to Иван.
  ///
  /// - Throws: `SupportError` if the base cannot be made.
  public static func withBase() throws -> Karto {
    let karto = try Karto()
    try karto.must("new", "base.karto", "--name", "Ромашка", "--as", "Иван")
    return karto
  }

  /// Another device that works in the same folder.
  public func device(_ name: String) -> Karto {
    var other = self
    other.environment["KARTO_HOME"] = "\(workFolder)/\(name)"
    return other
  }

  /// Starts the program.
  public func start(
    _ words: [String], with variables: [String: String] = [:], input: String? = nil
  ) throws -> ChildProcess {
    try spawn(prefix + [Karto.program] + words, with: variables, input: input)
  }

  /// Runs the program to its end.
  public func run(
    _ words: [String], with variables: [String: String] = [:], input: String? = nil
  ) throws -> ChildProcess.Ending {
    try start(words, with: variables, input: input).wait()
  }

  /// Runs the program to its end.
  @discardableResult
  public func callAsFunction(_ words: String...) throws -> ChildProcess.Ending {
    try run(words)
  }

  /// Runs the program, which is not what is tested, to its end.
  ///
  /// - Throws: `SupportError` unless its exit status is 0.
  @discardableResult
  public func must(_ words: String...) throws -> ChildProcess.Ending {
    let ending = try run(words)
    guard ending.status == 0 else { throw SupportError("karto \(words): \(ending)") }
    return ending
  }

  /// Starts another program in the same folder and environment.
  public func spawn(
    _ words: [String], with variables: [String: String] = [:], input: String? = nil
  ) throws -> ChildProcess {
    try ChildProcess(
      words, environment: environment.merging(variables) { $1 }, in: workFolder, input: input,
      scratch: scratch)
  }

  /// Runs a script of the shell to its end; in it `$KARTO` is the program.
  public func shell(_ script: String) throws -> ChildProcess.Ending {
    try spawn(["bash", "-c", script]).wait()
  }

  /// The program: `KARTO_BINARY`, else the one that was built beside these tests.
  public static let program: String = {
    if let path = ProcessInfo.processInfo.environment["KARTO_BINARY"] { return path }
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    for start in [folder, Bundle.main.bundleURL, URL(fileURLWithPath: #filePath)] {
      folder = start
      while folder.path != "/" {
        let path = folder.appendingPathComponent("karto").path
        if isProgram(path) { return path }
        folder.deleteLastPathComponent()
      }
    }
    return "karto"
  }()

  private static func isProgram(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && !isFolder.boolValue && FileManager.default.isExecutableFile(atPath: path)
  }
}
