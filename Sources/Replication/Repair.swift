import Bytes
import Documents
import Platform

/// What a repair saved.
public struct RepairReport: Equatable, Sendable {
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
  ///   - device: the device's own folder, which keeps the headers of the documents that it works
  ///     with.
  ///   - newPath: where to put the new one; nothing may stand there.
  ///   - progress: is told how far the work has come.
  /// - Returns: what was saved and what is lost.
  /// - Throws: `DocumentError`, or what the system says.
  public static func run(
    path: String, others: [String], device: DeviceFolder? = nil, to newPath: String,
    progress: ProgressReport = { _, _ in }
  ) throws -> RepairReport {
    var wreck = Wreck()
    let sources = [path] + others
    for (index, source) in sources.enumerated() {
      let bytes = ByteRegion(try Files.readAll(source, limit: .max))
      try wreck.collect(from: bytes, path: source, isCopy: index > 0) { done, whole in
        // Writing takes about as long as reading.
        let share = done * 1000 / max(1, whole)
        progress(index * 1000 + share, sources.count * 2000)
      }
    }
    if let device { wreck.findHeader(among: device.keptHeaders()) }
    let members = try wreck.members(path: path) { done, whole in
      progress(whole + done, whole * 2)
    }
    try DocumentFile.create(path: newPath, contents: members)
    return wreck.report
  }
}

/// What could be taken out of damaged documents so far.
private struct Wreck {
  /// One commit as some document has it.
  private struct Found {
    let header: CommitHeader
    let lines: [UInt8]
    /// The lines before the trailer.
    let content: Range<Int>
    let trailer: Trailer

    /// Whether both are one commit, be it that one copy of it has no signature.
    func isSame(as other: Found) -> Bool {
      trailer.salt == other.trailer.salt && lines[content] == other.lines[other.content]
        && (trailer.signature == nil || other.trailer.signature == nil
          || trailer.signature == other.trailer.signature)
    }
  }

  private var header: (header: Header, member: [UInt8])?
  private var commits: [Dot: Found] = [:]
  private var order: [Dot] = []
  /// What else was written under a name that is taken: other histories of forked replicas.
  private var rivals: [Found] = []
  private var recoveredCount = 0
  private var reader = EditReader()

  /// Takes all commits that can be read and are not there yet.
  mutating func collect(
    from bytes: ByteRegion, path: String, isCopy: Bool, progress: ProgressReport
  ) throws {
    let map = bytes.withBytes { MemberMap($0) }
    var inflater = Inflater()
    var raw: [UInt8] = []
    for member in map.members {
      progress(member.byteOffset, bytes.count)
      guard (try? member.inflate(bytes.bytes, with: &inflater, into: &raw)) != nil else {
        continue
      }
      if member.contents == .header {
        let whole = bytes.bytes.extracting(member.byteOffset..<member.byteEnd)
        try take(header: raw.span, member: whole, path: path)
      } else if member.holdsCommits(raw.span) {
        collect(raw.span, isCopy: isCopy)
      }
    }
    progress(bytes.count, bytes.count)
  }

  /// Where no document has a header that can be read, takes the one that this device has kept: its
  /// founder wrote what is there, or its workspace is what the commits' chains begin with.
  mutating func findHeader(among lines: [[UInt8]]) {
    guard header == nil else { return }
    for line in lines {
      guard let end = Lines.end(ofLineAt: 0, in: line.span), end == line.count - 1,
        let found = try? Header(line: line.span.extracting(0..<end)), isOwn(found)
      else { continue }
      var deflater = Deflater()
      header = (found, Member.encode(line.span, as: .header, with: &deflater))
      return
    }
  }

  private func isOwn(_ header: Header) -> Bool {
    let founder = ReplicaID(key: header.founder)
    return order.contains { dot in
      dot.replica == founder
        || commits[dot]?.header.seen.contains { $0.replica == founder } ?? false
    }
  }

  private mutating func take(
    header raw: Span<UInt8>, member: Span<UInt8>, path: String
  ) throws {
    guard let end = Lines.end(ofLineAt: 0, in: raw),
      let found = try? Header(line: raw.extracting(0..<end))
    else { return }
    if let header, header.header.workspace != found.workspace {
      throw WorkspaceError.otherWorkspace(path: path)
    }
    header = header ?? (found, [UInt8](bytesOf: member))
  }

  private mutating func collect(_ raw: Span<UInt8>, isCopy: Bool) {
    var cursor = CommitCursor()
    while let frame = cursor.nextReadable(in: raw, refused: { _ in }) {
      let dot = frame.header.dot
      guard let found = read(frame, in: raw) else { continue }
      guard let known = commits[dot] else {
        commits[dot] = found
        order.append(dot)
        if isCopy { recoveredCount += 1 }
        continue
      }
      if known.isSame(as: found) {
        if known.trailer.signature == nil { commits[dot] = found }
      } else if let place = rivals.firstIndex(where: { $0.isSame(as: found) }) {
        if rivals[place].trailer.signature == nil { rivals[place] = found }
      } else {
        rivals.append(found)
      }
    }
  }

  /// Takes a commit out, unless it breaks the format.
  private mutating func read(_ frame: CommitFrame, in raw: Span<UInt8>) -> Found? {
    guard let trailer = try? Trailer(line: raw.extracting(frame.trailer)),
      Chain.fits(trailer.salt, raw.extracting(frame.body)), !isRefused(frame, in: raw)
    else { return nil }
    return Found(
      header: frame.header, lines: [UInt8](bytesOf: raw.extracting(frame.whole)),
      content: 0..<(frame.trailer.lowerBound - frame.whole.lowerBound), trailer: trailer)
  }

  /// Whether a line of a commit breaks the format; in the new document it would keep everybody
  /// from writing.
  private mutating func isRefused(_ frame: CommitFrame, in raw: Span<UInt8>) -> Bool {
    var records: Set<String> = []
    var start = frame.body.lowerBound
    while start < frame.body.upperBound, let end = Lines.end(ofLineAt: start, in: raw) {
      do {
        if let edit = try reader.edit(of: raw.extracting(start..<end)),
          !records.insert("\(edit.type) \(edit.id)").inserted
        {
          return true
        }
      } catch {
        return true
      }
      start = end + 1
    }
    return false
  }

  /// All members of the new document.
  func members(path: String, progress: ProgressReport) throws -> [UInt8] {
    guard let header else { throw DocumentError.notADocument(path: path) }
    // Signatures tell the histories of forked replicas apart.
    var packing = Packing(keepsSignatures: !rivals.isEmpty)
    packing.keep(header.member.span)
    let sorted = CausalOrder.sorted(order, headers: { commits[$0]?.header })
    let all = sorted.compactMap { commits[$0] } + rivals
    for (index, found) in all.enumerated() {
      var cursor = CommitCursor()
      if let frame = try cursor.next(in: found.lines.span) {
        try packing.add(frame, in: found.lines.span)
      }
      progress(index, all.count)
    }
    packing.close()
    return packing.members
  }

  var report: RepairReport {
    var report = RepairReport()
    report.commitCount = order.count
    report.recoveredCount = recoveredCount
    for (replica, dots) in Dictionary(grouping: order, by: \.replica).sorted(by: { $0.key < $1.key }
    ) {
      var end: UInt32 = 0
      for dot in dots.sorted() {
        if dot.number > end, dot.number - 1 > end {
          report.losses.append(Loss(replica, end + 1, dot.number - 1))
        }
        end = dot.number
      }
    }
    return report
  }
}
