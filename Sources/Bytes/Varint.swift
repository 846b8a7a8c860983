/// Why a variable-length integer can't be read, and where it begins.
public struct VarintError: Error, Hashable, Sendable {
  /// What is wrong.
  public enum Kind: Hashable, Sendable, CaseIterable {
    /// The bytes end inside the integer.
    case truncated
    /// The integer doesn't fit the type that was asked for.
    case tooLarge
    /// The integer is spelt with more bytes than it needs.
    case notMinimal
  }

  /// What is wrong.
  public let kind: Kind

  /// Offset of the first byte of the integer.
  public let byteOffset: Int

  /// Makes an error of a kind at an offset.
  @inlinable
  public init(_ kind: Kind, at byteOffset: Int) {
    self.kind = kind
    self.byteOffset = byteOffset
  }
}

/// Unsigned LEB128: seven bits a byte, low bits first, bit 7 set in all bytes but the last.
///
/// An integer has one spelling, the shortest; at most ten bytes. Readers of tables call it for
/// every field, and nearly all integers are one byte: that case is inlined, the rest a call.
public enum Varint {
  /// Appends an integer.
  @inlinable
  public static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Reads an integer and moves `position` behind it.
  ///
  /// - Parameters:
  ///   - bytes: what is read.
  ///   - position: offset of the first byte, not negative; unchanged when it throws.
  /// - Returns: the integer.
  /// - Throws: `VarintError`.
  @inlinable
  @inline(__always)
  public static func read(
    _ bytes: Span<UInt8>, at position: inout Int
  ) throws(VarintError) -> UInt64 {
    if position < bytes.count, bytes[position] < 0x80 {
      defer { position &+= 1 }
      return UInt64(bytes[position])
    }
    return try readLong(bytes, at: &position)
  }

  /// Reads an integer of any length.
  @inline(never)
  @usableFromInline
  static func readLong(
    _ bytes: Span<UInt8>, at position: inout Int
  ) throws(VarintError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    var cursor = position
    while cursor < bytes.count {
      let byte = bytes[cursor]
      // The tenth byte has room for one bit, and no eleventh may follow.
      guard shift < 63 || byte <= 1 else { throw VarintError(.tooLarge, at: position) }
      value |= UInt64(byte & 0x7F) &<< shift
      cursor &+= 1
      if byte < 0x80 {
        guard byte != 0 || shift == 0 else { throw VarintError(.notMinimal, at: position) }
        position = cursor
        return value
      }
      shift &+= 7
    }
    throw VarintError(.truncated, at: position)
  }

  /// Reads an integer that must fit a non-negative `Int`: a count, a length or an offset.
  ///
  /// - Parameters:
  ///   - bytes: what is read.
  ///   - position: offset of the first byte, not negative; unchanged when it throws.
  /// - Returns: the integer, not negative.
  /// - Throws: `VarintError`.
  @inlinable
  @inline(__always)
  public static func readCount(
    _ bytes: Span<UInt8>, at position: inout Int
  ) throws(VarintError) -> Int {
    let start = position
    let value = try read(bytes, at: &position)
    guard let count = Int(exactly: value) else {
      position = start
      throw VarintError(.tooLarge, at: start)
    }
    return count
  }

  /// Maps a signed integer to an unsigned one so that small magnitudes stay short.
  ///
  /// 0, -1, 1, -2 become 0, 1, 2, 3, and so on.
  @inlinable
  public static func zigzag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: (value &<< 1) ^ (value &>> 63))
  }

  /// Undoes ``zigzag(_:)-(Int64)``.
  @inlinable
  public static func unzigzag(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1)
  }
}
