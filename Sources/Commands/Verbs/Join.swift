import CRM
import Documents
import Platform
import Replication
import Wording

/// `karto join`: makes this machine one of a base's devices.
enum JoinCommand {
  static let command = Command(options: [.deviceName, .as], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let (path, key) = try target(invocation)
    // From here on an interrupt must not cut a write in two.
    Interrupts.watch()
    let base = try Base.open(
      path: path, writing: true, device: invocation.surroundings.device,
      clock: invocation.surroundings.clock)
    let wording = invocation.wording
    let isRehearsal = invocation.isRehearsal
    let member: CRM.Member?
    switch key {
    case .code(let code):
      member =
        isRehearsal
        ? try base.rehearseJoin(code) : try base.join(code, deviceName: deviceName(invocation))
    case .recovery(let seed):
      let rescuer = try base.rescuer(seed: seed, as: invocation.arguments.value(.as))
      member = try base.recover(
        by: rescuer, deviceName: deviceName(invocation), isRehearsal: isRehearsal)
    }
    if isRehearsal {
      invocation.say(wording.wouldJoin(member?.name ?? ""))
      invocation.say(wording.rehearsal)
      return .done
    }
    print(member, in: base, path: path, invocation)
    if case .recovery = key { sayLost(of: member, in: base, invocation) }
    return .done
  }

  /// What opens a base: the code of an invitation, or the recovery key from the paper.
  private enum Key {
    case code(InvitationCode)
    case recovery(seed: [UInt8])

    init?(_ text: String) {
      if let code = InvitationCode(text) {
        self = .code(code)
      } else if let seed = Base.recoverySeed(of: text) {
        self = .recovery(seed: seed)
      } else {
        return nil
      }
    }
  }

  private static func deviceName(_ invocation: Invocation) -> String? {
    let name = invocation.arguments.value(.deviceName).map { Trimming.trimmed($0) }
    return name.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Which machines may be the lost ones, and how to shut one out.
  private static func sayLost(
    of member: CRM.Member?, in base: Base, _ invocation: Invocation
  ) {
    let others = member.map(base.devices(of:))?.filter { !$0.isThis && !$0.isSealed } ?? []
    for device in others {
      invocation.say(invocation.wording.sealLost(device.title, id: device.standing.replica.text))
    }
  }

  /// The copy and the code.
  ///
  /// A code may be typed in groups with spaces between them.
  /// What stands first decides how to join: a file is a copy of the base. The address of another
  /// machine, `host:port`, is told from it by its form.
  private static func target(
    _ invocation: Invocation
  ) throws -> (path: String, key: Key) {
    var words = invocation.arguments.operands[...]
    // With -f the code may stand alone.
    let isNamed = invocation.arguments.has(.file) && Key(words.joined()) != nil
    guard let path = isNamed ? try invocation.documentPath() : words.popFirst() else {
      throw CommandError.missingOperand(.copy, of: .join)
    }
    if isAddress(path) { throw CommandError.addressForFile(path) }
    if words.isEmpty {
      // The wrong way round, or the file forgotten.
      if Key(path) != nil { throw CommandError.missingOperand(.copy, of: .join) }
      throw CommandError.missingOperand(.code, of: .join)
    }
    if words.count == 1, words.first == "-" {
      return (path, .recovery(seed: try invocation.recoverySeed("-")))
    }
    let text = words.joined()
    guard let key = Key(text) else {
      // A key that was copied with a mistake is not shown: it is a secret that stays good.
      if text.lowercased().hasPrefix(Base.recoveryPrefix) { throw CommandError.badRecoveryKey }
      throw CommandError.badCode(words.joined(separator: " "))
    }
    return (path, key)
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
