import Bytes
import CRM
import Sealing

/// A row of a file, read but not yet compared with the base.
struct PreparedRow: Sendable {
  /// The line on which it begins.
  var line: Int32 = 0
  /// Its bytes in the file.
  var range: Range<Int> = 0..<0
  /// Its record line in the chunk's bytes, from behind the id on.
  var body: Range<Int32> = 0..<0
  var holes: Range<Int32> = 0..<0
  /// What its record is recognised by.
  var keys: Range<Int32> = 0..<0
  /// The clients beside it, in `refs`; -1 for none.
  var person: Int32 = -1
  var company: Int32 = -1
  /// The deal beside it: a hash to look up, 0 for none.
  var extras: Range<Int32> = 0..<0
  /// The row's own hash, by which it is recognised without a number of its own.
  var mark: UInt64 = 0
  /// Why it is not imported, in `problems`; -1 if it is.
  var problem: Int32 = -1
}

/// A client whom a row names.
struct PreparedRef: Sendable {
  var body: Range<Int32>
  var keys: Range<Int32>
  /// Whether there is enough to make a client of.
  var hasName: Bool
  /// What the file says, for a message.
  var text: Range<Int32>
}

/// A record beside the row's own: a purchase, a note, a tie.
struct PreparedExtra: Sendable {
  let type: String
  var body: Range<Int32>
  var holes: Range<Int32>
}

/// A key of a row and what it is.
struct RowKey: Sendable {
  let kind: KeyKind
  let hash: UInt64
}

/// The rows of one chunk of a file.
struct ChunkRows: Sendable {
  var rows: [PreparedRow] = []
  var bytes: [UInt8] = []
  var holes: [PlacedHole] = []
  var keys: [RowKey] = []
  var refs: [PreparedRef] = []
  var extras: [PreparedExtra] = []
  var problems: [RowReason] = []
  var warnings: [CellWarning] = []
  var warningCount = 0
  /// Stages and pipelines that the base lacks, in the order of the file.
  var newStages: [StageName] = []
}

/// A stage as a file names it; an empty pipeline is the base's first.
struct StageName: Hashable, Sendable {
  let pipeline: String
  let stage: String
}

/// Reads the rows of one chunk; one for each chunk.
struct RowReader {
  private let layout: ImportLayout
  private let facts: ImportFacts
  private var cells: CellReader
  private var main: BodyBuilder
  private var person: BodyBuilder
  private var company: BodyBuilder
  private var output = JSONWriter()
  private var result = ChunkRows()
  private var keys: [[RowKey]] = [[], [], []]
  private var caches: [ValueCache]
  private var scratch: [UInt8] = []
  private var keyBytes: [UInt8] = []
  private var addresses: [(body: ImportLayout.Body, slot: Int, group: Int, text: String)] = []
  private var notes: [String] = []
  private var purchases: [String] = []
  private var links: [(field: String, text: String)] = []
  private var outcome = ""
  private var line: Int32 = 0
  private var refText: [UInt8] = []
  private var refIsNumber = false

  private static let warningLimit = 200

  init(_ layout: ImportLayout, _ facts: ImportFacts) {
    self.layout = layout
    self.facts = facts
    cells = CellReader(facts.cells)
    main = BodyBuilder(layout.main)
    person = BodyBuilder(layout.person)
    company = BodyBuilder(layout.company)
    caches = Array(repeating: ValueCache(), count: layout.columns.count)
  }

  /// Reads a chunk.
  mutating func read(_ chunk: ImportTable.Chunk, of table: ImportTable) -> ChunkRows {
    let bytes = table.text.span.extracting(chunk.range)
    var dialect = table.dialect
    dialect.hasSeparatorLine = false
    var reader = CSVReader(dialect: dialect)
    var row = CSVRow()
    result.rows.reserveCapacity(bytes.count / 96)
    while true {
      do {
        guard try reader.next(in: bytes, into: &row) else { break }
        if !row.isBlank { read(row, in: bytes, chunk) }
      } catch {
        begin(row, chunk)
        end(problem: .unreadable(error.kind))
      }
    }
    result.bytes = output.bytes
    return result
  }

