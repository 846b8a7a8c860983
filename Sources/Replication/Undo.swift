import Bytes
public import Documents

/// What an undo did, or would do.
public struct UndoReport: Equatable, Sendable {
  /// What was done to one record.
  public struct Reverted: Equatable, Sendable {
    /// How a record was taken back.
    public enum Kind: Equatable, Sendable {
      /// It had been made, and went to the trash.
      case deleted
      /// It had been deleted, and came back.
      case restored
      /// These fields were set back.
      case changed(fields: [String])
    }

    /// The record's type.
    public let type: String
    /// The record's id.
    public let id: String
    /// How it was taken back.
    public let kind: Kind
  }

  /// What was left alone, since someone has edited it later.
  public struct Left: Equatable, Sendable {
    /// The record's type.
    public let type: String
    /// The record's id.
    public let id: String
    /// The fields; none if the record as a whole was left.
    public let fields: [String]
    /// The later commit.
    public let by: Dot
    /// Its author's wall clock, in milliseconds since 1970 UTC.
    public let atMillis: Int64
  }

  /// The commits that were written.
  public internal(set) var dots: [Dot] = []
  /// What was taken back.
  public internal(set) var reverted: [Reverted] = []
  /// What was left alone.
  public internal(set) var left: [Left] = []
}

extension Workspace {
  /// Takes back what some commits did, as far as nobody has changed it later (design §2 P6).
  ///
  /// Computed, not replayed: for every record that the commits touched, its state is compared
  /// with what it would be without them, and the difference is written as ordinary changes. So
  /// later edits win by themselves, and an undo can be undone.
  ///
  /// - Parameters:
  ///   - dots: the commits.
  ///   - purpose: what the new commits are for.
  ///   - isRehearsal: whether to stop before anything is written.
  ///   - progress: is told how far the work has come.
  /// - Returns: what was taken back, and what was left alone.
  /// - Throws: as `write`.
  public func undo(
    _ dots: Set<Dot>, purpose: String, isRehearsal: Bool = false,
    progress: ProgressReport = { _, _ in }
  ) throws -> UndoReport {
    var report = UndoReport()
    report.dots = try write(purpose: purpose, isRehearsal: isRehearsal) { draft in
      let affected = try affected(by: dots, progress: progress)
      for key in affected.order {
        guard let history = affected.histories[key] else { continue }
        if let edit = Self.reversal(of: key, history, dots: dots, report: &report) {
          draft.add(edit)
        }
      }
    }.dots
    return report
  }

  /// All edits of the records that some commits touched, folded with and without those commits.
  struct Affected {
    struct History {
      var edits: [(dot: Dot, stampMillis: Int64, edit: RecordEdit)] = []
      var with: RecordContents?
      var without: RecordContents?
    }
    var order: [RecordFold.Key] = []
    var histories: [RecordFold.Key: History] = [:]
  }

  /// Reads the document twice: which records they are, and all that was done to those.
  ///
  /// Held commits count for nothing but those that are opened.
  func affected(
    by dots: Set<Dot>, opening opened: Set<Dot> = [], progress: ProgressReport
  ) throws -> Affected {
    var affected = Affected()
    try forEachCommit(opening: opened, progress: { progress($0, $1 * 2) }) { commit in
      guard dots.contains(commit.header.dot) else { return }
      for edit in commit.edits {
        let key = RecordFold.Key(type: edit.type, id: edit.id)
        if affected.histories.updateValue(Affected.History(), forKey: key) == nil {
          affected.order.append(key)
        }
      }
    }
    var with = RecordFold()
    var without = RecordFold()
    try forEachCommit(opening: opened, progress: { progress($1 + $0, $1 * 2) }) { commit in
      let context = with.admit(commit.header)
      _ = without.admit(commit.header)
      for edit in commit.edits {
        let key = RecordFold.Key(type: edit.type, id: edit.id)
        guard affected.histories[key] != nil else { continue }
        with.apply(edit, context: context)
        if !dots.contains(commit.header.dot) { without.apply(edit, context: context) }
        affected.histories[key]?.edits.append(
          (commit.header.dot, commit.header.stampMillis, edit))
      }
    }
    for key in affected.order {
      affected.histories[key]?.with = with.contents(of: key)
      affected.histories[key]?.without = without.contents(of: key)
    }
    return affected
  }

