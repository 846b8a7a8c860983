import Support

/// The gzip members of a document, found as SPEC §3 says and without the program's own code.
struct Members {
  /// Where each member lies in the file.
  let ranges: [Range<Int>]

  init(_ bytes: [UInt8]) throws {
    var ranges: [Range<Int>] = []
    var start = 0
    while start < bytes.count {
      guard start + 22 <= bytes.count, bytes[start] == 0x1f, bytes[start + 1] == 0x8b,
        bytes[start + 12] == UInt8(ascii: "K"), bytes[start + 13] == UInt8(ascii: "A")
      else { throw SupportError("no member begins at \(start)") }
      let length = (0..<4).reduce(0) { $0 | Int(bytes[start + 18 + $1]) << ($1 * 8) }
      ranges.append(start..<(start + length))
      start += length
    }
    self.ranges = ranges
  }

  /// The member that holds a replica's commit, in a base to which each command added one.
  func ofCommit(_ number: Int) -> Range<Int> { ranges[number] }
}
