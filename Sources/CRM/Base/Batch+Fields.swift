import Bytes
public import Replication

/// Turns typed changes of fields into an edit.
struct EditMaker {
  let base: Base
  let entity: Entity
  let record: Record?
  let state: State
  var edit: RecordEdit
  /// The cards that were merged into the client's, with what becomes of them: who changes a field
  /// of the shown card has settled what the others say.
  var merged: [(record: Record, edit: RecordEdit)] = []
  /// Whether a value that is shown already settles what other cards say instead: not where a whole
  /// record is written back as it was printed.
  var settlesShownValues = true
  /// The pipeline in which a stage is looked for.
  var pipeline: Pipeline?
  /// The currency of each sum that the changes name, by companion field.
  var currencies: [String: String] = [:]
  /// Fields of a new record that the changes leave empty on purpose.
  private(set) var emptied: Set<String> = []

  init(_ base: Base, _ entity: Entity, id: String, record: Record?) {
    self.base = base
    self.entity = entity
    self.record = record
    state = base.state
    edit = RecordEdit(type: entity.key, id: id)
  }

  /// Makes the edit that typed changes describe.
  mutating func make(
    _ changes: [FieldChange], with reader: inout ValueReader
  ) throws(EntryError) -> RecordEdit {
    var resolved: [(change: FieldChange, field: Field)] = []
    for change in changes {
      if let name = AttributeName(register: change.field) {
        try setAttribute(name, change, &reader)
        continue
      }
      let field = try base.field(change.field, of: entity)
      if field.computed { throw .computedField(FieldName(field)) }
      resolved.append((change, field))
    }
    // A currency and a pipeline say how other texts of the same command are to be read.
    for (change, field) in resolved where field.kind == .currency {
      if let code = Currency.code(change.text) { currencies[field.key] = code }
    }
    for (change, field) in resolved where field.kind == .reference("pipeline") {
      if !Trimming.trimmed(change.text).isEmpty { pipeline = try reader.pipeline(change.text) }
    }
    takePipelineOfRecord()
    for (change, field) in resolved { try apply(change, field, &reader) }
    nameCurrencies(of: resolved.map(\.field))
    return edit
  }

  /// Writes the currency of each sum that is written, also where it is the same as before: of two
  /// sums that people differ about each keeps its own.
  mutating func nameCurrencies(of fields: [Field]) {
    for field in fields where edit.set[field.key].map({ $0 != StoredValue.null }) ?? false {
      guard let companion = field.currencyField, edit.set[companion] == nil,
        let currency = record?.text(companion, state)
      else { continue }
      edit.set[companion] = StoredValue.text(currency)
    }
  }

  /// Looks for stages in the pipeline that the record is in, unless the changes name another.
  mutating func takePipelineOfRecord() {
    guard pipeline == nil, let name = record?.text("pipeline", state) else { return }
    pipeline = base.pipelines.first { $0.name.utf8.elementsEqual(name.utf8) }
  }

  private mutating func apply(
    _ change: FieldChange, _ field: Field, _ reader: inout ValueReader
  ) throws(EntryError) {
    if field.many {
      try applyElements(change, field, &reader)
      return
    }
    guard change.operation == .set else { throw .notManyValued(field: FieldName(field)) }
    guard !Trimming.trimmed(change.text).isEmpty else {
      setRegister(field.key, StoredValue.null)
      return
    }
    let currency = currency(of: field)
    let reading = try reader.read(
      change.text, as: field, currency: currency, pipeline: pipeline)
    setRegister(field.key, reading.value)
    if let companion = field.currencyField {
      // A sum always says its currency, so that the base's may change one day.
      setRegister(companion, StoredValue.text(reading.currency ?? currency))
    }
  }

  func currency(of field: Field) -> String {
    guard let companion = field.currencyField else { return Currency.standard }
    return currencies[companion] ?? record?.text(companion, state) ?? base.settings.currency
  }

