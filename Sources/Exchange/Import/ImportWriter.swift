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
  /// What imports wrote before into records that the base has.
  var memory = ImportMemory()

  /// The edit that the rows of a record of the base come to.
  struct Update: Sendable {
    /// The record's place in the directory.
    let ordinal: Int32
    let edit: RecordEdit
    let rowCount: Int
    /// How many values stay as people have made them since an earlier import.
    var keptCount = 0
    /// The stage that a deal leaves.
    let leftStage: [UInt8]?
  }

  /// The ids of new records.
  struct IDs: Sendable {
    let rows: ReservedIDs
    let clients: ReservedIDs
    let extras: ReservedIDs
  }

  /// The id of a row's own record.
  private enum OwnID {
    case new(Int)
    case known(String)
  }

  private typealias RowPlace = ImportDecisions.RowPlace

  static let bodyByteCount = 256 << 10

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
    keepClients(in: &draft, base)
    for edit in joined(ids) { draft.add(edit) }
    for update in updates(ids: ids, except: idle) where !update.edit.isEmpty {
      draft.add(update.edit)
      addStageEvent(update, to: &draft, base)
    }
    return record.id
  }

  // MARK: New records

  private struct Lines: Sendable {
    var lines: [UInt8] = []
    var count = 0
  }

  /// The lines of the rows of a chunk that make a record each.
  private func createdLines(_ index: Int, _ ids: IDs, firstExtra: Int) -> [Lines] {
    let chunk = chunks[index]
    let rowDecisions = decisions.rows[index]
    let start = Array("{\"\(layout.entity.key)\":\"".utf8)
    var result: [Lines] = []
    var present = Lines()
    present.lines.reserveCapacity(Self.bodyByteCount + 4096)
    var extra = firstExtra
    for place in chunk.rows.indices {
      guard case .create(let ordinal) = rowDecisions[place] else { continue }
      let row = chunk.rows[place]
      let rowPlace = RowPlace(chunk: index, row: place, isDuplicate: false)
      let own = OwnID.new(Int(ordinal))
      if decisions.joins[ordinal] == nil {
        let first = present.lines.count
        present.lines += start
        ids.rows.append(Int(ordinal), to: &present.lines)
        append(row.body, row.holes, of: chunk, rowPlace, own: own, ids, to: &present.lines)
        if row.isUnordered || lacksRef(row, index) {
          let edit = edit(of: present.lines[first...], row, index)
          present.lines.removeSubrange(first...)
          var writer = JSONWriter()
          edit.append(to: &writer)
          present.lines += writer.bytes
        }
        present.count += 1
      }
      for number in ImportDecisions.range(row.extras) {
        let record = chunk.extras[number]
        present.lines += Array("{\"\(record.type)\":\"".utf8)
        ids.extras.append(extra, to: &present.lines)
        append(
          record.body, record.holes, of: chunk, rowPlace, own: own, ids, to: &present.lines)
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

  /// Whether a record that the row names is not in the base.
  private func lacksRef(_ row: PreparedRow, _ index: Int) -> Bool {
    for ref in row.refs { if case .none = decisions.refs[index][Int(ref)] { return true } }
    return false
  }

  /// Appends a record line from behind the id on, with what was not known when it was made.
  private func append(
    _ body: Range<Int32>, _ holes: Range<Int32>, of chunk: ChunkRows, _ place: RowPlace,
    own: OwnID, _ ids: IDs?, to lines: inout [UInt8]
  ) {
    var at = Int(body.lowerBound)
    for number in ImportDecisions.range(holes) {
      let placed = chunk.holes[number]
      lines.append(copying: chunk.bytes.span.extracting(at..<Int(placed.offset)))
      at = Int(placed.offset)
      switch placed.hole {
      case .own:
        switch own {
        case .new(let ordinal): ids?.rows.append(ordinal, to: &lines)
        case .known(let id): lines.append(contentsOf: id.utf8)
        }
      case .ref(let ref):
        append(chunk.refs[Int(ref)].kind, decisions.refs[place.chunk][Int(ref)], ids, to: &lines)
      case .sourceRow:
        ImportDecisions.appendSourceRow(
          chunk.rows[place.row].mark, occurrence: decisions.occurrences[place.chunk][place.row],
          layout.sourceMark, to: &lines)
      }
    }
    lines.append(copying: chunk.bytes.span.extracting(at..<Int(body.upperBound)))
  }

  /// Appends the id of a record beside a row; nothing for one that the base lacks.
  private func append(
    _ kind: PreparedRef.Kind, _ target: ImportDecisions.Target, _ ids: IDs?,
    to lines: inout [UInt8]
  ) {
    switch target {
    case .none: return
    case .existing(let ordinal):
      let directory =
        kind == .client ? decisions.directories.clients : decisions.directories.deals
      directory.appendID(ordinal, to: &lines)
    case .new(let ordinal):
      // Without ids it is enough that no record has this one.
      if let ids { ids.clients.append(Int(ordinal), to: &lines) } else { lines.append(0x3F) }
    }
  }

  // MARK: Records with several rows, and those that the base has

  /// What a row says, as an edit of the record with an id.
  private func edit(
    _ place: ImportDecisions.RowPlace, _ own: OwnID, _ ids: IDs?
  ) -> RecordEdit {
    let row = chunks[place.chunk].rows[place.row]
    var edit = edit(of: line(place, own, ids)[...], row, place.chunk)
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

  /// What a row says, as a record line with its line feed.
  private func line(_ place: RowPlace, _ own: OwnID, _ ids: IDs?) -> [UInt8] {
    let chunk = chunks[place.chunk]
    let row = chunk.rows[place.row]
    var line = Array("{\"\(layout.entity.key)\":\"".utf8)
    switch own {
    case .new(let ordinal): ids?.rows.append(ordinal, to: &line)
    case .known(let id): line.append(contentsOf: id.utf8)
    }
    append(row.body, row.holes, of: chunk, place, own: own, ids, to: &line)
    return line
  }

  /// A record line as an edit: its elements in any order, those of records that the base lacks left
  /// out, and an activity of a deal with the deal's client.
  private func edit(of line: ArraySlice<UInt8>, _ row: PreparedRow, _ index: Int) -> RecordEdit {
    let line = line.dropLast()
    guard row.isUnordered || lacksRef(row, index) else {
      var reader = EditReader()
      return ((try? reader.edit(of: line.span)) ?? nil) ?? RecordEdit(type: "", id: "")
    }
    var edit = RecordEdit(looseLine: line.span)
    for field in ["clients", "deals", "people"] where edit.add[field] != nil {
      edit.add[field]?.removeAll { $0.count == 2 }
    }
    guard layout.entity.key == "activity", (edit.add["clients"] ?? []).isEmpty else { return edit }
    for ref in row.refs where chunks[index].refs[Int(ref)].kind == .deal {
      guard case .existing(let ordinal) = decisions.refs[index][Int(ref)] else { continue }
      let client = decisions.directories.deals.records[Int(ordinal)].withValue(
        of: state.field("client")
      ) { $0.copied() }
      if let client { edit.add["clients", default: []].append(client) }
    }
    return edit
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
        update.take(edit(place, .new(ordinal), ids), isFilling: isFilling(place))
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
    let record = decisions.directories.rows.records[Int(ordinal)]
    let places = decisions.updates[ordinal] ?? []
    let id = record.id
    if places.count == 1, !isFilling(places[0]),
      comparison.knows(line(places[0], .known(id), ids), record)
    {
      let none = RecordEdit(type: layout.entity.key, id: id)
      return Update(ordinal: ordinal, edit: none, rowCount: 1, leftStage: nil)
    }
    var update = ImportUpdate(layout, state, record: record, id: id, memory: memory[id])
    for place in places {
      update.take(edit(place, .known(id), ids), isFilling: isFilling(place))
    }
    let left = record.withValue(of: state.field("stage")) {
      $0.withUnsafeBufferPointer { Array($0) }
    }
    return Update(
      ordinal: ordinal, edit: update.edit, rowCount: places.count, keptCount: update.keptCount,
      leftStage: left)
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
