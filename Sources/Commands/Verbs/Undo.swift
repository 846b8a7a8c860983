import CRM
import Documents
import Replication
import Wording

/// `karto undo`: takes changes back.
enum UndoCommand {
  static let command = Command(options: [.import, .last, .merge, .dryRun], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    try invocation.refuse([.last, .merge], beside: .import)
    try invocation.refuse([.merge], beside: .last)
    let base = try invocation.openForWriting()
    let (dots, purpose) = try chosen(invocation, in: base)
    let rehearsed = try invocation.showing(.comparing) { progress in
      try base.workspace.undo(dots, purpose: purpose, isRehearsal: true, progress: progress)
    }
    if rehearsed.reverted.count > 1 {
      let question = invocation.wording.undoQuestion(rehearsed.reverted.count)
      try invocation.confirm(question, for: .undo)
    }
    let report =
      invocation.isRehearsal
      ? rehearsed
      : try invocation.showing(.comparing) { progress in
        try base.workspace.undo(dots, purpose: purpose, progress: progress)
      }
    print(report, in: base, invocation)
    // Nothing was taken back because someone has worked on it since: that is for a person to see.
    return report.reverted.isEmpty && !report.left.isEmpty ? .conflict : .done
  }

  /// The commits that are meant, and how the undo will be called in the history.
  private static func chosen(
    _ invocation: Invocation, in base: Base
  ) throws -> (dots: Set<Dot>, purpose: String) {
    let arguments = invocation.arguments
    let verb = Verb.undo.rawValue
    if let number = try arguments.number(.import) {
      try invocation.noOperands(of: .undo)
      guard let short = UInt32(exactly: number),
        let dots = try invocation.showing(
          .readingHistory, { try base.workspace.importBatch(number: short, progress: $0) })
      else { throw CommandError.unknownImport(number) }
      return (dots, "\(verb) \(Verb.import.rawValue) \(number)")
    }
    if arguments.has(.last) {
      try invocation.noOperands(of: .undo)
      guard
        let dots = try invocation.showing(
          .readingHistory, { try base.workspace.ownLastBatch(progress: $0) }),
        let first = dots.min()
      else { throw CommandError.nothingToUndo }
      return (dots, "\(verb) \(first.text)")
    }
    if arguments.has(.merge) {
      try invocation.noOperands(of: .undo)
      guard let dots = try base.workspace.lastMerge() else { throw CommandError.noMerge }
      return (dots, "\(verb) \(Verb.merge.rawValue)")
    }
    guard !arguments.operands.isEmpty else {
      throw CommandError.missingOperand(.commit, of: .undo)
    }
    var dots: Set<Dot> = []
    for word in arguments.operands {
      dots.formUnion(try DotReader(base, invocation).dots(word))
    }
    return (dots, "\(verb) \(arguments.operands.joined(separator: " "))")
  }

  private static func print(_ report: UndoReport, in base: Base, _ invocation: Invocation) {
    if invocation.isJSON {
      invocation.print(json: object(report))
      return
    }
    let wording = invocation.wording
    guard !report.reverted.isEmpty || !report.left.isEmpty else {
      invocation.say(wording.nothingToTakeBack)
      return
    }
    for each in report.reverted.prefix(50) {
      let what = describe(each.type, each.id, in: base, invocation)
      invocation.print(
        DisplayWidth.oneLine(wording.reverted(each.kind, what: what, type: each.type)))
    }
    if report.reverted.count > 50 {
      invocation.print(wording.andMore(report.reverted.count - 50))
    }
    let authors = Authors(base)
    for each in report.left {
      let line = wording.left(
        what: describe(each.type, each.id, in: base, invocation),
        fields: each.fields.map { wording.fieldLabel($0, of: each.type) },
        by: authors.name(of: each.by.replica) ?? wording.unknownAuthor,
        at: invocation.time(millis: each.atMillis, in: base))
      invocation.print(DisplayWidth.oneLine(line))
    }
    invocation.say(wording.undone(report.reverted.count, isRehearsal: invocation.isRehearsal))
    if !report.dots.isEmpty { invocation.say(wording.undoHint) }
  }

