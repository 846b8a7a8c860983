import Bytes
import Documents
import Platform
import Sealing

/// Where things that are made from a document are kept between runs: derived, private to the
/// device, deletable at any time.
///
/// A cache is trusted only if the file is the very one that this machine wrote since it started:
/// its size, inode and time are those noted beside it. Otherwise the state is made anew, which
/// costs hardly more than to read the file through and hold it against a checksum.
struct CacheStore {
  /// What is kept, and how its file ends.
  enum Kind: String {
    /// The state, as an `Image`.
    case state
    /// The chains, as a `CommitLedger`.
    case chains
    /// The digest of the state.
    case digest
  }

  private let file: String
  private let folder: String

  init(device: DeviceFolder, workspace: WorkspaceID, documentPath: String, _ kind: Kind) {
    let real = Self.realPath(documentPath)
    let name = BLAKE2b.hash128(real.utf8.span)
    folder = device.folder(of: workspace) + "/cache"
    file = folder + "/" + Hex.encode(name.bytes.span.extracting(0..<8)) + "." + kind.rawValue
  }

  /// The path without links, of a document that may be yet to come.
  private static func realPath(_ path: String) -> String {
    if let real = try? Files.realPath(path) { return real }
    guard let folder = try? Files.realPath(Files.folder(of: path)) else { return path }
    return folder + "/" + (path.split(separator: "/").last ?? "")
  }

  /// What is in the cache, if it is sound.
  func load() -> ByteRegion? {
    guard let status = try? Files.status(file), status.isRegular,
      let note = note(for: status), note == (try? Files.readAll(file + ".note", limit: 4096)),
      let descriptor = try? Descriptor.open(file, .read)
    else { return nil }
    return try? ByteRegion.map(descriptor, offset: 0, count: status.size)
  }

  /// Keeps something; a failure leaves no cache, and costs nothing but the next open.
  ///
  /// - Parameter contents: writes it.
  /// - Returns: what was kept.
  func save(_ contents: (inout ReplacementWriter) throws -> Void) -> ByteRegion? {
    do {
      try Files.createFolder(folder, permissions: 0o700, intermediate: true)
      try Files.replaceCache(file, contents: contents)
      try writeNote()
      return load()
    } catch {
      return nil
    }
  }

  func remove() {
    _ = try? Files.remove(file)
    _ = try? Files.remove(file + ".note")
  }

  private func writeNote() throws {
    guard let status = try Files.status(file), let note = note(for: status) else { return }
    try Files.replaceCache(file + ".note") { out in try out.write(note) }
  }

  private func note(for status: FileStatus) -> [UInt8]? {
    guard let boot = Environment.bootIdentifier else { return nil }
    return Array(
      "\(boot) \(status.device) \(status.inode) \(status.size) \(status.modifiedNanos)\n".utf8)
  }
}
