import Bytes
import Documents
import Platform

/// Following the chains of what came in.
extension Receiver {
  /// A signature, and the chain that it vouches for.
  struct Proof: Sendable {
    let chain: Chain
    let signature: [UInt8]
  }

  /// What follows in one replica's chain.
  struct Walk {
    var followed: [(dot: Dot, endsBatch: Bool, proof: Int?)] = []
    var proofs: [Proof] = []
    var broken: Dot?
    /// Of each proof whether its signature is right.
    var isRight: [Bool] = []
  }

  /// Follows one replica's chain as far as it holds and is signed.
  mutating func prove(
    _ replica: ReplicaID, _ proven: inout Set<Dot>, _ report: inout JoinReport
  ) {
    let isNew = chains[replica] == nil
    var walk = Walk()
    for workspace in isNew ? roots.candidates(for: replica) : [roots.home] {
      if isNew { chains[replica] = nil }
      walk = self.walk(replica, from: workspace)
      guard walk.isRight.first ?? true else { continue }
      if workspace != roots.home { begunElsewhere.insert(replica) }
      break
    }
    var unsigned: [Dot] = []
    var whole: [Dot] = []
    for (place, commit) in walk.followed.enumerated() {
      unsigned.append(commit.dot)
      guard let proof = commit.proof else { continue }
      guard walk.isRight[proof] else {
        report.refused.append(unsigned[0])
        // Nobody has seen what is not proven.
        for later in walk.followed[place...] { heads[later.dot] = nil }
        return
      }
      whole += unsigned
      unsigned.removeAll()
      // Of a batch that counts wholly or not at all, nothing is taken before the rest is here.
      if commit.endsBatch {
        proven.formUnion(whole)
        whole.removeAll()
      }
    }
    if let broken = walk.broken {
      report.refused.append(unsigned.first ?? broken)
    } else if let waiting = (whole + unsigned).first {
      report.waiting.append(waiting)
    }
  }

  private mutating func walk(_ replica: ReplicaID, from workspace: WorkspaceID) -> Walk {
    var walk = Walk()
    var number = counts[replica] ?? 0
    while number < .max, let candidate = candidates[Dot(replica, number + 1)] {
      number += 1
      let dot = Dot(replica, number)
      if let key = candidate.header.key, chains[replica] == nil {
        chains[replica] = Chain(workspace: workspace, key: key)
      }
      guard let signature = try? advance(candidate, of: replica) else {
        walk.broken = dot
        break
      }
      var proof: Int?
      if !signature.isEmpty, let chain = chains[replica] {
        proof = walk.proofs.count
        walk.proofs.append(Proof(chain: chain, signature: signature))
      }
      let endsBatch = candidate.header.part.map { $0.index == $0.count } ?? true
      walk.followed.append((dot, endsBatch, proof))
    }
    // What takes the time; nothing hangs on the order.
    let signed = walk.proofs
    walk.isRight = Parallel.map(count: signed.count) {
      signed[$0].chain.verify(signed[$0].signature)
    }
    return walk
  }

  /// Takes the next commit into its replica's chain.
  ///
  /// What breaks the format is refused here: in the document it would block its replica.
  ///
  /// - Returns: its signature; empty if it has none.
  private mutating func advance(
    _ candidate: Candidate, of replica: ReplicaID
  ) throws -> [UInt8] {
    let raw = candidate.lines.span
    var cursor = CommitCursor()
    guard let frame = try cursor.next(in: raw) else {
      throw DocumentError.line(.unexpected, byteOffset: 0)
    }
    let trailer = try Trailer(line: raw.extracting(frame.trailer))
    try chains[replica]?.advance(
      commitLine: raw.extracting(frame.line), body: raw.extracting(frame.body),
      salt: trailer.salt)
    heads[candidate.header.dot] = chains[replica]?.shortHead
    try reader.check(frame, in: raw)
    return trailer.signature ?? []
  }
}
