import Bytes
public import Documents
public import Platform
import Sealing

/// An open base: its document, its state, and the device's right to write to it.
///
/// One thread at a time. Other processes may read and write the same document meanwhile; each
/// write looks at the file again under the lock.
public final class Workspace {
  /// What was found when the document was opened.
  public struct Findings: Equatable, Sendable {
    /// Bytes at the end that were never acknowledged; the next write cuts them off.
    public var tornByteCount = 0
    /// Stretches that belong to no readable member.
    public var damage: [MemberMap.Damage] = []
    /// Members that could not be read, and why.
    public var unreadable: [DocumentError] = []
    /// Whether there are commits behind a gap, which wait for those that are missing.
    public var hasGap = false
    /// Whether such a gap is in what this device wrote itself.
    public var lacksOwnCommits = false
    /// Whether nothing in the document counts, since what let its devices in is lost: the commit
    /// that founded the base above all.
    public var lacksFounding = false
    /// Whether the state shows commits behind a gap, since the document is damaged: a view to
    /// save what is left, and not the state that other copies have.
    public var looksBehindGaps = false
    /// Whether the state came from the cache.
    public var usedCache = false

    /// Whether acknowledged data is missing.
    public var isDamaged: Bool { !damage.isEmpty || !unreadable.isEmpty }

    /// Whether people may be shown what stands behind gaps (SPEC §12.6).
    public var mayShowAll: Bool { isDamaged || lacksOwnCommits || lacksFounding }
  }

  /// The document's header.
  public private(set) var header: Header

  /// The state of all records.
  public internal(set) var state: State {
    get {
      if isBehind { catchUp() }
      return present
    }
    _modify { yield &present }
  }
  private var present = State()

  /// Whether a large batch of our own is still to be taken into the state: after an import
  /// nobody may ask for it any more.
  var isBehind = false

  /// What was found when the document was opened or followed.
  public private(set) var findings = Findings()

  /// The fields that can be looked up by value.
  public let plan: IndexPlan

  /// Where the document stands.
  public var path: String { file.path }

  /// The present moment by the wall clock, in milliseconds since 1970 UTC.
  public var now: Int64 { clock.nowMillis() }

  let file: DocumentFile
  let device: DeviceFolder
  let clock: WallClock
  private(set) var end: Int {
    get {
      if isBehind { catchUp() }
      return presentEnd
    }
    set { presentEnd = newValue }
  }
  private var presentEnd = 0
  private var generation = 0
  private var usesCache: Bool
  private let cachePath: String
  private let toleratesGaps: Bool

  /// Which commits stand where in the file of a generation, once something has had to know, for
  /// whoever asks next; and whether what they had seen was held against what is there.
  var knownLedger: (ledger: CommitLedger, generation: Int, isProven: Bool)?

  /// How often the document was read to follow chains through it.
  var chainReadingCount = 0

  /// The device's key as it was last read, while its file is the same.
  var heldKey: HeldKey?

  /// The chain up to the last commit that was written here since the document was loaded.
  var lastWritten: Chain?

  /// What the salts of that commit were derived from.
  var lastSeed: [UInt8]?

  /// The key and the proof with which a device comes in once more (SPEC §12.7).
  var entry: (key: SigningKey, credential: Credential?)?

  /// Whether a new replica may begin though commits of this device's own are lost.
  var isSalvaging = false

  /// From how many bytes behind the cached part on the cache is made anew.
  static let tailLimit = 256 << 10

  /// Opens a document.
  ///
  /// - Parameters:
  ///   - path: where it stands.
  ///   - writing: whether it will be written to.
  ///   - device: the device's own folder.
  ///   - plan: the fields to index.
  ///   - clock: the wall clock.
  ///   - usesCache: whether a cache may be read and written.
  ///   - toleratesGaps: whether, of a damaged document, what stands behind the damage is shown.
  ///   - progress: is told how far opening has come, which without a cache may take a while.
  /// - Throws: `DocumentError`, or what the system says.
  public convenience init(
    path: String, writing: Bool, device: DeviceFolder, plan: IndexPlan, clock: WallClock = .system,
    usesCache: Bool = true, toleratesGaps: Bool = false,
    progress: ProgressReport = { _, _ in }
  ) throws {
    try self.init(
      at: path, writing: writing, device: device, plan: plan, clock: clock, usesCache: usesCache,
      cachedAs: path, toleratesGaps: toleratesGaps)
    try load(progress: progress)
  }

