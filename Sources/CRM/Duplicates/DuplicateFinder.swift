import Platform
import Replication

/// Finds cards that may be one client.
///
/// Cards that share a key (a phone, a name, a name without one letter…) are compared. What very many
/// share is looked at only together with something else, a word of the name or the city, so the work
/// grows with the number of cards and not with its square. Keys are handled in parts, each of which
/// fits into some tens of megabytes.
struct DuplicateFinder: Sendable {
  /// Two cards by their places, and what was found.
  struct Finding: Sendable {
    let first: Int
    let second: Int
    let verdict: DuplicateScorer.Verdict
  }

  /// One card under one key.
  private struct Entry {
    let key: UInt64
    let place: UInt32
    let kind: DuplicateKeys.Kind
  }

  /// How many cards under one key are all compared.
  static let maximalGroup = 32
  /// About so many entries are handled at a time.
  private static let entriesPerPart = 1 << 20
  /// About so many keys has a card.
  private static let keysPerCard = 36

  private let profiles: ClientProfiles
  private let scorer: DuplicateScorer
  /// The cards that a pair must hold one of; nil for all.
  private let focus: [Bool]?

  /// Prepares a search.
  ///
  /// - Parameters:
  ///   - profiles: the cards.
  ///   - focus: the ids of cards of which each pair must hold one; nil for all.
  init(_ profiles: ClientProfiles, focus: Set<String>? = nil) {
    self.profiles = profiles
    scorer = DuplicateScorer(profiles)
    self.focus = focus.map { ids in profiles.records.map { ids.contains($0.id) } }
  }

  /// The pairs that reach the least score of ``DuplicatePair/Level/possible``, in no order.
  func findings() -> [Finding] {
    let wanted = wantedKeys()
    let least = DuplicatePair.Level.possible.leastScore
    let count = wanted?.count ?? profiles.count * Self.keysPerCard
    let partCount = UInt64(max(1, min(4096, count / Self.entriesPerPart + 1)))
    let parts = Parallel.map(count: Int(partCount)) { part in
      candidates(part: UInt64(part), of: partCount, wanted).compactMap { pair -> Finding? in
        let (first, second) = (Int(pair >> 32), Int(pair & 0xFFFF_FFFF))
        let verdict = scorer.verdict(first, second)
        return verdict.score >= least
          ? Finding(first: first, second: second, verdict: verdict) : nil
      }
    }
    var seen: Set<UInt64> = []
    return parts.joined().filter { seen.insert(Self.code($0.first, $0.second)).inserted }
  }

  private static func code(_ one: Int, _ other: Int) -> UInt64 {
    UInt64(min(one, other)) << 32 | UInt64(max(one, other))
  }

  /// The keys of the cards in focus.
  private func wantedKeys() -> Set<UInt64>? {
    guard let focus else { return nil }
    let keys = DuplicateKeys(profiles: profiles)
    var wanted: Set<UInt64> = []
    for place in focus.indices where focus[place] {
      keys.forEach(of: place) { key, _ in wanted.insert(key) }
    }
    return wanted
  }

  /// The pairs that meet under the keys of one part.
  private func candidates(part: UInt64, of count: UInt64, _ wanted: Set<UInt64>?) -> [UInt64] {
    let keys = DuplicateKeys(profiles: profiles)
    var entries: [Entry] = []
    for place in 0..<profiles.count {
      keys.forEach(of: place) { key, kind in
        guard count == 1 || key % count == part, wanted?.contains(key) ?? true else { return }
        entries.append(Entry(key: key, place: UInt32(place), kind: kind))
      }
    }
    entries.sort { $0.key != $1.key ? $0.key < $1.key : $0.place < $1.place }
    var pairs: [UInt64] = []
    var start = 0
    while start < entries.count {
      var end = start + 1
      while end < entries.count, entries[end].key == entries[start].key { end += 1 }
      if end > start + 1 { addPairs(entries[start..<end], keys, to: &pairs) }
      start = end
    }
    pairs.sort()
    var last: UInt64?
    pairs.removeAll { pair in
      defer { last = pair }
      return pair == last
    }
    return pairs
  }

  // MARK: Groups

  private func addPairs(
    _ group: ArraySlice<Entry>, _ keys: DuplicateKeys, to pairs: inout [UInt64]
  ) {
    guard group.count > Self.maximalGroup else {
      addAll(group, keys, to: &pairs)
      return
    }
    // Too many for one key: only those that something else unites.
    var finer: [(key: UInt64, entry: Entry)] = []
    for entry in group {
      let profile = profiles.profiles[Int(entry.place)]
      if entry.kind == .contact {
        for name in profile.names {
          let name = profiles.words[name]
          finer.append((name.sum, entry))
          for word in profiles.words.words[name.words] { finer.append((word.hash, entry)) }
        }
      } else if profile.city != 0 {
        finer.append((profile.city, entry))
      }
    }
    finer.sort { $0.key != $1.key ? $0.key < $1.key : $0.entry.place < $1.entry.place }
    var start = 0
    while start < finer.count {
      var end = start + 1
      while end < finer.count, finer[end].key == finer[start].key { end += 1 }
      if end - start > 1, end - start <= Self.maximalGroup {
        addAll(finer[start..<end].map(\.entry)[...], keys, to: &pairs)
      }
      start = end
    }
  }

  private func addAll(
    _ group: ArraySlice<Entry>, _ keys: DuplicateKeys, to pairs: inout [UInt64]
  ) {
    for one in group.indices {
      for other in (one + 1)..<group.endIndex where isWorthALook(group[one], group[other], keys) {
        pairs.append(Self.code(Int(group[one].place), Int(group[other].place)))
      }
    }
  }

  private func isWorthALook(_ one: Entry, _ other: Entry, _ keys: DuplicateKeys) -> Bool {
    let (left, right) = (Int(one.place), Int(other.place))
    guard left != right, focus.map({ $0[left] || $0[right] }) ?? true else { return false }
    switch one.kind {
    case .contact: return true
    // «Иванов Иван» meets «Иванов Иван Петрович», who need not meet «Иванов Иван Павлович».
    case .name, .partOfName: return one.kind == .name || other.kind == .name
    // Who has the very same name has met under that.
    case .letters, .typo: return !haveSameName(left, right)
    case .initials: return keys.isShort(left) || keys.isShort(right)
    }
  }

  private func haveSameName(_ one: Int, _ other: Int) -> Bool {
    let (left, right) = (profiles.profiles[one].names, profiles.profiles[other].names)
    return left.count == 1 && right.count == 1
      && profiles.words[left.lowerBound].sum == profiles.words[right.lowerBound].sum
  }
}
