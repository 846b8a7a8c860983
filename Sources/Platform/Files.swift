#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Files and folders by their paths.
///
/// Paths are UTF-8; relative ones start at the current folder. Replacing a file as a whole is in
/// `Files+Replace.swift`, folders are in `Files+Folders.swift`.
public enum Files {
  /// Asks what the file system knows of a path, following symbolic links.
  ///
  /// - Returns: Nil if nothing is there, which includes a link to nothing.
  /// - Throws: `SystemError`.
  public static func status(_ path: String) throws(SystemError) -> FileStatus? {
    var raw = stat()
    do {
      try syscall("stat", on: path) { stat($0, &raw) }
      return FileStatus(raw)
    } catch {
      if error.isNotFound { return nil }
      throw error
    }
  }

  /// Says whether this user may write to a file or folder that exists.
  public static func isWritable(_ path: String) -> Bool {
    !path.utf8.contains(0) && access(path, W_OK) == 0
  }

  /// Reads a whole file, or all that a pipe or device gives.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limit: The greatest number of bytes to accept.
  /// - Returns: The bytes.
  /// - Throws: `SystemError`; `isTooLarge` if there are more than `limit`.
  public static func readAll(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
    let file = try Descriptor.open(path, .read)
    let status = try file.status()
    if status.isFolder { throw SystemError(call: "read", code: EISDIR, path: path) }
    if status.size > limit { throw SystemError(call: "read", code: EFBIG, path: path) }
    return try readToEnd(file.number, path: path, limit: limit, expected: status.size)
  }

  /// Deletes a file, or a symbolic link rather than its target.
  ///
  /// - Returns: False if there was nothing to delete.
  /// - Throws: `SystemError`.
  @discardableResult
  public static func remove(_ path: String) throws(SystemError) -> Bool {
    do {
      try syscall("unlink", on: path) { unlink($0) }
      return true
    } catch {
      if error.isNotFound { return false }
      throw error
    }
  }

  /// Gives a file another name at once, replacing any file of that name.
  ///
  /// The new name endures a power cut only after `synchronizeFolder`.
  ///
  /// - Throws: `SystemError`, among others when the two names are on different file systems.
  public static func rename(_ path: String, to newPath: String) throws(SystemError) {
    try checkPath("rename", newPath)
    Failpoint.willChange()
    try syscall("rename", on: path) { old in newPath.withCString { renameFile(old, $0) } }
  }

  /// The absolute path without symbolic links, `.` and `..`.
  ///
  /// - Throws: `SystemError`; `isNotFound` if nothing is there.
  public static func realPath(_ path: String) throws(SystemError) -> String {
    let resolved = try pointer("realpath", on: path) { realpath($0, nil) }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The folder that holds a path's last component: `.` for a plain name.
  public static func folder(of path: String) -> String {
    var bytes = path.utf8[...]
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    bytes = bytes[..<slash]
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    return bytes.isEmpty ? "/" : String(Substring(bytes))
  }

  /// A folder for files that nobody will miss: `TMPDIR`, or `/tmp`.
  public static var temporaryFolder: String {
    guard let folder = Environment.value("TMPDIR"), !folder.isEmpty else { return "/tmp" }
    return folder
  }
}

/// Outside the type, where `rename` is the C library's.
private func renameFile(_ old: UnsafePointer<CChar>, _ new: UnsafePointer<CChar>) -> Int32 {
  rename(old, new)
}
