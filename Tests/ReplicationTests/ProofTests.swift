import Bytes
import Documents
import Platform
import Replication
import Sealing
import Support
import Testing

/// What is taken from elsewhere, and what is refused wherever it stands.
@Suite struct ProofTests {
  /// Rewrites the lines of the member that holds commit `number` of a base that one device wrote.
  private static func rewrite(
    _ path: String, commit number: UInt32, _ edit: (String) -> String
  ) throws {
    let bytes = try Files.readAll(path, limit: 1 << 20)
    var inflater = Inflater()
    var deflater = Deflater()
    var raw: [UInt8] = []
    var result: [UInt8] = []
    for member in MemberMap(bytes.span).members {
      try member.inflate(bytes.span, with: &inflater, into: &raw)
      if member.runs.contains(where: { $0.first == number }) {
        raw = Array(edit(String(decoding: raw, as: UTF8.self)).utf8)
      }
      result += Member.encode(raw.span, as: member.contents, with: &deflater)
    }
    try Files.replace(path) { try $0.write(result) }
  }

  /// Two copies of a base: one that knows three commits, and one with three more of the other's.
  private static func copies() throws -> (office: Office, theirs: String) {
    let office = try Office(replicas: 2)
    for name in ["А", "Б"] { try office.workspaces[0].add(client: name) }
    _ = try office.workspaces[1].join(office.workspaces[0])
    for name in ["В", "Г", "Д"] { try office.workspaces[0].add(client: name) }
    return (office, office.folder.path("0.karto"))
  }

  // SPEC [K-12], [X-1]
  @Test func `what is not proven is not taken, and check names it`() throws {
    let (office, theirs) = try Self.copies()
    let replica = try #require(try office.workspaces[0].ownReplica())
    let before = exported(office.workspaces[1].state)
    try Self.rewrite(theirs, commit: 5) { $0.replacing("Г", with: "Ж") }
    // A document of one's own is believed.
    let forged = try office.open(0, usesCache: false)
    #expect(exported(forged.state).contains("Ж"))
    let problems = try Check.run(path: theirs).problems
    #expect(problems.contains { $0.kind == .signature && $0.dot == Dot(replica, 5) })
    let report = try office.workspaces[1].join(forged)
    #expect(report.commitCount == 1, "what stands before it is proven")
    #expect(report.refused == [Dot(replica, 5)])
    let after = exported(office.workspaces[1].state)
    #expect(after != before && after.contains("В"))
    #expect(!after.contains("Ж") && !after.contains("Д"))
  }

  // SPEC [K-12]
  @Test func `a commit without signature is proven by a later one, and not without`() throws {
    let (office, theirs) = try Self.copies()
    let unsigned = { (lines: String) in lines.replacing(#/,"sign":"[^"]*"/#, with: "") }
    try Self.rewrite(theirs, commit: 5, unsigned)
    #expect(try Check.run(path: theirs).isSound)
    try Self.rewrite(theirs, commit: 6, unsigned)
    let kinds = try Check.run(path: theirs).problems.map(\.kind)
    #expect(kinds == [.unsigned])
    let report = try office.workspaces[1].join(try office.open(0, usesCache: false))
    #expect(report.commitCount == 1)
  }

  // SPEC [K-13]
  @Test func `a refused commit does not count, and those behind it wait`() throws {
    let (office, theirs) = try Self.copies()
    let replica = try #require(try office.workspaces[0].ownReplica())
    // A space that canonical JSON does not have.
    try Self.rewrite(theirs, commit: 5) { $0.replacing("\"set\":{", with: "\"set\": {") }
    let opened = try office.open(0, usesCache: false)
    #expect(opened.findings.isDamaged)
    #expect(opened.frontier[replica] == 4)
    #expect(!exported(opened.state).contains("Г") && !exported(opened.state).contains("Д"))
    // Its bytes are part of the chain: only with them the signatures behind it do not hold.
    let forged = try Check.run(path: theirs).problems.filter { $0.kind == .signature }
    #expect(forged.compactMap(\.dot?.number) == [5, 6])
    let report = try office.workspaces[1].join(opened)
    #expect(report.commitCount == 1)
  }
}
