import Bytes
import Documents
import Platform
import Sealing
import Support
import Testing

@testable import Replication
@testable import Syncing

/// Devices whose files reach the others in any order, as programs that carry folders bring them:
/// each has a folder of its own, in which the files of all appear one by one (SPEC §13).
private struct Delivery {
  private let folder: TemporaryFolder
  private let clock = LooseClock()
  private(set) var machines: [Machine] = []
  private var random: SeededGenerator
  private var steps = 0
  /// What devices gave out, each file with commits of one replica.
  private(set) var files: [[UInt8]] = []

  init(seed: UInt64) throws {
    random = SeededGenerator(seed: seed)
    folder = try TemporaryFolder()
    try Contents.makeFolder(folder.path("shared0"))
    machines.append(
      try Machine.founding(at: folder.path("0"), shared: folder.path("shared0"), clock: clock.clock)
      { draft in
        draft.add(RecordEdit(type: "workspace", id: "workspace"))
        draft.add(Self.edit("member", "p0", ["role": "owner"]))
        draft.add(Self.edit("device", draft.replica.text, ["member": "p0"]))
      })
  }

  private static func edit(
    _ type: String, _ id: String, _ fields: [String: String]
  ) -> RecordEdit {
    var edit = RecordEdit(type: type, id: id)
    for (field, text) in fields { edit.set[field] = JSONValue.string(text).canonicalBytes }
    return edit
  }

  // MARK: Work, in which the machines meet by files that are passed on whole

  mutating func work() throws {
    for _ in 0..<24 {
      steps += 1
      let one = random.below(machines.count)
      switch random.below(8) {
      case 0 where machines.count < 5: try invite()
      case 1 where machines.count > 1:
        let other = (one + 1 + random.below(machines.count - 1)) % machines.count
        _ = try machines[one].workspace.join(documentAt: machines[other].document)
      case 2: try machines[one].save()
      case 3 where machines[one].isSaved:
        // What it then no longer has lies in the folder already: a second history begins.
        try giveOut(machines[one])
        try machines[one].putBack(withNotes: true)
        try write(one)
      default: try write(one)
      }
    }
    for machine in machines { try giveOut(machine) }
  }

  private func write(_ one: Int) throws {
    _ = try machines[one].workspace.write(purpose: nil) { draft in
      draft.add(Self.edit("client", "w\(steps)", ["name": "w\(steps)"]))
    }
  }

  /// The founder lets a new device in, which begins with what the founder has.
  private mutating func invite() throws {
    let code = InvitationCode.generate()
    let number = machines.count
    _ = try machines[0].workspace.write(purpose: "invite") { draft in
      draft.add(Self.edit("member", "p\(number)", ["role": "manager"]))
      draft.add(
        Self.edit("invitation", "i\(number)", ["key": code.publicText, "for": "p\(number)"]))
    }
    try add(copyOf: machines[0].document)
    _ = try machines[number].workspace.enrol(code) { draft, member in
      draft.add(Self.edit("device", draft.replica.text, ["member": member]))
    }
  }

  private mutating func add(copyOf document: String) throws {
    let place = folder.path("\(machines.count)")
    let shared = folder.path("shared\(machines.count)")
    try Contents.makeFolder(place)
    try Contents.makeFolder(shared)
    try Contents.copy(document, to: "\(place)/base.karto")
    machines.append(try Machine(at: place, shared: shared, clock: clock.clock))
  }

  /// Cuts what a machine wrote into files of a few commits.
  private mutating func giveOut(_ machine: Machine) throws {
    let workspace = machine.workspace
    guard let own = try workspace.ownReplica() else { return }
    let count = try workspace.holdings()[own] ?? 0
    var next: UInt32 = 1
    while next <= count {
      let last = next + UInt32(random.below(4))
      let range = next...last
      files += try workspace.pieces(closedFrom: .max) {
        $0.replica == own && range.contains($0.number)
      }.map(\.bytes)
      next = last + 1
    }
  }

  // MARK: Delivery

  /// A machine that has nothing but the founder's first commits.
  mutating func addLateMachine() throws {
    let first = try Machine(
      at: machines[0].place, shared: folder.path("shared0"), clock: clock.clock)
    let founder = try #require(try first.workspace.ownReplica())
    let piece = try first.workspace.pieces(closedFrom: .max) { $0 == Dot(founder, 1) }
    let path = folder.path("late.karto")
    try Contents.write(try #require(piece.first).bytes, to: path)
    try add(copyOf: path)
  }

  /// Brings all files to all machines, to each in another order, with rounds between, and lets
  /// every machine have one more round.
  mutating func deliver() throws {
    for machine in machines {
      let root = "\(machine.shared)/karto-\(machine.workspace.header.workspace.text.prefix(8))"
      for (number, bytes) in files.enumerated().shuffled(using: &random) {
        let place = "\(root)/someone\(number % 3)"
        try Contents.makeFolder(place)
        try Contents.write(bytes, to: "\(place)/\(number).karto")
        if random.oneIn(3) { try machine.round() }
        if random.oneIn(6) { try machine.reopen() }
      }
      try machine.round()
    }
  }

  var digests: Set<[UInt8]> { Set(machines.map { Export.digest($0.workspace.state).bytes }) }
}

@Suite struct FolderOrderTests {
  // SPEC [D-5], [M-1]
  @Test(arguments: SeededGenerator.seeds(12))
  func `whatever the order in which files come, all agree without anybody writing again`(
    seed: UInt64
  ) throws {
    var delivery = try Delivery(seed: seed)
    try delivery.work()
    try delivery.addLateMachine()
    try delivery.deliver()
    #expect(delivery.digests.count == 1, "seed \(seed)")
    let late = try #require(delivery.machines.last).workspace
    #expect(
      delivery.machines.allSatisfy { $0.workspace.frontier == late.frontier }, "seed \(seed)")
  }
}
