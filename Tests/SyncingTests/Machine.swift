import Bytes
import Documents
import Platform
import Replication
import Sealing
import Support

@testable import Syncing

/// One machine of a company: a copy of the base, the device's own folder, and what can happen to
/// them.
final class Machine {
  /// The folder with everything that the machine has.
  let place: String
  private(set) var workspace: Workspace

  let shared: String
  private let clock: WallClock
  private var openStore: WorkspaceStore?
  private var openCarrier: FolderCarrier?

  private static let plan = IndexPlan(version: 1, entries: [])

  var document: String { "\(place)/base.karto" }
  var device: DeviceFolder { DeviceFolder(path: "\(place)/home") }

  /// A machine on which a base lies already.
  init(at place: String, shared: String, clock: WallClock) throws {
    self.place = place
    self.shared = shared
    self.clock = clock
    workspace = try Self.open(place, clock)
  }

  private static func open(
    _ place: String, _ clock: WallClock, usesCache: Bool = true
  ) throws -> Workspace {
    try Workspace(
      path: "\(place)/base.karto", writing: true, device: DeviceFolder(path: "\(place)/home"),
      plan: plan, clock: clock, usesCache: usesCache)
  }

  /// Founds a base; `fill` fills the first commit.
  static func founding(
    at place: String, shared: String, clock: WallClock, fill: (inout Draft) -> Void
  ) throws -> Machine {
    try Contents.makeFolder(place)
    _ = try Workspace.found(
      path: "\(place)/base.karto", device: DeviceFolder(path: "\(place)/home"), plan: plan,
      clock: clock, founding: fill)
    return try Machine(at: place, shared: shared, clock: clock)
  }

  /// What the base says when it is opened anew, from nothing but the document.
  func readAnew() throws -> Workspace { try Self.open(place, clock, usesCache: false) }

  /// Another process goes on.
  func reopen() throws {
    workspace = try Self.open(place, clock)
    openStore = nil
    openCarrier = nil
  }

  // MARK: Carriers

  @discardableResult
  func round() throws -> FolderReport {
    try workspace.refresh()
    let carrier =
      try openCarrier ?? FolderCarrier(path: shared, workspace: workspace, device: device)
    openCarrier = carrier
    return try carrier.round()
  }

  func store() throws -> WorkspaceStore {
    let store = try openStore ?? WorkspaceStore(workspace)
    openStore = store
    return store
  }

  func key() throws -> SigningKey {
    guard let key = try device.key(in: workspace.header.workspace) else {
      throw SupportError("a machine without a key")
    }
    return key
  }

  // MARK: What can happen

  private var home: String { "\(place)/home/workspaces/\(workspace.header.workspace.text)" }

  /// The files by which the device knows what it wrote, and its keys.
  private func notes() throws -> [String] {
    try Files.list(home).filter { $0.hasSuffix(".json") || $0.hasPrefix("head-") }
  }

  /// Does something and is killed while the document is being appended to: of what was being
  /// written any part is there, and no note of it.
  func dieIn(_ action: (Workspace) throws -> Void, _ random: inout SeededGenerator) throws {
    let before = try Contents.read(document)
    let kept = try notes().map { ($0, try Contents.read("\(home)/\($0)")) }
    try action(workspace)
    let after = try Contents.read(document)
    guard after.count > before.count, after.starts(with: before) else { return try reopen() }
    let end = before.count + random.below(after.count - before.count + 1)
    try Contents.write(Array(after.prefix(end)), to: document)
    for (name, bytes) in kept { try Contents.write(bytes, to: "\(home)/\(name)") }
    try reopen()
  }

  /// Keeps a backup of the document and of the device's notes.
  func save() throws {
    let saved = "\(place)/saved"
    if Contents.exists(saved) { try Contents.remove(saved) }
    try Contents.makeFolder(saved)
    try Contents.copy(document, to: "\(saved)/document")
    for name in try notes() { try Contents.copy("\(home)/\(name)", to: "\(saved)/\(name)") }
  }

  var isSaved: Bool { Contents.exists("\(place)/saved/document") }

  /// Puts the backup back, in place, so that the files stay the same files: as a snapshot of a
  /// virtual machine does with all, and a user with the document alone.
  func putBack(withNotes: Bool) throws {
    let saved = "\(place)/saved"
    try Contents.write(try Contents.read("\(saved)/document"), to: document)
    for name in try Files.list(saved) where withNotes && name != "document" {
      try Contents.write(try Contents.read("\(saved)/\(name)"), to: "\(home)/\(name)")
    }
    // As where a machine is set back as a whole: nothing shows it.
    if withNotes { _ = try Files.remove("\(home)/place") }
    try reopen()
  }

  /// A second machine, on which everything of this one was copied.
  func copied(to other: String) throws -> Machine {
    try Contents.copy(place, to: other)
    return try Machine(at: other, shared: shared, clock: clock)
  }
}
