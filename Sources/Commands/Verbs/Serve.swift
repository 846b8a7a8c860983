import CRM
import Documents
import Platform
import Replication
import Syncing
import Wording

/// `karto serve`: lets the base's other devices exchange changes with this one.
enum ServeCommand {
  static let command = Command(options: [.listen, .port, .unit], run: run)

  /// How often interfaces are looked at that have come up, in milliseconds.
  private static let interfaceMillis: Int64 = 10_000

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    try invocation.noOperands(of: .serve)
    let port = try port(invocation)
    if invocation.arguments.has(.unit) {
      try printUnit(port, invocation)
      return .done
    }
    let base = try invocation.openForWriting(handsBack: false)
    let network = try BaseNetwork(base, .serving, stays: false, invocation)
    let addresses = try listen(network, port, invocation)
    network.loop.discoverer = discoverer(network, addresses)
    tell(addresses, invocation)
    try invocation.surroundings.output.flush()
    try serve(network)
    return .done
  }

  private static func serve(_ network: BaseNetwork) throws {
    var lookMillis = MonotonicClock.nowMillis()
    var failure: (any Error)?
    try network.loop.run {
      do {
        _ = try network.log.tell()
      } catch {
        failure = error
      }
      let now = MonotonicClock.nowMillis()
      if now - lookMillis >= interfaceMillis {
        lookMillis = now
        network.loop.discoverer?.joinGroups()
      }
      return Interrupts.requested || failure != nil
    }
    _ = try network.log.tell(isEnd: true)
    if let failure { throw failure }
  }

  private static func port(_ invocation: Invocation) throws(CommandError) -> UInt16 {
    guard let text = invocation.arguments.value(.port) else { return Discovery.port }
    guard let port = UInt16(text) else {
      throw .badValue(option: CommandOption.port.spelling, value: text, allowed: [])
    }
    return port
  }

  // MARK: Listening

  /// Listens where it was said, else at all addresses of both families.
  private static func listen(
    _ network: BaseNetwork, _ port: UInt16, _ invocation: Invocation
  ) throws -> [SocketAddress] {
    if let text = invocation.arguments.value(.listen) {
      guard let address = try? SocketAddress.resolve(host: text, port: port).first else {
        throw NetworkError.notOurAddress(text)
      }
      return [try listen(network, on: address)]
    }
    let first = try listen(network, on: .any(port: port, isIPv6: false))
    // A machine without IPv6 is served by IPv4 alone.
    let second = try? listen(network, on: .any(port: first.port, isIPv6: true))
    return [first] + (second.map { [$0] } ?? [])
  }

  private static func listen(
    _ network: BaseNetwork, on address: SocketAddress
  ) throws -> SocketAddress {
    do throws(SystemError) {
      let socket = try Socket.listen(on: address)
      let local = try socket.localAddress()
      network.loop.listen(socket)
      return local
    } catch {
      if error.isInUse { throw NetworkError.portInUse(address.port) }
      if error.isNotOurs { throw NetworkError.notOurAddress(address.hostText) }
      throw error
    }
  }

  /// What answers those who look for devices: by all interfaces, or by the one listened at.
  private static func discoverer(
    _ network: BaseNetwork, _ addresses: [SocketAddress]
  ) -> Discoverer? {
    guard let first = addresses.first, !first.isLoopback else { return nil }
    return Discoverer(
      network.identity, listeningPort: first.port,
      host: first.host.allSatisfy { $0 == 0 } ? nil : first.host)
  }

  private static func tell(_ addresses: [SocketAddress], _ invocation: Invocation) {
    guard let first = addresses.first else { return }
    let wording = invocation.wording
    if invocation.isJSON {
      var object = JSONObject()
      object.put("listening", "\(first)")
      if addresses.count > 1 { object.put("also", addresses.dropFirst().map { "\($0)" }) }
      invocation.print(json: object)
    } else {
      invocation.print(wording.listening(wording.list(addresses.map { "\($0)" })))
    }
    var hosts = [first]
    if first.host.allSatisfy({ $0 == 0 }) {
      hosts = NetworkInterface.multicast().map(\.address).filter { !$0.isLinkLocal }
    }
    let names = hosts.map { host in
      var address = host
      address.port = first.port
      return first.port == Discovery.port && !host.isIPv6 ? host.hostText : "\(address)"
    }
    if first.isLoopback {
      invocation.say(wording.onlyFromHere(first.hostText))
    } else if !names.isEmpty {
      invocation.say(wording.dialHint(names))
    }
  }

  // MARK: Service

  /// Prints a unit for systemd that serves the same base with the same keys.
  private static func printUnit(_ port: UInt16, _ invocation: Invocation) throws {
    let path = try Files.realPath(try invocation.documentPath())
    let program = Environment.programPath ?? "karto"
    var words = [program, "-f", path, "--lang", invocation.language.rawValue, "serve"]
    if invocation.arguments.has(.port) { words += ["--port", "\(port)"] }
    if let address = invocation.arguments.value(.listen) { words += ["--listen", address] }
    let folder = invocation.surroundings.device.path
    let home = (try? Files.realPath(folder)) ?? folder
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let title = invocation.wording.unitTitle(name).filter { $0 != "\n" }
    invocation.print(lines: [
      "[Unit]", "Description=\(title.replacing("%", with: "%%"))",
      "Wants=network-online.target", "After=network-online.target", "",
      "[Service]", "ExecStart=\(words.map(unitWord).joined(separator: " "))",
      "Environment=\(unitWord("KARTO_HOME=\(home)", isCommand: false))",
      // What cannot be helped by starting again: a wrong command line, a base that is refused.
      "Restart=on-failure", "RestartSec=5", "RestartPreventExitStatus=2 3 5",
      "NoNewPrivileges=yes", "", "[Install]", "WantedBy=default.target",
    ])
    invocation.say(invocation.wording.unitHint)
  }

  /// A word as systemd reads it.
  private static func unitWord(_ word: String) -> String { unitWord(word, isCommand: true) }

  private static func unitWord(_ word: String, isCommand: Bool) -> String {
    var text = ""
    for character in word {
      switch character {
      case "\\", "\"": text += "\\\(character)"
      case "%": text += "%%"
      case "$" where isCommand: text += "$$"
      case "\n": text += "\\n"
      default: text.append(character)
      }
    }
    return "\"\(text)\""
  }
}
