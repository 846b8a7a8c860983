import Bytes
import Documents
import Platform
import Replication
import Support
import Testing

/// Repacking a document: SPEC [R-1], [R-2].
@Suite struct CompactionTests {
  /// The lines of all members, signatures left out.
  private static func lines(_ path: String) throws -> [String] {
    let bytes = try Files.readAll(path, limit: 8 << 20)
    var inflater = Inflater()
    var raw: [UInt8] = []
    var text = ""
    for member in MemberMap(bytes.span).members {
      try member.inflate(bytes.span, with: &inflater, into: &raw)
      text += String(decoding: raw, as: UTF8.self)
    }
    return text.replacing(#/,"sign":"[^"]*"/#, with: "").split(separator: "\n").map(String.init)
  }

  @Test func `only signatures that later ones cover are left out, and the order stays`() throws {
    let bench = try Bench()
    let workspace = try bench.found()
    for number in 0..<30 { try workspace.add(client: "Клиент \(number)") }
    var deflater = Deflater()
    let foreign = Member.encode(
      Array("{\"future\":1}\n".utf8).span, as: .unknown(kind: 9), with: &deflater)
    let bytes = try Files.readAll(bench.path, limit: 1 << 20)
    let half = MemberMap(bytes.span).members[15].byteOffset
    try Files.replace(bench.path) { try $0.write(bytes[..<half] + foreign + bytes[half...]) }
    let before = try Self.lines(bench.path)
    let status = try Files.status(bench.path)

    let opened = try bench.open(usesCache: false)
    let export = exported(opened.state)
    let report = try opened.compact()
    #expect(report.membersBefore == 33 && report.membersAfter == 4)
    #expect(report.bytesAfter < report.bytesBefore)
    #expect(try Self.lines(bench.path) == before)
    let packed = try Files.readAll(bench.path, limit: 1 << 20)
    let kinds = MemberMap(packed.span).members.map(\.contents)
    #expect(kinds.firstIndex(of: .unknown(kind: 9)) == 2, "it stays in its place")
    #expect(packed[MemberMap(packed.span).members[2].byteOffset...].starts(with: foreign))
    #expect(try Check.run(path: bench.path).isSound)
    #expect(exported(opened.state) == export)
    #expect(exported(try bench.open(usesCache: false).state) == export)
    #expect(try Files.status(bench.path)?.inode != status?.inode, "the path names a new file")
    try opened.add(client: "Новый")
    #expect(try Check.run(path: bench.path).commitCount == 32)
  }

  @Test func `a document of large members stays as it is`() throws {
    let bench = try Bench()
    let workspace = try bench.found()
    for number in 0..<30 { try workspace.add(client: "Клиент \(number)") }
    _ = try workspace.compact()
    let bytes = try Files.readAll(bench.path, limit: 1 << 20)
    _ = try workspace.compact()
    #expect(try Files.readAll(bench.path, limit: 1 << 20) == bytes)
  }
}
