import Bytes
import Documents
import Platform
import Sealing
import Support
import Testing

/// Documents of a few commits, made with fixed keys.
struct Sample {
  let header: Header
  let key: SigningKey
  private(set) var members: [[UInt8]] = []
  private var writer: CommitWriter

  init() throws {
    key = try Self.key(7)
    let recovery = try Self.key(9)
    header = Header(
      founder: key.publicKey, recovery: recovery.publicKey, createdMillis: 1_763_800_000_000)
    writer = CommitWriter(
      chain: Chain(workspace: header.workspace, key: key.publicKey), signer: key,
      seed: [UInt8](repeating: 1, count: 16))
    var deflater = Deflater()
    members.append(
      Member.encode((header.line + [UInt8(ascii: "\n")]).span, as: .header, with: &deflater))
  }

  private struct NoKey: Error {}

  private static func key(_ byte: UInt8) throws -> SigningKey {
    let seed = [UInt8](repeating: byte, count: 32)
    guard let key = SigningKey(seed: seed.span) else { throw NoKey() }
    return key
  }

  /// Appends one batch of commits with these bodies.
  mutating func append(_ bodies: [String]) throws {
    let made = try writer.encode(
      bodies.map { Array($0.utf8) }, stampMillis: 1_763_800_000_001, seen: [], purpose: nil)
    members.append(made.members)
  }

  static func client(_ number: Int) -> String {
    "{\"client\":\"\(number)-x\",\"set\":{\"name\":\"Клиент \(number)\"}}\n"
  }

  var bytes: [UInt8] { Array(members.joined()) }
}

/// Reads all that can be read, as the layers above do, and returns how many commits that was.
func readable(_ bytes: [UInt8]) -> Int {
  let map = MemberMap(bytes.span)
  var inflater = Inflater()
  var raw: [UInt8] = []
  var count = 0
  for member in map.members {
    guard (try? member.inflate(bytes.span, with: &inflater, into: &raw)) != nil else { continue }
    if member.contents == .header {
      guard let end = Lines.end(ofLineAt: 0, in: raw.span) else { continue }
      _ = try? Header(line: raw.span.extracting(0..<end))
      continue
    }
    var cursor = CommitCursor()
    while let frame = try? cursor.next(in: raw.span) {
      _ = try? Trailer(line: raw.span.extracting(frame.trailer))
      count += 1
    }
  }
  return count
}

@Suite struct HostileDocumentTests {
  @Test func `a document that is cut anywhere keeps what was written before the cut`() throws {
    var sample = try Sample()
    var boundaries = [sample.bytes.count]
    for number in 0..<6 {
      try sample.append([Sample.client(number)])
      boundaries.append(sample.bytes.count)
    }
    let bytes = sample.bytes
    for cut in boundaries[0]...bytes.count {
      let piece = Array(bytes[..<cut])
      let whole = boundaries.lastIndex { $0 <= cut } ?? 0
      let map = MemberMap(piece.span)
      #expect(map.end == boundaries[whole])
      #expect(map.isTorn == (cut != boundaries[whole]))
      #expect(map.damage.isEmpty)
      #expect(readable(piece) == whole)
    }
  }

  @Test func `zeros and garbage behind the last member are a torn tail`() throws {
    var sample = try Sample()
    try sample.append([Sample.client(1)])
    let bytes = sample.bytes
    for tail in [[UInt8](repeating: 0, count: 4096), Array("мусор".utf8), [0x1f, 0x8b, 8, 4]] {
      let map = MemberMap((bytes + tail).span)
      #expect(map.end == bytes.count)
      #expect(map.isTorn)
      #expect(map.damage.isEmpty)
    }
  }

  @Test func `a batch that was not finished is not in the document`() throws {
    var sample = try Sample()
    try sample.append([Sample.client(1)])
    let end = sample.bytes.count
    try sample.append([Sample.client(2), Sample.client(3), Sample.client(4)])
    let bytes = sample.bytes
    let map = MemberMap(bytes.span)
    #expect(map.members.count == 5)
    let last = try #require(map.members.last)
    let unfinished = MemberMap(Array(bytes[..<last.byteOffset]).span)
    #expect(unfinished.end == end)
    #expect(unfinished.isTorn)
    #expect(unfinished.members.count == 2)
  }

