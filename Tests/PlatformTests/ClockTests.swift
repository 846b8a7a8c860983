import Foundation
import Support
import Testing

@testable import Platform

@Suite struct ClockTests {
  @Test(arguments: [
    ("2026-11-22T15:41:34Z", 1_795_362_094_000), ("2026-11-22T15:41:34.123Z", 1_795_362_094_123),
    ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999Z", -1),
    ("2024-02-29T00:00:00Z", 1_709_164_800_000), ("0000-01-01T00:00:00Z", -62_167_219_200_000),
    ("9999-12-31T23:59:59Z", 253_402_300_799_000), ("1795362094123", 1_795_362_094_123), ("-5", -5),
  ])
  func `the time can be told`(text: String, millis: Int64) {
    #expect(WallClock.parse(text) == millis)
  }

  @Test(arguments: [
    "", "now", "2026-11-22", "2026-11-22T15:41:34", "2026-11-22 15:41:34Z", "2026-13-22T15:41:34Z",
    "2026-00-22T15:41:34Z", "2026-11-32T15:41:34Z", "2026-11-22T24:41:34Z", "2026-11-22T15:41:3xZ",
    "2026-11-22T15:60:34Z", "2026-11-22T15:41:34+00", "2026-11-22T15:41:34,123Z",
    "99999999999999999999",
  ])
  func `nonsense is not a time`(text: String) {
    #expect(WallClock.parse(text) == nil)
  }

  @Test(arguments: SeededGenerator.seeds(200))
  func `dates agree with another calendar`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    // From 1600 on: before, Foundation's formatter leaves our calendar for the Julian one.
    let seconds = random.below(8_000_000_000 + 11_000_000_000) - 11_000_000_000
    let text = Date(timeIntervalSince1970: Double(seconds)).ISO8601Format()
    #expect(WallClock.parse(text) == Int64(seconds) * 1000, "\(text)")
  }

  @Test func `the system's clock goes with the machine's`() {
    let before = Int64(Date().timeIntervalSince1970 * 1000) - 1
    let now = WallClock.system.nowMillis()
    #expect(now >= before && now <= Int64(Date().timeIntervalSince1970 * 1000) + 1)
    #expect(WallClock.fixed(7).nowMillis() == 7)
  }

  @Test func `the environment fixes the time`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      setenv("KARTO_NOW", "2026-11-22T15:41:34Z", 1)
      exit(WallClock.system.nowMillis() == 1_795_362_094_000 ? 7 : 8)
    }
  }

  @Test(.enabled(if: LocalTime.isKnown("Europe/Berlin") && LocalTime.isKnown("Asia/Kathmandu")))
  func `local time has its zone's offset, summer time included`() {
    let winter: Int64 = 1_768_478_400  // 2026-01-15 12:00 UTC
    let summer: Int64 = 1_784_116_800  // 2026-07-15 12:00 UTC
    #expect(LocalTime.offsetSeconds(atEpochSeconds: winter, zone: "Europe/Berlin") == 3600)
    #expect(LocalTime.offsetSeconds(atEpochSeconds: summer, zone: "Europe/Berlin") == 7200)
    #expect(LocalTime.offsetSeconds(atEpochSeconds: summer, zone: "Europe/Moscow") == 10_800)
    #expect(LocalTime.offsetSeconds(atEpochSeconds: winter, zone: "Asia/Kathmandu") == 20_700)
    #expect(LocalTime.offsetSeconds(atEpochSeconds: winter, zone: "America/New_York") == -18_000)
    #expect(LocalTime.offsetSeconds(atEpochSeconds: .max, zone: "Europe/Moscow") == 0)
  }

  @Test func `an unknown zone is UTC, whatever it spells`() async {
    for zone in ["", "Nowhere/Town", "/etc/passwd", ":UTC", "../../etc/passwd", "Europe", "a\0b"] {
      #expect(!LocalTime.isKnown(zone))
      #expect(LocalTime.offsetSeconds(atEpochSeconds: 0, zone: zone) == 0)
    }
  }

  @Test func `the machine's own zone comes back after another`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      setenv("TZ", "XYZ-5", 1)
      let first = LocalTime.offsetSeconds(atEpochSeconds: 0, zone: nil)
      _ = LocalTime.offsetSeconds(atEpochSeconds: 0, zone: "Europe/Moscow")
      let second = LocalTime.offsetSeconds(atEpochSeconds: 0, zone: nil)
      exit(first == 18_000 && second == 18_000 ? 7 : 8)
    }
  }
}
