import Bytes
import CRM
import Sealing

/// What is done with every column, decided once for a file.
struct ImportLayout: Sendable {
  /// Whose record a column belongs to.
  enum Body: Int, Sendable {
    case main
    case person
    case company
  }

  /// What is done with the cells of a column.
  enum Role: Sendable {
    /// A register.
    case value(Body, slot: Int, CellKind)
    /// Elements of a set; the cell may hold several.
    case elements(Body, slot: Int, CellKind, FieldBox, attribute: String?)
    /// The number of a record in its source.
    case externalID(Body, slot: Int)
    /// The client by id, number or name; several of them in a list.
    case client(isList: Bool)
    /// Further clients by id, number or name.
    case people(slot: Int)
    /// Deals by id, number or title.
    case deals(slot: Int)
    /// A part of an address; parts of the same group make one.
    case addressPart(Body, slot: Int, group: Int)
    /// A note of its own.
    case note
    /// A purchase of its own, by its day.
    case purchase
    /// A register of the tie between person and company.
    case link(field: String)
    /// How a deal ended.
    case outcome
    /// The product on a line of a deal.
    case product(slot: Int)
    /// The price or the quantity of that product, an attribute of the element.
    case productFact(String, CellKind)
  }

  struct Column: Sendable {
    let index: Int
    let name: String
    let role: Role
    let order: DateOrder
  }

  /// The set in which a record keeps the marks of the rows that it was made of.
  static let sourceRows = "source_rows"

  let entity: Entity
  /// In the order in which cells are read: currencies before sums.
  let columns: [Column]
  let main: BodyLayout
  let person: BodyLayout
  let company: BodyLayout
  /// The field that holds the products of deals.
  let services: FieldBox
  /// The system of the numbers in the file, with a colon.
  let systemPrefix: [UInt8]
  /// What tells rows of this file from those of other ones: three characters.
  let sourceMark: String
  /// Fields of the base's own that have to be defined: key and label.
  let newFields: [(key: String, label: String)]
  /// Whether rows have a number of their own.
  let hasExternalID: Bool
  /// What the records of the base can be recognised by: the rows' own, the clients and the deals
  /// beside them.
  let keyKinds: (rows: Set<KeyKind>, clients: Set<KeyKind>, deals: Set<KeyKind>)
  let columnCount: Int
  /// Fields that the importer works out itself: they never replace anything.
  let workedOut: Set<String>

  init(
    entity: Entity, mapping: HeaderMapping, table: ImportTable, base: Base, options: ImportOptions
  ) throws(ImportError) {
    self.entity = entity
    let custom = base.customFields(of: entity)
    var compiler = ColumnCompiler(entity: entity, custom: custom, table: table)
    for column in mapping.columns { compiler.collect(column) }
    main = compiler.layout(.main)
    person = compiler.layout(.person)
    company = compiler.layout(.company)
    columns = compiler.columns(main, person, company)
    guard !columns.isEmpty else { throw .nothingMapped(type: entity.key) }
    hasExternalID = columns.contains {
      if case .externalID(.main, _) = $0.role { true } else { false }
    }
    keyKinds = Self.keyKinds(of: columns, entity)
    services = FieldBox(
      entity.field(key: "services") ?? Field("services", "services", "services", .text))
    newFields = compiler.newFields
    columnCount = table.header.count
    let saysKind = mapping.columns.contains { $0.target == FieldTarget(key: "kind") }
    workedOut = saysKind ? ["history_from"] : ["history_from", "kind"]
    let fingerprint = BLAKE2b.hash128(mapping.fingerprint.utf8.span).bytes
    let preset = mapping.columns.compactMap { $0.target }
      .first { $0.key == "external_ids" && $0.kind != nil }?.kind
    let system =
      options.source ?? preset ?? "csv-" + Hex.encode(fingerprint.span.extracting(0..<4))
    systemPrefix = Array("\(system):".utf8)
    let mark = BLAKE2b.hash128(system.utf8.span).bytes
    sourceMark = String(Base64URL.encode(mark.span.extracting(0..<3)).prefix(3))
  }

