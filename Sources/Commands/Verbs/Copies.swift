import CRM
import Documents
import Replication
import Syncing
import Wording

/// `karto copies`: where the base lies, how stale each copy is, and what exists here only.
enum CopiesCommand {
  static let command = Command(run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    try invocation.noOperands(of: .copies)
    let base = try invocation.openForReading()
    let book = PeerBook(
      device: invocation.surroundings.device, workspace: base.workspace.header.workspace)
    let report = base.copyReport(met: book.copyNotes)
    if invocation.isJSON {
      for copy in report.copies { invocation.print(json: object(copy, of: report.commitCount)) }
      invocation.print(json: object(report))
      return .done
    }
    let wording = invocation.wording
    var table = Table(wording.copyTitles.map { Table.Column(title: $0) })
    for copy in report.copies {
      let (name, owner) = names(of: copy, wording)
      table.row([
        name, owner, wording.holds(copy.heldCount, of: report.commitCount),
        copy.isHere ? "" : invocation.time(millis: copy.asOfMillis, in: base),
        state(of: copy, wording),
      ])
    }
    invocation.print(table)
    if report.isAlone {
      invocation.warn(wording.baseIsAlone)
    } else if report.soleCount > 0 {
      for sole in report.sole {
        invocation.print(
          wording.onlyHere(
            sole.commitCount, author: sole.author.isEmpty ? wording.unknownAuthor : sole.author,
            since: invocation.time(millis: sole.sinceMillis, in: base)))
      }
      invocation.say(wording.onlyHereHint)
    } else {
      invocation.say(wording.nothingOnlyHere)
    }
    return .done
  }

  private static func names(
    of copy: BaseCopy, _ wording: Wording
  ) -> (name: String, owner: String) {
    switch copy.place {
    case .device(let device):
      (device.title, device.memberName.isEmpty ? wording.unknownAuthor : device.memberName)
    case .folder(let path): (wording.folder(path), "")
    }
  }

  private static func state(of copy: BaseCopy, _ wording: Wording) -> String {
    let standing: String =
      if case .device(let device) = copy.place {
        wording.standing(device.standing.held, isThis: device.isThis)
      } else {
        ""
      }
    let ahead = copy.aheadCount > 0 ? wording.ahead(copy.aheadCount) : ""
    return wording.list([standing, ahead].filter { !$0.isEmpty })
  }

  private static func object(_ copy: BaseCopy, of total: Int) -> JSONObject {
    var object = JSONObject()
    object.put("type", "copy")
    switch copy.place {
    case .device(let device):
      object.put("kind", "device")
      object.put("id", device.standing.replica.text)
      object.put("name", device.name)
      object.put("member", device.memberName.isEmpty ? nil : device.memberName)
    case .folder(let path):
      object.put("kind", "folder")
      object.put("path", path)
    }
    object.put("this", copy.isHere)
    object.put("spare", copy.isSpare)
    object.put("holds", copy.heldCount)
    object.put("of", total)
    object.put("missing", copy.missingCount)
    object.put("ahead", copy.aheadCount)
    object.put("as_of", Timestamp.text(copy.asOfMillis))
    return object
  }

  private static func object(_ report: CopyReport) -> JSONObject {
    var object = JSONObject()
    object.put("type", "summary")
    object.put("commits", report.commitCount)
    object.put("copies", report.copies.count)
    object.put("only_here", report.soleCount)
    object.put(
      "only_here_by",
      report.sole.map { sole in
        var each = JSONObject()
        each.put("by", sole.author.isEmpty ? nil : sole.author)
        each.put("commits", sole.commitCount)
        each.put("since", Timestamp.text(sole.sinceMillis))
        return each
      })
    object.put("alone", report.isAlone)
    return object
  }
}
