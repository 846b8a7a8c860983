import Bytes
import Documents
import Platform
import Sealing

/// Following the chains of what came in.
extension Receiver {
  /// A signature, and the chain that it vouches for.
  struct Proof: Sendable {
    let chain: Chain
    let signature: [UInt8]
  }

  /// What follows in one replica's chain.
  private struct Walk {
    var followed: [(dot: Dot, proof: Int?)] = []
    var proofs: [Proof] = []
    var broken: Dot?
  }

  /// Follows one replica's chain as far as it holds and is signed.
  mutating func prove(_ replica: ReplicaID) {
    let first = Dot(replica, (counts[replica] ?? 0) + 1)
    if chains[replica] == nil, let key = candidates[first]?.header.key {
      let workspace = beginning(of: replica, key) ?? roots.home
      roots.note(replica, beginsIn: workspace)
      chains[replica] = Chain(workspace: workspace, key: key)
    }
    let walk = self.walk(replica)
    // What takes the time; nothing hangs on the order.
    let isRight = Parallel.map(count: walk.proofs.count) {
      walk.proofs[$0].chain.verify(walk.proofs[$0].signature)
    }
    var unsigned: [Dot] = []
    for (place, commit) in walk.followed.enumerated() {
      unsigned.append(commit.dot)
      guard let proof = commit.proof else { continue }
      guard isRight[proof] else {
        report.refused.append(unsigned[0])
        // Nobody has seen what is not proven.
        for later in walk.followed[place...].map(\.dot) + unsigned { heads[later] = nil }
        return
      }
      for dot in unsigned { proven[dot] = dot == commit.dot }
      unsigned.removeAll()
    }
    for dot in unsigned { heads[dot] = nil }
    if let broken = walk.broken {
      heads[broken] = nil
      report.refused.append(unsigned.first ?? broken)
    } else if let waiting = unsigned.first {
      report.waiting.append(waiting)
    }
  }

  /// The workspace in which the chain of a new replica begins, as its first signature tells.
  private func beginning(of replica: ReplicaID, _ key: PublicKey) -> WorkspaceID? {
    let candidates = roots.candidates(for: replica)
    guard candidates.count > 1 else { return nil }
    var start = ChainStart(key: key)
    while let candidate = self.candidates[Dot(replica, start.number + 1)] {
      let raw = candidate.lines.span
      var cursor = CommitCursor()
      guard let frame = try? cursor.next(in: raw),
        let trailer = try? Trailer(line: raw.extracting(frame.trailer)),
        let body = try? Chain.hash(
          body: raw.extracting(frame.body), salt: trailer.salt, of: start.number + 1)
      else { return nil }
      start.append(line: BLAKE2b.hash256(raw.extracting(frame.line)), body: body)
      if let signature = trailer.signature {
        return start.workspace(of: candidates, by: signature)
      }
    }
    return nil
  }

  private mutating func walk(_ replica: ReplicaID) -> Walk {
    var walk = Walk()
    var number = counts[replica] ?? 0
    while number < .max, let candidate = candidates[Dot(replica, number + 1)] {
      number += 1
      let dot = Dot(replica, number)
      guard let signature = try? advance(candidate, of: replica) else {
        walk.broken = dot
        break
      }
      var proof: Int?
      if !signature.isEmpty, let chain = chains[replica] {
        proof = walk.proofs.count
        walk.proofs.append(Proof(chain: chain, signature: signature))
      }
      walk.followed.append((dot, proof))
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
