import Bytes
public import Documents
import Platform
import Sealing

/// One thing that is wrong in a document.
public struct CheckProblem: Equatable, Sendable {
  /// What is wrong.
  public enum Kind: Equatable, Sendable {
    /// A stretch of the file belongs to no readable member; its bytes, from–to.
    case damage(bytes: Range<Int>)
    /// A member cannot be read.
    case member(DocumentError)
    /// A member's extra field says something else of its commits than they do.
    case mislabelled
    /// Commits of a replica are missing: from–to.
    case missing(replica: ReplicaID, first: UInt32, last: UInt32)
    /// A signature is not the device's own over the chain up to this commit.
    case signature
    /// The last commits of a replica are covered by no signature.
    case unsigned
    /// What the commit says that it had seen of another replica is not what stands here.
    case sighting(of: ReplicaID)
    /// A line breaks the format.
    case line(DocumentError)
  }

  /// What is wrong.
  public let kind: Kind
  /// Where, in bytes of the file; nothing where no single place is.
  public let byteOffset: Int?
  /// The commit that it concerns.
  public let dot: Dot?
  /// The records that it touches, as type and id, as far as can be told.
  public let records: [String]

  /// Describes a problem.
  ///
  /// - Parameters:
  ///   - kind: what is wrong.
  ///   - byteOffset: where, in bytes of the file.
  ///   - dot: the commit that it concerns.
  ///   - records: the records that it touches.
  public init(kind: Kind, byteOffset: Int?, dot: Dot?, records: [String]) {
    self.kind = kind
    self.byteOffset = byteOffset
    self.dot = dot
    self.records = records
  }
}

/// What a check of a document found.
public struct CheckReport: Equatable, Sendable {
  /// The length of the file.
  public internal(set) var byteCount = 0
  /// How many bytes at the end were never acknowledged; they do no harm.
  public internal(set) var tornByteCount = 0
  /// How many members there are.
  public internal(set) var memberCount = 0
  /// How many commits there are.
  public internal(set) var commitCount = 0
  /// How many record lines there are.
  public internal(set) var lineCount = 0
  /// How many signatures were verified.
  public internal(set) var signatureCount = 0
  /// For each replica its last commit without gaps.
  public internal(set) var frontier = Frontier()
  /// The replicas that wrote several histories; all of them count, so nothing is wrong with that.
  public internal(set) var forked: [ReplicaID] = []
  /// Commits that are missing, and that a salvage gave up (SPEC §12.7): nothing more is lost by
  /// that.
  public internal(set) var losses: [Loss] = []
  /// What is wrong.
  public internal(set) var problems: [CheckProblem] = []

  /// Whether nothing acknowledged is damaged or missing.
  public var isSound: Bool { problems.isEmpty }
}

/// Reads a document through and holds everything in it against everything else (SPEC §12.4).
public enum Check {
  /// Checks the document at `path`; it is not changed, and need not be locked.
  ///
  /// - Parameters:
  ///   - path: where the document stands.
  ///   - progress: is told how far the work has come.
  /// - Returns: what was found.
  /// - Throws: `DocumentError.notFound`, `.notADocument`, or what the system says; all else is in
  ///   the report.
  public static func run(
    path: String, progress: ProgressReport = { _, _ in }
  ) throws -> CheckReport {
    let file = try DocumentFile(path: path, writing: false)
    let bytes = try file.readToEnd(from: 0)
    let map = bytes.withBytes { MemberMap($0) }
    guard let first = map.members.first, first.contents == .header, first.byteOffset == 0 else {
      throw DocumentError.notADocument(path: path)
    }
    var inflater = Inflater()
    var raw: [UInt8] = []
    try first.inflate(bytes.bytes, with: &inflater, into: &raw)
    guard let end = Lines.end(ofLineAt: 0, in: raw.span) else {
      throw DocumentError.notADocument(path: path)
    }
    let header = try Header(line: raw.span.extracting(0..<end))
    let repeated = Loader.overlapping(map)
    let roots = Source(bytes).roots(in: header.workspace)
    var checker = Checker(roots: roots, repeated: repeated)
    checker.report.byteCount = bytes.count
    checker.report.tornByteCount = map.byteCount - map.end
    checker.report.memberCount = map.members.count
    for damage in map.damage {
      checker.note(.damage(bytes: damage.bytes), at: damage.bytes.lowerBound)
    }
    for member in map.members where member.contents != .header {
      do throws(DocumentError) {
        try member.inflate(bytes.bytes, with: &inflater, into: &raw)
        if member.holdsCommits(raw.span) { checker.check(raw.span, member: member) }
      } catch {
        checker.note(.member(error), at: member.byteOffset)
      }
      progress(member.byteEnd, bytes.count)
    }
    for tree in Loader.trees(of: repeated, [(map, bytes)], by: ChainRoots(header.workspace)) {
      checker.check(tree)
    }
    checker.finish()
    return checker.report
  }
}

