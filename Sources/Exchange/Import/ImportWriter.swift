import Bytes
import CRM
import Platform
import Replication

/// Writes what was decided about the rows of a file into a batch.
struct ImportWriter: Sendable {
  let table: ImportTable
  let layout: ImportLayout
  let options: ImportOptions
  let chunks: [ChunkRows]
  let decisions: ImportDecisions
  let state: State

  /// The edit that the rows of a record of the base come to.
  struct Update: Sendable {
    /// The record's place in the directory.
    let ordinal: Int32
    let edit: RecordEdit
    let rowCount: Int
    /// The stage that a deal leaves.
    let leftStage: [UInt8]?
  }

  /// The ids of new records.
  struct IDs: Sendable {
    let rows: ReservedIDs
    let clients: ReservedIDs
    let extras: ReservedIDs
  }

  private static let bodyByteCount = 256 << 10

  /// Fills a batch; leaves it empty where there is nothing to do.
  ///
  /// - Returns: the id of the journal's record.
  func write(
    to draft: inout Draft, idle: Set<Int32>, journal: [String: [UInt8]], base: Base
  ) -> String? {
    let isIdle =
      decisions.creators.isEmpty && decisions.newClients.isEmpty
      && updates(ids: nil, except: idle).allSatisfy(\.edit.isEmpty)
    if isIdle { return nil }
    var record = RecordEdit(type: "import", id: draft.newID())
    record.set = journal
    draft.add(record)
    addFields(to: &draft)
    addStages(to: &draft, base)
    let ids = IDs(
      rows: draft.reserveIDs(decisions.creators.count),
      clients: draft.reserveIDs(decisions.newClients.count),
      extras: draft.reserveIDs(decisions.createdExtraCount))
    addClients(to: &draft, ids)
    var extraStarts: [Int] = []
    var extraCount = 0
    for index in chunks.indices {
      extraStarts.append(extraCount)
      for (place, row) in chunks[index].rows.enumerated() where !row.extras.isEmpty {
        if case .create = decisions.rows[index][place] { extraCount += row.extras.count }
      }
    }
    let starts = extraStarts
    let bodies = Parallel.map(count: chunks.count) { index in
      createdLines(index, ids, firstExtra: starts[index])
    }
    for body in bodies.joined() { draft.addCommit(body.lines, editCount: body.count) }
    for edit in joined(ids) { draft.add(edit) }
    for update in updates(ids: ids, except: idle) where !update.edit.isEmpty {
      draft.add(update.edit)
      addStageEvent(update, to: &draft, base)
    }
    return record.id
  }

  // MARK: Records that the rows need

  private func addFields(to draft: inout Draft) {
    for field in layout.newFields {
      var edit = RecordEdit(type: "field", id: draft.newID())
      edit.set["key"] = StoredValue.text(field.key)
      edit.set["label_ru"] = StoredValue.text(field.label)
      edit.set["entity"] = StoredValue.text(layout.entity.key)
      edit.set["type"] = StoredValue.text("text")
      draft.add(edit)
    }
  }

  private func addStages(to draft: inout Draft, _ base: Base) {
    var names: [StageName] = []
    for name in chunks.flatMap(\.newStages) where !names.contains(name) { names.append(name) }
    var pipelines: [[UInt8]: String] = [:]
    for pipeline in base.pipelines { pipelines[TextFolding.fold(pipeline.name)] = pipeline.id }
    var order = base.pipelines.flatMap(\.stages).map(\.order).max() ?? 0
    for name in names {
      let key = TextFolding.fold(name.pipeline)
      let pipeline: String
      if let known = pipelines[key] {
        pipeline = known
      } else {
        var edit = RecordEdit(type: "pipeline", id: draft.newID())
        edit.set["name"] = StoredValue.text(name.pipeline)
        edit.set["order"] = StoredValue.integer(pipelines.count + 1)
        draft.add(edit)
        pipelines[key] = edit.id
        pipeline = edit.id
      }
      order += 1
      var edit = RecordEdit(type: "stage", id: draft.newID())
      edit.set["pipeline"] = StoredValue.text(pipeline)
      edit.set["name"] = StoredValue.text(name.stage)
      edit.set["order"] = StoredValue.integer(order)
      edit.set["outcome"] = StoredValue.text(
        ImportFacts.outcome(ofNewStage: name.stage).rawValue)
      draft.add(edit)
    }
  }

