public import Documents
import Platform
public import Replication

/// What taking in another copy changes in a base.
public struct MergePreview: Sendable {
  /// How many records of a type come, change and go.
  public struct Counts: Hashable, Sendable {
    /// Records that were not there.
    public internal(set) var created = 0
    /// Records that look different.
    public internal(set) var changed = 0
    /// Records that go to the trash.
    public internal(set) var deleted = 0

    /// Whether nothing differs.
    public var isEmpty: Bool { created == 0 && changed == 0 && deleted == 0 }
  }

  /// What one device brings.
  public struct Author: Sendable {
    /// The device's replica.
    public let replica: ReplicaID
    /// The name of the member whose device it is; empty if it is nobody's.
    public let name: String
    /// How many commits.
    public let commitCount: Int
    /// From when to when, by the device's clock, in milliseconds since 1970 UTC.
    public let millis: ClosedRange<Int64>
  }

  /// How many commits come.
  public let commitCount: Int
  /// By the key of the type, for those in which something differs.
  public internal(set) var counts: [String: Counts] = [:]
  /// Fields that two people have changed without seeing each other's change, and records that one
  /// deleted and the other edited.
  public internal(set) var conflictCount = 0
  /// How many clients, deals, activities, tasks and products are in the base no more, since whoever
  /// made them is not let in by what comes; they are held.
  public internal(set) var vanishedCount = 0
  /// The names of some of them.
  public internal(set) var vanishedNames: [String] = []
  /// How many commits come that are held, and no part of the base.
  public let heldCount: Int
  /// Why they are held.
  public let heldReasons: Set<HeldReason>
  /// Who made them.
  public internal(set) var authors: [Author] = []
  /// Whether it is another base, which is adopted: its members, devices and settings do not come.
  public var isOther: Bool { origin != nil }
  /// The other base, if it is one.
  public let origin: AdoptedBase?
  /// Whether something of it was adopted before.
  public let isKnown: Bool
  /// Commits that were not taken, since their chain or signature does not hold.
  public let refused: [Dot]
  /// The first commit of each device that waits for what it had seen, or for the rest of its batch,
  /// which has not come.
  public let waiting: [Dot]
  /// The ids of the clients that come.
  public internal(set) var newClients: Set<String> = []
  /// How many pairs of cards, one of which comes, are likely one client.
  public internal(set) var duplicateCount = 0
  /// What someone has deleted or overwritten beyond hand speed, and nobody has answered for.
  public internal(set) var alarms: [Alarm] = []
  /// What was worked out, to be written if the answer is yes; of a copy of the same base.
  var rehearsal: JoinRehearsal?

  /// The sums over what people keep: clients, deals, activities, tasks and products.
  public var total: Counts {
    var total = Counts()
    for type in Self.countedTypes {
      guard let counts = counts[type] else { continue }
      total.created += counts.created
      total.changed += counts.changed
      total.deleted += counts.deleted
    }
    return total
  }

  /// The types that the sums are over.
  public static let countedTypes = ["client", "deal", "activity", "task", "product"]
}

extension Base {
  /// Works out what another copy of the base would bring; nothing is written.
  ///
  /// - Parameter path: the other copy, or a document of another base.
  /// - Returns: what would change.
  /// - Throws: `AdoptionError`, `DocumentError`, or what the system says.
  public func previewMerge(with path: String) throws -> MergePreview {
    let before = state
    let isOther = try !workspace.isCopy(at: path)
    let rehearsal =
      isOther
      ? try workspace.rehearseAdoption(documentAt: path)
      : try workspace.rehearseJoin(documentAt: path)
    var preview = MergePreview(
      commitCount: rehearsal.report.commitCount,
      heldCount: rehearsal.report.dots.count { rehearsal.after.isHeld($0) },
      heldReasons: Set(rehearsal.report.dots.compactMap { rehearsal.after.reason(ofHeld: $0) }),
      origin: rehearsal.origin.flatMap { other in
        other.workspace.map { AdoptedBase(workspace: $0, name: Self.name(of: other) ?? "") }
      },
      isKnown: rehearsal.origin?.workspace.map { before.hasAdopted($0) } ?? false,
      refused: rehearsal.report.refused, waiting: rehearsal.report.waiting)
    if !isOther { preview.rehearsal = rehearsal }
    for (type, id) in Self.touched(rehearsal, before) {
      if MergePreview.countedTypes.contains(type),
        rehearsal.after.record(type: type, id: id) == nil,
        let record = before.record(type: type, id: id), record.isAlive
      {
        preview.vanishedCount += 1
        if preview.vanishedNames.count < 5 { preview.vanishedNames.append(name(of: record)) }
      }
      preview.compare(
        type, id, before.record(type: type, id: id)?.contents(),
        rehearsal.after.record(type: type, id: id)?.contents())
    }
    if !isOther { preview.alarms = try alarms(in: rehearsal) }
    workspace.look(at: rehearsal.after) {
      if !preview.newClients.isEmpty {
        preview.duplicateCount = duplicates(among: preview.newClients, level: .likely).count
      }
      preview.authors = rehearsal.authors.map { author in
        MergePreview.Author(
          replica: author.replica, name: memberName(ofReplica: author.replica) ?? "",
          commitCount: author.commitCount, millis: author.millis)
      }
    }
    return preview
  }

