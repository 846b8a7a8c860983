#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// An open file, closed when its owner goes away.
///
/// All reading and writing names its place in the file, so nothing depends on a shared position.
public struct Descriptor: ~Copyable, Sendable {
  let number: Int32
  /// The path that it was opened by, for errors; the file may be called otherwise by now.
  public let path: String

  /// How a file is to be opened.
  public enum Access: Sendable, Equatable {
    /// For reading; it must exist.
    case read
    /// For reading and writing; it must exist.
    case readWrite
    /// For reading and writing; made with these permissions (less the umask) if absent.
    case create(permissions: UInt16)
    /// For reading and writing; an error if anything, even a dead link, has the name already.
    case createNew(permissions: UInt16)
  }

  /// Opens a file.
  ///
  /// Programs that this one starts do not inherit it.
  ///
  /// - Throws: `SystemError`.
  public static func open(_ path: String, _ access: Access) throws(SystemError) -> Descriptor {
    let flags: Int32
    var mode: UInt16 = 0
    switch access {
    case .read: flags = O_RDONLY
    case .readWrite: flags = O_RDWR
    case .create(let permissions):
      flags = O_RDWR | O_CREAT
      mode = permissions
    case .createNew(let permissions):
      flags = O_RDWR | O_CREAT | O_EXCL
      mode = permissions
    }
    let number = try syscall("open", on: path) { openFile($0, flags | O_CLOEXEC, mode_t(mode)) }
    return Descriptor(number: number, path: path)
  }

  init(number: Int32, path: String) {
    self.number = number
    self.path = path
  }

  deinit {
    // Never retried: Linux has released the number even when close says EINTR. What had to be
    // durable was synchronised before.
    _ = close(number)
  }

  /// Asks what the file system knows of the open file.
  ///
  /// - Throws: `SystemError`.
  public func status() throws(SystemError) -> FileStatus {
    var raw = stat()
    try syscall("fstat", path: path) { fstat(number, &raw) }
    return FileStatus(raw)
  }

  // MARK: Reading

  /// Replaces the contents of an array by bytes of the file.
  ///
  /// Memory for `count` bytes is taken, so bound a length that comes out of a file first. The
  /// array's storage is used again where it is large enough.
  ///
  /// - Parameters:
  ///   - bytes: Afterwards holds exactly what was read.
  ///   - count: How many bytes are wanted.
  ///   - offset: The place of the first byte in the file.
  /// - Returns: How many bytes were read; fewer than `count` only at the file's end.
  /// - Throws: `SystemError`.
  @discardableResult
  public func read(
    into bytes: inout [UInt8], count: Int, at offset: Int
  ) throws(SystemError) -> Int {
    precondition(count >= 0, "a count of bytes is never negative")
    bytes.removeAll(keepingCapacity: true)
    try append(to: &bytes, upTo: count) { (free) throws(SystemError) in
      try fill(free, at: offset)
    }
    return bytes.count
  }

  /// Reads until the buffer is full or the file ends.
  func fill(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemError) -> Int {
    guard let start = buffer.baseAddress else { return 0 }
    var done = 0
    while done < buffer.count {
      let size = min(buffer.count - done, Descriptor.longestTransfer)
      let place = off_t(offset &+ done)
      let count = try syscall("pread", path: path) { pread(number, start + done, size, place) }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Linux moves at most 2 GiB less a page at a time, and macOS refuses more than 2 GiB.
  private static let longestTransfer = 1 << 30

  // MARK: Writing

  /// Writes all the bytes at a place in the file, making it longer where they reach past its end.
  ///
  /// Some of them may have been written when it throws (a full disk).
  ///
  /// - Throws: `SystemError`; `isNoSpace` and `isTooLarge` are the usual ones.
  public func write(_ bytes: Span<UInt8>, at offset: Int) throws(SystemError) {
    guard !bytes.isEmpty else { return }
    switch Failpoint.willWrite() {
    case .whole:
      try writeAll(bytes, at: offset)
    case .halfThenKill:
      try writeAll(bytes.extracting(first: bytes.count / 2), at: offset)
      Failpoint.killProcess()
    case .halfThenNoSpace:
      try writeAll(bytes.extracting(first: bytes.count / 2), at: offset)
      throw SystemError(call: "pwrite", code: ENOSPC, path: path)
    }
  }

  private func writeAll(_ bytes: Span<UInt8>, at offset: Int) throws(SystemError) {
    try bytes.withUnsafeBytes { (buffer) throws(SystemError) in
      guard let start = buffer.baseAddress else { return }
      var done = 0
      while done < buffer.count {
        let size = min(buffer.count - done, Descriptor.longestTransfer)
        let place = off_t(offset &+ done)
        let count = try syscall("pwrite", path: path) { pwrite(number, start + done, size, place) }
        // Never seen, but it would loop for ever.
        guard count > 0 else { throw SystemError(call: "pwrite", code: EIO, path: path) }
        done += count
      }
    }
  }

  /// Cuts or lengthens the file; what is added reads as zeros.
  ///
  /// - Throws: `SystemError`.
  public func truncate(to size: Int) throws(SystemError) {
    Failpoint.willChange()
    try syscall("ftruncate", path: path) { ftruncate(number, off_t(size)) }
  }

  /// Waits until the file's contents and length are safe from a power cut.
  ///
  /// Its name is not: see `Files.synchronizeFolder`.
  ///
  /// - Throws: `SystemError`; the contents must then be taken for lost.
  public func synchronize() throws(SystemError) {
    Failpoint.willChange()
    #if canImport(Darwin)
      // There, fsync leaves the data in the drive's own cache. File systems that lack the full
      // flush say so, and then fsync is all there is.
      if fcntl(number, F_FULLFSYNC) != -1 { return }
      try syscall("fsync", path: path) { fsync(number) }
    #else
      try syscall("fdatasync", path: path) { fdatasync(number) }
    #endif
  }

  /// Sets the permission bits, whatever the umask.
  ///
  /// - Throws: `SystemError`.
  public func setPermissions(_ permissions: UInt16) throws(SystemError) {
    try syscall("fchmod", path: path) { fchmod(number, mode_t(permissions)) }
  }

  // MARK: Locking

  /// Takes an advisory lock on the whole file.
  ///
  /// It holds against every other opening of the file, in this process too, until `unlock`, or
  /// until the descriptor goes away, in whatever manner the process ends. A lock that this
  /// descriptor holds already is exchanged for the new kind, not atomically.
  ///
  /// - Parameters:
  ///   - exclusive: Alone, or shared with others that ask for a shared lock.
  ///   - wait: Whether to wait for others to let go.
  /// - Returns: Whether the lock was taken; false only if `wait` is false.
  /// - Throws: `SystemError`; `isInterrupted` if the user stopped the program during the wait.
  public func lock(exclusive: Bool, wait: Bool) throws(SystemError) -> Bool {
    let operation = (exclusive ? LOCK_EX : LOCK_SH) | (wait ? 0 : LOCK_NB)
    do {
      try syscall("flock", path: path, isInterruptible: wait) { flock(number, operation) }
      return true
    } catch {
      if error.code == EWOULDBLOCK { return false }
      throw error
    }
  }

  /// Lets the lock go.
  ///
  /// - Throws: `SystemError`.
  public func unlock() throws(SystemError) {
    try syscall("flock", path: path) { flock(number, LOCK_UN) }
  }
}

/// Outside the type, where `open` is the C library's.
private func openFile(_ path: UnsafePointer<CChar>, _ flags: Int32, _ mode: mode_t) -> Int32 {
  open(path, flags, mode)
}
