import Bytes
public import Documents
import Platform

// Which merges this device has made, so that one of them can be undone as a whole. They are noted
// in the device's own folder and not in the document: two copies that have taken in each other's
// commits are equal, and stay so.
extension Workspace {
  /// Notes what a merge brought; nothing if it brought nothing.
  ///
  /// - Parameters:
  ///   - report: what was taken.
  ///   - path: from where.
  /// - Throws: what the system says.
  public func noteMerge(_ report: JoinReport, with path: String) throws {
    guard !report.dots.isEmpty else { return }
    var runs: [Member.Run] = []
    for dot in report.dots.sorted() { Member.Run.note(dot, in: &runs) }
    let line = JSONValue.object([
      ("at", .string(Timestamp.text(clock.nowMillis()))),
      (
        "commits",
        .array(
          runs.map { run in
            .array([
              .string(run.replica.text), .integer(Int(run.first)), .integer(Int(run.last)),
            ])
          })
      ),
      ("from", .string(path)),
    ]).canonicalBytes
    let file = mergesPath
    let former = (try? Files.readAll(file, limit: 1 << 22)) ?? []
    try Files.createFolder(
      device.folder(of: header.workspace), permissions: 0o700, intermediate: true)
    try Files.replace(file, permissions: 0o600) {
      try $0.write(former + line + [UInt8(ascii: "\n")])
    }
  }

  /// The commits that the last merge on this device brought, if there was one.
  public func lastMerge() throws -> Set<Dot>? {
    guard let bytes = try? Files.readAll(mergesPath, limit: 1 << 22) else { return nil }
    var last: Set<Dot>?
    var lines = Lines()
    while let line = lines.next(in: bytes.span) {
      guard let value = try? JSONParser.parse(bytes.span.extracting(line)),
        case .array(let runs)? = value["commits"]
      else { continue }
      var dots: Set<Dot> = []
      for case .array(let run) in runs {
        guard run.count == 3, let replica = run[0].text.flatMap({ ReplicaID($0) }),
          case .integer(let first) = run[1], case .integer(let end) = run[2],
          let first = UInt32(exactly: first), let end = UInt32(exactly: end), first <= end
        else { continue }
        for number in first...end { dots.insert(Dot(replica, number)) }
      }
      last = dots
    }
    return last
  }

  private var mergesPath: String { device.folder(of: header.workspace) + "/merges.jsonl" }

  /// Lets `body` see the base as it would be.
  ///
  /// - Parameters:
  ///   - state: what would be.
  ///   - body: sees it as the base's state.
  /// - Returns: what `body` returns.
  /// - Throws: what `body` throws.
  public func look<Result>(at state: State, _ body: () throws -> Result) rethrows -> Result {
    let present = self.state
    self.state = state
    defer { self.state = present }
    return try body()
  }
}
