import Bytes
import Testing

@Suite struct GzipTests {
  private let contents = "{\"client\":\"01hq\",\"set\":{\"name\":\"ООО «Ромашка»\"}}\n".bytes

  private func inflate(_ bytes: [UInt8], at offset: Int = 0, limit: Int = 1 << 20) throws -> [UInt8]
  {
    var inflater = Inflater()
    var output: [UInt8] = []
    let length = try inflater.inflate(bytes.span, at: offset, limit: limit, into: &output)
    #expect(length <= bytes.count - offset)
    return output
  }

  /// A member with every optional header part, put together by hand around our deflate data.
  private func member(flags: UInt8, parts: [UInt8]) -> [UInt8] {
    let plain = Gzip.member(contents.span)
    let header: [UInt8] = [0x1F, 0x8B, 8, flags, 1, 2, 3, 4, 0, 3] + parts
    return header + plain[Gzip.extraOffset...]
  }

  private func sum16(_ bytes: [UInt8]) -> [UInt8] {
    let sum = Gzip.crc32(bytes.span)
    return [UInt8(truncatingIfNeeded: sum), UInt8(truncatingIfNeeded: sum >> 8)]
  }

  @Test func `a member has the header that the format prescribes`() throws {
    let extra: [UInt8] = [0x4B, 0x41, 2, 0, 7, 9]
    let member = Gzip.member(contents.span, extra: extra, level: 9)
    #expect(Array(member[..<12]) == [0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 255, 6, 0])
    #expect(Array(member[Gzip.extraOffset..<18]) == extra)
    let header = try Gzip.MemberHeader.parse(member.span, at: 0)
    #expect(header.length == 18)
    #expect(header.extra == 12..<18)
    #expect(header.subfield(0x4B, 0x41, in: member.span) == 16..<18)
    #expect(header.subfield(0x4B, 0x42, in: member.span) == nil)
    let subfields = header.subfields(in: member.span)
    #expect(subfields.count == 1)
    #expect(subfields.first?.data == 16..<18)
    #expect(try inflate(member) == contents)
  }

  @Test func `an empty member is a member`() throws {
    let member = Gzip.member([UInt8]().span)
    #expect(try inflate(member) == [])
    #expect(try inflate(member, limit: 0) == [])
  }

  @Test func `members follow one another and one inflater reads them all`() throws {
    var deflater = Deflater(level: 6)
    var file: [UInt8] = []
    let pieces = (0..<50).map { Array(String(repeating: "строка \($0)\n", count: $0 * 37).utf8) }
    for piece in pieces { deflater.append(piece.span, extra: [1, 2, 0, 0], to: &file) }
    var inflater = Inflater()
    var output: [UInt8] = []
    var offset = 0
    for piece in pieces {
      for hint in [0, piece.count, 3] {
        output.removeAll(keepingCapacity: hint == 3)
        let length = try inflater.inflate(
          file.span, at: offset, limit: piece.count, expecting: hint, into: &output)
        #expect(output == piece)
        if hint == 3 { offset += length }
      }
    }
    #expect(offset == file.count)
  }

  @Test func `a reused deflater makes the same bytes as a new one`() {
    var deflater = Deflater(level: 6)
    _ = deflater.member([UInt8](repeating: 7, count: 100_000).span)
    #expect(deflater.member(contents.span) == Gzip.member(contents.span))
  }

  @Test func `every optional part of a header is passed over`() throws {
    let extra: [UInt8] = [3, 0, 9, 9, 9]
    let texts = "имя\0".bytes + "comment\0".bytes
    #expect(try inflate(member(flags: 0, parts: [])) == contents)
    #expect(try inflate(member(flags: 1, parts: [])) == contents)
    #expect(try inflate(member(flags: 0b11100, parts: extra + texts)) == contents)
    let start: [UInt8] = [0x1F, 0x8B, 8, 0b11110, 1, 2, 3, 4, 0, 3] + extra + texts
    let whole = member(flags: 0b11110, parts: extra + texts + sum16(start))
    #expect(try inflate(whole) == contents)
    #expect(try Gzip.MemberHeader.parse(whole.span, at: 0).subfields(in: whole.span).isEmpty)
    let wrong = member(flags: 0b11110, parts: extra + texts + [0, 0])
    #expect(throws: GzipError(.checksum, at: start.count)) { try inflate(wrong) }
  }

  @Test func `a name without end is cut off by a limit`() {
    let long = member(flags: 8, parts: [UInt8](repeating: 0x61, count: 10_000) + [0])
    #expect(throws: GzipError(.limit, at: 10)) { try inflate(long) }
    let short = Array(member(flags: 8, parts: [0x61, 0x61])[..<12])
    #expect(throws: GzipError(.truncated, at: 12)) { try inflate(short) }
  }

