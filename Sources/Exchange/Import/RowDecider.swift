import CRM
import Replication

/// Decides row by row, in the order of the file, what becomes of the rows.
///
/// An object, since its tables are large and asked for with every row.
final class RowDecider {
  var result: ImportDecisions
  private let table: ImportTable
  let layout: ImportLayout
  let options: ImportOptions
  private let state: State
  private let directory: RecordDirectory
  let clients: RecordDirectory
  let deals: RecordDirectory
  let isClientFile: Bool
  /// Cards that count as one leave no doubt which client a row means.
  let merged: MergedCards
  private var newKeys = KeyTable()
  var newClientKeys = KeyTable(reserving: 64)
  private var claimed: Set<Int32> = []
  /// What became of the first row with a number that the base does not know.
  private var byNumber: [UInt64: ImportDecisions.Decision] = [:]
  private var markBytes: [UInt8] = []

  private typealias Decision = ImportDecisions.Decision
  private typealias RowPlace = ImportDecisions.RowPlace
  typealias Target = ImportDecisions.Target

  private init(
    _ table: ImportTable, _ layout: ImportLayout, _ options: ImportOptions, _ state: State,
    _ directories: Directories
  ) {
    self.table = table
    self.layout = layout
    self.options = options
    self.state = state
    directory = directories.rows
    clients = directories.clients
    deals = directories.deals
    merged = MergedCards(state)
    isClientFile = layout.entity.key == "client"
    result = ImportDecisions(directories: directories)
  }

  /// Decides what becomes of all rows.
  ///
  /// - Parameters:
  ///   - chunks: the rows.
  ///   - table: the file.
  ///   - layout: what is done with its columns.
  ///   - options: what the importer was told.
  ///   - state: the state of the base.
  ///   - directories: its records.
  /// - Returns: the decisions.
  static func decide(
    _ chunks: [ChunkRows], of table: ImportTable, _ layout: ImportLayout, _ options: ImportOptions,
    _ state: State, _ directories: Directories
  ) -> ImportDecisions {
    let decider = RowDecider(table, layout, options, state, directories)
    let rowCount = chunks.reduce(0) { $0 + $1.rows.count }
    decider.newKeys = KeyTable(reserving: rowCount)
    decider.result.creators.reserveCapacity(rowCount)
    decider.claimKnownRows(chunks)
    for index in chunks.indices { decider.decide(chunks[index], index) }
    decider.result.rejected.sort { $0.line < $1.line }
    return decider.result
  }

  /// Finds the records that were made of rows of this very file, so that no other row takes them.
  private func claimKnownRows(_ chunks: [ChunkRows]) {
    guard !layout.hasExternalID else {
      // Rows with a number are what the number says, however often they come.
      result.occurrences = chunks.map { Array(repeating: 1, count: $0.rows.count) }
      return
    }
    var seen = KeyTable(reserving: chunks.reduce(0) { $0 + $1.rows.count })
    result.occurrences = chunks.map { chunk in
      chunk.rows.map { $0.problem < 0 ? seen.increment($0.mark == 0 ? 1 : $0.mark) : 0 }
    }
    guard directory.hasSourceRows else { return }
    for (index, chunk) in chunks.enumerated() {
      for (place, row) in chunk.rows.enumerated() where row.problem < 0 {
        if let ordinal = known(row, result.occurrences[index][place]) { claimed.insert(ordinal) }
      }
    }
  }

  /// Whether the record keeps the mark of a row that has a number.
  private func isKnown(_ row: PreparedRow, _ ordinal: Int32) -> Bool {
    let mark = RowMark.mark(of: row.range, of: table)
    let text = ImportDecisions.sourceRow(mark, occurrence: 1, layout.sourceMark)
    return directory.records[Int(ordinal)].elements(of: state.field(ImportLayout.sourceRows))
      .contains { $0.utf8.elementsEqual(text) }
  }

  /// The record that was made of just this row.
  private func known(_ row: PreparedRow, _ occurrence: Int32) -> Int32? {
    guard directory.hasSourceRows else { return nil }
    markBytes.removeAll(keepingCapacity: true)
    ImportDecisions.appendSourceRow(
      row.mark, occurrence: occurrence, layout.sourceMark, to: &markBytes)
    let hash = KeyHash.hash(markBytes.span, .sourceRow)
    return directory.first(RowKey(kind: .sourceRow, hash: hash))
  }
}

