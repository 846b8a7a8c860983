import CRM
import Replication
import Wording

/// `karto show`: one record with all that belongs to it.
enum ShowCommand {
  static let command = Command(options: [.type, .asOf, .at], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let name = try invocation.onlyOperand(.record, of: .show)
    let base = try invocation.openForReading()
    let record = try invocation.record(name, in: base, includingDeleted: true)
    if invocation.isJSON {
      invocation.print(jsonBytes: base.json(base.card(record, computed: true)))
      return .done
    }
    let conflicts = base.conflictsOfAllCards(of: record)
    CardPrinter(invocation, base).print(base.dossier(record), conflicts)
    if let first = conflicts.first {
      let hint = invocation.wording.resolveHint(first, shortID: base.shortID(first.id))
      invocation.say(hint)
    }
    return .done
  }
}

/// Prints a card with its deals, tasks and past.
private struct CardPrinter {
  let invocation: Invocation
  let base: Base
  private var wording: Wording { invocation.wording }

  init(_ invocation: Invocation, _ base: Base) {
    self.invocation = invocation
    self.base = base
  }

  private static let recentCount = 5

  func print(_ dossier: Dossier, _ conflicts: [Conflict]) {
    let card = dossier.card
    let what = wording.record(card.type, id: invocation.id(card.id, in: base))
    let isOn = invocation.isStyled
    var title = Style.bold.applied(to: DisplayWidth.oneLine(card.name), isOn: isOn)
    title += card.name.isEmpty ? "" : "  "
    title += Style.dim.applied(to: what, isOn: isOn)
    if !card.isAlive { title += "  " + Style.red.applied(to: wording.inTrash, isOn: isOn) }
    invocation.print(title)
    for conflict in conflicts where conflict.isDeletion { printDeletion(conflict) }
    printFields(card)
    printSection(.links, dossier.links.map(link))
    printSection(.deals, dossier.deals.map(deal))
    printSection(.tasks, dossier.tasks.map(task))
    printSection(.activities, dossier.activities.map(activity))
    printSection(.events, dossier.events.map(event))
  }

  private func printDeletion(_ conflict: Conflict) {
    for side in conflict.sides where side.isDeletion {
      let line = wording.deletedMeanwhile(
        by: side.author ?? wording.unknownAuthor,
        at: invocation.time(millis: side.at.epochMillis, in: base))
      invocation.print(
        Style.yellow.applied(to: DisplayWidth.oneLine(line), isOn: invocation.isStyled))
    }
  }

  private func printFields(_ card: Card) {
    var table = Table([
      Table.Column(title: "", isFlexible: false, style: .dim), Table.Column(title: ""),
    ])
    for field in card.fields {
      // The name stands above already.
      let isTitle = ["name", "title"].contains(field.field.key)
      let isPlain = field.siblings.isEmpty && field.others.isEmpty
      if isTitle, isPlain, field.values.first?.text == card.name { continue }
      let label = field.field.label(in: invocation.language)
      guard field.siblings.isEmpty else {
        let values = field.siblings.map { display($0.value, field) }
        table.row([label, wording.conflict(values)], style: .yellow)
        continue
      }
      for (index, value) in field.values.enumerated() {
        let shown =
          invocation.filterText(field, of: card, in: base)
          ?? display(value, field) + attributes(of: value, field.field)
        let text = withOthers(shown, field)
        table.row(
          [index == 0 ? label : "", text], style: field.others.isEmpty ? .plain : .yellow)
      }
    }
    for (index, id) in card.mergedIDs.enumerated() {
      let name = base.state.record(type: card.type, id: id).map { base.name(of: $0) } ?? ""
      table.row([
        index == 0 ? wording.mergedTitle : "", "\(invocation.id(id, in: base))  \(name)",
      ])
    }
    // Whole, however long: a card is where one looks for all of a comment.
    invocation.print(
      lines: table.lines(width: nil, isStyled: invocation.isStyled, hasHeader: false))
  }

  private func display(_ value: CardValue, _ field: CardField) -> String {
    let text = value.display(
      field.field, currency: field.currency, in: invocation.language,
      offsetMinutes: base.offsetMinutes)
    return value.isInTrash ? "\(text) (\(wording.inTrash))" : text
  }

  /// What cards that were merged into this one say otherwise, behind the value.
  private func withOthers(_ text: String, _ field: CardField) -> String {
    guard !field.others.isEmpty else { return text }
    let others = field.others.map { other in
      other.value.display(
        field.field, currency: other.currency, in: invocation.language,
        offsetMinutes: base.offsetMinutes)
    }
    return wording.otherCards(text, others)
  }

  /// What is said of an element, behind it: «рабочий, основной».
  private func attributes(of value: CardValue, _ field: Field) -> String {
    let all = Schema.attributes(of: field)
    let texts = value.attributes.compactMap { stored -> String? in
      guard let attribute = all.first(where: { $0.key == stored.name }) else { return stored.text }
      switch attribute.kind {
      case .choice: return attribute.choice(stored.text)?.label(in: invocation.language)
      case .bool:
        return stored.text == "true" ? attribute.label(in: invocation.language).lowercased() : nil
      case .date:
        let day = CivilDate(stored: stored.text).map(wording.date) ?? stored.text
        return "\(attribute.label(in: invocation.language).lowercased()) \(day)"
      default: return stored.text
      }
    }
    return texts.isEmpty ? "" : " (\(texts.joined(separator: ", ")))"
  }

  private func printSection(_ section: Wording.Section, _ rows: [[String]]) {
    guard !rows.isEmpty else { return }
    invocation.print("")
    let title = "\(wording.title(section)) (\(rows.count))"
    invocation.print(Style.bold.applied(to: title, isOn: invocation.isStyled))
    let columnCount = rows.map(\.count).max() ?? 0
    let columns = (0..<columnCount).map { (index: Int) -> Table.Column in
      Table.Column(title: "", isFlexible: index > 0, style: index == 0 ? .dim : .plain)
    }
    var table = Table(columns)
    for row in rows.prefix(Self.recentCount) { table.row(row) }
    invocation.print(table, hasHeader: false)
    if rows.count > Self.recentCount {
      invocation.print(wording.andMore(rows.count - Self.recentCount))
    }
  }

  private func cells(_ keys: [String], of card: Card) -> [String] {
    [invocation.id(card.id, in: base)]
      + keys.map { key in card[key].map { invocation.text(of: $0, in: base) } ?? "" }
  }

  private func link(_ card: Card) -> [String] { cells(["from", "role", "to"], of: card) }
  private func deal(_ card: Card) -> [String] {
    cells(["title", "stage", "amount", "owner"], of: card)
  }
  private func task(_ card: Card) -> [String] {
    cells(["due", "title", "assignee", "state"], of: card)
  }
  private func activity(_ card: Card) -> [String] {
    cells(["at", "kind", "text", "amount", "outcome", "author"], of: card)
  }
  private func event(_ card: Card) -> [String] {
    cells(["at", "from", "to", "by", "reason"], of: card)
  }
}