  /// Opens a document that has just been copied, with the state that was made on the way.
  ///
  /// - Parameters:
  ///   - path: where it stands.
  ///   - device: the device's own folder.
  ///   - plan: the fields to index.
  ///   - name: for which path the cache is kept.
  ///   - grown: the state; nothing if it must be made from the document.
  /// - Throws: `DocumentError`, or what the system says.
  convenience init(
    copiedTo path: String, device: DeviceFolder, plan: IndexPlan, cachedAs name: String,
    grown: StateBuilder?
  ) throws {
    try self.init(
      at: path, writing: false, device: device, plan: plan, clock: .system, usesCache: true,
      cachedAs: name, toleratesGaps: false)
    guard let grown else {
      try load()
      return
    }
    let map = try file.readToEnd(from: 0).withBytes { MemberMap($0) }
    note(map)
    generation = file.generation
    end = map.end
    try settle(grown)
  }

  private init(
    at path: String, writing: Bool, device: DeviceFolder, plan: IndexPlan, clock: WallClock,
    usesCache: Bool, cachedAs: String, toleratesGaps: Bool
  ) throws {
    file = try DocumentFile(path: path, writing: writing)
    self.device = device
    self.plan = plan
    self.clock = clock
    self.usesCache = usesCache
    cachePath = cachedAs
    self.toleratesGaps = toleratesGaps
    header = try Self.readHeader(of: file)
  }

  static func readHeader(of file: DocumentFile) throws -> Header {
    let bytes = try file.read(from: 0, count: 16 << 10)
    guard let member = try? Member.decode(bytes.span, at: 0), member.contents == .header else {
      throw DocumentError.notADocument(path: file.path)
    }
    var inflater = Inflater()
    var raw: [UInt8] = []
    try member.inflate(bytes.span, with: &inflater, into: &raw)
    guard let end = Lines.end(ofLineAt: 0, in: raw.span), end == raw.count - 1 else {
      throw DocumentError.container(.mislabelled, byteOffset: 0)
    }
    return try Header(line: raw.span.extracting(0..<end))
  }
}

extension Workspace {
  func cache(_ kind: CacheStore.Kind) -> CacheStore {
    CacheStore(device: device, workspace: header.workspace, documentPath: cachePath, kind)
  }

  /// Makes the state: from the cache and what was appended since, or from the whole document.
  private func load(progress: ProgressReport = { _, _ in }) throws {
    isBehind = false
    findings = Findings()
    lastWritten = nil
    generation = file.generation
    let size = try file.status().size
    guard usesCache, let image = cache(.state).load().flatMap({ Image($0) }),
      image.origin.workspace == header.workspace.text,
      image.origin.planVersion == plan.version, image.origin.byteCount <= size,
      try digest(upTo: image.origin.byteCount) == image.origin.digest
    else { return try loadAnew(progress: progress) }
    state = State(image: image, header: header)
    end = image.origin.byteCount
    findings.usedCache = true
    try follow()
  }

  /// What tells a document's first bytes from another's: they end alike only if they are alike,
  /// since the last member ends with a signature and checksums.
  func digest(upTo end: Int) throws -> [UInt8] {
    let start = max(0, end - 512)
    var bytes = header.line
    bytes += try file.read(from: start, count: end - start)
    return BLAKE2b.hash128(bytes.span).bytes
  }

  func loadAnew(progress: ProgressReport = { _, _ in }) throws {
    let bytes = try file.readToEnd(from: 0)
    let map = bytes.withBytes { MemberMap($0) }
    note(map)
    let forks = Loader.forks(map, from: bytes, in: header.workspace)
    let available = Loader.available(map, after: .init()).merging(forks.tips) { $1 }
    let highest = Loader.highest(map).merging(forks.tips) { $1 }
    let gaps = highest.filter { $1 > available[$0] ?? 0 }
    findings.hasGap = !gaps.isEmpty
    findings.lacksOwnCommits = try !gaps.isEmpty && ownReplica().map { gaps[$0] != nil } ?? false
    var builder = try Loader.build(
      map, from: bytes, header: header, forks: forks, available: available, progress: progress
    ) {
      findings.unreadable.append($1)
    }
    findings.lacksFounding =
      available[ReplicaID(key: header.founder)] ?? 0 == 0 && !builder.admission.hasEntries
    if toleratesGaps, findings.mayShowAll {
      findings.looksBehindGaps = true
      builder = try Loader.build(
        map, from: bytes, header: header, forks: forks, available: highest, leapsGaps: true)
    }
    end = map.end
    try settle(builder)
  }

