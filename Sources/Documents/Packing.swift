import Bytes

/// Joins commits into members of a good size (SPEC §11).
///
/// Small members are what appending makes; larger ones compress better and are read faster. The
/// order of the commits stays. Of each replica only the last signature within a member stays,
/// since it covers those before it.
public struct Packing: ~Copyable {
  /// Members are closed from this many bytes of lines on.
  public static let rawByteCount = 256 << 10

  /// The members made so far.
  public private(set) var members: [UInt8] = []

  /// How many members were made so far.
  public private(set) var memberCount = 0

  private let keepsSignatures: Bool
  private var deflater: Deflater
  private var pieces: [Piece] = []
  private var pendingByteCount = 0

  private struct Piece {
    let header: CommitHeader
    var lines: [UInt8]
    let trailer: Trailer
  }

  /// Starts with no members.
  ///
  /// - Parameter keepsSignatures: whether all signatures stay, as those of forked replicas do.
  public init(keepsSignatures: Bool = false) {
    self.keepsSignatures = keepsSignatures
    deflater = Deflater(level: 9)
  }

  /// Adds the next commit.
  ///
  /// - Parameters:
  ///   - frame: where the commit's pieces stand.
  ///   - raw: the lines that it stands in.
  /// - Throws: `DocumentError.line` if its trailer is none.
  public mutating func add(
    _ frame: CommitFrame, in raw: Span<UInt8>
  ) throws(DocumentError) {
    let trailer = try Trailer(line: raw.extracting(frame.trailer))
    let lines = [UInt8](
      bytesOf: raw.extracting(frame.line.lowerBound..<frame.trailer.lowerBound))
    let dot = frame.header.dot
    // A replica's commits within a member have no gaps (SPEC §3.2).
    if let last = pieces.last(where: { $0.header.dot.replica == dot.replica }),
      last.header.dot.number + 1 != dot.number
    {
      close()
    }
    pieces.append(Piece(header: frame.header, lines: lines, trailer: trailer))
    pendingByteCount += frame.whole.count
    let replicas = Set(pieces.map(\.header.dot.replica)).count
    if pendingByteCount >= Self.rawByteCount || replicas == Limits.memberRuns { close() }
  }

  /// Adds a member as it is, behind those made so far.
  public mutating func keep(_ member: Span<UInt8>) {
    close()
    members.append(bytesOf: member)
    memberCount += 1
  }

  /// Ends the member that is being filled.
  public mutating func close() {
    guard let last = pieces.last else { return }
    var raw: [UInt8] = []
    var runs: [Member.Run] = []
    var seen: Set<ReplicaID> = []
    var isLastOfReplica = Array(repeating: false, count: pieces.count)
    for index in pieces.indices.reversed() {
      isLastOfReplica[index] = seen.insert(pieces[index].header.dot.replica).inserted
    }
    for (index, piece) in pieces.enumerated() {
      let dot = piece.header.dot
      if let place = runs.firstIndex(where: { $0.replica == dot.replica }) {
        runs[place].last = dot.number
      } else {
        runs.append(Member.Run(replica: dot.replica, first: dot.number, last: dot.number))
      }
      raw += piece.lines
      raw +=
        keepsSignatures || isLastOfReplica[index]
        ? piece.trailer.line : Trailer(salt: piece.trailer.salt, signature: nil).line
      raw.append(UInt8(ascii: "\n"))
    }
    let continues = last.header.part.map { $0.index < $0.count } ?? false
    members += Member.encode(
      raw.span, as: .commits(runs: runs, continues: continues), with: &deflater)
    memberCount += 1
    pieces.removeAll(keepingCapacity: true)
    pendingByteCount = 0
  }
}