  private func addClients(to draft: inout Draft, _ ids: IDs) {
    var lines: [UInt8] = []
    var count = 0
    for (ordinal, client) in decisions.newClients.enumerated() {
      lines += Array("{\"client\":\"".utf8)
      ids.clients.append(ordinal, to: &lines)
      let ref = chunks[client.chunk].refs[Int(client.ref)]
      lines += chunks[client.chunk].bytes[ImportDecisions.range(ref.body)]
      count += 1
      if lines.count >= Self.bodyByteCount {
        draft.addCommit(lines, editCount: count)
        lines.removeAll(keepingCapacity: true)
        count = 0
      }
    }
    draft.addCommit(lines, editCount: count)
  }

  // MARK: New records

  private struct Lines: Sendable {
    var lines: [UInt8] = []
    var count = 0
  }

  /// The lines of the rows of a chunk that make a record each.
  private func createdLines(_ index: Int, _ ids: IDs, firstExtra: Int) -> [Lines] {
    let chunk = chunks[index]
    let start = Array("{\"\(layout.entity.key)\":\"".utf8)
    var result: [Lines] = []
    var present = Lines()
    present.lines.reserveCapacity(Self.bodyByteCount + 4096)
    var extra = firstExtra
    for (place, row) in chunk.rows.enumerated() {
      guard case .create(let ordinal) = decisions.rows[index][place] else { continue }
      if decisions.joins[ordinal] == nil {
        present.lines += start
        ids.rows.append(Int(ordinal), to: &present.lines)
        append(row.body, row.holes, of: index, place, own: Int(ordinal), ids, to: &present.lines)
        present.count += 1
      }
      for number in ImportDecisions.range(row.extras) {
        let record = chunk.extras[number]
        present.lines += Array("{\"\(record.type)\":\"".utf8)
        ids.extras.append(extra, to: &present.lines)
        append(
          record.body, record.holes, of: index, place, own: Int(ordinal), ids, to: &present.lines)
        present.count += 1
        extra += 1
      }
      if present.lines.count >= Self.bodyByteCount {
        result.append(present)
        present = Lines()
        present.lines.reserveCapacity(Self.bodyByteCount + 4096)
      }
    }
    if present.count > 0 { result.append(present) }
    return result
  }

  /// Appends a record line from behind the id on, with what was not known when it was made.
  private func append(
    _ body: Range<Int32>, _ holes: Range<Int32>, of index: Int, _ place: Int, own: Int?,
    _ ids: IDs?, ownID: String = "", to lines: inout [UInt8]
  ) {
    let chunk = chunks[index]
    var at = Int(body.lowerBound)
    for number in ImportDecisions.range(holes) {
      let placed = chunk.holes[number]
      lines.append(copying: chunk.bytes.span.extracting(at..<Int(placed.offset)))
      at = Int(placed.offset)
      let row = chunk.rows[place]
      switch placed.hole {
      case .own:
        if let own, let ids { ids.rows.append(own, to: &lines) } else { lines += Array(ownID.utf8) }
      case .person: append(row.person, of: index, ids, to: &lines)
      case .company: append(row.company, of: index, ids, to: &lines)
      case .sourceRow:
        lines += ImportDecisions.sourceRow(
          row.mark, occurrence: decisions.occurrences[index][place], layout.sourceMark)
      }
    }
    lines.append(copying: chunk.bytes.span.extracting(at..<Int(body.upperBound)))
  }

  /// Appends the id of a client beside a row.
  private func append(_ ref: Int32, of index: Int, _ ids: IDs?, to lines: inout [UInt8]) {
    guard ref >= 0 else { return }
    switch decisions.refs[index][Int(ref)] {
    case .none: return
    case .existing(let ordinal):
      lines += Array(decisions.clients.records[Int(ordinal)].id.utf8)
    case .new(let ordinal):
      // Without ids it is enough that no record has this one.
      if let ids { ids.clients.append(Int(ordinal), to: &lines) } else { lines.append(0x3F) }
    }
  }

  // MARK: Records with several rows, and those that the base has

