import CRM
import Documents
import Platform
import Replication
import Syncing
import Wording

/// `karto sync HOST…` and `karto sync --lan`: exchanges changes with other machines.
enum MachineSync {
  /// How long answers on the local network are waited for, in milliseconds.
  private static let searchMillis = 1500

  /// Exchanges changes with machines that are named, or looks for them.
  ///
  /// - Parameters:
  ///   - words: the machines, as they were typed.
  ///   - invocation: the command.
  /// - Returns: the exit status.
  /// - Throws: `NetworkError`, or what keeps the base from being opened.
  static func run(with words: [String], _ invocation: Invocation) throws -> ExitCode {
    let partners = try words.map { word in
      guard let partner = Partner(typed: word) else { throw NetworkError.badAddress(word) }
      return partner
    }
    let base = try invocation.openForWriting(handsBack: false)
    let waiting = base.undecidedCount
    guard !invocation.arguments.has(.watch) else {
      return try MachineWatch(base, partners, invocation).run()
    }
    let network = try BaseNetwork(base, .once, stays: false, invocation)
    var reach: Discoverer.Reach?
    var found: [Partner] = []
    if invocation.arguments.has(.lan) { (found, reach) = try search(network, invocation) }
    let status = try exchange(network, partners + found, reach, invocation)
    invocation.remindOfHeld(in: base, besides: waiting)
    invocation.remindOfSeal(in: base)
    return status
  }

  /// Looks for devices on the local network, and recalls those that were met and do not answer.
  private static func search(
    _ network: BaseNetwork, _ invocation: Invocation
  ) throws -> (partners: [Partner], reach: Discoverer.Reach) {
    invocation.say(invocation.wording.searching)
    let (found, reach) = try Discoverer(network.identity).search(millis: searchMillis)
    return (partners(found, network.book), reach)
  }

  /// Those who answered, and then those who are only remembered.
  static func partners(_ found: [Discovery.Found], _ book: PeerBook) -> [Partner] {
    let groups = Dictionary(grouping: found, by: \.replica).sorted { $0.key < $1.key }
    let present = groups.map { Partner(found: $0.value) }
    let places = Set(present.flatMap { $0.places.map { "\($0)" } })
    let former = book.entries.filter { entry in
      !groups.contains { $0.key == entry.replica } && !places.contains(entry.address ?? "")
    }
    return present + former.compactMap { Partner(remembered: $0) }
  }

  // MARK: Once

  private static func exchange(
    _ network: BaseNetwork, _ partners: [Partner], _ reach: Discoverer.Reach?,
    _ invocation: Invocation
  ) throws -> ExitCode {
    var failures: [NetworkError] = []
    for partner in partners {
      do throws(NetworkError) {
        _ = try network.dial(partner)
      } catch {
        if !partner.isRemembered { failures.append(error) }
      }
    }
    var results: [SessionLog.Result] = []
    var failure: (any Error)?
    try network.loop.run {
      do {
        results += try network.log.tell()
      } catch {
        failure = error
      }
      return Interrupts.requested || failure != nil
    }
    results += try network.log.tell()
    if let failure { throw failure }
    if Interrupts.requested, results.contains(where: { $0.error != nil }) {
      throw WorkspaceError.interrupted
    }
    let isOnlyRemembered = partners.allSatisfy(\.isRemembered)
    for result in results {
      guard let error = result.error else { continue }
      // Those who are only remembered need not be there, and another may have their address.
      if result.partner?.isRemembered ?? false, case .peer(let trouble) = error,
        ["unreachable", "stranger", "not_karto", "slow"].contains(trouble.word)
      {
        continue
      }
      failures.append(error)
    }
    let done = results.filter { $0.error == nil }
    if done.isEmpty, failures.isEmpty, let reach, isOnlyRemembered {
      throw NetworkError.nobodyFound(
        FruitlessSearch(
          asked: reach.askedNames, closed: reach.closedNames, remembered: partners.map(\.name)))
    }
    return try conclude(done, failures, invocation)
  }

  /// The worst that happened is the result of all.
  private static func conclude(
    _ done: [SessionLog.Result], _ failures: [NetworkError], _ invocation: Invocation
  ) throws -> ExitCode {
    let isLoud = { (error: NetworkError) in
      if case .statesDiffer = error { return true }
      return false
    }
    if let worst = failures.first(where: isLoud) ?? failures.last {
      for failure in failures.dropLast() where !isLoud(failure) {
        invocation.warn(invocation.wording.complaint(about: failure).what)
      }
      throw worst
    }
    return done.contains { $0.summary.heldCount > 0 } ? .conflict : .done
  }
}
