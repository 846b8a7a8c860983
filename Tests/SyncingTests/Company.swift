import Bytes
import Documents
import Histories
import Platform
import Sealing
import Support
import Synchronization

@testable import Replication
@testable import Syncing

/// A clock that anybody may set wrong.
final class LooseClock: Sendable {
  private let millis = Mutex<Int64>(1_763_800_000_000)

  func set(_ value: Int64) { millis.withLock { $0 = value } }

  var clock: WallClock { WallClock { self.millis.withLock { $0 } } }
}

/// A company: an owner, an admin, managers, and the machines on which they work, which meet as
/// people's machines do: by a file, by a folder, by a connection.
struct Company {
  private let folder: TemporaryFolder
  let shared: String
  private let clock = LooseClock()
  private(set) var machines: [Machine] = []
  /// Whose the machines are.
  private var members: [Int] = []
  private var random: SeededGenerator

  /// The records that were written with a yes, each once; none may get lost.
  private(set) var acknowledged: Set<String> = []
  /// The seals: by whom, and the clients of which they knew.
  private(set) var seals: [(id: String, by: Int, known: Set<String>)] = []
  /// What happened, to see that everything does.
  private(set) var counts: [String: Int] = [:]

  private let hasSeals: Bool
  private var steps = 0
  private var lateFiles: [(path: String, bytes: [UInt8])] = []

  private static let mostMachines = 7

  init(seed: UInt64) throws {
    random = SeededGenerator(seed: seed)
    hasSeals = random.oneIn(2)
    folder = try TemporaryFolder()
    shared = folder.path("shared")
    try Contents.makeFolder(shared)
    let count = 3 + random.below(4)
    let founder = try Machine.founding(
      at: folder.path("0"), shared: shared, clock: clock.clock
    ) { draft in
      draft.add(RecordEdit(type: "workspace", id: "workspace"))
      draft.add(Self.edit("member", "p0", ["role": "owner"]))
      draft.add(Self.edit("device", draft.replica.text, ["member": "p0"]))
    }
    machines.append(founder)
    members.append(0)
    let codes = (1..<count).map { _ in InvitationCode.generate() }
    _ = try founder.workspace.write(purpose: "invite") { draft in
      for (number, code) in codes.enumerated() {
        let member = "p\(number + 1)"
        draft.add(Self.edit("member", member, ["role": number == 0 ? "admin" : "manager"]))
        draft.add(
          Self.edit("invitation", "i\(number)", ["key": code.publicText, "for": member]))
      }
    }
    for (number, code) in codes.enumerated() {
      let place = folder.path("\(number + 1)")
      try Contents.makeFolder(place)
      try Contents.copy(founder.document, to: "\(place)/base.karto")
      let machine = try Machine(at: place, shared: shared, clock: clock.clock)
      _ = try machine.workspace.enrol(code) { draft, member in
        draft.add(Self.edit("device", draft.replica.text, ["member": member]))
      }
      machines.append(machine)
      members.append(number + 1)
    }
  }

  private static func edit(
    _ type: String, _ id: String, _ fields: [String: String]
  ) -> RecordEdit {
    var edit = RecordEdit(type: type, id: id)
    for (field, text) in fields { edit.set[field] = JSONValue.string(text).canonicalBytes }
    return edit
  }

  // MARK: What happens

  /// One thing that happens to one machine.
  mutating func step() throws {
    steps += 1
    // Clocks off by years, and running backwards.
    clock.set(1_763_800_000_000 + Int64(random.below(2_000_000)) * 40_000 - 1 << 35)
    let one = random.below(machines.count)
    let other = (one + 1 + random.below(machines.count - 1)) % machines.count
    switch random.below(32) {
    case 0...7: try write(one)
    case 8...10: try mergeFile(of: other, into: one)
    case 11...13: try visitFolder(one)
    case 14...17: try connect(one, other)
    case 18, 19: try undo(one)
    case 20: try compact(one)
    case 21: try reopen(one)
    case 22, 23: try die(one, other)
    case 24: try save(one)
    case 25, 26: try putBack()
    case 27: try copy(one)
    case 28, 29: try meddleWithFolder()
    default: if hasSeals { try seal() } else { try write(one) }
    }
  }

