/// What a session has done so far.
public struct SessionSummary: Sendable {
  /// What the comparison of both states said.
  public enum Digests: Equatable, Sendable {
    /// They were not compared: the two sides do not hold the same, or have not come so far.
    case notCompared
    /// Both hold the same commits and make the same state of them.
    case equal
    /// Both hold the same commits and make different states of them: the loudest error we have.
    case unequal
  }

  /// How many commits the peer has confirmed to keep durably or to hold already.
  public internal(set) var sentCount = 0
  /// How many commits have arrived, by what their members say of themselves: kept or not yet.
  public internal(set) var arrivedCount = 0
  /// Whether the peer is in the middle of sending.
  public internal(set) var isReceiving = false
  /// How many commits were kept durably here.
  public internal(set) var receivedCount = 0
  /// How many of these are held until someone decides.
  public internal(set) var heldCount = 0
  /// How many chains were broken off here, since what came of them is not proven.
  public internal(set) var refusedCount = 0
  /// How many chains the peer broke off.
  public internal(set) var refusedByPeerCount = 0
  /// The chains of which the two sides hold different histories, as their stores call them.
  public internal(set) var forkedCount = 0
  /// How many commits are to be sent, as far as is known.
  public internal(set) var toSendCount = 0
  /// How many commits are to be received, as far as is known.
  public internal(set) var toReceiveCount = 0
  /// By how much the peer's clock is ahead of this one, in milliseconds.
  public internal(set) var clockSkewMillis: Int64 = 0
  /// Whether both sides compare states at all.
  public internal(set) var comparesDigests = true
  /// What the comparison of both states said.
  public internal(set) var digests = Digests.notCompared
  /// What the peer holds, as far as it has said.
  public internal(set) var peerHoldings = Holdings()
  /// Whether everything went both ways that each side lacked when it began.
  public internal(set) var isComplete = false

  /// Nothing was done.
  public init() {}
}
