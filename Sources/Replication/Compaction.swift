import Bytes
import Documents
import Platform

/// What repacking a document did.
public struct CompactReport: Equatable, Sendable {
  /// The length of the file before, in bytes.
  public let bytesBefore: Int
  /// The length of the file after, in bytes.
  public let bytesAfter: Int
  /// How many members there were.
  public let membersBefore: Int
  /// How many members there are.
  public let membersAfter: Int
}

extension Workspace {
  /// Joins small members into larger ones; no commit is lost (SPEC §11).
  ///
  /// - Parameter progress: is told how far the work has come.
  /// - Returns: how large the document was, and is.
  /// - Throws: `WorkspaceError.damaged` if the document is to be repaired first, or what the
  ///   system says; the document is then as it was.
  public func compact(progress: ProgressReport = { _, _ in }) throws -> CompactReport {
    guard header.minimumWriter <= LineFormat.version else {
      throw DocumentError.needsNewerWriter(version: header.minimumWriter)
    }
    let report = try file.locked {
      try lookAgain()
      let bytes = ByteRegion(try file.readToEnd(from: 0))
      let map = bytes.withBytes { MemberMap($0) }
      if findings.isDamaged || !map.damage.isEmpty {
        throw WorkspaceError.damaged(path: file.path)
      }
      // Signatures tell the histories of forked replicas apart.
      let keepsSignatures = !Loader.overlapping(map).isEmpty
      let packed = try Self.pack(
        map, from: bytes, keepsSignatures: keepsSignatures, progress: progress)
      try hold(packed.bytes, against: state.frontier)
      if Interrupts.requested { throw WorkspaceError.interrupted }
      keepTornTail(from: map.end)
      try file.replace { try $0.write(packed.bytes) }
      return CompactReport(
        bytesBefore: bytes.count, bytesAfter: packed.bytes.count,
        membersBefore: map.members.count, membersAfter: packed.memberCount)
    }
    try refresh()
    return report
  }

  /// The members of a document, joined.
  private static func pack(
    _ map: MemberMap, from bytes: ByteRegion, keepsSignatures: Bool, progress: ProgressReport
  ) throws -> (bytes: [UInt8], memberCount: Int) {
    // Neighbours are packed together; the groups are independent and share the processors.
    let groups = groups(of: map.members)
    var packed: [UInt8] = []
    var memberCount = 0
    try Parallel.pipeline(count: groups.count, window: 8) { index throws(any Error) in
      try pack(groups[index], from: bytes, keepsSignatures: keepsSignatures)
    } consume: { (index, group) throws(any Error) in
      packed += group.bytes
      memberCount += group.memberCount
      progress(index + 1, groups.count)
    }
    return (packed, memberCount)
  }

  private static func pack(
    _ members: [Member], from bytes: ByteRegion, keepsSignatures: Bool
  ) throws -> (bytes: [UInt8], memberCount: Int) {
    var packing = Packing(keepsSignatures: keepsSignatures)
    var inflater = Inflater()
    var raw: [UInt8] = []
    for member in members {
      guard case .commits = member.contents else {
        bytes.withBytes { packing.keep($0.extracting(member.byteOffset..<member.byteEnd)) }
        continue
      }
      try member.inflate(bytes.bytes, with: &inflater, into: &raw)
      var cursor = CommitCursor()
      while let frame = try cursor.next(in: raw.span) { try packing.add(frame, in: raw.span) }
    }
    packing.close()
    return (packing.members, packing.memberCount)
  }

  /// Splits the members into runs of some megabytes of lines.
  private static func groups(of members: [Member]) -> [[Member]] {
    var groups: [[Member]] = [[]]
    var byteCount = 0
    for member in members {
      if byteCount > 4 << 20 {
        groups.append([])
        byteCount = 0
      }
      groups[groups.count - 1].append(member)
      byteCount += member.rawByteCount
    }
    return groups
  }

  /// Makes sure, before a document is replaced, that the new bytes hold every commit of the old.
  private func hold(_ bytes: [UInt8], against frontier: Frontier) throws {
    let source = Source(ByteRegion(bytes))
    let forks = Loader.forks(source.map, from: source.bytes, in: header.workspace)
    let available = Loader.available(source.map, after: ReplicaTable()).merging(forks.tips) { $1 }
    guard source.map.damage.isEmpty, !source.map.isTorn,
      Frontier(available.filter { $0.value > 0 }) == frontier
    else { throw WorkspaceError.damaged(path: file.path) }
  }
}
