import Bytes
import Documents
import Platform
import Replication
import Sealing
import Support
import Testing

@testable import Syncing

/// Some devices of one base that meet in a shared folder only (SPEC §13).
private struct Team {
  let folder: TemporaryFolder
  let shared: String
  private(set) var workspaces: [Workspace] = []
  private var carriers: [FolderCarrier] = []

  static let plan = IndexPlan(version: 1, entries: [])

  init(devices: Int) throws {
    folder = try TemporaryFolder()
    shared = folder.path("shared")
    try Files.createFolder(shared, permissions: 0o755, intermediate: true)
    let founder = DeviceFolder(path: folder.path("home0"))
    let (first, recovery) = try Workspace.found(
      path: folder.path("0.karto"), device: founder, plan: Self.plan
    ) { $0.add(RecordEdit(type: "workspace", id: "workspace")) }
    let bytes = try Files.readAll(folder.path("0.karto"), limit: 1 << 20)
    workspaces.append(first)
    for number in 1..<devices {
      let device = DeviceFolder(path: folder.path("home\(number)"))
      let key = SigningKey.generate()
      let joining = Joining(
        invitation: Joining.recoveryID, secret: recovery, device: key.publicKey,
        workspace: first.header.workspace)
      try device.setKey(key, in: first.header.workspace, credential: .joining(joining))
      try Files.replace(folder.path("\(number).karto")) { try $0.write(bytes) }
      workspaces.append(
        try Workspace(
          path: folder.path("\(number).karto"), writing: true, device: device, plan: Self.plan))
    }
    for number in 0..<devices { carriers.append(try carrier(number)) }
  }

  func carrier(_ number: Int) throws -> FolderCarrier {
    try FolderCarrier(
      path: shared, workspace: workspaces[number],
      device: DeviceFolder(path: folder.path("home\(number)")))
  }

  func write(_ number: Int, _ id: String, bytes: Int = 8) throws {
    _ = try workspaces[number].write(purpose: nil) { draft in
      var edit = RecordEdit(type: "client", id: id)
      let value = String(repeating: "x", count: bytes)
      edit.set["name"] = JSONValue.string("\(id) \(value)").canonicalBytes
      draft.add(edit)
    }
  }

  @discardableResult
  func round(_ number: Int) throws -> FolderReport { try carriers[number].round() }

  /// How many files a device has read.
  func readCount(_ number: Int) -> Int { carriers[number].readCount }

  /// The folder of the base.
  var root: String {
    "\(shared)/karto-\(workspaces[0].header.workspace.text.prefix(8))"
  }

  /// A document with a header and some members.
  func piece(_ members: [UInt8]) -> [UInt8] {
    var deflater = Deflater()
    return Member.encode(
      (workspaces[0].header.line + [UInt8(ascii: "\n")]).span, as: .header, with: &deflater)
      + members
  }

  /// A device's document as it was, put back in place.
  mutating func putBack(_ bytes: [UInt8], _ number: Int) throws {
    try Contents.write(bytes, to: folder.path("\(number).karto"))
    workspaces[number] = try Workspace(
      path: folder.path("\(number).karto"), writing: true,
      device: DeviceFolder(path: folder.path("home\(number)")), plan: Self.plan)
    carriers[number] = try carrier(number)
  }

  var digests: Set<[UInt8]> { Set(workspaces.map { Export.digest($0.state).bytes }) }

  /// All files in the shared folder.
  var files: [String] {
    [".karto", ".json"].flatMap { Contents.files(below: shared, endingIn: $0) }.sorted()
  }

  func clients(_ number: Int) -> Set<String> {
    var ids: Set<String> = []
    workspaces[number].state.forEach(type: "client") { record in
      ids.insert(record.id)
      return true
    }
    return ids
  }
}

@Suite struct FolderTests {
  // SPEC [D-1], [D-4]
  @Test func `each device writes below its own name, and both end up equal`() throws {
    let team = try Team(devices: 2)
    try team.write(0, "a")
    try team.write(1, "b")
    #expect(try team.round(0).published == 2)
    let second = try team.round(1)
    #expect(second.received == 1 && second.published == 1)
    #expect(try team.round(0).received == 1)
    #expect(team.digests.count == 1)
    #expect(try team.round(1).isQuiet && team.round(0).isQuiet)
    let own = try #require(try team.workspaces[1].ownReplica()).text
    let mine = team.files.filter { $0.contains(own) }
    #expect(!mine.isEmpty)
    #expect(team.files.filter { $0.hasSuffix("have.json") }.count == 2)
  }