  @Test func `foreign bytes are told from torn ones`() {
    for bytes in [
      [0x1F, 0x8C], [0x50, 0x4B, 3, 4], [0x1F, 0x8B, 7], [0x1F, 0x8B, 8, 0x20], [0],
    ] {
      let bytes = bytes.map { UInt8($0) }
      #expect(
        throws: GzipError(.notGzip, at: bytes.count == 4 && bytes[0] == 0x50 ? 0 : bytes.count - 1)
      ) {
        try inflate(bytes)
      }
    }
    #expect(throws: GzipError(.truncated, at: 0)) { try inflate([]) }
  }

  @Test func `a member cut anywhere is truncated`() {
    let member = Gzip.member(contents.span, extra: [1, 2, 3, 0, 7, 7, 7])
    for cut in 0..<member.count {
      #expect(throws: GzipError(.truncated, at: cut)) { try inflate(Array(member[..<cut])) }
    }
  }

  @Test func `a bomb stops at the limit`() throws {
    let zeros = [UInt8](repeating: 0, count: 1 << 20)
    let bomb = Gzip.member(zeros.span, level: 9)
    var inflater = Inflater()
    var output = contents
    do {
      _ = try inflater.inflate(
        bomb.span, at: 0, limit: zeros.count - 1, expecting: .max, into: &output)
      Issue.record("the bomb went off")
    } catch {
      #expect(error.kind == .limit)
    }
    #expect(output == contents)
    #expect(try inflate(bomb, limit: zeros.count) == zeros)
    #expect(try inflate(bomb, limit: .max) == zeros)
  }

  @Test(arguments: [0, 6])
  func `the largest member of the worst contents fits the limits`(level: Int) throws {
    var generator = Generator(seed: 1)
    var noise: [UInt8] = []
    while noise.count < Limits.memberRawBytes {
      withUnsafeBytes(of: generator.next()) { noise.append(contentsOf: $0) }
    }
    let extra = [UInt8](repeating: 1, count: Limits.memberExtraBytes)
    let member = Gzip.member(noise.span, extra: extra, level: level)
    #expect(member.count <= Limits.memberCompressedBytes)
    let contents = try inflate(member, limit: Limits.memberRawBytes)
    #expect(contents.elementsEqual(noise))
  }

  @Test func `any changed byte is noticed, and the output stays as it was`() {
    let member = Gzip.member(contents.span)
    var inflater = Inflater()
    for index in member.indices where !(4...9).contains(index) {
      for bit in 0..<8 {
        var broken = member
        broken[index] ^= 1 << bit
        var output: [UInt8] = [1, 2, 3]
        let length = try? inflater.inflate(broken.span, at: 0, limit: 1 << 16, into: &output)
        if length == nil {
          #expect(output == [1, 2, 3])
        } else {
          // FTEXT is a hint without meaning; in deflate itself, unused bits may differ.
          #expect(Array(output[3...]) == contents)
        }
      }
    }
  }

  @Test func `checksum and length are both checked`() {
    var member = Gzip.member(contents.span)
    member[member.count - 8] ^= 1
    #expect(throws: GzipError(.checksum, at: member.count - 8)) { try inflate(member) }
    member[member.count - 8] ^= 1
    member[member.count - 1] ^= 1
    #expect(throws: GzipError(.checksum, at: member.count - 4)) { try inflate(member) }
  }

  @Test func `the checksum is the one of gzip`() {
    #expect(Gzip.crc32("123456789".bytes.span) == 0xCBF4_3926)
    #expect(Gzip.crc32([UInt8]().span) == 0)
    let first = Gzip.crc32("12345".bytes.span)
    #expect(Gzip.crc32("6789".bytes.span, continuing: first) == 0xCBF4_3926)
    #expect(Gzip.crc32([UInt8]().span, continuing: first) == first)
  }

  @Test(arguments: Seeds.all)
  func `contents of any kind come back, and mutated members never stop the program`(
    seed: UInt64
  ) throws {
    var generator = Generator(seed: seed)
    var deflater = Deflater(level: generator.below(10))
    var inflater = Inflater()
    for _ in 0..<30 {
      let text = generator.text(upTo: 300).bytes
      let contents = generator.below(2) == 0 ? text : generator.bytes(generator.below(3_000))
      let extra = generator.bytes(generator.below(40))
      let member = deflater.member(contents.span, extra: extra)
      var output: [UInt8] = []
      let length = try inflater.inflate(
        member.span, at: 0, limit: contents.count, expecting: generator.below(4_000), into: &output)
      #expect(length == member.count && output == contents, "seed \(seed)")
      let broken = generator.mutated(member)
      _ = try? inflater.inflate(broken.span, at: 0, limit: 10_000, into: &output)
      #expect(output.count <= contents.count + 10_000, "seed \(seed)")
      if let header = try? Gzip.MemberHeader.parse(broken.span, at: 0) {
        for subfield in header.subfields(in: broken.span) {
          #expect(subfield.data.upperBound <= broken.count, "seed \(seed)")
        }
      }
    }
  }
}
