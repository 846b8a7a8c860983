import Bytes
import CRM
import Exchange
import Wording

/// Prints cards of one kind in any of the forms of a list.
struct ListPrinter {
  let invocation: Invocation
  let base: Base
  let entity: Entity
  let columns: [Field]

  /// The columns that were asked for, else those that the kind is known by.
  init(_ invocation: Invocation, _ base: Base, _ entity: Entity, columns: String?) throws {
    self.invocation = invocation
    self.base = base
    self.entity = entity
    try invocation.checkListFormat()
    if let columns {
      // The id stands first anyway; the word would else mean the ids of other programs.
      self.columns = try columns.split(separator: ",").filter {
        $0.trimmingPrefix { $0 == " " }.lowercased() != "id"
      }.map { name throws(EntryError) in
        try base.field(String(name), of: entity)
      }
    } else {
      self.columns = Self.standard(entity).compactMap { entity.field(key: $0) }
    }
  }

  /// Whether a column is computed from other records.
  var needsComputed: Bool { columns.contains(where: \.computed) }

  private static func standard(_ entity: Entity) -> [String] {
    switch entity.key {
    case "client": ["name", "phones", "city", "owner", "tags"]
    case "deal": ["title", "client", "stage", "amount", "owner", "expected_close"]
    case "activity": ["at", "kind", "clients", "text", "outcome", "author"]
    case "task": ["due", "title", "clients", "assignee", "state"]
    case "segment": ["name", "entity", "filter"]
    case "rule": ["order", "name", "filter", "owner"]
    default: entity.fields.filter { !$0.computed }.prefix(5).map(\.key)
    }
  }

  /// Prints the cards.
  func print(_ cards: [Card]) {
    if invocation.isJSON {
      for card in cards { invocation.print(jsonBytes: base.json(card)) }
    } else if let profile = invocation.tableProfile {
      printFile(cards, as: profile)
    } else {
      printTable(cards)
    }
  }

  private func printTable(_ cards: [Card]) {
    if invocation.isQuiet {
      for card in cards { invocation.print(card.id) }
      return
    }
    guard !cards.isEmpty else {
      invocation.say(invocation.wording.nothingFound)
      return
    }
    var table = Table(
      [Table.Column(title: invocation.wording.idTitle, isFlexible: false, style: .dim)]
        + columns.map { field in
          Table.Column(
            title: field.label(in: invocation.language), isNumeric: Self.isNumeric(field))
        })
    for card in cards {
      let cells = columns.map { field in text(field, of: card) }
      let isContested = !card.conflicts.isEmpty
      var id = invocation.id(card.id, in: base)
      // Where colours are off the mark alone tells.
      if isContested, invocation.surroundings.output.isTerminal { id += "!" }
      table.row([id] + cells, style: isContested ? .yellow : .plain)
    }
    invocation.print(table)
  }

  private static func isNumeric(_ field: Field) -> Bool {
    switch field.kind {
    case .money, .integer: true
    default: false
    }
  }

  /// A field of a card as people read it.
  func text(_ field: Field, of card: Card) -> String {
    guard let found = card[field.key] else { return "" }
    return invocation.filterText(found, of: card, in: base) ?? invocation.text(of: found, in: base)
  }

  /// Tables for other programs: labels above, values as they can be read back.
  private func printFile(_ cards: [Card], as profile: TableProfile) {
    var writer = TableWriter(profile)
    writer.row(["id"] + columns.map { $0.label(in: invocation.language) })
    for card in cards {
      writer.row([card.id] + columns.map { cell($0, of: card) })
    }
    invocation.surroundings.output.write(writer.takeBytes())
  }

  private func cell(_ field: Field, of card: Card) -> String {
    guard let found = card[field.key] else { return "" }
    return found.values.map { cell($0, found) }.joined(separator: ", ")
  }

  private func cell(_ value: CardValue, _ found: CardField) -> String {
    switch (found.field.kind, value.value) {
    case (.money, .integer(let units)):
      Money.plain(units, currency: found.currency ?? base.settings.currency)
    case (.date, _), (.time, _), (.dateOrTime, _), (.partialDate, _): value.text
    default:
      value.display(
        found.field, currency: found.currency, in: invocation.language,
        offsetMinutes: base.offsetMinutes)
    }
  }
}

extension Invocation {
  /// Makes sure that `--format` names a form that lists have.
  ///
  /// - Throws: `CommandError.badValue`.
  func checkListFormat() throws(CommandError) {
    let formats = ["table", "json", "csv", "tsv", "excel"]
    guard let format = arguments.value(.format), !formats.contains(format) else { return }
    throw .badValue(option: CommandOption.format.spelling, value: format, allowed: formats)
  }

  /// The form of a table for other programs, if `--format` asks for one.
  var tableProfile: TableProfile? {
    switch arguments.value(.format) {
    case "csv": .csv
    case "excel": .excelRU
    case "tsv": .tsv
    default: nil
    }
  }

  /// The condition of a saved filter in the reader's language; nothing for other fields.
  func filterText(_ found: CardField, of card: Card, in base: Base) -> String? {
    guard [Schema.segment.key, Schema.rule.key].contains(card.type), found.field.key == "filter",
      let stored = found.values.first?.text,
      let entity = Schema.entity(key: card["entity"]?.values.first?.text ?? Schema.client.key)
    else { return nil }
    return try? base.filter(text: stored, entity: entity).text(in: language)
  }

  /// The values of a field as people read them.
  func text(of found: CardField, in base: Base) -> String {
    let offset = base.offsetMinutes
    return found.values.map {
      let text = $0.display(
        found.field, currency: found.currency, in: language, offsetMinutes: offset)
      return $0.isInTrash ? "\(text) (\(wording.inTrash))" : text
    }.joined(separator: ", ")
  }
}
