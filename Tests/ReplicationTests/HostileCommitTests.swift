import Bytes
import Documents
import Platform
import Replication
import Sealing
import Support
import Testing

/// Commits that nobody vouches for, under numbers and in an order that no writer makes: they cost
/// no more than their own bytes.
@Suite struct HostileCommitTests {
  private static let now: Int64 = 1_763_800_000_000

  /// A member with one commit, whose extra field says what it likes.
  private static func member(
    _ header: CommitHeader, _ name: String, runs: [Member.Run]? = nil
  ) -> [UInt8] {
    var edit = RecordEdit(type: "client", id: "x")
    edit.set["name"] = json(name)
    var lines = JSONWriter()
    edit.append(to: &lines)
    let trailer = Trailer(salt: .whole([UInt8](repeating: 1, count: 16)), signature: nil)
    var deflater = Deflater()
    let dot = header.dot
    let raw =
      header.line + [UInt8(ascii: "\n")] + lines.bytes + trailer.line + [UInt8(ascii: "\n")]
    return Member.encode(
      raw.span,
      as: .commits(
        runs: runs ?? [.init(replica: dot.replica, first: dot.number, last: dot.number)],
        continues: false),
      with: &deflater)
  }

  private static func member(
    of key: SigningKey, _ number: UInt32, _ name: String, part: Part? = nil,
    runs: [Member.Run]? = nil
  ) -> [UInt8] {
    let header = CommitHeader(
      dot: Dot(ReplicaID(key: key.publicKey), number), stampMillis: now, part: part,
      key: number == 1 ? key.publicKey : nil)
    return member(header, name, runs: runs)
  }

  // SPEC [F-1]
  @Test func `unsigned commits in an order that hides what they follow have few places`() throws {
    let bench = try Bench()
    let workspace = try bench.found()
    let key = SigningKey.generate()
    // Each level behind every node of the one before would be ten to the tenth.
    var bytes: [UInt8] = []
    for number in (1...10 as ClosedRange<UInt32>).reversed() {
      for name in 0..<10 { bytes += Self.member(of: key, number, "\(name)") }
    }
    let report = try workspace.receive([bytes])
    #expect(report.commitCount == 0)
    // One that somebody put into the document is opened and checked as well.
    let present = try Files.readAll(bench.path, limit: 1 << 20)
    try Files.replace(bench.path) { try $0.write(present + bytes) }
    #expect(try !exported(bench.open(usesCache: false).state).contains("\"x\""))
    _ = try Check.run(path: bench.path)
  }

