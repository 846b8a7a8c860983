import Bytes
import CRM
import Documents
import Platform
import Replication
import Sealing
import Syncing

/// What crosses the wire, counted without a wire: two ends of a conversation in one process.
enum Wire {
  /// Exchanges two copies of a base and prints how many bytes went, both ways together, and how
  /// many commits.
  ///
  /// `wire BASE HOME COPY HOME`
  static func exchange(_ arguments: Arguments) throws {
    let ends = try [
      end(.initiator, arguments.operand(2), home: arguments.operand(3)),
      end(.responder, arguments.operand(0), home: arguments.operand(1)),
    ]
    var count = 0
    var isQuiet = false
    while !isQuiet {
      isQuiet = true
      for side in 0..<2 {
        let bytes = try ends[side].takeOutput()
        guard !bytes.isEmpty else { continue }
        isQuiet = false
        count += bytes.count
        try ends[1 - side].receive(bytes.span)
      }
    }
    let summary = ends[0].summary
    guard summary.digests == .equal else { throw UsageError.usage }
    Standard.output.write("\(count) \(summary.receivedCount + summary.sentCount)\n")
  }

  private static func end(
    _ role: Channel.Role, _ path: String, home: String
  ) throws -> Conversation {
    let device = DeviceFolder(path: home)
    let workspace = try Workspace(
      path: path, writing: true, device: device, plan: Base.indexPlan, usesCache: false)
    guard let key = try device.key(in: workspace.header.workspace) else {
      throw DeviceError.noKey(workspace: workspace.header.workspace.text)
    }
    return Conversation(
      role,
      identity: ChannelIdentity(
        member: workspace.header, device: key, evidence: try workspace.evidence()),
      policy: MembershipPolicy(workspace),
      terms: Session.Terms(nowMillis: WallClock.system.nowMillis()),
      store: try WorkspaceStore(workspace))
  }
}
