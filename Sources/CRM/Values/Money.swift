/// Sums of money as people and programs write them, and as integers of minor units.
public enum Money {
  /// The sign between whole and fraction.
  public enum DecimalSign: Sendable, Hashable {
    /// `450 000,50`
    case comma
    /// `450,000.50`
    case point
  }

  /// Why a text is no sum.
  public enum Failure: Error, Sendable, Hashable, CaseIterable {
    /// There is no digit in it.
    case noDigits
    /// Something in it is neither digit nor separator nor currency.
    case notANumber
    /// The groups of thousands do not have three digits, so the decimal sign of the column is wrong.
    case misplacedGroups
    /// The sum does not fit 64 bits.
    case tooLarge
  }

  /// A sum.
  public struct Amount: Sendable, Hashable {
    /// Kopecks, cents: whole minor units of the currency.
    public var minorUnits: Int
    /// The ISO 4217 code that the text named, nil if it named none.
    public var currency: String?
    /// Whether digits beyond the minor unit were rounded away (half away from zero).
    public var isRounded: Bool

    /// Makes a sum of its parts.
    public init(minorUnits: Int, currency: String? = nil, isRounded: Bool = false) {
      self.minorUnits = minorUnits
      self.currency = currency
      self.isRounded = isRounded
    }
  }

  /// Reads one sum.
  ///
  /// Spaces of every kind and apostrophes between digits are groups of thousands. A minus or
  /// brackets make it negative. Without a hint one separator followed by exactly three digits is a
  /// group of thousands (`1,234`), unless a lone zero stands before it.
  ///
  /// - Parameters:
  ///   - text: The sum, with or without a currency.
  ///   - decimal: The decimal sign of the column, see ``decimalSign(ofColumn:)``.
  ///   - currency: The currency that a text without one is in; it decides the minor unit.
  /// - Returns: The sum.
  /// - Throws: `Failure` saying why the text is none.
  public static func parse(
    _ text: String, decimal: DecimalSign? = nil, currency: String = Currency.standard
  ) throws(Failure) -> Amount {
    let shape = try Shape(text)
    let named = shape.currency
    let decimalIndex = try shape.decimalIndex(decimal)
    let digits = Currency.digits(named ?? currency)
    var units = 0
    var fraction = 0
    var isRounded = false
    for (index, sign) in shape.signs.enumerated() {
      guard case .digit(let digit) = sign else { continue }
      if let decimalIndex, index > decimalIndex {
        fraction += 1
        if fraction > digits {
          if digit != 0 { isRounded = true }
          if fraction == digits + 1, digit >= 5 { units = try sum(units, 1) }
          continue
        }
      }
      units = try sum(try product(units, 10), digit)
    }
    for _ in 0..<max(0, digits - fraction) { units = try product(units, 10) }
    return Amount(
      minorUnits: shape.isNegative ? -units : units, currency: named, isRounded: isRounded)
  }

  /// Decides the decimal sign of a column of sums.
  ///
  /// Cells that leave no doubt vote: two separators (the last one is decimal), a repeated one (it is
  /// the other), or one that is not followed by exactly three digits.
  ///
  /// - Parameter column: The cells.
  /// - Returns: The sign with more votes; nil if nothing tells.
  public static func decimalSign(ofColumn column: some Sequence<String>) -> DecimalSign? {
    var commas = 0
    var points = 0
    for cell in column {
      switch (try? Shape(cell))?.evidence {
      case .comma: commas += 1
      case .point: points += 1
      case nil: break
      }
    }
    if commas == points { return nil }
    return commas > points ? .comma : .point
  }

  private static func sum(_ left: Int, _ right: Int) throws(Failure) -> Int {
    let (value, overflow) = left.addingReportingOverflow(right)
    if overflow { throw .tooLarge }
    return value
  }

  private static func product(_ left: Int, _ right: Int) throws(Failure) -> Int {
    let (value, overflow) = left.multipliedReportingOverflow(by: right)
    if overflow { throw .tooLarge }
    return value
  }
}

/// The digits and separators of one sum, before anyone has said which separator is decimal.
private struct Shape {
  enum Sign: Equatable {
    case digit(Int)
    case comma
    case point
    /// A space or an apostrophe between digits: always a group of thousands.
    case gap

