import Bytes
public import Documents

/// A commit that is held, with what it would have done (SPEC §8.5).
public struct HeldCommit: Sendable {
  /// The commit.
  public let dot: Dot
  /// Its author's wall clock, in milliseconds since 1970 UTC.
  public let stampMillis: Int64
  /// What it was for.
  public let purpose: String?
  /// Why it is held.
  public let reason: HeldReason
  /// What it would have done to each record: before is the record as it is, after is what the
  /// commit alone says of it.
  public let changes: [TimelineEntry]
}

/// What taking over held commits would write.
public struct HeldRevision: Sendable {
  /// Ordinary changes, which make of the base what it would be had the commits counted; what
  /// others have changed without seeing them stays.
  public internal(set) var edits: [RecordEdit] = []
  /// What was left, since someone has edited it later or at the same time.
  public internal(set) var left: [UndoReport.Left] = []
  /// Records of types that are not taken over.
  public internal(set) var excluded: [(type: String, id: String)] = []

  /// Notes that a change is not taken over, or not as a whole.
  public mutating func exclude(_ edit: RecordEdit) { excluded.append((edit.type, edit.id)) }
}

extension Workspace {
  /// The commits that are held, in an order in which each comes after all that it had seen.
  ///
  /// - Parameters:
  ///   - dots: which of them; all if there are none.
  ///   - progress: is told how far the work has come.
  /// - Returns: the commits, with what they would have done.
  /// - Throws: `DocumentError`, or what the system says.
  public func heldCommits(
    _ dots: Set<Dot>? = nil, progress: ProgressReport = { _, _ in }
  ) throws -> [HeldCommit] {
    let runs = state.held
    guard !runs.isEmpty else { return [] }
    let wanted = dots ?? Set(runs.flatMap(\.dots))
    var commits: [HeldCommit] = []
    try forEachCommit(reading: .of(wanted), opening: wanted, progress: progress) { commit in
      let header = commit.header
      guard commit.isHeld, wanted.contains(header.dot),
        let reason = runs.first(where: { $0.contains(header.dot) })?.reason
      else { return }
      var fold = RecordFold()
      let context = fold.admit(header)
      let changes = commit.edits.compactMap { edit -> TimelineEntry? in
        fold.apply(edit, context: context)
        guard let after = fold.contents(of: RecordFold.Key(type: edit.type, id: edit.id)) else {
          return nil
        }
        return TimelineEntry(
          dot: header.dot, stampMillis: header.stampMillis, purpose: header.purpose, edit: edit,
          before: state.record(type: edit.type, id: edit.id)?.contents(), after: after)
      }
      commits.append(
        HeldCommit(
          dot: header.dot, stampMillis: header.stampMillis, purpose: header.purpose,
          reason: reason, changes: changes))
    }
    return commits
  }

  /// Works out what taking over held commits would write; nothing is written.
  ///
  /// Computed, not replayed, as an undo is: for every record that the commits touch, its state is
  /// compared with what it would be had they counted. Where their value would stand beside one
  /// that its author had not seen, the other value stays. So taking over twice writes nothing the
  /// second time.
  ///
  /// - Parameters:
  ///   - dots: the held commits.
  ///   - types: the types of records that are not taken over, besides those that say who may do
  ///     what.
  ///   - progress: is told how far the work has come.
  /// - Returns: the changes, and what was left.
  /// - Throws: `DocumentError`, or what the system says.
  public func revision(
    takingOver dots: Set<Dot>, excluding types: Set<String>,
    progress: ProgressReport = { _, _ in }
  ) throws -> HeldRevision {
    let excluded = types.union(ControlAct.types)
    var takeover = Takeover(dots)
    try forEachCommit(
      reading: .of(dots), opening: dots, progress: { progress($0, $1 * 2) }
    ) { takeover.note($0) }
    try forEachCommit(
      reading: .ofRecords(takeover.openings), opening: dots,
      progress: { progress($1 + $0, $1 * 2) }
    ) { takeover.add($0) }
    return takeover.revision(excluding: excluded)
  }
}