  // SPEC [D-3]
  @Test func `a file that is half copied is read as far as it goes, and again when it is whole`()
    throws
  {
    let team = try Team(devices: 2)
    try team.write(0, "a")
    try team.write(0, "b")
    try team.round(0)
    let tail = try #require(team.files.first { $0.hasSuffix("tail.karto") })
    let whole = try Contents.read(tail)
    try Contents.write(Array(whole.prefix(whole.count - 20)), to: tail)
    let report = try team.round(1)
    #expect(report.problems.map(\.kind) == [.incomplete])
    #expect(try team.round(1).problems.isEmpty, "it is told once")
    try Contents.write(whole, to: tail)
    try team.round(1)
    #expect(team.clients(1) == ["a", "b"])
  }

  // SPEC [D-3], [X-5]
  @Test func `foreign, damaged and malicious files do no harm and are told of once`() throws {
    let team = try Team(devices: 2)
    try team.write(0, "a")
    try team.round(0)
    let root = try #require(team.files.first { $0.hasSuffix("tail.karto") })
      .split(separator: "/").dropLast(2).joined(separator: "/")
    let other = try Team(devices: 1)
    try Contents.write(
      try Files.readAll(other.folder.path("0.karto"), limit: 1 << 20), to: "/\(root)/other.karto")
    try Contents.write("no base at all", to: "/\(root)/notes.txt")
    let tail = try #require(team.files.first { $0.hasSuffix("tail.karto") })
    // A copy as a cloud drive makes it, with a byte changed in its middle.
    var changed = try Contents.read(tail)
    changed[changed.count - 40] ^= 1
    try Contents.write(changed, to: "/\(root)/tail (conflicted copy).karto")
    let report = try team.round(1)
    #expect(
      Set(report.problems.map(\.kind)).isSuperset(of: [.foreign, .unreadable]), "\(report)")
    #expect(try team.round(1).problems.isEmpty)
    #expect(team.clients(1) == ["a"])
    try team.round(0)
    #expect(team.digests.count == 1)
    #expect(try Contents.read("/\(root)/notes.txt") == Array("no base at all".utf8))
  }

  // SPEC [D-2], [X-4]
  @Test func `what someone wipes from the folder others put there again`() throws {
    let team = try Team(devices: 3)
    for id in ["a", "b"] { try team.write(0, id) }
    try team.round(0)
    try team.round(1)
    for file in team.files { try Contents.remove(file) }
    let report = try team.round(1)
    #expect(report.published > 0)
    try team.round(2)
    #expect(team.clients(2) == ["a", "b"])
  }

  // SPEC [D-1], [K-1]
  @Test func `what came before what it follows is taken in when that has come`() throws {
    let team = try Team(devices: 2)
    try team.write(1, "a")
    try team.write(1, "b")
    let own = try #require(try team.workspaces[1].ownReplica())
    func put(_ name: String, where isWanted: (Dot) -> Bool) throws {
      let pieces = try team.workspaces[1].pieces(closedFrom: 1 << 20, where: isWanted)
      try Contents.write(try #require(pieces.first).bytes, to: "\(team.shared)/\(name).karto")
    }
    try put("later") { $0 == Dot(own, 2) }
    #expect(try team.round(0).received == 0)
    try put("sooner") { $0 == Dot(own, 1) }
    #expect(try team.round(0).received == 2)
    #expect(team.clients(0) == ["a", "b"])
  }

  // SPEC [D-2]
  @Test func `hundreds of rounds leave few files`() throws {
    let team = try Team(devices: 2)
    for step in 0..<150 {
      try team.write(step % 2, "r\(step)", bytes: 600)
      try team.round(step % 2)
      try team.round(1 - step % 2)
    }
    #expect(team.digests.count == 1)
    #expect(team.clients(0).count == 150)
    #expect(team.files.count < 20, "\(team.files.count)")
  }

  // SPEC [D-5]
  @Test func `what is wholly here is not read again, the rest once for every change`() throws {
    let team = try Team(devices: 2)
    try team.write(0, "a")
    try team.round(0)
    // Commits of somebody whom nobody let in: they may be let in by what is still to come.
    let key = SigningKey.generate()
    var writer = CommitWriter(
      chain: Chain(workspace: team.workspaces[0].header.workspace, key: key.publicKey),
      signer: key)
    let (_, members) = try writer.encode([[]], stampMillis: 0, seen: [], purpose: nil)
    for number in 0..<3 {
      try Contents.write(team.piece(members), to: "\(team.root)/stranger\(number).karto")
    }
    try team.round(1)
    var count = team.readCount(1)
    for _ in 0..<3 { try team.round(1) }
    #expect(team.readCount(1) == count, "nothing has changed")
    for step in 0..<4 {
      try team.write(0, "b\(step)")
      try team.round(0)
      let before = team.readCount(1)
      try team.round(1)
      // The tail that has grown, and the three that wait; once more after it brought something.
      #expect(team.readCount(1) - before <= 7)
      count = team.readCount(1)
      try team.round(1)
      #expect(team.readCount(1) == count)
    }
    #expect(team.digests.count == 1)
  }

  // SPEC [D-2], [X-4], [X-5]
  @Test func `a file that says it holds what it does not hold keeps nobody from publishing`()
    throws
  {
    let team = try Team(devices: 2)
    for number in 0...1 {
      try team.write(number, "a\(number)")
      try team.round(number)
    }
    try team.round(0)
    var deflater = Deflater()
    let owners = try team.workspaces.compactMap { try $0.ownReplica() }
    let runs = owners.map { Member.Run(replica: $0, first: 1, last: .max - 1) }
    let empty = Member.encode(
      Array("x\n".utf8).span, as: .commits(runs: runs, continues: false), with: &deflater)
    // Commits under the right numbers, but not those of the devices.
    let wrong = SigningKey.generate()
    var forged: [UInt8] = []
    for owner in owners {
      for number in 1...9 as ClosedRange<UInt32> {
        let header = CommitHeader(
          dot: Dot(owner, number), stampMillis: 0, key: number == 1 ? wrong.publicKey : nil)
        let trailer = Trailer(salt: .whole([UInt8](repeating: 1, count: 16)), signature: nil)
        let line = String(decoding: header.line, as: UTF8.self)
        let raw = Array("\(line)\n".utf8) + trailer.line + [UInt8(ascii: "\n")]
        forged += Member.encode(
          raw.span,
          as: .commits(
            runs: [.init(replica: owner, first: number, last: number)], continues: false),
          with: &deflater)
      }
    }
    for owner in owners {
      for (name, lie) in [("y", empty), ("z", forged)] {
        try Contents.write(
          team.piece(lie), to: "\(team.root)/\(owner.text)/00000001-99999999-\(name).karto")
      }
    }
    try team.write(0, "b")
    for number in [0, 1, 0, 1] { try team.round(number) }
    #expect(team.clients(1).isSuperset(of: ["a0", "a1", "b"]))
    #expect(team.digests.count == 1)
  }

  // SPEC [D-2]
  @Test(arguments: [false, true])
  func `a device set back takes its own commits from the folder, and wipes none there`(
    writesFirst: Bool
  ) throws {
    var team = try Team(devices: 2)
    try team.write(0, "a")
    try team.round(0)
    let backup = try Contents.read(team.folder.path("0.karto"))
    try team.write(0, "b")
    try team.round(0)
    try team.putBack(backup, 0)
    if writesFirst { try team.write(0, "c") }
    try team.round(0)
    #expect(team.clients(0) == (writesFirst ? ["a", "b", "c"] : ["a", "b"]))
    try team.round(1)
    #expect(team.clients(1) == team.clients(0))
    #expect(team.digests.count == 1)
  }

  @Test(arguments: SeededGenerator.seeds(6))
  func `files that are dropped, late, doubled and damaged: all agree in the end`(
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let count = 3 + random.below(2)
    let team = try Team(devices: count)
    var written: Set<String> = []
    for step in 0..<40 {
      let one = random.below(count)
      switch random.below(6) {
      case 0, 1: try team.round(one)
      case 2:
        let files = team.files.filter { $0.hasSuffix(".karto") }
        guard !files.isEmpty else { continue }
        let file = random.element(of: files)
        switch random.below(4) {
        case 0: try Contents.remove(file)
        case 1: try Contents.copy(file, to: file + ".sync-conflict.karto")
        case 2:
          let bytes = try Contents.read(file)
          try Contents.write(Array(bytes.prefix(random.below(bytes.count + 1))), to: file)
        default:
          var bytes = try Contents.read(file)
          guard !bytes.isEmpty else { continue }
          bytes[random.below(bytes.count)] ^= UInt8(1 << random.below(8))
          try Contents.write(bytes, to: file)
        }
      default:
        try team.write(one, "r\(step)")
        written.insert("r\(step)")
      }
    }
    // Whatever was done to the files, each device puts its own there again.
    for file in team.files { try Contents.remove(file) }
    for _ in 0..<3 { for one in 0..<count { try team.round(one) } }
    #expect(team.digests.count == 1, "seed \(seed)")
    #expect(team.clients(0) == written, "seed \(seed)")
  }
}
