import Bytes
import Documents
import Platform

/// Lays out the image of a finished `StateBuilder`, with the index of values.
struct ImageWriter {
  private let builder: StateBuilder
  private let meta: [UInt8]
  private let index: ValueIndex

  init(_ builder: StateBuilder, origin: ImageOrigin, plan: IndexPlan) {
    self.builder = builder
    index = ValueIndex(builder, plan: plan)
    meta =
      ImageMeta(
        seed: builder.seed, origin: origin, names: builder.names.all,
        replicas: builder.replicas.entries, admission: builder.admission
      ).bytes
  }

  /// The image in memory, without a checksum.
  func region() -> ByteRegion {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    emit(checksummed: false) { bytes.append(bytesOf: $0) }
    return ByteRegion(bytes)
  }

  /// Hands the image's pieces to `body`, in order.
  ///
  /// - Parameters:
  ///   - checksummed: whether the last word is the checksum of all before it, or 0.
  ///   - body: takes a piece; it does not outlive the call.
  /// - Throws: what `body` throws.
  func emit(checksummed: Bool, _ body: (Span<UInt8>) throws -> Void) rethrows {
    var checksum: UInt32 = 0
    func piece(_ bytes: Span<UInt8>) throws {
      if checksummed { checksum = Gzip.crc32(bytes, continuing: checksum) }
      try body(bytes)
    }
    do {
      try section(header, piece)
      try section(meta, piece)
      try section(builder.arena, piece)
      try section(builder.locations, piece)
      for words in [builder.hashes, builder.next, builder.heads, index.heads, index.entries] {
        try section(words, piece)
      }
      let last = [checksum]
      try section(last, body)
    }
  }

  /// Hands over one section, filled up to whole words of eight bytes.
  private func section<Word: BitwiseCopyable>(
    _ words: [Word], _ body: (Span<UInt8>) throws -> Void
  ) rethrows {
    // Words are laid out as this machine has them: an image never leaves it. The pointer lives no
    // longer than the call.
    try words.withUnsafeBytes { raw in
      try body(Span(_unsafeElements: raw.bindMemory(to: UInt8.self)))
    }
    let count = words.count * MemoryLayout<Word>.stride
    let padding = [UInt8](repeating: 0, count: Self.padded(count) - count)
    try body(padding.span)
  }

  var byteCount: Int { (sections.last.map { Self.padded($0.upperBound) } ?? 0) + 8 }

  private var sections: [Range<Int>] {
    let counts = [
      meta.count, builder.arena.count, builder.locations.count * 8, builder.hashes.count * 4,
      builder.next.count * 4, builder.heads.count * 4, index.heads.count * 4,
      index.entries.count * 4,
    ]
    var offset = Image.headerByteCount
    return counts.map { count in
      defer { offset += Self.padded(count) }
      return offset..<(offset + count)
    }
  }

  private static func padded(_ count: Int) -> Int { (count + 7) & ~7 }

  private var header: [UInt8] {
    var out: [UInt8] = []
    func append(_ value: UInt64, _ count: Int) {
      for shift in 0..<count { out.append(UInt8(truncatingIfNeeded: value >> UInt64(shift * 8))) }
    }
    append(Image.magic, 8)
    append(UInt64(Image.version), 4)
    append(0, 4)
    append(0, 16)
    for section in sections {
      append(UInt64(section.lowerBound), 8)
      append(UInt64(section.count), 8)
    }
    return out
  }
}

/// The hash table from indexed values to the records that have them.
struct ValueIndex {
  private(set) var heads: [UInt32] = []

  /// Three words each: the upper half of the hash, the record's place, the next entry.
  private(set) var entries: [UInt32] = []

  init(_ builder: StateBuilder, plan: IndexPlan) {
    let fields = plan.entries.enumerated().compactMap {
      (number, entry) -> (type: UInt32, name: UInt32, salt: UInt64, entry: IndexPlan.Entry)? in
      guard let type = builder.names.existingNumber(of: ByteString(entry.type)),
        let name = builder.names.existingNumber(of: ByteString(entry.field))
      else { return nil }
      return (type, name, UInt64(number), entry)
    }
    guard !fields.isEmpty else { return }
    let chunk = 16_384
    let arena = builder.arena
    let locations = builder.locations
    let seed = builder.seed
    let chunks = (locations.count + chunk - 1) / chunk
    let found = Parallel.map(count: chunks) { number -> [(UInt64, UInt32)] in
      var found: [(UInt64, UInt32)] = []
      found.reserveCapacity(chunk * 2)
      let bytes = arena.span
      for place in (number * chunk)..<min((number + 1) * chunk, locations.count) {
        let record = bytes.extracting(StateBuilder.range(of: locations[place]))
        guard let type = BlobReader(record)?.type else { continue }
        for field in fields where field.type == type {
          FieldReader.forEachValue(of: field.name, in: record) { value in
            for key in field.entry.keys(value) {
              found.append((Self.hash(key.span, salt: field.salt, seed: seed), UInt32(place)))
            }
          }
        }
      }
      return found
    }
    let count = found.reduce(0) { $0 + $1.count }
    var size = 1 << 10
    while size < count { size *= 2 }
    heads = Array(repeating: StateBuilder.none, count: size)
    entries.reserveCapacity(count * 3)
    for (hash, place) in found.joined() {
      let slot = Int(truncatingIfNeeded: hash) & (size - 1)
      let number = UInt32(entries.count / 3)
      entries.append(UInt32(truncatingIfNeeded: hash >> 32))
      entries.append(place)
      entries.append(heads[slot])
      heads[slot] = number
    }
  }

  static func hash(_ key: Span<UInt8>, salt: UInt64, seed: UInt64) -> UInt64 {
    KeyHash.hash(key, seed: seed &+ (salt &+ 1) &* 0x2545_f491_4f6c_dd1d)
  }
}
