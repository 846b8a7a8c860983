import Bytes
import Sealing
import Testing

@Suite struct SigningKeyTests {
  private func bytes(_ hex: String) throws -> [UInt8] {
    try #require(Hex.decode(hex))
  }

  private func verify(_ signature: [UInt8], _ message: [UInt8], by key: PublicKey) -> Bool {
    key.verify(signature.span, of: message.span)
  }

  /// RFC 8032 §7.1, tests 1 to 3.
  @Test(arguments: [
    [
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
      "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
  ])
  func `Ed25519 gives the known answers`(vector: [String]) throws {
    let seed = try bytes(vector[0])
    let message = try bytes(vector[2])
    let signature = try bytes(vector[3])
    let key = try #require(signingKey(seed: seed))
    #expect(Hex.encode(key.publicKey.bytes.span) == vector[1])
    #expect(key.seed == seed)
    #expect(key.sign(message.span) == signature)
    #expect(verify(signature, message, by: key.publicKey))
  }

  @Test func `a changed bit anywhere is noticed`() throws {
    let key = SigningKey.generate()
    let message = Array("ООО «Ромашка»".utf8)
    let signature = key.sign(message.span)
    #expect(signature.count == SigningKey.signatureBytes)
    #expect(verify(signature, message, by: key.publicKey))
    for index in 0..<64 {
      var broken = signature
      broken[index] ^= 1 << (index % 8)
      #expect(!verify(broken, message, by: key.publicKey), "byte \(index)")
    }
    for index in message.indices {
      var broken = message
      broken[index] ^= 1
      #expect(!verify(signature, broken, by: key.publicKey), "byte \(index)")
    }
    #expect(!verify(signature, message, by: SigningKey.generate().publicKey))
  }

  @Test func `what is no signature or no key is never good`() throws {
    let key = SigningKey.generate()
    let signature = key.sign([1].span)
    #expect(!verify([], [1], by: key.publicKey))
    #expect(!verify(Array(signature.dropLast()), [1], by: key.publicKey))
    #expect(!verify(signature + [0], [1], by: key.publicKey))
    for fill: UInt8 in [0, 1, 0xFF] {
      let weak = try #require(publicKey([UInt8](repeating: fill, count: 32)))
      #expect(!verify(signature, [1], by: weak))
      #expect(!verify([UInt8](repeating: 0, count: 64), [1], by: weak))
    }
    #expect(PublicKey([1].span) == nil)
    #expect(SigningKey(seed: [1].span) == nil)
  }

  @Test func `keys come back from seed, bytes and text`() throws {
    let key = SigningKey.generate()
    let again = try #require(signingKey(seed: key.seed))
    #expect(again.publicKey == key.publicKey)
    #expect(again.sign([1, 2, 3].span) == key.sign([1, 2, 3].span))
    let known = key.publicKey
    #expect(publicKey(known.bytes) == known)
    #expect(PublicKey(base64URL: known.base64URL) == known)
    #expect(PublicKey(base64URL: "") == nil)
    #expect(known.withSpan { Array(bytesOf: $0) } == known.bytes)
    var output: [UInt8] = []
    known.append(to: &output)
    #expect(output == known.bytes)
    #expect(SigningKey.generate().publicKey != known)
    #expect(Set([known, again.publicKey]).count == 1)
  }
}
