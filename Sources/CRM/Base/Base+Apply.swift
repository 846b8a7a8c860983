import Bytes
import Documents
import Replication

extension Base {
  /// Applies JSON objects, one a line, in one batch.
  ///
  /// - `{"type":"client","name":"ООО Ромашка","phones":["+74952346187"]}` makes a record; with an
  ///   `"id"` it sets the fields of that record. Arrays replace all values, `null` clears.
  /// - `{"type":"client","id":"57-…","set":{…},"add":{…},"remove":{…}}` touches only what it says.
  /// - `{"type":"client","id":"57-…","delete":true}` puts it into the trash.
  /// - `{"type":"client","id":"@anna",…}` makes a record to which later lines refer as `@anna`.
  ///
  /// Values are those that `--json` prints: sums in minor units, choices by key, ISO dates; names of
  /// members and looser texts are understood too. What `--json` prints besides the fields (computed
  /// ones, names of references, conflicts) is passed over.
  ///
  /// - Parameters:
  ///   - lines: the objects; empty lines are passed over.
  ///   - isRehearsal: whether to stop before anything is written.
  /// - Returns: what was done.
  /// - Throws: `LineError` for the first line that cannot be applied, or what keeps the batch from
  ///   being written; nothing was written then.
  public func apply(_ lines: [UInt8], isRehearsal: Bool = false) throws -> Written {
    try write(purpose: "apply", isRehearsal: isRehearsal) { batch in
      var number = 0
      for line in lines.split(separator: 0x0A, omittingEmptySubsequences: false) {
        number += 1
        let bytes = Array(line)
        guard bytes.contains(where: { $0 > 0x20 }) else { continue }
        do {
          try batch.apply(line: bytes, number)
        } catch {
          throw LineError(line: number, cause: error)
        }
      }
    }.written
  }
}

extension Batch {
  fileprivate mutating func apply(line: [UInt8], _ number: Int) throws {
    let value: JSONValue
    do {
      value = try JSONParser.parse(line.span)
    } catch {
      throw EntryError.malformedLine(number, .syntax(byteOffset: error.byteOffset))
    }
    guard case .object(let members) = value else {
      throw EntryError.malformedLine(number, .notAnObject)
    }
    guard let type = value["type"]?.text else {
      throw EntryError.malformedLine(number, .missingType)
    }
    let entity = try base.entity(type)
    var stated = value["id"]?.text
    if let name = stated, name.utf8.first == UInt8(ascii: "@") {
      let id = newID()
      guard reader.made.updateValue(id, forKey: "\(entity.key) \(name)") == nil else {
        throw EntryError.malformedLine(number, .nameTwice(name))
      }
      stated = id
    }
    let record = try record(of: stated, entity)
    let isPartial = ["set", "add", "remove", "delete"].contains { value[$0] != nil }
    if record == nil, value["delete"] != nil || value["remove"] != nil {
      throw EntryError.malformedLine(number, .missingID)
    }
    if let record, case .bool(true) = value["delete"] ?? .null {
      try base.demandDeletable([record])
      for card in base.wholeCards([record]) { delete(card) }
      return
    }
    let id = record?.id ?? stated ?? newID()
    var maker = EditMaker(base, entity, id: id, record: record)
    maker.takeMergedCards()
    maker.settlesShownValues = isPartial
    if isPartial {
      for (part, operation) in Self.parts {
        guard let value = value[part] else { continue }
        guard case .object(let fields) = value else {
          throw EntryError.malformedLine(number, .wrongPart(part))
        }
        try maker.apply(fields, operation, &reader)
      }
    } else {
      try maker.apply(members.filter { $0.key != "type" && $0.key != "id" }, .set, &reader)
    }
    var edit = maker.edit
    if let record {
      try putChanged(&edit, record)
      putMerged(of: maker)
    } else {
      try addCompleted(&edit, entity, leaving: maker.emptied)
    }
  }

