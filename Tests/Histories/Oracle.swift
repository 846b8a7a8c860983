import Bytes
import Documents
public import Replication

/// The state by its definition (SPEC §8), as slowly and plainly as it can be said.
///
/// For every write, every other is asked whether it had seen it. What the engine computes must be
/// this.
public struct Oracle {
  private struct Line {
    let dot: Dot
    let stampMillis: Int64
    let seen: [ReplicaID: UInt32]
    let edit: RecordEdit

    func sees(_ other: Line) -> Bool {
      other.dot != dot && other.dot.number <= seen[other.dot.replica] ?? 0
    }
  }

  private var lines: [Line] = []

  /// Takes the commits of a set, whatever their order.
  public init(_ commits: [CommitRecord]) {
    for commit in commits {
      var seen: [ReplicaID: UInt32] = [commit.header.dot.replica: commit.header.dot.number - 1]
      for other in commits
      where other.header.dot.replica == commit.header.dot.replica
        && other.header.dot.number <= commit.header.dot.number
      {
        for sighting in other.header.seen {
          seen[sighting.replica] = max(seen[sighting.replica] ?? 0, sighting.number)
        }
      }
      for edit in commit.edits {
        lines.append(
          Line(
            dot: commit.header.dot, stampMillis: commit.header.stampMillis, seen: seen, edit: edit))
      }
    }
  }

  private static func wins(_ first: Line, over second: Line) -> Bool {
    (first.stampMillis, first.dot) > (second.stampMillis, second.dot)
  }

  /// The export (SPEC §9).
  public var export: String {
    let groups = Dictionary(grouping: lines) { ByteString("\($0.edit.type) \($0.edit.id)") }
    return groups.sorted { $0.key < $1.key }.map { Self.line(of: $0.value) }.joined()
  }

  private static func line(of lines: [Line]) -> String {
    let votes = lines.filter { vote in !lines.contains { $0.sees(vote) } }
    let isAlive = votes.contains { !$0.edit.isDeletion }
    var parts = ["\"type\":\"\(lines[0].edit.type)\"", "\"id\":\"\(lines[0].edit.id)\""]

    var sets: [String] = []
    for field in fields(lines.flatMap { $0.edit.add.keys }) {
      let values = Set(lines.flatMap { $0.edit.add[field] ?? [] }.map(ByteString.init))
      let present = values.sorted().filter { value in
        lines.contains { adder in
          has(adder.edit.add, field, value)
            && !lines.contains {
              $0.sees(adder)
                && (has($0.edit.add, field, value) || has($0.edit.remove, field, value))
            }
        }
      }
      if !present.isEmpty {
        sets.append("\"\(field)\":[\(present.compactMap(\.string).joined(separator: ","))]")
      }
    }
    if !sets.isEmpty { parts.append("\"add\":{\(sets.joined(separator: ","))}") }

    var conflicts: [String] = []
    var values: [String] = []
    for field in fields(lines.flatMap { $0.edit.set.keys }) {
      let writers = lines.filter { $0.edit.set[field] != nil }
      let standing = writers.filter { write in !writers.contains { $0.sees(write) } }
        .sorted { wins($0, over: $1) }
      let texts = standing.map { String(decoding: $0.edit.set[field] ?? [], as: UTF8.self) }
      if Set(texts.map { ByteString($0) }).count > 1 {
        let entries = zip(standing, texts).map {
          "{\"at\":\"\(Timestamp.text($0.stampMillis))\",\"by\":\"\($0.dot.text)\",\"value\":\($1)}"
        }
        conflicts.append("\"\(field)\":[\(entries.joined(separator: ","))]")
      }
      if texts[0] != "null" { values.append("\"\(field)\":\(texts[0])") }
    }
    if !conflicts.isEmpty { parts.append("\"conflicts\":{\(conflicts.joined(separator: ","))}") }
    let deleters = votes.filter(\.edit.isDeletion).sorted { wins($0, over: $1) }
    if !isAlive {
      parts.append("\"delete\":true")
    } else if !deleters.isEmpty {
      parts.append(
        "\"deleted_by\":[\(deleters.map { "\"\($0.dot.text)\"" }.joined(separator: ","))]")
    }
    if !values.isEmpty { parts.append("\"set\":{\(values.joined(separator: ","))}") }
    return "{\(parts.joined(separator: ","))}\n"
  }

  private static func has(
    _ lists: [String: [[UInt8]]], _ field: String, _ value: ByteString
  ) -> Bool {
    lists[field]?.contains(value.bytes) ?? false
  }

  private static func fields(_ names: [String]) -> [String] {
    Set(names.map { ByteString($0) }).sorted().compactMap(\.string)
  }
}
