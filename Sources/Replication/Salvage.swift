import Bytes
import Documents
import Platform

extension Workspace {
  /// Writes what stands behind gaps as changes of this device's own (SPEC §12.7).
  ///
  /// After a repair the commits behind a lost one wait for it, perhaps for ever. What they said is
  /// written anew, as the difference between the state with them and the state without; should
  /// the lost commits turn up, the old ones count too, and equal values are no conflict.
  ///
  /// - Returns: how many records were written.
  /// - Throws: as `write`.
  public func salvage() throws -> Int {
    guard findings.hasGap else { return 0 }
    let bytes = ByteRegion(try file.readToEnd(from: 0))
    let map = bytes.withBytes { MemberMap($0) }
    let whole = State(
      try Loader.build(
        map, from: bytes, header: header, forks: forks(in: map, from: bytes),
        available: Loader.highest(map), leapsGaps: true),
      header: header, plan: plan)
    // Strictly, and not as the damaged document is shown to people.
    let strict = try Workspace(
      path: file.path, writing: true, device: device, plan: plan, clock: clock, usesCache: false)
    strict.isSalvaging = true
    return try strict.write(purpose: "repair") { draft in
      whole.forEach { record in
        let wanted = record.contents()
        let present = draft.state.record(type: wanted.type, id: wanted.id)?.contents()
        if let edit = Self.edit(from: present, to: wanted) { draft.add(edit) }
        return true
      }
      return draft.editCount
    }.result
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
