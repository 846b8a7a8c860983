import Bytes
import Documents
import Platform
import Sealing

/// Holds commits that come in against the chains of their replicas.
struct Receiver {
  /// A commit that came in and is not here.
  struct Candidate {
    let header: CommitHeader
    let lines: [UInt8]
    /// Whether the document holds the commit already, behind a gap.
    let isHeld: Bool
    /// Its lines, if some say who is let in or what is adopted.
    let control: [UInt8]?
  }

  /// Where chains begin by what the document says, and is about to say.
  private let knownRoots: ChainRoots
  /// The same by what came in besides, proven or not.
  var roots: ChainRoots
  let counts: [ReplicaID: UInt32]
  var chains: [ReplicaID: Chain] = [:]
  var candidates: [Dot: Candidate] = [:]
  private var order: [Dot] = []
  var reader = EditReader()

  /// The trailers of incoming commits that the document has too, by which forks are noticed: of
  /// each stretch without gaps the last one, since behind a gap may stand another history.
  private var marks: [Dot: [UInt8]] = [:]

  /// Which commits of the present source these are.
  private var common: Set<Dot> = []

  /// The replicas that have written several histories, or may have.
  private(set) var forked: Set<ReplicaID> = []
  private let knownForks: Set<ReplicaID>
  /// The names of the branches of those.
  private let branchNames: Set<ReplicaID>

  private let doorkeeper: Doorkeeper

  /// Commits that are proven, and which of them are signed.
  var proven: [Dot: Bool] = [:]
  var report = JoinReport()

  init(roots: ChainRoots, replicas: ReplicaTable, doorkeeper: Doorkeeper) {
    self.roots = roots
    knownRoots = roots
    self.doorkeeper = doorkeeper
    counts = Dictionary(
      uniqueKeysWithValues: replicas.entries.filter { $0.device == nil }.map { ($0.id, $0.count) })
    knownForks = replicas.forked
    branchNames = Set(replicas.entries.filter { $0.device != nil }.map(\.id))
  }

  /// The replicas whose incoming commits go on where the document ends.
  var continued: [ReplicaID] {
    Set(order.map(\.replica)).filter { counts[$0] ?? 0 > 0 }.sorted()
  }

  var needsDocument: Bool { !marks.isEmpty || !forked.isEmpty }

  /// Which members of a source matter: those with something new, and of each stretch of a replica
  /// the one with the last commit that both have.
  mutating func interest(in source: Source) -> (Member.Run) -> Bool {
    forked.formUnion(Loader.overlapping(source.map))
    let counts = counts
    let forked = forked.union(knownForks)
    common = []
    for stretch in Loader.stretches(source.map) {
      let count = counts[stretch.replica] ?? 0
      if stretch.first <= count {
        common.insert(Dot(stretch.replica, min(count, stretch.last)))
      }
    }
    let holdsCommon = Self.holdsOne(of: common)
    return { run in
      run.last > counts[run.replica] ?? 0 || forked.contains(run.replica) || holdsCommon(run)
    }
  }

  /// Whether a member of the document has a commit that is to be compared.
  var marked: (Member.Run) -> Bool { Self.holdsOne(of: marks.keys) }

  private static func holdsOne(of dots: some Sequence<Dot>) -> (Member.Run) -> Bool {
    let numbers = Dictionary(grouping: dots, by: \.replica).mapValues { $0.map(\.number).sorted() }
    return { run in
      guard let numbers = numbers[run.replica] else { return false }
      var (low, high) = (0, numbers.count)
      while low < high {
        let middle = (low + high) / 2
        if numbers[middle] < run.first { low = middle + 1 } else { high = middle }
      }
      return low < numbers.count && numbers[low] <= run.last
    }
  }

  /// The chains of the replicas of which something was taken.
  var ends: [ReplicaID: Chain] { chains }

  /// The chain hashes of incoming commits and of the document's last, as sightings give them.
  var heads: [Dot: [UInt8]] = [:]

