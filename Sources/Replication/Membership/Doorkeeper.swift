import Bytes
import Documents
import Sealing

/// Decides which replicas' commits are stored at all.
///
/// What a member or former member wrote is stored, and held where it may not count. Of a replica
/// that shows no invitation, no predecessor and no adoption nothing is stored: anyone could fill
/// the base with it.
struct Doorkeeper {
  private let header: Header
  private var invitations: [String: Offers] = [:]
  private var keys: [ReplicaID: PublicKey] = [:]
  /// What replicas invite of which it is not known yet whose they are: nobody lets themselves in.
  private var pending: [ReplicaID: [ControlAct]] = [:]

  /// How many signatures were verified, which is what takes the time.
  private(set) var verifiedCount = 0

  /// The keys that invite under one id, in the order in which they are tried.
  private struct Offers {
    /// Those of the replica with whose id the invitation's id ends.
    var own: [PublicKey] = []
    /// Those of others, by their replicas.
    private(set) var others: [(replica: ReplicaID, key: PublicKey)] = []
    private var known: Set<PublicKey> = []

    /// Adds a key of another; false if it is known.
    mutating func add(_ key: PublicKey, of replica: ReplicaID) -> Bool {
      guard known.insert(key).inserted else { return false }
      var (low, high) = (0, others.count)
      while low < high {
        let middle = (low + high) / 2
        if others[middle].replica <= replica { low = middle + 1 } else { high = middle }
      }
      others.insert((replica, key), at: low)
      return true
    }
  }

  init(_ authority: Authority, header: Header) {
    self.header = header
    for commit in authority.commits {
      if let key = commit.key { keys[commit.replica] = key }
      let device = authority.deviceID(of: commit.context.replica) ?? commit.replica
      for act in commit.acts { note(act, by: device) }
    }
  }

  /// Takes in the invitations among the lines of a commit that came in.
  ///
  /// - Parameters:
  ///   - body: its record lines.
  ///   - replica: the replica that wrote it; what it invites counts once it is somebody's.
  mutating func add(_ body: Span<UInt8>, by replica: ReplicaID) {
    guard body.hasLine(beginning: Self.opening) else { return }
    var reader = EditReader()
    var lines = Lines()
    while let line = lines.next(in: body) {
      if let edit = try? reader.edit(of: body.extracting(line)), let act = ControlAct(edit) {
        if keys[replica] == nil {
          pending[replica, default: []].append(act)
        } else {
          note(act, by: replica)
        }
      }
    }
  }

  static let opening = Array("{\"invitation\":".utf8)

  /// Takes in what somebody does.
  ///
  /// - Returns: the id under which a key was given that was not known, and whether it is the
  ///   replica's own.
  @discardableResult
  private mutating func note(
    _ act: ControlAct, by replica: ReplicaID
  ) -> (id: String, isOwn: Bool)? {
    guard case .invitation(let id, let key?, _, _) = act else { return nil }
    var offers = invitations.removeValue(forKey: id) ?? Offers()
    defer { invitations[id] = offers }
    if id.hasSuffix(replica.text) {
      guard offers.own.count < Authority.triedCount, !offers.own.contains(key) else { return nil }
      offers.own.append(key)
      return (id, true)
    }
    return offers.add(key, of: replica) ? (id, false) : nil
  }

  /// One first commit on its way in.
  private struct Arrival {
    let header: CommitHeader
    var tried: Set<PublicKey> = []
    /// How many more keys of others are tried: more than count ([A-3]), since which those are
    /// hangs on what the join had seen.
    var triesLeft = 2 * Authority.triedCount
    var isLetIn = false
  }

  /// Says which of some replicas are nobody's, by their first commits; of a replica that began
  /// twice one that shows whose it is will do.
  ///
  /// A successor of one that is let in is let in, and so is who was invited by one, in whatever
  /// order they stand here. Each is tried again only when what it waits for has come, and with no
  /// key twice: who makes up invitations and joins causes no more work than they have bytes.
  mutating func strangers(among first: [CommitHeader]) -> Set<ReplicaID> {
    var arrivals = first.map { Arrival(header: $0) }
    var waitingForKey: [ReplicaID: [Int]] = [:]
    // Of those for whom enough keys of others were tried only the id's own counts.
    var waitingForOffer: [String: [Int]] = [:]
    var waitingForOwn: [String: [Int]] = [:]
    var known: Set<ReplicaID> = []
    var ready = arrivals.indices.sorted { first[$0].dot.replica < first[$1].dot.replica }
    while !ready.isEmpty {
      var next: [Int] = []
      for index in ready where !arrivals[index].isLetIn {
        let header = arrivals[index].header
        let replica = header.dot.replica
        guard isLetIn(&arrivals[index]), let key = header.key else {
          switch header.credential {
          case .succession(let succession):
            waitingForKey[succession.replica, default: []].append(index)
          case .joining(let joining) where arrivals[index].triesLeft > 0:
            waitingForOffer[joining.invitation, default: []].append(index)
          case .joining(let joining):
            waitingForOwn[joining.invitation, default: []].append(index)
          case nil: break
          }
          continue
        }
        arrivals[index].isLetIn = true
        known.insert(replica)
        if keys.updateValue(key, forKey: replica) == nil {
          next += waitingForKey.removeValue(forKey: replica) ?? []
        }
        for act in pending.removeValue(forKey: replica) ?? [] {
          guard let offer = note(act, by: replica) else { continue }
          next += waitingForOffer.removeValue(forKey: offer.id) ?? []
          if offer.isOwn { next += waitingForOwn.removeValue(forKey: offer.id) ?? [] }
        }
      }
      ready = next.sorted { first[$0].dot.replica < first[$1].dot.replica }
    }
    return Set(first.map(\.dot.replica)).subtracting(known)
  }

  private mutating func isLetIn(_ arrival: inout Arrival) -> Bool {
    let commit = arrival.header
    guard let key = commit.key else { return false }
    if key == header.founder { return true }
    switch commit.credential {
    case .succession(let succession):
      guard let older = keys[succession.replica], arrival.tried.insert(older).inserted else {
        return false
      }
      verifiedCount += 1
      return older.verify(
        succession.signature.span, of: Succession.message(for: key).span)
    case .joining(let joining):
      guard joining.invitation != Joining.recoveryID else {
        return isProven(joining, by: header.recovery, &arrival)
      }
      let offers = invitations[joining.invitation] ?? Offers()
      for key in offers.own where isProven(joining, by: key, &arrival) { return true }
      for offer in offers.others where !arrival.tried.contains(offer.key) {
        guard arrival.triesLeft > 0 else { return false }
        arrival.triesLeft -= 1
        if isProven(joining, by: offer.key, &arrival) { return true }
      }
      return false
    case nil: return false
    }
  }
  /// Whether a join is signed by a key that was not tried yet.
  private mutating func isProven(
    _ joining: Joining, by key: PublicKey, _ arrival: inout Arrival
  ) -> Bool {
    guard arrival.tried.insert(key).inserted, let device = arrival.header.key else {
      return false
    }
    verifiedCount += 1
    return joining.isProven(by: key, for: device, in: header.workspace)
  }
}
