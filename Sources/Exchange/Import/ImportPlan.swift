import Bytes
public import CRM
import Documents
import Platform
import Replication

/// A file that has been read and compared with a base, ready to be imported.
///
///     let plan = try ImportPlan.prepare(bytes, options: ImportOptions(), base: base)
///     print(plan.preview.counts.created)
///     let report = try plan.apply(to: base)
public struct ImportPlan: Sendable {
  /// What importing the file would do.
  public let preview: ImportPreview

  let table: ImportTable
  let layout: ImportLayout
  let options: ImportOptions
  let chunks: [ChunkRows]
  let decisions: ImportDecisions
  private let memory: ImportMemory
  /// What was taken back before: an import that was undone may be made again.
  private let undone: TakenBack
  /// The records of the base that their rows leave as they are.
  private let idle: Set<Int32>
  private let fingerprint: String
  private let frontier: Frontier

  /// Reads a file and compares it with a base; nothing is written.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - options: what the importer is told.
  ///   - base: the base.
  /// - Returns: the plan.
  /// - Throws: `ImportError` if nothing of it can be imported, `MappingError` if an override cannot
  ///   be followed.
  public static func prepare(
    _ bytes: [UInt8], options: ImportOptions, base: Base
  ) throws -> ImportPlan {
    try ImportPlan(bytes, options: options, base: base)
  }

  private init(_ bytes: [UInt8], options: ImportOptions, base: Base) throws {
    let table = try ImportTable(bytes, options: options)
    let (entity, preset, mapping) = try Self.mapping(table, options, base)
    let layout = try ImportLayout(
      entity: entity, mapping: mapping, table: table, base: base, options: options)
    let facts = ImportFacts(base, preset: preset)
    let state = base.state
    let (chunks, directories) = Self.read(table, layout, facts, state)
    guard chunks.contains(where: { !$0.rows.isEmpty }) else { throw ImportError.empty }
    var decisions = RowDecider.decide(chunks, of: table, layout, options, state, directories)
    var undone: TakenBack?
    if decisions.counts.trashed > 0 {
      let takenBack = try base.workspace.takenBack()
      decisions = RowDecider.decide(
        chunks, of: table, layout, options, state,
        Directories(state, layout, leavingOut: takenBack))
      undone = takenBack
    }
    var writer = ImportWriter(
      table: table, layout: layout, options: options, chunks: chunks, decisions: decisions,
      state: state)
    var counts = decisions.counts
    var updates = writer.updates(ids: nil)
    let changed = updates.filter { !$0.edit.isEmpty }.map(\.edit.id)
    // Who asks to replace gives the file the last word.
    if !changed.isEmpty, options.duplicates != .replace {
      let takenBack = try undone ?? base.workspace.takenBack()
      writer.memory = try ImportMemory(
        of: changed, layout.entity, leavingOut: takenBack, in: base)
      undone = takenBack
      updates = writer.updates(ids: nil)
    }
    var idle: Set<Int32> = []
    for update in updates {
      if update.edit.isEmpty {
        counts.unchanged += 1
        idle.insert(update.ordinal)
      } else {
        counts.changed += 1
      }
      counts.repeated += update.rowCount - 1
      counts.kept += update.keptCount
    }
    let warnings = WarningList.joined(chunks.map(\.warnings) + [decisions.warnings])
    self.table = table
    self.layout = layout
    self.options = options
    self.chunks = chunks
    self.decisions = decisions
    memory = writer.memory
    self.undone = undone ?? TakenBack()
    self.idle = idle
    fingerprint = mapping.fingerprint
    frontier = state.frontier
    preview = ImportPreview(
      type: entity.key, preset: preset?.name, encoding: table.encoding,
      separator: table.dialect.separator, columns: mapping.columns, counts: counts,
      rejected: decisions.rejected, warnings: Array(warnings.groups.prefix(200)),
      warningCount: warnings.cellCount)
  }

  private enum Part: Sendable {
    case rows(ChunkRows)
    case directories(Directories)
  }

  /// Reads the rows, and meanwhile what they will be compared with.
  private static func read(
    _ table: ImportTable, _ layout: ImportLayout, _ facts: ImportFacts, _ state: State
  ) -> (chunks: [ChunkRows], directories: Directories) {
    let parts = Parallel.map(count: table.chunks.count + 1) { number -> Part in
      guard number > 0 else { return .directories(Directories(state, layout)) }
      var reader = RowReader(layout, facts)
      return .rows(reader.read(table.chunks[number - 1], of: table))
    }
    var chunks: [ChunkRows] = []
    var directories: Directories?
    for part in parts {
      switch part {
      case .rows(let rows): chunks.append(rows)
      case .directories(let made): directories = made
      }
    }
    return (chunks, directories ?? Directories(state, layout))
  }

