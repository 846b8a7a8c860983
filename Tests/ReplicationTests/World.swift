import Bytes
import Documents
import Platform
import Replication
import Sealing
import Support

/// A device of someone in a random history: what it knows, and whether it keeps to the rules.
struct Actor {
  let person: String
  let key: SigningKey
  let credential: Credential?
  let entry: WorldEntry
  /// Its last commit, if it has written any.
  var tip: Int?
  var known: Set<Int>
  let workspace: Workspace
  /// Whether it writes what it may not, on old heads, and says that it has seen less than it has.
  var isRogue = false

  var replica: ReplicaID { ReplicaID(key: key.publicKey) }
}

/// A company whose members write commits by hand, so that they can write anything.
struct World {
  let folder: TemporaryFolder
  let recovery = SigningKey.generate()
  let header: Header
  private let opening: [UInt8]
  private(set) var commits: [WorldCommit] = []
  var actors: [Actor] = []
  /// The secret halves of invitations.
  private(set) var codes: [(id: String, member: String, commit: Int, secret: SigningKey)] = []
  private(set) var sealIDs: [String] = []
  private var idCount = 0

  init() throws {
    folder = try TemporaryFolder()
    let founder = SigningKey.generate()
    header = Header(
      founder: founder.publicKey, recovery: recovery.publicKey, createdMillis: 1_763_800_000_000)
    var deflater = Deflater()
    opening = Member.encode(
      (header.line + [UInt8(ascii: "\n")]).span, as: .header, with: &deflater)
    actors.append(
      Actor(
        person: "m0", key: founder, credential: nil, entry: .founder, known: [],
        workspace: try workspace("0")))
    try write(
      by: 0, [device(founder, of: "m0"), role("m0", "owner")], at: 1_763_800_000_000)
  }

  /// An empty copy of the base.
  func workspace(_ name: String) throws -> Workspace {
    let path = folder.path("\(name).karto")
    try Files.replace(path) { try $0.write(opening) }
    return try Workspace(
      path: path, writing: true, device: DeviceFolder(path: folder.path("home\(name)")),
      plan: Bench.plan)
  }

  mutating func newID(_ prefix: String) -> String {
    idCount += 1
    return "\(prefix)\(idCount)"
  }

  // MARK: Lines

  func device(_ key: SigningKey, of person: String) -> RecordEdit {
    var edit = RecordEdit(type: "device", id: ReplicaID(key: key.publicKey).text)
    edit.set["member"] = json(person)
    return edit
  }

  func role(_ person: String, _ role: String) -> RecordEdit {
    var edit = RecordEdit(type: "member", id: person)
    edit.set["role"] = json(role)
    return edit
  }

  mutating func seal(
    member: String? = nil, device: ReplicaID? = nil, limit: String? = nil
  ) -> RecordEdit {
    var edit = RecordEdit(type: "seal", id: newID("s"))
    if let member { edit.set["member"] = json(member) }
    if let device { edit.set["device"] = json(device.text) }
    if let limit { edit.set["role"] = json(limit) }
    sealIDs.append(edit.id)
    return edit
  }

  func void(_ id: String) -> RecordEdit {
    var edit = RecordEdit(type: "seal", id: id)
    edit.set["void"] = Array("true".utf8)
    return edit
  }

  // MARK: Writing

  /// Writes a commit and gives its place.
  ///
  /// It says that it has seen `seen`, or all that its author knows, and stands behind `tip`, or
  /// its author's last.
  @discardableResult
  mutating func write(
    by actor: Int, _ edits: [RecordEdit], at millis: Int64, seen: Set<Int>? = nil,
    behind tip: Int? = nil
  ) throws -> Int {
    let author = actors[actor]
    let parent = tip ?? author.tip
    let start =
      parent.map { commits[$0].chain }
      ?? Chain(workspace: header.workspace, key: author.key.publicKey)
    var writer = CommitWriter(
      chain: start, signer: author.key, credential: author.credential)
    let sightings = news(in: seen ?? author.known, to: author.replica, behind: parent)
    var lines = JSONWriter()
    for edit in edits { edit.append(to: &lines) }
    let (headers, members) = try writer.encode(
      [lines.bytes], stampMillis: millis,
      seen: sightings.map {
        Sighting(
          replica: $0.name, number: commits[$0.tip].number, head: commits[$0.tip].chain.shortHead)
      },
      purpose: nil)
    let index = commits.count
    commits.append(
      WorldCommit(
        replica: author.replica, number: headers[0].dot.number, parent: parent,
        stampMillis: millis, sightings: sightings.map(\.tip), edits: edits,
        key: parent == nil ? author.key.publicKey : nil,
        entry: parent == nil ? author.entry : nil, chain: writer.chain, bytes: members))
    actors[actor].tip = index
    try give([index], to: actor)
    return index
  }

