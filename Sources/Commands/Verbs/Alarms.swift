import CRM
import Documents
import Replication
import Wording

/// `karto alarms`: what was deleted or overwritten beyond hand speed, and answers to it.
enum AlarmsCommand {
  static let command = Command(options: [.all, .dryRun], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let words = invocation.arguments.operands
    guard let action = words.first else { return try list(invocation) }
    guard action == "accept" else {
      throw CommandError.unknownAction(
        action, of: .alarms, suggestions: invocation.closest(to: action, among: ["accept"]))
    }
    guard words.count > 1 else { throw CommandError.missingOperand(.record, of: .alarms) }
    if words.count > 2 { throw CommandError.unexpectedOperand(words[2], of: .alarms) }
    // A machine that may not write answers for itself.
    let base = try invocation.openForWriting(asMember: false, tellsAlarms: false)
    let (alarm, isLocal) = try base.accept(alarm: words[1], isRehearsal: invocation.isRehearsal)
    if invocation.isJSON {
      var object = JSONObject()
      object.put("id", alarm.id)
      object.put("accepted", !invocation.isRehearsal)
      object.put("local", isLocal)
      invocation.print(json: object)
    }
    invocation.say(
      invocation.wording.alarmAccepted(
        alarm.id, isLocal: isLocal, isRehearsal: invocation.isRehearsal))
    return .done
  }

  private static func list(_ invocation: Invocation) throws -> ExitCode {
    let base = try invocation.openForReading(tellsAlarms: false)
    let all = try base.allAlarms()
    let shown = invocation.arguments.has(.all) ? all : all.filter { !$0.isAnswered }
    let printer = AlarmPrinter(invocation, base)
    if invocation.isQuiet {
      for each in shown { invocation.print(each.alarm.id) }
      return .done
    }
    for each in shown { printer.print(each.alarm, isAnswered: each.isAnswered) }
    if shown.isEmpty, !invocation.isJSON { invocation.say(invocation.wording.noAlarms) }
    return .done
  }
}