  mutating func setChain(_ chain: Chain, of replica: ReplicaID) {
    chains[replica] = chain
    heads[Dot(replica, chain.number)] = chain.shortHead
  }

  mutating func collect(_ frame: CommitFrame, in raw: Span<UInt8>, isHeld: Bool) {
    let dot = frame.header.dot
    if knownForks.contains(dot.replica) { forked.insert(dot.replica) }
    if dot.number <= counts[dot.replica] ?? 0 {
      if !isHeld, common.contains(dot) {
        let trailer = [UInt8](bytesOf: raw.extracting(frame.trailer))
        if let other = marks.updateValue(trailer, forKey: dot), other != trailer {
          forked.insert(dot.replica)
        }
      }
      return
    }
    if let known = candidates[dot] {
      // Another copy, or another history; that takes a closer look.
      let lines = raw.extracting(frame.whole)
      if !known.lines.span.matches(0..<known.lines.count, lines) {
        forked.insert(dot.replica)
      }
      return
    }
    let body = raw.extracting(frame.body)
    roots.add(body)
    candidates[dot] = Candidate(
      header: frame.header, lines: [UInt8](bytesOf: raw.extracting(frame.whole)), isHeld: isHeld,
      control: body.tellsOfOthers ? [UInt8](bytesOf: body) : nil)
    order.append(dot)
  }

  /// Holds a commit of the document against the incoming one of the same dot.
  ///
  /// Signatures are made without chance, so equal trailers under right signatures mean equal
  /// histories; unequal ones may mean that one signature was left out, and are looked into.
  mutating func compare(_ frame: CommitFrame, in raw: Span<UInt8>) {
    let dot = frame.header.dot
    guard let mark = marks[dot] else { return }
    let isSigned = (try? Trailer(line: raw.extracting(frame.trailer)))?.signature != nil
    guard isSigned, mark.span.matches(0..<mark.count, raw.extracting(frame.trailer)) else {
      forked.insert(dot.replica)
      return
    }
  }

  /// Follows the chains of what came in, but for forked replicas, which are left to `ForkMeeting`.
  ///
  /// - Returns: the replicas whose histories are to be looked at together: the forked ones that
  ///   came in, and those that what came in has seen.
  mutating func prove() -> Set<ReplicaID> {
    for replica in Set(order.map(\.replica)).subtracting(forked).sorted() { prove(replica) }
    // A name of which nothing is known may be that of a branch.
    let seesForks = proven.keys.contains { dot in
      (candidates[dot]?.header.seen ?? []).contains { sighting in
        knownForks.contains(sighting.replica) || branchNames.contains(sighting.replica)
          || counts[sighting.replica] == nil && candidates[Dot(sighting.replica, 1)] == nil
      }
    }
    return seesForks ? forked.union(knownForks) : forked
  }

  /// The members to append: all commits that follow on what is held, are proven and have seen
  /// only what is held or comes with them (SPEC §6.5).
  ///
  /// - Parameters:
  ///   - meeting: the histories of the replicas that `prove` named.
  ///   - headsOf: works out the chain hashes of some of the document's commits, as sightings give
  ///     them.
  /// - Returns: the members, and what is in them.
  /// - Throws: `DocumentError` if a commit cannot be packed.
  mutating func finish(
    _ meeting: inout ForkMeeting, headsOf: (Set<Dot>) throws -> [Dot: [UInt8]]
  ) throws -> (members: [UInt8], report: JoinReport) {
    let newcomers = try meeting.newcomers()
    let arriving = Arriving(
      order.filter { proven[$0] != nil }.sorted(), newcomers, meeting.trees, self)
    try learnHeads(arriving.commits, meeting.trees, headsOf)
    let choice = choose(arriving, meeting)
    var taken: [Int: Set<Int>] = [:]
    var packing = Packing()
    var own: [Dot] = []
    for index in choice.taken {
      switch arriving.places[index] {
      case .chain(let dot): own.append(dot)
      case .tree(let tree, let node): taken[tree, default: []].insert(node)
      }
    }
    for dot in CausalOrder.sorted(own, headers: { candidates[$0]?.header }) {
      guard let candidate = candidates[dot], !candidate.isHeld else { continue }
      var cursor = CommitCursor()
      if let frame = try cursor.next(in: candidate.lines.span) {
        try packing.add(frame, in: candidate.lines.span)
      }
      report.dots.insert(dot)
    }
    packing.close()
    try meeting.finish(taking: taken)
    report.dots.formUnion(meeting.dots)
    report.commitCount = report.dots.count
    report.refused += meeting.refused
    tell(arriving, choice)
    return (packing.members + meeting.members, report)
  }

