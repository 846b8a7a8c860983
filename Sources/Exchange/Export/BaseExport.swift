import Bytes
public import CRM
import Replication

/// A base written out for other programs: tables for spreadsheets, SQL for databases.
public enum BaseExport {
  /// Writes the records of one entity as a table.
  ///
  /// The form for Russian Excel has what people read, labels, dates and phones as they write
  /// them; the others have what programs compare: keys, ISO dates, phones in E.164. In each a
  /// second import of the same table finds the same values.
  ///
  /// - Parameters:
  ///   - base: the base.
  ///   - entity: which records.
  ///   - profile: the form of the table.
  ///   - filter: which of them; all if there is none.
  ///   - columns: the fields; all that some record has, if there are none.
  ///   - language: the language of the header, and of values that people read.
  ///   - body: takes the bytes, some rows at a time.
  /// - Returns: how many records were written.
  /// - Throws: what `body` throws.
  public static func csv(
    _ base: Base, entity: Entity, profile: TableProfile, filter: Filter? = nil,
    columns: [Field]? = nil, language: Language = .russian, _ body: ([UInt8]) throws -> Void
  ) throws -> Int {
    let listing = base.list(entity, filter: filter)
    let fields = columns ?? used(in: listing.cards)
    let id = profile == .excelRU ? (language == .russian ? "Код" : "Code") : "id"
    var writer = TableWriter(profile)
    writer.row(
      [id] + fields.map { profile == .excelRU ? $0.label(in: language) : $0.key })
    for (number, card) in listing.cards.enumerated() {
      writer.row(
        [card.id]
          + fields.map { field in
            guard let cell = card[field.key] else { return "" }
            return text(of: cell, profile: profile, language: language, base: base)
          })
      if number % 1024 == 1023 { try body(writer.takeBytes()) }
    }
    try body(writer.takeBytes())
    return listing.cards.count
  }

  private static func used(in cards: [Card]) -> [Field] {
    var seen: Set<ByteString> = []
    var fields: [Field] = []
    var order: [ByteString: Int] = [:]
    for card in cards {
      for (place, cell) in card.fields.enumerated() {
        let key = ByteString(cell.field.key)
        order[key] = max(order[key] ?? 0, place)
        if seen.insert(key).inserted { fields.append(cell.field) }
      }
    }
    let schema = cards.first?.entity?.fields.map { ByteString($0.key) } ?? []
    return fields.enumerated().sorted {
      let places = [$0, $1].map { schema.firstIndex(of: ByteString($0.element.key)) ?? Int.max }
      return (places[0], $0.offset) < (places[1], $1.offset)
    }.map(\.element)
  }

  private static func text(
    of cell: CardField, profile: TableProfile, language: Language, base: Base
  ) -> String {
    cell.values.map { value in
      if profile == .excelRU {
        if case .integer(let units) = value.value, case .money = cell.field.kind {
          return Money.plain(
            units, currency: cell.currency ?? Currency.standard,
            decimal: language == .russian ? .comma : .point)
        }
        return value.display(
          cell.field, currency: cell.currency, in: language, offsetMinutes: base.offsetMinutes)
      }
      if case .integer(let units) = value.value, case .money = cell.field.kind {
        return Money.plain(units, currency: cell.currency ?? Currency.standard)
      }
      if case .reference = cell.field.kind { return value.text }
      return value.name ?? value.key ?? value.text
    }.joined(separator: "; ")
  }

  /// Writes the base as SQL text that `sqlite3`, PostgreSQL and DuckDB load.
  ///
  /// A table for each entity with its registers as columns, and one for each of its sets:
  /// `client`, `client_phones`, `client_tags`… Sums are integers of minor units.
  ///
  /// - Parameters:
  ///   - base: the base.
  ///   - body: takes the text, some rows at a time.
  /// - Throws: what `body` throws.
  public static func sql(_ base: Base, _ body: ([UInt8]) throws -> Void) throws {
    var writer = SQLWriter()
    for entity in Schema.entities {
      let cards = base.list(entity).cards
      guard !cards.isEmpty else { continue }
      let fields = used(in: cards).filter { !$0.computed }
      let registers = fields.filter { !$0.many }
      writer.begin(
        table: entity.key,
        columns: [("id", .text)] + registers.map { ($0.key, type(of: $0)) })
      for card in cards {
        writer.row(
          [.text(card.id)]
            + registers.map { card[$0.key]?.values.first.map(sqlValue) ?? .null })
        if writer.bytes.count > 1 << 16 { try body(writer.takeBytes()) }
      }
      writer.end()
      for field in fields where field.many {
        writer.begin(
          table: "\(entity.key)_\(field.key)",
          columns: [("\(entity.key)_id", .text), ("value", .text), ("text", .text)])
        for card in cards {
          for value in card[field.key]?.values ?? [] {
            writer.row([.text(card.id), .text(value.key ?? value.text), .text(value.text)])
          }
          if writer.bytes.count > 1 << 16 { try body(writer.takeBytes()) }
        }
        writer.end()
      }
      try body(writer.takeBytes())
    }
  }

  private static func type(of field: Field) -> SQLType {
    switch field.kind {
    case .money, .integer: .integer
    case .bool: .boolean
    default: .text
    }
  }

  private static func sqlValue(_ value: CardValue) -> SQLValue {
    switch value.value {
    case .integer(let number): .integer(Int64(number))
    case .bool(let flag): .boolean(flag)
    case .null: .null
    default: .text(value.text)
    }
  }
}
