/// A byte string to look for in many haystacks.
public struct ByteNeedle: Sendable, Hashable {
  /// What is looked for.
  public let bytes: [UInt8]
  /// The place of a byte that is rare in folded Russian text, by which the haystack is scanned.
  private let anchor: Int

  /// Prepares a needle.
  ///
  /// - Parameter bytes: What to look for; an empty needle is found everywhere.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
    anchor = bytes.indices.min { Self.commonness(bytes[$0]) < Self.commonness(bytes[$1]) } ?? 0
  }

  /// Returns the first place of the needle.
  ///
  /// - Parameters:
  ///   - haystack: Where to look.
  ///   - start: The first place that counts, at most the length of the haystack.
  /// - Returns: Nil if it is not there.
  public func firstIndex(in haystack: Span<UInt8>, from start: Int = 0) -> Int? {
    let count = bytes.count
    guard count > 0 else { return start <= haystack.count ? start : nil }
    // Beyond the last possible place of the anchor there can be no match.
    let end = haystack.count - (count - 1 - anchor)
    var index = start + anchor
    let wanted = bytes[anchor]
    let pattern = SIMD32<UInt8>(repeating: wanted)
    let raw = haystack.bytes
    while index < end {
      if index + 32 <= haystack.count {
        let chunk = raw.unsafeLoadUnaligned(
          fromUncheckedByteOffset: index, as: SIMD32<UInt8>.self)
        if !any(chunk .== pattern) {
          index += 32
          continue
        }
      }
      let stop = min(index + 32, end)
      while index < stop {
        if haystack[unchecked: index] == wanted, matches(haystack, at: index - anchor) {
          return index - anchor
        }
        index += 1
      }
    }
    return nil
  }

  /// Returns whether the needle is anywhere in a haystack.
  ///
  /// - Parameter haystack: Where to look.
  /// - Returns: True also for an empty needle.
  public func occurs(in haystack: Span<UInt8>) -> Bool {
    firstIndex(in: haystack) != nil
  }

  private func matches(_ haystack: Span<UInt8>, at start: Int) -> Bool {
    for index in bytes.indices where haystack[start + index] != bytes[index] { return false }
    return true
  }

  /// How often a byte occurs in folded Russian text, roughly: more is commoner.
  private static func commonness(_ byte: UInt8) -> Int {
    switch byte {
    case 0xD0, 0xD1: 100
    case 0x20: 50
    case 0xBE, 0xB5, 0xB0, 0xB8, 0xBD, 0x82, 0x81, 0x80: 20  // о е а и н т с р
    case 0xB2, 0xBB, 0xBA, 0xBC, 0xB4: 10  // в л к м д
    case 0x30...0x39: 8
    case 0x61...0x7A: 6
    default: 3
    }
  }
}

/// Comparison of borrowed bytes.
enum Bytewise {
  /// Whether a span holds exactly these bytes.
  static func equal(_ span: Span<UInt8>, _ bytes: [UInt8]) -> Bool {
    guard span.count == bytes.count else { return false }
    for index in bytes.indices where span[index] != bytes[index] { return false }
    return true
  }
}
