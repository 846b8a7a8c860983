#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Tells the time of day; handed to whoever needs it, so that tests can fix it.
public struct WallClock: Sendable {
  /// Milliseconds since 1970-01-01 UTC.
  public var nowMillis: @Sendable () -> Int64

  /// Makes a clock of a function.
  public init(nowMillis: @escaping @Sendable () -> Int64) {
    self.nowMillis = nowMillis
  }

  /// A clock that always tells the same time.
  public static func fixed(_ millis: Int64) -> WallClock {
    WallClock { millis }
  }

  /// The machine's clock.
  ///
  /// Unless the environment variable `KARTO_NOW` fixes the time, as `2026-11-22T15:41:34Z`,
  /// `2026-11-22T15:41:34.123Z` or milliseconds since 1970. Anything else in it is ignored.
  public static let system: WallClock = {
    if let text = Environment.value("KARTO_NOW"), let millis = parse(text) { return fixed(millis) }
    return WallClock { realMillis() }
  }()

  private static func realMillis() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  static func parse(_ text: String) -> Int64? {
    if let millis = Int64(text) { return millis }
    let bytes = Array(text.utf8)
    guard bytes.count == 20 || bytes.count == 24, bytes.last == UInt8(ascii: "Z") else {
      return nil
    }
    // Digits may stand only where the pattern has a 0, and its other signs must be the same.
    let pattern = bytes.count == 20 ? "0000-00-00T00:00:00Z" : "0000-00-00T00:00:00.000Z"
    var numbers = [0]
    for (byte, expected) in zip(bytes, pattern.utf8) {
      if expected == UInt8(ascii: "0") {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int(byte) - 48
      } else {
        guard byte == expected else { return nil }
        numbers.append(0)
      }
    }
    let (month, day, hour, minute, second) = (
      numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]
    )
    guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
    else { return nil }
    let days = daysSince1970(year: numbers[0], month: month, day: day)
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
    return Int64(seconds * 1000 + (bytes.count == 24 ? numbers[6] : 0))
  }

  /// Counts days by years that begin in March, so that the leap day comes last.
  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let marchYear = month < 3 ? year - 1 : year
    let marchMonth = (month + 9) % 12
    // floor division, for year -1 (January and February of year 0)
    let century = (marchYear + 400) / 100 - 4
    let leapDays = (marchYear + 400) / 4 - 100 - century + (century + 400) / 4 - 100
    // Months from March on have 31, 30, 31, 30, 31 days, over and over: 153 days in five.
    let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
    // 719468 days lie between 0000-03-01 and 1970-01-01.
    return marchYear * 365 + leapDays + dayOfYear - 719_468
  }
}
