import CRM
import Documents
import Platform
import Replication
import Syncing
import Wording

/// Tells of sessions with other machines, and remembers who was met.
///
/// What happens is only noted at first; `tell` puts it into words, once the session's name is known
/// and a burst of commits is over.
final class SessionLog {
  /// How sessions are told of.
  enum Style {
    /// Each by its result.
    case once
    /// Every exchange in a session that stays.
    case watching
    /// As a service does.
    case serving
  }

  /// A session that has ended.
  struct Result {
    let number: Int
    let partner: Partner?
    /// Whether the other side had proven who it is.
    let isProven: Bool
    let summary: SessionSummary
    /// What went wrong; nothing if all went well.
    let error: NetworkError?
  }

  /// One session as far as it has come.
  private struct Entry {
    var partner: Partner?
    var address = ""
    var peer: ChannelPeer?
    var summary = SessionSummary()
    var told = SessionSummary()
    var hasTold = false
    var hasWarned = false
    var changedMillis: Int64?
  }

  private let style: Style
  private let base: Base
  private let own: ReplicaID
  private let store: WorkspaceStore
  private let book: PeerBook
  private let invocation: Invocation
  private let progress: Progress
  private var entries: [Int: Entry] = [:]
  private var events: [PeerLoop.Event] = []
  private let alarms: AlarmWatch
  private var strangers = StrangerLog()
  /// With whom the last session came to nothing at all after it had begun: that the next one begins
  /// too would read as if all were well.
  private var troubled: Set<String> = []

  /// So long after the last commit an exchange is told of, in milliseconds.
  private static let pauseMillis: Int64 = 100
  /// A clock that is further off is told of, in milliseconds.
  private static let skewMillis: Int64 = 300_000

  init(
    _ style: Style, base: Base, own: ReplicaID, store: WorkspaceStore, book: PeerBook,
    _ invocation: Invocation
  ) {
    self.style = style
    self.base = base
    self.own = own
    self.store = store
    self.book = book
    self.invocation = invocation
    progress = Progress(invocation.surroundings, isQuiet: invocation.isQuiet)
    alarms = AlarmWatch(base, invocation)
  }

  private var wording: Wording { invocation.wording }

  /// Notes what has happened.
  func note(_ event: PeerLoop.Event) { events.append(event) }

  /// Says whom a session is with.
  func name(_ number: Int, _ partner: Partner) {
    entries[number, default: Entry()].partner = partner
  }

  /// Puts into words what was noted.
  ///
  /// - Parameter isEnd: whether nothing more happens.
  /// - Returns: the sessions that have ended.
  /// - Throws: if the words cannot be written.
  func tell(isEnd: Bool = false) throws -> [Result] {
    let news = events
    events = []
    let now = MonotonicClock.nowMillis()
    var results: [Result] = []
    for event in news {
      switch event {
      case .accepted(let number, let address):
        entries[number, default: Entry()].address = "\(address)"
      case .turnedAway(let address):
        logStranger(address.hostText, wording.turnedAway(address.hostText), now)
      case .opened(let number, let peer): open(number, peer)
      case .progress(let number, let summary): progress(number, summary, now)
      case .ended(let number, let ending): results.append(end(number, ending))
      }
    }
    var hasTold = !results.isEmpty
    for (number, entry) in entries {
      guard let changed = entry.changedMillis, now - changed >= Self.pauseMillis else { continue }
      tellExchange(number)
      hasTold = true
    }
    if let rest = strangers.takeRest(nowMillis: now, isEnd: isEnd) {
      logs(wording.strangers(rest.count, from: rest.hosts, isMore: rest.isMore))
    }
    if hasTold { try alarms.tell() }
    try invocation.surroundings.output.flush()
    return results
  }

  private func open(_ number: Int, _ peer: ChannelPeer) {
    entries[number, default: Entry()].peer = peer
    guard style != .once, let entry = entries[number],
      !troubled.contains(entry.partner?.name ?? "")
    else { return }
    logs(wording.connected(who(entry), address(entry)))
  }

  private func progress(_ number: Int, _ summary: SessionSummary, _ now: Int64) {
    guard var entry = entries[number] else { return }
    entry.summary = summary
    if abs(summary.clockSkewMillis) > Self.skewMillis, !entry.hasWarned {
      entry.hasWarned = true
      progress.end()
      invocation.warn(wording.clockOff(who(entry), millis: summary.clockSkewMillis))
    }
    // Nothing has to be said of one that has just been told of, but that it is complete.
    let isNews =
      summary.receivedCount != entry.told.receivedCount
      || summary.sentCount != entry.told.sentCount || summary.isComplete && !entry.hasTold
    // A slow transfer is kept bit by bit, and is one exchange all the same.
    if isNews, !summary.isReceiving { entry.changedMillis = now }
    entries[number] = entry
    if style == .once {
      let whole = summary.toSendCount + summary.toReceiveCount
      progress.tick(
        wording.transferring(summary.sentCount + summary.arrivedCount, of: whole))
    }
  }