extension RowDecider {
  private func decide(_ chunk: ChunkRows, _ index: Int) {
    result.refs.append(Array(repeating: .none, count: chunk.refs.count))
    var decisions: [Decision] = []
    decisions.reserveCapacity(chunk.rows.count)
    for place in chunk.rows.indices {
      let decision = decide(chunk.rows[place], chunk, index, place)
      count(decision, chunk.rows[place])
      decisions.append(decision)
    }
    result.rows.append(decisions)
  }

  private func count(_ decision: Decision, _ row: PreparedRow) {
    result.counts.rows += 1
    switch decision {
    case .rejected: result.counts.rejected += 1
    case .create: result.counts.created += 1
    case .join: result.counts.repeated += 1
    case .known: result.counts.unchanged += 1
    case .update(_, let match): if case .duplicate = match { result.counts.duplicates += 1 }
    }
  }

  private func reject(_ row: PreparedRow, _ reason: RowReason) -> Decision {
    result.rejected.append(RejectedRow(line: Int(row.line), reason: reason))
    return .rejected
  }

  private func decide(
    _ row: PreparedRow, _ chunk: ChunkRows, _ index: Int, _ place: Int
  ) -> Decision {
    if row.problem >= 0 { return reject(row, chunk.problems[Int(row.problem)]) }
    if !layout.hasExternalID, let ordinal = known(row, result.occurrences[index][place]) {
      if !directory.records[Int(ordinal)].isAlive { result.counts.trashed += 1 }
      return .known
    }
    let keys = chunk.keys[ImportDecisions.range(row.keys)]
    let place = RowPlace(chunk: index, row: place, isDuplicate: false)
    if let problem = resolveRefs(row, chunk, index) { return reject(row, problem) }
    if let decision = decideByNumber(row, keys, place) { return decision }
    let number = keys.first { $0.kind == .external }?.hash
    if isClientFile, options.duplicates != .allow,
      let decision = decideByNature(row, keys, place)
    {
      if let number { byNumber[number] = decision }
      return decision
    }
    let ordinal = Int32(result.creators.count)
    result.creators.append(place)
    result.createdExtraCount += row.extras.count
    // Rows with a number are never taken for one another by anything else.
    for key in keys where !layout.hasExternalID || key.kind == .external {
      newKeys.insert(key.hash, ordinal)
    }
    return .create(ordinal)
  }

  /// By the number that the row has in its source.
  private func decideByNumber(
    _ row: PreparedRow, _ keys: ArraySlice<RowKey>, _ place: RowPlace
  ) -> Decision? {
    for key in keys where key.kind == .id {
      guard let ordinal = directory.first(key) else { continue }
      result.updates[ordinal, default: []].append(place)
      return .update(ordinal, .same)
    }
    for key in keys where key.kind == .external {
      if let ordinal = directory.first(key) {
        // What someone has put into the trash stays there.
        guard directory.records[Int(ordinal)].isAlive else {
          result.counts.trashed += 1
          return .known
        }
        // So does what a duplicate row was not allowed to replace.
        if isOfThisSource(ordinal), isKnown(row, ordinal) { return .known }
        result.updates[ordinal, default: []].append(place)
        return .update(ordinal, .same)
      }
      if let ordinal = newKeys.first(key.hash) {
        result.joins[ordinal, default: []].append(place)
        return .join(ordinal)
      }
      // All rows with one number are one client, whatever else they say.
      switch byNumber.isEmpty ? nil : byNumber[key.hash] {
      case .update(let ordinal, let match)?:
        var isDuplicate = false
        if case .duplicate = match { isDuplicate = true }
        result.updates[ordinal, default: []].append(
          RowPlace(chunk: place.chunk, row: place.row, isDuplicate: isDuplicate))
        return .update(ordinal, match)
      case .rejected?:
        result.counts.skipped += 1
        let reason = result.rejected.last {
          if case .duplicate = $0.reason { true } else { false }
        }?
        .reason
        return reject(row, reason ?? .noName)
      default: break
      }
    }
    return nil
  }

