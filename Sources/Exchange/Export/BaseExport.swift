public import CRM

/// Writes the records of a base as tables for other programs.
///
/// A list of clients is made to write to them or to call them, so refusals hold in it: who refused
/// everything is left out, and who refused a channel stands there without what that channel needs.
/// What a table cannot hold (who wrote what, conflicts, the trash) stays behind: the lossless way
/// out is the export as JSON lines.
public enum BaseExport {
  /// Writes the living records of an entity as a table, the oldest first.
  ///
  /// The first column is `id`; then come the fields that any record has, in the order of forms, or
  /// those that are asked for. Headers are labels, and `import` reads them back. Several values
  /// stand in one cell, separated by `; `. Sums are decimal numbers with their currency in a column
  /// of its own; phones are grouped in the profile for Excel and E.164 elsewhere.
  ///
  /// - Parameters:
  ///   - base: the base.
  ///   - entity: whose records.
  ///   - profile: the form of the table.
  ///   - filter: which records; nil for all.
  ///   - columns: the fields to write; nil for all that are used.
  ///   - language: the language of headers and choices.
  ///   - body: is handed the bytes in pieces.
  /// - Returns: how many records were written, and how many refusals were honoured.
  /// - Throws: what `body` throws.
  @discardableResult
  public static func table(
    _ base: Base, entity: Entity, profile: TableProfile, filter: Filter? = nil,
    columns: [Field]? = nil, language: Language = .russian, _ body: ([UInt8]) throws -> Void
  ) rethrows -> TableCounts {
    let isComputed = columns?.contains(where: \.computed) ?? false
    let found = base.list(entity, filter: filter, computed: isComputed).cards
    let cards = found.filter { !Refusals($0).areTotal }
    var counts = TableCounts(written: cards.count, leftOut: found.count - cards.count)
    let fields = columns ?? usedFields(cards, entity, base)
    var writer = TableWriter(profile)
    writer.row(["id"] + fields.map { $0.label(in: language) })
    let format = CellFormat(profile: profile, language: language, base: base)
    for card in cards {
      let refusals = Refusals(card)
      var isWithheld = false
      let cells = fields.map { field in
        let text = format.text(card[field.key], field)
        guard !text.isEmpty, refusals.forbid(field) else { return text }
        isWithheld = true
        return ""
      }
      if isWithheld { counts.withheld += 1 }
      writer.row([card.id] + cells)
      if writer.bytes.count > 1 << 16 { try body(writer.takeBytes()) }
    }
    try body(writer.takeBytes())
    return counts
  }

  /// The fields that at least one record has, in the order of forms, unknown ones by key.
  private static func usedFields(_ cards: [Card], _ entity: Entity, _ base: Base) -> [Field] {
    var used: Set<String> = []
    var unknown: [Field] = []
    let known = (entity.fields + base.customFields(of: entity)).filter { !$0.computed }
    let keys = Set(known.map(\.key))
    for card in cards {
      for field in card.fields where used.insert(field.field.key).inserted {
        if !keys.contains(field.field.key) { unknown.append(field.field) }
      }
    }
    unknown.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    return known.filter { used.contains($0.key) } + unknown
  }
}

/// What became of the records that a table was asked for.
public struct TableCounts: Hashable, Sendable {
  /// Records in the table.
  public var written = 0
  /// Clients who are not in it, since they refused any contact.
  public var leftOut = 0
  /// Clients in it without their phones, e-mails or addresses, since they refused that channel.
  public var withheld = 0

  /// Starts counting.
  public init(written: Int = 0, leftOut: Int = 0, withheld: Int = 0) {
    self.written = written
    self.leftOut = leftOut
    self.withheld = withheld
  }
}

/// The channels that a client has refused.
private struct Refusals {
  private let channels: Set<String>

  init(_ card: Card) {
    channels =
      card.type == "client" ? Set(card["opt_outs"]?.values.map(\.text) ?? []) : []
  }

  var areTotal: Bool { channels.contains("all") }

  /// Whether a field serves nothing but what was refused.
  func forbid(_ field: Field) -> Bool {
    guard !channels.isEmpty else { return false }
    return switch field.kind {
    case .phone: channels.contains("call") || channels.contains("sms")
    case .email: channels.contains("mail")
    case .address: channels.contains("post")
    default: false
    }
  }
}

/// How the values of a record stand in the cells of a table.
private struct CellFormat {
  let profile: TableProfile
  let language: Language
  let base: Base

  func text(_ field: CardField?, _ described: Field) -> String {
    guard let field, !field.values.isEmpty else { return "" }
    return field.values.map { text($0, field) }.joined(separator: "; ")
  }

  private func text(_ value: CardValue, _ field: CardField) -> String {
    if let name = value.name {
      // Names of clients need not be unique, so files refer to them by id.
      if case .reference = field.field.kind { return value.text }
      return name
    }
    switch field.field.kind {
    case .money:
      guard let units = Int(value.text) else { return value.text }
      let decimal: Money.DecimalSign = profile == .excelRU ? .comma : .point
      let currency = field.currency ?? base.settings.currency
      return Money.plain(units, currency: currency, decimal: decimal)
    case .phone:
      guard let key = value.key, key.utf8.first == UInt8(ascii: "+") else { return value.text }
      return profile == .excelRU ? Phone.display(key, style: .national) : key
    case .choice, .bool:
      return value.display(
        field.field, currency: nil, in: language, offsetMinutes: base.offsetMinutes)
    case .date, .time, .dateOrTime, .partialDate:
      guard profile == .excelRU else { return value.text }
      return value.display(
        field.field, currency: nil, in: language, offsetMinutes: base.offsetMinutes)
    default: return value.text
    }
  }
}
