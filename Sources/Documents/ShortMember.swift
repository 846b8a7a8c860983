import Bytes

/// A shorter form of a member, in which small commits of one replica cross a network (SPEC §14.6).
///
/// A commit line that follows from the one before it is written as the difference of their times
/// alone, and a trailer that is the same as the one before it is left out. All is there again when
/// it is restored; it is verified only then, like any member.
public enum ShortMember {
  /// From how many bytes of lines on a member goes as it stands.
  private static let rawByteLimit = 512 << 10
  /// From how many bytes a commit on, on average, a member goes as it stands: it has too few lines
  /// that follow from others for another round of compressing to pay.
  private static let commitByteLimit = 1 << 10

  /// Shortens a member.
  ///
  /// - Parameter bytes: exactly one member.
  /// - Returns: its short form; nothing if that is no shorter or would hardly be, or if it is no
  ///   member of commits.
  public static func shorten(_ bytes: [UInt8]) -> [UInt8]? {
    guard let member = try? Member.decode(bytes.span, at: 0), member.byteCount == bytes.count,
      case .commits(let runs, _) = member.contents, member.rawByteCount <= rawByteLimit
    else { return nil }
    let commitCount = runs.reduce(0) { $0 + Int($1.last - $1.first) + 1 }
    // Of one commit nothing follows from another.
    guard commitCount > 1, member.rawByteCount / commitCount < commitByteLimit else { return nil }
    var inflater = Inflater()
    var raw: [UInt8] = []
    guard (try? member.inflate(bytes.span, with: &inflater, into: &raw)) != nil,
      let lines = shorten(lines: raw.span)
    else { return nil }
    var deflater = Deflater(level: 9)
    let short = Member.encode(lines.span, as: member.contents, with: &deflater)
    return short.count < bytes.count ? short : nil
  }

  private static func shorten(lines raw: Span<UInt8>) -> [UInt8]? {
    var out: [UInt8] = []
    var cursor = CommitCursor()
    var previous: CommitHeader?
    var trailer: [UInt8] = []
    while true {
      let found: CommitFrame?
      do throws(DocumentError) { found = try cursor.next(in: raw) } catch { return nil }
      guard let frame = found else { return out }
      let line = [UInt8](bytesOf: raw.extracting(frame.line))
      let step = previous.map { frame.header.stampMillis - $0.stampMillis } ?? 0
      if let previous, let next = follower(of: previous, afterMillis: step), next.line == line {
        out += Array("\(step < 0 ? "" : "+")\(step)\n".utf8)
      } else {
        out += line + [lineFeed]
      }
      out.append(bytesOf: raw.extracting(frame.body))
      let own = [UInt8](bytesOf: raw.extracting(frame.trailer))
      if own != trailer { out += own + [lineFeed] }
      trailer = own
      previous = frame.header
    }
  }

  /// Makes the member again of which this is the short form.
  ///
  /// - Parameter bytes: exactly one member in short form.
  /// - Returns: a member with the same lines.
  /// - Throws: `DocumentError` if it is no short form.
  public static func restore(_ bytes: [UInt8]) throws(DocumentError) -> [UInt8] {
    let member = try Member.decode(bytes.span, at: 0)
    guard member.byteCount == bytes.count, case .commits = member.contents else {
      throw .container(.mislabelled, byteOffset: 0)
    }
    var inflater = Inflater()
    var short: [UInt8] = []
    try member.inflate(bytes.span, with: &inflater, into: &short)
    var restorer = Restorer()
    var lines = Lines()
    while let line = lines.next(in: short.span) {
      try restorer.take(short.span.extracting(line))
    }
    let raw = try restorer.finish()
    var deflater = Deflater(level: 9)
    return Member.encode(raw.span, as: member.contents, with: &deflater)
  }

  /// The header of the commit that comes next in its replica, with nothing else that is new.
  private static func follower(
    of header: CommitHeader, afterMillis step: Int64
  ) -> CommitHeader? {
    let (stamp, overflows) = header.stampMillis.addingReportingOverflow(step)
    guard !overflows, Timestamp.range.contains(stamp), header.dot.number < Dot.greatestNumber
    else { return nil }
    return CommitHeader(
      dot: Dot(header.dot.replica, header.dot.number + 1), stampMillis: stamp,
      purpose: header.purpose)
  }

  private static let lineFeed = UInt8(ascii: "\n")
  private static let opening = Array("{\"commit\":".utf8)

  /// Puts back, line by line, what was left out.
  private struct Restorer {
    private var out: [UInt8] = []
    private var previous: CommitHeader?
    private var trailer: [UInt8]?
    /// Whether the last commit has no trailer yet.
    private var isOpen = false

    mutating func take(_ line: Span<UInt8>) throws(DocumentError) {
      if let step = Self.step(line) {
        guard let previous, let next = follower(of: previous, afterMillis: step) else {
          throw .line(.unexpected, byteOffset: out.count)
        }
        try close()
        try append(next.line.span)
        begin(next)
      } else if Self.starts(line, with: opening) {
        try close()
        let header = try CommitHeader(line: line)
        try append(line)
        begin(header)
      } else {
        guard isOpen else { throw .line(.unexpected, byteOffset: out.count) }
        try append(line)
        guard Trailer.begins(at: 0, in: line) else { return }
        trailer = [UInt8](bytesOf: line)
        isOpen = false
      }
    }

    mutating func finish() throws(DocumentError) -> [UInt8] {
      try close()
      return out
    }

    private mutating func begin(_ header: CommitHeader) {
      previous = header
      isOpen = true
    }

    /// Ends a commit whose trailer was left out.
    private mutating func close() throws(DocumentError) {
      guard isOpen else { return }
      guard let trailer else { throw .line(.unexpected, byteOffset: out.count) }
      try append(trailer.span)
      isOpen = false
    }

    private mutating func append(_ line: Span<UInt8>) throws(DocumentError) {
      guard out.count + line.count < Limits.memberRawBytes else {
        throw .line(.tooLong, byteOffset: out.count)
      }
      out.append(bytesOf: line)
      out.append(lineFeed)
    }

    private static func starts(_ line: Span<UInt8>, with prefix: [UInt8]) -> Bool {
      line.count >= prefix.count && prefix.indices.allSatisfy { line[$0] == prefix[$0] }
    }

    /// The milliseconds that such a line says, if it is one: a sign and up to 15 digits.
    private static func step(_ line: Span<UInt8>) -> Int64? {
      guard (2...16).contains(line.count),
        line[0] == UInt8(ascii: "+") || line[0] == UInt8(ascii: "-")
      else { return nil }
      return Int64(String(decoding: [UInt8](bytesOf: line), as: UTF8.self))
    }
  }
}
