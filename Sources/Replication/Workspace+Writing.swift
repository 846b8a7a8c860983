import Bytes
public import Documents
import Platform
public import Sealing

/// In whose name a batch is written.
public enum Authorship: Sendable {
  /// In that of this device.
  case device
  /// In that of whoever holds the recovery key: as a device that writes this batch and no other,
  /// whose key is kept nowhere, so that the paper stays all there is of that power (SPEC §15.3).
  case recovery(SigningKey)
}

extension Workspace {
  /// The replica that this device writes, if it may write here.
  public func ownReplica() throws -> ReplicaID? {
    try ownKey()?.replica
  }

  /// The device's key, and what was found out about it, for as long as its file stays the same.
  struct HeldKey {
    let status: FileStatus
    let key: SigningKey
    let replica: ReplicaID
    /// Whether the device's folder is a copy of another machine's.
    let isCopy: Bool
  }

  /// The device's key; read again only if its file is another one.
  private func ownKey() throws -> HeldKey? {
    guard let status = try device.keyStatus(in: header.workspace) else { return nil }
    if let heldKey, heldKey.status == status { return heldKey }
    heldKey = try device.key(in: header.workspace).map { key in
      HeldKey(
        status: status, key: key, replica: ReplicaID(key: key.publicKey),
        isCopy: try device.isCopy(of: header.workspace))
    }
    return heldKey
  }

  /// Writes one batch: wholly, durably, or not at all.
  ///
  /// - Parameters:
  ///   - purpose: what the batch is for, in a few words.
  ///   - isRehearsal: whether to stop before anything is written.
  ///   - authorship: in whose name.
  ///   - edit: fills the batch; it sees the latest state, and nobody else can write meanwhile.
  /// - Returns: the commits' names, none if there was nothing to do; and what `edit` returned.
  /// - Throws: `DeviceError.noKey`, `EnrolmentError.wrongRecoveryKey`, `DocumentError`,
  ///   `WorkspaceError.interrupted`, what the system says, or what `edit` throws; the document is
  ///   then as it was.
  public func write<Result>(
    purpose: String?, isRehearsal: Bool = false, by authorship: Authorship = .device,
    _ edit: (inout Draft) throws -> Result
  ) throws -> (dots: [Dot], result: Result) {
    try file.locked {
      try lookAgain()
      return try writeLocked(purpose: purpose, isRehearsal: isRehearsal, by: authorship, edit)
    }
  }

  /// As `write`, for a document that is locked and was looked at; commits of others may go with
  /// the batch, behind it.
  func writeLocked<Result>(
    purpose: String?, isRehearsal: Bool = false, by authorship: Authorship = .device,
    appending others: [UInt8] = [], _ edit: (inout Draft) throws -> Result
  ) throws -> (dots: [Dot], result: Result) {
    guard header.minimumWriter <= LineFormat.version else {
      throw DocumentError.needsNewerWriter(version: header.minimumWriter)
    }
    if findings.isDamaged { throw WorkspaceError.damaged(path: file.path) }
    var author = try author(authorship)
    let (bodies, result) = try bodies(by: author, edit)
    if isRehearsal || bodies.isEmpty { return ([], result) }
    let dots = try append(bodies, purpose: purpose, by: &author, with: others)
    return (dots, result)
  }

  /// What is to be written; by itself, so that the draft's hold on the state ends before the state
  /// goes on, which would else be copied.
  private func bodies<Result>(
    by author: Author, _ edit: (inout Draft) throws -> Result
  ) throws -> (bodies: [[UInt8]], result: Result) {
    var draft = Draft(
      state: state, replica: author.replica, firstNumber: author.chain.number + 1)
    let result = try edit(&draft)
    let bodies = draft.finish()
    if !bodies.isEmpty { try allow(draft, by: author) }
    return (bodies, result)
  }

  /// Makes sure that what is about to be written will count.
  private func allow(_ draft: Draft, by author: Author) throws {
    var table = state.replicaTable
    var admission = state.admission
    let header = CommitHeader(
      dot: Dot(author.replica, author.chain.number + 1), stampMillis: clock.nowMillis(),
      seen: author.unseen, key: author.chain.number == 0 ? author.key.publicKey : nil,
      credential: author.credential)
    let met = table.firstSightings(header)
    let context = table.admit(header)
    let counts = table
    guard
      admission.admits(
        header, context, met: met, control: draft.control.bytes,
        doesOrdinaryWork: draft.doesOrdinaryWork, counts: { counts[$0].count }) != .held
    else {
      throw WorkspaceError.refused(
        admission.authority.verdict(of: context).held ?? .notEntitled)
    }
  }