  private static func reversal(
    of key: RecordFold.Key, _ history: Affected.History, dots: Set<Dot>, report: inout UndoReport
  ) -> RecordEdit? {
    guard let with = history.with, let first = history.edits.first else { return nil }
    // A record that these commits made: it goes to the trash, unless someone has worked on it.
    if dots.contains(first.dot) {
      guard with.isAlive else { return nil }
      if let later = history.edits.last(where: { !dots.contains($0.dot) }) {
        report.left.append(
          UndoReport.Left(
            type: key.type, id: key.id, fields: [], by: later.dot, atMillis: later.stampMillis))
        return nil
      }
      var edit = RecordEdit(type: key.type, id: key.id)
      edit.isDeletion = true
      report.reverted.append(UndoReport.Reverted(type: key.type, id: key.id, kind: .deleted))
      return edit
    }
    guard let without = history.without else { return nil }
    var edit = RecordEdit(type: key.type, id: key.id)
    compareRegisters(with, without, history, dots: dots, edit: &edit, report: &report)
    compareSets(with, without, edit: &edit)
    if with.isAlive != without.isAlive {
      edit.isDeletion = !without.isAlive
      report.reverted.append(
        UndoReport.Reverted(
          type: key.type, id: key.id, kind: without.isAlive ? .restored : .deleted))
      return edit
    }
    guard !edit.isEmpty else { return nil }
    // A deleted record's fields are set back and it stays deleted.
    edit.isDeletion = !with.isAlive
    let fields = Set(edit.set.keys).union(edit.add.keys).union(edit.remove.keys)
    report.reverted.append(
      UndoReport.Reverted(type: key.type, id: key.id, kind: .changed(fields: fields.sorted())))
    return edit
  }

  private static func compareRegisters(
    _ with: RecordContents, _ without: RecordContents, _ history: Affected.History,
    dots: Set<Dot>, edit: inout RecordEdit, report: inout UndoReport
  ) {
    let null = Array("null".utf8)
    var left: [Dot: (fields: [String], millis: Int64)] = [:]
    for register in with.registers {
      let former = without.registers.first { $0.name == register.name }
      let value = former?.writes.first?.value ?? null
      if register.writes.contains(where: { dots.contains($0.dot) }) {
        if register.isConflict || register.writes[0].value != value {
          edit.set[register.name] = value
        }
      } else if let later = register.writes.first,
        history.edits.contains(where: {
          dots.contains($0.dot) && $0.edit.set[register.name] != nil
        })
      {
        left[later.dot, default: ([], later.stampMillis)].fields.append(register.name)
      }
    }
    for (dot, entry) in left.sorted(by: { $0.key < $1.key }) {
      report.left.append(
        UndoReport.Left(
          type: with.type, id: with.id, fields: entry.fields, by: dot, atMillis: entry.millis))
    }
  }

  private static func compareSets(
    _ with: RecordContents, _ without: RecordContents, edit: inout RecordEdit
  ) {
    for name in Set(with.sets.map(\.name)).union(without.sets.map(\.name)) {
      let present = Set(with.sets.first { $0.name == name }?.elements ?? [])
      let former = Set(without.sets.first { $0.name == name }?.elements ?? [])
      let added = present.subtracting(former)
      let removed = former.subtracting(present)
      if !added.isEmpty { edit.remove[name] = Array(added) }
      if !removed.isEmpty { edit.add[name] = Array(removed) }
    }
  }
}
