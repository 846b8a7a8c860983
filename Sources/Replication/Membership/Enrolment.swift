import Bytes
public import Documents
import Platform
import Sealing

/// What can keep a device from joining.
public enum EnrolmentError: Error, Equatable, Sendable {
  /// No invitation in this copy belongs to the code.
  case unknownCode
  /// The invitation was withdrawn.
  case withdrawn
  /// It expired at this moment, in milliseconds since 1970 UTC.
  case expired(Int64)
  /// Another device has used it.
  case used
  /// This device is one of the base already.
  case alreadyIn
  /// The recovery key is that of another base.
  case wrongRecoveryKey
  /// This commit in the copy claims to have seen what is not there; nobody else would take what
  /// is written after it.
  case untrue(Dot)
}

extension Workspace {
  /// Makes this device one of the workspace, by an invitation.
  ///
  /// The device gets a key of its own, which the invitation's key signs; the first commit says so
  /// and is valid everywhere at once (SPEC §7.5).
  ///
  /// - Parameters:
  ///   - code: the invitation's secret half.
  ///   - edit: fills the first commit; it is given the id of the member to whom the device belongs.
  /// - Returns: the member's id.
  /// - Throws: `EnrolmentError`, or as `write`.
  public func enrol(
    _ code: InvitationCode, _ edit: (inout Draft, String) throws -> Void
  ) throws -> String {
    if let own = try ownReplica(), let standing = state.device(own), standing.held == nil {
      throw EnrolmentError.alreadyIn
    }
    let secret = code.key
    guard
      let invitation = state.invitation(code).flatMap({
        state.record(type: "invitation", id: $0)?.contents()
      })
    else { throw EnrolmentError.unknownCode }
    try check(invitation)
    try proveSightings()
    let member =
      invitation.value(of: "for").flatMap { try? JSONParser.parse($0.span) }?.text ?? ""
    let key = SigningKey.generate()
    let joining = Joining(
      invitation: invitation.id, secret: secret, device: key.publicKey,
      workspace: header.workspace)
    try device.setKey(key, in: header.workspace, credential: .joining(joining))
    _ = try write(purpose: "join") { try edit(&$0, member) }
    return member
  }

  /// Takes a copy's word for what it has proven, so that joining need not look again.
  ///
  /// - Parameter copy: the copy that was finished, and of which this base was opened.
  public func trust(_ copy: DocumentCopy) {
    guard copy.isProven, let ledger = copy.ledger, ledger.end == end, ledger.isGapless else {
      return
    }
    knownLedger = (ledger, file.generation, isProven: true)
  }

  /// Holds what the commits of the copy say they had seen against what is there.
  ///
  /// The copy is this device's own from now on, whose sightings nobody looks at again. What is
  /// learned of the chains by the way is kept for what is done next.
  private func proveSightings() throws {
    let ledger = try provenLedger()
    guard ledger.end == end else { return }
    for (replica, chain) in ledger.chains
    where state.frontier[replica] == chain.number && !state.replicaTable.forked.contains(replica) {
      state.setHead(chain, of: replica)
    }
    knownLedger = (ledger, file.generation, isProven: true)
  }

  private func provenLedger() throws -> CommitLedger {
    if let known = knownLedger, known.isProven, known.generation == file.generation,
      known.ledger.end == end
    {
      return known.ledger
    }
    let ledger = emptyLedger()
    var sightings: [Dot: [UInt8]] = [:]
    var isPlain = true
    ledger.extend(try file.readToEnd(from: 0)) { fact in
      for sighting in fact.seen {
        let dot = Dot(sighting.replica, sighting.number)
        if sightings.updateValue(sighting.head, forKey: dot).map({ $0 != sighting.head }) ?? false {
          isPlain = false
        }
      }
    }
    isPlain =
      isPlain
      && sightings.allSatisfy { dot, head in ledger.head(of: dot)?.prefix128.bytes == head }
    // Forks, gaps and lies take a closer look.
    for problem in isPlain ? [] : try Check.run(path: file.path).problems {
      if case .sighting = problem.kind, let dot = problem.dot { throw EnrolmentError.untrue(dot) }
    }
    return ledger
  }

  private func check(_ invitation: RecordContents) throws {
    if !invitation.isAlive || invitation.value(of: "withdrawn") == Array("true".utf8) {
      throw EnrolmentError.withdrawn
    }
    let expires = invitation.value(of: "expires").flatMap { try? JSONParser.parse($0.span) }?.text
    if let millis = expires.flatMap({ Timestamp.parse(Array($0.utf8).span) }),
      millis < clock.nowMillis()
    {
      throw EnrolmentError.expired(millis)
    }
    if state.isUsed(invitation: invitation.id) { throw EnrolmentError.used }
  }
}

extension RecordContents {
  /// The provisional winner of a register, as canonical JSON.
  func value(of field: String) -> [UInt8]? {
    registers.first { $0.name == field }?.writes.first?.value
  }
}

extension State {
  /// The id of the invitation to which a code belongs.
  ///
  /// Its key can be read by everybody, and whoever may invite can write it into an invitation of
  /// their own; such a copy is later, or else by someone lower (SPEC §7.5).
  public func invitation(_ code: InvitationCode) -> String? {
    let key = code.key.publicKey
    var giving: [(id: String, role: Role, context: CausalContext)] = []
    for (commit, verdict) in zip(admission.authority.commits, admission.authority.verdicts) {
      guard verdict.held == nil, !verdict.isAdopted, let role = verdict.role else { continue }
      for case .invitation(let id, key, _, _) in commit.acts {
        giving.append((id, role, commit.context))
      }
    }
    let originals = giving.filter { copy in
      !giving.contains { other in
        let dot = LocalDot(replica: other.context.replica, number: other.context.number)
        return other.id != copy.id && copy.context.covers(dot)
      }
    }
    return originals.min { ($0.role, ByteString($0.id)) < ($1.role, ByteString($1.id)) }?.id
  }

  /// How a replica that is let in by nobody tried to come in.
  ///
  /// - Parameter replica: the replica.
  /// - Returns: whose invitation it used, and which replica came in by that; nothing if it used
  ///   none.
  public func use(
    ofInvitationBy replica: ReplicaID
  ) -> (member: String, rival: ReplicaID?)? {
    let authority = admission.authority
    guard
      let own = authority.commits.first(where: { $0.replica == replica && $0.isInvited }),
      case .invited(let id, let giver) = own.entry
    else { return nil }
    let rival = zip(authority.commits, authority.verdicts).first { commit, verdict in
      commit.entry == own.entry && commit.replica != replica && verdict.held != .stranger
    }
    return (authority.invitation(id, giver)?.member ?? "", rival?.0.replica)
  }

  /// Whether a device has come in by an invitation.
  public func isUsed(invitation id: String) -> Bool {
    zip(admission.authority.commits, admission.authority.verdicts).contains {
      $0.isInvited(id) && $1.held != .stranger
    }
  }
}