  private func append(
    _ bodies: [[UInt8]], purpose: String?, by author: inout Author, with others: [UInt8]
  ) throws -> [Dot] {
    var writer = CommitWriter(
      chain: author.chain, signer: author.key, credential: author.credential, seed: author.seed)
    let (headers, members) = try writer.encode(
      bodies, stampMillis: clock.nowMillis(), seen: author.unseen, purpose: purpose)
    if Interrupts.requested { throw WorkspaceError.interrupted }
    if author.isNew {
      try device.setKey(author.key, in: header.workspace, credential: author.credential)
    }
    keepTornTail(from: end)
    try file.append(members + others, at: end)
    if !author.writesOnce {
      lastWritten = writer.chain
      lastSeed = writer.seed
      let note = LastWritten(writer, end: end + members.count, members: members)
      try? device.setLastWritten(note, in: header.workspace, by: author.replica)
    }
    if members.count + others.count > Self.tailLimit {
      isBehind = true
    } else {
      isBehind = false
      try take(ByteRegion(members + others))
      state.setHead(writer.chain, of: author.replica)
    }
    return headers.map(\.dot)
  }

  /// Appends members whose commits were verified, and of which it is known what state they make.
  func append(_ members: [UInt8], making after: State) throws {
    guard !members.isEmpty else { return }
    keepTornTail(from: end)
    try file.append(members, at: end)
    settle(after, end: end + members.count)
  }

  /// Appends members whose commits were verified, and takes them into the state.
  func append(_ members: [UInt8]) throws {
    keepTornTail(from: end)
    try file.append(members, at: end)
    if findings.hasGap { try loadAnew() } else { try follow() }
  }

  /// Who writes, from where on.
  private struct Author {
    var key: SigningKey
    var chain: Chain
    var unseen: [Sighting]
    var credential: Credential?
    /// What the salts of the last commit were derived from, if that is known.
    var seed: [UInt8]?
    var isNew = false
    /// Whether it writes this batch and no other, so that nothing is noted of it.
    var writesOnce = false
    var replica: ReplicaID { ReplicaID(key: key.publicKey) }
  }

  private func author(_ authorship: Authorship) throws -> Author {
    switch authorship {
    case .device: try author()
    case .recovery(let secret): try rescuer(with: secret)
    }
  }

  /// A new replica of the recovery key.
  private func rescuer(with secret: SigningKey) throws -> Author {
    guard secret.publicKey == header.recovery else { throw EnrolmentError.wrongRecoveryKey }
    let fresh = SigningKey.generate()
    let joining = Joining(
      invitation: Joining.recoveryID, secret: secret, device: fresh.publicKey,
      workspace: header.workspace)
    return Author(
      key: fresh, chain: Chain(workspace: header.workspace, key: fresh.publicKey),
      unseen: try unseen(by: ReplicaID(key: fresh.publicKey)), credential: .joining(joining),
      writesOnce: true)
  }

  private func author() throws -> Author {
    if let entry {
      return Author(
        key: entry.key, chain: Chain(workspace: header.workspace, key: entry.key.publicKey),
        unseen: try unseen(by: ReplicaID(key: entry.key.publicKey)),
        credential: entry.credential, writesOnce: true)
    }
    guard let held = try ownKey() else {
      throw DeviceError.noKey(workspace: header.workspace.text)
    }
    let (key, replica) = (held.key, held.replica)
    // Founding anew is for a salvage, which writes all that is left.
    if findings.lacksFounding, key.publicKey == header.founder, !isSalvaging {
      throw WorkspaceError.damaged(path: file.path)
    }
    if findings.lacksOwnCommits {
      guard isSalvaging else { throw WorkspaceError.damaged(path: file.path) }
      // Without its first commit the device comes in once more (SPEC §12.7).
      if try predecessor(of: key) != nil { return try successor(of: key) }
    }
    // Two histories already bear this name; a third would help nobody.
    if state.replicaTable.forked.contains(replica) { return try successor(of: key) }
    let own = state.replicas.first { $0.id == replica }
    let count = own?.count ?? 0
    // This process wrote the last commit, and the document has only grown since.
    if let lastWritten, lastWritten.number == count, lastWritten.key == key.publicKey, count > 0,
      !held.isCopy
    {
      return Author(
        key: key, chain: lastWritten, unseen: try unseen(by: replica), seed: lastSeed)
    }
    let noted = device.lastWritten(in: header.workspace, by: replica)
    if let noted, noted.number > count, try predecessor(of: key) != nil {
      return try successor(of: key)
    }
    if count > 0, held.isCopy { return try successor(of: key) }
    let chain: Chain
    var seed: [UInt8]?
    if count == 0 {
      chain = Chain(workspace: header.workspace, key: key.publicKey)
    } else if let noted, noted.number == count,
      try file.read(from: max(0, noted.end - noted.tail.count), count: noted.tail.count)
        == noted.tail
    {
      chain = Chain(key: key.publicKey, number: count, head: noted.head)
      seed = self.seed(of: noted)
    } else {
      chain = try self.chain(of: replica)
      // The document has other commits of this number than this device wrote.
      if let noted, noted.number == count, noted.head != chain.head {
        return try successor(of: key)
      }
    }
    return Author(
      key: key, chain: chain, unseen: try unseen(by: replica),
      credential: count == 0 ? device.credential(in: header.workspace) : nil, seed: seed)
  }

