import Bytes
import Documents

/// Reads the record lines of commits (SPEC §6.2), once fast and once in full.
///
/// Most lines set and add only; of these the bytes of a whole record are made in one pass, as if
/// the record were new. Lines that remove or delete are kept as they are and read in full when
/// they are applied.
struct LineReader {
  private var cache: NameCache
  private var elements: [Range<Int>] = []

  init(_ names: NameTable) {
    cache = NameCache(names)
  }

  /// What a line turned out to be.
  enum Outcome {
    /// The record's bytes were appended; `id` is where its id stands in them.
    case record(type: UInt32, id: Range<Int>)
    /// The line removes or deletes.
    case needsFullReading(type: UInt32, id: Range<Int>)
    /// A line of a kind that this version does not know, or an erased one.
    case ignored
  }

  /// Reads one line and, if it only sets and adds, appends the bytes of a record to `out`.
  ///
  /// - Throws: `DocumentError.line`; `out` may then hold part of a record.
  mutating func transcode(
    _ line: Span<UInt8>, dot: LocalDot, into out: inout [UInt8]
  ) throws(DocumentError) -> Outcome {
    do {
      return try transcodeThrowing(line, dot: dot, into: &out)
    } catch let error as JSONError {
      throw .line(.json(error.kind), byteOffset: error.byteOffset)
    } catch let error as DocumentError {
      throw error
    } catch {
      throw .line(.notAnObject, byteOffset: 0)
    }
  }

  private mutating func transcodeThrowing(
    _ line: Span<UInt8>, dot: LocalDot, into out: inout [UInt8]
  ) throws -> Outcome {
    var scanner = JSONScanner(at: 0)
    guard let (kind, type, id) = try Self.opening(of: line, with: &scanner, names: &cache) else {
      return .ignored
    }
    let start = out.count
    Varint.append(UInt64(type), to: &out)
    Varint.append(UInt64(id.count), to: &out)
    let idStart = out.count
    Self.append(line, id, to: &out)
    let idRange = idStart..<out.count
    out.append(1)
    Varint.append(UInt64(dot.replica), to: &out)
    Varint.append(UInt64(dot.number), to: &out)
    out.append(1)
    out.append(1)
    // The count of fields is known only at the end.
    let countOffset = out.count
    RecordBlob.appendFieldCount(0, to: &out)
    var fieldCount = 0
    var isWhole = true
    try Self.verbs(of: line, kind: kind, with: &scanner) { (verb, scanner) in
      switch verb {
      case .set: fieldCount += try transcodeAssignments(line, &scanner, into: &out)
      case .add: fieldCount += try transcodeAdditions(line, &scanner, into: &out)
      case .remove, .delete: isWhole = false
      }
      return isWhole
    }
    guard isWhole else {
      out.removeLast(out.count - start)
      return .needsFullReading(type: type, id: id)
    }
    for byte in 0..<3 {
      out[countOffset + byte] = UInt8(truncatingIfNeeded: fieldCount >> (byte * 8))
    }
    return .record(type: type, id: idRange)
  }

  private enum Verb { case add, delete, remove, set }

  /// Reads the keys behind a record's id up to the end of the line.
  ///
  /// - Parameters:
  ///   - line: the line.
  ///   - kind: its first key.
  ///   - scanner: stands behind the id.
  ///   - body: reads the value of a key that this version knows; returns whether to go on.
  /// - Throws: `JSONError`, `DocumentError.line`, or what `body` throws.
  @inline(__always)
  private static func verbs(
    of line: Span<UInt8>, kind: Range<Int>, with scanner: inout JSONScanner,
    _ body: (Verb, inout JSONScanner) throws -> Bool
  ) throws {
    var last = 0..<0
    while scanner.take(UInt8(ascii: ","), in: line) {
      let key = try scanner.string(in: line)
      try scanner.expect(UInt8(ascii: ":"), in: line)
      guard last.isEmpty || ascends(last, key, in: line),
        !line.matches(key, line.extracting(kind))
      else { throw DocumentError.line(.key("order"), byteOffset: key.lowerBound) }
      last = key
      if let verb = verb(key, in: line) {
        guard try body(verb, &scanner) else { return }
      } else {
        _ = try scanner.value(in: line, depth: 1)
      }
    }
    try scanner.expect(UInt8(ascii: "}"), in: line)
    guard scanner.position == line.count else {
      throw DocumentError.line(.notAnObject, byteOffset: scanner.position)
    }
  }

  private static func verb(_ key: Range<Int>, in line: Span<UInt8>) -> Verb? {
    let name = line.extracting(key)
    if equal(name, "set") { return .set }
    if equal(name, "add") { return .add }
    if equal(name, "remove") { return .remove }
    if equal(name, "delete") { return .delete }
    return nil
  }

  @inline(__always)
  private static func equal(_ bytes: Span<UInt8>, _ text: StaticString) -> Bool {
    guard bytes.count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { expected in
      for index in 0..<expected.count where bytes[index] != expected[index] { return false }
      return true
    }
  }