  private mutating func begin(_ row: CSVRow, _ chunk: ImportTable.Chunk) {
    var prepared = PreparedRow()
    prepared.line = Int32(clamping: row.line + chunk.line - 1)
    prepared.range =
      (row.range.lowerBound + chunk.range.lowerBound)..<(row.range.upperBound
      + chunk.range.lowerBound)
    line = prepared.line
    result.rows.append(prepared)
    main.clear()
    person.clear()
    company.clear()
    for body in keys.indices where !keys[body].isEmpty { keys[body].removeAll(keepingCapacity: true) }
    addresses.removeAll()
    notes.removeAll()
    purchases.removeAll()
    links.removeAll()
    outcome = ""
    refText.removeAll(keepingCapacity: true)
    refIsNumber = false
    cells.rowCurrency = nil
    cells.namedCurrency = nil
  }

  private mutating func end(problem: RowReason) {
    result.rows[result.rows.count - 1].problem = Int32(result.problems.count)
    result.problems.append(problem)
  }

  private mutating func read(
    _ row: CSVRow, in bytes: Span<UInt8>, _ chunk: ImportTable.Chunk
  ) {
    begin(row, chunk)
    if case .long(let surplus) = row.shape(columnCount: layout.columnCount) {
      end(problem: .surplusCells(surplus))
      return
    }
    for position in layout.columns.indices {
      let index = layout.columns[position].index
      guard index < row.fields.count, row.fields[index].count > 0 else { continue }
      let field = row.fields[index]
      if field.form == .plain {
        read(bytes.extracting(field.range), position)
      } else {
        var value: [UInt8] = []
        swap(&value, &scratch)
        value.removeAll(keepingCapacity: true)
        row.appendValue(at: index, in: bytes, to: &value)
        read(value.span, position)
        swap(&value, &scratch)
      }
    }
    result.rows[result.rows.count - 1].mark = mark(of: row, in: bytes)
    finish()
  }

  /// A hash of what the row says, the same on every machine and in every encoding and dialect.
  private mutating func mark(of row: CSVRow, in bytes: Span<UInt8>) -> UInt64 {
    var value: [UInt8] = []
    swap(&value, &scratch)
    value.removeAll(keepingCapacity: true)
    for index in row.fields.indices {
      if index > 0 { value.append(0x1F) }
      row.appendValue(at: index, in: bytes, to: &value)
    }
    while value.last == 0x1F { value.removeLast() }
    let hash = BLAKE2b.hash128(value.span).bytes
    swap(&value, &scratch)
    var mark: UInt64 = 0
    for byte in hash.prefix(8) { mark = mark << 8 | UInt64(byte) }
    return mark
  }
}

// MARK: - Cells

extension RowReader {
  private mutating func read(_ whole: Span<UInt8>, _ position: Int) {
    let cell = whole.extracting(CellReader.trimmed(whole))
    guard cell.count > 0 else { return }
    if !facts.cells.emptyValues.isEmpty, facts.cells.emptyValues.contains(cell.text()) { return }
    switch layout.columns[position].role {
    case .value(let body, let slot, let kind): readValue(cell, body, slot, kind, position)
    case .elements(let body, let slot, let kind, let field, let attribute):
      readElements(cell, body, slot, kind, field, attribute, position)
    case .externalID(let body, let slot): readExternalID(cell, body, slot)
    case .client: readClient(cell)
    case .deal: break
    case .addressPart(let body, let slot, let group): readAddress(cell, body, slot, group)
    case .note: notes.append(cell.text())
    case .purchase:
      var writer = JSONWriter()
      if case .value = cells.append(cell, as: .day, to: &writer) {
        purchases.append(String(decoding: writer.bytes, as: UTF8.self))
      } else {
        warn(.date, cell, position)
      }
    case .link(let field): links.append((field, cell.text()))
    case .outcome: outcome = cell.text().lowercased()
    }
  }

