import Bytes
import Documents
import Platform

/// Makes the state of all records from commits, or from a former state and further commits.
///
/// Applying must follow causality: `add` holds back a commit whose predecessors are still to come.
/// Where gaps are leapt over, it holds back all of them.
struct StateBuilder {
  private(set) var replicas: ReplicaTable
  let names: NameTable
  let seed: UInt64
  private(set) var tables = RecordTables()
  private var reader: LineReader
  private(set) var admission: Admission
  private let controlTypes: [UInt32]
  private let localTypes: [UInt32]

  /// How many bytes the records to come are, about.
  private var expectedByteCount = 0

  /// Commits that wait for others, which the document promises to hold, by the order in which
  /// they came.
  private var waiting: [Int: (batch: CommitBatch, entry: Int)] = [:]
  private var waitingNumber = 0
  /// Which of them wait for a commit, each for one that is not there.
  private var blocked: [Dot: [Int]] = [:]
  /// How often one of them was looked at again.
  private(set) var retryCount = 0

  /// For each replica the highest number that is to come, without gaps.
  private var available: [ReplicaID: UInt32]
  private let leapsGaps: Bool

  /// Where gaps are leapt over: for each replica, by its place, the first number that is missing.
  private var firstLost: [UInt32: UInt32] = [:]

  /// Starts with nothing.
  ///
  /// - Parameters:
  ///   - names: the numbers of names, shared by those who read members for this builder.
  ///   - replicas: what is known of replicas already, without commits.
  ///   - available: for each replica the highest number that will be added.
  ///   - admission: judges which commits count.
  ///   - leapsGaps: whether all commits wait for `leapGaps`, which does not ask what is missing.
  init(
    names: NameTable, replicas: ReplicaTable, available: [ReplicaID: UInt32],
    admission: Admission, leapsGaps: Bool = false
  ) {
    self.leapsGaps = leapsGaps
    self.admission = admission
    controlTypes = names.controlTypes
    localTypes = names.localTypes
    self.names = names
    self.replicas = replicas
    self.available = available
    seed = UInt64.random(in: .min ... .max)
    reader = LineReader(names)
  }

  /// Starts with the records of a former state.
  init(
    image: Image, names: NameTable, replicas: ReplicaTable, available: [ReplicaID: UInt32],
    admission: Admission
  ) {
    leapsGaps = false
    self.admission = admission
    controlTypes = names.controlTypes
    localTypes = names.localTypes
    self.names = names
    self.replicas = replicas
    self.available = available
    seed = image.seed
    tables = RecordTables(image)
    reader = LineReader(names)
  }

  /// Makes room for about as much state as these lines make.
  mutating func reserve(lineBytes: Int) {
    expectedByteCount = lineBytes
  }

  /// Tells that commits will be added which were not promised at the start.
  mutating func announce(_ run: Member.Run) {
    available[run.replica] = max(available[run.replica] ?? 0, run.last)
  }

  /// Whether commits wait for others.
  var isWaiting: Bool { !waiting.isEmpty }

  /// Gives a replica its local number.
  mutating func register(_ replica: ReplicaID) {
    _ = replicas.place(of: replica)
  }

  /// Gives the histories of forked replicas theirs.
  mutating func declare(_ forks: ForkMap) {
    for branch in forks.branches {
      let parent = replicas.place(of: branch.parent)
      replicas.declare(branch)
      admission.declare(branch, at: replicas.place(of: branch.id), leaving: parent)
    }
  }

  /// The local number of each replica.
  var places: [ReplicaID: UInt32] { replicas.places }

  /// Adds the commits of one member, in causal order; those that came too early wait.
  mutating func add(_ batch: CommitBatch) throws(DocumentError) {
    for index in batch.entries.indices {
      let header = batch.entries[index].header
      if !leapsGaps, isReady(header) {
        try apply(batch, index)
        try releaseWaiting(after: header.dot)
      } else if isExpected(header) {
        waitingNumber += 1
        waiting[waitingNumber] = (batch, index)
        if !leapsGaps, let missing = missing(header) {
          blocked[missing, default: []].append(waitingNumber)
        }
      }
    }
  }

  /// Whether the commit is the next of its replica and all that it had seen is here, as far as it
  /// is to be had at all.
  private func isReady(_ header: CommitHeader) -> Bool {
    isExpected(header) && missing(header) == nil
  }

  /// A commit that is not there and without which this one cannot be applied; nothing if there is
  /// none.
  private func missing(_ header: CommitHeader) -> Dot? {
    func count(_ replica: ReplicaID) -> UInt32 {
      replicas.existingPlace(of: replica).map { replicas[$0].count } ?? 0
    }
    if header.dot.number > count(header.dot.replica) + 1 {
      return Dot(header.dot.replica, header.dot.number - 1)
    }
    for sighting in header.seen {
      let number = min(sighting.number, available[sighting.replica] ?? 0)
      if count(sighting.replica) < number { return Dot(sighting.replica, number) }
    }
    return nil
  }

