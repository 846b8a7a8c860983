public import Bytes
import Documents
public import Replication

/// One record read out: its fields with the names of what they refer to.
public struct Card: Sendable {
  /// The key of the entity.
  public let type: String
  /// The id.
  public let id: String
  /// The name by which people know it; empty where it has none.
  public let name: String
  /// Whether it exists; one in the trash keeps its fields.
  public let isAlive: Bool
  /// The fields that have values: in the order of the schema, then the base's own, then unknown ones.
  public let fields: [CardField]
  /// The ids of the cards that were merged into this one, whose values it shows too.
  public let mergedIDs: [String]

  /// What the schema says of this type; nil for a type that this version does not know.
  public var entity: Entity? { Schema.entity(key: type) }

  /// The field with a key, if it has a value.
  public subscript(key: String) -> CardField? {
    fields.first { $0.field.key.utf8.elementsEqual(key.utf8) }
  }

  /// The stored text of a field with one value, if it has one.
  public func text(_ key: String) -> String? { self[key]?.values.first?.text }

  /// The keys of the fields in which colleagues' changes wait for a decision.
  public var conflicts: [String] { fields.filter { !$0.siblings.isEmpty }.map(\.field.key) }
}

/// One field of a card.
public struct CardField: Sendable {
  /// The field.
  public let field: Field
  /// The values; one for a register, where in a conflict it is the provisional winner.
  public internal(set) var values: [CardValue]
  /// In a conflict all values with who wrote them, the provisional winner first; else none.
  public let siblings: [Sibling]
  /// The currency of a sum.
  public let currency: String?
  /// Other values that cards merged into this one have in a register.
  public internal(set) var others: [Other] = []

  /// What a card that was merged into another says in a register.
  public struct Other: Sendable {
    /// The id of that card.
    public let id: String
    /// Its value.
    public let value: CardValue
    /// The currency of a sum.
    public let currency: String?
  }

  /// One of several values of a register that nobody has decided on yet.
  public struct Sibling: Sendable {
    /// The value.
    public let value: CardValue
    /// The commit that wrote it, as `alias:number`.
    public let commit: String
    /// Its author's wall clock.
    public let at: Instant
  }
}

/// One value of a card.
public struct CardValue: Sendable {
  /// The value as stored.
  public let value: JSONValue
  /// What the value says, as text.
  public let text: String
  /// The name of the member or record that it refers to.
  public let name: String?
  /// The key by which an element is compared: `+74952346187`, an address in lower case.
  public let key: String?
  /// The attributes of an element: `kind`, `note` and so on, in the order of their names.
  public let attributes: [Attribute]
  /// Whether it refers to a client who is in the trash.
  public internal(set) var isInTrash = false

  /// An attribute of an element.
  public struct Attribute: Sendable {
    /// The key of the attribute.
    public let name: String
    /// Its stored text.
    public let text: String
  }

  /// The value as people read it: labels of choices, dates, sums with a sign, grouped phones.
  ///
  /// - Parameters:
  ///   - field: the field of the value.
  ///   - currency: the currency of a sum.
  ///   - language: the language of the reader.
  ///   - offsetMinutes: what the reader's clock is ahead of UTC.
  /// - Returns: the text.
  public func display(
    _ field: Field, currency: String?, in language: Language, offsetMinutes: Int
  ) -> String {
    if let name { return name }
    switch field.kind {
    case .choice: return field.choice(text)?.label(in: language) ?? text
    case .bool:
      let isTrue = text == "true"
      return language == .russian ? (isTrue ? "да" : "нет") : (isTrue ? "yes" : "no")
    case .money:
      guard case .integer(let units) = value else { return text }
      return Money.format(units, currency: currency ?? Currency.standard, language: language)
    case .date, .time, .dateOrTime, .partialDate:
      if let day = CivilDate(stored: text) { return day.text(in: language) }
      return Instant(stored: text)?.text(in: language, offsetMinutes: offsetMinutes) ?? text
    case .phone:
      guard let key, key.utf8.first == UInt8(ascii: "+") else { return text }
      return Phone.display(key, style: language == .russian ? .national : .international)
    // The kind of record that a saved filter or a field of one's own is for.
    case .text where field.key == "entity":
      return Schema.entity(key: text)?.noun(1, in: language) ?? text
    default: return text
    }
  }
}

extension Base {
  /// Reads a record out.
  ///
  /// - Parameters:
  ///   - record: the record.
  ///   - computed: whether to add the computed fields, which takes a look at other records.
  /// - Returns: the card.
  public func card(_ record: Record, computed: Bool = false) -> Card {
    let isClient = record.type == "client"
    return card(
      record, computed: computed,
      figures: computed && isClient ? FigureTable(self, only: record.id) : nil)
  }