/// All lines of the records that some held commits touch, folded with and without those commits.
private struct Takeover {
  private typealias Line = (dot: Dot, edit: RecordEdit)

  private let dots: Set<Dot>
  private var order: [RecordFold.Key] = []
  private var lines: [RecordFold.Key: [Line]] = [:]
  private var with = RecordFold()
  private var without = RecordFold()

  init(_ dots: Set<Dot>) { self.dots = dots }

  /// How the lines of the records begin.
  var openings: Set<ByteString> { Set(order.map(\.opening)) }

  /// Notes which records a held commit touches.
  mutating func note(_ commit: CommitRecord) {
    for edit in commit.edits {
      let key = RecordFold.Key(type: edit.type, id: edit.id)
      if lines.updateValue([], forKey: key) == nil { order.append(key) }
    }
  }

  mutating func add(_ commit: CommitRecord) {
    let context = with.admit(commit.header)
    _ = without.admit(commit.header)
    for edit in commit.edits {
      let key = RecordFold.Key(type: edit.type, id: edit.id)
      guard lines[key] != nil else { continue }
      with.apply(edit, context: context)
      if !dots.contains(commit.header.dot) { without.apply(edit, context: context) }
      lines[key]?.append((commit.header.dot, edit))
    }
  }

  func revision(excluding excluded: Set<String>) -> HeldRevision {
    var revision = HeldRevision()
    for key in order {
      guard let contents = with.contents(of: key) else { continue }
      if excluded.contains(key.type) {
        revision.excluded.append((key.type, key.id))
      } else if let edit = edit(of: key, contents, &revision) {
        revision.edits.append(edit)
      }
    }
    return revision
  }

  private func edit(
    of key: RecordFold.Key, _ with: RecordContents, _ revision: inout HeldRevision
  ) -> RecordEdit? {
    let without = without.contents(of: key)
    let lines = lines[key] ?? []
    let held = lines.filter { dots.contains($0.dot) }.map(\.edit)
    var edit = RecordEdit(type: key.type, id: key.id)
    var left: [Dot: (fields: [String], millis: Int64)] = [:]
    let null = Array("null".utf8)
    for register in with.registers where held.contains(where: { $0.set[register.name] != nil }) {
      let former = without?.registers.first { $0.name == register.name }?.writes.first?.value
      let others = register.writes.filter { !dots.contains($0.dot) }
      if let later = others.first {
        guard register.isConflict || others.count == register.writes.count else { continue }
        // What they said alike is in the base already.
        if held.last(where: { $0.set[register.name] != nil })?.set[register.name] == later.value {
          continue
        }
        left[later.dot, default: ([], later.stampMillis)].fields.append(register.name)
      } else if let value = register.writes.first?.value, value != former ?? null {
        edit.set[register.name] = value
      }
    }
    for name in Set(with.sets.map(\.name)).union(without?.sets.map(\.name) ?? []) {
      let wanted = Set(with.sets.first { $0.name == name }?.elements ?? [])
      let present = Set(without?.sets.first { $0.name == name }?.elements ?? [])
      let added = wanted.subtracting(present)
      let removed = present.subtracting(wanted)
      if !added.isEmpty { edit.add[name] = Array(added) }
      if !removed.isEmpty { edit.remove[name] = Array(removed) }
    }
    if held.last?.isDeletion ?? false, with.isAlive, without?.isAlive ?? false,
      let later = with.editors.last(where: { !dots.contains($0.dot) })
    {
      left[later.dot, default: ([], later.stampMillis)].fields.append("deleted")
    }
    for (dot, entry) in left.sorted(by: { $0.key < $1.key }) {
      revision.left.append(
        UndoReport.Left(
          type: key.type, id: key.id, fields: entry.fields, by: dot, atMillis: entry.millis))
    }
    let wasAlive = without?.isAlive ?? false
    // A deleted record's fields are set and it stays deleted.
    if !with.isAlive {
      edit.isDeletion = true
      return wasAlive || without == nil || !edit.set.isEmpty || !edit.add.isEmpty
        || !edit.remove.isEmpty ? edit : nil
    }
    return edit.isEmpty && wasAlive ? nil : edit
  }
}
