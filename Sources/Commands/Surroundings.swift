public import Platform
import Replication

/// All that a command touches besides documents, so that tests can put something else there.
public struct Surroundings: Sendable {
  /// A stream that is written to.
  public struct Outlet: Sendable {
    /// Takes bytes.
    public var write: @Sendable ([UInt8]) -> Void
    /// Passes on what was gathered; throws if it could not be written.
    public var flush: @Sendable () throws -> Void
    /// Whether a person reads it.
    public var isTerminal: Bool
    /// The columns of the terminal, if there is one.
    public var width: Int?

    /// Makes a stream of functions.
    public init(
      isTerminal: Bool = false, width: Int? = nil,
      flush: @escaping @Sendable () throws -> Void = {},
      write: @escaping @Sendable ([UInt8]) -> Void
    ) {
      self.isTerminal = isTerminal
      self.width = width
      self.flush = flush
      self.write = write
    }
  }

  /// The stream that is read.
  public struct Inlet: Sendable {
    /// Reads to the end, at most so many bytes.
    public var readAll: @Sendable (Int) throws -> [UInt8]
    /// Asks and reads a line; nil at the end.
    public var ask: @Sendable (String) throws -> String?
    /// Whether a person writes it.
    public var isTerminal: Bool

    /// Makes a stream of functions.
    public init(
      isTerminal: Bool = false, readAll: @escaping @Sendable (Int) throws -> [UInt8] = { _ in [] },
      ask: @escaping @Sendable (String) throws -> String? = { _ in nil }
    ) {
      self.isTerminal = isTerminal
      self.readAll = readAll
      self.ask = ask
    }
  }

  /// The value of an environment variable.
  public var variable: @Sendable (String) -> String?
  /// Where results go.
  public var output: Outlet
  /// Where talk goes.
  public var error: Outlet
  /// Where data and answers come from.
  public var input: Inlet
  /// The time of day.
  public var clock: WallClock
  /// The folder in which a document is looked for.
  public var folder: String

  /// Makes surroundings of their parts.
  public init(
    variable: @escaping @Sendable (String) -> String?, output: Outlet, error: Outlet,
    input: Inlet, clock: WallClock = .system, folder: String = "."
  ) {
    self.variable = variable
    self.output = output
    self.error = error
    self.input = input
    self.clock = clock
    self.folder = folder
  }

  /// Those of the process.
  public static var process: Surroundings {
    let isTerminal = Standard.isTerminal(.output)
    return Surroundings(
      variable: { Environment.value($0) },
      output: Outlet(
        isTerminal: isTerminal, width: isTerminal ? Standard.terminalWidth : nil,
        flush: { try Standard.output.flush() }, write: { Standard.output.write($0) }),
      error: Outlet(
        isTerminal: Standard.isTerminal(.error), flush: { try Standard.error.flush() },
        write: { Standard.error.write($0) }),
      input: Inlet(
        isTerminal: Standard.isTerminal(.input),
        readAll: { try Standard.input.readAll(limit: $0) },
        ask: { try Standard.readLine($0) }))
  }

  /// A variable that is set to something.
  func filled(_ name: String) -> String? {
    guard let value = variable(name), !value.isEmpty else { return nil }
    return value
  }

  /// The name of whoever is at this machine, as far as the system knows it.
  var accountName: String? { filled("USER") ?? Environment.userName }

  /// The device's own folder.
  var device: DeviceFolder {
    filled("KARTO_HOME").map(DeviceFolder.init(path:)) ?? .standard
  }

  /// The locale of messages.
  var locale: String? {
    filled("LC_ALL") ?? filled("LC_MESSAGES") ?? filled("LANG")
  }
}
