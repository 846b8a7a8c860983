import Documents
import Replication

/// What a base has few of, read once for one state.
struct Shelf {
  var token: Int64?
  var settings: BaseSettings?
  var members: [Member]?
  var pipelines: PipelineTable?
  var adoptedNames: [String: String]?
  var segments: [Segment]?
  var customFields: [String: [Field]] = [:]
  var fieldIndexes: [String: FieldIndex] = [:]
  var me: Member??
  var merged: MergedCards?
}

/// The fields of a type by key, with their places in the order of forms.
struct FieldIndex {
  let entity: Entity?
  private let fields: [String: (place: Int, field: Field)]

  init(_ type: String, _ base: Base) {
    entity = Schema.entity(key: type)
    let all = entity.map { $0.fields + base.customFields(of: $0) } ?? []
    fields = Dictionary(all.enumerated().map { ($1.key, ($0, $1)) }) { first, _ in first }
  }

  /// The field with a key; one that the schema does not know holds text and comes last.
  func field(_ key: String, many: Bool) -> (place: Int, field: Field) {
    fields[key] ?? (.max, Field(key, key, key, .text, many: many))
  }
}

extension Base {
  /// The fields of a type, looked up once for many records.
  func fieldIndex(of type: String) -> FieldIndex {
    clearShelfIfStale()
    if let index = shelf.fieldIndexes[type] { return index }
    let index = FieldIndex(type, self)
    shelf.fieldIndexes[type] = index
    return index
  }

  /// Clears the shelf if the state has moved on, told by the number and the last stamp of each
  /// replica.
  private func clearShelfIfStale() {
    var token: Int64 = 1
    for replica in state.replicas {
      token = token &* 1_000_003 &+ Int64(replica.count) &+ (replica.stamps.last ?? 0)
    }
    if shelf.token != token { shelf = Shelf(token: token) }
  }

  /// Reads something from the shelf, or makes it and puts it there.
  private func shelved<Value>(
    _ path: WritableKeyPath<Shelf, Value?>, _ make: () -> Value
  ) -> Value {
    clearShelfIfStale()
    if let value = shelf[keyPath: path] { return value }
    let value = make()
    shelf[keyPath: path] = value
    return value
  }

  /// Which cards count as one.
  var merged: MergedCards {
    shelved(\.merged) { MergedCards(state) }
  }

  /// The settings that all copies share.
  public var settings: BaseSettings {
    shelved(\.settings) {
      var settings = BaseSettings()
      guard let record = state.record(type: "workspace", id: "workspace") else { return settings }
      settings.name = record.text("name", state) ?? ""
      settings.currency = record.text("currency", state) ?? Currency.standard
      settings.zone = record.text("zone", state)
      settings.callPeriod =
        record.integer(of: state.field("call_period")) ?? BaseSettings.standardCallPeriod
      return settings
    }
  }

  /// The members, those who left included, in the order in which they came; those of adopted bases
  /// are among them, since records name them.
  public var members: [Member] {
    shelved(\.members) {
      state.all("member").map { record in
        Member(
          id: record.id, name: record.text("name", state) ?? "",
          role: state.role(ofMember: record.id)?.name ?? "manager",
          isActive: record.text("state", state) != "left",
          aliases: record.elements(of: state.field("aliases")),
          origin: origin(ofRecordID: record.id)?.name)
      }
    }
  }

  /// The member who works on this device, if the base knows the device.
  public var me: Member? {
    shelved(\.me) {
      guard let replica = try? workspace.ownReplica() else { return nil }
      guard let device = state.device(replica) else {
        // After an old copy was put back the device writes under a new name.
        let active = members.filter { $0.isActive && $0.origin == nil }
        return active.count == 1 ? active[0] : nil
      }
      return members.first { $0.id == device.member }
    }
  }

  /// What the base's adopted workspaces are called, by their ids.
  var adoptedNames: [String: String] {
    shelved(\.adoptedNames) { Self.adoptedNames(in: state) }
  }

  /// The pipelines with their stages.
  var pipelineTable: PipelineTable {
    shelved(\.pipelines) { PipelineTable(self) }
  }

  /// The saved segments, by name; those of adopted bases are none here.
  public var segments: [Segment] {
    shelved(\.segments) {
      let own = state.all("segment").filter { !isOthersArrangement($0) }
      let all = own.map { record in
        Segment(
          id: record.id, name: record.text("name", state) ?? "",
          entity: record.text("entity", state) ?? "client",
          filter: record.text("filter", state) ?? "", columns: record.text("columns", state),
          sort: record.text("sort", state))
      }
      return all.map { (TextFolding.fold($0.name), $0) }
        .sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
    }
  }

  /// The fields that the base defines for an entity.
  public func customFields(of entity: Entity) -> [Field] {
    clearShelfIfStale()
    if let fields = shelf.customFields[entity.key] { return fields }
    var found: [(order: Int, field: Field)] = []
    for record in state.all("field") {
      guard let key = record.text("key", state),
        (record.text("entity", state) ?? "client") == entity.key
      else { continue }
      let field = Self.customField(key: key, record, state)
      // Two people may have defined the same field offline: the first one counts.
      guard !found.contains(where: { $0.field.key == field.key }) else { continue }
      found.append((record.integer(of: state.field("order")) ?? .max, field))
    }
    let fields = found.enumerated().sorted {
      ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
    }.map(\.element.field)
    shelf.customFields[entity.key] = fields
    return fields
  }

  private static func customField(key: String, _ record: Record, _ state: State) -> Field {
    let slug = key.utf8.starts(with: Field.customPrefix.utf8) ? key : Field.customPrefix + key
    let choices = record.elements(of: state.field("choices")).map { Choice($0, $0, $0) }
    let kind: FieldKind =
      switch record.text("type", state) ?? "text" {
      case "date": .date
      case "partial_date": .partialDate
      case "time": .time
      case "money": .money(currencyField: slug + "_currency")
      case "integer", "number": .integer
      case "bool": .bool
      case "choice": .choice(choices)
      case "phone": .phone
      case "email": .email
      case "url": .url
      case "member": .member
      default: .text
      }
    let label = record.text("label_ru", state) ?? key
    return Field(
      slug, label, record.text("label_en", state) ?? label, kind,
      many: record.withValue(of: state.field("many")) { $0.count == 4 } ?? false)
  }
}

extension Record {
  /// The text of a register that holds a string.
  func text(_ field: String, _ state: State) -> String? {
    text(of: state.field(field))
  }
}
