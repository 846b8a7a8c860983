import Bytes
import Sealing
import Testing

@Suite struct ChannelPrimitivesTests {
  private func bytes(_ hex: String) throws -> [UInt8] { try #require(Hex.decode(hex)) }

  private func hex(_ bytes: SecretBytes) -> String { bytes.withSpan { Hex.encode($0) } }

  private func key(_ secret: [UInt8]) -> AgreementKey? { AgreementKey(secret: secret.span) }

  private func opening(_ key: SecretBytes, _ header: [UInt8]) -> OpeningStream? {
    OpeningStream(key: key, header: header.span)
  }

  private func open(_ box: [UInt8], _ key: SecretBytes) -> [UInt8]? {
    SealedBox.open(box.span, key: key)
  }

  private func agreed(_ key: AgreementKey, _ other: [UInt8]) -> SecretBytes? {
    Hash256(other.span).flatMap { key.agree(with: $0) }
  }

  /// RFC 7748 §6.1.
  @Test func `X25519 gives the known answers`() throws {
    let alice = try #require(
      key(try bytes("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")))
    #expect(
      Hex.encode(alice.publicKey.bytes.span)
        == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
    let bob = try #require(
      key(try bytes("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")))
    #expect(
      Hex.encode(bob.publicKey.bytes.span)
        == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
    let one = try #require(alice.agree(with: bob.publicKey))
    let other = try #require(bob.agree(with: alice.publicKey))
    #expect(one.isEqual(to: other))
    #expect(hex(one) == "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")
  }

  @Test func `a point of small order agrees with nobody`() throws {
    let key = AgreementKey.generate()
    #expect(agreed(key, [UInt8](repeating: 0, count: 32)) == nil)
    #expect(agreed(key, [1] + [UInt8](repeating: 0, count: 31)) == nil)
    let short = AgreementKey(secret: [1].span)
    #expect(short == nil)
  }

  /// draft-irtf-cfrg-xchacha-03, appendix A.3.1: the ciphertext; the tag covers additional data,
  /// of which our boxes have none.
  @Test func `XChaCha20-Poly1305 gives the known ciphertext`() throws {
    let key = SecretBytes(copying: Array<UInt8>(0x80...0x9F).span)
    let message =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
      + "future, sunscreen would be it."
    let box = SealedBox.seal(message.utf8.span, key: key, nonce: Array(0x40...0x57))
    #expect(Array(box[..<24]) == Array(0x40...0x57))
    #expect(
      Hex.encode(box[24..<56].span)
        == "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb")
  }

  @Test func `a box opens with its key and no other`() throws {
    let message = Array("ООО «Ромашка»".utf8)
    let key = SecretBytes.random(32)
    let box = SealedBox.seal(message.span, key: key)
    #expect(box.count == message.count + SealedBox.overheadBytes)
    #expect(open(box, key) == message)
    #expect(open(box, .random(32)) == nil)
    #expect(SealedBox.seal(message.span, key: key) != box)
    for index in box.indices {
      var broken = box
      broken[index] ^= 1
      #expect(open(broken, key) == nil, "byte \(index)")
      #expect(open(Array(box[..<index]), key) == nil)
    }
    #expect(open(SealedBox.seal([UInt8]().span, key: key), key) == [])
  }

  @Test func `a stream gives back its messages in order, with their tags`() throws {
    let key = SecretBytes.random(32)
    let sealing = SealingStream(key: key)
    let opening = try #require(self.opening(key, sealing.header))
    let sent: [([UInt8], SecretStream.Tag)] = [
      ([], .message), ([1, 2, 3], .rekey), (Array(repeating: 7, count: 70_000), .message),
      ([9], .final),
    ]
    for (message, tag) in sent {
      var sealed: [UInt8] = []
      sealing.seal(message.span, tag, to: &sealed)
      #expect(sealed.count == message.count + SecretStream.overheadBytes)
      let opened = opening.open(sealed.span)
      #expect(opened?.message == message)
      #expect(opened?.tag == tag)
    }
  }

  @Test func `a message that was altered, left out, moved or repeated does not open`() throws {
    let key = SecretBytes.random(32)
    let sealing = SealingStream(key: key)
    var sealed: [[UInt8]] = [[], [], []]
    for index in 0..<3 { sealing.seal([UInt8(index), 5].span, .message, to: &sealed[index]) }
    func opening() throws -> OpeningStream {
      try #require(self.opening(key, sealing.header))
    }
    func opens(_ stream: OpeningStream, _ bytes: [UInt8]) -> Bool { stream.open(bytes.span) != nil }
    for index in sealed[0].indices {
      var broken = sealed[0]
      broken[index] ^= 0x10
      #expect(!opens(try opening(), broken))
    }
    #expect(!opens(try opening(), sealed[1]))
    #expect(!opens(try opening(), []))
    #expect(!opens(try opening(), Array(sealed[0].dropLast())))
    let stream = try opening()
    #expect(opens(stream, sealed[0]))
    #expect(!opens(stream, sealed[0]))
    #expect(opens(stream, sealed[1]))
    let other = try #require(self.opening(.random(32), sealing.header))
    #expect(!opens(other, sealed[0]))
    #expect(self.opening(key, [1]) == nil)
  }

  @Test func `a secret hash is the hash`() {
    let key = SecretBytes.random(32)
    let message = Array("karto".utf8)
    let plain = key.withSpan { BLAKE2b.hash256(message.span, key: $0) }
    #expect(hex(BLAKE2b.secret256(message.span, key: key)) == Hex.encode(plain.bytes.span))
    #expect(SecretBytes(copying: [1, 2].span).isEqual(to: SecretBytes(copying: [1, 2].span)))
    #expect(!SecretBytes(copying: [1, 2].span).isEqual(to: SecretBytes(copying: [1, 3].span)))
    #expect(!SecretBytes(copying: [1, 2].span).isEqual(to: SecretBytes(copying: [1].span)))
  }
}