  /// What a row says, as an edit of the record with an id.
  private func edit(
    _ place: ImportDecisions.RowPlace, id: String, own: Int?, _ ids: IDs?
  ) -> RecordEdit {
    let row = chunks[place.chunk].rows[place.row]
    let line = line(place, id: id, own: own, ids)
    var reader = EditReader()
    var edit =
      ((try? reader.edit(of: line.span)) ?? nil) ?? RecordEdit(type: layout.entity.key, id: id)
    if isFilling(place) {
      // The number alone would let the row replace, the next time, what it may only fill in now.
      let mark = ImportDecisions.sourceRow(
        layout.hasExternalID ? RowMark.mark(of: row.range, of: table) : row.mark,
        occurrence: decisions.occurrences[place.chunk][place.row], layout.sourceMark)
      edit.add[ImportLayout.sourceRows] = [
        StoredValue.text(String(decoding: mark, as: UTF8.self))
      ]
    }
    return edit
  }

  /// What a row says, as a record line without its line feed.
  private func line(
    _ place: ImportDecisions.RowPlace, id: String, own: Int?, _ ids: IDs?
  ) -> [UInt8] {
    let row = chunks[place.chunk].rows[place.row]
    var line = Array("{\"\(layout.entity.key)\":\"\(id)".utf8)
    append(
      row.body, row.holes, of: place.chunk, place.row, own: own, ids, ownID: id, to: &line)
    line.removeLast()
    return line
  }

  private func isFilling(_ place: ImportDecisions.RowPlace) -> Bool {
    place.isDuplicate && options.duplicates != .replace
  }

  private func joined(_ ids: IDs) -> [RecordEdit] {
    let ordinals = decisions.joins.keys.sorted()
    return Parallel.map(count: ordinals.count) { number in
      let ordinal = Int(ordinals[number])
      let id = ids.rows[ordinal]
      var update = ImportUpdate(layout, state, record: nil, id: id)
      let places = [decisions.creators[ordinal]] + (decisions.joins[ordinals[number]] ?? [])
      for place in places {
        update.take(
          edit(place, id: id, own: ordinal, ids),
          isFilling: isFilling(place))
      }
      return update.edit
    }
  }

  /// The edits of records that the base has, in the order in which they were made.
  ///
  /// - Parameters:
  ///   - ids: the ids of new records; nil in a preview.
  ///   - idle: the records of which it is known that nothing is to be done to them.
  /// - Returns: an update for each of the others.
  func updates(ids: IDs?, except idle: Set<Int32> = []) -> [Update] {
    let ordinals = decisions.updates.keys.filter { !idle.contains($0) }.sorted()
    let pieceCount = 256
    let comparison = RowComparison(layout, state)
    let pieces = Parallel.map(count: (ordinals.count + pieceCount - 1) / pieceCount) { piece in
      let end = min(ordinals.count, (piece + 1) * pieceCount)
      return ordinals[(piece * pieceCount)..<end].map { update($0, ids, comparison) }
    }
    return Array(pieces.joined())
  }

  private func update(_ ordinal: Int32, _ ids: IDs?, _ comparison: RowComparison) -> Update {
    let record = decisions.directory.records[Int(ordinal)]
    let places = decisions.updates[ordinal] ?? []
    let id = record.id
    if places.count == 1, !isFilling(places[0]),
      comparison.knows(line(places[0], id: id, own: nil, ids), record)
    {
      let none = RecordEdit(type: layout.entity.key, id: id)
      return Update(ordinal: ordinal, edit: none, rowCount: 1, leftStage: nil)
    }
    var update = ImportUpdate(layout, state, record: record, id: id)
    for place in places {
      update.take(
        edit(place, id: id, own: nil, ids),
        isFilling: isFilling(place))
    }
    let left = record.withValue(of: state.field("stage")) {
      $0.withUnsafeBufferPointer { Array($0) }
    }
    return Update(
      ordinal: ordinal, edit: update.edit, rowCount: places.count, leftStage: left)
  }

  /// A deal that a file brings to another stage has moved.
  private func addStageEvent(_ update: Update, to draft: inout Draft, _ base: Base) {
    guard layout.entity.key == "deal", let stage = update.edit.set["stage"] else { return }
    var event = RecordEdit(type: "stage_event", id: draft.newID())
    event.set["deal"] = StoredValue.text(update.edit.id)
    if let left = update.leftStage { event.set["from"] = left }
    event.set["to"] = stage
    event.set["at"] = StoredValue.text(base.now.description)
    if let me = base.me { event.set["by"] = StoredValue.text(me.id) }
    draft.add(event)
  }
}