  private func isExpected(_ header: CommitHeader) -> Bool {
    let count = replicas.existingPlace(of: header.dot.replica).map { replicas[$0].count } ?? 0
    guard header.dot.number > count, header.dot.number <= available[header.dot.replica] ?? 0 else {
      return false
    }
    // A number that somebody invented must not make room for all those before it.
    return !leapsGaps || header.dot.number - count <= Self.widestGap
  }

  /// Over how many missing commits of a replica the tolerant view goes.
  private static let widestGap: UInt32 = 1 << 24

  /// Applies all that was held back, whether or not what came before it is here.
  ///
  /// Of two commits of one name the first that was added counts. Nothing to do unless gaps are
  /// leapt over.
  mutating func leapGaps() throws(DocumentError) {
    guard leapsGaps else { return }
    var places: [Dot: Int] = [:]
    var order: [Dot] = []
    let held = waiting
    waiting = [:]
    for (place, commit) in held.sorted(by: { $0.key < $1.key }) {
      let dot = commit.batch.entries[commit.entry].header.dot
      guard places[dot] == nil else { continue }
      places[dot] = place
      order.append(dot)
    }
    for (replica, dots) in Dictionary(grouping: order, by: \.replica) {
      let numbers = dots.map(\.number).sorted()
      let place = replicas.place(of: replica)
      let next = replicas[place].count + 1
      let gap = numbers.indices.first { numbers[$0] != next + UInt32($0) }
      if let gap { firstLost[place] = next + UInt32(gap) }
    }
    let sorted = CausalOrder.sorted(order) { dot in
      places[dot].flatMap { held[$0] }.map { $0.batch.entries[$0.entry].header }
    }
    for dot in sorted {
      guard let commit = places[dot].flatMap({ held[$0] }) else { continue }
      try apply(commit.batch, commit.entry)
    }
  }

  /// Whether what entitled the author of a commit may be lost: the commit has seen lost ones.
  private func isExcused(_ context: CausalContext) -> Bool {
    guard leapsGaps, admission.held.last?.reason != .sealed else { return false }
    return firstLost.contains { context.covers(LocalDot(replica: $0, number: $1)) }
  }

  /// Applies what waited for a commit that was just applied, and so on; of several that may be
  /// applied the one that came first.
  private mutating func releaseWaiting(after dot: Dot) throws(DocumentError) {
    var released = Array((blocked.removeValue(forKey: dot) ?? []).reversed())
    while let number = released.popLast() {
      guard let (batch, entry) = waiting[number] else { continue }
      let header = batch.entries[entry].header
      retryCount += 1
      if isExpected(header), let missing = missing(header) {
        blocked[missing, default: []].append(number)
        continue
      }
      waiting[number] = nil
      guard isExpected(header) else { continue }
      try apply(batch, entry)
      if let more = blocked.removeValue(forKey: header.dot) {
        released += more
        released.sort(by: >)
      }
    }
  }

  private mutating func apply(_ batch: CommitBatch, _ index: Int) throws(DocumentError) {
    let entry = batch.entries[index]
    let met = replicas.firstSightings(entry.header)
    let context = replicas.admit(entry.header)
    let control = try batch.control(of: entry, types: controlTypes, names: names, with: &reader)
    let table = replicas
    let admittance = admission.admits(
      entry.header, context, met: met, control: control.lines,
      doesOrdinaryWork: control.doesOrdinaryWork, counts: { table[$0].count })
    guard admittance != .held || isExcused(context) else { return }
    let ignored = admittance == .adopted ? localTypes : []
    let dot = LocalDot(replica: context.replica, number: context.number)
    for fragment in batch.fragments[entry.fragments] where !ignored.contains(fragment.type) {
      let table = tables.place(of: fragment.type)
      let id = batch.arena.span.extracting(fragment.id)
      if let place = tables[table].find(hash: fragment.hash, id: id) {
        try amend(place, in: table, batch, fragment, dot: dot, context: context)
      } else if fragment.isRecord {
        tables[table].insert(
          batch.arena.span.extracting(fragment.bytes), hash: fragment.hash,
          expected: expectedByteCount)
      } else {
        let change = try batch.change(of: fragment, with: &reader)
        var record = RecordState(key: change.key)
        record.apply(change, dot: dot, context: context)
        tables[table].insert(record, hash: fragment.hash)
      }
    }
  }

  private mutating func amend(
    _ place: Int, in table: Int, _ batch: CommitBatch, _ fragment: CommitBatch.Fragment,
    dot: LocalDot, context: CausalContext
  ) throws(DocumentError) {
    guard var record = tables[table].withRecord(place, { RecordBlob.decode($0) }) else {
      throw .line(.unexpected, byteOffset: 0)
    }
    guard !record.votes.contains(where: { $0.dot == dot }) else {
      throw .line(.recordTwice, byteOffset: 0)
    }
    record.apply(try batch.change(of: fragment, with: &reader), dot: dot, context: context)
    tables[table].amend(place, record)
  }
}
