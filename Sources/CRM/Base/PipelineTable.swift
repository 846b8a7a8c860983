import Replication

/// The pipelines of a base with their stages, those of adopted bases put beside its own (SPEC
/// §21.1).
///
/// A deal names its pipeline and its stage, so what has the same name is the same to whoever looks
/// at a deal: an adopted pipeline joins the one of its name, and an adopted stage too.
struct PipelineTable {
  /// Those that are not archived, in order: one's own before those of adopted bases.
  private(set) var pipelines: [Pipeline] = []

  /// The adopted pipelines and stages that are shown as others of their name, and adopted stages
  /// of no pipeline, by id.
  private(set) var hidden: Set<String> = []

  /// For each pipeline that is not archived the one as which it is shown, by id.
  private(set) var shown: [String: String] = [:]

  /// The order in which pipelines and stages are listed, by id.
  private(set) var ranks: [String: Int] = [:]

  init(_ base: Base) {
    let state = base.state
    let stages = Dictionary(grouping: Self.sorted("stage", in: state)) {
      $0.text("pipeline", state) ?? ""
    }
    let all = Self.sorted("pipeline", in: state)
    func isAdopted(_ record: Record) -> Bool { state.origin(ofRecordID: record.id) != nil }
    var places: [[UInt8]: Int] = [:]
    for record in all.filter({ !isAdopted($0) }) + all.filter(isAdopted) {
      ranks[record.id] = ranks.count
      let name = record.text("name", state) ?? ""
      if let place = places[Array(name.utf8)] {
        if isAdopted(record) { hidden.insert(record.id) }
        shown[record.id] = pipelines[place].id
        add(stages[record.id] ?? [], to: place, state)
      } else {
        places[Array(name.utf8)] = pipelines.count
        shown[record.id] = record.id
        pipelines.append(Pipeline(id: record.id, name: name, stages: []))
        add(stages[record.id] ?? [], to: pipelines.count - 1, state)
      }
    }
    // No deal can stand in a stage of no pipeline; one's own may still be given one.
    for (pipeline, records) in stages where state.record(type: "pipeline", id: pipeline) == nil {
      hidden.formUnion(records.filter(isAdopted).map(\.id))
    }
    // Each pipeline's stages follow one another.
    for stage in pipelines.flatMap(\.stages) { ranks[stage.id] = ranks.count }
  }

  /// Adds stages to a pipeline, but for those whose name it has.
  private mutating func add(_ records: [Record], to place: Int, _ state: State) {
    var stages = pipelines[place].stages
    for record in records {
      let name = record.text("name", state) ?? ""
      if stages.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
        if state.origin(ofRecordID: record.id) != nil { hidden.insert(record.id) }
        continue
      }
      stages.append(
        Stage(
          id: record.id, name: name, order: record.integer(of: state.field("order")) ?? 0,
          outcome: record.text("outcome", state).flatMap(StageOutcome.init) ?? .open,
          required: record.elements(of: state.field("required"))))
    }
    pipelines[place] = Pipeline(
      id: pipelines[place].id, name: pipelines[place].name, stages: stages)
  }

  /// The records of a type that are not archived, by their order, then by age.
  private static func sorted(_ type: String, in state: State) -> [Record] {
    let order = state.field("order")
    let archived = state.field("archived")
    return state.all(type)
      // `true` is the only value of four bytes that the field has.
      .filter { !($0.withValue(of: archived) { $0.count == 4 } ?? false) }
      .enumerated().map { (($0.element.integer(of: order) ?? .max, $0.offset), $0.element) }
      .sorted { $0.0 < $1.0 }.map(\.1)
  }
}

extension Base {
  /// The pipelines that are not archived, in order; adopted ones come last, and count as one's own
  /// of the same name where there is one.
  public var pipelines: [Pipeline] { pipelineTable.pipelines }

  /// The name of the pipeline with an id, archived or not; that of its base if it has none itself.
  func pipelineName(ofID id: String) -> String? {
    guard let record = state.record(type: "pipeline", id: id) else { return nil }
    if let name = record.text("name", state), !name.isEmpty { return name }
    return origin(ofRecordID: id)?.name
  }
}
