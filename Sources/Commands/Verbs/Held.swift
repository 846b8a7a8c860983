import CRM
import Documents
import Replication
import Wording

/// `karto held`: commits that were received and are no part of the base, and what becomes of them.
enum HeldCommand {
  static let command = Command(
    options: [.all, .dryRun], optionalActions: ["adopt", "discard"], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    switch invocation.arguments.operands.first {
    case "adopt": return try adopt(invocation)
    case "discard": return try discard(invocation)
    default: return try list(invocation)
    }
  }

  private static func list(_ invocation: Invocation) throws -> ExitCode {
    let base = try invocation.openForReading()
    let operands = invocation.arguments.operands
    let dots = operands.isEmpty ? nil : Set(try chosen(operands[...], in: base, invocation))
    let isWhole = invocation.arguments.has(.all)
    let entries = try invocation.showing(.readingHistory) { progress in
      try base.held(dots, isWhole: isWhole, progress: progress)
    }
    let printer = HeldPrinter(invocation, base)
    if invocation.isJSON {
      for entry in entries { invocation.print(json: printer.object(entry)) }
    } else if invocation.isQuiet {
      for entry in entries { invocation.print(entry.commit.dot.text) }
    } else {
      printer.print(entries)
    }
    return .done
  }

  // MARK: Deciding

  private static func adopt(_ invocation: Invocation) throws -> ExitCode {
    let base = try invocation.openForWriting()
    let dots = try named(of: "adopt", in: base, invocation)
    let rehearsed = try invocation.showing(.comparing) { progress in
      try base.adoptHeld(dots, isRehearsal: true, progress: progress)
    }
    let wording = invocation.wording
    if rehearsed.written.records.count > 1 {
      try invocation.confirm(
        wording.adoptHeldQuestion(dots.count, records: rehearsed.written.records.count), for: .held)
    }
    let adoption =
      invocation.isRehearsal
      ? rehearsed
      : try invocation.showing(.comparing) { try base.adoptHeld(dots, progress: $0) }
    let printer = HeldPrinter(invocation, base)
    if invocation.isJSON {
      invocation.print(json: printer.object(adoption, of: dots))
      return .done
    }
    printer.print(adoption)
    invocation.print(
      wording.adoptedHeld(
        dots.count, records: adoption.written.records.count, isRehearsal: invocation.isRehearsal))
    if !adoption.written.commits.isEmpty { invocation.say(wording.undoHint) }
    return .done
  }

  private static func discard(_ invocation: Invocation) throws -> ExitCode {
    let base = try invocation.openForWriting()
    let dots = try named(of: "discard", in: base, invocation)
    try base.discardHeld(dots, isRehearsal: true)
    let wording = invocation.wording
    if dots.count > 1 {
      try invocation.confirm(wording.discardHeldQuestion(dots.count), for: .held)
    }
    if !invocation.isRehearsal { try base.discardHeld(dots) }
    if invocation.isJSON {
      var object = JSONObject()
      object.put("discarded", dots.map(\.text))
      invocation.print(json: object)
    } else {
      invocation.print(wording.discardedHeld(dots.count, isRehearsal: invocation.isRehearsal))
    }
    return .done
  }

  private static func named(
    of action: String, in base: Base, _ invocation: Invocation
  ) throws -> [Dot] {
    let words = invocation.arguments.operands.dropFirst()
    guard !words.isEmpty || invocation.arguments.has(.all) else {
      throw CommandError.missingOperand(.heldCommit, of: .held)
    }
    return try chosen(words, in: base, invocation)
  }

  /// The machines that a word names: somebody's, one, or those of nobody, as the list calls them.
  private static func writers(
    named word: String, in base: Base, _ invocation: Invocation
  ) throws -> [ReplicaID] {
    let strangers = try base.waitingStrangers()
    if TextFolding.equal(word, invocation.wording.unknownAuthor), !strangers.isEmpty {
      return strangers.map(\.replica)
    }
    let called = strangers.filter { TextFolding.equal($0.name, word) }
    if !called.isEmpty { return called.map(\.replica) }
    return switch try base.sealSubject(named: word) {
    case .member(let member):
      base.devices.filter { $0.standing.member == member.id }.map(\.standing.replica)
    case .device(let device): [device.standing.replica]
    }
  }

  /// The held commits that words name: by dot, by a range of dots, or by who or which machine
  /// wrote them, of which those are meant that wait for a decision; no words mean all that wait.
  private static func chosen(
    _ words: ArraySlice<String>, in base: Base, _ invocation: Invocation
  ) throws -> [Dot] {
    if words.isEmpty { return base.undecidedDots.sorted() }
    var dots: Set<Dot> = []
    for word in words {
      guard !word.contains(":") else {
        dots.formUnion(try DotReader(base, invocation).range(word))
        continue
      }
      let replicas = try writers(named: word, in: base, invocation)
      let found = base.undecidedDots.filter { replicas.contains(base.writer(of: $0)) }
      guard !found.isEmpty else { throw HeldError.notHeld(word) }
      dots.formUnion(found)
    }
    return dots.sorted()
  }
}
