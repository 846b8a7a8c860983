public import Replication

/// The verbs of the command line, each one batch.
extension Base {
  /// Makes a record.
  ///
  /// - Throws: `EntryError`, or what keeps the batch from being written.
  public func add(
    _ entity: Entity, _ changes: [FieldChange], isRehearsal: Bool = false
  ) throws -> Written {
    try write(purpose: "add", isRehearsal: isRehearsal) { try $0.add(entity, changes) }.written
  }

  /// Changes fields of records, all in the same way.
  ///
  /// - Throws: `EntryError`, or what keeps the batch from being written.
  public func set(
    _ records: [Record], _ changes: [FieldChange], isRehearsal: Bool = false
  ) throws -> Written {
    try write(purpose: "set", isRehearsal: isRehearsal) { batch in
      for record in records { try batch.set(record, changes) }
    }.written
  }

  /// Types of records that nobody deletes: people are shut out, a base is a file, and the journal
  /// tells of what went out of it.
  static let lastingTypes: Set<String> = ["device", "export", "member", "workspace"]

  /// Types of records that are there for all, so that owners and admins delete them.
  static let typesOfAll: Set<String> = ["field", "pipeline", "stage"]

  /// Whether whoever works here is an owner or an admin, or nobody says who it is.
  var isSenior: Bool {
    me.flatMap { state.role(ofMember: $0.id) }?.outranks(.manager) ?? true
  }

  /// Makes sure that records may be deleted by whoever works here.
  ///
  /// - Throws: `EntryError.notDeletable` or `settingOfAll`.
  func demandDeletable(_ records: [Record]) throws(EntryError) {
    for record in records {
      if Self.lastingTypes.contains(record.type) {
        throw EntryError.notDeletable(entity: record.type)
      }
      if Self.typesOfAll.contains(record.type), !isSenior {
        throw EntryError.settingOfAll(entity: record.type)
      }
    }
  }

  /// Puts records into the trash.
  ///
  /// - Throws: `EntryError.notDeletable` or `settingOfAll` for what cannot be, or what keeps the
  ///   batch from being written.
  public func delete(_ records: [Record], isRehearsal: Bool = false) throws -> Written {
    try demandDeletable(records)
    return try write(purpose: "delete", isRehearsal: isRehearsal) { batch in
      for record in wholeCards(records) { batch.delete(record) }
    }.written
  }

  /// Brings records back from the trash; what would be somebody's who has left goes to their
  /// successors (SPEC [P-8]).
  ///
  /// - Returns: what was done, and who got how many records so.
  /// - Throws: what keeps the batch from being written.
  public func restore(
    _ records: [Record], isRehearsal: Bool = false
  ) throws -> (written: Written, heirs: [(member: Member, count: Int)]) {
    let edits = Heirs.passedOn(
      wholeCards(records).map { RecordEdit(type: $0.type, id: $0.id) }, in: state,
      shares: try handoverShares())
    let written = try write(purpose: "restore", isRehearsal: isRehearsal) { batch in
      for edit in edits { batch.put(edit) }
    }.written
    var counts: [String: Int] = [:]
    for heir in edits.compactMap({ $0.set["owner"] ?? $0.set["assignee"] }) {
      counts[StoredValue.content(of: heir), default: 0] += 1
    }
    return (written, members.compactMap { member in counts[member.id].map { (member, $0) } })
  }

  /// Makes a task.
  ///
  /// - Parameters:
  ///   - title: what is to be done.
  ///   - clients: with whom.
  ///   - deals: in which deals.
  ///   - due: the day or moment, as people say it.
  ///   - changes: other fields.
  ///   - isRehearsal: whether to stop before anything is written.
  /// - Returns: what was done.
  /// - Throws: `EntryError`, or what keeps the batch from being written.
  public func addTask(
    title: String, clients: [Record] = [], deals: [Record] = [], due: String? = nil,
    changes: [FieldChange] = [], isRehearsal: Bool = false
  ) throws -> Written {
    try write(purpose: "task add", isRehearsal: isRehearsal) { batch in
      var all = [FieldChange("title", .set, title)]
      all += clients.map { FieldChange("clients", .add, $0.id) }
      all += deals.map { FieldChange("deals", .add, $0.id) }
      if let due { all.append(FieldChange("due", .set, due)) }
      try batch.add(Schema.task, all + changes)
    }.written
  }

