#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension Files {
  /// Makes a folder, durably, unless it exists already.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - permissions: Of every folder that is made, less the umask.
  ///   - intermediate: Whether to make the folders on the way to it too.
  /// - Throws: `SystemError`; `isExisting` if something else than a folder has the name.
  public static func createFolder(
    _ path: String, permissions: UInt16 = 0o755, intermediate: Bool = false
  ) throws(SystemError) {
    do {
      try syscall("mkdir", on: path) { mkdir($0, mode_t(permissions)) }
    } catch {
      if error.code == EEXIST, try status(path)?.isFolder == true { return }
      let parent = folder(of: path)
      guard intermediate, error.code == ENOENT, parent != path, !path.isEmpty else { throw error }
      try createFolder(parent, permissions: permissions, intermediate: true)
      return try createFolder(path, permissions: permissions)
    }
    // A key that is written durably into a folder that a power cut then takes away is lost.
    try synchronizeFolder(folder(of: path))
  }

  /// Waits until the names in a folder are safe from a power cut.
  ///
  /// - Throws: `SystemError`.
  public static func synchronizeFolder(_ path: String) throws(SystemError) {
    Failpoint.willChange()
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
    let number = try syscall("open", on: path) { open($0, flags) }
    let folder = Descriptor(number: number, path: path)
    do {
      try syscall("fsync", path: path) { fsync(folder.number) }
    } catch {
      // Some network and foreign file systems know no sync of folders; they have none to lose.
      if error.code != EINVAL && error.code != ENOTSUP { throw error }
    }
  }

  /// The names in a folder, without `.` and `..`, in the order of their bytes.
  ///
  /// Names that are not UTF-8 are left out: no `String` could name them.
  ///
  /// - Throws: `SystemError`.
  public static func list(_ folder: String) throws(SystemError) -> [String] {
    let stream = try pointer("opendir", on: folder) { opendir($0) }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      guard let name = name(of: entry), name != ".", name != ".." else { continue }
      names.append(name)
    }
    let code = errno
    if code != 0 { throw SystemError(call: "readdir", code: code, path: folder) }
    names.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return names
  }

  private static func name(of entry: UnsafeMutablePointer<dirent>) -> String? {
    // By address: an entry is only as long as its name, so copying the struct would read past it.
    guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return nil }
    let start = UnsafeRawPointer(entry).advanced(by: offset)
    return String(validatingCString: start.assumingMemoryBound(to: CChar.self))
  }
}