    var isDigit: Bool { if case .digit = self { true } else { false } }
  }

  var signs: [Sign] = []
  var isNegative = false
  var currency: String?

  init(_ text: String) throws(Money.Failure) {
    var word = String.UnicodeScalarView()
    var words: [String] = []
    var isGap = false
    var minusIndex: Int?
    func endWord() {
      if !word.isEmpty { words.append(String(word)) }
      word = String.UnicodeScalarView()
    }
    let scalars = Array(Trimming.trimmed(text).unicodeScalars)
    for scalar in scalars {
      switch scalar {
      case "0"..."9":
        endWord()
        if isGap, case .digit = signs.last { signs.append(.gap) }
        isGap = false
        signs.append(.digit(Int(scalar.value) - 0x30))
      case ",": signs.append(.comma)
      case "." where word.isEmpty: signs.append(.point)
      case "-", "\u{2212}", "\u{2013}":
        guard minusIndex == nil else { throw .notANumber }
        endWord()
        minusIndex = signs.count
      case "(", ")", "+": endWord()
      case "'", "\u{2019}": isGap = true
      case "$", "€", "£", "₽", "₸", "₴":
        word.append(scalar)
        endWord()
      case _ where Trimming.isSpace(scalar):
        endWord()
        isGap = true
      default: word.append(scalar)
      }
    }
    endWord()
    let isBracketed = scalars.first == "(" && scalars.last == ")"
    isNegative = minusIndex != nil || isBracketed
    // A minus stands before or after the number; «10-20» is none.
    if let minusIndex, minusIndex != 0, minusIndex != signs.count { throw .notANumber }
    // «10000.» and a dot that ends «руб .» are no decimal signs.
    while let last = signs.last, last == .comma || last == .point { signs.removeLast() }
    guard signs.contains(where: \.isDigit) else {
      throw words.isEmpty || Currency.code(words[0]) != nil ? .noDigits : .notANumber
    }
    if !words.isEmpty {
      let code = Currency.code(words.joined(separator: " ")) ?? Currency.code(words[0])
      guard let code, words.count <= 2 else { throw .notANumber }
      currency = code
    }
  }

  private var commas: Int { signs.count { $0 == .comma } }
  private var points: Int { signs.count { $0 == .point } }

  private func lastIndex(of sign: Sign) -> Int? { signs.lastIndex(of: sign) }

  /// What this cell alone says about the decimal sign of its column.
  var evidence: Money.DecimalSign? {
    switch (commas, points) {
    case (0, 0): return nil
    case (1, 0), (0, 1):
      let sign: Sign = commas == 1 ? .comma : .point
      guard let index = signs.firstIndex(of: sign) else { return nil }
      if signs.contains(.gap) { return sign == .comma ? .comma : .point }
      let after = signs.count - index - 1
      let isZeroBefore = index == 0 || (index == 1 && signs[0] == .digit(0))
      guard after != 3 || isZeroBefore || index > 3 else { return nil }
      return sign == .comma ? .comma : .point
    case (_, 0): return .point
    case (0, _): return .comma
    default:
      return (lastIndex(of: .comma) ?? 0) > (lastIndex(of: .point) ?? 0) ? .comma : .point
    }
  }

  /// Where the decimal sign stands, nil if there is none; the other separators must make groups.
  func decimalIndex(_ hint: Money.DecimalSign?) throws(Money.Failure) -> Int? {
    var index: Int?
    if let sign = hint ?? evidence {
      index = lastIndex(of: sign == .comma ? .comma : .point)
    }
    var end = index ?? signs.count
    if let index, signs[..<index].contains(signs[index]) {
      throw .misplacedGroups
    }
    // Groups are checked from the right: three digits after each separator but the decimal one.
    if let index, signs[(index + 1)...].contains(where: { !$0.isDigit }) {
      throw .misplacedGroups
    }
    for position in signs.indices.reversed() where position < end {
      if signs[position].isDigit { continue }
      guard end - position - 1 == 3, position > 0 else { throw .misplacedGroups }
      end = position
    }
    return index
  }
}