  private static func describe(
    _ type: String, _ id: String, in base: Base, _ invocation: Invocation
  ) -> String {
    let noun = Schema.entity(key: type)?.noun(1, in: invocation.language) ?? type
    let name = base.name(ofID: id, type: type) ?? ""
    let quoted = name.isEmpty ? "" : " \(invocation.wording.quoted(name))"
    return "\(noun) \(invocation.id(id, in: base))\(quoted)"
  }

  private static func object(_ report: UndoReport) -> JSONObject {
    var object = JSONObject()
    object.put("reverted", report.reverted.count)
    object.put(
      "records",
      report.reverted.map { each in
        var object = JSONObject()
        object.put("id", each.id)
        object.put("type", each.type)
        switch each.kind {
        case .deleted: object.put("outcome", "deleted")
        case .restored: object.put("outcome", "restored")
        case .changed(let fields):
          object.put("outcome", "changed")
          object.put("fields", fields)
        }
        return object
      })
    object.put(
      "left",
      report.left.map { each in
        var object = JSONObject()
        object.put("id", each.id)
        object.put("type", each.type)
        object.put("fields", each.fields)
        object.put("by", each.by.text)
        object.put("at", Timestamp.text(each.atMillis))
        return object
      })
    object.put("dots", report.dots.map(\.text))
    return object
  }
}

/// Reads the names of commits as people type them: `k7q3…:12`, `k7:12`, `12`, `k7:5..9`.
struct DotReader {
  private let base: Base
  private let invocation: Invocation

  init(_ base: Base, _ invocation: Invocation) {
    self.base = base
    self.invocation = invocation
  }

  /// The commits that a word names; a commit of a batch names the whole batch.
  ///
  /// - Throws: `CommandError.badDot` or `.unknownDot`.
  func dots(_ word: String) throws -> Set<Dot> {
    let bytes = Array(word.utf8)
    let dot = UInt8(ascii: ".")
    guard
      let mark = bytes.indices.dropLast().first(where: { index in
        bytes[index] == dot && bytes[index + 1] == dot
      })
    else {
      let named = try self.dot(word, after: nil)
      let dots = try invocation.showing(.readingHistory) { progress in
        try base.workspace.batch(containing: named, progress: progress)
      }
      if dots.isEmpty { throw CommandError.unknownDot(word) }
      return dots
    }
    let first = try self.dot(String(decoding: bytes[..<mark], as: UTF8.self), after: nil)
    let last = try self.dot(String(decoding: bytes[(mark + 2)...], as: UTF8.self), after: first)
    guard first.replica == last.replica, first.number <= last.number else {
      throw CommandError.badDot(word)
    }
    return Set((first.number...last.number).map { Dot(first.replica, $0) })
  }

  private func dot(_ text: String, after first: Dot?) throws -> Dot {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let number = UInt32(parts[parts.count - 1]), number > 0 else {
      throw CommandError.badDot(text)
    }
    let entry: ReplicaEntry?
    if parts.count == 2 {
      let found = base.state.replicas.filter { $0.id.text.hasPrefix(String(parts[0])) }
      guard found.count < 2 else { throw CommandError.badDot(text) }
      entry = found.first
    } else if let first {
      entry = base.state.replicas.first { $0.id == first.replica }
    } else {
      // A bare number is a commit of the only replica, else of this device's own.
      let own = try base.workspace.ownReplica()
      entry =
        base.state.replicas.count == 1
        ? base.state.replicas[0] : base.state.replicas.first { $0.id == own }
    }
    guard let entry, number <= entry.count else { throw CommandError.unknownDot(text) }
    return Dot(entry.id, number)
  }
}
