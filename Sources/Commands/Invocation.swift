import CRM
import Documents
import Platform
import Replication
import Syncing
import Wording

/// One command being run: what was asked, where it goes, and in which words.
struct Invocation {
  let arguments: Arguments
  let surroundings: Surroundings
  let wording: Wording

  init(_ arguments: Arguments, _ surroundings: Surroundings, _ wording: Wording) {
    self.arguments = arguments
    self.surroundings = surroundings
    self.wording = wording
  }

  var language: Language { wording.language }

  /// Whether results are JSON.
  var isJSON: Bool { arguments.has(.json) || arguments.value(.format) == "json" }

  /// Whether only ids are wanted.
  var isQuiet: Bool { arguments.has(.quiet) }

  /// Whether nothing is to be changed.
  var isRehearsal: Bool { arguments.has(.dryRun) }

  /// Whether results are coloured.
  var isStyled: Bool {
    surroundings.output.isTerminal && !arguments.has(.noColor)
      && surroundings.filled("NO_COLOR") == nil && surroundings.variable("TERM") != "dumb"
  }

  func closest(to word: String, among words: [String]) -> [String] {
    Suggestions.closest(to: word, among: words)
  }
}

extension Invocation {
  /// The same without results, for work that goes with another whose result was printed.
  var withoutResults: Invocation {
    var surroundings = surroundings
    surroundings.output = Surroundings.Outlet(write: { _ in })
    return Invocation(arguments, surroundings, wording)
  }
}

// MARK: - Output

extension Invocation {
  /// Prints a line of results.
  func print(_ line: String) {
    surroundings.output.write(Array("\(line)\n".utf8))
  }

  func print(lines: [String]) {
    guard !lines.isEmpty else { return }
    surroundings.output.write(Array((lines.joined(separator: "\n") + "\n").utf8))
  }

  /// Prints an object of JSON as a line.
  func print(json: JSONObject) {
    print(jsonBytes: json.bytes)
  }

  func print(jsonBytes bytes: [UInt8]) {
    surroundings.output.write(bytes + [UInt8(ascii: "\n")])
  }

  /// Prints a table.
  func print(_ table: Table, hasHeader: Bool = true) {
    print(
      lines: table.lines(
        width: surroundings.output.width, isStyled: isStyled, hasHeader: hasHeader))
  }

  /// Says something that is no result.
  func say(_ text: String) {
    guard !isQuiet else { return }
    surroundings.error.write(Array("\(DisplayWidth.oneLine(text))\n".utf8))
  }

  /// Warns, however quiet it is to be.
  func warn(_ text: String) {
    let line = DisplayWidth.oneLine(wording.warningLine(text))
    surroundings.error.write(Array("\(line)\n".utf8))
  }

  /// Asks whether to go on.
  ///
  /// - Throws: `CommandError.needsYes` where nobody can answer, `.declined` if the answer is no.
  func confirm(_ question: String, for verb: Verb) throws {
    guard !arguments.has(.yes), !isRehearsal else { return }
    guard surroundings.input.isTerminal, surroundings.error.isTerminal else {
      throw CommandError.needsYes(verb)
    }
    let prompt = DisplayWidth.oneLine(wording.question(question)) + " "
    let answer = try surroundings.input.ask(prompt) ?? ""
    guard wording.isYes(answer) else { throw CommandError.declined }
  }
}

// MARK: - Long work

extension Invocation {
  /// Does work that may take long, and says meanwhile how far it has come.
  ///
  /// - Parameters:
  ///   - work: what it is.
  ///   - body: does it; it is given what to tell of its progress.
  /// - Returns: what `body` returned.
  /// - Throws: what `body` throws.
  func showing<Result>(
    _ work: Wording.LongWork, _ body: ((Int, Int) -> Void) throws -> Result
  ) rethrows -> Result {
    let progress = Progress(surroundings, isQuiet: isQuiet)
    defer { progress.end() }
    return try body(progress.report { wording.progress(work, percent: $0) })
  }
}

// MARK: - The document

extension Invocation {
  /// The path of the document that is meant.
  ///
  /// - Throws: `CommandError.noDocument` or `.severalDocuments`, or what the system says.
  func documentPath() throws -> String {
    if let path = arguments.value(.file) ?? surroundings.filled("KARTO_FILE") { return path }
    let folder = surroundings.folder
    let names = try Files.list(folder).filter { $0.hasSuffix(".karto") && !$0.hasPrefix(".") }
    guard let name = names.first else { throw CommandError.noDocument }
    guard names.count == 1 else { throw CommandError.severalDocuments(names) }
    return folder == "." ? name : "\(folder)/\(name)"
  }

