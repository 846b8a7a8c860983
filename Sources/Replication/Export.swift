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
    let names = ExportLines.Names(state.names)
    let chunk = 4096
    var start = 0
    let group = 8 * chunk
    while start < records.count {
      let end = min(start + group, records.count)
      let first = start
      let pieces = Parallel.map(count: (end - start + chunk - 1) / chunk) { number -> [UInt8] in
        var lines = ExportLines(names)
        for index in (first + number * chunk)..<min(first + (number + 1) * chunk, end) {
          lines.write(records[index])
        }
        return lines.take()
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

  /// Where a record stands in the export: by its type, then by its id, of which the first bytes
  /// mostly decide.
  private struct Place {
    let typeRank: UInt32
    let index: UInt32
    let opening: UInt64
  }

  private static func sorted(_ state: State) -> [Record] {
    let ranks = ExportLines.Names(state.names).ranks
    var records: [Record] = []
    var places: [Place] = []
    records.reserveCapacity(state.recordCount)
    places.reserveCapacity(state.recordCount)
    state.forEach { record in
      let bytes = record.bytes
      if let blob = BlobReader(bytes), Int(blob.type) < ranks.count {
        let id = bytes.extracting(blob.id)
        var opening: UInt64 = 0
        for index in 0..<8 { opening = opening << 8 | UInt64(index < id.count ? id[index] : 0) }
        places.append(
          Place(
            typeRank: ranks[Int(blob.type)], index: UInt32(records.count), opening: opening))
        records.append(record)
      }
      return true
    }
    places.sort { left, right in
      if left.typeRank != right.typeRank { return left.typeRank < right.typeRank }
      if left.opening != right.opening { return left.opening < right.opening }
      return records[Int(left.index)].hasLowerID(than: records[Int(right.index)])
    }
    return places.map { records[Int($0.index)] }
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

extension Record {
  fileprivate func hasLowerID(than other: Record) -> Bool {
    withID { own in other.withID { ByteOrder.precedes(own, $0) } }
  }
}
