#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Synchronization

/// How far clocks on the wall are from UTC, by the machine's table of time zones.
public enum LocalTime {
  /// Seconds to add to UTC to have local time, summer time included.
  ///
  /// Cheap while the zone stays the same from call to call.
  ///
  /// - Parameters:
  ///   - seconds: A moment, in seconds since 1970-01-01 UTC.
  ///   - zone: A name such as `Europe/Moscow`, or nil for the machine's own zone.
  /// - Returns: Seconds east of UTC; 0 for a zone that `isKnown` denies.
  public static func offsetSeconds(atEpochSeconds seconds: Int64, zone: String?) -> Int {
    current.withLock { current in
      if current.isUnset || current.zone != zone { current.enter(zone) }
      guard current.isKnown else { return 0 }
      var time = time_t(seconds)
      var local = tm()
      return localtime_r(&time, &local) == nil ? 0 : Int(local.tm_gmtoff)
    }
  }

  /// Says whether the machine knows a time zone by this name.
  public static func isKnown(_ zone: String) -> Bool {
    // The name comes out of a document, and the C library would open any path that it spells.
    let isPlain = zone.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "_"),
        UInt8(ascii: "+"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard isPlain, !zone.isEmpty, zone.utf8.count <= 64, zone.utf8.first != UInt8(ascii: "/")
    else { return false }
    let path = "\(Environment.value("TZDIR") ?? "/usr/share/zoneinfo")/\(zone)"
    guard let status = try? Files.status(path), status.isRegular,
      let bytes = try? Files.readAll(path, limit: 1 << 20)
    else { return false }
    return bytes.starts(with: "TZif".utf8)
  }

  /// The C library has one zone for the whole process, in the variable `TZ`: whoever wants
  /// another changes it for all, so that happens under this lock and nowhere else.
  private static let current = Mutex(Current())

  private struct Current {
    private let original = Environment.value("TZ")
    private(set) var isUnset = true
    private(set) var zone: String?
    private(set) var isKnown = true

    mutating func enter(_ zone: String?) {
      isUnset = false
      self.zone = zone
      isKnown = zone.map(LocalTime.isKnown) ?? true
      guard isKnown else { return }
      if let value = zone ?? original {
        setenv("TZ", value, 1)
      } else {
        unsetenv("TZ")
      }
      tzset()
    }
  }
}
