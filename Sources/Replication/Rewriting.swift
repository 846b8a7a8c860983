import Bytes
public import Documents
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
  /// - Throws: `WorkspaceError.damaged` if the document is to be repaired first, or what the
  ///   system says; the document is then as it was.
  public func compact() throws -> CompactReport {
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
      let packed = try Self.pack(
        map, from: bytes, keepsSignatures: !Loader.overlapping(map).isEmpty)
      try hold(packed.bytes, against: state.frontier)
      if Interrupts.requested { throw WorkspaceError.interrupted }
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
    _ map: MemberMap, from bytes: ByteRegion, keepsSignatures: Bool
  ) throws -> (bytes: [UInt8], memberCount: Int) {
    // Neighbours are packed together; the groups are independent and share the processors.
    let groups = groups(of: map.members)
    let packed = try Parallel.map(count: groups.count) { index throws(any Error) in
      var packing = Packing(keepsSignatures: keepsSignatures)
      var inflater = Inflater()
      var raw: [UInt8] = []
      for member in groups[index] {
        let whole = member.byteOffset..<member.byteEnd
        guard case .commits = member.contents else {
          bytes.withBytes { packing.keep($0.extracting(whole)) }
          continue
        }
        try member.inflate(bytes.bytes, with: &inflater, into: &raw)
        var cursor = CommitCursor()
        while let frame = try cursor.next(in: raw.span) { try packing.add(frame, in: raw.span) }
      }
      packing.close()
      return (packing.members, packing.memberCount)
    }
    return (packed.flatMap(\.0), packed.reduce(0) { $0 + $1.1 })
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

/// What a repair saved.
public struct RepairReport: Equatable, Sendable {
  /// Commits that no document given holds.
  public struct Loss: Equatable, Sendable {
    /// The replica.
    public let replica: ReplicaID
    /// The number of the first commit lost.
    public let first: UInt32
    /// The number of the last commit lost.
    public let last: UInt32
  }

  /// How many commits the new document holds.
  public internal(set) var commitCount = 0
  /// How many of them came from the other documents.
  public internal(set) var recoveredCount = 0
  /// What is missing, though later commits of the same replica are there.
  public internal(set) var losses: [Loss] = []
}

/// Saves what can be read of a damaged document to a new one (SPEC §12.5).
public enum Repair {
  /// Writes a new document of all commits that can be read.
  ///
  /// Commits behind a gap are kept in the new document and count as soon as the gap is filled.
  ///
  /// - Parameters:
  ///   - path: the damaged document; it is not changed.
  ///   - others: other copies of the same workspace, to fill gaps from.
  ///   - newPath: where to put the new one; nothing may stand there.
  /// - Returns: what was saved and what is lost.
  /// - Throws: `DocumentError`, or what the system says.
  public static func run(
    path: String, others: [String], to newPath: String
  ) throws -> RepairReport {
    var report = RepairReport()
    var header: (header: Header, member: [UInt8])?
    var collected: [Dot: (CommitHeader, [UInt8])] = [:]
    var order: [Dot] = []
    // Other histories of forked replicas, or copies of which one lacks a signature.
    var copies: [[UInt8]] = []
    var copied: Set<[UInt8]> = []
    for (index, source) in ([path] + others).enumerated() {
      let bytes = ByteRegion(try Files.readAll(source, limit: .max))
      let map = bytes.withBytes { MemberMap($0) }
      var inflater = Inflater()
      var raw: [UInt8] = []
      for member in map.members {
        guard (try? member.inflate(bytes.bytes, with: &inflater, into: &raw)) != nil else {
          continue
        }
        if member.contents == .header {
          guard let end = Lines.end(ofLineAt: 0, in: raw.span),
            let found = try? Header(line: raw.span.extracting(0..<end))
          else { continue }
          if let header, header.header.workspace != found.workspace {
            throw WorkspaceError.otherWorkspace(path: source)
          }
          let whole = member.byteOffset..<member.byteEnd
          header = header ?? (found, bytes.withBytes { [UInt8](bytesOf: $0.extracting(whole)) })
        }
        guard case .commits = member.contents else { continue }
        var cursor = CommitCursor()
        while let frame = try? cursor.next(in: raw.span) {
          let dot = frame.header.dot
          if let known = collected[dot] {
            let lines = [UInt8](bytesOf: raw.span.extracting(frame.whole))
            if known.1 != lines, copied.insert(lines).inserted { copies.append(lines) }
            continue
          }
          collected[dot] = (
            frame.header, [UInt8](bytesOf: raw.span.extracting(frame.whole))
          )
          order.append(dot)
          if index > 0 { report.recoveredCount += 1 }
        }
      }
    }
    guard let header else { throw DocumentError.notADocument(path: path) }
    var packing = Packing(keepsSignatures: !copies.isEmpty)
    packing.keep(header.member.span)
    let sorted = CausalOrder.sorted(order, headers: { collected[$0]?.0 })
    let chosen: [[UInt8]] = sorted.compactMap { dot in collected[dot].map { $0.1 } }
    for lines in chosen + copies {
      var cursor = CommitCursor()
      if let frame = try cursor.next(in: lines.span) { try packing.add(frame, in: lines.span) }
    }
    packing.close()
    try DocumentFile.create(path: newPath, contents: packing.members)
    report.commitCount = order.count
    report.losses = losses(in: order)
    return report
  }

  private static func losses(in dots: [Dot]) -> [RepairReport.Loss] {
    Dictionary(grouping: dots, by: \.replica).sorted { $0.key < $1.key }.flatMap {
      (replica, dots) -> [RepairReport.Loss] in
      var losses: [RepairReport.Loss] = []
      var expected: UInt32 = 1
      for dot in dots.sorted() {
        if dot.number > expected {
          losses.append(
            RepairReport.Loss(replica: replica, first: expected, last: dot.number - 1))
        }
        expected = dot.number + 1
      }
      return losses
    }
  }
}
