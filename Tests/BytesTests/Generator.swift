import Bytes
import Foundation

/// A seeded source of randomness (SplitMix64), so that a failure can be run again.
struct Generator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  mutating func below(_ bound: Int) -> Int {
    Int.random(in: 0..<max(bound, 1), using: &self)
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
  }

  /// Text of the kinds that matter: Russian, ASCII, wide characters, controls, what needs escapes.
  mutating func text(upTo count: Int) -> String {
    let pools = [
      "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "ABCdef 0123/", "\"\\\n\r\t\u{8}\u{C}\u{0}\u{1F}\u{7F}",
      "№—₽…", "😀𝄞\u{10FFFF}", "e\u{301}é\u{A0}", " ",
    ]
    var text = ""
    for _ in 0..<below(count + 1) {
      let scalars = Array(pools[below(pools.count)].unicodeScalars)
      text.unicodeScalars.append(scalars[below(scalars.count)])
    }
    return text
  }

  mutating func value(depth: Int = 4) -> JSONValue {
    switch below(depth > 0 ? 7 : 4) {
    case 0: return .null
    case 1: return .bool(below(2) == 0)
    case 2:
      let limit = Limits.integerMagnitude
      let extremes = [0, 1, -1, 9, 10, -10, limit, -limit, limit - 1]
      return .integer(
        below(2) == 0
          ? extremes[below(extremes.count)] : Int.random(in: -limit...limit, using: &self))
    case 3: return .string(text(upTo: 40))
    case 4: return .array((0..<below(5)).map { _ in value(depth: depth - 1) })
    default:
      var keys: Set<ByteString> = []
      var members: [(key: String, value: JSONValue)] = []
      for _ in 0..<below(6) {
        let key = text(upTo: 6)
        if keys.insert(ByteString(key)).inserted {
          members.append((key, value(depth: depth - 1)))
        }
      }
      return .object(members)
    }
  }

  /// Changes, cuts, doubles or inserts a few bytes.
  mutating func mutated(_ original: [UInt8]) -> [UInt8] {
    let telling =
      Array("\"\\{}[],:0-eu \n".utf8) + [0x00, 0x1F, 0x80, 0xC0, 0xD0, 0xED, 0xF4, 0xFF]
    var bytes = original
    for _ in 0...below(3) {
      let at = below(bytes.count)
      let byte =
        below(2) == 0 ? telling[below(telling.count)] : UInt8.random(in: 0...255, using: &self)
      switch below(5) {
      case 0 where !bytes.isEmpty: bytes[at] = byte
      case 1 where !bytes.isEmpty: bytes.remove(at: at)
      case 2: bytes.removeLast(below(bytes.count + 1) / 4)
      case 3 where !bytes.isEmpty: bytes.insert(bytes[at], at: at)
      default: bytes.insert(byte, at: at)
      }
    }
    return bytes
  }
}

/// Seeds of property tests: a few as a rule, as many as `KARTO_SEEDS` says on request.
enum Seeds {
  static let all: [UInt64] = {
    let wanted = ProcessInfo.processInfo.environment["KARTO_SEEDS"].flatMap(UInt64.init) ?? 10
    return Array(1...max(1, wanted))
  }()
}

extension String {
  var bytes: [UInt8] { Array(utf8) }
}

func isCanonical(_ bytes: [UInt8]) -> Bool {
  JSONScanner.isCanonical(bytes.span)
}
