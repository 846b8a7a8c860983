import Bytes
import Documents

/// The commits of one member, read into the bytes of records but not yet applied.
///
/// Reading depends on nothing but the member, so members are read side by side.
struct CommitBatch: Sendable {
  /// What one line does to one record.
  struct Fragment: Sendable {
    let type: UInt32
    let id: Range<Int>
    let bytes: Range<Int>
    /// Whether `bytes` are a whole record, as `RecordBlob` has it; else they are the line.
    let isRecord: Bool
  }

  struct Entry: Sendable {
    let header: CommitHeader
    let fragments: Range<Int>
  }

  private(set) var arena: [UInt8] = []
  private(set) var fragments: [Fragment] = []
  private(set) var entries: [Entry] = []

  /// Reads the commits in `raw` lines.
  ///
  /// - Parameters:
  ///   - raw: a member's lines.
  ///   - places: the local number of each replica that may occur.
  ///   - names: the numbers of names.
  /// - Throws: `DocumentError.line` with an offset within `raw`.
  init(
    _ raw: Span<UInt8>, places: [ReplicaID: UInt32], names: NameTable
  ) throws(DocumentError) {
    var reader = LineReader(names)
    var cursor = CommitCursor()
    arena.reserveCapacity(raw.count)
    fragments.reserveCapacity(raw.count / 256)
    while let frame = try cursor.next(in: raw) {
      guard let place = places[frame.header.dot.replica] else {
        throw .container(.mislabelled, byteOffset: 0)
      }
      let dot = LocalDot(replica: place, number: frame.header.dot.number)
      let first = fragments.count
      var start = frame.body.lowerBound
      while start < frame.body.upperBound, let end = Lines.end(ofLineAt: start, in: raw) {
        try read(raw.extracting(start..<end), at: start, dot: dot, with: &reader)
        start = end + 1
      }
      entries.append(Entry(header: frame.header, fragments: first..<fragments.count))
    }
  }

  private mutating func read(
    _ line: Span<UInt8>, at offset: Int, dot: LocalDot, with reader: inout LineReader
  ) throws(DocumentError) {
    let start = arena.count
    do {
      switch try reader.transcode(line, dot: dot, into: &arena) {
      case .ignored: return
      case .record(let type, let id):
        fragments.append(
          Fragment(type: type, id: id, bytes: start..<arena.count, isRecord: true))
      case .needsFullReading(let type, let id):
        LineReader.append(line, 0..<line.count, to: &arena)
        fragments.append(
          Fragment(
            type: type, id: (start + id.lowerBound)..<(start + id.upperBound),
            bytes: start..<arena.count, isRecord: false))
      }
    } catch {
      if case .line(let fault, let within) = error {
        throw .line(fault, byteOffset: offset + within)
      }
      throw error
    }
  }

  /// What a fragment does, in full.
  func change(
    of fragment: Fragment, with reader: inout LineReader
  ) throws(DocumentError) -> RecordChange {
    let bytes = arena.span.extracting(fragment.bytes)
    if !fragment.isRecord {
      guard let change = try reader.change(of: bytes) else {
        throw .line(.unexpected, byteOffset: 0)
      }
      return change
    }
    guard let record = RecordBlob.decode(bytes) else { throw .line(.unexpected, byteOffset: 0) }
    return RecordChange(
      key: record.key,
      assignments: record.registers.map {
        RecordChange.Assignment(name: $0.name, value: $0.writes[0].value)
      },
      additions: record.sets.map {
        RecordChange.Elements(name: $0.name, elements: $0.elements.map(\.value))
      })
  }
}
