public import Replication

extension Base {
  /// The conflict that a person means who names a record and a field of it.
  ///
  /// Of cards that were merged into one client the one that was named comes first, then the others,
  /// where only one of them is in conflict there.
  ///
  /// - Parameters:
  ///   - name: the record as it was typed.
  ///   - record: the record that it leads to.
  ///   - field: as ``conflict(of:field:)``.
  /// - Returns: the conflict.
  /// - Throws: as ``conflict(of:field:)``.
  public func conflict(named name: String, _ record: Record, field: String) throws -> Conflict {
    guard record.type == Schema.client.key else { return try conflict(of: record, field: field) }
    let cards = mergedCards(of: record.id).compactMap { state.record(type: record.type, id: $0) }
    let named = card(exactly: name, of: cards) ?? record
    do {
      return try conflict(of: named, field: field)
    } catch let error as ConflictError {
      let others = cards.filter { $0.id != named.id }
        .compactMap { try? conflict(of: $0, field: field) }
      guard others.count == 1 else { throw error }
      return others[0]
    }
  }

  /// The card of one client that a text means by its id or the number in it.
  private func card(exactly text: String, of cards: [Record]) -> Record? {
    let typed = Trimming.trimmed(text)
    if let exact = cards.first(where: { $0.id.utf8.elementsEqual(typed.utf8) }) { return exact }
    let number = typed.split(separator: "-", maxSplits: 1).first.map(String.init) ?? typed
    let found = cards.filter { card in
      let own = card.id.split(separator: "-", maxSplits: 1).first.map(String.init)
      return own == number && (number == typed || card.id.hasPrefix(typed))
    }
    return found.count == 1 ? found[0] : nil
  }

  /// The conflict about a field of a record.
  ///
  /// - Parameters:
  ///   - record: the record.
  ///   - field: the field by key, label or synonym; `deleted`, «удалено» for a deletion.
  /// - Returns: the conflict.
  /// - Throws: `ConflictError.notInConflict`, `deletionNotInConflict`, or
  ///   `EntryError.unknownField`.
  public func conflict(of record: Record, field: String) throws -> Conflict {
    let all = conflicts(of: record)
    let folded = LabelKey.folded(field)
    let isDeletion = Self.deletion.contains(folded)
    if isDeletion, let deletion = all.first(where: \.isDeletion) { return deletion }
    if let exact = all.first(where: { $0.register.utf8.elementsEqual(field.utf8) }) { return exact }
    // No kind of record has a field that is called so; a field of one's own may be.
    if isDeletion, (try? name(of: field, in: Schema.entity(key: record.type))) == nil {
      throw ConflictError.deletionNotInConflict(
        isAlive: record.isAlive, contested: all.map(\.subject))
    }
    let named = try name(of: field, in: Schema.entity(key: record.type))
    guard let found = all.first(where: { $0.register.utf8.elementsEqual(named.key.utf8) }) else {
      throw ConflictError.notInConflict(
        field: named,
        contested: all.map(\.subject))
    }
    return found
  }

  private func name(of field: String, in entity: Entity?) throws(EntryError) -> FieldName {
    guard let entity else { return FieldName(Field(field, field, field, .text)) }
    if let name = AttributeName(register: field) { return try attribute(name, of: entity) }
    return FieldName(try self.field(field, of: entity))
  }

  /// Settles a conflict by a word: `mine`, `theirs`, `@2` for the second of its values, `keep` or
  /// `delete`; any other word is a value for the field.
  ///
  /// - Parameters:
  ///   - conflict: the conflict.
  ///   - word: what was decided, in either language.
  ///   - isRehearsal: whether to stop before anything is written.
  /// - Returns: what was done.
  /// - Throws: `ConflictError`, `EntryError`, or what keeps it from being written.
  public func settle(
    _ conflict: Conflict, as word: String, isRehearsal: Bool = false
  ) throws -> Written {
    if let side = try side(of: conflict, word) {
      return try settle(conflict, as: side, isRehearsal: isRehearsal)
    }
    guard !conflict.isDeletion else { throw ConflictError.neitherKeepNorDelete(word) }
    return try write(purpose: "resolve", isRehearsal: isRehearsal) { batch in
      guard let record = batch.state.record(type: conflict.type, id: conflict.id) else { return }
      try batch.set(record, [FieldChange(conflict.register, .set, word)])
    }.written
  }

  /// Settles a conflict with one of its values.
  ///
  /// - Parameters:
  ///   - conflict: the conflict.
  ///   - side: the value.
  ///   - isRehearsal: whether to stop before anything is written.
  /// - Returns: what was done.
  /// - Throws: `EntryError` where a deal cannot come to its stage, or what keeps it from being
  ///   written.
  public func settle(
    _ conflict: Conflict, as side: Conflict.Side, isRehearsal: Bool = false
  ) throws -> Written {
    try write(purpose: "resolve", isRehearsal: isRehearsal) { batch in
      guard let record = batch.state.record(type: conflict.type, id: conflict.id) else { return }
      guard let field = conflict.field else {
        if side.isDeletion { batch.delete(record) } else { batch.keep(record) }
        return
      }
      var edit = RecordEdit(type: conflict.type, id: conflict.id)
      edit.set[conflict.register] = side.stored
      // A sum and its currency were written together and stay together.
      let currency = field.currencyField.flatMap { key in
        record.contents().registers.first { $0.name.utf8.elementsEqual(key.utf8) }
      }
      if let currency, let write = currency.writes.first(where: { $0.dot == side.dot }) {
        edit.set[currency.name] = write.value
      }
      try batch.putChanged(&edit, record)
    }.written
  }

  /// The side that a word names; nothing if it names none.
  private func side(of conflict: Conflict, _ word: String) throws -> Conflict.Side? {
    let folded = LabelKey.folded(word)
    if conflict.isDeletion {
      if Self.keep.contains(folded) { return conflict.sides.first { !$0.isDeletion } }
      if Self.delete.contains(folded) { return conflict.sides.first(where: \.isDeletion) }
    }
    if word.utf8.first == UInt8(ascii: "@"), let number = Int(word.dropFirst()) {
      guard conflict.sides.indices.contains(number - 1) else {
        throw ConflictError.noSuchSide(number, count: conflict.sides.count)
      }
      return conflict.sides[number - 1]
    }
    let isMine = Self.mine.contains(folded)
    guard isMine || Self.theirs.contains(folded) else { return nil }
    let sides = conflict.sides.filter { $0.isMine == isMine }
    // Several people may have decided alike.
    guard let first = sides.first, sides.allSatisfy({ $0.stored == first.stored }) else {
      throw ConflictError.unclearSide(word, count: sides.count)
    }
    return first
  }

  private static let deletion: Set = ["deleted", "удалено", "удаление"]
  private static let mine: Set = ["mine", "мое", "мой", "моя"]
  private static let theirs: Set = ["theirs", "их", "чужое", "его", "ее"]
  private static let keep: Set = ["keep", "kept", "оставить", "вернуть"]
  private static let delete: Set = ["delete", "удалить"]
}
