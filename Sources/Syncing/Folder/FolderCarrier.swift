import Bytes
import Documents
import Platform
public import Replication
import Sealing

/// Exchanges commits through a folder that something else carries: Syncthing, Nextcloud, a USB
/// stick (SPEC §13).
///
/// Each device writes only below its own name, so no two ever write one file; everybody reads
/// everything. What a device knows and nobody has put there, it puts there too, so what someone
/// wipes from the folder comes back.
public final class FolderCarrier {
  let workspace: Workspace
  private let device: DeviceFolder
  /// The folder that is used.
  public let path: String
  /// The base's own folder, as seen from `path`.
  let root: String
  var view: FolderView

  /// How many files were read so far, those that were read again counted again.
  var readCount = 0

  /// What this device had when it last put everything into the folder.
  private var settled: Frontier?

  /// When the notes of others that were read were written, by their paths.
  private var notesRead: [String: Int64] = [:]

  /// From this many bytes on commits go into a file that never changes again.
  static let tailByteCount = 64 << 10
  /// From this many bytes on such a file is closed.
  static let segmentByteCount = 1 << 20
  /// A larger file is left alone.
  static let longestFile = 256 << 20
  /// More small files of others' commits than this are joined into one.
  private static let mostSmallRelays = 4

  /// Uses a folder.
  ///
  /// - Parameters:
  ///   - path: the folder, or the base's own folder in it; it must be there.
  ///   - workspace: the base, open for writing.
  ///   - device: the device's own folder.
  /// - Throws: `FolderError.missing`, or what the system says.
  public init(path: String, workspace: Workspace, device: DeviceFolder) throws {
    guard try Files.status(path)?.isFolder ?? false else { throw FolderError.missing(path: path) }
    self.workspace = workspace
    self.device = device
    root = "karto-\(workspace.header.workspace.text.prefix(8))"
    // The base's own folder is the one that people see there, and that they name.
    let isRoot = try Files.realPath(path).hasSuffix("/\(root)")
    self.path = isRoot ? Files.folder(of: try Files.realPath(path)) : path
    view = FolderView()
    if let bytes = try? Files.readAll(try memoryPath(), limit: 1 << 26) {
      view = FolderView(remembered: bytes)
    }
  }

  /// Takes in what is new in the folder, and puts there what is missing in it.
  ///
  /// - Returns: what was done.
  /// - Throws: `FolderError.missing` if the folder is gone; what keeps the base from being written;
  ///   or what the system says. What was taken in before that stays.
  public func round() throws -> FolderReport {
    guard try Files.status(path)?.isFolder ?? false else { throw FolderError.missing(path: path) }
    var report = FolderReport()
    let files = try list()
    let before = view.entries
    view.keep(Set(files.map(\.path)))
    try take(files, &report)
    // Where neither side has changed there is nothing to put there.
    if settled != workspace.frontier || view.entries != before {
      try publish(&report)
      try compareDigests(files, &report)
      settled = workspace.frontier
      try noteOwnCopy()
    }
    try noteCopies(files)
    report.problems += view.entries.sorted { $0.key < $1.key }.compactMap { path, entry in
      guard let problem = entry.problem, entry.isNews(after: before[path]) else { return nil }
      return FolderProblem(kind: problem, path: path)
    }
    try remember()
    return report
  }

  // MARK: Writing

  private func publish(_ report: inout FolderReport) throws {
    guard let own = try workspace.ownReplica() else { return }
    let folder = "\(root)/\(own.text)"
    let isOwn = { (path: String) in path.hasPrefix(folder + "/") }
    let others = view.coverage { !isOwn($0) && self.view.entries[$0]?.problem != .refused }
    let there = view.coverage { self.view.entries[$0]?.problem != .refused }
    let holdings = try workspace.holdings()
    report.published = holdings.reduce(0) { count, entry in
      count + Int(entry.value) - there.count(of: entry.key, upTo: entry.value)
    }
    try publishOwn(own, in: folder)
    try publishRelays(own, in: folder, others: others)
    try publishHave(own, in: folder)
  }

  /// This device's own commits: closed files that never change, and a small one that does.
  private func publishOwn(_ own: ReplicaID, in folder: String) throws {
    let tail = "\(folder)/tail.karto"
    let closed = view.coverage { path in
      path.hasPrefix(folder + "/") && path != tail && !path.hasPrefix(folder + "/relay-")
    }
    let isForked = workspace.forkedReplicas.contains(own)
    let pieces = try workspace.pieces(closedFrom: Self.segmentByteCount) { dot in
      dot.replica == own && (isForked || !closed.contains(dot))
    }
    // What the folder has of this device, and the device has lost, stays there.
    let isTailOpen =
      try openFiles().contains(tail) && view.entries[tail]?.problem != .refused
    guard let last = pieces.last else { return isTailOpen ? () : try remove(tail) }
    if pieces.count == 1, last.bytes.count < Self.tailByteCount, !isTailOpen {
      return try write(last, to: tail)
    }
    for piece in pieces {
      guard let first = piece.runs.first, let end = piece.runs.last else { continue }
      let name = "\(Self.padded(first.first))-\(Self.padded(end.last))-\(Self.hash(piece.bytes))"
      try write(piece, to: "\(folder)/\(name).karto")
    }
    if !isTailOpen { try remove(tail) }
  }

