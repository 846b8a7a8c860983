extension Filter {
  /// Returns whether the filter holds for a record.
  ///
  /// - Parameter record: The record.
  /// - Returns: True if every term holds.
  public func matches(_ record: some RecordReading) -> Bool {
    var scratch: [UInt8] = []
    return matches(record, scratch: &scratch)
  }

  /// Returns whether the filter holds for a record, with a buffer kept from record to record.
  ///
  /// Terms on fields are asked first, as they are cheaper than a search.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - scratch: A buffer for folded values; what it holds does not matter.
  /// - Returns: True if every term holds.
  public func matches(_ record: some RecordReading, scratch: inout [UInt8]) -> Bool {
    for term in terms {
      guard case .field(let test) = term.test else { continue }
      if test.holds(record, &scratch) == term.isNegated { return false }
    }
    for term in terms {
      guard case .search(let words) = term.test else { continue }
      let isFound = record.searchText { text in words.contains { $0.query.matches(text) } }
      if isFound == term.isNegated { return false }
    }
    return true
  }

  /// Returns how well a record matches the words of the filter, for sorting results.
  ///
  /// - Parameter record: A record for which the filter holds.
  /// - Returns: The sum of the best scores of the searched words; 0 without words.
  public func score(_ record: some RecordReading) -> Int {
    var total = 0
    for term in terms where !term.isNegated {
      guard case .search(let words) = term.test else { continue }
      _ = record.searchText { text in
        total += words.compactMap { $0.query.score(text) }.max() ?? 0
        return true
      }
    }
    return total
  }
}

extension Filter.FieldTest {
  fileprivate func holds(_ record: some RecordReading, _ scratch: inout [UInt8]) -> Bool {
    switch comparison {
    case .isEmpty: return !isPresent(record)
    case .isPresent: return isPresent(record)
    case .notEqual: return !operands.contains { holds($0, .equal, record, &scratch) }
    default: return operands.contains { holds($0, comparison, record, &scratch) }
    }
  }

  private func isPresent(_ record: some RecordReading) -> Bool {
    switch slot.field.kind {
    case .integer, .money: record.integer(slot) != nil
    default: slot.field.defaultValue != nil || record.hasValue(slot) { !$0.isEmpty }
    }
  }

  private func holds(
    _ operand: Operand, _ comparison: Comparison, _ record: some RecordReading,
    _ scratch: inout [UInt8]
  ) -> Bool {
    switch operand {
    case .absent:
      return !isPresent(record)
    case .integer(let bound):
      guard let value = record.integer(slot) else { return false }
      return comparison.holds(value, bound...bound)
    case .money(let bound, let wanted):
      guard let minorUnits = record.integer(slot) else { return false }
      let currency = currency(record)
      if let wanted, !wanted.utf8.elementsEqual(currency.utf8) { return false }
      return comparison.holds(Operand.thousandths(minorUnits, currency), bound...bound)
    case .truth(let wanted):
      return hasValue(record) { Bytewise.equal($0, Self.trueBytes) } == wanted
    default:
      return hasValue(record) { value in
        operand.holds(comparison, value, &scratch)
      }
    }
  }

  private func currency(_ record: some RecordReading) -> String {
    var code = Currency.standard
    if let currencySlot {
      _ = record.hasValue(currencySlot) { bytes in
        // Almost always the standard currency, for which no string need be made.
        guard !Bytewise.equal(bytes, Self.standardCurrency) else { return true }
        code = String(decoding: (0..<bytes.count).map { bytes[$0] }, as: UTF8.self)
        return true
      }
    }
    return code
  }

  /// Offers the values of the record, or the default of the field where there is none.
  private func hasValue(
    _ record: some RecordReading, where test: (Span<UInt8>) -> Bool
  ) -> Bool {
    var isAbsent = true
    let found = record.hasValue(slot) { value in
      isAbsent = false
      return test(value)
    }
    guard isAbsent, let value = slot.field.defaultValue else { return found }
    return test(value.utf8.span)
  }

  private static let trueBytes = Array("true".utf8)
  private static let standardCurrency = Array(Currency.standard.utf8)
}

extension Comparison {
  /// Whether a value compares so with a range, which counts as a whole: `<2026` is before its start.
  func holds<Value: Comparable>(_ value: Value, _ range: ClosedRange<Value>) -> Bool {
    switch self {
    case .has, .equal: range.contains(value)
    case .notEqual: !range.contains(value)
    case .less: value < range.lowerBound
    case .lessOrEqual: value <= range.upperBound
    case .greater: value > range.upperBound
    case .greaterOrEqual: value >= range.lowerBound
    case .isEmpty, .isPresent: false
    }
  }
}

