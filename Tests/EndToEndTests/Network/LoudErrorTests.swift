import Documents
import Platform
import Replication
import Sealing
import Support
import Syncing
import Testing

/// What no two sound programs ever do to each other.
@Suite struct LoudErrorTests {
  /// Holds what a sound store holds, and makes something else of it.
  private final class FalseStore: CommitStore {
    private let store: WorkspaceStore
    init(_ store: WorkspaceStore) { self.store = store }
    var headerLine: [UInt8]? { store.headerLine }
    func adopt(headerLine: [UInt8]) throws { try store.adopt(headerLine: headerLine) }
    func holdings() throws -> Holdings { try store.holdings() }
    func outgoing(to peer: Holdings) throws -> any OutgoingCommits {
      try store.outgoing(to: peer)
    }
    func incoming() throws -> any IncomingCommits { try store.incoming() }
    func digest() throws -> Hash256? { Hash256() }
  }

  @Test func `the same changes and another base are told as loudly as can be`() throws {
    let office = try Office()
    let workspace = try Workspace(
      path: office.anna.base, writing: true, device: DeviceFolder(path: office.anna.home),
      plan: IndexPlan(version: 1, entries: []), usesCache: false)
    let device = DeviceFolder(path: office.anna.home)
    let key = try #require(try device.key(in: workspace.header.workspace))
    let loop = PeerLoop(
      identity: ChannelIdentity(member: workspace.header, device: key),
      policy: MembershipPolicy(workspace), store: FalseStore(try WorkspaceStore(workspace)),
      terms: { Session.Terms(nowMillis: 1_795_362_094_000) }, report: { _ in })
    let listener = try Socket.listen(on: .loopback(port: 0))
    let address = "\(try listener.localAddress())"
    loop.listen(listener)
    for words in [["sync", address, "--json"], ["sync", address, "--quiet", "--lang", "ru"]] {
      let syncing = try office.boris.start(words)
      while !syncing.hasEnded { try loop.step(waitMillis: 20) }
      let ending = try syncing.wait()
      #expect(ending.status == 5, "\(ending)")
      if words.contains("--json") {
        let object = try JSON(ending.text)
        #expect(object["digests_equal"] == .truth(false))
        #expect(object["error"] == .text("states_differ"))
        #expect(ending.talk.contains("MAKES ANOTHER BASE"), "\(ending)")
      } else {
        #expect(ending.talk.contains("ДРУГАЯ БАЗА"), "\(ending)")
        #expect(ending.talk.contains("karto export"), "what to do: \(ending)")
      }
    }
  }
}
