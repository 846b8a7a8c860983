import Bytes
import Documents
import Histories
import Platform
import Replication
import Support
import Testing

/// Documents that are damaged in the middle: what is shown of them and what is saved
/// (SPEC [W-6], [W-7], [W-8], [W-9]).
@Suite struct SalvageTests {
  /// A base on one device whose commits 1 to `count` + 1 stand in members of their own.
  private static func bench(clients count: Int) throws -> (Bench, [Member]) {
    let bench = try Bench()
    let workspace = try bench.found()
    for number in 0..<count {
      _ = try workspace.write(purpose: nil) { draft in
        var edit = RecordEdit(type: "client", id: "c\(number % 3)")
        edit.set["name"] = json("Имя \(number)")
        edit.add["tags"] = [json("t\(number)")]
        if number > 2 { edit.remove["tags"] = [json("t\(number - 3)")] }
        draft.add(edit)
      }
    }
    let bytes = try Files.readAll(bench.path, limit: 1 << 20)
    return (bench, MemberMap(bytes.span).members)
  }

  private static func change(
    _ path: String, _ edit: (inout [UInt8]) -> Void
  ) throws {
    var bytes = try Files.readAll(path, limit: 1 << 20)
    edit(&bytes)
    try Files.replace(path) { try $0.write(bytes) }
  }

  private static func tolerant(_ bench: Bench, path: String? = nil) throws -> Workspace {
    try Workspace(
      path: path ?? bench.path, writing: true, device: bench.device, plan: Bench.plan,
      clock: .fixed(1_763_800_002_000), usesCache: false, toleratesGaps: true)
  }

  /// All commits that stand in a document, those behind gaps too.
  private static func commits(_ bytes: [UInt8]) throws -> [CommitRecord] {
    var commits: [CommitRecord] = []
    var inflater = Inflater()
    var raw: [UInt8] = []
    var reader = EditReader()
    for member in MemberMap(bytes.span).members where member.contents != .header {
      guard (try? member.inflate(bytes.span, with: &inflater, into: &raw)) != nil else { continue }
      var cursor = CommitCursor()
      while let frame = try cursor.next(in: raw.span) {
        var edits: [RecordEdit] = []
        var start = frame.body.lowerBound
        while start < frame.body.upperBound, let end = Lines.end(ofLineAt: start, in: raw.span) {
          if let edit = try reader.edit(of: raw.span.extracting(start..<end)) { edits.append(edit) }
          start = end + 1
        }
        commits.append(CommitRecord(header: frame.header, edits: edits))
      }
    }
    return commits
  }

  /// What can become of a member without its neighbours being touched.
  enum Damage: CaseIterable {
    case data, checksum, kind, firstByte, length, lengthOntoLater, lengthToTheEnd

    func apply(_ bytes: inout [UInt8], _ members: [Member], _ place: Int) {
      let member = members[place]
      func setLength(_ length: Int) {
        for index in 0..<4 {
          bytes[member.byteOffset + 18 + index] = UInt8(truncatingIfNeeded: length >> (index * 8))
        }
      }
      switch self {
      case .data: bytes[member.byteEnd - 20] ^= 0x55
      case .checksum: bytes[member.byteEnd - 8] ^= 1
      case .kind: bytes[member.byteOffset + 16] ^= 1
      case .firstByte: bytes[member.byteOffset] = 0
      case .length: setLength(member.byteCount + 1)
      case .lengthOntoLater:
        setLength(members[min(place + 2, members.count - 1)].byteOffset - member.byteOffset)
      case .lengthToTheEnd: setLength((members.last?.byteEnd ?? 0) - member.byteOffset)
      }
    }
  }

  @Test(arguments: Damage.allCases)
  func `damage costs one member, whatever list, check and repair are asked`(
    damage: Damage
  ) throws {
    for place in 1..<8 {
      let (bench, members) = try Self.bench(clients: 8)
      let before = try Files.readAll(bench.path, limit: 1 << 20)
      try Self.change(bench.path) { damage.apply(&$0, members, place) }
      let bytes = try Files.readAll(bench.path, limit: 1 << 20)
      let left = try Self.commits(before).filter { $0.header.dot.number != UInt32(place) }
      let shown = try Self.tolerant(bench)
      #expect(shown.findings.looksBehindGaps)
      #expect(exported(shown.state) == Oracle(left).export, "commit \(place)")
      #expect(throws: (any Error).self) { try shown.add(client: "Новый") }
      let report = try Check.run(path: bench.path)
      #expect(!report.isSound)
      let missing = report.problems.contains {
        if case .missing(_, UInt32(place), UInt32(place)) = $0.kind { return true }
        return false
      }
      // Where only the kind was changed, the commits are there, under a false label.
      let isReadable = damage == .kind
      #expect(missing == !isReadable, "\(report.problems)")
      let saved = bench.folder.path("saved.karto")
      let repair = try Repair.run(path: bench.path, others: [], to: saved)
      #expect(repair.commitCount == (isReadable ? 9 : 8))
      #expect(repair.losses.map(\.first) == (isReadable ? [] : [UInt32(place)]))
      #expect(try Files.readAll(bench.path, limit: 1 << 20) == bytes)
    }
  }

