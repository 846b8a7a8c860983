import Bytes
import Documents
public import Replication

/// Finding the one record that a person means.
extension Base {
  /// Finds the record of an entity that a text means.
  ///
  /// The whole id comes first, then its number part (`57`, `57.3`, with more of the id where
  /// several devices have made a 57), then the name, then a unique beginning of an id.
  ///
  /// - Parameters:
  ///   - text: what was typed.
  ///   - entity: what is looked for.
  ///   - includingDeleted: whether the trash counts.
  /// - Returns: the record.
  /// - Throws: `LookupError` with what may have been meant.
  public func resolve(
    _ text: String, as entity: Entity, includingDeleted: Bool = false
  ) throws(LookupError) -> Record {
    try resolve(text, among: [entity], includingDeleted: includingDeleted)
  }

  /// The entities whose records people name.
  public static let namedEntities = [
    Schema.client, Schema.deal, Schema.task, Schema.activity, Schema.segment, Schema.member,
    Schema.rule, Schema.product, Schema.link, Schema.pipeline, Schema.stage, Schema.entry,
    Schema.customField,
    Schema.importBatch, Schema.stageEvent, Schema.device, Schema.workspace,
  ]

  /// Finds the record that a text means among several entities.
  ///
  /// - Parameters:
  ///   - text: what was typed.
  ///   - entities: what is looked for; nil for all that people name.
  ///   - includingDeleted: whether the trash counts.
  /// - Returns: the record.
  /// - Throws: `LookupError` with what may have been meant.
  public func resolve(
    _ text: String, among entities: [Entity]? = nil, includingDeleted: Bool = false
  ) throws(LookupError) -> Record {
    let entities = entities ?? Self.namedEntities
    let typed = Trimming.trimmed(text)
    func pick(_ found: [Record]) throws(LookupError) -> Record? {
      // A card that was merged into another leads to that one.
      let found = shown(found)
      let usable = includingDeleted ? found : found.filter(\.isAlive)
      if usable.count == 1 { return usable[0] }
      guard let first = usable.first ?? found.first else { return nil }
      // A living record hides those in the trash that are called the same.
      if includingDeleted, let alive = usable.first(where: \.isAlive),
        usable.count(where: \.isAlive) == 1
      {
        return alive
      }
      throw LookupError(
        text: text, entity: entities.count == 1 ? entities[0].key : nil,
        kind: usable.isEmpty ? .deleted : .ambiguous,
        candidates: (usable.isEmpty ? [first] : Array(usable.prefix(8))).map(named))
    }
    if typed.isEmpty { throw notFound(text, entities) }
    if let record = try pick(records(withID: typed, entities)) { return record }
    if let record = try pick(records(named: typed, entities)) { return record }
    if let record = try pick(records(withPrefix: typed, entities)) { return record }
    throw notFound(text, entities)
  }

  /// Records whose id is the text, or whose number part it is.
  private func records(withID text: String, _ entities: [Entity]) -> [Record] {
    for entity in entities {
      if let record = state.record(type: entity.key, id: text) { return [record] }
    }
    guard let first = text.utf8.first, first &- 0x30 < 10 else { return [] }
    let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts[0].utf8.allSatisfy({ $0 &- 0x30 < 10 || $0 == 0x2E }) else { return [] }
    let start = parts.count > 1 ? String(parts[1]) : ""
    var found: [Record] = []
    for replica in state.replicas where replica.id.text.hasPrefix(start) {
      let id = "\(parts[0])-\(replica.id.text)"
      for entity in entities {
        if let record = state.record(type: entity.key, id: id) { found.append(record) }
      }
    }
    return found
  }

  /// Records that are called so.
  private func records(named text: String, _ entities: [Entity]) -> [Record] {
    var found: [Record] = []
    for entity in entities {
      if entity.key == "client" {
        var key: [UInt8] = []
        MatchKey.appendName(text.utf8.span, to: &key)
        guard !key.isEmpty else { continue }
        found += state.records(
          withKey: key, in: "name", of: "client", plan: BaseIndex.plan)
      } else if let field = Self.nameField(of: entity.key), entity.key != "activity" {
        let folded = TextFolding.fold(text)
        guard !folded.isEmpty else { continue }
        let name = state.field(field)
        var scratch: [UInt8] = []
        state.forEach(type: entity.key) { record in
          scratch.removeAll(keepingCapacity: true)
          _ = record.withValue(of: name) { value in
            StoredValue.withContent(of: value) { TextFolding.append($0, to: &scratch) }
          }
          if scratch == folded, !isOthersArrangement(record) { found.append(record) }
          return true
        }
      }
    }
    return found
  }

  /// Records whose id begins so.
  private func records(withPrefix text: String, _ entities: [Entity]) -> [Record] {
    guard let first = text.utf8.first, first &- 0x30 < 10,
      text.utf8.allSatisfy({ $0 < 0x80 && $0 > 0x20 })
    else { return [] }
    var found: [Record] = []
    for entity in entities {
      state.forEach(type: entity.key) { record in
        if record.id.utf8.starts(with: text.utf8) { found.append(record) }
        return found.count < 16
      }
    }
    return found
  }

