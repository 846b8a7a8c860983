/// A moment: milliseconds since 1970-01-01T00:00:00Z, within the years 1 to 9999.
public struct Instant: Sendable, Hashable, Comparable {
  /// Milliseconds since the epoch, negative before it.
  public let epochMillis: Int64

  /// Makes a moment.
  ///
  /// - Parameter epochMillis: Milliseconds since the epoch; clamped to the years 1…9999.
  public init(epochMillis: Int64) {
    self.epochMillis = min(max(epochMillis, Self.first), Self.last)
  }

  /// Makes the moment at which a day's clock shows so many milliseconds after midnight.
  ///
  /// - Parameters:
  ///   - date: The local day.
  ///   - millisOfDay: Milliseconds after midnight.
  ///   - offsetMinutes: What the local clock is ahead of UTC, in minutes.
  public init(date: CivilDate, millisOfDay: Int = 0, offsetMinutes: Int) {
    let day = Int64(date.daysSinceEpoch) * 86_400_000
    // Beyond a few days neither is meant seriously, and the sum cannot overflow.
    let time = Int64(min(max(millisOfDay, -Self.bound), Self.bound))
    let offset = Int64(min(max(offsetMinutes, -Self.bound), Self.bound)) * 60_000
    self.init(epochMillis: day + time - offset)
  }

  /// Returns the local day.
  ///
  /// - Parameter offsetMinutes: What the local clock is ahead of UTC, in minutes.
  /// - Returns: The day, the first or last of the calendar when beyond it.
  public func date(offsetMinutes: Int) -> CivilDate {
    let local = localMillis(offsetMinutes)
    let days = Int(Self.floorDivided(local, 86_400_000))
    return CivilDate(daysSinceEpoch: days)
      ?? (days < 0 ? CivilDate.distantPast : CivilDate.distantFuture)
  }

  /// Returns the milliseconds since local midnight, 0…86 399 999.
  ///
  /// - Parameter offsetMinutes: What the local clock is ahead of UTC, in minutes.
  /// - Returns: The time of the day.
  public func millisOfDay(offsetMinutes: Int) -> Int {
    let local = localMillis(offsetMinutes)
    return Int(local - Self.floorDivided(local, 86_400_000) * 86_400_000)
  }

  private func localMillis(_ offsetMinutes: Int) -> Int64 {
    epochMillis + Int64(min(max(offsetMinutes, -Self.bound), Self.bound)) * 60_000
  }

  private static func floorDivided(_ value: Int64, _ divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
  }

  private static let bound = 1_000_000_000
  private static let first = Int64(CivilDate.distantPast.daysSinceEpoch) * 86_400_000
  private static let last = Int64(CivilDate.distantFuture.daysSinceEpoch + 1) * 86_400_000 - 1

  /// Whether the left moment comes before the right one.
  public static func < (left: Instant, right: Instant) -> Bool {
    left.epochMillis < right.epochMillis
  }
}

extension Instant: CustomStringConvertible {
  /// The stored form: `2026-11-22T15:41:34Z`, with `.123` only where it is not a whole second.
  public var description: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the stored form.
  package func append(to bytes: inout [UInt8]) {
    let millis = millisOfDay(offsetMinutes: 0)
    let seconds = millis / 1_000
    date(offsetMinutes: 0).append(to: &bytes)
    bytes.append(0x54)
    Digits.append(seconds / 3_600, 2, to: &bytes)
    bytes.append(0x3A)
    Digits.append(seconds / 60 % 60, 2, to: &bytes)
    bytes.append(0x3A)
    Digits.append(seconds % 60, 2, to: &bytes)
    if millis % 1_000 != 0 {
      bytes.append(0x2E)
      Digits.append(millis % 1_000, 3, to: &bytes)
    }
    bytes.append(0x5A)
  }

  /// The moment for a reader: «22.11.2026 18:41» or `2026-11-22 18:41`.
  ///
  /// - Parameters:
  ///   - language: The language that decides the order of the parts.
  ///   - offsetMinutes: What the local clock is ahead of UTC, in minutes.
  /// - Returns: The text, to the minute.
  public func text(in language: Language, offsetMinutes: Int) -> String {
    let day = date(offsetMinutes: offsetMinutes).text(in: language)
    let minutes = millisOfDay(offsetMinutes: offsetMinutes) / 60_000
    return "\(day) \(Digits.padded(minutes / 60, 2)):\(Digits.padded(minutes % 60, 2))"
  }

  /// Reads the stored form out of bytes.
  ///
  /// Nil if the bytes are anything else.
  ///
  /// - Parameter utf8: The bytes.
  public init?(stored utf8: Span<UInt8>) {
    let count = utf8.count
    guard count == 20 || count == 24, utf8[10] == 0x54, utf8[13] == 0x3A, utf8[16] == 0x3A,
      utf8[count - 1] == 0x5A, let date = CivilDate(stored: utf8.extracting(0..<10)),
      let hour = Digits.number(utf8, 11, 2), let minute = Digits.number(utf8, 14, 2),
      let second = Digits.number(utf8, 17, 2), hour < 24, minute < 60, second < 60
    else { return nil }
    var millis = ((hour * 60 + minute) * 60 + second) * 1_000
    if count == 24 {
      guard utf8[19] == 0x2E, let fraction = Digits.number(utf8, 20, 3) else { return nil }
      millis += fraction
    }
    self.init(date: date, millisOfDay: millis, offsetMinutes: 0)
  }

