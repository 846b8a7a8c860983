import CRM
import Documents
import Exchange
import Platform
import Wording

/// `karto import`: reads a table.
enum ImportCommand {
  static let command = Command(
    options: [
      .type, .preset, .map, .duplicates, .encoding, .separator, .rejected, .dryRun,
    ], run: run)

  /// How wide the preview is where no terminal says so.
  private static let previewWidth = 100
  /// How much of a cell is enough to know it again.
  private static let sampleWidth = 32
  /// How many kinds of warnings and of rejected rows are told.
  private static let toldWarnings = 10
  private static let toldRows = 20

  /// A table is read whole; larger files are split by whoever made them.
  private static let byteLimit = 1 << 30

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let path = try invocation.onlyOperand(.path, of: .import)
    let options = try options(invocation, path: path)
    // Before anything is written.
    if let rejected = invocation.arguments.value(.rejected) {
      try invocation.demandFree(rejected, reading: [path])
      if try Files.status(rejected) != nil, !invocation.arguments.has(.yes) {
        throw CommandError.fileExists(path: rejected)
      }
    }
    let bytes =
      path == "-"
      ? try invocation.surroundings.input.readAll(byteLimit)
      : try Files.readAll(path, limit: byteLimit)
    let base = try invocation.openForWriting()
    let progress = Progress(invocation.surroundings, isQuiet: invocation.isQuiet)
    progress.tick(invocation.wording.reading(path))
    let plan = try ImportPlan.prepare(bytes, options: options, base: base)
    progress.end()
    if !invocation.isJSON { sayPlan(plan.preview, invocation) }
    let hasRules = !base.assignmentRules.isEmpty
    progress.tick(invocation.wording.writing(rows: plan.preview.counts.rows))
    let report = try plan.apply(to: base, isRehearsal: invocation.isRehearsal)
    progress.end()
    let rejectedPath = try save(plan, path: path, invocation)
    if invocation.isJSON {
      printJSON(report, rejectedPath, invocation)
    } else {
      printText(report, rejectedPath, invocation)
    }
    // Asking for the state at once costs what the next command would pay, so only where it matters.
    if hasRules, !invocation.isRehearsal { invocation.remindOfRules(in: base) }
    return .done
  }

  private static func options(_ invocation: Invocation, path: String) throws -> ImportOptions {
    let arguments = invocation.arguments
    func bad(_ option: CommandOption, _ allowed: [String] = []) -> CommandError {
      .badValue(
        option: option.spelling, value: arguments.value(option) ?? "", allowed: allowed)
    }
    var options = ImportOptions()
    if let word = arguments.value(.type) {
      guard let entity = Schema.entity(named: word) else {
        throw CommandError.unknownType(
          word,
          suggestions: invocation.closest(
            to: word, among: [Schema.client, Schema.deal, Schema.activity].map(\.key)))
      }
      options.type = entity.key
    }
    options.overrides = try arguments.all(.map).map { text throws(MappingError) in
      try MappingOverride(text)
    }
    if let name = arguments.value(.preset) {
      guard let preset = PresetName(rawValue: name) else {
        throw bad(.preset, PresetName.allCases.map(\.rawValue))
      }
      options.preset = preset
    }
    if let name = arguments.value(.duplicates) {
      guard let mode = DuplicateMode(rawValue: name) else { throw bad(.duplicates) }
      options.duplicates = mode
    }
    if let name = arguments.value(.encoding) {
      guard let encoding = TextEncoding(named: name) else {
        throw bad(.encoding, TextEncoding.allCases.map(\.name))
      }
      options.encoding = encoding
    }
    if let text = arguments.value(.separator) {
      guard let separator = separator(text) else { throw bad(.separator, [";", ",", "tab", "|"]) }
      options.separator = separator
    }
    options.fileName = lastComponent(of: path)
    return options
  }

  private static func separator(_ text: String) -> UInt8? {
    switch text {
    case "tab", "\\t", "\t": 0x09
    default: text.utf8.count == 1 && text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.first : nil
    }
  }

  private static func name(ofSeparator byte: UInt8) -> String {
    byte == 0x09 ? "tab" : String(Character(Unicode.Scalar(byte)))
  }

  private static func lastComponent(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// Says how the file was understood, before anything is written.
  private static func sayPlan(_ preview: ImportPreview, _ invocation: Invocation) {
    let wording = invocation.wording
    invocation.say(
      wording.understood(
        type: preview.type, encoding: preview.encoding.name,
        separator: name(ofSeparator: preview.separator), preset: preview.preset?.rawValue,
        rows: preview.counts.rows))
    var table = Table([
      Table.Column(title: wording.columnTitle), Table.Column(title: wording.fieldTitle),
      Table.Column(title: wording.sampleTitle),
    ])
    for column in preview.columns {
      table.row([
        column.address, target(of: column, type: preview.type, wording),
        column.samples.map { DisplayWidth.cut(DisplayWidth.oneLine($0), to: sampleWidth) }
          .joined(separator: " · "),
      ])
    }
    let width = invocation.surroundings.output.width ?? previewWidth
    for line in table.lines(width: width, isStyled: false) { invocation.say(line) }
  }

  private static func target(
    of column: ColumnMapping, type: String, _ wording: Wording
  ) -> String {
    guard let target = column.target else { return wording.skippedColumn }
    let mark = column.confidence <= .similar ? " ?" : ""
    return "\(wording.fieldLabel(target.key, of: type))\(mark)"
  }

  /// Writes the rejected rows as they were; nil if there are none.
  private static func save(
    _ plan: ImportPlan, path: String, _ invocation: Invocation
  ) throws -> String? {
    guard !plan.preview.rejected.isEmpty, !invocation.isRehearsal else { return nil }
    let stated = invocation.arguments.value(.rejected)
    guard let target = stated ?? (path == "-" ? nil : "\(path).rejected.csv") else { return nil }
    try Files.replace(target) { try $0.write(plan.rejectedFile()) }
    return target
  }

  private static func printText(
    _ report: ImportReport, _ rejectedPath: String?, _ invocation: Invocation
  ) {
    let wording = invocation.wording
    let counts = report.preview.counts
    invocation.print(
      wording.imported(
        created: counts.created, changed: counts.changed, unchanged: counts.unchanged,
        duplicates: counts.duplicates, rejected: counts.rejected,
        isRehearsal: invocation.isRehearsal))
    if counts.trashed > 0 { invocation.say(wording.rowsInTrash(counts.trashed)) }
    if counts.kept > 0 { invocation.say(wording.valuesKept(counts.kept)) }
    if counts.repeated > 0 { invocation.say(wording.rowsRepeated(counts.repeated)) }
    if counts.createdClients > 0 { invocation.say(wording.createdClients(counts.createdClients)) }
    for row in report.preview.rejected.prefix(toldRows) {
      invocation.say(wording.rejectedRow(line: row.line, reason: wording.rowReason(row.reason)))
    }
    if report.preview.rejected.count > toldRows {
      invocation.say(wording.andMore(report.preview.rejected.count - toldRows))
    }
    let told = report.preview.warnings.prefix(toldWarnings)
    for warning in told {
      let text = DisplayWidth.cut(DisplayWidth.oneLine(warning.text), to: sampleWidth)
      invocation.warn(wording.cellWarning(warning, text: text))
    }
    let rest = report.preview.warningCount - told.reduce(0) { $0 + $1.count }
    if rest > 0 { invocation.say(wording.andMore(rest)) }
    if let rejectedPath { invocation.say(wording.rejectedFile(rejectedPath)) }
    if invocation.isRehearsal { invocation.say(wording.rehearsal) }
    if let number = report.commits.first.flatMap(Dot.init)?.number {
      invocation.say(wording.undoImport(Int(number)))
    }
  }

  private static func printJSON(
    _ report: ImportReport, _ rejectedPath: String?, _ invocation: Invocation
  ) {
    let preview = report.preview
    let counts = preview.counts
    let wording = invocation.wording
    var object = JSONObject()
    object.put("created", counts.created)
    object.put("changed", counts.changed)
    object.put("unchanged", counts.unchanged)
    if counts.trashed > 0 { object.put("in_trash", counts.trashed) }
    if counts.kept > 0 { object.put("kept", counts.kept) }
    object.put("duplicates", counts.duplicates)
    object.put("skipped", counts.skipped)
    object.put("repeated", counts.repeated)
    object.put("rows", counts.rows)
    object.put("created_clients", counts.createdClients)
    object.put(
      "rejected",
      report.preview.rejected.map { row in
        var object = JSONObject()
        object.put("line", row.line)
        object.put("reason", wording.rowReason(row.reason))
        return object
      })
    object.put("encoding", report.preview.encoding.name)
    object.put("separator", name(ofSeparator: report.preview.separator))
    object.put("type", preview.type)
    object.put("preset", preview.preset?.rawValue)
    object.put(
      "columns",
      preview.columns.map { column in
        var object = JSONObject()
        object.put("column", column.address)
        object.put("field", column.target?.description)
        return object
      })
    object.put(
      "warnings",
      report.preview.warnings.map { warning in
        var object = JSONObject()
        object.put("line", warning.line)
        let lines = warning.lines.map { "\($0)" }.joined(separator: ",")
        object.put("lines", raw: Array("[\(lines)]".utf8))
        object.put("count", warning.count)
        object.put("column", warning.column)
        object.put("text", warning.text)
        object.put("message", wording.cellWarning(warning))
        return object
      })
    object.put("warning_count", report.preview.warningCount)
    object.put("rejected_file", rejectedPath)
    object.put("commits", report.commits)
    if let number = report.commits.first.flatMap(Dot.init)?.number {
      object.put("import", Int(number))
    }
    invocation.print(json: object)
  }
}
