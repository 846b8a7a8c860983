import CRM
import Testing

@Suite struct RequisitesTests {
  @Test func `an ИНН is checked by its check digits`() {
    #expect(Requisites.check("7725088527", as: .inn) == .valid)
    #expect(Requisites.check("7725088528", as: .inn) == .wrongCheckDigit)
    #expect(Requisites.check("773370857141", as: .inn) == .valid)
    #expect(Requisites.check("773370857142", as: .inn) == .wrongCheckDigit)
    #expect(Requisites.check(" 77-2508 8527", as: .inn) == .valid)
    #expect(Requisites.check("0000000000", as: .inn) == .wrongCheckDigit)
    #expect(Requisites.check("77250885x7", as: .inn) == .wrongCharacter)
    #expect(Requisites.check("772508", as: .inn) == .wrongLength(count: 6))
    #expect(Requisites.check("", as: .inn) == .wrongLength(count: 0))
  }

  @Test func `an eaten leading zero is offered back when the check digit then fits`() {
    // 0105018196 is valid by its check digit; a spreadsheet leaves nine digits of it.
    #expect(Requisites.check("0105018196", as: .inn) == .valid)
    #expect(Requisites.check("105018196", as: .inn) == .missingZero(suggestion: "0105018196"))
    #expect(Requisites.check("105018197", as: .inn) == .wrongLength(count: 9))
    #expect(Requisites.check("44525225", as: .bik) == .missingZero(suggestion: "044525225"))
  }

  @Test func `a КПП has a shape and no check digit`() {
    #expect(Requisites.check("0000AZ000", as: .kpp) == .valid)
    #expect(Requisites.check("773301001", as: .kpp) == .valid)
    #expect(Requisites.check("111111111", as: .kpp) == .wrongCheckDigit)
    #expect(Requisites.check("77330100", as: .kpp) == .wrongLength(count: 8))
    #expect(Requisites.check("77A301001", as: .kpp) == .wrongCharacter)
  }

  @Test func `an ОГРН and an ОГРНИП count remainders by their last digit`() {
    #expect(Requisites.check("1027812400868", as: .ogrn) == .valid)
    #expect(Requisites.check("1027812400869", as: .ogrn) == .wrongCheckDigit)
    // The remainder is 12 or 10 here: its last digit counts.
    let withLargeRemainder = (10_000_000_000_000..<10_000_000_000_013).filter { $0 % 13 >= 10 }
    #expect(withLargeRemainder.count == 3)
    for body in withLargeRemainder {
      #expect(Requisites.check("\(body)\(body % 13 % 10)".padded(15), as: .ogrn) == .valid)
    }
    #expect(Requisites.check("307760324100018", as: .ogrn) == .valid)
  }

  @Test func `accounts are checked together with the БИК`() {
    #expect(Requisites.check("044525225", as: .bik) == .valid)
    #expect(Requisites.check("944525225", as: .bik) == .wrongCheckDigit)
    let account = "40702810900000002851"
    #expect(Requisites.check(account, as: .account, bik: "044030827") == .valid)
    #expect(Requisites.check(account, as: .account, bik: "044525225") == .wrongCheckDigit)
    #expect(Requisites.check(account, as: .account) == .needsBIK)
    #expect(Requisites.check("30101810400000000225", as: .corr, bik: "044525225") == .valid)
    #expect(Requisites.check("123", as: .corr, bik: "044525225") == .wrongLength(count: 3))
  }

  @Test func `nothing traps`() {
    for seed in UInt64(1)...1_000 {
      var random = Seeded(seed)
      let text = random.text(of: Seeded.pieces)
      for kind in Requisite.allCases {
        let verdict = Requisites.check(text, as: kind, bik: random.text(of: Seeded.pieces))
        if case .missingZero(let suggestion) = verdict {
          #expect(Requisites.check(suggestion, as: kind) == .valid, "seed \(seed): \(text)")
        }
      }
    }
  }
}

extension String {
  fileprivate func padded(_ count: Int) -> String {
    String(repeating: "0", count: Swift.max(0, count - utf8.count)) + self
  }
}
