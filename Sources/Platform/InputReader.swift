#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Standard input, as data or as lines that a person types.
///
/// It keeps nothing between calls, so the ways of reading may be mixed.
public struct InputReader: Sendable {
  private static let chunkCount = 64 * 1024

  init() {}

  /// Reads to the end.
  ///
  /// - Parameter limit: The greatest number of bytes to accept.
  /// - Returns: The bytes.
  /// - Throws: `SystemError`; `isTooLarge` if there are more than `limit`.
  public func readAll(limit: Int) throws(SystemError) -> [UInt8] {
    try readToEnd(STDIN_FILENO, path: nil, limit: limit)
  }

  /// Replaces the contents of an array by what comes next, up to 64 KiB.
  ///
  /// - Returns: False at the end; the array is empty then.
  /// - Throws: `SystemError`.
  public func readChunk(into bytes: inout [UInt8]) throws(SystemError) -> Bool {
    bytes.removeAll(keepingCapacity: true)
    try append(to: &bytes, upTo: InputReader.chunkCount) { (free) throws(SystemError) in
      try readSome(STDIN_FILENO, path: nil, into: free)
    }
    return !bytes.isEmpty
  }

  /// Reads up to the end of a line, and not a byte more.
  func readLine() throws(SystemError) -> String? {
    var line: [UInt8] = []
    while true {
      let before = line.count
      try append(to: &line, upTo: 1) { (free) throws(SystemError) in
        try readSome(STDIN_FILENO, path: nil, into: free)
      }
      let isEnd = line.count == before
      if isEnd, line.isEmpty { return nil }
      if !isEnd, line.last != UInt8(ascii: "\n") {
        if line.count > InputReader.chunkCount { throw SystemError(call: "read", code: EFBIG) }
        continue
      }
      if line.last == UInt8(ascii: "\n") { line.removeLast() }
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      guard let text = String(validating: line, as: UTF8.self) else {
        throw SystemError(call: "read", code: EINVAL)
      }
      return text
    }
  }
}
