/// Until when the code of an invitation can be used.
public enum InvitationEnd: Hashable, Sendable {
  /// Until a moment, in milliseconds since 1970 UTC.
  case at(Int64)
  /// For ever.
  case never

  /// The moment; nil is for ever.
  public var millis: Int64? {
    guard case .at(let millis) = self else { return nil }
    return millis
  }

  /// What is taken if nothing else is said: seven days.
  public static func standard(now: Instant) -> InvitationEnd {
    .at(now.epochMillis + 7 * dayMillis)
  }

  private static let dayMillis: Int64 = 86_400_000

  /// Reads `12h`, «7д», `+2w`, a day, whose last moment is meant, a moment, or `never`; nil if the
  /// text is none of these.
  ///
  /// - Parameters:
  ///   - text: the words, in either language.
  ///   - now: the present moment.
  ///   - offsetMinutes: what the reader's clock is ahead of UTC.
  public init?(_ text: String, now: Instant, offsetMinutes: Int) {
    let word = Trimming.collapsed(text).lowercased()
    if ["never", "никогда", "бессрочно"].contains(word) {
      self = .never
      return
    }
    if let millis = Self.duration(word) {
      self = .at(now.epochMillis + millis)
      return
    }
    let today = now.date(offsetMinutes: offsetMinutes)
    let reading = DateReading(today: today)
    if let moment = Instant.parse(word, reading, offsetMinutes: offsetMinutes) {
      self = .at(moment.epochMillis)
      return
    }
    guard let day = CivilDate.relative(word, today: today) ?? CivilDate.parse(word, reading) else {
      return nil
    }
    self = .at(
      Instant(date: day, millisOfDay: Int(Self.dayMillis) - 1, offsetMinutes: offsetMinutes)
        .epochMillis)
  }

  /// Hours, days or weeks in milliseconds.
  private static func duration(_ word: String) -> Int64? {
    let rest = word.drop { $0 == "+" }
    let digits = rest.prefix { "0123456789".contains($0) }
    guard (1...4).contains(digits.count), let count = Int64(digits) else { return nil }
    switch Trimming.trimmed(String(rest.dropFirst(digits.count))) {
    case "h", "ч", "час", "часа", "часов", "hour", "hours": return count * dayMillis / 24
    case "d", "д", "дн", "день", "дня", "дней", "day", "days": return count * dayMillis
    case "w", "н", "нед", "неделя", "недели", "недель", "week", "weeks":
      return count * 7 * dayMillis
    default: return nil
    }
  }
}
