import Bytes
import Documents
import Platform
import Sealing

/// What a salvage did.
public struct SalvageReport: Equatable, Sendable {
  /// How many records were written anew.
  public internal(set) var recordCount = 0
  /// Whether nothing could be written.
  ///
  /// What let this device in is lost, or it is not one of the base. What is left is shown, and
  /// waits.
  public internal(set) var isRefused = false
}

extension Workspace {
  /// Writes what stands behind gaps as changes of this device's own (SPEC §12.7).
  ///
  /// After a repair the commits behind a lost one wait for it, perhaps for ever. What they said is
  /// written anew, as the difference between the state with them and the state without; should
  /// the lost commits turn up, the old ones count too, and equal values are no conflict.
  ///
  /// - Parameter entering: fills the commit with which the device comes in once more, should the
  ///   one with which it came in be lost; it is given the state with all that can be read.
  /// - Returns: what was done.
  /// - Throws: as `write`.
  public func salvage(
    entering: (inout Draft, State) throws -> Void = { _, _ in }
  ) throws -> SalvageReport {
    guard findings.hasGap || findings.lacksFounding else { return SalvageReport() }
    guard try ownReplica() != nil else { return SalvageReport(isRefused: true) }
    let whole = try stateBehindGaps()
    do {
      if try lacksOwnEntry(), let entry = try device.entryKey(in: header.workspace) {
        try removeFollower(of: ReplicaID(key: entry.key.publicKey))
        let writer = try strict()
        writer.entry = entry
        _ = try writer.write(purpose: Self.purpose) { try entering(&$0, whole) }
      }
      // Who may not invite or seal keeps to what anyone may write.
      do {
        return try writeAnew(whole, withControl: true)
      } catch WorkspaceError.refused {
        return try writeAnew(whole, withControl: false)
      }
    } catch WorkspaceError.refused {
      return SalvageReport(isRefused: true)
    }
  }

  private static let purpose = "repair"

  /// The tolerant view (SPEC §12.6).
  private func stateBehindGaps() throws -> State {
    let bytes = try file.readToEnd(from: 0)
    let map = bytes.withBytes { MemberMap($0) }
    return State(
      try Loader.build(
        map, from: bytes, header: header, forks: forks(in: map, from: bytes),
        available: Loader.highest(map), leapsGaps: true),
      header: header, plan: plan)
  }

  /// The document as it counts, and not as a damaged one is shown to people.
  private func strict() throws -> Workspace {
    let strict = try Workspace(
      path: file.path, writing: true, device: device, plan: plan, clock: clock, usesCache: false)
    strict.isSalvaging = true
    return strict
  }

  private func writeAnew(_ whole: State, withControl: Bool) throws -> SalvageReport {
    let strict = try strict()
    let losses = try strict.losses()
    var report = SalvageReport()
    report.recordCount = try strict.write(purpose: Self.purpose) { draft in
      // What bears on who may do what stands in the first commit, to be judged together.
      for isControl in withControl ? [true, false] : [false] {
        whole.forEach { record in
          let wanted = record.contents()
          guard ControlAct.types.contains(wanted.type) == isControl else { return true }
          let present = draft.state.record(type: wanted.type, id: wanted.id)?.contents()
          if let edit = Self.edit(from: present, to: wanted) { draft.add(edit) }
          return true
        }
      }
      let count = draft.editCount
      for loss in losses where !loss.isNoted(in: draft.state) { draft.add(loss.edit) }
      return count
    }.result
    return report
  }

  private static func edit(
    from present: RecordContents?, to wanted: RecordContents
  ) -> RecordEdit? {
    var edit = RecordEdit(type: wanted.type, id: wanted.id)
    for register in wanted.registers {
      let value = register.writes[0].value
      let former = present?.registers.first { $0.name == register.name }
      if former?.writes[0].value != value { edit.set[register.name] = value }
    }
    let names = Set(wanted.sets.map(\.name)).union(present?.sets.map(\.name) ?? [])
    for name in names {
      let after = Set(wanted.sets.first { $0.name == name }?.elements ?? [])
      let before = Set(present?.sets.first { $0.name == name }?.elements ?? [])
      if !after.subtracting(before).isEmpty { edit.add[name] = Array(after.subtracting(before)) }
      if !before.subtracting(after).isEmpty {
        edit.remove[name] = Array(before.subtracting(after))
      }
    }
    edit.isDeletion = !wanted.isAlive
    let isSame = present?.isAlive == wanted.isAlive
    return isSame && edit.set.isEmpty && edit.add.isEmpty && edit.remove.isEmpty ? nil : edit
  }
}

// MARK: - What is lost

extension Workspace {
  /// What is missing of each replica, though later commits are there.
  private func losses() throws -> [Loss] {
    let bytes = try file.readToEnd(from: 0)
    var runs: [ReplicaID: [Member.Run]] = [:]
    for member in bytes.withBytes({ MemberMap($0) }).members {
      for run in member.runs { runs[run.replica, default: []].append(run) }
    }
    return runs.sorted { $0.key < $1.key }.flatMap { replica, runs in
      var losses: [Loss] = []
      var end: UInt32 = 0
      for run in runs.sorted(by: { $0.first < $1.first }) {
        if run.first > end, run.first - 1 > end {
          losses.append(Loss(replica, end + 1, run.first - 1))
        }
        end = max(end, run.last)
      }
      return losses
    }
  }
}

// MARK: - Coming in once more

extension Workspace {
  /// Whether the commit with which this device came in is lost, and no other device of its own can
  /// speak for it.
  private func lacksOwnEntry() throws -> Bool {
    try strict().knownReplica() == nil
  }

  /// Takes commit 2 of a replica out of the document, if it stands there.
  ///
  /// A new commit 1 is about to be written, and by its number this one would be taken to follow.
  private func removeFollower(of replica: ReplicaID) throws {
    try file.locked {
      let bytes = try file.readToEnd(from: 0)
      let map = bytes.withBytes { MemberMap($0) }
      let follows: (Member.Run) -> Bool = {
        $0.replica == replica && ($0.first...$0.last).contains(2)
      }
      guard map.members.contains(where: { $0.runs.contains(where: follows) }) else { return }
      var packing = Packing(keepsSignatures: !Loader.overlapping(map).isEmpty)
      var inflater = Inflater()
      var raw: [UInt8] = []
      for member in map.members {
        guard member.runs.contains(where: follows) else {
          bytes.withBytes { packing.keep($0.extracting(member.byteOffset..<member.byteEnd)) }
          continue
        }
        try member.inflate(bytes.bytes, with: &inflater, into: &raw)
        var cursor = CommitCursor()
        while let frame = try cursor.next(in: raw.span) {
          guard frame.header.dot != Dot(replica, 2) else { continue }
          try packing.add(frame, in: raw.span)
        }
      }
      packing.close()
      let members = packing.members
      try file.replace { try $0.write(members) }
    }
  }
}
