/// How the C library deals with memory that was freed.
public enum Memory {
  /// Keeps freed memory for the next use.
  ///
  /// Otherwise each large piece goes back to the system and is had from it again, page by page:
  /// a tenth of the time of an import. For programs that end when their work is done.
  public static func keepFreed() {
    // mallopt(3): when a piece that was mapped is freed, glibc takes its size for the size from
    // which on pieces are mapped, and keeps up to twice as much; 32 MiB is the most it learns.
    // No page of the piece is touched. Elsewhere nothing happens.
    let piece = UnsafeMutableRawPointer.allocate(byteCount: (32 << 20) - (64 << 10), alignment: 16)
    piece.deallocate()
  }
}
