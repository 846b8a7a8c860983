import Bytes
public import Documents
import Platform
public import Sealing

/// What this device wrote last in a workspace, and into which document.
public struct LastWritten: Equatable, Sendable {
  /// The number of the commit.
  public let number: UInt32
  /// Its chain hash.
  public let head: Hash256
  /// Where it ended in the document.
  let end: Int
  /// The document's last bytes before that.
  let tail: [UInt8]
  /// How many bytes the member has in which it stands.
  let memberByteCount: Int

  static let tailByteCount = 16

  /// Makes the note of a commit that was just written.
  ///
  /// - Parameters:
  ///   - writer: what made the commit.
  ///   - end: where it ends in the document.
  ///   - members: the document's bytes up to there, or the last of them.
  init(_ writer: CommitWriter, end: Int, members: [UInt8]) {
    number = writer.chain.number
    head = writer.chain.head
    memberByteCount = writer.lastMemberByteCount
    self.end = end
    tail = Array(members.suffix(Self.tailByteCount))
  }

  fileprivate init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    let content = bytes.span.extracting(0..<(Self.byteCount - 4))
    func integer(at offset: Int, _ count: Int) -> UInt64 {
      (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64($1 * 8) }
    }
    guard UInt64(Gzip.crc32(content)) == integer(at: Self.byteCount - 4, 4),
      let head = Hash256(bytes.span.extracting(4..<36)), let end = Int(exactly: integer(at: 36, 8)),
      let memberByteCount = Int(exactly: integer(at: 60, 4))
    else { return nil }
    number = UInt32(integer(at: 0, 4))
    self.head = head
    self.end = end
    tail = Array(bytes[44..<60])
    self.memberByteCount = memberByteCount
  }

  private static let byteCount = 68

  fileprivate var bytes: [UInt8] {
    var bytes: [UInt8] = []
    func append(_ value: UInt64, _ count: Int) {
      for shift in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift * 8))) }
    }
    append(UInt64(number), 4)
    head.append(to: &bytes)
    append(UInt64(end), 8)
    bytes += tail + Array(repeating: 0, count: Self.tailByteCount - tail.count)
    append(UInt64(memberByteCount), 4)
    append(UInt64(Gzip.crc32(bytes.span)), 4)
    return bytes
  }
}

extension DeviceFolder {
  /// The last commit that this device wrote in a workspace, as far as was noted.
  ///
  /// A note that a crash left torn is none: then the document itself tells.
  public func lastWritten(in workspace: WorkspaceID, by replica: ReplicaID) -> LastWritten? {
    let file = "\(folder(of: workspace))/head-\(replica.text)"
    return (try? Files.readAll(file, limit: 256)).flatMap { LastWritten($0) }
  }

  /// Notes the last commit that this device wrote.
  ///
  /// The document was synced before, and is the truth; so this note is written in place and not
  /// synced, which spares every edit two waits for the disk.
  func setLastWritten(
    _ note: LastWritten, in workspace: WorkspaceID, by replica: ReplicaID
  ) throws {
    let file = "\(folder(of: workspace))/head-\(replica.text)"
    let descriptor = try Descriptor.open(file, .create(permissions: 0o600))
    try descriptor.write(note.bytes.span, at: 0)
  }

  /// Keeps a document's header line, by which a document can be repaired that has lost its own.
  ///
  /// What can't be kept is no reason not to work.
  func keepHeader(_ line: [UInt8], of workspace: WorkspaceID) {
    let file = folder(of: workspace) + "/header.jsonl"
    let bytes = line + [UInt8(ascii: "\n")]
    guard (try? Files.readAll(file, limit: 16 << 10)) != bytes else { return }
    try? Files.replace(file, permissions: 0o600) { try $0.write(bytes) }
  }

  /// The header lines that this device has kept, each with its line feed.
  func keptHeaders() -> [[UInt8]] {
    let workspaces = "\(path)/workspaces"
    let names = (try? Files.list(workspaces)) ?? []
    return names.sorted().compactMap {
      try? Files.readAll("\(workspaces)/\($0)/header.jsonl", limit: 16 << 10)
    }
  }

  /// Notes when the key's file came to be where it is, to know a copy of the folder by.
  func notePlace(of workspace: WorkspaceID) throws {
    let folder = folder(of: workspace)
    guard let status = try Files.status(folder + "/device.json") else { return }
    try Files.replace(folder + "/place", permissions: 0o600) {
      try $0.write(Self.place(status))
    }
  }

  /// Whether this folder is a copy: on another machine, or of a backup, while the original may
  /// write on under the same key, or has.
  ///
  /// Whatever the copying program keeps, and also where it writes over the old file, the file has
  /// another time of change, which no program can set. Something else may have changed it
  /// (another owner or mode): then the device goes on under a new key for nothing, which does no
  /// harm, as two histories under one key would.
  func isCopy(of workspace: WorkspaceID) throws -> Bool {
    let folder = folder(of: workspace)
    guard let status = try Files.status(folder + "/device.json") else { return false }
    guard let noted = try? Files.readAll(folder + "/place", limit: 256) else {
      try notePlace(of: workspace)
      return false
    }
    return noted != Self.place(status)
  }

  private static func place(_ status: FileStatus) -> [UInt8] {
    Array("\(status.changedNanos)\n".utf8)
  }
}
