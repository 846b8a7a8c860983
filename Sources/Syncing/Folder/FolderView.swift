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
    /// When it was changed in any way, which nobody can set.
    var changedNanos: Int64
    /// The commits in it; nothing if it is no piece of this base.
    var runs: [Member.Run] = []
    /// Those of them that are the same ones that this device has.
    var held: [Member.Run] = []
    /// Whether it brings something that was not taken, so that it is read again.
    var isOpen = false
    var problem: FolderProblem.Kind?

    /// Whether something is wrong with it that was not told when it was `former`.
    func isNews(after former: Entry?) -> Bool {
      guard let former, former.problem == problem else { return problem != nil }
      return problem != nil && (former.size, former.modifiedNanos) != (size, modifiedNanos)
    }
  }

  private(set) var entries: [String: Entry] = [:]

  /// What stood here and in the folder when the open files were last read and brought nothing.
  var ground: String?

  init() {}

  /// Reads what was remembered; nothing remembered is no harm.
  init(remembered bytes: [UInt8]) {
    var lines = Lines()
    while let line = lines.next(in: bytes.span) {
      guard let value = try? JSONParser.parse(bytes.span.extracting(line)) else { continue }
      if let ground = value["ground"]?.text { self.ground = ground }
      guard let path = value["path"]?.text, case .integer(let size)? = value["size"],
        let modified = value["modified"]?.text.flatMap({ Int64($0) }),
        let changed = value["changed"]?.text.flatMap({ Int64($0) }),
        case .array(let runs)? = value["runs"], case .array(let held)? = value["held"]
      else { continue }
      entries[path] = Entry(
        size: size, modifiedNanos: modified, changedNanos: changed,
        runs: runs.compactMap(Self.run), held: held.compactMap(Self.run),
        isOpen: value["open"] != nil,
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

  private static func value(_ runs: [Member.Run]) -> JSONValue {
    .array(
      runs.map {
        .array([.string($0.replica.text), .integer(Int($0.first)), .integer(Int($0.last))])
      })
  }

  /// What is to be remembered.
  var bytes: [UInt8] {
    var out: [UInt8] = []
    if let ground {
      out += JSONValue.object([("ground", .string(ground))]).canonicalBytes
      out.append(UInt8(ascii: "\n"))
    }
    for (path, entry) in entries.sorted(by: { $0.key < $1.key }) {
      var members: [(key: String, value: JSONValue)] = [
        ("changed", .string(String(entry.changedNanos))), ("held", Self.value(entry.held)),
        ("modified", .string(String(entry.modifiedNanos))),
      ]
      if entry.isOpen { members.append(("open", .bool(true))) }
      members.append(("path", .string(path)))
      if let problem = entry.problem { members.append(("problem", .string(problem.rawValue))) }
      members += [("runs", Self.value(entry.runs)), ("size", .integer(entry.size))]
      out += JSONValue.object(members).canonicalBytes + [UInt8(ascii: "\n")]
    }
    return out
  }

  /// Notes a file that was read, or that this device has just written.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - status: what the system said of it before it was read, or after it was written.
  ///   - reading: what it holds.
  ///   - held: which of its commits this device has.
  mutating func note(
    _ path: String, _ status: FileStatus, _ reading: PieceReading, held: [Member.Run] = []
  ) {
    var entry = Entry(
      size: status.size, modifiedNanos: status.modifiedNanos, changedNanos: status.changedNanos)
    entry.held = held
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
      size: status.size, modifiedNanos: status.modifiedNanos, changedNanos: status.changedNanos,
      problem: .tooLarge)
  }

  /// Notes that commits in a file were not taken.
  mutating func noteRefused(_ path: String) {
    entries[path]?.problem = .refused
    entries[path]?.isOpen = true
  }

  /// Notes that commits in a file wait for others.
  mutating func noteOpen(_ path: String) { entries[path]?.isOpen = true }

  /// The files that bring something that is not here.
  ///
  /// It came too early, or this device has lost it since.
  ///
  /// - Parameter numbers: for each replica up to which number its commits are here.
  /// - Returns: their paths.
  func open(beyond numbers: [ReplicaID: UInt32]) -> Set<String> {
    Set(
      entries.filter { _, entry in
        entry.isOpen || entry.runs.contains { $0.last > numbers[$0.replica] ?? 0 }
      }.keys)
  }

  /// Whether a file is as it was at the last look.
  func isKnown(_ path: String, _ status: FileStatus) -> Bool {
    entries[path].map {
      $0.size == status.size && $0.modifiedNanos == status.modifiedNanos
        && $0.changedNanos == status.changedNanos
    } ?? false
  }

  /// Forgets the files that are there no more.
  mutating func keep(_ paths: Set<String>) {
    entries = entries.filter { paths.contains($0.key) }
  }

  /// The commits of this device that stand in the files for which this holds.
  ///
  /// Others may write any number before what they like: only what is the same here counts.
  func coverage(where isWanted: (String) -> Bool) -> Coverage {
    Coverage(entries.filter { isWanted($0.key) }.flatMap(\.value.held))
  }
}

/// Which commits are somewhere: for each replica ranges of numbers, ascending and apart.
struct Coverage {
  private var ranges: [ReplicaID: [ClosedRange<UInt32>]] = [:]

  /// Those of some runs, in any order.
  init(_ runs: [Member.Run]) {
    for (replica, runs) in Dictionary(grouping: runs, by: \.replica) {
      var joined: [ClosedRange<UInt32>] = []
      for run in runs.sorted(by: { $0.first < $1.first }) {
        if let last = joined.last, run.first - 1 <= last.upperBound {
          joined[joined.count - 1] = last.lowerBound...max(last.upperBound, run.last)
        } else {
          joined.append(run.first...run.last)
        }
      }
      ranges[replica] = joined
    }
  }

  /// The first range that does not end before a number.
  private func range(of replica: ReplicaID, from number: UInt32) -> ClosedRange<UInt32>? {
    guard let ranges = ranges[replica] else { return nil }
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < number { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count ? ranges[low] : nil
  }

  func contains(_ dot: Dot) -> Bool {
    range(of: dot.replica, from: dot.number)?.contains(dot.number) ?? false
  }

  /// Whether it holds all commits of a run.
  func contains(_ run: Member.Run) -> Bool {
    range(of: run.replica, from: run.first).map {
      $0.lowerBound <= run.first && run.last <= $0.upperBound
    } ?? false
  }

  /// Whether it holds a commit of a run.
  func touches(_ run: Member.Run) -> Bool {
    range(of: run.replica, from: run.first).map { $0.lowerBound <= run.last } ?? false
  }

  /// How many of a replica's first commits it holds.
  func count(of replica: ReplicaID, upTo number: UInt32) -> Int {
    (ranges[replica] ?? []).reduce(0) { count, range in
      range.lowerBound > number
        ? count : count + Int(min(number, range.upperBound) - range.lowerBound) + 1
    }
  }
}
