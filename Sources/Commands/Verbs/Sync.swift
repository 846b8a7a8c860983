import CRM
import Platform
import Replication
import Syncing
import Wording

/// `karto sync`: exchanges changes with other machines, or with others through a folder.
enum SyncCommand {
  static let command = Command(options: [.watch, .lan], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let words = invocation.arguments.operands
    if invocation.arguments.has(.lan) {
      return try MachineSync.run(with: words, invocation)
    }
    guard let first = words.first else { throw CommandError.missingOperand(.partner, of: .sync) }
    guard isFolder(first) else { return try MachineSync.run(with: words, invocation) }
    if words.count > 1 { throw CommandError.unexpectedOperand(words[1], of: .sync) }
    if !first.contains("/"), first != ".", first != ".." {
      invocation.say(invocation.wording.takenForFolder(first))
    }
    return try FolderSync.run(with: first, invocation)
  }

  /// Whether a word means a folder: it is one, or is written as one.
  ///
  /// All else is a machine.
  private static func isFolder(_ word: String) -> Bool {
    word.contains("/") || word == "." || word == ".."
      || ((try? Files.status(word)) ?? nil)?.isFolder ?? false
  }
}

/// `karto sync FOLDER`.
enum FolderSync {
  /// How long to wait between two looks at a folder.
  private static let pauseMillis = 1000

  static func run(with path: String, _ invocation: Invocation) throws -> ExitCode {
    let base = try invocation.openForReceiving()
    var isShutOut = base.ownSeal != nil
    let carrier = try FolderCarrier(
      path: path, workspace: base.workspace, device: invocation.surroundings.device)
    if try Files.realPath(base.workspace.path).hasPrefix(Files.realPath(carrier.path) + "/") {
      invocation.warn(invocation.wording.baseInFolder(base.workspace.path, path))
    }
    let alarms = AlarmWatch(base, invocation)
    var waiting = base.undecidedCount
    var report = try carrier.round()
    show(report, invocation)
    invocation.remindOfHeld(in: base, besides: waiting)
    invocation.tellStanding(in: base, wasShutOut: isShutOut)
    isShutOut = base.ownSeal != nil
    try alarms.tell()
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
      if isShutOut != (base.ownSeal != nil) {
        invocation.tellStanding(in: base, wasShutOut: isShutOut)
        isShutOut.toggle()
      }
      if report.received > 0 { try alarms.tell() }
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
    if report.held > 0 {
      invocation.warn(wording.mergeHeld(report.held, report.heldReasons))
    }
    invocation.print(wording.synced(received: report.received, published: report.published))
  }
}
