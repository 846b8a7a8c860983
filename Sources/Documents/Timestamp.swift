/// Instants in the one written form of the format: `2026-11-22T15:41:34.123Z` (SPEC §1.4).
public enum Timestamp {
  /// The length of the written form in bytes.
  public static let byteCount = 24

  /// The instants that can be written: years 1 to 9999, in milliseconds since 1970 UTC.
  public static let range: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

  /// The written form of an instant; instants outside `range` are moved to its nearer end.
  ///
  /// - Parameter millis: milliseconds since 1970-01-01T00:00:00Z.
  /// - Returns: 24 characters.
  public static func text(_ millis: Int64) -> String {
    let clamped = min(max(millis, range.lowerBound), range.upperBound)
    let (day, rest) = floorDivide(clamped, 86_400_000)
    let date = civil(fromDays: day)
    let bytes =
      digits(date.year, 4) + [UInt8(ascii: "-")] + digits(date.month, 2) + [UInt8(ascii: "-")]
      + digits(date.day, 2) + [UInt8(ascii: "T")] + digits(rest / 3_600_000, 2)
      + [UInt8(ascii: ":")] + digits(rest / 60_000 % 60, 2) + [UInt8(ascii: ":")]
      + digits(rest / 1000 % 60, 2) + [UInt8(ascii: ".")] + digits(rest % 1000, 3)
      + [UInt8(ascii: "Z")]
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Reads the written form exactly, or nothing; dates that no calendar has are refused.
  public static func parse(_ bytes: Span<UInt8>) -> Int64? {
    guard bytes.count == byteCount else { return nil }
    let punctuation: [(Int, UInt8)] = [
      (4, UInt8(ascii: "-")), (7, UInt8(ascii: "-")), (10, UInt8(ascii: "T")),
      (13, UInt8(ascii: ":")), (16, UInt8(ascii: ":")), (19, UInt8(ascii: ".")),
      (23, UInt8(ascii: "Z")),
    ]
    for (index, expected) in punctuation where bytes[index] != expected { return nil }
    guard let year = number(bytes, 0..<4), let month = number(bytes, 5..<7),
      let day = number(bytes, 8..<10), let hour = number(bytes, 11..<13),
      let minute = number(bytes, 14..<16), let second = number(bytes, 17..<19),
      let milli = number(bytes, 20..<23),
      year >= 1, (1...12).contains(month), hour < 24, minute < 60, second < 60
    else { return nil }
    let days = days(fromYear: year, month: month, day: day)
    let date = civil(fromDays: days)
    guard date.month == month, date.day == day else { return nil }
    return days * 86_400_000 + hour * 3_600_000 + minute * 60_000 + second * 1000 + milli
  }

  /// Days since 1970-01-01 of a date of the proleptic Gregorian calendar.
  ///
  /// Years are counted from March, so that the leap day comes last, in eras of 400 years.
  static func days(fromYear year: Int64, month: Int64, day: Int64) -> Int64 {
    let marchYear = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = floorDivide(marchYear, 400)
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }

  private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func digits(_ value: Int64, _ count: Int) -> [UInt8] {
    var rest = value
    var result = [UInt8](repeating: UInt8(ascii: "0"), count: count)
    for index in stride(from: count - 1, through: 0, by: -1) {
      result[index] += UInt8(rest % 10)
      rest /= 10
    }
    return result
  }

  private static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int64? {
    var value: Int64 = 0
    for index in range {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) else { return nil }
      value = value * 10 + Int64(bytes[index] - UInt8(ascii: "0"))
    }
    return value
  }
}
