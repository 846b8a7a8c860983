public import Replication

/// The rules of deals: pipelines, stages, ends.
extension Batch {
  /// Moves a deal to the stage that its edit sets, and writes that down.
  mutating func move(
    _ deal: Record, _ edit: inout RecordEdit, reason: String?
  ) throws(EntryError) {
    let from = deal.text("stage", state)
    let pipeline = pipeline(of: edit, deal)
    if edit.set["stage"] == nil, edit.set["pipeline"] != nil, let first = pipeline?.first {
      // Stages belong to a pipeline, so a deal that changes it begins anew.
      edit.set["stage"] = StoredValue.text(first.name)
    }
    guard let stage = edit.set["stage"].map({ StoredValue.content(of: $0) }), stage != from else {
      put(edit)
      return
    }
    if deal.text("pipeline", state) == nil, edit.set["pipeline"] == nil, let pipeline {
      edit.set["pipeline"] = StoredValue.text(pipeline.name)
    }
    if let reason, edit.set["lost_reason"] == nil,
      pipeline?.stage(named: stage)?.outcome == .lost
    {
      edit.set["lost_reason"] = StoredValue.text(reason)
    }
    try checkStage(&edit, record: deal, pipeline: pipeline)
    put(edit, name: base.name(of: deal))
    putStageEvent(deal: deal.id, from: from, edit: edit, reason: reason)
    putReturnTask(deal, edit)
  }

  /// The pipeline of a deal as its edit leaves it; the first one where none is named.
  func pipeline(of edit: RecordEdit, _ deal: Record? = nil) -> Pipeline? {
    let name =
      edit.set["pipeline"].map { StoredValue.content(of: $0) } ?? deal?.text("pipeline", state)
    guard let name else { return base.pipelines.first }
    return base.pipelines.first { $0.name.utf8.elementsEqual(name.utf8) }
  }

  /// The name of the pipeline of a new deal: the one that has the stage, else the first.
  func pipelineName(of edit: RecordEdit) -> String? {
    guard let stage = edit.set["stage"].map({ StoredValue.content(of: $0) }) else {
      return base.pipelines.first?.name
    }
    return (base.pipelines.first { $0.stage(named: stage) != nil } ?? base.pipelines.first)?.name
  }

  /// Demands the fields that a stage requires, a reason where a deal is lost, and notes the end.
  mutating func checkStage(
    _ edit: inout RecordEdit, record: Record?, pipeline: Pipeline?
  ) throws(EntryError) {
    guard let name = edit.set["stage"].map({ StoredValue.content(of: $0) }) else { return }
    guard let stage = pipeline?.stage(named: name) else {
      let names = pipeline?.stages.map(\.name) ?? []
      throw .unknownStage(name, suggestions: names)
    }
    func isFilled(_ field: String) -> Bool {
      if let value = edit.set[field] { return value != StoredValue.null }
      if !(edit.add[field] ?? []).isEmpty { return true }
      guard let record else { return false }
      let key = state.field(field)
      return record.withValue(of: key) { _ in true } ?? !record.elements(of: key).isEmpty
    }
    let missing = stage.required.filter { !isFilled($0) }.sorted()
    if !missing.isEmpty { throw .missingFields(entity: "deal", fields: missing) }
    if stage.outcome == .lost, !isFilled("lost_reason") { throw .lostReasonRequired }
    switch stage.outcome {
    case .open:
      if isFilled("closed_at"), edit.set["closed_at"] == nil {
        edit.set["closed_at"] = StoredValue.null
      }
    case .won, .lost:
      if edit.set["closed_at"] == nil {
        edit.set["closed_at"] = StoredValue.text(base.now.description)
      }
    }
  }

  /// Writes the move of a deal down; stage events only accumulate.
  mutating func putStageEvent(
    deal: String, from: String?, edit: RecordEdit, reason: String? = nil
  ) {
    guard let to = edit.set["stage"] else { return }
    var event = RecordEdit(type: "stage_event", id: newID())
    event.set["deal"] = StoredValue.text(deal)
    if let from { event.set["from"] = StoredValue.text(from) }
    event.set["to"] = to
    event.set["at"] = StoredValue.text(base.now.description)
    if let me = base.me { event.set["by"] = StoredValue.text(me.id) }
    if let reason { event.set["reason"] = StoredValue.text(reason) }
    put(event)
  }

