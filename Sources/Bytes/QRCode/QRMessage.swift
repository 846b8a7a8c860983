/// A text as the codewords of a QR code: its bits, and what corrects errors in them (ISO/IEC 18004
/// §7.4, §7.5).
struct QRMessage {
  let version: Int
  let codewords: [UInt8]

  /// The codewords of the smallest version that holds the text; nothing if none does.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    let letters = bytes.map { Self.alphabet.firstIndex(of: $0) }
    let isPlain = letters.allSatisfy { $0 != nil }
    let payload = isPlain ? Self.pairs(letters.compactMap { $0 }) : Self.octets(bytes)
    for version in 1...40 {
      let width = isPlain ? Self.letterCountWidth(version) : Self.byteCountWidth(version)
      let blocks = QRBlocks(version: version)
      guard 4 + width + payload.count <= blocks.dataCount * 8, bytes.count < 1 << width else {
        continue
      }
      var bits = BitList()
      bits.append(isPlain ? 0b0010 : 0b0100, width: 4)
      bits.append(bytes.count, width: width)
      bits.append(payload)
      self.version = version
      codewords = blocks.interleaved(bits.padded(to: blocks.dataCount))
      return
    }
    return nil
  }

  private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".utf8)

  private static func letterCountWidth(_ version: Int) -> Int {
    version < 10 ? 9 : version < 27 ? 11 : 13
  }

  private static func byteCountWidth(_ version: Int) -> Int { version < 10 ? 8 : 16 }

  /// Two letters in eleven bits, a last one in six.
  private static func pairs(_ letters: [Int]) -> BitList {
    var bits = BitList()
    for start in stride(from: 0, to: letters.count, by: 2) {
      if start + 1 < letters.count {
        bits.append(letters[start] * 45 + letters[start + 1], width: 11)
      } else {
        bits.append(letters[start], width: 6)
      }
    }
    return bits
  }

  /// Bytes as they are; readers find out by themselves that they are UTF-8.
  private static func octets(_ bytes: [UInt8]) -> BitList {
    var bits = BitList()
    for byte in bytes { bits.append(Int(byte), width: 8) }
    return bits
  }
}

/// Bits, the highest of each number first.
private struct BitList {
  private var bits: [Bool] = []

  var count: Int { bits.count }

  mutating func append(_ value: Int, width: Int) {
    for shift in stride(from: width - 1, through: 0, by: -1) { bits.append(value >> shift & 1 == 1) }
  }

  mutating func append(_ other: BitList) { bits += other.bits }

  /// The bits as bytes: an end mark, zeros up to a whole byte, and the two fillers by turns.
  func padded(to count: Int) -> [UInt8] {
    var all = bits + Array(repeating: false, count: min(4, count * 8 - bits.count))
    all += Array(repeating: false, count: (8 - all.count % 8) % 8)
    var bytes = stride(from: 0, to: all.count, by: 8).map { start in
      all[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
    }
    let filled = bytes.count
    while bytes.count < count { bytes.append((bytes.count - filled) % 2 == 0 ? 0xEC : 0x11) }
    return bytes
  }
}

/// How the codewords of a version are cut into blocks at level M (ISO/IEC 18004 table 9).
private struct QRBlocks {
  let total: Int
  let correctionCount: Int
  let blockCount: Int

  /// How many bytes of a message there is room for.
  var dataCount: Int { total - correctionCount * blockCount }

  init(version: Int) {
    total = QRModules.codewordCount(version: version)
    correctionCount = Self.correctionCounts[version - 1]
    blockCount = Self.blockCounts[version - 1]
  }

  private static let correctionCounts = [
    10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
    26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  ]

  private static let blockCounts = [
    1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16,
    17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
  ]

  /// The first byte of every block, the second of every block and so on, then what corrects them
  /// in the same manner. The first blocks may be a byte shorter than the last.
  func interleaved(_ data: [UInt8]) -> [UInt8] {
    let code = ReedSolomon(correctionCount: correctionCount)
    let short = total / blockCount - correctionCount
    let shortCount = blockCount - total % blockCount
    var blocks: [[UInt8]] = []
    var start = 0
    for index in 0..<blockCount {
      let count = index < shortCount ? short : short + 1
      blocks.append(Array(data[start..<start + count]))
      start += count
    }
    var result: [UInt8] = []
    for place in 0...short {
      for block in blocks where place < block.count { result.append(block[place]) }
    }
    let corrections = blocks.map(code.correction)
    for place in 0..<correctionCount {
      for correction in corrections { result.append(correction[place]) }
    }
    return result
  }
}

/// The Reed-Solomon code over the 256 numbers with 0x11D (ISO/IEC 18004 annex A).
private struct ReedSolomon {
  private let divisor: [UInt8]

  /// Prepares the product of x − 2⁰ … x − 2ⁿ⁻¹, without its highest coefficient.
  init(correctionCount: Int) {
    var divisor = Array(repeating: UInt8(0), count: correctionCount - 1) + [1]
    var root: UInt8 = 1
    for _ in 0..<correctionCount {
      for index in divisor.indices {
        divisor[index] = Self.product(divisor[index], root)
        if index + 1 < divisor.count { divisor[index] ^= divisor[index + 1] }
      }
      root = Self.product(root, 2)
    }
    self.divisor = divisor
  }

  /// What is left of a block after division.
  func correction(_ block: [UInt8]) -> [UInt8] {
    var rest = Array(repeating: UInt8(0), count: divisor.count)
    for byte in block {
      let factor = byte ^ rest.removeFirst()
      rest.append(0)
      for index in rest.indices { rest[index] ^= Self.product(divisor[index], factor) }
    }
    return rest
  }

  private static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
    var result = 0
    for shift in stride(from: 7, through: 0, by: -1) {
      result = result << 1 ^ (result >> 7) * 0x11D
      if right >> UInt8(shift) & 1 == 1 { result ^= Int(left) }
    }
    return UInt8(truncatingIfNeeded: result)
  }
}
