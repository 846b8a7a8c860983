import Bytes
import Documents
import Platform
import Replication
import Support
import Testing

/// What becomes of the bytes that the next write cuts off (SPEC [W-2]).
@Suite struct TornTailTests {
  private let bench: Bench
  private let workspace: Workspace

  init() throws {
    bench = try Bench()
    workspace = try bench.found()
  }

  private var tornFolder: String {
    bench.folder.path("home/workspaces/\(workspace.header.workspace.text)/torn")
  }

  private func kept() throws -> [[UInt8]] {
    guard try Files.status(tornFolder) != nil else { return [] }
    return try Files.list(tornFolder).map {
      try Files.readAll("\(tornFolder)/\($0)", limit: 1 << 20)
    }
  }

  private func tear(_ tail: [UInt8]) throws {
    let bytes = try Files.readAll(bench.path, limit: 1 << 20)
    try Files.replace(bench.path) { try $0.write(bytes + tail) }
  }

  private func open(at millis: Int64) throws -> Workspace {
    try Workspace(
      path: bench.path, writing: true, device: bench.device, plan: Bench.plan,
      clock: .fixed(millis))
  }

  @Test func `a torn tail is kept aside, of several the newest three`() throws {
    var tails: [[UInt8]] = []
    for number in 0..<5 {
      let tail = Array("half a member \(number)".utf8)
      try tear(tail)
      let again = try open(at: 1_763_800_001_000 + Int64(number))
      #expect(again.findings.tornByteCount == tail.count)
      #expect(try kept() == tails, "reading keeps nothing aside")
      try again.add(client: "Клиент \(number)")
      tails = (tails + [tail]).suffix(3)
      #expect(try kept() == tails)
      #expect(try Check.run(path: bench.path).tornByteCount == 0)
    }
    try tear(Array("before packing".utf8))
    _ = try open(at: 1_763_800_009_000).compact()
    #expect(try kept().last == Array("before packing".utf8))
    let permissions = try Files.list(tornFolder).compactMap {
      try Files.status("\(tornFolder)/\($0)")?.permissions
    }
    #expect(permissions == [0o600, 0o600, 0o600])
  }

  @Test func `zeros are not worth keeping, nor is what a whole write left`() throws {
    try tear([UInt8](repeating: 0, count: 4096))
    try open(at: 1_763_800_001_000).add(client: "Первый")
    try open(at: 1_763_800_002_000).add(client: "Второй")
    #expect(try kept().isEmpty)
  }

  @Test func `a folder that cannot take it keeps nobody from writing`() throws {
    try Files.replace(tornFolder) { try $0.write("not a folder") }
    try tear(Array("half a member".utf8))
    try open(at: 1_763_800_001_000).add(client: "Первый")
    #expect(try Check.run(path: bench.path).isSound)
  }
}
