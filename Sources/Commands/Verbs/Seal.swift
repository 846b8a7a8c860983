import Bytes
import CRM
import Documents
import Replication
import Wording

/// `karto seal`: shuts a person or a machine out, voids that, and lists what stands.
enum SealCommand {
  static let command = Command(options: [.void, .recovery, .as, .dryRun], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let name = invocation.arguments.operands.joined(separator: " ")
    if let text = invocation.arguments.value(.void) {
      try invocation.noOperands(of: .seal)
      return try void(text, invocation)
    }
    guard !name.isEmpty else {
      list(try invocation.openForReading(), invocation)
      return .done
    }
    return try seal(name, invocation)
  }

  // MARK: Sealing

  private static func seal(_ name: String, _ invocation: Invocation) throws -> ExitCode {
    let (base, rescuer) = try invocation.openForGoverning()
    let subject = try base.sealSubject(named: name)
    // Tried first, so that nobody is asked about what is not allowed.
    let rehearsed = try base.seal(subject, isRehearsal: true, by: rescuer)
    let isFinal = rehearsed.wasShutOut && rehearsed.withdrawnCount == 0
    if !invocation.isJSON { sayPreview(rehearsed, in: base, invocation) }
    if isFinal {
      invocation.say(invocation.wording.sealedAlready(title(of: rehearsed)))
    } else {
      try invocation.confirm(invocation.wording.sealQuestion(title(of: rehearsed)), for: .seal)
    }
    let sealed =
      invocation.isRehearsal || isFinal ? rehearsed : try base.seal(subject, by: rescuer)
    if invocation.isJSON {
      invocation.print(json: object(sealed, isWritten: !invocation.isRehearsal && !isFinal))
    } else if !isFinal {
      invocation.print(
        invocation.wording.sealed(
          title(of: sealed), devices: sealed.devices.count, isRehearsal: invocation.isRehearsal))
      if sealed.withdrawnCount > 0 {
        invocation.print(invocation.wording.sealWithdrew(sealed.withdrawnCount))
      }
      invocation.say(invocation.wording.afterSealing(isRehearsal: invocation.isRehearsal))
    }
    return .done
  }

  private static func title(of sealed: Sealed) -> String {
    let name = sealed.member?.name ?? ""
    guard !sealed.isWhole, let device = sealed.devices.first else { return name }
    return name.isEmpty ? device.title : "\(device.title) (\(name))"
  }

  private static func sayPreview(_ sealed: Sealed, in base: Base, _ invocation: Invocation) {
    let wording = invocation.wording
    for device in sealed.devices {
      let time = invocation.time(millis: device.lastMillis, in: base)
      let age = wording.ago(millis: base.now.epochMillis - device.lastMillis)
      invocation.say(
        wording.sealEnd(
          device.title, last: device.last.text, at: time, ago: age, isSealed: device.isSealed))
    }
    let oldest = sealed.devices.filter { !$0.isSealed }.map(\.lastMillis).min()
    if let oldest, base.now.epochMillis - oldest > dayMillis {
      invocation.say(wording.syncBeforeSealing)
    }
  }

  private static let dayMillis: Int64 = 86_400_000

  private static func object(_ sealed: Sealed, isWritten: Bool) -> JSONObject {
    var object = JSONObject()
    object.put("seal", isWritten ? sealed.id : nil)
    object.put("member", sealed.member?.name)
    object.put("member_id", sealed.member?.id)
    object.put("whole", sealed.isWhole)
    object.put("withdrawn", sealed.withdrawnCount)
    object.put(
      "sealed",
      sealed.devices.map { device in
        var each = JSONObject()
        each.put("device", device.standing.replica.text)
        each.put("name", device.name)
        each.put("last", device.last.text)
        each.put("last_at", Timestamp.text(device.lastMillis))
        each.put("already", device.isSealed)
        return each
      })
    return object
  }

  // MARK: Voiding

  private static func void(_ text: String, _ invocation: Invocation) throws -> ExitCode {
    let (base, rescuer) = try invocation.openForGoverning()
    let seals = try chosen(text, in: base)
    try base.void(seals: seals.map(\.id), isRehearsal: true, by: rescuer)
    var titles: [String] = []
    for title in seals.map({ title(of: $0, in: base) }) where !titles.contains(title) {
      titles.append(title)
    }
    let names = invocation.wording.list(titles)
    let freed = base.held(onlyBy: seals)
    let discarded = base.discarded(among: freed)
    let shutOut = try base.shutOut(by: freed)
    if !invocation.isJSON {
      invocation.say(
        invocation.wording.voidPreview(names, held: freed.count, discarded: discarded.count))
      for member in shutOut { invocation.warn(invocation.wording.voidShutsOut(member.name)) }
    }
    try invocation.confirm(invocation.wording.voidQuestion, for: .seal)
    if !invocation.isRehearsal { try base.void(seals: seals.map(\.id), by: rescuer) }
    if invocation.isJSON {
      var object = JSONObject()
      object.put("voided", seals.map(\.id))
      object.put("freed", freed.count)
      object.put("discarded", discarded.count)
      object.put("shut_out", shutOut.map(\.name))
      invocation.print(json: object)
    } else {
      invocation.print(
        invocation.wording.voided(names, isRehearsal: invocation.isRehearsal))
    }
    return .done
  }

