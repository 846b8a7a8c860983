import Bytes
import Documents
import Platform
import Replication
import Sealing

// Whatever carries the folder brings its files in any order: a device's before that of whoever let
// it in, a later part before an earlier one. So what could not be taken from a file may be taken
// once another is there (SPEC [D-5]).
extension FolderCarrier {
  typealias File = (path: String, status: FileStatus)

  /// How deep folders are looked into, and how many files.
  private static let depth = 4
  private static let mostFiles = 50_000
  /// About so many bytes of files are taken in at a time.
  private static let portionByteCount = 256 << 20

  /// The files that might be pieces, in the order of their paths, and the notes.
  func list() throws -> [File] {
    var files: [File] = []
    func add(_ folder: String, depth: Int) throws {
      for name in try Files.list(folder.isEmpty ? path : "\(path)/\(folder)").sorted() {
        // Hidden names belong to the programs that carry the folder.
        guard !name.hasPrefix("."), !Files.isTemporaryName(name), files.count < Self.mostFiles
        else { continue }
        let inner = folder.isEmpty ? name : "\(folder)/\(name)"
        guard let status = try Files.status("\(path)/\(inner)") else { continue }
        if status.isFolder, depth < Self.depth, !folder.isEmpty || name == root {
          try add(inner, depth: depth + 1)
        } else if status.isRegular, !folder.isEmpty || name.hasSuffix(".karto") {
          files.append((inner, status))
        }
      }
    }
    try add("", depth: 0)
    return files
  }

  /// Takes in what the files bring, until they bring nothing more.
  ///
  /// A file that is wholly here is not read again. Each of the others is, once for every change of
  /// what is here or of which they are: files that nothing will ever complete cost no more.
  func take(_ files: [File], _ report: inout FolderReport) throws {
    let files = files.filter { !$0.path.hasSuffix(".json") }
    var isMoving = true
    while isMoving {
      let former = workspace.frontier
      let open = try openFiles()
      let hasChanged = ground(open) != view.ground
      let unread = files.filter { !view.isKnown($0.path, $0.status) }
      let waiting = files.filter { open.contains($0.path) && view.isKnown($0.path, $0.status) }
      var intake = Intake()
      for file in unread { try load(file, into: &intake, &report) }
      guard hasChanged || intake.hasRead else { return }
      for file in waiting { try load(file, into: &intake, &report) }
      try take(&intake, &report)
      isMoving = intake.commitCount > 0 && workspace.frontier != former
    }
    view.ground = ground(try openFiles())
  }

  /// The files that bring something that is not here.
  func openFiles() throws -> Set<String> { try view.open(beyond: workspace.holdings()) }

  /// Tells what is here, and which files bring more, from all else.
  private func ground(_ open: Set<String>) -> String {
    var text = ""
    for (replica, number) in workspace.frontier.numbers.sorted(by: { $0.key < $1.key }) {
      text += "\(replica.text) \(number)\n"
    }
    for path in open.sorted() {
      guard let entry = view.entries[path] else { continue }
      text += "\(path) \(entry.size) \(entry.modifiedNanos) \(entry.changedNanos)\n"
    }
    return Self.hash(Array(text.utf8))
  }

  /// Files that were read, to be taken in together, since one may complete another.
  private struct Intake {
    var files: [(file: File, bytes: [UInt8], reading: PieceReading, runs: [Member.Run])] = []
    var byteCount = 0
    /// How many commits were taken in.
    var commitCount = 0
    /// Whether there was anything to take in.
    var hasRead = false
  }

  /// Reads a file; where many bytes have gathered they are taken in.
  private func load(
    _ file: File, into intake: inout Intake, _ report: inout FolderReport
  ) throws {
    guard file.status.size <= Self.longestFile else {
      return view.noteTooLarge(file.path, file.status)
    }
    // It may be gone by now, or be written just now: there is a next round.
    guard let bytes = try? Files.readAll("\(path)/\(file.path)", limit: Self.longestFile) else {
      return
    }
    readCount += 1
    let reading = workspace.read(piece: bytes)
    view.note(file.path, file.status, reading)
    guard case .piece(let runs, _) = reading else { return }
    // Until it is known what became of it.
    view.noteOpen(file.path)
    intake.files.append((file, bytes, reading, runs))
    intake.byteCount += bytes.count
    intake.hasRead = true
    if intake.byteCount >= Self.portionByteCount { try take(&intake, &report) }
  }

  /// Takes in what some files bring, and notes what of them is here then.
  private func take(_ intake: inout Intake, _ report: inout FolderReport) throws {
    guard !intake.files.isEmpty else { return }
    let pieces = intake.files.map(\.bytes)
    let joined = try workspace.receive(pieces)
    intake.commitCount += joined.commitCount
    report.received += joined.commitCount
    report.held += joined.dots.count { workspace.state.isHeld($0) }
    report.heldReasons.formUnion(joined.dots.compactMap { workspace.state.reason(ofHeld: $0) })
    let refused = Coverage(joined.refused.map(Member.Run.init))
    let waiting = Coverage(joined.waiting.map(Member.Run.init))
    let numbers = try workspace.holdings()
    for (read, held) in zip(intake.files, try workspace.runsHeld(of: pieces)) {
      let path = read.file.path
      view.note(path, read.file.status, read.reading, held: held)
      if read.runs.contains(where: { waiting.touches($0) || $0.last > numbers[$0.replica] ?? 0 }) {
        view.noteOpen(path)
      }
      if read.runs.contains(where: refused.touches) { view.noteRefused(path) }
    }
    intake.files = []
    intake.byteCount = 0
  }
}

extension Member.Run {
  fileprivate init(_ dot: Dot) {
    self.init(replica: dot.replica, first: dot.number, last: dot.number)
  }
}
