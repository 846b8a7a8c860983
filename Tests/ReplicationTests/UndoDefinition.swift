import Bytes
import Documents
import Histories
import Replication

/// What an undo is, by its definition (SPEC [U-2]), as slowly and plainly as it can be said.
struct UndoDefinition {
  typealias Key = [String]

  /// What a record is, with the winners of its registers.
  struct Facts: Equatable {
    var isAlive = false
    var values: [String: [UInt8]] = [:]
    var sets: [String: Set<[UInt8]>] = [:]

    init() {}

    init(_ line: JSONValue) {
      isAlive = line["delete"] == nil
      if case .object(let registers)? = line["set"] {
        for (key, value) in registers { values[key] = value.canonicalBytes }
      }
      if case .object(let fields)? = line["add"] {
        for case (let key, .array(let elements)) in fields {
          sets[key] = Set(elements.map(\.canonicalBytes))
        }
      }
    }
  }

  enum Cell: Hashable {
    case register(String)
    case element(String, [UInt8])
    case existence
  }

  private struct Place: Hashable {
    let dot: Dot
    let key: Key
    let cell: Cell
  }

  static func facts(_ export: String) throws -> [Key: Facts] {
    var facts: [Key: Facts] = [:]
    for line in export.split(separator: "\n") {
      let value = try JSONParser.parse(Array(line.utf8).span)
      facts[[value["type"]?.text ?? "", value["id"]?.text ?? ""]] = Facts(value)
    }
    return facts
  }

  private let commits: [CommitRecord]
  private let undone: Set<Dot>
  private let seen: [Dot: Set<Dot>]
  /// What stands where the undone lines have never been.
  private(set) var without: [Key: Facts] = [:]
  /// What lines say instead of what they said.
  private var instead: [Place: [UInt8]] = [:]
  private var sources: [Place: Dot] = [:]

  init(_ commits: [CommitRecord], undone: Set<Dot>) throws {
    self.commits = commits
    self.undone = undone
    var seen: [Dot: Set<Dot>] = [:]
    for commit in commits {
      let header = commit.header
      let own = commits.map(\.header).filter {
        $0.dot.replica == header.dot.replica && $0.dot.number <= header.dot.number
      }
      seen[header.dot] = Set(
        commits.map(\.header.dot).filter { other in
          other.replica == header.dot.replica
            ? other.number < header.dot.number
            : own.contains { earlier in
              earlier.seen.contains {
                $0.replica == other.replica && $0.number >= other.number
              }
            }
        })
    }
    self.seen = seen
    // What undone commits had seen, later ones of their replicas have seen all the same.
    var rest: [CommitRecord] = []
    for commit in commits {
      let header = commit.header
      guard !undone.contains(header.dot) else {
        rest.append(CommitRecord(header: header, edits: []))
        continue
      }
      guard Self.takesBack(header) else {
        rest.append(commit)
        continue
      }
      let words = Set((header.purpose ?? "").split(separator: " ").map(String.init))
      let names = Set(commits.map(\.header.dot).filter { words.contains($0.text) })
      var edits: [RecordEdit] = []
      for var edit in commit.edits {
        for (cell, saying) in Self.sayings(edit) {
          try bringBack(saying, of: cell, in: &edit, header.dot, names, rest)
        }
        edits.append(edit)
      }
      rest.append(CommitRecord(header: header, edits: edits))
    }
    without = try Self.facts(Oracle(rest).export)
  }

  private static func takesBack(_ header: CommitHeader) -> Bool {
    let word = header.purpose?.split(separator: " ").first
    return word == "undo" || word == "return"
  }

  private func last(of some: [CommitRecord]) -> CommitRecord? {
    some.filter { one in
      !some.contains { seen[$0.header.dot]?.contains(one.header.dot) == true }
    }.max { ($0.header.stampMillis, $0.header.dot) < ($1.header.stampMillis, $1.header.dot) }
  }

