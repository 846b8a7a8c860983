import Bytes

/// Writes the export's lines of records straight from their bytes, without reading each out first.
///
/// Nearly all records exist, have one value to a register and names that the table has. The others
/// are left to `Export.line`, which reads them out in full; both give the same line.
struct ExportLines {
  /// The names by number, and the place of each in the order of their bytes.
  struct Names: Sendable {
    let names: [ByteString]
    let ranks: [UInt32]

    init(_ table: NameTable) {
      let names = [ByteString([])] + table.all
      var ranks = [UInt32](repeating: 0, count: names.count)
      for (rank, number) in names.indices.sorted(by: { names[$0] < names[$1] }).enumerated() {
        ranks[number] = UInt32(rank)
      }
      self.names = names
      self.ranks = ranks
    }

  }

  private struct Part {
    let name: UInt32
    let rank: UInt32
    /// Where the value of a register lies, or what a set's field holds.
    let payload: Range<Int>
    let form: UInt64
  }

  /// What has been written so far.
  private(set) var writer = JSONWriter()

  private let names: Names
  private var registers: [Part] = []
  private var sets: [Part] = []
  private var elements: [Range<Int>] = []

  init(_ names: Names) {
    self.names = names
  }

  /// Writes one record's line.
  mutating func write(_ record: Record) {
    let bytes = record.bytes
    guard var reader = BlobReader(bytes), reader.skipDots(in: bytes),
      Int(reader.type) < names.names.count, collect(&reader, in: bytes)
    else {
      Export.line(of: record, to: &writer)
      return
    }
    let type = names.names[Int(reader.type)]
    writer.raw("{\"type\":")
    writer.string(type.bytes.span)
    writer.raw(",\"id\":")
    writer.string(bytes.extracting(reader.id))
    if !sets.isEmpty { writeSets(in: bytes) }
    if !registers.isEmpty {
      writer.raw(",\"set\":{")
      for register in registers {
        let name = names.names[Int(register.name)]
        writer.key(name.bytes.span)
        writer.raw(bytes.extracting(register.payload))
      }
      writer.raw("}")
    }
    writer.raw("}\n")
  }

  /// Finds what the line has, in its order.
  ///
  /// - Returns: false if the record has anything out of the ordinary.
  private mutating func collect(_ reader: inout BlobReader, in bytes: Span<UInt8>) -> Bool {
    registers.removeAll(keepingCapacity: true)
    sets.removeAll(keepingCapacity: true)
    guard let voteCount = reader.number(in: bytes), voteCount > 0 else { return false }
    for _ in 0..<voteCount {
      guard let vote = reader.number(in: bytes), vote & 1 == 1 else { return false }
    }
    guard var count = reader.fieldCount(in: bytes) else { return false }
    while count > 0 {
      count -= 1
      guard let field = reader.field(in: bytes), field.name != 0,
        Int(field.name) < names.names.count
      else { return false }
      var payload = field.payload
      if field.form == RecordBlob.register {
        var inner = BlobReader(at: payload.lowerBound)
        guard inner.number(in: bytes) == 1, inner.number(in: bytes) != nil,
          let value = inner.range(in: bytes)
        else { return false }
        payload = value
      }
      let part = Part(
        name: field.name, rank: names.ranks[Int(field.name)], payload: payload, form: field.form)
      if field.form >= RecordBlob.plainSet {
        Self.insert(part, into: &sets)
      } else if !Self.isNull(bytes.extracting(payload)) {
        Self.insert(part, into: &registers)
      }
    }
    return true
  }

  /// Lines are written with ascending names, so that as a rule nothing has to move.
  private static func insert(_ part: Part, into parts: inout [Part]) {
    var place = parts.count
    while place > 0, parts[place - 1].rank > part.rank { place -= 1 }
    parts.insert(part, at: place)
  }

  private static func isNull(_ value: Span<UInt8>) -> Bool {
    value.count == 4 && value[0] == UInt8(ascii: "n")
  }

  private mutating func writeSets(in bytes: Span<UInt8>) {
    writer.raw(",\"add\":{")
    for set in sets {
      let name = names.names[Int(set.name)]
      writer.key(name.bytes.span)
      writer.raw("[")
      collectElements(of: set, in: bytes)
      for element in elements {
        writer.element()
        writer.raw(bytes.extracting(element))
      }
      writer.raw("]")
    }
    writer.raw("}")
  }

  private mutating func collectElements(of set: Part, in bytes: Span<UInt8>) {
    elements.removeAll(keepingCapacity: true)
    var reader = BlobReader(at: set.payload.lowerBound)
    guard var count = reader.number(in: bytes) else { return }
    while count > 0 {
      count -= 1
      if set.form == RecordBlob.elementSet {
        guard let dotCount = reader.number(in: bytes) else { return }
        for _ in 0..<dotCount { guard reader.number(in: bytes) != nil else { return } }
      }
      guard let element = reader.range(in: bytes) else { return }
      var place = elements.count
      while place > 0,
        ByteOrder.precedes(bytes.extracting(element), bytes.extracting(elements[place - 1]))
      { place -= 1 }
      elements.insert(element, at: place)
    }
  }

  /// Gives out what was written, and begins anew.
  mutating func take() -> [UInt8] {
    defer { writer = JSONWriter() }
    return writer.bytes
  }
}
