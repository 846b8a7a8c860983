import CRM
import Documents
import Replication
import Wording

/// `karto invite`: lets a person or a further device in.
enum InviteCommand {
  static let command = Command(
    options: [.for, .role, .expires, .ownDevice, .withdraw, .noQR, .dryRun], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    try invocation.noOperands(of: .invite)
    let arguments = invocation.arguments
    let ways = [CommandOption.for, .ownDevice, .withdraw].filter { arguments.has($0) }
    guard let way = ways.first else { throw CommandError.missingOperand(.invitee, of: .invite) }
    if ways.count > 1 {
      throw CommandError.unexpectedOperand("--\(ways[1].spelling)", of: .invite)
    }
    try invocation.refuse([.role], beside: .ownDevice)
    try invocation.refuse([.role, .expires, .noQR], beside: .withdraw)
    if let name = arguments.value(.withdraw) { return try withdraw(name, invocation) }
    let base = try invocation.openForWriting()
    let expires = try expiry(in: base, invocation)
    let isRehearsal = invocation.isRehearsal
    guard way == .for else {
      let invited = try base.inviteDevice(expiresMillis: expires, isRehearsal: isRehearsal)
      print(invited, isNew: false, in: base, invocation)
      return .done
    }
    let name = Trimming.trimmed(arguments.value(.for) ?? "")
    if name.isEmpty { throw CommandError.missingOption(CommandOption.for.spelling, of: .invite) }
    let role = try invocation.role() ?? .manager
    let known = base.people.first {
      TextFolding.equal($0.member.name, name) && $0.standing != .left
    }
    let invited = try base.invite(
      name: name, role: role, expiresMillis: expires, isRehearsal: isRehearsal)
    if let known, arguments.has(.role), known.member.role != role.name {
      invocation.warn(invocation.wording.roleStays(known.member.name, role: known.member.role))
    }
    if known == nil, let other = Self.namesake(of: name, in: base) {
      invocation.warn(invocation.wording.invitedBeside(name, other))
    }
    let isNew = known?.devices.isEmpty ?? true
    defer {
      tellRecordsNaming(invited.member, in: base, invocation)
    }
    print(
      invited, name: known?.member.name ?? name, role: known?.member.role ?? role.name,
      isNew: isNew, in: base, invocation)
    return .done
  }

  /// A member whose name has all words of this one, or whose words this one has: «Борис» beside
  /// «Борис Ильин».
  private static func namesake(of name: String, in base: Base) -> String? {
    func words(_ text: String) -> Set<ArraySlice<UInt8>> {
      Set(TextFolding.fold(text).split(separator: UInt8(ascii: " ")))
    }
    let own = words(name)
    return base.people.first { person in
      let other = words(person.member.name)
      return person.standing != .left && !own.isEmpty && !other.isEmpty
        && (own.isStrictSubset(of: other) || other.isStrictSubset(of: own))
    }?.member.name
  }

  /// Tables that were imported before somebody was a member name them in words.
  private static func tellRecordsNaming(
    _ id: String, in base: Base, _ invocation: Invocation
  ) {
    guard let member = base.members.first(where: { $0.id == id }) else { return }
    invocation.tellRecords(naming: member, in: base)
  }

  private static func withdraw(_ name: String, _ invocation: Invocation) throws -> ExitCode {
    let base = try invocation.openForWriting()
    let member = try base.member(named: name)
    let count = try base.withdrawInvitations(
      of: member.name, isRehearsal: invocation.isRehearsal)
    if invocation.isJSON {
      var object = JSONObject()
      object.put("withdrawn", count)
      object.put("member", member.name)
      object.put("member_id", member.id)
      invocation.print(json: object)
    }
    invocation.say(
      invocation.isRehearsal
        ? invocation.wording.rehearsal : invocation.wording.withdrawn(count, of: member.name))
    return .done
  }

  // MARK: Printing

  private static func print(
    _ invited: Invited, name: String? = nil, role: String? = nil, isNew: Bool, in base: Base,
    _ invocation: Invocation
  ) {
    let member = base.members.first { $0.id == invited.member }
    let name = name ?? member?.name ?? ""
    let role = role ?? member?.role ?? Role.manager.name
    let wording = invocation.wording
    let until = invited.expiresMillis.map { invocation.time(millis: $0, in: base) }
    invocation.say(
      isNew
        ? wording.invited(name, role: role, until: until)
        : wording.invitedAgain(name, until: until))
    // A code that was written nowhere would open nothing.
    if invocation.isRehearsal {
      invocation.say(wording.rehearsal)
      return
    }
    if invocation.isJSON {
      var object = JSONObject()
      object.put("code", invited.code.text)
      object.put("member", name)
      object.put("member_id", invited.member)
      object.put("role", role)
      object.put("expires", invited.expiresMillis.map(Timestamp.text))
      invocation.print(json: object)
      return
    }
    let path = (try? invocation.documentPath()) ?? ""
    for step in wording.inviteSteps(path: path) { invocation.say(step) }
    invocation.print(invited.code.text)
    if invocation.surroundings.output.isTerminal, !invocation.arguments.has(.noQR) {
      // In capitals the code takes a smaller square.
      invocation.print(lines: QRPicture.lines(invited.code.text.uppercased(), in: invocation))
    }
  }

  /// The moment after which the code opens nothing; nil for never.
  private static func expiry(in base: Base, _ invocation: Invocation) throws -> Int64? {
    guard let text = invocation.arguments.value(.expires) else {
      return InvitationEnd.standard(now: base.now).millis
    }
    guard let end = InvitationEnd(text, now: base.now, offsetMinutes: base.offsetMinutes) else {
      throw CommandError.badValue(
        option: CommandOption.expires.spelling, value: text,
        allowed: ["12h", "7d", "2w", base.today.description, "never"])
    }
    if let millis = end.millis, millis <= base.now.epochMillis {
      throw CommandError.expiredAlready(text)
    }
    return end.millis
  }
}

extension Invocation {
  /// The role that `--role` names, in either language.
  ///
  /// - Throws: `CommandError.badValue` for a word that is none.
  func role() throws(CommandError) -> Role? {
    guard let word = arguments.value(.role) else { return nil }
    let choice = Schema.member.field(key: "role")?.choice(word)
    guard let role = Role(choice?.key ?? word) else {
      throw .badValue(
        option: CommandOption.role.spelling, value: word,
        allowed: Role.allCases.dropFirst().map { wording.role($0.name) })
    }
    return role
  }
}

extension Invocation {
  /// Says how many records name a member, and are not theirs until that is said.
  func tellRecords(naming member: CRM.Member, in base: Base) {
    let found = base.recordsNaming(member)
    let parts = [Schema.client, Schema.deal, Schema.task, Schema.activity].compactMap { entity in
      (found[entity.key]?.count).map { wording.passes($0, of: entity) }
    }
    if !parts.isEmpty { say(wording.namedInText(parts, member.name)) }
  }
}
