public import Syncing

/// What can go wrong with other machines, as data.
public enum NetworkError: Error {
  /// A connection ended before its time.
  case peer(PeerTrouble)
  /// No machine is called so, and there is no such folder either.
  case unknownMachine(String)
  /// No machine is called so from which the base could be copied.
  case unknownGiver(String)
  /// What was typed cannot be the address of a machine.
  case badAddress(String)
  /// Nobody on the local network answered, nor any of those who are remembered.
  case nobodyFound(FruitlessSearch)
  /// Another program listens at a port.
  case portInUse(UInt16)
  /// The address to listen at is none of this machine's.
  case notOurAddress(String)
  /// The session ended in peace before everything was exchanged; with whom.
  case unfinished(String)
  /// Both machines hold the same changes and make different bases of them; with whom.
  case statesDiffer(String)
  /// The machine that was to be talked with is this one.
  case ourselves(String)
  /// A copy was given by a device that is none of the base that it gave.
  case falseGiver(String)
}

/// Where devices were looked for and not found.
public struct FruitlessSearch: Equatable, Sendable {
  /// The interfaces on which the local network was asked.
  public let asked: [String]
  /// Those by which the system let no question out.
  public let closed: [String]
  /// The addresses that are known from before and were tried too.
  public let remembered: [String]

  /// Tells where it was looked.
  public init(asked: [String], closed: [String], remembered: [String]) {
    self.asked = asked
    self.closed = closed
    self.remembered = remembered
  }
}

/// A connection that ended before its time.
public struct PeerTrouble: Sendable {
  /// With whom, as a person would say it: an address, or a name.
  public let peer: String
  /// Why.
  public let failure: PeerFailure
  /// Whether the other side had proven who it is.
  public let isProven: Bool
  /// Whether this side was about to join.
  public let isJoining: Bool
  /// Whether the other side had dialled.
  public let isIncoming: Bool

  /// Tells of a connection.
  public init(
    _ peer: String, _ failure: PeerFailure, isProven: Bool, isJoining: Bool = false,
    isIncoming: Bool = false
  ) {
    self.peer = peer
    self.failure = failure
    self.isProven = isProven
    self.isJoining = isJoining
    self.isIncoming = isIncoming
  }
}