  @Test func `what stands behind a gap is written anew by a successor`() throws {
    let (bench, members) = try Self.bench(clients: 9)
    let copy = bench.folder.path("copy.karto")
    let whole = try Files.readAll(bench.path, limit: 1 << 20)
    try Files.replace(copy) { try $0.write(whole) }
    try Self.change(bench.path) { $0[members[5].byteEnd - 20] ^= 0x55 }
    let shown = exported(try Self.tolerant(bench).state)
    let saved = bench.folder.path("saved.karto")
    #expect(try Repair.run(path: bench.path, others: [], to: saved).losses.map(\.first) == [5])
    let before = try Self.tolerant(bench, path: saved)
    let former = try #require(try before.ownReplica())
    #expect(before.findings.lacksOwnCommits)
    #expect(try before.salvage().recordCount > 0)

    let after = try Workspace(
      path: saved, writing: true, device: bench.device, plan: Bench.plan, usesCache: false)
    #expect(after.findings.hasGap && !after.findings.lacksOwnCommits && !after.findings.isDamaged)
    let own = try #require(after.state.replicas.first { $0.predecessor == former })
    #expect(try after.ownReplica() == own.id)
    #expect(own.count == 1)
    #expect(after.frontier[former] == 4)
    // Strictly, and so on every copy, the state is what the damaged document still showed, and
    // what was given up.
    let given = exported(after.state).split(separator: "\n").filter { $0.contains("\"loss\"") }
    #expect(given.count == 1 && given[0].contains("\"first\":5,\"last\":5"), "\(given)")
    #expect(
      exported(after.state).split(separator: "\n").filter { !given.contains($0) }
        == shown.split(separator: "\n"))
    let checked = try Check.run(path: saved)
    #expect(checked.isSound && checked.losses.map(\.first) == [5], "\(checked.problems)")
    try after.add(client: "Новый")
    // Nothing is left to be saved a second time.
    #expect(try after.salvage().recordCount == 0)

    // The lost commit turns up: the old commits count too, and nothing is in conflict.
    let other = try Workspace(
      path: copy, writing: false, device: bench.device, plan: Bench.plan, usesCache: false)
    _ = try after.join(other)
    #expect(after.frontier[former] == 10)
    #expect(!exported(after.state).contains("\"conflicts\""))
    #expect(exported(after.state).contains("Имя 8"))
  }

  @Test(arguments: SeededGenerator.seeds(10))
  func `a damaged document shows what all readable commits make, in any order`(
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let office = try Office(replicas: 3)
    for _ in 0..<30 {
      office.clock.set(1_763_800_000_000 + Int64(random.below(1_000_000)))
      let one = random.below(3)
      if random.oneIn(3) {
        _ = try office.workspaces[one].join(office.workspaces[(one + 1 + random.below(2)) % 3])
      } else {
        _ = try office.workspaces[one].write(purpose: nil) { draft in
          draft.add(RandomEdit.make(with: &random))
        }
      }
    }
    _ = try office.workspaces[0].join(office.workspaces[1])
    _ = try office.workspaces[0].join(office.workspaces[2])
    let path = office.folder.path("0.karto")
    let bytes = try Files.readAll(path, limit: 1 << 20)
    // One commit a member, some lost, the others in an order of their own.
    var pieces: [[UInt8]] = []
    var inflater = Inflater()
    var deflater = Deflater()
    var raw: [UInt8] = []
    for member in MemberMap(bytes.span).members where member.contents != .header {
      try member.inflate(bytes.span, with: &inflater, into: &raw)
      var cursor = CommitCursor()
      while let frame = try cursor.next(in: raw.span) {
        let dot = frame.header.dot
        let run = Member.Run(replica: dot.replica, first: dot.number, last: dot.number)
        pieces.append(
          Member.encode(
            raw.span.extracting(frame.whole), as: .commits(runs: [run], continues: false),
            with: &deflater))
      }
    }
    pieces.removeAll { _ in random.oneIn(5) }
    pieces.shuffle(using: &random)
    let header = MemberMap(bytes.span).members[0]
    let damaged = bytes[..<header.byteEnd] + Array("lost".utf8) + pieces.joined()
    try Files.replace(path) { try $0.write(Array(damaged)) }
    let shown = try Workspace(
      path: path, writing: false, device: DeviceFolder(path: office.folder.path("home0")),
      plan: Bench.plan, usesCache: false, toleratesGaps: true)
    #expect(shown.findings.looksBehindGaps)
    let expected = Oracle(try Self.commits(Array(damaged))).export
    #expect(exported(shown.state) == expected, "seed \(seed)")
  }
}
