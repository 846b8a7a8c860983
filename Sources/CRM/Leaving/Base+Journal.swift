import Documents
import Replication

extension Base {
  /// Whether this device may write into the journal of exports: as a manager or higher.
  public var mayKeepJournal: Bool {
    guard access == .full, let own = try? workspace.ownReplica() else { return false }
    return state.device(own)?.role.map { $0 <= .manager } ?? false
  }

  /// Enters an export into the journal.
  ///
  /// - Parameters:
  ///   - format: the form: `csv`, `excel`, `tsv`, `sql`.
  ///   - filter: what was written out: the kind of records, the segment, the condition.
  ///   - count: how many records.
  ///   - leftOut: how many were left out, since they want no contact.
  /// - Throws: what keeps the entry from being written.
  public func noteExport(format: String, filter: String, count: Int, leftOut: Int) throws {
    _ = try write(purpose: "export \(format)") { batch in
      var edit = RecordEdit(type: "export", id: batch.newID())
      if let me { edit.set["by"] = StoredValue.text(me.id) }
      edit.set["at"] = StoredValue.text(now.description)
      edit.set["format"] = StoredValue.text(format)
      if !filter.isEmpty { edit.set["filter"] = StoredValue.text(filter) }
      edit.set["count"] = StoredValue.integer(count)
      if leftOut > 0 { edit.set["left_out"] = StoredValue.integer(leftOut) }
      batch.put(edit)
    }
  }
}
