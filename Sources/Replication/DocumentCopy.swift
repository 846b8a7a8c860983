import Bytes
public import Documents
import Platform
public import Sealing

/// A document that is being copied from a peer, beside the place where it will stand.
///
/// It grows commit by commit in `PATH.part`, each verified; a copy that was cut off goes on from
/// there. `finish` gives it its name.
public final class DocumentCopy {
  /// Where the document will stand.
  public let path: String

  /// Where it grows.
  public let partPath: String

  /// The header that the copy was begun with; nothing before `adopt`.
  public private(set) var header: Header?

  private let file: Descriptor
  /// Which commits have come, and their chains.
  private(set) var ledger: CommitLedger?

  /// Whether all of it has come by this object, by intakes, and no replica wrote several
  /// histories: then each commit was held against its signature and against what it had seen.
  private(set) var isProven = false
  /// The state of the file up to `grownEnd`, while it is all of plain course.
  private var growing: GrowingState?
  private var grownEnd = 0
  /// The replicas that wrote several histories.
  private var forked: Set<ReplicaID> = []

  /// Begins a copy, or goes on with one that was cut off.
  ///
  /// - Parameter path: where the document will stand; nothing may stand there.
  /// - Throws: `DocumentError.alreadyExists` if something does, or another process is copying to
  ///   the same place; or what the system says.
  public init(path: String) throws {
    self.path = path
    partPath = path + ".part"
    guard try Files.status(path) == nil else { throw DocumentError.alreadyExists(path: path) }
    file = try Descriptor.open(partPath, .create(permissions: 0o600))
    guard try file.lock(exclusive: true, wait: false) else {
      throw DocumentError.alreadyExists(path: partPath)
    }
  }

  /// Leaves nothing behind of a copy that nothing came for; what has come stays, to go on from.
  public func discardIfEmpty() {
    guard header == nil, (try? file.status().size) == 0 else { return }
    _ = try? Files.remove(partPath)
  }

  /// Takes the header line that a peer gives.
  ///
  /// - Parameter headerLine: the line without its line feed.
  /// - Throws: `DocumentError` if it is none; `WorkspaceError.otherWorkspace` if a copy of
  ///   another base was begun here.
  public func adopt(headerLine: [UInt8]) throws {
    let header = try Header(line: headerLine.span)
    var bytes: [UInt8] = []
    try file.read(into: &bytes, count: try file.status().size, at: 0)
    let isNew = bytes.isEmpty
    if !isNew {
      guard let begun = try? Self.header(in: bytes) else {
        throw DocumentError.notADocument(path: partPath)
      }
      guard begun.workspace == header.workspace else {
        throw WorkspaceError.otherWorkspace(path: partPath)
      }
    } else {
      var deflater = Deflater()
      bytes = Member.encode(
        (headerLine + [UInt8(ascii: "\n")]).span, as: .header, with: &deflater)
      try file.write(bytes.span, at: 0)
      isProven = true
      growing = GrowingState(header: header)
    }
    let ledger = CommitLedger(
      roots: ChainRoots(header.workspace),
      doorkeeper: Doorkeeper(Authority(header: header), header: header))
    ledger.extend(ByteRegion(bytes), keepsUnfinished: true)
    self.header = header
    self.ledger = ledger
    if isNew { grownEnd = ledger.end }
    forked = Loader.overlapping(Source(ByteRegion(bytes)).map)
  }

  private static func header(in bytes: [UInt8]) throws -> Header? {
    let member = try Member.decode(bytes.span, at: 0)
    var inflater = Inflater()
    var raw: [UInt8] = []
    try member.inflate(bytes.span, with: &inflater, into: &raw)
    guard let end = Lines.end(ofLineAt: 0, in: raw.span) else { return nil }
    return try Header(line: raw.span.extracting(0..<end))
  }

  /// For each history the last commit that the copy holds.
  ///
  /// - Throws: what the system says.
  public func marks() throws -> [ReplicaID: ChainMark] {
    guard let ledger else { return [:] }
    var marks = try histories().marks
    for (replica, chain) in ledger.chains where !forked.contains(replica) {
      marks[replica] = ChainMark(number: chain.number, head: chain.head.prefix128)
    }
    return marks
  }

  private func histories() throws -> Histories {
    guard !forked.isEmpty, let header else { return Histories() }
    return Histories(of: forked, in: try source(), workspace: header.workspace)
  }

  private func source() throws -> Source {
    var bytes: [UInt8] = []
    try file.read(into: &bytes, count: ledger?.end ?? 0, at: 0)
    return Source(ByteRegion(bytes))
  }

  /// An empty intake for this copy; before `adopt` there is none.
  public func makeIntake() -> CommitIntake? {
    guard let ledger else { return nil }
    return CommitIntake(
      roots: ledger.roots, doorkeeper: ledger.doorkeeper, turnsAway: false, forked: forked,
      nodes: (try? histories().nodes) ?? ForkNodes(), keepsBatchesWhole: false)
  }

