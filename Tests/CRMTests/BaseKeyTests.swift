import CRM
import Support
import Testing

@Suite struct BaseKeyTests {
  private func key(_ text: String, _ append: (Span<UInt8>, inout [UInt8]) -> Void) -> String {
    var key: [UInt8] = []
    append(text.utf8.span, &key)
    return String(decoding: key, as: UTF8.self)
  }

  @Test(arguments: [
    "ООО «Ромашка»", "Ромашка, ООО", "ромашка", "Анна Петровна", "Иван Ли", "ИП Иванов И. И.",
    "Общество с ограниченной ответственностью «Ромашка»",
    "Ромашка общество с ограниченной ответственностью", "Joint Stock Company Vega",
    "Acme limited liability company", "ACME L.L.C.", "ООО", "", "«»", "Limited Edition",
    "Индивидуальный предприниматель Петров", "Вектор Закрытое акционерное общество", "Acme Corp.",
  ])
  func `the fast key of a name is the slow one`(name: String) {
    #expect(key(name) { MatchKey.appendName($0, to: &$1) } == CompanyName.key(name))
  }

  @Test(arguments: [
    "+7 495 234-61-87", "8 (495) 234-61-87", "4952346187", "84952346187", "+74952346187",
    "234-61-87",
    "8 10 44 20 7946 0018", "8 800 555-35-35", "+8 495 234 61 87", "89032365544 доб. 12", "007 495",
    "8 (103) 236-55-44", "+1 212 555 0100", "нет", "", "7,90E+10", "+89032365544", "0952346187",
    "8 0 95 234 61 87", "81", "+7(916)1234567", "8-916-123-45-67", "9161234567", "8161234567",
  ])
  func `the fast key of a phone is the slow one`(phone: String) {
    let fast = key(phone) { MatchKey.appendPhone($0, to: &$1) }
    #expect(fast == Phone.normalise(phone).elementKey ?? "")
  }

  /// A cell with numbers of every shape that people type, and some noise.
  private static func phones(_ random: inout Support.SeededGenerator) -> String {
    var cell = ""
    for number in 0...random.below(3) {
      if number > 0 { cell += random.element(of: [", ", ";", "/", "\n", " ", "|", " , ", ",,"]) }
      cell += random.element(of: ["+7", "8", "7", "", "8 10 ", "+", "00"])
      cell += random.element(of: [" ", "", " (", "-", "  "])
      for _ in 0..<random.element(of: [10, 10, 10, 10, 7, 9, 11]) {
        cell += String(random.below(10))
        if random.oneIn(4) { cell += random.element(of: [" ", "-", ")", "(", "."]) }
      }
      cell += random.element(
        of: ["", "", "", " доб. 12", " доб 123456", " доб.7", " доб. 1234567", " доб. x", " Анна"])
    }
    return cell
  }

  @Test(arguments: Support.SeededGenerator.seeds(40))
  func `plain phones are cut and read as the slow way does`(seed: UInt64) {
    var random = Support.SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let cell = Self.phones(&random)
      let bytes = Array(cell.utf8)
      #expect(
        key(cell) { MatchKey.appendPhone($0, to: &$1) }
          == Phone.normalise(cell).elementKey ?? "", "\(cell) \(seed)")
      guard let pieces = PlainPhone.pieces(of: bytes.span) else { continue }
      #expect(
        pieces.map { String(decoding: bytes[$0], as: UTF8.self) } == Phone.split(cell),
        "\(cell) \(seed)")
    }
    let plain = PlainPhone.pieces(of: "+7 962 173-17-59, 8 (929) 499-19-23 доб. 5".utf8.span)
    #expect(plain?.count == 2)
  }

  @Test(arguments: Support.SeededGenerator.seeds(10))
  func `a plain ИНН is a valid one`(seed: UInt64) {
    var random = Support.SeededGenerator(seed: seed)
    for _ in 0..<2000 {
      let count = random.element(of: [9, 10, 10, 10, 11, 12, 12])
      let text = (0..<count).map { _ in String(random.below(10)) }.joined()
      let isPlain = Requisites.isPlainINN(text.utf8.span)
      #expect(isPlain == (Requisites.check(text, as: .inn) == .valid), "\(text) \(seed)")
    }
    let known = ["7725088527", "773370857141", "77250 88527"].map {
      Requisites.isPlainINN($0.utf8.span)
    }
    #expect(known == [true, true, false])
  }

  @Test(arguments: [
    "Anna@Mail.RU", "a@b.ru", "a@b", "@b.ru", "a@.ru", "a.b@c.d.ru", "a..b@c.ru", "mailto:a@b.ru",
    "Анна <a@b.ru>", "почта@пример.рф", "a@b.ru.", "a@b..ru", "", "нет", "a+b@c-d.ru", ".a@b.ru",
  ])
  func `the fast key of an address is the slow one`(email: String) {
    let fast = key(email) { MatchKey.appendEMail($0, to: &$1) }
    #expect(fast == EMail.normalise(email).key ?? "")
  }
}
