import Bytes
import CRM
import Documents
import Replication
import Wording

/// Prints what happened to one record, change by change.
struct TimelinePrinter {
  /// One change of one field, as canonical JSON.
  struct Change {
    let field: String
    let kind: Wording.ChangeKind
    var before: [UInt8]?
    var after: [UInt8]?
  }

  private let invocation: Invocation
  private let base: Base
  private let authors: Authors
  private let type: String

  /// Names of records that the base does not know.
  private let names: [String: String]

  init(_ invocation: Invocation, _ base: Base, type: String, names: [String: String] = [:]) {
    self.names = names
    self.invocation = invocation
    self.base = base
    self.type = type
    authors = Authors(base)
  }

  mutating func print(_ entry: TimelineEntry) {
    let changes = Self.changes(of: entry)
    if invocation.isJSON {
      invocation.print(json: object(entry, changes))
      return
    }
    let isTerminal = invocation.surroundings.output.isTerminal
    let dot = authors.text(of: entry.dot, isShort: isTerminal)
    let author = authors.title(of: entry.dot.replica) ?? invocation.wording.unknownAuthor
    let time = invocation.time(millis: entry.stampMillis, in: base)
    let deed = invocation.wording.deed(entry.purpose ?? "")
    let title = [time, author, deed].filter { !$0.isEmpty }.joined(separator: "  ")
    let style = Style.dim.applied(to: dot, isOn: invocation.isStyled)
    invocation.print("\(style)  \(DisplayWidth.oneLine(title))")
    for sentence in sentences(of: entry) {
      invocation.print("    \(DisplayWidth.oneLine(sentence))")
    }
  }

  /// What a commit did to the record, in the order of the fields.
  static func changes(of entry: TimelineEntry) -> [Change] {
    var changes: [Change] = []
    let wasAlive = entry.before?.isAlive
    if entry.edit.isDeletion {
      changes.append(Change(field: "", kind: .delete))
    } else if wasAlive == nil {
      changes.append(Change(field: "", kind: .create))
    } else if wasAlive == false, entry.after.isAlive {
      changes.append(Change(field: "", kind: .restore))
    }
    for (field, value) in sorted(entry.edit.set) {
      let before = entry.before?.registers.first { $0.name == field }?.writes.first?.value
      changes.append(Change(field: field, kind: .set, before: before, after: value))
    }
    for (field, elements) in sorted(entry.edit.remove) {
      for element in elements {
        changes.append(Change(field: field, kind: .remove, before: element))
      }
    }
    for (field, elements) in sorted(entry.edit.add) {
      for element in elements {
        changes.append(Change(field: field, kind: .add, after: element))
      }
    }
    return changes
  }

  private static func sorted<Value>(_ fields: [String: Value]) -> [(key: String, value: Value)] {
    fields.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }

  private func object(_ entry: TimelineEntry, _ changes: [Change]) -> JSONObject {
    var object = JSONObject()
    object.put("dot", entry.dot.text)
    object.put("at", Timestamp.text(entry.stampMillis))
    object.put("by", authors.name(of: entry.dot.replica))
    object.put("does", entry.purpose)
    object.put("changes", changes.map(self.object))
    return object
  }

  func object(_ change: Change) -> JSONObject {
    var object = JSONObject()
    object.put("field", change.field.isEmpty ? nil : change.field)
    object.put("op", change.kind.rawValue)
    put("before", change.before, of: change, into: &object)
    put("after", change.after, of: change, into: &object)
    return object
  }

  /// Puts a value as `show --json` prints it, with the name of what it refers to beside it.
  private func put(
    _ key: String, _ value: [UInt8]?, of change: Change, into object: inout JSONObject
  ) {
    guard let value else { return object.put(key, raw: Array("null".utf8)) }
    let isElement = change.kind == .add || change.kind == .remove
    let shown = base.json(ofStored: value, in: change.field, of: type, isElement: isElement)
    object.put(key, raw: shown.value)
    if let name = shown.name { object.put("\(key)_name", name) }
  }

  /// What a commit did to the record, as people read it; that what was empty was left empty goes
  /// without saying, where there is anything else to say.
  func sentences(of entry: TimelineEntry) -> [String] {
    let changes = Self.changes(of: entry)
    let null = Array("null".utf8)
    let telling = changes.filter { change in
      change.kind != .set || change.before ?? null != null || change.after ?? null != null
    }
    return (telling.isEmpty ? changes : telling).map { sentence($0, in: entry) }
  }

  private func sentence(_ change: Change, in entry: TimelineEntry) -> String {
    invocation.wording.change(
      change.kind, field: base.fieldName(change.field, of: type).label(in: invocation.language),
      before: change.before.flatMap { text($0, change.field, in: entry.before ?? entry.after) },
      after: change.after.flatMap { text($0, change.field, in: entry.after) })
  }

  /// A stored value as people read it; nil for no value.
  private func text(_ value: [UInt8], _ key: String, in contents: RecordContents) -> String? {
    guard let value = try? JSONParser.parse(value.span) else { return nil }
    let field = base.fieldName(key, of: type).field
    switch value {
    case .null: return nil
    case .bool(let flag): return invocation.wording.yesNo(flag)
    case .integer(let number):
      guard let currencyField = field.currencyField else { return String(number) }
      let currency = contents.registers.first { $0.name == currencyField }?.writes.first
      let code = currency.flatMap { try? JSONParser.parse($0.value.span).text }
      return invocation.wording.money(number, currency: code ?? base.settings.currency)
    case .string(let text): return display(text, field)
    case .array(let parts):
      // The changes of one machine: which, and up to which.
      if type == "adoption", parts.count == 2, case .string(let replica) = parts[0],
        case .integer(let last) = parts[1]
      {
        return "\(display(replica, Self.machine)) 1–\(last)"
      }
      return String(decoding: value.canonicalBytes, as: UTF8.self)
    case .object: return String(decoding: value.canonicalBytes, as: UTF8.self)
    }
  }

  private static let machine = Schema.control.first { $0.key == "loss" }?.field(key: "replica")

  private func display(_ text: String, _ field: Field?) -> String {
    switch field?.kind {
    case .choice: return field?.choice(text)?.label(in: invocation.language) ?? text
    case .member:
      return base.members.first { $0.id == text }?.title
        ?? base.name(ofID: text, type: Schema.member.key) ?? names[text] ?? text
    case .phone:
      return Phone.display(
        text, style: invocation.language == .russian ? .national : .international)
    case .reference(let type): return base.name(ofID: text, type: type) ?? names[text] ?? text
    case .date, .time, .dateOrTime, .partialDate:
      if let day = CivilDate(stored: text) { return invocation.wording.date(day) }
      guard let moment = Instant(stored: text) else { return text }
      return invocation.wording.time(moment, offsetMinutes: base.offsetMinutes(at: moment))
    default:
      if type == Schema.handover.key, field?.key == "rule",
        let rule = HandoverRule(rawValue: text)
      {
        return invocation.wording.rule(rule)
      }
      // A stretch of days, as an absence is stored.
      let days = text.split(separator: "/").compactMap { CivilDate(stored: String($0)) }
      guard field?.key == "absent", days.count == 2 else { return text }
      return "\(invocation.wording.date(days[0])) – \(invocation.wording.date(days[1]))"
    }
  }
}
