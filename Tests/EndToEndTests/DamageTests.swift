import Support
import Testing

/// A document whose middle is damaged (SPEC [W-3], [W-6]).
@Suite struct DamageTests {
  private static let names = (1...8).map { "Клиент \($0)" }

  /// A base in which commit 4, which added «Клиент 3», can no longer be read.
  private func damagedBase(
    _ damage: (inout [UInt8], Range<Int>) -> Void
  ) throws -> (karto: Karto, ids: [String], digest: String) {
    let karto = try Karto.withBase()
    let ids = try Self.names.map { try karto.addClient($0) }
    let digest = try karto.digest()
    try Contents.copy(karto.base, to: "\(karto.workFolder)/copy")
    var bytes = try Contents.read(karto.base)
    damage(&bytes, try Members(bytes).ofCommit(4))
    try Contents.write(bytes, to: karto.base)
    return (karto, ids, digest)
  }

  /// What can happen to a member.
  enum Damage: String, CaseIterable, Sendable {
    case byteOfTheData, byteOfTheChecksum, byteOfTheExtraField, firstByte, zeroed, cutOut
    case lengthOntoALaterMember

    func apply(_ bytes: inout [UInt8], _ member: Range<Int>) {
      switch self {
      case .byteOfTheData: bytes[member.upperBound - 30] ^= 0x55
      case .byteOfTheChecksum: bytes[member.upperBound - 6] ^= 1
      case .byteOfTheExtraField: bytes[member.lowerBound + 19] ^= 0x70
      case .firstByte: bytes[member.lowerBound] = 0
      case .zeroed: for index in member { bytes[index] = 0 }
      case .cutOut: bytes.removeSubrange(member)
      case .lengthOntoALaterMember:
        func length(at start: Int) -> Int {
          (0..<4).reduce(0) { $0 | Int(bytes[start + 18 + $1]) << ($1 * 8) }
        }
        let both = member.count + length(at: member.upperBound)
        for index in 0..<4 {
          bytes[member.lowerBound + 18 + index] = UInt8(truncatingIfNeeded: both >> (index * 8))
        }
      }
    }
  }

  @Test(arguments: Damage.allCases)
  func `check finds the damage and names the commits`(damage: Damage) throws {
    let (karto, _, _) = try damagedBase(damage.apply)
    let ending = try karto("check", "--json")
    #expect(ending.status == 5, "\(ending)")
    let report = try JSON(ending.text)
    #expect(report["sound"] == .truth(false))
    let problems = report["problems"]?.elements ?? []
    let messages = problems.compactMap { $0["message"]?.text }
    #expect(messages.contains { $0.contains("4") }, "commit 4: \(messages)")
    #expect(messages.allSatisfy { !$0.isEmpty })
    let plain = try karto("check")
    #expect(plain.status == 5)
    #expect(plain.lines.count == problems.count)
  }

  @Test(arguments: Damage.allCases)
  func `the rest can be read, with a warning`(damage: Damage) throws {
    let (karto, ids, _) = try damagedBase(damage.apply)
    try karto.dropCache()
    let listing = try karto("list", "clients", "--json")
    #expect(listing.status == 0, "\(listing)")
    #expect(listing.talk.contains("warning: "), "\(listing)")
    let names = Set(try karto.objects(of: listing).compactMap { $0["name"]?.text })
    #expect(names == Set(Self.names).subtracting(["Клиент 3"]), "\(damage): \(names)")
    let last = try karto("show", ids[7], "--json")
    #expect(last.status == 0, "\(last)")
    #expect(last.talk.contains("warning: "))
  }

  @Test(arguments: Damage.allCases)
  func `a damaged document is not written to`(damage: Damage) throws {
    let (karto, ids, _) = try damagedBase(damage.apply)
    let before = try Contents.read(karto.base)
    let table = try karto.writeClients("clients.csv", count: 3)
    for words in [
      ["add", "client", "name=Новый"], ["set", ids[0], "city=Тверь"], ["compact"],
      ["import", table, "--type", "client", "--yes"], ["undo", "--last", "--yes"],
    ] {
      let ending = try karto.run(words)
      #expect(ending.status == 5, "\(damage), \(words): \(ending)")
      #expect(ending.talk.contains("karto repair"), "\(damage), \(words): \(ending)")
      #expect(try Contents.read(karto.base) == before, "\(damage), \(words)")
    }
  }

