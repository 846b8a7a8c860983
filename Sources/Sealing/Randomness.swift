internal import CSodium

/// Bytes that nobody can foresee, from the operating system.
public enum Randomness {
  /// Makes random bytes.
  ///
  /// - Parameter count: how many, not negative.
  /// - Returns: fresh bytes.
  public static func bytes(_ count: Int) -> [UInt8] {
    Sodium.prepare()
    return [UInt8](capacity: count) { output in
      output.withUnsafeMutableBufferPointer { room, filled in
        guard let start = room.baseAddress else { return }
        randombytes_buf(start, room.count)
        filled = room.count
      }
    }
  }

  /// Makes a random integer, every value equally likely.
  public static func uint64() -> UInt64 {
    Sodium.prepare()
    var value: UInt64 = 0
    randombytes_buf(&value, MemoryLayout<UInt64>.size)
    return value
  }
}
