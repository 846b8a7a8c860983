import Bytes
import Documents
import Platform
import Sealing

/// The chain hashes of commits that others say they have seen.
extension Workspace {
  /// The chain hashes of some commits, as sightings give them.
  ///
  /// What is known is not worked out. The rest takes all that the replicas have written.
  func heads(of dots: Set<Dot>) throws -> [Dot: [UInt8]] {
    var heads: [Dot: [UInt8]] = [:]
    for dot in dots { heads[dot] = try knownHead(of: dot) }
    let rest = Set(dots.filter { heads[$0] == nil }.map(\.replica))
    if !rest.isEmpty { try followChains(of: rest) { heads[$0] = $1.shortHead } }
    return heads
  }

  /// The chain hash of a replica's last commit, where it was computed or noted.
  private func knownHead(of dot: Dot) throws -> [UInt8]? {
    let table = state.replicaTable
    guard let place = table.existingPlace(of: dot.replica), table[place].count == dot.number else {
      return nil
    }
    if let head = table[place].head { return Array(head.bytes.prefix(16)) }
    // As in `author`, the note speaks of this document if it ends as the document did.
    guard let noted = device.lastWritten(in: header.workspace, by: dot.replica),
      noted.number == dot.number,
      try file.read(from: max(0, noted.end - noted.tail.count), count: noted.tail.count)
        == noted.tail
    else { return nil }
    return Array(noted.head.bytes.prefix(16))
  }

  /// The chain of a replica up to its last commit in the state, worked out from the document.
  ///
  /// - Throws: `WorkspaceError.damaged` if the document does not hold all its commits.
  func chain(of replica: ReplicaID) throws -> Chain {
    guard let chain = try chains(of: [replica])[replica] else {
      throw WorkspaceError.damaged(path: file.path)
    }
    return chain
  }

  /// As `chain(of:)`, of many replicas, however many, in one reading of the document.
  func chains(of replicas: Set<ReplicaID>) throws -> [ReplicaID: Chain] {
    guard !replicas.isEmpty else { return [:] }
    chainReadingCount += 1
    let table = state.replicaTable
    let forked = table.forked
    var chains: [ReplicaID: Chain] = [:]
    var devices: Set<ReplicaID> = []
    for replica in replicas {
      let device = table.existingPlace(of: replica).flatMap { table[$0].device } ?? replica
      if forked.contains(device) { devices.insert(device) }
    }
    if !devices.isEmpty {
      let source = Source(try file.readToEnd(from: 0))
      let roots = ChainRoots(header.workspace)
      for tree in Loader.trees(of: devices, [(source.map, source.bytes)], by: roots) {
        for (name, tip) in tree.tips { chains[name] = tree.nodes[tip].chain }
      }
    }
    let plain = replicas.subtracting(chains.keys)
    if !plain.isEmpty { try followChains(of: plain) { chains[$0.replica] = $1 } }
    for replica in plain where chains[replica]?.number != state.frontier[replica] {
      throw WorkspaceError.damaged(path: file.path)
    }
    return chains
  }

  /// What a commit adds to its chain.
  private struct Link: Sendable {
    let dot: Dot
    let key: PublicKey?
    let lineHash: Hash256
    let bodyHash: Hash256
  }

  /// Follows the chains of some replicas through the document, on all processors: only the last
  /// step of each link hangs on the one before.
  private func followChains(
    of replicas: Set<ReplicaID>, _ body: (Dot, Chain) -> Void
  ) throws {
    let roots = knownRoots()
    let bytes = ByteRegion(try file.read(from: 0, count: end))
    let members = bytes.withBytes { MemberMap($0) }.members.filter { member in
      member.runs.contains { replicas.contains($0.replica) }
    }
    var chains: [ReplicaID: Chain] = [:]
    try Parallel.pipeline(count: members.count, window: 16) { index throws(any Error) in
      try Self.links(in: members[index], from: bytes, of: replicas)
    } consume: { _, links throws(any Error) in
      for link in links {
        let replica = link.dot.replica
        if let key = link.key, chains[replica] == nil {
          chains[replica] = Chain(workspace: roots[replica], key: key)
        }
        guard link.dot.number == (chains[replica]?.number ?? 0) + 1 else { continue }
        chains[replica]?.advance(lineHash: link.lineHash, bodyHash: link.bodyHash)
        if let chain = chains[replica] { body(link.dot, chain) }
      }
    }
  }

  private static func links(
    in member: Member, from bytes: ByteRegion, of replicas: Set<ReplicaID>
  ) throws -> [Link] {
    var inflater = Inflater()
    var raw: [UInt8] = []
    try member.inflate(bytes.bytes, with: &inflater, into: &raw)
    var links: [Link] = []
    var cursor = CommitCursor()
    while let frame = cursor.nextReadable(in: raw.span, refused: { _ in }) {
      guard replicas.contains(frame.header.dot.replica) else { continue }
      let trailer = try Trailer(line: raw.span.extracting(frame.trailer))
      links.append(
        Link(
          dot: frame.header.dot, key: frame.header.key,
          lineHash: BLAKE2b.hash256(raw.span.extracting(frame.line)),
          bodyHash: try Chain.hash(
            body: raw.span.extracting(frame.body), salt: trailer.salt,
            of: frame.header.dot.number)))
    }
    return links
  }
}
