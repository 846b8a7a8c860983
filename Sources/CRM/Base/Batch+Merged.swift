import Replication

/// Changes of a client whose card others were merged into (SPEC §22.1).
extension EditMaker {
  /// Lets the changes settle what cards say that were merged into the record (SPEC §22.1).
  mutating func takeMergedCards() {
    guard let record, record.type == "client" else { return }
    merged = base.union(of: record).others.map { ($0, RecordEdit(type: record.type, id: $0.id)) }
  }

  /// Whether a value is what the shown card shows, without a conflict.
  func isShown(_ value: [UInt8], in field: String) -> Bool {
    guard let record else { return false }
    let own = Self.writes(of: field, in: record)
    if !own.isEmpty, !own.allSatisfy({ $0.value == own[0].value }) { return false }
    if let first = own.first?.value, first != StoredValue.null { return first == value }
    let filled = merged.lazy.compactMap { Self.writes(of: field, in: $0.record).first?.value }
      .first { $0 != StoredValue.null }
    return filled.map { $0 == value } ?? (own.first?.value == value)
  }

  /// Makes the cards that were merged into the record say what it is to say.
  mutating func settle(_ field: String, _ value: [UInt8]) {
    for index in merged.indices where field != MergedCards.field {
      let present = Self.writes(of: field, in: merged[index].record)
      let agrees = present.allSatisfy { $0.value == StoredValue.null || $0.value == value }
      merged[index].edit.set[field] = agrees ? nil : value
    }
  }

  /// The standing writes of a register.
  static func writes(of field: String, in record: Record) -> [RecordContents.Write] {
    record.contents().registers.first { $0.name.utf8.elementsEqual(field.utf8) }?.writes ?? []
  }
}

extension Batch {
  /// Takes in what an edit of a shown card means for the cards that were merged into it.
  mutating func putMerged(of maker: EditMaker) {
    for (_, edit) in maker.merged where !edit.isEmpty { put(edit) }
  }
}
