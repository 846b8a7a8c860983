import Documents
public import Replication

/// A field to sort by.
public struct SortKey: Hashable, Sendable {
  /// The field.
  public let field: Field
  /// Whether the greatest comes first.
  public let isDescending: Bool

  /// Sorts by a field.
  public init(_ field: Field, isDescending: Bool = false) {
    self.field = field
    self.isDescending = isDescending
  }
}

/// What a list shows.
public struct Listing: Sendable {
  /// The records that fit into the limit.
  public var cards: [Card]
  /// How many records the filter holds for.
  public var total: Int
}

/// How many records have a value.
public struct Group: Hashable, Sendable {
  /// The value as stored; nil for records without one.
  public let value: String?
  /// The name of the member or record that the value refers to.
  public let name: String?
  /// How many records.
  public let count: Int
}

extension Base {
  /// What a filter has to know of this base.
  public func filterContext(for entity: Entity) -> FilterContext {
    let byName = members.map { ($0.id, TextFolding.fold($0.name)) }
    let replicas = state.replicas.map(\.id.text)
    return FilterContext(
      today: today, offsetMinutes: offsetMinutes, me: me?.id,
      customFields: customFields(of: entity)
    ) { field, text in
      if case .reference = field.kind {
        guard let first = text.utf8.first, first &- 0x30 < 10 else { return [] }
        return [text] + (text.utf8.contains(0x2D) ? [] : replicas.map { "\(text)-\($0)" })
      }
      guard field.kind == .member else { return [] }
      return byName.contains { $0.0 == text } ? [text] : []
    }
  }

  /// Reads a filter given as arguments of a command.
  ///
  /// - Parameters:
  ///   - arguments: the arguments of a command, as the shell has cut them.
  ///   - entity: whose records are asked for.
  /// - Returns: the filter.
  /// - Throws: `FilterError` with the argument, the place and, where there is one, a suggestion.
  public func filter(_ arguments: [String], entity: Entity) throws(FilterError) -> Filter {
    try Filter.parse(arguments, entity: entity, context: filterContext(for: entity))
  }

  /// Reads a filter that stands in one text, as segments and rules keep it.
  ///
  /// - Parameters:
  ///   - text: the terms, with quotes where they are needed.
  ///   - entity: whose records are asked for.
  /// - Returns: the filter.
  /// - Throws: `FilterError` with the place and, where there is one, a suggestion.
  public func filter(text: String, entity: Entity) throws(FilterError) -> Filter {
    try Filter.parse(text, entity: entity, context: filterContext(for: entity))
  }

  /// Reads keys to sort by, `-amount,name`: fields separated by commas, a dash for descending.
  ///
  /// - Throws: `EntryError.unknownField`.
  public func sortKeys(_ text: String, entity: Entity) throws(EntryError) -> [SortKey] {
    var keys: [SortKey] = []
    for part in text.unicodeScalars.split(separator: ",") {
      var name = Trimming.trimmed(part)
      let isDescending = name.utf8.first == UInt8(ascii: "-")
      if isDescending { name = String(name.dropFirst()) }
      guard !name.isEmpty else { continue }
      keys.append(SortKey(try field(name, of: entity), isDescending: isDescending))
    }
    return keys
  }

  /// Lists the living records of an entity.
  ///
  /// - Parameters:
  ///   - entity: whose records.
  ///   - filter: what must hold; nil for all.
  ///   - sort: what to sort by; without keys the oldest comes first. Records without a value come
  ///     last, ties are broken by id.
  ///   - limit: how many cards to read out at most.
  ///   - computed: whether the cards show computed fields; they do too where filter or sort name one.
  /// - Returns: the cards and how many records there are in all.
  public func list(
    _ entity: Entity, filter: Filter? = nil, sort: [SortKey] = [], limit: Int? = nil,
    computed: Bool = false
  ) -> Listing {
    let scan = Scan(self, entity, filter: filter, sort: sort, needsFigures: computed)
    let rows = scan.sorted(limit: limit)
    let figures = scan.plan.figures
    let cards = rows.map { card($0, computed: computed, figures: figures) }
    return Listing(cards: cards, total: scan.total)
  }

  /// The living records of an entity for which a filter holds, the oldest first.
  public func records(_ entity: Entity, filter: Filter? = nil) -> [Record] {
    Scan(self, entity, filter: filter, sort: [], needsFigures: false).sorted(limit: nil)
  }

  /// How many living records of an entity a filter holds for.
  public func count(_ entity: Entity, filter: Filter? = nil) -> Int {
    let plan = ScanPlan(self, entity: entity, slots: filter?.slots ?? [])
    var scratch: [UInt8] = []
    var count = 0
    state.forEach(type: entity.key) { record in
      guard let view = plan.view(of: record) else { return true }
      if let filter, !filter.matches(view, scratch: &scratch) { return true }
      count += 1
      return true
    }
    return count
  }

