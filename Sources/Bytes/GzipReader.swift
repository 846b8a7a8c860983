internal import CZlib

/// Reads gzip members, keeping zlib's state from one to the next.
///
/// One thread, one inflater.
public struct Inflater: ~Copyable {
  /// zlib's state points back at the stream, so the stream must not move: it lives on the heap.
  private let stream: UnsafeMutablePointer<z_stream>

  /// Makes an inflater.
  public init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = inflateInit2_(
      stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib of version \(ZLIB_VERSION) is there and has memory")
  }

  deinit {
    inflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Inflates one member to the end of an array and checks its CRC-32 and length.
  ///
  /// The contents are written straight into the array's free room, at once when `expecting` is
  /// right. Bytes after the member are not looked at.
  ///
  /// - Parameters:
  ///   - bytes: what is read.
  ///   - offset: where the member begins, not negative.
  ///   - limit: most bytes that the contents may have.
  ///   - expecting: length of the contents if known; a wrong one costs time only.
  ///   - output: what the contents are appended to; unchanged when it throws.
  /// - Returns: the length of the whole member, so that the next one begins at `offset` plus it.
  /// - Throws: `GzipError`.
  public mutating func inflate(
    _ bytes: Span<UInt8>, at offset: Int, limit: Int, expecting: Int = 0,
    into output: inout [UInt8]
  ) throws(GzipError) -> Int {
    precondition(limit >= 0, "a limit is not negative")
    let header = try Gzip.MemberHeader.parse(bytes, at: offset)
    let start = output.count
    do throws(GzipError) {
      let end = try inflateBody(
        bytes, at: offset + header.length, limit: limit, expecting: expecting, into: &output)
      try checkTrailer(bytes, at: end, of: output.span.extracting(start...))
      return end + Gzip.trailerBytes - offset
    } catch {
      output.removeLast(output.count - start)
      throw error
    }
  }

  /// Inflates the deflate stream at `offset` and returns where it ends.
  private mutating func inflateBody(
    _ bytes: Span<UInt8>, at offset: Int, limit: Int, expecting: Int, into output: inout [UInt8]
  ) throws(GzipError) -> Int {
    inflateReset(stream)
    let start = output.count
    // zlib's fast loop wants 258 bytes of room more than it fills.
    var step = max(1_024, min(expecting, limit, 1 << 30) + 320)
    var consumed = offset
    while true {
      let free = max(step, output.capacity - output.count)
      // One byte more than allowed tells «full» from «too much».
      let allowed = limit - (output.count - start)
      let room = allowed < free ? allowed + 1 : free
      let (status, taken, filled) = run(bytes, from: consumed, room: room, into: &output)
      consumed += taken
      guard output.count - start <= limit else { throw GzipError(.limit, at: consumed) }
      switch status {
      case Z_STREAM_END:
        return consumed
      case Z_OK, Z_BUF_ERROR:
        if filled < room && consumed == bytes.count { throw GzipError(.truncated, at: consumed) }
      default:
        throw GzipError(.badData, at: consumed)
      }
      step = max(step, output.count - start)
    }
  }

  /// Calls zlib once: input from `position`, output into `room` bytes after the array's end.
  private mutating func run(
    _ bytes: Span<UInt8>, from position: Int, room: Int, into output: inout [UInt8]
  ) -> (status: Int32, taken: Int, filled: Int) {
    var status: Int32 = Z_OK
    var taken = 0
    let before = output.count
    let stream = stream
    output.append(addingCapacity: room) { target in
      target.withUnsafeMutableBufferPointer { free, filled in
        bytes.extracting(position...).withUnsafeBufferPointer { source in
          let offered = UInt32(clamping: source.count)
          stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
          stream.pointee.avail_in = offered
          stream.pointee.next_out = free.baseAddress
          stream.pointee.avail_out = UInt32(clamping: room)
          // Z_FINISH spares zlib the copy of its 32 KiB window when the room suffices, and is
          // answered with Z_BUF_ERROR, which isn't fatal, when it doesn't.
          status = CZlib.inflate(stream, Z_FINISH)
          taken = Int(offered - stream.pointee.avail_in)
          filled = Int(UInt32(clamping: room) - stream.pointee.avail_out)
        }
      }
    }
    return (status, taken, output.count - before)
  }

  private func checkTrailer(
    _ bytes: Span<UInt8>, at offset: Int, of contents: Span<UInt8>
  ) throws(GzipError) {
    guard offset <= bytes.count - Gzip.trailerBytes else {
      throw GzipError(.truncated, at: bytes.count)
    }
    guard Gzip.integer32(bytes, at: offset) == Gzip.crc32(contents) else {
      throw GzipError(.checksum, at: offset)
    }
    guard Gzip.integer32(bytes, at: offset + 4) == UInt32(truncatingIfNeeded: contents.count)
    else { throw GzipError(.checksum, at: offset + 4) }
  }
}