  @Test(arguments: Damage.allCases)
  func `repair saves the rest to a new file, which can be worked with`(damage: Damage) throws {
    let (karto, ids, _) = try damagedBase(damage.apply)
    let before = try Contents.read(karto.base)
    let ending = try karto("repair", "new.karto", "--json", "-f", "base.karto")
    #expect(ending.status == 5 || ending.status == 0, "\(ending)")
    #expect(try JSON(ending.text)["commits"]?.integer == 8)
    #expect(try Contents.read(karto.base) == before, "the damaged file is not touched")
    let again = try karto("repair", "new.karto", "-f", "base.karto")
    #expect(again.status == 1, "nothing is overwritten: \(again)")
    let rest = ["KARTO_FILE": "\(karto.workFolder)/new.karto"]
    let listing = try karto.run(["list", "clients", "--json"], with: rest)
    let names = Set(try karto.objects(of: listing).compactMap { $0["name"]?.text })
    #expect(names == Set(Self.names).subtracting(["Клиент 3"]), "\(damage): \(names)")
    #expect(try karto.run(["set", ids[7], "city=Тверь"], with: rest).status == 0)
    #expect(try karto.run(["add", "client", "name=Новый"], with: rest).status == 0)
    let card = try karto.run(["show", ids[7], "--json"], with: rest)
    #expect(try karto.objects(of: card).first?["city"] == .text("Тверь"))
  }

  /// What was written last is followed by nothing that would leave a gap; that it is lost shows
  /// by the member's label, or by what the device noted.
  @Test(arguments: [Damage.byteOfTheData, .byteOfTheChecksum, .zeroed, .cutOut])
  func `repair says that the last changes are lost`(damage: Damage) throws {
    let karto = try Karto.withBase()
    for name in Self.names { _ = try karto.addClient(name) }
    var bytes = try Contents.read(karto.base)
    damage.apply(&bytes, try Members(bytes).ofCommit(9))
    try Contents.write(bytes, to: karto.base)
    let ending = try karto("repair", "new.karto", "-f", "base.karto", "--json")
    #expect(ending.status == 5, "\(ending)")
    let lost = try JSON(ending.text)["lost"]?.elements ?? []
    #expect(lost.map { $0["first"]?.integer } == [9] && lost.map { $0["last"]?.integer } == [9])
  }

  @Test(arguments: Damage.allCases)
  func `repair from a copy restores all`(damage: Damage) throws {
    let (karto, _, digest) = try damagedBase(damage.apply)
    let ending = try karto("repair", "new.karto", "--from", "copy", "-f", "base.karto")
    #expect(ending.status == 0, "\(ending)")
    try Contents.copy("\(karto.workFolder)/new.karto", to: karto.base)
    try Contents.remove("\(karto.workFolder)/new.karto")
    #expect(try karto.digest() == digest)
    #expect(try karto.isSound())
    #expect(try karto.isGzip())
    _ = try karto.addClient("Новый")
    #expect(try karto.isSound())
    #expect(Set(try karto.clientNames()) == Set(Self.names + ["Новый"]))
  }

  @Test func `any single byte changed is found, and nothing traps`() throws {
    let karto = try Karto.withBase()
    for name in Self.names.prefix(3) { _ = try karto.addClient(name) }
    let whole = try Contents.read(karto.base)
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<60 {
      var bytes = whole
      let offset = generator.below(bytes.count)
      let flip = UInt8(1 << generator.below(8))
      bytes[offset] ^= flip
      try Contents.write(bytes, to: karto.base)
      let check = try karto("check", "--json")
      let listing = try karto("list", "clients")
      #expect(check.status != nil && listing.status != nil, "byte \(offset): \(check) \(listing)")
      // The operating system and the time in a member's header mean nothing, nor do most flags.
      let isMeaningless = try Members(whole).ranges.contains {
        let place = offset - $0.lowerBound
        return (4..<10).contains(place) || (place == 17 && flip > 1)
      }
      let isTorn = (try? JSON(check.text))?["torn_bytes"]?.integer ?? 0 > 0
      #expect(
        check.status == 5 || isTorn || isMeaningless, "byte \(offset) changed: \(check)")
      #expect(try karto("add", "client", "name=x", "--dry-run").status != nil)
    }
  }
}