  /// Reads the stored form.
  ///
  /// Nil if the text is anything else.
  ///
  /// - Parameter text: The text.
  public init?(stored text: String) {
    self.init(stored: text.utf8.span)
  }

  /// Reads a date with a time as people and programs write it.
  ///
  /// Any date of ``CivilDate/parse(_:_:)``, then `15:41`, `15:41:34`, `15:41:34.123`, `3:41 PM`, and
  /// a zone `Z`, `+03:00`, `+0300` or none. A spreadsheet's fractional day count is read where the
  /// reading allows serials. A date without a time is no moment.
  ///
  /// - Parameters:
  ///   - text: The date and time.
  ///   - reading: What is known about the file.
  ///   - offsetMinutes: What the local clock is ahead of UTC, for a text without a zone.
  /// - Returns: Nil if the text is no moment.
  public static func parse(
    _ text: String, _ reading: DateReading, offsetMinutes: Int
  ) -> Instant? {
    if reading.allowsSerials, let serial = serial(text, offsetMinutes) { return serial }
    let parts = DateParts(text)
    guard let time = parts.time.flatMap(ClockTime.init), let date = CivilDate.parse(text, reading)
    else { return nil }
    return Instant(
      date: date, millisOfDay: time.millis, offsetMinutes: time.offsetMinutes ?? offsetMinutes)
  }

  private static func serial(_ text: String, _ offsetMinutes: Int) -> Instant? {
    let parts = Trimming.trimmed(text).utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].count <= 7, (1...17).contains(parts[1].count),
      parts.allSatisfy({ $0.allSatisfy { $0 &- 0x30 < 10 } }),
      let whole = Int(String(parts[0]) ?? ""), let date = CivilDate(spreadsheetSerial: whole)
    else { return nil }
    var fraction = 0.0
    for byte in parts[1].reversed() { fraction = (fraction + Double(byte - 0x30)) / 10 }
    // Spreadsheets keep about a tenth of a second; whole seconds are what was meant.
    let seconds = Int(fraction * 86_400 + 0.5)
    return Instant(date: date, millisOfDay: seconds * 1_000, offsetMinutes: offsetMinutes)
  }
}

/// A time of the day with an optional zone: `15:41:34.123+03:00`, `3:41 PM`.
struct ClockTime {
  let millis: Int
  let offsetMinutes: Int?

  init?(_ text: String) {
    var bytes = Array(Trimming.trimmed(text).uppercased().utf8)[...]
    func number(_ widths: ClosedRange<Int>) -> Int? {
      let digits = bytes.prefix { $0 &- 0x30 < 10 }
      guard widths.contains(digits.count) else { return nil }
      bytes = bytes.dropFirst(digits.count)
      return digits.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
    }
    func take(_ byte: UInt8) -> Bool {
      guard bytes.first == byte else { return false }
      bytes = bytes.dropFirst()
      return true
    }
    guard var hour = number(1...2), take(0x3A), let minute = number(2...2) else { return nil }
    var second = 0
    var fraction = 0
    if take(0x3A) {
      guard let value = number(2...2) else { return nil }
      second = value
      if take(0x2E) || take(0x2C) {
        let digits = bytes.prefix { $0 &- 0x30 < 10 }
        guard (1...9).contains(digits.count), let value = number(1...9) else { return nil }
        // Milliseconds: the first three digits, zeros where there are fewer.
        fraction = (0..<3).reduce(value) { result, _ in result * 10 }
        for _ in 0..<digits.count { fraction /= 10 }
      }
    }
    while take(0x20) {}
    if bytes.elementsEqual("AM".utf8) || bytes.elementsEqual("PM".utf8) {
      guard (1...12).contains(hour) else { return nil }
      hour = hour % 12 + (bytes.first == 0x50 ? 12 : 0)
      bytes = []
    }
    guard hour < 24, minute < 60, second < 60 else { return nil }
    millis = ((hour * 60 + minute) * 60 + second) * 1_000 + fraction
    if bytes.isEmpty {
      offsetMinutes = nil
    } else if take(0x5A), bytes.isEmpty {
      offsetMinutes = 0
    } else {
      let isWest = bytes.first == 0x2D
      guard take(0x2B) || take(0x2D), let hours = number(2...4) else { return nil }
      var minutes = hours > 99 ? hours % 100 : 0
      let wholeHours = hours > 99 ? hours / 100 : hours
      if take(0x3A) {
        guard let value = number(2...2) else { return nil }
        minutes = value
      }
      guard bytes.isEmpty, wholeHours <= 18, minutes < 60 else { return nil }
      offsetMinutes = (wholeHours * 60 + minutes) * (isWest ? -1 : 1)
    }
  }
}