  /// Marks a task as done.
  ///
  /// - Throws: `EntryError`, or what keeps the batch from being written.
  public func finish(
    _ task: Record, result: String? = nil, isRehearsal: Bool = false
  ) throws -> Written {
    try end(task, "done", "task done", result, isRehearsal)
  }

  /// Gives a task up.
  ///
  /// - Throws: `EntryError`, or what keeps the batch from being written.
  public func cancel(
    _ task: Record, reason: String? = nil, isRehearsal: Bool = false
  ) throws -> Written {
    try end(task, "cancelled", "task cancel", reason, isRehearsal)
  }

  private func end(
    _ task: Record, _ end: String, _ purpose: String, _ result: String?, _ isRehearsal: Bool
  ) throws -> Written {
    try write(purpose: purpose, isRehearsal: isRehearsal) { batch in
      guard task.text("state", state) != end || !task.isAlive else {
        return batch.put(RecordEdit(type: "task", id: task.id))
      }
      var changes = [FieldChange("state", .set, end)]
      if end == "done" { changes.append(FieldChange("done_at", .set, now.description)) }
      if let result { changes.append(FieldChange("result", .set, result)) }
      try batch.set(task, changes)
    }.written
  }

  /// Puts a task off.
  ///
  /// - Parameters:
  ///   - task: the task.
  ///   - due: the new day or moment, as people say it; `+3d` counts from the task's own day, or
  ///     from today where that has passed.
  ///   - isRehearsal: whether to stop before anything is written.
  /// - Returns: what was done.
  /// - Throws: `EntryError`, or what keeps the batch from being written.
  public func snooze(
    _ task: Record, to due: String, isRehearsal: Bool = false
  ) throws -> Written {
    try write(purpose: "task snooze", isRehearsal: isRehearsal) { batch in
      let due = postponed(task, by: due) ?? due
      try batch.set(task, [FieldChange("due", .set, due)])
    }.written
  }

  /// A deadline that is put off by so much.
  ///
  /// `+3d` is three days after the task's own day, or after today where that has passed. The time
  /// of day stays.
  private func postponed(_ task: Record, by text: String) -> String? {
    guard Trimming.trimmed(text).utf8.first == UInt8(ascii: "+"),
      let stored = task.text("due", state)
    else { return nil }
    let moment = Instant(stored: stored)
    let offset = moment.map { offsetMinutes(at: $0) } ?? offsetMinutes
    guard let day = FigureTable.day(stored, offset),
      let later = CivilDate.relative(text, today: max(day, today))
    else { return nil }
    guard let moment else { return later.description }
    let time = moment.millisOfDay(offsetMinutes: offset)
    return self.moment(later, millisOfDay: time).description
  }

  /// Saves a filter under a name; a segment that is called so is changed.
  ///
  /// - Throws: `FilterError`, `EntryError`, or what keeps the batch from being written.
  public func saveSegment(
    name: String, entity: Entity, filter: String, columns: String? = nil, sort: String? = nil,
    isRehearsal: Bool = false
  ) throws -> Written {
    _ = try Filter.parse(filter, entity: entity, context: filterContext(for: entity))
    if let sort { _ = try sortKeys(sort, entity: entity) }
    var changes = [
      FieldChange("name", .set, name), FieldChange("entity", .set, entity.key),
      FieldChange("filter", .set, filter),
    ]
    if let columns { changes.append(FieldChange("columns", .set, columns)) }
    if let sort { changes.append(FieldChange("sort", .set, sort)) }
    return try write(purpose: "segment save", isRehearsal: isRehearsal) { batch in
      if let known = segment(named: name), let record = state.record(type: "segment", id: known.id)
      {
        try batch.set(record, changes)
      } else {
        try batch.add(Schema.segment, changes)
      }
    }.written
  }

