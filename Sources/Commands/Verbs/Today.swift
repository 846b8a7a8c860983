import CRM
import Replication
import Wording

/// `karto today`: what is to be done.
enum TodayCommand {
  static let command = Command(options: [.owner, .all, .limit, .asOf, .at], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    try invocation.noOperands(of: .today)
    try invocation.refuse([.owner], beside: .all)
    let limit = try invocation.arguments.number(.limit) ?? 50
    let base = try invocation.openForReading()
    let agenda = base.agenda(for: try member(invocation, in: base), limit: limit)
    let alarms = try base.watchForAlarms()
    if invocation.isJSON {
      for alarm in alarms {
        var line = JSONObject()
        line.put("section", "alarms")
        line.put("id", alarm.id)
        line.put("type", "alarm")
        line.put("name", AlarmPrinter(invocation, base).line(alarm))
        invocation.print(json: line)
      }
      printJSON(agenda, in: base, invocation)
    } else {
      AgendaPrinter(invocation: invocation, base: base).print(agenda, alarms)
    }
    invocation.remindOfConflicts(in: base)
    invocation.remindOfHeld(in: base)
    return .done
  }

  /// Whose day it is: that of whoever asks, unless someone else is named.
  private static func member(_ invocation: Invocation, in base: Base) throws -> Member? {
    if invocation.arguments.has(.all) { return nil }
    guard let name = invocation.arguments.value(.owner) else { return base.me }
    return try base.owner(named: name)
  }

  /// One object a line, each with the section it belongs to.
  private static func printJSON(_ agenda: Agenda, in base: Base, _ invocation: Invocation) {
    func object(_ section: String, _ card: Card) -> JSONObject {
      var object = JSONObject()
      object.put("section", section)
      object.put("id", card.id)
      object.put("type", card.type)
      object.put("name", card.name)
      return object
    }
    for (section, cards) in [
      ("overdue", agenda.overdue), ("today", agenda.today), ("tomorrow", agenda.tomorrow),
    ] {
      for card in cards {
        var line = object(section, card)
        line.put("record", raw: base.json(card))
        invocation.print(json: line)
      }
    }
    for due in agenda.callDue {
      var line = object("call_due", due.card)
      line.put("last_order", due.lastOrder.description)
      line.put("due_since", due.dueSince.description)
      invocation.print(json: line)
    }
    for stuck in agenda.stuckDeals {
      var line = object("stuck_deals", stuck.card)
      line.put("days", stuck.days)
      line.put("median_days", stuck.medianDays)
      invocation.print(json: line)
    }
    for birthday in agenda.birthdays {
      var line = object("birthdays", birthday.card)
      line.put("date", birthday.day.description)
      invocation.print(json: line)
    }
  }
}

/// Prints what is to be done, section by section.
private struct AgendaPrinter {
  let invocation: Invocation
  let base: Base
  private var wording: Wording { invocation.wording }

  func print(_ agenda: Agenda, _ alarms: [Alarm]) {
    var isFirst = true
    func section(_ section: Wording.Section, _ rows: [[String]], more: Int = 0) {
      guard !rows.isEmpty else { return }
      if !isFirst { invocation.print("") }
      isFirst = false
      let style: Style = section == .overdue || section == .alarms ? .red : .bold
      let title = "\(wording.title(section)) (\(rows.count + more))"
      invocation.print(style.applied(to: title, isOn: invocation.isStyled))
      let count = rows.map(\.count).max() ?? 0
      var table = Table(
        (0..<count).map { index in
          Table.Column(title: "", isFlexible: index > 0, style: index == 0 ? .dim : .plain)
        })
      for row in rows { table.row(row) }
      invocation.print(table, hasHeader: false)
      if more > 0 { invocation.print(wording.andMore(more)) }
    }
    let printer = AlarmPrinter(invocation, base)
    section(.alarms, alarms.map { [$0.id, printer.line($0)] })
    section(.overdue, agenda.overdue.map(task))
    section(.today, agenda.today.map(task))
    section(.tomorrow, agenda.tomorrow.map(task))
    section(
      .callDue,
      agenda.callDue.map { due in
        cells(["name", "phones"], of: due.card)
          + [wording.callDue(lastOrder: due.lastOrder, since: due.dueSince)]
      }, more: max(0, agenda.callDueCount - agenda.callDue.count))
    section(
      .stuckDeals,
      agenda.stuckDeals.map { stuck in
        cells(["title", "client", "stage", "amount"], of: stuck.card)
          + [wording.stuck(days: stuck.days)]
      })
    section(
      .birthdays,
      agenda.birthdays.map { cells(["name", "phones"], of: $0.card) + [wording.date($0.day)] })
    if isFirst { invocation.say(wording.freeDay) }
  }

  private func task(_ card: Card) -> [String] { cells(["due", "title", "clients"], of: card) }

  private func cells(_ keys: [String], of card: Card) -> [String] {
    [invocation.id(card.id, in: base)]
      + keys.map { key in card[key].map { invocation.text(of: $0, in: base) } ?? "" }
  }
}
