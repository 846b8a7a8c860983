import Bytes
import Documents
import Replication

/// What of a base a scan needs, looked up once: where fields lie, who members are.
final class ScanPlan {
  /// Where the values of a slot come from.
  enum Source {
    case register(FieldKey)
    case set(FieldKey)
    /// A register that holds a member; the name is offered as well.
    case member(FieldKey)
    /// A register or set that refers to records of a type; their names are offered as well.
    case reference(FieldKey, isSet: Bool, type: String)
    case figure(Figure)
    case stamp(isCreation: Bool)
    case outcome(FieldKey)
    case none
  }

  let base: Base
  /// Which clients count as one; none where the scan is of something else.
  private let merged: MergedCards?
  let sources: [Source]
  let figures: FigureTable?
  let search: SearchPlan
  private let members: [(id: [UInt8], name: [UInt8])]
  /// The pipelines and stages that are shown as others, and what of an adopted base means nothing.
  private let hidden: Set<String>
  /// The stages of all pipelines with their outcomes, for the outcome of a deal.
  private let outcomes: [(name: [UInt8], outcome: [UInt8])]
  /// Buffers that live from record to record.
  var text = SearchText()
  var scratch: [UInt8] = []

  init(_ base: Base, entity: Entity, slots: [FieldSlot], figures: FigureTable? = nil) {
    self.base = base
    let state = base.state
    merged = entity.key == "client" && !base.merged.isEmpty ? base.merged : nil
    self.figures =
      figures
      ?? (slots.contains { Figure($0.field, of: entity) != nil } ? FigureTable(base) : nil)
    sources = slots.map { slot in
      let key = state.field(slot.field.key)
      if let figure = Figure(slot.field, of: entity) { return .figure(figure) }
      if slot.field.key == "created", slot.field.computed { return .stamp(isCreation: true) }
      if slot.field.key == "changed", slot.field.computed { return .stamp(isCreation: false) }
      if slot.field.key == "outcome", slot.field.computed { return .outcome(state.field("stage")) }
      if slot.field.computed { return .none }
      switch slot.field.kind {
      case .member where !slot.field.many: return .member(key)
      // A deal holds the name of its pipeline, a stage the id.
      case .reference(let type) where type != "pipeline" || entity.key == "stage":
        return .reference(key, isSet: slot.field.many, type: type)
      default: return slot.field.many ? .set(key) : .register(key)
      }
    }
    search = SearchPlan(base, entity)
    members = base.members.map { (Array($0.id.utf8), Array($0.title.utf8)) }
    hidden =
      switch entity.key {
      case "stage", "pipeline": base.pipelineTable.hidden
      case let key where Base.arrangements.contains(key):
        Set(state.living(key).filter(base.isOthersArrangement).map(\.id))
      default: []
      }
    outcomes = base.pipelines.flatMap(\.stages).map {
      (Array($0.name.utf8), Array($0.outcome.rawValue.utf8))
    }
  }

  /// A record as filters see it; nil for one in the trash, or that is shown under another.
  @inline(__always)
  func view(of record: Record) -> RecordView? {
    guard record.isAlive else { return nil }
    if !hidden.isEmpty, hidden.contains(record.id) { return nil }
    guard let merged, let cluster = merged.cluster(of: record) else {
      return RecordView(card: CardUnion(record), plan: self)
    }
    return cluster.shown == record.id ? RecordView(card: base.union(of: record), plan: self) : nil
  }

  /// The name of a member; nil if the bytes are no member's id.
  @inline(__always)
  func memberName(_ id: Span<UInt8>) -> [UInt8]? {
    for member in members where Bytewise.equal(id, member.id) { return member.name }
    return nil
  }

  /// The outcome of the stage with this name.
  func outcome(_ stage: Span<UInt8>) -> [UInt8] {
    for entry in outcomes where Bytewise.equal(stage, entry.name) { return entry.outcome }
    return Self.open
  }

  private static let open = Array("open".utf8)
}

/// A record as filters see it.
struct RecordView: RecordReading {
  let card: CardUnion
  let plan: ScanPlan
  var record: Record { card.record }

  func hasValue(_ slot: FieldSlot, where test: (Span<UInt8>) -> Bool) -> Bool {
    switch plan.sources[slot.index] {
    case .register(let key):
      return card.withValue(of: key) { StoredValue.withContent(of: $0, test) } ?? false
    case .set(let key):
      var found = false
      card.forEachElement(of: key) { element in
        if !found { found = StoredValue.withContent(of: element, test) }
      }
      return found
    case .member(let key):
      return card.withValue(of: key) { value in
        StoredValue.withContent(of: value) { id in
          if test(id) { return true }
          guard let name = plan.memberName(id) else { return false }
          return test(name.span)
        }
      } ?? false
    case .reference(let key, let isSet, let type):
      func holds(_ value: Span<UInt8>) -> Bool {
        StoredValue.withContent(of: value) { id in
          if test(id) { return true }
          let id = plan.base.shownID(StoredValue.text(of: id), type: type)
          if test(id.utf8.span) { return true }
          guard let name = plan.base.name(ofID: id, type: type) else { return false }
          return test(name.utf8.span)
        }
      }
      guard isSet else { return card.withValue(of: key, holds) ?? false }
      var found = false
      card.forEachElement(of: key) { if !found { found = holds($0) } }
      return found
    case .figure(let figure):
      guard let text = plan.figures?.text(figure, of: record.id) else { return false }
      return test(text.utf8.span)
    case .stamp(let isCreation):
      guard let stamp = plan.base.stamp(of: record, isCreation: isCreation) else { return false }
      return test(stamp.description.utf8.span)
    case .outcome(let stage):
      return record.withValue(of: stage) { value in
        StoredValue.withContent(of: value) { stage in
          let outcome = plan.outcome(stage)
          return test(outcome.span)
        }
      } ?? false
    case .none: return false
    }
  }