/// Follows the chains of all replicas through a document.
private struct Checker {
  var report = CheckReport()
  private let roots: ChainRoots
  /// The replicas of which numbers stand more than once; their histories are followed as trees.
  private let repeated: Set<ReplicaID>
  private var replicas: [ReplicaID: Progress] = [:]
  private var givenUp: [Loss] = []
  private var sightings: [(by: Dot, Sighting)] = []
  /// The names that histories of repeated replicas have, or would have.
  private var families: [ReplicaID: ReplicaID] = [:]
  private var histories: [ReplicaID: Set<Mark>] = [:]

  private struct Mark: Hashable {
    let number: UInt32
    let head: [UInt8]
  }
  private var reader = EditReader()

  private struct Progress {
    var chain: Chain?
    /// The chain hashes' first bytes by number, from 1.
    var heads: [[UInt8]] = []
    var signedUpTo: UInt32 = 0
    /// Commits that stand before those that they follow, or behind a gap.
    var waiting: [UInt32: Waiting] = [:]
    /// Those whose signatures turned out to be wrong.
    var forged: [Waiting] = []

    /// Takes the next commit into the chain.
    mutating func follow(_ commit: Waiting) throws(DocumentError) {
      guard var next = chain else { return }
      try next.advance(
        commitLine: commit.line.span, body: commit.body.span, salt: commit.trailer.salt)
      chain = next
      heads.append(next.shortHead)
      guard let signature = commit.trailer.signature else { return }
      if next.verify(signature) {
        signedUpTo = commit.dot.number
      } else {
        forged.append(commit)
      }
    }
  }

  /// What is to be checked of a commit, once its place in the chain is known.
  private struct Waiting {
    let dot: Dot
    let line: [UInt8]
    let body: [UInt8]
    let trailer: Trailer
    let seen: [Sighting]
    let byteOffset: Int
    let records: [String]
  }

  init(roots: ChainRoots, repeated: Set<ReplicaID>) {
    self.roots = roots
    self.repeated = repeated
  }

  mutating func check(_ tree: ForkTree) {
    for dot in tree.refused { note(.signature, dot: dot) }
    // An unsigned commit may have been tried in several places.
    let proven = Set(tree.nodes.filter(\.isProven).flatMap(\.frames).map(\.key))
    for node in tree.nodes
    where !node.isProven && !node.frames.contains(where: { proven.contains($0.key) }) {
      note(.unsigned, dot: Dot(tree.replica, node.number))
    }
    if tree.isForked { report.forked.append(tree.replica) }
    for node in tree.nodes where node.isProven {
      // Whatever a history is called, its commits are known by their hashes.
      for name in [tree.replica, node.name, node.chain.branchID] { families[name] = tree.replica }
      histories[tree.replica, default: []].insert(
        Mark(number: node.number, head: node.chain.shortHead))
    }
    for (name, tip) in tree.tips {
      report.frontier.join(Frontier([name: tree.nodes[tip].number]))
    }
  }

  mutating func note(
    _ kind: CheckProblem.Kind, at byteOffset: Int? = nil, dot: Dot? = nil, records: [String] = []
  ) {
    report.problems.append(
      CheckProblem(kind: kind, byteOffset: byteOffset, dot: dot, records: records))
  }

  mutating func check(_ raw: Span<UInt8>, member: Member) {
    var cursor = CommitCursor()
    var held: [Member.Run] = []
    var unreadable: [DocumentError] = []
    var isUnfinished = false
    while let frame = cursor.nextReadable(in: raw, refused: { unreadable.append($0) }) {
      let dot = frame.header.dot
      Member.Run.note(dot, in: &held)
      isUnfinished = frame.header.part.map { $0.index < $0.count } ?? false
      report.commitCount += 1
      do throws(DocumentError) {
        try check(frame, in: raw, member: member)
      } catch {
        note(.line(error), at: member.byteOffset, dot: dot)
      }
    }
    for error in unreadable { note(.line(error), at: member.byteOffset) }
    let agrees = Member.Run.agree(member.runs, held) && member.continues == isUnfinished
    if unreadable.isEmpty, !agrees {
      note(.mislabelled, at: member.byteOffset)
    }
  }

