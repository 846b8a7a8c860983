import Bytes
import CRM

/// What is not known while a row is read and is put into its line later.
enum Hole: Sendable {
  /// The id of the row's own record.
  case own
  /// The id of a record beside the row, by its place in `ChunkRows.refs`.
  case ref(Int32)
  /// The row's mark, with its occurrence in the file.
  case sourceRow
}

/// A hole at an offset in the bytes of a chunk.
struct PlacedHole: Sendable {
  let offset: Int32
  let hole: Hole
}

/// Collects the fields of one record and writes them in canonical order.
///
/// Values lie one after the other in one buffer; once the buffers have grown, a row allocates
/// nothing.
struct BodyBuilder {
  private struct Value {
    let start: Int32
    let end: Int32
    var hole: Hole?

    var range: Range<Int> { Int(start)..<Int(end) }
  }

  private struct Element {
    let slot: Int
    let value: Value
  }

  let layout: BodyLayout
  /// The values of the record, one after the other, as canonical JSON.
  var writer = JSONWriter()
  /// What the record is recognised by.
  var keys: [RowKey] = []
  private var sets: [Value?]
  private var setCount = 0
  private var elements: [Element] = []
  /// Registers whose names are made while reading: attributes of elements.
  private var attributes: [(name: [UInt8], value: Value)] = []

  init(_ layout: BodyLayout) {
    self.layout = layout
    sets = Array(repeating: nil, count: layout.setCount)
  }

  mutating func clear() {
    writer.bytes.removeAll(keepingCapacity: true)
    if setCount > 0 { for slot in sets.indices { sets[slot] = nil } }
    setCount = 0
    if !keys.isEmpty { keys.removeAll(keepingCapacity: true) }
    if !elements.isEmpty { elements.removeAll(keepingCapacity: true) }
    if !attributes.isEmpty { attributes.removeAll(keepingCapacity: true) }
  }

  var isEmpty: Bool { setCount == 0 && elements.isEmpty && attributes.isEmpty }

  func has(_ slot: Int) -> Bool { slot >= 0 && sets[slot] != nil }

  /// What a register says, if it was set.
  func text(_ slot: Int) -> String? {
    guard slot >= 0, let value = sets[slot] else { return nil }
    return StoredValue.withContent(of: writer.bytes.span.extracting(value.range)) { $0.text() }
  }

  /// Appends what a register says, without quotes; nothing if it was not set.
  func appendContent(_ slot: Int, to output: inout [UInt8]) {
    guard slot >= 0, let value = sets[slot] else { return }
    StoredValue.withContent(of: writer.bytes.span.extracting(value.range)) {
      output.append(copying: $0)
    }
  }

  /// Sets a register to what was written from an offset on.
  mutating func set(_ slot: Int, from start: Int) {
    put(value(from: start), slot)
  }

  mutating func set(_ slot: Int, text: String) {
    let start = writer.bytes.count
    writer.string(text)
    set(slot, from: start)
  }

  mutating func set(_ slot: Int, hole: Hole) {
    put(Value(start: 0, end: 0, hole: hole), slot)
  }

  private mutating func put(_ value: Value, _ slot: Int) {
    guard slot >= 0 else { return }
    if sets[slot] == nil { setCount += 1 }
    sets[slot] = value
  }

  private func value(from start: Int) -> Value {
    Value(start: Int32(start), end: Int32(writer.bytes.count))
  }

  /// Adds what was written from an offset on as an element, unless the set has it already.
  mutating func add(_ slot: Int, from start: Int) {
    guard slot >= 0 else { return }
    let new = value(from: start)
    let isKnown = elements.contains {
      $0.slot == slot && $0.value.hole == nil && compare($0.value, new) == 0
    }
    if !isKnown { insert(Element(slot: slot, value: new)) }
  }

  mutating func add(_ slot: Int, text: [UInt8]) {
    let start = writer.bytes.count
    writer.string(text.span)
    add(slot, from: start)
  }

  mutating func add(_ slot: Int, hole: Hole) {
    guard slot >= 0 else { return }
    insert(Element(slot: slot, value: Value(start: 0, end: 0, hole: hole)))
  }

