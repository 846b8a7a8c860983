public import Documents

/// Someone has deleted or overwritten more, within a short time, than is done by hand (SPEC §23).
public struct Alarm: Hashable, Sendable {
  /// How much of one manager's clients was changed.
  public struct Share: Hashable, Sendable {
    /// The id of the manager; empty for clients that are nobody's.
    public let member: String
    /// How many of their clients were changed or deleted.
    public let changed: Int
    /// How many clients they have, or had.
    public let total: Int
  }

  /// The first commit of it.
  public let first: Dot
  /// The last commit of it.
  public let last: Dot
  /// The id of the member whose device wrote them; empty if it is nobody's.
  public let member: String
  /// The wall clock of the first commit, in milliseconds since 1970 UTC.
  public let firstMillis: Int64
  /// The wall clock of the last commit, in milliseconds since 1970 UTC.
  public let lastMillis: Int64
  /// How many records were deleted.
  public let deleted: Int
  /// How many records were overwritten.
  public let changed: Int
  /// The shares of managers whose clients suffered beyond the limit.
  public let shares: [Share]

  /// The id, which follows from the cause: everyone who finds the same gives it the same
  /// (SPEC §23).
  public var id: String { "\(first.number)-\(first.replica.text)" }

  /// Whether two are about commits of one author that lie together.
  func overlaps(_ other: Alarm) -> Bool {
    first.replica == other.first.replica && first.number <= other.last.number
      && other.first.number <= last.number
  }

  /// All commits from the first to the last.
  public var commits: Set<Dot> {
    Set((first.number...max(first.number, last.number)).map { Dot(first.replica, $0) })
  }
}

/// Commits of a replica for which somebody has answered (SPEC [P-3]).
struct AnsweredStretch: Hashable {
  let replica: ReplicaID
  let first: UInt32
  let last: UInt32

  func contains(_ dot: Dot) -> Bool {
    dot.replica == replica && first <= dot.number && dot.number <= last
  }

  /// The first and the replica as an alarm's id names them; nothing if it is none.
  init?(alarmID id: String, through last: Int) {
    let parts = id.split(separator: "-", maxSplits: 1)
    guard parts.count == 2, let first = UInt32(parts[0]),
      let replica = ReplicaID(String(parts[1])), last >= Int(first)
    else { return nil }
    self.replica = replica
    self.first = first
    self.last = UInt32(clamping: last)
  }
}

/// How an alarm was answered.
public enum AlarmAnswer: String, Sendable {
  /// It is as it should be.
  case accepted
  /// It was undone.
  case undone
}

/// Why an alarm cannot be answered.
public enum AlarmError: Error, Equatable, Sendable {
  /// There is no such alarm on this device.
  case unknown(String)
  /// Several alarms could be meant.
  case ambiguous(String)
  /// It is about what this very member did: someone else answers.
  case ownDoing(String)
}
