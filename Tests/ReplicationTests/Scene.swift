import Bytes
import Documents
import Platform
import Replication
import Sealing
import Support

/// A commit that was written by hand.
struct Stroke {
  let header: CommitHeader
  let chain: Chain
  /// A member with nothing else.
  let bytes: [UInt8]

  var dot: Dot { header.dot }
  /// As others say that they had seen it.
  var sighting: Sighting {
    Sighting(replica: dot.replica, number: dot.number, head: chain.shortHead)
  }
}

/// A device that writes commits by hand: in whichever workspace its chain begins, and whatever it
/// claims to have seen.
struct Pen {
  let key: SigningKey
  let credential: Credential?
  private(set) var chain: Chain
  var replica: ReplicaID { ReplicaID(key: key.publicKey) }

  init(
    in workspace: WorkspaceID, key: SigningKey = .generate(), credential: Credential? = nil
  ) {
    self.key = key
    self.credential = credential
    chain = Chain(workspace: workspace, key: key.publicKey)
  }

  /// The next commit.
  mutating func write(
    _ edits: [RecordEdit], seen: [Sighting] = [], part: Part? = nil, isSigned: Bool = true
  ) throws -> Stroke {
    let isFirst = chain.number == 0
    let header = CommitHeader(
      dot: Dot(replica, chain.number + 1), stampMillis: Scene.now, seen: seen, part: part,
      key: isFirst ? key.publicKey : nil, credential: isFirst ? credential : nil)
    var lines = JSONWriter()
    for edit in edits { edit.append(to: &lines) }
    let number = UInt8(truncatingIfNeeded: header.dot.number)
    let salt = Trailer.Salt.whole([UInt8](repeating: number, count: 16))
    try chain.advance(commitLine: header.line.span, body: lines.bytes.span, salt: salt)
    let trailer = Trailer(
      salt: salt, signature: isSigned ? key.sign(chain.signedMessage.span) : nil)
    let feed = [UInt8(ascii: "\n")]
    let raw = header.line + feed + lines.bytes + trailer.line + feed
    var deflater = Deflater()
    let bytes = Member.encode(
      raw.span,
      as: .commits(
        runs: [.init(replica: replica, first: chain.number, last: chain.number)],
        continues: part.map { $0.index < $0.count } ?? false),
      with: &deflater)
    return Stroke(header: header, chain: chain, bytes: bytes)
  }
}

/// A base of which all is written by hand, and machines that take it in.
struct Scene {
  static let now: Int64 = 1_763_800_000_000

  let folder: TemporaryFolder
  let header: Header
  var founder: Pen
  /// What everybody has.
  private(set) var common: [Stroke] = []
  private let opening: [UInt8]

  init() throws {
    folder = try TemporaryFolder()
    let key = SigningKey.generate()
    header = Header(
      founder: key.publicKey, recovery: SigningKey.generate().publicKey,
      createdMillis: Self.now)
    var deflater = Deflater()
    opening = Member.encode(
      (header.line + [UInt8(ascii: "\n")]).span, as: .header, with: &deflater)
    founder = Pen(in: header.workspace, key: key)
    common.append(
      try founder.write([Self.device(key, of: "f"), Self.role("f", "owner")]))
  }

  static func device(_ key: SigningKey, of person: String) -> RecordEdit {
    edit("device", ReplicaID(key: key.publicKey).text, ["member": person])
  }

  static func role(_ person: String, _ role: String) -> RecordEdit {
    edit("member", person, ["role": role])
  }

  static func client(_ id: String, _ name: String) -> RecordEdit {
    edit("client", id, ["name": name])
  }

  static func edit(_ type: String, _ id: String, _ fields: [String: String]) -> RecordEdit {
    var edit = RecordEdit(type: type, id: id)
    for (name, value) in fields { edit.set[name] = json(value) }
    return edit
  }

  static func adoption(_ workspace: WorkspaceID, _ last: Stroke...) -> RecordEdit {
    var line = edit("adoption", "a", ["workspace": workspace.text])
    line.add["replicas"] =
      last.map {
        JSONValue.array([.string($0.dot.replica.text), .integer(Int($0.dot.number))])
          .canonicalBytes
      }
      .sorted { $0.lexicographicallyPrecedes($1) }
    return line
  }

