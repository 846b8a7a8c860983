/// The square of a QR code: the patterns by which a reader finds its way, the codewords between
/// them, and a mask over those (ISO/IEC 18004 §6.3, §7.7 to §7.10).
struct QRModules {
  let version: Int
  let size: Int
  /// Row by row.
  private(set) var dark: [Bool]
  /// Modules that no mask changes.
  private var isFixed: [Bool]

  /// Lays out the patterns; the places of codewords are light.
  init(version: Int) {
    self.version = version
    size = version * 4 + 17
    dark = Array(repeating: false, count: size * size)
    isFixed = dark
    placeTiming()
    for (row, column) in [(3, 3), (3, size - 4), (size - 4, 3)] { placeFinder(row, column) }
    placeAlignment()
    placeVersion()
    // Reserves the places; which mask it will be is not known yet.
    placeFormat(mask: 0)
  }

  private mutating func fix(_ row: Int, _ column: Int, _ isDark: Bool) {
    guard (0..<size).contains(row), (0..<size).contains(column) else { return }
    dark[row * size + column] = isDark
    isFixed[row * size + column] = true
  }

  /// How many codewords a version has room for.
  static func codewordCount(version: Int) -> Int {
    let modules = QRModules(version: version)
    return modules.isFixed.count { !$0 } / 8
  }
}

// MARK: - Patterns

extension QRModules {
  private mutating func placeTiming() {
    for index in 0..<size {
      fix(6, index, index % 2 == 0)
      fix(index, 6, index % 2 == 0)
    }
  }

  /// Three squares in one another, with a light frame around.
  private mutating func placeFinder(_ row: Int, _ column: Int) {
    for down in -4...4 {
      for right in -4...4 {
        let distance = max(abs(down), abs(right))
        fix(row + down, column + right, distance != 2 && distance != 4)
      }
    }
  }

  private mutating func placeAlignment() {
    let centres = Self.alignmentCentres(version: version)
    guard let last = centres.last else { return }
    for row in centres {
      for column in centres {
        // Three corners belong to the finders.
        if row == 6, column == 6 || column == last { continue }
        if row == last, column == 6 { continue }
        for down in -2...2 {
          for right in -2...2 {
            fix(row + down, column + right, max(abs(down), abs(right)) != 1)
          }
        }
      }
    }
  }

  /// The first at 6, the others at even steps back from the far edge (annex E).
  private static func alignmentCentres(version: Int) -> [Int] {
    guard version > 1 else { return [] }
    let count = version / 7 + 2
    let step = (version * 8 + count * 3 + 5) / (count * 4 - 4) * 2
    let size = version * 4 + 17
    return [6] + (0..<(count - 1)).map { size - 7 - $0 * step }.reversed()
  }

  /// The version, twice, from version 7 on.
  private mutating func placeVersion() {
    guard version >= 7 else { return }
    let bits = version << 12 | Self.remainder(version, divisor: 0x1F25, width: 12)
    for index in 0..<18 {
      let isDark = bits >> index & 1 == 1
      fix(size - 11 + index % 3, index / 3, isDark)
      fix(index / 3, size - 11 + index % 3, isDark)
    }
  }

  /// Level M, whose number is 0, and the mask, twice.
  private mutating func placeFormat(mask: Int) {
    let bits = (mask << 10 | Self.remainder(mask, divisor: 0x537, width: 10)) ^ 0x5412
    for index in 0..<15 {
      let isDark = bits >> index & 1 == 1
      // Around the first finder, stepping over the timing pattern.
      switch index {
      case 0..<6: fix(index, 8, isDark)
      case 6, 7: fix(index + 1, 8, isDark)
      case 8: fix(8, 7, isDark)
      default: fix(8, 14 - index, isDark)
      }
      if index < 8 { fix(8, size - 1 - index, isDark) } else { fix(size - 15 + index, 8, isDark) }
    }
    fix(size - 8, 8, true)
  }

  /// What is left of `value`, moved up by `width` bits, after division modulo 2.
  private static func remainder(_ value: Int, divisor: Int, width: Int) -> Int {
    var rest = value
    for _ in 0..<width { rest = rest << 1 ^ (rest >> (width - 1)) * divisor }
    return rest
  }
}

// MARK: - Codewords and masks

extension QRModules {
  /// Puts the codewords into the free places: in columns of two, from the right, up and down by
  /// turns.
  mutating func place(_ codewords: [UInt8]) {
    var bit = 0
    var isUpward = true
    for right in stride(from: size - 1, through: 1, by: -2) {
      // The column of the timing pattern is left out.
      let right = right <= 6 ? right - 1 : right
      for step in 0..<size {
        let row = isUpward ? size - 1 - step : step
        for column in [right, right - 1] where !isFixed[row * size + column] {
          guard bit < codewords.count * 8 else { continue }
          dark[row * size + column] = codewords[bit / 8] >> UInt8(7 - bit % 8) & 1 == 1
          bit += 1
        }
      }
      isUpward.toggle()
    }
  }

  /// Turns modules over by one of the eight patterns, and says which.
  mutating func apply(mask: Int) {
    for row in 0..<size {
      for column in 0..<size where !isFixed[row * size + column] {
        if Self.turns(mask, row, column) { dark[row * size + column].toggle() }
      }
    }
    placeFormat(mask: mask)
  }

  private static func turns(_ mask: Int, _ row: Int, _ column: Int) -> Bool {
    switch mask {
    case 0: (row + column) % 2 == 0
    case 1: row % 2 == 0
    case 2: column % 3 == 0
    case 3: (row + column) % 3 == 0
    case 4: (row / 2 + column / 3) % 2 == 0
    case 5: row * column % 2 + row * column % 3 == 0
    case 6: (row * column % 2 + row * column % 3) % 2 == 0
    default: ((row + column) % 2 + row * column % 3) % 2 == 0
    }
  }

  /// How hard the square is to read, as §7.8.3 counts: runs, blocks, what looks like a finder, and
  /// too much of one colour.
  var penalty: Int {
    var penalty = 0
    for index in 0..<size {
      penalty += Self.penalty(ofLine: (0..<size).map { dark[index * size + $0] })
      penalty += Self.penalty(ofLine: (0..<size).map { dark[$0 * size + index] })
    }
    for row in 1..<size {
      for column in 1..<size {
        let corner = dark[row * size + column]
        if dark[row * size + column - 1] == corner, dark[(row - 1) * size + column] == corner,
          dark[(row - 1) * size + column - 1] == corner
        {
          penalty += 3
        }
      }
    }
    let darkCount = dark.count { $0 }
    // Ten for every full twentieth that the dark part is off the half.
    return penalty + abs(darkCount * 20 - dark.count * 10) / dark.count * 10
  }

  private static let finder = [true, false, true, true, true, false, true]

  private static func penalty(ofLine line: [Bool]) -> Int {
    var penalty = 0
    var run = 0
    for index in line.indices {
      run = index > 0 && line[index] == line[index - 1] ? run + 1 : 1
      if run == 5 { penalty += 3 } else if run > 5 { penalty += 1 }
    }
    // Outside lies the margin, which is light.
    func isLight(_ range: Range<Int>) -> Bool {
      range.allSatisfy { !line.indices.contains($0) || !line[$0] }
    }
    for start in 0...(line.count - finder.count)
    where line[start] && line[start..<start + finder.count].elementsEqual(finder) {
      let end = start + finder.count
      if isLight(start - 4..<start) || isLight(end..<end + 4) { penalty += 40 }
    }
    return penalty
  }
}
