import CRM
import Platform
import Wording

/// `karto apply`: makes changes that a program wrote.
enum ApplyCommand {
  static let command = Command(options: [.dryRun], run: run)

  private static let byteLimit = 1 << 30

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let path = try invocation.onlyOperand(.path, of: .apply)
    let bytes =
      path == "-"
      ? try invocation.surroundings.input.readAll(byteLimit)
      : try Files.readAll(path, limit: byteLimit)
    let base = try invocation.openForWriting()
    let written = try base.apply(bytes, isRehearsal: invocation.isRehearsal)
    invocation.report(warnings: written.warnings)
    func count(_ kind: Written.Outcome.Kind) -> Int { written.records.count { $0.kind == kind } }
    // The stage events that deals bring along are not what the lines were about.
    let created = written.records
      .filter { $0.kind == .created && $0.type != Schema.stageEvent.key }.map(\.id)
    if invocation.isJSON {
      var object = JSONObject()
      object.put("created", created)
      object.put("changed", count(.changed))
      object.put("deleted", count(.deleted))
      object.put("restored", count(.restored))
      object.put("unchanged", count(.unchanged))
      object.put("commits", written.commits)
      object.put("warnings", written.warnings.map(invocation.object))
      invocation.print(json: object)
    } else {
      if !invocation.isRehearsal {
        invocation.print(lines: created.map { invocation.id($0, in: base) })
      }
      invocation.say(
        invocation.wording.batch(
          created: created.count, changed: count(.changed) + count(.restored),
          deleted: count(.deleted), isRehearsal: invocation.isRehearsal))
    }
    return .done
  }
}
