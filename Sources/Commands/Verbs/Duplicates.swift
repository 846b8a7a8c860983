import CRM
import Replication
import Wording

/// `karto duplicates`: finds clients that were entered twice, and settles them one by one.
enum DuplicatesCommand {
  static let command = Command(
    options: [.not, .level, .limit, .dryRun, .asOf, .at], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    try invocation.refuse([.level, .limit, .asOf, .at], beside: .not)
    if invocation.arguments.has(.not) { return try tellApart(invocation) }
    let asks = isDialog(invocation)
    let limit = try invocation.arguments.number(.limit)
    let name =
      invocation.arguments.operands.isEmpty
      ? nil : try invocation.onlyOperand(.client, of: .duplicates)
    let base = asks ? try invocation.openForWriting() : try invocation.openForReading()
    let card = try name.map { name throws(LookupError) in
      try base.resolve(name, as: Schema.client)
    }
    let level = invocation.arguments.value(.level).flatMap(DuplicatePair.Level.init) ?? .possible
    let pairs = invocation.showing(.comparingCards) { progress in
      base.duplicates(
        among: card.map { [$0.id] }, level: level, limit: limit, progress: progress)
    }
    if asks {
      try PairDialog(invocation, base).run(pairs)
    } else {
      print(pairs, in: base, invocation)
    }
    return .done
  }

  /// Whether somebody is there to be asked about each pair.
  private static func isDialog(_ invocation: Invocation) -> Bool {
    let surroundings = invocation.surroundings
    return surroundings.input.isTerminal && surroundings.output.isTerminal
      && surroundings.error.isTerminal && !invocation.isJSON && !invocation.isQuiet
      && !invocation.isRehearsal && !invocation.arguments.has(.yes)
      && !invocation.arguments.has(.at)
  }

  private static func tellApart(_ invocation: Invocation) throws -> ExitCode {
    let (words, base) = try invocation.clientWords(of: .duplicates)
    if words.count > 2 { throw CommandError.unexpectedOperand(words[2], of: .duplicates) }
    let cards = try invocation.clients(words, in: base)
    let written = try base.markDifferent(cards[0], cards[1], isRehearsal: invocation.isRehearsal)
    invocation.report(each: written, in: base)
    return .done
  }

  private static func print(_ pairs: [DuplicatePair], in base: Base, _ invocation: Invocation) {
    if invocation.isJSON {
      for pair in pairs { invocation.print(json: object(pair, in: base)) }
      return
    }
    let wording = invocation.wording
    guard !pairs.isEmpty else { return invocation.say(wording.nothingFound) }
    if invocation.isQuiet {
      for pair in pairs { invocation.print("\(pair.first)\t\(pair.second)") }
      return
    }
    var table = Table([
      Table.Column(title: wording.scoreTitle, isNumeric: true, isFlexible: false),
      Table.Column(title: wording.levelTitle, isFlexible: false),
      Table.Column(title: wording.idTitle, isFlexible: false, style: .dim),
      Table.Column(title: wording.nameTitle),
      Table.Column(title: wording.idTitle, isFlexible: false, style: .dim),
      Table.Column(title: wording.nameTitle), Table.Column(title: wording.reasonsTitle),
    ])
    for pair in pairs {
      table.row([
        wording.number(pair.score), wording.level(pair.level), invocation.id(pair.first, in: base),
        base.name(ofID: pair.first, type: Schema.client.key) ?? "",
        invocation.id(pair.second, in: base),
        base.name(ofID: pair.second, type: Schema.client.key) ?? "",
        wording.reasons(pair.reasons),
      ])
    }
    invocation.print(table)
  }

  private static func object(_ pair: DuplicatePair, in base: Base) -> JSONObject {
    var object = JSONObject()
    object.put("type", "duplicate")
    object.put("a", pair.first)
    object.put("b", pair.second)
    object.put("score", pair.score)
    object.put("level", pair.level.rawValue)
    object.put("reasons", pair.reasons.filter { !$0.isAgainst }.map(\.rawValue))
    object.put("against", pair.reasons.filter(\.isAgainst).map(\.rawValue))
    object.put("name_a", base.name(ofID: pair.first, type: Schema.client.key))
    object.put("name_b", base.name(ofID: pair.second, type: Schema.client.key))
    return object
  }
}

/// Shows pair after pair and does what the person says.
private struct PairDialog {
  let invocation: Invocation
  let base: Base
  private var merged = 0
  private var different = 0

  init(_ invocation: Invocation, _ base: Base) {
    self.invocation = invocation
    self.base = base
  }

  func run(_ pairs: [DuplicatePair]) throws {
    var dialog = self
    guard !pairs.isEmpty else { return invocation.say(invocation.wording.nothingFound) }
    var left = pairs.count
    for (index, pair) in pairs.enumerated() {
      let (one, other) = (base.shownCard(of: pair.first), base.shownCard(of: pair.second))
      guard one != other,
        let card = base.state.record(type: Schema.client.key, id: one),
        let second = base.state.record(type: Schema.client.key, id: other)
      else {
        // An earlier answer has made them one.
        left -= 1
        continue
      }
      invocation.print(invocation.wording.pairTitle(index + 1, of: pairs.count, pair))
      invocation.printSideBySide([base.card(card), base.card(second)], in: base)
      guard let answer = try dialog.ask() else { break }
      if try dialog.take(answer, card, second) { left -= 1 }
    }
    invocation.say(
      invocation.wording.settled(merged: dialog.merged, different: dialog.different, left: left))
  }

  /// The answer; nil to stop.
  private func ask() throws -> Wording.PairAnswer? {
    while let text = try invocation.surroundings.input.ask(invocation.wording.pairQuestion + " ") {
      guard let answer = invocation.wording.pairAnswer(text) else { continue }
      return answer == .stop ? nil : answer
    }
    return nil
  }

  /// Does what was said; whether the pair is settled.
  private mutating func take(
    _ answer: Wording.PairAnswer, _ card: Record, _ other: Record
  ) throws -> Bool {
    switch answer {
    case .merge:
      let merge = try base.mergeCards(card, with: [other])
      invocation.say(merge, in: base)
      merged += 1
      return true
    case .different:
      _ = try base.markDifferent(card, other)
      different += 1
      return true
    case .skip, .stop: return false
    }
  }
}
