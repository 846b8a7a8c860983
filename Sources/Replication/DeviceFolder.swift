import Bytes
public import Documents
import Platform
public import Sealing

/// The device's own folder: keys, what this device wrote last, and caches (design §7, SPEC §15.2).
///
/// `$KARTO_HOME`, else `$XDG_DATA_HOME/karto`, else `~/.local/share/karto`; below it one folder a
/// workspace. Nothing in it ever goes into a document.
public struct DeviceFolder: Sendable {
  /// The folder's path.
  public let path: String

  /// Uses the folder at `path`, which need not exist yet.
  public init(path: String) {
    self.path = path
  }

  /// The folder that the environment names.
  public static var standard: DeviceFolder {
    if let home = Environment.value("KARTO_HOME"), !home.isEmpty { return DeviceFolder(path: home) }
    if let data = Environment.value("XDG_DATA_HOME"), !data.isEmpty {
      return DeviceFolder(path: data + "/karto")
    }
    return DeviceFolder(path: (Environment.homeFolder ?? ".") + "/.local/share/karto")
  }

  func folder(of workspace: WorkspaceID) -> String { "\(path)/workspaces/\(workspace.text)" }

  /// The device's key in a workspace, if it has one.
  ///
  /// - Throws: `DeviceError.damagedKey` if there is a key file that is not one, or what the
  ///   system says.
  public func key(in workspace: WorkspaceID) throws -> SigningKey? {
    try key(at: folder(of: workspace) + "/device.json")
  }

  /// What the system says of the file with the device's key, if there is one.
  func keyStatus(in workspace: WorkspaceID) throws -> FileStatus? {
    try Files.status(folder(of: workspace) + "/device.json")
  }

  /// The key of a replica that this device once wrote.
  func formerKey(of replica: ReplicaID, in workspace: WorkspaceID) throws -> SigningKey? {
    try key(at: "\(folder(of: workspace))/device-\(replica.text).json")
  }

  private func key(at file: String) throws -> SigningKey? {
    guard try Files.status(file) != nil else { return nil }
    let bytes = try Files.readAll(file, limit: 4096)
    guard let value = try? JSONParser.parse(bytes.span), let text = value["seed"]?.text,
      let seed = Base64URL.decode(text), let key = SigningKey(seed: seed.span)
    else { throw DeviceError.damagedKey(path: file) }
    return key
  }

  /// Keeps the device's key in a workspace; an older one stays beside it under its replica's name.
  ///
  /// At every moment there is one key or the other, so a crash in between costs nothing.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - workspace: the workspace.
  ///   - credential: what the first commit under the key says of whose device it is.
  /// - Throws: what the system says.
  public func setKey(
    _ key: SigningKey, in workspace: WorkspaceID, credential: Credential? = nil
  ) throws {
    let folder = folder(of: workspace)
    try Files.createFolder(folder, permissions: 0o700, intermediate: true)
    let file = folder + "/device.json"
    if let older = try self.key(in: workspace) {
      let bytes = try Files.readAll(file, limit: 4096)
      let name = ReplicaID(key: older.publicKey).text
      try Files.replace("\(folder)/device-\(name).json", permissions: 0o600) {
        try $0.write(bytes)
      }
    }
    var members: [(key: String, value: JSONValue)] = [
      ("replica", .string(ReplicaID(key: key.publicKey).text)),
      ("seed", .string(Base64URL.encode(key.seed.span))),
      ("workspace", .string(workspace.text)),
    ]
    switch credential {
    case .succession(let succession):
      members.append(("succeeds", .string(succession.replica.text)))
      members.append(("succession", .string(Base64URL.encode(succession.signature.span))))
    case .joining(let joining):
      members.append(("joining", .string(Base64URL.encode(joining.signature.span))))
      members.append(("joins", .string(joining.invitation)))
    case nil: break
    }
    let line = JSONValue.object(members).canonicalBytes + [UInt8(ascii: "\n")]
    try Files.replace(file, permissions: 0o600) { try $0.write(line) }
    try notePlace(of: workspace)
  }

  /// The key with which this device came in, before it went on under other names, and the proof of
  /// whose it is; the founder's needs none.
  ///
  /// - Returns: nothing if the key is not kept.
  func entryKey(
    in workspace: WorkspaceID
  ) throws -> (key: SigningKey, credential: Credential?)? {
    let folder = folder(of: workspace)
    var file = folder + "/device.json"
    for _ in 0..<1000 {
      guard let key = try key(at: file) else { return nil }
      let credential = credential(at: file)
      guard case .succession(let succession)? = credential else { return (key, credential) }
      file = "\(folder)/device-\(succession.replica.text).json"
    }
    return nil
  }

  /// What the first commit under the device's present key says of whose device it is.
  func credential(in workspace: WorkspaceID) -> Credential? {
    credential(at: folder(of: workspace) + "/device.json")
  }

  private func credential(at file: String) -> Credential? {
    guard let bytes = try? Files.readAll(file, limit: 4096),
      let value = try? JSONParser.parse(bytes.span)
    else { return nil }
    if let replica = value["succeeds"]?.text.flatMap({ ReplicaID($0) }),
      let signature = value["succession"]?.text.flatMap({ Base64URL.decode($0) })
    {
      return .succession(Succession(replica: replica, signature: signature))
    }
    if let invitation = value["joins"]?.text,
      let signature = value["joining"]?.text.flatMap({ Base64URL.decode($0) })
    {
      return .joining(Joining(invitation: invitation, signature: signature))
    }
    return nil
  }
}

/// What can be wrong with the device's own folder.
public enum DeviceError: Error, Equatable, Sendable {
  /// The key file is not one; without its key the device cannot write.
  case damagedKey(path: String)

  /// This device has no key in the workspace: the document is a copy to be read only.
  case noKey(workspace: String)
}