  /// Larger members are not read for a seed, which saves a few bytes.
  private static let seedMemberByteCount = 64 << 10

  /// What the salts of the commit that was noted are derived from, so that the next one may share
  /// it.
  ///
  /// It stands nowhere but in the document: whoever erases a line there leaves no other trace.
  private func seed(of noted: LastWritten) -> [UInt8]? {
    let start = noted.end - noted.memberByteCount
    guard noted.memberByteCount <= Self.seedMemberByteCount, start >= 0,
      let bytes = try? file.read(from: start, count: noted.memberByteCount),
      let member = try? Member.decode(bytes.span, at: 0)
    else { return nil }
    var inflater = Inflater()
    var raw: [UInt8] = []
    guard (try? member.inflate(bytes.span, with: &inflater, into: &raw)) != nil else { return nil }
    var cursor = CommitCursor()
    var last: CommitFrame?
    while let frame = cursor.nextReadable(in: raw.span, refused: { _ in }) { last = frame }
    guard let last, last.header.dot.number == noted.number,
      case .seeded(let seed)? = (try? Trailer(line: raw.span.extracting(last.trailer)))?.salt
    else { return nil }
    return seed
  }

  /// The author after an old copy was put back.
  ///
  /// The document is then older than what this device has written. Going on would write a second
  /// history under the same name, so a new replica begins (SPEC §7.4). It goes on for the last one
  /// of this device that the document knows, since only that shows whose device it is.
  private func successor(of present: SigningKey) throws -> Author {
    let key = try predecessor(of: present) ?? present
    let fresh = SigningKey.generate()
    let succession = Succession(
      replica: ReplicaID(key: key.publicKey),
      signature: key.sign(Succession.message(for: fresh.publicKey).span))
    return Author(
      key: fresh, chain: Chain(workspace: header.workspace, key: fresh.publicKey),
      unseen: try unseen(by: ReplicaID(key: fresh.publicKey)),
      credential: .succession(succession), isNew: true)
  }

  /// The key of the last replica of this device that the document knows.
  ///
  /// There is none in a copy from before the device came in. Then the device comes in once more,
  /// by the same proof and under the same name: a fork, of which both histories count.
  private func predecessor(of present: SigningKey) throws -> SigningKey? {
    if state.frontier[ReplicaID(key: present.publicKey)] > 0 { return present }
    for replica in state.replicas.reversed() where replica.count > 0 {
      if let former = try device.formerKey(of: replica.id, in: header.workspace) { return former }
    }
    return nil
  }

  /// The last replica of this device that the document knows, if it knows any.
  func knownReplica() throws -> ReplicaID? {
    guard let key = try device.key(in: header.workspace) else { return nil }
    return try predecessor(of: key).map { ReplicaID(key: $0.publicKey) }
  }

  /// What `replica` has not yet said that it has seen; strangers' commits need not be anywhere
  /// else, so nobody says that of them (SPEC §8.6).
  private func unseen(by replica: ReplicaID) throws -> [Sighting] {
    let table = state.replicaTable
    let seen = table.existingPlace(of: replica).map { table[$0].seen } ?? []
    let strangers = Set(
      state.held.filter { $0.first == 1 && $0.reason == .stranger }.map(\.replica))
    let news = zip(table.entries.indices, table.entries).filter { place, entry in
      entry.id != replica && entry.count > (place < seen.count ? seen[place] : 0)
        && !strangers.contains(entry.id)
    }.map { $0.1 }
    let chains = try chains(of: Set(news.filter { $0.head == nil }.map(\.id)))
    return try news.map { entry in
      guard let head = entry.head.map({ Array($0.bytes.prefix(16)) }) ?? chains[entry.id]?.shortHead
      else { throw WorkspaceError.damaged(path: file.path) }
      return Sighting(replica: entry.id, number: entry.count, head: head)
    }
  }
}
