/// The values of texts that come again and again in a column.
struct ValueCache {
  private struct Entry {
    let text: Range<Int>
    let value: Range<Int>
    let warning: Int32
  }

  private var bytes: [UInt8] = []
  private var entries: [Entry] = []
  private var places = KeyTable(reserving: 16)

  /// Beyond this many the texts of a column do not come again.
  private static let entryLimit = 10_000

  /// Appends the value of a text that was read before.
  ///
  /// - Returns: the place of the warning that the text deserves, -1 for none; nil for a new text.
  func append(_ cell: Span<UInt8>, to output: inout [UInt8]) -> Int32? {
    guard let place = places.first(KeyHash.hash(cell, .title)) else { return nil }
    let entry = entries[Int(place)]
    guard entry.text.count == cell.count else { return nil }
    for index in 0..<cell.count where bytes[entry.text.lowerBound + index] != cell[index] {
      return nil
    }
    output.append(copying: bytes.span.extracting(entry.value))
    return entry.warning
  }

  /// Remembers the value of a text, and its warning.
  mutating func insert(_ cell: Span<UInt8>, _ value: Span<UInt8>, warning: Int32) {
    guard entries.count < Self.entryLimit else { return }
    places.insert(KeyHash.hash(cell, .title), Int32(entries.count))
    let start = bytes.count
    bytes.append(copying: cell)
    let middle = bytes.count
    bytes.append(copying: value)
    entries.append(
      Entry(text: start..<middle, value: middle..<bytes.count, warning: warning))
  }
}
