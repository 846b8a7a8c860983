/// Keeps those who dial and are not let in from filling the log of a service.
///
/// The first few within a minute are told of one by one, the rest by their number when it is over:
/// whoever looks after the machine sees that somebody tries, and from where.
struct StrangerLog {
  /// Those who were not told of one by one.
  struct Rest: Equatable {
    /// How many connections.
    var count = 0
    /// Where they came from: each address once, and not all of very many.
    var hosts: [String] = []
    /// Whether there were more addresses than are kept.
    var isMore = false
  }

  private var startMillis: Int64?
  private var toldCount = 0
  private var rest = Rest()

  private static let minuteMillis: Int64 = 60_000
  /// So many within a minute are told of one by one.
  static let singleCount = 5
  /// So many addresses are kept.
  static let hostCount = 5

  /// Notes somebody who was not let in.
  ///
  /// - Parameters:
  ///   - host: the address, without the port.
  ///   - nowMillis: a clock that nobody sets, in milliseconds.
  /// - Returns: whether to tell of it at once.
  mutating func note(_ host: String, nowMillis: Int64) -> Bool {
    startMillis = startMillis ?? nowMillis
    guard toldCount >= Self.singleCount else {
      toldCount += 1
      return true
    }
    rest.count += 1
    if !rest.hosts.contains(host) {
      if rest.hosts.count < Self.hostCount { rest.hosts.append(host) } else { rest.isMore = true }
    }
    return false
  }

  /// Ends the minute, if it is over.
  ///
  /// - Parameters:
  ///   - nowMillis: the same clock.
  ///   - isEnd: whether nothing more comes, so that what there is is to be told.
  /// - Returns: the rest of that minute, if there was any.
  mutating func takeRest(nowMillis: Int64, isEnd: Bool = false) -> Rest? {
    guard let startMillis, isEnd || nowMillis - startMillis >= Self.minuteMillis else { return nil }
    defer { self = StrangerLog() }
    return rest.count > 0 ? rest : nil
  }
}
