/// Chance that comes out the same on every machine for the same seed (SplitMix64).
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  /// Dice for one row of one table, so that a row depends on nothing but its number.
  init(seed: UInt64, table: UInt64, row: Int) {
    var mixer = Dice(seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ table)
    self.init(seed: mixer.next() ^ UInt64(row) &* 0xD134_2543_DE82_EF95)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to but not including `bound`.
  mutating func below(_ bound: Int) -> Int {
    (Int(next() >> 32) * bound) >> 32
  }

  /// A number of a range.
  mutating func within(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.count)
  }

  /// True so many times in a hundred.
  mutating func chance(_ percent: Int) -> Bool {
    below(100) < percent
  }

  /// One of several things, each as likely as the others.
  mutating func one<Element>(of elements: [Element]) -> Element {
    elements[below(elements.count)]
  }

  /// One of several things; the first ones come much more often, as with surnames and cities.
  mutating func common<Element>(of elements: [Element]) -> Element {
    elements[below(below(elements.count) + 1)]
  }

  /// So many decimal digits.
  mutating func digits(_ count: Int) -> String {
    var text = ""
    for _ in 0..<count { text.append(Character(Unicode.Scalar(UInt8(0x30 + below(10))))) }
    return text
  }
}
