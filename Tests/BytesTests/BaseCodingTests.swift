import Bytes
import Testing

@Suite struct BaseCodingTests {
  /// RFC 4648 §10, in our case and without padding.
  @Test(arguments: [
    ("", "", "", ""), ("f", "my", "Zg", "66"), ("fo", "mzxq", "Zm8", "666f"),
    ("foo", "mzxw6", "Zm9v", "666f6f"), ("foob", "mzxw6yq", "Zm9vYg", "666f6f62"),
    ("fooba", "mzxw6ytb", "Zm9vYmE", "666f6f6261"),
    ("foobar", "mzxw6ytboi", "Zm9vYmFy", "666f6f626172"),
  ])
  func `the vectors of the RFC hold`(text: String, base32: String, base64: String, hex: String) {
    let bytes = text.bytes
    #expect(Base32.encode(bytes.span) == base32)
    #expect(Base64URL.encode(bytes.span) == base64)
    #expect(Hex.encode(bytes.span) == hex)
    #expect(Base32.decode(base32) == bytes)
    #expect(Base64URL.decode(base64) == bytes)
    #expect(Hex.decode(hex) == bytes)
  }

  @Test(arguments: ["m", "mz=", "MY", "mz", "mzx", "mzxw6y", "m1", "m8", "my ", "мy", "mzxw6ytbo"])
  func `base32 has one spelling`(text: String) {
    #expect(Base32.decode(text) == nil)
  }

  @Test(arguments: ["Z", "Zh", "Zg==", "Zm9", "Z+8", "Z/8", "Zm9vY", "Zg\n"])
  func `base64url has one spelling`(text: String) {
    #expect(Base64URL.decode(text) == nil)
  }

  @Test(arguments: ["6", "6F", "666", "0x", " 66", "g0"])
  func `hex has one spelling`(text: String) {
    #expect(Hex.decode(text) == nil)
  }

  @Test func `base64url has its own last two characters`() {
    #expect(Base64URL.encode([0xFB, 0xFF, 0xFE].span) == "-__-")
  }

  @Test(arguments: Seeds.all)
  func `bytes come back, and text that decodes is what bytes encode to`(seed: UInt64) {
    var generator = Generator(seed: seed)
    for _ in 0..<100 {
      let bytes = generator.bytes(generator.below(70))
      #expect(Base32.decode(Base32.encode(bytes.span)) == bytes, "seed \(seed)")
      #expect(Base64URL.decode(Base64URL.encode(bytes.span)) == bytes, "seed \(seed)")
      #expect(Hex.decode(Hex.encode(bytes.span)) == bytes, "seed \(seed)")
      let text = generator.mutated(Base32.encode(bytes.span).bytes)
      if let decoded = Base32.decode(text.span) {
        var again: [UInt8] = []
        Base32.append(decoded.span, to: &again)
        #expect(again == text, "seed \(seed)")
      }
    }
  }
}
