import Documents
public import Replication

extension Base {
  /// All conflicts of the base: by type, id and field.
  public var conflicts: [Conflict] {
    contestedRecords().flatMap { conflicts(of: $0) }
  }

  /// How many conflicts there are, if that can be told without reading all records.
  ///
  /// It can in a base that one device writes, in a small one, and where the contested records are
  /// known from an earlier look.
  public var knownConflictCount: Int? {
    knownContestedRecords().map { $0.reduce(0) { $0 + conflicts(of: $1).count } }
  }

  /// The conflicts of one record: the deletion first, then the fields in the order of their names.
  public func conflicts(of record: Record) -> [Conflict] {
    let contents = record.contents()
    guard Self.isContested(contents) else { return [] }
    return ConflictReader(self, record, contents).conflicts
  }

  /// The conflicts of a record and, of a client, of all cards that were merged into one.
  public func conflictsOfAllCards(of record: Record) -> [Conflict] {
    guard record.type == Schema.client.key else { return conflicts(of: record) }
    return mergedCards(of: record.id).compactMap { state.record(type: record.type, id: $0) }
      .flatMap { conflicts(of: $0) }
  }

  static func isContested(_ contents: RecordContents) -> Bool {
    isDisputed(contents) || contents.registers.contains(where: \.isConflict)
  }

  /// Whether a write of a register would settle what people differ about: whether the record is
  /// deleted, or what this register says.
  static func wouldSettle(_ record: Record, writing register: String) -> Bool {
    let contents = record.contents()
    return isDisputed(contents)
      || contents.registers.contains { $0.name == register && $0.isConflict }
  }

  /// Whether someone deleted the record and someone else, who had not seen that, edited it.
  fileprivate static func isDisputed(_ contents: RecordContents) -> Bool {
    contents.isAlive && !contents.deleters.isEmpty
  }
}

/// Reads the conflicts of one record out.
private struct ConflictReader {
  private let base: Base
  private let record: Record
  private let contents: RecordContents
  private let card: Card
  private let name: String
  private let me: String?

  init(_ base: Base, _ record: Record, _ contents: RecordContents) {
    self.base = base
    self.record = record
    self.contents = contents
    card = base.card(record)
    name = base.name(of: record)
    me = base.me?.id
  }

  var conflicts: [Conflict] {
    (Base.isDisputed(contents) ? [deletion] : [])
      + contents.registers.filter(\.isConflict).map(conflict)
  }

  private var deletion: Conflict {
    func sides(_ votes: [RecordContents.Write], _ isDeletion: Bool) -> [Conflict.Side] {
      votes.map { vote in
        var side = side(vote, StoredValue.bool(isDeletion), nil)
        if !isDeletion, contents.type == Schema.client.key {
          side.made = base.madeFor(client: contents.id, by: vote.dot).map { base.card($0) }
        }
        return side
      }
    }
    // That it was edited stands (SPEC §8.1), so that is what everybody sees.
    let all = sides(contents.editors, false) + sides(contents.deleters, true)
    return Conflict(
      type: contents.type, id: contents.id, name: name, register: Conflict.deletion, field: nil,
      currencies: all.map { _ in nil }, sides: all)
  }

  private func conflict(_ register: RecordContents.Register) -> Conflict {
    let shown = card.fields.first {
      !$0.siblings.isEmpty && $0.field.key.utf8.elementsEqual(register.name.utf8)
    }
    let field = shown?.field ?? attribute(register.name)
    let companion = field.currencyField.flatMap { key in
      contents.registers.first { $0.name.utf8.elementsEqual(key.utf8) }
    }
    var sides: [Conflict.Side] = []
    var currencies: [String?] = []
    for write in register.writes {
      let read =
        shown?.siblings.first { $0.commit == write.dot.text }?.value
        ?? base.value(write.value, of: field)
      sides.append(side(write, write.value, write.value == StoredValue.null ? nil : read))
      // A sum was written together with its currency.
      let currency = companion?.writes.first { $0.dot == write.dot } ?? companion?.writes.first
      currencies.append(currency.map { StoredValue.content(of: $0.value) } ?? shown?.currency)
    }
    return Conflict(
      type: contents.type, id: contents.id, name: name, register: register.name, field: field,
      currencies: currencies, sides: sides)
  }

  /// The field that an attribute of an element is: `phones[+79032365544].kind`.
  private func attribute(_ register: String) -> Field {
    guard let name = AttributeName(register: register),
      let field = card.entity?.field(key: name.field),
      let attribute = Schema.attributes(of: field).first(where: { $0.key == name.attribute })
    else { return Field(register, register, register, .text) }
    return attribute
  }

  private func side(
    _ write: RecordContents.Write, _ stored: [UInt8], _ value: CardValue?
  ) -> Conflict.Side {
    let member = base.state.device(write.dot.replica)?.member
    return Conflict.Side(
      value: value, dot: write.dot, at: Instant(epochMillis: write.stampMillis),
      author: base.memberName(ofReplica: write.dot.replica), isMine: me != nil && member == me,
      stored: stored)
  }
}

extension Base {
  /// What a field held before the changes that are in conflict: what the earliest of them here
  /// replaced.
  ///
  /// Reads the whole document.
  ///
  /// - Parameter conflict: a conflict about a field.
  /// - Returns: the value; nothing if there was none, or the conflict is a deletion.
  /// - Throws: what the system says.
  public func valueBefore(_ conflict: Conflict) throws -> CardValue? {
    guard let field = conflict.field else { return nil }
    let dots = Set(conflict.sides.map(\.dot))
    let timeline = try workspace.timeline(type: conflict.type, id: conflict.id)
    let before = timeline.first { dots.contains($0.dot) }?.before
    let write = before?.registers
      .first { $0.name.utf8.elementsEqual(conflict.register.utf8) }?.writes.first
    guard let write, write.value != StoredValue.null else { return nil }
    return value(write.value, of: field)
  }

  /// A stored value with the name of what it refers to.
  fileprivate func value(_ stored: [UInt8], of field: Field) -> CardValue {
    let text = StoredValue.content(of: stored)
    let name: String? =
      switch field.kind {
      case .member: members.first { $0.id == text }?.title
      case .reference(let type): self.name(ofID: text, type: type)
      default: nil
      }
    return CardValue(
      value: StoredValue.json(stored), text: text, name: name, key: nil, attributes: [])
  }
}
