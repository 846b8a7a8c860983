/// Russian numbers as most people type them, read byte by byte; for everything else there is
/// ``Phone``, which gives the same answers.
package enum PlainPhone {
  /// Appends the key of a number of 10 or 11 digits with nothing but signs between them.
  ///
  /// An extension may follow: «доб. 12».
  ///
  /// - Returns: whether it was such a number; if not, anything may have been appended.
  package static func append(_ text: Span<UInt8>, to output: inout [UInt8]) -> Bool {
    let end = extensionStart(text)
    guard appendNumber(text.extracting(0..<end), to: &output) else { return false }
    return end == text.count || appendExtension(text.extracting(end..<text.count), to: &output)
  }

  /// Cuts a cell with several numbers.
  ///
  /// - Parameter cell: the cell.
  /// - Returns: where the numbers stand, as ``Phone/split(_:)`` cuts them; nil if a piece is no
  ///   plain number, so that the cell needs a closer look.
  package static func pieces(of cell: Span<UInt8>) -> [Range<Int>]? {
    var pieces: [Range<Int>] = []
    var key: [UInt8] = []
    var start = 0
    for index in 0...cell.count {
      guard index == cell.count || isBorder(cell[index]) else { continue }
      var (first, last) = (start, index)
      while first < last, cell[first] == 0x20 { first += 1 }
      while first < last, cell[last - 1] == 0x20 { last -= 1 }
      start = index + 1
      if first == last { continue }
      key.removeAll(keepingCapacity: true)
      let piece = cell.extracting(first..<last)
      guard !hasDoubleSpace(piece), append(piece, to: &key) else { return nil }
      pieces.append(first..<last)
    }
    return pieces
  }

  private static func isBorder(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x2C, 0x3B, 0x2F, 0x0A, 0x0D, 0x7C: true  // , ; / line ends |
    default: false
    }
  }

  private static func hasDoubleSpace(_ text: Span<UInt8>) -> Bool {
    for index in 1..<max(1, text.count) where text[index] == 0x20 && text[index - 1] == 0x20 {
      return true
    }
    return false
  }

  private static func appendNumber(_ text: Span<UInt8>, to output: inout [UInt8]) -> Bool {
    guard text.count >= 10, text.count <= 24 else { return false }
    let start = output.count
    output.append(0x2B)
    output.append(0x37)
    var hasPlus = false
    for index in 0..<text.count {
      let byte = text[unchecked: index]
      if byte &- 0x30 < 10 {
        guard output.count - start < 13 else { return false }
        output.append(byte)
      } else if byte == 0x2B {  // +
        guard output.count == start + 2, !hasPlus else { return false }
        hasPlus = true
      } else if byte != 0x20 && byte != 0x2D && byte != 0x28 && byte != 0x29 {
        return false
      }
    }
    let first = output[start + 2]
    switch output.count - start {
    case 13 where first == 0x37 || (first == 0x38 && !hasPlus): output.remove(at: start + 2)
    case 12 where !hasPlus && first != 0x38: break
    default: return false
    }
    // A code that begins with 0 is none; «8 10 …» goes abroad, and «8 (10» may be meant so.
    return output[start + 2] != 0x30 && !(output[start + 2] == 0x31 && output[start + 3] == 0x30)
  }

  private static let label = Array(" доб".utf8)

  /// Where « доб» begins, the end of the text without it.
  private static func extensionStart(_ text: Span<UInt8>) -> Int {
    // From the first letter on, which is Cyrillic.
    var start = 0
    while start < text.count, text[unchecked: start] < 0x80 { start += 1 }
    guard start > 0, text.count - start >= label.count else { return text.count }
    for index in label.indices where text[start - 1 + index] != label[index] { return text.count }
    return start - 1
  }

  /// Appends `;ext=` and what stands behind « доб», with a dot and a space or without: one to six
  /// digits.
  private static func appendExtension(_ text: Span<UInt8>, to output: inout [UInt8]) -> Bool {
    var start = label.count
    if start < text.count, text[start] == 0x2E { start += 1 }
    if start < text.count, text[start] == 0x20 { start += 1 }
    guard (1...6).contains(text.count - start) else { return false }
    output.append(contentsOf: ";ext=".utf8)
    for index in start..<text.count {
      guard text[index] &- 0x30 < 10 else { return false }
      output.append(text[index])
    }
    return true
  }
}
