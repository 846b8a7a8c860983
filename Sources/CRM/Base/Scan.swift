import Replication

/// One pass over the records of an entity: filter, then sort.
struct Scan {
  /// What a record is sorted by.
  enum SortValue {
    case none
    case number(Int)
    case bytes([UInt8])
  }

  private struct Row {
    let record: Record
    let id: IDOrder
    let values: [SortValue]
    let score: Int
  }

  let plan: ScanPlan
  private var rows: [Row] = []
  private let descending: [Bool]

  /// How many records the filter holds for.
  var total: Int { rows.count }

  init(_ base: Base, _ entity: Entity, filter: Filter?, sort: [SortKey], needsFigures: Bool) {
    var slots = filter?.slots ?? []
    let sortSlots = sort.map { key in
      let slot = FieldSlot(index: slots.count, field: key.field)
      slots.append(slot)
      return slot
    }
    let figures = needsFigures && entity.key == "client" ? FigureTable(base) : nil
    plan = ScanPlan(base, entity: entity, slots: slots, figures: figures)
    // Where nothing else is asked for, stages stand as their pipelines have them.
    let ranks =
      sort.isEmpty && ["stage", "pipeline"].contains(entity.key)
      ? base.pipelineTable.ranks : nil
    descending = ranks == nil ? sort.map(\.isDescending) : [false]
    var scratch: [UInt8] = []
    let searches = sort.isEmpty && filter?.hasSearch == true
    let plan = plan
    var rows: [Row] = []
    base.state.forEach(type: entity.key) { record in
      guard let view = plan.view(of: record) else { return true }
      if let filter, !filter.matches(view, scratch: &scratch) { return true }
      rows.append(
        Row(
          record: record, id: IDOrder(record.id),
          values: ranks.map { [$0[record.id].map { .number($0) } ?? .none] }
            ?? sortSlots.map { Self.value($0, view) },
          score: searches ? filter?.score(view) ?? 0 : 0))
      return true
    }
    self.rows = rows
  }

  private static func value(_ slot: FieldSlot, _ view: RecordView) -> SortValue {
    switch slot.field.kind {
    case .integer, .money: return view.integer(slot).map { .number($0) } ?? .none
    default: break
    }
    var best: [UInt8]?
    let isFolded =
      switch slot.field.kind {
      case .date, .time, .dateOrTime, .partialDate, .bool: false
      default: true
      }
    var candidates: [[UInt8]] = []
    _ = view.hasValue(slot) { value in
      var bytes: [UInt8] = []
      if isFolded {
        TextFolding.append(value, to: &bytes)
      } else {
        for index in 0..<value.count { bytes.append(value[index]) }
      }
      candidates.append(bytes)
      return false
    }
    switch slot.field.kind {
    case .member, .reference:
      // The id is offered first, the name after it: people sort by names.
      best = slot.field.many ? candidates.min { $0.lexicographicallyPrecedes($1) } : candidates.last
    default: best = candidates.min { $0.lexicographicallyPrecedes($1) }
    }
    if let best { return .bytes(best) }
    return slot.field.defaultValue.map { .bytes(Array($0.utf8)) } ?? .none
  }

  /// The records in order, so many at most.
  func sorted(limit: Int?) -> [Record] {
    let descending = descending
    let order = rows.sorted { left, right in
      if left.score != right.score { return left.score > right.score }
      for index in descending.indices {
        let difference = Self.compare(left.values[index], right.values[index], descending[index])
        if difference != 0 { return difference < 0 }
      }
      return left.id < right.id
    }
    return order.prefix(limit.map { max(0, $0) } ?? order.count).map(\.record)
  }

  /// Negative if the left one comes first.
  ///
  /// Records without a value come last either way.
  private static func compare(_ left: SortValue, _ right: SortValue, _ isDescending: Bool) -> Int {
    let sign = isDescending ? -1 : 1
    switch (left, right) {
    case (.none, .none): return 0
    case (.none, _): return 1
    case (_, .none): return -1
    case (.number(let one), .number(let other)):
      return one == other ? 0 : one < other ? -sign : sign
    case (.bytes(let one), .bytes(let other)):
      if one == other { return 0 }
      return one.lexicographicallyPrecedes(other) ? -sign : sign
    case (.number, .bytes): return -1
    case (.bytes, .number): return 1
    }
  }
}

extension Filter {
  /// Whether a word is looked for in the whole record, so that results have a rank.
  var hasSearch: Bool {
    terms.contains { term in
      if case .search = term.test { !term.isNegated } else { false }
    }
  }
}
