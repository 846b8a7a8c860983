import Bytes
import Documents

/// The compact bytes of one record's state, as the arena and the cache hold them.
///
///     record := type idCount id dotCount (replica number)… voteCount (dot<<1 | alive)…
///               fieldCount field…            the count in three bytes, low first
///     field  := name<<2 | form  [nameCount name, if the name's number is 0]  byteCount payload
///     form 0 := value                              a register with one value, by dot 0
///     form 1 := writeCount (dot byteCount value)…  any register
///     form 2 := count (byteCount value)…           a set of which dot 0 added every element
///     form 3 := count (dotCount dot… byteCount value)…
///
/// All other numbers are unsigned LEB128; `dot` is a place in the record's own list of dots. Local to a
/// machine: what travels and lasts is the commits.
enum RecordBlob {
  static let single: UInt64 = 0
  static let register: UInt64 = 1
  static let plainSet: UInt64 = 2
  static let elementSet: UInt64 = 3

  static func encode(_ record: RecordState, into out: inout [UInt8]) {
    Varint.append(UInt64(record.key.type), to: &out)
    append(record.key.id.bytes, to: &out)
    var dots: [LocalDot] = []
    func place(_ dot: LocalDot) -> UInt64 {
      if let index = dots.firstIndex(of: dot) { return UInt64(index) }
      dots.append(dot)
      return UInt64(dots.count - 1)
    }
    // The commit that wrote most comes first, since dot 0 has the short forms.
    if let common = commonest(in: record) { dots.append(common) }
    var rest: [UInt8] = []
    Varint.append(UInt64(record.votes.count), to: &rest)
    for vote in record.votes {
      Varint.append(place(vote.dot) << 1 | (vote.isAlive ? 1 : 0), to: &rest)
    }
    appendFieldCount(record.registers.count + record.sets.count, to: &rest)
    var payload: [UInt8] = []
    for register in record.registers {
      payload.removeAll(keepingCapacity: true)
      if register.writes.count == 1, place(register.writes[0].dot) == 0 {
        appendField(register.name, form: single, payload: register.writes[0].value, to: &rest)
        continue
      }
      Varint.append(UInt64(register.writes.count), to: &payload)
      for write in register.writes {
        Varint.append(place(write.dot), to: &payload)
        append(write.value, to: &payload)
      }
      appendField(register.name, form: Self.register, payload: payload, to: &rest)
    }
    for set in record.sets {
      payload.removeAll(keepingCapacity: true)
      let isPlain = set.elements.allSatisfy { $0.dots.count == 1 && place($0.dots[0]) == 0 }
      Varint.append(UInt64(set.elements.count), to: &payload)
      for element in set.elements {
        if !isPlain {
          Varint.append(UInt64(element.dots.count), to: &payload)
          for dot in element.dots { Varint.append(place(dot), to: &payload) }
        }
        append(element.value, to: &payload)
      }
      appendField(set.name, form: isPlain ? plainSet : elementSet, payload: payload, to: &rest)
    }
    Varint.append(UInt64(dots.count), to: &out)
    for dot in dots {
      Varint.append(UInt64(dot.replica), to: &out)
      Varint.append(UInt64(dot.number), to: &out)
    }
    out += rest
  }

  /// The count of fields has a fixed width, so that it can be filled in when all are written.
  static func appendFieldCount(_ count: Int, to out: inout [UInt8]) {
    for shift in [0, 8, 16] { out.append(UInt8(truncatingIfNeeded: count >> shift)) }
  }

  static let fieldCountLimit = 1 << 24

  static func appendField(
    _ name: FieldName, form: UInt64, payload: [UInt8], to out: inout [UInt8]
  ) {
    Varint.append(UInt64(name.number) << 2 | form, to: &out)
    if name.number == 0 { append(name.spelled.bytes, to: &out) }
    append(payload, to: &out)
  }

