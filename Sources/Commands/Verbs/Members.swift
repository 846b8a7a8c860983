import Bytes
import CRM
import Documents
import Replication
import Syncing
import Wording

/// `karto members`: who works with the base, and in which role.
enum MembersCommand {
  static let command = Command(
    options: [.role, .claim, .recovery, .as, .dryRun, .asOf, .at], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let name = invocation.arguments.operands.joined(separator: " ")
    try invocation.refuse([.asOf, .at], beside: .role)
    try invocation.refuse([.role, .recovery, .as, .asOf, .at], beside: .claim)
    if invocation.arguments.has(.claim) { return try claim(for: name, invocation) }
    if invocation.isRehearsal, !invocation.arguments.has(.role) {
      throw CommandError.uselessOption(CommandOption.dryRun.spelling, of: .members, action: nil)
    }
    if let role = try invocation.role() {
      guard !name.isEmpty else { throw CommandError.missingOperand(.member, of: .members) }
      return try give(role, to: name, invocation)
    }
    let base = try invocation.openForReading()
    let only = try name.isEmpty ? nil : base.member(named: name).id
    print(base.people.filter { only == nil || $0.member.id == only }, in: base, invocation)
    return .done
  }

  private static func give(
    _ role: Role, to name: String, _ invocation: Invocation
  ) throws -> ExitCode {
    let (base, rescuer) = try invocation.openForGoverning()
    let member = try base.member(named: name)
    if member.role != role.name {
      try base.setRole(
        of: member, to: role, isRehearsal: invocation.isRehearsal, by: rescuer)
    }
    if invocation.isJSON {
      for person in base.people where person.member.id == member.id {
        invocation.print(json: object(person, in: base))
      }
    }
    invocation.say(
      invocation.wording.roleChanged(
        member.name, to: role.name, isRehearsal: invocation.isRehearsal))
    if invocation.isRehearsal { invocation.say(invocation.wording.rehearsal) }
    return .done
  }

  /// Makes what names somebody in words theirs.
  private static func claim(for name: String, _ invocation: Invocation) throws -> ExitCode {
    guard !name.isEmpty else { throw CommandError.missingOperand(.member, of: .members) }
    let base = try invocation.openForWriting()
    let member = try base.member(named: name)
    let written = try base.claim(for: member, isRehearsal: invocation.isRehearsal)
    invocation.report(each: written, in: base)
    if written.records.isEmpty { invocation.say(invocation.wording.nothingToClaim(member.name)) }
    if let first = written.commits.first { invocation.say(invocation.wording.takenBackBy(first)) }
    return .done
  }

  private static func print(_ people: [Person], in base: Base, _ invocation: Invocation) {
    if invocation.isJSON {
      for person in people { invocation.print(json: object(person, in: base)) }
      return
    }
    if invocation.isQuiet {
      for person in people { invocation.print(person.member.id) }
      return
    }
    let wording = invocation.wording
    var table = Table(wording.memberTitles.map { Table.Column(title: $0) })
    for person in people {
      let name = person.member.name
      var until: String?
      if case .invited(let millis?) = person.standing {
        until = invocation.time(millis: millis, in: base)
      }
      table.row([
        person.isMe ? wording.myself(name) : name, wording.role(person.member.role),
        wording.standing(person.standing, until: until)
          + (base.absence(ofMemberID: person.member.id).map { "; " + wording.absence($0) } ?? ""),
        wording.list(person.devices.map(\.title)),
        person.lastMillis.map { invocation.time(millis: $0, in: base) } ?? "",
      ])
    }
    invocation.print(table)
  }

  private static func object(_ person: Person, in base: Base) -> JSONObject {
    var object = JSONObject()
    object.put("id", person.member.id)
    object.put("name", person.member.name)
    object.put("role", person.member.role)
    var until: Int64?
    switch person.standing {
    case .active: object.put("state", "active")
    case .invited(let millis):
      object.put("state", "invited")
      until = millis
    case .lapsed: object.put("state", "lapsed")
    case .left: object.put("state", "left")
    }
    object.put("me", person.isMe)
    object.put(
      "devices",
      person.devices.map { device in
        var object = JSONObject()
        object.put("id", device.standing.replica.text)
        object.put("name", device.name)
        return object
      })
    object.put("last_seen", person.lastMillis.map(Timestamp.text))
    object.put("invited_until", until.map(Timestamp.text))
    let absence = base.absence(ofMemberID: person.member.id)
    object.put("absent_until", absence?.until.description)
    object.put("stand_ins", absence?.standIns ?? [])
    return object
  }
}

/// `karto devices`: the machines that write to the base, and how far behind each is.
enum DevicesCommand {
  static let command = Command(options: [.asOf, .at], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    try invocation.noOperands(of: .devices)
    let base = try invocation.openForReading()
    let devices = base.currentDevices
    let book = PeerBook(
      device: invocation.surroundings.device, workspace: base.workspace.header.workspace)
    // The same count as in `copies` and `peers`: what sessions and folders have shown, too.
    let report = base.copyReport(met: book.copyNotes)
    if invocation.isJSON {
      for device in devices { invocation.print(json: object(device, report)) }
      return .done
    }
    if invocation.isQuiet {
      for device in devices { invocation.print(device.standing.replica.text) }
      return .done
    }
    let wording = invocation.wording
    var table = Table(wording.deviceTitles.map { Table.Column(title: $0) })
    for device in devices {
      table.row([
        device.title,
        device.memberName.isEmpty ? wording.unknownAuthor : device.memberName,
        invocation.time(millis: device.standing.lastMillis, in: base),
        device.isThis
          ? "" : report.missingCount(on: device.standing.replica).map(wording.unseen) ?? "",
        wording.standing(device.standing.held, isThis: device.isThis),
      ])
    }
    invocation.print(table)
    return .done
  }

  /// How a device stands, in a word.
  static func state(_ held: HeldReason?) -> String {
    switch held {
    case nil: "active"
    case .sealed: "sealed"
    case .stranger: "stranger"
    case .notEntitled: "reader"
    }
  }

  private static func object(_ device: Device, _ report: CopyReport) -> JSONObject {
    let standing = device.standing
    var object = JSONObject()
    object.put("id", standing.replica.text)
    object.put("name", device.name)
    object.put("member", device.memberName.isEmpty ? nil : device.memberName)
    object.put("role", standing.role?.name)
    object.put("state", state(standing.held))
    object.put("this", device.isThis)
    object.put("commits", Int(standing.commitCount))
    object.put("last", Dot(standing.replica, standing.commitCount).text)
    object.put("last_at", Timestamp.text(standing.lastMillis))
    let behind = report.missingCount(on: standing.replica).map { JSONValue.integer($0) }
    object.put("behind", raw: (behind ?? .null).canonicalBytes)
    return object
  }
}
