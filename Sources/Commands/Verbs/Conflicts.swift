import CRM
import Replication
import Wording

/// `karto conflicts`: what people changed without seeing each other's change.
enum ConflictsCommand {
  static let command = Command(options: [.type, .limit, .asOf, .at], takesFilter: true, run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let limit = try invocation.arguments.number(.limit)
    let base = try invocation.openForReading()
    let all = try invocation.conflicts(in: base)
    let conflicts = all.prefix(limit ?? all.count)
    let printer = ConflictPrinter(invocation, base)
    if invocation.isJSON {
      for conflict in conflicts { invocation.print(json: printer.object(conflict)) }
      return .done
    }
    if invocation.isQuiet {
      var last: String?
      for conflict in conflicts where conflict.id != last {
        invocation.print(conflict.id)
        last = conflict.id
      }
      return .done
    }
    printer.print(Array(conflicts), of: all.count)
    return .done
  }
}

/// `karto resolve`: settles conflicts.
enum ResolveCommand {
  static let command = Command(options: [.type, .dryRun], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let words = invocation.arguments.operands[...]
    guard words.count > 2 else { return try ask(words, invocation) }
    let base = try invocation.openForWriting()
    let record = try invocation.record(
      words[words.startIndex], in: base, includingDeleted: true)
    let conflict = try base.conflict(
      named: words[words.startIndex], record, field: words[words.startIndex + 1])
    let written = try base.settle(
      conflict, as: words.dropFirst(2).joined(separator: " "),
      isRehearsal: invocation.isRehearsal)
    invocation.report(each: written, in: base)
    return .done
  }

  /// Goes through the conflicts that are meant, one after another, and asks.
  private static func ask(
    _ words: ArraySlice<String>, _ invocation: Invocation
  ) throws -> ExitCode {
    guard invocation.surroundings.input.isTerminal, invocation.surroundings.error.isTerminal else {
      let missing: CommandError.Operand =
        words.isEmpty ? .record : words.count == 1 ? .field : .decision
      throw CommandError.missingOperand(missing, of: .resolve)
    }
    let base = try invocation.openForWriting()
    var conflicts = base.conflicts
    if let word = words.first {
      let record = try invocation.record(word, in: base, includingDeleted: true)
      conflicts =
        words.count > 1
        ? [try base.conflict(named: word, record, field: words[words.startIndex + 1])]
        : base.conflictsOfAllCards(of: record)
    }
    let printer = ConflictPrinter(invocation, base)
    var settled = 0
    for conflict in conflicts {
      printer.print(conflict, before: nil)
      guard let decided = try settle(conflict, in: base, invocation) else { break }
      if decided { settled += 1 }
    }
    let wording = invocation.wording
    invocation.say(
      conflicts.isEmpty
        ? wording.noConflicts : wording.settled(settled, left: conflicts.count - settled))
    return .done
  }

  /// Asks about one conflict until the answer makes sense.
  ///
  /// - Returns: whether it is settled; nil where there shall be no more questions.
  private static func settle(
    _ conflict: Conflict, in base: Base, _ invocation: Invocation
  ) throws -> Bool? {
    let wording = invocation.wording
    let question = "\(wording.resolveQuestion(conflict)): "
    while let answer = try invocation.surroundings.input.ask(question) {
      let word = conflict.side(numbered: Trimming.trimmed(answer))
      if word.isEmpty { return false }
      if wording.isEnd(word) { return nil }
      do {
        let written = try base.settle(conflict, as: word, isRehearsal: invocation.isRehearsal)
        invocation.report(each: written, in: base)
        return true
      } catch {
        guard error is ConflictError || error is EntryError else { throw error }
        let complaint = wording.complaint(about: error)
        invocation.warn(complaint.what)
        if let hint = wording.hintLine(complaint) { invocation.say(hint) }
      }
    }
    return nil
  }
}

extension Invocation {
  /// The conflicts that the command line means: all, those of a record, or those of the records
  /// that a filter finds.
  func conflicts(in base: Base) throws -> [Conflict] {
    let type = try arguments.value(.type).map { word throws(EntryError) in try base.entity(word) }
    let words = arguments.operands
    if words.count == 1 {
      do {
        return base.conflictsOfAllCards(
          of: try record(words[0], in: base, includingDeleted: true))
      } catch let error as LookupError where error.kind == .notFound && Self.isFilter(words[0]) {
        // A condition, as below.
      }
    }
    var conflicts = base.conflicts
    if type != nil || !words.isEmpty {
      let entity = type ?? Schema.client
      conflicts.removeAll { $0.type != entity.key }
      if !words.isEmpty, !conflicts.isEmpty {
        let filter = try base.filter(words, entity: entity)
        let found = Set(base.records(entity, filter: filter).map(\.id))
        conflicts.removeAll { !found.contains($0.id) }
      }
    }
    return conflicts
  }

  /// Whether a word looks like a condition rather than like an id or a name.
  private static func isFilter(_ word: String) -> Bool {
    word.utf8.contains { ":=<>".utf8.contains($0) } || word.hasPrefix("-")
  }

  /// Says how many conflicts wait, where that costs nothing to know.
  func remindOfConflicts(in base: Base) {
    guard !arguments.has(.at), let count = base.knownConflictCount, count > 0 else { return }
    say(wording.conflictsWait(count))
  }

  /// Says in a line how many held commits wait for a decision, if more do than `before`.
  func remindOfHeld(in base: Base, besides before: Int = 0) {
    let count = base.undecidedCount
    guard !arguments.has(.at), count > before else { return }
    say(wording.heldWaits(count))
  }
}
