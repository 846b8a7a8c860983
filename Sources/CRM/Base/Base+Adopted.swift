public import Documents
import Replication

/// Another base whose records are here (SPEC §8.6).
public struct AdoptedBase: Hashable, Sendable {
  /// Its id.
  public let workspace: WorkspaceID
  /// The name that it had when it was last taken in; empty if it had none.
  public let name: String
}

extension Base {
  /// The adopted base in which a record was made; nil for the records of this one.
  ///
  /// - Parameter id: the record's id.
  /// - Returns: that base, with the name under which it was taken in.
  func origin(ofRecordID id: String) -> AdoptedBase? {
    guard let workspace = state.origin(ofRecordID: id) else { return nil }
    return AdoptedBase(workspace: workspace, name: adoptedNames[workspace.text] ?? "")
  }

  /// The types of records by which a base is worked with; an adopted base's mean nothing here.
  static let arrangements: Set<String> = ["rule", "segment"]

  /// Whether a record says how an adopted base is worked with, which means nothing here (SPEC
  /// [T-3]).
  func isOthersArrangement(_ record: Record) -> Bool {
    Self.arrangements.contains(record.type) && state.origin(ofRecordID: record.id) != nil
  }

  /// The names of the workspaces that a state has adopted, by id, as the lines say that adopted
  /// them; where several do, the last one.
  static func adoptedNames(in state: State) -> [String: String] {
    var newest: [String: (order: (Int64, IDOrder), name: String)] = [:]
    state.forEach(type: "adoption") { record in
      guard record.isAlive, let workspace = record.text("workspace", state),
        let name = record.text("name", state)
      else { return true }
      let millis = record.contents().registers.flatMap(\.writes).map(\.stampMillis).max() ?? 0
      let order = (millis, IDOrder(record.id))
      if let known = newest[workspace], known.order > order { return true }
      newest[workspace] = (order, name)
      return true
    }
    return newest.mapValues(\.name)
  }

  /// What the line that adopts a workspace tells of it: how that base is called.
  ///
  /// - Parameters:
  ///   - edit: the line.
  ///   - workspace: the workspace that it adopts.
  ///   - other: the state of the document that is taken in: of that workspace, or of one that had
  ///     adopted it before.
  static func describe(
    _ edit: inout RecordEdit, adopting workspace: WorkspaceID, from other: State
  ) {
    let name =
      other.workspace == workspace ? name(of: other) : adoptedNames(in: other)[workspace.text]
    if let name, !name.isEmpty { edit.set["name"] = StoredValue.text(name) }
  }

  /// What a base calls itself.
  static func name(of state: State) -> String? {
    state.record(type: "workspace", id: "workspace")?.text("name", state)
  }
}
