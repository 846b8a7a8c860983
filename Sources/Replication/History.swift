import Bytes
public import Documents
import Platform

/// One batch of commits in the history of a base.
public struct LogEntry: Equatable, Sendable {
  /// The batch's first commit.
  public let first: Dot
  /// The batch's last commit.
  public internal(set) var last: Dot
  /// Its author's wall clock, in milliseconds since 1970 UTC.
  public let stampMillis: Int64
  /// What it was for.
  public let purpose: String?
  /// How many records of each type it touched.
  public internal(set) var editCounts: [String: Int] = [:]
  /// How many records it deleted.
  public internal(set) var deletions = 0

  /// Whether it only tells of what went out of the base, which no undo takes back.
  var isOfJournal: Bool { editCounts.count == 1 && editCounts["export"] != nil }
}

/// One change of one record, with what the record was before and after.
public struct TimelineEntry: Equatable, Sendable {
  /// The commit.
  public let dot: Dot
  /// Its author's wall clock, in milliseconds since 1970 UTC.
  public let stampMillis: Int64
  /// What the commit was for.
  public let purpose: String?
  /// What it did to the record.
  public let edit: RecordEdit
  /// The record before; nothing if this change made it.
  public let before: RecordContents?
  /// The record after.
  public let after: RecordContents

  /// Whether nothing was said but that the record exists, which nobody had doubted: something was
  /// made that names it.
  public var isByTheWay: Bool {
    edit.isEmpty && before.map { $0.isAlive && $0.deleters.isEmpty } ?? false
  }
}

extension Workspace {
  /// The history of the base, oldest first; a batch of many commits is one entry.
  ///
  /// - Parameter progress: is told how far the work has come.
  /// - Returns: the batches.
  /// - Throws: `DocumentError`, or what the system says.
  public func log(progress: ProgressReport = { _, _ in }) throws -> [LogEntry] {
    var entries: [LogEntry] = []
    // Where each replica's unfinished batch stands in `entries`.
    var open: [ReplicaID: Int] = [:]
    try forEachCommit(progress: progress) { commit in
      guard !commit.isHeld else { return }
      let header = commit.header
      let index: Int
      if let part = header.part, part.index > 1, let started = open[header.dot.replica] {
        index = started
      } else {
        index = entries.count
        entries.append(
          LogEntry(
            first: header.dot, last: header.dot, stampMillis: header.stampMillis,
            purpose: header.purpose))
        open[header.dot.replica] = index
      }
      entries[index].last = header.dot
      // Where more was done, that a record exists says only that something was made for it.
      let isTelling = commit.edits.contains { !$0.isEmpty }
      for edit in commit.edits where !isTelling || !edit.isEmpty {
        entries[index].editCounts[edit.type, default: 0] += 1
        if edit.isDeletion { entries[index].deletions += 1 }
      }
    }
    return entries
  }

  /// What happened to one record, in an order that follows causality, oldest first.
  ///
  /// - Parameters:
  ///   - type: the record's type.
  ///   - id: the record's id.
  ///   - progress: is told how far the work has come.
  /// - Returns: its changes; none for a record that there never was.
  /// - Throws: `DocumentError`, or what the system says.
  public func timeline(
    type: String, id: String, progress: ProgressReport = { _, _ in }
  ) throws -> [TimelineEntry] {
    var fold = RecordFold()
    var entries: [TimelineEntry] = []
    let needle = Array("\"\(id)\"".utf8)
    try forEachCommit(reading: .containing(needle), progress: progress) { commit in
      let context = fold.admit(commit.header)
      for edit in commit.edits where edit.type == type && edit.id == id {
        let key = RecordFold.Key(type: type, id: id)
        let before = fold.contents(of: key)
        fold.apply(edit, context: context)
        guard let after = fold.contents(of: key) else { continue }
        entries.append(
          TimelineEntry(
            dot: commit.header.dot, stampMillis: commit.header.stampMillis,
            purpose: commit.header.purpose, edit: edit, before: before, after: after))
      }
    }
    return entries
  }

