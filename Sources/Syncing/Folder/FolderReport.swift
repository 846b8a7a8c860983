public import Replication

/// What a round with a shared folder did.
public struct FolderReport: Equatable, Sendable {
  /// How many commits were taken in.
  public internal(set) var received = 0
  /// How many of those are held, and no part of the base.
  public internal(set) var held = 0
  /// Why they are held.
  public internal(set) var heldReasons: Set<HeldReason> = []
  /// How many commits were put into the folder that nobody had put there.
  public internal(set) var published = 0
  /// What is wrong with files in the folder; each is told once.
  public internal(set) var problems: [FolderProblem] = []

  /// Whether nothing happened.
  public var isQuiet: Bool { received == 0 && published == 0 && problems.isEmpty }
}

/// Something wrong with one file in a shared folder; it does no harm.
public struct FolderProblem: Equatable, Sendable {
  /// What is wrong.
  public enum Kind: String, Sendable, CaseIterable {
    /// It breaks off or is damaged in the middle: perhaps it is still being copied.
    case incomplete
    /// It belongs to another base.
    case foreign
    /// A newer version of the program wrote it.
    case tooNew = "too_new"
    /// It is no piece of a base.
    case unreadable
    /// It is larger than any that this program writes.
    case tooLarge = "too_large"
    /// A signature in it does not hold.
    case refused
    /// A device that has the same commits has another state: the loudest error there is.
    case digestDiffers = "digest_differs"
  }

  /// What is wrong.
  public let kind: Kind
  /// The file, as seen from the folder.
  public let path: String
}

/// What can keep a folder from being used.
public enum FolderError: Error, Equatable, Sendable {
  /// There is no folder at this path.
  case missing(path: String)
}