  private func notFound(_ text: String, _ entities: [Entity]) -> LookupError {
    let searchable = entities.filter { ["client", "deal", "task"].contains($0.key) }
    var candidates: [NamedRecord] = []
    if text.utf8.count >= 3, !searchable.isEmpty {
      candidates = find(text, entities: Array(searchable.prefix(1)), limit: 3)
        .map { NamedRecord(type: $0.card.type, id: $0.card.id, name: $0.card.name) }
      if candidates.isEmpty { candidates = nearNames(text, searchable[0]) }
    }
    return LookupError(
      text: text, entity: entities.count == 1 ? entities[0].key : nil, kind: .notFound,
      candidates: candidates)
  }

  /// Records whose name is a few slips away.
  private func nearNames(_ text: String, _ entity: Entity) -> [NamedRecord] {
    guard let field = Self.nameField(of: entity.key) else { return [] }
    let name = state.field(field)
    var typed: [UInt8] = []
    MatchKey.appendName(text.utf8.span, to: &typed)
    var found: [(record: Record, key: String)] = []
    var scratch: [UInt8] = []
    state.forEach(type: entity.key) { record in
      guard record.isAlive, isShown(record) else { return true }
      scratch.removeAll(keepingCapacity: true)
      _ = record.withValue(of: name) { value in
        StoredValue.withContent(of: value) { MatchKey.appendName($0, to: &scratch) }
      }
      // The full distance is asked only of names of about this length with the same beginning.
      if abs(scratch.count - typed.count) <= 6, scratch.prefix(2) == typed.prefix(2) {
        found.append((record, String(decoding: scratch, as: UTF8.self)))
      }
      return found.count < 256
    }
    let near = Suggestions.closest(
      to: String(decoding: typed, as: UTF8.self), among: found.map(\.key))
    return near.compactMap { key in
      found.first { $0.key.utf8.elementsEqual(key.utf8) }.map { named($0.record) }
    }
  }

  func named(_ record: Record) -> NamedRecord {
    NamedRecord(type: record.type, id: record.id, name: name(of: record))
  }

  /// The field that holds the name of an entity's records.
  static func nameField(of type: String) -> String? {
    switch type {
    case "client", "member", "pipeline", "stage", "segment", "rule", "product", "entry",
      "device", "workspace":
      "name"
    case "deal", "task": "title"
    case "activity": "text"
    case "field": "label_ru"
    case "import": "file"
    default: nil
    }
  }

  /// The name by which people know a record; empty where it has none.
  ///
  /// A deal without a title goes by its client, an activity by its text or kind.
  public func name(of record: Record) -> String {
    let type = record.type
    if let field = Self.nameField(of: type), let name = record.text(field, state), !name.isEmpty {
      return name
    }
    switch type {
    case "client":
      if let name = nameOfMerged(record) { return name }
      let parts = ["family_name", "given_name", "patronymic"].compactMap { record.text($0, state) }
      if !parts.isEmpty { return parts.joined(separator: " ") }
      return record.elements(of: state.field("phones")).min()
        ?? record.elements(of: state.field("emails")).min() ?? ""
    case "deal":
      return record.text("client", state).flatMap { name(ofID: $0, type: "client") } ?? ""
    case "activity": return record.text("kind", state) ?? ""
    case "field": return record.text("key", state) ?? ""
    default: return ""
    }
  }

  /// The name that a card merged into a nameless one has.
  private func nameOfMerged(_ record: Record) -> String? {
    union(of: record).others.lazy.compactMap { $0.text("name", self.state) }.first { !$0.isEmpty }
  }

  /// The name of the record with an id; nil if there is no such record.
  public func name(ofID id: String, type: String) -> String? {
    state.record(type: type, id: shownID(id, type: type)).map { name(of: $0) }
  }

  /// The shortest text by which a person may name a record: the number part of its id, with as
  /// much of the device's name as tells it from those of other devices.
  public func shortID(_ id: String) -> String {
    guard let dash = id.utf8.firstIndex(of: UInt8(ascii: "-")), dash > id.startIndex,
      id.utf8[..<dash].allSatisfy({ $0 &- 0x30 < 10 || $0 == 0x2E })
    else { return id }
    let alias = String(id[id.index(after: dash)...])
    let others = state.replicas.map(\.id.text).filter { $0 != alias }
    guard !others.isEmpty else { return String(id[..<dash]) }
    let shared = others.map { zip($0.utf8, alias.utf8).prefix { $0 == $1 }.count }.max() ?? 0
    return "\(id[...dash])\(alias.prefix(shared + 1))"
  }

  /// Finds an entity by a word of a command.
  ///
  /// - Throws: `EntryError.unknownEntity` with what may have been meant.
  public func entity(_ word: String) throws(EntryError) -> Entity {
    if let entity = Schema.entity(named: word) { return entity }
    let names = Schema.entities.flatMap {
      [$0.key, $0.english.plural, $0.russian.plural, $0.russian.one]
    }
    throw .unknownEntity(word, suggestions: Suggestions.closest(to: word, among: names))
  }

  /// Finds a field of an entity by key, label or synonym.
  ///
  /// - Throws: `EntryError.unknownField` with what may have been meant.
  public func field(_ name: String, of entity: Entity) throws(EntryError) -> Field {
    let custom = customFields(of: entity)
    if let field = Schema.field(name, in: entity, custom: custom) { return field }
    throw .unknownField(
      name, entity: entity.key,
      suggestions: Schema.suggestions(for: name, in: entity, custom: custom))
  }
}