  /// Keeps the image of a finished builder, in the cache where that is possible.
  private func settle(_ builder: StateBuilder, former: ValueIndex = ValueIndex()) throws {
    let origin = ImageOrigin(
      workspace: header.workspace.text, byteCount: end, digest: try digest(upTo: end),
      planVersion: plan.version)
    let writer = ImageWriter(builder, origin: origin, plan: plan, former: former)
    let kept =
      mayBeCached
      ? cache(.state).save { out in
        try writer.emit { (piece) throws(SystemError) in try out.write(piece) }
      }.flatMap { Image($0) } : nil
    if kept != nil { device.keepHeader(header.line, of: header.workspace) }
    guard let image = kept ?? Image(writer.region()) else {
      preconditionFailure("an image that was just written can be read")
    }
    state = State(image: image, header: header)
  }

  /// Whether what is made of the document may be kept beside it.
  var mayBeCached: Bool {
    usesCache && !findings.isDamaged && !findings.hasGap && !findings.lacksFounding
  }

  /// Goes on with the state that the document up to `end` makes.
  func settle(_ state: State, end: Int) {
    self.state = state
    self.end = end
  }

  private func note(_ map: MemberMap) {
    findings.tornByteCount = map.byteCount - map.end
    findings.damage = map.damage
  }

  /// Takes in what others have appended since.
  func follow() throws {
    isBehind = false
    try take(try file.readToEnd(from: end))
  }

  /// Takes in what stands in the file from `end` on.
  func take(_ bytes: ByteRegion) throws {
    guard bytes.count > 0 else { return }
    let map = bytes.withBytes { MemberMap($0, base: end) }
    note(map)
    guard !map.members.isEmpty else { return }
    // What stands behind a gap may be what these members lead to.
    guard !findings.hasGap, !findings.lacksFounding else { return try loadAnew() }
    guard map.end - end <= Self.tailLimit, state.changedCount < 4096 else {
      return try loadTail(map, from: bytes)
    }
    for member in map.members where member.contents != .header {
      for run in member.runs { state.register(run.replica) }
      let batch: CommitBatch
      do {
        batch = try Loader.read(
          member, from: bytes, base: end, places: state.places, names: state.names,
          seed: state.seed)
      } catch {
        findings.unreadable.append(error)
        continue
      }
      findings.unreadable += batch.refusals
      guard try state.apply(batch, names: state.names) else { return try loadAnew() }
    }
    end = map.end
  }

  /// Takes in what this process appended.
  ///
  /// If it cannot be read just now, the state stays as it was, as if another had written it; who
  /// next writes or refreshes reads again and is told why.
  private func catchUp() {
    try? follow()
  }

  /// Makes a new image of the present one and a long tail.
  private func loadTail(_ map: MemberMap, from bytes: ByteRegion) throws {
    guard let image = state.image, findings.unreadable.isEmpty else { return try loadAnew() }
    guard state.changedCount == 0 else {
      // What lies over the image is read again with the rest of the tail.
      state = State(image: image, header: header)
      end = image.origin.byteCount
      return try follow()
    }
    let replicas = state.replicaTable
    guard Self.isInOrder(map, after: replicas) else { return try loadAnew() }
    var builder = StateBuilder(
      image: image, names: state.names, replicas: replicas,
      available: Loader.available(map, after: replicas), admission: state.admission)
    try Loader.load(map, from: bytes, base: end, into: &builder) {
      findings.unreadable.append($1)
    }
    guard !builder.admission.isUnsettled else { return try loadAnew() }
    end = map.end
    try settle(builder, former: image.valueIndex)
  }

  /// Whether no commit of the tail was seen by one before it; such a commit came too late, and
  /// only a state made from the beginning is right.
  private static func isInOrder(_ map: MemberMap, after replicas: ReplicaTable) -> Bool {
    let forked = replicas.forked
    return map.members.allSatisfy { member in
      guard case .commits(let runs, _) = member.contents else { return true }
      return runs.allSatisfy { run in
        guard let place = replicas.existingPlace(of: run.replica) else { return true }
        return replicas.horizon[Int(place)] < run.first && replicas[place].count < run.first
          && !forked.contains(run.replica)
      }
    }
  }

  /// Takes in what other processes have done to the document since it was last looked at.
  public func refresh() throws {
    if try file.isReplaced() {
      try file.reopen()
    }
    try lookAgain()
  }

  /// Shows the base as it was at a moment, from now on; for one that is open for reading only.
  ///
  /// - Parameters:
  ///   - millis: milliseconds since 1970 UTC.
  ///   - progress: is told how far the work has come.
  /// - Throws: what the system says.
  public func lookBack(
    toMillis millis: Int64, progress: ProgressReport = { _, _ in }
  ) throws {
    state = try state(atMillis: millis, progress: progress)
  }

  /// As `refresh`, for a document that is locked and so is not replaced.
  func lookAgain() throws {
    if file.generation != generation {
      header = try Self.readHeader(of: file)
      try load()
    } else if try file.status().size < end {
      try load()
    } else {
      try follow()
    }
  }
}
