public import Bytes
import Sealing

/// What a gzip member of a document says of itself in its extra field (SPEC §3.2).
///
/// With it a reader hops from member to member without inflating any.
public struct Member: Equatable, Sendable {
  /// The commits of one replica in a member, which have no gaps between them.
  public struct Run: Equatable, Sendable {
    /// The replica that wrote them.
    public let replica: ReplicaID
    /// The number of the first.
    public let first: UInt32
    /// The number of the last.
    public var last: UInt32

    /// Makes the run of commits `first` to `last` of `replica`.
    public init(replica: ReplicaID, first: UInt32, last: UInt32) {
      self.replica = replica
      self.first = first
      self.last = last
    }

    /// Takes a commit into the runs of the member that is being read.
    ///
    /// A commit that does not follow its replica's last one makes a run of its own, which no
    /// extra field agrees with.
    public static func note(_ dot: Dot, in runs: inout [Run]) {
      if let place = runs.lastIndex(where: { $0.replica == dot.replica }),
        runs[place].last &+ 1 == dot.number
      {
        runs[place].last = dot.number
      } else {
        runs.append(Run(replica: dot.replica, first: dot.number, last: dot.number))
      }
    }

    /// Whether two lists hold the same runs, in whatever order.
    public static func agree(_ first: [Run], _ second: [Run]) -> Bool {
      first.count == second.count && first.allSatisfy { second.contains($0) }
        && Set(first.map(\.replica)).count == first.count
    }
  }

  /// What a member holds.
  public enum Contents: Equatable, Sendable {
    /// The header line.
    case header
    /// Commits: which, and whether the last one's batch goes on in the next member.
    case commits(runs: [Run], continues: Bool)
    /// A kind that this version does not know, kept as it is.
    case unknown(kind: UInt8)
  }

  /// What the member holds.
  public let contents: Contents

  /// Where the member begins in the file, in bytes.
  public var byteOffset: Int

  /// The length of the whole member in the file, in bytes.
  public let byteCount: Int

  /// The length of the uncompressed lines, in bytes.
  public let rawByteCount: Int

  /// Whether the member ends within a batch of commits that goes on in the next one.
  public var continues: Bool {
    guard case .commits(_, let continues) = contents else { return false }
    return continues
  }

  /// The commits that the extra field names; none for members of other kinds.
  public var runs: [Run] {
    guard case .commits(let runs, _) = contents else { return [] }
    return runs
  }

  /// How many commits the extra field names; no more than there are bytes.
  public var commitCount: Int {
    let count = runs.reduce(0) { $0 + ($1.first <= $1.last ? Int($1.last - $1.first) + 1 : 0) }
    return min(count, rawByteCount)
  }

  /// Where the member ends in the file, in bytes.
  public var byteEnd: Int { byteOffset + byteCount }

  private static let headerKind: UInt8 = 1
  private static let commitsKind: UInt8 = 2
  private static let extraOffset = 12
  private static let runByteCount = 18

  /// Makes one member of `raw` lines, ready to be written.
  ///
  /// - Parameters:
  ///   - raw: the lines, each ended by a line feed.
  ///   - contents: what they are.
  ///   - deflater: the compressor to use, with its level.
  /// - Returns: the bytes of the member.
  public static func encode(
    _ raw: Span<UInt8>, as contents: Contents, with deflater: inout Deflater
  ) -> [UInt8] {
    var data: [UInt8] = []
    switch contents {
    case .header: data = [headerKind, 0]
    case .commits(_, let continues): data = [commitsKind, continues ? 1 : 0]
    case .unknown(let kind): data = [kind, 0]
    }
    append(0, to: &data)
    append(UInt32(truncatingIfNeeded: raw.count), to: &data)
    if case .commits(let runs, _) = contents {
      precondition(runs.count <= Limits.memberRuns, "a member holds few enough runs")
      for run in runs {
        data += run.replica.bytes
        append(run.first, to: &data)
        append(run.last, to: &data)
      }
    }
    let extra =
      [
        UInt8(ascii: "K"), UInt8(ascii: "A"), UInt8(truncatingIfNeeded: data.count),
        UInt8(truncatingIfNeeded: data.count >> 8),
      ] + data
    var member = deflater.member(raw, extra: extra)
    let length = UInt32(truncatingIfNeeded: member.count)
    for index in 0..<4 {
      member[extraOffset + 6 + index] = UInt8(truncatingIfNeeded: length >> UInt32(index * 8))
    }
    return member
  }