  // SPEC [F-1]
  @Test func `an unsigned commit that begins a piece has the place that a later one shows`() throws
  {
    var world = try World()
    let fork = try #require(world.actors[0].tip)
    func client(_ id: String) -> RecordEdit {
      var edit = RecordEdit(type: "client", id: id)
      edit.set["name"] = json(id)
      return edit
    }
    var ends: [Int] = []
    for number in 0..<5 {
      ends.append(
        try world.write(
          by: 0, [client("a\(number)")], at: Self.now, seen: [], behind: fork))
    }
    let reader = try world.workspace("reader")
    _ = try reader.receive(world.commits.map(\.bytes))
    var piece: [UInt8] = []
    let middle = try world.write(by: 0, [client("b")], at: Self.now, seen: [], behind: ends[3])
    let last = try world.write(by: 0, [client("c")], at: Self.now, seen: [], behind: middle)
    var inflater = Inflater()
    var deflater = Deflater()
    for index in [middle, last] {
      let bytes = world.commits[index].bytes
      let member = try Member.decode(bytes.span, at: 0)
      var raw: [UInt8] = []
      try member.inflate(bytes.span, with: &inflater, into: &raw)
      if index == middle {
        let lines = String(decoding: raw, as: UTF8.self)
        raw = Array(lines.replacing(#/,"sign":"[^"]*"/#, with: "").utf8)
      }
      piece += Member.encode(raw.span, as: member.contents, with: &deflater)
    }
    let report = try reader.receive([piece])
    #expect(report.commitCount == 2 && report.refused.isEmpty)
    for id in ["b", "c"] { #expect(reader.state.record(type: "client", id: id) != nil) }
  }

  // SPEC [K-1]
  @Test func `a member who has seen a number that no stranger wrote costs nothing`() throws {
    let world = try World()
    let tip = try #require(world.actors[0].tip)
    let author = world.actors[0]
    // A stranger with two histories, so that what is seen of it is left to the forks.
    let key = SigningKey.generate()
    let strangers =
      Self.member(of: key, 1, "Раз") + Self.member(of: key, 1, "Два")
      + Self.member(of: key, .max - 1, "Три", part: Part(index: 1, count: 2))
    var writer = CommitWriter(chain: world.commits[tip].chain, signer: author.key)
    let sighting = Sighting(
      replica: ReplicaID(key: key.publicKey), number: .max - 1,
      head: [UInt8](repeating: 0, count: 16))
    let (headers, bytes) = try writer.encode(
      [[]], stampMillis: Self.now, seen: [sighting], purpose: nil)
    let report = try author.workspace.receive([strangers + bytes])
    #expect(report.dots.isEmpty && report.waiting.contains(headers[0].dot))
  }

  // SPEC [K-7]
  @Test(
    arguments: [
      (1, Part(index: 10, count: 20)), (2, Part(index: 3, count: 3)),
      (2, Part(index: .max - 1, count: .max - 1)), (1, Part(index: 1, count: .max)),
    ] as [(UInt32, Part)])
  func `a batch that would have begun before the first commit is refused`(
    number: UInt32, part: Part
  ) throws {
    let bench = try Bench()
    let workspace = try bench.found()
    let key = SigningKey.generate()
    let first = number > 1 ? Self.member(of: key, 1, "Раз") : []
    let last = Self.member(of: key, number, "Два", part: part)
    let header = CommitHeader(
      dot: Dot(ReplicaID(key: key.publicKey), number), stampMillis: Self.now, part: part,
      key: number == 1 ? key.publicKey : nil)
    #expect(throws: DocumentError.line(.key("part"), byteOffset: 0)) {
      do { _ = try CommitHeader(line: header.line.span) } catch DocumentError.line(let fault, _) {
        throw DocumentError.line(fault, byteOffset: 0)
      }
    }
    for keepsBatchesWhole in [false, true] {
      var intake = CommitIntake(
        workspace: workspace.header.workspace, keepsBatchesWhole: keepsBatchesWhole)
      for member in [first, last] where !member.isEmpty { try intake.add(member) }
      try intake.verify()
      #expect(intake.take(isEnd: true).commitCount == 0)
    }
    #expect(try workspace.receive([first + last]).commitCount == 0)
  }

  // SPEC §3.2
  @Test func `extra fields that name the greatest number are taken for what they are`() throws {
    let bench = try Bench()
    let workspace = try bench.found()
    let key = SigningKey.generate()
    let replica = ReplicaID(key: key.publicKey)
    let bytes =
      Self.member(of: key, 1, "Раз", runs: [.init(replica: replica, first: 1, last: .max)])
      + Self.member(of: key, 5, "Два")
    #expect(try workspace.receive([bytes]).commitCount == 0)
    let present = try Files.readAll(bench.path, limit: 1 << 20)
    try Files.replace(bench.path) { try $0.write(present + bytes) }
    #expect(try bench.open(usesCache: false).state.device(replica) == nil)
  }

  // SPEC [W-6], [W-7], [W-8]
  @Test(arguments: [1, 2])
  func `a damaged document with the greatest number is shown, repaired and saved`(
    histories: Int
  ) throws {
    let bench = try Bench()
    let workspace = try bench.found()
    for name in ["А", "Б", "В"] { try workspace.add(client: name) }
    let key = SigningKey.generate()
    let replica = ReplicaID(key: key.publicKey)
    var bytes = try Files.readAll(bench.path, limit: 1 << 20)
    bytes[MemberMap(bytes.span).members[3].byteEnd - 20] ^= 0x55
    for number in 0..<histories { bytes += Self.member(of: key, .max - 1, "\(number)") }
    try Files.replace(bench.path) { try $0.write(bytes) }
    func tolerant(_ path: String) throws -> Workspace {
      try Workspace(
        path: path, writing: true, device: bench.device, plan: Bench.plan, usesCache: false,
        toleratesGaps: true)
    }
    let shown = try tolerant(bench.path).state.device(replica)
    #expect(shown == nil, "nobody has written four thousand million commits")
    let saved = bench.folder.path("saved.karto")
    let repair = try Repair.run(path: bench.path, others: [], to: saved)
    let lost = repair.losses.filter { $0.replica == replica }
    #expect(lost.map(\.first) == [1] && lost.map(\.last) == [.max - 2])
    #expect(try tolerant(saved).salvage().recordCount > 0)
  }
}
