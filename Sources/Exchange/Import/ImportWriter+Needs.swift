import CRM
import Replication

/// The records that rows need: fields, stages, and clients that only they name.
extension ImportWriter {
  func addFields(to draft: inout Draft) {
    for field in layout.newFields {
      var edit = RecordEdit(type: "field", id: draft.newID())
      edit.set["key"] = StoredValue.text(field.key)
      edit.set["label_ru"] = StoredValue.text(field.label)
      edit.set["entity"] = StoredValue.text(layout.entity.key)
      edit.set["type"] = StoredValue.text("text")
      draft.add(edit)
    }
  }

  func addStages(to draft: inout Draft, _ base: Base) {
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

  func addClients(to draft: inout Draft, _ ids: IDs) {
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

  /// Says of the clients of the base for which records were made that they exist (SPEC [J-8]).
  ///
  /// So whoever deletes one meanwhile and has not seen this finds a conflict. Where there was never
  /// anybody else, nobody can.
  func keepClients(in draft: inout Draft, _ base: Base) {
    guard layout.entity.key != Schema.client.key, base.mayBeShared else { return }
    var ordinals: Set<Int32> = []
    for (index, chunk) in chunks.enumerated() {
      for (place, row) in chunk.rows.enumerated() {
        guard case .create = decisions.rows[index][place] else { continue }
        for ref in row.refs where chunk.refs[Int(ref)].kind == .client {
          if case .existing(let ordinal) = decisions.refs[index][Int(ref)] {
            ordinals.insert(ordinal)
          }
        }
      }
    }
    for ordinal in ordinals.sorted() {
      let record = decisions.directories.clients.records[Int(ordinal)]
      if ClientReferences.mayKeep(record) {
        draft.add(RecordEdit(type: Schema.client.key, id: record.id))
      }
    }
  }
}
