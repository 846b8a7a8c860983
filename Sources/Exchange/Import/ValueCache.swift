/// The values of texts that come again and again in a column.
struct ValueCache {
  private var recent: [(text: [UInt8], value: [UInt8])] = []
  private var others: [[UInt8]: [UInt8]] = [:]

  func append(_ cell: Span<UInt8>, to output: inout [UInt8]) -> Bool {
    search: for entry in recent where entry.text.count == cell.count {
      for index in 0..<cell.count where cell[index] != entry.text[index] { continue search }
      output += entry.value
      return true
    }
    guard !others.isEmpty else { return false }
    guard let value = others[cell.copied()] else { return false }
    output += value
    return true
  }

  mutating func insert(_ cell: Span<UInt8>, _ value: [UInt8]) {
    if recent.count < 24 {
      recent.append((cell.copied(), value))
    } else if others.count < 10_000 {
      others[cell.copied()] = value
    }
  }
}
