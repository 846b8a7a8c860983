extension Span<UInt8> {
  /// Whether the bytes are well-formed UTF-8.
  var isValidUTF8: Bool {
    (try? UTF8Span(validating: self)) != nil
  }

  /// Whether the bytes start with the byte order mark of UTF-8.
  var startsWithUTF8Mark: Bool {
    count >= 3 && self[0] == 0xEF && self[1] == 0xBB && self[2] == 0xBF
  }

  /// The bytes as an array.
  func copied() -> [UInt8] {
    withUnsafeBufferPointer { Array($0) }
  }

  /// The bytes as text; ill-formed UTF-8 is repaired with U+FFFD.
  func text() -> String {
    if let valid = try? UTF8Span(validating: self) { return String(copying: valid) }
    return String(decoding: copied(), as: UTF8.self)
  }
}

extension [UInt8] {
  /// Appends bytes in bulk.
  mutating func append(copying bytes: Span<UInt8>) {
    bytes.withUnsafeBufferPointer { append(contentsOf: $0) }
  }

  /// Appends a Unicode scalar value as UTF-8; the caller never passes a surrogate.
  @inline(__always)
  mutating func appendScalar(_ scalar: UInt32) {
    if scalar < 0x80 {
      append(UInt8(truncatingIfNeeded: scalar))
      return
    }
    let last = UInt8(truncatingIfNeeded: scalar & 0x3F | 0x80)
    if scalar < 0x800 {
      append(UInt8(truncatingIfNeeded: scalar >> 6 | 0xC0))
    } else {
      if scalar < 0x10000 {
        append(UInt8(truncatingIfNeeded: scalar >> 12 | 0xE0))
      } else {
        append(UInt8(truncatingIfNeeded: scalar >> 18 | 0xF0))
        append(UInt8(truncatingIfNeeded: scalar >> 12 & 0x3F | 0x80))
      }
      append(UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F | 0x80))
    }
    append(last)
  }
}