  /// Verifies what was added to an intake and keeps what is proven, durably.
  ///
  /// - Parameters:
  ///   - intake: what has arrived.
  ///   - isEnd: whether nothing more comes.
  /// - Returns: what was kept, and what was refused.
  /// - Throws: `IntakeError`, or what the system says.
  public func store(_ intake: inout CommitIntake, isEnd: Bool) throws -> StagedCommits {
    guard let ledger else { throw DocumentError.notADocument(path: partPath) }
    try intake.verify(against: ledger, for: growing)
    var staged = intake.take(isEnd: isEnd)
    if !staged.members.isEmpty {
      try append(staged.members, ledger)
      ledger.extend(
        byteCount: staged.members.count, members: staged.pieces, commits: staged.commits)
    }
    grow(by: staged)
    if !staged.aside.isEmpty { try joinForks(&staged, ledger) }
    return staged
  }

  /// Takes into the state what was kept, if that is all there was.
  private func grow(by staged: StagedCommits) {
    let isPlain =
      staged.refused.isEmpty && staged.aside.isEmpty && staged.read.count == staged.pieces.count
    if !isPlain || growing?.add(staged.read) == false { growing = nil }
    grownEnd += staged.members.count
  }

  /// The state of all of the copy, if it has grown with it: what a failed write left behind, and
  /// counts all the same, is no part of that.
  var grown: StateBuilder? { grownEnd == ledger?.end ? growing?.finished : nil }

  private func append(_ members: [UInt8], _ ledger: CommitLedger) throws {
    if Interrupts.requested { throw WorkspaceError.interrupted }
    // Behind what counts may stand what a killed process left.
    if try file.status().size != ledger.end { try file.truncate(to: ledger.end) }
    try file.write(members.span, at: ledger.end)
    try file.synchronize()
  }

  /// Brings together the histories of replicas that wrote several.
  private func joinForks(_ staged: inout StagedCommits, _ ledger: CommitLedger) throws {
    isProven = false
    let incoming = Source(ByteRegion(Array(staged.aside.joined())))
    staged.aside = []
    forked.formUnion(Loader.highest(incoming.map).keys)
    var meeting = ForkMeeting(try source(), [incoming], of: forked, by: ledger.roots)
    var taken: [Int: Set<Int>] = [:]
    // Whoever joins with the copy looks at all that its commits had seen.
    for newcomer in try meeting.newcomers() {
      taken[newcomer.tree, default: []].insert(newcomer.node)
    }
    try meeting.finish(taking: taken)
    staged.refused += meeting.refused
    staged.joined = meeting.dots
    staged.hasForks = !meeting.dots.isEmpty
    guard !meeting.members.isEmpty else { return }
    try append(meeting.members, ledger)
    ledger.extend(ByteRegion(meeting.members), keepsUnfinished: true)
    staged.joinedMarks = try histories().marks
  }

  /// The digest of the state that the copy makes (SPEC §9.4).
  ///
  /// - Parameters:
  ///   - device: the device's own folder.
  ///   - plan: the fields to index.
  /// - Returns: the digest.
  /// - Throws: `DocumentError`, or what the system says.
  public func digest(device: DeviceFolder, plan: IndexPlan) throws -> Hash256 {
    let workspace = try Workspace(
      path: partPath, writing: false, device: device, plan: plan, usesCache: false)
    return Export.digest(workspace.state)
  }

  /// Whether a device is one of the base's, by what the copy itself says (SPEC [N-6]).
  ///
  /// - Parameters:
  ///   - replica: the replica that the device writes.
  ///   - device: this device's own folder.
  ///   - plan: the fields to index.
  /// - Returns: true for the founder's device and for those that were let in and not sealed.
  /// - Throws: `DocumentError`, or what the system says.
  public func vouches(
    for replica: ReplicaID, device: DeviceFolder, plan: IndexPlan
  ) throws -> Bool {
    // Whoever opens the finished copy finds the state made.
    let workspace = try Workspace(
      copiedTo: partPath, device: device, plan: plan, cachedAs: path, grown: grown)
    growing = nil
    guard let standing = workspace.state.device(replica) else {
      return replica == ReplicaID(key: workspace.header.founder)
    }
    guard !standing.isAdopted else { return false }
    return switch standing.held {
    case nil, .notEntitled: true
    case .sealed, .stranger: false
    }
  }

  /// Gives the copy its name; it is a document from now on.
  ///
  /// - Throws: `DocumentError.alreadyExists` if something has come to stand there, or what the
  ///   system says.
  public func finish() throws {
    guard try Files.status(path) == nil else { throw DocumentError.alreadyExists(path: path) }
    try file.synchronize()
    try Files.rename(partPath, to: path)
    try Files.synchronizeFolder(Files.folder(of: path))
    // The document is there for whoever opens it, this process included.
    try file.unlock()
  }
}
