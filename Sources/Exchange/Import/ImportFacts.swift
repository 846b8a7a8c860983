import CRM
import Platform

/// What reading rows has to know of the base, as values that threads can share.
struct ImportFacts: Sendable {
  let cells: CellContext
  /// The present day, as stored.
  let today: String
  /// The kind of clients in a file that holds only one kind.
  let standardKind: String?
  /// The name of the first pipeline.
  let firstPipeline: String
  /// The stage of deals that say none, where the base has no stage either.
  let standardStage = "Новый"

  private let pipelines: [Pipeline]
  private let stages: [[UInt8]: [(pipeline: String, stage: String)]]

  init(_ base: Base, preset: Preset?) {
    let zone = base.settings.zone
    cells = CellContext(
      today: base.today, offsetMinutes: base.offsetMinutes, offset: {
        LocalTime.offsetSeconds(atEpochSeconds: $0.epochMillis / 1000, zone: zone) / 60
      },
      currency: base.settings.currency, members: MemberNames(base.members),
      emptyValues: preset?.emptyValues ?? [])
    today = base.today.description
    standardKind =
      switch preset?.records {
      case .people: "person"
      case .companies: "company"
      default: nil
      }
    pipelines = base.pipelines
    firstPipeline = pipelines.first?.name ?? "Продажи"
    var stages: [[UInt8]: [(pipeline: String, stage: String)]] = [:]
    for pipeline in pipelines {
      for stage in pipeline.stages {
        stages[TextFolding.fold(stage.name), default: []].append((pipeline.name, stage.name))
      }
    }
    self.stages = stages
  }

  /// The pipeline with a name; the first one without a name.
  private func pipeline(_ name: String) -> Pipeline? {
    if name.isEmpty { return pipelines.first }
    let folded = TextFolding.fold(name)
    return pipelines.first { TextFolding.fold($0.name) == folded }
  }

  /// The stage with a name, in the pipeline that is named, else in any.
  func stage(named name: String, pipeline: String) -> (pipeline: String, stage: String)? {
    guard !name.isEmpty, let found = stages[TextFolding.fold(name)] else { return nil }
    guard !pipeline.isEmpty else { return found.first }
    let folded = TextFolding.fold(pipeline)
    return found.first { TextFolding.fold($0.pipeline) == folded }
  }

  /// The stage of a pipeline that ends a deal.
  func stage(
    _ outcome: StageOutcome, pipeline name: String
  ) -> (pipeline: String, stage: String)? {
    guard let pipeline = pipeline(name), let stage = pipeline.stage(outcome) else { return nil }
    return (pipeline.name, stage.name)
  }

  /// The stage in which deals of a pipeline begin.
  func firstStage(pipeline name: String) -> (pipeline: String, stage: String)? {
    guard let pipeline = pipeline(name), let stage = pipeline.first else { return nil }
    return (pipeline.name, stage.name)
  }

  /// What a word says of the end of a deal; nil for open ones.
  func outcome(_ word: String) -> StageOutcome? {
    guard !word.isEmpty else { return nil }
    switch Schema.deal.field(key: "outcome")?.choice(word)?.key {
    case "won": return .won
    case "lost": return .lost
    default: return nil
    }
  }

  /// How a stage that files bring along ends deals, by the words of amoCRM and Битрикс24.
  static func outcome(ofNewStage name: String) -> StageOutcome {
    let folded = String(decoding: TextFolding.fold(name), as: UTF8.self)
    let lost = ["не реализован", "проигр", "провал", "отказ", "lost", "закрыто и не"]
    if lost.contains(where: { folded.contains($0) }) { return .lost }
    let won = ["успешно", "сделка успешна", "выигр", "won", "реализован"]
    return won.contains { folded.contains($0) } ? .won : .open
  }
}
