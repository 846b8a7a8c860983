import CRM
import Replication

/// What becomes of the rows of a file, decided row by row in the order of the file.
struct ImportDecisions: Sendable {
  /// What becomes of one row.
  enum Decision: Sendable {
    case rejected
    /// A new record, with its ordinal among the new ones.
    case create(Int32)
    /// Another row of a record that an earlier row makes.
    case join(Int32)
    /// A row of a record that the base has.
    case update(Int32, Match)
    /// The record was made of just this row; what people have done to it since stays.
    case known
  }

  /// How surely a row is about the record.
  enum Match: Sendable {
    /// By its number, or as a corrected row of the same file: the row's values count.
    case same
    /// By phone, e-mail, ИНН or name.
    case duplicate
  }

  /// One client whom rows name and who has to be made.
  struct NewClient: Sendable {
    let chunk: Int
    let ref: Int32
  }

  /// By chunk and row.
  private(set) var rows: [[Decision]] = []
  /// How often each row without a number has come before in the file, by chunk and row.
  private(set) var occurrences: [[Int32]] = []
  /// The clients beside the rows, by chunk and ref: a record of the base, or a new one.
  private(set) var refs: [[Target]] = []
  /// The row that makes each new record.
  private(set) var creators: [RowPlace] = []
  /// How many records beside their own the creating rows make.
  private(set) var createdExtraCount = 0
  private(set) var newClients: [NewClient] = []
  private(set) var counts = ImportCounts()
  private(set) var rejected: [RejectedRow] = []
  /// The rows of records that get more than one new row, or that the base has: by target.
  private(set) var updates: [Int32: [RowPlace]] = [:]
  private(set) var joins: [Int32: [RowPlace]] = [:]

  /// A row's place.
  struct RowPlace: Sendable {
    let chunk: Int
    let row: Int
    let isDuplicate: Bool
  }

  /// The record of a client beside a row.
  enum Target: Sendable {
    case none
    case existing(Int32)
    case new(Int32)
  }

  private let layout: ImportLayout
  private let options: ImportOptions
  let directory: RecordDirectory
  let clients: RecordDirectory
  private var newKeys = KeyTable(reserving: 1024)
  private var newClientKeys = KeyTable(reserving: 64)
  private var marks = KeyTable(reserving: 64)
  private var claimed: Set<Int32> = []
  /// What became of the first row with a number that the base does not know.
  private var byNumber: [UInt64: Decision] = [:]
  private let state: State
  /// Cards that count as one are no doubt which client a row means.
  private let merged: MergedCards

  private let table: ImportTable

  init(
    _ chunks: [ChunkRows], of table: ImportTable, _ layout: ImportLayout, _ options: ImportOptions,
    _ state: State, merged: MergedCards
  ) {
    self.table = table
    self.layout = layout
    self.options = options
    self.state = state
    self.merged = merged
    var kinds: Set<KeyKind> = [.sourceRow]
    var refKinds: Set<KeyKind> = []
    for chunk in chunks {
      kinds.formUnion(chunk.rowKinds)
      refKinds.formUnion(chunk.refKinds)
    }
    if layout.entity.key != "client" { kinds.formIntersection([.id, .external, .sourceRow]) }
    directory = RecordDirectory(state, type: layout.entity.key, kinds: kinds)
    clients = RecordDirectory(state, type: "client", kinds: refKinds)
    claimKnownRows(chunks)
    for index in chunks.indices { decide(chunks[index], index) }
    rejected.sort { $0.line < $1.line }
  }

  static func range(_ range: Range<Int32>) -> Range<Int> {
    Int(range.lowerBound)..<Int(range.upperBound)
  }

  /// The mark of a row as the record keeps it: source, hash, and the occurrence from the second on.
  static func sourceRow(_ mark: UInt64, occurrence: Int32, _ source: String) -> [UInt8] {
    var text = Array(source.utf8)
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    for shift in stride(from: 58, to: 4, by: -6) {
      text.append(digits[Int(mark >> UInt64(shift)) & 63])
    }
    if occurrence > 1 { text += Array("~\(occurrence)".utf8) }
    return text
  }

  /// Finds the records that were made of rows of this very file, so that no other row takes them.
  private mutating func claimKnownRows(_ chunks: [ChunkRows]) {
    guard !layout.hasExternalID else {
      // Rows with a number are what the number says, however often they come.
      occurrences = chunks.map { Array(repeating: 1, count: $0.rows.count) }
      return
    }
    var seen = KeyTable(reserving: 1024)
    occurrences = chunks.map { chunk in
      chunk.rows.map { $0.problem < 0 ? seen.increment($0.mark == 0 ? 1 : $0.mark) : 0 }
    }
    for (index, chunk) in chunks.enumerated() {
      for (place, row) in chunk.rows.enumerated() where row.problem < 0 {
        if let ordinal = known(row, occurrences[index][place]) { claimed.insert(ordinal) }
      }
    }
  }

