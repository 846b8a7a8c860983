public import Replication

extension Base {
  /// The conflict about a field of a record.
  ///
  /// - Parameters:
  ///   - record: the record.
  ///   - field: the field by key, label or synonym; `deleted`, «удалено» for a deletion.
  /// - Returns: the conflict.
  /// - Throws: `ConflictError.notInConflict`, or `EntryError.unknownField`.
  public func conflict(of record: Record, field: String) throws -> Conflict {
    let all = conflicts(of: record)
    let folded = LabelKey.folded(field)
    if ["deleted", "удалено", "удаление"].contains(folded),
      let deletion = all.first(where: \.isDeletion)
    {
      return deletion
    }
    if let exact = all.first(where: { $0.register.utf8.elementsEqual(field.utf8) }) { return exact }
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

  private static let mine: Set = ["mine", "мое", "мой", "моя"]
  private static let theirs: Set = ["theirs", "их", "чужое", "его", "ее"]
  private static let keep: Set = ["keep", "kept", "оставить", "вернуть"]
  private static let delete: Set = ["delete", "удалить"]
}
