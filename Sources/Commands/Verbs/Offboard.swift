import CRM
import Documents
import Platform
import Replication
import Wording

/// `karto offboard`: hands somebody's work over to others.
enum OffboardCommand {
  static let command = Command(
    options: [.to, .rule, .since, .days, .temporary, .until, .html, .dryRun], run: run)

  /// How many days the report looks back if nothing is said.
  private static let usualDays = 14
  /// How many rows of a table a terminal shows.
  private static let mostRows = 50

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let name = invocation.arguments.operands.joined(separator: " ")
    guard !name.isEmpty else { throw CommandError.missingOperand(.member, of: .offboard) }
    let base = try invocation.openForWriting()
    let order = try order(name, invocation, in: base)
    let path = invocation.arguments.value(.html)
    if let path { try invocation.demandFree(path) }
    if let path, try Files.status(path) != nil, !invocation.arguments.has(.yes) {
      throw CommandError.fileExists(path: path)
    }
    let preview = try invocation.showing(.readingHistory) { progress in
      try base.handOver(order, isRehearsal: true, progress: progress)
    }
    if preview.isNothing {
      let former = try base.formerHandover(of: order.leaver)
      if invocation.isJSON {
        var object = object(preview, HandoverSections(preview, base, invocation), invocation)
        object.put("left_at", former.leftAt?.description)
        invocation.print(json: object)
      }
      for line in invocation.wording.leftAlready(order.leaver.name, former) {
        invocation.isJSON ? invocation.say(line) : invocation.print(line)
      }
      // The report of somebody who has left already can still be printed.
      if let path {
        try write(
          HandoverSections(preview, base, invocation), preview, to: path, invocation,
          totals: invocation.wording.leftAlready(order.leaver.name, former))
      }
      return .done
    }
    var report = preview
    if !invocation.isRehearsal {
      if !invocation.isJSON, !invocation.arguments.has(.yes) {
        for line in HandoverSections(preview, base, invocation).totals { invocation.say(line) }
      }
      let until = order.until.map { invocation.wording.date($0) }
      try invocation.confirm(
        invocation.wording.handoverQuestion(
          order.leaver.name, until: until, sealing: preview.sealed?.devices.count ?? 0),
        for: .offboard)
      // A page that cannot be written stops the hand-over before it is done, and not after.
      if let path {
        try write(HandoverSections(preview, base, invocation), preview, to: path, invocation)
      }
      report = try base.handOver(order)
    }
    let sections = HandoverSections(report, base, invocation)
    if let path { try write(sections, report, to: path, invocation) }
    if invocation.isJSON {
      invocation.print(json: object(report, sections, invocation))
    } else {
      print(report, sections, invocation)
    }
    return .done
  }

  private static func order(
    _ name: String, _ invocation: Invocation, in base: Base
  ) throws -> HandoverOrder {
    let arguments = invocation.arguments
    let leaver = try base.member(named: name)
    guard let text = arguments.value(.to) else {
      throw CommandError.missingOption(CommandOption.to.spelling, of: .offboard)
    }
    var successors: [CRM.Member] = []
    for name in text.split(separator: ",") {
      let member = try base.member(named: Trimming.trimmed(String(name)))
      if !successors.contains(member) { successors.append(member) }
    }
    guard !successors.isEmpty else {
      throw CommandError.missingOption(CommandOption.to.spelling, of: .offboard)
    }
    var order = HandoverOrder(
      leaver: leaver, successors: successors, sinceMillis: try since(invocation, in: base),
      firstCall: { [wording = invocation.wording] in wording.firstCall($0) })
    if let rule = arguments.value(.rule) { order.rule = try self.rule(rule, invocation) }
    if arguments.has(.temporary) {
      guard let text = arguments.value(.until) else {
        throw CommandError.missingOption(CommandOption.until.spelling, of: .offboard)
      }
      let end = try invocation.moment(text, .until, in: base, isEnd: true)
      order.until = end.date(offsetMinutes: base.offsetMinutes(at: end))
    } else if arguments.has(.until) {
      throw CommandError.missingOption(CommandOption.temporary.spelling, of: .offboard)
    }
    return order
  }

  /// The rule that a word of either language names.
  private static func rule(
    _ word: String, _ invocation: Invocation
  ) throws(CommandError) -> HandoverRule {
    let rule = HandoverRule.allCases.first {
      $0.rawValue == word || $0.words.contains(word.lowercased())
    }
    guard let rule else {
      throw .badValue(
        option: CommandOption.rule.spelling, value: word,
        allowed: HandoverRule.allCases.map {
          invocation.language == .russian ? $0.words[0] : $0.rawValue
        })
    }
    return rule
  }

  private static func since(_ invocation: Invocation, in base: Base) throws -> Int64 {
    if let text = invocation.arguments.value(.since) {
      return try invocation.moment(text, .since, in: base, isEnd: false).epochMillis
    }
    let days = try invocation.arguments.number(.days) ?? usualDays
    return Instant(
      date: base.today.adding(days: -min(days, 36_500)), millisOfDay: 0,
      offsetMinutes: base.offsetMinutes
    ).epochMillis
  }

  // MARK: The report

  private static func print(
    _ report: HandoverReport, _ sections: HandoverSections, _ invocation: Invocation
  ) {
    let wording = invocation.wording
    invocation.print(lines: sections.totals.map(DisplayWidth.oneLine))
    for section in sections.all {
      invocation.print("")
      invocation.print(Style.bold.applied(to: section.title, isOn: invocation.isStyled))
      if !section.rows.isEmpty {
        var table = Table(section.headers.map { Table.Column(title: $0) })
        for row in section.rows.prefix(mostRows) { table.row(row) }
        invocation.print(table)
      }
      if section.rows.count > mostRows {
        invocation.print(wording.andMore(section.rows.count - mostRows))
      }
      invocation.print(lines: section.notes.map(DisplayWidth.oneLine))
    }
    let until = report.order.until.map { wording.date($0) }
    invocation.say(
      wording.handedOver(
        report.order.leaver.name, until: until, isRehearsal: invocation.isRehearsal))
    guard let first = report.commits.first else { return }
    invocation.say(wording.takenBackBy(first))
    if report.sealed != nil { invocation.say(wording.handoverNext) }
  }

  private static func write(
    _ sections: HandoverSections, _ report: HandoverReport, to path: String,
    _ invocation: Invocation, totals: [String]? = nil
  ) throws {
    let wording = invocation.wording
    let title = "\(wording.text(.title)): \(report.order.leaver.name)"
    // On paper nothing else tells a rehearsal from the real thing.
    let page = HandoverPage(
      title: invocation.isRehearsal ? wording.rehearsed(title) : title,
      notice: invocation.isRehearsal ? wording.rehearsedPage : nil,
      totals: totals ?? sections.totals,
      sections: sections.all, footer: wording.text(.limit), language: invocation.language)
    try Files.replace(path) { try $0.write(Array(page.html.utf8)) }
  }

  // MARK: For scripts

  private static func object(
    _ report: HandoverReport, _ sections: HandoverSections, _ invocation: Invocation
  ) -> JSONObject {
    var object = JSONObject()
    object.put("member", report.order.leaver.name)
    object.put("member_id", report.order.leaver.id)
    object.put("until", report.order.until?.description)
    object.put(
      "passed", report.order.successors.map { self.object(of: $0, in: report) })
    for (key, type) in [("clients", "client"), ("deals", "deal"), ("tasks", "task")] {
      object.put(key, report.count(type))
    }
    object.put("records", report.passed.map { self.object(of: $0, sections) })
    object.put("open", report.open.map(\.id))
    object.put("unsorted", report.unsortedCount)
    var inText = JSONObject()
    for (type, count) in report.namedInText.sorted(by: { $0.key < $1.key }) {
      inText.put(type, count)
    }
    object.put("named_in_text", inText)
    object.put("conditions", report.conditions)
    object.put("not_joined", report.absentSuccessors)
    object.put("rehearsal", invocation.isRehearsal)
    let calls = report.passed.filter(\.isFirstCall)
    object.put("first_calls", calls.map(\.id))
    object.put("recent", recent(report.recent, sections))
    object.put(
      "devices",
      report.devices.map { age in
        var each = JSONObject()
        each.put("device", age.device.standing.replica.text)
        each.put("name", age.device.name)
        each.put("last_at", Timestamp.text(age.lastMillis))
        each.put("missing", age.missingCount)
        return each
      })
    object.put("commits", report.commits)
    object.put(
      "sealed",
      (report.sealed?.devices ?? []).map { device in
        var each = JSONObject()
        each.put("device", device.standing.replica.text)
        each.put("name", device.name)
        each.put("last", device.last.text)
        each.put("last_at", Timestamp.text(device.lastMillis))
        return each
      })
    return object
  }

  private static func object(of successor: CRM.Member, in report: HandoverReport) -> JSONObject {
    var object = JSONObject()
    object.put("to", successor.name)
    object.put("to_id", successor.id)
    object.put("clients", report.count("client", to: successor.id))
    object.put("deals", report.count("deal", to: successor.id))
    object.put("tasks", report.count("task", to: successor.id))
    object.put("segments", report.count("segment", to: successor.id))
    object.put("rules", report.count("rule", to: successor.id))
    object.put(
      "first_calls", report.passed.count { $0.isFirstCall && $0.to == successor.id })
    return object
  }

  private static func object(of item: Passed, _ sections: HandoverSections) -> JSONObject {
    var object = JSONObject()
    object.put("type", item.type)
    object.put("id", item.id)
    object.put("name", item.name)
    object.put("field", item.field)
    object.put("to", sections.name(item.to))
    if item.type == "client" {
      object.put("value", item.value)
      object.put("last_contact", item.lastContact)
    }
    if ["deal", "task"].contains(item.type) { object.put("clients", item.clients) }
    object.put("next_step", item.nextStep)
    object.put("lent_by", item.loan.map { sections.name($0.lender) })
    object.put("lent_until", item.loan?.until.description)
    return object
  }

  private static func recent(_ work: RecentWork, _ sections: HandoverSections) -> JSONObject {
    var object = JSONObject()
    object.put("since", Timestamp.text(work.sinceMillis))
    var types = JSONObject()
    for (type, counts) in work.counts.sorted(by: { $0.key < $1.key }) {
      var each = JSONObject()
      each.put("created", counts.created)
      each.put("changed", counts.changed)
      each.put("deleted", counts.deleted)
      types.put(type, each)
    }
    object.put("records", types)
    object.put("merged", work.mergedCount)
    object.put("backdated", work.backdatedCount)
    object.put(
      "exports",
      work.exports.map { export in
        var each = JSONObject()
        each.put("at", export.at)
        each.put("format", export.format)
        each.put("filter", export.filter)
        each.put("count", export.count)
        return each
      })
    object.put("undo", sections.undoCommand)
    return object
  }
}
