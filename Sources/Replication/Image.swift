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
///     magic version | eight sections: offset count… | meta | arena | locations | … | checksum
///
/// Everything in it is bounds-checked when read, so a damaged one gives wrong answers at worst,
/// never a trap; `CacheStore` sees to it that a damaged one is not used.
final class Image: Sendable {
  static let magic: UInt64 = 0x3147_4d49_4f54_524b
  static let version: UInt32 = 3
  static let headerByteCount = 32 + Section.count * 16
  static let footerByteCount = 8

  enum Section: Int {
    case meta, arena, locations, hashes, next, heads, valueHeads, valueEntries
    static let count = 8
  }

  let region: ByteRegion
  let origin: ImageOrigin
  let seed: UInt64
  let recordCount: Int
  let names: [ByteString]
  let replicas: [ReplicaEntry]
  private let held: [HeldRun]
  private let authority: [UInt8]
  private let sections: [Range<Int>]
  private let headCount: Int
  private let valueHeadCount: Int

  /// Who may do what, as of the image.
  func admission(header: Header) -> Admission {
    Admission(Authority(authority, header: header) ?? Authority(header: header), held: held)
  }

  /// Reads the frame of an image; nothing if it is not one of this version.
  init?(_ region: ByteRegion) {
    self.region = region
    let bytes = region.bytes
    guard bytes.count >= Self.headerByteCount + Self.footerByteCount,
      region.uint64(at: 0) == Self.magic,
      region.uint32(at: 8) == Self.version
    else { return nil }
    var sections: [Range<Int>] = []
    for index in 0..<Section.count {
      let offset = region.uint64(at: 32 + index * 16)
      let count = region.uint64(at: 40 + index * 16)
      guard let start = Int(exactly: offset), let count = Int(exactly: count),
        start <= bytes.count, count <= bytes.count - start
      else { return nil }
      sections.append(start..<(start + count))
    }
    self.sections = sections
    recordCount = sections[Section.locations.rawValue].count / 8
    headCount = sections[Section.heads.rawValue].count / 4
    valueHeadCount = sections[Section.valueHeads.rawValue].count / 4
    guard sections[Section.hashes.rawValue].count == recordCount * 4,
      sections[Section.next.rawValue].count == recordCount * 4,
      headCount > 0, headCount & (headCount - 1) == 0,
      valueHeadCount == 0 || valueHeadCount & (valueHeadCount - 1) == 0,
      let meta = ImageMeta(bytes.extracting(sections[Section.meta.rawValue]))
    else { return nil }
    seed = meta.seed
    origin = meta.origin
    names = meta.names
    replicas = meta.replicas
    held = meta.held
    authority = meta.authority
  }

  /// The arena's bytes of record number `place`.
  @inline(__always)
  func range(of place: Int) -> Range<Int>? {
    let location = region.uint64(at: sections[Section.locations.rawValue].lowerBound + place * 8)
    let arena = sections[Section.arena.rawValue]
    let within = StateBuilder.range(of: location)
    guard within.upperBound <= arena.count else { return nil }
    return (arena.lowerBound + within.lowerBound)..<(arena.lowerBound + within.upperBound)
  }

  /// Which record has this id, if any.
  func place(type: UInt32, id: Span<UInt8>) -> Int? {
    let hash = StateBuilder.hash(type: type, id: id, seed: seed)
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    let slot = Int(tag) & (headCount - 1)
    var place = region.uint32(at: sections[Section.heads.rawValue].lowerBound + slot * 4)
    var steps = 0
    // A damaged chain may run in a circle; no sound one is longer than the records.
    while place != StateBuilder.none, Int(place) < recordCount, steps <= recordCount {
      if region.uint32(at: sections[Section.hashes.rawValue].lowerBound + Int(place) * 4) == tag,
        let range = range(of: Int(place))
      {
        let isFound = region.withBytes { all in
          let bytes = all.extracting(range)
          guard let blob = BlobReader(bytes) else { return false }
          return blob.type == type && bytes.matches(blob.id, id)
        }
        if isFound { return Int(place) }
      }
      place = region.uint32(at: sections[Section.next.rawValue].lowerBound + Int(place) * 4)
      steps += 1
    }
    return nil
  }

  /// The records that may have a value with this hash in an indexed field.
  func places(valueHash hash: UInt64) -> [Int] {
    guard valueHeadCount > 0 else { return [] }
    let entries = sections[Section.valueEntries.rawValue]
    let entryCount = entries.count / 12
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    let slot = Int(truncatingIfNeeded: hash) & (valueHeadCount - 1)
    var entry = region.uint32(at: sections[Section.valueHeads.rawValue].lowerBound + slot * 4)
    var places: [Int] = []
    var steps = 0
    while entry != StateBuilder.none, Int(entry) < entryCount, steps <= entryCount {
      let offset = entries.lowerBound + Int(entry) * 12
      let place = Int(region.uint32(at: offset + 4))
      if region.uint32(at: offset) == tag, place < recordCount, places.last != place {
        places.append(place)
      }
      entry = region.uint32(at: offset + 8)
      steps += 1
    }
    return places
  }

  func copyArena() -> [UInt8] {
    let arena = sections[Section.arena.rawValue]
    return region.withBytes { [UInt8](bytesOf: $0.extracting(arena)) }
  }

  func copyTables() -> (
    locations: [UInt64], hashes: [UInt32], next: [UInt32], heads: [UInt32]
  ) {
    func words(_ section: Section, _ count: Int) -> [UInt32] {
      let start = sections[section.rawValue].lowerBound
      return (0..<count).map { region.uint32(at: start + $0 * 4) }
    }
    let start = sections[Section.locations.rawValue].lowerBound
    return (
      (0..<recordCount).map { region.uint64(at: start + $0 * 8) },
      words(.hashes, recordCount), words(.next, recordCount), words(.heads, headCount)
    )
  }

  /// Whether the bytes are those that were written, by the checksum at the end.
  func isIntact() -> Bool {
    let end = region.count - Self.footerByteCount
    return region.uint32(at: end) == region.withBytes { Gzip.crc32($0.extracting(0..<end)) }
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
