import Bytes
import CRM
import Documents
import Platform
import Replication
import Support
import Testing

/// Merged cards: one client on the screen, several records in the document.
@Suite struct MergedCardsTests {
  let test: TestBase
  var base: Base { test.base }

  init() throws { test = try TestBase() }

  private func client(_ id: String) throws -> Record {
    try base.resolve(id, as: Schema.client)
  }

  private func two(
    _ first: [String] = ["name=Ромашка", "phones+=+74952346187", "city=Тверь"],
    _ second: [String] = [
      "name=Ромашка", "phones+=+79032365544", "city=Казань", "region=Татарстан",
    ]
  ) throws -> (Record, Record) {
    func make(_ arguments: [String]) throws -> Record {
      let changes = arguments.compactMap(FieldChange.init(argument:))
      let id = try base.add(Schema.client, changes).id
      return try #require(base.state.record(type: "client", id: id))
    }
    return (try make(first), try make(second))
  }

  // SPEC [J-4], [J-6]
  @Test func `the shown card has the phones of all, and other values beside its own`() throws {
    let (one, other) = try two()
    let merge = try base.mergeCards(one, with: [other])
    #expect(merge.shown == one.id)
    #expect(merge.cards == [one.id, other.id])
    #expect(merge.written.records.map(\.id) == [other.id], "nothing is copied")
    let json = try test.json(one)
    #expect(
      Set(try #require(json["phones"]?.strings)) == ["+74952346187", "+79032365544"])
    #expect(json["city"]?.text == "Тверь")
    #expect(json["other_cards"]?["city"]?.strings == ["Казань"])
    #expect(json["other_cards"]?["name"] == nil, "they agree on it")
    #expect(json["region"]?.text == "Татарстан", "the shown card had none")
    #expect(json["merged"]?.strings == [other.id])
    #expect(json["conflicts"] == nil)
  }

  @Test func `whatever names the other card leads to the shown one`() throws {
    let (one, other) = try two(["name=Ромашка"], ["name=Одуванчик", "phones+=89032365544"])
    _ = try base.mergeCards(one, with: [other])
    #expect(try client(other.id).id == one.id)
    #expect(try client("Одуванчик").id == one.id)
    #expect(base.find("Одуванчик").map(\.card.id) == [one.id])
    #expect(base.find("65544").map(\.card.id) == [one.id])
    #expect(base.name(ofID: other.id, type: "client") == "Ромашка")
  }

  @Test func `lists and counts have the client once, by the values of all cards`() throws {
    let (one, other) = try two(
      ["name=А", "city=Тверь", "tags+=vip"], ["name=Б", "tags+=vip", "phones+=89032365544"])
    _ = try test.client("name=В", "city=Тверь")
    #expect(base.count(Schema.client) == 3)
    _ = try base.mergeCards(one, with: [other])
    #expect(base.count(Schema.client) == 2)
    #expect(base.list(Schema.client).cards.map(\.name) == ["А", "В"])
    let filter = try base.filter(["phones:65544", "город:Тверь"], entity: Schema.client)
    #expect(base.list(Schema.client, filter: filter).cards.map(\.id) == [one.id])
    #expect(base.count(Schema.client, filter: filter) == 1)
    let tags = try base.field("tags", of: Schema.client)
    #expect(base.count(Schema.client, by: tags).map(\.count) == [1, 1])
    let city = try base.field("city", of: Schema.client)
    #expect(base.count(Schema.client, by: city).map(\.count) == [2])
  }

  @Test func `deals, tasks and talks of all cards belong to the shown one`() throws {
    let (one, other) = try two()
    _ = try base.addDeal(client: other, [FieldChange("title", .set, "Окна")])
    _ = try base.addDeal(client: one, [FieldChange("title", .set, "Двери")])
    var logging = Logging(kind: "purchase", clients: [one, other])
    logging.amount = "1000"
    _ = try base.log(logging)
    _ = try base.addTask(title: "Позвонить", clients: [other], due: "завтра")
    _ = try base.mergeCards(one, with: [other])
    let dossier = base.dossier(try client(other.id))
    #expect(dossier.card.id == one.id)
    #expect(Set(dossier.deals.map(\.name)) == ["Окна", "Двери"])
    #expect(dossier.deals.allSatisfy { $0.text("client") == one.id })
    #expect(dossier.activities.count == 1)
    #expect(dossier.tasks.map(\.name) == ["Позвонить"])
    #expect(dossier.card.text("order_count") == "1", "a purchase on both cards is one")
    #expect(dossier.card.text("ltv") == "100000")
    #expect(dossier.card.text("open_deals") == "2")
    let listed = base.list(Schema.client, computed: true).cards
    #expect(listed.map { $0.text("open_deals") } == ["2"])
    let byClient = try base.field("client", of: Schema.deal)
    #expect(base.count(Schema.deal, by: byClient).map(\.count) == [2])
    let filter = try base.filter(["client:\(one.id)"], entity: Schema.deal)
    #expect(base.count(Schema.deal, filter: filter) == 2)
  }

  // SPEC [J-5]
  @Test func `changing the shown card settles what the others say`() throws {
    let (one, other) = try two()
    _ = try base.mergeCards(one, with: [other])
    _ = try base.set([client(one.id)], [FieldChange("city", .set, "Омск")])
    var json = try test.json(one)
    #expect(json["city"]?.text == "Омск")
    #expect(json["other_cards"] == nil)
    _ = try base.set([client(one.id)], [FieldChange("region", .set, "")])
    json = try test.json(one)
    #expect(json["region"] == nil, "an emptied field is not filled from another card")
    _ = try base.set([client(one.id)], [FieldChange("phones", .remove, "+79032365544")])
    #expect(try test.json(one)["phones"]?.strings == ["+74952346187"])
    let again = try base.set([client(one.id)], [FieldChange("phones", .add, "84952346187")])
    #expect(!again.isChange)
  }

  @Test func `what is printed as JSON and applied again changes nothing`() throws {
    let (one, other) = try two()
    _ = try base.mergeCards(one, with: [other])
    let line = base.json(base.card(try client(one.id)))
    #expect(try !base.apply(line).isChange)
    _ = try base.apply(
      Array(#"{"type":"client","id":"\#(one.id)","set":{"city":"Омск"}}"#.utf8))
    #expect(try test.json(one)["other_cards"] == nil)
  }

  @Test func `undoing the merge brings both cards back`() throws {
    let (one, other) = try two()
    let before = try [one, other].map { try test.json($0) }
    _ = try base.mergeCards(one, with: [other])
    let dots = try #require(try base.workspace.ownLastBatch())
    _ = try base.workspace.undo(dots, purpose: "undo")
    #expect(base.count(Schema.client) == 2)
    #expect(try [one, other].map { try test.json($0) } == before)
  }

  @Test func `deleting the client deletes all its cards, restoring brings all back`() throws {
    let (one, other) = try two()
    _ = try base.mergeCards(one, with: [other])
    _ = try base.delete([client(one.id)])
    #expect(base.count(Schema.client) == 0)
    #expect(base.trash().map(\.id) == [one.id], "one client lies in the trash")
    let deleted = try base.resolve(other.id, as: Schema.client, includingDeleted: true)
    #expect(deleted.id == one.id)
    _ = try base.restore([deleted])
    #expect(base.count(Schema.client) == 1)
    #expect(try test.json(one)["phones"]?.strings?.count == 2)
  }

  @Test func `merging twice, or with oneself, changes nothing`() throws {
    let (one, other) = try two()
    _ = try base.mergeCards(one, with: [other])
    #expect(try !base.mergeCards(one, with: [other]).written.isChange)
    #expect(try !base.mergeCards(other, with: [one]).written.isChange)
    #expect(try !base.mergeCards(one, with: [one]).written.isChange)
  }

  @Test func `a merged client is merged on as a whole`() throws {
    let (one, other) = try two()
    let third = try test.client("name=Третий")
    _ = try base.mergeCards(one, with: [other])
    let merge = try base.mergeCards(third, with: [other])
    #expect(merge.shown == third.id)
    #expect(Set(merge.cards) == [one.id, other.id, third.id])
    #expect(base.count(Schema.client) == 1)
  }

  @Test func `a refusal on any of the cards is heard`() throws {
    let (one, other) = try two(["name=А"], ["name=А", "opt_outs+=call"])
    var logging = Logging(kind: "purchase", clients: [one])
    (logging.amount, logging.at) = ("100", "2025-01-01")
    _ = try base.log(logging)
    #expect(base.agenda().callDueCount == 1)
    _ = try base.mergeCards(one, with: [other])
    #expect(base.agenda().callDueCount == 0)
  }

  @Test func `merges are seen with and without a cache`() throws {
    let (one, other) = try two()
    _ = try base.mergeCards(one, with: [other])
    for usesCache in [true, true, false] {
      let again = try test.reopened(now: "2026-11-22T12:00:00Z", usesCache: usesCache)
      #expect(again.count(Schema.client) == 1)
      #expect(again.mergedCards(of: other.id) == [one.id, other.id])
    }
  }
}

extension JSONValue {
  /// The texts of an array.
  var strings: [String]? {
    guard case .array(let elements) = self else { return nil }
    return elements.compactMap(\.text)
  }
}