  private mutating func count(_ what: String) { counts[what, default: 0] += 1 }

  private mutating func drafting() -> (record: String, edits: [RecordEdit]) {
    let record = "w\(steps)"
    let edits = (0..<random.below(3)).map { _ in RandomEdit.make(with: &random) }
    return (record, [Self.edit("client", record, ["name": record])] + edits)
  }

  /// Someone writes; only a sealed one is refused.
  private mutating func write(_ one: Int) throws {
    let (record, edits) = drafting()
    do {
      _ = try machines[one].workspace.write(purpose: nil) { draft in
        for edit in edits { draft.add(edit) }
      }
      acknowledged.insert(record)
      count("write")
    } catch WorkspaceError.refused where hasSeals {
      count("refusal")
    }
  }

  private mutating func mergeFile(of other: Int, into one: Int) throws {
    let report = try machines[one].workspace.join(documentAt: machines[other].document)
    guard report.refused.isEmpty else { throw SupportError("refused: \(report.refused)") }
    count("file")
  }

  private mutating func visitFolder(_ one: Int) throws {
    try machines[one].round()
    count("folder")
  }

  private mutating func connect(_ one: Int, _ other: Int) throws {
    let isCut = random.oneIn(3)
    let ends = try session(one, other)
    try talk(ends, limit: isCut ? random.below(6000) : .max)
    if !isCut, ends[0].summary.digests != .equal {
      throw SupportError("digests after a session: \(ends[0].summary.digests)")
    }
    count(isCut ? "cut" : "session")
  }

  func session(_ one: Int, _ other: Int) throws -> [Conversation] {
    let pair = [machines[one], machines[other]]
    let keys = try pair.map { try $0.key() }
    let policy = ListPolicy(devices: Set(keys.map(\.publicKey)))
    return try [Channel.Role.initiator, .responder].enumerated().map { side, role in
      Conversation(
        role,
        identity: ChannelIdentity(member: pair[side].workspace.header, device: keys[side]),
        policy: policy, terms: Session.Terms(nowMillis: 0), store: try pair[side].store())
    }
  }

  private mutating func undo(_ one: Int) throws {
    let ordinary: Set<String> = ["client", "deal"]
    let commits = try machines[one].workspace.commits().filter { commit in
      !commit.edits.isEmpty && commit.edits.allSatisfy { ordinary.contains($0.type) }
    }
    guard !commits.isEmpty else { return }
    let dots = (0...random.below(3)).map { _ in random.element(of: commits).header.dot }
    do {
      _ = try machines[one].workspace.undo(Set(dots), purpose: "undo")
      count("undo")
    } catch WorkspaceError.refused where hasSeals {
      count("refusal")
    }
  }

  private mutating func compact(_ one: Int) throws {
    _ = try machines[one].workspace.compact()
    count("compaction")
  }

  private mutating func reopen(_ one: Int) throws {
    try machines[one].reopen()
    count("reopening")
  }

  /// A machine dies while it writes, or while it takes in what another has.
  private mutating func die(_ one: Int, _ other: Int) throws {
    let (_, edits) = drafting()
    let isWriting = random.oneIn(2)
    let path = machines[other].document
    let hasSeals = hasSeals
    try machines[one].dieIn(
      { workspace in
        guard isWriting else {
          _ = try workspace.join(documentAt: path)
          return
        }
        do {
          _ = try workspace.write(purpose: nil) { for edit in edits { $0.add(edit) } }
        } catch WorkspaceError.refused where hasSeals {}
      }, &random)
    count("crash")
  }

  private mutating func save(_ one: Int) throws {
    try machines[one].save()
    count("backup")
  }

  private mutating func putBack() throws {
    let saved = machines.indices.filter { machines[$0].isSaved }
    guard !saved.isEmpty else { return try save(random.below(machines.count)) }
    let one = random.element(of: saved)
    // What only this machine had is gone with its files: pass it on first.
    let other = (one + 1) % machines.count
    _ = try machines[other].workspace.join(documentAt: machines[one].document)
    let withNotes = random.oneIn(2)
    try machines[one].putBack(withNotes: withNotes)
    count(withNotes ? "setting back" : "old copy")
    try write(one)
  }

