/// A cursor over lines that end with LF.
///
///     var lines = Lines()
///     while let line = lines.next(in: bytes) {
///       guard lines.isTerminated else { break }  // a torn last line
///       use(bytes.extracting(line))
///     }
public struct Lines: Sendable {
  /// Offset where the next line begins.
  public private(set) var position: Int

  /// Number of the line last returned, from 1; 0 before the first.
  public private(set) var number: Int

  /// Tells whether the line last returned ended with LF rather than with the bytes.
  public private(set) var isTerminated: Bool

  /// Makes a cursor whose first line begins at an offset.
  public init(at position: Int = 0) {
    self.position = position
    number = 0
    isTerminated = true
  }

  /// Returns the range of the next line, its LF excluded; `nil` at the end.
  public mutating func next(in bytes: Span<UInt8>) -> Range<Int>? {
    guard position < bytes.count else { return nil }
    let start = position
    number &+= 1
    if let end = Lines.firstIndex(of: UInt8(ascii: "\n"), in: bytes, from: start) {
      position = end &+ 1
      isTerminated = true
      return start..<end
    }
    position = bytes.count
    isTerminated = false
    return start..<bytes.count
  }

  /// Finds a byte at or after an offset; `nil` when there is none.
  ///
  /// The C library's `memchr` would be some times faster still, but this module doesn't see it,
  /// and 32 bytes a round leave the search below a tenth of what scanning the line costs.
  public static func firstIndex(
    of byte: UInt8, in bytes: Span<UInt8>, from start: Int = 0
  ) -> Int? {
    var index = start
    while index &+ 32 <= bytes.count {
      let marks =
        bytes.word(at: index).marks(of: byte) | bytes.word(at: index &+ 8).marks(of: byte)
        | bytes.word(at: index &+ 16).marks(of: byte) | bytes.word(at: index &+ 24).marks(of: byte)
      guard marks == 0 else { break }
      index &+= 32
    }
    while index &+ 8 <= bytes.count {
      let marks = bytes.word(at: index).marks(of: byte)
      guard marks == 0 else { return index &+ marks.firstMarkedLane }
      index &+= 8
    }
    while index < bytes.count {
      if bytes[index] == byte { return index }
      index &+= 1
    }
    return nil
  }
}

extension Lines {
  /// Returns where the line that starts at an offset has its LF; `nil` if it has none.
  public static func end(ofLineAt start: Int, in bytes: Span<UInt8>) -> Int? {
    firstIndex(of: UInt8(ascii: "\n"), in: bytes, from: start)
  }
}
