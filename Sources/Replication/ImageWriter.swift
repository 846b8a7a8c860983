import Bytes
import Documents
import Platform

/// Lays out the image of a finished `StateBuilder`, with the index of values.
struct ImageWriter {
  private let builder: StateBuilder
  private let origin: ImageOrigin
  private let plan: IndexPlan
  private let former: ValueIndex

  /// Prepares an image.
  ///
  /// - Parameters:
  ///   - builder: the records.
  ///   - origin: what they were made from.
  ///   - plan: the fields to index.
  ///   - former: the index of the image that the builder goes on from, if it does; it has all
  ///     records but those that were added or amended.
  init(
    _ builder: StateBuilder, origin: ImageOrigin, plan: IndexPlan,
    former: ValueIndex = ValueIndex()
  ) {
    self.builder = builder
    self.origin = origin
    self.plan = plan
    self.former = former
  }

  /// The image in memory.
  func region() -> ByteRegion {
    var bytes: [UInt8] = []
    emit { bytes.append(bytesOf: $0) }
    return ByteRegion(bytes)
  }

  /// Hands the image's pieces to `body`, in order.
  ///
  /// - Parameter body: takes a piece; it does not outlive the call.
  /// - Throws: what `body` throws.
  func emit<Failure: Error>(_ body: (Span<UInt8>) throws(Failure) -> Void) throws(Failure) {
    var layout = Layout()
    _ = try layout.put([Image.magic, UInt64(Image.version)], body)
    let all = builder.tables.all
    var arenas: [Range<Int>] = []
    // Writing needs one processor; the index takes the others meanwhile.
    let index = try ValueIndex(
      all, names: builder.names, plan: plan, seed: builder.seed, former: former
    ) { () throws(Failure) in
      for table in all { arenas.append(try layout.put(arenaOf: table, body)) }
    }
    var tables: [Image.Table] = []
    for (table, arena) in zip(all, arenas) {
      tables.append(
        Image.Table(
          type: table.type, arena: arena, locations: try layout.put(table.locations, body),
          hashes: try layout.put(table.hashes, body), next: try layout.put(table.next, body),
          heads: try layout.put(table.heads, body)))
    }
    let meta = ImageMeta(
      seed: builder.seed, origin: origin, names: builder.names.all,
      replicas: builder.replicas.entries, admission: builder.admission, tables: tables,
      valueHeads: try layout.put(index.heads, body),
      valueEntries: try layout.put(index.entries, body))
    let range = try layout.put(meta.bytes, body)
    _ = try layout.put([UInt64(range.lowerBound), UInt64(range.count)], body)
  }

  /// Where the parts of an image come to lie, each filled up to whole words of eight bytes.
  private struct Layout {
    private var end = 0

    mutating func put<Word: BitwiseCopyable, Failure: Error>(
      _ words: [Word], _ body: (Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) -> Range<Int> {
      // Words are laid out as this machine has them: an image never leaves it. The pointer lives
      // no longer than the call.
      try words.withUnsafeBufferPointer { (buffer) throws(Failure) in
        let raw = UnsafeRawBufferPointer(buffer).bindMemory(to: UInt8.self)
        try body(Span(_unsafeElements: raw))
      }
      return try close(words.count * MemoryLayout<Word>.stride, body)
    }

    mutating func put<Failure: Error>(
      arenaOf table: RecordTable, _ body: (Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) -> Range<Int> {
      var count = table.arena.count
      if let former = table.former {
        try body(former.region.bytes.extracting(former.arena))
        count += former.arena.count
      }
      try body(table.arena.span)
      return try close(count, body)
    }

    private mutating func close<Failure: Error>(
      _ count: Int, _ body: (Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) -> Range<Int> {
      let padding = [UInt8](repeating: 0, count: -count & 7)
      try body(padding.span)
      defer { end += count + padding.count }
      return end..<(end + count)
    }
  }
}
