import Bytes
import Testing

@Suite struct LinesTests {
  private func lines(_ text: String) -> [String] {
    let bytes = text.bytes
    var lines = Lines()
    var found: [String] = []
    while let range = lines.next(in: bytes.span) {
      found.append(String(decoding: bytes[range], as: UTF8.self))
      #expect(lines.number == found.count)
    }
    return found
  }

  @Test func `lines end with LF and nothing else`() {
    #expect(lines("") == [])
    #expect(lines("\n") == [""])
    #expect(lines("a\nb\n") == ["a", "b"])
    #expect(lines("a\r\n\n\u{2028}b\n") == ["a\r", "", "\u{2028}b"])
  }

  @Test func `a last line without LF is told apart`() {
    let bytes = "a\nbc".bytes
    var lines = Lines()
    #expect(lines.next(in: bytes.span) == 0..<1)
    #expect(lines.isTerminated)
    #expect(lines.next(in: bytes.span) == 2..<4)
    #expect(!lines.isTerminated)
    #expect(lines.position == 4)
    #expect(lines.next(in: bytes.span) == nil)
  }

  @Test(arguments: Seeds.all)
  func `a byte is found where a plain search finds it`(seed: UInt64) {
    var generator = Generator(seed: seed)
    for _ in 0..<300 {
      let bytes = (0..<generator.below(120)).map { _ in
        [0x0A, 0x0B, 0x09, 0x8A, 0x00, 0xFF, 0x61][generator.below(7)] as UInt8
      }
      let start = generator.below(bytes.count + 1)
      let byte: UInt8 = generator.below(4) == 0 ? 0x0A : UInt8(generator.below(256))
      #expect(
        Lines.firstIndex(of: byte, in: bytes.span, from: start)
          == bytes[start...].firstIndex(of: byte),
        "seed \(seed)")
    }
  }
}
