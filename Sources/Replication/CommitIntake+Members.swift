import Bytes
import Documents
import Platform

// Giving out what was verified.
extension CommitIntake {
  /// The members in bytes that were just packed, at their places in them.
  static func members(in bytes: [UInt8]) -> [Member] {
    var members: [Member] = []
    var offset = 0
    while offset < bytes.count, let member = try? Member.decode(bytes.span, at: offset) {
      members.append(member)
      offset += member.byteCount
    }
    return members
  }

  private mutating func refuse(_ replica: ReplicaID, from number: UInt32, _ own: inout Progress) {
    own.refusedFrom = number
    refused.append(Dot(replica, number))
  }

  /// Gives out the commits that are proven and whose batches are complete.
  ///
  /// - Parameter isEnd: whether nothing more comes; what is still not proven is then refused.
  /// - Returns: the commits; those that wait stay.
  public mutating func take(isEnd: Bool) -> StagedCommits {
    var staged = StagedCommits()
    dropRefused()
    let ready = isEnd ? readyAtEnd() : readyCount()
    var packing = Packing()
    for piece in pieces[..<ready] where !piece.commits.isEmpty {
      pack(piece, into: &packing)
      for commit in piece.commits where staged.bases[commit.fact.dot.replica] == nil {
        staged.bases[commit.fact.dot.replica] = .some(progress[commit.fact.dot.replica]?.base)
      }
      staged.commits += piece.commits
      if let batch = piece.batch, !piece.isPartial { staged.read.append((piece.member, batch)) }
    }
    packing.close()
    staged.members = packing.members
    staged.pieces = Self.members(in: packing.members)
    staged.refused = refused
    refused = []
    if isEnd {
      staged.aside = aside
      aside = []
    }
    pieces.removeFirst(ready)
    byteCount = (pieces.map(\.bytes) + aside).reduce(0) { $0 + $1.count }
    for commit in staged.commits { progress[commit.fact.dot.replica]?.base = commit.chain }
    return staged
  }

  /// Leaves out what was refused after it had been taken in.
  private mutating func dropRefused() {
    let limits = progress.compactMapValues(\.refusedFrom)
    guard !limits.isEmpty else { return }
    for index in pieces.indices {
      let before = pieces[index].commits.count
      pieces[index].commits.removeAll { commit in
        limits[commit.fact.dot.replica].map { commit.fact.dot.number >= $0 } ?? false
      }
      if pieces[index].commits.count < before { pieces[index].isPartial = true }
    }
  }

  /// How many pieces lie before the last place at which no batch is open and all is proven.
  private func readyCount() -> Int {
    var open: Set<ReplicaID> = []
    var ready = 0
    for (index, piece) in pieces.enumerated() {
      for commit in piece.commits {
        let dot = commit.fact.dot
        guard dot.number <= progress[dot.replica]?.provenNumber ?? 0 else { return ready }
        if keepsBatchesWhole, commit.fact.isOpen {
          open.insert(dot.replica)
        } else {
          open.remove(dot.replica)
        }
      }
      if open.isEmpty { ready = index + 1 }
    }
    return ready
  }

  /// As `readyCount`, after refusing the commits that nothing will prove or complete any more.
  private mutating func readyAtEnd() -> Int {
    var firstUnready: [ReplicaID: UInt32] = [:]
    for commit in pieces.flatMap(\.commits) {
      let dot = commit.fact.dot
      let isProven = dot.number <= progress[dot.replica]?.provenNumber ?? 0
      if !isProven || (keepsBatchesWhole && commit.fact.isOpen) {
        let start =
          keepsBatchesWhole ? dot.number - ((commit.fact.part?.index ?? 1) - 1) : dot.number
        firstUnready[dot.replica] = firstUnready[dot.replica] ?? start
      } else if isProven {
        firstUnready[dot.replica] = nil
      }
    }
    for (replica, number) in firstUnready.sorted(by: { $0.key < $1.key }) {
      guard var own = progress[replica] else { continue }
      refuse(replica, from: number, &own)
      progress[replica] = own
    }
    dropRefused()
    return pieces.count
  }

  private func pack(_ piece: Piece, into packing: inout Packing) {
    guard piece.isPartial else {
      packing.keep(piece.bytes.span)
      return
    }
    let wanted = Set(piece.commits.map(\.fact.dot))
    var inflater = Inflater()
    var raw: [UInt8] = []
    // It was read once, so it can be read again.
    guard (try? piece.member.inflate(piece.bytes.span, with: &inflater, into: &raw)) != nil else {
      return
    }
    var cursor = CommitCursor()
    while let frame = cursor.nextReadable(in: raw.span, refused: { _ in }) {
      guard wanted.contains(frame.header.dot) else { continue }
      _ = try? packing.add(frame, in: raw.span)
    }
    packing.close()
  }
}
