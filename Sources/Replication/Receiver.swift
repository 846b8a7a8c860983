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
    /// Whether it has lines that say who is let in or what is adopted.
    let isControl: Bool
  }

  /// Where chains begin by what is known, and by what came in besides, proven or not.
  private let knownRoots: ChainRoots
  var roots: ChainRoots
  /// The replicas whose chains hold by another workspace.
  var begunElsewhere: Set<ReplicaID> = []
  let counts: [ReplicaID: UInt32]
  var chains: [ReplicaID: Chain] = [:]
  var candidates: [Dot: Candidate] = [:]
  /// The first commits beside a candidate, of replicas that began twice.
  private var otherFirsts: [CommitHeader] = []
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

  private var doorkeeper: Doorkeeper

  /// For the replicas that are nobody's up to which of their commits others have seen, which are
  /// kept with those; known at the end.
  private(set) var limits: [ReplicaID: UInt32] = [:]

  init(roots: ChainRoots, replicas: ReplicaTable, doorkeeper: Doorkeeper) {
    self.roots = roots
    knownRoots = roots
    self.doorkeeper = doorkeeper
    counts = Dictionary(
      uniqueKeysWithValues: replicas.entries.filter { $0.device == nil }.map { ($0.id, $0.count) })
    knownForks = replicas.forked
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
        if dot.number == 1 { otherFirsts.append(frame.header) }
      }
      return
    }
    let body = raw.extracting(frame.body)
    roots.add(body)
    candidates[dot] = Candidate(
      header: frame.header, lines: [UInt8](bytesOf: raw.extracting(frame.whole)), isHeld: isHeld,
      isControl: body.contains(ChainRoots.opening) || body.contains(Doorkeeper.opening))
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

  /// The members to append: all commits that follow on what is held and are proven (SPEC §6.5).
  ///
  /// - Parameters:
  ///   - forked: the replicas that are left to `ForkMeeting`.
  ///   - branches: the lines of their commits that came in and are proven.
  ///   - headsOf: works out the chain hashes of some of the document's commits, as sightings give
  ///     them.
  /// - Returns: the members, and what is in them.
  /// - Throws: `DocumentError` if a commit cannot be packed.
  mutating func finish(
    except forked: Set<ReplicaID>, branches: [(replica: ReplicaID, body: [UInt8])],
    headsOf: (Set<Dot>) throws -> [Dot: [UInt8]]
  ) throws -> (members: [UInt8], report: JoinReport) {
    var report = JoinReport()
    var proven: Set<Dot> = []
    for replica in Set(order.map(\.replica)).subtracting(forked).sorted() {
      prove(replica, &proven, &report)
    }
    let strangers = try strangers(proven, branches)
    proven = try sighted(proven, except: forked.union(knownForks), headsOf, &report)
    let kept = seen(of: strangers, in: proven)
    proven = proven.filter { !strangers.contains($0.replica) || $0.number <= kept[$0.replica] ?? 0 }
    report.strangers = strangers.filter { kept[$0] == nil }.sorted()
    for stranger in strangers { limits[stranger] = kept[stranger] ?? 0 }
    // That nobody vouches for them is all that is said of strangers.
    for list in [\JoinReport.refused, \.waiting] {
      report[keyPath: list].removeAll { strangers.contains($0.replica) }
    }
    var packing = Packing()
    for dot in CausalOrder.sorted(
      order.filter(proven.contains), headers: { candidates[$0]?.header })
    {
      guard let candidate = candidates[dot], !candidate.isHeld else { continue }
      var cursor = CommitCursor()
      if let frame = try cursor.next(in: candidate.lines.span) {
        try packing.add(frame, in: candidate.lines.span)
      }
      report.commitCount += 1
      report.dots.insert(dot)
    }
    packing.close()
    return (packing.members, report)
  }

  /// Which of the new replicas nobody let in and nobody adopted, going by what is proven: anyone
  /// could write a line in another's name.
  private mutating func strangers(
    _ proven: Set<Dot>, _ branches: [(replica: ReplicaID, body: [UInt8])]
  ) throws -> Set<ReplicaID> {
    let new = Set(order.map(\.replica)).filter { counts[$0] ?? 0 == 0 }
    var bodies = branches
    for dot in order where proven.contains(dot) && !begunElsewhere.contains(dot.replica) {
      guard let candidate = candidates[dot], candidate.isControl else { continue }
      var cursor = CommitCursor()
      guard let frame = try cursor.next(in: candidate.lines.span) else { continue }
      bodies.append((dot.replica, [UInt8](bytesOf: candidate.lines.span.extracting(frame.body))))
    }
    for (replica, body) in bodies { doorkeeper.add(body.span, by: replica) }
    let strangers = doorkeeper.strangers(
      among: new.compactMap { candidates[Dot($0, 1)]?.header }
        + otherFirsts.filter { new.contains($0.dot.replica) })
    var adopted = knownRoots
    for (replica, body) in bodies where !strangers.contains(replica) { adopted.add(body.span) }
    return strangers.filter { !adopted.isForeign($0) }
  }

  /// Up to where strangers' replicas were seen by others, whose commits count only where those
  /// are (SPEC [K-1], [A-13]); to the end of a batch.
  private func seen(
    of strangers: Set<ReplicaID>, in proven: Set<Dot>
  ) -> [ReplicaID: UInt32] {
    guard !strangers.isEmpty else { return [:] }
    var kept: [ReplicaID: UInt32] = [:]
    // A sighting may give any number: only what came in is gone through, and once.
    var rest = Dictionary(
      grouping: candidates.keys.filter { strangers.contains($0.replica) }, by: \.replica
    ).mapValues { $0.map(\.number).sorted(by: >) }
    var open = proven.filter { !strangers.contains($0.replica) }
    while let dot = open.popFirst() {
      for sighting in candidates[dot]?.header.seen ?? []
      where strangers.contains(sighting.replica) && sighting.number > kept[sighting.replica] ?? 0 {
        var last = sighting.number
        while let part = candidates[Dot(sighting.replica, last)]?.header.part,
          part.index < part.count, last < .max, candidates[Dot(sighting.replica, last + 1)] != nil
        {
          last += 1
        }
        while let number = rest[sighting.replica]?.last, number <= last {
          open.insert(Dot(sighting.replica, number))
          rest[sighting.replica]?.removeLast()
        }
        kept[sighting.replica] = last
      }
    }
    return kept
  }

  /// Of the proven commits those whose sightings hold.
  ///
  /// Each names a commit that is here, by its hash (SPEC [K-1]); so no commit claims to have seen
  /// what was not yet written.
  private func sighted(
    _ proven: Set<Dot>, except forked: Set<ReplicaID>,
    _ headsOf: (Set<Dot>) throws -> [Dot: [UInt8]], _ report: inout JoinReport
  ) throws -> Set<Dot> {
    var heads = heads
    var wanted: Set<Dot> = []
    for dot in proven {
      for sighting in candidates[dot]?.header.seen ?? [] {
        let seen = Dot(sighting.replica, sighting.number)
        if heads[seen] == nil, sighting.number <= counts[sighting.replica] ?? 0 {
          wanted.insert(seen)
        }
      }
    }
    wanted = wanted.filter { !forked.contains($0.replica) }
    if !wanted.isEmpty { heads.merge(try headsOf(wanted)) { known, _ in known } }
    // Where replicas are forked, a name of which no commit is here may be that of a branch.
    let isForked = !forked.isEmpty
    let names = Set(candidates.keys.map(\.replica)).union(counts.keys)
    func isExempt(_ replica: ReplicaID) -> Bool {
      forked.contains(replica) || isForked && !names.contains(replica)
    }
    var accepted: Set<Dot> = []
    var progress = true
    var open = Dictionary(grouping: proven, by: \.replica).mapValues { $0.sorted(by: >) }
    while progress {
      progress = false
      for replica in open.keys.sorted() {
        while let dot = open[replica]?.last, let candidate = candidates[dot],
          candidate.header.seen.allSatisfy({ sighting in
            let seen = Dot(sighting.replica, sighting.number)
            if isExempt(sighting.replica) { return true }
            let isHere =
              sighting.number <= counts[sighting.replica] ?? 0 || accepted.contains(seen)
            return isHere && heads[seen] == sighting.head
          })
        {
          accepted.insert(dot)
          open[replica]?.removeLast()
          progress = true
        }
      }
    }
    for (_, dots) in open {
      guard let dot = dots.last else { continue }
      let isFalse = (candidates[dot]?.header.seen ?? []).contains { sighting in
        heads[Dot(sighting.replica, sighting.number)].map { $0 != sighting.head } ?? false
      }
      if isFalse { report.refused.append(dot) } else { report.waiting.append(dot) }
      // Of a batch that counts wholly or not at all, the beginning waits with the rest.
      guard let part = candidates[dot]?.header.part, part.index > 1 else { continue }
      for back in 1..<min(part.index, dot.number) {
        accepted.remove(Dot(dot.replica, dot.number - back))
      }
    }
    return accepted
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
