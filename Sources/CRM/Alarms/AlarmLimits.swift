import Bytes
import Documents
import Replication

/// How much one author may delete or overwrite within ten minutes before an alarm is raised
/// (SPEC §23).
public struct AlarmLimits: Hashable, Sendable {
  /// Records deleted; more raise an alarm.
  public var deleted = 50
  /// Records overwritten; more raise an alarm.
  public var changed = 200
  /// Of one manager's clients, in percent; more raise an alarm.
  public var sharePercent = 20
  /// As many clients of one manager are changed by hand, whatever share they are.
  public static let fewClients = 20
  /// The time that is looked at, in milliseconds.
  public static let windowMillis: Int64 = 600_000
  /// What one has made or written oneself so recently, one may undo and import anew: a day, in
  /// milliseconds.
  public static let ownMillis: Int64 = 86_400_000

  /// The limits of a base that says nothing else.
  public static let standard = AlarmLimits()

  /// The fewest changes that can raise an alarm.
  var fewestChanges: Int { min(Self.fewClients, changed) }

  /// The types of records that people keep; what the program keeps beside them raises no alarm.
  static let types: Set<String> = ["activity", "client", "deal", "link", "product", "task"]

  /// Of these types the fields that change in ordinary work; overwriting them is no damage.
  static let workFields: [String: Set<String>] = [
    "client": [
      "categories", "different_from", "lead_status", "merged_into", "pinned_note", "status", "tags",
    ],
    "deal": [
      "closed_at", "expected_close", "lost_reason", "probability", "return_after", "stage", "tags",
    ],
    "task": ["assignee", "done_at", "due", "priority", "result", "state"],
  ]

  /// The fields that say who is responsible: those who may hand work over may set them.
  static let memberFields: Set<String> = ["owner", "assignee"]

  /// What the program does to correct one's own work.
  static let correctingPurposes = ["undo", "import"]

  /// What the program does in bulk at the word of an owner or admin.
  static let seniorPurposes = ["undo", "offboard", "return", "adopt"]
}

extension Base {
  /// The limits that owners and admins have set, else the standard ones.
  ///
  /// What a manager wrote into them does not count: whoever does the damage could lift them first.
  public var alarmLimits: AlarmLimits {
    var limits = AlarmLimits.standard
    guard let contents = state.record(type: "workspace", id: "workspace")?.contents() else {
      return limits
    }
    func read(_ field: String, _ path: WritableKeyPath<AlarmLimits, Int>) {
      guard let register = contents.registers.first(where: { $0.name == field }),
        let write = register.writes.first(where: { isSenior(ofReplica: $0.dot.replica) }),
        case .integer(let number) = StoredValue.json(write.value), number > 0
      else { return }
      limits[keyPath: path] = number
    }
    read("alarm_deleted", \.deleted)
    read("alarm_changed", \.changed)
    read("alarm_share", \.sharePercent)
    limits.sharePercent = min(limits.sharePercent, 100)
    return limits
  }
}
