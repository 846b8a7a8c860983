/// Telephone numbers as people type them and as keys (E.164, `+74952346187`).
public enum Phone {
  /// The country whose way of writing numbers without a `+` is understood.
  public enum Region: Sendable, Hashable {
    /// `8` or `7` and ten digits, ten bare digits, `8 10 …` for abroad.
    case russia
    /// Only numbers with a `+` have a key.
    case none
  }

  /// Why a text has no key and stays text.
  public enum Reason: Sendable, Hashable, CaseIterable {
    /// There is no digit in it.
    case noDigits
    /// A city number without the code of the city.
    case noAreaCode
    /// A spreadsheet has rounded it: `7,90E+10`. The number is lost and must not be imported.
    case spreadsheetNumber
    /// It begins with two zeros: `007…`.
    case leadingZeros
    /// The code after the country is none: it begins with 0.
    case unknownAreaCode
    /// Too few digits for any number.
    case tooShort
    /// Too many digits, or a country without `+` that is not known.
    case tooLong
  }

  /// What was found in a text.
  public struct Parsed: Sendable, Hashable {
    /// The number in E.164 without the extension, nil if there is none.
    public var key: String?
    /// The extension, digits only.
    public var ext: String?
    /// Words and brackets around the number: «Анна, после 18».
    public var note: String?
    /// Why there is no key; nil when there is one.
    public var reason: Reason?

    /// Makes a result of its parts.
    public init(
      key: String? = nil, ext: String? = nil, note: String? = nil, reason: Reason? = nil
    ) {
      self.key = key
      self.ext = ext
      self.note = note
      self.reason = reason
    }

    /// The key under which the number is stored and matched: number and extension.
    ///
    /// `+74952346187` or `+74952346187;ext=12`.
    public var elementKey: String? {
      guard let key else { return nil }
      return ext.map { "\(key);ext=\($0)" } ?? key
    }
  }

  /// Reads one number.
  ///
  /// Words before and after the number go to the note. An extension follows «доб.», «вн.», `ext`,
  /// `x`, `#`, a comma, or a space once the number is complete.
  ///
  /// - Parameters:
  ///   - text: What was typed or imported.
  ///   - region: How numbers without `+` are read.
  /// - Returns: The key and what stood around it, or the reason why there is no key.
  public static func normalise(_ text: String, region: Region = .russia) -> Parsed {
    if isSpreadsheetNumber(text) { return Parsed(reason: .spreadsheetNumber) }
    var scanner = PhoneScanner(text, region: region)
    let number = scanner.scanNumber()
    guard !number.digits.isEmpty else { return Parsed(reason: .noDigits) }
    switch key(digits: number.digits, hasPlus: number.hasPlus, region: region) {
    case .success(let key):
      let rest = scanner.scanRest()
      return Parsed(key: key, ext: rest.ext, note: rest.note)
    case .failure(let reason):
      return Parsed(reason: reason)
    }
  }

  private enum KeyResult {
    case success(String)
    case failure(Reason)
  }

  private static func key(digits: [UInt8], hasPlus: Bool, region: Region) -> KeyResult {
    func national(_ digits: ArraySlice<UInt8>) -> KeyResult {
      digits.first == 0x30 ? .failure(.unknownAreaCode) : .success("+7" + text(digits))
    }
    func abroad(_ digits: ArraySlice<UInt8>) -> KeyResult {
      // E.164 allows 15 digits; no country has fewer than 8 with its code.
      guard digits.first != 0x30 else { return .failure(.leadingZeros) }
      guard digits.count >= 8 else { return .failure(.tooShort) }
      guard digits.count <= 15 else { return .failure(.tooLong) }
      guard digits.first == 0x37 else { return .success("+" + text(digits)) }
      if digits.count < 11 { return .failure(.tooShort) }
      return digits.count == 11 ? national(digits.dropFirst()) : .failure(.tooLong)
    }
    let all = digits[...]
    if hasPlus {
      // «+8 903 …» is a slip: no country begins with 89.
      let isSlip = digits.count == 11 && digits.starts(with: "89".utf8) && region == .russia
      return isSlip ? national(all.dropFirst()) : abroad(all)
    }
    if digits.starts(with: "00".utf8) { return .failure(.leadingZeros) }
    guard region == .russia else { return .failure(digits.count < 8 ? .tooShort : .noAreaCode) }
    if digits.starts(with: "810".utf8), digits.count > 10 { return abroad(all.dropFirst(3)) }
    switch digits.count {
    case ..<5: return .failure(.tooShort)
    case 5...7: return .failure(.noAreaCode)
    case 8...9: return .failure(.tooShort)
    case 10: return national(all)
    case 11 where digits[0] == 0x37 || digits[0] == 0x38: return national(all.dropFirst())
    default:
      let isNeighbour = neighbours.contains { digits.starts(with: $0.utf8) }
      return isNeighbour && digits.count <= 12 ? abroad(all) : .failure(.tooLong)
    }
  }

  /// Countries whose numbers Russian files often hold in full but without the plus.
  private static let neighbours = [
    "373", "374", "375", "380", "992", "993", "994", "995", "996", "998",
  ]

  private static func text(_ digits: ArraySlice<UInt8>) -> String {
    String(decoding: digits, as: UTF8.self)
  }

  /// Whether a cell is what a spreadsheet makes of a long number: `7,90E+10`.
  static func isSpreadsheetNumber(_ text: String) -> Bool {
    let bytes = Array(Trimming.trimmed(text).utf8)
    guard let exponent = bytes.firstIndex(where: { $0 | 0x20 == 0x65 }) else { return false }
    let mantissa = bytes[..<exponent]
    var power = bytes[(exponent + 1)...]
    if power.first == 0x2B { power = power.dropFirst() }
    let isDigit = { (byte: UInt8) in byte &- 0x30 < 10 }
    return mantissa.contains(where: isDigit) && !power.isEmpty && power.allSatisfy(isDigit)
      && mantissa.allSatisfy { isDigit($0) || $0 == 0x2C || $0 == 0x2E || $0 == 0x2B }
  }
}

