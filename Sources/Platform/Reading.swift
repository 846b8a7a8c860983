#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Lets a call fill the free end of an array, which need not be made zero first.
///
/// `fill` answers how many bytes it has written from the buffer's start on.
func append(
  to bytes: inout [UInt8], upTo count: Int,
  _ fill: (UnsafeMutableRawBufferPointer) throws(SystemError) -> Int
) throws(SystemError) {
  try bytes.append(addingCapacity: count) { (output) throws(SystemError) in
    try output.withUnsafeMutableBufferPointer { (buffer, filled) throws(SystemError) in
      // The array may have more room than was asked for.
      let free = UnsafeMutableRawBufferPointer(buffer)
      filled = try fill(UnsafeMutableRawBufferPointer(rebasing: free[..<count]))
    }
  }
}

/// Reads what there is, at most a buffer full, from the descriptor's own position: for pipes,
/// terminals and devices, which have no places to name.
///
/// Zero means the end. It waits as long as it takes, unless the user stops the program.
func readSome(
  _ number: Int32, path: String?, into buffer: UnsafeMutableRawBufferPointer
) throws(SystemError) -> Int {
  while true {
    do {
      return try syscall("read", path: path, isInterruptible: true) {
        read(number, buffer.baseAddress, buffer.count)
      }
    } catch {
      // Another program has switched the terminal or pipe that we share to non-blocking.
      guard error.code == EAGAIN else { throw error }
      try waitUntilReady(number, POLLIN, path: path)
    }
  }
}

/// Reads to the end, in steps that grow, so that a pipe's length need not be known.
func readToEnd(
  _ number: Int32, path: String?, limit: Int, expected: Int = 0
) throws(SystemError) -> [UInt8] {
  let smallest = 64 * 1024
  var bytes: [UInt8] = []
  // One more byte than expected, so that the end is found without growing the array.
  if expected > 0 { bytes.reserveCapacity(min(expected, limit) + 1) }
  while true {
    // One more than the limit, to see that there is more.
    let room = limit - bytes.count + (limit == .max ? 0 : 1)
    let spare = bytes.capacity - bytes.count
    let step = min(room, spare > 0 ? spare : max(smallest, bytes.count))
    let before = bytes.count
    try append(to: &bytes, upTo: step) { (free) throws(SystemError) in
      try readSome(number, path: path, into: free)
    }
    if bytes.count == before { return bytes }
    if bytes.count > limit { throw SystemError(call: "read", code: EFBIG, path: path) }
  }
}

func waitUntilReady(
  _ number: Int32, _ events: Int32, path: String?
) throws(SystemError) {
  var waiting = pollfd(fd: number, events: Int16(events), revents: 0)
  try syscall("poll", path: path, isInterruptible: true) { poll(&waiting, 1, -1) }
}
