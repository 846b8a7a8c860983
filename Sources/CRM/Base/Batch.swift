import Bytes
import Documents
public import Replication

/// The changes of one command while they are being made; all of them become one batch or none.
public struct Batch {
  /// The base before the batch.
  public let base: Base
  /// The role in which it is written; nothing if its author has none here.
  public let authorRole: Role?
  /// The edits so far.
  public private(set) var draft: Draft
  /// Reads typed values; it collects the warnings.
  var reader: ValueReader
  private(set) var outcomes: [Written.Outcome] = []
  /// Whether it sets limits of alarms, which only owners' and admins' writes do (SPEC [P-2]); a
  /// manager's would put the standard ones in force.
  private(set) var setsAlarmLimits = false

  /// The clients that records of this batch name, and those that it has a line for.
  private var namedClients: Set<String> = []
  private var writtenClients: Set<String> = []

  /// The names that this batch has given, with the ids of those who have them.
  var names: [TakenName: String] = [:]

  init(base: Base, draft: Draft, authorRole: Role? = nil) {
    self.base = base
    self.authorRole = authorRole
    self.draft = draft
    reader = ValueReader(base)
  }

  /// The state that the batch has seen.
  public var state: State { draft.state }

  /// An id for a new record.
  public mutating func newID() -> String { draft.newID() }

  /// Takes an edit in and notes what it does to the record.
  ///
  /// - Parameters:
  ///   - edit: the edit; one that does nothing makes a record that is not there, and restores one
  ///     that is in the trash.
  ///   - name: the name to report; nil takes the record's.
  public mutating func put(_ edit: RecordEdit, name: String? = nil) {
    if edit.type == Schema.workspace.key, edit.set.keys.contains(where: { $0.hasPrefix("alarm_") })
    {
      setsAlarmLimits = true
    }
    let record = state.record(type: edit.type, id: edit.id)
    let kind: Written.Outcome.Kind =
      switch record {
      case nil: .created
      case let record? where edit.isDeletion: record.isAlive ? .deleted : .unchanged
      case let record? where !record.isAlive: .restored
      default: edit.isEmpty ? .unchanged : .changed
      }
    let fields = Set(edit.set.keys).union(edit.add.keys).union(edit.remove.keys)
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let nameField = Base.nameField(of: edit.type) ?? ""
    let newName = edit.set[nameField].map { StoredValue.content(of: $0) }
    outcomes.append(
      Written.Outcome(
        type: edit.type, id: edit.id,
        name: name ?? newName ?? record.map { base.name(of: $0) } ?? "", kind: kind,
        fields: fields))
    guard kind != .unchanged else { return }
    draft.add(edit)
    if edit.type == Schema.client.key {
      writtenClients.insert(edit.id)
    } else {
      namedClients.formUnion(ClientReferences.ids(in: edit))
    }
  }

  /// Says of the clients that were named that they exist, so that whoever deletes one meanwhile
  /// and has not seen this finds a conflict, and no call that nobody sees any more (SPEC [J-8]).
  mutating func keepNamedClients() {
    for id in namedClients.subtracting(writtenClients).sorted() {
      guard let record = state.record(type: Schema.client.key, id: id),
        ClientReferences.mayKeep(record)
      else { continue }
      draft.add(RecordEdit(type: Schema.client.key, id: id))
    }
  }

  /// Says again that a record exists, against a deletion that its author had not seen.
  public mutating func keep(_ record: Record) {
    outcomes.append(
      Written.Outcome(
        type: record.type, id: record.id, name: base.name(of: record), kind: .kept, fields: []))
    draft.add(RecordEdit(type: record.type, id: record.id))
  }

  /// Takes a warning in.
  public mutating func warn(_ warning: EntryWarning) { reader.warnings.append(warning) }

  func written(_ commits: [String]) -> Written {
    Written(commits: commits, records: outcomes, warnings: reader.warnings)
  }
}

extension Base {
  /// Writes one batch: wholly, durably, or not at all.
  ///
  /// - Parameters:
  ///   - purpose: what the batch is for, in a few words that the history shows.
  ///   - isRehearsal: whether to stop before anything is written.
  ///   - authorship: in whose name; for the recovery key's the batch must hold the `device` line
  ///     that ``Batch/introduceRescuer(as:)`` writes.
  ///   - edit: fills the batch.
  /// - Returns: what was done, and what `edit` returned.
  /// - Throws: what `edit` throws, or what keeps the batch from being written; the document is
  ///   then as it was.
  public func write<Result>(
    purpose: String, isRehearsal: Bool = false, by authorship: Authorship = .device,
    _ edit: (inout Batch) throws -> Result
  ) throws -> (written: Written, result: Result) {
    var before = state
    let (dots, (batch, result)) = try workspace.write(
      purpose: purpose, isRehearsal: isRehearsal, by: authorship
    ) { draft in
      before = draft.state
      var batch = Batch(
        base: self, draft: draft, authorRole: authorRole(authorship, replica: draft.replica))
      let result = try edit(&batch)
      if batch.setsAlarmLimits, !(batch.authorRole?.outranks(.manager) ?? false) {
        throw WorkspaceError.refused(.notEntitled)
      }
      batch.keepNamedClients()
      draft = batch.draft
      return (batch, result)
    }
    if !dots.isEmpty { noteWrite(from: before) }
    return (batch.written(dots.map(\.text)), result)
  }

  /// The role that a batch written now has.
  private func authorRole(_ authorship: Authorship, replica: ReplicaID) -> Role? {
    if case .recovery = authorship { return .recovery }
    return state.device(replica)?.role ?? me.flatMap { state.role(ofMember: $0.id) }
  }
}
