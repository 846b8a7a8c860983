public import Documents
public import Sealing

/// What a state knows of one replica.
public struct ReplicaEntry: Equatable, Sendable {
  /// The replica.
  public let id: ReplicaID

  /// Its device's public key, once its commit 1 was read.
  public internal(set) var key: PublicKey?

  /// The device that writes it, if it is a branch of that device's replica (SPEC §7.6).
  public internal(set) var device: ReplicaID?

  /// For a branch the number of the last commit before it; else 0.
  public internal(set) var base: UInt32 = 0

  /// The number of its last commit in the state; 0 before the first.
  public var count: UInt32 { base + UInt32(stamps.count) }

  /// The replica that this one went on for, after an old copy was put back on the device.
  public internal(set) var predecessor: ReplicaID?

  /// The wall clock of each of its commits from `base` on, in milliseconds since 1970 UTC.
  public internal(set) var stamps: [Int64] = []

  /// Its chain hash at `count`, if it was computed.
  public internal(set) var head: Hash256?

  /// For each replica, by its place in the table, up to where this one has said that it saw it.
  var seen: [UInt32] = []
}

extension ReplicaEntry {
  /// The wall clock of a commit; 0 if the state does not hold it.
  func stamp(of number: UInt32) -> Int64 {
    guard number > base, Int(number - base) <= stamps.count else { return 0 }
    return stamps[Int(number - base) - 1]
  }
}

/// The replicas of a state, each with a local number: its place in the table.
struct ReplicaTable: Equatable, Sendable {
  private(set) var entries: [ReplicaEntry] = []
  private(set) var places: [ReplicaID: UInt32] = [:]

  /// For each replica the highest number that any commit in the state has seen.
  ///
  /// A commit at or
  /// below it that comes in later was overtaken, and the state must be made anew in order.
  private(set) var horizon: [UInt32] = []

  /// The place of a replica, which is given one if it has none.
  mutating func place(of id: ReplicaID) -> UInt32 {
    if let place = places[id] { return place }
    let place = UInt32(entries.count)
    entries.append(ReplicaEntry(id: id))
    horizon.append(0)
    places[id] = place
    return place
  }

  func existingPlace(of id: ReplicaID) -> UInt32? { places[id] }

  subscript(place: UInt32) -> ReplicaEntry {
    get { entries[Int(place)] }
    set { entries[Int(place)] = newValue }
  }

  /// The wall clock of a commit; 0 for one that the state does not hold.
  func stamp(of dot: LocalDot) -> Int64 {
    guard Int(dot.replica) < entries.count else { return 0 }
    return entries[Int(dot.replica)].stamp(of: dot.number)
  }

  func dot(_ local: LocalDot) -> Dot? {
    Int(local.replica) < entries.count ? Dot(entries[Int(local.replica)].id, local.number) : nil
  }

  /// The replicas of which a commit is the first of its replica to have seen anything.
  mutating func firstSightings(_ header: CommitHeader) -> [UInt32] {
    let own = Int(place(of: header.dot.replica))
    return header.seen.compactMap { sighting in
      let place = place(of: sighting.replica)
      let seen = entries[own].seen
      return Int(place) < seen.count && seen[Int(place)] > 0 ? nil : place
    }
  }

  /// The same replicas at the same places, without commits.
  var emptied: ReplicaTable {
    var table = ReplicaTable()
    for entry in entries {
      let place = Int(table.place(of: entry.id))
      table.entries[place].device = entry.device
      table.entries[place].base = entry.base
    }
    return table
  }

  /// Says that a replica is a branch of another.
  mutating func declare(_ branch: ForkMap.Branch) {
    let place = Int(place(of: branch.id))
    entries[place].device = branch.device
    entries[place].base = branch.base
  }

  /// The replicas that are forked.
  var forked: Set<ReplicaID> { Set(entries.compactMap(\.device)) }

  /// Takes a commit's header in and tells what the commit had seen.
  ///
  /// Its number must be the next of its replica.
  mutating func admit(_ header: CommitHeader) -> CausalContext {
    let own = place(of: header.dot.replica)
    for sighting in header.seen where sighting.replica != header.dot.replica {
      let place = Int(place(of: sighting.replica))
      let lacking = place + 1 - entries[Int(own)].seen.count
      if lacking > 0 { entries[Int(own)].seen += Array(repeating: 0, count: lacking) }
      entries[Int(own)].seen[place] = max(entries[Int(own)].seen[place], sighting.number)
      horizon[place] = max(horizon[place], sighting.number)
    }
    if let key = header.key { entries[Int(own)].key = key }
    if let older = header.credential?.predecessor { entries[Int(own)].predecessor = older }
    // Where a damaged document is looked at, missing commits get the stamp of the next one.
    while entries[Int(own)].count < header.dot.number {
      entries[Int(own)].stamps.append(header.stampMillis)
    }
    entries[Int(own)].head = nil
    return CausalContext(
      replica: own, number: header.dot.number, seen: entries[Int(own)].seen)
  }

  /// The order by which the provisional winner of a conflict is chosen: the greatest stamp, then
  /// the greatest replica id, then the greatest number (SPEC §8.2).
  func precedes(_ first: LocalDot, _ second: LocalDot) -> Bool {
    let stamps = (stamp(of: first), stamp(of: second))
    if stamps.0 != stamps.1 { return stamps.0 < stamps.1 }
    if first.replica != second.replica, let left = dot(first), let right = dot(second) {
      return left.replica < right.replica
    }
    return first.number < second.number
  }

  mutating func restore(_ entry: ReplicaEntry) {
    let place = Int(place(of: entry.id))
    entries[place] = entry
    for (index, number) in entry.seen.enumerated() {
      while horizon.count <= index { horizon.append(0) }
      horizon[index] = max(horizon[index], number)
    }
  }
}
