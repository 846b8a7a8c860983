#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Random numbers that a seed determines (SplitMix64), so that a failure can be repeated.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Makes a generator; equal seeds give equal numbers on every machine.
  public init(seed: UInt64) {
    state = seed
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to, but not including, `bound`, which is positive.
  public mutating func below(_ bound: Int) -> Int {
    Int.random(in: 0..<bound, using: &self)
  }

  /// True once in `times` on average.
  public mutating func oneIn(_ times: Int) -> Bool {
    below(times) == 0
  }

  /// Any bytes.
  public mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }

  /// One of the elements, of which there is at least one.
  public mutating func element<Element>(of elements: [Element]) -> Element {
    elements[below(elements.count)]
  }

  /// The seeds for a parameterised test, which thereby prints the one that failed.
  ///
  /// The environment says how long to run: `KARTO_SEED=7` tries that one alone, `KARTO_SEEDS=9000`
  /// tries so many; else there are `count`.
  public static func seeds(_ count: Int) -> [UInt64] {
    if let text = getenv("KARTO_SEED"), let seed = UInt64(String(cString: text)) { return [seed] }
    if let text = getenv("KARTO_SEEDS"), let wanted = UInt64(String(cString: text)) {
      return Array(1...max(1, wanted))
    }
    return Array(1...UInt64(max(1, count)))
  }
}
