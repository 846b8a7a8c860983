import Foundation
import Support

/// The program, running, with its results read line by line meanwhile.
///
/// They come by a named pipe, so that a test waits for a line and not for a time.
final class RunningKarto {
  let process: ChildProcess
  private let descriptor: Int32
  private var bytes: [UInt8] = []
  private var hasWaited = false

  /// Whoever says nothing for so long will never say it; milliseconds.
  private static let patience: Int32 = 60_000

  /// Starts the program.
  init(
    _ karto: Karto, _ words: [String], with variables: [String: String] = [:]
  ) throws {
    let fifo = karto.folder.path("\(karto.folder.uniqueName()).fifo")
    guard mkfifo(fifo, 0o600) == 0 else { throw SupportError("no pipe: \(fifo)") }
    process = try karto.spawn(
      ["bash", "-c", "exec \"${@:1}\" > \"$0\"", fifo] + karto.prefix + [Karto.program] + words,
      with: variables)
    // Waits until the other end is open too.
    descriptor = open(fifo, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SupportError("no pipe: \(fifo)") }
  }

  deinit {
    close(descriptor)
    if !hasWaited {
      process.send(SIGKILL)
      _ = try? process.wait()
    }
  }

  /// The next line of the results; nothing if there are no more.
  func nextLine() throws -> String? {
    while true {
      if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: bytes[..<end], as: UTF8.self)
        bytes.removeFirst(end + 1)
        return line
      }
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, Self.patience) > 0 else { throw SupportError("it says nothing") }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return nil }
      bytes += buffer[..<count]
    }
  }

  /// The next object of the results.
  func nextObject() throws -> JSON {
    guard let line = try nextLine() else { throw SupportError("it has ended") }
    return try JSON(line)
  }

  /// The next object of which something holds.
  func nextObject(where holds: (JSON) -> Bool) throws -> JSON {
    while true {
      let object = try nextObject()
      if holds(object) { return object }
    }
  }

  /// Sends a signal and waits for the end; what was printed on standard output and not read yet is
  /// in `lines`.
  func stop(_ signal: Int32 = SIGTERM) throws -> (ending: ChildProcess.Ending, lines: [String]) {
    process.send(signal)
    return try wait()
  }

  /// Waits for the end.
  func wait() throws -> (ending: ChildProcess.Ending, lines: [String]) {
    var lines: [String] = []
    while let line = try nextLine() { lines.append(line) }
    hasWaited = true
    return (try process.wait(), lines)
  }
}

/// A machine on which `karto serve` runs, on loopback.
final class Server {
  let running: RunningKarto
  let port: UInt16
  var address: String { "127.0.0.1:\(port)" }

  init(_ karto: Karto, port: UInt16 = 0, with variables: [String: String] = [:]) throws {
    running = try RunningKarto(
      karto, ["serve", "--listen", "127.0.0.1", "--port", "\(port)", "--json"], with: variables)
    let listening = try running.nextObject()["listening"]?.text ?? ""
    guard listening.hasPrefix("127.0.0.1:"), let port = UInt16(listening.dropFirst(10)) else {
      throw SupportError("it listens nowhere: \(listening)")
    }
    self.port = port
  }

  /// Ends the server and gives the lines of its sessions that were not read yet.
  @discardableResult
  func stop() throws -> [JSON] {
    let (ending, lines) = try running.stop()
    guard ending.status == 0 else { throw SupportError("serve: \(ending)") }
    return try lines.map { try JSON($0) }
  }
}

/// An office: Anna's machine with a base of one client, and others that have joined over the
/// network.
struct Office {
  let anna: Karto
  private(set) var others: [Karto] = []
  var boris: Karto { others[0] }

  /// A base of Anna's, and `count` others who have joined it.
  init(_ count: Int = 1) throws {
    anna = try Karto()
    try anna.must("new", "base.karto", "--name", "Ромашка", "--as", "Анна")
    _ = try anna.addClient("ООО Ромашка")
    let server = try Server(anna)
    for number in 0..<count { others.append(try join(server.address, "Сотрудник \(number)")) }
    try server.stop()
  }

  /// The code of a new invitation.
  func invite(_ name: String) throws -> String {
    let ending = try anna.run(["invite", "--for", name, "--role", "manager", "--json"])
    guard let code = try anna.objects(of: ending).first?["code"]?.text else {
      throw SupportError("\(ending)")
    }
    return code
  }

  /// A new machine that joins by an address.
  func join(_ address: String, _ name: String) throws -> Karto {
    let karto = try Karto()
    try karto.must("join", address, try invite(name), "base.karto", "--device", "машина \(name)")
    return karto
  }

  /// Adds many clients in one go, without waiting for each.
  static func fill(_ karto: Karto, _ count: Int, padding: Int = 200) throws {
    let table = try karto.writeClients("many-\(count).csv", count: count, padding: padding)
    try karto.must("import", table, "--type", "client", "--yes", "--duplicates", "allow")
  }
}
