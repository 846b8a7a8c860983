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
  private var invitations: [String: [PublicKey]] = [:]
  private var keys: [ReplicaID: PublicKey] = [:]
  /// What replicas invite of which it is not known yet whose they are: nobody lets themselves in.
  private var pending: [ReplicaID: [ControlAct]] = [:]

  init(_ authority: Authority, header: Header) {
    self.header = header
    for commit in authority.commits {
      if let key = commit.key { keys[commit.replica] = key }
      for act in commit.acts { note(act) }
    }
  }

  /// Takes in the invitations among the lines of a commit that came in.
  ///
  /// - Parameters:
  ///   - body: its record lines.
  ///   - replica: the replica that wrote it; what it invites counts once it is somebody's.
  mutating func add(_ body: Span<UInt8>, by replica: ReplicaID) {
    guard body.contains(Self.opening) else { return }
    var reader = EditReader()
    var lines = Lines()
    while let line = lines.next(in: body) {
      if let edit = try? reader.edit(of: body.extracting(line)), let act = ControlAct(edit) {
        if keys[replica] == nil {
          pending[replica, default: []].append(act)
        } else {
          note(act)
        }
      }
    }
  }

  static let opening = Array("{\"invitation\":".utf8)

  private mutating func note(_ act: ControlAct) {
    if case .invitation(let id, let key?, _, _) = act { invitations[id, default: []].append(key) }
  }

  /// Says which of some replicas are nobody's, by their first commits; of a replica that began
  /// twice one that shows whose it is will do.
  mutating func strangers(among first: [CommitHeader]) -> Set<ReplicaID> {
    var open = first
    var known: Set<ReplicaID> = []
    // A successor of one that is let in is let in, in whatever order they stand here.
    while let index = open.firstIndex(where: { isLetIn($0) }) {
      let header = open.remove(at: index)
      if let key = header.key { keys[header.dot.replica] = key }
      known.insert(header.dot.replica)
      for act in pending.removeValue(forKey: header.dot.replica) ?? [] { note(act) }
    }
    return Set(open.map(\.dot.replica)).subtracting(known)
  }

  private func isLetIn(_ commit: CommitHeader) -> Bool {
    guard let key = commit.key else { return false }
    if key == header.founder { return true }
    switch commit.credential {
    case .succession(let succession):
      return keys[succession.replica]?.verify(
        succession.signature.span, of: Succession.message(for: key).span) ?? false
    case .joining(let joining):
      let candidates =
        joining.invitation == Joining.recoveryID
        ? [header.recovery] : invitations[joining.invitation] ?? []
      return candidates.contains { joining.isProven(by: $0, for: key, in: header.workspace) }
    case nil: return false
    }
  }
}
