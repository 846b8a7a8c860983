import Bytes
import Documents
import Platform
import Replication

/// What this device has looked at for alarms, and what it has found: a note in the device's own
/// folder, like that of merges, so that copies with the same commits stay equal.
struct AlarmNotes: Equatable {
  /// The commits that were looked at.
  var known: Frontier
  /// The alarms that were found here, answered ones included.
  var alarms: [Alarm] = []
  /// The ids of those that were answered on this device alone, which may not write.
  var answeredHere: Set<String> = []

  init(known: Frontier) {
    self.known = known
  }

  /// Takes in alarms; one that goes on replaces what was known of it, as long as nobody has
  /// answered that.
  mutating func add(_ found: [Alarm], unlessAnswered isAnswered: (Alarm) -> Bool) {
    for alarm in found {
      alarms.removeAll { $0.id == alarm.id || $0.overlaps(alarm) && !isAnswered($0) }
      alarms.append(alarm)
    }
  }

  // MARK: As lines

  /// Reads a note; nothing if it is none.
  init?(_ bytes: [UInt8]) {
    var lines = Lines()
    guard let first = lines.next(in: bytes.span),
      let head = try? JSONParser.parse(bytes.span.extracting(first)),
      case .object(let numbers)? = head["known"]
    else { return nil }
    var known: [ReplicaID: UInt32] = [:]
    for (key, value) in numbers {
      guard let replica = ReplicaID(key), case .integer(let number) = value,
        let short = UInt32(exactly: number)
      else { return nil }
      known[replica] = short
    }
    self.known = Frontier(known)
    if case .array(let ids)? = head["answered"] { answeredHere = Set(ids.compactMap(\.text)) }
    while let line = lines.next(in: bytes.span) {
      guard let value = try? JSONParser.parse(bytes.span.extracting(line)),
        let alarm = Alarm(value)
      else { continue }
      alarms.append(alarm)
    }
  }

  /// The note as bytes.
  var bytes: [UInt8] {
    let head = JSONValue.object([
      ("answered", .array(answeredHere.sorted().map { .string($0) })),
      (
        "known",
        .object(known.numbers.map { (key: $0.key.text, value: .integer(Int($0.value))) })
      ),
    ])
    return ([head] + alarms.map(\.json)).flatMap { $0.canonicalBytes + [UInt8(ascii: "\n")] }
  }
}

extension Alarm {
  fileprivate init?(_ json: JSONValue) {
    func number(_ key: String) -> Int? {
      guard case .integer(let number)? = json[key] else { return nil }
      return number
    }
    guard let replica = json["replica"]?.text.flatMap({ ReplicaID($0) }),
      let first = number("first").flatMap({ UInt32(exactly: $0) }),
      let last = number("last").flatMap({ UInt32(exactly: $0) }), first <= last,
      let firstMillis = number("from"), let lastMillis = number("to"),
      let deleted = number("deleted"), let changed = number("changed"),
      case .array(let shares)? = json["shares"]
    else { return nil }
    self.init(
      first: Dot(replica, first), last: Dot(replica, last), member: json["member"]?.text ?? "",
      firstMillis: Int64(firstMillis), lastMillis: Int64(lastMillis), deleted: deleted,
      changed: changed,
      shares: shares.compactMap { share in
        guard let member = share["member"]?.text, case .integer(let changed)? = share["changed"],
          case .integer(let total)? = share["total"]
        else { return nil }
        return Share(member: member, changed: changed, total: total)
      })
  }

  fileprivate var json: JSONValue {
    .object([
      ("replica", .string(first.replica.text)), ("first", .integer(Int(first.number))),
      ("last", .integer(Int(last.number))), ("member", .string(member)),
      ("from", .integer(Int(firstMillis))), ("to", .integer(Int(lastMillis))),
      ("deleted", .integer(deleted)), ("changed", .integer(changed)),
      (
        "shares",
        .array(
          shares.map { share in
            .object([
              ("member", .string(share.member)), ("changed", .integer(share.changed)),
              ("total", .integer(share.total)),
            ])
          })
      ),
    ])
  }
}

extension Base {
  /// The largest note that is read.
  private static let alarmNoteLimit = 16 << 20

  private var alarmNotePath: String? {
    deviceFolder.map { "\($0.path)/workspaces/\(workspace.header.workspace.text)/alarms.jsonl" }
  }

  func readAlarmNotes() -> AlarmNotes? {
    alarmNotePath.flatMap { try? Files.readAll($0, limit: Self.alarmNoteLimit) }
      .flatMap { AlarmNotes($0) }
  }

  /// Keeps the notes; where the device's folder cannot be written, the next command looks again.
  func save(_ notes: AlarmNotes) {
    guard let path = alarmNotePath else { return }
    _ = try? Files.createFolder(Files.folder(of: path), permissions: 0o700, intermediate: true)
    _ = try? Files.replace(path, permissions: 0o600) { try $0.write(notes.bytes) }
  }
}