  /// Says what was not taken in.
  private mutating func tell(
    _ arriving: Arriving, _ choice: (taken: Set<Int>, strange: Set<Int>)
  ) {
    var first: [ReplicaID: Dot] = [:]
    for index in arriving.commits.indices where !choice.taken.contains(index) {
      let dot = arriving.commits[index].header.dot
      if let other = first[dot.replica], other <= dot { continue }
      first[dot.replica] = dot
    }
    var strange = Set(choice.strange.map { arriving.commits[$0].header.dot.replica })
    // Of those of whom nothing is proven it is told too that nobody vouches for them.
    let firsts = order.filter {
      $0.number == 1 && proven[$0] == nil && !forked.contains($0.replica)
    }
    var doorkeeper = doorkeeper
    strange.formUnion(doorkeeper.strangers(among: firsts.compactMap { candidates[$0]?.header }))
    let known = Set(choice.taken.map { arriving.commits[$0].header.dot.replica })
      .union(counts.keys)
    report.strangers = strange.subtracting(known).sorted()
    report.waiting += first.values.filter { dot in
      !report.waiting.contains { $0.replica == dot.replica }
    }
    // That nobody vouches for them is all that is said of strangers.
    for list in [\JoinReport.refused, \.waiting] {
      report[keyPath: list].removeAll { strange.contains($0.replica) }
      report[keyPath: list].sort()
    }
  }

  /// Which of the proven commits are taken in.
  ///
  /// Where chains begin elsewhere, that must be told by what is taken in or here, and branches have
  /// names only where there are several histories; so it is looked again until that is so.
  private func choose(
    _ arriving: Arriving, _ meeting: borrowing ForkMeeting
  ) -> (taken: Set<Int>, strange: Set<Int>) {
    var excluded: Set<Int> = []
    var single: Set<ReplicaID> = []
    while true {
      let nodes = ForkNodes(meeting.trees) { $0.isForked && !single.contains($0.replica) }
      let acceptance = Acceptance(arriving.commits, except: excluded) { sighting in
        place(of: sighting, nodes, arriving)
      }
      var adopting = knownRoots
      let decided = acceptance.decided { strangers(among: $0, arriving, &adopting) }
      let unnamed = decided.taken.filter { index in
        let commit = arriving.commits[index]
        return commit.workspace != roots.home
          && !adopting.names(commit.workspace, for: commit.header.dot.replica)
      }
      var plain: Set<ReplicaID> = []
      for (number, tree) in meeting.trees.enumerated()
      where tree.isForked && !single.contains(tree.replica) {
        let kept = decided.taken.compactMap { arriving.places[$0].node(inTree: number) }
        if !tree.isForked(keeping: meeting.held(in: number).union(kept)) {
          plain.insert(tree.replica)
        }
      }
      if unnamed.isEmpty && plain.isEmpty { return decided }
      excluded.formUnion(unnamed)
      single.formUnion(plain)
    }
  }