  static func append(_ bytes: [UInt8], to out: inout [UInt8]) {
    Varint.append(UInt64(bytes.count), to: &out)
    out += bytes
  }

  private static func commonest(in record: RecordState) -> LocalDot? {
    var counts: [LocalDot: Int] = [:]
    for register in record.registers where register.writes.count == 1 {
      counts[register.writes[0].dot, default: 0] += 1
    }
    for set in record.sets {
      for element in set.elements where element.dots.count == 1 {
        counts[element.dots[0], default: 0] += 1
      }
    }
    return counts.max {
      ($0.value, $1.key.replica, $1.key.number) < ($1.value, $0.key.replica, $0.key.number)
    }?.key ?? record.votes.first?.dot
  }

  /// Reads the bytes of one record; nothing if they are not its form.
  static func decode(_ bytes: Span<UInt8>) -> RecordState? {
    guard var reader = BlobReader(bytes) else { return nil }
    var record = RecordState(
      key: RecordKey(type: reader.type, id: ByteString(bytes.extracting(reader.id))))
    guard let dots = reader.readDots(in: bytes), let votes = reader.readVotes(in: bytes, dots: dots)
    else { return nil }
    record.votes = votes
    guard let fieldCount = reader.fieldCount(in: bytes) else { return nil }
    for _ in 0..<fieldCount {
      guard let field = reader.field(in: bytes) else { return nil }
      let name =
        field.name == 0
        ? FieldName(spelled: ByteString(bytes.extracting(field.spelled)))
        : FieldName(number: field.name)
      switch field.form {
      case single, register:
        guard let writes = writes(of: field, dots: dots, in: bytes) else { return nil }
        record.registers.append(RecordState.Register(name: name, writes: writes))
      default:
        guard let elements = elements(of: field, dots: dots, in: bytes) else { return nil }
        record.sets.append(RecordState.ElementSet(name: name, elements: elements))
      }
    }
    return record
  }

  static func writes(
    of field: BlobReader.Field, dots: [LocalDot], in bytes: Span<UInt8>
  ) -> [RecordState.Write]? {
    if field.form == single {
      guard let dot = dots.first else { return nil }
      return [RecordState.Write(dot: dot, value: copy(field.payload, in: bytes))]
    }
    var reader = BlobReader(at: field.payload.lowerBound)
    guard let count = reader.number(in: bytes) else { return nil }
    var writes: [RecordState.Write] = []
    for _ in 0..<count {
      guard let dot = reader.dot(of: dots, in: bytes), let value = reader.range(in: bytes) else {
        return nil
      }
      writes.append(RecordState.Write(dot: dot, value: copy(value, in: bytes)))
    }
    return writes
  }

  static func elements(
    of field: BlobReader.Field, dots: [LocalDot], in bytes: Span<UInt8>
  ) -> [RecordState.Element]? {
    var reader = BlobReader(at: field.payload.lowerBound)
    guard let count = reader.number(in: bytes) else { return nil }
    var elements: [RecordState.Element] = []
    for _ in 0..<count {
      var adders: [LocalDot] = []
      if field.form == plainSet {
        guard let dot = dots.first else { return nil }
        adders = [dot]
      } else {
        guard let dotCount = reader.number(in: bytes) else { return nil }
        for _ in 0..<dotCount {
          guard let dot = reader.dot(of: dots, in: bytes) else { return nil }
          adders.append(dot)
        }
      }
      guard let value = reader.range(in: bytes) else { return nil }
      elements.append(RecordState.Element(value: copy(value, in: bytes), dots: adders))
    }
    return elements
  }

  static func copy(_ range: Range<Int>, in bytes: Span<UInt8>) -> [UInt8] {
    [UInt8](bytesOf: bytes.extracting(range))
  }
}

/// Walks the bytes of one record without making a `RecordState` of it.
struct BlobReader {
  struct Field {
    var name: UInt32
    var spelled: Range<Int>
    var form: UInt64
    var payload: Range<Int>
  }

