import Bytes
import Documents
import Platform
import Replication
import Support
import Testing

/// Seeds of salts: SPEC [K-15].
@Suite struct SaltTests {
  /// The seeds of a document's commits, in order; nothing where a commit has none.
  private static func seeds(_ path: String) throws -> [[UInt8]?] {
    let bytes = try Files.readAll(path, limit: 8 << 20)
    var inflater = Inflater()
    var raw: [UInt8] = []
    var seeds: [[UInt8]?] = []
    for member in MemberMap(bytes.span).members {
      guard case .commits = member.contents else { continue }
      try member.inflate(bytes.span, with: &inflater, into: &raw)
      var cursor = CommitCursor()
      while let frame = try cursor.next(in: raw.span) {
        if case .seeded(let seed) = try Trailer(line: raw.span.extracting(frame.trailer)).salt {
          seeds.append(seed)
        } else {
          seeds.append(nil)
        }
      }
    }
    return seeds
  }

  @Test func `commits of one device share a seed, from one process to the next, up to 64`() throws {
    let bench = try Bench()
    var workspace = try bench.found()
    for number in 2...200 {
      if number.isMultiple(of: 10) { workspace = try bench.open(usesCache: true) }
      _ = try workspace.add(client: "Клиент \(number)")
    }
    let seeds = try Self.seeds(bench.path).compactMap(\.self)
    #expect(seeds.count == 200)
    for (index, seed) in seeds.enumerated() {
      #expect(seed == seeds[max(1, (index + 1) / 64 * 64) - 1], "commit \(index + 1)")
    }
    #expect(Set(seeds).count == 4)
    #expect(try Check.run(path: bench.path).isSound)
  }

  @Test func `who does not know the last seed takes a new one`() throws {
    let bench = try Bench()
    let workspace = try bench.found()
    for number in 0..<5 { _ = try workspace.add(client: "Клиент \(number)") }
    // In the repacked document the last commit stands elsewhere than was noted.
    _ = try workspace.compact()
    _ = try bench.open(usesCache: true).add(client: "Новый")
    let seeds = try Self.seeds(bench.path)
    #expect(Set(seeds[..<6]).count == 1 && seeds[6] != nil && seeds[6] != seeds[5])
    #expect(try Check.run(path: bench.path).isSound)
  }

  @Test func `a thousand edits of one field take less than fourteen bytes each`() throws {
    let bench = try Bench()
    let workspace = try bench.found()
    let ids = try (0..<50).map { try workspace.add(client: "Клиент \($0)") }
    _ = try workspace.compact()
    let before = try Files.status(bench.path)?.size ?? 0
    for number in 0..<1000 {
      _ = try workspace.write(purpose: "set") { draft in
        var edit = RecordEdit(type: "client", id: ids[number * 7 % 50])
        edit.set["city"] = json("Город \(number * 31 % 200)")
        draft.add(edit)
      }
    }
    _ = try workspace.compact()
    let size = try Files.status(bench.path)?.size ?? 0
    #expect(size - before < 14_000)
  }
}
