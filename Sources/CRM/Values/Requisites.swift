/// The official numbers of Russian companies and banks.
public enum Requisite: String, Sendable, Hashable, CaseIterable {
  /// ИНН: the tax number, 10 digits for companies and 12 for persons.
  case inn
  /// КПП: the reason for tax registration, 9 characters, without a check digit.
  case kpp
  /// ОГРН or ОГРНИП: the number in the state register, 13 or 15 digits.
  case ogrn
  /// БИК: the number of a bank, 9 digits.
  case bik
  /// Расчётный счёт: a settlement account, 20 digits, checked together with the БИК.
  case account
  /// Корреспондентский счёт: the bank's own account, 20 digits, checked together with the БИК.
  case corr
}

/// Checks of requisites by length, alphabet and check digits.
public enum Requisites {
  /// What a check found.
  public enum Verdict: Sendable, Hashable {
    /// Length, alphabet and check digit are right.
    case valid
    /// Nothing can be said without the БИК of the bank.
    case needsBIK
    /// The number of characters fits no number of this kind.
    case wrongLength(count: Int)
    /// A character is not allowed here.
    case wrongCharacter
    /// The check digit does not fit.
    case wrongCheckDigit
    /// The check digit fits once a leading zero, eaten by a spreadsheet, is put back.
    case missingZero(suggestion: String)
  }

  /// Returns a requisite without the spaces and dashes that people put into it, capitals for КПП.
  ///
  /// - Parameter text: What was typed.
  /// - Returns: The bare number as text.
  public static func normalise(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars
    where !Trimming.isSpace(scalar) && scalar != "-" && scalar.value != 0x2011 {
      result.append(scalar)
    }
    return String(result).uppercased()
  }

  /// Whether bytes are a valid ИНН without anything around it, told without making a text of them.
  ///
  /// - Parameter text: What was imported.
  /// - Returns: False too for what needs a closer look.
  package static func isPlainINN(_ text: Span<UInt8>) -> Bool {
    let weights: InlineArray<11, Int> = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]
    func fits(_ position: Int) -> Bool {
      var sum = 0
      for index in 0..<position {
        sum += Int(text[index] &- 0x30) * weights[weights.count - position + index]
      }
      return sum % 11 % 10 == Int(text[position] &- 0x30)
    }
    var hasDigit = false
    for index in 0..<text.count {
      guard text[index] &- 0x30 < 10 else { return false }
      if text[index] != 0x30 { hasDigit = true }
    }
    switch text.count {
    case 10: return hasDigit && fits(9)
    case 12: return hasDigit && fits(10) && fits(11)
    default: return false
    }
  }

  /// Checks one requisite.
  ///
  /// - Parameters:
  ///   - value: The number; spaces and dashes in it are ignored.
  ///   - kind: What it claims to be.
  ///   - bik: The БИК of the bank, for accounts.
  /// - Returns: The verdict; a wrong number is a warning and never a reason to refuse a row.
  public static func check(_ value: String, as kind: Requisite, bik: String? = nil) -> Verdict {
    let bytes = Array(normalise(value).utf8)
    if kind == .kpp { return checkKPP(bytes) }
    guard bytes.allSatisfy({ $0 &- 0x30 < 10 }) else { return .wrongCharacter }
    let digits = bytes.map { Int($0 &- 0x30) }
    switch kind {
    case .inn: return checkINN(digits)
    case .ogrn: return checkOGRN(digits)
    case .bik: return checkBIK(digits)
    case .account, .corr: return checkAccount(digits, kind, bik)
    case .kpp: return checkKPP(bytes)
    }
  }

  private static func checkINN(_ digits: [Int]) -> Verdict {
    switch digits.count {
    case 10, 12:
      return innFits(digits) ? .valid : .wrongCheckDigit
    case 9 where innFits([0] + digits), 11 where innFits([0] + digits):
      return .missingZero(suggestion: text([0] + digits))
    default:
      return .wrongLength(count: digits.count)
    }
  }

  private static func innFits(_ digits: [Int]) -> Bool {
    let weights = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]
    func check(_ position: Int) -> Bool {
      // The weights of a shorter sum are the tail of the longest one.
      let sum = zip(digits[..<position], weights[(weights.count - position)...])
        .reduce(0) { $0 + $1.0 * $1.1 }
      return sum % 11 % 10 == digits[position]
    }
    guard digits.contains(where: { $0 != 0 }) else { return false }
    switch digits.count {
    case 10: return check(9)
    case 12: return check(10) && check(11)
    default: return false
    }
  }

  private static func checkKPP(_ bytes: [UInt8]) -> Verdict {
    guard bytes.count == 9 else { return .wrongLength(count: bytes.count) }
    for (index, byte) in bytes.enumerated() {
      let isLetter = byte &- 0x41 < 26 && (4...5).contains(index)
      guard byte &- 0x30 < 10 || isLetter else { return .wrongCharacter }
    }
    return bytes.allSatisfy { $0 == bytes[0] } ? .wrongCheckDigit : .valid
  }

  private static func checkOGRN(_ digits: [Int]) -> Verdict {
    guard digits.count == 13 || digits.count == 15 else {
      return .wrongLength(count: digits.count)
    }
    let body = digits.dropLast().reduce(0) { $0 * 10 + $1 }
    // Remainders of 10 and more count by their last digit.
    let fits = body % (digits.count - 2) % 10 == digits[digits.count - 1]
    return fits && digits[0] != 0 ? .valid : .wrongCheckDigit
  }

  private static func checkBIK(_ digits: [Int]) -> Verdict {
    switch digits.count {
    case 9: digits[0] <= 2 ? .valid : .wrongCheckDigit
    case 8: .missingZero(suggestion: text([0] + digits))
    default: .wrongLength(count: digits.count)
    }
  }

  private static func checkAccount(_ digits: [Int], _ kind: Requisite, _ bik: String?) -> Verdict {
    guard digits.count == 20 else { return .wrongLength(count: digits.count) }
    guard let bik, case .valid = check(bik, as: .bik) else { return .needsBIK }
    let bank = normalise(bik).utf8.map { Int($0 &- 0x30) }
    // A settlement centre of the Bank of Russia has «00» there and no number of its own.
    let isCentre = kind == .corr || (bank[6] == 0 && bank[7] == 0)
    let prefix = isCentre ? [0, bank[4], bank[5]] : Array(bank[6...])
    let weights = [7, 1, 3]
    let sum = (prefix + digits).enumerated().reduce(0) { $0 + $1.element * weights[$1.offset % 3] }
    return sum % 10 == 0 ? .valid : .wrongCheckDigit
  }

  private static func text(_ digits: [Int]) -> String {
    digits.map { String($0) }.joined()
  }
}
