import Documents
import Platform
import Replication
import Sealing
import Support
import Testing

@testable import Syncing

@Suite struct PeerBookTests {
  private let folder: TemporaryFolder
  private let book: PeerBook
  private let peer = ReplicaID(key: SigningKey.generate().publicKey)
  private let other = ReplicaID(key: SigningKey.generate().publicKey)

  init() throws {
    folder = try TemporaryFolder()
    let header = Header(
      founder: SigningKey.generate().publicKey, recovery: SigningKey.generate().publicKey,
      createdMillis: 0)
    book = PeerBook(device: DeviceFolder(path: folder.path), workspace: header.workspace)
  }

  private func holdings(_ numbers: [ReplicaID: UInt32]) -> Holdings {
    Holdings(numbers.mapValues { ChainMark(number: $0, head: Hash256().prefix128) })
  }

  @Test func `nothing is remembered at first, and then each meeting`() throws {
    #expect(book.entries.isEmpty && book[peer] == nil)
    try book.note(
      peer, address: "office:15278", metMillis: 1000, holdings: holdings([peer: 3, other: 9]))
    try book.note(other, address: nil, metMillis: 2000, holdings: holdings([:]))
    #expect(Set(book.entries.map(\.replica)) == [peer, other])
    let entry = try #require(book[peer])
    #expect(entry.address == "office:15278" && entry.metMillis == 1000)
    #expect(entry.holds == [peer: 3, other: 9])
  }

  @Test func `an address stays, and what is held counts as it is now`() throws {
    try book.note(
      peer, address: "office:15278", metMillis: 1000, holdings: holdings([peer: 3, other: 9]))
    try book.note(peer, address: nil, metMillis: 2000, holdings: holdings([peer: 2]))
    #expect(book[peer]?.address == "office:15278" && book[peer]?.metMillis == 2000)
    #expect(book[peer]?.holds == [peer: 2], "it was put back to an old copy")
    try book.note(peer, address: nil, metMillis: 3000, holdings: holdings([:]))
    #expect(book[peer]?.holds == [peer: 2], "it broke off before it said anything")
  }

  @Test func `a note that is damaged is none`() throws {
    try book.note(peer, address: nil, metMillis: 1000, holdings: holdings([peer: 3]))
    for file in Contents.files(below: folder.path, endingIn: ".json") {
      try Contents.write("{\"met\":", to: file)
    }
    #expect(book.entries.isEmpty && book[peer] == nil)
    try book.note(peer, address: "a:1", metMillis: 2000, holdings: holdings([peer: 4]))
    #expect(book[peer]?.holds == [peer: 4])
  }
}