  /// Others' commits that nobody else has put there.
  private func publishRelays(_ own: ReplicaID, in folder: String, others: Coverage) throws {
    let prefix = "\(folder)/relay-"
    let open = try openFiles()
    let relays = view.entries.filter { $0.key.hasPrefix(prefix) && !open.contains($0.key) }
    for (path, entry) in relays where entry.runs.allSatisfy({ others.contains($0) }) {
      try remove(path)
    }
    let small = view.entries.filter {
      $0.key.hasPrefix(prefix) && $0.value.size < Self.tailByteCount && !open.contains($0.key)
    }
    let isFull = small.count > Self.mostSmallRelays
    let kept = view.coverage { path in
      path.hasPrefix(prefix) && !(isFull && small[path] != nil)
    }
    let forked = workspace.forkedReplicas
    let pieces = try workspace.pieces(closedFrom: Self.segmentByteCount) { dot in
      dot.replica != own && !kept.contains(dot)
        && (!others.contains(dot) || forked.contains(dot.replica))
    }
    let names = pieces.map { "\(prefix)\(Self.hash($0.bytes)).karto" }
    for (piece, name) in zip(pieces, names) { try write(piece, to: name) }
    if isFull { for path in small.keys where !names.contains(path) { try remove(path) } }
  }

  private func write(_ piece: Piece, to path: String) throws {
    let target = "\(self.path)/\(path)"
    if let status = try Files.status(target), view.isKnown(path, status),
      status.size == piece.bytes.count, let entry = view.entries[path], entry.problem == nil,
      !entry.isOpen, entry.held == piece.runs
    {
      return
    }
    try Files.createFolder(
      Files.folder(of: target), permissions: 0o755, intermediate: true)
    try Files.replace(target) { try $0.write(piece.bytes) }
    if let status = try Files.status(target) {
      view.note(path, status, .piece(runs: piece.runs, isTorn: false), held: piece.runs)
    }
  }

  private func remove(_ path: String) throws {
    _ = try Files.remove("\(self.path)/\(path)")
    view.keep(Set(view.entries.keys).subtracting([path]))
  }

  private static func padded(_ number: UInt32) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }

  static func hash(_ bytes: [UInt8]) -> String {
    Base32.encode(BLAKE2b.hash128(bytes.span).bytes.span.extracting(0..<10))
  }

  // MARK: Memory

  private func memoryPath() throws -> String {
    let name = BLAKE2b.hash128(Array(try Files.realPath(path).utf8).span).bytes
    return "\(device.path)/workspaces/\(workspace.header.workspace.text)/folder-"
      + Base32.encode(name.span) + ".jsonl"
  }

  private func remember() throws {
    let file = try memoryPath()
    let bytes = view.bytes
    if let former = try? Files.readAll(file, limit: 1 << 26), former == bytes { return }
    try Files.createFolder(Files.folder(of: file), permissions: 0o700, intermediate: true)
    try Files.replace(file, permissions: 0o600) { try $0.write(bytes) }
  }

  // MARK: Who has what

  /// Tells the others up to where this device's knowledge goes, and what it makes of it.
  private func publishHave(_ own: ReplicaID, in folder: String) throws {
    let path = "\(self.path)/\(folder)/have.json"
    if let former = try? Files.readAll(path, limit: 1 << 20),
      let known = HaveNote(former), known.frontier == workspace.frontier
    {
      return
    }
    guard let key = try device.key(in: workspace.header.workspace) else { return }
    let note = HaveNote(workspace, by: own)
    try Files.createFolder(Files.folder(of: path), permissions: 0o755, intermediate: true)
    let bytes = note.signed(by: key)
    try Files.replace(path) { try $0.write(bytes) }
  }

  /// Remembers that all that is here lies in the folder too.
  private func noteOwnCopy() throws {
    let place = try Files.realPath(path)
    try workspace.note(
      copies: [CopyNote(.folder(path: place), holds: workspace.frontier, atMillis: workspace.now)])
  }

  /// Remembers what other devices say they hold, where they have said something new.
  private func noteCopies(_ files: [(path: String, status: FileStatus)]) throws {
    let own = try workspace.ownReplica()
    var notes: [CopyNote] = []
    for (path, status) in files where path.hasSuffix("/have.json") {
      guard notesRead[path] != status.modifiedNanos, let note = note(at: path, status),
        note.replica != own
      else { continue }
      notesRead[path] = status.modifiedNanos
      notes.append(
        CopyNote(
          .device(note.replica), holds: note.frontier,
          atMillis: status.modifiedNanos / 1_000_000))
    }
    if !notes.isEmpty { try workspace.note(copies: notes) }
  }

  /// A note that the device itself has signed.
  private func note(at path: String, _ status: FileStatus) -> HaveNote? {
    guard status.size < 1 << 20,
      let bytes = try? Files.readAll("\(self.path)/\(path)", limit: 1 << 20),
      let note = HaveNote(bytes),
      workspace.state.replicas.first(where: { $0.id == note.replica })?.key.map({
        note.isSigned(by: $0)
      }) ?? false
    else { return nil }
    return note
  }

  /// Equal knowledge must make an equal base; who finds otherwise says so.
  private func compareDigests(
    _ files: [(path: String, status: FileStatus)], _ report: inout FolderReport
  ) throws {
    guard let own = try workspace.ownReplica(),
      let bytes = try? Files.readAll("\(path)/\(root)/\(own.text)/have.json", limit: 1 << 20),
      let mine = HaveNote(bytes)
    else { return }
    for (path, status) in files where path.hasSuffix("/have.json") {
      guard let note = note(at: path, status), note.replica != own,
        note.frontier == mine.frontier
      else { continue }
      if mine.digest != note.digest {
        report.problems.append(FolderProblem(kind: .digestDiffers, path: path))
      }
    }
  }
}
