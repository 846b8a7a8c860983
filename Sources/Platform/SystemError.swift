#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A call to the operating system that failed: which call, why, and on which file.
///
/// It carries no sentence for users; module Wording makes one of `code` and `path`.
public struct SystemError: Error, Sendable, Equatable {
  /// The name of the call, such as `open` or `pwrite`.
  public let call: String
  /// The operating system's error number (`errno`).
  public let code: Int32
  /// The file or folder concerned, where there is one.
  public let path: String?

  /// Makes an error by hand, for failures that the kernel does not report itself.
  public init(call: String, code: Int32, path: String? = nil) {
    self.call = call
    self.code = code
    self.path = path
  }

  /// Whether the disk or the user's quota is full.
  public var isNoSpace: Bool { code == ENOSPC || code == EDQUOT }
  /// Whether the file, or a folder on the way to it, does not exist.
  public var isNotFound: Bool { code == ENOENT || code == ENOTDIR }
  /// Whether something already has this name.
  public var isExisting: Bool { code == EEXIST || code == ENOTEMPTY }
  /// Whether the file system is mounted read-only.
  public var isReadOnly: Bool { code == EROFS }
  /// Whether the user may not do this.
  public var isPermission: Bool { code == EACCES || code == EPERM }
  /// Whether a file is larger than a limit: ours, the user's, or the file system's.
  public var isTooLarge: Bool { code == EFBIG }
  /// Whether a folder was found where a file was wanted.
  public var isFolder: Bool { code == EISDIR }
  /// Whether nobody reads the other end of a pipe any more.
  public var isBrokenPipe: Bool { code == EPIPE }
  /// Whether the user stopped the program while it was waiting.
  public var isInterrupted: Bool { code == EINTR }
  /// Whether links on the way to the file lead to each other without end.
  public var isLoop: Bool { code == ELOOP }
  /// Whether the name or the path is longer than the system takes.
  public var isNameTooLong: Bool { code == ENAMETOOLONG }
  /// Whether the name cannot be a path at all, as one with a NUL in it.
  public var isInvalid: Bool { code == EINVAL }

  /// The C library's English words for the error number, for diagnosis.
  public var message: String {
    guard let words = strerror(code) else { return "error \(code)" }
    return String(cString: words)
  }
}

/// Makes a system call that answers -1 and sets `errno` when it fails: the one door.
///
/// EINTR is retried, always; only a call that may wait without end (`isInterruptible`) gives up,
/// once the user has asked the program to stop. EBADF and EFAULT mean a bug in this module, so
/// they stop the program where it is rather than pass for an input error.
@discardableResult
func syscall<Value: SignedInteger>(
  _ call: String, path: String? = nil, isInterruptible: Bool = false, _ body: () -> Value
) throws(SystemError) -> Value {
  while true {
    let value = body()
    guard value == -1 else { return value }
    let code = errno
    if code == EINTR, !(isInterruptible && Interrupts.requested) { continue }
    precondition(code != EBADF, "\(call): the descriptor is not open")
    precondition(code != EFAULT, "\(call): the buffer lies outside the program's memory")
    throw SystemError(call: call, code: code, path: path)
  }
}

/// Makes a system call on a path.
///
/// A path with a NUL in it is refused: C would silently take what stands before it.
@discardableResult
func syscall<Value: SignedInteger>(
  _ call: String, on path: String, _ body: (UnsafePointer<CChar>) -> Value
) throws(SystemError) -> Value {
  try checkPath(call, path)
  return try syscall(call, path: path) { path.withCString(body) }
}

/// Makes a call on a path that answers a pointer, or nil and sets `errno`.
func pointer<Pointer>(
  _ call: String, on path: String, _ body: (UnsafePointer<CChar>) -> Pointer?
) throws(SystemError) -> Pointer {
  var answer: Pointer?
  try syscall(call, on: path) { path in
    answer = body(path)
    return answer == nil ? -1 : 0
  }
  guard let answer else { preconditionFailure("\(call): succeeded without an answer") }
  return answer
}

func checkPath(_ call: String, _ path: String) throws(SystemError) {
  if path.utf8.contains(0) { throw SystemError(call: call, code: EINVAL, path: path) }
}
