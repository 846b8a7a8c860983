public import Replication

/// Why a session ended before its time.
public enum SyncError: Error {
  /// A message that cannot be read; its type.
  case malformed(type: UInt8)
  /// A message that has no place at this point; its type.
  case unexpected(type: UInt8)
  /// The peer speaks only versions of the session that this side does not.
  case version(least: UInt8, greatest: UInt8)
  /// The peer sent more than it was allowed to.
  case tooMuch
  /// The peer sent commits that are not to be trusted.
  case commits(IntakeError)
  /// Commits cannot be read or kept on this side.
  case storage(any Error)
  /// The peer ended the session with an error; its code.
  case peer(SyncErrorCode)
  /// The peer did not let this device in after all.
  case refused(PeerVerdict)
  /// The connection broke off in the middle.
  case cut
  /// The peer did not take, finish or answer something in time.
  case stalled

  /// What the peer is told.
  public var code: SyncErrorCode {
    switch self {
    case .malformed: .malformed
    case .unexpected: .unexpected
    case .version: .version
    case .tooMuch: .tooMuch
    case .commits: .commits
    case .storage(let error):
      // The user's wish to stop is no failure of the disk.
      error as? WorkspaceError == .interrupted ? .stopping : .storage
    case .stalled: .stalled
    case .peer, .refused, .cut: .none
    }
  }
}

/// What an error is called on the wire (SPEC §14.8).
public struct SyncErrorCode: Hashable, Sendable {
  /// The number.
  public let number: UInt16

  /// Makes a code of any number: a later version may have others.
  public init(_ number: UInt16) {
    self.number = number
  }

  /// Nothing more is known.
  public static let none = SyncErrorCode(0)
  /// A message could not be read.
  public static let malformed = SyncErrorCode(1)
  /// A message had no place where it came.
  public static let unexpected = SyncErrorCode(2)
  /// There is no version of the session that both speak.
  public static let version = SyncErrorCode(3)
  /// More was sent than was allowed.
  public static let tooMuch = SyncErrorCode(4)
  /// Commits were sent that are not proven.
  public static let commits = SyncErrorCode(5)
  /// Commits could not be read or kept, as on a full disk.
  public static let storage = SyncErrorCode(6)
  /// Something took too long.
  public static let stalled = SyncErrorCode(7)
  /// The sender is being stopped and could not finish what it was about to keep.
  public static let stopping = SyncErrorCode(8)
}
