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

  @Test(arguments: [
    "Anna@Mail.RU", "a@b.ru", "a@b", "@b.ru", "a@.ru", "a.b@c.d.ru", "a..b@c.ru", "mailto:a@b.ru",
    "Анна <a@b.ru>", "почта@пример.рф", "a@b.ru.", "a@b..ru", "", "нет", "a+b@c-d.ru", ".a@b.ru",
  ])
  func `the fast key of an address is the slow one`(email: String) {
    let fast = key(email) { MatchKey.appendEMail($0, to: &$1) }
    #expect(fast == EMail.normalise(email).key ?? "")
  }
}