  /// Sets a register unless it holds just that value and no other.
  mutating func setRegister(_ field: String, _ value: [UInt8]) {
    let isShown = isShown(value, in: field)
    if !isShown || settlesShownValues { settle(field, value) }
    if let record {
      let present = Self.writes(of: field, in: record)
      if isShown || (present.isEmpty && value == StoredValue.null) {
        edit.set[field] = nil
        return
      }
    } else if value == StoredValue.null {
      emptied.insert(field)
      return
    }
    edit.set[field] = value
  }

  private mutating func applyElements(
    _ change: FieldChange, _ field: Field, _ reader: inout ValueReader
  ) throws(EntryError) {
    let pieces = ValueReader.pieces(change.text, of: field)
    try applyElements(pieces, change.operation, field, &reader)
  }

  /// Adds, removes or replaces elements.
  mutating func applyElements(
    _ pieces: [String], _ operation: FieldChange.Operation, _ field: Field,
    _ reader: inout ValueReader
  ) throws(EntryError) {
    var wanted: [(key: String, value: [UInt8])] = []
    for piece in pieces {
      if operation == .remove, let key = removalKey(piece, field) {
        wanted.append((key, []))
        continue
      }
      let reading = try reader.read(
        piece, as: field, currency: base.settings.currency, pipeline: pipeline)
      let key = ElementKey.of(StoredValue.content(of: reading.value), field)
      if !wanted.contains(where: { Self.same($0.key, key) }) { wanted.append((key, reading.value)) }
    }
    let present = elements(of: field, in: record)
    let presentInMerged = merged.map { elements(of: field, in: $0.record) }
    func has(_ list: [(key: String, value: [UInt8])], _ key: String) -> Bool {
      list.contains { Self.same($0.key, key) }
    }
    if operation != .remove {
      for element in wanted
      where !has(present, element.key) && !presentInMerged.contains(where: { has($0, element.key) })
      {
        edit.add[field.key, default: []].append(element.value)
      }
    }
    func isRemoved(_ key: String) -> Bool {
      switch operation {
      case .add: false
      case .set: !has(wanted, key)
      case .remove: has(wanted, key)
      }
    }
    for element in present where isRemoved(element.key) {
      edit.remove[field.key, default: []].append(element.value)
    }
    for (index, elements) in presentInMerged.enumerated() {
      for element in elements where isRemoved(element.key) {
        merged[index].edit.remove[field.key, default: []].append(element.value)
      }
    }
  }

  /// The elements of a set with the keys by which they are compared.
  private func elements(
    of field: Field, in record: Record?
  ) -> [(key: String, value: [UInt8])] {
    var elements: [(key: String, value: [UInt8])] = []
    record?.forEachElement(of: state.field(field.key)) { element in
      let value = element.withUnsafeBufferPointer { Array($0) }
      elements.append((ElementKey.of(StoredValue.content(of: value), field), value))
    }
    return elements
  }

  /// What is taken away is compared by key, even where it could not be entered any more.
  private func removalKey(_ piece: String, _ field: Field) -> String? {
    switch field.kind {
    case .choice: field.choice(piece)?.key ?? piece
    case .member, .reference, .stage: nil
    default: ElementKey.of(piece, field)
    }
  }

  private static func same(_ left: String, _ right: String) -> Bool {
    left.utf8.elementsEqual(right.utf8)
  }

  /// Sets the attribute of an element: `phones[8 903 236 55 44].kind`.
  mutating func setAttribute(
    _ name: AttributeName, _ change: FieldChange, _ reader: inout ValueReader
  ) throws(EntryError) {
    let attribute = try base.attribute(name, of: entity)
    let register = attribute.key
    guard !Trimming.trimmed(change.text).isEmpty else {
      setRegister(register, StoredValue.null)
      return
    }
    let reading = try reader.read(
      change.text, as: attribute.field, currency: base.settings.currency, pipeline: nil)
    setRegister(register, reading.value)
  }
}