  var position: Int
  var type: UInt32 = 0
  var id: Range<Int> = 0..<0

  init(at position: Int) {
    self.position = position
  }

  /// Starts at the beginning of a record's bytes and reads its type and id.
  init?(_ bytes: Span<UInt8>) {
    self.init(bytes, at: 0)
  }

  init?(_ bytes: Span<UInt8>, at start: Int) {
    position = start
    guard let type = number(in: bytes), let id = range(in: bytes) else { return nil }
    self.type = UInt32(truncatingIfNeeded: type)
    self.id = id
  }

  @inline(__always)
  mutating func number(in bytes: Span<UInt8>) -> Int? {
    try? Varint.readCount(bytes, at: &position)
  }

  mutating func replica(in bytes: Span<UInt8>) -> ReplicaID? {
    let end = position + ReplicaID.byteCount
    guard end <= bytes.count else { return nil }
    defer { position = end }
    return ReplicaID(bytes: bytes.extracting(position..<end))
  }

  @inline(__always)
  mutating func range(in bytes: Span<UInt8>) -> Range<Int>? {
    guard let count = number(in: bytes), count <= bytes.count - position else { return nil }
    let start = position
    position += count
    return start..<position
  }

  @inline(__always)
  mutating func fieldCount(in bytes: Span<UInt8>) -> Int? {
    guard bytes.count - position >= 3 else { return nil }
    defer { position += 3 }
    return Int(bytes[position]) | Int(bytes[position + 1]) << 8 | Int(bytes[position + 2]) << 16
  }

  mutating func readDots(in bytes: Span<UInt8>) -> [LocalDot]? {
    guard let count = number(in: bytes), count <= bytes.count else { return nil }
    var dots: [LocalDot] = []
    dots.reserveCapacity(count)
    for _ in 0..<count {
      guard let replica = number(in: bytes), let number = number(in: bytes) else { return nil }
      dots.append(
        LocalDot(
          replica: UInt32(truncatingIfNeeded: replica), number: UInt32(truncatingIfNeeded: number)))
    }
    return dots
  }

  /// Passes over the list of dots.
  mutating func skipDots(in bytes: Span<UInt8>) -> Bool {
    guard let count = number(in: bytes) else { return false }
    for _ in 0..<count {
      guard number(in: bytes) != nil, number(in: bytes) != nil else { return false }
    }
    return true
  }

  mutating func readVotes(in bytes: Span<UInt8>, dots: [LocalDot]) -> [RecordState.Vote]? {
    guard let count = number(in: bytes) else { return nil }
    var votes: [RecordState.Vote] = []
    for _ in 0..<count {
      guard let vote = number(in: bytes), vote >> 1 < dots.count else { return nil }
      votes.append(RecordState.Vote(dot: dots[vote >> 1], isAlive: vote & 1 == 1))
    }
    return votes
  }

  /// Passes over the votes and tells whether one of them says that the record exists.
  mutating func readAliveness(in bytes: Span<UInt8>) -> Bool? {
    guard let count = number(in: bytes) else { return nil }
    var isAlive = false
    for _ in 0..<count {
      guard let vote = number(in: bytes) else { return nil }
      if vote & 1 == 1 { isAlive = true }
    }
    return isAlive
  }

  @inline(__always)
  mutating func field(in bytes: Span<UInt8>) -> Field? {
    guard let tag = number(in: bytes) else { return nil }
    var spelled = 0..<0
    if tag >> 2 == 0 {
      guard let range = range(in: bytes) else { return nil }
      spelled = range
    }
    guard let payload = range(in: bytes) else { return nil }
    return Field(
      name: UInt32(truncatingIfNeeded: tag >> 2), spelled: spelled, form: UInt64(tag & 3),
      payload: payload)
  }

  mutating func dot(of dots: [LocalDot], in bytes: Span<UInt8>) -> LocalDot? {
    guard let place = number(in: bytes), place < dots.count else { return nil }
    return dots[place]
  }
}
