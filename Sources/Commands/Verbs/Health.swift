import Bytes
import CRM
import Documents
import Platform
import Replication
import Sealing
import Wording

/// `karto check`: looks for damage.
enum CheckCommand {
  static let command = Command(run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    try invocation.noOperands(of: .check)
    let path = try invocation.documentPath()
    let report = try invocation.showing(.checking) { try Check.run(path: path, progress: $0) }
    let wording = invocation.wording
    if invocation.isJSON {
      invocation.print(json: object(report, wording))
    } else if report.isSound {
      invocation.print(wording.sound(report))
      for loss in report.losses { invocation.print(wording.lost(loss)) }
      if report.tornByteCount > 0 { invocation.say(wording.torn(report.tornByteCount)) }
    } else {
      for problem in report.problems {
        invocation.print(DisplayWidth.oneLine(wording.problem(problem)))
      }
      invocation.say(wording.repairAdvice)
    }
    return report.isSound ? .done : .damaged
  }

  private static func object(_ report: CheckReport, _ wording: Wording) -> JSONObject {
    var object = JSONObject()
    object.put("sound", report.isSound)
    object.put("bytes", report.byteCount)
    object.put("torn_bytes", report.tornByteCount)
    object.put("members", report.memberCount)
    object.put("commits", report.commitCount)
    object.put("lines", report.lineCount)
    object.put("signatures", report.signatureCount)
    object.put("forked", report.forked.map(\.text))
    object.put("lost", report.losses.map(\.object))
    object.put(
      "problems",
      report.problems.map { problem in
        var object = JSONObject()
        object.put("kind", Self.key(problem.kind))
        if let offset = problem.byteOffset { object.put("byte", offset) }
        object.put("dot", problem.dot?.text)
        object.put("records", problem.records)
        object.put("message", wording.problem(problem))
        return object
      })
    return object
  }

  private static func key(_ kind: CheckProblem.Kind) -> String {
    switch kind {
    case .damage: "damage"
    case .member: "member"
    case .mislabelled: "mislabelled"
    case .missing: "missing"
    case .signature: "signature"
    case .unsigned: "unsigned"
    case .sighting: "sighting"
    case .line: "line"
    }
  }
}

/// `karto repair`: saves what can be saved.
enum RepairCommand {
  static let command = Command(options: [.from, .name, .as], run: run)

  /// Writes anew what stands behind lost commits, if this device may write here.
  private static func salvage(
    _ path: String, _ invocation: Invocation
  ) throws -> SalvageReport {
    let base = try invocation.showing(.opening) { progress in
      try Base.open(
        path: path, writing: true, device: invocation.surroundings.device,
        clock: invocation.surroundings.clock, progress: progress)
    }
    let arguments = invocation.arguments
    return try base.salvage(
      name: arguments.value(.name),
      as: arguments.value(.as) ?? invocation.surroundings.accountName ?? "")
  }

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    let target = try invocation.onlyOperand(.newPath, of: .repair)
    let path = try invocation.documentPath()
    let report = try invocation.showing(.repairing) { progress in
      try Repair.run(
        path: path, others: invocation.arguments.all(.from),
        device: invocation.surroundings.device, to: target, progress: progress)
    }
    let salvaged = try salvage(target, invocation)
    if invocation.isJSON {
      var object = JSONObject()
      object.put("path", target)
      object.put("commits", report.commitCount)
      object.put("recovered", report.recoveredCount)
      object.put("lost", report.losses.map(\.object))
      object.put("rewritten", salvaged.recordCount)
      object.put("writable", !salvaged.isRefused)
      invocation.print(json: object)
    } else {
      invocation.print(invocation.wording.repaired(report, path: target))
      for loss in report.losses { invocation.print(invocation.wording.lost(loss)) }
      if salvaged.recordCount > 0 {
        invocation.print(invocation.wording.rewritten(salvaged.recordCount))
      }
    }
    if salvaged.isRefused { invocation.warn(invocation.wording.notSalvaged) }
    return report.losses.isEmpty ? .done : .damaged
  }
}

extension Loss {
  fileprivate var object: JSONObject {
    var object = JSONObject()
    object.put("replica", replica.text)
    object.put("first", Int(first))
    object.put("last", Int(last))
    return object
  }
}

/// `karto compact`: packs the document.
enum CompactCommand {
  static let command = Command(run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    try invocation.noOperands(of: .compact)
    let base = try invocation.openForWriting(asMember: false)
    let report = try invocation.showing(.packing) { try base.workspace.compact(progress: $0) }
    if invocation.isJSON {
      var object = JSONObject()
      object.put("bytes_before", report.bytesBefore)
      object.put("bytes_after", report.bytesAfter)
      object.put("members_before", report.membersBefore)
      object.put("members_after", report.membersAfter)
      invocation.print(json: object)
    } else {
      invocation.print(invocation.wording.compacted(report))
    }
    return .done
  }
}

/// `karto digest`: the hash of the canonical export.
enum DigestCommand {
  static let command = Command(options: [.at], run: run)

  private static func run(_ invocation: Invocation) throws -> ExitCode {
    try invocation.noOperands(of: .digest)
    let base = try invocation.openForReading()
    let hash = invocation.showing(.digesting) {
      Replication.Export.digest(base.state, progress: $0)
    }
    let digest = Hex.encode(hash.bytes.span)
    if invocation.isJSON {
      var object = JSONObject()
      object.put("digest", digest)
      object.put("records", base.state.recordCount)
      invocation.print(json: object)
    } else {
      invocation.print(digest)
    }
    return .done
  }
}
