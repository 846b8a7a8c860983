import Bytes
import Documents
import Platform
import Sealing

/// What a state was made from: the first `byteCount` bytes of a document, known by a digest.
struct ImageOrigin: Equatable {
  var workspace: String
  var byteCount: Int
  var digest: [UInt8]
  var planVersion: UInt32
}

/// The state of all records as one block of bytes, made by `StateBuilder`: in memory, or a mapped
/// cache file of which a look-up touches a few pages (design §4).
///
///     magic version | bytes of the records, type by type | tables | index of values | meta | end
///
/// The records of a type lie together, so that a scan of one type leaves the pages of the others
/// alone. Everything in it is bounds-checked when read, so a damaged one gives wrong answers at
/// worst, never a trap; `CacheStore` sees to it that a damaged one is not used.
final class Image: Sendable {
  static let magic: UInt64 = 0x3147_4d49_4f54_524b
  static let version: UInt32 = 7
  static let headerByteCount = 16
  static let footerByteCount = 16

  /// The records of one type: where their bytes lie, and the hash table of their ids.
  struct Table: Equatable, Sendable {
    var type: UInt32
    var arena: Range<Int>
    var locations: Range<Int>
    var hashes: Range<Int>
    var next: Range<Int>
    var heads: Range<Int>

    var recordCount: Int { locations.count / 8 }
    var headCount: Int { heads.count / 4 }
  }

  /// The place of a record: of its table, and in it.
  struct Place: Hashable {
    let table: Int
    let index: Int
  }

  let region: ByteRegion
  let origin: ImageOrigin
  let seed: UInt64
  let recordCount: Int
  let names: [ByteString]
  let replicas: [ReplicaEntry]
  let tables: [Table]
  private let tablePlaces: [UInt32: Int]
  private let valueHeads: Range<Int>
  private let valueEntries: Range<Int>
  private let held: [HeldRun]
  private let authority: [UInt8]

  /// Who may do what, as of the image, and if some replicas are taken as adopted.
  func admission(
    header: Header, imagining imagined: [Authority.Origin: UInt32]
  ) -> Admission {
    let authority =
      Authority(authority, header: header, imagining: imagined)
      ?? Authority(header: header, imagining: imagined)
    return Admission(authority, held: held)
  }

  /// Reads the frame of an image; nothing if it is not one of this version.
  init?(_ region: ByteRegion) {
    self.region = region
    let end = region.count - Self.footerByteCount
    guard end >= Self.headerByteCount, region.uint64(at: 0) == Self.magic,
      region.uint32(at: 8) == Self.version,
      let metaStart = Int(exactly: region.uint64(at: end)),
      let metaCount = Int(exactly: region.uint64(at: end + 8)),
      region.contains(metaStart, length: metaCount),
      let meta = ImageMeta(region.bytes.extracting(metaStart..<(metaStart + metaCount))),
      meta.tables.allSatisfy({ Self.isSound($0, within: region.count) }),
      Self.areHeads(meta.valueHeads, within: region.count),
      meta.valueEntries.upperBound <= region.count
    else { return nil }
    seed = meta.seed
    origin = meta.origin
    names = meta.names
    replicas = meta.replicas
    tables = meta.tables
    valueHeads = meta.valueHeads
    valueEntries = meta.valueEntries
    tablePlaces = Dictionary(
      tables.enumerated().map { ($1.type, $0) }, uniquingKeysWith: { first, _ in first })
    recordCount = tables.reduce(0) { $0 + $1.recordCount }
    held = meta.held
    authority = meta.authority
  }

  private static func isSound(_ table: Table, within count: Int) -> Bool {
    let parts = [table.arena, table.locations, table.hashes, table.next, table.heads]
    return parts.allSatisfy { $0.upperBound <= count }
      && table.hashes.count == table.recordCount * 4 && table.next.count == table.recordCount * 4
      && table.headCount > 0 && areHeads(table.heads, within: count)
  }