  func integer(_ slot: FieldSlot) -> Int? {
    switch plan.sources[slot.index] {
    case .register(let key): card.integer(of: key)
    case .figure(let figure): plan.figures?.integer(figure, of: record.id)
    default: nil
    }
  }

  func searchText(_ test: (Span<UInt8>) -> Bool) -> Bool {
    // Taken out of the plan while it is filled, so that its memory is kept and never shared.
    var text = SearchText()
    swap(&text, &plan.text)
    text.removeAll()
    plan.search.append(record, to: &text, plan)
    for other in card.others { plan.search.append(other, to: &text, plan) }
    let result = test(text.bytes.span)
    swap(&text, &plan.text)
    return result
  }
}

/// Which fields full-text search reads, and as what.
struct SearchPlan {
  private struct Entry {
    let key: FieldKey
    let isSet: Bool
    let part: SearchText.Part
    let referred: String?
  }

  private let entries: [Entry]

  init(_ base: Base, _ entity: Entity) {
    let state = base.state
    let nameKey = Base.nameField(of: entity.key)
    var entries: [Entry] = []
    for field in entity.fields + base.customFields(of: entity) where !field.computed {
      guard let part = Self.part(field, nameKey) else { continue }
      var referred: String?
      if case .reference(let type) = field.kind, type != "pipeline" { referred = type }
      let entry = Entry(
        key: state.field(field.key), isSet: field.many, part: part,
        referred: referred)
      // The name comes first: a match at the beginning of the text is one of the name.
      if part == .name { entries.insert(entry, at: 0) } else { entries.append(entry) }
    }
    self.entries = entries
  }

  private static func part(_ field: Field, _ nameKey: String?) -> SearchText.Part? {
    if field.key == nameKey { return .name }
    switch field.kind {
    case .phone: return .phone
    case .email: return .email
    case .requisite: return .number
    case .directory: return ["tags", "categories"].contains(field.key) ? .tag : .other
    case .text, .url, .address, .stage: return .other
    case .reference(let type):
      return type == "client" && !field.many && field.key != MergedCards.field ? .other : nil
    default: return nil
    }
  }

  func append(_ record: Record, to text: inout SearchText, _ plan: ScanPlan) {
    for entry in entries {
      if entry.isSet {
        record.forEachElement(of: entry.key) { append($0, entry, to: &text, plan) }
      } else {
        record.withValue(of: entry.key) { append($0, entry, to: &text, plan) }
      }
    }
  }

  private func append(
    _ value: Span<UInt8>, _ entry: Entry, to text: inout SearchText, _ plan: ScanPlan
  ) {
    StoredValue.withContent(of: value) { content in
      if entry.part == .phone {
        var key: [UInt8] = []
        swap(&key, &plan.scratch)
        defer { swap(&key, &plan.scratch) }
        key.removeAll(keepingCapacity: true)
        if MatchKey.appendPhone(content, to: &key) {
          text.append(key.span, as: .phone)
        } else {
          text.append(content, as: .phone)
        }
      } else if let type = entry.referred {
        if let name = plan.base.name(ofID: StoredValue.text(of: content), type: type) {
          text.append(name, as: entry.part)
        }
      } else {
        text.append(content, as: entry.part)
      }
    }
  }
}

extension Base {
  /// When a record was made or last changed, as its history tells.
  func stamp(of record: Record, isCreation: Bool) -> Instant? {
    if isCreation, let made = creationStamp(ofID: record.id) { return made }
    let contents = record.contents()
    let stamps = (contents.editors + contents.deleters).map(\.stampMillis)
    let stamp = isCreation ? stamps.min() : stamps.max()
    return stamp.map { Instant(epochMillis: $0) }
  }

  /// An id tells the commit that made the record: `57.3-alias` is commit 57 of a replica.
  private func creationStamp(ofID id: String) -> Instant? {
    let parts = id.split(separator: "-", maxSplits: 1)
    guard parts.count == 2, let number = Int(parts[0].split(separator: ".")[0]), number > 0,
      let replica = state.replicas.first(where: { $0.id.text.utf8.elementsEqual(parts[1].utf8) }),
      number <= replica.stamps.count
    else { return nil }
    return Instant(epochMillis: replica.stamps[number - 1])
  }
}
