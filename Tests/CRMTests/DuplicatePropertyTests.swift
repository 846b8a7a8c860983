import Replication
import Support
import Testing

@testable import CRM

/// The finder against comparing every card with every other.
@Suite struct DuplicatePropertyTests {
  private static let families = ["Иванов", "Петров", "Королёв", "Чернышевский", "Сидоренко"]
  private static let given = ["Иван", "Пётр", "Анна", "Светлана", "Игорь"]
  private static let patronymics = ["Иванович", "Петрович", "Игоревна", "Олеговна"]
  private static let firms = ["Ромашка", "Стройтехсервис", "Вектор Плюс", "Альфа-Банк", "Школа 12"]
  private static let cities = ["Тверь", "Москва", "Казань"]

  private func name(_ random: inout SeededGenerator) -> String {
    let (family, given) = (
      random.element(of: Self.families), random.element(of: Self.given)
    )
    let patronymic = random.element(of: Self.patronymics)
    var name =
      switch random.below(7) {
      case 0: "\(given) \(family)"
      case 1: "\(family) \(given)"
      case 2: "\(family) \(given.prefix(1)). \(patronymic.prefix(1))."
      case 3: "ООО «\(random.element(of: Self.firms))»"
      case 4: random.element(of: Self.firms) + " " + random.element(of: Self.cities)
      default: "\(family) \(given) \(patronymic)"
      }
    if random.oneIn(4) {
      var letters = Array(name)
      let place = 1 + random.below(letters.count - 1)
      switch random.below(3) {
      case 0: letters.remove(at: place)
      case 1: letters.insert(letters[place], at: place)
      default: letters.swapAt(place, place - 1)
      }
      name = String(letters)
    }
    return name
  }

  private func base(_ random: inout SeededGenerator, count: Int) throws -> TestBase {
    let test = try TestBase()
    _ = try test.base.write(purpose: "test") { batch in
      for _ in 0..<count {
        var changes = [FieldChange("name", .set, name(&random))]
        for _ in 0..<random.below(3) {
          changes.append(
            FieldChange("phones", .add, "+7\(random.oneIn(2) ? 903 : 495)000000\(random.below(9))"))
        }
        if random.oneIn(3) {
          changes.append(FieldChange("emails", .add, "a\(random.below(6))@post.example"))
        }
        if random.oneIn(3) {
          changes.append(FieldChange("inn", .set, "770708389\(random.below(4))"))
        }
        if !random.oneIn(3) {
          changes.append(FieldChange("city", .set, random.element(of: Self.cities)))
        }
        if random.oneIn(4) {
          changes.append(FieldChange("birthday", .set, "1980-05-0\(1 + random.below(2))"))
        }
        try batch.add(Schema.client, changes)
      }
    }
    return test
  }

  @Test(arguments: SeededGenerator.seeds(20))
  func `no pair is missed that comparing all with all would find`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let test = try base(&random, count: 10 + random.below(30))
    let profiles = ClientProfiles(test.base)
    let scorer = DuplicateScorer(profiles)
    var expected: [CardPair: Int] = [:]
    for one in 0..<profiles.count {
      for other in (one + 1)..<profiles.count {
        let score = scorer.verdict(one, other).score
        #expect(score == scorer.verdict(other, one).score, "seed \(seed)")
        guard score >= DuplicatePair.Level.possible.leastScore else { continue }
        expected[CardPair(profiles.records[one].id, profiles.records[other].id)] = score
      }
    }
    var found: [CardPair: Int] = [:]
    for pair in test.base.duplicates() { found[CardPair(pair.first, pair.second)] = pair.score }
    let names = { (id: String) in test.base.name(ofID: id, type: "client") ?? "" }
    for (pair, score) in expected where found[pair] != score {
      Issue.record("seed \(seed): \(score) \(names(pair.first)) / \(names(pair.second))")
    }
    #expect(found.count == expected.count, "seed \(seed)")
    // Asking about one card gives what asking about all says of it.
    let id = random.element(of: profiles.records).id
    let own = test.base.duplicates(among: [id])
    #expect(
      own == test.base.duplicates().filter { $0.first == id || $0.second == id }, "seed \(seed)")
  }

  @Test(arguments: SeededGenerator.seeds(3))
  func `a number that very many share costs no more than its share`(seed: UInt64) throws {
    let test = try TestBase()
    let count = 400
    _ = try test.base.write(purpose: "test") { batch in
      for number in 0..<count {
        // All behind one telephone, every tenth twice.
        let name = "Слово\(number - (number % 10 == 9 ? 1 : 0)) Фамилия\(number / 10)"
        try batch.add(
          Schema.client,
          [.init("name", .set, name), .init("phones", .add, "+74952346187")])
      }
    }
    let pairs = test.base.duplicates()
    #expect(pairs.filter { $0.reasons.contains(.sameName) }.count == count / 10)
    #expect(pairs.allSatisfy { !$0.reasons.contains(.otherName) })
  }

  @Test func `a word without each of its letters has its own hash`() {
    for word in ["ромашка", "ab", "й", "ООО12", "aбвb"] {
      let bytes = Array(word.utf8)
      var hashes: [UInt64] = []
      MatchHash.forEachVariant(of: bytes.span) { hashes.append($0) }
      var expected = [MatchHash.of(word)]
      for place in word.unicodeScalars.indices {
        var scalars = word.unicodeScalars
        scalars.remove(at: place)
        expected.append(MatchHash.of(String(scalars)))
      }
      #expect(hashes == expected, "\(word)")
    }
  }
}
