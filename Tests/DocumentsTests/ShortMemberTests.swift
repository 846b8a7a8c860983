import Bytes
import Documents
import Sealing
import Support
import Testing

/// Members in short form: SPEC [N-16].
@Suite struct ShortMemberTests {
  private static let replicas = (1...2).compactMap { byte -> ReplicaID? in
    let seed = [UInt8](repeating: UInt8(byte), count: 32)
    return SigningKey(seed: seed.span).map { ReplicaID(key: $0.publicKey) }
  }

  private static func member(_ lines: [String], _ runs: [Member.Run]) -> [UInt8] {
    let raw = Array(lines.map { $0 + "\n" }.joined().utf8)
    var deflater = Deflater(level: 9)
    return Member.encode(
      raw.span, as: .commits(runs: runs, continues: runs.count == 2), with: &deflater)
  }

  private static func lines(_ bytes: [UInt8]) throws -> (text: String, contents: Member.Contents) {
    let member = try Member.decode(bytes.span, at: 0)
    var inflater = Inflater()
    var raw: [UInt8] = []
    try member.inflate(bytes.span, with: &inflater, into: &raw)
    return (String(decoding: raw, as: UTF8.self), member.contents)
  }

  private static func salt(_ number: Int, signed: Bool) -> String {
    let salt = Base64URL.encode([UInt8](repeating: UInt8(number), count: 16).span)
    let signature = Base64URL.encode([UInt8](repeating: UInt8(number), count: 64).span)
    return signed
      ? "{\"salted\":\"\(salt)\",\"sign\":\"\(signature)\"}" : "{\"salted\":\"\(salt)\"}"
  }

  @Test func `commits that follow one another cross as the text of the format says`() throws {
    let by = try #require(Self.replicas.first)
    let salt = Self.salt(1, signed: false)
    let lines = [
      #"{"commit":7,"at":"2026-11-22T15:41:34.123Z","by":"\#(by.text)","does":"set"}"#,
      #"{"client":"57-\#(by.text)","set":{"city":"Тверь"}}"#, salt,
      #"{"commit":8,"at":"2026-11-22T15:41:35.000Z","by":"\#(by.text)","does":"set"}"#,
      #"{"client":"9-\#(by.text)","set":{"city":"Псков"}}"#, salt,
      #"{"commit":9,"at":"2026-11-22T15:41:34.990Z","by":"\#(by.text)","does":"set"}"#,
      Self.salt(1, signed: true),
    ]
    let whole = Self.member(lines, [Member.Run(replica: by, first: 7, last: 9)])
    let short = try #require(ShortMember.shorten(whole))
    #expect(
      try Self.lines(short).text
        == (lines[0...2] + ["+877", lines[4], "-10", lines[7]]).map { $0 + "\n" }.joined())
    #expect(try ShortMember.restore(short) == whole)
  }

  @Test func `a member of few large commits goes as it stands`() throws {
    let by = try #require(Self.replicas.first)
    func shortened(textBytes: Int) -> [UInt8]? {
      let text = String(repeating: "а", count: textBytes / 2)
      let lines = (7...30).flatMap { number in
        [
          #"{"commit":\#(number),"at":"2026-11-22T15:41:34.123Z","by":"\#(by.text)","does":"set"}"#,
          #"{"client":"\#(number)-\#(by.text)","set":{"city":"\#(text)"}}"#,
          Self.salt(1, signed: false),
        ]
      }
      return ShortMember.shorten(
        Self.member(lines, [Member.Run(replica: by, first: 7, last: 30)]))
    }
    #expect(shortened(textBytes: 600) != nil)
    #expect(shortened(textBytes: 1000) == nil)
  }

  @Test(arguments: SeededGenerator.seeds(200))
  func `what is shortened is restored, byte for byte`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var lines: [String] = []
    var numbers = Self.replicas.map { _ in UInt32(2 + random.below(3)) }
    let firsts = numbers
    var stamp: Int64 = 1_795_000_000_000
    for _ in 0..<(2 + random.below(60)) {
      let place = random.oneIn(6) ? 1 : 0
      stamp += Int64(random.below(5000)) - (random.oneIn(5) ? 100_000_000_000 : 0)
      let seen =
        random.oneIn(8)
        ? [
          Sighting(
            replica: Self.replicas[1 - place], number: 1, head: Array(repeating: 3, count: 16))
        ]
        : []
      let header = CommitHeader(
        dot: Dot(Self.replicas[place], numbers[place]), stampMillis: stamp, seen: seen,
        part: random.oneIn(9) ? Part(index: 1, count: 2) : nil,
        purpose: random.element(of: ["set", "set", "set", "add", nil]))
      numbers[place] += 1
      lines.append(String(decoding: header.line, as: UTF8.self))
      if random.oneIn(12) { lines[lines.count - 1].replace(":", with: " :", maxReplacements: 1) }
      for _ in 0..<random.below(3) {
        lines.append(
          "{\"client\":\"\(random.below(90))-x\",\"set\":{\"city\":\"\(random.below(9))\"}}")
      }
      lines.append(Self.salt(random.oneIn(6) ? 2 : 1, signed: random.oneIn(6)))
    }
    let runs = Self.replicas.indices.filter { numbers[$0] > firsts[$0] }.map {
      Member.Run(replica: Self.replicas[$0], first: firsts[$0], last: numbers[$0] - 1)
    }
    let whole = Self.member(lines, runs)
    guard let short = ShortMember.shorten(whole) else { return }
    #expect(short.count < whole.count)
    let restored = try ShortMember.restore(short)
    #expect(try Self.lines(restored) == Self.lines(whole))
  }

  @Test(arguments: SeededGenerator.seeds(200))
  func `nothing that claims to be short traps, and nothing grows beyond a member`(
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let by = try #require(Self.replicas.first)
    let parts = [
      "+1", "-1", "+", "-", "+999999999999999", "-999999999999999", "+00", "+-3",
      "+9223372036854775807",
      #"{"commit":4294967294,"at":"9999-12-31T23:59:59.999Z","by":"\#(by.text)"}"#,
      #"{"commit":7,"at":"0001-01-01T00:00:00.000Z","by":"\#(by.text)"}"#, #"{"commit":}"#,
      Self.salt(1, signed: false), Self.salt(1, signed: true), "{\"salt", "", "{}", "x",
      #"{"client":"1-x"}"#,
    ]
    var lines = (0..<random.below(12)).map { _ in random.element(of: parts) }
    if random.oneIn(10) {
      // Short lines that would become long ones without end.
      lines = [parts[10], parts[12]] + Array(repeating: "+1", count: 120_000)
    }
    let bytes = Self.member(lines, [Member.Run(replica: by, first: 7, last: 7)])
    guard let restored = try? ShortMember.restore(bytes) else { return }
    #expect(try Member.decode(restored.span, at: 0).rawByteCount <= Limits.memberRawBytes)
  }
}