  /// By which keys records will be asked for.
  private static func keyKinds(
    of columns: [Column], _ entity: Entity
  ) -> (rows: Set<KeyKind>, clients: Set<KeyKind>, deals: Set<KeyKind>) {
    var rows: Set<KeyKind> = [.sourceRow]
    var clients: Set<KeyKind> = []
    var deals: Set<KeyKind> = []
    let isClientFile = entity.key == "client"
    func note(_ kinds: Set<KeyKind>, of body: Body) {
      if body == .main { rows.formUnion(kinds) } else { clients.formUnion(kinds) }
    }
    for column in columns {
      switch column.role {
      case .value(let body, _, _) where body != .main || isClientFile:
        note([.inn, .name], of: body)
      case .elements(let body, _, .phone, _, _): note([.phone], of: body)
      case .elements(let body, _, .email, _, _): note([.email], of: body)
      case .externalID(let body, _): note([.id, .external, .number], of: body)
      case .client, .people: clients.formUnion([.id, .number, .name])
      case .deals: deals.formUnion([.id, .number, .title])
      default: continue
      }
    }
    // Only clients are recognised by anything but their numbers.
    if !isClientFile { rows.formIntersection([.id, .external, .sourceRow]) }
    return (rows.subtracting([.number]), clients, deals)
  }
}

/// Turns the mapping of a header into roles of columns.
private struct ColumnCompiler {
  let entity: Entity
  let custom: [Field]
  let table: ImportTable
  private var mapped: [(column: ColumnMapping, target: FieldTarget)] = []
  private var sets: [ImportLayout.Body: Set<String>] = [:]
  private var adds: [ImportLayout.Body: Set<String>] = [:]
  private(set) var newFields: [(key: String, label: String)] = []

  init(entity: Entity, custom: [Field], table: ImportTable) {
    self.entity = entity
    self.custom = custom
    self.table = table
    switch entity.key {
    case "client": sets[.main] = ["name", "kind", "city", "region"]
    case "deal":
      sets[.main] = ["client", "pipeline", "stage", "history_from", "currency"]
      adds[.main] = ["people"]
    default:
      sets[.main] = ["kind", "currency", "at"]
      adds[.main] = ["clients", "deals"]
    }
    adds[.main, default: []].insert(ImportLayout.sourceRows)
    for body in [ImportLayout.Body.person, .company] {
      sets[body] = ["name", "kind", "city", "region"]
      adds[body] = ["external_ids"]
    }
  }

  private func body(_ subject: FieldTarget.Subject) -> ImportLayout.Body? {
    switch subject {
    case .row, .line: .main
    case .person: entity.key == "client" ? .main : .person
    case .company: .company
    case .link, .activity, .purchase: nil
    }
  }

  private func field(_ target: FieldTarget, _ body: ImportLayout.Body) -> Field? {
    let owner = body == .main ? entity : Schema.client
    if target.isCustom {
      return custom.first { $0.key == target.key }
        ?? Field(target.key, target.key, target.key, .text)
    }
    return owner.field(key: target.key)
  }

  mutating func collect(_ column: ColumnMapping) {
    guard let target = column.target else { return }
    mapped.append((column, target))
    guard let body = body(target.subject) else { return }
    if target.subject == .line {
      adds[body, default: []].insert("services")
      return
    }
    guard let field = field(target, body), !field.computed else { return }
    if target.isCustom, body == .main, !custom.contains(where: { $0.key == target.key }) {
      newFields.append((target.key, column.name.trimmingBlanks()))
    }
    if field.many {
      adds[body, default: []].insert(field.key)
    } else {
      sets[body, default: []].insert(field.key)
      if let companion = field.currencyField { sets[body, default: []].insert(companion) }
    }
  }

  func layout(_ body: ImportLayout.Body) -> BodyLayout {
    BodyLayout(
      type: body == .main ? entity.key : "client", sets: sets[body] ?? [], adds: adds[body] ?? [])
  }

