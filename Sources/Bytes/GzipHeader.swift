extension Gzip {
  /// The header of one member: where its extra field and its compressed data are.
  public struct MemberHeader: Hashable, Sendable {
    /// Length of the whole header, from the magic to the compressed data, in bytes.
    public let length: Int

    /// Range of the extra field in the span that was read; `nil` when the member has none.
    public let extra: Range<Int>?

    /// One subfield of the extra field.
    public struct Subfield: Hashable, Sendable {
      /// The two bytes that name it.
      public let id: (first: UInt8, second: UInt8)

      /// Range of its data in the span that was read.
      public let data: Range<Int>

      /// Tells whether both name the same data the same way.
      public static func == (left: Subfield, right: Subfield) -> Bool {
        left.id == right.id && left.data == right.data
      }

      /// Feeds name and range to a hasher.
      public func hash(into hasher: inout Hasher) {
        hasher.combine(id.first)
        hasher.combine(id.second)
        hasher.combine(data)
      }
    }

    /// Reads the header of a member.
    ///
    /// RFC 1952 §2.3.1.2 asks of readers to accept a file name, a comment and a checksum of the
    /// header, and to refuse reserved flags. The checksum is verified.
    ///
    /// - Parameters:
    ///   - bytes: what is read.
    ///   - offset: where the member begins, not negative.
    /// - Returns: the header.
    /// - Throws: `GzipError` of kind `truncated`, `notGzip`, `checksum` or `limit`.
    public static func parse(
      _ bytes: Span<UInt8>, at offset: Int
    ) throws(GzipError) -> MemberHeader {
      try checkMagic(bytes, at: offset)
      guard offset <= bytes.count - 10 else { throw GzipError(.truncated, at: bytes.count) }
      let flags = bytes[offset + 3]
      var cursor = offset + 10
      var extra: Range<Int>?
      if flags & Flag.extra != 0 {
        guard cursor <= bytes.count - 2 else { throw GzipError(.truncated, at: bytes.count) }
        let length = Gzip.integer16(bytes, at: cursor)
        cursor += 2
        guard length <= bytes.count - cursor else { throw GzipError(.truncated, at: bytes.count) }
        extra = cursor..<(cursor + length)
        cursor += length
      }
      for flag in [Flag.name, Flag.comment] where flags & flag != 0 {
        cursor = try endOfText(bytes, from: cursor)
      }
      if flags & Flag.headerChecksum != 0 {
        guard cursor <= bytes.count - 2 else { throw GzipError(.truncated, at: bytes.count) }
        let sum = Gzip.crc32(bytes.extracting(offset..<cursor)) & 0xFFFF
        guard Gzip.integer16(bytes, at: cursor) == Int(sum) else {
          throw GzipError(.checksum, at: cursor)
        }
        cursor += 2
      }
      return MemberHeader(length: cursor - offset, extra: extra)
    }

    /// Lists the subfields of the extra field; one that doesn't fit ends the list.
    ///
    /// - Parameter bytes: the span that the header was read from.
    /// - Returns: the subfields in order.
    public func subfields(in bytes: Span<UInt8>) -> [Subfield] {
      var found: [Subfield] = []
      guard let extra else { return found }
      var cursor = extra.lowerBound
      while extra.upperBound - cursor >= 4 {
        let start = cursor + 4
        let length = Gzip.integer16(bytes, at: cursor + 2)
        guard length <= extra.upperBound - start else { break }
        let data = start..<(start + length)
        found.append(Subfield(id: (bytes[cursor], bytes[cursor + 1]), data: data))
        cursor = data.upperBound
      }
      return found
    }

    /// Finds the data of the first subfield with a name; `nil` when there is none.
    ///
    /// - Parameters:
    ///   - first: first byte of the name.
    ///   - second: second byte of the name.
    ///   - bytes: the span that the header was read from.
    /// - Returns: the range of its data.
    public func subfield(
      _ first: UInt8, _ second: UInt8, in bytes: Span<UInt8>
    ) -> Range<Int>? {
      guard let extra else { return nil }
      var cursor = extra.lowerBound
      while extra.upperBound - cursor >= 4 {
        let start = cursor + 4
        let length = Gzip.integer16(bytes, at: cursor + 2)
        guard length <= extra.upperBound - start else { return nil }
        if bytes[cursor] == first && bytes[cursor + 1] == second {
          return start..<(start + length)
        }
        cursor = start + length
      }
      return nil
    }

    private enum Flag {
      static let headerChecksum: UInt8 = 1 << 1
      static let extra: UInt8 = 1 << 2
      static let name: UInt8 = 1 << 3
      static let comment: UInt8 = 1 << 4
      static let reserved: UInt8 = 0b1110_0000
    }

    /// Checks magic, method and flags as far as they are there, so that a torn member and foreign
    /// bytes are told apart even when few bytes are left.
    private static func checkMagic(_ bytes: Span<UInt8>, at offset: Int) throws(GzipError) {
      guard offset < bytes.count else { throw GzipError(.truncated, at: bytes.count) }
      let expected: [UInt8] = [0x1F, 0x8B, 8]
      for index in 0..<min(4, bytes.count - offset) {
        let byte = bytes[offset + index]
        guard index < 3 ? byte == expected[index] : byte & Flag.reserved == 0 else {
          throw GzipError(.notGzip, at: offset + index)
        }
      }
    }

    private static func endOfText(
      _ bytes: Span<UInt8>, from start: Int
    ) throws(GzipError) -> Int {
      let limit = Limits.memberTextBytes
      let reach = min(bytes.count, start + limit + 1)
      guard let end = Lines.firstIndex(of: 0, in: bytes.extracting(start..<reach)) else {
        let isTooLong = reach - start > limit
        throw isTooLong ? GzipError(.limit, at: start) : GzipError(.truncated, at: bytes.count)
      }
      return start + end + 1
    }
  }
}