  /// Makes sure that a file may be written over, if there is one: it is neither read by this command
  /// nor a base, whatever is answered to questions.
  ///
  /// - Parameters:
  ///   - path: where something is to be written.
  ///   - read: what the command reads besides its base.
  /// - Throws: `CommandError.fileInUse`, or what the system says.
  func demandFree(_ path: String, reading read: [String] = []) throws {
    guard let status = try Files.status(path), status.isRegular else { return }
    for other in read where try Files.status(other)?.isSameFile(as: status) ?? false {
      throw CommandError.fileInUse(path: path)
    }
    if try DocumentFile.isDocument(path) { throw CommandError.fileInUse(path: path) }
  }

  /// Opens the base in order to change it.
  ///
  /// - Parameters:
  ///   - asMember: whether only a device of the base may do so. Packing a copy anyone may.
  ///   - handsBack: whether what is due to come back after an absence comes back first; not where
  ///     others are to be heard before anything is written.
  ///   - tellsAlarms: whether alarms that wait are told of.
  /// - Returns: the base.
  /// - Throws: `DeviceError` or `WorkspaceError.refused` where this machine may not, before anything
  ///   is asked or read.
  func openForWriting(
    asMember: Bool = true, handsBack: Bool = true, tellsAlarms: Bool = true
  ) throws -> Base {
    // From here on an interrupt must not cut a write in two.
    Interrupts.watch()
    let path = try documentPath()
    let base = try showing(.opening) { progress in
      try Base.open(
        path: path, writing: true, device: surroundings.device, clock: surroundings.clock,
        progress: progress)
    }
    report(base.workspace.findings)
    if asMember {
      remindOfSeal(in: base)
      try base.demandAccess()
    }
    if tellsAlarms { try remindOfAlarms(in: base) }
    if asMember, handsBack, !isRehearsal, base.mayHandBack {
      for back in try base.handBackWhatIsDue() { say(wording.handedBack(back.member, back.count)) }
    }
    return base
  }

  /// Opens the base in order to take in what others have signed.
  ///
  /// A machine that was shut out may: it is the only way in which it can learn that it was let in
  /// again. `tellStanding` says afterwards how it stands.
  ///
  /// - Returns: the base.
  /// - Throws: `DeviceError` for a machine that has no key here.
  func openForReceiving() throws -> Base {
    let base = try openForWriting(asMember: false)
    if base.access == .readOnly { try base.demandAccess() }
    return base
  }

  /// Says that this machine is shut out, or that it was before and is not any more.
  ///
  /// - Parameters:
  ///   - base: the base, with what was taken in.
  ///   - wasShutOut: whether it was shut out before.
  func tellStanding(in base: Base, wasShutOut: Bool) {
    if !remindOfSeal(in: base), wasShutOut, base.access != .held(.sealed) {
      say(wording.letInAgain)
    }
  }

  /// Opens the base in order to read it, as it is or as it was at a moment.
  ///
  /// - Parameter tellsAlarms: whether alarms that wait are told of.
  /// - Returns: the base.
  /// - Throws: `DocumentError`, `CommandError`, or what the system says.
  func openForReading(tellsAlarms: Bool = true) throws -> Base {
    let moment = try arguments.value(.at).map { text throws(CommandError) in
      try end(of: text, .at)
    }
    let clock = try arguments.value(.asOf).map { text throws(CommandError) in
      WallClock.fixed(try noon(of: text).epochMillis)
    }
    let path = try documentPath()
    let base = try showing(.opening) { progress in
      try Base.open(
        path: path, writing: false, device: surroundings.device,
        clock: clock ?? moment.map { .fixed($0.epochMillis) } ?? surroundings.clock,
        progress: progress)
    }
    report(base.workspace.findings)
    report(base.access, in: base)
    if tellsAlarms { try remindOfAlarms(in: base) }
    if let moment {
      try showing(.opening) { progress in
        try base.workspace.lookBack(toMillis: moment.epochMillis, progress: progress)
      }
    }
    return base
  }

  private func report(_ findings: Workspace.Findings) {
    if findings.mayShowAll { warn(wording.documentIsDamaged) }
    if findings.tornByteCount > 0 { say(wording.torn(findings.tornByteCount)) }
  }

