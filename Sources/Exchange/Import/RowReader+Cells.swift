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
      readElements(cell, ElementPlace(body, slot, kind, field, attribute, position))
    case .externalID(let body, let slot): readExternalID(cell, body, slot)
    case .client(let isList): readClient(cell, isList: isList, position)
    case .people(let slot): readOthers(cell, .client, slot, position)
    case .deals(let slot): readOthers(cell, .deal, slot, position)
    case .addressPart(let body, let slot, let group): readAddress(cell, body, slot, group)
    case .note: notes.append(cell.text())
    case .purchase: readPurchase(cell, position)
    case .link(let field): links.append((field, cell.text()))
    case .outcome: outcome = cell.text().lowercased()
    case .product(let place):
      product.append(copying: cell)
      readElement(cell, ElementPlace(.main, place, .text, layout.services, nil, position))
    case .productFact(let attribute, let kind): readProductFact(cell, attribute, kind, position)
    }
  }

  @discardableResult
  mutating func warn(_ reason: CellReason, _ cell: Span<UInt8>, _ position: Int) -> Int32 {
    result.warnings.note(reason, cell, column: layout.columns[position].name, line: line)
  }

  // MARK: Registers

  mutating func readValue(
    _ cell: Span<UInt8>, _ body: ImportLayout.Body, _ slot: Int, _ kind: CellKind, _ position: Int
  ) {
    let start = records[body].writer.bytes.count
    let repeats = kind.repeats
    if repeats,
      let warning = caches[position].append(cell, to: &records[body].writer.bytes)
    {
      if warning >= 0 { result.warnings.note(again: warning, line: line) }
    } else {
      cells.order = layout.columns[position].order
      let warning = readNew(cell, kind, body, position)
      if repeats {
        let value = records[body].writer.bytes.span
        caches[position].insert(
          cell, value.extracting(start..<value.count), warning: warning)
      }
    }
    guard records[body].writer.bytes.count > start else { return }
    if case .currency = kind {
      cells.rowCurrency = StoredValue.withContent(
        of: records[body].writer.bytes.span.extracting(start...)
      ) { $0.text() }
    }
    records[body].set(slot, from: start)
    noteKey(cell, body, slot)
    if case .money = kind { setCurrency(body, slot) }
  }

  /// Appends the value of a cell to the buffer of a record; nothing of a cell that is refused.
  ///
  /// - Returns: the place of the warning, -1 for none.
  private mutating func readNew(
    _ cell: Span<UInt8>, _ kind: CellKind, _ body: ImportLayout.Body, _ position: Int
  ) -> Int32 {
    let start = records[body].writer.bytes.count
    switch cells.append(cell, as: kind, to: &records[body].writer) {
    case .value: return -1
    case .doubtful(let reason): return warn(reason, cell, position)
    case .none:
      records[body].writer.bytes.removeSubrange(start...)
      return -1
    case .refused(let reason):
      records[body].writer.bytes.removeSubrange(start...)
      return warn(reason, cell, position)
    }
  }

  /// A sum always says its currency.
  mutating func setCurrency(_ body: ImportLayout.Body, _ slot: Int) {
    let companion = records[body].layout.companions[slot]
    guard companion >= 0 else { return }
    let code = cells.namedCurrency ?? cells.rowCurrency ?? facts.cells.currency
    cells.namedCurrency = nil
    records[body].set(companion, text: code)
  }

  /// Registers by which clients are recognised.
  mutating func noteKey(_ cell: Span<UInt8>, _ body: ImportLayout.Body, _ slot: Int) {
    guard isClient(body) else { return }
    let names = records[body].layout
    if slot == names.inn {
      addKey(.inn, to: body) { MatchKey.appendNumber(cell, to: &$0) }
    } else if slot == names.name {
      addKey(.name, to: body) { MatchKey.appendName(cell, to: &$0) }
    }
  }

  func isClient(_ body: ImportLayout.Body) -> Bool {
    isClientFile || body != .main
  }

  mutating func addKey(
    _ kind: KeyKind, to body: ImportLayout.Body, _ append: (inout [UInt8]) -> Void
  ) {
    keyBytes.removeAll(keepingCapacity: true)
    append(&keyBytes)
    guard !keyBytes.isEmpty else { return }
    records[body].keys.append(RowKey(kind: kind, hash: KeyHash.hash(keyBytes.span, kind)))
  }

  // MARK: Sets

  /// Where the elements of a column go.
  struct ElementPlace {
    let body: ImportLayout.Body
    let slot: Int
    let kind: CellKind
    let field: FieldBox
    /// The kind of phone or address that the header says.
    let attribute: String?
    let position: Int

    init(
      _ body: ImportLayout.Body, _ slot: Int, _ kind: CellKind, _ field: FieldBox,
      _ attribute: String?, _ position: Int
    ) {
      self.body = body
      self.slot = slot
      self.kind = kind
      self.field = field
      self.attribute = attribute
      self.position = position
    }
  }

  mutating func readElements(_ cell: Span<UInt8>, _ place: ElementPlace) {
    let field = place.field.field
    guard CellSplitting.mayHoldSeveral(cell, field.kind) else { return readElement(cell, place) }
    switch field.kind {
    case .phone:
      if let pieces = PlainPhone.pieces(of: cell) {
        for piece in pieces { readElement(cell.extracting(piece), place) }
        return
      }
    case .directory where !CellSplitting.hasTripleColon(cell):
      CellSplitting.forEachListed(cell) { readElement($0, place) }
      return
    default: break
    }
    for piece in CellSplitting.pieces(cell.text(), of: field.kind) {
      let bytes = Array(piece.utf8)
      let trimmed = bytes.span.extracting(CellReader.trimmed(bytes.span))
      if trimmed.count > 0 { readElement(trimmed, place) }
    }
  }

  mutating func readElement(_ cell: Span<UInt8>, _ place: ElementPlace) {
    let body = place.body
    let start = records[body].writer.bytes.count
    _ = readNew(cell, place.kind, body, place.position)
    guard records[body].writer.bytes.count > start else { return }
    records[body].add(place.slot, from: start)
    let keyKind: KeyKind? =
      switch place.kind {
      case .phone: .phone
      case .email: .email
      default: nil
      }
    if let keyKind, isClient(body), !cells.key.isEmpty {
      records[body].keys.append(
        RowKey(kind: keyKind, hash: KeyHash.hash(cells.key.span, keyKind)))
    }
    if let attribute = place.attribute {
      let field = place.field.field
      let key =
        cells.key.isEmpty ? Array(ElementKey.of(cell.text(), field).utf8) : cells.key
      records[body].setAttribute(
        AttributeName.register(field: field.key, element: key, attribute: "kind"),
        text: attribute)
    }
  }

  mutating func readExternalID(_ cell: Span<UInt8>, _ body: ImportLayout.Body, _ slot: Int) {
    CellSplitting.forEachListed(cell) { readNumber($0, body, slot) }
  }

  mutating func readNumber(_ cell: Span<UInt8>, _ body: ImportLayout.Body, _ slot: Int) {
    var colon = 0
    while colon < cell.count, cell[colon] != UInt8(ascii: ":") { colon += 1 }
    // `bitrix24:17` names its system itself, as in the tables that a base writes.
    let isWhole = colon > 0 && colon + 1 < cell.count
    keyBytes.removeAll(keepingCapacity: true)
    if !isWhole { keyBytes += layout.systemPrefix }
    keyBytes.append(copying: cell)
    let number = isWhole ? cell.extracting((colon + 1)..<cell.count) : cell
    records[body].keys.append(
      RowKey(kind: .external, hash: KeyHash.hash(keyBytes.span, .external)))
    records[body].keys.append(RowKey(kind: .number, hash: KeyHash.hash(number, .number)))
    if Self.looksLikeOwnID(cell) {
      records[body].keys.append(RowKey(kind: .id, hash: KeyHash.hash(cell, .id)))
    }
    // A client beside a row was given its number by the list of clients, not by this one.
    guard body == .main else {
      setRefText(cell)
      return
    }
    records[body].add(slot, text: keyBytes)
  }

  /// Whether a number is one that a base has given, as in the files that it writes: `57.3-` and the
  /// 16 letters of a replica.
  static func looksLikeOwnID(_ cell: Span<UInt8>) -> Bool {
    cell.count > 17 && cell[cell.count - 17] == UInt8(ascii: "-")
  }

  // MARK: Records beside the row

  /// A client by id, number or name; further ones of a list are records of their own.
  mutating func readClient(_ cell: Span<UInt8>, isList: Bool, _ position: Int) {
    guard isList else { return readFirstClient(cell) }
    var isFirst = true
    CellSplitting.forEachLine(cell) { piece in
      if isFirst {
        readFirstClient(piece)
      } else {
        readOther(piece, .client, layout.main.clients, position)
      }
      isFirst = false
    }
  }

  private mutating func readFirstClient(_ cell: Span<UInt8>) {
    setRefText(cell)
    if Self.looksLikeOwnID(cell) {
      records.person.keys.append(RowKey(kind: .id, hash: KeyHash.hash(cell, .id)))
    }
    if Self.isNumber(cell) {
      records.person.keys.append(RowKey(kind: .number, hash: KeyHash.hash(cell, .number)))
      return
    }
    addKey(.name, to: .person) { MatchKey.appendName(cell, to: &$0) }
    let start = records.person.writer.bytes.count
    records.person.writer.string(cell)
    records.person.set(layout.person.name, from: start)
  }

  private mutating func setRefText(_ cell: Span<UInt8>) {
    refText.removeAll(keepingCapacity: true)
    refText.append(copying: cell)
  }

  private static func isNumber(_ cell: Span<UInt8>) -> Bool {
    for index in 0..<cell.count where cell[index] &- 0x30 >= 10 { return false }
    return true
  }

  /// Deals, or further clients, each a record of its own.
  private mutating func readOthers(
    _ cell: Span<UInt8>, _ kind: PreparedRef.Kind, _ slot: Int, _ position: Int
  ) {
    CellSplitting.forEachLine(cell) { readOther($0, kind, slot, position) }
  }

  private mutating func readOther(
    _ cell: Span<UInt8>, _ kind: PreparedRef.Kind, _ slot: Int, _ position: Int
  ) {
    let firstKey = Int32(result.keys.count)
    let isNumber = Self.isNumber(cell)
    if Self.looksLikeOwnID(cell) {
      result.keys.append(RowKey(kind: .id, hash: KeyHash.hash(cell, .id)))
    }
    if isNumber { result.keys.append(RowKey(kind: .number, hash: KeyHash.hash(cell, .number))) }
    var ref = PreparedRef(kind: kind, position: Int32(position), keys: 0..<0, text: 0..<0)
    if kind == .deal || !isNumber {
      let nameKind = kind == .deal ? KeyKind.title : .name
      keyBytes.removeAll(keepingCapacity: true)
      if kind == .deal {
        TextFolding.append(cell, to: &keyBytes)
      } else {
        MatchKey.appendName(cell, to: &keyBytes)
      }
      if !keyBytes.isEmpty {
        result.keys.append(RowKey(kind: nameKind, hash: KeyHash.hash(keyBytes.span, nameKind)))
      }
    }
    ref.keys = firstKey..<Int32(result.keys.count)
    let bodyStart = Int32(output.bytes.count)
    if kind == .client, !isNumber, !Self.looksLikeOwnID(cell) {
      ref.hasName = true
      appendNamedClient(cell)
    }
    ref.body = bodyStart..<Int32(output.bytes.count)
    output.bytes.append(copying: cell)
    ref.text = ref.body.upperBound..<Int32(output.bytes.count)
    records.main.add(slot, hole: .ref(Int32(result.refs.count)))
    result.refs.append(ref)
  }

  /// Appends the line, from behind the id on, of a client of whom the name is all that is known.
  private mutating func appendNamedClient(_ name: Span<UInt8>) {
    var builder = BodyBuilder(Self.namedClientLayout)
    let start = builder.writer.bytes.count
    builder.writer.string(name)
    builder.set(builder.layout.name, from: start)
    Self.setKind(&builder, nil)
    builder.append(to: &output, &result.holes)
  }

  private static let namedClientLayout = BodyLayout(
    type: "client", sets: ["name", "kind"], adds: [])

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

  private mutating func readPurchase(_ cell: Span<UInt8>, _ position: Int) {
    var writer = JSONWriter()
    if case .value = cells.append(cell, as: .day, to: &writer) {
      purchases.append(String(decoding: writer.bytes, as: UTF8.self))
    } else {
      warn(.date, cell, position)
    }
  }

  /// The price or the quantity of the product on a line of a deal.
  private mutating func readProductFact(
    _ cell: Span<UInt8>, _ attribute: String, _ kind: CellKind, _ position: Int
  ) {
    var writer = JSONWriter()
    switch cells.append(cell, as: kind, to: &writer) {
    case .value: productFacts.append((attribute, writer.bytes))
    case .doubtful(let reason), .refused(let reason): warn(reason, cell, position)
    case .none: break
    }
  }
}