  func card(_ record: Record, computed: Bool, figures: FigureTable?) -> Card {
    CardMaker(self, record, figures: figures, computed: computed).card
  }
}

/// Reads one record out.
private struct CardMaker {
  private let base: Base
  private let record: Record
  private let contents: RecordContents
  private let mergedIDs: [String]
  /// The attributes of elements, those of the shown card before those of cards merged into it.
  private var attributes: [String: [String: [CardValue.Attribute]]]
  private let index: FieldIndex
  private var fields: [(place: Int, field: CardField)] = []

  init(_ base: Base, _ record: Record, figures: FigureTable?, computed: Bool) {
    self.base = base
    self.record = record
    contents = record.contents()
    index = base.fieldIndex(of: contents.type)
    attributes = Self.attributes(contents)
    let others = base.union(of: record).others.map { ($0, $0.contents()) }
    mergedIDs = others.map(\.1.id)
    for (_, contents) in others {
      attributes.merge(Self.attributes(contents)) { own, other in
        own.merging(other) { own, _ in own }
      }
    }
    addStored(contents, of: record)
    for (other, contents) in others { addMerged(contents, of: other) }
    if let entity = index.entity, figures != nil || computed {
      addComputed(entity, figures, computed)
    }
    // Unknown fields share the last place and stay in the order of their names.
    fields = fields.enumerated()
      .sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
      .map(\.element)
  }

  var card: Card {
    Card(
      type: contents.type, id: contents.id, name: base.name(of: record),
      isAlive: contents.isAlive, fields: fields.map(\.field), mergedIDs: mergedIDs)
  }

  private static func isAttribute(_ register: String) -> Bool {
    register.utf8.contains(UInt8(ascii: "[")) && AttributeName(register: register) != nil
  }

  /// The attributes by field and key of element.
  private static func attributes(
    _ contents: RecordContents
  ) -> [String: [String: [CardValue.Attribute]]] {
    var result: [String: [String: [CardValue.Attribute]]] = [:]
    for register in contents.registers {
      guard isAttribute(register.name), let value = register.writes.first?.value,
        value != StoredValue.null, let name = AttributeName(register: register.name)
      else { continue }
      result[name.field, default: [:]][name.element, default: []].append(
        CardValue.Attribute(name: name.attribute, text: StoredValue.content(of: value)))
    }
    return result
  }

  private mutating func addStored(_ contents: RecordContents, of record: Record) {
    for register in contents.registers {
      guard let winner = register.writes.first, !Self.isAttribute(register.name) else {
        continue
      }
      // Of several merges of one card all count, so there is nothing to decide.
      let isConflict = register.isConflict && register.name != MergedCards.field
      guard isConflict || winner.value != StoredValue.null else { continue }
      // The card that is shown may stand in a circle of merges; that it does says nothing.
      if register.name == MergedCards.field, !mergedIDs.isEmpty { continue }
      let (place, field) = index.field(register.name, many: false)
      let siblings =
        !isConflict
        ? []
        : register.writes.map { write in
          CardField.Sibling(
            value: value(write.value, field), commit: write.dot.text,
            at: Instant(epochMillis: write.stampMillis))
        }
      fields.append(
        (
          place,
          CardField(
            field: field,
            values: winner.value == StoredValue.null ? [] : [value(winner.value, field)],
            siblings: siblings, currency: currency(of: field, record))
        ))
    }
    // The marks of imported rows say nothing to a reader.
    for set in contents.sets where !set.elements.isEmpty && set.name != "source_rows" {
      let (place, field) = index.field(set.name, many: true)
      var values = set.elements.map { value($0, field) }
      if field.kind == .reference("client"), !base.merged.isEmpty {
        var seen: Set<String> = []
        values.removeAll { !seen.insert($0.text).inserted }
      }
      fields.append(
        (place, CardField(field: field, values: values, siblings: [], currency: nil)))
    }
  }

  /// Adds what a card says that was merged into this one: elements to elements, values where this
  /// one has none, and other values beside its own.
  private mutating func addMerged(_ contents: RecordContents, of other: Record) {
    var added = self
    added.fields = []
    added.addStored(contents, of: other)
    for (place, field) in added.fields {
      let isSame = { (known: CardField) in
        known.field.key.utf8.elementsEqual(field.field.key.utf8)
          && known.field.many == field.field.many
      }
      guard let index = fields.firstIndex(where: { isSame($0.field) }) else {
        fields.append((place, field))
        continue
      }
      for value in field.values {
        if field.field.many {
          let key = value.key ?? value.text
          let isKnown = fields[index].field.values.contains { ($0.key ?? $0.text) == key }
          if !isKnown { fields[index].field.values.append(value) }
        } else if fields[index].field.values.first?.value != value.value {
          fields[index].field.others.append(
            CardField.Other(id: contents.id, value: value, currency: field.currency))
        }
      }
    }
  }

