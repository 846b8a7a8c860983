import CRM
import Documents
import Replication
import Syncing
import Wording

/// `karto peers`: which devices were met, what they lack, and what exists only here.
enum PeersCommand {
  static let command = Command(run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    try invocation.noOperands(of: .peers)
    let base = try invocation.openForReading()
    let book = PeerBook(
      device: invocation.surroundings.device, workspace: base.workspace.header.workspace)
    let entries = Dictionary(
      book.entries.map { ($0.replica, $0) }, uniquingKeysWith: { first, _ in first })
    // What folders have shown counts as well as what was said in sessions.
    let report = base.copyReport(met: book.copyNotes)
    let onlyHere = report.soleCount
    let rows = base.currentDevices.map { device in
      let replica = device.standing.replica
      return Row(
        device: device, entry: entries[replica], lacks: report.missingCount(on: replica))
    }
    if invocation.isJSON {
      for row in rows { invocation.print(json: object(row, onlyHere)) }
    } else if invocation.isQuiet {
      for row in rows { invocation.print(row.device.standing.replica.text) }
    } else {
      print(rows, onlyHere, in: base, invocation)
    }
    return .done
  }

  /// A device and what is remembered of it.
  private struct Row {
    let device: Device
    let entry: PeerBook.Entry?
    /// How many commits that are here it is not known to hold; nothing of a stranger's.
    let lacks: Int?
  }

  private static func print(
    _ rows: [Row], _ onlyHere: Int, in base: Base, _ invocation: Invocation
  ) {
    let wording = invocation.wording
    var table = Table(wording.peerTitles.map { Table.Column(title: $0) })
    for row in rows {
      let device = row.device
      let met = row.entry.map { invocation.time(millis: $0.metMillis, in: base) }
      table.row([
        device.name.isEmpty ? device.standing.replica.text : device.name,
        device.memberName.isEmpty ? wording.unknownAuthor : device.memberName,
        device.isThis ? "" : met ?? wording.neverMet, row.entry?.address ?? "",
        device.isThis ? "" : row.lacks.map(wording.lacks) ?? "",
        wording.standing(device.standing.held, isThis: device.isThis),
      ])
    }
    invocation.print(table)
    invocation.print(wording.onlyHere(onlyHere))
  }

  private static func object(_ row: Row, _ onlyHere: Int) -> JSONObject {
    let device = row.device
    var object = JSONObject()
    object.put("id", device.standing.replica.text)
    object.put("name", device.name)
    object.put("member", device.memberName.isEmpty ? nil : device.memberName)
    object.put("this", device.isThis)
    object.put("state", DevicesCommand.state(device.standing.held))
    if device.isThis {
      object.put("only_here", onlyHere)
    } else {
      object.put("met", row.entry.map { Timestamp.text($0.metMillis) })
      object.put("address", row.entry?.address)
      if let lacks = row.lacks { object.put("lacks", lacks) }
    }
    return object
  }
}