  /// Counts the living records of an entity by the values of a field.
  ///
  /// A record counts once for each of several values, and once as having none.
  ///
  /// - Parameters:
  ///   - entity: whose records.
  ///   - field: the field to group by.
  ///   - filter: what must hold; nil for all.
  /// - Returns: the groups, the greatest first, ties by value.
  public func count(_ entity: Entity, by field: Field, filter: Filter? = nil) -> [Group] {
    // The slot to group by comes after those of the filter, so that their numbers stay.
    let slot = FieldSlot(index: filter?.slots.count ?? 0, field: field)
    let plan = ScanPlan(self, entity: entity, slots: (filter?.slots ?? []) + [slot])
    var scratch: [UInt8] = []
    var groups = GroupTable()
    let plainKey: FieldKey? =
      if case .register(let key) = plan.sources[slot.index] {
        key
      } else if case .member(let key) = plan.sources[slot.index] { key } else { nil }
    state.forEach(type: entity.key) { record in
      guard let view = plan.view(of: record) else { return true }
      if let filter, !filter.matches(view, scratch: &scratch) { return true }
      if let plainKey {
        let found: Void? = view.card.withValue(of: plainKey) { groups.add($0) }
        if found == nil { groups.addNone() }
        return true
      }
      // The first value offered is the stored one, names come after it; a set offers several.
      var values: [[UInt8]] = []
      if case .set(let key) = plan.sources[slot.index] {
        view.card.forEachElement(of: key) { element in
          // Merged cards have the same tag each, and count once.
          if !view.card.others.isEmpty {
            let copy = element.withUnsafeBufferPointer { Array($0) }
            if values.contains(copy) { return }
            values.append(copy)
          } else {
            values.append([])
          }
          groups.add(element)
        }
      } else {
        _ = view.hasValue(slot) { value in
          groups.add(content: value)
          values.append([])
          return true
        }
      }
      if values.isEmpty { groups.addNone() }
      return true
    }
    let counted = groups.all.map { value, count in
      (value: value.map { String(decoding: $0, as: UTF8.self) }, count: count)
    }
    return joined(counted, field).map { value, count in
      Group(value: value, name: value.flatMap { name($0, field) }, count: count)
    }
  }

  /// Counts by client or pipeline, those of cards and pipelines that are shown as one added up.
  private func joined(
    _ groups: [(value: String?, count: Int)], _ field: Field
  ) -> [(value: String?, count: Int)] {
    let shown: (String) -> String
    switch field.kind {
    case .reference("client") where !merged.isEmpty: shown = merged.shown
    case .reference("pipeline"):
      let table = pipelineTable
      shown = { table.shown[$0] ?? $0 }
    default: return groups
    }
    var places: [String?: Int] = [:]
    var result: [(value: String?, count: Int)] = []
    for group in groups {
      let value = group.value.map(shown)
      if let place = places[value] {
        result[place].count += group.count
      } else {
        places[value] = result.count
        result.append((value, group.count))
      }
    }
    return result.enumerated()
      .sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
      .map(\.element)
  }

  private func name(_ text: String, _ field: Field) -> String? {
    switch field.kind {
    case .member: members.first { $0.id == text }?.title
    // A deal holds the pipeline's name, which is no id.
    case .reference("pipeline"): pipelineName(ofID: text)
    case .reference(let type): name(ofID: text, type: type)
    default: nil
    }
  }
}

/// Counts by value.
///
/// Values are few as a rule, so a table of hashes with the bytes beside it.
private struct GroupTable {
  private var counts: [[UInt8]: Int] = [:]
  private var last: [UInt8] = []
  private var lastCount = 0
  private var recent: [(value: [UInt8], count: Int)] = []
  private var noneCount = 0

  mutating func addNone() { noneCount += 1 }

  mutating func add(_ value: Span<UInt8>) {
    StoredValue.withContent(of: value) { add(content: $0) }
  }

  @inline(__always)
  mutating func add(content: Span<UInt8>) {
    // A handful of values fits into a list that is faster than any hash.
    for index in recent.indices where Bytewise.equal(content, recent[index].value) {
      recent[index].count += 1
      return
    }
    let copy = content.withUnsafeBufferPointer { Array($0) }
    if recent.count < 48 {
      recent.append((copy, 1))
    } else {
      counts[copy, default: 0] += 1
    }
  }

  var all: [(value: [UInt8]?, count: Int)] {
    var result: [(value: [UInt8]?, count: Int)] = recent.map { ($0.value, $0.count) }
    result += counts.map { ($0.key, $0.value) }
    result.sort {
      $0.count != $1.count
        ? $0.count > $1.count : ($0.value ?? []).lexicographicallyPrecedes($1.value ?? [])
    }
    if noneCount > 0 {
      let place = result.firstIndex { $0.count < noneCount } ?? result.endIndex
      result.insert((nil, noneCount), at: place)
    }
    return result
  }
}
