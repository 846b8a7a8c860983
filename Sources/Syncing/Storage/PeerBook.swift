import Bytes
public import Documents
import Platform
public import Replication

/// What this device remembers of the devices that it has talked with: when, where, and what they
/// then held (SPEC §15.2).
///
/// A file a peer, in the device's own folder. It is a memory and no proof: without it nothing is
/// lost but addresses and a figure.
public struct PeerBook: Sendable {
  /// What is remembered of one peer.
  public struct Entry: Equatable, Sendable {
    /// The replica that it writes.
    public let replica: ReplicaID
    /// Where it was dialled last, as `HOST:PORT`; nothing if it has only dialled here.
    public var address: String?
    /// When the last session with it was, in milliseconds since 1970 UTC.
    public var metMillis: Int64
    /// Up to which commit of each replica it held what there is, as far as it has shown.
    public var holds: [ReplicaID: UInt32]

    /// Makes an entry.
    public init(
      replica: ReplicaID, address: String?, metMillis: Int64, holds: [ReplicaID: UInt32]
    ) {
      self.replica = replica
      self.address = address
      self.metMillis = metMillis
      self.holds = holds
    }
  }

  private let folder: String
  /// Where it is kept that a peer has turned this device away for good.
  let shutOutPath: String

  /// A longer file is none of these.
  static let fileByteLimit = 1 << 20

  /// Uses the notes of a workspace; there need not be any yet.
  public init(device: DeviceFolder, workspace: WorkspaceID) {
    folder = "\(device.path)/workspaces/\(workspace.text)/peers"
    shutOutPath = "\(device.path)/workspaces/\(workspace.text)/shut-out.json"
  }

  /// Everything that is remembered, by replica.
  public var entries: [Entry] {
    let names = ((try? Files.list(folder)) ?? []).filter { $0.hasSuffix(".json") }
    return names.sorted().compactMap { name in
      (try? Files.readAll("\(folder)/\(name)", limit: Self.fileByteLimit)).flatMap(Entry.init)
    }
  }

  /// What is remembered of one peer.
  public subscript(replica: ReplicaID) -> Entry? {
    (try? Files.readAll(path(of: replica), limit: Self.fileByteLimit)).flatMap(Entry.init)
  }

  /// Remembers a meeting.
  ///
  /// What the peer holds now counts, and not what it held before: it may have been put back to an
  /// old state. An address that is not known this time stays.
  ///
  /// - Parameters:
  ///   - replica: the replica that the peer writes.
  ///   - address: where it was dialled, if it was.
  ///   - metMillis: the wall clock.
  ///   - holdings: what it holds, as far as it has said.
  /// - Throws: what the system says.
  public func note(
    _ replica: ReplicaID, address: String?, metMillis: Int64, holdings: Holdings
  ) throws {
    let former = self[replica]
    let held = holdings.byReplica.mapValues(\.number)
    let entry = Entry(
      replica: replica, address: address ?? former?.address, metMillis: metMillis,
      // A session that ended before the peer had said anything tells nothing new.
      holds: held.isEmpty ? former?.holds ?? [:] : held)
    guard entry != former else { return }
    try Files.createFolder(folder, permissions: 0o700, intermediate: true)
    try Files.replace(path(of: replica), permissions: 0o600) { try $0.write(entry.bytes) }
  }

  /// What those who were met hold, as far as they have said.
  public var copyNotes: [CopyNote] {
    entries.map { CopyNote(.device($0.replica), holds: Frontier($0.holds), atMillis: $0.metMillis) }
  }

  private func path(of replica: ReplicaID) -> String { "\(folder)/\(replica.text).json" }
}

extension PeerBook.Entry {
  fileprivate init?(_ bytes: [UInt8]) {
    guard let value = try? JSONParser.parse(bytes.span),
      let replica = value["replica"]?.text.flatMap({ ReplicaID($0) }),
      let met = value["met"]?.text.flatMap({ Timestamp.parse(Array($0.utf8).span) }),
      case .object(let numbers)? = value["holds"]
    else { return nil }
    var holds: [ReplicaID: UInt32] = [:]
    for (name, number) in numbers {
      guard let replica = ReplicaID(name), case .integer(let number) = number,
        let number = UInt32(exactly: number)
      else { return nil }
      holds[replica] = number
    }
    self.init(replica: replica, address: value["address"]?.text, metMillis: met, holds: holds)
  }

  fileprivate var bytes: [UInt8] {
    let numbers = holds.sorted { $0.key < $1.key }
    var members: [(key: String, value: JSONValue)] = []
    if let address { members.append(("address", .string(address))) }
    members.append(
      ("holds", .object(numbers.map { ($0.key.text, .integer(Int($0.value))) })))
    members.append(("met", .string(Timestamp.text(metMillis))))
    members.append(("replica", .string(replica.text)))
    return JSONValue.object(members).canonicalBytes + [UInt8(ascii: "\n")]
  }
}
