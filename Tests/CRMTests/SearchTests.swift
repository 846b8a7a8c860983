import CRM
import Testing

/// What a record shows to full-text search.
private func searchText(
  name: String, phones: [String] = [], emails: [String] = [], numbers: [String] = [],
  tags: [String] = [], other: [String] = []
) -> SearchText {
  var text = SearchText()
  text.append(name, as: .name)
  for phone in phones { text.append(phone, as: .phone) }
  for email in emails { text.append(email, as: .email) }
  for number in numbers { text.append(number, as: .number) }
  for tag in tags { text.append(tag, as: .tag) }
  for value in other { text.append(value, as: .other) }
  return text
}

// The macros of the tests cannot hold a span.
extension SearchQuery {
  fileprivate func matches(_ text: SearchText) -> Bool { matches(text.bytes.span) }
  fileprivate func score(_ text: SearchText) -> Int? { score(text.bytes.span) }
}

extension ByteNeedle {
  fileprivate func place(in bytes: [UInt8]) -> Int? { firstIndex(in: bytes.span) }
}

@Suite struct SearchQueryTests {
  private let romashka = searchText(
    name: "ООО «Ромашка-Север»", phones: ["+79032365544", "+74952346187;ext=12"],
    emails: ["petr.ivanov@romashka.ru"], numbers: ["7725088527"], tags: ["VIP"],
    other: ["Тверь", "Договор № 12/45-А", "Пётр Иванов"])

  @Test(arguments: [
    "ромашка", "РОМАШКА", "омашк", "север ромашка", "ромашка-север", "ооо ромашка", "пётр", "петр",
    "иванов петр", "hjvfirf", "bdfyjd", "vip", "VIP тверь", "мшз", "7725088527", "508852", "6187",
    "2346187", "89032365544", "+79032365544", "8 (903) 236-55-44", "8903", "903 236", "236 55 44",
    "petr.ivanov@romashka.ru", "ivanov@rom", "12/45", "12/45-а", "pомашка", "Ро\u{6D}ашка", "", "—",
    "ромашка 5544", "8 903 236-55-44 ромашка", "тверь 12",
  ])
  func `any fragment of any identifier finds the client`(text: String) {
    let query = SearchQuery(text)
    #expect(query.matches(romashka))
    #expect(query.score(romashka) != nil)
  }

  @Test(arguments: [
    "ромашки", "ромашка москва", "99999", "89032365545", "сидоров", "вип", "ru petrov", "1245а",
  ])
  func `what is not there is not found`(text: String) {
    #expect(!SearchQuery(text).matches(romashka))
    #expect(SearchQuery(text).score(romashka) == nil)
  }

  @Test func `one or two digits do not match the inside of a phone`() {
    let client = searchText(name: "Анна", phones: ["+79032365544"], other: ["дом 7"])
    #expect(SearchQuery("7").matches(client))
    #expect(!SearchQuery("55").matches(client))
    #expect(SearchQuery("554").matches(client))
  }

  @Test func `no match crosses from one value into the next`() {
    let client = searchText(name: "Анна", tags: ["новый", "год"])
    #expect(!SearchQuery(phrase: "новый год").matches(client))
    #expect(SearchQuery("новый год").matches(client))
  }

  @Test func `a phrase keeps its order`() {
    #expect(SearchQuery(phrase: "Ромашка Север").matches(romashka))
    #expect(!SearchQuery(phrase: "Север Ромашка").matches(romashka))
    #expect(SearchQuery(phrase: "8 (903) 236").matches(romashka))
  }

  @Test func `better matches score higher`() throws {
    func score(_ query: String, _ text: SearchText) throws -> Int {
      try #require(SearchQuery(query).score(text))
    }
    let ranked = [
      searchText(name: "Иванов"), searchText(name: "Иванов Пётр"),
      searchText(name: "Иванова Анна"), searchText(name: "Пётр Иванов"),
      searchText(name: "Анна Иванова"), searchText(name: "Анна", tags: ["иванов"]),
      searchText(name: "Анна", other: ["село Иванов"]), searchText(name: "Анна Поливанова"),
      searchText(name: "Анна", other: ["Поливанов"]),
    ]
    let scores = try ranked.map { try score("иванов", $0) }
    #expect(scores == scores.sorted(by: >))
    #expect(Set(scores).count == scores.count)
    let phone = searchText(name: "Анна", phones: ["+79032365544"])
    #expect(try score("8 903 236-55-44", phone) > scores[0] - 300)
    #expect(try score("8 903 236-55-44", phone) > score("5544", phone))
    #expect(try score("5544", phone) > score("2365", phone))
    #expect(try score("иванов", ranked[0]) > score("bdfyjd", ranked[0]))
  }

  @Test func `every part of a folded value is found, at any place and length`() {
    for seed in UInt64(1)...600 {
      var random = Seeded(seed)
      let text = random.text(of: Seeded.pieces, upTo: 60)
      let bytes = TextFolding.fold(text)
      guard !bytes.isEmpty else { continue }
      let start = Int.random(in: 0..<bytes.count, using: &random)
      let end = Int.random(in: start..<bytes.count, using: &random)
      let needle = ByteNeedle(Array(bytes[start...end]))
      let expected = bytes.indices.first { bytes[$0...].starts(with: needle.bytes) }
      #expect(needle.place(in: bytes) == expected, "seed \(seed)")
      let other = ByteNeedle(TextFolding.fold(random.text(of: Seeded.pieces, upTo: 2)))
      let naive = (0...bytes.count).first { bytes[$0...].starts(with: other.bytes) }
      #expect(other.place(in: bytes) == naive, "seed \(seed)")
    }
  }

  @Test func `any words of a record find it, and nothing traps`() {
    for seed in UInt64(1)...600 {
      var random = Seeded(seed)
      let name = random.text(of: Seeded.pieces)
      let record = searchText(
        name: name, phones: [random.text(of: Seeded.pieces)],
        other: [random.text(of: Seeded.pieces)])
      let words = String(decoding: TextFolding.fold(name), as: UTF8.self).split(separator: " ")
      let query = words.shuffled(using: &random).joined(separator: " ")
      #expect(SearchQuery(query).matches(record), "seed \(seed): \(query)")
      let junk = SearchQuery(random.text(of: Seeded.pieces))
      let found = junk.matches(record)
      #expect(found == (junk.score(record) != nil), "seed \(seed)")
    }
  }
}