  /// Reads `{"type":"id"`; nothing if the line is of a kind that is not a record's.
  private static func opening(
    of line: Span<UInt8>, with scanner: inout JSONScanner, names: inout NameCache
  ) throws -> (kind: Range<Int>, type: UInt32, id: Range<Int>)? {
    try scanner.expect(UInt8(ascii: "{"), in: line)
    let type = try scanner.string(in: line)
    try scanner.expect(UInt8(ascii: ":"), in: line)
    let isRecord =
      scanner.position < line.count && line[scanner.position] == UInt8(ascii: "\"")
      && isTypeName(line.extracting(type))
    guard isRecord, !isReserved(line.extracting(type)) else {
      try LineCheck.rest(of: line, kind: type, from: scanner)
      return nil
    }
    let id = try scanner.string(in: line)
    guard isIdentifier(line.extracting(id)) else {
      throw DocumentError.line(.key("id"), byteOffset: id.lowerBound)
    }
    return (type, names.number(of: type, in: line), id)
  }

  private static func isReserved(_ name: Span<UInt8>) -> Bool {
    equal(name, "karto") || equal(name, "commit") || equal(name, "erased") || equal(name, "salt")
      || equal(name, "salts") || equal(name, "salted")
  }

  /// `[a-z][a-z0-9_]{0,31}` (SPEC §6.2).
  private static func isTypeName(_ name: Span<UInt8>) -> Bool {
    guard (1...32).contains(name.count), name[0] >= UInt8(ascii: "a"), name[0] <= UInt8(ascii: "z")
    else { return false }
    for index in 1..<max(name.count, 1) {
      switch name[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "_"):
        continue
      default: return false
      }
    }
    return true
  }

  /// 1 to 128 of `0-9 A-Z a-z . _ -` (SPEC §7.3).
  static func isIdentifier(_ id: Span<UInt8>) -> Bool {
    guard (1...128).contains(id.count) else { return false }
    for index in 0..<id.count {
      switch id[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"):
        continue
      default: return false
      }
    }
    return true
  }

  private mutating func transcodeAssignments(
    _ line: Span<UInt8>, _ scanner: inout JSONScanner, into out: inout [UInt8]
  ) throws -> Int {
    var count = 0
    try Self.members(line, &scanner) { (key, scanner) in
      let value = try scanner.value(in: line, depth: 2)
      appendName(key, form: RecordBlob.single, in: line, to: &out)
      Varint.append(UInt64(value.count), to: &out)
      Self.append(line, value, to: &out)
      count += 1
    }
    return count
  }

  private mutating func transcodeAdditions(
    _ line: Span<UInt8>, _ scanner: inout JSONScanner, into out: inout [UInt8]
  ) throws -> Int {
    var count = 0
    try Self.members(line, &scanner) { (key, scanner) in
      elements.removeAll(keepingCapacity: true)
      try Self.array(line, &scanner, into: &elements)
      appendName(key, form: RecordBlob.plainSet, in: line, to: &out)
      var size = Self.varintCount(elements.count)
      for element in elements { size += Self.varintCount(element.count) + element.count }
      Varint.append(UInt64(size), to: &out)
      Varint.append(UInt64(elements.count), to: &out)
      for element in elements {
        Varint.append(UInt64(element.count), to: &out)
        Self.append(line, element, to: &out)
      }
      count += 1
    }
    return count
  }

  private mutating func appendName(
    _ key: Range<Int>, form: UInt64, in line: Span<UInt8>, to out: inout [UInt8]
  ) {
    let number = cache.number(of: key, in: line)
    Varint.append(UInt64(number) << 2 | form, to: &out)
    guard number == 0 else { return }
    Varint.append(UInt64(key.count), to: &out)
    Self.append(line, key, to: &out)
  }

  /// Walks an object whose keys must ascend and need no escapes; the value is `body`'s to scan.
  private static func members(
    _ line: Span<UInt8>, _ scanner: inout JSONScanner,
    _ body: (Range<Int>, inout JSONScanner) throws -> Void
  ) throws {
    try scanner.expect(UInt8(ascii: "{"), in: line)
    if scanner.take(UInt8(ascii: "}"), in: line) { return }
    var last = 0..<0
    repeat {
      let key = try scanner.string(in: line)
      guard !key.isEmpty, key.count <= 1024, last.isEmpty || ascends(last, key, in: line) else {
        throw DocumentError.line(.key("field"), byteOffset: key.lowerBound)
      }
      for index in key where line[index] == UInt8(ascii: "\\") {
        throw DocumentError.line(.key("field"), byteOffset: index)
      }
      last = key
      try scanner.expect(UInt8(ascii: ":"), in: line)
      try body(key, &scanner)
    } while scanner.take(UInt8(ascii: ","), in: line)
    try scanner.expect(UInt8(ascii: "}"), in: line)
  }

  /// Reads a non-empty array whose elements' bytes ascend.
  private static func array(
    _ line: Span<UInt8>, _ scanner: inout JSONScanner, into elements: inout [Range<Int>]
  ) throws {
    try scanner.expect(UInt8(ascii: "["), in: line)
    repeat {
      let element = try scanner.value(in: line, depth: 3)
      if let last = elements.last, !ascends(last, element, in: line) {
        throw DocumentError.line(.key("element"), byteOffset: element.lowerBound)
      }
      elements.append(element)
    } while scanner.take(UInt8(ascii: ","), in: line)
    try scanner.expect(UInt8(ascii: "]"), in: line)
  }

  static func ascends(
    _ first: Range<Int>, _ second: Range<Int>, in line: Span<UInt8>
  ) -> Bool {
    let count = min(first.count, second.count)
    for index in 0..<count {
      let left = line[first.lowerBound + index]
      let right = line[second.lowerBound + index]
      if left != right { return left < right }
    }
    return first.count < second.count
  }

  @inline(__always)
  static func append(_ line: Span<UInt8>, _ range: Range<Int>, to out: inout [UInt8]) {
    out.append(bytesOf: line.extracting(range))
  }

  private static func varintCount(_ value: Int) -> Int {
    var rest = value >> 7
    var count = 1
    while rest > 0 {
      rest >>= 7
      count += 1
    }
    return count
  }
}

