import CRM
import Documents
import Replication
import Wording

/// `karto merge`: takes in what another copy of the base has.
enum MergeCommand {
  static let command = Command(options: [.dryRun], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let path = try invocation.onlyOperand(.path, of: .merge)
    let base = try invocation.openForReceiving()
    let wasShutOut = base.ownSeal != nil
    let wording = invocation.wording
    let waiting = base.undecidedCount
    let progress = Progress(invocation.surroundings, isQuiet: invocation.isQuiet)
    progress.tick(wording.comparing(path))
    let preview = try base.previewMerge(with: path)
    progress.end()
    // Adopting another base is a change of one's own.
    if preview.isOther { try base.demandAccess() }
    if !invocation.isJSON { sayPreview(preview, in: base, invocation) }
    if preview.commitCount > 0, !invocation.isRehearsal {
      try invocation.confirm(
        preview.isOther
          ? wording.adoptQuestion
          : preview.alarms.isEmpty ? wording.mergeQuestion : wording.alarmQuestion, for: .merge)
      progress.tick(wording.joining(preview.commitCount))
      _ = try base.merge(with: path, as: preview)
      progress.end()
      try invocation.remindOfAlarms(in: base)
      if preview.isOther {
        for member in base.namesakesOfAdopted { invocation.tellRecords(naming: member, in: base) }
      }
    }
    if invocation.isJSON {
      invocation.print(json: object(preview, in: base, invocation))
    } else {
      invocation.print(
        wording.merged(preview, isRehearsal: invocation.isRehearsal))
      if preview.commitCount > 0, !invocation.isRehearsal { invocation.say(wording.mergeHint) }
      invocation.remindOfHeld(in: base, besides: waiting)
    }
    invocation.tellStanding(in: base, wasShutOut: wasShutOut)
    return .done
  }

  private static func sayPreview(
    _ preview: MergePreview, in base: Base, _ invocation: Invocation
  ) {
    let wording = invocation.wording
    if let origin = preview.origin {
      invocation.say(wording.otherBase(origin.name, isKnown: preview.isKnown))
      if !preview.isKnown { invocation.say(wording.adopting) }
    }
    for type in MergePreview.countedTypes {
      guard let counts = preview.counts[type], let entity = Schema.entity(key: type) else {
        continue
      }
      invocation.say(wording.mergeCounts(counts, of: entity))
    }
    for author in preview.authors {
      invocation.say(
        wording.mergeAuthor(
          author.name.isEmpty ? nil : author.name, commits: author.commitCount,
          from: invocation.time(millis: author.millis.lowerBound, in: base),
          to: invocation.time(millis: author.millis.upperBound, in: base)))
    }
    if preview.conflictCount > 0 { invocation.say(wording.mergeConflicts(preview.conflictCount)) }
    if preview.duplicateCount > 0 {
      invocation.say(wording.mergeDuplicates(preview.duplicateCount))
    }
    if preview.vanishedCount > 0 {
      invocation.warn(wording.mergeVanished(preview.vanishedCount, preview.vanishedNames))
    }
    if preview.heldCount > 0 {
      invocation.warn(wording.mergeHeld(preview.heldCount, preview.heldReasons))
    }
    let alarms = AlarmPrinter(invocation, base)
    for line in preview.alarms.flatMap(alarms.ahead) { invocation.warn(line) }
    for dot in preview.refused { invocation.warn(wording.mergeRefused(dot.text)) }
    for dot in preview.waiting { invocation.warn(wording.mergeWaiting(dot.text)) }
  }

  private static func object(
    _ preview: MergePreview, in base: Base, _ invocation: Invocation
  ) -> JSONObject {
    let total = preview.total
    var object = JSONObject()
    if let origin = preview.origin {
      var adopts = JSONObject()
      adopts.put("workspace", origin.workspace.text)
      adopts.put("name", origin.name)
      object.put("adopts", adopts)
    }
    object.put("commits", preview.commitCount)
    object.put("created", total.created)
    object.put("changed", total.changed)
    object.put("deleted", total.deleted)
    object.put("conflicts", preview.conflictCount)
    object.put("duplicates", preview.duplicateCount)
    object.put("held", preview.heldCount)
    object.put("vanished", preview.vanishedCount)
    object.put("refused", preview.refused.map(\.text))
    object.put("waiting", preview.waiting.map(\.text))
    let alarms = AlarmPrinter(invocation, base)
    object.put("alarms", preview.alarms.map { alarms.object($0, isAnswered: false) })
    object.put(
      "types",
      preview.counts.sorted { $0.key < $1.key }.map { type, counts in
        var each = JSONObject()
        each.put("type", type)
        each.put("created", counts.created)
        each.put("changed", counts.changed)
        each.put("deleted", counts.deleted)
        return each
      })
    object.put(
      "authors",
      preview.authors.map { author in
        var each = JSONObject()
        each.put("by", author.name)
        each.put("device", author.replica.text)
        each.put("commits", author.commitCount)
        each.put("from", Timestamp.text(author.millis.lowerBound))
        each.put("to", Timestamp.text(author.millis.upperBound))
        return each
      })
    return object
  }
}