/// Walks over a text that holds one number.
struct PhoneScanner {
  private let scalars: [Unicode.Scalar]
  private let region: Phone.Region
  private var position = 0
  private var before: [Unicode.Scalar] = []

  init(_ text: String, region: Phone.Region) {
    var scalars = Array(Trimming.trimmed(text).unicodeScalars)
    // A number cell of a spreadsheet, read as text.
    if scalars.count > 9, String(String.UnicodeScalarView(scalars.suffix(2))) == ".0",
      scalars.dropLast(2).allSatisfy({ Self.digit($0) != nil })
    {
      scalars.removeLast(2)
    }
    self.scalars = scalars
    self.region = region
  }

  static func digit(_ scalar: Unicode.Scalar) -> UInt8? {
    scalar.value &- 0x30 < 10 ? UInt8(scalar.value) : nil
  }

  /// Reads the digits up to a letter, a comma, a bracketed remark, or a space after which no digit
  /// can belong to the number any more.
  mutating func scanNumber() -> (digits: [UInt8], hasPlus: Bool) {
    var digits: [UInt8] = []
    var hasPlus = false
    while position < scalars.count, Self.digit(scalars[position]) == nil,
      !(scalars[position] == "+" && nextIsDigit(after: position))
    {
      if !(scalars[position] == "(" && nextIsDigit(after: position)) {
        before.append(scalars[position])
      }
      position += 1
    }
    while position < scalars.count {
      let scalar = scalars[position]
      if let digit = Self.digit(scalar) {
        if isComplete(digits, hasPlus), position > 0, Trimming.isSpace(scalars[position - 1]) {
          break
        }
        digits.append(digit)
      } else if scalar == "+", digits.isEmpty {
        hasPlus = true
      } else if scalar == "(", !nextIsDigit(after: position) {
        break
      } else if !isSeparator(scalar) {
        break
      }
      position += 1
    }
    return (digits, hasPlus)
  }

  /// Reads the extension and the remark after the number.
  mutating func scanRest() -> (ext: String?, note: String?) {
    let rest = scalars[position...]
    let words = rest.split { Trimming.isSpace($0) || "(),;[]".unicodeScalars.contains($0) }
    var ext: String?
    var remarks: [String] = []
    var index = 0
    while index < words.count {
      let word = String(String.UnicodeScalarView(words[index]))
      if ext == nil, let label = ExtensionLabel(word) {
        if let digits = label.digits {
          ext = digits
        } else if index + 1 < words.count, let digits = Self.shortDigits(words[index + 1]) {
          ext = digits
          index += 1
        } else {
          remarks.append(word)
        }
      } else if ext == nil, index == 0, let digits = Self.shortDigits(words[index]) {
        ext = digits
      } else {
        remarks.append(word)
      }
      index += 1
    }
    let lead = Trimming.trimmed(before, also: "()[]:,;.-№#/")
    let notes = ([lead] + [Trimming.trimmed(remarks.joined(separator: " "), also: "/-–—.")])
      .filter { !$0.isEmpty }
    return (ext, notes.isEmpty ? nil : notes.joined(separator: " "))
  }

  /// Whether the digits are a whole Russian number, so that what follows a space is an extension.
  private func isComplete(_ digits: [UInt8], _ hasPlus: Bool) -> Bool {
    switch digits.count {
    case 10: !hasPlus && region == .russia && digits[0] != 0x37 && digits[0] != 0x38
    case 11:
      digits[0] == 0x37
        || (digits[0] == 0x38 && !hasPlus && region == .russia && !digits.starts(with: "810".utf8))
    default: false
    }
  }

  private func nextIsDigit(after index: Int) -> Bool {
    var next = index + 1
    while next < scalars.count, Trimming.isSpace(scalars[next]) || scalars[next] == "(" {
      next += 1
    }
    return next < scalars.count && Self.digit(scalars[next]) != nil
  }

  private func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
    Trimming.isSpace(scalar) || (0x2010...0x2015).contains(scalar.value) || scalar.value == 0x2212
      || "-().".unicodeScalars.contains(scalar)
  }

  private static func shortDigits(_ word: ArraySlice<Unicode.Scalar>) -> String? {
    let digits = word.filter { $0 != "-" && $0 != "." }
    guard (1...6).contains(digits.count), digits.allSatisfy({ digit($0) != nil }) else {
      return nil
    }
    return String(String.UnicodeScalarView(digits))
  }
}

/// «доб.», `ext`, `x12`: the mark before an extension, with the extension itself if joined to it.
struct ExtensionLabel {
  let digits: String?

  init?(_ word: String) {
    let lower = Array(word.lowercased().unicodeScalars)
    let end = lower.firstIndex { PhoneScanner.digit($0) != nil } ?? lower.count
    let name = Trimming.trimmed(lower[..<end], also: ".:-")
    guard Self.names.contains(name) else { return nil }
    let tail = lower[end...]
    guard tail.count <= 6, tail.allSatisfy({ PhoneScanner.digit($0) != nil }) else { return nil }
    digits = tail.isEmpty ? nil : String(String.UnicodeScalarView(tail))
  }

  private static let names: Set<String> = [
    "доб", "добавочный", "добав", "вн", "внутр", "внутренний", "ext", "extension", "x", "х", "#",
  ]
}