  private mutating func warn(_ reason: CellReason, _ cell: Span<UInt8>, _ position: Int) {
    result.warningCount += 1
    guard result.warnings.count < Self.warningLimit else { return }
    result.warnings.append(
      CellWarning(
        line: Int(line), column: layout.columns[position].name, text: cell.text(), reason: reason))
  }

  private mutating func with(
    _ body: ImportLayout.Body, _ change: (inout BodyBuilder) -> Void
  ) {
    switch body {
    case .main: change(&main)
    case .person: change(&person)
    case .company: change(&company)
    }
  }

  private mutating func readValue(
    _ cell: Span<UInt8>, _ body: ImportLayout.Body, _ slot: Int, _ kind: CellKind, _ position: Int
  ) {
    cells.order = layout.columns[position].order
    var value = JSONWriter()
    swap(&value.bytes, &keyBytes)
    value.bytes.removeAll(keepingCapacity: true)
    let isKnown = kind.repeats && caches[position].append(cell, to: &value.bytes)
    if !isKnown {
      switch cells.append(cell, as: kind, to: &value) {
      case .value: if kind.repeats { caches[position].insert(cell, value.bytes) }
      case .doubtful(let reason): warn(reason, cell, position)
      case .none: break
      case .refused(let reason):
        value.bytes.removeAll(keepingCapacity: true)
        warn(reason, cell, position)
      }
    }
    if !value.bytes.isEmpty {
      if case .currency = kind { cells.rowCurrency = StoredValue.content(of: value.bytes) }
      with(body) { builder in
        let start = builder.writer.bytes.count
        builder.writer.raw(value.bytes.span)
        builder.set(slot, from: start)
      }
      noteKey(cell, body, slot)
      if case .money = kind { setCurrency(body, slot) }
    }
    swap(&value.bytes, &keyBytes)
  }

  /// A sum always says its currency.
  private mutating func setCurrency(_ body: ImportLayout.Body, _ slot: Int) {
    let layout =
      switch body {
      case .main: layout.main
      case .person: layout.person
      case .company: layout.company
      }
    let owner = body == .main ? self.layout.entity : Schema.client
    let key = String(decoding: layout.setName(slot), as: UTF8.self)
    guard let companion = owner.field(key: key)?.currencyField else { return }
    let code = cells.namedCurrency ?? cells.rowCurrency ?? facts.cells.currency
    cells.namedCurrency = nil
    with(body) { $0.set(layout.set(companion), text: code) }
  }

  /// Registers by which clients are recognised.
  private mutating func noteKey(_ cell: Span<UInt8>, _ body: ImportLayout.Body, _ slot: Int) {
    guard isClient(body) else { return }
    let names = body == .main ? layout.main : body == .person ? layout.person : layout.company
    if slot == names.set("inn") {
      scratchKey(body, .inn) { MatchKey.appendNumber(cell, to: &$0) }
    } else if slot == names.set("name") {
      scratchKey(body, .name) { MatchKey.appendName(cell, to: &$0) }
    }
  }

  private func isClient(_ body: ImportLayout.Body) -> Bool {
    body != .main || layout.entity.key == "client"
  }

  private mutating func scratchKey(
    _ body: ImportLayout.Body, _ kind: KeyKind, _ append: (inout [UInt8]) -> Void
  ) {
    var key: [UInt8] = []
    append(&key)
    guard !key.isEmpty else { return }
    keys[body.rawValue].append(RowKey(kind: kind, hash: KeyHash.hash(key.span, kind)))
  }

  private mutating func readElements(
    _ cell: Span<UInt8>, _ body: ImportLayout.Body, _ slot: Int, _ kind: CellKind, _ field: Field,
    _ attribute: String?, _ position: Int
  ) {
    guard Self.mayHoldSeveral(cell, field) else {
      return readElement(cell, body, slot, kind, field, attribute, position)
    }
    for piece in Self.pieces(cell.text(), of: field) {
      let bytes = Array(piece.utf8)
      let trimmed = bytes.span.extracting(CellReader.trimmed(bytes.span))
      if trimmed.count > 0 { readElement(trimmed, body, slot, kind, field, attribute, position) }
    }
  }

