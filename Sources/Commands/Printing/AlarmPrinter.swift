import CRM
import Documents
import Replication
import Wording

/// Tells of alarms: in a line at every command, and in full.
struct AlarmPrinter {
  private let invocation: Invocation
  private let base: Base

  init(_ invocation: Invocation, _ base: Base) {
    self.invocation = invocation
    self.base = base
  }

  private var wording: Wording { invocation.wording }

  private func name(of member: String) -> String {
    let name = base.members.first { $0.id == member }?.name ?? ""
    return name.isEmpty ? wording.unknownAuthor : name
  }

  private func time(of alarm: Alarm) -> String {
    invocation.time(millis: alarm.lastMillis, in: base)
  }

  /// The line that stands at every command.
  func line(_ alarm: Alarm) -> String {
    wording.alarm(alarm, by: name(of: alarm.member), at: time(of: alarm))
  }

  /// The lines of what a merge would bring.
  func ahead(_ alarm: Alarm) -> [String] {
    [wording.alarmAhead(alarm, by: name(of: alarm.member), at: time(of: alarm))] + shares(alarm)
  }

  private func shares(_ alarm: Alarm) -> [String] {
    alarm.shares.map { wording.alarmShare($0, of: name(of: $0.member)) }
  }

  /// Prints an alarm with what can be done about it.
  func print(_ alarm: Alarm, isAnswered: Bool) {
    if invocation.isJSON {
      invocation.print(json: object(alarm, isAnswered: isAnswered))
      return
    }
    let id = Style.bold.applied(to: alarm.id, isOn: invocation.isStyled)
    let state = isAnswered ? "  (\(answer(to: alarm)))" : ""
    let name = name(of: alarm.member)
    invocation.print(
      "\(id)  \(DisplayWidth.oneLine(wording.alarmAhead(alarm, by: name, at: time(of: alarm))))"
        + state)
    for line in shares(alarm) { invocation.print(DisplayWidth.oneLine(line)) }
    guard !isAnswered else { return }
    let choices = wording.alarmChoices
    var table = Table([Table.Column(title: ""), Table.Column(title: "", isFlexible: false)])
    table.row(["  \(choices.undo)", undo(alarm)])
    table.row([
      "  \(choices.seal)",
      base.maySeal(memberID: alarm.member)
        ? wording.sealCommand(name) : wording.sealedBy(seniors(above: alarm.member)),
    ])
    table.row(["  \(choices.accept)", wording.acceptCommand(alarm.id)])
    invocation.print(table, hasHeader: false)
  }

  private func answer(to alarm: Alarm) -> String {
    guard let answer = base.answer(to: alarm) else { return wording.answered }
    let at = answer.at.map { invocation.time(millis: $0.epochMillis, in: base) }
    return wording.answered(by: answer.by?.name, at: at)
  }

  private func seniors(above member: String) -> [String] { base.seniors(aboveMemberID: member) }

  private func undo(_ alarm: Alarm) -> String {
    wording.undoCommand(by: name(of: alarm.member), since: alarm.first.text)
  }

  /// An alarm for scripts.
  func object(_ alarm: Alarm, isAnswered: Bool) -> JSONObject {
    let name = name(of: alarm.member)
    var object = JSONObject()
    object.put("id", alarm.id)
    object.put("by", name)
    object.put("by_id", alarm.member)
    object.put("device", alarm.first.replica.text)
    object.put("from", Timestamp.text(alarm.firstMillis))
    object.put("to", Timestamp.text(alarm.lastMillis))
    object.put("first", alarm.first.text)
    object.put("last", alarm.last.text)
    object.put("deleted", alarm.deleted)
    object.put("changed", alarm.changed)
    object.put(
      "shares",
      alarm.shares.map { share in
        var each = JSONObject()
        each.put("member", self.name(of: share.member))
        each.put("changed", share.changed)
        each.put("total", share.total)
        return each
      })
    object.put("answered", isAnswered)
    object.put("undo", undo(alarm))
    object.put(
      "seal", base.maySeal(memberID: alarm.member) ? wording.sealCommand(name) : nil)
    object.put("seal_by", seniors(above: alarm.member))
    object.put("accept", wording.acceptCommand(alarm.id))
    return object
  }
}

/// Tells of the alarms of a base, each once in the life of a process.
final class AlarmWatch {
  private let invocation: Invocation
  private let base: Base
  private var told: Set<Alarm>

  /// Begins with what was told when the base was opened.
  init(_ base: Base, _ invocation: Invocation) {
    self.base = base
    self.invocation = invocation
    told = Set((try? base.watchForAlarms()) ?? [])
  }

  /// Looks at what has come since the last look, and tells of new alarms.
  ///
  /// - Throws: `DocumentError`, or what the system says.
  func tell() throws {
    let printer = AlarmPrinter(invocation, base)
    for alarm in try base.watchForAlarms() where told.insert(alarm).inserted {
      invocation.warn(printer.line(alarm))
    }
  }
}

extension Invocation {
  /// Says in a line that alarms wait for an answer.
  func remindOfAlarms(in base: Base) throws {
    let alarms = try base.watchForAlarms()
    guard let first = alarms.first else { return }
    warn(AlarmPrinter(self, base).line(first))
    if alarms.count > 1 { warn(wording.moreAlarms(alarms.count - 1)) }
  }
}
