internal import CZlib

/// Gzip members (RFC 1952), one at a time, from memory to memory.
///
/// A document is a sequence of members. Ours all begin with the same twelve bytes but for the
/// length of the extra field, which starts at ``extraOffset``:
///
///     1f 8b  08  04  00 00 00 00  00  ff  XLEN XLEN | extra field | deflate | CRC32 | ISIZE
///     magic  CM FLG  MTIME        XFL OS
///
/// Readers accept every header that the RFC allows.
public enum Gzip {
  /// Offset of the extra field in every member that ``Deflater`` makes.
  public static let extraOffset = 12

  /// Length of CRC32 and ISIZE at the end of every member.
  public static let trailerBytes = 8

  /// CRC-32 of gzip and zip.
  ///
  /// - Parameters:
  ///   - bytes: what is summed.
  ///   - checksum: the sum of the bytes before, 0 at the start.
  /// - Returns: the sum of all bytes so far.
  public static func crc32(_ bytes: Span<UInt8>, continuing checksum: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeBufferPointer { buffer in
      // zlib takes a null pointer as a request for the initial value.
      guard let start = buffer.baseAddress else { return checksum }
      return UInt32(truncatingIfNeeded: crc32_z(uLong(checksum), start, buffer.count))
    }
  }

  /// Makes one member; for many, keep a ``Deflater``.
  ///
  /// - Parameters:
  ///   - contents: what is compressed.
  ///   - extra: the whole extra field, at most ``Limits/memberExtraBytes``; it stands at
  ///     ``extraOffset`` and may be patched afterwards.
  ///   - level: 0, none, to 9, smallest.
  /// - Returns: the member.
  public static func member(
    _ contents: Span<UInt8>, extra: [UInt8] = [], level: Int = 6
  ) -> [UInt8] {
    var deflater = Deflater(level: level)
    return deflater.member(contents, extra: extra)
  }

  /// Appends the four bytes of an integer, lowest first.
  static func append(_ value: UInt32, to bytes: inout [UInt8]) {
    for shift: UInt32 in [0, 8, 16, 24] {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  /// Reads a two-byte integer that the caller knows to be inside.
  static func integer16(_ bytes: Span<UInt8>, at offset: Int) -> Int {
    Int(bytes[offset]) | Int(bytes[offset + 1]) << 8
  }

  /// Reads a four-byte integer that the caller knows to be inside.
  static func integer32(_ bytes: Span<UInt8>, at offset: Int) -> UInt32 {
    UInt32(integer16(bytes, at: offset)) | UInt32(integer16(bytes, at: offset + 2)) << 16
  }
}

/// Why bytes aren't a gzip member, and where.
public struct GzipError: Error, Hashable, Sendable {
  /// What is wrong.
  public enum Kind: Hashable, Sendable, CaseIterable {
    /// The bytes end inside the member.
    case truncated
    /// No gzip magic, a method other than deflate, or header flags that the RFC reserves.
    case notGzip
    /// The compressed data isn't deflate.
    case badData
    /// The contents or the header don't match their checksum, or the contents their length.
    case checksum
    /// The contents are larger than the caller allows, or a header text than ours.
    case limit
  }

  /// What is wrong.
  public let kind: Kind

  /// Offset where it shows, counted from the start of the span that was read.
  public let byteOffset: Int

  /// Makes an error of a kind at an offset.
  public init(_ kind: Kind, at byteOffset: Int) {
    self.kind = kind
    self.byteOffset = byteOffset
  }
}
