import Sealing
import Testing
import Support
@testable import Syncing
@Suite struct DebugTests {
  @Test func dbg() throws {
    var random = SeededGenerator(seed: 1)
    let base = try MemoryBase(seed: 1)
    let k = try key(seed: 1, 1)
    let a = MemoryStore(base, device: base.founder), b = MemoryStore(base, device: k)
    try a.write(2, &random)
    let policy = ListPolicy(devices: [base.founder.publicKey, k.publicKey])
    let i = Conversation(.initiator, identity: ChannelIdentity(member: base.header, device: a.device), policy: policy, terms: .init(nowMillis: 0), store: a)
    let r = Conversation(.responder, identity: ChannelIdentity(member: base.header, device: b.device), policy: policy, terms: .init(nowMillis: 0), store: b)
    for n in 0..<20 {
      let x = try i.takeOutput(); print(n, "i>", x.count); if !x.isEmpty { try r.receive(x.span) }
      let y = try r.takeOutput(); print(n, "r>", y.count); if !y.isEmpty { try i.receive(y.span) }
    }
    print(i.isEnded, r.isEnded, i.summary, r.summary)
  }
}
