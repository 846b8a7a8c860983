import CRM
import Documents
import Replication
import Wording

/// Reads the names of commits as people type them: `k7q3…:12`, `k7:12`, `12`, `k7:5..9`.
struct DotReader {
  private let base: Base
  private let invocation: Invocation

  init(_ base: Base, _ invocation: Invocation) {
    self.base = base
    self.invocation = invocation
  }

  /// The commits that a word names; a commit of a batch names the whole batch.
  ///
  /// - Throws: `CommandError.badDot` or `.unknownDot`.
  func dots(_ word: String) throws -> Set<Dot> {
    guard !word.contains("..") else { return try range(word) }
    let named = try self.dot(word)
    let dots = try invocation.showing(.readingHistory) { progress in
      try base.workspace.batch(containing: named, progress: progress)
    }
    if dots.isEmpty { throw CommandError.unknownDot(word) }
    return dots
  }

  /// The commits that a word names, one or a range, whatever batch they belong to.
  ///
  /// - Throws: `CommandError.badDot` or `.unknownDot`.
  func range(_ word: String) throws -> Set<Dot> {
    let bytes = Array(word.utf8)
    let dot = UInt8(ascii: ".")
    let mark = bytes.indices.dropLast().first { bytes[$0] == dot && bytes[$0 + 1] == dot }
    guard let mark else { return [try self.dot(word)] }
    let first = try self.dot(String(decoding: bytes[..<mark], as: UTF8.self))
    let last = try self.dot(String(decoding: bytes[(mark + 2)...], as: UTF8.self), after: first)
    guard first.replica == last.replica, first.number <= last.number else {
      throw CommandError.badDot(word)
    }
    return Set((first.number...last.number).map { Dot(first.replica, $0) })
  }

  /// The commit that a word names.
  ///
  /// - Throws: `CommandError.badDot` or `.unknownDot`.
  func dot(_ text: String, after first: Dot? = nil) throws -> Dot {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let number = UInt32(parts[parts.count - 1]), number > 0 else {
      throw CommandError.badDot(text)
    }
    let entry: ReplicaEntry?
    if parts.count == 2 {
      let found = base.state.replicas.filter { $0.id.text.hasPrefix(String(parts[0])) }
      guard found.count < 2 else { throw CommandError.badDot(text) }
      entry = found.first
    } else if let first {
      entry = base.state.replicas.first { $0.id == first.replica }
    } else {
      // A bare number is a commit of the only replica, else of this device's own.
      let own = try base.workspace.ownReplica()
      entry =
        base.state.replicas.count == 1
        ? base.state.replicas[0] : base.state.replicas.first { $0.id == own }
    }
    guard let entry, number <= entry.count else { throw CommandError.unknownDot(text) }
    return Dot(entry.id, number)
  }
}