  private static func mayHoldSeveral(_ cell: Span<UInt8>, _ field: Field) -> Bool {
    switch field.kind {
    case .text, .url, .address, .file: return false
    case .phone:
      // One Russian number has eleven digits at most and no letters.
      var digits = 0
      for index in 0..<cell.count {
        let byte = cell[index]
        if byte &- 0x30 < 10 { digits += 1 }
        if byte > 0x39 || byte == 0x2C || byte == 0x2F { return true }
      }
      return digits > 11
    default:
      for index in 0..<cell.count {
        switch cell[index] {
        case 0x2C, 0x3B, 0x0A, 0x2F, 0x7C, 0x3A: return true
        case 0x20: if case .email = field.kind { return true }
        default: continue
        }
      }
      return false
    }
  }

  private static func pieces(_ text: String, of field: Field) -> [String] {
    switch field.kind {
    case .phone: return Phone.split(text)
    case .email: return EMail.split(text)
    default:
      let isTripleColon = text.contains(" ::: ")
      return text.unicodeScalars.split { scalar in
        isTripleColon ? scalar == ":" : scalar == "," || scalar == ";" || scalar == "\n"
      }.map { piece in
        let text = String(piece).trimmingBlanks()
        // Google marks groups of its own with a star.
        return text.hasPrefix("* ") ? String(text.dropFirst(2)) : text
      }
    }
  }

  private mutating func readElement(
    _ cell: Span<UInt8>, _ body: ImportLayout.Body, _ slot: Int, _ kind: CellKind, _ field: Field,
    _ attribute: String?, _ position: Int
  ) {
    var value = JSONWriter()
    swap(&value.bytes, &keyBytes)
    value.bytes.removeAll(keepingCapacity: true)
    var key: [UInt8] = []
    switch cells.append(cell, as: kind, to: &value) {
    case .value: break
    case .doubtful(let reason): warn(reason, cell, position)
    case .none: value.bytes.removeAll(keepingCapacity: true)
    case .refused(let reason):
      value.bytes.removeAll(keepingCapacity: true)
      warn(reason, cell, position)
    }
    if !value.bytes.isEmpty {
      with(body) { builder in
        let start = builder.writer.bytes.count
        builder.writer.raw(value.bytes.span)
        builder.add(slot, from: start)
      }
      let keyKind: KeyKind?
      switch kind {
      case .phone: keyKind = MatchKey.appendPhone(cell, to: &key) ? .phone : nil
      case .email: keyKind = MatchKey.appendEMail(cell, to: &key) ? .email : nil
      default: keyKind = nil
      }
      if let keyKind, isClient(body) {
        keys[body.rawValue].append(RowKey(kind: keyKind, hash: KeyHash.hash(key.span, keyKind)))
      }
      if let attribute {
        if key.isEmpty { key = Array(ElementKey.of(cell.text(), field).utf8) }
        let name = Array("\(field.key)[".utf8) + key + Array("].kind".utf8)
        with(body) { $0.setAttribute(name, text: attribute) }
      }
    }
    swap(&value.bytes, &keyBytes)
  }

  private mutating func readExternalID(
    _ cell: Span<UInt8>, _ body: ImportLayout.Body, _ slot: Int
  ) {
    var full = Array(layout.system.utf8)
    full.append(0x3A)
    full.append(copying: cell)
    keys[body.rawValue].append(RowKey(kind: .external, hash: KeyHash.hash(full.span, .external)))
    keys[body.rawValue].append(RowKey(kind: .number, hash: KeyHash.hash(cell, .number)))
    // A client beside a row was given its number by the list of clients, not by this one.
    guard body == .main else {
      refText = cell.withUnsafeBufferPointer { Array($0) }
      return
    }
    with(body) { builder in
      let start = builder.writer.bytes.count
      builder.writer.string(full.span)
      builder.add(slot, from: start)
    }
  }