  private mutating func check(
    _ frame: CommitFrame, in raw: Span<UInt8>, member: Member
  ) throws(DocumentError) {
    let dot = frame.header.dot
    let records = checkLines(frame, in: raw, member: member)
    if repeated.contains(dot.replica) {
      if (try? Trailer(line: raw.extracting(frame.trailer)))?.signature != nil {
        report.signatureCount += 1
      }
      return
    }
    let trailer = try Trailer(line: raw.extracting(frame.trailer))
    // Out of the dictionary, so that nothing of it is copied.
    var progress = replicas.removeValue(forKey: dot.replica) ?? Progress()
    defer { replicas[dot.replica] = progress }
    if let key = frame.header.key, progress.chain == nil {
      progress.chain = Chain(workspace: roots[dot.replica], key: key)
    }
    let commit = Waiting(
      dot: dot, line: [UInt8](bytesOf: raw.extracting(frame.line)),
      body: [UInt8](bytesOf: raw.extracting(frame.body)), trailer: trailer,
      seen: frame.header.seen, byteOffset: member.byteOffset, records: records)
    // As a rule each stands behind the one before it (SPEC §3.2), and nothing waits.
    guard dot.number == (progress.chain?.number ?? 0) + 1 else {
      progress.waiting[dot.number] = commit
      return
    }
    var next: Waiting? = commit
    while let commit = next, progress.chain != nil {
      try progress.follow(commit)
      if commit.trailer.signature != nil { report.signatureCount += 1 }
      for sighting in commit.seen { sightings.append((commit.dot, sighting)) }
      next = progress.waiting.removeValue(forKey: commit.dot.number + 1)
    }
  }

  private mutating func checkLines(
    _ frame: CommitFrame, in raw: Span<UInt8>, member: Member
  ) -> [String] {
    var records: [String] = []
    var seen: Set<String> = []
    var start = frame.body.lowerBound
    while start < frame.body.upperBound, let end = Lines.end(ofLineAt: start, in: raw) {
      report.lineCount += 1
      do {
        if let edit = try reader.edit(of: raw.extracting(start..<end)) {
          let name = "\(edit.type) \(edit.id)"
          records.append(name)
          if let loss = Loss(edit) { givenUp.append(loss) }
          if !seen.insert(name).inserted {
            note(
              .line(.line(.recordTwice, byteOffset: start)), at: member.byteOffset,
              dot: frame.header.dot, records: [name])
          }
        }
      } catch {
        note(.line(error), at: member.byteOffset, dot: frame.header.dot)
      }
      start = end + 1
    }
    return records
  }

  mutating func finish() {
    var numbers: [ReplicaID: UInt32] = [:]
    for (replica, progress) in replicas.sorted(by: { $0.key < $1.key }) {
      let count = progress.chain?.number ?? 0
      if count > 0 { numbers[replica] = count }
      for commit in progress.forged {
        note(.signature, at: commit.byteOffset, dot: commit.dot, records: commit.records)
      }
      if let beyond = progress.waiting.keys.min() {
        if givenUp.contains(where: { $0.covers(replica, count + 1, beyond - 1) }) {
          report.losses.append(Loss(replica, count + 1, beyond - 1))
        } else {
          note(.missing(replica: replica, first: count + 1, last: beyond - 1))
        }
      }
      if progress.signedUpTo < count {
        note(.unsigned, dot: Dot(replica, count))
      }
    }
    for (by, sighting) in sightings {
      if let family = families[sighting.replica] {
        let mark = Mark(number: sighting.number, head: sighting.head)
        if !(histories[family]?.contains(mark) ?? false) {
          note(.sighting(of: sighting.replica), dot: by)
        }
        continue
      }
      let progress = replicas[sighting.replica]
      let heads = progress?.heads ?? []
      // What is lost is told of as missing.
      if sighting.number > heads.count, !(progress?.waiting.isEmpty ?? true) { continue }
      if sighting.number > heads.count || heads[Int(sighting.number) - 1] != sighting.head {
        note(.sighting(of: sighting.replica), dot: by)
      }
    }
    report.frontier.join(Frontier(numbers))
  }
}
