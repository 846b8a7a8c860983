import Bytes
public import Documents
import Platform

/// A field's name, looked up once so that many records can be asked for it fast.
public struct FieldKey: Hashable, Sendable {
  let number: UInt32
}

/// One record of a state, read from its bytes on demand.
///
/// Values are canonical JSON (SPEC §4.4). Where a register is in conflict, its value is the
/// provisional winner (SPEC §8.2).
public struct Record: Sendable {
  let region: ByteRegion
  let range: Range<Int>
  let tables: StateTables

  @inline(__always)
  var bytes: Span<UInt8> {
    @_lifetime(borrow self) get { region.bytes.extracting(range) }
  }

  /// The record's id.
  public var id: String {
    guard let blob = BlobReader(bytes) else { return "" }
    return ByteString(bytes.extracting(blob.id)).text
  }

  /// The record's type.
  public var type: String {
    guard let blob = BlobReader(bytes) else { return "" }
    return tables.names.name(of: blob.type).text
  }

  /// Whether the record exists; a deleted one keeps its fields.
  public var isAlive: Bool { FieldReader.start(bytes)?.isAlive ?? false }

  /// Calls `body` with the value of a register, if it has one other than null.
  public func withValue<Result>(
    of field: FieldKey, _ body: (Span<UInt8>) throws -> Result
  ) rethrows -> Result? {
    let bytes = bytes
    guard let found = FieldReader.field(field.number, isSet: false, in: bytes),
      let value = winner(of: found, in: bytes)
    else { return nil }
    let span = bytes.extracting(value)
    if span.count == 4, span[0] == UInt8(ascii: "n") { return nil }
    return try body(span)
  }

  /// The text of a register that holds a string.
  public func text(of field: FieldKey) -> String? {
    withValue(of: field) { JSONScanner.text(ofValue: $0) } ?? nil
  }

  /// The number of a register that holds one.
  public func integer(of field: FieldKey) -> Int? {
    withValue(of: field) { value in
      var scanner = JSONScanner(at: 0)
      return try? scanner.integer(in: value)
    } ?? nil
  }

  /// Calls `body` with the record's id.
  public func withID<Result>(_ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
    let bytes = bytes
    guard let blob = BlobReader(bytes) else { return try body([UInt8]().span) }
    return try body(bytes.extracting(blob.id))
  }

  /// Calls `body` with every standing write of a register, in no particular order, null included.
  public func forEachWrite(of field: FieldKey, _ body: (Span<UInt8>) -> Void) {
    let bytes = bytes
    guard let found = FieldReader.field(field.number, isSet: false, in: bytes) else { return }
    FieldReader.forEachValue(of: found, in: bytes, body)
  }

  /// Calls `body` with every element of a set, in the order of their bytes.
  public func forEachElement(of field: FieldKey, _ body: (Span<UInt8>) -> Void) {
    let bytes = bytes
    guard let found = FieldReader.field(field.number, isSet: true, in: bytes) else { return }
    FieldReader.forEachValue(of: found, in: bytes, body)
  }

  /// The elements of a set that are strings, in no particular order.
  public func elements(of field: FieldKey) -> [String] {
    var result: [String] = []
    forEachElement(of: field) { element in
      if let text = JSONScanner.text(ofValue: element) { result.append(text) }
    }
    return result
  }

  /// Calls `body` with every value that occurs in the record: winners, siblings and elements.
  public func forEachValue(_ body: (Span<UInt8>) -> Void) {
    let bytes = bytes
    guard var (reader, count, _) = FieldReader.start(bytes) else { return }
    while count > 0 {
      guard let field = reader.field(in: bytes) else { return }
      FieldReader.forEachValue(of: field, in: bytes, body)
      count -= 1
    }
  }

  private func winner(of field: BlobReader.Field, in bytes: Span<UInt8>) -> Range<Int>? {
    if field.form == RecordBlob.single { return field.payload }
    guard var start = BlobReader(bytes), let dots = start.readDots(in: bytes) else { return nil }
    var reader = BlobReader(at: field.payload.lowerBound)
    guard let count = reader.number(in: bytes) else { return nil }
    var best: (dot: LocalDot, value: Range<Int>)?
    for _ in 0..<count {
      guard let dot = reader.dot(of: dots, in: bytes), let value = reader.range(in: bytes) else {
        return nil
      }
      if let current = best, !tables.replicas.precedes(current.dot, dot) { continue }
      best = (dot, value)
    }
    return best?.value
  }
}

/// Everything that a record's state holds, read out in full (SPEC §8).
public struct RecordContents: Equatable, Sendable {
  /// One value of a register and the commit that wrote it.
  public struct Write: Equatable, Sendable {
    /// The commit.
    public let dot: Dot
    /// Its author's wall clock, in milliseconds since 1970 UTC.
    public let stampMillis: Int64
    /// The value, as canonical JSON.
    public let value: [UInt8]
  }

  /// A register; the first of its writes is the provisional winner.
  public struct Register: Equatable, Sendable {
    /// The field.
    public let name: String
    /// The writes that no other has seen, the winner first.
    public let writes: [Write]

    /// Whether the writes hold more than one value.
    public var isConflict: Bool { writes.contains { $0.value != writes[0].value } }
  }

  /// A set.
  public struct ElementSet: Equatable, Sendable {
    /// The field.
    public let name: String
    /// The elements, as canonical JSON, in the order of their bytes.
    public let elements: [[UInt8]]
  }

  /// The type.
  public let type: String
  /// The id.
  public let id: String
  /// Whether the record exists.
  public let isAlive: Bool
  /// The registers in the order of their names' bytes; null values included.
  public let registers: [Register]
  /// The sets in the order of their names' bytes.
  public let sets: [ElementSet]
  /// The commits that last edited the record without having been seen by later ones.
  public let editors: [Write]
  /// The commits that deleted the record without having been seen by later ones.
  public let deleters: [Write]
}

extension Record {
  /// Reads the record out in full.
  public func contents() -> RecordContents {
    let state = RecordBlob.decode(bytes) ?? RecordState(key: RecordKey(type: 0, id: ByteString([])))
    func name(_ name: FieldName) -> ByteString {
      name.number == 0 ? name.spelled : tables.names.name(of: name.number)
    }
    func write(_ dot: LocalDot, _ value: [UInt8]) -> RecordContents.Write? {
      tables.replicas.dot(dot).map {
        RecordContents.Write(dot: $0, stampMillis: tables.replicas.stamp(of: dot), value: value)
      }
    }
    func votes(alive: Bool) -> [RecordContents.Write] {
      state.votes.filter { $0.isAlive == alive }
        .sorted { tables.replicas.precedes($1.dot, $0.dot) }
        .compactMap { write($0.dot, []) }
    }
    let registers = state.registers
      .map { (name($0.name), $0.writes.sorted { tables.replicas.precedes($1.dot, $0.dot) }) }
      .sorted { $0.0 < $1.0 }
      .map { (name, writes) in
        RecordContents.Register(
          name: name.text, writes: writes.compactMap { write($0.dot, $0.value) })
      }
    let sets = state.sets
      .map { (name($0.name), $0.elements.map { ByteString($0.value) }.sorted()) }
      .sorted { $0.0 < $1.0 }
      .map { RecordContents.ElementSet(name: $0.0.text, elements: $0.1.map(\.bytes)) }
    return RecordContents(
      type: type, id: id, isAlive: state.isAlive,
      registers: registers.filter { !$0.writes.isEmpty },
      sets: sets, editors: votes(alive: true), deleters: votes(alive: false))
  }
}