  /// Keeps the elements in the order in which they are written.
  private mutating func insert(_ element: Element) {
    var place = elements.count
    while place > 0 {
      let before = elements[place - 1]
      guard
        before.slot > element.slot
          || (before.slot == element.slot && compare(before.value, element.value) > 0)
      else { break }
      place -= 1
    }
    elements.insert(element, at: place)
  }

  /// How the bytes of two values compare: below, at or above 0; holes have none.
  private func compare(_ left: Value, _ right: Value) -> Int {
    let bytes = writer.bytes.span
    let (left, right) = (bytes.extracting(left.range), bytes.extracting(right.range))
    for index in 0..<min(left.count, right.count) where left[index] != right[index] {
      return Int(left[index]) - Int(right[index])
    }
    return left.count - right.count
  }

  /// Sets the attribute of an element, unless an earlier column has.
  mutating func setAttribute(_ name: [UInt8], text: String) {
    let start = writer.bytes.count
    writer.string(text)
    setAttribute(name, from: start)
  }

  /// Sets the attribute of an element to what was written from an offset on, unless an earlier
  /// column has set it.
  mutating func setAttribute(_ name: [UInt8], from start: Int) {
    guard !attributes.contains(where: { $0.name == name }) else { return }
    attributes.append((name, value(from: start)))
  }

  /// Whether some set holds an element whose bytes are not known yet beside another one, so that
  /// only the finished line can be put in order.
  var hasUnorderedElements: Bool {
    for index in elements.indices.dropFirst() where elements[index].slot == elements[index - 1].slot
    {
      if elements[index - 1].value.hole != nil || elements[index].value.hole != nil { return true }
    }
    return false
  }
}

// MARK: - Writing

extension BodyBuilder {
  /// Appends the record line from behind the id on, with its line feed.
  mutating func append(to output: inout JSONWriter, _ holes: inout [PlacedHole]) {
    output.raw("\"")
    appendAdds(to: &output, &holes)
    appendSets(to: &output, &holes)
    output.raw("}\n")
  }

  private func appendAdds(to output: inout JSONWriter, _ holes: inout [PlacedHole]) {
    guard !elements.isEmpty else { return }
    var slot = -1
    for element in elements {
      if element.slot == slot {
        output.raw(",")
      } else {
        output.raw(slot < 0 ? ",\"add\":{" : "],")
        slot = element.slot
        let prefix = layout.addPrefixes[slot]
        output.raw(prefix.span)
        output.raw("[")
      }
      append(element.value, to: &output, &holes)
    }
    output.raw("]}")
  }

  private mutating func appendSets(to output: inout JSONWriter, _ holes: inout [PlacedHole]) {
    if attributes.count > 1 { attributes.sort { $0.name.lexicographicallyPrecedes($1.name) } }
    var opening: StaticString = ",\"set\":{"
    var next = 0
    for slot in sets.indices {
      guard let value = sets[slot] else { continue }
      while next < attributes.count,
        attributes[next].name.lexicographicallyPrecedes(layout.sets[slot])
      {
        output.raw(opening)
        opening = ","
        appendAttribute(next, to: &output)
        next += 1
      }
      output.raw(opening)
      opening = ","
      let prefix = layout.setPrefixes[slot]
      output.raw(prefix.span)
      append(value, to: &output, &holes)
    }
    while next < attributes.count {
      output.raw(opening)
      opening = ","
      appendAttribute(next, to: &output)
      next += 1
    }
    if setCount > 0 || !attributes.isEmpty { output.raw("}") }
  }

  private func appendAttribute(_ index: Int, to output: inout JSONWriter) {
    let attribute = attributes[index]
    output.string(attribute.name.span)
    output.raw(":")
    output.raw(writer.bytes.span.extracting(attribute.value.range))
  }

  private func append(_ value: Value, to output: inout JSONWriter, _ holes: inout [PlacedHole]) {
    guard let hole = value.hole else {
      output.raw(writer.bytes.span.extracting(value.range))
      return
    }
    output.raw("\"")
    holes.append(PlacedHole(offset: Int32(output.bytes.count), hole: hole))
    output.raw("\"")
  }
}