  /// Reads what the member at `offset` says of itself.
  ///
  /// - Parameters:
  ///   - bytes: some bytes of the file.
  ///   - offset: where the member begins in `bytes`.
  ///   - base: where `bytes` begins in the file.
  /// - Returns: the member.
  /// - Throws: `DocumentError.container` if no member of a document begins here, or if it does not
  ///   end within `bytes`.
  public static func decode(
    _ bytes: Span<UInt8>, at offset: Int, base: Int = 0
  ) throws(DocumentError) -> Member {
    let fault = DocumentError.container(.notAMember, byteOffset: base + offset)
    let fixed = 12 + 14  // gzip's header, and the least that ours adds
    guard bytes.count - offset >= fixed else {
      let looksRight = bytes.count <= offset || bytes[offset] == 0x1f
      throw looksRight ? .container(.truncated, byteOffset: base + offset) : fault
    }
    // The writer sets FEXTRA and nothing else, and its subfield comes first (SPEC §3.2).
    guard bytes[offset] == 0x1f, bytes[offset + 1] == 0x8b, bytes[offset + 2] == 8,
      bytes[offset + 3] == 4,
      bytes[offset + 12] == UInt8(ascii: "K"), bytes[offset + 13] == UInt8(ascii: "A")
    else { throw fault }
    let extraLength = Int(bytes[offset + 10]) | Int(bytes[offset + 11]) << 8
    let dataLength = Int(bytes[offset + 14]) | Int(bytes[offset + 15]) << 8
    let data = offset + 16
    guard dataLength >= 10, dataLength + 4 <= extraLength else { throw fault }
    guard data + dataLength <= bytes.count else {
      throw .container(.truncated, byteOffset: base + offset)
    }
    let kind = bytes[data]
    let length = Int(word(bytes, data + 2))
    let rawLength = Int(word(bytes, data + 6))
    guard length >= 12 + extraLength + 8 else { throw fault }
    guard rawLength <= Limits.memberRawBytes else {
      throw .container(.tooLarge, byteOffset: base + offset)
    }
    guard length <= bytes.count - offset else {
      throw .container(.truncated, byteOffset: base + offset)
    }
    var contents = Contents.unknown(kind: kind)
    if kind == headerKind {
      guard dataLength == 10 else { throw fault }
      contents = .header
    }
    if kind == commitsKind {
      guard let runs = runs(bytes, (data + 10)..<(data + dataLength)) else { throw fault }
      contents = .commits(runs: runs, continues: bytes[data + 1] & 1 == 1)
    }
    return Member(
      contents: contents, byteOffset: base + offset, byteCount: length, rawByteCount: rawLength)
  }

  /// Inflates this member's lines and holds them against what the extra field says of them.
  ///
  /// - Parameters:
  ///   - bytes: some bytes of the file that hold the whole member.
  ///   - base: where `bytes` begins in the file.
  ///   - inflater: the decompressor to use.
  ///   - raw: receives the lines; what it held is dropped.
  /// - Throws: `DocumentError.container` if the data, checksum or length is wrong.
  public func inflate(
    _ bytes: Span<UInt8>, base: Int = 0, with inflater: inout Inflater, into raw: inout [UInt8]
  ) throws(DocumentError) {
    raw.removeAll(keepingCapacity: true)
    do {
      let length = try inflater.inflate(
        bytes, at: byteOffset - base, limit: rawByteCount, expecting: rawByteCount, into: &raw)
      guard length == byteCount, raw.count == rawByteCount else {
        throw DocumentError.container(.mislabelled, byteOffset: byteOffset)
      }
    } catch let error as DocumentError {
      throw error
    } catch {
      throw .container(.corrupt, byteOffset: byteOffset)
    }
  }

  /// Whether the lines of this member are commits, be it that damage has changed its kind.
  ///
  /// - Parameter raw: its lines.
  /// - Returns: true for every member of commits, and for one of a kind that this version does not
  ///   know if a commit begins there, which nobody makes (SPEC §3.3).
  public func holdsCommits(_ raw: Span<UInt8>) -> Bool {
    switch contents {
    case .commits: true
    case .header: false
    case .unknown: CommitCursor.begins(at: 0, in: raw)
    }
  }

  private static func runs(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [Run]? {
    guard !range.isEmpty, range.count % runByteCount == 0,
      range.count / runByteCount <= Limits.memberRuns
    else { return nil }
    var runs: [Run] = []
    for offset in stride(from: range.lowerBound, to: range.upperBound, by: runByteCount) {
      let first = word(bytes, offset + 10)
      let last = word(bytes, offset + 14)
      guard let replica = ReplicaID(bytes: bytes.extracting(offset..<(offset + 10))),
        first >= 1, last >= first
      else { return nil }
      runs.append(Run(replica: replica, first: first, last: last))
    }
    return runs
  }

  private static func append(_ value: UInt32, to data: inout [UInt8]) {
    for shift in 0..<4 { data.append(UInt8(truncatingIfNeeded: value >> UInt32(shift * 8))) }
  }

  private static func word(_ bytes: Span<UInt8>, _ offset: Int) -> UInt32 {
    UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16
      | UInt32(bytes[offset + 3]) << 24
  }
}