  /// Where the commit is that a sighting means.
  private func place(
    of sighting: Sighting, _ nodes: ForkNodes, _ arriving: Arriving
  ) -> Acceptance.Place {
    if nodes.family(of: sighting.replica) != nil {
      guard let found = nodes.place(of: sighting) else { return .nowhere }
      return arriving.place(of: found) ?? .here
    }
    let dot = Dot(sighting.replica, sighting.number)
    guard heads[dot] == sighting.head else { return .nowhere }
    if sighting.number <= counts[sighting.replica] ?? 0 { return .here }
    return arriving.place(of: dot).map { .arriving($0) } ?? .nowhere
  }

  /// Works out the hashes of the document's commits that were seen.
  private mutating func learnHeads(
    _ commits: [Acceptance.Commit], _ trees: [ForkTree],
    _ headsOf: (Set<Dot>) throws -> [Dot: [UInt8]]
  ) throws {
    let forked = Set(trees.map(\.replica))
    var wanted: Set<Dot> = []
    for sighting in commits.flatMap(\.header.seen) where !forked.contains(sighting.replica) {
      let dot = Dot(sighting.replica, sighting.number)
      if heads[dot] == nil, dot.number <= counts[dot.replica] ?? 0 { wanted.insert(dot) }
    }
    if !wanted.isEmpty { heads.merge(try headsOf(wanted)) { known, _ in known } }
  }

  /// Which of some commits are of replicas that nobody let in and nobody adopted, going by what is
  /// proven: anyone could write a line in another's name.
  ///
  /// - Parameters:
  ///   - sound: the commits.
  ///   - arriving: all that came in.
  ///   - adopting: takes in what those that are not strangers' adopt.
  /// - Returns: the strangers' commits.
  private func strangers(
    among sound: Set<Int>, _ arriving: Arriving, _ adopting: inout ChainRoots
  ) -> Set<Int> {
    var doorkeeper = doorkeeper
    var firsts: [CommitHeader] = []
    let commits = arriving.commits
    for index in sound.sorted() where commits[index].workspace == roots.home {
      let header = commits[index].header
      if let control = commits[index].control {
        doorkeeper.add(control.span, by: header.dot.replica)
      }
      if header.dot.number == 1, !hasBegunHere(header.dot.replica) { firsts.append(header) }
    }
    let nobodys = doorkeeper.strangers(among: firsts)
    var strange: Set<Int> = []
    // Each stands behind the one before it.
    for index in sound.sorted() where commits[index].workspace == roots.home {
      let commit = commits[index]
      let isStrange =
        commit.parent.map(strange.contains)
        ?? (commit.header.dot.number == 1 && nobodys.contains(commit.header.dot.replica))
      if isStrange {
        strange.insert(index)
      } else if let control = commit.control {
        adopting.add(control.span)
      }
    }
    for index in sound.sorted() where commits[index].workspace != roots.home {
      let commit = commits[index]
      let isStrange =
        commit.parent.map(strange.contains)
        ?? (commit.header.dot.number == 1
          && !adopting.names(commit.workspace, for: commit.header.dot.replica))
      if isStrange { strange.insert(index) }
    }
    return strange
  }

  /// Whether the document holds a history of a replica that begins here.
  private func hasBegunHere(_ replica: ReplicaID) -> Bool {
    counts[replica] ?? 0 > 0 && knownRoots[replica] == knownRoots.home
  }
}

extension EditReader {
  /// Makes sure that a commit's lines can be read, and that no record stands in it twice.
  ///
  /// - Throws: `DocumentError.line` with what is wrong.
  mutating func check(_ frame: CommitFrame, in raw: Span<UInt8>) throws(DocumentError) {
    var records: Set<String> = []
    var start = frame.body.lowerBound
    while start < frame.body.upperBound, let end = Lines.end(ofLineAt: start, in: raw) {
      if let edit = try edit(of: raw.extracting(start..<end)),
        !records.insert("\(edit.type) \(edit.id)").inserted
      {
        throw .line(.recordTwice, byteOffset: start)
      }
      start = end + 1
    }
  }
}
