import CRM
import Documents
import Platform
import Replication
import Wording

/// `karto join`: makes this machine one of a base's devices.
enum JoinCommand {
  static let command = Command(options: [.deviceName, .as, .dryRun], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    // From here on an interrupt must not cut a write in two.
    Interrupts.watch()
    switch try target(invocation) {
    case .copy(let path, .code(let code)): return try join(path: path, code, invocation)
    case .copy(let path, .recovery(let seed)):
      return try recover(path: path, seed: seed, invocation)
    case .machine(let partner, let code, let path):
      return try MachineJoin.run(partner, code, path: path, invocation)
    }
  }

  private static func join(
    path: String, _ code: InvitationCode, _ invocation: Invocation
  ) throws -> ExitCode {
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
    let member = try join(base, code, invocation)
    print(member, in: base, path: path, invocation)
    return .done
  }

  /// Makes this machine one of an open base's devices.
  static func join(
    _ base: Base, _ code: InvitationCode, _ invocation: Invocation
  ) throws -> CRM.Member? {
    try base.join(code, deviceName: deviceName(invocation))
  }

  private static func deviceName(_ invocation: Invocation) -> String? {
    let name = invocation.arguments.value(.deviceName).map { Trimming.trimmed($0) }
    return name.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Makes this machine an owner's, by the recovery key.
  private static func recover(
    path: String, seed: [UInt8], _ invocation: Invocation
  ) throws -> ExitCode {
    let base = try Base.open(
      path: path, writing: true, device: invocation.surroundings.device,
      clock: invocation.surroundings.clock)
    let rescuer = try base.rescuer(seed: seed, as: invocation.arguments.value(.as))
    let member = try base.recover(
      by: rescuer, deviceName: deviceName(invocation), isRehearsal: invocation.isRehearsal)
    if invocation.isRehearsal {
      invocation.say(invocation.wording.wouldJoin(member?.name ?? ""))
      invocation.say(invocation.wording.rehearsal)
      return .done
    }
    print(member, in: base, path: path, invocation)
    // Which machines may be the lost ones, and how to shut one out.
    let others = member.map(base.devices(of:))?.filter { !$0.isThis && !$0.isSealed } ?? []
    for device in others {
      invocation.say(invocation.wording.sealLost(device.title, id: device.standing.replica.text))
    }
    return .done
  }

  // MARK: What was typed

  /// What opens a copy: the code of an invitation, or the recovery key from the paper.
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

  /// With what to join.
  private enum Target {
    case copy(path: String, Key)
    case machine(Partner, InvitationCode, path: String)
  }

  /// What stands first decides how to join: a file is a copy of the base, all else the address of
  /// a machine that has it.
  ///
  /// A code may be typed in groups with spaces between them.
  private static func target(_ invocation: Invocation) throws -> Target {
    var words = invocation.arguments.operands[...]
    // With -f the code may stand alone.
    let isNamed = invocation.arguments.has(.file) && Key(words.joined()) != nil
    guard let first = isNamed ? try invocation.documentPath() : words.popFirst() else {
      throw CommandError.missingOperand(.copy, of: .join)
    }
    if words.isEmpty {
      // The wrong way round, or the file forgotten.
      if Key(first) != nil { throw CommandError.missingOperand(.copy, of: .join) }
      throw CommandError.missingOperand(.code, of: .join)
    }
    if !isNamed, let partner = try machine(first, words) {
      return try target(partner, words, invocation)
    }
    if words.count == 1, words.first == "-" {
      return .copy(path: first, .recovery(seed: try invocation.recoverySeed("-")))
    }
    guard let key = Key(words.joined()) else {
      throw badKey(words)
    }
    // An address is no file, whatever is forgotten.
    if case .code = key, first.allSatisfy({ $0.isNumber || $0 == "." }),
      ((try? Files.status(first)) ?? nil) == nil
    {
      throw CommandError.missingOperand(.newPath, of: .join)
    }
    return .copy(path: first, key)
  }

  /// What is wrong with what should be a code or a key.
  ///
  /// A recovery key is not shown, even one with a mistake: it is a secret that stays good.
  private static func badKey(_ words: ArraySlice<String>) -> CommandError {
    if case .recovery? = Key(words.dropLast().joined()) { return .recoveryNeedsCopy }
    return words.joined().lowercased().hasPrefix(Base.recoveryPrefix)
      ? .badRecoveryKey : .badCode(words.joined(separator: " "))
  }

  private static func target(
    _ partner: Partner, _ words: ArraySlice<String>, _ invocation: Invocation
  ) throws -> Target {
    if let code = InvitationCode(words.joined()) {
      guard let path = invocation.arguments.value(.file) else {
        throw CommandError.missingOperand(.newPath, of: .join)
      }
      return .machine(partner, code, path: path)
    }
    guard let path = words.last, let code = InvitationCode(words.dropLast().joined()) else {
      if case .recovery? = Key(words.joined()) { throw CommandError.recoveryNeedsCopy }
      let isRecovery = words.joined().lowercased().hasPrefix(Base.recoveryPrefix)
      throw isRecovery ? badKey(words) : badKey(words.count > 1 ? words.dropLast() : words)
    }
    return .machine(partner, code, path: path)
  }

  /// The machine that a word means; nothing if it means a file.
  ///
  /// Without a port, only what stands behind it tells them apart: a code and then another file.
  private static func machine(
    _ word: String, _ rest: ArraySlice<String>
  ) throws(NetworkError) -> Partner? {
    guard !word.hasSuffix(".karto"), !word.contains("/"),
      ((try? Files.status(word)) ?? nil) == nil, InvitationCode(word) == nil
    else { return nil }
    let hasPath = InvitationCode(rest.dropLast().joined()) != nil
    guard word.contains(":") || hasPath else { return nil }
    guard let partner = Partner(typed: word) else { throw .badAddress(word) }
    return partner
  }

  // MARK: What is said

  static func print(
    _ member: CRM.Member?, in base: Base, path: String, host: String? = nil,
    _ invocation: Invocation
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
    invocation.say(invocation.wording.afterJoining(path: path, host: host))
  }
}
