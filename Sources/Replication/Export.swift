import Bytes
import Documents
import Platform
public import Sealing

/// The canonical export: the state as JSON lines, byte for byte the same wherever the same
/// commits are held (SPEC §9).
public enum Export {
  /// Hands the export to `body`, some lines at a time.
  ///
  /// - Parameters:
  ///   - state: the records.
  ///   - progress: is told how far the work has come.
  ///   - body: receives whole lines.
  /// - Throws: what `body` throws.
  public static func write(
    _ state: State, progress: ProgressReport = { _, _ in }, _ body: ([UInt8]) throws -> Void
  ) rethrows {
    let records = sorted(state)
    let chunk = 4096
    var start = 0
    let group = 8 * chunk
    while start < records.count {
      let end = min(start + group, records.count)
      let first = start
      let pieces = Parallel.map(count: (end - start + chunk - 1) / chunk) { number -> [UInt8] in
        var writer = JSONWriter()
        for index in (first + number * chunk)..<min(first + (number + 1) * chunk, end) {
          line(of: records[index].record, to: &writer)
        }
        return writer.bytes
      }
      for piece in pieces { try body(piece) }
      start = end
      progress(end, records.count)
    }
  }

  /// The hash of the export, by which two replicas tell whether they are equal (SPEC §9.4).
  ///
  /// - Parameters:
  ///   - state: the records.
  ///   - progress: is told how far the work has come.
  /// - Returns: the hash.
  public static func digest(
    _ state: State, progress: ProgressReport = { _, _ in }
  ) -> Hash256 {
    var hasher = BLAKE2b.Hasher()
    write(state, progress: progress) { hasher.update($0.span) }
    return hasher.finish()
  }

  private struct Entry: Sendable {
    let type: ByteString
    let id: ByteString
    let record: Record
  }

  private static func sorted(_ state: State) -> [Entry] {
    var entries: [Entry] = []
    entries.reserveCapacity(state.recordCount)
    state.forEach { record in
      if let blob = BlobReader(record.bytes) {
        entries.append(
          Entry(
            type: state.names.name(of: blob.type), id: ByteString(record.bytes.extracting(blob.id)),
            record: record))
      }
      return true
    }
    entries.sort { $0.type != $1.type ? $0.type < $1.type : $0.id < $1.id }
    return entries
  }

  /// One record's line (SPEC §9.2).
  static func line(of record: Record, to writer: inout JSONWriter) {
    let contents = record.contents()
    writer.raw("{\"type\":")
    writer.string(contents.type)
    writer.raw(",\"id\":")
    writer.string(contents.id)
    if !contents.sets.isEmpty {
      writer.raw(",\"add\":{")
      for (index, set) in contents.sets.enumerated() {
        if index > 0 { writer.raw(",") }
        writer.string(set.name)
        writer.raw(":[")
        for (index, element) in set.elements.enumerated() {
          if index > 0 { writer.raw(",") }
          writer.raw(element.span)
        }
        writer.raw("]")
      }
      writer.raw("}")
    }
    let conflicts = contents.registers.filter(\.isConflict)
    if !conflicts.isEmpty { write(conflicts, to: &writer) }
    if !contents.isAlive {
      writer.raw(",\"delete\":true")
    } else if !contents.deleters.isEmpty {
      writer.raw(",\"deleted_by\":[")
      for (index, deleter) in contents.deleters.enumerated() {
        if index > 0 { writer.raw(",") }
        writer.string(deleter.dot.text)
      }
      writer.raw("]")
    }
    let set = contents.registers.filter { $0.writes[0].value != Array("null".utf8) }
    if !set.isEmpty {
      writer.raw(",\"set\":{")
      for (index, register) in set.enumerated() {
        if index > 0 { writer.raw(",") }
        writer.string(register.name)
        writer.raw(":")
        let value = register.writes[0].value
        writer.raw(value.span)
      }
      writer.raw("}")
    }
    writer.raw("}\n")
  }

  private static func write(_ conflicts: [RecordContents.Register], to writer: inout JSONWriter) {
    writer.raw(",\"conflicts\":{")
    for (index, register) in conflicts.enumerated() {
      if index > 0 { writer.raw(",") }
      writer.string(register.name)
      writer.raw(":[")
      for (index, write) in register.writes.enumerated() {
        if index > 0 { writer.raw(",") }
        writer.raw("{\"at\":")
        writer.string(Timestamp.text(write.stampMillis))
        writer.raw(",\"by\":")
        writer.string(write.dot.text)
        writer.raw(",\"value\":")
        writer.raw(write.value.span)
        writer.raw("}")
      }
      writer.raw("]")
    }
    writer.raw("}")
  }
}
