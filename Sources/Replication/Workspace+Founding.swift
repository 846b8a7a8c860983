import Bytes
import Documents
public import Platform
public import Sealing

extension Workspace {
  /// Founds a workspace in a new document.
  ///
  /// - Parameters:
  ///   - path: where to put it; nothing may stand there.
  ///   - device: the device's own folder, which receives the new device's key.
  ///   - plan: the fields to index.
  ///   - clock: the wall clock.
  ///   - founding: fills the first commit.
  /// - Returns: the open base, and the secret half of the recovery key, which is kept nowhere.
  /// - Throws: `DocumentError`, or what the system says.
  public static func found(
    path: String, device: DeviceFolder, plan: IndexPlan, clock: WallClock = .system,
    founding: (inout Draft) throws -> Void
  ) throws -> (workspace: Workspace, recovery: SigningKey) {
    let key = SigningKey.generate()
    let recovery = SigningKey.generate()
    let now = clock.nowMillis()
    let header = Header(
      founder: key.publicKey, recovery: recovery.publicKey, createdMillis: now)
    let replica = ReplicaID(key: key.publicKey)
    var draft = Draft(state: State(), replica: replica, firstNumber: 1)
    try founding(&draft)
    var writer = CommitWriter(
      chain: Chain(workspace: header.workspace, key: key.publicKey), signer: key)
    let commits = try writer.encode(
      draft.finish(), stampMillis: now, seen: [], purpose: "new")
    var deflater = Deflater()
    let first = Member.encode(
      (header.line + [UInt8(ascii: "\n")]).span, as: .header, with: &deflater)
    // The key first: a document that its founder could not write to would be of no use.
    try device.setKey(key, in: header.workspace)
    try DocumentFile.create(path: path, contents: first + commits.members)
    try? device.setLastWritten(
      LastWritten(
        writer, end: first.count + commits.members.count, members: commits.members),
      in: header.workspace, by: replica)
    let workspace = try Workspace(
      path: path, writing: true, device: device, plan: plan, clock: clock)
    return (workspace, recovery)
  }
}
