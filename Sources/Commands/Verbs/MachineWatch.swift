import CRM
import Documents
import Platform
import Replication
import Syncing
import Wording

/// `karto sync --watch`: keeps sessions with other machines, and dials again when one breaks off.
final class MachineWatch {
  private let network: BaseNetwork
  private let invocation: Invocation
  private var seats: [Seat]
  private let searcher: Discoverer?
  private var askMillis: Int64 = .min
  private var reach: Discoverer.Reach?
  private let startMillis = MonotonicClock.nowMillis()
  /// Whether it has been said that nobody is there, or need not be said any more.
  private var isSearchTold = false

  /// A machine that shall be talked with, and when it is dialled next.
  private struct Seat {
    let partner: Partner
    var session: Int?
    var dialMillis: Int64 = .min
    var delayMillis: Int64 = leastDelayMillis
    /// What was last said of a failure and when, so that it is not said every time.
    var complaint: (text: String, atMillis: Int64)?
    /// Whether it was there once.
    var hasMet = false
    /// Why it is not dialled any more.
    var end: NetworkError?
  }

  private static let leastDelayMillis: Int64 = 1000
  private static let mostDelayMillis: Int64 = 30_000
  /// After so long without anybody it is said what may be the matter, in milliseconds.
  private static let quietMillis: Int64 = 3000
  /// How often it is said again that something does not get better, in milliseconds.
  private static let remindMillis: Int64 = 600_000
  /// How often the local network is asked, in milliseconds.
  private static let searchMillis: Int64 = 30_000

  /// Prepares to keep sessions with machines, and with those on the local network if that is asked.
  init(_ base: Base, _ partners: [Partner], _ invocation: Invocation) throws {
    network = try BaseNetwork(base, .watching, stays: true, invocation)
    self.invocation = invocation
    seats = partners.map { Seat(partner: $0) }
    searcher = invocation.arguments.has(.lan) ? Discoverer(network.identity) : nil
  }

  /// Goes on until the user stops it, or until nobody is left who would talk.
  ///
  /// - Returns: the exit status.
  /// - Throws: `NetworkError` if all have refused for good, or what keeps the base from being read
  ///   or written.
  func run() throws -> ExitCode {
    let wording = invocation.wording
    let names = seats.map(\.partner.name) + (searcher == nil ? [] : [wording.localNetwork])
    invocation.say(wording.watching(wording.list(names)))
    while !Interrupts.requested || network.loop.connectionCount > 0 {
      if Interrupts.requested {
        network.loop.close()
      } else {
        search()
        dial()
        if searcher == nil, let end = seats.last?.end, seats.allSatisfy({ $0.end != nil }) {
          throw end
        }
      }
      // Answers of machines that are looked for come by sockets that the loop does not know.
      try network.loop.step(waitMillis: 250)
      for result in try network.log.tell() { settle(result) }
    }
    return .done
  }

  private func search() {
    guard let searcher else { return }
    let now = MonotonicClock.nowMillis()
    if askMillis == .min {
      for partner in MachineSync.partners([], network.book) { add(partner) }
    }
    if askMillis == .min || now - askMillis >= Self.searchMillis {
      askMillis = now
      reach = searcher.ask()
    }
    let found = Dictionary(grouping: searcher.found(), by: \.replica)
    for places in found.values { add(Partner(found: places)) }
    // Whoever has answered, or has been met, is told of by what becomes of it.
    if !found.isEmpty || seats.contains(where: { $0.hasMet || $0.end != nil }) {
      isSearchTold = true
    }
    if !isSearchTold, now - startMillis > Self.quietMillis,
      seats.allSatisfy({ $0.session == nil })
    {
      isSearchTold = true
      let error = NetworkError.nobodyFound(
        FruitlessSearch(
          asked: reach?.askedNames ?? [], closed: reach?.closedNames ?? [],
          remembered: seats.filter(\.partner.isRemembered).map(\.partner.name)))
      let complaint = invocation.wording.complaint(about: error)
      invocation.warn(complaint.what)
      if let hint = complaint.hint { invocation.say(hint) }
    }
  }

  /// Takes in a machine, or where it is now.
  private func add(_ partner: Partner) {
    if let place = seats.firstIndex(where: { $0.partner.replica == partner.replica }) {
      guard seats[place].session == nil, seats[place].partner != partner else { return }
      seats[place] = Seat(partner: partner)
    } else {
      seats.append(Seat(partner: partner))
    }
  }

  private func dial() {
    let now = MonotonicClock.nowMillis()
    for place in seats.indices {
      let seat = seats[place]
      guard seat.session == nil, seat.end == nil, now >= seat.dialMillis else { continue }
      do throws(NetworkError) {
        seats[place].session = try network.dial(seat.partner)
      } catch {
        wait(place, error)
      }
    }
  }

  /// What the end of a session means for the machine that it was with.
  private func settle(_ result: SessionLog.Result) {
    guard let place = seats.firstIndex(where: { $0.session == result.number }) else { return }
    seats[place].session = nil
    if result.isProven { seats[place].hasMet = true }
    if result.summary.isComplete {
      seats[place].delayMillis = Self.leastDelayMillis
      seats[place].complaint = nil
    }
    guard let error = result.error else {
      // It said goodbye, since it is being stopped or since it has dialled here itself.
      seats[place].dialMillis = MonotonicClock.nowMillis() + Self.leastDelayMillis
      return
    }
    if error.isFinal {
      seats[place].end = error
      if seats.count > 1 { invocation.warn(invocation.wording.complaint(about: error).what) }
    } else {
      wait(place, error)
    }
  }

  private func wait(_ place: Int, _ error: NetworkError) {
    guard !Interrupts.requested else { return }
    let complaint = invocation.wording.complaint(about: error)
    // A machine that is only remembered need not be there.
    let now = MonotonicClock.nowMillis()
    let isSaid = seats[place].complaint.map {
      $0.text == complaint.what && now - $0.atMillis < Self.remindMillis
    }
    if isSaid != true, !seats[place].partner.isRemembered {
      seats[place].complaint = (complaint.what, now)
      invocation.warn(invocation.wording.tryingAgain(complaint))
    }
    seats[place].dialMillis = now + seats[place].delayMillis
    seats[place].delayMillis = min(seats[place].delayMillis * 2, Self.mostDelayMillis)
  }
}

extension NetworkError {
  /// Whether dialling again would not help.
  fileprivate var isFinal: Bool {
    switch self {
    case .ourselves, .statesDiffer: true
    case .peer(let trouble): ["sealed", "version"].contains(trouble.word)
    case .unknownMachine, .unknownGiver, .badAddress, .nobodyFound, .portInUse, .notOurAddress,
      .unfinished, .falseGiver:
      false
    }
  }
}
