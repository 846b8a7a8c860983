import Documents
import Platform
public import Replication

extension Base {
  /// Writes anew what stands behind lost commits, after a repair (SPEC §12.7).
  ///
  /// If the commit is lost with which this device came in, it comes in once more: the founder's
  /// device with the owner and the pipeline under the ids that they had, another one by the proof
  /// that it kept.
  ///
  /// - Parameters:
  ///   - name: the name of the base, if it is lost too.
  ///   - member: the name of its owner, if it is lost too.
  /// - Returns: what was done.
  /// - Throws: as `write`.
  public func salvage(name: String?, as member: String) throws -> SalvageReport {
    let founder = ReplicaID(key: workspace.header.founder)
    return try workspace.salvage { draft, whole in
      if draft.replica == founder {
        Self.addFounding(
          to: &draft, name: name, as: member, hostName: nil, language: .russian)
        return
      }
      var machine = RecordEdit(type: "device", id: draft.replica.text)
      let known = whole.record(type: "device", id: draft.replica.text)
      machine.set["name"] = StoredValue.text(
        known?.text("name", whole) ?? Environment.hostName ?? "")
      if let owner = known?.text("member", whole) {
        machine.set["member"] = StoredValue.text(owner)
      }
      draft.add(machine)
    }
  }
}
