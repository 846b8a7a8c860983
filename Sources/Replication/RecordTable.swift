import Bytes
import Platform

/// The records of one type while a state is being made: their bytes one behind the other, and a
/// hash table of their ids.
///
/// A record that changes is written anew at the end. What a former image holds is not copied:
/// offsets below `former.arena.count` lie in it, those from there on in `arena`.
struct RecordTable: Sendable {
  /// The table of an image that this one goes on from.
  struct Former: Sendable {
    let region: ByteRegion
    let arena: Range<Int>
    let recordCount: Int
  }

  static let none = UInt32.max

  let type: UInt32
  let former: Former?
  private(set) var arena: [UInt8] = []

  /// Where each record's bytes lie, in the order in which the records came.
  private(set) var locations: [UInt64] = []
  private(set) var hashes: [UInt32] = []
  private(set) var next: [UInt32] = []
  private(set) var heads: [UInt32]

  /// The records of the former image that were written anew, as often as they were.
  private(set) var amended: [UInt32] = []

  /// From how many bytes on the room for the whole state is taken at once.
  private static let smallByteCount = 1 << 20

  init(type: UInt32) {
    self.type = type
    former = nil
    heads = Array(repeating: Self.none, count: 16)
  }

  /// Goes on from the table of an image.
  init(_ table: Image.Table, in region: ByteRegion) {
    type = table.type
    former = Former(region: region, arena: table.arena, recordCount: table.recordCount)
    locations = region.words(in: table.locations)
    hashes = region.words(in: table.hashes)
    next = region.words(in: table.next)
    heads = region.words(in: table.heads)
  }

  var recordCount: Int { locations.count }

  private var formerByteCount: Int { former?.arena.count ?? 0 }

  /// Lends the bytes of a record.
  @inline(__always)
  func withRecord<Result>(
    _ place: Int, _ body: (Span<UInt8>) throws -> Result
  ) rethrows -> Result {
    let range = Self.range(of: locations[place])
    guard let former, range.lowerBound < former.arena.count else {
      let start = range.lowerBound - formerByteCount
      return try body(arena.span.extracting(start..<(start + range.count)))
    }
    guard range.upperBound <= former.arena.count else {
      // Only a damaged image says so; no bytes are no record.
      return try body(arena.span.extracting(0..<0))
    }
    let start = former.arena.lowerBound + range.lowerBound
    return try former.region.withBytes { try body($0.extracting(start..<(start + range.count))) }
  }

  /// Which record has this id, if any.
  func find(hash: UInt64, id: Span<UInt8>) -> Int? {
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    var place = heads[Int(tag) & (heads.count - 1)]
    var steps = 0
    // The chain of a damaged image may run in a circle or leave the table.
    while place != Self.none, Int(place) < locations.count, steps <= locations.count {
      if hashes[Int(place)] == tag {
        let isFound = withRecord(Int(place)) { bytes in
          BlobReader(bytes).map { bytes.matches($0.id, id) } ?? false
        }
        if isFound { return Int(place) }
      }
      place = next[Int(place)]
      steps += 1
    }
    return nil
  }

  /// Adds a record that the table does not have.
  ///
  /// - Parameters:
  ///   - bytes: the record's.
  ///   - hash: its id's.
  ///   - expected: how many bytes all records may come to.
  mutating func insert(_ bytes: Span<UInt8>, hash: UInt64, expected: Int) {
    let start = arena.count
    if start > Self.smallByteCount, arena.capacity - start < bytes.count, expected > start {
      // Memory that is never touched costs nothing; moving what is there would.
      arena.reserveCapacity(expected)
    }
    arena.append(bytesOf: bytes)
    link(hash, location(from: start))
  }

  /// Adds a record that the table does not have.
  mutating func insert(_ record: RecordState, hash: UInt64) {
    let start = arena.count
    RecordBlob.encode(record, into: &arena)
    link(hash, location(from: start))
  }

  /// Writes a record anew.
  mutating func amend(_ place: Int, _ record: RecordState) {
    let start = arena.count
    RecordBlob.encode(record, into: &arena)
    locations[place] = location(from: start)
    if let former, place < former.recordCount { amended.append(UInt32(place)) }
  }

  private mutating func link(_ hash: UInt64, _ location: UInt64) {
    if locations.count >= heads.count { rehash(to: heads.count * 2) }
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    let slot = Int(tag) & (heads.count - 1)
    next.append(heads[slot])
    heads[slot] = UInt32(locations.count)
    hashes.append(tag)
    locations.append(location)
  }

  private mutating func rehash(to size: Int) {
    var fresh = Array(repeating: Self.none, count: size)
    for place in 0..<locations.count {
      let slot = Int(hashes[place]) & (size - 1)
      next[place] = fresh[slot]
      fresh[slot] = UInt32(place)
    }
    heads = fresh
  }

  private func location(from start: Int) -> UInt64 {
    Self.location((formerByteCount + start)..<(formerByteCount + arena.count))
  }

  /// A place in the arena packed into one number: offset, and length in the low 28 bits.
  static func location(_ range: Range<Int>) -> UInt64 {
    precondition(range.count < 1 << 28, "a record's bytes stay below 256 MiB")
    return UInt64(range.lowerBound) << 28 | UInt64(range.count)
  }

  @inline(__always)
  static func range(of location: UInt64) -> Range<Int> {
    let start = Int(location >> 28)
    return start..<(start + Int(location & 0xfff_ffff))
  }

  @inline(__always)
  static func hash(type: UInt32, id: Span<UInt8>, seed: UInt64) -> UInt64 {
    KeyHash.hash(id, seed: seed &+ UInt64(type))
  }
}

/// The tables of all types, in the order in which the types came.
struct RecordTables: Sendable {
  private(set) var all: [RecordTable]
  private var places: [UInt32: Int]
  private var last: (type: UInt32, place: Int)?

  init() {
    all = []
    places = [:]
  }

  /// Goes on from the tables of an image.
  init(_ image: Image) {
    all = image.tables.map { RecordTable($0, in: image.region) }
    places = Dictionary(
      all.enumerated().map { ($1.type, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The place of a type's table, which is made if there is none.
  mutating func place(of type: UInt32) -> Int {
    // Records of one type mostly come one after the other.
    if let last, last.type == type { return last.place }
    let place = places[type] ?? all.count
    if place == all.count {
      all.append(RecordTable(type: type))
      places[type] = place
    }
    last = (type, place)
    return place
  }

  subscript(place: Int) -> RecordTable {
    _read { yield all[place] }
    _modify { yield &all[place] }
  }
}