  /// The ends of all histories that a commit would newly have seen, under the names that they
  /// have for who has seen that much.
  private func news(
    in seen: Set<Int>, to replica: ReplicaID, behind parent: Int?
  ) -> [(name: ReplicaID, tip: Int)] {
    var told: Set<Int> = []
    var own = parent
    while let index = own {
      for sighting in commits[index].sightings { told.formUnion(history(of: sighting)) }
      own = commits[index].parent
    }
    let others = seen.filter { commits[$0].replica != replica }
    let inner = Set(others.compactMap { commits[$0].parent })
    return others.subtracting(inner).subtracting(told).sorted().map {
      (name(of: $0, among: others), $0)
    }
  }

  func history(of index: Int) -> [Int] {
    var line = [index]
    while let parent = commits[line[line.count - 1]].parent { line.append(parent) }
    return line
  }

  private func name(of index: Int, among known: Set<Int>) -> ReplicaID {
    for each in history(of: index) {
      guard let parent = commits[each].parent else { break }
      let least = known.filter { commits[$0].parent == parent }
        .min { commits[$0].chain.head < commits[$1].chain.head }
      if least != each { return commits[each].chain.branchID }
    }
    return commits[index].replica
  }

  // MARK: Passing on

  /// Brings commits to an actor's copy.
  mutating func give(_ indexes: Set<Int>, to actor: Int) throws {
    let fresh = indexes.subtracting(actors[actor].known)
    guard !fresh.isEmpty else { return }
    _ = try actors[actor].workspace.receive([fresh.sorted().flatMap { commits[$0].bytes }])
    actors[actor].known.formUnion(fresh)
  }

  // MARK: Coming in

  /// The lines that invite a person's device; a new person with a role.
  mutating func invitation(
    for person: String, by actor: Int, role: String?, expires: Int64? = nil
  ) -> [RecordEdit] {
    let secret = SigningKey.generate()
    var edit = RecordEdit(type: "invitation", id: newID("i"))
    edit.set["key"] = json(Base64URL.encode(secret.publicKey.bytes.span))
    edit.set["for"] = json(person)
    if let expires { edit.set["expires"] = json(Timestamp.text(expires)) }
    codes.append((edit.id, person, commits.count, secret))
    return [edit] + (role.map { [self.role(person, $0)] } ?? [])
  }

  /// Lets a new device in by a code; it begins with what some actor knows.
  mutating func join(_ code: Int, from source: Int, at millis: Int64) throws {
    let code = codes[code]
    let key = SigningKey.generate()
    let joining = Joining(
      invitation: code.id, secret: code.secret, device: key.publicKey,
      workspace: header.workspace)
    try enter(
      code.member, key, .joining(joining), .invited(code.id, by: code.commit), from: source,
      at: millis)
  }

  /// A device goes on under a new key.
  mutating func succeed(_ actor: Int, at millis: Int64) throws {
    guard let tip = actors[actor].tip else { return }
    let older = actors[actor]
    let key = SigningKey.generate()
    let succession = Succession(
      replica: older.replica, signature: older.key.sign(Succession.message(for: key.publicKey).span)
    )
    try enter(
      older.person, key, .succession(succession),
      .successor(of: history(of: tip).last ?? tip), from: actor, at: millis)
  }

  /// The recovery key comes in as a device of the founder's.
  mutating func rescue(from source: Int, at millis: Int64) throws {
    let key = SigningKey.generate()
    let joining = Joining(
      invitation: Joining.recoveryID, secret: recovery, device: key.publicKey,
      workspace: header.workspace)
    try enter("m0", key, .joining(joining), .recovery, from: source, at: millis)
  }

  private mutating func enter(
    _ person: String, _ key: SigningKey, _ credential: Credential, _ entry: WorldEntry,
    from source: Int, at millis: Int64
  ) throws {
    let actor = actors.count
    actors.append(
      Actor(
        person: person, key: key, credential: credential, entry: entry, known: [],
        workspace: try workspace("\(actor)")))
    try give(actors[source].known, to: actor)
    try write(by: actor, [device(key, of: person)], at: millis)
  }
}
