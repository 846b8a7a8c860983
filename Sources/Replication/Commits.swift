public import Bytes
public import Documents
import Platform

/// One commit as it stands in the document, with what it did.
public struct CommitRecord: Sendable {
  /// The commit's first line.
  public let header: CommitHeader

  /// What it did to each record; nothing if it is held, unless that was asked for.
  public let edits: [RecordEdit]

  /// Whether it is held: received, and no part of the base.
  public let isHeld: Bool

  /// Says what a commit did.
  public init(header: CommitHeader, edits: [RecordEdit], isHeld: Bool = false) {
    self.header = header
    self.edits = edits
    self.isHeld = isHeld
  }
}

/// Which record lines of a history are read; the others are passed over.
///
/// Commits come with all their order in any case: only what they did is left out.
public enum HistoryLines: Sendable {
  /// All.
  case all
  /// None: only who, when and what was seen.
  case none
  /// Those that contain these bytes.
  case containing([UInt8])
  /// Those of some commits.
  case of(Set<Dot>)
  /// Those of some records, each named by how its lines begin (`RecordFold.Key.opening`).
  case ofRecords(Set<ByteString>)

  /// Those of records of one type with these ids.
  public static func ofRecords(type: String, ids: Set<String>) -> HistoryLines {
    .ofRecords(Set(ids.map { RecordFold.Key(type: type, id: $0).opening }))
  }

  func wants(_ dot: Dot) -> Bool {
    switch self {
    case .all, .containing, .ofRecords: true
    case .none: false
    case .of(let dots): dots.contains(dot)
    }
  }

  func wants(_ line: Span<UInt8>) -> Bool {
    switch self {
    case .all, .of: return true
    case .none: return false
    case .containing(let needle): return line.contains(needle)
    case .ofRecords(let openings):
      // The id ends with the fourth quotation mark: names and ids hold none (SPEC §6.2).
      var quotes = 0
      for index in 0..<line.count where line[index] == UInt8(ascii: "\"") {
        quotes += 1
        if quotes == 4 { return openings.contains(ByteString(line.extracting(0...index))) }
      }
      return false
    }
  }
}

/// A base's commits together with some that are not taken in, and the state that they would make.
public struct HistoryView: Sendable {
  let bytes: ByteRegion
  let state: State
}

extension Workspace {
  /// Calls `body` with every commit of the state, in an order in which each comes after all that
  /// it had seen.
  ///
  /// - Parameters:
  ///   - lines: which record lines are read, the others passed.
  ///   - opened: the held commits that are read too; of others nothing but the header is told.
  ///   - view: the commits; nil for those of the base.
  ///   - progress: is told how far the work has come.
  ///   - body: receives the commits.
  /// - Throws: `DocumentError`, what the system says, or what `body` throws.
  public func forEachCommit(
    reading lines: HistoryLines = .all, opening opened: Set<Dot> = [],
    in view: HistoryView? = nil,
    progress: ProgressReport = { _, _ in }, _ body: (CommitRecord) throws -> Void
  ) throws {
    let bytes = try view?.bytes ?? file.readToEnd(from: 0)
    let state = view?.state ?? state
    let map = bytes.withBytes { MemberMap($0) }
    let members = map.members.filter {
      if case .commits = $0.contents { return true }
      return false
    }
    var sorter = CommitSorter(state.replicaTable)
    let held = state.held
    let adopted = Set(state.adopted.keys)
    let forks =
      state.replicaTable.forked.isEmpty
      ? ForkMap() : Loader.forks(map, from: bytes, in: header.workspace)
    try Parallel.pipeline(count: members.count, window: 8) { index throws(any Error) in
      try Self.read(
        members[index], from: bytes, lines: lines, held: held, opened: opened,
        adopted: adopted, forks: forks)
    } consume: { (index, commits) throws(any Error) in
      for commit in commits { try sorter.add(commit, body) }
      progress(members[index].byteEnd, bytes.count)
    }
  }

  /// The base's commits with those that a join would bring.
  ///
  /// - Throws: what the system says.
  public func history(with rehearsal: JoinRehearsal) throws -> HistoryView {
    HistoryView(
      bytes: ByteRegion(try file.read(from: 0, count: end) + rehearsal.arrival.members),
      state: rehearsal.after)
  }