  /// A client by id, number or name.
  private mutating func readClient(_ cell: Span<UInt8>) {
    refText = cell.withUnsafeBufferPointer { Array($0) }
    keys[1].append(RowKey(kind: .id, hash: KeyHash.hash(cell, .id)))
    var isNumber = true
    for index in 0..<cell.count where cell[index] &- 0x30 >= 10 { isNumber = false }
    if isNumber {
      refIsNumber = true
      keys[1].append(RowKey(kind: .number, hash: KeyHash.hash(cell, .number)))
      return
    }
    scratchKey(.person, .name) { MatchKey.appendName(cell, to: &$0) }
    let slot = layout.person.set("name")
    let start = person.writer.bytes.count
    person.writer.string(cell)
    person.set(slot, from: start)
  }

  private mutating func readAddress(
    _ cell: Span<UInt8>, _ body: ImportLayout.Body, _ slot: Int, _ group: Int
  ) {
    let text = cell.text()
    if let index = addresses.firstIndex(where: { $0.body == body && $0.group == group }) {
      addresses[index].text += ", " + text
    } else {
      addresses.append((body, slot, group, text))
    }
  }
}

// MARK: - Rows

extension RowReader {
  private mutating func finish() {
    for address in addresses {
      with(address.body) { builder in
        let start = builder.writer.bytes.count
        builder.writer.string(address.text)
        builder.add(address.slot, from: start)
      }
    }
    for body in [ImportLayout.Body.main, .person, .company] { composeName(body) }
    switch layout.entity.key {
    case "client": finishClient()
    case "deal": finishDeal()
    default: finishActivity()
    }
  }

  /// Makes the name of its parts, in the order of Russian files.
  private mutating func composeName(_ body: ImportLayout.Body) {
    guard isClient(body) else { return }
    let builder = body == .main ? main : body == .person ? person : company
    let slot = builder.layout.set("name")
    guard !builder.has(slot) else { return }
    let parts = ["family_name", "given_name", "patronymic"]
      .compactMap { builder.value(builder.layout.set($0)) }.map { StoredValue.content(of: $0) }
    guard !parts.isEmpty else { return }
    let name = parts.joined(separator: " ")
    with(body) { $0.set(slot, text: name) }
    scratchKey(body, .name) { MatchKey.appendName(name.utf8.span, to: &$0) }
  }

  private static func setKind(_ builder: inout BodyBuilder, _ standard: String?) {
    let slot = builder.layout.set("kind")
    guard !builder.has(slot), let name = builder.value(builder.layout.set("name")) else { return }
    let inn = builder.value(builder.layout.set("inn")).map { StoredValue.content(of: $0) }
    let hasParts = builder.has(builder.layout.set("family_name"))
    let kind =
      standard ?? (hasParts ? "person" : nil)
      ?? ClientKind.told(by: StoredValue.content(of: name), inn: inn)
    if let kind { builder.set(slot, text: kind) }
  }

  private mutating func finishClient() {
    if !main.has(layout.main.set("name")) {
      // A lead may have left nothing but a phone.
      let contact = keys[0].contains { $0.kind == .phone || $0.kind == .email }
      if !company.isEmpty, company.has(layout.company.set("name")) {
        if let name = company.value(layout.company.set("name")) {
          let start = main.writer.bytes.count
          main.writer.raw(name.span)
          main.set(layout.main.set("name"), from: start)
          keys[0] += keys[2].filter { $0.kind == .name }
        }
        company.clear()
        keys[2].removeAll()
      } else if !contact {
        end(problem: .noName)
        return
      }
    }
    Self.setKind(&main, facts.standardKind)
    if !layout.hasExternalID { main.add(layout.main.add(ImportLayout.sourceRows), hole: .sourceRow) }
    let hasCompany = company.has(layout.company.set("name"))
    if hasCompany { Self.setKind(&company, "company") }
    if !hasCompany, !links.isEmpty { addComment(links.map(\.text)) }
    emit()
    if hasCompany { emit(ref: .company) }
    addExtras(hasCompany: hasCompany)
  }

  /// What has no place of its own goes to the comment.
  private mutating func addComment(_ texts: [String]) {
    notes += texts
  }

