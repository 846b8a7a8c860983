import CRM
import Replication
import Wording

/// `karto add`: adds a record of any kind.
enum AddCommand {
  static let command = Command(options: [.dryRun], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let words = invocation.arguments.operands[...]
    guard let type = words.first else {
      throw CommandError.missingOperand(.type, of: .add)
    }
    let changes = try invocation.changes(in: words.dropFirst(), of: .add)
    guard !changes.isEmpty else { throw CommandError.missingOperand(.assignment, of: .add) }
    let base = try invocation.openForWriting()
    let entity = try base.entity(type)
    let written = try base.add(entity, changes, isRehearsal: invocation.isRehearsal)
    invocation.report(one: written, in: base)
    return .done
  }
}

/// `karto set`: changes fields of a record.
enum SetCommand {
  static let command = Command(options: [.type, .dryRun], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let words = invocation.arguments.operands
    let end = words.firstIndex { FieldChange(argument: $0) != nil } ?? words.endIndex
    guard end > 0 else { throw CommandError.missingOperand(.record, of: .set) }
    let changes = try invocation.changes(in: words[end...], of: .set)
    guard !changes.isEmpty else { throw CommandError.missingOperand(.assignment, of: .set) }
    let base = try invocation.openForWriting()
    let records = try invocation.records(words[..<end], in: base)
    if records.count > 1 {
      try invocation.confirm(invocation.wording.changeQuestion(records.count), for: .set)
    }
    let written = try base.set(records, changes, isRehearsal: invocation.isRehearsal)
    invocation.report(each: written, in: base)
    return .done
  }
}

/// `karto delete`: moves records to the trash.
enum DeleteCommand {
  static let command = Command(options: [.type, .dryRun], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let words = invocation.arguments.operands[...]
    guard !words.isEmpty else { throw CommandError.missingOperand(.record, of: .delete) }
    let base = try invocation.openForWriting()
    let records = try invocation.records(words, in: base)
    if records.count > 1 {
      try invocation.confirm(invocation.wording.deleteQuestion(records.count), for: .delete)
    }
    let written = try base.delete(records, isRehearsal: invocation.isRehearsal)
    invocation.report(each: written, in: base)
    if !invocation.isRehearsal {
      invocation.say(invocation.wording.restoreHint(records.map { base.shortID($0.id) }))
    }
    return .done
  }
}

/// `karto restore`: takes records out of the trash.
enum RestoreCommand {
  static let command = Command(options: [.type, .dryRun], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let words = invocation.arguments.operands[...]
    guard !words.isEmpty else { throw CommandError.missingOperand(.record, of: .restore) }
    let base = try invocation.openForWriting()
    let records = try invocation.records(words, in: base, includingDeleted: true)
    let (written, heirs) = try base.restore(records, isRehearsal: invocation.isRehearsal)
    invocation.report(each: written, in: base)
    for (member, count) in heirs {
      invocation.say(invocation.wording.fellTo(member.name, count))
    }
    return .done
  }
}

/// `karto trash`: lists what was deleted.
enum TrashCommand {
  static let command = Command(options: [.limit, .asOf, .at], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    try invocation.noOperands(of: .trash)
    let limit = try invocation.arguments.number(.limit)
    let base = try invocation.openForReading()
    let cards = base.trash(limit: limit)
    invocation.printTrash(cards, in: base)
    return .done
  }
}

extension Invocation {
  /// The record that a word names: of the kind of `--type`; else a client by name, what people work
  /// with, or anything at all.
  ///
  /// - Throws: `LookupError` if it names none or several.
  func record(_ word: String, in base: Base, includingDeleted: Bool = false) throws -> Record {
    if let type = arguments.value(.type) {
      return try base.resolve(
        word, as: try base.entity(type), includingDeleted: includingDeleted)
    }
    let startsWithDigit = word.utf8.first.map { $0 &- UInt8(ascii: "0") < 10 } ?? false
    let worked = [Schema.client, Schema.deal, Schema.task, Schema.activity]
    // Ids begin with digits, and the whole number of a deal beats the beginning of a client's.
    for entities in (startsWithDigit ? [] : [[Schema.client]]) + [worked] {
      do {
        return try base.resolve(word, among: entities, includingDeleted: includingDeleted)
      } catch {
        guard error.kind == .notFound else { throw error }
      }
    }
    return try base.resolve(word, includingDeleted: includingDeleted)
  }

  /// The records that words name, each once.
  ///
  /// - Throws: `LookupError` for a word that names none or several.
  func records(
    _ words: ArraySlice<String>, in base: Base, includingDeleted: Bool = false
  ) throws -> [Record] {
    var records: [Record] = []
    for word in words {
      let record = try self.record(word, in: base, includingDeleted: includingDeleted)
      if !records.contains(where: { $0.id == record.id && $0.type == record.type }) {
        records.append(record)
      }
    }
    return records
  }

  /// Prints deleted records of several kinds: id, kind and name, who deleted them and when.
  func printTrash(_ cards: [Card], in base: Base) {
    if isJSON {
      for card in cards { print(jsonBytes: base.json(card)) }
      return
    }
    if isQuiet {
      for card in cards { print(card.id) }
      return
    }
    var table = Table([
      Table.Column(title: wording.idTitle, isFlexible: false, style: .dim),
      Table.Column(title: wording.typeTitle, isFlexible: false),
      Table.Column(title: wording.nameTitle), Table.Column(title: wording.deletedByTitle),
      Table.Column(title: wording.deletedAtTitle, isFlexible: false),
    ])
    for card in cards {
      let noun = card.entity?.noun(1, in: language) ?? card.type
      let deletion = base.deletion(of: card)
      table.row([
        id(card.id, in: base), noun, card.name, deletion?.author ?? wording.unknownAuthor,
        deletion.map { time(millis: $0.at.epochMillis, in: base) } ?? "",
      ])
    }
    if cards.isEmpty { say(wording.nothingFound) } else { print(table) }
  }
}
