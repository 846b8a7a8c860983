public import Bytes
public import Sealing

/// Where a session's commits come from and go to.
///
/// One thread at a time. Several sessions may share a store.
public protocol CommitStore: AnyObject {
  /// The header line of the document; nothing while a new copy has none.
  var headerLine: [UInt8]? { get }

  /// Begins a new copy with a header line that a peer gave.
  ///
  /// - Parameter headerLine: the line without its line feed.
  /// - Throws: what is wrong with it, or why it cannot be kept.
  func adopt(headerLine: [UInt8]) throws

  /// What is held now.
  ///
  /// - Throws: why it cannot be read.
  func holdings() throws -> Holdings

  /// The commits that a peer lacks.
  ///
  /// - Parameter peer: what the peer holds.
  /// - Returns: the commits.
  /// - Throws: why they cannot be read.
  func outgoing(to peer: Holdings) throws -> any OutgoingCommits

  /// Takes commits from a peer, from now to the end of what it sends in one go.
  ///
  /// - Returns: what takes them.
  /// - Throws: why they cannot be taken.
  func incoming() throws -> any IncomingCommits

  /// The digest of the state at `holdings()`; nothing if none can be told.
  ///
  /// - Throws: why it cannot be worked out.
  func digest() throws -> Hash256?
}

/// Commits on their way to a peer.
public protocol OutgoingCommits: AnyObject {
  /// The chains of which there are several histories.
  var forked: [ByteString] { get }

  /// The next member of a document; nothing when all was given.
  ///
  /// - Returns: at most `Limits.memberCompressedBytes`, and how many commits that is.
  /// - Throws: why it cannot be read.
  func next() throws -> (member: [UInt8], commitCount: Int)?
}

/// Commits on their way from a peer.
public protocol IncomingCommits: AnyObject {
  /// Takes one member, which need not be looked into yet.
  ///
  /// - Parameter member: bytes of a peer, not to be trusted.
  /// - Returns: how many commits the member says that it holds.
  /// - Throws: why they are refused.
  func add(_ member: [UInt8]) throws -> Int

  /// Verifies what was added and keeps durably what is proven.
  ///
  /// - Parameter isEnd: whether nothing more comes.
  /// - Returns: what was kept by this call.
  /// - Throws: why it is refused, or cannot be kept.
  func store(isEnd: Bool) throws -> StoredCommits
}

/// What was kept durably of what a peer sent.
public struct StoredCommits: Sendable {
  /// How many commits.
  public var commitCount = 0

  /// How many of them are held, so that they are no part of the state until someone decides.
  public var heldCount = 0

  /// How many chains were broken off, since what came of them is not proven or breaks a rule.
  public var refusedCount = 0

  /// Whether other histories came of chains that are held, so that the peer may lack ours.
  public var hasForks = false

  /// Up to where the chains go of which something was kept.
  public var marks = Holdings()

  /// Up to where the peer holds these chains, as it has shown by sending them.
  public var sentMarks = Holdings()

  /// Says that nothing was kept.
  public init() {}
}