  private mutating func finishDeal() {
    let hasPerson = !keys[1].isEmpty
    let hasCompany = company.has(layout.company.set("name"))
    if hasCompany || hasPerson {
      main.set(layout.main.set("client"), hole: hasCompany ? .company : .person)
    }
    if hasCompany, hasPerson { main.add(layout.main.add("people"), hole: .person) }
    setStage()
    let isSilent =
      !hasPerson && !hasCompany && !main.has(layout.main.set("title"))
      && !main.has(layout.main.set("amount"))
    if isSilent {
      end(problem: .noName)
      return
    }
    main.set(layout.main.set("history_from"), text: facts.today)
    if !layout.hasExternalID { main.add(layout.main.add(ImportLayout.sourceRows), hole: .sourceRow) }
    emit()
    emitRefs(hasPerson: hasPerson, hasCompany: hasCompany)
    addExtras(hasCompany: hasCompany && hasPerson)
  }

  /// The stage by the name that the base knows; one that it does not know will be made.
  private mutating func setStage() {
    let slot = layout.main.set("stage")
    let pipelineSlot = layout.main.set("pipeline")
    let pipeline = main.value(pipelineSlot).map { StoredValue.content(of: $0) } ?? ""
    let stage = main.value(slot).map { StoredValue.content(of: $0) } ?? ""
    let ended = facts.outcome(outcome)
    let known =
      ended.flatMap { facts.stage($0, pipeline: pipeline) }
      ?? facts.stage(named: stage, pipeline: pipeline)
    if let known {
      main.set(slot, text: known.stage)
      main.set(pipelineSlot, text: known.pipeline)
    } else if stage.isEmpty, let first = facts.firstStage(pipeline: pipeline) {
      main.set(slot, text: first.stage)
      main.set(pipelineSlot, text: first.pipeline)
    } else {
      let name = StageName(
        pipeline: pipeline.isEmpty ? facts.firstPipeline : pipeline,
        stage: stage.isEmpty ? facts.standardStage : stage)
      main.set(slot, text: name.stage)
      main.set(pipelineSlot, text: name.pipeline)
      if !result.newStages.contains(name) { result.newStages.append(name) }
    }
  }

  private mutating func finishActivity() {
    let hasPerson = !keys[1].isEmpty
    let hasCompany = company.has(layout.company.set("name"))
    guard hasPerson || hasCompany else {
      end(problem: .noClient)
      return
    }
    if hasPerson { main.add(layout.main.add("clients"), hole: .person) }
    if hasCompany { main.add(layout.main.add("clients"), hole: .company) }
    if !main.has(layout.main.set("kind")) {
      let isPurchase = main.has(layout.main.set("amount"))
      main.set(layout.main.set("kind"), text: isPurchase ? "purchase" : "note")
    }
    if !layout.hasExternalID { main.add(layout.main.add(ImportLayout.sourceRows), hole: .sourceRow) }
    emit()
    emitRefs(hasPerson: hasPerson, hasCompany: hasCompany)
  }

  private mutating func emitRefs(hasPerson: Bool, hasCompany: Bool) {
    if hasPerson {
      if person.has(layout.person.set("name")) { Self.setKind(&person, nil) }
      emit(ref: .person)
    }
    if hasCompany {
      Self.setKind(&company, "company")
      emit(ref: .company)
    }
  }

  private mutating func emit() {
    let row = result.rows.count - 1
    let keyStart = Int32(result.keys.count)
    result.keys += keys[0]
    result.rows[row].keys = keyStart..<Int32(result.keys.count)
    let (start, holeStart) = (Int32(output.bytes.count), Int32(result.holes.count))
    main.append(to: &output, &result.holes)
    result.rows[row].body = start..<Int32(output.bytes.count)
    result.rows[row].holes = holeStart..<Int32(result.holes.count)
  }