  @Test func `one damaged member costs no more than itself`() throws {
    var sample = try Sample()
    for number in 0..<5 { try sample.append([Sample.client(number)]) }
    let bytes = sample.bytes
    let members = MemberMap(bytes.span).members
    for member in members.dropFirst().dropLast() {
      var damaged = bytes
      for offset in member.byteOffset..<(member.byteOffset + 20) { damaged[offset] = 0xAA }
      let map = MemberMap(damaged.span)
      #expect(map.damage.map(\.bytes) == [member.byteOffset..<member.byteEnd])
      #expect(readable(damaged) == 4)
    }
  }

  @Test func `any single byte changed costs at most the member that it stands in`() throws {
    var sample = try Sample()
    for number in 0..<4 { try sample.append([Sample.client(number)]) }
    let bytes = sample.bytes
    let members = MemberMap(bytes.span).members
    for offset in bytes.indices {
      for flip in [UInt8(1), 0x80, 0xff] {
        var changed = bytes
        changed[offset] ^= flip
        let hit = members.firstIndex { ($0.byteOffset..<$0.byteEnd).contains(offset) } ?? 0
        let count = readable(changed)
        #expect(count >= (hit == 0 ? 4 : 3), "byte \(offset), flip \(flip)")
      }
    }
  }

  @Test func `a length that leads onto a later member, or to the end, hides none between`() throws {
    var sample = try Sample()
    for number in 0..<5 { try sample.append([Sample.client(number)]) }
    let bytes = sample.bytes
    let members = MemberMap(bytes.span).members
    for (place, member) in members.enumerated().dropLast() {
      for end in members[(place + 1)...].map(\.byteEnd) + [bytes.count - 1, bytes.count + 1] {
        var damaged = bytes
        Self.setLength(of: member, to: end - member.byteOffset, in: &damaged)
        let map = MemberMap(damaged.span)
        #expect(map.damage.map(\.bytes) == [member.byteOffset..<member.byteEnd], "to \(end)")
        #expect(map.members == members.filter { $0 != member }, "to \(end)")
        // What was appended since is looked at alone.
        let tail = MemberMap(damaged.span.extracting(member.byteOffset...), base: member.byteOffset)
        #expect(tail.members == Array(members[(place + 1)...]), "to \(end)")
      }
    }
  }

  @Test func `a sound member is whole, whatever seems to begin within it`() throws {
    var sample = try Sample()
    try sample.append([Sample.client(1)])
    try sample.append([Sample.client(2)])
    let inner = sample.members[1]
    // A later version's subfield behind ours holds a whole member.
    var outer = sample.members[2]
    let extra = [UInt8(ascii: "X"), UInt8(ascii: "Y")] + Self.lowFirst(inner.count, 2) + inner
    let end = 12 + Int(outer[10]) + Int(outer[11]) << 8
    outer.insert(contentsOf: extra, at: end)
    outer.replaceSubrange(10..<12, with: Self.lowFirst(end - 12 + extra.count, 2))
    outer.replaceSubrange(18..<22, with: Self.lowFirst(outer.count, 4))
    let bytes = sample.members[0] + sample.members[1] + outer
    let map = MemberMap(bytes.span)
    #expect(map.members.count == 3)
    #expect(map.damage.isEmpty && !map.isTorn)
    #expect(readable(bytes) == 2)
    // Damaged, it gives way to what is sound.
    var damaged = bytes
    damaged[bytes.count - 9] ^= 0xff
    #expect(MemberMap(damaged.span).damage.count == 1)
  }

  private static func lowFirst(_ number: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }

  private static func setLength(of member: Member, to length: Int, in bytes: inout [UInt8]) {
    let place = member.byteOffset + 18
    bytes.replaceSubrange(place..<(place + 4), with: lowFirst(length, 4))
  }