  /// Who did not buy now may buy later: «вернуться после» becomes a task.
  private mutating func putReturnTask(_ deal: Record, _ edit: RecordEdit) {
    guard let day = edit.set["return_after"], day != StoredValue.null else { return }
    var task = RecordEdit(type: "task", id: newID())
    task.set["title"] = StoredValue.text(base.name(of: deal))
    task.set["kind"] = StoredValue.text("call")
    task.set["due"] = day
    task.set["state"] = StoredValue.text("open")
    task.set["cause"] = StoredValue.text("return_after")
    task.add["deals"] = [StoredValue.text(deal.id)]
    if let client = deal.text("client", state) { task.add["clients"] = [StoredValue.text(client)] }
    let owner = deal.text("owner", state) ?? base.me?.id
    if let owner { task.set["assignee"] = StoredValue.text(owner) }
    if let me = base.me { task.set["author"] = StoredValue.text(me.id) }
    put(task)
  }
}

extension Base {
  /// Makes a deal.
  ///
  /// - Parameters:
  ///   - client: whose deal; nil if the changes say it.
  ///   - changes: its fields.
  ///   - isRehearsal: whether to stop before anything is written.
  /// - Returns: what was done.
  /// - Throws: `EntryError`, or what keeps the batch from being written.
  public func addDeal(
    client: Record?, _ changes: [FieldChange], isRehearsal: Bool = false
  ) throws -> Written {
    try write(purpose: "deal add", isRehearsal: isRehearsal) { batch in
      let given = client.map { [FieldChange("client", .set, $0.id)] } ?? []
      try batch.add(Schema.deal, given + changes)
    }.written
  }

  /// Moves a deal to a stage.
  ///
  /// - Parameters:
  ///   - deal: the deal.
  ///   - stage: the name of the stage.
  ///   - pipeline: the pipeline to move to; nil for the deal's own.
  ///   - reason: why.
  ///   - changes: other fields to set in the same commit, such as those that the stage requires.
  ///   - isRehearsal: whether to stop before anything is written.
  /// - Returns: what was done.
  /// - Throws: `EntryError`, or what keeps the batch from being written.
  public func move(
    _ deal: Record, to stage: String, pipeline: String? = nil, reason: String? = nil,
    changes: [FieldChange] = [], isRehearsal: Bool = false
  ) throws -> Written {
    let place = pipeline.map { [FieldChange("pipeline", .set, $0)] } ?? []
    return try write(purpose: "deal move", isRehearsal: isRehearsal) { batch in
      try batch.set(deal, place + [FieldChange("stage", .set, stage)] + changes, reason: reason)
    }.written
  }

  /// Moves a deal to the stage of its pipeline that wins it.
  ///
  /// - Throws: `EntryError`, or what keeps the batch from being written.
  public func win(
    _ deal: Record, changes: [FieldChange] = [], isRehearsal: Bool = false
  ) throws -> Written {
    let stage = try endStage(of: deal, .won)
    return try write(purpose: "deal win", isRehearsal: isRehearsal) { batch in
      try batch.set(deal, [FieldChange("stage", .set, stage.name)] + changes)
    }.written
  }

  /// Moves a deal to the stage of its pipeline that loses it.
  ///
  /// - Parameters:
  ///   - deal: the deal.
  ///   - reason: why it was lost; must not be empty.
  ///   - returnAfter: a day on which to ask again, which becomes a task.
  ///   - changes: other fields to set in the same commit.
  ///   - isRehearsal: whether to stop before anything is written.
  /// - Returns: what was done.
  /// - Throws: `EntryError`, or what keeps the batch from being written.
  public func lose(
    _ deal: Record, reason: String, returnAfter: String? = nil, changes: [FieldChange] = [],
    isRehearsal: Bool = false
  ) throws -> Written {
    guard !Trimming.trimmed(reason).isEmpty else { throw EntryError.lostReasonRequired }
    let stage = try endStage(of: deal, .lost)
    var all = [
      FieldChange("stage", .set, stage.name), FieldChange("lost_reason", .set, reason),
    ]
    if let returnAfter { all.append(FieldChange("return_after", .set, returnAfter)) }
    return try write(purpose: "deal lose", isRehearsal: isRehearsal) { batch in
      try batch.set(deal, all + changes, reason: reason)
    }.written
  }

  private func endStage(of deal: Record, _ outcome: StageOutcome) throws(EntryError) -> Stage {
    let name = deal.text("pipeline", state)
    let own = pipelines.first { $0.name.utf8.elementsEqual((name ?? "").utf8) }
    if let stage = (own ?? pipelines.first)?.stage(outcome) { return stage }
    throw .unknownStage(outcome.rawValue, suggestions: (own?.stages ?? []).map(\.name))
  }
}
