import Documents
import Platform

/// What a writer cuts off a document's end, kept for a while in the device's own folder.
///
/// Such bytes were never acknowledged, so nobody misses them. But what looks like a write that was
/// cut short may be a member whose length a bad disk has changed, and then these bytes are all
/// that is left of it (SPEC §12.2).
extension Workspace {
  /// Keeps what stands behind acknowledged data, before it is cut off.
  ///
  /// It must not keep anybody from writing, so it never fails.
  ///
  /// - Parameter end: where acknowledged data ends, in bytes of the file.
  func keepTornTail(from end: Int) {
    guard let size = try? file.status().size, size > end,
      let bytes = try? file.read(from: end, count: min(size - end, Self.tornByteLimit)),
      bytes.contains(where: { $0 != 0 })
    else { return }
    try? device.keepTorn(bytes, in: header.workspace, atMillis: clock.nowMillis())
  }

  /// A larger tail is kept up to here; batches are rarely a tenth of it.
  private static let tornByteLimit = 64 << 20
}

extension DeviceFolder {
  /// How many tails are kept, the newest.
  private static let tornFileLimit = 3

  fileprivate func keepTorn(
    _ bytes: [UInt8], in workspace: WorkspaceID, atMillis millis: Int64
  ) throws {
    let folder = folder(of: workspace) + "/torn"
    try Files.createFolder(folder, permissions: 0o700, intermediate: true)
    try Files.replaceCache("\(folder)/\(Timestamp.text(millis))") { try $0.write(bytes) }
    // By their names they stand in the order of time.
    for name in try Files.list(folder).dropLast(Self.tornFileLimit) {
      try Files.remove("\(folder)/\(name)")
    }
  }
}