  private mutating func emit(ref body: ImportLayout.Body) {
    let keyStart = Int32(result.keys.count)
    // The surest keys first.
    for kind in [KeyKind.id, .external, .number, .inn, .phone, .email, .name] {
      for key in keys[body.rawValue] where key.kind == kind { result.keys.append(key) }
    }
    let start = Int32(output.bytes.count)
    let name: [UInt8]?
    if body == .person {
      name = person.value(layout.person.set("name"))
      person.append(to: &output, &result.holes)
    } else {
      name = company.value(layout.company.set("name"))
      company.append(to: &output, &result.holes)
    }
    let bodyRange = start..<Int32(output.bytes.count)
    let textStart = bodyRange.upperBound
    if refText.isEmpty || body == .company, let name {
      output.bytes += Array(StoredValue.content(of: name).utf8)
    } else {
      output.bytes += refText
    }
    let ref = PreparedRef(
      body: bodyRange, keys: keyStart..<Int32(result.keys.count), hasName: name != nil,
      text: textStart..<Int32(output.bytes.count))
    let row = result.rows.count - 1
    if body == .person {
      result.rows[row].person = Int32(result.refs.count)
    } else {
      result.rows[row].company = Int32(result.refs.count)
    }
    result.refs.append(ref)
  }

  /// Purchases, notes and ties that the row makes beside its own record.
  private mutating func addExtras(hasCompany: Bool) {
    guard hasCompany || !notes.isEmpty || !purchases.isEmpty else { return }
    let start = Int32(result.extras.count)
    let isClient = layout.entity.key == "client"
    let links = links
    if hasCompany {
      addExtra("link") { builder, layout in
        builder.set(layout.set("from"), hole: isClient ? .own : .person)
        builder.set(layout.set("to"), hole: .company)
        for (field, text) in links { builder.set(layout.set(field), text: text) }
      }
    }
    for day in Set(purchases).sorted() {
      addExtra("activity") { builder, layout in
        builder.add(layout.add("clients"), hole: .own)
        let at = builder.writer.bytes.count
        builder.writer.raw(day.utf8.span)
        builder.set(layout.set("at"), from: at)
        builder.set(layout.set("kind"), text: "purchase")
        let flag = builder.writer.bytes.count
        builder.writer.bool(true)
        builder.set(layout.set("imported_summary"), from: flag)
      }
    }
    for note in notes {
      addExtra("activity") { builder, layout in
        builder.add(layout.add(isClient ? "clients" : "deals"), hole: .own)
        builder.set(layout.set("kind"), text: "note")
        builder.set(layout.set("text"), text: note)
      }
    }
    result.rows[result.rows.count - 1].extras = start..<Int32(result.extras.count)
  }

  private mutating func addExtra(
    _ type: String, _ fill: (inout BodyBuilder, BodyLayout) -> Void
  ) {
    let layout = type == "link" ? Self.linkLayout : Self.activityLayout
    var builder = BodyBuilder(layout)
    fill(&builder, layout)
    let (start, holeStart) = (Int32(output.bytes.count), Int32(result.holes.count))
    builder.append(to: &output, &result.holes)
    result.extras.append(
      PreparedExtra(
        type: type, body: start..<Int32(output.bytes.count),
        holes: holeStart..<Int32(result.holes.count)))
  }

  private static let linkLayout = BodyLayout(
    type: "link", sets: ["from", "to", "position", "department", "role"], adds: [])
  private static let activityLayout = BodyLayout(
    type: "activity", sets: ["at", "kind", "imported_summary", "text"],
    adds: ["clients", "deals"])
}

/// The values of texts that come again and again in a column.
private struct ValueCache {
  private var recent: [(text: [UInt8], value: [UInt8])] = []
  private var others: [[UInt8]: [UInt8]] = [:]

  func append(_ cell: Span<UInt8>, to output: inout [UInt8]) -> Bool {
    search: for entry in recent where entry.text.count == cell.count {
      for index in 0..<cell.count where cell[index] != entry.text[index] { continue search }
      output += entry.value
      return true
    }
    guard !others.isEmpty else { return false }
    guard let value = others[cell.copied()] else { return false }
    output += value
    return true
  }

  mutating func insert(_ cell: Span<UInt8>, _ value: [UInt8]) {
    if recent.count < 24 {
      recent.append((cell.copied(), value))
    } else if others.count < 10_000 {
      others[cell.copied()] = value
    }
  }
}
