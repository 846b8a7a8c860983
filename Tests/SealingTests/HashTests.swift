import Bytes
import Sealing
import Testing

@Suite struct HashTests {
  @Test func `BLAKE2b gives the known answers`() {
    #expect(
      Hex.encode(BLAKE2b.hash256([UInt8]().span).bytes.span)
        == "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8")
    #expect(
      Hex.encode(BLAKE2b.hash256(Array("abc".utf8).span).bytes.span)
        == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319")
    #expect(
      Hex.encode(BLAKE2b.hash128(Array("abc".utf8).span).bytes.span)
        == "cf4ab791c62b8d2b2109c90275287816")
    let key = Array<UInt8>(0..<32)
    #expect(
      Hex.encode(BLAKE2b.hash256(Array("Ромашка".utf8).span, key: key.span).bytes.span)
        == "892be82d63bff9b176e0ad8327f5492faad8bb2506c18e76a8c02c2f2a1685aa")
    #expect(
      Hex.encode(BLAKE2b.hash128(Array("Ромашка".utf8).span, key: key.span).bytes.span)
        == "e88e2aa4ce8ad5c42c7298bb0269029d")
  }

  @Test(arguments: [0, 1, 31, 127, 128, 129, 300, 1000])
  func `pieces hash like their whole`(count: Int) {
    let bytes = Randomness.bytes(count)
    let key = Randomness.bytes(32)
    let previous = BLAKE2b.hash256(key.span)
    var hasher = BLAKE2b.Hasher()
    hasher.update(previous)
    hasher.update(bytes.span.extracting(..<(count / 3)))
    hasher.update(bytes.span.extracting((count / 3)...))
    #expect(hasher.finish() == BLAKE2b.hash256((previous.bytes + bytes).span))
    hasher.reset(key: key.span)
    hasher.update(bytes.span)
    #expect(hasher.finish() == BLAKE2b.hash256(bytes.span, key: key.span))
    hasher.reset()
    hasher.update(bytes.span)
    #expect(hasher.finish() == BLAKE2b.hash256(bytes.span))
    #expect(BLAKE2b.hash256(bytes.span) != BLAKE2b.hash256(bytes.span, key: key.span))
  }

  @Test func `a keyed hasher starts with its key`() {
    let key = Randomness.bytes(64)
    var hasher = BLAKE2b.Hasher(key: key.span)
    hasher.update([1, 2].span)
    hasher.update([UInt8]().span)
    #expect(hasher.finish() == BLAKE2b.hash256([1, 2].span, key: key.span))
  }

  @Test func `bytes and text come back`() throws {
    let bytes = Array<UInt8>(100..<132)
    let hash = try #require(hash256(bytes))
    #expect(hash.bytes == bytes)
    #expect(hash.withSpan { Array(bytesOf: $0) } == bytes)
    #expect(hash.base64URL == Base64URL.encode(bytes.span))
    #expect(hash.base64URL.utf8.count == 43)
    #expect(Hash256(base64URL: hash.base64URL) == hash)
    var output: [UInt8] = [7]
    hash.append(to: &output)
    #expect(output == [7] + bytes)
    #expect(hash.prefix128.bytes == Array(bytes[..<16]))
    let short = try #require(hash128(Array(bytes[16...])))
    #expect(short.bytes == Array(bytes[16...]))
    #expect(short.withSpan { Array(bytesOf: $0) } == short.bytes)
    #expect(Hash128(base64URL: short.base64URL) == short)
    output = []
    short.append(to: &output)
    #expect(output == short.bytes)
    #expect(Hash256().bytes == [UInt8](repeating: 0, count: 32))
    #expect(Hash128().bytes == [UInt8](repeating: 0, count: 16))
  }

  @Test func `other lengths are no hash`() {
    for count in [0, 15, 17, 31, 33] {
      let bytes = [UInt8](repeating: 1, count: count)
      #expect(Hash256(bytes.span) == nil)
      #expect(Hash128(bytes.span) == nil)
      #expect(Hash256(base64URL: Base64URL.encode(bytes.span)) == nil)
      #expect(Hash128(base64URL: Base64URL.encode(bytes.span)) == nil)
    }
    #expect(Hash256(base64URL: "~") == nil)
  }

  @Test func `order is that of the bytes`() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      var left = Randomness.bytes(32)
      var right = left
      let at = Int.random(in: 0..<32, using: &generator)
      left[at] = UInt8.random(in: 0...255, using: &generator)
      right[at] = UInt8.random(in: 0...255, using: &generator)
      let note = Comment(rawValue: "\(left) \(right)")
      let precedes = try #require(hash256(left)) < #require(hash256(right))
      #expect(precedes == left.lexicographicallyPrecedes(right), note)
      let precedes128 =
        try #require(hash128(Array(left[..<16]))) < #require(hash128(Array(right[..<16])))
      #expect(precedes128 == left[..<16].lexicographicallyPrecedes(right[..<16]), note)
      let precedesAsKey = try #require(publicKey(left)) < #require(publicKey(right))
      #expect(precedesAsKey == left.lexicographicallyPrecedes(right), note)
    }
  }

  @Test func `randomness has the length asked for and does not repeat`() {
    #expect(Randomness.bytes(0).isEmpty)
    #expect(Randomness.bytes(1_000).count == 1_000)
    #expect(Randomness.bytes(32) != Randomness.bytes(32))
    #expect(Set((0..<100).map { _ in Randomness.uint64() }).count == 100)
  }
}
