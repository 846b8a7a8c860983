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

  /// Why commits were refused; they are not among the entries (SPEC §6.7).
  private(set) var refusals: [DocumentError] = []

  /// Reads the commits in `raw` lines, those that break the format excepted.
  ///
  /// - Parameters:
  ///   - raw: a member's lines.
  ///   - runs: what the member's extra field says of them.
  ///   - places: the local number of each replica that may occur.
  ///   - names: the numbers of names.
  ///   - renamed: a commit's first line as it counts; nothing for one that does not.
  /// - Throws: `DocumentError.container` if the member holds commits of other replicas.
  init(
    _ raw: Span<UInt8>, runs: [Member.Run], places: [ReplicaID: UInt32], names: NameTable,
    renamed: (CommitFrame) -> CommitHeader?
  ) throws(DocumentError) {
    var reader = LineReader(names)
    var cursor = CommitCursor()
    arena.reserveCapacity(raw.count)
    fragments.reserveCapacity(raw.count / 256)
    var unreadable: [DocumentError] = []
    var held: [Member.Run] = []
    while let frame = cursor.nextReadable(in: raw, refused: { unreadable.append($0) }) {
      Member.Run.note(frame.header.dot, in: &held)
      guard let header = renamed(frame) else { continue }
      guard let place = places[header.dot.replica] else {
        throw .container(.mislabelled, byteOffset: 0)
      }
      do throws(DocumentError) {
        try read(frame, header, in: raw, place: place, with: &reader)
      } catch {
        refusals.append(error)
      }
    }
    guard !unreadable.isEmpty || Member.Run.agree(runs, held) else {
      throw .container(.mislabelled, byteOffset: 0)
    }
    refusals += unreadable
  }

  /// Reads one commit; if it is refused, nothing of it stays.
  private mutating func read(
    _ frame: CommitFrame, _ header: CommitHeader, in raw: Span<UInt8>, place: UInt32,
    with reader: inout LineReader
  ) throws(DocumentError) {
    let dot = LocalDot(replica: place, number: header.dot.number)
    let first = fragments.count
    do throws(DocumentError) {
      let trailer = try Trailer(line: raw.extracting(frame.trailer))
      guard Chain.fits(trailer.salt, raw.extracting(frame.body)) else {
        throw .line(.key("salts"), byteOffset: frame.trailer.lowerBound)
      }
      var start = frame.body.lowerBound
      while start < frame.body.upperBound, let end = Lines.end(ofLineAt: start, in: raw) {
        try read(raw.extracting(start..<end), at: start, dot: dot, with: &reader)
        start = end + 1
      }
      try checkDistinct(first..<fragments.count)
    } catch {
      fragments.removeLast(fragments.count - first)
      throw error
    }
    entries.append(Entry(header: header, fragments: first..<fragments.count))
  }

  /// Holds every record of a commit against the others: none stands twice (SPEC §6.2).
  private func checkDistinct(_ range: Range<Int>) throws(DocumentError) {
    guard range.count > 1 else { return }
    var keys: [(hash: UInt64, index: Int)] = []
    keys.reserveCapacity(range.count)
    for index in range {
      let id = arena.span.extracting(fragments[index].id)
      keys.append((KeyHash.hash(id, seed: UInt64(fragments[index].type)), index))
    }
    keys.sort { $0.hash < $1.hash }
    for place in 1..<keys.count where keys[place].hash == keys[place - 1].hash {
      let (left, right) = (fragments[keys[place - 1].index], fragments[keys[place].index])
      let id = arena.span.extracting(left.id)
      guard left.type != right.type || !arena.span.matches(right.id, id) else {
        throw .line(.recordTwice, byteOffset: 0)
      }
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
        _ = try reader.change(of: line)
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

  /// The records that the commits touch, by type and id.
  func touched(_ names: NameTable) -> [(type: String, id: String)] {
    fragments.map { fragment in
      (
        names.name(of: fragment.type).text,
        ByteString(arena.span.extracting(fragment.id)).text
      )
    }
  }

  /// The lines of a commit that bear on who may do what, and whether it has others.
  ///
  /// - Parameters:
  ///   - entry: the commit.
  ///   - types: the numbers of the types that matter.
  ///   - names: the numbers of names.
  ///   - reader: reads lines.
  /// - Returns: the lines, each with its line feed; and whether there are record lines of other
  ///   types.
  /// - Throws: `DocumentError.line` if a line breaks the format.
  func control(
    of entry: Entry, types: [UInt32], names: NameTable, with reader: inout LineReader
  ) throws(DocumentError) -> (lines: [UInt8], doesOrdinaryWork: Bool) {
    var writer = JSONWriter()
    var doesOrdinaryWork = false
    for fragment in fragments[entry.fragments] {
      if types.contains(fragment.type) {
        RecordEdit(try change(of: fragment, with: &reader), names: names).append(to: &writer)
      } else {
        doesOrdinaryWork = true
      }
    }
    return (writer.bytes, doesOrdinaryWork)
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
