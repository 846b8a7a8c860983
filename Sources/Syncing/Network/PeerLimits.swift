import Bytes

/// The hard limits of a `PeerLoop`; the standard ones are those of SPEC §16.
public struct PeerLimits: Sendable {
  /// Most connections at once.
  public var connections = Limits.connections
  /// Most connections at once that have not proven who they are.
  public var halfOpen = Limits.halfOpenConnections
  /// Most failures of one address within a minute, before it is not listened to.
  public var failuresPerMinute = Limits.failedHandshakesPerMinute
  /// Time for both proofs, in milliseconds.
  public var handshakeMillis = Int64(Limits.handshakeMillis)
  /// Silence after which a peer is asked whether it is still there, in milliseconds.
  public var quietMillis = Int64(Limits.quietMillis)
  /// Silence after which a peer is gone, in milliseconds.
  public var deadMillis = Int64(Limits.deadMillis)
  /// Time in which a peer must take or finish something, in milliseconds.
  public var stallMillis = Int64(Limits.stallMillis)
  /// How often what has arrived is kept durably, in milliseconds, while little arrives.
  public var keepMillis: Int64 = 1000
  /// Time for the last words, in milliseconds.
  public var farewellMillis: Int64 = 3000
  /// How often the store is asked for changes of others while someone stays, in milliseconds.
  public var changeMillis: Int64 = 250

  /// The standard limits.
  public init() {}
}

/// Decides which connections are listened to at all, before anything is known of them.
struct Doorman {
  private let limits: PeerLimits
  private var failures: [[UInt8]: [Int64]] = [:]

  /// So many addresses are remembered at most.
  private static let rememberedCount = 1024

  init(_ limits: PeerLimits) {
    self.limits = limits
  }

  /// Whether an address that asks for a connection has not failed too often of late.
  func admits(_ host: [UInt8], nowMillis: Int64) -> Bool {
    recent(host, nowMillis).count < limits.failuresPerMinute
  }

  /// Notes that a connection from an address did not prove who it was.
  mutating func noteFailure(_ host: [UInt8], nowMillis: Int64) {
    if failures.count >= Self.rememberedCount, failures[host] == nil {
      failures = failures.filter { !recent($0.key, nowMillis).isEmpty }
      // More than a thousand addresses fail within a minute: forgetting all is fair to all.
      if failures.count >= Self.rememberedCount { failures = [:] }
    }
    failures[host] = recent(host, nowMillis).suffix(limits.failuresPerMinute) + [nowMillis]
  }

  private func recent(_ host: [UInt8], _ nowMillis: Int64) -> [Int64] {
    (failures[host] ?? []).filter { nowMillis - $0 < 60_000 }
  }
}
