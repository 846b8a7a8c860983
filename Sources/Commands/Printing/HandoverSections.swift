import CRM
import Documents
import Replication
import Wording

/// The report of a hand-over as headings, tables and sentences, for a terminal and for paper.
struct HandoverSections {
  /// One part of the report.
  struct Section {
    let title: String
    var headers: [String] = []
    var rows: [[String]] = []
    var notes: [String] = []
  }

  private let report: HandoverReport
  private let base: Base
  private let invocation: Invocation
  private let names: [String: String]

  init(_ report: HandoverReport, _ base: Base, _ invocation: Invocation) {
    self.report = report
    self.base = base
    self.invocation = invocation
    names = Dictionary(base.members.map { ($0.id, $0.name) }) { first, _ in first }
  }

  private var wording: Wording { invocation.wording }

  private func text(_ text: Wording.ReportText) -> String { wording.text(text) }

  /// How much passes to whom, one line a person, and what does not pass.
  var totals: [String] { shares + warnings }

  private var warnings: [String] {
    let leaver = report.order.leaver.name
    var lines: [String] = []
    if !report.open.isEmpty {
      lines.append(wording.leftOpen(report.open.map(\.name), with: leaver))
    }
    lines += loans
    if !report.absentSuccessors.isEmpty {
      lines.append(wording.notJoinedYet(report.absentSuccessors))
    }
    if report.unsortedCount > 0 {
      lines.append(wording.unsorted(report.unsortedCount, by: report.order.rule))
    }
    if !report.namedInText.isEmpty {
      let parts = [Schema.client, Schema.deal, Schema.task, Schema.activity].compactMap { entity in
        report.namedInText[entity.key].map { wording.passes($0, of: entity) }
      }
      lines.append(wording.namedInText(parts, leaver))
    }
    if !report.conditions.isEmpty {
      lines.append(wording.namedInConditions(report.conditions, leaver))
    }
    return lines
  }

  /// What the leaver had only while others are away: whose it is and until when.
  private var loans: [String] {
    let lent = Dictionary(grouping: report.passed.filter { $0.isMain && $0.loan != nil }) {
      $0.loan
    }
    return lent.compactMap { loan, items in loan.map { ($0, items) } }
      .sorted { ($0.0.lender, $0.0.until) < ($1.0.lender, $1.0.until) }
      .flatMap { loan, items in
        Dictionary(grouping: items, by: \.to).sorted { $0.key < $1.key }.map { heir, items in
          let parts = [Schema.client, Schema.deal, Schema.task, Schema.segment, Schema.rule]
            .compactMap { entity -> String? in
              let count = items.count { $0.type == entity.key }
              return count > 0 ? wording.passes(count, of: entity) : nil
            }
          return wording.lent(
            parts, of: name(loan.lender), until: loan.until,
            to: heir == loan.lender ? nil : name(heir))
        }
      }
  }

  /// Who takes over; of what is another's, that it is.
  private func heir(of item: Passed) -> String {
    guard let loan = item.loan, !item.isHome else { return name(item.to) }
    return wording.standIn(name(item.to), for: name(loan.lender), until: loan.until)
  }

  private var shares: [String] {
    report.order.successors.map { successor in
      let parts = [
        Schema.client, Schema.deal, Schema.task, Schema.segment, Schema.rule,
      ].compactMap {
        entity -> String? in
        let count = report.count(entity.key, to: successor.id)
        return count > 0 ? wording.passes(count, of: entity) : nil
      }
      return wording.passed(to: successor.name, parts)
    }
  }

  /// All parts that have something to tell.
  var all: [Section] {
    [clients, promises, rest, recent, exports, devices].filter {
      !$0.rows.isEmpty || !$0.notes.isEmpty
    }
  }

  private var clients: Section {
    let clients = report.passed.filter { $0.isMain && $0.type == "client" }
    let currency = base.settings.currency
    return Section(
      title: text(.clients),
      headers: [
        text(.record), text(.to), text(.worth), text(.lastContact), text(.nextStep),
        text(.firstCall),
      ],
      rows: clients.map { item in
        [
          item.name, heir(of: item),
          item.value > 0 ? wording.money(item.value, currency: currency) : "",
          moment(item.lastContact), moment(item.nextStep),
          item.isFirstCall ? wording.yesNo(true) : "",
        ]
      })
  }

  private var promises: Section {
    let items = report.passed.filter { $0.isMain && ($0.type == "deal" || $0.type == "task") }
    return Section(
      title: text(.promises),
      headers: [text(.kind), text(.record), text(.client), text(.to), text(.nextStep)],
      rows: items.sorted { ($0.nextStep ?? "~", $0.name) < ($1.nextStep ?? "~", $1.name) }.map {
        [noun($0.type), $0.name, wording.list($0.clients), heir(of: $0), moment($0.nextStep)]
      })
  }

  private var rest: Section {
    let items = report.passed.filter { item in
      !item.isMain || !["client", "deal", "task"].contains(item.type)
    }
    return Section(
      title: text(.rest), headers: [text(.kind), text(.record), text(.to)],
      rows: items.map { [noun($0.type), $0.name, heir(of: $0)] })
  }

  private var recent: Section {
    let work = report.recent
    let since = day(work.sinceMillis)
    var section = Section(
      title: wording.doneSince(since),
      headers: [text(.kind), text(.made), text(.changed), text(.deleted)],
      rows: work.counts.sorted { $0.key < $1.key }.map { type, counts in
        [
          noun(type), wording.number(counts.created), wording.number(counts.changed),
          wording.number(counts.deleted),
        ]
      })
    if work.mergedCount > 0 {
      section.notes.append("\(text(.merged)): \(wording.number(work.mergedCount))")
    }
    if work.backdatedCount > 0 {
      section.notes.append("\(text(.backdated)): \(wording.number(work.backdatedCount))")
    }
    if !work.counts.isEmpty { section.notes.append("\(text(.undo)) \(undoCommand)") }
    return section
  }

  /// The command that takes back what the leaver did in the time of the report.
  var undoCommand: String {
    let moment = Instant(epochMillis: report.recent.sinceMillis)
    let day = moment.date(offsetMinutes: base.offsetMinutes(at: moment))
    return wording.undoCommand(by: report.order.leaver.name, since: day.description)
  }

  private var exports: Section {
    Section(
      title: text(.exports),
      headers: [text(.when), text(.form), text(.condition), text(.count)],
      rows: report.recent.exports.map {
        [moment($0.at), $0.format, $0.filter, wording.number($0.count)]
      })
  }

  private var devices: Section {
    Section(
      title: text(.devices), headers: [text(.device), text(.newest), text(.missing)],
      rows: report.devices.map { age in
        [
          age.device.title,
          invocation.time(millis: age.lastMillis, in: base),
          age.missingCount > 0 ? wording.changes(age.missingCount) : "",
        ]
      })
  }

  // MARK: Values

  func name(_ member: String) -> String { names[member] ?? member }

  private func noun(_ type: String) -> String {
    Schema.entity(key: type)?.noun(1, in: invocation.language) ?? type
  }

  private func day(_ millis: Int64) -> String {
    let moment = Instant(epochMillis: millis)
    return wording.date(moment.date(offsetMinutes: base.offsetMinutes(at: moment)))
  }

  private func moment(_ stored: String?) -> String {
    guard let stored else { return "" }
    if let day = CivilDate(stored: stored) { return wording.date(day) }
    guard let moment = Instant(stored: stored) else { return stored }
    return wording.time(moment, offsetMinutes: base.offsetMinutes(at: moment))
  }
}