  func columns(
    _ main: BodyLayout, _ person: BodyLayout, _ company: BodyLayout
  ) -> [ImportLayout.Column] {
    let layouts: [ImportLayout.Body: BodyLayout] = [
      .main: main, .person: person, .company: company,
    ]
    let made = mapped.compactMap { column, target -> ImportLayout.Column? in
      guard let role = role(column, target, layouts) else { return nil }
      let samples = table.samples(of: column.index)
      let order = CivilDate.order(ofColumn: samples) ?? .dayFirst
      return ImportLayout.Column(
        index: column.index, name: column.name.trimmingBlanks(), role: role, order: order)
    }
    func isCurrency(_ column: ImportLayout.Column) -> Bool {
      if case .value(_, _, .currency) = column.role { true } else { false }
    }
    return made.filter(isCurrency) + made.filter { !isCurrency($0) }
  }

  private func role(
    _ column: ColumnMapping, _ target: FieldTarget,
    _ layouts: [ImportLayout.Body: BodyLayout]
  ) -> ImportLayout.Role? {
    switch target.subject {
    case .activity: return .note
    case .purchase: return .purchase
    case .link:
      return ["position", "department", "role"].contains(target.key)
        ? .link(field: target.key) : nil
    case .line:
      guard let layout = layouts[.main] else { return nil }
      let samples = table.samples(of: column.index)
      switch target.key {
      case "name": return .product(slot: layout.add("services"))
      case "price" where entity.key == "deal":
        return .productFact("price", .money(Money.decimalSign(ofColumn: samples)))
      case "quantity" where entity.key == "deal": return .productFact("quantity", .text)
      default: return nil
      }
    case .row, .person, .company: break
    }
    guard let body = body(target.subject), let layout = layouts[body],
      let field = field(target, body), !field.computed
    else { return nil }
    if target.key == "stage", target.part == "outcome" { return .outcome }
    if target.key == "stage", target.part != nil { return nil }
    if body == .main, entity.key != "client", case .reference(let type) = field.kind {
      switch (type, field.many) {
      case ("client", false): return .client(isList: false)
      case ("client", true) where entity.key == "activity": return .client(isList: true)
      case ("client", true): return .people(slot: layout.add(field.key))
      case ("deal", true): return .deals(slot: layout.add(field.key))
      default: break
      }
    }
    if field.key == "external_ids" { return .externalID(body, slot: layout.add("external_ids")) }
    if let part = target.part {
      return role(ofPart: part, target, field, body, layout)
    }
    let kind = CellKind(field, samples: table.samples(of: column.index))
    guard field.many else { return .value(body, slot: layout.set(field.key), kind) }
    let attribute =
      Self.attribute(target.kind, field)
      ?? Schema.elementKind(
        ofHeader: column.name, field: field)
    return .elements(
      body, slot: layout.add(field.key), kind, FieldBox(field), attribute: attribute)
  }

  private func role(
    ofPart part: String, _ target: FieldTarget, _ field: Field, _ body: ImportLayout.Body,
    _ layout: BodyLayout
  ) -> ImportLayout.Role? {
    switch (field.kind, part) {
    case (.money(let companion), "currency"):
      return .value(body, slot: layout.set(companion), .currency)
    case (_, "kind"): return nil
    case (.address, "text"), (_, "value"):
      return .elements(
        body, slot: layout.add(field.key), CellKind(field, samples: []), FieldBox(field),
        attribute: Self.attribute(target.kind, field))
    case (.address, _):
      var group = target.group ?? 0
      for byte in (target.kind ?? "").utf8 { group = (group &* 31 &+ Int(byte)) & 0xFFFF }
      return .addressPart(body, slot: layout.add(field.key), group: group)
    default: return nil
    }
  }

  /// The kind of an element as the schema knows it; presets have words of their own for two.
  private static func attribute(_ kind: String?, _ field: Field) -> String? {
    guard let kind else { return nil }
    let known = Schema.attributes(of: field).first { $0.key == "kind" }
    let word = kind == "personal" ? "private" : kind == "newsletter" ? "mailing" : kind
    return known?.choice(word)?.key
  }
}
