import CRM
import Replication

/// The clients and deals beside rows: found, or made.
extension RowDecider {
  /// Finds or makes the clients that a row names, and finds its deals.
  ///
  /// - Returns: why the row cannot be imported, nil if it can.
  func resolveRefs(
    _ row: PreparedRow, _ chunk: ChunkRows, _ index: Int
  ) -> RowReason? {
    var hasRecord = row.refs.isEmpty
    for number in row.refs {
      let ref = chunk.refs[Int(number)]
      let target = find(ref, chunk)
      result.refs[index][Int(number)] = target
      guard case .none = target else {
        hasRecord = true
        continue
      }
      if ref.kind == .deal {
        warn(of: ref, chunk, row)
      } else if hasSeveral(ref, chunk) {
        return .severalClients(text(of: ref, chunk))
      } else if canMake(ref) {
        hasRecord = true
      } else {
        return .unknownClient(text(of: ref, chunk))
      }
    }
    // All that the row names are deals that nobody knows.
    guard hasRecord else { return .noClient }
    for number in row.refs {
      guard case .none = result.refs[index][Int(number)], chunk.refs[Int(number)].kind == .client
      else { continue }
      result.refs[index][Int(number)] = make(number, chunk, index)
    }
    return nil
  }

  private func find(_ ref: PreparedRef, _ chunk: ChunkRows) -> Target {
    let keys = chunk.keys[ImportDecisions.range(ref.keys)]
    if ref.kind == .deal {
      for key in keys { if let found = deals.onlyAlive(key) { return .existing(found) } }
      return .none
    }
    let hasContact = keys.contains { [.inn, .phone, .email].contains($0.kind) }
    for key in keys {
      if key.kind == .name, hasContact { continue }
      if isShared(key) { continue }
      if let found = clients.firstAlive(key) { return .existing(found) }
      if let ordinal = newClientKeys.first(key.hash) { return .new(ordinal) }
    }
    return .none
  }

  /// Whether two tables have brought clients under a number.
  private func isShared(_ key: RowKey) -> Bool {
    guard key.kind == .number, clients.hasSeveralAlive(key) else { return false }
    let living = clients.find(key).filter { clients.records[Int($0)].isAlive }
    return merged.distinct(living) { clients.records[Int($0)].id }.count > 1
  }

  private func hasSeveral(_ ref: PreparedRef, _ chunk: ChunkRows) -> Bool {
    chunk.keys[ImportDecisions.range(ref.keys)].contains(where: isShared)
  }

  private func canMake(_ ref: PreparedRef) -> Bool {
    ref.hasName && (options.createsClients || isClientFile)
  }

  private func make(_ number: Int32, _ chunk: ChunkRows, _ index: Int) -> Target {
    // A row may name the same new client twice.
    if case .new(let ordinal) = find(chunk.refs[Int(number)], chunk) { return .new(ordinal) }
    let ordinal = Int32(result.newClients.count)
    result.newClients.append(ImportDecisions.NewClient(chunk: index, ref: number))
    for key in chunk.keys[ImportDecisions.range(chunk.refs[Int(number)].keys)] {
      newClientKeys.insert(key.hash, ordinal)
    }
    result.counts.createdClients += 1
    return .new(ordinal)
  }

  private func warn(of ref: PreparedRef, _ chunk: ChunkRows, _ row: PreparedRow) {
    _ = result.warnings.note(
      .deal, chunk.bytes.span.extracting(ImportDecisions.range(ref.text)),
      column: layout.columns[Int(ref.position)].name, line: row.line)
  }

  private func text(of ref: PreparedRef, _ chunk: ChunkRows) -> String {
    chunk.bytes.span.extracting(ImportDecisions.range(ref.text)).text()
  }
}