  /// What the rows are about, who wrote them, and where the columns go.
  private static func mapping(
    _ table: ImportTable, _ options: ImportOptions, _ base: Base
  ) throws -> (entity: Entity, preset: Preset?, mapping: HeaderMapping) {
    func map(
      _ entity: Entity, _ preset: Preset?, unknown: HeaderMapping.UnknownColumns
    ) throws -> HeaderMapping {
      try HeaderMapping(
        header: table.header, samples: Array(table.samples.prefix(20)), preset: preset,
        candidates: ImportCandidates.candidates(for: entity, base: base),
        overrides: options.overrides, unknown: unknown)
    }
    let stated = options.preset.map { Preset.named($0) } ?? nil
    let entity: Entity
    var preset = stated ?? Preset.detect(table.header)
    if let type = options.type {
      guard let named = Schema.entity(key: type) ?? Schema.entity(named: type),
        EntityGuess.entities.contains(where: { $0.key == named.key })
      else { throw ImportError.unknownType(type) }
      entity = named
      // A likeness to a file about something else says nothing.
      if stated == nil, preset?.entity.key != entity.key { preset = nil }
    } else if let preset {
      entity = preset.entity
    } else {
      // A kind of record that lacks a field to which a column was sent is not meant.
      entity = EntityGuess.best(
        EntityGuess.entities.compactMap { entity in
          (try? map(entity, nil, unknown: .areSkipped)).map { (entity, $0) }
        })
    }
    return (entity, preset, try map(entity, preset, unknown: options.unknownColumns))
  }

  /// Imports the file: all rows in one batch, or none.
  ///
  /// - Parameters:
  ///   - base: the base for which the plan was prepared.
  ///   - isRehearsal: whether to stop before anything is written.
  /// - Returns: what was done.
  /// - Throws: what keeps the batch from being written.
  public func apply(to base: Base, isRehearsal: Bool = false) throws -> ImportReport {
    let name = options.fileName.isEmpty ? layout.entity.key : options.fileName
    let (dots, importID) = try base.workspace.write(
      purpose: "import \(name)", isRehearsal: isRehearsal
    ) { draft -> String? in
      let state = draft.state
      // Someone may have written since the plan was made; what the rows say stays the same.
      let isCurrent = state.frontier == frontier
      let decisions =
        isCurrent
        ? decisions
        : RowDecider.decide(
          chunks, of: table, layout, options, state,
          Directories(state, layout, leavingOut: undone))
      let writer = ImportWriter(
        table: table, layout: layout, options: options, chunks: chunks, decisions: decisions,
        state: state, memory: memory)
      return writer.write(
        to: &draft, idle: isCurrent ? idle : [], journal: journal(base), base: base)
    }
    return ImportReport(preview: preview, commits: dots.map(\.text), importID: importID)
  }

  private func journal(_ base: Base) -> [String: [UInt8]] {
    var fields = [
      "file": StoredValue.text(options.fileName),
      "entity": StoredValue.text(layout.entity.key),
      "rows": StoredValue.integer(preview.counts.rows),
      "created": StoredValue.integer(preview.counts.created),
      "updated": StoredValue.integer(preview.counts.changed),
      "duplicates": StoredValue.integer(preview.counts.duplicates),
      "rejected": StoredValue.integer(preview.counts.rejected),
      "fingerprint": StoredValue.text(fingerprint),
      "mapping": StoredValue.text(
        preview.columns.map { "\($0.address)=\($0.target?.description ?? "-")" }
          .joined(separator: "\n")),
      "at": StoredValue.text(base.now.description),
    ]
    if let preset = preview.preset { fields["preset"] = StoredValue.text(preset.rawValue) }
    if let me = base.me { fields["by"] = StoredValue.text(me.id) }
    return fields
  }

  /// The rows that are not imported, with the header, in the encoding and form of the file.
  public func rejectedFile() -> [UInt8] {
    var text = Array(table.text[table.headerRange])
    var lines: Set<Int32> = []
    for row in preview.rejected { lines.insert(Int32(clamping: row.line)) }
    for chunk in chunks {
      for row in chunk.rows where lines.contains(row.line) {
        text += table.text[row.range]
        if text.last != 0x0A, text.last != 0x0D { text += table.dialect.lineEnd.bytes }
      }
    }
    return table.encoding.encode(text.span)
  }
}
