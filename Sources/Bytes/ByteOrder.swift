/// Order and identity of byte sequences: unsigned, shorter first when one begins the other.
///
/// Everything in the format compares so; no locale and no normalisation. Swift's own `==` on
/// `String` is canonical equivalence and must not be used where order or identity matters.
public enum ByteOrder {
  /// Tells whether `left` stands before `right`.
  public static func precedes(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    let common = min(left.count, right.count)
    let index = mismatch(left, right, common: common)
    guard index < common else { return left.count < right.count }
    return left[index] < right[index]
  }

  /// Tells whether both hold the same bytes.
  public static func equal(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    left.count == right.count && mismatch(left, right, common: left.count) == left.count
  }

  /// First index below `common` where the two differ, else `common`.
  private static func mismatch(
    _ left: Span<UInt8>, _ right: Span<UInt8>, common: Int
  ) -> Int {
    var index = 0
    while index &+ 8 <= common {
      let difference = left.word(at: index) ^ right.word(at: index)
      guard difference == 0 else { return index &+ difference.firstMarkedLane }
      index &+= 8
    }
    while index < common && left[index] == right[index] { index &+= 1 }
    return index
  }
}

extension [UInt8] {
  /// Appends a copy of all bytes of a span.
  @inlinable
  public mutating func append(bytesOf span: Span<UInt8>) {
    span.withUnsafeBufferPointer { append(contentsOf: $0) }
  }

  /// Makes an array that holds a copy of the bytes of a span.
  @inlinable
  public init(bytesOf span: Span<UInt8>) {
    self = span.withUnsafeBufferPointer { Array($0) }
  }
}
