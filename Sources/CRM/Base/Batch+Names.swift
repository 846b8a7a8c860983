import Replication

/// Names by which commands find a record, so that two of one name would be in each other's way.
///
/// Copies that do not see each other may still make two; then both stay, and whoever names one is
/// asked which.
extension Batch {
  /// A name within a kind of records, as it is compared.
  struct TakenName: Hashable {
    let type: String
    /// The pipeline of a stage, in which alone its name must be its own.
    let scope: String
    let folded: [UInt8]
  }

  private static let typesWithNames: Set<String> = [
    "member", "pipeline", "rule", "segment", "stage",
  ]

  /// Refuses a name that another record of the kind has already, in the base or in this batch.
  ///
  /// - Parameters:
  ///   - edit: the edit that may give a name.
  ///   - record: the record that it changes; nil for a new one.
  /// - Throws: `EntryError.nameTaken`.
  mutating func checkName(_ edit: RecordEdit, _ record: Record?) throws(EntryError) {
    let type = edit.type
    guard Self.typesWithNames.contains(type), !edit.isDeletion,
      edit.set["name"] != nil || edit.set["pipeline"] != nil,
      let name = text("name", edit, record)
    else { return }
    let scope = type == "stage" ? text("pipeline", edit, record) ?? "" : ""
    let folded = TextFolding.fold(name)
    let taken = TakenName(type: type, scope: scope, folded: Array(folded))
    let other = state.all(type).first { other in
      guard other.id != edit.id, !base.isOthersArrangement(other),
        let known = other.text("name", state)
      else { return false }
      return TextFolding.fold(known).elementsEqual(folded)
        && (type != "stage" || (other.text("pipeline", state) ?? "").utf8.elementsEqual(scope.utf8))
    }
    if let id = other?.id ?? names[taken], id != edit.id {
      throw .nameTaken(entity: type, name: name, id: id)
    }
    names[taken] = edit.id
  }

  /// A stage belongs to its pipeline by id, whereas a deal names it, as its history does.
  func settlePipeline(ofStage edit: inout RecordEdit, _ record: Record?) {
    guard edit.type == "stage", let value = edit.set["pipeline"], value != StoredValue.null else {
      return
    }
    let name = StoredValue.content(of: value)
    let found = base.pipelines.first { $0.name.utf8.elementsEqual(name.utf8) }
    guard let id = found?.id else { return }
    let isSame = record?.text("pipeline", state).map { $0.utf8.elementsEqual(id.utf8) } ?? false
    edit.set["pipeline"] = isSame ? nil : StoredValue.text(id)
  }

  private func text(_ field: String, _ edit: RecordEdit, _ record: Record?) -> String? {
    guard let value = edit.set[field] else { return record?.text(field, state) }
    return value == StoredValue.null ? nil : StoredValue.content(of: value)
  }
}