  private func report(_ access: Access, in base: Base) {
    switch access {
    case .full, .held(.notEntitled): remindOfSeal(in: base)
    case .readOnly: say(wording.readOnlyCopy)
    case .held(.sealed), .held(.stranger):
      if !remindOfSeal(in: base) { say(wording.shutOut) }
    }
  }

  /// Says that this machine is shut out, by whom, since when, and whom to ask.
  ///
  /// - Returns: whether it is.
  @discardableResult
  func remindOfSeal(in base: Base) -> Bool {
    guard let seal = base.ownSeal else {
      remindOfRefusal(in: base)
      return false
    }
    warn(
      wording.shutOut(
        by: base.author(of: seal), at: time(millis: seal.stampMillis, in: base),
        ask: base.seniors(aboveMemberID: base.me?.id ?? "")))
    return true
  }

  /// Says that a peer has called this machine shut out, while the base does not tell of it.
  private func remindOfRefusal(in base: Base) {
    let book = PeerBook(device: surroundings.device, workspace: base.workspace.header.workspace)
    guard let note = book.shutOut, base.access != .held(.sealed),
      note.sealCount == base.ownSealCount
    else { return }
    warn(wording.turnedAway(by: note.peer, at: time(millis: note.atMillis, in: base)))
  }

  /// Noon of the day that counts as today: the same day in every zone that people live in.
  private func noon(of text: String) throws(CommandError) -> Instant {
    Instant(
      date: try day(text, .asOf), millisOfDay: 43_200_000, offsetMinutes: machineOffsetMinutes)
  }

  /// A moment, or the last one of a day.
  private func end(of text: String, _ option: CommandOption) throws(CommandError) -> Instant {
    let offset = machineOffsetMinutes
    let reading = DateReading(today: machineToday)
    if let moment = Instant.parse(text, reading, offsetMinutes: offset) { return moment }
    return Instant(
      date: try day(text, option), millisOfDay: 86_399_999, offsetMinutes: offset)
  }

  private func day(_ text: String, _ option: CommandOption) throws(CommandError) -> CivilDate {
    let today = machineToday
    if let day = CivilDate.relative(text, today: today) { return day }
    if let day = CivilDate.parse(text, DateReading(today: today)) { return day }
    throw .badValue(option: option.spelling, value: text, allowed: [])
  }

  // Read before there is a base, so in the time of the machine.
  private var machineOffsetMinutes: Int {
    let seconds = surroundings.clock.nowMillis() / 1000
    return LocalTime.offsetSeconds(atEpochSeconds: seconds, zone: nil) / 60
  }

  private var machineToday: CivilDate {
    Instant(epochMillis: surroundings.clock.nowMillis()).date(offsetMinutes: machineOffsetMinutes)
  }
}

// MARK: - Words

extension Invocation {
  /// The first operand, and nothing after it.
  ///
  /// - Throws: `CommandError.missingOperand` or `.unexpectedOperand`.
  func onlyOperand(_ operand: CommandError.Operand, of verb: Verb) throws(CommandError) -> String {
    guard let first = arguments.operands.first else {
      throw .missingOperand(operand, of: verb)
    }
    if arguments.operands.count > 1 {
      throw .unexpectedOperand(arguments.operands[1], of: verb)
    }
    return first
  }

  func noOperands(of verb: Verb) throws(CommandError) {
    if let word = arguments.operands.first { throw .unexpectedOperand(word, of: verb) }
  }

  /// Assignments out of words.
  ///
  /// - Throws: `CommandError.notAnAssignment` for a word that is none.
  func changes(
    in words: ArraySlice<String>, of verb: Verb
  ) throws(CommandError) -> [FieldChange] {
    var changes: [FieldChange] = []
    for word in words {
      guard let change = FieldChange(argument: word) else {
        throw .notAnAssignment(word, of: verb)
      }
      changes.append(change)
    }
    return changes
  }

  /// Words before the first assignment as one text, and the assignments after it.
  func textAndChanges(
    in words: ArraySlice<String>, of verb: Verb
  ) throws(CommandError) -> (text: String, changes: [FieldChange]) {
    let end = words.firstIndex { FieldChange(argument: $0) != nil } ?? words.endIndex
    return (words[..<end].joined(separator: " "), try changes(in: words[end...], of: verb))
  }

  /// The changes that options stand for: `--amount 500` is `amount=500`.
  func changes(_ options: (CommandOption, field: String)...) -> [FieldChange] {
    options.compactMap { option, field in
      arguments.value(option).map { FieldChange(field, .set, $0) }
    }
  }
}
