internal import CZlib

/// Makes gzip members, keeping zlib's 256 KiB of state from one to the next.
public struct Deflater: ~Copyable {
  /// zlib's state points back at the stream, so the stream must not move: it lives on the heap.
  private let stream: UnsafeMutablePointer<z_stream>

  /// Makes a deflater; `level` is 0, none, to 9, smallest.
  public init(level: Int = 6) {
    precondition((0...9).contains(level), "a deflate level is 0 to 9")
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = deflateInit2_(
      stream, Int32(level), Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib of version \(ZLIB_VERSION) is there and has memory")
  }

  deinit {
    deflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Makes one member.
  ///
  /// - Parameters:
  ///   - contents: what is compressed, below 4 GiB.
  ///   - extra: the whole extra field, at most ``Limits/memberExtraBytes``; it stands at
  ///     ``Gzip/extraOffset``.
  /// - Returns: the member.
  public mutating func member(_ contents: Span<UInt8>, extra: [UInt8] = []) -> [UInt8] {
    var output: [UInt8] = []
    append(contents, extra: extra, to: &output)
    return output
  }

  /// Makes one member at the end of an array.
  ///
  /// - Parameters:
  ///   - contents: what is compressed, below 4 GiB.
  ///   - extra: the whole extra field, at most ``Limits/memberExtraBytes``; it stands
  ///     ``Gzip/extraOffset`` bytes after the former end of the array.
  ///   - output: what the member is appended to.
  public mutating func append(
    _ contents: Span<UInt8>, extra: [UInt8] = [], to output: inout [UInt8]
  ) {
    precondition(contents.count < 1 << 32, "the contents of a member are below 4 GiB")
    precondition(extra.count <= Limits.memberExtraBytes, "an extra field is below 64 KiB")
    deflateReset(stream)
    let bound = Int(deflateBound(stream, uLong(contents.count)))
    output.reserveCapacity(
      output.count + Gzip.extraOffset + extra.count + bound + Gzip.trailerBytes)
    output.append(contentsOf: [0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 255])
    output.append(UInt8(truncatingIfNeeded: extra.count))
    output.append(UInt8(truncatingIfNeeded: extra.count >> 8))
    output.append(contentsOf: extra)
    let stream = stream
    output.append(addingCapacity: bound) { target in
      target.withUnsafeMutableBufferPointer { room, filled in
        contents.withUnsafeBufferPointer { source in
          stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
          stream.pointee.avail_in = UInt32(source.count)
          stream.pointee.next_out = room.baseAddress
          stream.pointee.avail_out = UInt32(clamping: room.count)
          let status = deflate(stream, Z_FINISH)
          // zlib.h: with deflateBound's room, deflate with Z_FINISH ends in one call.
          precondition(status == Z_STREAM_END, "zlib needs no more room than its own bound")
          filled = room.count - Int(stream.pointee.avail_out)
        }
      }
    }
    Gzip.append(Gzip.crc32(contents), to: &output)
    Gzip.append(UInt32(truncatingIfNeeded: contents.count), to: &output)
  }
}