  /// The seals that a word means: one by its id, or those that shut out whoever it names.
  private static func chosen(_ text: String, in base: Base) throws -> [SealStanding] {
    let all = base.state.seals
    let named = all.filter { $0.id == text || (text.utf8.count > 1 && $0.id.hasPrefix(text)) }
    if let exact = named.first(where: { $0.id == text }) { return [exact] }
    if Set(named.map(\.id)).count == 1 { return [named[0]] }
    let target: SealTarget =
      switch try base.sealSubject(named: text) {
      case .member(let member): .member(member.id)
      case .device(let device): .device(device.standing.replica)
      }
    let standing = all.filter { $0.target == target && !$0.isVoid }
    guard !standing.isEmpty else { throw MembershipError.unknownSeal(text) }
    return standing
  }

  // MARK: Listing

  private static func list(_ base: Base, _ invocation: Invocation) {
    let seals = base.state.seals
    if invocation.isJSON {
      for seal in seals { invocation.print(json: object(seal, in: base)) }
      return
    }
    if invocation.isQuiet {
      for seal in seals where !seal.isVoid { invocation.print(seal.id) }
      return
    }
    let wording = invocation.wording
    guard !seals.isEmpty else { return invocation.say(wording.noSeals) }
    var table = Table(wording.sealTitles.map { Table.Column(title: $0) })
    for seal in seals {
      table.row([
        invocation.id(seal.id, in: base), title(of: seal, in: base),
        invocation.time(millis: seal.stampMillis, in: base), base.author(of: seal),
        wording.standing(
          of: seal, held: seal.isVoid ? 0 : base.heldCount(reachedBy: seal)),
      ])
    }
    invocation.print(table)
  }

  private static func title(of seal: SealStanding, in base: Base) -> String {
    switch seal.target {
    case .member(let id): return base.members.first { $0.id == id }?.name ?? id
    case .device(let replica):
      guard let device = base.devices.first(where: { $0.standing.replica == replica }) else {
        return replica.text
      }
      return device.memberName.isEmpty ? device.title : "\(device.title) (\(device.memberName))"
    }
  }

  private static func object(_ seal: SealStanding, in base: Base) -> JSONObject {
    var object = JSONObject()
    object.put("id", seal.id)
    switch seal.target {
    case .member(let id):
      object.put("member", base.members.first { $0.id == id }?.name)
      object.put("member_id", id)
    case .device(let replica): object.put("device", replica.text)
    }
    object.put("limit", seal.limit?.name)
    object.put("by", base.author(of: seal))
    object.put("role", seal.role.name)
    object.put("at", Timestamp.text(seal.stampMillis))
    object.put("void", seal.isVoid)
    object.put(
      "ends",
      seal.ends.numbers.sorted { $0.key < $1.key }.map { replica, number in
        var each = JSONObject()
        each.put("device", replica.text)
        each.put("last", number == 0 ? nil : Dot(replica, number).text)
        return each
      })
    object.put("held", seal.isVoid ? 0 : base.heldCount(reachedBy: seal))
    return object
  }
}

extension Invocation {
  /// Opens the base to change who may do what: as this device, or with the recovery key, for
  /// which no device is needed.
  ///
  /// - Throws: `CommandError.badRecoveryKey`, or as `openForWriting`.
  func openForGoverning() throws -> (base: Base, rescuer: Rescuer?) {
    guard let text = arguments.value(.recovery) else {
      return (try openForWriting(), nil)
    }
    let seed = try recoverySeed(text)
    let base = try openForWriting(asMember: false)
    return (base, try base.rescuer(seed: seed, as: arguments.value(.as)))
  }

  /// The recovery key that was typed; with `-` the one that stands on standard input, so that
  /// no list of processes shows it.
  func recoverySeed(_ text: String) throws -> [UInt8] {
    let text =
      text == "-"
      ? String(decoding: try surroundings.input.readAll(4096), as: UTF8.self) : text
    guard let seed = Base.recoverySeed(of: Trimming.trimmed(text)) else {
      throw CommandError.badRecoveryKey
    }
    return seed
  }
}
