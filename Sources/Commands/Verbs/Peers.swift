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
    let rows = base.currentDevices.map { Row(device: $0, entry: entries[$0.standing.replica]) }
    let onlyHere = onlyHere(rows, in: base)
    if invocation.isJSON {
      for row in rows { invocation.print(json: object(row, onlyHere, in: base)) }
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

    /// Whether changes that this device holds are safe with it.
    var isKeeper: Bool {
      switch device.standing.held {
      case nil, .notEntitled: !device.isThis
      case .sealed, .stranger: false
      }
    }

    /// Up to which commit of a replica the device holds what there is, as far as is known.
    func holds(_ replica: ReplicaID, base: UInt32) -> UInt32 {
      max(device.standing.seen[replica], entry?.holds[replica] ?? 0, base)
    }
  }

  private static func lacks(_ row: Row, in base: Base) -> Int {
    base.workspace.state.replicas.reduce(0) { sum, replica in
      sum + Int(replica.count) - Int(min(row.holds(replica.id, base: replica.base), replica.count))
    }
  }

  /// How many commits no other device is known to hold.
  private static func onlyHere(_ rows: [Row], in base: Base) -> Int {
    let keepers = rows.filter(\.isKeeper)
    return base.workspace.state.replicas.reduce(0) { sum, replica in
      // What another device wrote itself, it holds.
      let known = keepers.map { $0.holds(replica.id, base: 0) }.max() ?? 0
      return sum + Int(replica.count) - Int(min(known, replica.count))
    }
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
        device.isThis ? "" : wording.lacks(lacks(row, in: base)),
        wording.standing(device.standing.held, isThis: device.isThis),
      ])
    }
    invocation.print(table)
    invocation.print(wording.onlyHere(onlyHere))
  }

  private static func object(_ row: Row, _ onlyHere: Int, in base: Base) -> JSONObject {
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
      object.put("lacks", lacks(row, in: base))
    }
    return object
  }
}