  private mutating func bringBack(
    _ saying: [UInt8], of cell: Cell, in edit: inout RecordEdit, _ dot: Dot,
    _ names: Set<Dot>, _ rest: [CommitRecord]
  ) throws {
    let key = [edit.type, edit.id]
    func says(_ commit: CommitRecord) -> [UInt8]? {
      commit.edits.first { [$0.type, $0.id] == key }
        .flatMap { edit in Self.sayings(edit).first { $0.0 == cell }?.1 }
    }
    let named = commits.filter {
      names.contains($0.header.dot) && seen[dot]?.contains($0.header.dot) == true && says($0) != nil
    }
    let before = commits.filter { other in
      says(other) != nil && !names.contains(other.header.dot)
        && named.contains { seen[$0.header.dot]?.contains(other.header.dot) == true }
    }
    if !named.isEmpty, before.isEmpty, saying == Self.nothing(cell) { return }
    let latest = last(of: before)
    let alike = commits.filter { other in
      if let latest, says(latest) == saying { return other.header.dot == latest.header.dot }
      return seen[dot]?.contains(other.header.dot) == true
        && other.edits.contains { one in
          [one.type, one.id] == key
            && Self.sayings(one).contains { $0.0 == cell && $0.1 == saying }
        }
    }
    guard let source = last(of: alike)?.header.dot else { return }
    let place = Place(dot: dot, key: key, cell: cell)
    sources[place] = source
    let value: [UInt8]
    if undone.contains(source) {
      let before = rest.filter { seen[source]?.contains($0.header.dot) == true }
      let facts = try Self.facts(Oracle(before).export)[key] ?? Facts()
      switch cell {
      case .register(let name): value = facts.values[name] ?? Array("null".utf8)
      case .element(let name, let element):
        value = facts.sets[name]?.contains(element) == true ? [1] : [0]
      case .existence: value = facts.isAlive ? [1] : [0]
      }
    } else if let other = instead[Place(dot: source, key: key, cell: cell)] {
      value = other
    } else {
      return
    }
    instead[place] = value
    switch cell {
    case .register(let name): edit.set[name] = value
    case .element(let name, let element):
      edit.add[name] = (edit.add[name] ?? []).filter { $0 != element }
      edit.remove[name] = (edit.remove[name] ?? []).filter { $0 != element }
      if value == [1] {
        edit.add[name]?.append(element)
      } else {
        edit.remove[name]?.append(element)
      }
    case .existence: edit.isDeletion = value == [0]
    }
  }

  private static func sayings(_ edit: RecordEdit) -> [(Cell, [UInt8])] {
    var sayings: [(Cell, [UInt8])] = [(.existence, edit.isDeletion ? [0] : [1])]
    for (name, value) in edit.set { sayings.append((.register(name), value)) }
    for (name, elements) in edit.remove {
      for element in elements where edit.add[name]?.contains(element) != true {
        sayings.append((.element(name, element), [0]))
      }
    }
    for (name, elements) in edit.add {
      for element in elements { sayings.append((.element(name, element), [1])) }
    }
    return sayings
  }

  /// Whether what a commit says counts as undone.
  func isUndone(_ dot: Dot, _ key: Key, _ cell: Cell) -> Bool {
    undone.contains(dot) || instead[Place(dot: dot, key: key, cell: cell)] != nil
  }

  /// Whether a record whose first line is undone goes to the trash.
  func isUnmade(_ key: Key) -> Bool {
    commits.allSatisfy { commit in
      commit.edits.filter { [$0.type, $0.id] == key }.allSatisfy { edit in
        let sayings = Self.sayings(edit)
        return sayings.allSatisfy { cell, saying in
          if cell == .existence, saying == [1], sayings.count > 1 { return true }
          return isUndone(commit.header.dot, key, cell)
            || isNothing(saying, cell, key, commit.header)
            || wasTakenBack(commit.header.dot, key, cell)
        }
      }
    }
  }

  private static func nothing(_ cell: Cell) -> [UInt8] {
    if case .register = cell { return Array("null".utf8) }
    return [0]
  }

  private func isNothing(
    _ saying: [UInt8], _ cell: Cell, _ key: Key, _ header: CommitHeader
  ) -> Bool {
    guard Self.takesBack(header), saying == Self.nothing(cell) else { return false }
    guard let source = sources[Place(dot: header.dot, key: key, cell: cell)] else { return true }
    guard let other = commits.first(where: { $0.header.dot == source }) else { return false }
    return isNothing(saying, cell, key, other.header)
  }

  private func wasTakenBack(_ dot: Dot, _ key: Key, _ cell: Cell) -> Bool {
    commits.contains { taker in
      let header = taker.header
      guard Self.takesBack(header), !undone.contains(header.dot),
        seen[header.dot]?.contains(dot) == true
      else { return false }
      return taker.edits.contains { edit in
        [edit.type, edit.id] == key
          && Self.sayings(edit).contains { other, saying in
            guard other == cell else { return false }
            guard let source = sources[Place(dot: header.dot, key: key, cell: cell)] else {
              return saying == Self.nothing(cell)
            }
            return source != dot && seen[source]?.contains(dot) != true
          }
      }
    }
  }
}
