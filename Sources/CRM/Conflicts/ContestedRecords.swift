import Bytes
import Documents
import Platform
import Replication

/// The records that are in conflict, known from an earlier look: a note in the device's own folder
/// that can be made anew at any time.
///
/// It counts only for the very state of which it was made, told by the frontier and by what is
/// held. Whoever writes has seen all that is here, so a write makes no conflict and only settles
/// some: the note follows it (``Base/noteWrite(from:)``). What comes from elsewhere makes it stale.
struct ContestedRecords: Equatable {
  struct Key: Equatable {
    let type: String
    let id: String
  }

  private(set) var token: String
  private(set) var keys: [Key]

  init(_ state: State, keys: [Key]) {
    token = Self.token(of: state)
    self.keys = keys
  }

  /// What tells one state of a workspace from another.
  static func token(of state: State) -> String {
    let numbers = state.frontier.numbers.sorted { $0.key < $1.key }
      .map { "\($0.key.text):\($0.value)" }
    let held = state.held.map { "\($0.replica.text):\($0.first)-\($0.last)" }.sorted()
    return (numbers + ["/"] + held).joined(separator: " ")
  }

  /// Reads a note; nothing if it is none, or of another state.
  init?(_ bytes: [UInt8], for state: State) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    // The last line is empty: a note that was cut off does not count.
    guard lines.count >= 2, lines.last == "", lines[0] == Self.token(of: state) else { return nil }
    token = lines[0]
    keys = []
    for line in lines[1..<(lines.count - 1)] {
      let parts = line.split(separator: " ")
      guard parts.count == 2 else { return nil }
      keys.append(Key(type: String(parts[0]), id: String(parts[1])))
    }
  }

  /// The note as bytes.
  var bytes: [UInt8] {
    Array(([token] + keys.map { "\($0.type) \($0.id)" } + [""]).joined(separator: "\n").utf8)
  }
}

extension Base {
  /// Up to how many records a base is small: reading all of them takes some milliseconds.
  private static let smallCount = 5_000

  /// The largest note that is read.
  private static let noteLimit = 4 << 20

  /// Where the note lies, if this base was opened with a device's folder and may keep caches.
  private var notePath: String? {
    deviceFolder.map { "\($0.path)/workspaces/\(workspace.header.workspace.text)/cache/contested" }
  }

  /// The records in conflict, by type and id.
  func contestedRecords() -> [Record] {
    if let known = knownContestedRecords() { return known }
    return lookForContested()
  }

  /// The records in conflict, if no long look is needed.
  func knownContestedRecords() -> [Record]? {
    // Who writes alone has seen all.
    if state.replicas.count(where: { $0.count > 0 }) < 2 { return [] }
    if let note = readNote() {
      return note.keys.compactMap { state.record(type: $0.type, id: $0.id) }
    }
    return state.recordCount <= Self.smallCount ? lookForContested() : nil
  }

  private func lookForContested() -> [Record] {
    var found: [(key: ContestedRecords.Key, record: Record)] = []
    state.forEach { record in
      let contents = record.contents()
      if Self.isContested(contents) {
        found.append((ContestedRecords.Key(type: contents.type, id: contents.id), record))
      }
      return true
    }
    let sorted = found.map { ($0.key.type, IDOrder($0.key.id), $0) }
      .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
      .map(\.2)
    save(ContestedRecords(state, keys: sorted.map(\.key)))
    return sorted.map(\.record)
  }

  /// Brings the note from the state before a write of this device to the one after it.
  func noteWrite(from before: State) {
    guard let path = notePath, let bytes = try? Files.readAll(path, limit: Self.noteLimit),
      let note = ContestedRecords(bytes, for: before), before.held == state.held
    else { return }
    let keys = note.keys.filter { key in
      state.record(type: key.type, id: key.id).map { Self.isContested($0.contents()) } ?? false
    }
    save(ContestedRecords(state, keys: keys))
  }

  private func readNote() -> ContestedRecords? {
    guard let path = notePath, let bytes = try? Files.readAll(path, limit: Self.noteLimit) else {
      return nil
    }
    return ContestedRecords(bytes, for: state)
  }

  /// Keeps a note; a failure costs nothing but the next look.
  private func save(_ note: ContestedRecords) {
    guard let path = notePath else { return }
    _ = try? Files.replaceCache(path) { try $0.write(note.bytes) }
  }
}