  static func invitation(
    _ id: String, for person: String, key: SigningKey
  ) -> RecordEdit {
    edit(
      "invitation", id,
      ["for": person, "key": Base64URL.encode(key.publicKey.bytes.span)])
  }

  /// The proof of one who comes by a code.
  func joining(_ id: String, _ code: SigningKey, _ key: SigningKey) -> Credential {
    .joining(
      Joining(
        invitation: id, secret: code, device: key.publicKey, workspace: header.workspace))
  }

  /// Lets somebody in, of whom everybody hears.
  mutating func hire(
    _ person: String, _ role: String, code: SigningKey = .generate()
  ) throws -> Pen {
    let inviting = try founder.write(
      [Self.invitation("i-\(person)", for: person, key: code), Self.role(person, role)])
    return try join(person, code, behind: inviting)
  }

  /// Another device of somebody.
  mutating func second(of person: String, by pen: inout Pen) throws -> Pen {
    let code = SigningKey.generate()
    let inviting = try pen.write(
      [Self.invitation("i2-\(person)", for: person, key: code)])
    return try join(person, code, id: "i2-\(person)", behind: inviting)
  }

  /// The founder meets all who were let in, which settles whose their codes are.
  mutating func meet() throws {
    var last: [ReplicaID: Sighting] = [:]
    for stroke in common where stroke.dot.replica != founder.replica {
      last[stroke.dot.replica] = stroke.sighting
    }
    common.append(try founder.write([Self.client("met", "met")], seen: Array(last.values)))
  }

  private mutating func join(
    _ person: String, _ code: SigningKey, id: String? = nil, behind inviting: Stroke
  ) throws -> Pen {
    let key = SigningKey.generate()
    var pen = Pen(
      in: header.workspace, key: key, credential: joining(id ?? "i-\(person)", code, key))
    let first = try pen.write([Self.device(key, of: person)], seen: [inviting.sighting])
    common += [inviting, first]
    return pen
  }

  /// A machine without a commit; with the key of a device it writes as that one.
  func machine(_ name: String, of pen: Pen? = nil, with strokes: [Stroke]? = nil) throws
    -> Workspace
  {
    let path = folder.path("\(name).karto")
    try Files.replace(path) { try $0.write(opening) }
    let device = DeviceFolder(path: folder.path("home\(name)"))
    if let pen { try device.setKey(pen.key, in: header.workspace, credential: pen.credential) }
    let workspace = try Workspace(path: path, writing: true, device: device, plan: Bench.plan)
    _ = try workspace.receive([(strokes ?? common).flatMap(\.bytes)])
    return workspace
  }

  /// What a machine has, read anew.
  func anew(_ workspace: Workspace) throws -> Workspace {
    try Workspace(
      path: workspace.path, writing: false, device: DeviceFolder(path: folder.path("other")),
      plan: Bench.plan, usesCache: false)
  }
}

extension Workspace {
  func receive(_ strokes: [Stroke]) throws -> JoinReport {
    try receive([strokes.flatMap(\.bytes)])
  }

  /// Takes members in one by one, as from a peer.
  func receiveFromPeer(_ members: [[UInt8]]) throws -> StagedCommits {
    let exchange = try CommitExchange(self)
    var intake = exchange.makeIntake()
    for member in members { try intake.add(member) }
    let staged = try exchange.store(&intake, isEnd: true)
    try refresh()
    return staged
  }

  /// The members of a document, as a peer gets them.
  var packed: [[UInt8]] {
    get throws {
      let bytes = try Files.readAll(path, limit: 1 << 24)
      return MemberMap(bytes.span).members.compactMap { member in
        guard case .commits = member.contents else { return nil }
        return Array(bytes[member.byteOffset..<member.byteEnd])
      }
    }
  }

  func name(_ id: String) -> String? {
    state.record(type: "client", id: id)?.contents().registers.first?.writes.first.map {
      String(decoding: $0.value, as: UTF8.self)
    }
  }
}
