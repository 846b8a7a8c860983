import Bytes
import Documents
import Platform
import Replication
import Sealing

/// What a shared folder holds, as far as this device has looked (SPEC §13).
///
/// Files that have not changed since the last look are not read again; what is wrong with one is
/// told once. The memory of it lies in the device's own folder and can be deleted.
struct FolderView {
  /// What is known of one file.
  struct Entry: Equatable {
    var size: Int
    var modifiedNanos: Int64
    /// The commits in it; nothing if it is no piece of this base.
    var runs: [Member.Run]
    var problem: FolderProblem.Kind?
  }

  private(set) var entries: [String: Entry] = [:]

  init() {}

  /// Reads what was remembered; nothing remembered is no harm.
  init(remembered bytes: [UInt8]) {
    var lines = Lines()
    while let line = lines.next(in: bytes.span) {
      guard let value = try? JSONParser.parse(bytes.span.extracting(line)),
        let path = value["path"]?.text, case .integer(let size)? = value["size"],
        let modified = value["modified"]?.text.flatMap({ Int64($0) }),
        case .array(let runs)? = value["runs"]
      else { continue }
      entries[path] = Entry(
        size: size, modifiedNanos: modified, runs: runs.compactMap(Self.run),
        problem: value["problem"]?.text.flatMap { FolderProblem.Kind(rawValue: $0) })
    }
  }

  private static func run(_ value: JSONValue) -> Member.Run? {
    guard case .array(let parts) = value, parts.count == 3,
      let replica = parts[0].text.flatMap({ ReplicaID($0) }), case .integer(let first) = parts[1],
      case .integer(let last) = parts[2], let first = UInt32(exactly: first),
      let last = UInt32(exactly: last), first <= last
    else { return nil }
    return Member.Run(replica: replica, first: first, last: last)
  }

  /// What is to be remembered.
  var bytes: [UInt8] {
    var out: [UInt8] = []
    for (path, entry) in entries.sorted(by: { $0.key < $1.key }) {
      var members: [(key: String, value: JSONValue)] = [
        ("modified", .string(String(entry.modifiedNanos))), ("path", .string(path)),
      ]
      if let problem = entry.problem { members.append(("problem", .string(problem.rawValue))) }
      members.append(
        (
          "runs",
          .array(
            entry.runs.map {
              .array([
                .string($0.replica.text), .integer(Int($0.first)), .integer(Int($0.last)),
              ])
            })
        ))
      members.append(("size", .integer(entry.size)))
      out += JSONValue.object(members).canonicalBytes + [UInt8(ascii: "\n")]
    }
    return out
  }

  /// Notes a file; `problem` is what is wrong with it.
  mutating func note(_ path: String, _ status: FileStatus, _ reading: PieceReading) {
    var entry = Entry(size: status.size, modifiedNanos: status.modifiedNanos, runs: [])
    switch reading {
    case .piece(let runs, let isTorn):
      entry.runs = runs
      entry.problem = isTorn ? .incomplete : nil
    case .foreign: entry.problem = .foreign
    case .tooNew: entry.problem = .tooNew
    case .unreadable: entry.problem = .unreadable
    }
    entries[path] = entry
  }

  /// Notes that a file is larger than anything that this program writes.
  mutating func noteTooLarge(_ path: String, _ status: FileStatus) {
    entries[path] = Entry(
      size: status.size, modifiedNanos: status.modifiedNanos, runs: [], problem: .tooLarge)
  }

  /// Notes that commits in a file were not taken.
  mutating func noteRefused(_ path: String) { entries[path]?.problem = .refused }

  /// Sees to it that a file is read again at the next look.
  mutating func forget(_ path: String) { entries[path]?.modifiedNanos = -1 }

  /// Whether a file is as it was at the last look.
  func isKnown(_ path: String, _ status: FileStatus) -> Bool {
    entries[path].map {
      $0.size == status.size && $0.modifiedNanos == status.modifiedNanos
    } ?? false
  }

  /// Forgets the files that are there no more.
  mutating func keep(_ paths: Set<String>) {
    entries = entries.filter { paths.contains($0.key) }
  }

  /// The commits that stand in the files for which this holds.
  func coverage(where isWanted: (String) -> Bool) -> Coverage {
    var coverage = Coverage()
    for (path, entry) in entries where isWanted(path) {
      for run in entry.runs { coverage.add(run) }
    }
    return coverage
  }
}

/// Which commits are somewhere: for each replica ranges of numbers.
struct Coverage {
  private var ranges: [ReplicaID: [ClosedRange<UInt32>]] = [:]

  mutating func add(_ run: Member.Run) {
    ranges[run.replica, default: []].append(run.first...run.last)
  }

  func contains(_ dot: Dot) -> Bool {
    ranges[dot.replica]?.contains { $0.contains(dot.number) } ?? false
  }

  /// Whether it holds all commits of a run.
  func contains(_ run: Member.Run) -> Bool {
    var next = run.first
    for range in (ranges[run.replica] ?? []).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      guard range.lowerBound <= next else { break }
      if range.upperBound >= run.last { return true }
      next = max(next, range.upperBound + 1)
    }
    return false
  }
}