  @Test func `a member that promises more than the limits allow is refused unread`() throws {
    var sample = try Sample()
    try sample.append([Sample.client(1)])
    var bytes = sample.bytes
    let member = try #require(MemberMap(bytes.span).members.last)
    // The length of the uncompressed lines, in the extra field (SPEC §3.1).
    for index in 0..<4 { bytes[member.byteOffset + 22 + index] = 0xff }
    let hostile = bytes
    #expect(throws: DocumentError.container(.tooLarge, byteOffset: member.byteOffset)) {
      _ = try Member.decode(hostile.span, at: member.byteOffset)
    }
  }

  @Test func `a bomb stops at the length that the member promised`() throws {
    var deflater = Deflater(level: 9)
    let run = Member.Run(
      replica: ReplicaID(key: try Sample().key.publicKey), first: 1, last: 1)
    var bytes = Member.encode(
      [UInt8](repeating: UInt8(ascii: "a"), count: 3 << 20).span,
      as: .commits(runs: [run], continues: false), with: &deflater)
    for (index, byte) in [UInt8(0), 1, 0, 0].enumerated() { bytes[22 + index] = byte }
    let member = try Member.decode(bytes.span, at: 0)
    #expect(member.rawByteCount == 256)
    let bomb = bytes
    #expect(throws: DocumentError.container(.corrupt, byteOffset: 0)) {
      var inflater = Inflater()
      var raw: [UInt8] = []
      try member.inflate(bomb.span, with: &inflater, into: &raw)
    }
  }

  @Test(arguments: SeededGenerator.seeds(20))
  func `mutated documents never trap`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var sample = try Sample()
    for number in 0..<8 {
      try sample.append((0...random.below(3)).map { Sample.client(number * 10 + $0) })
    }
    for _ in 0..<200 {
      var bytes = sample.bytes
      for _ in 0...random.below(5) {
        switch random.below(4) {
        case 0: bytes[random.below(bytes.count)] = UInt8(random.below(256))
        case 1: bytes.remove(at: random.below(bytes.count))
        case 2: bytes.insert(UInt8(random.below(256)), at: random.below(bytes.count))
        default:
          let start = random.below(bytes.count)
          bytes.removeSubrange(start..<min(bytes.count, start + random.below(60)))
        }
      }
      #expect(readable(bytes) <= 40, "seed \(seed)")
    }
  }
}

@Suite struct ChainTests {
  @Test func `a chain with its lines erased is the same chain`() throws {
    let sample = try Sample()
    let salt = [UInt8](repeating: 3, count: 16)
    let lines = (0..<3).map { Array(Sample.client($0).utf8) }
    let body = Array(lines.joined())
    let whole = try Chain.hash(body: body.span, salt: .whole(salt), of: 7)
    let line = Array(lines[1].dropLast())
    let lineSalt = Chain.derivedSalt(from: salt, 1)
    let leaf = BLAKE2b.hash256(line.span, key: lineSalt.span)
    let erased = Array("{\"erased\":\"\(leaf.base64URL)\"}\n".utf8)
    let salts: [[UInt8]?] = [
      Chain.derivedSalt(from: salt, 0), nil, Chain.derivedSalt(from: salt, 2),
    ]
    let rest = lines[0] + erased + lines[2]
    let left = try Chain.hash(body: rest.span, salt: .perLine(salts), of: 7)
    #expect(whole == left)
    #expect(sample.header.workspace.text.count == 32)
  }

  @Test func `a header is read as it was written, and a false id is refused`() throws {
    let header = try Sample().header
    let again = try Header(line: header.line.span)
    #expect(again == header)
    let text = String(decoding: header.line, as: UTF8.self)
    let swapped = text.replacing(header.workspace.text, with: String(repeating: "a", count: 32))
    #expect(throws: DocumentError.line(.key("workspace"), byteOffset: 0)) {
      _ = try Header(line: Array(swapped.utf8).span)
    }
    let newer = text.replacing("\"reader\":1", with: "\"reader\":2")
    #expect(throws: DocumentError.needsNewerReader(version: 2)) {
      _ = try Header(line: Array(newer.utf8).span)
    }
  }

  @Test func `times are read only in the form in which they are written`() {
    for millis: Int64 in [
      0, -1, 1_763_800_000_123, Timestamp.range.lowerBound, Timestamp.range.upperBound,
    ] {
      let text = Array(Timestamp.text(millis).utf8)
      let parsed = Timestamp.parse(text.span)
      #expect(parsed == millis)
    }
    for text in [
      "2026-02-30T00:00:00.000Z", "2026-11-22T24:00:00.000Z", "2026-11-22 15:41:34.123Z",
    ] {
      let bytes = Array(text.utf8)
      let parsed = Timestamp.parse(bytes.span)
      #expect(parsed == nil)
    }
  }
}
