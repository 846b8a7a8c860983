import CRM
import Exchange
import Wording

/// `karto list`: lists and counts records.
enum ListCommand {
  static let options: [CommandOption] = [
    .sort, .columns, .limit, .by, .segment, .trash, .format, .asOf, .at,
  ]
  static let command = Command(options: options, takesFilter: true, run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let words = invocation.arguments.operands
    let base = try invocation.openForReading()
    guard let type = words.first else {
      throw CommandError.missingOperand(.type, of: .list)
    }
    let entity = try base.entity(type)
    return try list(entity, filter: Array(words.dropFirst()), in: base, invocation)
  }

  /// Lists the records of one kind as the options say.
  static func list(
    _ entity: Entity, filter words: [String], in base: Base, _ invocation: Invocation
  ) throws -> ExitCode {
    let arguments = invocation.arguments
    try invocation.refuse([.columns, .sort, .trash], beside: .by)
    try invocation.refuse([.sort, .segment], beside: .trash)
    let segment = try arguments.value(.segment).map { try invocation.segment($0, in: base) }
    var filter = try base.filter(words, entity: entity)
    if let segment {
      // One text, so that a segment's own quotes and alternatives stay as they were saved.
      filter = try base.filter(text: "\(segment.filter) \(filter)", entity: entity)
    }
    if arguments.has(.trash) {
      if let word = words.first { throw CommandError.unexpectedOperand(word, of: .list) }
      let cards = base.trash().filter { $0.type == entity.key }
      let limit = try arguments.number(.limit) ?? cards.count
      try ListPrinter(invocation, base, entity, columns: arguments.value(.columns))
        .print(Array(cards.prefix(limit)))
      return .done
    }
    if let by = arguments.value(.by) {
      let field = try base.field(by, of: entity)
      let groups = base.count(entity, by: field, filter: filter)
      let limit = try arguments.number(.limit) ?? groups.count
      try printGroups(groups, limit: limit, field, in: base, invocation)
      return .done
    }
    let printer = try ListPrinter(
      invocation, base, entity, columns: arguments.value(.columns) ?? segment?.columns)
    let sort = try (arguments.value(.sort) ?? segment?.sort).map { text throws(EntryError) in
      try base.sortKeys(text, entity: entity)
    }
    let listing = base.list(
      entity, filter: filter, sort: sort ?? [], limit: try arguments.number(.limit),
      computed: printer.needsComputed)
    printer.print(listing.cards)
    if !invocation.isJSON, invocation.surroundings.output.isTerminal, listing.total > 0 {
      invocation.say(
        invocation.wording.shown(listing.cards.count, of: listing.total, entity: entity))
    }
    invocation.remindOfConflicts(in: base)
    invocation.remindOfHeld(in: base)
    return .done
  }

  /// The greatest groups, and how many more there are.
  private static func printGroups(
    _ groups: [Group], limit: Int, _ field: Field, in base: Base, _ invocation: Invocation
  ) throws(CommandError) {
    try invocation.checkListFormat()
    if invocation.isJSON {
      for group in groups.prefix(limit) {
        var object = JSONObject()
        object.put("value", group.value)
        object.put("name", group.name)
        object.put("count", group.count)
        invocation.print(json: object)
      }
      return
    }
    let wording = invocation.wording
    let titles = [field.label(in: invocation.language), wording.countTitle]
    func name(_ group: Group) -> String? {
      group.name ?? group.value.map { field.choice($0)?.label(in: invocation.language) ?? $0 }
    }
    if let profile = invocation.tableProfile {
      var writer = TableWriter(profile)
      writer.row(titles)
      for group in groups.prefix(limit) { writer.row([name(group) ?? "", String(group.count)]) }
      invocation.surroundings.output.write(writer.takeBytes())
      return
    }
    var table = Table([
      Table.Column(title: titles[0]),
      Table.Column(title: titles[1], isNumeric: true, isFlexible: false),
    ])
    for group in groups.prefix(limit) {
      table.row([name(group) ?? wording.noValue, wording.number(group.count)])
    }
    invocation.print(table)
    if groups.count > limit { invocation.say(wording.andMore(groups.count - limit)) }
  }
}

/// `karto find`: finds records by anything that is known of them.
enum FindCommand {
  static let command = Command(
    options: [.limit, .type, .format, .asOf, .at], takesFilter: true, run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let words = invocation.arguments.operands.joined(separator: " ")
    guard !words.isEmpty else { throw CommandError.missingOperand(.words, of: .find) }
    let base = try invocation.openForReading()
    let type = try invocation.arguments.value(.type).map { word throws(EntryError) in
      try base.entity(word)
    }
    let limit = try invocation.arguments.number(.limit) ?? 20
    let found = base.find(words, entities: [type ?? Schema.client], limit: limit)
    if invocation.isJSON {
      for each in found {
        invocation.print(
          jsonBytes: JSONObject.adding("score", each.score, to: base.json(each.card)))
      }
    } else {
      try ListPrinter(invocation, base, type ?? Schema.client, columns: nil)
        .print(found.map(\.card))
    }
    return found.isEmpty ? .notFound : .done
  }
}

/// `karto segment`: saved filters.
enum SegmentCommand {
  static let command = Command(
    options: [.type, .columns, .sort, .dryRun, .format, .asOf, .at],
    actions: ["save", "list", "remove"], standardAction: "list",
    optionsOfActions: [
      "save": [.type, .columns, .sort, .dryRun], "remove": [.dryRun],
      "list": [.columns, .sort, .format, .asOf, .at],
    ], takesFilter: true, run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let isBare = invocation.arguments.operands.isEmpty
    let (action, words) = isBare ? ("list", []) : try invocation.action(of: .segment)
    switch action {
    case "save": return try save(words, invocation)
    case "remove":
      guard let name = words.first else { throw CommandError.missingOperand(.name, of: .segment) }
      let base = try invocation.openForWriting()
      let segment = try invocation.segment(name, in: base)
      let written = try base.removeSegment(named: segment.name, isRehearsal: invocation.isRehearsal)
      invocation.report(each: written, in: base)
      return .done
    default:
      let base = try invocation.openForReading()
      return try ListCommand.list(Schema.segment, filter: [], in: base, invocation)
    }
  }

  private static func save(
    _ words: ArraySlice<String>, _ invocation: Invocation
  ) throws -> ExitCode {
    guard let name = words.first else { throw CommandError.missingOperand(.name, of: .segment) }
    let base = try invocation.openForWriting()
    let entity = try base.entity(invocation.arguments.value(.type) ?? Schema.client.key)
    // Read now, so that a mistake shows when the segment is saved and not when it is used.
    let filter = try base.filter(Array(words.dropFirst()), entity: entity)
    let written = try base.saveSegment(
      name: name, entity: entity, filter: filter.description,
      columns: invocation.arguments.value(.columns), sort: invocation.arguments.value(.sort),
      isRehearsal: invocation.isRehearsal)
    invocation.report(one: written, in: base)
    return .done
  }
}

extension Invocation {
  /// The saved filter with a name.
  ///
  /// - Throws: `CommandError.unknownSegment` with what may have been meant.
  func segment(_ name: String, in base: Base) throws(CommandError) -> Segment {
    if let segment = base.segments.first(where: { TextFolding.equal($0.name, name) }) {
      return segment
    }
    throw .unknownSegment(name, suggestions: closest(to: name, among: base.segments.map(\.name)))
  }
}
