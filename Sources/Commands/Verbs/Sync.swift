import CRM
import Platform
import Replication
import Syncing
import Wording

/// `karto sync`: exchanges changes with others through a folder.
enum SyncCommand {
  static let command = Command(options: [.watch], run: run)

  /// How long to wait between two looks at a folder.
  private static let pauseMillis = 1000

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let path = try invocation.onlyOperand(.folder, of: .sync)
    let base = try invocation.openForWriting()
    let carrier = try FolderCarrier(
      path: path, workspace: base.workspace, device: invocation.surroundings.device)
    var waiting = base.undecidedCount
    var report = try carrier.round()
    show(report, invocation)
    invocation.remindOfHeld(in: base, besides: waiting)
    guard invocation.arguments.has(.watch) else { return report.held > 0 ? .conflict : .done }
    invocation.say(invocation.wording.watching(path))
    while !Interrupts.requested {
      Interrupts.pause(millis: pauseMillis)
      guard !Interrupts.requested else { break }
      try base.workspace.refresh()
      waiting = base.undecidedCount
      report = try carrier.round()
      if !report.isQuiet { show(report, invocation) }
      invocation.remindOfHeld(in: base, besides: waiting)
    }
    return .done
  }

  private static func show(_ report: FolderReport, _ invocation: Invocation) {
    let wording = invocation.wording
    if invocation.isJSON {
      var object = JSONObject()
      object.put("received", report.received)
      object.put("published", report.published)
      object.put("held", report.held)
      object.put(
        "problems",
        report.problems.map { problem in
          var each = JSONObject()
          each.put("path", problem.path)
          each.put("kind", problem.kind.rawValue)
          each.put("message", wording.folderProblem(problem))
          return each
        })
      invocation.print(json: object)
      return
    }
    for problem in report.problems { invocation.warn(wording.folderProblem(problem)) }
    if report.held > 0 { invocation.warn(wording.mergeHeld(report.held)) }
    invocation.print(wording.synced(received: report.received, published: report.published))
  }
}
