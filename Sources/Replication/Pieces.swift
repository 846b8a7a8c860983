import Bytes
public import Documents
import Platform

/// Some commits as a small document of their own: what a carrier brings from machine to machine.
public struct Piece: Sendable {
  /// The header member and the members with the commits.
  public let bytes: [UInt8]
  /// Which commits they are.
  public let runs: [Member.Run]
}

extension Workspace {
  /// Which commits stand in the document, by the replicas whose keys sign them.
  public func holdings() throws -> [ReplicaID: UInt32] {
    var numbers: [ReplicaID: UInt32] = [:]
    for entry in state.replicas where entry.count > 0 {
      let device = entry.device ?? entry.id
      numbers[device] = max(numbers[device] ?? 0, entry.count)
    }
    return numbers
  }

  /// The replicas that wrote several histories.
  public var forkedReplicas: Set<ReplicaID> { state.replicaTable.forked }

  /// Puts commits into pieces of bounded size, in an order that follows causality.
  ///
  /// - Parameters:
  ///   - byteCount: from how many bytes on a piece is closed.
  ///   - wanted: tells of a commit whether it is wanted.
  /// - Returns: the pieces.
  /// - Throws: `DocumentError`, or what the system says.
  public func pieces(
    closedFrom byteCount: Int, where wanted: (Dot) -> Bool
  ) throws -> [Piece] {
    let source = Source(ByteRegion(try file.read(from: 0, count: end)))
    let opening = try headerMember(of: source)
    let keepsSignatures = !state.replicaTable.forked.isEmpty
    var pieces: [Piece] = []
    var packing = Packing(keepsSignatures: keepsSignatures)
    var runs: [Member.Run] = []
    func close() {
      packing.close()
      guard !runs.isEmpty else { return }
      pieces.append(Piece(bytes: opening + packing.members, runs: runs))
      packing = Packing(keepsSignatures: keepsSignatures)
      runs = []
    }
    try source.forEachFrame(where: { run in
      (run.first...run.last).contains { wanted(Dot(run.replica, $0)) }
    }) { frame, raw in
      guard wanted(frame.header.dot) else { return }
      Member.Run.note(frame.header.dot, in: &runs)
      try packing.add(frame, in: raw)
      // A batch is not torn apart, so that nobody has to hold back one half of it.
      let isOpen = frame.header.part.map { $0.index < $0.count } ?? false
      if packing.members.count >= byteCount, !isOpen { close() }
    }
    close()
    return pieces
  }

  private func headerMember(of source: Source) throws -> [UInt8] {
    guard let first = source.map.members.first, first.contents == .header else {
      throw DocumentError.notADocument(path: file.path)
    }
    return source.bytes.withBytes {
      [UInt8](bytesOf: $0.extracting(first.byteOffset..<first.byteEnd))
    }
  }
}

/// What a file that a carrier brought turned out to be.
public enum PieceReading: Sendable {
  /// Commits of the workspace.
  case piece(runs: [Member.Run], isTorn: Bool)
  /// A document of another workspace.
  case foreign
  /// A document that needs a newer version of the program.
  case tooNew
  /// No document at all.
  case unreadable
}

extension Workspace {
  /// Looks what a file holds, without believing it.
  public func read(piece bytes: [UInt8]) -> PieceReading {
    let map = MemberMap(bytes.span)
    guard let first = map.members.first, first.contents == .header, first.byteOffset == 0 else {
      return .unreadable
    }
    var inflater = Inflater()
    var raw: [UInt8] = []
    guard (try? first.inflate(bytes.span, with: &inflater, into: &raw)) != nil,
      let end = Lines.end(ofLineAt: 0, in: raw.span)
    else { return .unreadable }
    do {
      let found = try Header(line: raw.span.extracting(0..<end))
      guard found.workspace == header.workspace else { return .foreign }
    } catch DocumentError.needsNewerReader {
      return .tooNew
    } catch {
      return .unreadable
    }
    var runs: [Member.Run] = []
    for member in map.members {
      guard case .commits(let held, _) = member.contents else { continue }
      runs += held
    }
    return .piece(runs: runs, isTorn: map.isTorn || !map.damage.isEmpty)
  }
}