  /// Whether the record keeps the mark of a row that has a number.
  private func isKnown(_ row: PreparedRow, _ ordinal: Int32) -> Bool {
    let mark = RowMark.mark(of: row.range, of: table)
    let text = Self.sourceRow(mark, occurrence: 1, layout.sourceMark)
    return directory.records[Int(ordinal)].elements(of: state.field(ImportLayout.sourceRows))
      .contains { $0.utf8.elementsEqual(text) }
  }

  private func known(_ row: PreparedRow, _ occurrence: Int32) -> Int32? {
    let text = Self.sourceRow(row.mark, occurrence: occurrence, layout.sourceMark)
    return directory.first(RowKey(kind: .sourceRow, hash: KeyHash.hash(text.span, .sourceRow)))
  }
}

extension ImportDecisions {
  private mutating func decide(_ chunk: ChunkRows, _ index: Int) {
    refs.append(Array(repeating: .none, count: chunk.refs.count))
    var decisions: [Decision] = []
    decisions.reserveCapacity(chunk.rows.count)
    for place in chunk.rows.indices {
      let decision = decide(chunk.rows[place], chunk, index, place)
      count(decision, chunk.rows[place])
      decisions.append(decision)
    }
    rows.append(decisions)
  }

  private mutating func count(_ decision: Decision, _ row: PreparedRow) {
    counts.rows += 1
    switch decision {
    case .rejected: counts.rejected += 1
    case .create: counts.created += 1
    case .join: counts.repeated += 1
    case .known: counts.unchanged += 1
    case .update(_, let match): if case .duplicate = match { counts.duplicates += 1 }
    }
  }

  private mutating func reject(_ row: PreparedRow, _ reason: RowReason) -> Decision {
    rejected.append(RejectedRow(line: Int(row.line), reason: reason))
    return .rejected
  }

  private mutating func decide(
    _ row: PreparedRow, _ chunk: ChunkRows, _ index: Int, _ place: Int
  ) -> Decision {
    if row.problem >= 0 { return reject(row, chunk.problems[Int(row.problem)]) }
    if !layout.hasExternalID, known(row, occurrences[index][place]) != nil { return .known }
    let keys = chunk.keys[Self.range(row.keys)]
    let place = RowPlace(chunk: index, row: place, isDuplicate: false)
    if let problem = resolveRefs(row, chunk, index) { return reject(row, problem) }
    if let decision = decideByNumber(row, keys, place) { return decision }
    let number = keys.first { $0.kind == .external }?.hash
    if layout.entity.key == "client", options.duplicates != .allow,
      let decision = decideByNature(row, keys, place)
    {
      if let number { byNumber[number] = decision }
      return decision
    }
    let ordinal = Int32(creators.count)
    creators.append(place)
    createdExtraCount += row.extras.count
    // Rows with a number are never taken for one another by anything else.
    for key in keys where !layout.hasExternalID || key.kind == .external {
      newKeys.insert(key.hash, ordinal)
    }
    return .create(ordinal)
  }

  /// By the number that the row has in its source.
  private mutating func decideByNumber(
    _ row: PreparedRow, _ keys: ArraySlice<RowKey>, _ place: RowPlace
  ) -> Decision? {
    for key in keys where key.kind == .id {
      guard let ordinal = directory.first(key) else { continue }
      updates[ordinal, default: []].append(place)
      return .update(ordinal, .same)
    }
    for key in keys where key.kind == .external {
      if let ordinal = directory.first(key) {
        // What someone has put into the trash stays there.
        guard directory.records[Int(ordinal)].isAlive else { return .known }
        // So does what a duplicate row was not allowed to replace.
        if isOfThisSource(ordinal), isKnown(row, ordinal) { return .known }
        updates[ordinal, default: []].append(place)
        return .update(ordinal, .same)
      }
      if let ordinal = newKeys.first(key.hash) {
        joins[ordinal, default: []].append(place)
        return .join(ordinal)
      }
      // All rows with one number are one client, whatever else they say.
      switch byNumber.isEmpty ? nil : byNumber[key.hash] {
      case .update(let ordinal, let match)?:
        var isDuplicate = false
        if case .duplicate = match { isDuplicate = true }
        updates[ordinal, default: []].append(
          RowPlace(chunk: place.chunk, row: place.row, isDuplicate: isDuplicate))
        return .update(ordinal, match)
      case .rejected?:
        counts.skipped += 1
        let reason = rejected.last { if case .duplicate = $0.reason { true } else { false } }?
          .reason
        return reject(row, reason ?? .noName)
      default: break
      }
    }
    return nil
  }