extension Operand {
  /// Whether a stored value compares so with this one.
  fileprivate func holds(
    _ comparison: Comparison, _ value: Span<UInt8>, _ scratch: inout [UInt8]
  ) -> Bool {
    switch self {
    case .folded(let needle):
      Self.fold(value, &scratch)
      switch comparison {
      case .has: return needle.occurs(in: scratch.span)
      case .equal: return scratch == needle.bytes
      default: return Self.compare(scratch, needle.bytes, comparison)
      }
    case .raw(let needle):
      return comparison == .has ? needle.occurs(in: value) : Bytewise.equal(value, needle.bytes)
    case .named(let needle, let stored):
      if stored.contains(where: { Bytewise.equal(value, $0) }) { return true }
      guard stored.isEmpty else { return false }
      Self.fold(value, &scratch)
      guard comparison == .has else { return scratch == needle.bytes }
      return Self.hasWords(needle, scratch.span)
    case .key(let key):
      return Bytewise.equal(value, key)
    case .digits(let needles, let keys):
      if comparison == .equal, !keys.isEmpty {
        return keys.contains { Bytewise.equal(value, $0) }
      }
      Self.digits(value, &scratch)
      return needles.contains {
        comparison == .has ? $0.occurs(in: scratch.span) : scratch == $0.bytes
      }
    case .days(let range, let offsetMinutes):
      return Self.day(value, offsetMinutes).map { comparison.holds($0, range) } ?? false
    case .moment(let moment, let offsetMinutes):
      return Self.millis(value, offsetMinutes).map { comparison.holds($0, moment...moment) }
        ?? false
    case .pattern(let pattern):
      guard let date = PartialDate(stored: value) else { return false }
      guard comparison.isOrdering else { return date.matches(pattern) }
      guard let left = date.firstDay, let right = pattern.firstDay else { return false }
      return comparison.holds(left, right...right)
    case .absent, .integer, .money, .truth:
      return false
    }
  }

  private static func fold(_ value: Span<UInt8>, _ scratch: inout [UInt8]) {
    scratch.removeAll(keepingCapacity: true)
    TextFolding.append(value, to: &scratch)
  }

  private static func digits(_ value: Span<UInt8>, _ scratch: inout [UInt8]) {
    scratch.removeAll(keepingCapacity: true)
    for index in 0..<value.count where value[index] &- 0x30 < 10 { scratch.append(value[index]) }
  }

  private static func compare(
    _ left: [UInt8], _ right: [UInt8], _ comparison: Comparison
  ) -> Bool {
    switch comparison {
    case .less: left.lexicographicallyPrecedes(right)
    case .lessOrEqual: !right.lexicographicallyPrecedes(left)
    case .greater: right.lexicographicallyPrecedes(left)
    case .greaterOrEqual: !left.lexicographicallyPrecedes(right)
    default: left == right
    }
  }

  /// Whether whole words of the text are the needle: «иванов» is in «иванов иван», not in «иванова».
  private static func hasWords(_ needle: ByteNeedle, _ text: Span<UInt8>) -> Bool {
    guard !needle.bytes.isEmpty else { return false }
    var start = 0
    while let index = needle.firstIndex(in: text, from: start) {
      let end = index + needle.bytes.count
      if index == 0 || text[index - 1] == 0x20, end == text.count || text[end] == 0x20 {
        return true
      }
      start = index + 1
    }
    return false
  }

  private static func day(_ value: Span<UInt8>, _ offsetMinutes: Int) -> Int? {
    if let date = CivilDate(stored: value) { return date.daysSinceEpoch }
    return Instant(stored: value)?.date(offsetMinutes: offsetMinutes).daysSinceEpoch
  }

  private static func millis(_ value: Span<UInt8>, _ offsetMinutes: Int) -> Int64? {
    if let instant = Instant(stored: value) { return instant.epochMillis }
    return CivilDate(stored: value).map {
      Instant(date: $0, offsetMinutes: offsetMinutes).epochMillis
    }
  }
}

extension PartialDate {
  /// The first day that it may be, nil where the year is not known.
  fileprivate var firstDay: CivilDate? {
    year.flatMap { CivilDate(year: $0, month: month ?? 1, day: day ?? 1) }
  }
}
