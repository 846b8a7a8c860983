import Bytes
import Documents
import Platform
import Replication
import Sealing
import Support
import Syncing
import Testing

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
