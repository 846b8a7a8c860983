import Testing

@testable import Commands

@Suite struct StrangerLogTests {
  @Test func `a few are told of one by one, the rest by their number once a minute`() {
    var log = StrangerLog()
    let told = (0..<100).map { log.note("10.0.0.\($0 % 7)", nowMillis: 1000 + $0) }
    #expect(told.prefix(StrangerLog.singleCount).allSatisfy { $0 })
    #expect(!told.dropFirst(StrangerLog.singleCount).contains(true))
    let early = log.takeRest(nowMillis: 60_999)
    #expect(early == nil)
    let rest = log.takeRest(nowMillis: 61_000)
    #expect(rest?.count == 95 && rest?.isMore == true)
    #expect(rest?.hosts == ["10.0.0.5", "10.0.0.6", "10.0.0.0", "10.0.0.1", "10.0.0.2"])
    let again = log.takeRest(nowMillis: 200_000, isEnd: true)
    #expect(again == nil)
    let isTold = log.note("10.0.0.1", nowMillis: 200_000)
    #expect(isTold, "the next minute begins anew")
  }

  @Test func `at the end what is left is told`() {
    var log = StrangerLog()
    for number in 0..<6 { _ = log.note("10.0.0.1", nowMillis: Int64(number)) }
    let rest = log.takeRest(nowMillis: 10, isEnd: true)
    #expect(rest == StrangerLog.Rest(count: 1, hosts: ["10.0.0.1"]))
  }
}
