import Bytes
import CRM
import Replication
import Wording

/// `karto merge-cards`: makes one client of several cards.
enum MergeCardsCommand {
  static let command = Command(options: [.dryRun], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let (words, base) = try invocation.clientWords(of: .mergeCards)
    let records = try invocation.clients(words, in: base)
    let cards = Self.distinct(records).map { base.card($0) }
    guard cards.count > 1 else {
      if invocation.isJSON { print(cards, nil, in: base, invocation) }
      invocation.say(invocation.wording.mergedAlready(cards[0].name))
      return .done
    }
    try preview(cards, in: base, invocation)
    let merge = try base.mergeCards(
      records[0], with: Array(records.dropFirst()), isRehearsal: invocation.isRehearsal)
    print(cards, merge, in: base, invocation)
    return .done
  }

  private static func distinct(_ records: [Record]) -> [Record] {
    var seen: Set<String> = []
    return records.filter { seen.insert($0.id).inserted }
  }

  /// Shows the cards side by side where a person looks on, and asks; a script has said what it
  /// means by naming the cards, and one card is no mass change.
  private static func preview(
    _ cards: [Card], in base: Base, _ invocation: Invocation
  ) throws {
    guard !invocation.isJSON, !invocation.isQuiet else { return }
    let surroundings = invocation.surroundings
    let isWatched = surroundings.input.isTerminal && surroundings.error.isTerminal
    if isWatched || invocation.isRehearsal { invocation.printSideBySide(cards, in: base) }
    guard isWatched else { return }
    let question = invocation.wording.mergeCardsQuestion(cards[0].name, count: cards.count)
    try invocation.confirm(question, for: .mergeCards)
  }

  private static func print(
    _ cards: [Card], _ merge: CardMerge?, in base: Base, _ invocation: Invocation
  ) {
    guard invocation.isJSON else {
      guard let merge else { return }
      if !invocation.isRehearsal { invocation.print(invocation.id(merge.shown, in: base)) }
      invocation.say(merge, in: base)
      return
    }
    var object = JSONObject()
    let shown = merge?.shown ?? cards[0].id
    object.put("id", shown)
    object.put("type", Schema.client.key)
    object.put("name", base.name(ofID: shown, type: Schema.client.key))
    object.put("merged", (merge?.cards ?? base.mergedCards(of: shown)).filter { $0 != shown })
    var differences = JSONObject()
    for field in cards[0].fields where !field.field.many {
      let values = cards.compactMap { $0[field.field.key]?.values.first?.text }
      if Set(values).count > 1 { differences.put(field.field.key, values) }
    }
    object.put("differences", differences)
    object.put("commits", merge?.written.commits ?? [])
    invocation.print(json: object)
  }
}

extension Invocation {
  /// Two names of clients at least, and the base to look them up in.
  func clientWords(of verb: Verb) throws -> ([String], Base) {
    let words = arguments.operands
    guard words.count > 1 else {
      throw CommandError.missingOperand(words.isEmpty ? .client : .otherClient, of: verb)
    }
    return (words, try openForWriting())
  }

  /// The clients that words name.
  func clients(_ words: [String], in base: Base) throws -> [Record] {
    try words.map { try base.resolve($0, as: Schema.client) }
  }

  /// Says which card is shown for merged ones.
  func say(_ merge: CardMerge, in base: Base) {
    let name = base.name(ofID: merge.shown, type: Schema.client.key) ?? ""
    guard merge.written.isChange else { return say(wording.mergedAlready(name)) }
    say(
      wording.cardsMerged(
        name, shortID: base.shortID(merge.shown), count: merge.cards.count,
        commits: merge.written.commits, isRehearsal: isRehearsal))
  }

  /// Prints cards beside one another, a row a field; where they differ stands out.
  func printSideBySide(_ cards: [Card], in base: Base) {
    var table = Table(
      [Table.Column(title: "", isFlexible: false, style: .dim)]
        + cards.map { Table.Column(title: id($0.id, in: base)) })
    var fields: [Field] = []
    for field in cards.flatMap(\.fields).map(\.field)
    where !fields.contains(where: { $0.key == field.key }) {
      fields.append(field)
    }
    for field in fields {
      let cells = cards.map { card in
        card[field.key].map { text(of: $0, in: base) } ?? ""
      }
      let differs = Set(cells.filter { !$0.isEmpty }).count > 1
      table.row([field.label(in: language)] + cells, style: differs ? .yellow : .plain)
    }
    print(table)
  }
}
