import Bytes

/// The fields that the record lines of one import can have, in the order of their bytes.
struct BodyLayout: Sendable {
  /// The type of the records.
  let type: String
  private let sets: [[UInt8]]
  private let adds: [[UInt8]]
  private let setSlots: [String: Int]
  private let addSlots: [String: Int]

  init(type: String, sets: Set<String>, adds: Set<String>) {
    self.type = type
    func sorted(_ names: Set<String>) -> [String] {
      names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
    let (sets, adds) = (sorted(sets), sorted(adds))
    self.sets = sets.map { Array($0.utf8) }
    self.adds = adds.map { Array($0.utf8) }
    setSlots = Dictionary(uniqueKeysWithValues: sets.enumerated().map { ($1, $0) })
    addSlots = Dictionary(uniqueKeysWithValues: adds.enumerated().map { ($1, $0) })
  }

  var setCount: Int { sets.count }
  var addCount: Int { adds.count }

  func set(_ field: String) -> Int { setSlots[field] ?? -1 }
  func add(_ field: String) -> Int { addSlots[field] ?? -1 }
  func setName(_ slot: Int) -> [UInt8] { sets[slot] }
  func addName(_ slot: Int) -> [UInt8] { adds[slot] }
}

/// What is not known while a row is read and is put into its line later.
enum Hole: UInt8, Sendable {
  /// The id of the row's own record.
  case own
  /// The id of the person or client beside the row.
  case person
  /// The id of the company beside the row.
  case company
  /// The row's mark, with its occurrence in the file.
  case sourceRow
}

/// A hole at an offset in the bytes of a chunk.
struct PlacedHole: Sendable {
  let offset: Int32
  let hole: Hole
}

/// Collects the fields of one record and writes them in canonical order.
struct BodyBuilder {
  private struct Value {
    var range: Range<Int>
    var hole: Hole?
  }

  let layout: BodyLayout
  /// The values of the record, one after the other, as canonical JSON.
  var writer = JSONWriter()
  private var sets: [Value?]
  private var adds: [[Value]]
  /// Registers whose names are made while reading: attributes of elements.
  private var attributes: [(name: [UInt8], value: Range<Int>)] = []

  init(_ layout: BodyLayout) {
    self.layout = layout
    sets = Array(repeating: nil, count: layout.setCount)
    adds = Array(repeating: [], count: layout.addCount)
  }

  mutating func clear() {
    writer.bytes.removeAll(keepingCapacity: true)
    for slot in sets.indices { sets[slot] = nil }
    for slot in adds.indices where !adds[slot].isEmpty { adds[slot].removeAll(keepingCapacity: true) }
    if !attributes.isEmpty { attributes.removeAll(keepingCapacity: true) }
  }

  var isEmpty: Bool {
    sets.allSatisfy { $0 == nil } && adds.allSatisfy(\.isEmpty) && attributes.isEmpty
  }

  func has(_ slot: Int) -> Bool { slot >= 0 && sets[slot] != nil }

  /// The bytes of a register, if it was set.
  func value(_ slot: Int) -> [UInt8]? {
    guard slot >= 0, let value = sets[slot] else { return nil }
    return Array(writer.bytes[value.range])
  }

  /// Sets a register to what was written from an offset on.
  mutating func set(_ slot: Int, from start: Int) {
    guard slot >= 0 else { return }
    sets[slot] = Value(range: start..<writer.bytes.count)
  }

  mutating func set(_ slot: Int, text: String) {
    let start = writer.bytes.count
    writer.string(text)
    set(slot, from: start)
  }

  mutating func set(_ slot: Int, hole: Hole) {
    guard slot >= 0 else { return }
    sets[slot] = Value(range: 0..<0, hole: hole)
  }

  /// Adds what was written from an offset on as an element, unless the set has it already.
  mutating func add(_ slot: Int, from start: Int) {
    guard slot >= 0 else { return }
    let range = start..<writer.bytes.count
    let isKnown = adds[slot].contains {
      $0.hole == nil && writer.bytes[$0.range].elementsEqual(writer.bytes[range])
    }
    if !isKnown { adds[slot].append(Value(range: range)) }
  }

  mutating func add(_ slot: Int, hole: Hole) {
    guard slot >= 0 else { return }
    adds[slot].append(Value(range: 0..<0, hole: hole))
  }

  /// Sets the attribute of an element, unless an earlier column has.
  mutating func setAttribute(_ name: [UInt8], text: String) {
    guard !attributes.contains(where: { $0.name == name }) else { return }
    let start = writer.bytes.count
    writer.string(text)
    attributes.append((name, start..<writer.bytes.count))
  }

  /// Appends the record line from behind the id on, with its line feed.
  mutating func append(to output: inout JSONWriter, _ holes: inout [PlacedHole]) {
    output.raw("\"")
    appendAdds(to: &output, &holes)
    appendSets(to: &output, &holes)
    output.raw("}\n")
  }

  private mutating func appendAdds(to output: inout JSONWriter, _ holes: inout [PlacedHole]) {
    var isFirst = true
    for slot in adds.indices where !adds[slot].isEmpty {
      output.raw(isFirst ? ",\"add\":{" : ",")
      isFirst = false
      let name = layout.addName(slot)
      output.string(name.span)
      output.raw(":[")
      if adds[slot].count > 1 {
        let bytes = writer.bytes
        adds[slot].sort {
          bytes[$0.range].lexicographicallyPrecedes(bytes[$1.range])
        }
      }
      for (index, element) in adds[slot].enumerated() {
        if index > 0 { output.raw(",") }
        append(element, to: &output, &holes)
      }
      output.raw("]")
    }
    if !isFirst { output.raw("}") }
  }

  private mutating func appendSets(to output: inout JSONWriter, _ holes: inout [PlacedHole]) {
    attributes.sort { $0.name.lexicographicallyPrecedes($1.name) }
    var isFirst = true
    var next = 0
    func open(_ output: inout JSONWriter) {
      output.raw(isFirst ? ",\"set\":{" : ",")
      isFirst = false
    }
    for slot in sets.indices {
      guard let value = sets[slot] else { continue }
      let name = layout.setName(slot)
      while next < attributes.count, attributes[next].name.lexicographicallyPrecedes(name) {
        open(&output)
        appendAttribute(next, to: &output)
        next += 1
      }
      open(&output)
      output.string(name.span)
      output.raw(":")
      append(value, to: &output, &holes)
    }
    while next < attributes.count {
      open(&output)
      appendAttribute(next, to: &output)
      next += 1
    }
    if !isFirst { output.raw("}") }
  }

  private func appendAttribute(_ index: Int, to output: inout JSONWriter) {
    let name = attributes[index].name
    output.string(name.span)
    output.raw(":")
    output.raw(writer.bytes.span.extracting(attributes[index].value))
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