extension Batch {
  /// Makes a new record of an entity.
  ///
  /// What the CRM adds by itself: a deal gets a pipeline, a stage, the day and an owner; a task is
  /// open and assigned to whoever makes it; a client has an owner, and a company its kind.
  ///
  /// - Parameters:
  ///   - entity: the entity.
  ///   - changes: its fields.
  /// - Returns: the id.
  /// - Throws: `EntryError`.
  @discardableResult
  public mutating func add(
    _ entity: Entity, _ changes: [FieldChange]
  ) throws(EntryError) -> String {
    let id = newID()
    var maker = EditMaker(base, entity, id: id, record: nil)
    var edit = try maker.make(changes, with: &reader)
    try addCompleted(&edit, entity, leaving: maker.emptied)
    return id
  }

  /// Adds what every new record has, but for fields that are empty on purpose, and takes it in.
  mutating func addCompleted(
    _ edit: inout RecordEdit, _ entity: Entity, leaving emptied: Set<String> = []
  ) throws(EntryError) {
    try complete(&edit, entity, emptied)
    settlePipeline(ofStage: &edit, nil)
    try checkName(edit, nil)
    put(edit, name: addedName(edit))
    if entity.key == "deal" { putStageEvent(deal: edit.id, from: nil, edit: edit) }
  }

  private func addedName(_ edit: RecordEdit) -> String? {
    guard edit.type == "deal", edit.set["title"] == nil else { return nil }
    return edit.set["client"].flatMap {
      base.name(ofID: StoredValue.content(of: $0), type: "client")
    }
  }

  /// Changes fields of a record; a deal that comes to another stage is moved.
  ///
  /// - Parameters:
  ///   - record: the record.
  ///   - changes: the changes.
  ///   - reason: why a deal is moved.
  /// - Throws: `EntryError`.
  public mutating func set(
    _ record: Record, _ changes: [FieldChange], reason: String? = nil
  ) throws(EntryError) {
    guard let entity = Schema.entity(key: record.type) else {
      throw .unknownEntity(record.type, suggestions: [])
    }
    // Another process may have written since the record was looked up.
    let record = state.record(type: record.type, id: record.id) ?? record
    var maker = EditMaker(base, entity, id: record.id, record: record)
    maker.takeMergedCards()
    var edit = try maker.make(changes, with: &reader)
    try putChanged(&edit, record, reason: reason)
    putMerged(of: maker)
  }

  /// Takes the edit of a record in; a deal that comes to another stage is moved.
  mutating func putChanged(
    _ edit: inout RecordEdit, _ record: Record, reason: String? = nil
  ) throws(EntryError) {
    settlePipeline(ofStage: &edit, record)
    try checkName(edit, record)
    if edit.type == "deal", edit.set["stage"] != nil || edit.set["pipeline"] != nil {
      try move(record, &edit, reason: reason)
    } else {
      put(edit)
    }
  }

  /// Puts a record into the trash with all its data.
  public mutating func delete(_ record: Record) {
    var edit = RecordEdit(type: record.type, id: record.id)
    edit.isDeletion = true
    put(edit)
  }

  /// Brings a record back from the trash.
  public mutating func restore(_ record: Record) {
    put(RecordEdit(type: record.type, id: record.id))
  }

