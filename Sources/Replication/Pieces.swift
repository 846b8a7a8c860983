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
      run.last - run.first > Self.longestRun
        || (run.first...run.last).contains { wanted(Dot(run.replica, $0)) }
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

  /// No member holds more commits; what claims to is not counted through.
  private static let longestRun = UInt32(Limits.memberRawBytes)

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
    var isTorn = map.isTorn || !map.damage.isEmpty
    for member in map.members {
      guard case .commits(let told, _) = member.contents else { continue }
      // The extra field may say anything.
      var found: [Member.Run] = []
      let isWhole = (try? member.inflate(bytes.span, with: &inflater, into: &raw)) != nil
      var cursor = CommitCursor()
      while isWhole, found.count <= told.count,
        let frame = cursor.nextReadable(in: raw.span, refused: { _ in })
      {
        Member.Run.note(frame.header.dot, in: &found)
      }
      if Member.Run.agree(told, found) { runs += found } else { isTorn = true }
    }
    return .piece(runs: runs, isTorn: isTorn)
  }

  /// Which commits of some files are those that stand here, and no others of the same name.
  ///
  /// Of replicas that wrote several histories all are taken for those.
  ///
  /// - Parameter pieces: the files.
  /// - Returns: for each file the commits.
  /// - Throws: what the system says.
  public func runsHeld(of pieces: [[UInt8]]) throws -> [[Member.Run]] {
    let ledger = keptLedger() ?? emptyLedger()
    let kept = ledger.end
    ledger.extend(try file.readToEnd(from: kept))
    if ledger.end - kept > Self.tailLimit { keep(ledger) }
    let forked = forkedReplicas
    return pieces.map { piece in
      var stretches: [PieceStretch] = []
      var last: [ReplicaID: Int] = [:]
      for member in MemberMap(piece.span).members {
        for fact in (try? CommitFact.read(member, in: piece.span)) ?? [] {
          if let place = last[fact.dot.replica], stretches[place].take(fact, ledger) { continue }
          last[fact.dot.replica] = stretches.count
          stretches.append(PieceStretch(fact, ledger))
        }
      }
      return stretches.compactMap { forked.contains($0.run.replica) ? $0.run : $0.held }
    }
  }
}

/// Commits of one replica that follow one another in a file.
private struct PieceStretch {
  private(set) var run: Member.Run
  /// Those of them that end with a commit that the document has, by its chain hash: so all do.
  private(set) var held: Member.Run?
  private var chain: Chain?

  init(_ fact: CommitFact, _ ledger: CommitLedger) {
    let dot = fact.dot
    run = Member.Run(replica: dot.replica, first: dot.number, last: dot.number)
    let before = Dot(dot.replica, dot.number - 1)
    if let key = fact.first?.key {
      chain = Chain(workspace: ledger.roots[dot.replica], key: key)
    } else if let key = ledger.chains[dot.replica]?.key, let head = ledger.head(of: before) {
      chain = Chain(key: key, number: before.number, head: head)
    }
    advance(by: fact, ledger)
  }

  /// Takes the commit that follows; false if this one does not.
  mutating func take(_ fact: CommitFact, _ ledger: CommitLedger) -> Bool {
    guard fact.dot.number == run.last + 1 else { return false }
    run.last = fact.dot.number
    advance(by: fact, ledger)
    return true
  }

  private mutating func advance(by fact: CommitFact, _ ledger: CommitLedger) {
    chain?.advance(lineHash: fact.lineHash, bodyHash: fact.bodyHash)
    guard let chain, chain.head == ledger.head(of: fact.dot) else { return }
    held = Member.Run(replica: run.replica, first: run.first, last: fact.dot.number)
  }
}
