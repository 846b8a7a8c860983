import Support
import Testing

/// Merging cards with the built program, on two copies that have grown apart.
@Suite struct MergeCardsTests {
  private struct Copies {
    let karto: Karto
    let one: String
    let other: String
  }

  /// A base with two cards of one client, and two copies in which they were merged opposite ways.
  private func copies() throws -> Copies {
    let karto = try Karto.withBase()
    let one = try karto.addClient("Ромашка")
    let other = try karto.addClient("ООО Ромашка")
    try karto.must("set", one, "phones+=+74952346187", "city=Тверь")
    try karto.must("set", other, "phones+=+79032365544", "city=Казань")
    try karto.must("deal", "add", other, "Окна", "--yes")
    let common = try Contents.read(karto.base)
    try karto.must("merge-cards", one, other, "--yes")
    try Contents.copy(karto.base, to: "\(karto.workFolder)/first")
    // The device finds its copy old and goes on under a new name: a second writer.
    try Contents.write(common, to: karto.base)
    try karto.must("merge-cards", other, one, "--yes")
    try Contents.copy(karto.base, to: "\(karto.workFolder)/second")
    try Contents.remove(karto.base)
    return Copies(karto: karto, one: one, other: other)
  }

  @Test func `duplicates are proposed, merged, and are two again after undo`() throws {
    let karto = try Karto.withBase()
    let one = try karto.addClient("Белова Анна")
    let other = try karto.addClient("Анна Белова")
    for id in [one, other] { try karto.must("set", id, "phones+=+79032365544") }
    let pairs = try karto.objects("duplicates")
    #expect(pairs.count == 1)
    #expect(pairs.first?["a"]?.text == one)
    #expect(pairs.first?["b"]?.text == other)
    try karto.must("merge-cards", one, other, "--yes")
    #expect(try karto.clientNames() == ["Белова Анна"])
    #expect(try karto.objects("duplicates").isEmpty)
    try karto.must("undo", "--last", "--yes")
    #expect(Set(try karto.clientNames()) == ["Белова Анна", "Анна Белова"])
    #expect(try karto.isSound())
  }

  @Test func `opposite merges of two copies end in one card, whichever way they are joined`() throws
  {
    let copies = try copies()
    let karto = copies.karto
    try karto.must("-f", "first", "repair", "ab.karto", "--from", "second")
    try karto.must("-f", "second", "repair", "ba.karto", "--from", "first")
    var shown: [[String]] = []
    for base in ["ab.karto", "ba.karto"] {
      let listed = try karto.objects(of: karto.run(["-f", base, "list", "clients", "--json"]))
      #expect(listed.count == 1)
      shown.append(listed.compactMap { $0["id"]?.text })
      for id in [copies.one, copies.other] {
        let card = try karto.objects(of: karto.run(["-f", base, "show", id, "--json"]))
        #expect(card.first?["id"]?.text == shown[0].first)
        #expect(card.first?["open_deals"]?.integer == 1)
      }
      #expect(try karto.run(["-f", base, "check"]).status == 0)
    }
    #expect(shown[0] == shown[1])
    let digests = try ["ab.karto", "ba.karto"].map { try karto.run(["-f", $0, "digest"]).text }
    #expect(digests[0] == digests[1])
  }
}