  /// Tells what a session has done since it was last told of.
  private func tellExchange(_ number: Int) {
    guard var entry = entries[number] else { return }
    entry.changedMillis = nil
    remember(entry)
    if style == .watching, entry.summary.isComplete || entry.hasTold {
      if invocation.isJSON {
        invocation.print(json: object(entry, since: entry.told, error: nil))
      } else {
        let (received, sent) = (
          entry.summary.receivedCount - entry.told.receivedCount,
          entry.summary.sentCount - entry.told.sentCount
        )
        logs("\(who(entry)): \(wording.exchanged(received: received, sent: sent))")
        tellHeld(entry.summary.heldCount - entry.told.heldCount)
      }
      entry.hasTold = true
      entry.told = entry.summary
    }
    entries[number] = entry
  }

  // MARK: Ends

  private func end(_ number: Int, _ ending: PeerLoop.Ending) -> Result {
    var entry = entries.removeValue(forKey: number) ?? Entry()
    entry.summary = ending.summary
    entry.peer = ending.peer ?? entry.peer
    if entry.address.isEmpty { entry.address = "\(ending.address)" }
    progress.end()
    remember(entry)
    let error = error(of: ending, entry)
    if let name = entry.partner?.name {
      if entry.summary.isComplete {
        troubled.remove(name)
      } else if error != nil, entry.peer != nil,
        entry.summary.receivedCount == 0, entry.summary.sentCount == 0
      {
        troubled.insert(name)
      }
    }
    noteStanding(entry, error)
    switch style {
    case .once: tellResult(entry, error)
    case .watching: tellRest(entry, error)
    case .serving: tellServed(number, entry, ending, error)
    }
    return Result(
      number: number, partner: entry.partner, isProven: entry.peer != nil,
      summary: entry.summary, error: error)
  }

  /// Remembers that a peer has turned this device away as shut out, which the base cannot tell it,
  /// and says what exists here only; or forgets it, once somebody has exchanged with it.
  private func noteStanding(_ entry: Entry, _ error: NetworkError?) {
    if entry.summary.isComplete { return book.forgetShutOut() }
    guard case .peer(let trouble)? = error, trouble.turnsAway else { return }
    let note = ShutOutNote(
      peer: entry.peer == nil ? address(entry) : who(entry),
      atMillis: invocation.surroundings.clock.nowMillis(), sealCount: base.ownSealCount)
    try? book.note(note)
    let count = base.copyReport(met: book.copyNotes).soleCount
    if count > 0 { invocation.warn(wording.keptHereOnly(count)) }
  }

  private func error(of ending: PeerLoop.Ending, _ entry: Entry) -> NetworkError? {
    let name = ending.peer == nil ? address(entry) : who(entry)
    if ending.peer?.replica == own { return .ourselves(address(entry)) }
    if let failure = ending.failure {
      var trouble = PeerTrouble(
        name, failure, isProven: ending.peer != nil, isIncoming: entry.partner == nil)
      if case .channel(.notAdmitted(let key, _)) = failure {
        let who = wording.device(device(ReplicaID(key: key)), replica: ReplicaID(key: key).text)
        trouble = PeerTrouble("\(who), \(address(entry))", failure, isProven: true)
      }
      return .peer(trouble)
    }
    if ending.summary.digests == .unequal { return .statesDiffer(name) }
    if style == .once, !ending.summary.isComplete { return .unfinished(name) }
    return nil
  }

  private func tellResult(_ entry: Entry, _ error: NetworkError?) {
    if invocation.isJSON {
      invocation.print(json: object(entry, since: SessionSummary(), error: error))
    } else if error == nil || entry.summary.isComplete {
      let summary = entry.summary
      var line = wording.exchanged(received: summary.receivedCount, sent: summary.sentCount)
      if summary.digests == .equal { line += "; \(wording.basesEqual)" }
      invocation.print(line)
    }
    guard error == nil else { return }
    tellAuthors()
    if entry.summary.comparesDigests, entry.summary.digests == .notCompared {
      invocation.say(wording.basesNotCompared)
    }
    tellHeld(entry.summary.heldCount)
    if entry.summary.refusedCount > 0 {
      invocation.warn(wording.chainsRefused(entry.summary.refusedCount))
    }
  }

  /// What came in a session that stayed, after it was last told of.
  private func tellRest(_ entry: Entry, _ error: NetworkError?) {
    let received = entry.summary.receivedCount - entry.told.receivedCount
    let sent = entry.summary.sentCount - entry.told.sentCount
    if received > 0 || sent > 0 {
      if invocation.isJSON {
        invocation.print(json: object(entry, since: entry.told, error: nil))
      } else {
        logs("\(who(entry)): \(wording.exchanged(received: received, sent: sent))")
      }
    }
    if case .statesDiffer? = error, let error { shout(error) }
  }

