import Bytes
import CRM

extension RowReader {
  mutating func read(_ whole: Span<UInt8>, _ position: Int) {
    let cell = whole.extracting(CellReader.trimmed(whole))
    guard cell.count > 0 else { return }
    if !facts.cells.emptyValues.isEmpty, facts.cells.emptyValues.contains(cell.text()) { return }
    switch layout.columns[position].role {
    case .value(let body, let slot, let kind): readValue(cell, body, slot, kind, position)
    case .elements(let body, let slot, let kind, let field, let attribute):
      readElements(cell, body, slot, kind, field.field, attribute, position)
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

  mutating func warn(_ reason: CellReason, _ cell: Span<UInt8>, _ position: Int) {
    result.warningCount += 1
    guard result.warnings.count < Self.warningLimit else { return }
    result.warnings.append(
      CellWarning(
        line: Int(line), column: layout.columns[position].name, text: cell.text(), reason: reason))
  }

  mutating func with(
    _ body: ImportLayout.Body, _ change: (inout BodyBuilder) -> Void
  ) {
    switch body {
    case .main: change(&main)
    case .person: change(&person)
    case .company: change(&company)
    }
  }

  mutating func readValue(
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
  mutating func setCurrency(_ body: ImportLayout.Body, _ slot: Int) {
    let layout =
      switch body {
      case .main: layout.main
      case .person: layout.person
      case .company: layout.company
      }
    let companion = layout.companions[slot]
    guard companion >= 0 else { return }
    let code = cells.namedCurrency ?? cells.rowCurrency ?? facts.cells.currency
    cells.namedCurrency = nil
    with(body) { $0.set(companion, text: code) }
  }

  /// Registers by which clients are recognised.
  mutating func noteKey(_ cell: Span<UInt8>, _ body: ImportLayout.Body, _ slot: Int) {
    guard isClient(body) else { return }
    let names = body == .main ? layout.main : body == .person ? layout.person : layout.company
    if slot == names.inn {
      scratchKey(body, .inn) { MatchKey.appendNumber(cell, to: &$0) }
    } else if slot == names.name {
      scratchKey(body, .name) { MatchKey.appendName(cell, to: &$0) }
    }
  }

  func isClient(_ body: ImportLayout.Body) -> Bool {
    isClientFile || body != .main
  }

  mutating func scratchKey(
    _ body: ImportLayout.Body, _ kind: KeyKind, _ append: (inout [UInt8]) -> Void
  ) {
    var key: [UInt8] = []
    append(&key)
    guard !key.isEmpty else { return }
    keys[body.rawValue].append(RowKey(kind: kind, hash: KeyHash.hash(key.span, kind)))
  }

  mutating func readElements(
    _ cell: Span<UInt8>, _ body: ImportLayout.Body, _ slot: Int, _ kind: CellKind, _ field: Field,
    _ attribute: String?, _ position: Int
  ) {
    guard Self.mayHoldSeveral(cell, field) else {
      return readElement(cell, body, slot, kind, field, attribute, position)
    }
    if case .directory = field.kind, !Self.hasTripleColon(cell) {
      var start = 0
      for index in 0...cell.count {
        let isEnd = index == cell.count || Self.isListSign(cell[index])
        guard isEnd else { continue }
        let piece = cell.extracting(start..<index)
        let trimmed = piece.extracting(CellReader.trimmed(piece))
        if trimmed.count > 0 { readElement(trimmed, body, slot, kind, field, attribute, position) }
        start = index + 1
      }
      return
    }
    for piece in Self.pieces(cell.text(), of: field) {
      let bytes = Array(piece.utf8)
      let trimmed = bytes.span.extracting(CellReader.trimmed(bytes.span))
      if trimmed.count > 0 { readElement(trimmed, body, slot, kind, field, attribute, position) }
    }
  }

  static func isListSign(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") || byte == 0x0A
  }

  /// Whether a colon stands beside another, as between the labels of Google.
  static func hasTripleColon(_ cell: Span<UInt8>) -> Bool {
    for index in 0..<max(0, cell.count - 1) where cell[index] == 0x3A && cell[index + 1] == 0x3A {
      return true
    }
    return false
  }

  static func mayHoldSeveral(_ cell: Span<UInt8>, _ field: Field) -> Bool {
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

  static func pieces(_ text: String, of field: Field) -> [String] {
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

  mutating func readElement(
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

  mutating func readExternalID(
    _ cell: Span<UInt8>, _ body: ImportLayout.Body, _ slot: Int
  ) {
    var start = 0
    for index in 0...cell.count where index == cell.count || Self.isListSign(cell[index]) {
      let piece = cell.extracting(start..<index)
      let number = piece.extracting(CellReader.trimmed(piece))
      if number.count > 0 { readNumber(number, body, slot) }
      start = index + 1
    }
  }

  mutating func readNumber(
    _ cell: Span<UInt8>, _ body: ImportLayout.Body, _ slot: Int
  ) {
    var colon = 0
    while colon < cell.count, cell[colon] != UInt8(ascii: ":") { colon += 1 }
    // `bitrix24:17` names its system itself, as in the tables that a base writes.
    let isWhole = colon > 0 && colon + 1 < cell.count
    var full = isWhole ? [] : Array(layout.system.utf8) + [UInt8(ascii: ":")]
    full.append(copying: cell)
    keys[body.rawValue].append(RowKey(kind: .external, hash: KeyHash.hash(full.span, .external)))
    let number = isWhole ? cell.extracting((colon + 1)..<cell.count) : cell
    keys[body.rawValue].append(RowKey(kind: .number, hash: KeyHash.hash(number, .number)))
    // A file that a base has written names its records by their own ids.
    if cell.count > 17, cell[cell.count - 17] == UInt8(ascii: "-") {
      keys[body.rawValue].append(RowKey(kind: .id, hash: KeyHash.hash(cell, .id)))
    }
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
  mutating func readClient(_ cell: Span<UInt8>) {
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
    let slot = layout.person.name
    let start = person.writer.bytes.count
    person.writer.string(cell)
    person.set(slot, from: start)
  }

  mutating func readAddress(
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
