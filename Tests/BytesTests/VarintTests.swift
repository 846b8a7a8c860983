import Bytes
import Testing

@Suite struct VarintTests {
  private func read(_ bytes: [UInt8]) throws(VarintError) -> UInt64 {
    var position = 0
    return try Varint.read(bytes.span, at: &position)
  }

  @Test(
    arguments: [
      (0, [0]), (1, [1]), (127, [127]), (128, [128, 1]), (300, [0xAC, 2]),
      (UInt64.max, [255, 255, 255, 255, 255, 255, 255, 255, 255, 1]),
    ] as [(UInt64, [UInt8])])
  func `integers have the spelling of LEB128`(value: UInt64, bytes: [UInt8]) throws {
    var written: [UInt8] = []
    Varint.append(value, to: &written)
    #expect(written == bytes)
    #expect(try read(bytes) == value)
    for cut in 0..<bytes.count {
      #expect(throws: VarintError(.truncated, at: 0)) { try read(Array(bytes[..<cut])) }
    }
  }

  @Test func `longer spellings and larger numbers are refused`() {
    #expect(throws: VarintError(.notMinimal, at: 0)) { try read([0x80, 0]) }
    #expect(throws: VarintError(.notMinimal, at: 0)) { try read([0xFF, 0x80, 0]) }
    let nine = [UInt8](repeating: 0xFF, count: 9)
    #expect(throws: VarintError(.tooLarge, at: 0)) { try read(nine + [2]) }
    #expect(throws: VarintError(.tooLarge, at: 0)) { try read(nine + [0x81, 0]) }
    #expect(throws: VarintError(.notMinimal, at: 0)) { try read(nine + [0]) }
  }

  @Test func `a count fits Int, and the position stays on failure`() throws {
    var bytes: [UInt8] = [7]
    Varint.append(UInt64(Int.max), to: &bytes)
    Varint.append(UInt64(Int.max) + 1, to: &bytes)
    var position = 1
    #expect(try Varint.readCount(bytes.span, at: &position) == Int.max)
    #expect(position == 10)
    #expect(throws: VarintError(.tooLarge, at: 10)) {
      try Varint.readCount(bytes.span, at: &position)
    }
    #expect(position == 10)
  }

  @Test(arguments: [0, -1, 1, -2, Int64.max, Int64.min])
  func `zigzag comes back`(value: Int64) {
    #expect(Varint.unzigzag(Varint.zigzag(value)) == value)
  }

  @Test func `zigzag keeps small magnitudes short`() {
    #expect([0, -1, 1, -2].map { Varint.zigzag($0) } == [0, 1, 2, 3])
  }

  @Test(arguments: Seeds.all)
  func `a row of integers comes back`(seed: UInt64) throws {
    var generator = Generator(seed: seed)
    let values = (0..<500).map { _ in generator.next() >> UInt64(generator.below(64)) }
    var bytes: [UInt8] = []
    for value in values { Varint.append(value, to: &bytes) }
    var position = 0
    for value in values {
      #expect(try Varint.read(bytes.span, at: &position) == value, "seed \(seed)")
    }
    #expect(position == bytes.count)
  }
}
