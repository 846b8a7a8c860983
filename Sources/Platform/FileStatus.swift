#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What the file system says about a file or folder at one moment.
public struct FileStatus: Equatable, Sendable {
  /// The device that holds it.
  public let device: UInt64
  /// Its number on that device.
  public let inode: UInt64
  /// Its length in bytes.
  public let size: Int
  /// When its contents last changed, in nanoseconds since 1970 (bounded by what 64 bits hold).
  public let modifiedNanos: Int64
  /// When it was last changed in any way, which nobody can set; copies are younger than this.
  public let changedNanos: Int64
  /// The permission bits, such as `0o644`.
  public let permissions: UInt16
  /// Whether it is a folder.
  public let isFolder: Bool
  /// Whether it is an ordinary file: not a folder, pipe, socket or device.
  public let isRegular: Bool
  let owner: UInt32
  let group: UInt32

  /// Whether anyone at all has permission to write; `Files.isWritable` asks about this user.
  public var hasWritePermission: Bool { permissions & 0o222 != 0 }

  /// Says whether both are one file, whatever its names and contents.
  public func isSameFile(as other: FileStatus) -> Bool {
    device == other.device && inode == other.inode
  }

  init(_ raw: stat) {
    device = UInt64(truncatingIfNeeded: raw.st_dev)
    inode = UInt64(truncatingIfNeeded: raw.st_ino)
    size = Int(raw.st_size)
    #if canImport(Darwin)
      modifiedNanos = FileStatus.nanos(raw.st_mtimespec)
      changedNanos = FileStatus.nanos(raw.st_ctimespec)
    #else
      modifiedNanos = FileStatus.nanos(raw.st_mtim)
      changedNanos = FileStatus.nanos(raw.st_ctim)
    #endif
    permissions = UInt16(truncatingIfNeeded: raw.st_mode & 0o7777)
    isFolder = raw.st_mode & S_IFMT == S_IFDIR
    isRegular = raw.st_mode & S_IFMT == S_IFREG
    owner = raw.st_uid
    group = raw.st_gid
  }

  /// A file's time is what anyone has set it to, so years beyond 2262 must not trap.
  private static func nanos(_ time: timespec) -> Int64 {
    let (nanos, overflow) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else { return time.tv_sec < 0 ? .min : .max }
    let (sum, carry) = nanos.addingReportingOverflow(Int64(time.tv_nsec))
    return carry ? .max : sum
  }
}
