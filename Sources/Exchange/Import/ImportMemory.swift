import CRM
import Documents
import Replication

/// What earlier imports wrote into the records that a file would change.
///
/// A value that somebody has made of what an import wrote stays as they have made it, unless the
/// importer says that the file has the last word.
struct ImportMemory: Sendable {
  /// What imports wrote last into one record.
  struct Row: Sendable {
    fileprivate(set) var set: [String: [UInt8]] = [:]
    fileprivate(set) var add: [String: Set<[UInt8]>] = [:]
  }

  private var rows: [String: Row] = [:]

  /// Knows nothing: whatever a file says counts.
  init() {}

  /// Reads what imports wrote.
  ///
  /// - Parameters:
  ///   - ids: the records.
  ///   - entity: their type.
  ///   - undone: what is taken back, and so was never written.
  ///   - base: the base.
  /// - Throws: `DocumentError`, or what the system says.
  init(
    of ids: [String], _ entity: Entity, leavingOut undone: TakenBack, in base: Base
  ) throws {
    let wanted = Set(ids)
    try base.workspace.forEachCommit(reading: .ofRecords(type: entity.key, ids: wanted)) { commit in
      guard commit.header.purpose?.hasPrefix("import") ?? false,
        !undone.contains(commit.header)
      else { return }
      for edit in commit.edits where edit.type == entity.key && wanted.contains(edit.id) {
        rows[edit.id, default: Row()].set.merge(edit.set) { $1 }
        for (field, values) in edit.add {
          rows[edit.id, default: Row()].add[field, default: []].formUnion(values)
        }
      }
    }
  }

  subscript(id: String) -> Row? { rows[id] }
}