  /// By ИНН, phone, e-mail, name: against the base, then against earlier rows of the file.
  private func decideByNature(
    _ row: PreparedRow, _ keys: ArraySlice<RowKey>, _ place: RowPlace
  ) -> Decision? {
    let hasNumber = keys.contains { $0.kind == .external }
    if hasNumber, directory.records.isEmpty { return nil }
    let names = keys.compactMap { $0.kind == .name ? $0.hash : nil }
    for kind in [KeyKind.inn, .phone, .email, .name] {
      for key in keys where key.kind == kind {
        guard directory.first(key) != nil else { continue }
        let found = directory.find(key).filter { !hasOtherNumber($0, keys) }
        guard let ordinal = choose(found, kind, names, keys) else { continue }
        let isCorrection = isOfThisSource(ordinal) && !claimed.contains(ordinal)
        if isCorrection {
          claimed.insert(ordinal)
          result.updates[ordinal, default: []].append(place)
          return .update(ordinal, .same)
        }
        if options.duplicates == .skip {
          result.counts.skipped += 1
          return reject(row, .duplicate(id: directory.records[Int(ordinal)].id))
        }
        result.updates[ordinal, default: []].append(
          RowPlace(chunk: place.chunk, row: place.row, isDuplicate: true))
        return .update(ordinal, .duplicate)
      }
    }
    // Within one file colleagues share an office phone: the name has to be the same too.
    guard !hasNumber else { return nil }
    for key in keys where key.kind == .inn || key.kind == .phone || key.kind == .email {
      var match: Int32?
      newKeys.forEach(key.hash) { ordinal in
        let isNamed = key.kind == .inn || names.contains { name in has(ordinal, name) }
        if isNamed { match = ordinal }
        return match == nil
      }
      guard let match else { continue }
      result.joins[match, default: []].append(
        RowPlace(chunk: place.chunk, row: place.row, isDuplicate: true))
      return .join(match)
    }
    return nil
  }

  private func has(_ ordinal: Int32, _ hash: UInt64) -> Bool {
    var found = false
    newKeys.forEach(hash) { other in
      found = other == ordinal
      return !found
    }
    return found
  }

  /// Whether a record has a number of the same source that is not the row's.
  private func hasOtherNumber(_ ordinal: Int32, _ keys: ArraySlice<RowKey>) -> Bool {
    guard layout.hasExternalID else { return false }
    let start = layout.systemPrefix
    var found = false
    let record = directory.records[Int(ordinal)]
    record.forEachElement(of: state.field("external_ids")) { element in
      StoredValue.withContent(of: element) { text in
        guard text.count > start.count else { return }
        for index in start.indices where text[index] != start[index] { return }
        found = true
      }
    }
    return found
  }

  private func isOfThisSource(_ ordinal: Int32) -> Bool {
    let record = directory.records[Int(ordinal)]
    return record.elements(of: state.field(ImportLayout.sourceRows))
      .contains { $0.hasPrefix(layout.sourceMark) }
  }

  /// Of several records with a key the one that is meant, if that can be told.
  private func choose(
    _ found: [Int32], _ kind: KeyKind, _ names: [UInt64], _ keys: ArraySlice<RowKey>
  ) -> Int32? {
    func isNamed(_ ordinal: Int32) -> Bool {
      var key: [UInt8] = []
      directory.records[Int(ordinal)].withValue(of: state.field("name")) { value in
        StoredValue.withContent(of: value) { MatchKey.appendName($0, to: &key) }
      }
      return names.contains(KeyHash.hash(key.span, .name))
    }
    let free = found.filter { isOfThisSource($0) && !claimed.contains($0) }
    if kind == .name {
      if free.count == 1 { return free[0] }
      // Namesakes with another phone or e-mail are other people.
      let hasContact = keys.contains { [.inn, .phone, .email].contains($0.kind) }
      let usable = distinct(found.filter { !hasContact || !hasContacts($0) })
      return usable.count == 1 ? usable[0] : nil
    }
    if let named = found.first(where: isNamed) { return named }
    if free.count == 1 { return free[0] }
    // The row of a colleague whom this very file has brought before is no duplicate of this one.
    let foreign = distinct(found.filter { !isOfThisSource($0) })
    return foreign.count == 1 ? foreign[0] : nil
  }

  private func distinct(_ found: [Int32]) -> [Int32] {
    merged.distinct(found) { directory.records[Int($0)].id }
  }

  private func hasContacts(_ ordinal: Int32) -> Bool {
    let record = directory.records[Int(ordinal)]
    return !record.elements(of: state.field("phones")).isEmpty
      || !record.elements(of: state.field("emails")).isEmpty
      || record.text(of: state.field("inn")) != nil
  }
}