  /// The segment with a name; case, «ё» and punctuation do not matter.
  public func segment(named name: String) -> Segment? {
    let folded = TextFolding.fold(name)
    return segments.first { TextFolding.fold($0.name) == folded }
  }

  /// Puts a saved filter into the trash.
  ///
  /// - Throws: `EntryError.unknownName`, or what keeps the batch from being written.
  public func removeSegment(named name: String, isRehearsal: Bool = false) throws -> Written {
    guard let known = segment(named: name),
      let record = state.record(type: "segment", id: known.id)
    else {
      let near = Suggestions.closest(to: name, among: segments.map(\.name))
      throw EntryError.unknownName(entity: "segment", name: name, suggestions: near)
    }
    return try write(purpose: "segment remove", isRehearsal: isRehearsal) { $0.delete(record) }
      .written
  }
}

/// What is to be written down about an interaction with a client.
public struct Logging: Sendable {
  /// The kind: `call`, `mail`, `meeting`, `chat`, `note`, `feedback`, `complaint`, `materials` or
  /// `purchase`, in either language.
  public var kind: String
  /// With whom.
  public var clients: [Record]
  /// In which deals.
  public var deals: [Record]
  /// What was said, or bought.
  public var text: String?
  /// What came of a call: «недозвон», «перезвонить».
  public var outcome: String?
  /// When, as people say it; nil is now.
  public var at: String?
  /// The sum of a purchase, negative for a return.
  public var amount: String?
  /// What is to be done next, which becomes a task.
  public var nextStep: String?
  /// When that is to be done.
  public var nextAt: String?
  /// Other fields.
  public var changes: [FieldChange]

  /// Describes an interaction.
  public init(
    kind: String, clients: [Record] = [], deals: [Record] = [], text: String? = nil,
    changes: [FieldChange] = []
  ) {
    self.kind = kind
    self.clients = clients
    self.deals = deals
    self.text = text
    self.changes = changes
  }
}

extension Base {
  /// Writes an interaction down; its next step becomes a task.
  ///
  /// - Throws: `EntryError`, or what keeps the batch from being written.
  public func log(_ logging: Logging, isRehearsal: Bool = false) throws -> Written {
    try write(purpose: "log", isRehearsal: isRehearsal) { batch in
      var changes = [FieldChange("kind", .set, logging.kind)]
      changes += logging.clients.map { FieldChange("clients", .add, $0.id) }
      changes += logging.deals.map { FieldChange("deals", .add, $0.id) }
      let clientIDs = Set(logging.clients.map(\.id))
      // What happens in a deal happens with its client.
      for deal in logging.deals {
        guard let client = deal.text("client", state), !clientIDs.contains(client) else { continue }
        changes.append(FieldChange("clients", .add, client))
      }
      func set(_ field: String, _ text: String?) {
        if let text { changes.append(FieldChange(field, .set, text)) }
      }
      set("text", logging.text)
      set("outcome", logging.outcome)
      set("at", logging.at)
      set("amount", logging.amount)
      set("next_step", logging.nextStep)
      set("next_at", logging.nextAt)
      let id = try batch.add(Schema.activity, changes + logging.changes)
      guard let step = logging.nextStep ?? logging.nextAt.map({ _ in "" }) else {
        let isMeeting = Schema.activity.field(key: "kind")?.choice(logging.kind)?.key == "meeting"
        if isMeeting { batch.warn(.noNextStep) }
        return
      }
      try addNextStep(step, of: logging, activity: id, to: &batch)
    }.written
  }

  private func addNextStep(
    _ step: String, of logging: Logging, activity: String, to batch: inout Batch
  ) throws(EntryError) {
    let title = [step, logging.text, logging.kind].compactMap { $0 }.first { !$0.isEmpty } ?? ""
    var changes = [FieldChange("title", .set, title), FieldChange("cause", .set, activity)]
    changes += logging.clients.map { FieldChange("clients", .add, $0.id) }
    changes += logging.deals.map { FieldChange("deals", .add, $0.id) }
    if let due = logging.nextAt { changes.append(FieldChange("due", .set, due)) }
    try batch.add(Schema.task, changes)
  }
}
