import Bytes
import CRM
import Documents
import Platform
import Replication

/// Work inside an open base, without the start of a process.
enum InProcess {
  /// Without an index, and without a cache that a process with another index could not use.
  private static func open(_ path: String, home: String) throws -> Workspace {
    try Workspace(
      path: path, writing: true, device: DeviceFolder(path: home),
      plan: IndexPlan(version: 0, entries: []), usesCache: false)
  }

  private static func clients(of state: State, limit: Int) -> [String] {
    var ids: [String] = []
    state.forEach(type: "client") { record in
      ids.append(record.id)
      return ids.count < limit
    }
    return ids
  }

  private static func edit(_ id: String, _ dice: inout Dice) -> RecordEdit {
    var edit = RecordEdit(type: "client", id: id)
    var writer = JSONWriter()
    writer.string(Tables.city(&dice).name)
    edit.set["city"] = writer.bytes
    return edit
  }

  /// Makes single edits, each durable, in turn with appending as many bytes to a plain file.
  ///
  /// `edit-alone BASE HOME FILE` prints the medians of both in nanoseconds, and of the bytes.
  static func editAlone(_ arguments: Arguments) throws {
    let workspace = try open(arguments.operand(0), home: arguments.operand(1))
    let file = try Descriptor.open(arguments.operand(2), .create(permissions: 0o644))
    let count = try arguments.number("count") ?? 400
    let ids = clients(of: workspace.state, limit: count)
    var dice = Dice(seed: 7)
    let clock = ContinuousClock()
    var ours: [Int64] = []
    var peers: [Int64] = []
    var sizes: [Int64] = []
    var end = 0
    for index in 0..<count {
      let edit = edit(ids[index % max(1, ids.count)], &dice)
      let before = try Files.status(arguments.operand(0))?.size ?? 0
      let start = clock.now
      _ = try workspace.write(purpose: "set") { draft in draft.add(edit) }
      let middle = clock.now
      let size = (try Files.status(arguments.operand(0))?.size ?? 0) - before
      let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: max(1, size))
      let restart = clock.now
      try file.write(bytes.span, at: end)
      try file.synchronize()
      let finish = clock.now
      end += bytes.count
      ours.append(nanos(middle - start))
      peers.append(nanos(finish - restart))
      sizes.append(Int64(size))
    }
    let medians = [ours, peers, sizes].map { String(Int(Samples.median(of: $0))) }
    Standard.output.write(medians.joined(separator: " ") + "\n")
  }

  /// Makes 1,000 edits of one field, each a commit of its own, of clients here and there.
  ///
  /// `edit-apart BASE HOME` takes them from all over the base, in no order.
  static func editApart(_ arguments: Arguments) throws {
    let workspace = try open(arguments.operand(0), home: arguments.operand(1))
    let ids = clients(of: workspace.state, limit: .max)
    guard !ids.isEmpty else { throw UsageError.usage }
    var dice = Dice(seed: 13)
    for _ in 0..<1000 {
      let edit = edit(ids[dice.below(ids.count)], &dice)
      _ = try workspace.write(purpose: "set") { draft in draft.add(edit) }
    }
  }

  /// Makes ten edits of each of 10,000 clients, in ten batches.
  ///
  /// `edit-many BASE HOME LINES` writes their lines to a file too, and prints how many they are.
  static func editMany(_ arguments: Arguments) throws {
    let workspace = try open(arguments.operand(0), home: arguments.operand(1))
    let ids = clients(of: workspace.state, limit: .max)
    let step = max(1, ids.count / 10_000)
    let chosen = stride(from: 0, to: ids.count, by: step).map { ids[$0] }.prefix(10_000)
    var dice = Dice(seed: 11)
    var lines = JSONWriter()
    for _ in 0..<10 {
      _ = try workspace.write(purpose: "set") { draft in
        for id in chosen {
          let edit = edit(id, &dice)
          edit.append(to: &lines)
          draft.add(edit)
        }
      }
    }
    let bytes = lines.bytes
    try Files.replaceCache(arguments.operand(2)) { output in try output.write(bytes) }
    Standard.output.write("\(chosen.count * 10)\n")
  }

  /// Joins as a device of its own, and edits one field of every hundredth record, each edit a
  /// commit.
  ///
  /// `join-and-edit BASE HOME CODE` prints how many there were.
  static func joinAndEdit(_ arguments: Arguments) throws {
    guard let code = InvitationCode(try arguments.operand(2)) else { throw UsageError.usage }
    let base = try Base.open(
      path: arguments.operand(0), writing: true,
      device: DeviceFolder(path: arguments.operand(1)), usesCache: false)
    _ = try base.join(code)
    var count = 0
    for (type, field) in [("client", "city"), ("deal", "comment"), ("activity", "text")] {
      var ids: [String] = []
      base.state.forEach(type: type) { record in
        ids.append(record.id)
        return true
      }
      for id in stride(from: 0, to: ids.count, by: 100).map({ ids[$0] }) {
        var edit = RecordEdit(type: type, id: id)
        edit.set[field] = JSONValue.string("Тверь \(count)").canonicalBytes
        _ = try base.workspace.write(purpose: "set") { draft in draft.add(edit) }
        count += 1
      }
    }
    Standard.output.write("\(count)\n")
  }

  private static func nanos(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
