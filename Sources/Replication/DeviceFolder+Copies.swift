import Bytes
public import Documents
import Platform

/// Where else a copy of the base lies, and how much of it, as this device last heard (SPEC §15.2).
public struct CopyNote: Equatable, Sendable {
  /// Where a copy lies.
  public enum Holder: Hashable, Sendable {
    /// On the device that writes a replica.
    case device(ReplicaID)
    /// In a shared folder, as pieces.
    case folder(path: String)
  }

  /// Where.
  public let holder: Holder
  /// What it holds.
  public let frontier: Frontier
  /// When it was known to hold that, in milliseconds since 1970 UTC.
  public let atMillis: Int64

  /// Says what a copy holds.
  public init(_ holder: Holder, holds frontier: Frontier, atMillis: Int64) {
    self.holder = holder
    self.frontier = frontier
    self.atMillis = atMillis
  }

  fileprivate init?(line: Span<UInt8>) {
    guard let value = try? JSONParser.parse(line),
      let at = value["at"]?.text.flatMap({ Timestamp.parse(Array($0.utf8).span) }),
      case .object(let numbers)? = value["holds"]
    else { return nil }
    let pairs = numbers.compactMap { name, number -> (ReplicaID, UInt32)? in
      guard case .integer(let number) = number, let number = UInt32(exactly: number) else {
        return nil
      }
      return ReplicaID(name).map { ($0, number) }
    }
    if let replica = value["device"]?.text.flatMap({ ReplicaID($0) }) {
      holder = .device(replica)
    } else if let path = value["folder"]?.text {
      holder = .folder(path: path)
    } else {
      return nil
    }
    frontier = Frontier(Dictionary(pairs) { first, _ in first })
    atMillis = at
  }

  fileprivate var line: [UInt8] {
    let numbers = frontier.numbers.sorted { $0.key < $1.key }
    let place: (key: String, value: JSONValue) =
      switch holder {
      case .device(let replica): ("device", .string(replica.text))
      case .folder(let path): ("folder", .string(path))
      }
    return JSONValue.object([
      ("at", .string(Timestamp.text(atMillis))), place,
      ("holds", .object(numbers.map { ($0.key.text, .integer(Int($0.value))) })),
    ]).canonicalBytes + [UInt8(ascii: "\n")]
  }
}

extension Workspace {
  /// What this device has heard of copies elsewhere; it can be deleted, and is heard again.
  public var copyNotes: [CopyNote] {
    guard let bytes = try? Files.readAll(copiesPath, limit: Self.copiesLimit) else { return [] }
    var notes: [CopyNote] = []
    var lines = Lines()
    while let line = lines.next(in: bytes.span) {
      if let note = CopyNote(line: bytes.span.extracting(line)) { notes.append(note) }
    }
    return notes
  }

  /// Remembers what copies elsewhere hold; a later note on a copy replaces an earlier one.
  ///
  /// - Parameter notes: what was heard.
  /// - Throws: what the system says.
  public func note(copies notes: [CopyNote]) throws {
    let known = copyNotes
    var all = Dictionary(known.map { ($0.holder, $0) }) { $1 }
    for note in notes where (all[note.holder]?.atMillis ?? .min) <= note.atMillis {
      all[note.holder] = note
    }
    let lines = all.values.map(\.line).sorted { $0.lexicographicallyPrecedes($1) }
    guard all.values.contains(where: { !known.contains($0) }) else { return }
    try Files.createFolder(Files.folder(of: copiesPath), permissions: 0o700, intermediate: true)
    try Files.replace(copiesPath, permissions: 0o600) { file throws(SystemError) in
      for line in lines { try file.write(line) }
    }
  }

  private var copiesPath: String { device.folder(of: header.workspace) + "/copies.jsonl" }

  private static let copiesLimit = 16 << 20
}