  private func tellServed(
    _ number: Int, _ entry: Entry, _ ending: PeerLoop.Ending, _ error: NetworkError?
  ) {
    if invocation.isJSON, entry.peer != nil {
      var object = JSONObject()
      object.put("session", number)
      put(entry, since: SessionSummary(), error: error, into: &object)
      invocation.print(json: object)
    }
    if case .statesDiffer? = error, let error { shout(error) }
    let summary = entry.summary
    let work = wording.exchanged(received: summary.receivedCount, sent: summary.sentCount)
    if let error {
      let what = wording.complaint(about: error).what
      if error.isOfStranger {
        logStranger(ending.address.hostText, what, MonotonicClock.nowMillis())
      } else {
        logs(what)
      }
      if summary.receivedCount > 0 || summary.sentCount > 0 { logs("\(who(entry)): \(work)") }
    } else {
      let equal = summary.digests == .equal ? "; \(wording.basesEqual)" : ""
      logs("\(who(entry)): \(work)\(equal)")
    }
    if summary.refusedCount > 0 { invocation.warn(wording.chainsRefused(summary.refusedCount)) }
    tellHeld(summary.heldCount)
  }

  /// The loudest error there is goes to everyone who may see it, however quiet all is to be.
  private func shout(_ error: NetworkError) {
    let complaint = wording.complaint(about: error)
    invocation.warn(complaint.what)
    if let hint = complaint.hint { invocation.warn(hint) }
  }

  private func tellHeld(_ count: Int) {
    if count > 0 { invocation.warn(wording.mergeHeld(count)) }
  }

  private func tellAuthors() {
    var counts: [String: Int] = [:]
    for run in store.takeArrivals() {
      counts[base.memberName(ofReplica: run.replica) ?? "", default: 0] +=
        Int(run.last - run.first) + 1
    }
    guard !counts.isEmpty else { return }
    let authors = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    invocation.say(wording.arrived(authors.map { (name: $0.key, count: $0.value) }))
  }

  /// Tells of somebody who was not let in, unless there are too many of them.
  private func logStranger(_ host: String, _ text: String, _ now: Int64) {
    guard style == .serving, strangers.note(host, nowMillis: now) else { return }
    logs(text)
  }

  /// A line with the time before it; on standard error where results are JSON.
  private func logs(_ text: String) {
    let time = invocation.time(millis: invocation.surroundings.clock.nowMillis(), in: base)
    let line = wording.logLine(time, text)
    if invocation.isJSON { invocation.say(line) } else { invocation.print(line) }
  }

  // MARK: Who it was

  private func device(_ replica: ReplicaID) -> Device? {
    base.devices.first { $0.standing.replica == replica }
  }

  private func who(_ entry: Entry) -> String {
    guard let peer = entry.peer else { return address(entry) }
    if peer.invitation != nil { return wording.newcomer }
    return wording.device(device(peer.replica), replica: peer.replica.text)
  }

  private func address(_ entry: Entry) -> String { entry.partner?.name ?? entry.address }

  private func remember(_ entry: Entry) {
    guard let peer = entry.peer, peer.invitation == nil, peer.replica != own else { return }
    // A memory that cannot be kept is no reason to fail.
    try? book.note(
      peer.replica, address: entry.partner?.address,
      metMillis: invocation.surroundings.clock.nowMillis(), holdings: entry.summary.peerHoldings)
  }

  private func object(
    _ entry: Entry, since told: SessionSummary, error: NetworkError?
  ) -> JSONObject {
    var object = JSONObject()
    put(entry, since: told, error: error, into: &object)
    return object
  }

  private func put(
    _ entry: Entry, since told: SessionSummary, error: NetworkError?, into object: inout JSONObject
  ) {
    let summary = entry.summary
    object.put("sent", summary.sentCount - told.sentCount)
    object.put("received", summary.receivedCount - told.receivedCount)
    object.put("held", summary.heldCount - told.heldCount)
    // A session compares once; what came later was not compared.
    let isEqual: Bool? =
      switch told.isComplete ? .notCompared : summary.digests {
      case .equal: true
      case .unequal: false
      case .notCompared: nil
      }
    object.put("digests_equal", truth: isEqual)
    object.put("address", address(entry))
    object.put("device", entry.peer?.replica.text)
    let name = entry.peer.flatMap { device($0.replica)?.memberName }
    object.put("member", name.flatMap { $0.isEmpty ? nil : $0 })
    if style != .watching || error != nil {
      object.put("error", error?.word)
      object.put("message", error.map { wording.complaint(about: $0).what })
    }
  }
}

extension NetworkError {
  /// Whether somebody has dialled of whom nothing is known but where they are.
  fileprivate var isOfStranger: Bool {
    guard case .peer(let trouble) = self else { return false }
    return trouble.isIncoming && !trouble.isProven
  }
}
