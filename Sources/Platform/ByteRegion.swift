#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Bytes that never change, in memory or mapped from a file, shared freely between threads.
///
/// The loads below are meant for the hottest loops of other modules, so they are inlinable and
/// check nothing but the bounds. A place outside the region is a programmer's error and stops
/// the program: hold what a file says against `contains` first.
public final class ByteRegion: Sendable {
  // Sendable in spite of being a pointer: the bytes are never written after `init`, and freed
  // only by `deinit`.
  @usableFromInline
  nonisolated(unsafe) let start: UnsafeRawPointer
  /// How many bytes there are.
  public let count: Int
  private let backing: Backing

  private enum Backing {
    case allocated
    /// A mapping begins at a page, so up to a page before `start`.
    case mapped(lead: Int)
  }

  private init(start: UnsafeRawPointer, count: Int, backing: Backing) {
    self.start = start
    self.count = count
    self.backing = backing
  }

  deinit {
    switch backing {
    case .allocated: start.deallocate()
    case .mapped(let lead): munmap(UnsafeMutableRawPointer(mutating: start - lead), count + lead)
    }
  }

  // MARK: Making

  /// Keeps a copy of bytes.
  public convenience init(copying bytes: Span<UInt8>) {
    let memory = ByteRegion.allocate(bytes.count)
    bytes.withUnsafeBytes { memory.copyMemory(from: $0) }
    self.init(memory, count: bytes.count)
  }

  /// Keeps a copy of an array's bytes.
  public convenience init(_ bytes: [UInt8]) {
    self.init(copying: bytes.span)
  }

  private convenience init(_ memory: UnsafeMutableRawBufferPointer, count: Int) {
    // An allocation has an address, even one of zero bytes.
    guard let address = memory.baseAddress else { preconditionFailure("memory without address") }
    self.init(start: UnsafeRawPointer(address), count: count, backing: .allocated)
  }

  private static func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
    .allocate(byteCount: count, alignment: 16)
  }

  /// Reads part of a file into memory: the way for documents, which others may cut or replace.
  ///
  /// - Parameters:
  ///   - file: An open file, which may be closed afterwards.
  ///   - offset: The place of the first byte in the file.
  ///   - count: How many bytes are wanted; a file that ends earlier gives a smaller region, and
  ///     only what there is takes memory.
  /// - Returns: The bytes.
  /// - Throws: `SystemError`.
  public static func read(
    _ file: borrowing Descriptor, offset: Int, count: Int
  ) throws(SystemError) -> ByteRegion {
    let present = try present(file, offset: offset, count: count)
    let memory = allocate(present)
    do {
      // Fewer still, if someone is cutting the file just now.
      return ByteRegion(memory, count: try file.fill(memory, at: offset))
    } catch {
      memory.deallocate()
      throw error
    }
  }

  /// Maps part of a file, so that only the pages that are touched are read.
  ///
  /// For cache files only, which are replaced and never cut: touching a page that has gone from
  /// the file kills the process (SIGBUS).
  ///
  /// - Parameters:
  ///   - file: An open file, which may be closed afterwards.
  ///   - offset: The place of the first byte in the file.
  ///   - count: How many bytes are wanted; a file that ends earlier gives a smaller region.
  /// - Returns: The bytes.
  /// - Throws: `SystemError`.
  public static func map(
    _ file: borrowing Descriptor, offset: Int, count: Int
  ) throws(SystemError) -> ByteRegion {
    let present = try present(file, offset: offset, count: count)
    guard present > 0 else { return ByteRegion([]) }
    let lead = offset % Int(sysconf(Int32(_SC_PAGESIZE)))
    let number = file.number
    var memory: UnsafeMutableRawPointer?
    try syscall("mmap", path: file.path) {
      memory = mmap(nil, present + lead, PROT_READ, MAP_SHARED, number, off_t(offset - lead))
      return Int(bitPattern: memory)  // MAP_FAILED is -1 as a pointer.
    }
    guard let address = memory else { throw SystemError(call: "mmap", code: EINVAL) }
    return ByteRegion(
      start: UnsafeRawPointer(address) + lead, count: present, backing: .mapped(lead: lead))
  }

  /// How many of the bytes wanted the file has.
  private static func present(
    _ file: borrowing Descriptor, offset: Int, count: Int
  ) throws(SystemError) -> Int {
    precondition(offset >= 0 && count >= 0, "an offset or count of bytes is never negative")
    return min(count, max(0, try file.status().size - offset))
  }

  // MARK: Reading

  /// All the bytes.
  @inlinable
  public var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    borrowing get {
      let buffer = UnsafeRawBufferPointer(start: start, count: count)
      return _overrideLifetime(Span(_unsafeBytes: buffer), borrowing: self)
    }
  }

  /// Lends all the bytes to a closure.
  ///
  /// - Throws: What the closure throws.
  @inlinable
  public func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(bytes)
  }

  /// Says whether the region has all of `length` bytes from a place on; any numbers may be asked.
  @inlinable
  public func contains(_ offset: Int, length: Int) -> Bool {
    offset >= 0 && length >= 0 && offset <= count && length <= count &- offset
  }

  /// The byte at a place.
  @inlinable
  public func byte(at offset: Int) -> UInt8 {
    load(offset)
  }

  /// The little-endian number in the two bytes from a place on, aligned or not.
  @inlinable
  public func uint16(at offset: Int) -> UInt16 {
    UInt16(littleEndian: load(offset))
  }

  /// The little-endian number in the four bytes from a place on, aligned or not.
  @inlinable
  public func uint32(at offset: Int) -> UInt32 {
    UInt32(littleEndian: load(offset))
  }

  /// The little-endian number in the eight bytes from a place on, aligned or not.
  @inlinable
  public func uint64(at offset: Int) -> UInt64 {
    UInt64(littleEndian: load(offset))
  }

  @inlinable
  @inline(__always)
  func load<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int) -> Number {
    // `count &- offset` cannot overflow once `offset` is known not to be negative.
    precondition(
      offset >= 0 && count &- offset >= MemoryLayout<Number>.size, "outside the byte region")
    return start.loadUnaligned(fromByteOffset: offset, as: Number.self)
  }
}
