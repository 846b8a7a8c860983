import Bytes
public import Documents
import Platform
import Sealing

/// Why a document of another workspace cannot be taken in.
public enum AdoptionError: Error, Equatable, Sendable {
  /// Commits of a replica in it are missing, or it wrote several histories; `repair` or the
  /// original helps.
  case notWhole(path: String)
}

/// What taking in another workspace's document takes.
private struct AdoptionPlan {
  /// The other document's state.
  let state: State
  /// Of each replica up to which number it is adopted, and the workspace in which it began: the
  /// other one, or one that the other had adopted before.
  let foreign: [Authority.Origin: UInt32]
  let arrival: Arrival
}

extension Workspace {
  /// Takes in what a document of another workspace shows: its commits count here from now on, up
  /// to where they go today (SPEC §8.6).
  ///
  /// What that workspace says of its own members, devices and settings means nothing here. Taken in
  /// again later, only what is new comes.
  ///
  /// - Parameters:
  ///   - path: the other document; it is only read.
  ///   - describe: adds to the line that adopts a workspace what is to be known of it later; it
  ///     sees the workspace's id and the other document's state.
  /// - Returns: what was taken.
  /// - Throws: `AdoptionError`, `DocumentError`, or as `write`.
  public func adopt(
    documentAt path: String,
    describing describe: (inout RecordEdit, WorkspaceID, State) -> Void = { _, _, _ in }
  ) throws -> JoinReport {
    try file.locked {
      try lookAgain()
      let plan = try adoptionPlan(path)
      guard plan.arrival.report.commitCount > 0 else { return plan.arrival.report }
      _ = try writeLocked(purpose: "adopt", appending: plan.arrival.members) { draft in
        Self.fill(&draft, with: plan, describing: describe)
      }
      return plan.arrival.report
    }
  }

  /// Works out what adopting a document would make of the base; nothing is written.
  ///
  /// - Parameter path: the other document; it is only read.
  /// - Returns: what would come, and what it would change.
  /// - Throws: as `adopt`.
  public func rehearseAdoption(documentAt path: String) throws -> JoinRehearsal {
    try lookAgain()
    let plan = try adoptionPlan(path)
    // The state afterwards is that of both documents with an adoption in between; here the
    // decision is put in place of the commit that will say it.
    return try rehearsal(of: plan.arrival, adopting: plan.foreign, from: plan.state)
  }

  private func adoptionPlan(_ path: String) throws -> AdoptionPlan {
    let other = try Workspace(
      path: path, writing: false, device: device, plan: IndexPlan(version: 0, entries: []),
      clock: clock, usesCache: false)
    guard !other.findings.isDamaged, !other.findings.hasGap,
      other.state.replicaTable.forked.isEmpty
    else { throw AdoptionError.notWhole(path: path) }
    let state = other.state
    let adopted = state.adopted
    var numbers: [ReplicaID: UInt32] = [:]
    var foreign: [Authority.Origin: UInt32] = [:]
    for entry in state.replicas where entry.count > 0 {
      // What is held there is held here.
      let firstHeld = state.held.filter { $0.replica == entry.id }.map(\.first).min()
      let number = min(entry.count, (firstHeld ?? .max) - 1)
      let workspace = adopted[entry.id] ?? other.header.workspace
      guard number > 0 else { continue }
      numbers[entry.id] = number
      // What that base has adopted of this one counts here as what it is.
      guard workspace != header.workspace else { continue }
      foreign[Authority.Origin(replica: entry.id, workspace: workspace)] = number
    }
    let source = Source(try other.file.readToEnd(from: 0))
    return AdoptionPlan(
      state: state, foreign: foreign,
      arrival: try arrival(of: [source], adopting: Set(foreign.keys)) { dot in
        dot.number <= numbers[dot.replica] ?? 0
      })
  }

  /// Adopts each workspace in a line of its own, so that whoever reads knows where a chain begins.
  private static func fill(
    _ draft: inout Draft, with plan: AdoptionPlan,
    describing describe: (inout RecordEdit, WorkspaceID, State) -> Void
  ) {
    func text(_ text: String) -> [UInt8] { JSONValue.string(text).canonicalBytes }
    let workspaces = Set(plan.foreign.keys.map(\.workspace)).sorted { $0.text < $1.text }
    for workspace in workspaces {
      var edit = RecordEdit(type: "adoption", id: draft.newID())
      edit.set["workspace"] = text(workspace.text)
      edit.add["replicas"] = plan.foreign.filter { $0.key.workspace == workspace }
        .map { origin, number in
          JSONValue.array([.string(origin.replica.text), .integer(Int(number))]).canonicalBytes
        }
      describe(&edit, workspace, plan.state)
      draft.add(edit)
    }
  }
}