  /// Whether these can be the heads of a hash table: none, or a power of two.
  private static func areHeads(_ range: Range<Int>, within count: Int) -> Bool {
    let heads = range.count / 4
    return range.upperBound <= count && heads & (heads - 1) == 0
  }

  /// The table of a type.
  func table(of type: UInt32) -> Int? { tablePlaces[type] }

  /// Where the bytes of a table's record lie.
  @inline(__always)
  func range(of index: Int, in table: Table) -> Range<Int>? {
    let location = region.uint64(at: table.locations.lowerBound + index * 8)
    let within = RecordTable.range(of: location)
    guard within.upperBound <= table.arena.count else { return nil }
    let start = table.arena.lowerBound + within.lowerBound
    return start..<(start + within.count)
  }

  func range(of place: Place) -> Range<Int>? { range(of: place.index, in: tables[place.table]) }

  /// Which record has this id, if any.
  func place(type: UInt32, id: Span<UInt8>) -> Place? {
    guard let number = tablePlaces[type] else { return nil }
    let table = tables[number]
    let hash = RecordTable.hash(type: type, id: id, seed: seed)
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    let slot = Int(tag) & (table.headCount - 1)
    var index = region.uint32(at: table.heads.lowerBound + slot * 4)
    var steps = 0
    // A damaged chain may run in a circle; no sound one is longer than the records.
    while index != RecordTable.none, Int(index) < table.recordCount, steps <= table.recordCount {
      if region.uint32(at: table.hashes.lowerBound + Int(index) * 4) == tag,
        let range = range(of: Int(index), in: table)
      {
        let isFound = region.withBytes { all in
          let bytes = all.extracting(range)
          return BlobReader(bytes).map { bytes.matches($0.id, id) } ?? false
        }
        if isFound { return Place(table: number, index: Int(index)) }
      }
      index = region.uint32(at: table.next.lowerBound + Int(index) * 4)
      steps += 1
    }
    return nil
  }

  /// The records of a type that may have a value with this tag in an indexed field, in the order
  /// in which they came.
  func places(valueTag tag: UInt32, type: UInt32) -> [Place] {
    guard !valueHeads.isEmpty, let number = tablePlaces[type] else { return [] }
    let entryCount = valueEntries.count / 12
    let slot = Int(tag) & (valueHeads.count / 4 - 1)
    var entry = region.uint32(at: valueHeads.lowerBound + slot * 4)
    var found: Set<Int> = []
    var steps = 0
    while entry != RecordTable.none, Int(entry) < entryCount, steps <= entryCount {
      let offset = valueEntries.lowerBound + Int(entry) * 12
      let index = Int(region.uint32(at: offset + 4))
      if region.uint32(at: offset) == tag, index < tables[number].recordCount {
        found.insert(index)
      }
      entry = region.uint32(at: offset + 8)
      steps += 1
    }
    return found.sorted().map { Place(table: number, index: $0) }
  }

  /// The index of values, to be gone on with.
  var valueIndex: ValueIndex {
    ValueIndex(heads: region.words(in: valueHeads), entries: region.words(in: valueEntries))
  }
}

extension ByteRegion {
  /// Copies numbers as this machine has them.
  func words<Word: FixedWidthInteger & BitwiseCopyable>(in range: Range<Int>) -> [Word] {
    let count = range.count / MemoryLayout<Word>.stride
    return [Word](unsafeUninitializedCapacity: count) { words, initialized in
      // The pointers live no longer than the call; the range was held against the region.
      bytes.extracting(range.lowerBound..<(range.lowerBound + count * MemoryLayout<Word>.stride))
        .withUnsafeBytes { UnsafeMutableRawBufferPointer(words).copyMemory(from: $0) }
      initialized = count
    }
  }
}

extension Span where Element == UInt8 {
  /// Whether the bytes in `range` are those of `other`.
  @inline(__always)
  func matches(_ range: Range<Int>, _ other: Span<UInt8>) -> Bool {
    guard range.count == other.count, range.upperBound <= count else { return false }
    for index in 0..<other.count where self[range.lowerBound &+ index] != other[index] {
      return false
    }
    return true
  }
}
