import Bytes
import CRM
import Documents
import Platform
import Replication
import Sealing
import Support
import Testing

/// Several devices that merge and change the same cards without seeing each other.
@Suite struct MergedCardsPropertyTests {
  /// Copies of one base, each on a device of its own.
  private struct Office {
    let test: TestBase
    private(set) var bases: [Base]

    init(devices: Int) throws {
      test = try TestBase()
      bases = [test.base]
      let bytes = try Files.readAll(test.folder.path("base.karto"), limit: 1 << 20)
      let workspace = test.base.workspace.header.workspace
      let seed = try #require(Base.recoverySeed(of: test.recoveryKey))
      for number in 1..<devices {
        guard let secret = SigningKey(seed: seed.span) else { continue }
        let device = DeviceFolder(path: test.folder.path("home\(number)"))
        let key = SigningKey.generate()
        let joining = Joining(
          invitation: Joining.recoveryID, secret: secret,
          device: key.publicKey, workspace: workspace)
        try device.setKey(key, in: workspace, credential: .joining(joining))
        try Files.replace(test.folder.path("\(number).karto")) { try $0.write(bytes) }
        bases.append(
          try Base.open(
            path: test.folder.path("\(number).karto"), writing: true, device: device,
            clock: test.base.clock))
      }
    }

    func joinAll() throws {
      for _ in 0..<2 {
        for one in bases {
          for other in bases where other !== one { _ = try one.workspace.join(other.workspace) }
        }
      }
    }

    /// What everyone sees of the clients.
    func views() -> [[String]] {
      bases.map { base in
        base.list(Schema.client).cards.map { String(decoding: base.json($0), as: UTF8.self) }
      }
    }
  }

  @Test func `opposite merges on two devices end in one card, the same on both`() throws {
    let office = try Office(devices: 2)
    let here = office.bases[0]
    let ids = try ["А", "Б"].map { try here.add(Schema.client, [.init("name", .set, $0)]).id }
    try office.joinAll()
    let there = office.bases[1]
    func merge(_ base: Base, _ one: String, _ other: String) throws {
      let cards = try [one, other].map { try base.resolve($0, as: Schema.client) }
      _ = try base.mergeCards(cards[0], with: [cards[1]])
    }
    try merge(here, ids[0], ids[1])
    try merge(there, ids[1], ids[0])
    #expect(here.shownCard(of: ids[1]) == ids[0])
    #expect(there.shownCard(of: ids[0]) == ids[1])
    try office.joinAll()
    #expect(Set(office.views()).count == 1)
    #expect(office.bases.map { $0.count(Schema.client) } == [1, 1])
    #expect(Set(office.bases.map { $0.shownCard(of: ids[0]) }).count == 1)
    #expect(Set(office.bases.map { Export.digest($0.state) }).count == 1)
  }

  @Test(arguments: SeededGenerator.seeds(8))
  func `whatever people merge, change, delete and undo apart, all see the same`(
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let office = try Office(devices: 3)
    for number in 0..<6 {
      _ = try office.bases[0].add(
        Schema.client,
        [.init("name", .set, "К\(number)"), .init("phones", .add, "+7903000000\(number)")])
    }
    try office.joinAll()
    for _ in 0..<30 {
      let base = random.element(of: office.bases)
      let cards = base.records(Schema.client)
      guard let card = cards.randomElement(using: &random),
        let other = cards.randomElement(using: &random)
      else { continue }
      switch random.below(7) {
      case 0...2: _ = try base.mergeCards(card, with: [other])
      case 3: _ = try base.set([card], [.init("city", .set, "Г\(random.below(3))")])
      case 4 where card.id != other.id: _ = try base.markDifferent(card, other)
      case 5 where random.oneIn(3): _ = try base.delete([card])
      default:
        guard random.oneIn(2), let dots = try base.workspace.ownLastBatch() else { continue }
        _ = try base.workspace.undo(dots, purpose: "undo")
      }
      if random.oneIn(5) {
        _ = try base.workspace.join(random.element(of: office.bases).workspace)
      }
    }
    try office.joinAll()
    let views = office.views()
    #expect(Set(views).count == 1, "seed \(seed)")
    // Every card that exists is under exactly one that is shown.
    let base = office.bases[0]
    let shown = base.list(Schema.client).cards.map(\.id)
    #expect(base.count(Schema.client) == shown.count, "seed \(seed)")
    base.state.forEach(type: "client") { record in
      if record.isAlive { #expect(shown.contains(base.shownCard(of: record.id)), "seed \(seed)") }
      return true
    }
  }
}