  /// By ИНН, phone, e-mail, name: against the base, then against earlier rows of the file.
  private mutating func decideByNature(
    _ row: PreparedRow, _ keys: ArraySlice<RowKey>, _ place: RowPlace
  ) -> Decision? {
    let names = keys.compactMap { $0.kind == .name ? $0.hash : nil }
    for kind in [KeyKind.inn, .phone, .email, .name] {
      for key in keys where key.kind == kind {
        guard directory.first(key) != nil else { continue }
        let found = directory.find(key).filter { !hasOtherNumber($0, keys) }
        guard let ordinal = choose(found, kind, names, keys) else { continue }
        let isCorrection = isOfThisSource(ordinal) && !claimed.contains(ordinal)
        if isCorrection {
          claimed.insert(ordinal)
          updates[ordinal, default: []].append(place)
          return .update(ordinal, .same)
        }
        if options.duplicates == .skip {
          counts.skipped += 1
          return reject(row, .duplicate(id: directory.records[Int(ordinal)].id))
        }
        updates[ordinal, default: []].append(
          RowPlace(chunk: place.chunk, row: place.row, isDuplicate: true))
        return .update(ordinal, .duplicate)
      }
    }
    // Within one file colleagues share an office phone: the name has to be the same too.
    guard !keys.contains(where: { $0.kind == .external }) else { return nil }
    for key in keys where key.kind == .inn || key.kind == .phone || key.kind == .email {
      var match: Int32?
      newKeys.forEach(key.hash) { ordinal in
        let isNamed = key.kind == .inn || names.contains { name in has(ordinal, name) }
        if isNamed { match = ordinal }
        return match == nil
      }
      guard let match else { continue }
      joins[match, default: []].append(
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
    let start = Array("\(layout.system):".utf8)
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

  /// Of records that are shown as one, the one that is shown, if it is among them.
  private func distinct(_ found: [Int32]) -> [Int32] {
    guard found.count > 1, !merged.isEmpty else { return found }
    var places: [String: Int] = [:]
    var result: [Int32] = []
    for ordinal in found {
      let id = directory.records[Int(ordinal)].id
      let shown = merged.shown(id)
      if let place = places[shown] {
        if id == shown { result[place] = ordinal }
      } else {
        places[shown] = result.count
        result.append(ordinal)
      }
    }
    return result
  }

  private func hasContacts(_ ordinal: Int32) -> Bool {
    let record = directory.records[Int(ordinal)]
    return !record.elements(of: state.field("phones")).isEmpty
      || !record.elements(of: state.field("emails")).isEmpty
      || record.text(of: state.field("inn")) != nil
  }
}

// MARK: - Clients beside rows

extension ImportDecisions {
  /// Finds or makes the clients that a row names.
  ///
  /// - Returns: why the row cannot be imported, nil if it can.
  private mutating func resolveRefs(
    _ row: PreparedRow, _ chunk: ChunkRows, _ index: Int
  ) -> RowReason? {
    for ref in [row.person, row.company] where ref >= 0 {
      let prepared = chunk.refs[Int(ref)]
      let target = target(prepared, chunk, index, ref)
      if case .none = target {
        let text = chunk.bytes.span.extracting(Self.range(prepared.text)).text()
        return .unknownClient(text)
      }
      refs[index][Int(ref)] = target
    }
    return nil
  }

  private mutating func target(
    _ ref: PreparedRef, _ chunk: ChunkRows, _ index: Int, _ number: Int32
  ) -> Target {
    let keys = chunk.keys[Self.range(ref.keys)]
    let hasContact = keys.contains { [.inn, .phone, .email].contains($0.kind) }
    for key in keys {
      if key.kind == .name, hasContact { continue }
      if let found = clients.firstAlive(key) { return .existing(found) }
      if let ordinal = newClientKeys.first(key.hash) { return .new(ordinal) }
    }
    guard ref.hasName, options.createsClients || layout.entity.key == "client" else { return .none }
    let ordinal = Int32(newClients.count)
    newClients.append(NewClient(chunk: index, ref: number))
    for key in keys { newClientKeys.insert(key.hash, ordinal) }
    counts.createdClients += 1
    return .new(ordinal)
  }

}
