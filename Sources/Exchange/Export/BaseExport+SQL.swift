import Bytes
public import CRM

extension BaseExport {
  /// The tables of the SQL text and the entities that they hold.
  static let sqlTables: [(name: String, entity: Entity)] = [
    ("clients", Schema.client), ("deals", Schema.deal), ("activities", Schema.activity),
    ("tasks", Schema.task), ("links", Schema.link), ("stage_events", Schema.stageEvent),
    ("members", Schema.member), ("pipelines", Schema.pipeline), ("stages", Schema.stage),
    ("products", Schema.product), ("segments", Schema.segment),
    ("rules", Schema.rule), ("entries", Schema.entry),
    ("imports", Schema.importBatch),
  ]

  /// Writes the living records of a base as SQL text that `sqlite3`, `psql` and DuckDB load.
  ///
  /// Each entity is a table (`clients`, `deals`, `activities`, `tasks`, …) with its id and a column
  /// for each field with one value; each many-valued field is a table of its own, as
  /// `client_phones` with `client_id`, `value` and `key`. Sums are minor units.
  ///
  /// - Parameters:
  ///   - base: the base.
  ///   - body: is handed the text in pieces.
  /// - Throws: what `body` throws.
  public static func sql(_ base: Base, _ body: ([UInt8]) throws -> Void) rethrows {
    var writer = SQLWriter()
    for (name, entity) in sqlTables {
      let cards = base.list(entity).cards
      let own = (entity.fields + base.customFields(of: entity)).filter { !$0.computed }
      let known = Set(own.map(\.key))
      // Fields that this version does not know are written too, as far as any record has them.
      var unknown: [String: Field] = [:]
      for card in cards {
        for field in card.fields where !known.contains(field.field.key) {
          unknown[field.field.key] = field.field
        }
      }
      let others = unknown.values.filter { !$0.computed }
        .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      let fields = own + others
      let columns = fields.filter { !$0.many }
      writer.begin(
        table: name, columns: [("id", .text)] + columns.map { (column($0), type($0)) })
      for card in cards {
        writer.row([.text(card.id)] + columns.map { value(card[$0.key]?.values.first, $0) })
        if writer.bytes.count > 1 << 16 { try body(writer.takeBytes()) }
      }
      writer.end()
      for field in fields where field.many {
        try writeElements(of: field, entity, cards, &writer, body)
      }
      try body(writer.takeBytes())
    }
  }

  private static func writeElements(
    of field: Field, _ entity: Entity, _ cards: [Card], _ writer: inout SQLWriter,
    _ body: ([UInt8]) throws -> Void
  ) rethrows {
    writer.begin(
      table: "\(entity.key)_\(column(field))",
      columns: [("\(entity.key)_id", .text), ("value", .text), ("key", .text)])
    for card in cards {
      for element in card[field.key]?.values ?? [] {
        let key = element.key ?? element.text
        writer.row([.text(card.id), .text(element.text), .text(key)])
      }
      if writer.bytes.count > 1 << 16 { try body(writer.takeBytes()) }
    }
    writer.end()
  }

  private static func column(_ field: Field) -> String {
    field.isCustom ? "custom_" + field.key.dropFirst(Field.customPrefix.count) : field.key
  }

  private static func type(_ field: Field) -> SQLType {
    switch field.kind {
    case .money, .integer: .integer
    case .bool: .boolean
    default: .text
    }
  }

  private static func value(_ value: CardValue?, _ field: Field) -> SQLValue {
    guard let value else { return .null }
    switch (type(field), value.value) {
    case (.integer, .integer(let number)): return .integer(Int64(number))
    case (.boolean, .bool(let flag)): return .boolean(flag)
    case (.integer, _), (.boolean, _): return .null
    default: return .text(value.name.map { field.kind == .member ? $0 : value.text } ?? value.text)
    }
  }
}
