#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Synchronization

extension Files {
  /// Replaces a file as a whole, durably: at every moment the path names all of the old contents
  /// or all of the new.
  ///
  /// The new contents go to a temporary file in the same folder, are synchronised, and take the
  /// name; then the folder is synchronised. A file that exists keeps its permissions (and its
  /// owner, as far as this user may), and a symbolic link goes on pointing to the file that is
  /// replaced. On failure the temporary file is gone and the old contents stay, except if the
  /// folder alone could not be synchronised. A process killed in the middle leaves the temporary
  /// file (see `isTemporaryName`).
  ///
  /// - Parameters:
  ///   - path: The file; it need not exist.
  ///   - permissions: For a new file, less the umask.
  ///   - contents: Writes the new contents.
  /// - Throws: `SystemError`, or what `contents` throws.
  public static func replace(
    _ path: String, permissions: UInt16 = 0o644,
    contents: (inout ReplacementWriter) throws -> Void
  ) throws {
    try replace(path, permissions: permissions, isDurable: true, contents: contents)
  }

  /// Replaces a file that can be made anew, such as a cache, without waiting for the disk.
  ///
  /// As `replace`, except that after a power cut the file may be empty or damaged.
  ///
  /// - Parameters:
  ///   - path: The file; it need not exist.
  ///   - permissions: For a new file, less the umask.
  ///   - contents: Writes the new contents.
  /// - Throws: `SystemError`, or what `contents` throws.
  public static func replaceCache(
    _ path: String, permissions: UInt16 = 0o600,
    contents: (inout ReplacementWriter) throws -> Void
  ) throws {
    try replace(path, permissions: permissions, isDurable: false, contents: contents)
  }

  /// Says whether a file name is one that `replace` gives to its temporary files.
  public static func isTemporaryName(_ name: String) -> Bool {
    name.utf8.starts(with: temporaryPrefix.utf8) && name.hasSuffix(".tmp")
  }

  private static let temporaryPrefix = ".karto-"
  private static let temporaryCount = Atomic<Int>(0)

  private static func replace(
    _ path: String, permissions: UInt16, isDurable: Bool,
    contents: (inout ReplacementWriter) throws -> Void
  ) throws {
    let target = try linkTarget(path)
    let existing = try status(target)
    if let existing, !existing.isRegular {
      // A rename would put an ordinary file in the place of /dev/null.
      let code = existing.isFolder ? EISDIR : EINVAL
      throw SystemError(call: "replace", code: code, path: path)
    }
    let folder = folder(of: target)
    let temporary = try createTemporary(
      in: folder, permissions: existing == nil ? permissions : 0o600)
    let name = temporary.path
    do {
      var writer = ReplacementWriter(temporary)
      try contents(&writer)
      try writer.finish(like: existing, isDurable: isDurable)
      try rename(name, to: target)
    } catch {
      _ = try? remove(name)
      throw error
    }
    if isDurable { try synchronizeFolder(folder) }
  }

  private static func createTemporary(
    in folder: String, permissions: UInt16
  ) throws(SystemError) -> Descriptor {
    while true {
      let count = temporaryCount.add(1, ordering: .relaxed).newValue
      let name = "\(folder)/\(temporaryPrefix)\(getpid())-\(count).tmp"
      do {
        return try Descriptor.open(name, .createNew(permissions: permissions))
      } catch {
        // Left by a killed process that had our number.
        if error.code != EEXIST { throw error }
      }
    }
  }

  /// Follows symbolic links by hand, since the last one may point to a file still to be made.
  private static func linkTarget(_ path: String) throws(SystemError) -> String {
    var target = path
    for _ in 0..<40 {
      guard let next = try readLink(target) else { return target }
      target = next.utf8.first == UInt8(ascii: "/") ? next : "\(folder(of: target))/\(next)"
    }
    throw SystemError(call: "readlink", code: ELOOP, path: path)
  }

  private static func readLink(_ path: String) throws(SystemError) -> String? {
    var bytes: [UInt8] = []
    do {
      try append(to: &bytes, upTo: Int(PATH_MAX)) { (free) throws(SystemError) in
        guard let start = free.baseAddress else { return 0 }
        return try syscall("readlink", on: path) { path in
          readlink(path, start.assumingMemoryBound(to: CChar.self), free.count)
        }
      }
    } catch {
      // EINVAL says that it is no link.
      if error.code == EINVAL && !path.utf8.contains(0) || error.isNotFound { return nil }
      throw error
    }
    return String(validating: bytes, as: UTF8.self)
  }
}

/// Where the new contents of a file are written; see `Files.replace`.
///
/// Small pieces are gathered, so writing a line at a time is fine.
public struct ReplacementWriter: ~Copyable {
  /// How many bytes have been written so far.
  public private(set) var count = 0
  private let file: Descriptor
  private var pending: [UInt8] = []
  private static let pendingLimit = 64 * 1024

  init(_ file: consuming Descriptor) {
    self.file = file
  }

  /// Writes bytes after those that came before.
  ///
  /// - Throws: `SystemError`.
  public mutating func write(_ bytes: Span<UInt8>) throws(SystemError) {
    if pending.count + bytes.count >= ReplacementWriter.pendingLimit { try flush() }
    if bytes.count >= ReplacementWriter.pendingLimit {
      try file.write(bytes, at: count)
    } else {
      bytes.withUnsafeBufferPointer { pending.append(contentsOf: $0) }
    }
    count += bytes.count
  }

  /// Writes bytes after those that came before.
  ///
  /// - Throws: `SystemError`.
  public mutating func write(_ bytes: [UInt8]) throws(SystemError) {
    try write(bytes.span)
  }

  /// Writes text as UTF-8 after what came before.
  ///
  /// - Throws: `SystemError`.
  public mutating func write(_ text: String) throws(SystemError) {
    try write(Array(text.utf8).span)
  }

  private mutating func flush() throws(SystemError) {
    guard !pending.isEmpty else { return }
    try file.write(pending.span, at: count - pending.count)
    pending.removeAll(keepingCapacity: true)
  }

  mutating func finish(like existing: FileStatus?, isDurable: Bool) throws(SystemError) {
    try flush()
    if let existing {
      // Before the permissions, which a change of owner would reduce. Only root may, and a file
      // that changes hands is better than one that cannot be saved.
      _ = fchown(file.number, existing.owner, existing.group)
      try file.setPermissions(existing.permissions)
    }
    if isDurable { try file.synchronize() }
  }
}
