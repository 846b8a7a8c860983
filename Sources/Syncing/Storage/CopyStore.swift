import Bytes
import Documents
public import Replication
public import Sealing

/// A first copy of a base, on its way from a peer: for those who join.
public final class CopyStore: CommitStore {
  /// The copy.
  public let copy: DocumentCopy

  private let device: DeviceFolder
  private let plan: IndexPlan

  /// Begins a copy, or goes on with one that was cut off.
  ///
  /// - Parameters:
  ///   - copy: the copy.
  ///   - device: the device's own folder.
  ///   - plan: the fields to index, for the digest.
  public init(_ copy: DocumentCopy, device: DeviceFolder, plan: IndexPlan) {
    self.copy = copy
    self.device = device
    self.plan = plan
  }

  /// The header line, once a peer has given it.
  ///
  /// A copy that was cut off asks again, to make sure that the peer has the same base.
  public var headerLine: [UInt8]? { copy.header?.line }

  /// Takes the header line.
  public func adopt(headerLine: [UInt8]) throws { try copy.adopt(headerLine: headerLine) }

  /// What has arrived so far.
  public func holdings() throws -> Holdings { Holdings(try copy.marks()) }

  /// Nothing: a new device has written nothing yet.
  public func outgoing(to peer: Holdings) throws -> any OutgoingCommits { NothingOutgoing() }

  /// Takes commits from a peer.
  public func incoming() throws -> any IncomingCommits {
    guard let intake = copy.makeIntake() else {
      throw DocumentError.notADocument(path: copy.partPath)
    }
    return Incoming(intake) { [copy] intake, isEnd in
      try copy.store(&intake, isEnd: isEnd)
    }
  }

  /// The digest of the state that the copy makes.
  public func digest() throws -> Hash256? { try copy.digest(device: device, plan: plan) }
}

private final class NothingOutgoing: OutgoingCommits {
  var forked: [ByteString] { [] }
  func next() throws -> (member: [UInt8], commitCount: Int)? { nil }
}