  private static func read(
    _ member: Member, from bytes: ByteRegion, lines: HistoryLines, held: [HeldRun],
    opened: Set<Dot>, adopted: Set<ReplicaID>, forks: ForkMap
  ) throws -> [CommitRecord] {
    var inflater = Inflater()
    var raw: [UInt8] = []
    try member.inflate(bytes.bytes, with: &inflater, into: &raw)
    var cursor = CommitCursor()
    var commits: [CommitRecord] = []
    var reader = EditReader()
    while let frame = cursor.nextReadable(in: raw.span, refused: { _ in }) {
      let key = FrameKey(
        source: 0, memberOffset: member.byteOffset, start: frame.line.lowerBound)
      guard let header = forks.header(frame.header, at: key) else { continue }
      let isHeld = held.contains { $0.contains(header.dot) }
      if isHeld, !opened.contains(header.dot) {
        commits.append(CommitRecord(header: header, edits: [], isHeld: true))
        continue
      }
      guard lines.wants(header.dot) else {
        commits.append(CommitRecord(header: header, edits: [], isHeld: false))
        continue
      }
      // What the state refused has no history either.
      guard var edits = try? read(frame, in: raw.span, lines: lines, with: &reader) else {
        continue
      }
      if adopted.contains(header.dot.replica) {
        edits.removeAll { ControlAct.localTypes.contains($0.type) }
      }
      commits.append(CommitRecord(header: header, edits: edits, isHeld: isHeld))
    }
    return commits
  }

  private static func read(
    _ frame: CommitFrame, in raw: Span<UInt8>, lines: HistoryLines,
    with reader: inout EditReader
  ) throws(DocumentError) -> [RecordEdit] {
    var edits: [RecordEdit] = []
    var start = frame.body.lowerBound
    while start < frame.body.upperBound, let end = Lines.end(ofLineAt: start, in: raw) {
      let line = raw.extracting(start..<end)
      if lines.wants(line), let edit = try reader.edit(of: line) {
        edits.append(edit)
      }
      start = end + 1
    }
    return edits
  }

  /// Under which names the commits of forked replicas count.
  func forks(in map: MemberMap, from bytes: ByteRegion) -> ForkMap {
    state.replicaTable.forked.isEmpty
      ? ForkMap() : Loader.forks(map, from: bytes, in: header.workspace)
  }
}

extension Span where Element == UInt8 {
  /// Whether `needle` stands somewhere in these bytes.
  func contains(_ needle: [UInt8]) -> Bool {
    guard let first = needle.first else { return true }
    var start = 0
    while let found = Lines.firstIndex(of: first, in: self, from: start) {
      guard found + needle.count <= count else { return false }
      if begins(at: found, with: needle) { return true }
      start = found + 1
    }
    return false
  }

  /// Whether a commit with these lines tells how other replicas begin, or lets somebody in.
  var tellsOfOthers: Bool { hasLine(beginning: ChainRoots.opening, or: Doorkeeper.opening) }

  /// Whether one of these lines begins so, or in the other way.
  func hasLine(beginning opening: [UInt8], or other: [UInt8]? = nil) -> Bool {
    let other = other ?? opening
    var start = 0
    while start < count {
      if begins(at: start, with: opening) || begins(at: start, with: other) { return true }
      guard let end = Lines.end(ofLineAt: start, in: self) else { return false }
      start = end + 1
    }
    return false
  }

  /// Whether these bytes stand at an offset.
  func begins(at offset: Int, with opening: [UInt8]) -> Bool {
    guard offset + opening.count <= count else { return false }
    for index in opening.indices where self[offset + index] != opening[index] { return false }
    return true
  }
}

/// Reads many record lines as edits.
public struct EditReader {
  private let names = NameTable()
  private var reader: LineReader

  /// Starts a reader, which remembers the names that it meets.
  public init() {
    reader = LineReader(names)
  }

  /// Reads a record line; nothing if the line is of another kind.
  ///
  /// - Throws: `DocumentError.line` with what is wrong.
  public mutating func edit(of line: Span<UInt8>) throws(DocumentError) -> RecordEdit? {
    try reader.change(of: line).map { RecordEdit($0, names: names) }
  }
}

extension RecordEdit {
  /// What a change with numbered names does.
  init(_ change: RecordChange, names: NameTable) {
    func text(_ name: FieldName) -> String {
      name.number == 0 ? name.spelled.text : names.name(of: name.number).text
    }
    self.init(type: names.name(of: change.key.type).text, id: change.key.id.text)
    for assignment in change.assignments { set[text(assignment.name)] = assignment.value }
    for addition in change.additions { add[text(addition.name)] = addition.elements }
    for removal in change.removals { remove[text(removal.name)] = removal.elements }
    isDeletion = change.isDeletion
  }
}
