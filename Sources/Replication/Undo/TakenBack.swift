public import Documents

/// What the purpose of a commit names as taken back (SPEC §10): `undo k7…:3 k7…:5..k7…:9`.
struct TakingBack: Sendable {
  /// The words with which such a purpose begins: an undo, or what gives back a hand-over that was
  /// for an absence.
  static let words: Set = ["undo", "return"]

  private var ranges: [ReplicaID: [ClosedRange<UInt32>]] = [:]

  /// Reads a purpose; nothing if it is another.
  init?(_ purpose: String?) {
    guard let words = purpose?.split(separator: " "), let first = words.first,
      Self.words.contains(String(first))
    else { return nil }
    for word in words.dropFirst() {
      let ends = word.split(separator: ".").compactMap(Self.dot)
      guard let first = ends.first, let last = ends.last, first.replica == last.replica,
        first.number <= last.number
      else { continue }
      ranges[first.replica, default: []].append(first.number...last.number)
    }
  }

  private static func dot(_ text: Substring) -> Dot? {
    let parts = text.split(separator: ":")
    guard parts.count == 2, let replica = ReplicaID(String(parts[0])),
      let number = UInt32(parts[1])
    else { return nil }
    return Dot(replica, number)
  }

  /// Whether a commit is named.
  func names(_ dot: Dot) -> Bool {
    ranges[dot.replica]?.contains { $0.contains(dot.number) } ?? false
  }
}

/// Which commits are taken back by undos that stand: those that nobody has undone in turn.
public struct TakenBack: Sendable {
  private var undos: [Dot: TakingBack] = [:]

  /// Nothing is.
  public init() {}

  /// Takes in a commit that takes back and was not taken back itself.
  mutating func add(_ undo: TakingBack, by dot: Dot) { undos[dot] = undo }

  /// Whether nothing is.
  public var isEmpty: Bool { undos.isEmpty }

  /// Whether a commit is, by itself or with its batch, which an undo names by the first of it.
  public func contains(_ header: CommitHeader) -> Bool {
    let (dot, behind) = (header.dot, (header.part?.index ?? 1) - 1)
    return contains(dot)
      || behind > 0 && contains(Dot(dot.replica, dot.number - min(behind, dot.number - 1)))
  }

  /// Whether a commit is named by an undo.
  func contains(_ dot: Dot) -> Bool { undos.values.contains { $0.names(dot) } }

  /// Whether a record lies in the trash only since the commit that made it was taken back, and not
  /// because anybody put it there.
  public func tookAway(_ record: Record) -> Bool {
    guard !record.isAlive, let maker = Self.maker(ofID: record.id) else { return false }
    let deleters = record.contents().deleters
    return !deleters.isEmpty
      && deleters.allSatisfy { undos[$0.dot]?.names(maker) ?? false }
  }

  /// The commit that an id says its record was made by: of `57.3-k7…` the first of a batch, 57 of
  /// `k7…` (SPEC [I-3]).
  private static func maker(ofID id: String) -> Dot? {
    let parts = id.split(separator: "-", maxSplits: 1)
    guard parts.count == 2, let replica = ReplicaID(String(parts[1])),
      let number = parts[0].split(separator: ".").first.flatMap({ UInt32($0) })
    else { return nil }
    return Dot(replica, number)
  }
}

extension Workspace {
  /// Which commits are taken back.
  ///
  /// - Throws: `DocumentError`, or what the system says.
  public func takenBack() throws -> TakenBack {
    var undos: [(header: CommitHeader, undo: TakingBack)] = []
    try forEachCommit(reading: .none) { commit in
      guard !commit.isHeld, let undo = TakingBack(commit.header.purpose) else { return }
      undos.append((commit.header, undo))
    }
    // Whatever takes an undo back stands behind it.
    var result = TakenBack()
    for (header, undo) in undos.reversed() where !result.contains(header) {
      result.add(undo, by: header.dot)
    }
    return result
  }
}
