import Bytes
import Documents
import Histories
import Platform
import Replication
import Sealing
import Support
import Synchronization
import Testing

/// A clock that a test sets.
final class TestClock: Sendable {
  private let millis: Mutex<Int64>

  init(_ millis: Int64) { self.millis = Mutex(millis) }

  func set(_ value: Int64) { millis.withLock { $0 = value } }

  var clock: WallClock { WallClock { self.millis.withLock { $0 } } }
}

/// Several devices of one workspace, each with its own copy of the document.
struct Office {
  let folder: TemporaryFolder
  let clock = TestClock(1_763_800_000_000)
  private(set) var workspaces: [Workspace] = []

  init(replicas: Int) throws {
    folder = try TemporaryFolder()
    let founder = DeviceFolder(path: folder.path("home0"))
    let (first, recovery) = try Workspace.found(
      path: folder.path("0.karto"), device: founder, plan: Bench.plan, clock: clock.clock
    ) { $0.add(RecordEdit(type: "workspace", id: "workspace")) }
    workspaces.append(first)
    let bytes = try Files.readAll(folder.path("0.karto"), limit: 1 << 20)
    for number in 1..<replicas {
      let device = DeviceFolder(path: folder.path("home\(number)"))
      let key = SigningKey.generate()
      let joining = Joining(
        invitation: Joining.recoveryID, secret: recovery, device: key.publicKey,
        workspace: first.header.workspace)
      try device.setKey(key, in: first.header.workspace, credential: .joining(joining))
      try Files.replace(folder.path("\(number).karto")) { try $0.write(bytes) }
      workspaces.append(try open(number))
    }
  }

  func open(_ number: Int, usesCache: Bool = true) throws -> Workspace {
    try Workspace(
      path: folder.path("\(number).karto"), writing: true,
      device: DeviceFolder(path: folder.path("home\(number)")), plan: Bench.plan,
      clock: clock.clock, usesCache: usesCache)
  }

  mutating func reopen(_ number: Int) throws { workspaces[number] = try open(number) }

  /// Keeps a copy of a machine: its document and its device folder.
  func save(_ number: Int) throws {
    let id = workspaces[number].header.workspace.text
    let saved = folder.path("saved\(number)")
    try Files.createFolder(saved, permissions: 0o700, intermediate: true)
    for (from, to) in try paths(number, id, saved) { try copy(from, to) }
  }

  /// Sets a machine back to the copy, as a snapshot of a virtual machine does.
  mutating func restore(_ number: Int) throws {
    let id = workspaces[number].header.workspace.text
    let saved = folder.path("saved\(number)")
    guard try Files.status(saved + "/document") != nil else { return }
    for (from, to) in try paths(number, id, saved) { try copy(to, from) }
    // As where a machine is set back as a whole: nothing shows it.
    _ = try Files.remove(folder.path("home\(number)/workspaces/\(id)/place"))
    try reopen(number)
  }

  private func paths(_ number: Int, _ id: String, _ saved: String) throws -> [(String, String)] {
    let home = folder.path("home\(number)/workspaces/\(id)")
    let names = try Files.list(home).filter { $0.hasSuffix(".json") || $0.hasPrefix("head-") }
    return [(folder.path("\(number).karto"), saved + "/document")]
      + names.map { ("\(home)/\($0)", "\(saved)/\($0)") }
  }

  private func copy(_ from: String, _ to: String) throws {
    guard try Files.status(from) != nil else { return }
    let bytes = try Files.readAll(from, limit: 1 << 24)
    let descriptor = try Descriptor.open(to, .create(permissions: 0o600))
    try descriptor.truncate(to: 0)
    try descriptor.write(bytes.span, at: 0)
  }
}

@Suite struct ConvergencePropertyTests {
  @Test(arguments: SeededGenerator.seeds(12))
  func `replicas that know the same print the same, and what the oracle says`(
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let count = 3 + random.below(3)
    var office = try Office(replicas: count)
    for _ in 0..<60 {
      // Clocks off by years, and running backwards.
      office.clock.set(1_763_800_000_000 + Int64(random.below(2_000_000)) * 40_000 - 1 << 35)
      let one = random.below(count)
      switch random.below(8) {
      case 0, 1:
        let other = random.below(count)
        if other != one {
          let before = office.workspaces[one].frontier
          let report = try office.workspaces[one].join(office.workspaces[other])
          #expect(report.refused.isEmpty, "seed \(seed)")
          let after = office.workspaces[one].frontier
          #expect(after == before.joined(office.workspaces[other].frontier), "seed \(seed)")
        }
      case 2: try office.reopen(one)
      case 3 where random.oneIn(3): _ = try office.workspaces[one].compact()
      default:
        _ = try office.workspaces[one].write(purpose: nil) { draft in
          for _ in 0...random.below(3) { draft.add(RandomEdit.make(with: &random)) }
        }
      }
      let workspace = office.workspaces[one]
      let expected = Oracle(try workspace.commits()).export
      #expect(exported(workspace.state) == expected, "seed \(seed)")
    }
    for _ in 0..<2 {
      for one in 0..<count {
        for other in 0..<count where other != one {
          _ = try office.workspaces[one].join(office.workspaces[other])
        }
      }
    }
    let digests = office.workspaces.map { Export.digest($0.state) }
    #expect(Set(digests).count == 1, "seed \(seed)")
    for one in 0..<count {
      #expect(Export.digest(try office.open(one).state) == digests[0], "seed \(seed)")
      let fresh = try office.open(one, usesCache: false)
      #expect(Export.digest(fresh.state) == digests[0], "seed \(seed)")
      let check = try Check.run(path: office.folder.path("\(one).karto"))
      #expect(check.isSound, "seed \(seed): \(check.problems)")
    }
  }
}
