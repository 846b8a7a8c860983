import Bytes
import CRM
import Replication

/// Tells without making an edit whether a record has all that a row says.
///
/// When a file is imported again, that is so for most rows.
struct RowComparison: Sendable {
  private let layout: BodyLayout
  private let sets: [FieldKey]
  private let adds: [FieldKey]
  private let workedOut: [Bool]
  private let prefixCount: Int

  init(_ layout: ImportLayout, _ state: State) {
    self.layout = layout.main
    func key(_ name: [UInt8]) -> FieldKey {
      state.field(String(decoding: name, as: UTF8.self))
    }
    sets = self.layout.sets.map(key)
    adds = self.layout.adds.map(key)
    workedOut = self.layout.sets.map {
      layout.workedOut.contains(String(decoding: $0, as: UTF8.self))
    }
    prefixCount = "{\"\(layout.entity.key)\":".utf8.count
  }

  /// Whether every value of the line is in the record as it stands.
  ///
  /// A line with attributes of elements is never taken as known: those need a closer look.
  func knows(_ line: [UInt8], _ record: Record) -> Bool {
    let bytes = line.span
    var scanner = JSONScanner(at: prefixCount)
    do {
      _ = try scanner.string(in: bytes)
      if scanner.take(",\"add\":{", in: bytes) {
        var slot = 0
        repeat {
          guard let found = try next(&scanner, bytes, layout.adds, from: slot) else { return false }
          slot = found + 1
          try scanner.expect(UInt8(ascii: "["), in: bytes)
          repeat {
            let value = try scanner.value(in: bytes)
            guard has(bytes.extracting(value), adds[found], record) else { return false }
          } while scanner.take(UInt8(ascii: ","), in: bytes)
          try scanner.expect(UInt8(ascii: "]"), in: bytes)
        } while scanner.take(UInt8(ascii: ","), in: bytes)
        try scanner.expect(UInt8(ascii: "}"), in: bytes)
      }
      guard scanner.take(",\"set\":{", in: bytes) else { return true }
      var slot = 0
      repeat {
        guard let found = try next(&scanner, bytes, layout.sets, from: slot) else {
          return false
        }
        slot = found + 1
        let value = try scanner.value(in: bytes)
        // The day of a first import, and what was guessed then, say nothing now.
        if workedOut[found] { continue }
        let wanted = bytes.extracting(value)
        let isSame = record.withValue(of: sets[found]) { Self.equal($0, wanted) }
        guard isSame == true else { return false }
      } while scanner.take(UInt8(ascii: ","), in: bytes)
      return true
    } catch {
      return false
    }
  }

  /// The slot of the next key, which comes after those before it.
  private func next(
    _ scanner: inout JSONScanner, _ bytes: Span<UInt8>, _ names: [[UInt8]], from first: Int
  ) throws(JSONError) -> Int? {
    let name = bytes.extracting(try scanner.string(in: bytes))
    try scanner.expect(UInt8(ascii: ":"), in: bytes)
    for index in first..<max(first, names.count) {
      let candidate = names[index]
      if Self.equal(name, candidate.span) { return index }
    }
    return nil
  }

  private func has(_ value: Span<UInt8>, _ field: FieldKey, _ record: Record) -> Bool {
    var found = false
    record.forEachElement(of: field) { element in
      if !found { found = Self.equal(element, value) }
    }
    return found
  }

  private static func equal(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    for index in 0..<left.count where left[unchecked: index] != right[unchecked: index] {
      return false
    }
    return true
  }
}
