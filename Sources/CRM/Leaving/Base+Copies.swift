public import Documents
public import Replication

/// A copy of the base, and how much of it that copy is known to hold.
public struct BaseCopy: Sendable {
  /// Where it lies.
  public enum Place: Sendable {
    /// On a device of the base.
    case device(Device)
    /// In a shared folder, as pieces.
    case folder(path: String)
  }

  /// Where it lies.
  public let place: Place
  /// How many of the commits that are here it is known to hold.
  public let heldCount: Int
  /// How many it is not known to hold.
  public let missingCount: Int
  /// How many it holds that are not here.
  public let aheadCount: Int
  /// The last sign of it, in milliseconds since 1970 UTC; for the copy here the present.
  public let asOfMillis: Int64

  /// Whether it is the copy on this device.
  public var isHere: Bool {
    if case .device(let device) = place { device.isThis } else { false }
  }

  /// Whether one can count on it: a copy elsewhere that was not shut out.
  public var isSpare: Bool {
    switch place {
    case .device(let device): !device.isThis && !device.isSealed
    case .folder: true
    }
  }
}

/// Where the base lies, and what would go with this machine.
public struct CopyReport: Sendable {
  /// What one person wrote that no other copy is known to hold.
  public struct Sole: Sendable {
    /// Whose changes they are; empty if that is not known.
    public let author: String
    /// How many commits.
    public let commitCount: Int
    /// The wall clock of the first of them, in milliseconds since 1970 UTC.
    public let sinceMillis: Int64
  }

  /// All copies that are known of, this one first.
  public let copies: [BaseCopy]
  /// How many commits are here.
  public let commitCount: Int
  /// What is known to be here only, by author.
  public let sole: [Sole]

  /// How many of the commits that are here a device is not known to hold; nothing of one that
  /// nobody let in.
  public func missingCount(on replica: ReplicaID) -> Int? {
    copies.first { copy in
      if case .device(let device) = copy.place { device.standing.replica == replica } else { false }
    }?.missingCount
  }

  /// How many commits are known to be here only.
  public var soleCount: Int { sole.reduce(0) { $0 + $1.commitCount } }

  /// Whether no other copy is known to hold anything.
  public var isAlone: Bool { !copies.contains { $0.isSpare && $0.heldCount > 0 } }
}

extension Base {
  /// Where copies of the base lie, as far as this device knows: from what the commits of others
  /// had seen, from the notes in shared folders, and from sessions.
  ///
  /// A device may hold more than it has said; that it holds less is possible only where it was
  /// lost or set back.
  ///
  /// - Parameter met: what sessions with other devices have shown.
  /// - Returns: the copies, and what is here only.
  public func copyReport(met: [CopyNote] = []) -> CopyReport {
    let heard = Dictionary((workspace.copyNotes + met).map { ($0.holder, $0) }) { one, other in
      CopyNote(
        one.holder, holds: one.frontier.joined(other.frontier),
        atMillis: max(one.atMillis, other.atMillis))
    }
    var copies: [BaseCopy] = []
    var spare = Frontier()
    func add(_ place: BaseCopy.Place, _ frontier: Frontier, asOf millis: Int64) {
      let held = heldCount(frontier)
      let copy = BaseCopy(
        place: place, heldCount: held, missingCount: commitCount - held,
        aheadCount: aheadCount(frontier), asOfMillis: millis)
      copies.append(copy)
      if copy.isSpare { spare.join(frontier) }
    }
    for device in currentDevices.filter(\.isThis) {
      add(.device(device), state.frontier, asOf: now.epochMillis)
    }
    for device in currentDevices where !device.isThis && device.standing.held != .stranger {
      let note = heard[.device(device.standing.replica)]
      let said = device.standing.seen
      add(
        .device(device), note.map { $0.frontier.joined(said) } ?? said,
        asOf: max(note?.atMillis ?? .min, device.lastMillis))
    }
    for (holder, note) in heard.sorted(by: { $0.value.atMillis > $1.value.atMillis }) {
      if case .folder(let path) = holder {
        add(.folder(path: path), note.frontier, asOf: note.atMillis)
      }
    }
    return CopyReport(copies: copies, commitCount: commitCount, sole: sole(besides: spare))
  }

  private var commitCount: Int {
    state.replicas.reduce(0) { $0 + Int($1.count - $1.base) }
  }

  private func heldCount(_ frontier: Frontier) -> Int {
    state.replicas.reduce(0) { sum, replica in
      let held = min(max(frontier[replica.id], replica.base), replica.count)
      return sum + Int(held - replica.base)
    }
  }

  private func aheadCount(_ frontier: Frontier) -> Int {
    let here = state.frontier
    return frontier.numbers.reduce(0) { $0 + Int($1.value) - Int(min($1.value, here[$1.key])) }
  }

  private func sole(besides spare: Frontier) -> [CopyReport.Sole] {
    var found: [String: (count: Int, since: Int64)] = [:]
    for replica in state.replicas {
      let held = min(max(spare[replica.id], replica.base), replica.count)
      guard held < replica.count else { continue }
      let stamps = replica.stamps[Int(held - replica.base)...]
      let name = memberName(ofReplica: replica.id) ?? ""
      let known = found[name] ?? (0, .max)
      found[name] = (known.count + stamps.count, min(known.since, stamps.min() ?? .max))
    }
    return found.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map {
      CopyReport.Sole(author: $0.key, commitCount: $0.value.count, sinceMillis: $0.value.since)
    }
  }
}