  /// Adds what every new record of an entity has, and demands what it must have.
  private mutating func complete(
    _ edit: inout RecordEdit, _ entity: Entity, _ emptied: Set<String>
  ) throws(EntryError) {
    // Nobody may be responsible; what a record cannot do without it gets all the same.
    let isNobodys = !emptied.isDisjoint(with: ["owner", "assignee"])
    func setUnlessGiven(_ field: String, _ value: String?) {
      guard let value, edit.set[field] == nil else { return }
      edit.set[field] = StoredValue.text(value)
    }
    let me = base.me?.id
    let responsible = isNobodys ? nil : me
    switch entity.key {
    case "client":
      try completeClient(&edit)
      setUnlessGiven("owner", responsible)
    case "deal":
      setUnlessGiven("owner", responsible)
      setUnlessGiven("created_at", base.now.description)
      setUnlessGiven("pipeline", pipelineName(of: edit))
      let pipeline = pipeline(of: edit)
      setUnlessGiven("stage", pipeline?.first?.name)
      try checkStage(&edit, record: nil, pipeline: pipeline)
    case "task":
      setUnlessGiven("author", me)
      setUnlessGiven("assignee", responsible)
      setUnlessGiven("state", "open")
      if edit.set["title"] == nil { throw .missingFields(entity: "task", fields: ["title"]) }
    case "activity":
      setUnlessGiven("author", me)
      setUnlessGiven("at", base.now.description)
      setUnlessGiven("kind", "note")
    case "segment" where edit.set["name"] != nil: setUnlessGiven("owner", me)
    case "segment", "rule", "product", "pipeline", "stage", "entry", "member":
      if edit.set["name"] == nil { throw .missingFields(entity: entity.key, fields: ["name"]) }
      if entity.key == "member" { setUnlessGiven("state", "active") }
    case "link":
      let missing = ["from", "to"].filter { edit.set[$0] == nil }
      if !missing.isEmpty { throw .missingFields(entity: "link", fields: missing) }
    case "field":
      if edit.set["key"] == nil { throw .missingFields(entity: "field", fields: ["key"]) }
      setUnlessGiven("entity", "client")
    default: break
    }
  }

  private mutating func completeClient(_ edit: inout RecordEdit) throws(EntryError) {
    func text(_ field: String) -> String? { edit.set[field].map { StoredValue.content(of: $0) } }
    if edit.set["name"] == nil {
      let parts = ["family_name", "given_name", "patronymic"].compactMap(text)
      guard !parts.isEmpty else { throw .missingFields(entity: "client", fields: ["name"]) }
      edit.set["name"] = StoredValue.text(parts.joined(separator: " "))
    }
    if edit.set["kind"] == nil, let kind = ClientKind.told(by: text("name") ?? "", inn: text("inn"))
    {
      edit.set["kind"] = StoredValue.text(kind)
    }
    warnOfDuplicates(edit)
  }

  /// Another client with the same phone, e-mail or ИНН is probably the same.
  private mutating func warnOfDuplicates(_ edit: RecordEdit) {
    var known: Set<String> = []
    func look(_ field: String, _ value: [UInt8], _ append: (Span<UInt8>, inout [UInt8]) -> Void) {
      var key: [UInt8] = []
      StoredValue.withContent(of: value.span) { append($0, &key) }
      guard !key.isEmpty else { return }
      for record in base.shown(state.found(key, in: field, of: "client"))
      where known.insert(record.id).inserted {
        reader.warnings.append(
          .likelyDuplicate(
            id: record.id, name: base.name(of: record),
            field: FieldName(key: field, of: "client")))
      }
    }
    for value in edit.add["phones"] ?? [] {
      look("phones", value) { MatchKey.appendPhone($0, to: &$1) }
    }
    for value in edit.add["emails"] ?? [] {
      look("emails", value) { MatchKey.appendEMail($0, to: &$1) }
    }
    if let value = edit.set["inn"] { look("inn", value) { MatchKey.appendNumber($0, to: &$1) } }
  }
}

/// What the name and ИНН of a client tell of its kind.
package enum ClientKind {
  /// `company` or `person`; nil if nothing tells.
  package static func told(by name: String, inn: String?) -> String? {
    if CompanyName.legalForm(name) != nil { return "company" }
    if let inn, Requisites.normalise(inn).utf8.count == 10 { return "company" }
    return PersonName.split(name).isCertain ? "person" : nil
  }
}
