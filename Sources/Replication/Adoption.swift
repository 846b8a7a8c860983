import Bytes
import Documents
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
  let header: Header
  let replicas: [ReplicaID: UInt32]
  let arrival: Arrival
}

extension Workspace {
  /// Takes in what a document of another workspace shows: its commits count here from now on, up
  /// to where they go today (SPEC §8.6).
  ///
  /// What that workspace says of its own members, devices and settings means nothing here. Taken in
  /// again later, only what is new comes.
  ///
  /// - Parameter path: the other document; it is only read.
  /// - Returns: what was taken.
  /// - Throws: `AdoptionError`, `DocumentError`, or as `write`.
  public func adopt(documentAt path: String) throws -> JoinReport {
    try file.locked {
      try lookAgain()
      let plan = try adoptionPlan(path)
      guard plan.arrival.report.commitCount > 0 else { return plan.arrival.report }
      _ = try writeLocked(purpose: "adopt", appending: plan.arrival.members) { draft in
        Self.fill(&draft, with: plan)
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
    return try rehearsal(of: plan.arrival, adopting: plan.replicas, of: plan.header.workspace)
  }

  private func adoptionPlan(_ path: String) throws -> AdoptionPlan {
    let other = try Workspace(
      path: path, writing: false, device: device, plan: IndexPlan(version: 0, entries: []),
      clock: clock, usesCache: false)
    guard !other.findings.isDamaged, !other.findings.hasGap,
      other.state.replicaTable.forked.isEmpty
    else { throw AdoptionError.notWhole(path: path) }
    var numbers: [ReplicaID: UInt32] = [:]
    for entry in other.state.replicas where entry.count > 0 {
      // What is held there is held here.
      let firstHeld = other.state.held.filter { $0.replica == entry.id }.map(\.first).min()
      let number = min(entry.count, (firstHeld ?? .max) - 1)
      if number > 0 { numbers[entry.id] = number }
    }
    let roots = ChainRoots(
      header.workspace, foreign: numbers.mapValues { _ in other.header.workspace })
    let source = Source(ByteRegion(try other.file.readToEnd(from: 0)))
    return AdoptionPlan(
      header: other.header, replicas: numbers,
      arrival: try arrival(of: [source], roots: roots) { dot in
        dot.number <= numbers[dot.replica] ?? 0
      })
  }

  private static func fill(_ draft: inout Draft, with plan: AdoptionPlan) {
    var edit = RecordEdit(type: "adoption", id: draft.newID())
    func text(_ text: String) -> [UInt8] { JSONValue.string(text).canonicalBytes }
    edit.set["workspace"] = text(plan.header.workspace.text)
    edit.add["replicas"] = plan.replicas.map { replica, number in
      JSONValue.array([.string(replica.text), .integer(Int(number))]).canonicalBytes
    }
    draft.add(edit)
  }
}
