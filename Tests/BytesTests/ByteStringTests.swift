import Bytes
import Testing

@Suite struct ByteStringTests {
  @Test func `composed and decomposed letters differ`() {
    #expect(ByteString("\u{E9}") != ByteString("e\u{301}"))
    #expect("\u{E9}" == "e\u{301}")
  }

  @Test func `order is that of unsigned bytes`() {
    let sorted: [ByteString] = ["", "A", "a", "aa", "b", "я", "\u{FFFD}", "😀"]
    #expect(sorted.shuffled().sorted() == sorted)
    #expect(ByteString([0x7F]) < ByteString([0x80]))
  }

  @Test func `text comes back, and bytes that are no text do not`() {
    #expect(ByteString("Ромашка").string == "Ромашка")
    #expect(ByteString([0xD0]).string == nil)
    #expect(ByteString([1, 2].span).bytes == [1, 2])
  }

  @Test(arguments: Seeds.all)
  func `order agrees with a plain comparison`(seed: UInt64) {
    var generator = Generator(seed: seed)
    for _ in 0..<300 {
      let common = generator.bytes(generator.below(20))
      let left = common + generator.bytes(generator.below(12))
      let right = common + generator.bytes(generator.below(12))
      let precedes = ByteOrder.precedes(left.span, right.span)
      #expect(precedes == left.lexicographicallyPrecedes(right), "seed \(seed)")
      let areEqual = ByteOrder.equal(left.span, right.span)
      #expect(areEqual == (left == right), "seed \(seed)")
      let isItself = ByteOrder.equal(left.span, left.span)
      #expect(isItself, "seed \(seed)")
    }
  }
}
