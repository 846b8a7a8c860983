import Bytes
public import Platform

/// The file of a document: reading pieces of it, locking it, appending members to it.
///
/// The only part of Documents that knows the operating system. The order of operations is that
/// of SPEC §12: lock, hold the path against the file that was locked, cut what was never
/// acknowledged, write, sync. Whatever fails leaves the file as it was.
public final class DocumentFile {
  /// The path by which the document was opened.
  public let path: String

  /// Whether it was opened for writing.
  public let isWritable: Bool

  private var descriptor: Descriptor
  private var isLocked = false

  /// How often the path was opened anew, since another file had taken its place.
  ///
  /// Offsets into the former file mean nothing in the present one.
  public private(set) var generation = 0

  /// Whether a file begins as a document does (SPEC §5).
  ///
  /// - Parameter path: the file.
  /// - Returns: false also where there is none.
  /// - Throws: what the system says.
  public static func isDocument(_ path: String) throws -> Bool {
    guard try Files.status(path)?.isRegular ?? false else { return false }
    let start = try DocumentFile(path: path, writing: false).read(from: 0, count: 16 << 10)
    return (try? Member.decode(start.span, at: 0))?.contents == .header
  }

  /// Opens a document.
  ///
  /// - Parameters:
  ///   - path: where it stands; symbolic links are followed.
  ///   - writing: whether members will be appended.
  /// - Throws: `DocumentError.notFound`, `.readOnly`, or what the system says.
  public init(path: String, writing: Bool) throws {
    self.path = path
    isWritable = writing
    descriptor = try Self.open(path, writing: writing)
  }

  private static func open(_ path: String, writing: Bool) throws -> Descriptor {
    // Opening a pipe would wait for somebody at its other end.
    if let status = try? Files.status(path), !status.isRegular, !status.isFolder {
      throw DocumentError.notADocument(path: path)
    }
    do throws(SystemError) {
      return try Descriptor.open(path, writing ? .readWrite : .read)
    } catch {
      if error.isNotFound { throw DocumentError.notFound(path: path) }
      if writing, error.isPermission || error.isReadOnly {
        throw DocumentError.readOnly(path: path)
      }
      throw error
    }
  }

  /// Makes a new document of these bytes; the file appears whole or not at all.
  ///
  /// - Throws: `DocumentError.alreadyExists` if something stands at `path`, or what the
  ///   system says.
  public static func create(path: String, contents: [UInt8]) throws {
    guard try Files.status(path) == nil else { throw DocumentError.alreadyExists(path: path) }
    try Files.replace(path, permissions: 0o600) { writer throws(SystemError) in
      try writer.write(contents.span)
    }
  }

  /// What the system says of the open file now.
  public func status() throws -> FileStatus {
    try descriptor.status()
  }

  /// Reads a stretch of the file; less than asked for where the file ends.
  public func read(from offset: Int, count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    _ = try descriptor.read(into: &bytes, count: count, at: offset)
    return bytes
  }

  /// Reads from `offset` to the end, which may come before `offset`.
  public func readToEnd(from offset: Int) throws -> ByteRegion {
    try ByteRegion.read(descriptor, offset: offset, count: Int.max - offset)
  }

  /// Whether the path names another file by now: the document was rewritten or replaced.
  public func isReplaced() throws -> Bool {
    guard let there = try Files.status(path) else { throw DocumentError.notFound(path: path) }
    let own = try descriptor.status()
    return there.device != own.device || there.inode != own.inode
  }

  /// Opens the path anew, after the document was replaced.
  public func reopen() throws {
    precondition(!isLocked, "a locked document is not reopened")
    descriptor = try Self.open(path, writing: isWritable)
    generation += 1
  }

  /// Runs `body` while this process alone may write the document.
  ///
  /// - Parameter body: what to do; it must look at the file again, since others may have
  ///   appended to it or replaced it before the lock was had.
  /// - Returns: what `body` returned.
  /// - Throws: `DocumentError.unstable` if the file is replaced again and again, what the
  ///   system says, or what `body` throws.
  public func locked<Result>(_ body: () throws -> Result) throws -> Result {
    precondition(isWritable, "only a document opened for writing is locked")
    for _ in 0..<100 {
      _ = try descriptor.lock(exclusive: true, wait: true)
      if try isReplaced() {
        try descriptor.unlock()
        try reopen()
        continue
      }
      isLocked = true
      defer {
        isLocked = false
        try? descriptor.unlock()
      }
      return try body()
    }
    throw DocumentError.unstable(path: path)
  }

  /// Writes members behind `end`, cuts what stood there, and syncs: on return they are kept.
  ///
  /// On failure the file is cut back to `end`, so that nothing half-written stays.
  public func append(_ members: [UInt8], at end: Int) throws {
    precondition(isLocked, "members are appended under the lock")
    if try descriptor.status().size != end { try descriptor.truncate(to: end) }
    do {
      var offset = 0
      while offset < members.count {
        let next = min(offset + 1 << 20, members.count)
        try descriptor.write(members.span.extracting(offset..<next), at: end + offset)
        offset = next
      }
      try descriptor.synchronize()
    } catch {
      try? descriptor.truncate(to: end)
      throw error
    }
  }

  /// Puts other bytes in the document's place, atomically; the open file stays the old one.
  public func replace(with write: (inout ReplacementWriter) throws -> Void) throws {
    precondition(isLocked, "a document is replaced under the lock")
    try Files.replace(path, permissions: 0o600, contents: write)
  }
}
