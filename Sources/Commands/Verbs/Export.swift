import CRM
import Exchange
import Platform
import Replication
import Wording

/// `karto export`: writes the base out.
enum ExportCommand {
  static let command = Command(
    options: [.type, .output, .columns, .segment, .format, .asOf, .at], takesFilter: true,
    run: run)

  private static let formats = ["jsonl", "csv", "excel", "tsv", "sql"]

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let arguments = invocation.arguments
    let format = arguments.value(.format) ?? "jsonl"
    guard formats.contains(format) || format == "json" else {
      throw CommandError.badValue(
        option: CommandOption.format.spelling, value: format, allowed: formats)
    }
    if ["jsonl", "json", "sql"].contains(format) { try refuseSelection(format, invocation) }
    let ending = arguments.value(.output)?.split(separator: ".").last?.lowercased() ?? ""
    if ["xlsx", "xls", "ods"].contains(ending), let path = arguments.value(.output) {
      throw CommandError.namedLikeSpreadsheet(path: path)
    }
    let base = try invocation.openForReading()
    if let path = arguments.value(.output) { try invocation.demandFree(path) }
    guard let path = arguments.value(.output), path != "-" else {
      let output = invocation.surroundings.output
      let counts = try write(format, base, invocation) { output.write($0) }
      try output.flush()
      if !format.hasPrefix("json") { note(counts, format, invocation) }
      sayRefusals(counts, invocation)
      return .done
    }
    if try Files.status(path) != nil {
      try confirmReplacing(path, invocation)
    }
    var counts = TableCounts()
    let progress = Progress(invocation.surroundings, isQuiet: invocation.isQuiet)
    try Files.replace(path) { file in
      counts = try write(format, base, invocation) { bytes in
        try file.write(bytes)
        progress.tick(invocation.wording.written(bytes: file.count))
      }
    }
    progress.end()
    note(counts, format, invocation)
    if invocation.isJSON {
      var object = JSONObject()
      object.put("path", path)
      object.put("format", format)
      object.put("records", counts.written)
      object.put("left_out", counts.leftOut)
      object.put("withheld", counts.withheld)
      invocation.print(json: object)
    } else {
      invocation.say(invocation.wording.exported(counts.written, path: path))
      sayRefusals(counts, invocation)
    }
    return .done
  }

  /// Enters an export into the journal, so that a hand-over can tell of it.
  ///
  /// Not JSON lines that are only printed: by these two copies show that they know the same, which
  /// showing must not change.
  private static func note(
    _ counts: TableCounts, _ format: String, _ invocation: Invocation
  ) {
    guard !invocation.isRehearsal else { return }
    let arguments = invocation.arguments
    var filter = arguments.operands.joined(separator: " ")
    if let segment = arguments.value(.segment) { filter = "segment:\(segment) \(filter)" }
    if let type = arguments.value(.type) { filter = "\(type) \(filter)" }
    do {
      let base = try Base.open(
        path: try invocation.documentPath(), writing: true,
        device: invocation.surroundings.device, clock: invocation.surroundings.clock)
      // Who only reads cannot write this either.
      guard base.mayKeepJournal else { return }
      try base.noteExport(
        format: format, filter: Trimming.trimmed(filter), count: counts.written,
        leftOut: counts.leftOut)
    } catch {
      invocation.warn(invocation.wording.exportNotNoted)
    }
  }

  /// The whole base cannot be cut down to a list.
  private static func refuseSelection(
    _ format: String, _ invocation: Invocation
  ) throws(CommandError) {
    if let word = invocation.arguments.operands.first {
      throw .unexpectedOperand(word, of: .export)
    }
    let useless: [CommandOption] =
      format == "sql" ? [.columns, .segment, .type] : [.columns, .segment]
    for option in useless where invocation.arguments.has(option) {
      throw .uselessBeside(
        option: option.spelling, other: "\(CommandOption.format.spelling)=\(format)")
    }
  }

  /// Says whom a list lacks, since they want no contact.
  private static func sayRefusals(_ counts: TableCounts, _ invocation: Invocation) {
    guard counts.leftOut + counts.withheld > 0 else { return }
    invocation.say(
      invocation.wording.refusals(leftOut: counts.leftOut, withheld: counts.withheld))
  }

  private static func confirmReplacing(_ path: String, _ invocation: Invocation) throws {
    do {
      try invocation.confirm(invocation.wording.replaceQuestion(path), for: .export)
    } catch CommandError.needsYes {
      throw CommandError.fileExists(path: path)
    }
  }

  /// Writes one form of the base; answers how many records it holds and lacks.
  private static func write(
    _ format: String, _ base: Base, _ invocation: Invocation,
    to sink: ([UInt8]) throws -> Void
  ) throws -> TableCounts {
    switch format {
    case "csv": return try table(.csv, base, invocation, to: sink)
    case "excel": return try table(.excelRU, base, invocation, to: sink)
    case "tsv": return try table(.tsv, base, invocation, to: sink)
    case "sql":
      try BaseExport.sql(base, sink)
      return TableCounts(written: base.state.recordCount)
    default: return TableCounts(written: try lines(base, invocation, to: sink))
    }
  }

  private static func table(
    _ profile: TableProfile, _ base: Base, _ invocation: Invocation,
    to sink: ([UInt8]) throws -> Void
  ) throws -> TableCounts {
    let arguments = invocation.arguments
    let entity = try base.entity(arguments.value(.type) ?? Schema.client.key)
    var filter = try base.filter(arguments.operands, entity: entity)
    if let name = arguments.value(.segment) {
      let segment = try invocation.segment(name, in: base)
      filter = try base.filter(text: "\(segment.filter) \(filter)", entity: entity)
    }
    let columns = try arguments.value(.columns)?.split(separator: ",").map {
      name throws(EntryError) in try base.field(String(name), of: entity)
    }
    return try BaseExport.table(
      base, entity: entity, profile: profile, filter: filter, columns: columns,
      language: invocation.language, sink)
  }

  /// The canonical export: everything, or every record of one kind.
  private static func lines(
    _ base: Base, _ invocation: Invocation, to sink: ([UInt8]) throws -> Void
  ) throws -> Int {
    let entity = try invocation.arguments.value(.type).map { word throws(EntryError) in
      try base.entity(word)
    }
    guard let entity else {
      try Replication.Export.write(base.state, sink)
      return base.state.recordCount
    }
    // Every line begins so (SPEC §9.2), which is cheaper to ask than to parse it.
    let start = Array("{\"type\":\"\(entity.key)\",".utf8)
    var count = 0
    try Replication.Export.write(base.state) { bytes in
      var kept: [UInt8] = []
      for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: start) {
        kept += line
        kept.append(UInt8(ascii: "\n"))
        count += 1
      }
      try sink(kept)
    }
    return count
  }
}
