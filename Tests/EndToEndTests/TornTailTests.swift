import Support
import Testing

/// What a crash can leave at the end of a file, and what a disk can do to its middle.
@Suite struct TornTailTests {
  /// How the end of a file is spoilt.
  enum Spoiling: String, CaseIterable, Sendable {
    case cutInHalf, cutAfterOneByte, cutBeforeTheLastByte, zeros, garbage, halfAMember
  }

  /// A base with three clients, whose end is then spoilt as if a fourth had not been written.
  private func spoiltBase(_ spoiling: Spoiling) throws -> Karto {
    let karto = try Karto.withBase()
    for name in ["А", "Б", "В"] { _ = try karto.addClient(name) }
    let whole = try Contents.read(karto.base)
    try Contents.copy(karto.home, to: karto.folder.path("home"))
    _ = try karto.addClient("Г")
    let longer = try Contents.read(karto.base)
    // The device did not come so far as to note that it had written the fourth.
    try Contents.copy(karto.folder.path("home"), to: karto.home)
    var generator = SeededGenerator(seed: 7)
    let spoilt: [UInt8] =
      switch spoiling {
      case .cutInHalf: Array(longer[..<((whole.count + longer.count) / 2)])
      case .cutAfterOneByte: Array(longer[...whole.count])
      case .cutBeforeTheLastByte: longer.dropLast()
      case .zeros: whole + [UInt8](repeating: 0, count: 4096)
      case .garbage: whole + generator.bytes(1000)
      case .halfAMember: whole + longer[whole.count...].prefix(100) + generator.bytes(100)
      }
    try Contents.write(spoilt, to: karto.base)
    return karto
  }

  @Test(arguments: Spoiling.allCases)
  func `a torn tail is reported, left out, and cut off at the next write`(
    spoiling: Spoiling
  ) throws {
    let karto = try spoiltBase(spoiling)
    let spoilt = try Contents.read(karto.base)
    let listing = try karto("list", "clients", "--json")
    #expect(listing.status == 0, "\(listing)")
    #expect(!listing.talk.isEmpty, "it is reported")
    #expect(Set(try karto.clientNames()) == ["А", "Б", "В"])
    let report = try karto.checkReport()
    #expect(report["sound"] == .truth(true))
    #expect(report["torn_bytes"]?.integer ?? 0 > 0)
    #expect(try Contents.read(karto.base) == spoilt, "reading changes nothing")
    let next = try karto("add", "client", "name=Д")
    #expect(next.status == 0, "\(next)")
    #expect(try karto.isGzip())
    #expect(Set(try karto.clientNames()) == ["А", "Б", "В", "Д"])
    #expect(try karto.checkReport()["torn_bytes"]?.integer == 0)
    #expect(try karto("list", "clients").talk.isEmpty)
    #expect(try karto.isSound())
  }

  @Test func `a large import cut anywhere is not there at all`() throws {
    let karto = try Change.prepare()
    let before = try karto.digest()
    let start = try Contents.read(karto.base).count
    try Contents.copy(karto.home, to: karto.folder.path("home"))
    #expect(try karto.run(Change.import.words).status == 0)
    let whole = try Contents.read(karto.base)
    let members = try Members(whole).ranges.filter { $0.lowerBound >= start }
    try #require(members.count > 1)
    let edges = members.dropLast().map(\.upperBound)
    let ends = edges + edges.map { $0 + 40 } + [whole.count - 1, start + 1]
    for end in ends {
      try Contents.copy(karto.folder.path("home"), to: karto.home)
      try Contents.write(Array(whole[..<end]), to: karto.base)
      #expect(try karto.digest() == before, "cut at \(end) of \(whole.count)")
      #expect(try karto("add", "client", "name=Д").status == 0)
      #expect(try karto.isSound(), "cut at \(end) of \(whole.count)")
      #expect(try karto.isGzip(), "cut at \(end) of \(whole.count)")
    }
  }
}