  /// The commits of the batch that a commit belongs to; the commit alone if it belongs to none.
  ///
  /// - Parameters:
  ///   - dot: the commit.
  ///   - progress: is told how far the work has come.
  /// - Returns: the commits; none if the base does not hold `dot`.
  /// - Throws: `DocumentError`, or what the system says.
  public func batch(
    containing dot: Dot, progress: ProgressReport = { _, _ in }
  ) throws -> Set<Dot> {
    let entry = try log(progress: progress).first {
      $0.first.replica == dot.replica && ($0.first.number...$0.last.number).contains(dot.number)
    }
    return entry.map(Self.dots) ?? []
  }

  /// The commits of the last batch that this device wrote, if it wrote any.
  ///
  /// - Parameter progress: is told how far the work has come.
  /// - Returns: the commits.
  /// - Throws: `DocumentError`, or what the system says.
  public func ownLastBatch(progress: ProgressReport = { _, _ in }) throws -> Set<Dot>? {
    let own = try ownReplica()
    return try log(progress: progress).last { $0.first.replica == own }.map(Self.dots)
  }

  /// The commits of the last batch that this device wrote and that still stands.
  ///
  /// It is no undo, and none that was undone: so one can go back step by step. What the device began with, founding or joining, is never among them.
  ///
  /// - Parameter progress: is told how far the work has come.
  /// - Returns: the commits; nil if there is nothing more to go back to.
  /// - Throws: `DocumentError`, or what the system says.
  public func ownLastStandingBatch(
    progress: ProgressReport = { _, _ in }
  ) throws -> Set<Dot>? {
    let own = try ownReplica()
    var undone = TakenBack()
    for entry in try log(progress: progress).reversed()
    where entry.first.replica == own && entry.first.number > 1 {
      // An undo that was itself undone has taken nothing back.
      guard !undone.contains(entry.first), !entry.isOfJournal else { continue }
      if let undo = TakingBack(entry.purpose) {
        undone.add(undo, by: entry.first)
        continue
      }
      let dots = Self.dots(of: entry)
      // Others may have taken it back, or it with more.
      let report = try planUndo(UndoScope(dots)).report
      guard report.reverted.isEmpty, report.left.isEmpty, report.sealsLeft.isEmpty else {
        return dots
      }
    }
    return nil
  }

  /// The commits of the import whose first commit has this number; of several replicas' imports
  /// with that number, this device's own.
  ///
  /// - Parameters:
  ///   - number: the number of the import's first commit.
  ///   - progress: is told how far the work has come.
  /// - Returns: the commits; nil if there is no such import.
  /// - Throws: `DocumentError`, or what the system says.
  public func importBatch(
    number: UInt32, progress: ProgressReport = { _, _ in }
  ) throws -> Set<Dot>? {
    let own = try ownReplica()
    let imports = try log(progress: progress).filter {
      $0.first.number == number && $0.purpose?.hasPrefix("import") == true
    }
    return (imports.first { $0.first.replica == own } ?? imports.first).map(Self.dots)
  }

  private static func dots(of entry: LogEntry) -> Set<Dot> {
    Set((entry.first.number...entry.last.number).map { Dot(entry.first.replica, $0) })
  }

  /// The state that the commits stamped up to a moment make.
  ///
  /// Of each replica those commits count that come before its first one with a later stamp, but
  /// for what is held now, which counts at no moment: it may be here only since it was shut out.
  ///
  /// - Parameters:
  ///   - millis: milliseconds since 1970 UTC.
  ///   - progress: is told how far the work has come.
  /// - Returns: the state, which no cache knows of.
  /// - Throws: `DocumentError`, or what the system says.
  public func state(
    atMillis millis: Int64, progress: ProgressReport = { _, _ in }
  ) throws -> State {
    let bytes = try file.readToEnd(from: 0)
    let map = bytes.withBytes { MemberMap($0) }
    var available: [ReplicaID: UInt32] = [:]
    for replica in state.replicas {
      let count = replica.stamps.firstIndex { $0 > millis } ?? replica.stamps.count
      available[replica.id] = replica.base + UInt32(count)
    }
    return State(
      try Loader.build(
        map, from: bytes, header: header, forks: forks(in: map, from: bytes),
        available: available, leavingOut: state.held, progress: progress),
      header: header, plan: plan)
  }
}