extension LineReader {
  /// Reads one record line in full; nothing if the line is of another kind.
  ///
  /// - Throws: `DocumentError.line` with what is wrong.
  mutating func change(of line: Span<UInt8>) throws(DocumentError) -> RecordChange? {
    do {
      return try changeThrowing(of: line)
    } catch let error as JSONError {
      throw .line(.json(error.kind), byteOffset: error.byteOffset)
    } catch let error as DocumentError {
      throw error
    } catch {
      throw .line(.notAnObject, byteOffset: 0)
    }
  }

  private mutating func changeThrowing(of line: Span<UInt8>) throws -> RecordChange? {
    var scanner = JSONScanner(at: 0)
    guard let (kind, type, id) = try Self.opening(of: line, with: &scanner, names: &cache) else {
      return nil
    }
    var change = RecordChange(
      key: RecordKey(type: type, id: ByteString(line.extracting(id))))
    try Self.verbs(of: line, kind: kind, with: &scanner) { (verb, scanner) in
      switch verb {
      case .set:
        try Self.members(line, &scanner) { (key, scanner) in
          let value = try scanner.value(in: line, depth: 2)
          change.assignments.append(
            RecordChange.Assignment(
              name: name(key, in: line), value: RecordBlob.copy(value, in: line)))
        }
      case .add: change.additions = try elementLists(line, &scanner)
      case .remove: change.removals = try elementLists(line, &scanner)
      case .delete:
        let value = try scanner.value(in: line, depth: 1)
        guard Self.equal(line.extracting(value), "true") else {
          throw DocumentError.line(.key("delete"), byteOffset: value.lowerBound)
        }
        change.isDeletion = true
      }
      return true
    }
    return change
  }

  private mutating func elementLists(
    _ line: Span<UInt8>, _ scanner: inout JSONScanner
  ) throws -> [RecordChange.Elements] {
    var lists: [RecordChange.Elements] = []
    try Self.members(line, &scanner) { (key, scanner) in
      elements.removeAll(keepingCapacity: true)
      try Self.array(line, &scanner, into: &elements)
      lists.append(
        RecordChange.Elements(
          name: name(key, in: line), elements: elements.map { RecordBlob.copy($0, in: line) }))
    }
    return lists
  }

  private mutating func name(_ key: Range<Int>, in line: Span<UInt8>) -> FieldName {
    let number = cache.number(of: key, in: line)
    return number == 0
      ? FieldName(spelled: ByteString(line.extracting(key))) : FieldName(number: number)
  }
}

/// Checks of lines whose meaning this version does not know.
enum LineCheck {
  /// Reads from after the first key's colon to the end of the line.
  static func rest(of line: Span<UInt8>, kind: Range<Int>, from start: JSONScanner) throws {
    guard !JSONScanner.matches("karto", kind, in: line) else {
      throw DocumentError.line(.unexpected, byteOffset: kind.lowerBound)
    }
    var scanner = start
    var last = kind.lowerBound..<kind.lowerBound
    _ = try scanner.value(in: line, depth: 1)
    while scanner.take(UInt8(ascii: ","), in: line) {
      let key = try scanner.string(in: line)
      let bytes = line.extracting(kind)
      guard last.isEmpty || LineReader.ascends(last, key, in: line), !line.matches(key, bytes)
      else { throw DocumentError.line(.key("order"), byteOffset: key.lowerBound) }
      last = key
      try scanner.expect(UInt8(ascii: ":"), in: line)
      _ = try scanner.value(in: line, depth: 1)
    }
    try scanner.expect(UInt8(ascii: "}"), in: line)
    guard scanner.position == line.count else {
      throw DocumentError.line(.notAnObject, byteOffset: scanner.position)
    }
  }
}
