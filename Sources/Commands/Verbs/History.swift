import CRM
import Documents
import Replication
import Wording

/// `karto history`: who changed what, and when.
enum HistoryCommand {
  static let command = Command(options: [.limit, .type, .at], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let limit = try invocation.arguments.number(.limit)
    guard !invocation.arguments.operands.isEmpty else {
      if invocation.arguments.has(.type) {
        throw CommandError.missingOperand(.record, of: .history)
      }
      return try printLog(limit: limit, invocation)
    }
    let name = try invocation.onlyOperand(.record, of: .history)
    let base = try invocation.openForReading()
    let record = try invocation.record(name, in: base, includingDeleted: true)
    let ids = record.type == Schema.client.key ? base.mergedCards(of: record.id) : [record.id]
    var timeline = try invocation.showing(.readingHistory) { progress in
      try ids.flatMap { id in
        try base.workspace.timeline(type: record.type, id: id, progress: progress)
      }
    }.filter { base.state.holds($0.dot) && !$0.isByTheWay }
    // What happened to cards that were merged into one happened to the client.
    if ids.count > 1 {
      timeline = timeline.enumerated()
        .sorted { ($0.element.stampMillis, $0.offset) < ($1.element.stampMillis, $1.offset) }
        .map(\.element)
    }
    var printer = TimelinePrinter(invocation, base, type: record.type)
    for entry in timeline.suffix(limit ?? timeline.count) { printer.print(entry) }
    return .done
  }

  /// The newest first, as one wants to see what just happened.
  private static func printLog(limit: Int?, _ invocation: Invocation) throws -> ExitCode {
    let base = try invocation.openForReading()
    let entries = try invocation.showing(.readingHistory) { progress in
      try base.workspace.log(progress: progress)
    }.filter { base.state.holds($0.first) }
    let authors = Authors(base)
    let wording = invocation.wording
    var table = Table([
      Table.Column(title: wording.dotTitle, isFlexible: false, style: .dim),
      Table.Column(title: wording.whenTitle, isFlexible: false),
      Table.Column(title: wording.whoTitle), Table.Column(title: wording.doesTitle),
      Table.Column(title: wording.whatTitle),
    ])
    for entry in entries.suffix(limit ?? entries.count).reversed() {
      if invocation.isJSON {
        invocation.print(json: object(entry, authors))
        continue
      }
      let touched = wording.touched(entry.editCounts, deletions: entry.deletions)
      table.row([
        authors.text(of: entry.first, isShort: invocation.surroundings.output.isTerminal),
        invocation.time(millis: entry.stampMillis, in: base),
        authors.title(of: entry.first.replica) ?? wording.unknownAuthor,
        wording.deed(entry.purpose ?? ""), touched,
      ])
    }
    if !invocation.isJSON { invocation.print(table) }
    return .done
  }

  private static func object(_ entry: LogEntry, _ authors: Authors) -> JSONObject {
    var object = JSONObject()
    object.put("dot", entry.first.text)
    object.put("last", entry.last.text)
    object.put("at", Timestamp.text(entry.stampMillis))
    object.put("by", authors.name(of: entry.first.replica))
    object.put("does", entry.purpose)
    var records = JSONObject()
    for (type, count) in entry.editCounts.sorted(by: { $0.key < $1.key }) {
      records.put(type, count)
    }
    object.put("records", records)
    object.put("deleted", entry.deletions)
    return object
  }
}

/// Who works on which device.
struct Authors {
  private let base: Base
  private var names: [ReplicaID: String] = [:]
  private var titles: [ReplicaID: String] = [:]

  init(_ base: Base) {
    self.base = base
    // Whose a replica is, is proven by how it came in, and goes for what a device wrote under
    // other names too (SPEC §8.5).
    for replica in base.state.replicas {
      let member = base.member(ofReplica: replica.id)
      names[replica.id] = member?.name
      titles[replica.id] = member?.title
    }
  }

  /// The name of the member whose device a replica is.
  func name(of replica: ReplicaID) -> String? { names[replica] }

  /// The same as people read it: with the base, if it is another one.
  func title(of replica: ReplicaID) -> String? { titles[replica] }

  /// A commit as it can be typed: whole, or as short as this base allows.
  func text(of dot: Dot, isShort: Bool) -> String {
    guard isShort else { return dot.text }
    let others = base.state.replicas.map(\.id.text).filter { $0 != dot.replica.text }
    guard !others.isEmpty else { return String(dot.number) }
    let shared = others.map { other in
      zip(other.utf8, dot.replica.text.utf8).prefix { $0 == $1 }.count
    }
    return "\(dot.replica.text.prefix((shared.max() ?? 0) + 1)):\(dot.number)"
  }
}

extension Invocation {
  /// A moment as people read it, in the time of the base.
  func time(millis: Int64, in base: Base) -> String {
    let moment = Instant(epochMillis: millis)
    return wording.time(moment, offsetMinutes: base.offsetMinutes(at: moment))
  }
}