  private func currency(of field: Field, _ record: Record) -> String? {
    guard let key = field.currencyField else { return nil }
    return record.text(key, base.state) ?? base.settings.currency
  }

  private func value(_ stored: [UInt8], _ field: Field) -> CardValue {
    base.value(shown(stored, field), field) { attributes[field.key]?[$0] ?? [] }
  }

  /// A client is referred to by the card that is shown for it.
  private func shown(_ stored: [UInt8], _ field: Field) -> [UInt8] {
    guard field.kind == .reference("client"), field.key != MergedCards.field,
      !base.merged.isEmpty
    else { return stored }
    return StoredValue.text(base.merged.shown(StoredValue.content(of: stored)))
  }

  private mutating func addComputed(_ entity: Entity, _ figures: FigureTable?, _ all: Bool) {
    for field in entity.fields where field.computed {
      var text: String?
      var number: Int?
      if let figure = Figure(field, of: entity) {
        number = figures?.integer(figure, of: contents.id)
        text = figures?.text(figure, of: contents.id)
      } else if all {
        text = computedText(field)
      }
      guard let text else { continue }
      let value: JSONValue =
        number.map { .integer($0) } ?? (field.kind == .bool ? .bool(text == "true") : .string(text))
      let currency = field.currencyField == nil ? nil : figures?[contents.id]?.currency
      let made = CardValue(value: value, text: text, name: nil, key: nil, attributes: [])
      fields.append(
        (
          index.field(field.key, many: false).place,
          CardField(field: field, values: [made], siblings: [], currency: currency)
        ))
    }
  }

  private func computedText(_ field: Field) -> String? {
    switch (field.key, index.entity?.key) {
    case ("created", _): return base.stamp(of: record, isCreation: true)?.description
    case ("changed", _): return base.stamp(of: record, isCreation: false)?.description
    case ("outcome", "deal"):
      let stage = record.text("stage", base.state) ?? ""
      return base.outcome(ofStage: stage).rawValue
    case ("overdue", "task"): return base.isOverdue(record) ? "true" : nil
    default: return nil
    }
  }
}

/// The keys by which elements of sets are compared.
package enum ElementKey {
  /// The key of an element: E.164 for phones, lower case for e-mails, folded for directories.
  package static func of(_ text: String, _ field: Field) -> String {
    switch field.kind {
    case .phone:
      var key: [UInt8] = []
      guard MatchKey.appendPhone(text.utf8.span, to: &key) else { return Trimming.collapsed(text) }
      return String(decoding: key, as: UTF8.self)
    case .email:
      var key: [UInt8] = []
      guard MatchKey.appendEMail(text.utf8.span, to: &key) else { return text.lowercased() }
      return String(decoding: key, as: UTF8.self)
    case .directory:
      let folded = TextFolding.fold(text)
      return folded.isEmpty ? text : String(decoding: folded, as: UTF8.self)
    default: return text
    }
  }
}

extension Base {
  /// Reads a stored value out.
  func value(
    _ stored: [UInt8], _ field: Field,
    attributes: (_ key: String) -> [CardValue.Attribute] = { _ in [] }
  ) -> CardValue {
    let text = StoredValue.content(of: stored)
    let key = field.many ? ElementKey.of(text, field) : nil
    var value = CardValue(
      value: StoredValue.json(stored), text: text, name: name(text, field), key: key,
      attributes: key.map(attributes) ?? [])
    if field.kind == .reference("client"), field.key != MergedCards.field {
      value.isInTrash =
        state.record(type: "client", id: shownID(text, type: "client")).map { !$0.isAlive } ?? false
    }
    return value
  }

  private func name(_ text: String, _ field: Field) -> String? {
    switch field.kind {
    case .member: members.first { $0.id == text }?.title
    case .reference("pipeline"): pipelineName(ofID: text)
    case .reference(let type): name(ofID: text, type: type)
    default: nil
    }
  }

  /// How the stage with a name ends a deal.
  func outcome(ofStage name: String) -> StageOutcome {
    for stage in pipelines.flatMap(\.stages) where stage.name.utf8.elementsEqual(name.utf8) {
      return stage.outcome
    }
    return .open
  }

  /// Whether a task is open after its due day or moment.
  func isOverdue(_ task: Record) -> Bool {
    guard task.text("state", state) ?? "open" == "open", let due = task.text("due", state) else {
      return false
    }
    if let day = CivilDate(stored: due) { return day < today }
    return Instant(stored: due).map { $0 < now } ?? false
  }
}
