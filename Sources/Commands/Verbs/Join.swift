import CRM
import Documents
import Platform
import Replication
import Wording

/// `karto join`: makes this machine one of a base's devices.
enum JoinCommand {
  static let command = Command(options: [.deviceName, .dryRun], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let (path, code) = try target(invocation)
    // From here on an interrupt must not cut a write in two.
    Interrupts.watch()
    let base = try Base.open(
      path: path, writing: true, device: invocation.surroundings.device,
      clock: invocation.surroundings.clock)
    let wording = invocation.wording
    if invocation.isRehearsal {
      let member = try base.rehearseJoin(code)
      invocation.say(wording.wouldJoin(member?.name ?? ""))
      invocation.say(wording.rehearsal)
      return .done
    }
    let name = invocation.arguments.value(.deviceName).map { Trimming.trimmed($0) }
    let member = try base.join(code, deviceName: name.flatMap { $0.isEmpty ? nil : $0 })
    print(member, in: base, path: path, invocation)
    return .done
  }

  /// The copy and the code.
  ///
  /// A code may be typed in groups with spaces between them.
  /// What stands first decides how to join: a file is a copy of the base. The address of another
  /// machine, `host:port`, is told from it by its form.
  private static func target(
    _ invocation: Invocation
  ) throws -> (path: String, code: InvitationCode) {
    var words = invocation.arguments.operands[...]
    // With -f the code may stand alone.
    let isNamed = invocation.arguments.has(.file) && InvitationCode(words.joined()) != nil
    guard let path = isNamed ? try invocation.documentPath() : words.popFirst() else {
      throw CommandError.missingOperand(.copy, of: .join)
    }
    if isAddress(path) { throw CommandError.addressForFile(path) }
    if words.isEmpty {
      // The wrong way round, or the file forgotten.
      if InvitationCode(path) != nil { throw CommandError.missingOperand(.copy, of: .join) }
      throw CommandError.missingOperand(.code, of: .join)
    }
    guard let code = InvitationCode(words.joined()) else {
      throw CommandError.badCode(words.joined(separator: " "))
    }
    return (path, code)
  }

  /// Whether a word is `host:port` and not a file.
  private static func isAddress(_ word: String) -> Bool {
    guard !word.hasSuffix(".karto"), !word.contains("/"), let mark = word.lastIndex(of: ":"),
      mark > word.startIndex, UInt16(word[word.index(after: mark)...]) != nil
    else { return false }
    return (try? Files.status(word)) == nil
  }

  private static func print(
    _ member: CRM.Member?, in base: Base, path: String, _ invocation: Invocation
  ) {
    let device = base.devices.first(where: \.isThis)
    let name = member?.name ?? ""
    let role = member?.role ?? Role.manager.name
    if invocation.isJSON {
      var object = JSONObject()
      object.put("member", name)
      object.put("member_id", member?.id)
      object.put("role", role)
      object.put("device", device?.standing.replica.text)
      object.put("device_name", device?.name)
      object.put("path", path)
      invocation.print(json: object)
    } else if invocation.isQuiet, let device {
      invocation.print(device.standing.replica.text)
    }
    invocation.say(invocation.wording.joined(name, role: role))
    invocation.say(invocation.wording.afterJoining(path: path))
  }
}
