import CRM
import Documents
import Platform
import Replication
import Sealing
import Syncing
import Wording

/// `karto join HOST:PORT CODE NEW.karto`: copies the whole base from a machine that has it, and
/// makes this one of its devices.
enum MachineJoin {
  /// Copies and joins.
  ///
  /// What was copied stays when something breaks off, and the same command goes on from there.
  ///
  /// - Parameters:
  ///   - partner: the machine that has the base.
  ///   - code: the invitation's code.
  ///   - path: where the copy is to stand.
  ///   - invocation: the command.
  /// - Returns: the exit status.
  /// - Throws: `NetworkError`, `EnrolmentError`, `DocumentError`, or what the system says.
  static func run(
    _ partner: Partner, _ code: InvitationCode, path: String, _ invocation: Invocation
  ) throws -> ExitCode {
    let wording = invocation.wording
    if invocation.isRehearsal {
      guard try Files.status(path) == nil else { throw DocumentError.alreadyExists(path: path) }
      invocation.say(wording.wouldCopy(from: partner.name, to: path))
      invocation.say(wording.rehearsal)
      return .done
    }
    let copied =
      try isCopied(path, code, invocation) ? nil : copy(partner, code, path, invocation)
    let base = try open(path, invocation)
    if let copied { base.workspace.trust(copied) }
    let member = try JoinCommand.join(base, code, invocation)
    JoinCommand.print(member, in: base, path: path, host: partner.name, invocation)
    try invocation.surroundings.output.flush()
    tellOthers(base, partner, invocation)
    return .done
  }

  private static func open(_ path: String, _ invocation: Invocation) throws -> Base {
    try invocation.showing(.opening) { progress in
      try Base.open(
        path: path, writing: true, device: invocation.surroundings.device,
        clock: invocation.surroundings.clock, progress: progress)
    }
  }

  /// Whether the copy is there already, from a time when joining broke off behind it.
  private static func isCopied(
    _ path: String, _ code: InvitationCode, _ invocation: Invocation
  ) throws -> Bool {
    guard try Files.status(path) != nil else { return false }
    guard let base = try? open(path, invocation), (try? base.rehearseJoin(code)) != nil else {
      throw DocumentError.alreadyExists(path: path)
    }
    return true
  }

  // MARK: Copying

  /// Copies the base; what does not come from one of its devices gets no name.
  private static func copy(
    _ partner: Partner, _ code: InvitationCode, _ path: String, _ invocation: Invocation
  ) throws -> DocumentCopy {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    if !folder.isEmpty, try Files.status(folder)?.isFolder != true {
      throw CommandError.noFolder(path: folder)
    }
    let copy = try DocumentCopy(path: path)
    defer { copy.discardIfEmpty() }
    // A key for this connection alone: the device's own is made when the copy is there.
    let identity = ChannelIdentity(invited: code.key, device: SigningKey.generate())
    let progress = Progress(invocation.surroundings, isQuiet: invocation.isQuiet)
    defer { progress.end() }
    var total = 0
    while true {
      let ending = try session(partner, identity, copy, invocation) { summary in
        let whole = total + summary.toReceiveCount
        progress.tick(
          invocation.wording.copying(received: total + summary.arrivedCount, of: whole))
      }
      total += ending.summary.receivedCount
      if Interrupts.requested { throw WorkspaceError.interrupted }
      if ending.failure == nil, ending.summary.isComplete, let peer = ending.peer {
        let isGenuine = try copy.vouches(
          for: peer.replica, device: invocation.surroundings.device, plan: Base.indexPlan)
        guard isGenuine else { throw NetworkError.falseGiver(partner.name) }
        try copy.finish()
        progress.end()
        invocation.say(invocation.wording.copied(total, to: path))
        return copy
      }
      // What breaks off is taken up again as long as it gets on.
      guard ending.summary.receivedCount > 0, ending.isCut else {
        throw error(of: ending, partner)
      }
    }
  }

  private static func session(
    _ partner: Partner, _ identity: ChannelIdentity, _ copy: DocumentCopy,
    _ invocation: Invocation, _ progress: @escaping (SessionSummary) -> Void
  ) throws -> PeerLoop.Ending {
    let clock = invocation.surroundings.clock
    var ending: PeerLoop.Ending?
    let store = CopyStore(copy, device: invocation.surroundings.device, plan: Base.indexPlan)
    let loop = PeerLoop(
      identity: identity, policy: NewcomerPolicy(), store: store,
      terms: {
        var terms = Session.Terms(nowMillis: clock.nowMillis())
        // Of what two machines hold by the same hashes the next session compares the states.
        terms.comparesDigests = false
        return terms
      },
      report: { event in
        switch event {
        case .progress(_, let summary): progress(summary)
        case .ended(_, let how): ending = how
        case .accepted, .turnedAway, .opened: break
        }
      })
    do {
      loop.dial(try partner.resolved())
    } catch NetworkError.unknownMachine(let name) {
      throw NetworkError.unknownGiver(name)
    }
    try loop.run { Interrupts.requested }
    guard let ending else { throw NetworkError.unfinished(partner.name) }
    return ending
  }

  private static func error(of ending: PeerLoop.Ending, _ partner: Partner) -> NetworkError {
    guard let failure = ending.failure else { return .unfinished(partner.name) }
    return .peer(
      PeerTrouble(partner.name, failure, isProven: ending.peer != nil, isJoining: true))
  }

  // MARK: Telling the others

  /// Takes the first commit of this device to the machine that gave the copy.
  ///
  /// Without that the others learn of it at the next exchange.
  private static func tellOthers(_ base: Base, _ partner: Partner, _ invocation: Invocation) {
    do {
      let network = try BaseNetwork(
        base, .once, stays: false, comparesDigests: false, invocation.withoutResults)
      _ = try network.dial(partner)
      var results: [SessionLog.Result] = []
      try network.loop.run {
        results += (try? network.log.tell()) ?? []
        return Interrupts.requested
      }
      results += try network.log.tell()
      guard let error = results.first?.error else { return }
      let complaint = invocation.wording.complaint(about: error)
      invocation.warn(complaint.what)
    } catch {
      invocation.warn(invocation.wording.complaint(about: error).what)
    }
    invocation.warn(invocation.wording.joinNotTold(partner.name))
  }
}

extension PeerLoop.Ending {
  /// Whether the connection broke off, so that it may go on by another.
  fileprivate var isCut: Bool {
    switch failure {
    case .connection, .session(.cut), .session(.stalled), .session(.peer(.stopping)), nil: true
    default: false
    }
  }
}