  /// Takes in what another copy of the base has and this one lacks, and remembers it on this
  /// device so that it can be undone as a whole.
  ///
  /// - Parameters:
  ///   - path: the other copy, or a document of another base; it is only read.
  ///   - preview: what `previewMerge` found, so that it need not be found again.
  /// - Returns: what was taken.
  /// - Throws: as `previewMerge`, or what keeps it from being written.
  public func merge(with path: String, as preview: MergePreview? = nil) throws -> JoinReport {
    let report: JoinReport
    if let rehearsal = preview?.rehearsal {
      report = try workspace.join(rehearsal, documentAt: path)
    } else if try workspace.isCopy(at: path) {
      report = try workspace.join(documentAt: path)
    } else {
      report = try workspace.adopt(documentAt: path) { Self.describe(&$0, adopting: $1, from: $2) }
    }
    try workspace.noteMerge(report, with: path)
    return report
  }

  /// The name of the member whose device writes a replica, or a branch of one.
  public func memberName(ofReplica replica: ReplicaID) -> String? {
    member(ofReplica: replica)?.name
  }

  /// The member whose device writes a replica, or a branch of one.
  public func member(ofReplica replica: ReplicaID) -> Member? {
    let device = state.replicas.first { $0.id == replica }?.device ?? replica
    guard let member = state.device(device)?.member else { return nil }
    return members.first { $0.id == member }
  }

  private static func touched(
    _ rehearsal: JoinRehearsal, _ before: State
  ) -> [(type: String, id: String)] {
    var seen: Set<String> = []
    var result: [(type: String, id: String)] = []
    func add(_ type: String, _ id: String) {
      if seen.insert("\(type) \(id)").inserted { result.append((type, id)) }
    }
    if let touched = rehearsal.touched {
      for each in touched { add(each.type, each.id) }
    } else {
      for state in [before, rehearsal.after] {
        state.forEach { record in
          add(record.type, record.id)
          return true
        }
      }
    }
    return result
  }
}

extension MergePreview {
  /// Counts what one record was and becomes.
  fileprivate mutating func compare(
    _ type: String, _ id: String, _ before: RecordContents?, _ after: RecordContents?
  ) {
    guard let after else { return }
    let wasAlive = before?.isAlive ?? false
    var counts = counts[type] ?? Counts()
    if after.isAlive, !wasAlive {
      // One that comes out of the trash was there before.
      if before == nil { counts.created += 1 } else { counts.changed += 1 }
      if type == "client", before == nil { newClients.insert(id) }
    } else if wasAlive, !after.isAlive {
      counts.deleted += 1
    } else if after.isAlive, let before, !Self.looksAlike(before, after) {
      counts.changed += 1
    }
    if !counts.isEmpty { self.counts[type] = counts }
    let known = Set(before?.registers.filter(\.isConflict).map(\.name) ?? [])
    conflictCount += after.registers.count { $0.isConflict && !known.contains($0.name) }
    let isDisputed = after.isAlive && !after.deleters.isEmpty
    let wasDisputed = wasAlive && !(before?.deleters.isEmpty ?? true)
    if isDisputed, !wasDisputed { conflictCount += 1 }
  }

  private static func looksAlike(_ first: RecordContents, _ second: RecordContents) -> Bool {
    func values(_ contents: RecordContents) -> [String: [[UInt8]]] {
      Dictionary(
        uniqueKeysWithValues: contents.registers.map { register in
          // Two who wrote the same have changed nothing for each other.
          let values = register.writes.map(\.value)
          return (
            register.name,
            values.indices.filter { values.firstIndex(of: values[$0]) == $0 }
              .map { values[$0] }
          )
        })
    }
    func elements(_ contents: RecordContents) -> [String: [[UInt8]]] {
      Dictionary(
        uniqueKeysWithValues: contents.sets.filter { !$0.elements.isEmpty }.map {
          ($0.name, $0.elements)
        })
    }
    return values(first) == values(second) && elements(first) == elements(second)
      && first.deleters.isEmpty == second.deleters.isEmpty
  }
}