  private static let parts: [(String, FieldChange.Operation)] = [
    ("set", .set), ("add", .add), ("remove", .remove),
  ]

  /// The record with an id; nil for a new one, which may bring its id along.
  private func record(of id: String?, _ entity: Entity) throws(LookupError) -> Record? {
    guard let id else { return nil }
    if let record = state.record(type: entity.key, id: id) { return record }
    let parts = id.split(separator: "-", maxSplits: 1)
    if parts.count == 2, ReplicaID(String(parts[1])) != nil { return nil }
    return try base.resolve(id, as: entity, includingDeleted: true)
  }
}

extension EditMaker {
  /// Takes in fields as JSON has them.
  fileprivate mutating func apply(
    _ fields: [(key: String, value: JSONValue)], _ operation: FieldChange.Operation,
    _ reader: inout ValueReader
  ) throws(EntryError) {
    var resolved: [(field: Field, value: JSONValue)] = []
    for (key, value) in fields {
      if let name = AttributeName(register: key), operation == .set {
        let text =
          value.text
          ?? (value == .null ? "" : String(decoding: value.canonicalBytes, as: UTF8.self))
        try setAttribute(name, FieldChange(key, .set, text), &reader)
        continue
      }
      if Self.isAnnotation(key, fields) { continue }
      let field = try base.field(key, of: entity)
      if field.computed { continue }
      resolved.append((field, value))
    }
    for (field, value) in resolved where field.kind == .currency {
      if let text = value.text { currencies[field.key] = Currency.code(text) }
    }
    for (field, value) in resolved where field.kind == .reference("pipeline") {
      if let text = value.text { pipeline = try reader.pipeline(text) }
    }
    takePipelineOfRecord()
    for (field, value) in resolved { try apply(field, value, operation, &reader) }
    nameCurrencies(of: resolved.map(\.field))
  }

  /// What `--json` prints beside the fields.
  private static func isAnnotation(
    _ key: String, _ fields: [(key: String, value: JSONValue)]
  ) -> Bool {
    if ["conflicts", "deleted", "merged", "other_cards"].contains(key) { return true }
    for ending in ["_names", "_name"] where key.hasSuffix(ending) {
      let stem = key.dropLast(ending.count)
      if fields.contains(where: { $0.key == stem || $0.key == stem + "s" }) { return true }
    }
    return false
  }

  private mutating func apply(
    _ field: Field, _ value: JSONValue, _ operation: FieldChange.Operation,
    _ reader: inout ValueReader
  ) throws(EntryError) {
    let wrongType = EntryError.unreadable(
      field: FieldName(field), text: String(decoding: value.canonicalBytes, as: UTF8.self),
      reason: .wrongType)
    if field.many {
      var texts: [String] = []
      switch value {
      case .null: break
      case .string(let text): texts = [text]
      case .array(let values):
        for each in values {
          guard let text = each.text else { throw wrongType }
          texts.append(text)
        }
      default: throw wrongType
      }
      try applyElements(texts, operation, field, &reader)
      return
    }
    guard operation == .set else { throw .notManyValued(field: FieldName(field)) }
    switch (value, field.kind) {
    case (.null, _), (.string(""), _): setRegister(field.key, StoredValue.null)
    case (.integer(let number), .money(let companion)):
      setRegister(field.key, StoredValue.integer(number))
      setRegister(companion, StoredValue.text(currency(of: field)))
    case (.integer(let number), .integer): setRegister(field.key, StoredValue.integer(number))
    case (.integer(let number), .text): setRegister(field.key, StoredValue.text(String(number)))
    case (.bool(let flag), .bool): setRegister(field.key, StoredValue.bool(flag))
    case (.string(let text), _):
      let currency = currency(of: field)
      let reading = try reader.read(text, as: field, currency: currency, pipeline: pipeline)
      setRegister(field.key, reading.value)
      if let companion = field.currencyField {
        setRegister(companion, StoredValue.text(reading.currency ?? currency))
      }
    default: throw wrongType
    }
  }
}