  /// A home is copied to a second machine, and both go on.
  private mutating func copy(_ one: Int) throws {
    guard machines.count < Self.mostMachines else { return }
    machines.append(try machines[one].copied(to: folder.path("\(machines.count)")))
    members.append(members[one])
    count("copy")
  }

  /// The owner or the admin seals a manager, or the owner takes a seal of the admin's back.
  private mutating func seal() throws {
    let seniors = machines.indices.filter { members[$0] < 2 }
    let one = random.element(of: seniors)
    let workspace = machines[one].workspace
    if members[one] == 0, let last = seals.last(where: { $0.by == 1 }) {
      // The owner hears of what the admin did.
      for other in seniors where members[other] == 1 { try mergeFile(of: other, into: one) }
      var edit = RecordEdit(type: "seal", id: last.id)
      edit.set["void"] = Array("true".utf8)
      _ = try workspace.write(purpose: "void") { $0.add(edit) }
      return count("void")
    }
    let member = 2 + random.below((members.max() ?? 2) - 1)
    let id = "s\(steps)"
    _ = try workspace.write(purpose: "seal") {
      $0.add(Self.edit("seal", id, ["member": "p\(member)"]))
    }
    seals.append((id, members[one], workspace.state.clients))
    count("seal")
  }

  /// Files in the shared folder get lost, doubled, cut off, damaged, put back as they were.
  private mutating func meddleWithFolder() throws {
    let files = Contents.files(below: shared, endingIn: ".karto")
    guard !files.isEmpty else { return }
    let file = random.element(of: files)
    var bytes = try Contents.read(file)
    count("meddling")
    switch random.below(6) {
    case 0: try Contents.remove(file)
    case 1: try Contents.copy(file, to: "\(file).sync-conflict-20261122-154134-ABCDEFG.karto")
    case 2: try Contents.write(Array(bytes.prefix(random.below(bytes.count + 1))), to: file)
    case 3: lateFiles.append((file, bytes))
    case 4 where !lateFiles.isEmpty:
      let late = random.element(of: lateFiles)
      try Contents.makeFolder(Files.folder(of: late.path))
      try Contents.write(late.bytes, to: late.path)
    default:
      guard !bytes.isEmpty else { return }
      bytes[random.below(bytes.count)] ^= UInt8(1 << random.below(8))
      try Contents.write(bytes, to: file)
    }
  }

  // MARK: The end

  /// Everybody hears of everything: by the folder, along a chain of connections and back, and by
  /// files.
  mutating func settle() throws {
    for _ in 0..<2 { for machine in machines { try machine.round() } }
    let chain = Array(machines.indices)
    for (one, other) in zip(chain, chain.dropFirst()) { try talk(try session(one, other)) }
    let back = Array(chain.reversed())
    for (one, other) in zip(back, back.dropFirst()) {
      let ends = try session(one, other)
      try talk(ends)
      if ends[0].summary.digests != .equal { throw SupportError("unequal at the end") }
    }
    for one in chain { try mergeFile(of: (one + 1) % machines.count, into: one) }
    if !machines[0].workspace.forkedReplicas.isEmpty { count("fork") }
    if !machines[0].workspace.state.held.isEmpty { count("held") }
  }

  /// What must have happened in enough histories.
  static let kinds: Set<String> = [
    "write", "file", "folder", "session", "cut", "undo", "compaction", "reopening", "crash",
    "backup", "setting back", "old copy", "copy", "meddling", "seal", "void", "refusal", "fork",
    "held",
  ]
}

extension State {
  /// The ids of all clients, deleted ones included.
  var clients: Set<String> {
    var ids: Set<String> = []
    forEach(type: "client") { record in
      ids.insert(record.id)
      return true
    }
    return ids
  }
}

extension Workspace {
  /// The ids of the clients of which the document has a line, held or not.
  func clientsInLines() throws -> Set<String> {
    var ids: Set<String> = []
    var reader = EditReader()
    try forEachFrame { frame, raw in
      var start = frame.body.lowerBound
      while start < frame.body.upperBound, let end = Lines.end(ofLineAt: start, in: raw) {
        if let edit = try reader.edit(of: raw.extracting(start..<end)), edit.type == "client" {
          ids.insert(edit.id)
        }
        start = end + 1
      }
    }
    return ids
  }
}
