import Bytes
import Documents
import Platform

/// Makes a state from the bytes of a document, on all processors (design §4).
enum Loader {
  /// For each replica how many commits follow without gaps on those that `base` holds.
  static func available(_ map: MemberMap, after base: ReplicaTable) -> [ReplicaID: UInt32] {
    var runs: [ReplicaID: [ClosedRange<UInt32>]] = [:]
    for member in map.members {
      guard case .commits(let held, _) = member.contents else { continue }
      for run in held { runs[run.replica, default: []].append(run.first...run.last) }
    }
    var available: [ReplicaID: UInt32] = [:]
    for entry in base.entries { available[entry.id] = entry.count }
    for (replica, ranges) in runs {
      var end = available[replica] ?? 0
      for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound })
      where range.lowerBound == 0 || range.lowerBound - 1 <= end {
        end = max(end, range.upperBound)
      }
      available[replica] = end
    }
    return available
  }

  /// The replicas of which some number stands in the document more than once: forked, or copied.
  static func overlapping(_ map: MemberMap) -> Set<ReplicaID> {
    var runs: [ReplicaID: [ClosedRange<UInt32>]] = [:]
    for member in map.members {
      guard case .commits(let held, _) = member.contents else { continue }
      for run in held { runs[run.replica, default: []].append(run.first...run.last) }
    }
    let found = runs.filter { _, ranges in
      let sorted = ranges.sorted { $0.lowerBound < $1.lowerBound }
      return zip(sorted, sorted.dropFirst()).contains { $1.lowerBound <= $0.upperBound }
    }
    return Set(found.keys)
  }

  /// Which numbers of each replica stand in a document, as runs without gaps.
  static func stretches(_ map: MemberMap) -> [Member.Run] {
    var runs: [ReplicaID: [Member.Run]] = [:]
    for member in map.members {
      guard case .commits(let held, _) = member.contents else { continue }
      for run in held { runs[run.replica, default: []].append(run) }
    }
    return runs.values.flatMap { runs in
      runs.sorted { $0.first < $1.first }.reduce(into: [Member.Run]()) { stretches, run in
        if let last = stretches.last, run.first == 0 || run.first - 1 <= last.last {
          stretches[stretches.count - 1].last = max(last.last, run.last)
        } else {
          stretches.append(run)
        }
      }
    }
  }

  /// Looks whether replicas have written several histories (SPEC §7.6).
  ///
  /// - Parameters:
  ///   - map: where the members stand.
  ///   - bytes: the document's bytes.
  ///   - workspace: the workspace.
  /// - Returns: the names of the histories; empty where nothing overlaps.
  static func forks(
    _ map: MemberMap, from bytes: ByteRegion, in workspace: WorkspaceID
  ) -> ForkMap {
    var forks = ForkMap()
    for tree in trees(of: overlapping(map), [(map, bytes)], by: ChainRoots(workspace)) {
      forks.add(tree, home: workspace)
    }
    return forks
  }

  /// The histories of some replicas in several sources, taken together; `known` are the roots that
  /// are known besides what lines in the sources say.
  static func trees(
    of replicas: Set<ReplicaID>, _ sources: [(map: MemberMap, bytes: ByteRegion)],
    by known: ChainRoots
  ) -> [ForkTree] {
    guard !replicas.isEmpty else { return [] }
    var trees = Dictionary(
      uniqueKeysWithValues: replicas.map { ($0, ForkTree(replica: $0)) })
    var roots = known
    var inflater = Inflater()
    var raw: [UInt8] = []
    for (number, source) in sources.enumerated() {
      for member in source.map.members {
        guard case .commits = member.contents,
          (try? member.inflate(source.bytes.bytes, with: &inflater, into: &raw)) != nil
        else { continue }
        var cursor = CommitCursor()
        while let frame = cursor.nextReadable(in: raw.span, refused: { _ in }) {
          roots.add(raw.span.extracting(frame.body))
          let key = FrameKey(
            source: number, memberOffset: member.byteOffset, start: frame.line.lowerBound)
          // One that breaks the format has no place in any history.
          try? trees[frame.header.dot.replica]?.add(frame, in: raw.span, at: key)
        }
      }
    }
    return trees.values.sorted { $0.replica < $1.replica }.map { found in
      var tree = found
      tree.finish(by: roots)
      return tree
    }
  }

  /// For each replica the highest number that stands in the document, behind a gap or not.
  static func highest(_ map: MemberMap) -> [ReplicaID: UInt32] {
    var highest: [ReplicaID: UInt32] = [:]
    for member in map.members {
      guard case .commits(let runs, _) = member.contents else { continue }
      for run in runs { highest[run.replica] = max(highest[run.replica] ?? 0, run.last) }
    }
    return highest
  }

  /// Makes a state of the commits of a whole document.
  ///
  /// - Parameters:
  ///   - map: where the members stand.
  ///   - bytes: the document's bytes.
  ///   - header: the document's header.
  ///   - forks: under which names the commits of forked replicas count.
  ///   - available: for each replica the highest number that counts.
  ///   - leapsGaps: whether to make the tolerant view, in which a commit counts though some before
  ///     it in its replica are missing (SPEC §12.6).
  ///   - supposed: where histories begin, as far as that is known from an earlier look; if it is
  ///     not so, it takes longer.
  ///   - adopted: replicas of other workspaces that are taken as adopted.
  ///   - leftOut: what is held by what comes to be known later only.
  ///   - progress: is told how far the work has come.
  ///   - damaged: told of each member that could not be read, instead of failing.
  /// - Returns: the finished builder.
  /// - Throws: `DocumentError.line` where a commit that was read breaks the rules of a record.
  static func build(
    _ map: MemberMap, from bytes: ByteRegion, header: Header, forks: ForkMap,
    available: [ReplicaID: UInt32], leapsGaps: Bool = false,
    supposing supposed: [ReplicaID: WorkspaceID] = [:],
    imagining adopted: [Authority.Origin: UInt32] = [:],
    leavingOut leftOut: [HeldRun] = [],
    progress: ProgressReport = { _, _ in },
    damaged: (Member, DocumentError) -> Void = { _, _ in }
  ) throws(DocumentError) -> StateBuilder {
    func build(
      _ elsewhere: [ReplicaID: WorkspaceID], _ progress: ProgressReport,
      damaged: (Member, DocumentError) -> Void
    ) throws(DocumentError) -> StateBuilder {
      var builder = StateBuilder(
        names: NameTable(), replicas: ReplicaTable(), available: available,
        admission: Admission(
          Authority(header: header, elsewhere: elsewhere, imagining: adopted),
          leavingOut: Dictionary(grouping: leftOut, by: \.replica)),
        leapsGaps: leapsGaps)
      builder.declare(forks)
      try load(
        map, from: bytes, base: 0, forks: forks, into: &builder, progress: progress,
        damaged: damaged)
      try builder.leapGaps()
      return builder
    }
    let supposed = supposed.merging(forks.elsewhere) { $1 }
    var builder = try build(supposed, progress, damaged: damaged)
    // Only now is it known of which replicas lines say that they begin elsewhere.
    var roots = ChainRoots(
      header.workspace, named: builder.admission.authority.named, elsewhere: forks.elsewhere)
    roots.settle(in: Source(map: map, bytes: bytes), except: forks.devices)
    if roots.elsewhere != supposed {
      builder = try build(roots.elsewhere, { _, _ in }, damaged: { _, _ in })
    }
    guard builder.admission.isUnsettled else { return builder }
    // A seal reached commits that had been taken in before it was read. It is known now.
    builder = StateBuilder(
      names: NameTable(), replicas: builder.replicas.emptied, available: available,
      admission: builder.admission.again, leapsGaps: leapsGaps)
    builder.declare(forks)
    try load(map, from: bytes, base: 0, forks: forks, into: &builder) { _, _ in }
    try builder.leapGaps()
    return builder
  }

  /// Adds the members of `map` to `builder`.
  ///
  /// - Parameters:
  ///   - map: where the members stand.
  ///   - bytes: the document's bytes from `base` on.
  ///   - base: where `bytes` begins in the file.
  ///   - forks: under which names the commits of forked replicas count.
  ///   - builder: receives the commits.
  ///   - progress: is told how far the work has come.
  ///   - damaged: told of each member that could not be read, instead of failing.
  /// - Throws: `DocumentError.line` where a commit that was read breaks the rules of a record.
  static func load(
    _ map: MemberMap, from bytes: ByteRegion, base: Int, forks: ForkMap = ForkMap(),
    into builder: inout StateBuilder, progress: ProgressReport = { _, _ in },
    damaged: (Member, DocumentError) -> Void
  ) throws(DocumentError) {
    let members = map.members.filter { $0.contents != .header }
    for run in members.flatMap(\.runs) { builder.register(run.replica) }
    let places = builder.places
    let names = builder.names
    let seed = builder.seed
    builder.reserve(lineBytes: members.reduce(0) { $0 + $1.rawByteCount })
    @Sendable func produce(_ index: Int) throws(DocumentError) -> ReadMember {
      do throws(DocumentError) {
        return .commits(
          try read(
            members[index], from: bytes, base: base, forks: forks, places: places, names: names,
            seed: seed))
      } catch {
        return .damaged(error)
      }
    }
    func consume(_ index: Int, _ result: ReadMember) throws(DocumentError) {
      switch result {
      case .commits(let batch):
        for refusal in batch.refusals { damaged(members[index], refusal) }
        try builder.add(batch)
      case .damaged(let error): damaged(members[index], error)
      }
      progress(members[index].byteEnd - base, bytes.count)
    }
    try Parallel.pipeline(
      count: members.count, window: 16, produce: produce, consume: consume)
  }

  private enum ReadMember: Sendable {
    case commits(CommitBatch)
    case damaged(DocumentError)
  }

  /// Reads one member's commits; none from one of a kind that this version does not know.
  ///
  /// `seed` is that of the hash tables that the records will stand in.
  static func read(
    _ member: Member, from bytes: ByteRegion, base: Int, forks: ForkMap = ForkMap(),
    places: [ReplicaID: UInt32], names: NameTable, seed: UInt64
  ) throws(DocumentError) -> CommitBatch {
    var inflater = Inflater()
    var raw: [UInt8] = []
    try member.inflate(bytes.bytes, base: base, with: &inflater, into: &raw)
    if case .unknown = member.contents {
      // Damage has changed the kind (SPEC §3.3).
      if member.holdsCommits(raw.span) {
        throw .container(.mislabelled, byteOffset: member.byteOffset)
      }
      raw.removeAll()
    }
    return try CommitBatch(
      raw.span, runs: member.runs, places: places, names: names, seed: seed
    ) { frame in
      forks.header(
        frame.header,
        at: FrameKey(source: 0, memberOffset: member.byteOffset, start: frame.line.lowerBound))
    }
  }
}
